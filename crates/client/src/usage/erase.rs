//! Having erased what was shared: a request of its own, by the numbers of the uploads that are kept here, shown before it is sent;
//! it waits while nobody is reached. It needs no consent: it takes nothing from here but random numbers.

use gatefold_disclosure::{Payload, Preview};
use gatefold_ledger::EntryId;
use gatefold_store::BatchErasure;
use gatefold_usage::erasure;
use uuid::Uuid;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many uploads at most are named in one request.
const AT_A_TIME: usize = 500;

/// An erasure that is ready to be asked for.
#[derive(Clone, Debug)]
pub struct PreparedErasure {
    vendor: InForce,
    batches: Vec<Uuid>,
    payload: Payload,
    preview: Preview,
}

impl PreparedErasure {
    /// Of whom.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Which uploads are to be erased.
    pub fn batches(&self) -> &[Uuid] {
        &self.batches
    }

    /// Its exact bytes.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }
}

impl Gatefold {
    /// The erasure that the user wants and that the collector has not confirmed, as it would be asked for now; none where there is
    /// none.
    ///
    /// # Errors
    /// [`ClientError::UsageNotOffered`] where the vendor's file names nobody any more who could be asked; the store's.
    pub fn plan_erasure(&self, vendor: &InForce) -> Result<Option<PreparedErasure>, ClientError> {
        let wanted = self.store.batches(&vendor.key())?.into_iter();
        let wanted = wanted.filter(|batch| batch.erasure == BatchErasure::Wanted);
        let batches: Vec<Uuid> = wanted.map(|batch| batch.id).take(AT_A_TIME).collect();
        if batches.is_empty() {
            return Ok(None);
        }
        let endpoint = vendor.vendor().usage_endpoint().ok_or(ClientError::UsageNotOffered)?;
        let payload = erasure(vendor.vendor(), endpoint, &batches)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok(Some(PreparedErasure { vendor: vendor.clone(), batches, payload, preview }))
    }

    /// Asks for it. To ask twice is to ask once, so what has no answer may be asked again.
    ///
    /// # Errors
    /// [`ClientError::UsageErasureNotTaken`] where the collector answered no; the network's: then it waits.
    pub async fn send_erasure(
        &mut self,
        prepared: &PreparedErasure,
        entries: &mut Vec<EntryId>,
    ) -> Result<EntryId, ClientError> {
        let sent = self.send(&prepared.vendor, &prepared.payload).await?;
        entries.push(sent.entry);
        let answer = sent.answer?;
        // A page of somebody in between is no receipt.
        if answer.erased() != u64::try_from(prepared.batches.len()).ok() {
            return Err(ClientError::UsageErasureNotTaken { status: answer.status() });
        }
        self.store.note_erased(&prepared.batches, self.clock.now())?;
        Ok(sent.entry)
    }
}
