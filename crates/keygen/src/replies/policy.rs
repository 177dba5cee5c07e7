//! How a server treats licenses of one kind (protocol reference 4): for the vendor who sets it up, and for nobody's license.

use gatefold_disclosure::quote;
use serde::Deserialize;

use super::{Document, Resource};
use crate::answer::Answer;
use crate::refusal::Refusal;

/// The settings of a policy that Gatefold depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether a license without its machines is no good.
    pub strict: bool,
    /// Whether users are kept from changing their licenses themselves.
    pub protected: bool,
    /// What may prove a license: `authenticationStrategy`, quoted.
    pub authentication: String,
    /// Among what a computer is counted once: `machineUniquenessStrategy`, quoted.
    pub uniqueness: String,
    /// Whether a computer must report all the time.
    pub requires_heartbeat: bool,
}

impl Answer {
    /// The policy of a license.
    ///
    /// # Errors
    /// Whatever the server refused with, or why the answer cannot be read.
    pub fn policy(&self) -> Result<Policy, Refusal> {
        let document: Document<Resource<Attributes, serde::de::IgnoredAny>> = self.document()?;
        if document.data.kind != "policies" {
            return Err(Refusal::Unreadable { what: "an object that is not a policy" });
        }
        let attributes = document.data.attributes;
        // What is absent is the server's default (protocol reference 4).
        let word = |word: Option<String>, default: &str| quote(word.as_deref().unwrap_or(default));
        Ok(Policy {
            strict: attributes.strict.unwrap_or_default(),
            protected: attributes.protected.unwrap_or_default(),
            authentication: word(attributes.authentication_strategy, "TOKEN"),
            uniqueness: word(attributes.machine_uniqueness_strategy, "UNIQUE_PER_LICENSE"),
            requires_heartbeat: attributes.require_heartbeat.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    strict: Option<bool>,
    protected: Option<bool>,
    authentication_strategy: Option<String>,
    machine_uniqueness_strategy: Option<String>,
    require_heartbeat: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::testing::{signed, unsigned};

    const POLICY: &str = r#"{"data":{"id":"b1f60000-0000-4000-8000-000000000001","type":"policies","attributes":{
        "strict":true,"protected":null,"authenticationStrategy":"MIXED","machineUniquenessStrategy":"UNIQUE_PER_PRODUCT",
        "requireHeartbeat":true},"relationships":{}}}"#;

    #[test]
    fn the_settings_of_a_policy() {
        let policy = signed(200, POLICY).policy().unwrap();
        let (authentication, uniqueness) = ("MIXED".to_owned(), "UNIQUE_PER_PRODUCT".to_owned());
        let expect =
            Policy { strict: true, protected: false, authentication, uniqueness, requires_heartbeat: true };
        assert_eq!(policy, expect);
        let bare =
            r#"{"data":{"id":"b1f60000-0000-4000-8000-000000000001","type":"policies","attributes":{}}}"#;
        let policy = signed(200, bare).policy().unwrap();
        assert_eq!(
            (policy.authentication.as_str(), policy.uniqueness.as_str()),
            ("TOKEN", "UNIQUE_PER_LICENSE")
        );
        assert!(unsigned(200, POLICY).policy().is_err());
        assert!(signed(200, &POLICY.replace("policies", "products")).policy().is_err());
    }
}
