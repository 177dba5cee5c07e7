//! The closed words of a vendor file as a reader reads them: one wording for the window and for the command line.

use std::fmt;

use super::fact::{Assurance, Fact};
use super::facts::{
    Basis, Channel, Clock, Context, NoticeOfChanges, Reason, ReasonTerm, Recipient, Right, RightKind,
};
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

impl Recipient {
    /// Who, with the doubt and the lines.
    pub fn in_words(&self) -> String {
        beside(&self.name, self.assurance, &self.lines)
    }

    /// The same, with where it sees what it sees.
    pub fn in_place(&self) -> String {
        beside(&format!("{} ({})", self.name, places(&self.context)), self.assurance, &self.lines)
    }
}

/// Where, of several places.
pub fn places(context: &[Context]) -> String {
    context.iter().map(|place| place.words()).collect::<Vec<_>>().join(", ")
}

/// Where the policy's text says so, as it stands beside what it says: `policy, line 46`. Nothing where no line is cited.
pub fn source(lines: &[u32]) -> Option<String> {
    let (last, first) = lines.split_last()?;
    let all: String = first.iter().map(|line| format!("{line}, ")).collect();
    Some(format!("policy, line{} {all}{last}", if first.is_empty() { "" } else { "s" }))
}

impl<T> Fact<T> {
    /// What the policy says, with its doubt and its lines; nothing where it does not say. What it does not say in so many
    /// words is not told as if it did.
    fn told(&self, words: impl Fn(&T) -> String) -> Option<String> {
        let is = words(self.is.as_ref()?);
        let text = self.other.as_ref().map_or(is.clone(), |other| format!("{is}, or {}", words(other)));
        let mut lines = [&self.lines[..], &self.or_lines[..]].concat();
        lines.sort_unstable();
        lines.dedup();
        Some(beside(&text, self.assurance, &lines))
    }
}

/// A text, then its doubt and its source in brackets.
fn beside(text: &str, assurance: Assurance, lines: &[u32]) -> String {
    let doubt = match assurance {
        Assurance::Stated => None,
        Assurance::Inferred => Some("inferred".to_owned()),
        Assurance::Silent => Some("the policy does not say so".to_owned()),
        Assurance::Contradictory => Some("it contradicts itself".to_owned()),
    };
    let beside: Vec<String> = doubt.into_iter().chain(source(lines)).collect();
    if beside.is_empty() { text.to_owned() } else { format!("{text} ({})", beside.join("; ")) }
}

impl Fact<String> {
    /// What is said, if anything is, with what stands behind it; both sides of a contradiction as they are.
    pub fn in_words(&self) -> Option<String> {
        let quoted = self.other.is_some();
        self.told(|words| if quoted { format!("\"{words}\"") } else { words.clone() })
    }
}

impl Reason {
    /// Why, in the vendor's words or else in ours.
    pub fn why(&self) -> &str {
        self.words.as_deref().unwrap_or(self.term.words())
    }

    /// Why, with the doubt and the lines.
    pub fn in_words(&self) -> String {
        beside(self.why(), self.assurance, &self.lines)
    }
}

impl Fact<Basis> {
    /// The basis, if one is named, as [`Fact::told`].
    pub fn in_words(&self) -> Option<String> {
        let mut told = self.told(|basis| basis.label().to_lowercase())?;
        if let Some(first) = told.get(..1).map(str::to_uppercase) {
            told.replace_range(..1, &first);
        }
        Some(told)
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
            Self::Personalization => "to fit it to you",
            Self::RecordKeeping => "to keep records",
            Self::LegalCompliance => "for the law",
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
    /// Those of the GDPR, in its order.
    pub const GDPR: [Self; 8] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
        Self::Withdrawal,
        Self::Complaint,
    ];

    /// Whether it binds the vendor without anybody asking for it.
    const fn holds_by_itself(self) -> bool {
        matches!(self, Self::OptInToSale | Self::NoDiscrimination)
    }

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
            Self::OptInToSale => "no sale under 16 without your permission",
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
            Self::Authority => "at the authority",
        }
    }
}

impl Right {
    /// By which ways it is used, if it is one that is used.
    pub fn ways(&self) -> String {
        let channels: Vec<&str> = self.channels.iter().map(|channel| channel.words()).collect();
        match channels.is_empty() {
            true if self.kind.holds_by_itself() => "nothing need be done for it".to_owned(),
            true => "it does not say how".to_owned(),
            false => channels.join(" or "),
        }
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

/// A number of something, as in `1 day` and `30 days`.
pub fn counted(count: impl Into<u64>, what: &str) -> String {
    let count = count.into();
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl NoticeOfChanges {
    /// How long before a change it is told; a policy may state that it is not.
    pub fn words(days: u32) -> String {
        if days == 0 { "none".to_owned() } else { counted(days, "day") }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => f.write_str(&counted(*hours, "hour")),
            Self::BusinessHours(hours) => write!(f, "{} of working days", counted(*hours, "hour")),
            Self::Days(days) => f.write_str(&counted(*days, "day")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let check = |clock: Clock, expect: &str| assert_eq!(clock.to_string(), expect);
        check(Clock::Days(1), "1 day");
        check(Clock::Days(30), "30 days");
        check(Clock::Hours(1), "1 hour");
        check(Clock::BusinessHours(72), "72 hours of working days");
        assert_eq!([0, 1, 2].map(NoticeOfChanges::words), ["none", "1 day", "2 days"]);
    }

    #[test]
    fn a_right_that_nobody_asks_for_lacks_no_way() {
        let check = |kind, channels: &[Channel], expect: &str| {
            let channels = channels.to_vec();
            let right = Right { kind, channels, assurance: Assurance::Stated, lines: vec![1], note: None };
            assert_eq!(right.ways(), expect, "{kind:?}");
        };
        check(RightKind::NoDiscrimination, &[], "nothing need be done for it");
        check(RightKind::OptInToSale, &[], "nothing need be done for it");
        check(RightKind::OptInToSale, &[Channel::Message], "by a message");
        check(RightKind::OptOutOfSale, &[], "it does not say how");
        check(RightKind::Access, &[Channel::Account, Channel::Message], "in the account or by a message");
    }

    #[test]
    fn both_sides_of_a_contradiction_are_told() {
        let fact = |other: Option<&str>, assurance| {
            let fact = Fact {
                is: Some("here".to_owned()),
                other: other.map(str::to_owned),
                assurance,
                ..Fact::default()
            };
            fact.in_words()
        };
        assert_eq!(fact(None, Assurance::Stated).as_deref(), Some("here"));
        assert_eq!(fact(None, Assurance::Inferred).as_deref(), Some("here (inferred)"));
        let both = "\"here\", or \"there\" (it contradicts itself)";
        assert_eq!(fact(Some("there"), Assurance::Contradictory).as_deref(), Some(both));
        assert_eq!(Fact::<String>::default().in_words(), None);
    }

    #[test]
    fn what_is_inferred_is_not_told_as_stated_and_its_lines_stand_beside_it() {
        let check =
            |is: Option<Basis>, other, assurance, lines: &[u32], or_lines: &[u32], expect: Option<&str>| {
                let fact = Fact { is, other, assurance, lines: lines.to_vec(), or_lines: or_lines.to_vec() };
                assert_eq!(fact.in_words().as_deref(), expect, "{assurance:?}");
            };
        let (contract, consent) = (Some(Basis::Contract), Some(Basis::Consent));
        check(contract, None, Assurance::Stated, &[], &[], Some("Contract"));
        check(contract, None, Assurance::Stated, &[46], &[], Some("Contract (policy, line 46)"));
        check(contract, None, Assurance::Stated, &[46, 87], &[], Some("Contract (policy, lines 46, 87)"));
        check(contract, None, Assurance::Inferred, &[], &[], Some("Contract (inferred)"));
        check(contract, None, Assurance::Inferred, &[46], &[], Some("Contract (inferred; policy, line 46)"));
        let both = "Contract, or consent (it contradicts itself; policy, lines 12, 46)";
        check(contract, consent, Assurance::Contradictory, &[46], &[12, 46], Some(both));
        check(None, None, Assurance::Silent, &[3], &[], None);
    }
}
