//! What a privacy policy says, and how sure we are that it says so.
//!
//! The vocabulary is closed and maps to the W3C Data Privacy Vocabulary 2.3. A fact without a source is `silent`; a
//! policy that contradicts itself is shown with both sides. Nothing here is invented for the vendor.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fact::{Assurance, Fact};
use super::practice::{Category, PurposeRow, Statement};

/// Why the vendor says it wants an item (DPV purposes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReasonTerm {
    /// `dpv:RequestedServiceProvision`
    ServiceProvision,
    /// `dpv:FraudPreventionAndDetection`
    FraudPrevention,
    /// `dpv:CustomerCare`
    CustomerCare,
    /// `dpv:RepairImpairments`
    Repair,
    /// `dpv:ServiceUsageAnalytics`
    UsageAnalytics,
    /// `dpv:ImproveExistingProductsAndServices`
    Improvement,
    /// `dpv:DirectMarketing`
    DirectMarketing,
    /// `dpv:ServicePersonalisation`
    Personalization,
    /// `dpv:RecordManagement`
    RecordKeeping,
    /// `dpv:LegalCompliance`
    LegalCompliance,
}

impl ReasonTerm {
    /// The term of the W3C Data Privacy Vocabulary 2.3.
    pub const fn dpv(self) -> &'static str {
        match self {
            Self::ServiceProvision => "dpv:RequestedServiceProvision",
            Self::FraudPrevention => "dpv:FraudPreventionAndDetection",
            Self::CustomerCare => "dpv:CustomerCare",
            Self::Repair => "dpv:RepairImpairments",
            Self::UsageAnalytics => "dpv:ServiceUsageAnalytics",
            Self::Improvement => "dpv:ImproveExistingProductsAndServices",
            Self::DirectMarketing => "dpv:DirectMarketing",
            Self::Personalization => "dpv:ServicePersonalisation",
            Self::RecordKeeping => "dpv:RecordManagement",
            Self::LegalCompliance => "dpv:LegalCompliance",
        }
    }

    /// In which order reasons are told, whatever the file's: first what the service is for, then what asks most of people.
    pub(super) const fn burden(self) -> u8 {
        match self {
            Self::ServiceProvision => 0,
            Self::DirectMarketing => 1,
            Self::Personalization => 2,
            Self::UsageAnalytics => 3,
            Self::Improvement => 4,
            Self::CustomerCare => 5,
            Self::Repair => 6,
            Self::FraudPrevention => 7,
            Self::RecordKeeping => 8,
            Self::LegalCompliance => 9,
        }
    }
}

/// The legal basis (GDPR, article 6(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Article 6(1)(a)
    Consent,
    /// Article 6(1)(b), performance of a contract
    Contract,
    /// Article 6(1)(c)
    LegalObligation,
    /// Article 6(1)(f)
    LegitimateInterest,
}

impl Basis {
    /// The term of the W3C Data Privacy Vocabulary 2.3.
    pub const fn dpv(self) -> &'static str {
        match self {
            Self::Consent => "eu-gdpr:A6-1-a",
            Self::Contract => "eu-gdpr:A6-1-b-contract-performance",
            Self::LegalObligation => "eu-gdpr:A6-1-c",
            Self::LegitimateInterest => "eu-gdpr:A6-1-f-controller",
        }
    }

    /// What a user reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Consent => "Consent",
            Self::Contract => "Contract",
            Self::LegalObligation => "Legal obligation",
            Self::LegitimateInterest => "Legitimate interest",
        }
    }
}

/// One reason for one item, in the vendor's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The closed term.
    pub term: ReasonTerm,
    /// The vendor's own words; none means that it gives none.
    #[serde(default)]
    pub words: Option<String>,
    /// The legal basis.
    #[serde(default)]
    pub basis: Fact<Basis>,
    /// Stated, unless that it holds of this item follows from the text alone.
    #[serde(default = "stated", skip_serializing_if = "is_stated")]
    pub assurance: Assurance,
    /// Lines of the policy's text.
    #[serde(default)]
    pub lines: Vec<u32>,
}

const fn stated() -> Assurance {
    Assurance::Stated
}

fn is_stated(assurance: &Assurance) -> bool {
    *assurance == Assurance::Stated
}

/// Where a recipient gets data from; a website's analytics firm is no recipient of an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// The vendor's website.
    Website,
    /// The account and the shop.
    Account,
    /// The software and its licensing.
    Software,
    /// Support.
    Support,
}

/// Somebody the vendor shares with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Who, or what kind of firm.
    pub name: String,
    /// In which of the vendor's places.
    pub context: Vec<Context>,
    /// How it follows from the text.
    pub assurance: Assurance,
    /// Lines of the policy's text.
    #[serde(default)]
    pub lines: Vec<u32>,
}

/// A right of the person (GDPR), or one of California's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RightKind {
    /// Article 15
    Access,
    /// Article 16
    Rectification,
    /// Article 17
    Erasure,
    /// Article 18
    Restriction,
    /// Article 20
    Portability,
    /// Article 21
    Objection,
    /// Article 7(3)
    Withdrawal,
    /// Article 77
    Complaint,
    /// CCPA 1798.120
    OptOutOfSale,
    /// CCPA 1798.110: which categories, from where, what for, to whom
    Know,
    /// CCPA 1798.120(c): no sale of a minor's data unless asked
    OptInToSale,
    /// CCPA 1798.125
    NoDiscrimination,
    /// California Civil Code 1798.83
    ShineTheLight,
}

/// How a right is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// In the account's pages.
    Account,
    /// By a form.
    Form,
    /// By a message to a contact.
    Message,
    /// By a request that Gatefold can send.
    Endpoint,
    /// At the authority: a complaint.
    Authority,
}

/// A right that the policy names, and how it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// Which right.
    pub kind: RightKind,
    /// The ways in.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// How it follows from the text.
    pub assurance: Assurance,
    /// Lines of the policy's text.
    #[serde(default)]
    pub lines: Vec<u32>,
    /// Limits and proof of identity, in our words.
    #[serde(default)]
    pub note: Option<String>,
}

/// A time the vendor allows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Clock {
    /// Hours on the clock.
    Hours(u32),
    /// Hours of working days.
    BusinessHours(u32),
    /// Days.
    Days(u32),
}

/// Until when a request about rights is acknowledged, and until when it is answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// Until it is acknowledged.
    #[serde(default)]
    pub acknowledge: Fact<Clock>,
    /// Until it is answered.
    #[serde(default)]
    pub answer: Fact<Clock>,
}

/// What is promised before the policy changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoticeOfChanges {
    /// Days of notice before a material change.
    #[serde(default)]
    pub days: Fact<u32>,
    /// How it is told.
    #[serde(default)]
    pub how: Fact<String>,
}

/// The responsible firm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Its legal name.
    pub name: String,
    /// Its address.
    #[serde(default)]
    pub address: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// Its representative elsewhere.
    #[serde(default)]
    pub representative: Option<String>,
    /// The authority that watches over it.
    #[serde(default)]
    pub authority: Option<String>,
    /// Lines of the policy's text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

/// An address for questions about privacy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Who answers there.
    pub role: String,
    /// E-mail address, telephone number or postal address.
    pub value: String,
    /// The day it was known to be right.
    pub as_of: Date,
    /// Lines of the policy's text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

/// The facts of one privacy policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its title.
    pub title: String,
    /// The day that the text itself bears: of its last change, or from which on it holds.
    pub dated: Date,
    /// SHA-256 of that text, 64 hex digits.
    pub sha256: String,
    /// Kept for reference, no longer in force.
    #[serde(default)]
    pub archived: bool,
    /// The day the text was archived; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_on: Option<Date>,
    /// The day it took effect.
    #[serde(default)]
    pub effective_from: Fact<Date>,
    /// What it speaks of.
    #[serde(default)]
    pub scope: Fact<String>,
    /// The least age in years.
    #[serde(default)]
    pub age_years: Fact<u32>,
    /// After how many years without activity an account may be removed.
    #[serde(default, skip_serializing_if = "Fact::is_plain_silence")]
    pub inactive_years: Fact<u32>,
    /// How long data is kept where an item does not say more.
    #[serde(default)]
    pub retention: Fact<String>,
    /// Where data lies where an item does not say more.
    #[serde(default)]
    pub region: Fact<String>,
    /// The responsible firm.
    pub controller: Controller,
    /// Addresses.
    #[serde(default)]
    pub contact: Vec<Contact>,
    /// Recipients by short name.
    #[serde(default)]
    pub recipient: BTreeMap<String, Recipient>,
    /// Rights.
    #[serde(default)]
    pub right: Vec<Right>,
    /// Times for answers.
    #[serde(default)]
    pub clocks: Clocks,
    /// Notice of changes.
    #[serde(default)]
    pub notice: NoticeOfChanges,
    /// Categories of data that it speaks of: what it allows, and what Gatefold sends of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// Its purposes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purpose: Vec<PurposeRow>,
    /// What else it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statement: Vec<Statement>,
}
