//! The closed words of a vendor file as a reader reads them: one wording for the window and for the command line.

use std::fmt;

use super::fact::{Assurance, Fact};
use super::facts::{Basis, Channel, Clock, Context, ReasonTerm, Right, RightKind};
use super::practice::{Choice, Source};

impl Assurance {
    /// What stands behind a statement that is not the policy's own in so many words.
    pub const fn doubt(self) -> &'static str {
        match self {
            Self::Stated => "",
            Self::Inferred => " (inferred)",
            Self::Silent => " (the policy does not say so)",
            Self::Contradictory => " (the policy contradicts itself)",
        }
    }
}

impl Fact<Basis> {
    /// The basis, if one is named: what the policy does not say in so many words is not shown as if it did.
    pub fn in_words(&self) -> Option<String> {
        let label = self.is?.label();
        Some(match (self.assurance, self.other) {
            (Assurance::Inferred, _) => format!("{label}{}", self.assurance.doubt()),
            (Assurance::Contradictory, Some(other)) => {
                format!("{label}, or {} (it contradicts itself)", other.label().to_lowercase())
            }
            _ => label.to_owned(),
        })
    }
}

impl ReasonTerm {
    /// What for, after "why".
    pub const fn words(self) -> &'static str {
        match self {
            Self::ServiceProvision => "to provide the service",
            Self::FraudPrevention => "against fraud",
            Self::CustomerCare => "to help customers",
            Self::Repair => "to mend faults",
            Self::UsageAnalytics => "to count usage",
            Self::Improvement => "to improve its products",
            Self::DirectMarketing => "for advertising",
        }
    }
}

impl Context {
    /// Where.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Account => "account",
            Self::Software => "software",
            Self::Support => "support",
        }
    }
}

impl RightKind {
    /// A right to what.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Access => "a copy",
            Self::Rectification => "correction",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "taking data along",
            Self::Objection => "objection",
            Self::Withdrawal => "taking consent back",
            Self::Complaint => "complaint",
            Self::OptOutOfSale => "no sale",
            Self::Know => "knowing what is collected and why",
            Self::OptInToSale => "no sale under 16 unless asked",
            Self::NoDiscrimination => "no worse service for using rights",
            Self::ShineTheLight => "knowing who had data for advertising",
        }
    }
}

impl Channel {
    /// By which way.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Account => "in the account",
            Self::Form => "by a form",
            Self::Message => "by a message",
            Self::Endpoint => "from here",
        }
    }
}

impl Right {
    /// By which ways it is used.
    pub fn ways(&self) -> String {
        let channels: Vec<&str> = self.channels.iter().map(|channel| channel.words()).collect();
        if channels.is_empty() { "it does not say how".to_owned() } else { channels.join(" or ") }
    }
}

impl Source {
    /// Where the vendor has it from.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Person => "given by you",
            Self::Collected => "collected in use",
            Self::Others => "from others",
        }
    }
}

impl Choice {
    /// How the switch stands.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OptIn => "off until you agree",
            Self::OptOut => "on until you decline",
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "{hours} hours"),
            Self::BusinessHours(hours) => write!(f, "{hours} hours of working days"),
            Self::Days(days) => write!(f, "{days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inferred_is_not_shown_as_stated() {
        let check = |is, other, assurance, expect: Option<&str>| {
            let fact = Fact { is, other, assurance, ..Fact::default() };
            assert_eq!(fact.in_words().as_deref(), expect, "{assurance:?}");
        };
        check(Some(Basis::Contract), None, Assurance::Stated, Some("Contract"));
        check(Some(Basis::Contract), None, Assurance::Inferred, Some("Contract (inferred)"));
        let both = "Contract, or consent (it contradicts itself)";
        check(Some(Basis::Contract), Some(Basis::Consent), Assurance::Contradictory, Some(both));
        check(None, None, Assurance::Silent, None);
    }
}
