//! Seats that stand in the way of something, named in the refusal as far as they are known here: those of other computers by
//! the list that was read last, this computer's own by its license. Sends nothing.

use std::fmt;

use gatefold_store::IntentKind;
use jiff::Timestamp;

use super::list::{Computer, SeatList};
use crate::activation::Checked;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// More names tell nobody more.
const NAMED_AT_MOST: usize = 5;

/// How many seats other computers hold, by the vendor's word, and who holds them, by the list that was read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatsElsewhere {
    /// How many.
    pub count: u64,
    /// The computers of the list; none where none was read.
    pub computers: Vec<Computer>,
    /// When the list was read, where it may not be the vendor's any more.
    pub as_of: Option<Timestamp>,
}

impl SeatsElsewhere {
    pub(crate) fn of(count: u64, list: Option<SeatList>) -> Self {
        let Some(list) = list else { return Self { count, computers: Vec::new(), as_of: None } };
        let computers: Vec<_> = list.computers.into_iter().filter(|computer| !computer.is_here).collect();
        let is_so_still = !list.is_changed && !list.is_cut && computers.len() as u64 == count;
        Self { count, computers, as_of: (!is_so_still).then_some(list.read_at) }
    }
}

impl fmt::Display for SeatsElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => f.write_str("one other computer holds a seat of it")?,
            count => write!(f, "{count} other computers hold seats of it")?,
        }
        if self.computers.is_empty() {
            return Ok(());
        }
        let mut named: Vec<String> =
            self.computers.iter().take(NAMED_AT_MOST).map(Computer::to_string).collect();
        match self.computers.len().saturating_sub(NAMED_AT_MOST) {
            0 => {}
            more => named.push(format!("and {more} more")),
        }
        let named = named.join("; ");
        match self.as_of {
            None => write!(f, ": {named}"),
            Some(at) => write!(f, "; listed on {} were: {named}", at.strftime("%Y-%m-%d")),
        }
    }
}

/// The name as the vendor lists it, and when its file was fetched last.
impl fmt::Display for Computer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "\"{name}\"")?,
            None => f.write_str("a computer without a name")?,
        }
        match self.last_file_at {
            Some(at) => write!(f, " (last file fetched on {})", at.strftime("%Y-%m-%d")),
            None => f.write_str(" (no file fetched)"),
        }
    }
}

impl Gatefold {
    /// The other license of the same product of which this computer holds a seat, as far as that is known here: by its id and
    /// how its key ends. What cannot be read names nothing, since the refusal matters more.
    pub(crate) fn sibling_of(&self, checked: &Checked) -> Option<String> {
        let id = self.sibling_id(checked).ok()??;
        match self.key_hints().remove(&id).filter(|hint| !hint.is_empty()) {
            Some(hint) => Some(format!("license {id}, whose key ends in {hint}")),
            None => Some(format!("license {id}")),
        }
    }

    fn sibling_id(&self, checked: &Checked) -> Result<Option<String>, ClientError> {
        let (vendor, own) = (&checked.vendor, checked.license.id.to_string());
        let identifier = vendor.identifier()?.to_string();
        let known = self.known_licenses_of(vendor)?.into_iter().find(|known| {
            known.product == checked.product.id
                && known.license_id != own
                && known.identifier.as_ref() == Some(&identifier)
                && known.machine_id.is_some()
                && known.seat_gone_at.is_none()
        });
        if let Some(known) = known {
            return Ok(Some(known.license_id));
        }
        let begun = self.store.open_intents()?.into_iter().map(|intent| intent.what).find(|what| {
            what.kind == IntentKind::Activate
                && what.vendor == vendor.key()
                && what.product == checked.product.id
                && what.license_id != own
                && what.identifier.as_ref() == Some(&identifier)
        });
        if let Some(begun) = begun {
            return Ok(Some(begun.license_id));
        }
        self.listed_here(vendor, &checked.product.id, &own)
    }

    /// A license of the product whose list of seats names this computer.
    fn listed_here(&self, vendor: &InForce, product: &str, own: &str) -> Result<Option<String>, ClientError> {
        let lists = self.seats_listed()?.into_iter();
        let mut of_product = lists.filter(|list| {
            list.vendor.key() == vendor.key()
                && list.product_id.as_deref() == Some(product)
                && list.license_id != own
        });
        let found = of_product.find(|list| list.computers.iter().any(|computer| computer.is_here));
        Ok(found.map(|list| list.license_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computer(name: Option<&str>, last_file_at: Option<&str>) -> Computer {
        Computer {
            machine_id: "0b9c".to_owned(),
            name: name.map(str::to_owned),
            is_here: false,
            is_system_before: false,
            last_file_at: last_file_at.map(|at| at.parse().unwrap()),
        }
    }

    #[test]
    fn who_holds_the_seats() {
        let check = |count: u64, computers: &[Computer], as_of: Option<&str>, expect: &str| {
            let as_of = as_of.map(|at| at.parse().unwrap());
            let held = SeatsElsewhere { count, computers: computers.to_vec(), as_of };
            assert_eq!(held.to_string(), expect);
        };
        check(1, &[], None, "one other computer holds a seat of it");
        check(3, &[], None, "3 other computers hold seats of it");
        let laptop = computer(Some("old laptop"), Some("2026-11-03T10:00:00Z"));
        check(
            2,
            &[laptop.clone(), computer(None, None)],
            None,
            "2 other computers hold seats of it: \"old laptop\" (last file fetched on 2026-11-03); a computer without a name (no file fetched)",
        );
        check(
            2,
            std::slice::from_ref(&laptop),
            Some("2026-11-05T10:00:00Z"),
            "2 other computers hold seats of it; listed on 2026-11-05 were: \"old laptop\" (last file fetched on 2026-11-03)",
        );
        let many = vec![laptop; 7];
        let held = SeatsElsewhere { count: 7, computers: many, as_of: None }.to_string();
        assert!(held.ends_with("; and 2 more") && held.matches("old laptop").count() == 5, "{held}");
    }
}
