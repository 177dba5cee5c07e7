//! What a vendor's policy says beside its items: who is responsible, who sees data, what it may be used for, and the
//! rights of the person.

use gatefold_client::Vendor;
use gatefold_client::vendor;
use serde::Serialize;

use super::Said;

/// Somebody the vendor shares with, and in which of its places: a website's analytics firm gets nothing of an activation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Recipient {
    pub(crate) says: Said,
    pub(crate) context: Vec<&'static str>,
}

/// A row of what the policy may use data for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PurposeRow {
    pub(crate) says: Said,
    /// What kind of purpose it is, where one fits.
    pub(crate) term: Option<&'static str>,
    /// Empty where the policy does not say which data.
    pub(crate) categories: Vec<String>,
    pub(crate) context: Vec<&'static str>,
    pub(crate) basis: Said,
    pub(crate) choice: Option<&'static str>,
}

/// Something else that the policy says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Statement {
    pub(crate) about: String,
    pub(crate) says: Said,
}

/// A right that the policy names, and how it is used.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Right {
    pub(crate) says: Said,
    pub(crate) ways: String,
    pub(crate) note: Option<String>,
}

/// The responsible firm.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Controller {
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) representative: Option<String>,
    pub(crate) authority: Option<String>,
    pub(crate) lines: Vec<u32>,
}

/// An address for questions, as it was known on a day.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Contact {
    pub(crate) role: String,
    pub(crate) value: String,
    pub(crate) as_of: String,
    pub(crate) lines: Vec<u32>,
}

/// The policy.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyPage {
    pub(crate) title: String,
    pub(crate) dated: String,
    /// Kept for reference, no longer in force.
    pub(crate) archived: bool,
    /// The day the text was archived; null where that is not known.
    pub(crate) archived_on: Option<String>,
    pub(crate) sha256: String,
    pub(crate) effective_from: Said,
    pub(crate) scope: Said,
    pub(crate) age: Said,
    /// What becomes of an account without activity; null where the policy names no such rule.
    pub(crate) inactive: Option<Said>,
    pub(crate) retention: Said,
    pub(crate) region: Said,
    pub(crate) acknowledged: Said,
    pub(crate) answered: Said,
    pub(crate) notice_days: Said,
    pub(crate) notice_how: Said,
    pub(crate) controller: Controller,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) purposes: Vec<PurposeRow>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) rights: Vec<Right>,
    /// What the vendor asks for when a product is registered; null where the policy speaks of no registering.
    pub(crate) registration: Option<Said>,
}

impl PolicyPage {
    /// From which age on a person decides alone.
    pub(crate) fn age(vendor: &Vendor) -> Said {
        Said::of(&vendor.policy().age_years, |years| vendor::counted(*years, "year"))
    }

    pub(crate) fn of(vendor: &Vendor) -> Self {
        let policy = vendor.policy();
        let years = |years: &u32| vendor::counted(*years, "year");
        let inactive = &policy.inactive_years;
        Self {
            title: policy.title.clone(),
            dated: policy.dated.to_string(),
            archived: policy.archived,
            archived_on: policy.archived_on.map(|day| day.to_string()),
            sha256: policy.sha256.clone(),
            effective_from: Said::of(&policy.effective_from, ToString::to_string),
            scope: Said::text(&policy.scope),
            age: Self::age(vendor),
            inactive: (inactive.assurance != vendor::Assurance::Silent).then(|| Said::of(inactive, years)),
            retention: Said::text(&policy.retention),
            region: Said::text(&policy.region),
            acknowledged: Said::of(&policy.clocks.acknowledge, ToString::to_string),
            answered: Said::of(&policy.clocks.answer, ToString::to_string),
            notice_days: Said::of(&policy.notice.days, |days| vendor::NoticeOfChanges::words(*days)),
            notice_how: Said::text(&policy.notice.how),
            controller: Controller::of(&policy.controller),
            contacts: policy.contact.iter().map(Contact::of).collect(),
            recipients: policy.recipient.values().map(Recipient::of).collect(),
            purposes: policy.purpose.iter().map(PurposeRow::of).collect(),
            statements: policy.statement.iter().map(Statement::of).collect(),
            rights: policy.right.iter().map(Right::of).collect(),
            registration: vendor.registration().map(registration),
        }
    }
}

fn registration(asks: &vendor::Registration) -> Said {
    Said::plain(&asks.fields.join(", "), asks.assurance.unwrap_or(vendor::Assurance::Stated), &asks.lines)
}

impl Recipient {
    fn of(recipient: &vendor::Recipient) -> Self {
        Self {
            says: Said::plain(&recipient.name, recipient.assurance, &recipient.lines),
            context: places(&recipient.context),
        }
    }
}

impl PurposeRow {
    fn of(row: &vendor::PurposeRow) -> Self {
        Self {
            says: Said::plain(&row.name, row.assurance, &row.lines),
            term: row.term.map(vendor::ReasonTerm::words),
            categories: row.categories.clone(),
            context: places(&row.context),
            basis: Said::of(&row.basis, |basis| basis.label().to_lowercase()),
            choice: row.choice.map(vendor::Choice::words),
        }
    }
}

impl Statement {
    fn of(statement: &vendor::Statement) -> Self {
        Self { about: statement.about.clone(), says: Said::text(&statement.says) }
    }
}

impl Right {
    fn of(right: &vendor::Right) -> Self {
        Self {
            says: Said::plain(right.kind.words(), right.assurance, &right.lines),
            ways: right.ways(),
            note: right.note.clone(),
        }
    }
}

impl Controller {
    fn of(controller: &vendor::Controller) -> Self {
        Self {
            name: controller.name.clone(),
            address: controller.address.clone(),
            country: controller.country.clone(),
            representative: controller.representative.clone(),
            authority: controller.authority.clone(),
            lines: controller.lines.clone(),
        }
    }
}

impl Contact {
    fn of(contact: &vendor::Contact) -> Self {
        Self {
            role: contact.role.clone(),
            value: contact.value.clone(),
            as_of: contact.as_of.to_string(),
            lines: contact.lines.clone(),
        }
    }
}

fn places(context: &[vendor::Context]) -> Vec<&'static str> {
    context.iter().map(|place| place.words()).collect()
}
