//! What a crash, another process or time left half done about sharing is made whole, before anything else is done about it. It
//! refuses to send.

use gatefold_disclosure::Purpose;
use gatefold_ledger::{EntryId, Filter, Gone, OutcomeClass, RecordEvent};
use gatefold_store::{BatchState, Settled, UsageBatch};

use super::record::{Answer, record};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many uploads at most are looked through for one that a crash left without its end.
const LOOK_BACK: usize = 200;

impl Gatefold {
    /// Brings consent, file and memory to one: a withdrawal that was begun ends, an end that came by itself is noted, and the
    /// file says what the ledger says.
    pub(super) fn settle_usage(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        if self.unwritable().is_some() {
            return Ok(());
        }
        self.see_do_not_track()?;
        self.write_taken_back(vendor)?;
        if self.book.ledger().is_withdrawing(vendor.vendor(), Purpose::Usage)? {
            self.mend_consent_file(vendor)?;
            self.finish_withdrawal(vendor)?;
        }
        self.note_expiry(vendor)?;
        self.mend_consent_file(vendor)
    }

    /// The record of a withdrawal that was begun, and the end of what was counted and not sent.
    pub(super) fn finish_withdrawal(&mut self, vendor: &InForce) -> Result<Vec<Gone>, ClientError> {
        let now = self.clock.now();
        let is_partial = !self.outstanding_grants(vendor)?.is_empty();
        let is_weekly = self.weekly_since(vendor)?.is_some();
        let items = vendor.vendor().shares();
        let mut before = Vec::new();
        let make = |gone: &[Gone]| {
            before = gone.to_vec();
            let event = if is_partial { RecordEvent::Changed } else { RecordEvent::Withdrawn };
            (event, record(vendor, &items, now, is_weekly, &Answer::Withdrawn { gone, is_partial }))
        };
        self.book.ledger().finish_withdrawal(vendor.vendor(), Purpose::Usage, now, make)?;
        self.forget_unsent(vendor)?;
        Ok(before)
    }

    /// What was counted is forgotten once the consent is over, by whatever way; of what may have left the number stays.
    pub(super) fn forget_unsent(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        let last = self.last_word(vendor)?;
        if !matches!(last, Some(RecordEvent::Withdrawn | RecordEvent::Expired)) {
            return Ok(());
        }
        let key = vendor.key();
        if let Some(batch) = self.store.pending_batch(&key)? {
            self.settle_batch(vendor, &batch)?;
        }
        if self.store.pending_batch(&key)?.is_some() || !self.store.counted(&key)?.is_empty() {
            self.store.drop_usage(&key)?;
        }
        self.learn_of_unknown(vendor)
    }

    /// While somebody was still sending it was not known what became of their upload; the ledger may know since.
    fn learn_of_unknown(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        for batch in self.store.batches(&vendor.key())? {
            if batch.state != BatchState::Unknown {
                continue;
            }
            match self.end_of_batch(vendor, &batch)? {
                Some(Settled { state: BatchState::Unknown, .. }) => {}
                Some(how) => _ = self.store.settle_batch(batch.id, how, self.clock.now())?,
                None if self.never_left(vendor, &batch)? => _ = self.store.forget_never_sent(batch.id)?,
                None => {}
            }
        }
        Ok(())
    }

    /// What was said last that changed anything: a no that was said to a question changes nothing.
    fn last_word(&self, vendor: &InForce) -> Result<Option<RecordEvent>, ClientError> {
        let records = self.book.ledger().records(vendor.vendor(), Purpose::Usage)?;
        let last = records.iter().rev().find(|record| record.event != RecordEvent::Refused);
        Ok(last.map(|record| record.event))
    }

    /// Twelve months are over, and nobody has said so yet.
    fn note_expiry(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        let (now, granted) = (self.clock.now(), self.outstanding_grants(vendor)?);
        if granted.iter().any(|grant| now < grant.ends_at) {
            return Ok(());
        }
        if !granted.is_empty() {
            let text = record(vendor, &vendor.vendor().shares(), now, false, &Answer::Expired);
            // Somebody else may be taking it back just now: the ledger looks once more as it writes.
            self.book.ledger().keep_end(vendor.vendor(), Purpose::Usage, now, &text)?;
        }
        self.forget_unsent(vendor)
    }

    /// What became of an upload that was about to be sent when its process ended. The ledger knows: an entry of it that may have
    /// left settles it, and it is never sent again. Only under the hold of who sends. Whether it is still to be sent.
    pub(super) fn settle_batch(&mut self, vendor: &InForce, batch: &UsageBatch) -> Result<bool, ClientError> {
        if batch.state != BatchState::Frozen {
            return Ok(batch.state.is_pending());
        }
        let Some(how) = self.end_of_batch(vendor, batch)? else { return Ok(true) };
        self.store.settle_batch(batch.id, how, self.clock.now())?;
        Ok(false)
    }

    /// Of one of which no entry may have left: whether the ledger has entries of it.
    fn never_left(&self, vendor: &InForce, batch: &UsageBatch) -> Result<bool, ClientError> {
        let (ledger, id) = (self.book.ledger(), batch.id.to_string());
        let lines = ledger.page(&uploads_to(vendor), LOOK_BACK)?;
        Ok(lines.iter().any(|line| ledger.raw(line.id).is_ok_and(|bytes| holds(&bytes, &id))))
    }

    fn end_of_batch(&self, vendor: &InForce, batch: &UsageBatch) -> Result<Option<Settled>, ClientError> {
        let ledger = self.book.ledger();
        let id = batch.id.to_string();
        for line in ledger.page(&uploads_to(vendor), LOOK_BACK)?.iter().rev() {
            if line.outcome == Some(OutcomeClass::NotSent) {
                continue;
            }
            let is_it = match ledger.raw(EntryId(line.id.0)) {
                Ok(bytes) => holds(&bytes, &id),
                // Erased or altered since: it may be this one, if it is no older.
                Err(_) => line.at >= batch.made_at,
            };
            if is_it {
                return Ok(Some(settled_by(line.outcome, line.status)));
            }
        }
        Ok(None)
    }
}

fn uploads_to(vendor: &InForce) -> Filter {
    Filter {
        vendor: Some(vendor.vendor().id().to_owned()),
        purpose: Some(Purpose::Usage),
        ..Filter::default()
    }
}

fn holds(bytes: &[u8], id: &str) -> bool {
    bytes.windows(id.len()).any(|part| part == id.as_bytes())
}

/// By what the ledger keeps of an answer.
fn settled_by(outcome: Option<OutcomeClass>, status: Option<u16>) -> Settled {
    let state = match (outcome, status) {
        (Some(OutcomeClass::Answered), Some(200..300)) => BatchState::Sent,
        (Some(OutcomeClass::Answered), _) => BatchState::Refused,
        _ => BatchState::Unknown,
    };
    Settled { state, status, rejected: None }
}
