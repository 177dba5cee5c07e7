//! How it stands with sharing usage: what the vendor takes, what the user said, what was counted, what went.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{ConsentRecord, Grant, RecordEvent};
use gatefold_shelf::UsageLock;
use gatefold_store::{BatchErasure, UsageBatch};
use gatefold_usage::{Count, Session, roll_up};

use super::lock::UsageLocked;
use super::upload::session_of;
use super::weekly::Weekly;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// What the user said, as it counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageState {
    /// The vendor takes none.
    NotOffered,
    /// Nobody asked the user.
    NotAsked,
    /// The user said no.
    Off,
    /// Something is shared.
    On,
    /// The user took it back, and its record waits for somebody who was sending, or for a disk that can be written; nothing new starts.
    Withdrawing,
    /// The user took it back.
    Withdrawn,
    /// It ended by itself.
    Expired,
    /// It is locked off, whatever was said.
    Locked,
}

impl UsageState {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOffered => "not_offered",
            Self::NotAsked => "not_asked",
            Self::Off => "off",
            Self::On => "on",
            Self::Withdrawing => "withdrawing",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Locked => "locked",
        }
    }
}

/// Sessions of a week, over all products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekCount {
    /// The week, as `2026-W49`.
    pub week: String,
    /// How many sessions were counted.
    pub sessions: u64,
    /// How many of them went to the vendor, or may have.
    pub sent: u64,
}

/// How it stands.
#[derive(Clone, Debug)]
pub struct UsageStatus {
    /// What the user said.
    pub state: UsageState,
    /// Who locked it off.
    pub locked: Option<UsageLocked>,
    /// What the vendor takes.
    pub offered: Vec<Item>,
    /// What is granted; where it is locked off, it counts again once the lock is lifted.
    pub grants: Vec<Grant>,
    /// Whether what is shared is sent by itself, and when.
    pub weekly: Option<Weekly>,
    /// What was counted while it was shared, a week each, the oldest first.
    pub weeks: Vec<WeekCount>,
    /// What would be sent next.
    pub pending: Vec<Count>,
    /// Uploads that were sent, or may have been.
    pub uploads: Vec<UsageBatch>,
    /// How many of them wait to be erased.
    pub to_erase: usize,
    /// What was agreed to, refused and taken back.
    pub records: Vec<ConsentRecord>,
}

/// Tells whether what was known of sharing may be another by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageVersion {
    ledger: i64,
    is_locked: bool,
    hour: i64,
}

/// What is shared with a vendor, at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageGlance {
    /// What the user said.
    pub state: UsageState,
    /// What goes to the vendor if it is sent: nothing while it is locked off.
    pub shared: Vec<Item>,
    /// How many records there are: one more tells of what was taken back and given again.
    pub records: usize,
}

impl Gatefold {
    /// How it stands with a vendor, as far as the ledger tells by being read.
    ///
    /// # Errors
    /// The ledger's.
    pub fn usage_glance(&self, vendor: &InForce) -> Result<UsageGlance, ClientError> {
        let grants = self.standing_grants(vendor)?;
        let records = self.book.ledger().records(vendor.vendor(), Purpose::Usage)?;
        let state = self.usage_state(vendor, self.usage_locked()?, &grants, &records)?;
        let is_on = state == UsageState::On;
        let shared = grants.iter().map(|grant| grant.item).filter(|_| is_on).collect();
        Ok(UsageGlance { state, shared, records: records.len() })
    }

    /// Another one once anybody else wrote to the ledger, the administrator locked or lifted, or another hour began, as consents end by
    /// themselves: then what was known of sharing is looked at again.
    ///
    /// # Errors
    /// The ledger's.
    pub fn usage_version(&self) -> Result<UsageVersion, ClientError> {
        let is_locked = UsageLock::of_administrator().is_some();
        let hour = self.clock.now().as_second().div_euclid(3_600);
        Ok(UsageVersion { ledger: self.book.ledger().data_version()?, is_locked, hour })
    }

    /// How it stands with a vendor. Brings to its end what was left half done, as far as that takes nobody else, and counts what plug-ins noted; sends nothing.
    ///
    /// # Errors
    /// The ledger's, the shelf's, the store's.
    pub fn usage_status(&mut self, vendor: &InForce) -> Result<UsageStatus, ClientError> {
        match self.settle_usage(vendor) {
            // It is told as the state, and the next call tries again.
            Ok(()) | Err(ClientError::Ledger(gatefold_ledger::LedgerError::SenderRemains)) => {}
            // Taken back on a disk that cannot be written: likewise.
            Err(error) if error.leaves_reading() && self.is_ending(vendor)? => {}
            Err(error) => return Err(error),
        }
        let grants = self.standing_grants(vendor)?;
        let locked = self.usage_locked()?;
        if locked.is_none() && !grants.is_empty() && self.unwritable().is_none() {
            // Another Gatefold that is at it just now counts them.
            if let Ok(_held) = self.hold_usage(vendor) {
                self.claim_spool(vendor)?;
            }
        }
        let records = self.book.ledger().records(vendor.vendor(), Purpose::Usage)?;
        let state = self.usage_state(vendor, locked, &grants, &records)?;
        let (uploads, open): (Vec<_>, Vec<_>) =
            self.store.batches(&vendor.key())?.into_iter().partition(|batch| !batch.state.is_pending());
        let counted = self.store.counted(&vendor.key())?;
        let pending = counted.iter().filter(|(id, ..)| open.iter().any(|batch| batch.id == *id));
        let weekly = self.weekly(vendor, &pending.clone().map(|(_, line, _)| line).collect::<Vec<_>>())?;
        let pending: Vec<Session> =
            pending.filter_map(|(_, line, sessions)| session_of(&grants, line.clone(), *sessions)).collect();
        let mut weeks: Vec<WeekCount> = Vec::new();
        for (id, line, sessions) in &counted {
            let sent = if open.iter().any(|batch| batch.id == *id) { 0 } else { *sessions };
            match weeks.last_mut().filter(|week| week.week == line.week) {
                Some(week) => {
                    week.sessions += sessions;
                    week.sent += sent;
                }
                None => weeks.push(WeekCount { week: line.week.clone(), sessions: *sessions, sent }),
            }
        }
        Ok(UsageStatus {
            state,
            locked,
            offered: vendor.vendor().shares(),
            grants,
            weekly,
            weeks,
            pending: roll_up(pending),
            to_erase: uploads.iter().filter(|batch| batch.erasure == BatchErasure::Wanted).count(),
            uploads,
            records,
        })
    }

    fn usage_state(
        &self,
        vendor: &InForce,
        locked: Option<UsageLocked>,
        grants: &[Grant],
        records: &[ConsentRecord],
    ) -> Result<UsageState, ClientError> {
        // What of it still stands is shared on; an item that is ending is none of it.
        let is_withdrawing = self.book.ledger().is_withdrawing(vendor.vendor(), Purpose::Usage)?
            || (grants.is_empty() && self.is_ending(vendor)?);
        Ok(match records.last().map(|last| last.event) {
            _ if is_withdrawing => UsageState::Withdrawing,
            _ if vendor.vendor().shares().is_empty() => UsageState::NotOffered,
            _ if locked.is_some() => UsageState::Locked,
            _ if !grants.is_empty() => UsageState::On,
            None => UsageState::NotAsked,
            Some(RecordEvent::Refused) => UsageState::Off,
            Some(RecordEvent::Withdrawn) => UsageState::Withdrawn,
            Some(RecordEvent::Expired | RecordEvent::Granted | RecordEvent::Changed) => UsageState::Expired,
        })
    }
}
