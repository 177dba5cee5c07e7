//! What the vendor says of giving a license to somebody else.

use serde::{Deserialize, Serialize};

use super::fact::Assurance;

/// How a license is given to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransferBy {
    /// By the vendor's server, from Gatefold.
    Endpoint,
    /// By a message that the user sends.
    Message,
}

/// Terms on which a license is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransferTerms {
    /// It never ends.
    Perpetual,
    /// It ends with what was paid for.
    Subscription,
    /// It was tried.
    Trial,
}

impl TransferTerms {
    /// As files and programs write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Perpetual => "perpetual",
            Self::Subscription => "subscription",
            Self::Trial => "trial",
        }
    }
}

/// Giving a license to somebody else, as the vendor allows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// How.
    pub by: TransferBy,
    /// What it costs, in the vendor's words; without it the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<String>,
    /// So many days after the purchase at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_days: Option<u32>,
    /// Which licenses are never given to somebody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<TransferTerms>,
    /// The e-mail address that a message goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// How it follows from the policy, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// Lines of the policy's text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

/// Whether a text is an e-mail address and nothing else, so that a program that opens it reads no more into it.
pub(super) fn is_address(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let Some((name, host)) = text.split_once('@') else { return false };
    text.len() <= 254
        && !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && name.chars().chain(host.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_nothing_else() {
        for good in ["a@b.example", "first.last+x@mail.b.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "a", "@b.example", "a@", "a@b", "a@b.example?cc=x", "a b@c.example", "a@b@c.example", "a@.b"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
