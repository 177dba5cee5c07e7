//! Agreeing: what is asked, in which words, and the user's answer to it, a yes or a no. It refuses to agree to what was not
//! shown.

use std::fmt::Write as _;

use gatefold_disclosure::vendor::{Assurance, ItemRule, ReasonTerm, counted};
use gatefold_disclosure::{Item, Purpose, Vendor};
use gatefold_ledger::{GRANT_MONTHS, Grant, RecordEvent};
use sha2::{Digest as _, Sha256};

use super::record::{Answer, record};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// What the receiver's server sees of whoever sends, and whoever carries the connection with it.
pub(super) const SEEN: [&str; 2] = ["IP address", "time of the upload"];

/// The text that was shown, by which a record says what was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageNotice {
    /// The text: plain, its lines ended by line feeds.
    pub text: String,
    /// In which language (BCP 47).
    pub language: &'static str,
}

impl UsageNotice {
    /// SHA-256 of the text, 64 hex digits.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }
}

/// Items that are to be shared, ready to be agreed to.
#[derive(Clone, Debug)]
pub struct PreparedGrant {
    pub(super) vendor: InForce,
    pub(super) items: Vec<Item>,
    pub(super) before: Vec<Grant>,
    pub(super) notice: UsageNotice,
}

impl PreparedGrant {
    /// With whom.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// What will be shared after a yes, and nothing else.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What has to be read first, and was.
    pub fn notice(&self) -> &UsageNotice {
        &self.notice
    }

    /// Whether all of it is agreed to already, and nothing more.
    pub fn is_as_before(&self) -> bool {
        self.before.len() == self.items.len()
            && self.before.iter().all(|grant| self.items.contains(&grant.item))
    }
}

impl Gatefold {
    /// Prepares sharing exactly these items with a vendor; nothing changes yet. None means: all that the vendor's file names.
    ///
    /// # Errors
    /// [`ClientError::UsageNotOffered`] where the vendor takes none; [`ClientError::UsageItemNotOffered`];
    /// [`ClientError::UsageLockedByAdministrator`] and the ledger's for a lock.
    pub fn plan_grant(&mut self, vendor: InForce, items: &[Item]) -> Result<PreparedGrant, ClientError> {
        let offered = vendor.vendor().shares();
        if offered.is_empty() {
            return Err(ClientError::UsageNotOffered);
        }
        if let Some(item) = items.iter().find(|item| !offered.contains(item)) {
            return Err(ClientError::UsageItemNotOffered(*item));
        }
        self.refuse_locked()?;
        self.settle_usage(&vendor)?;
        let chosen = |item: &Item| items.is_empty() || items.contains(item);
        let items: Vec<Item> = offered.into_iter().filter(chosen).collect();
        let mut text = text_of(&vendor, &items);
        if self.weekly_since(&vendor)?.is_some() {
            text.push_str("It is sent by itself, as you chose: weeks that are over, while the window is open, once in seven days at most.\n");
        }
        let notice = UsageNotice { text, language: "en" };
        let before = self.standing_grants(&vendor)?;
        Ok(PreparedGrant { vendor, items, before, notice })
    }

    /// The user agreed: row, then file. What was shared before and is not among the items is taken back first; what was and is goes
    /// on under its own grant; the rest starts from zero.
    ///
    /// # Errors
    /// [`ClientError::UsageChanged`] where something was granted or taken back since it was prepared. The ledger's, the shelf's.
    pub fn grant_usage(&mut self, prepared: &PreparedGrant) -> Result<Vec<Grant>, ClientError> {
        let PreparedGrant { vendor, items, before, .. } = prepared;
        self.refuse_locked()?;
        if self.standing_grants(vendor)? != *before {
            return Err(ClientError::UsageChanged);
        }
        let gone: Vec<Item> =
            before.iter().map(|grant| grant.item).filter(|item| !items.contains(item)).collect();
        if !gone.is_empty() {
            self.withdraw_items(vendor, &gone)?;
        }
        let is_new = |item: &Item| !before.iter().any(|grant| grant.item == *item);
        let new: Vec<Item> = items.iter().copied().filter(is_new).collect();
        if before.is_empty() {
            // Whatever lies there was not noted under this yes, whoever wrote it.
            self.vendor_shelf(vendor)?.remove_consent()?;
        }
        if !new.is_empty() {
            let now = self.clock.now();
            let event = if before.is_empty() { RecordEvent::Granted } else { RecordEvent::Changed };
            let is_weekly = self.weekly_since(vendor)?.is_some();
            let notice = &prepared.notice;
            let make = |grants: &[Grant]| {
                let given = Answer::Given { grants, notice, event };
                (event, record(vendor, items, now, is_weekly, &given))
            };
            self.book.ledger().grant(vendor.vendor(), &new, Purpose::Usage, now, make)?;
        }
        fail::fail_point!("client.after-grant");
        self.mend_consent_file(vendor)?;
        self.usage_grants(vendor)
    }

    /// The user read it, and said no: that is kept, and nothing else changes.
    ///
    /// # Errors
    /// The ledger's.
    pub fn refuse_usage(&mut self, prepared: &PreparedGrant) -> Result<(), ClientError> {
        let PreparedGrant { vendor, items, notice, .. } = prepared;
        let now = self.clock.now();
        let is_weekly = self.weekly_since(vendor)?.is_some();
        let text = record(vendor, items, now, is_weekly, &Answer::Refused { notice });
        let mut ledger = self.book.ledger();
        ledger.keep_record(vendor.vendor(), Purpose::Usage, now, RecordEvent::Refused, &text)?;
        Ok(())
    }
}

/// What is asked: who receives what, why, for how long, and how it ends.
fn text_of(vendor: &InForce, items: &[Item]) -> String {
    let file = vendor.vendor();
    let mut text = format!("Share with {}\n", vendor.called());
    let _ = writeln!(text, "Receiver: {}", file.policy().controller.name);
    if let Some(endpoint) = file.usage_endpoint() {
        let _ = writeln!(text, "Sent to: {endpoint}");
    }
    for rule in items.iter().filter_map(|item| file.item(*item)) {
        let _ = writeln!(text, "- {}: {}", rule.id.label(), rule.words);
        let _ = writeln!(text, "  Why: {}", why(rule));
        let kept = file.retention_of(rule);
        let _ = writeln!(text, "  Kept: {}", kept.is.as_deref().unwrap_or("the policy does not say"));
        let _ = writeln!(text, "  Recipients beside the receiver: {}", recipients(vendor, rule));
    }
    text.push_str(
        "With it goes: which product and which week it is of, and a random number of the upload.\n",
    );
    text.push_str("Not with it: your account, your keys, this computer, any time of day.\n");
    text.push_str(&seen_on_the_network(file));
    let age = &file.policy().age_years;
    let age = match (age.assurance, age.is) {
        (Assurance::Silent, _) | (_, None) => "the policy does not say".to_owned(),
        (_, Some(years)) => counted(years, "year"),
    };
    let _ = writeln!(text, "Age from which you decide yourself: {age}");
    let _ = writeln!(text, "It ends by itself after {GRANT_MONTHS} months. You can stop at any time.");
    text
}

/// What is told by sending alone, without being in the request.
pub(super) fn seen_on_the_network(file: &Vendor) -> String {
    let [address, time] = SEEN;
    let mut text = format!("Seen on the network all the same: your {address} and the {time}.\n");
    for fact in file.network() {
        let says = fact.reason.is.as_deref().unwrap_or("nothing");
        let _ = writeln!(text, "  What the policy says of it ({}): {says}", fact.name);
    }
    text
}

fn why(rule: &ItemRule) -> String {
    let reasons = rule.reason.iter().filter(|reason| reason.term != ReasonTerm::LegalCompliance);
    let words: Vec<&str> = reasons.filter_map(|reason| reason.words.as_deref()).collect();
    if words.is_empty() { "the policy gives no reason".to_owned() } else { words.join("; ") }
}

fn recipients(vendor: &InForce, rule: &ItemRule) -> String {
    let policy = vendor.vendor().policy();
    let names: Vec<&str> = rule
        .recipients
        .iter()
        .filter_map(|short| policy.recipient.get(short))
        .map(|recipient| recipient.name.as_str())
        .collect();
    if names.is_empty() { "the policy names none".to_owned() } else { names.join("; ") }
}
