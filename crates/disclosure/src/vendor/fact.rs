//! A fact of a policy: what it says, how sure we are that it says so, and where. It refuses a value without its assurance.

use serde::{Deserialize, Serialize};

/// How a fact follows from the policy's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// The policy says so.
    Stated,
    /// It follows from what the policy says.
    Inferred,
    /// The policy does not say.
    #[default]
    Silent,
    /// The policy says two things that cannot both hold.
    Contradictory,
}

/// A fact with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a fact, as { is = …, assurance = \"stated\", lines = [12] }")]
pub struct Fact<T> {
    /// What the policy says; nothing when it is silent.
    #[serde(default = "Option::<T>::default", skip_serializing_if = "Option::<T>::is_none")]
    pub is: Option<T>,
    /// The other side of a contradiction.
    #[serde(default = "Option::<T>::default", rename = "or", skip_serializing_if = "Option::<T>::is_none")]
    pub other: Option<T>,
    /// How it follows from the text.
    pub assurance: Assurance,
    /// Lines of the policy's text, counted from 1.
    #[serde(default)]
    pub lines: Vec<u32>,
    /// Lines of the other side, where they are told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or_lines: Vec<u32>,
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self { is: None, other: None, assurance: Assurance::Silent, lines: Vec::new(), or_lines: Vec::new() }
    }
}

impl<T> Fact<T> {
    /// This, unless the policy is silent on it; then what it says in general.
    pub(super) fn or_else<'a>(&'a self, general: &'a Self) -> &'a Self {
        if self.assurance == Assurance::Silent { general } else { self }
    }

    /// Silent, and no line is cited for the silence.
    pub(super) fn is_plain_silence(&self) -> bool {
        self.assurance == Assurance::Silent && self.lines.is_empty()
    }

    /// Whether value, other side and assurance fit together; says what does not.
    pub(super) fn incoherence(&self) -> Option<&'static str> {
        if self.other.is_none() && !self.or_lines.is_empty() {
            return Some("`or_lines` are the lines of `or`");
        }
        match (self.assurance, self.is.is_some(), self.other.is_some()) {
            (Assurance::Stated | Assurance::Inferred, true, false) | (Assurance::Silent, false, false) => {
                None
            }
            (Assurance::Contradictory, true, true) => None,
            (Assurance::Stated | Assurance::Inferred, false, _) => {
                Some("a stated or inferred fact needs `is`")
            }
            (Assurance::Stated | Assurance::Inferred, true, true) => Some("only a contradiction has `or`"),
            (Assurance::Silent, _, _) => Some("where the policy is silent there is no `is` and no `or`"),
            (Assurance::Contradictory, _, _) => Some("a contradiction needs `is` and `or`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_coherent_or_says_why_not() {
        let check = |is: Option<u8>, other: Option<u8>, assurance, coherent: bool| {
            let fact = Fact { is, other, assurance, ..Fact::default() };
            assert_eq!(fact.incoherence().is_none(), coherent, "{fact:?}");
            let fact = Fact { or_lines: vec![1], ..fact };
            assert_eq!(fact.incoherence().is_none(), coherent && other.is_some(), "{fact:?}");
        };
        check(Some(1), None, Assurance::Stated, true);
        check(Some(1), None, Assurance::Inferred, true);
        check(None, None, Assurance::Silent, true);
        check(Some(1), Some(2), Assurance::Contradictory, true);
        check(None, None, Assurance::Stated, false);
        check(Some(1), Some(2), Assurance::Stated, false);
        check(Some(1), None, Assurance::Silent, false);
        check(Some(1), None, Assurance::Contradictory, false);
    }
}
