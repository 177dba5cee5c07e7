//! What a policy allows beside the items: categories of data, its table of purposes, and what else it says.
//!
//! Nothing here lets anything out: a category names the items that carry it, or none, and then Gatefold does not send it.

use serde::{Deserialize, Serialize};

use super::fact::{Assurance, Fact};
use super::facts::{Basis, Context, ReasonTerm};
use super::file::Necessity;
use crate::catalogue::Item;

/// Where the vendor has data from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person gives it.
    Person,
    /// It is collected while something is used.
    Collected,
    /// Others give it.
    Others,
}

/// What becomes of a category of data in Gatefold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate<'a> {
    /// These items carry it.
    Sent(&'a [Item]),
    /// It is in no request; the network shows it with every connection.
    Seen,
    /// Gatefold does not send it.
    NotSent,
}

/// A category of data that the policy speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// What, in our words.
    pub name: String,
    /// In which of the vendor's places.
    pub context: Vec<Context>,
    /// Where the vendor has it from.
    pub source: Source,
    /// Whether the policy asks for it or leaves it open.
    #[serde(default, skip_serializing_if = "Fact::is_plain_silence")]
    pub necessity: Fact<Necessity>,
    /// The items of this file that carry it; none means that Gatefold does not send it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// It is in no request, and the network shows it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seen: bool,
    /// How it follows from the text that the policy speaks of it.
    pub assurance: Assurance,
    /// Lines of the policy's text.
    #[serde(default)]
    pub lines: Vec<u32>,
}

impl Category {
    /// What becomes of it in Gatefold.
    pub fn fate(&self) -> Fate<'_> {
        match (self.items.as_slice(), self.seen) {
            ([], true) => Fate::Seen,
            ([], false) => Fate::NotSent,
            (items, _) => Fate::Sent(items),
        }
    }
}

/// The switch that a policy describes for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Off until the person agrees.
    OptIn,
    /// On until the person declines.
    OptOut,
}

/// A row of the policy's purposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PurposeRow {
    /// What for, in our words.
    pub name: String,
    /// The closed term, where one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<ReasonTerm>,
    /// Categories that it uses; none means that the policy does not say which.
    #[serde(default)]
    pub categories: Vec<String>,
    /// In which of the vendor's places.
    pub context: Vec<Context>,
    /// The legal basis.
    #[serde(default)]
    pub basis: Fact<Basis>,
    /// The person's choice, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// How it follows from the text.
    pub assurance: Assurance,
    /// Lines of the policy's text.
    #[serde(default)]
    pub lines: Vec<u32>,
}

/// Something else that the policy says, and that no other member holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What about.
    pub about: String,
    /// What it says.
    pub says: Fact<String>,
}
