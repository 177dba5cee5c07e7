//! Sending by itself: for whoever chose so, what was counted in weeks that are over leaves while the window is open, once in seven days
//! at most. It refuses to send what was counted in a week that still goes on, and to go without the choice, for which the ledger is
//! asked once more.

use std::collections::VecDeque;
use std::fmt::Write as _;

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{EntryId, Grant, RecordEvent};
use gatefold_store::{Counted, VendorKey};
use gatefold_usage::Week;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::grant::{UsageNotice, seen_on_the_network};
use super::record::{Answer, record};
use super::upload::Uploaded;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::renewal::{seconds, unreached};
use crate::vendors::InForce;

/// After an upload that may have left nothing leaves by itself for so long.
const EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// After one that was not begun.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How sending by itself stands, for who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// Since when.
    pub since: Timestamp,
    /// When the next upload may leave, if anything was counted that would be in it. It leaves with the first window that is open then.
    pub next_at: Option<Timestamp>,
}

/// Sending by itself, ready to be chosen.
#[derive(Clone, Debug)]
pub struct PreparedWeekly {
    vendor: InForce,
    before: Vec<Grant>,
    notice: UsageNotice,
}

impl PreparedWeekly {
    /// To whom.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// What has to be read first, and was.
    pub fn notice(&self) -> &UsageNotice {
        &self.notice
    }
}

impl Gatefold {
    /// Prepares that what is shared with a vendor is sent by itself; nothing changes yet.
    ///
    /// # Errors
    /// [`ClientError::UsageNotShared`] where nothing is shared; [`ClientError::UsageNotOffered`]; that of a lock.
    pub fn plan_weekly(&mut self, vendor: InForce) -> Result<PreparedWeekly, ClientError> {
        self.refuse_unshared(&vendor)?;
        let before = self.usage_grants(&vendor)?;
        let items: Vec<Item> = before.iter().map(|grant| grant.item).collect();
        let notice = UsageNotice { text: text_of(&vendor, &items), language: "en" };
        Ok(PreparedWeekly { vendor, before, notice })
    }

    /// The user chose it: part of what was agreed to, so a record says it. Whether that changed anything.
    ///
    /// # Errors
    /// [`ClientError::UsageChanged`] where something was granted or taken back since it was prepared. The ledger's.
    pub fn send_weekly_from_now(&mut self, prepared: &PreparedWeekly) -> Result<bool, ClientError> {
        let PreparedWeekly { vendor, before, notice } = prepared;
        self.refuse_locked()?;
        if self.usage_grants(vendor)? != *before {
            return Err(ClientError::UsageChanged);
        }
        self.choose_sending(vendor, Some(notice))
    }

    /// From now on what is shared is sent by hand alone. It needs no yes, and counts at once. Whether that changed anything.
    ///
    /// # Errors
    /// The ledger's.
    pub fn send_by_hand_from_now(&mut self, vendor: &InForce) -> Result<bool, ClientError> {
        self.choose_sending(vendor, None)
    }

    fn choose_sending(
        &mut self,
        vendor: &InForce,
        notice: Option<&UsageNotice>,
    ) -> Result<bool, ClientError> {
        let now = self.clock.now();
        let items: Vec<Item> = self.usage_grants(vendor)?.iter().map(|grant| grant.item).collect();
        let is_weekly = notice.is_some();
        let make =
            || (RecordEvent::Changed, record(vendor, &items, now, is_weekly, &Answer::Sending { notice }));
        Ok(self.book.ledger().choose_sending(vendor.vendor(), Purpose::Usage, is_weekly, now, make)?)
    }

    /// Since when what is shared with a vendor is sent by itself, if the user chose that.
    pub(super) fn weekly_since(&self, vendor: &InForce) -> Result<Option<Timestamp>, ClientError> {
        let now = self.clock.now();
        Ok(self.book.ledger().sends_by_itself(vendor.vendor(), Purpose::Usage, now)?)
    }

    pub(super) fn weekly(
        &self,
        vendor: &InForce,
        pending: &[&Counted],
    ) -> Result<Option<Weekly>, ClientError> {
        let Some(since) = self.weekly_since(vendor)? else { return Ok(None) };
        let now = self.clock.now();
        let waits_until = self.waits_until(&vendor.key(), now)?;
        let pending = if self.usage_locked()?.is_some() { &[] } else { pending };
        let first = pending.iter().filter_map(|line| line.week.parse().ok()).min();
        let next_at = first.and_then(end_of).map(|over| over.max(waits_until.unwrap_or(now)).max(now));
        Ok(Some(Weekly { since, next_at }))
    }

    /// The vendors whose usage may be sent by itself now, if there is any; nothing leaves.
    ///
    /// # Errors
    /// The store's and the ledger's.
    pub fn weekly_due(&self) -> Result<VecDeque<VendorKey>, ClientError> {
        let mut due = VecDeque::new();
        if self.usage_locked()?.is_some() {
            return Ok(due);
        }
        let now = self.clock.now();
        for vendor in self.vendors()? {
            let key = vendor.key();
            if self.weekly_since(&vendor)?.is_some() && self.waits_until(&key, now)?.is_none() {
                due.push_back(key);
            }
        }
        Ok(due)
    }

    /// Sends what was counted for a vendor in weeks that are over, unless something changed in between. Nothing where there is none.
    /// What becomes of it is seen in the ledger.
    ///
    /// # Errors
    /// As [`Gatefold::send_upload`].
    pub async fn send_weekly(&mut self, vendor: &VendorKey) -> Result<Option<Uploaded>, ClientError> {
        let now = self.clock.now();
        let agreed = self.vendors()?.into_iter().find(|agreed| agreed.key() == *vendor);
        let Some(agreed) = agreed else { return Ok(None) };
        let is_due = self.weekly_since(&agreed)?.is_some() && self.waits_until(vendor, now)?.is_none();
        if !is_due {
            return Ok(None);
        }
        let Some(prepared) = self.plan_upload(&agreed)?.filter(|prepared| prepared.is_over(this_week(now)))
        else {
            return Ok(None);
        };
        let before = self.store.usage_asked(vendor)?.map_or(0, |(_, again_secs)| again_secs);
        // On disk before anything leaves: whatever breaks off after that, nothing leaves by itself this week.
        self.note_asked_weekly(vendor, now, EVERY)?;
        let mut entries: Vec<EntryId> = Vec::new();
        self.by_itself = true;
        let done = self.send_upload(&prepared, &mut entries).await;
        self.by_itself = false;
        match &done {
            // Refused before there was an entry: nothing left.
            Err(_) if entries.is_empty() => self.note_asked_weekly(vendor, now, HOUR)?,
            Err(error) if error.is_before_sending() => {
                self.note_asked_weekly(vendor, now, unreached(before))?;
            }
            _ => {}
        }
        done.map(Some)
    }

    fn note_asked_weekly(
        &self,
        vendor: &VendorKey,
        at: Timestamp,
        wait: SignedDuration,
    ) -> Result<(), ClientError> {
        Ok(self.store.note_usage_asked(vendor, at, wait.as_secs().unsigned_abs())?)
    }

    /// Until when nothing leaves by itself, if it is yet to come.
    fn waits_until(&self, vendor: &VendorKey, now: Timestamp) -> Result<Option<Timestamp>, ClientError> {
        let asked = self.store.usage_asked(vendor)?;
        Ok(asked.and_then(|(asked_at, again_secs)| waiting(asked_at, again_secs, now)))
    }
}

/// A time that is yet to come was noted by a clock that was ahead, and says nothing.
fn waiting(asked_at: Timestamp, again_secs: u64, now: Timestamp) -> Option<Timestamp> {
    let until = asked_at.checked_add(SignedDuration::from_secs(seconds(again_secs))).ok()?;
    (asked_at <= now && now < until).then_some(until)
}

/// The week that goes on.
pub(super) fn this_week(now: Timestamp) -> Option<Week> {
    Week::of(now.to_zoned(TimeZone::UTC).date()).ok()
}

/// When a week is over.
fn end_of(week: Week) -> Option<Timestamp> {
    let monday = week.monday().checked_add(7.days()).ok()?;
    Some(monday.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn text_of(vendor: &InForce, items: &[Item]) -> String {
    let file = vendor.vendor();
    let mut text = format!("Send usage to {} by itself\n", vendor.called());
    let _ = writeln!(text, "Receiver: {}", file.policy().controller.name);
    if let Some(endpoint) = file.usage_endpoint() {
        let _ = writeln!(text, "Sent to: {endpoint}");
    }
    let labels: Vec<&str> = items.iter().map(|item| item.label()).collect();
    let _ = writeln!(
        text,
        "What: what you share already ({}), counted in weeks that are over",
        labels.join(", ")
    );
    text.push_str("When: while the window of Gatefold is open, once in seven days at most\n");
    text.push_str(&seen_on_the_network(file));
    text.push_str("Each upload stands in the record of what was sent, byte for byte.\n");
    text.push_str("It ends with your consent. You can stop it at any time, and go on sharing by hand.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_from_when_it_was_asked_and_not_by_a_clock_that_was_ahead() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let asked = at("2026-12-01T10:00:00Z");
        let week = EVERY.as_secs().unsigned_abs();
        let check = |now: &str, again_secs: u64, expect: Option<&str>| {
            assert_eq!(waiting(asked, again_secs, at(now)), expect.map(at), "{now}");
        };
        check("2026-12-01T10:00:00Z", week, Some("2026-12-08T10:00:00Z"));
        check("2026-12-08T09:59:59Z", week, Some("2026-12-08T10:00:00Z"));
        check("2026-12-08T10:00:00Z", week, None);
        check("2026-11-30T10:00:00Z", week, None);
        check("2026-12-01T10:59:59Z", 3_600, Some("2026-12-01T11:00:00Z"));
        check("2026-12-01T11:00:00Z", u64::MAX, None);
    }

    #[test]
    fn a_week_is_over_on_monday() {
        let week = this_week("2026-12-01T10:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(end_of(week), Some("2026-12-07T00:00:00Z".parse().unwrap()));
    }
}
