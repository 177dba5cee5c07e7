//! Machines, which are activations, and deletions (protocol reference 5).

use gatefold_disclosure::quote;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{Document, Resource};
use crate::answer::Answer;
use crate::document::Linkage;
use crate::refusal::Refusal;
use crate::requests::PAGE_ENTRIES;

/// A seat as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The machine's id.
    pub id: Uuid,
    /// The identifier it was activated with.
    pub fingerprint: String,
    /// Its label, quoted.
    pub name: Option<String>,
    /// The license it holds a seat of.
    pub license: Option<Uuid>,
    /// When a file was last fetched for it.
    pub last_check_out: Option<Timestamp>,
}

/// A page of the computers that hold a license's seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachinePage {
    /// The seats, newest first.
    pub machines: Vec<Machine>,
    /// Whether there is a page after this one.
    pub more: bool,
}

/// What became of an object that had to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone now.
    Now,
    /// It was gone already; deleting is idempotent (protocol reference 5.3).
    Before,
}

impl Answer {
    /// One machine: created, found or renamed.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn machine(&self) -> Result<Machine, Refusal> {
        self.document::<Document<RawMachine>>()?.data.try_into()
    }

    /// The machines that a question found, newest first.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn machines(&self) -> Result<Vec<Machine>, Refusal> {
        self.document::<Document<Vec<RawMachine>>>()?.data.into_iter().map(Machine::try_from).collect()
    }

    /// One page of a license's machines.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn machine_page(&self) -> Result<MachinePage, Refusal> {
        let document: Document<Vec<RawMachine>> = self.document()?;
        if document.data.len() > PAGE_ENTRIES {
            return Err(Refusal::Unreadable { what: "a page larger than was asked for" });
        }
        let machines = document.data.into_iter().map(Machine::try_from).collect::<Result<_, _>>()?;
        Ok(MachinePage { machines, more: document.links.next.is_some() })
    }

    /// Whether an object is gone: a machine, or a token at signing out.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn deleted(&self) -> Result<Deleted, Refusal> {
        // The status is not signed. That the signed body is empty says that it was done: a refusal has words.
        if self.signed_body()?.is_empty() {
            return Ok(Deleted::Now);
        }
        match self.document::<serde::de::IgnoredAny>() {
            Err(Refusal::NotFound) => Ok(Deleted::Before),
            Err(refusal) => Err(refusal),
            Ok(_) => Err(Refusal::Unreadable { what: "a deletion that is answered with an object" }),
        }
    }
}

type RawMachine = Resource<Attributes, Relationships>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    fingerprint: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    last_check_out: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
struct Relationships {
    #[serde(default)]
    license: Linkage,
}

impl TryFrom<RawMachine> for Machine {
    type Error = Refusal;

    fn try_from(raw: RawMachine) -> Result<Self, Refusal> {
        if raw.kind != "machines" {
            return Err(Refusal::Unreadable { what: "an object that is not a machine" });
        }
        Ok(Self {
            id: raw.id,
            fingerprint: raw.attributes.fingerprint,
            name: raw.attributes.name.as_deref().map(quote),
            license: raw.relationships.license.id(),
            last_check_out: raw.attributes.last_check_out,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::{signed, unsigned};

    const MACHINE: &str = r#"{"id":"0b9c0000-0000-4000-8000-000000000001","type":"machines","attributes":{
        "fingerprint":"gf1-00","cores":null,"name":"studio\u0007","lastCheckOut":null,"metadata":{"cpu":"x"}},
        "relationships":{"license":{"data":{"type":"licenses","id":"b1f60000-0000-4000-8000-000000000001"}}}}"#;
    const GONE: &str = r#"{"errors":[{"title":"Not found","code":"NOT_FOUND"}]}"#;

    #[test]
    fn one_machine_and_many() {
        let one = signed(201, &format!(r#"{{"data":{MACHINE}}}"#)).machine().unwrap();
        assert_eq!(one.fingerprint, "gf1-00");
        assert_eq!(one.name.as_deref(), Some("studio"));
        assert!(one.license.is_some());
        let many = signed(200, &format!(r#"{{"data":[{MACHINE},{MACHINE}]}}"#)).machines().unwrap();
        assert_eq!(many, [one.clone(), one]);
        assert_eq!(signed(200, r#"{"data":[]}"#).machines().unwrap(), []);
        assert!(signed(200, r#"{"data":[]}"#).machine().is_err());
    }

    #[test]
    fn a_page_of_machines() {
        let page = |count: usize, next: &str| {
            let machines = vec![MACHINE; count].join(",");
            signed(200, &format!(r#"{{"data":[{machines}],"links":{{"next":{next}}}}}"#)).machine_page()
        };
        let read = page(2, r#""/v1/machines?page=2""#).unwrap();
        assert_eq!((read.machines.len(), read.more), (2, true));
        let last = page(PAGE_ENTRIES, "null").unwrap();
        assert_eq!((last.machines.len(), last.more), (PAGE_ENTRIES, false));
        assert!(matches!(page(PAGE_ENTRIES + 1, "null"), Err(Refusal::Unreadable { .. })));
        let unsigned = unsigned(200, &format!(r#"{{"data":[{MACHINE}]}}"#));
        assert_eq!(unsigned.machine_page(), Err(Refusal::Unconfirmed { status: 200 }));
    }

    #[test]
    fn deletions_are_idempotent_and_never_taken_from_strangers() {
        assert_eq!(signed(204, "").deleted(), Ok(Deleted::Now));
        assert_eq!(signed(404, GONE).deleted(), Ok(Deleted::Before));
        assert_eq!(unsigned(204, "").deleted(), Err(Refusal::Unconfirmed { status: 204 }));
        assert_eq!(unsigned(404, GONE).deleted(), Err(Refusal::Unconfirmed { status: 404 }));
        let suspended = r#"{"errors":[{"code":"LICENSE_SUSPENDED"}]}"#;
        assert_eq!(signed(403, suspended).deleted(), Err(Refusal::Suspended));
        assert!(matches!(signed(200, r#"{"data":{}}"#).deleted(), Err(Refusal::Unreadable { .. })));
    }
}
