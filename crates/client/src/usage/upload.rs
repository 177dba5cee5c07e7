//! The next upload: what was counted and not sent, as exact bytes, to send or to throw away. It leaves once: what may have arrived
//! is not sent again, whatever the answer was.

use gatefold_disclosure::{Item, Payload, Preview};
use gatefold_egress::SendError;
use gatefold_keygen::{Answer, Collected};
use gatefold_ledger::{EntryId, Grant};
use gatefold_store::{BatchState, Counted, Rest, Settled, UsageBatch};
use gatefold_usage::{Count, Session, Week, roll_up, upload};
use uuid::Uuid;

use super::number_of;
use super::weekly::this_week;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// An upload that is ready to be sent.
#[derive(Clone, Debug)]
pub struct PreparedUpload {
    vendor: InForce,
    batch: Uuid,
    counts: Vec<Count>,
    /// Under which it was counted.
    grants: Vec<i64>,
    /// What was counted from this week on waits for another upload.
    later: Option<Week>,
    payload: Payload,
    preview: Preview,
}

impl PreparedUpload {
    /// To whom.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// The number of the upload.
    pub fn batch(&self) -> Uuid {
        self.batch
    }

    /// What it says.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Whether every week in it is over, by the one that goes on.
    pub(super) fn is_over(&self, this_week: Option<Week>) -> bool {
        this_week.is_some_and(|this| self.counts.iter().all(|count| count.week < this))
    }

    /// Its exact bytes.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }
}

/// An upload that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The number of the upload.
    pub batch: Uuid,
    /// The ledger's entry.
    pub entry: EntryId,
    /// The answer's status.
    pub status: u16,
    /// How many of its points the collector did not take.
    pub rejected: u64,
}

impl Gatefold {
    /// Counts what plug-ins noted and prepares the next upload; none where there is nothing to send.
    ///
    /// # Errors
    /// [`ClientError::UsageNotOffered`]; the ledger's and [`ClientError::UsageLockedByAdministrator`] for a lock;
    /// [`ClientError::UsageNotShared`] where nothing is granted; [`ClientError::UsageBusy`].
    pub fn plan_upload(&mut self, vendor: &InForce) -> Result<Option<PreparedUpload>, ClientError> {
        self.refuse_unshared(vendor)?;
        let _held = self.hold_usage(vendor)?;
        self.claim_spool(vendor)?;
        self.pending_upload(vendor)
    }

    /// Sends an upload as it was shown, once.
    ///
    /// # Errors
    /// [`ClientError::UsageChanged`] where another one would be sent now: nothing left. [`ClientError::UsageNotTaken`] where the
    /// collector answered that it took nothing. Those of [`Gatefold::plan_upload`], of the ledger, and of the network: what may have
    /// left is not sent again.
    pub async fn send_upload(
        &mut self,
        prepared: &PreparedUpload,
        entries: &mut Vec<EntryId>,
    ) -> Result<Uploaded, ClientError> {
        let PreparedUpload { vendor, batch, .. } = prepared;
        self.refuse_unshared(vendor)?;
        let _held = self.hold_usage(vendor)?;
        let now = self.pending_upload(vendor)?.ok_or(ClientError::UsageChanged)?;
        if now.batch != *batch || now.preview.bytes != prepared.preview.bytes {
            return Err(ClientError::UsageChanged);
        }
        self.freeze(*batch, now.later)?;
        fail::fail_point!("client.batch-frozen");
        // Locked meanwhile by who has no row in the ledger.
        self.refuse_locked()?;
        let sent = self.send_under(vendor, &now.payload, &now.grants).await?;
        entries.push(sent.entry);
        let entry = sent.entry;
        let (how, done) = match sent.answer {
            Ok(answer) => judged(&answer, *batch, entry),
            // It is still to be sent.
            Err(error) if error.is_before_sending() => return Err(error),
            // How far it had come the ledger knows, and whoever took it back may have looked there before. Where it was locked off before
            // anybody was tried, it is still to be sent once that is lifted.
            Err(error @ ClientError::Send(SendError::Withdrawn | SendError::Locked)) => {
                if let Some(frozen) = self.store.pending_batch(&vendor.key())? {
                    self.settle_batch(vendor, &frozen)?;
                }
                self.forget_unsent(vendor)?;
                return Err(error);
            }
            Err(error) => {
                (Settled { state: BatchState::Unknown, status: None, rejected: None }, Err(error.of_upload()))
            }
        };
        fail::fail_point!("client.batch-answered");
        self.store.settle_batch(*batch, how, self.clock.now())?;
        done
    }

    /// Forgets what would be sent next. Whether there was anything.
    ///
    /// # Errors
    /// [`ClientError::UsageBusy`], the store's.
    pub fn throw_away_upload(&mut self, prepared: &PreparedUpload) -> Result<bool, ClientError> {
        let _held = self.hold_usage(&prepared.vendor)?;
        if prepared.later.is_some() {
            self.freeze(prepared.batch, prepared.later)?;
        }
        Ok(self.store.throw_away_batch(prepared.batch)?)
    }

    fn freeze(&mut self, batch: Uuid, later: Option<Week>) -> Result<(), ClientError> {
        let week = later.map(|week| week.to_string());
        let rest = match &week {
            Some(week) => Some(Rest { week, batch: chance::uuid()?, made_at: self.clock.now() }),
            None => None,
        };
        self.store.freeze_batch(batch, rest)?;
        Ok(())
    }

    pub(super) fn refuse_unshared(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        if vendor.vendor().shares().is_empty() {
            return Err(ClientError::UsageNotOffered);
        }
        self.settle_usage(vendor)?;
        self.refuse_locked()?;
        match self.usage_grants(vendor)?.is_empty() {
            true => Err(ClientError::UsageNotShared),
            false => Ok(()),
        }
    }

    fn pending_upload(&mut self, vendor: &InForce) -> Result<Option<PreparedUpload>, ClientError> {
        let key = vendor.key();
        while let Some(batch) = self.store.pending_batch(&key)? {
            if !self.settle_batch(vendor, &batch)? {
                continue;
            }
            let grants = self.usage_grants(vendor)?;
            let mut counts = self.counts_of(vendor, &batch, &grants)?;
            let later = self.later_than_this(vendor, &batch, &counts)?;
            counts.retain(|count| later.is_none_or(|later| count.week < later));
            if counts.is_empty() {
                // All of it was noted under grants that are over.
                self.store.throw_away_batch(batch.id)?;
                continue;
            }
            let endpoint = vendor.vendor().usage_endpoint().ok_or(ClientError::UsageNotOffered)?;
            let payload = upload(vendor.vendor(), endpoint, batch.id, &counts)?;
            let preview = payload.preview(vendor.vendor())?;
            return Ok(Some(PreparedUpload {
                vendor: vendor.clone(),
                batch: batch.id,
                counts,
                grants: grants.iter().map(|grant| grant.id).collect(),
                later,
                payload,
                preview,
            }));
        }
        Ok(None)
    }

    /// Who lets it be sent by itself sees what will leave so: the weeks that are over, as long as there are any.
    fn later_than_this(
        &self,
        vendor: &InForce,
        batch: &UsageBatch,
        counts: &[Count],
    ) -> Result<Option<Week>, ClientError> {
        if batch.state != BatchState::Open || self.weekly_since(vendor)?.is_none() {
            return Ok(None);
        }
        let this = this_week(self.clock.now());
        let is_split = |this: &Week| {
            let is_over = |count: &Count| count.week < *this;
            counts.iter().any(is_over) && !counts.iter().all(is_over)
        };
        Ok(this.filter(is_split))
    }

    fn counts_of(
        &self,
        vendor: &InForce,
        batch: &UsageBatch,
        grants: &[Grant],
    ) -> Result<Vec<Count>, ClientError> {
        let counted = self.store.counted(&vendor.key())?;
        let of_it = counted.into_iter().filter(|(id, ..)| *id == batch.id);
        Ok(roll_up(of_it.filter_map(|(_, line, sessions)| session_of(grants, line, sessions))))
    }
}

/// What of a line is granted now, under the numbers under which it was noted.
pub(super) fn session_of(grants: &[Grant], line: Counted, sessions: u64) -> Option<Session> {
    let is_granted = |item, grant: i64| grant > 0 && number_of(grants, item) == grant;
    let text = |item, grant, text: String| (is_granted(item, grant) && !text.is_empty()).then_some(text);
    Some(Session {
        week: line.week.parse().ok()?,
        product: line.product,
        sessions: is_granted(Item::UsageFrequency, line.frequency_grant).then_some(sessions),
        version: text(Item::TitleVersion, line.version_grant, line.version),
        daw: text(Item::Daw, line.daw_grant, line.daw),
    })
}

fn judged(answer: &Answer, batch: Uuid, entry: EntryId) -> (Settled, Result<Uploaded, ClientError>) {
    let status = answer.status();
    let settled = |state, rejected| Settled { state, status: Some(status), rejected };
    match answer.collected() {
        Collected::Taken { rejected } => {
            let state = if rejected == 0 { BatchState::Sent } else { BatchState::Partly };
            (settled(state, Some(rejected)), Ok(Uploaded { batch, entry, status, rejected }))
        }
        Collected::Nothing => {
            (settled(BatchState::Refused, None), Err(ClientError::UsageNotTaken { status }))
        }
        Collected::Unclear => (settled(BatchState::Unknown, None), Err(ClientError::UsageUnclear { status })),
    }
}
