//! Notes outcomes in the ledger, and the chain's head beside it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatefold_egress::Clerk;
use gatefold_ledger::{Ledger, LedgerError, Outcome, Recorded};
use gatefold_store::Secrets;

use crate::chance;
use crate::clock::Clock;

/// The ledger, shared between the use cases and the sending tasks.
#[derive(Clone)]
pub(crate) struct Book {
    ledger: Arc<Mutex<Ledger>>,
    secrets: Arc<Secrets>,
    clock: Clock,
}

impl Book {
    pub(crate) fn new(ledger: Ledger, secrets: Arc<Secrets>, clock: Clock) -> Self {
        Self { ledger: Arc::new(Mutex::new(ledger)), secrets, clock }
    }

    /// The ledger. A panic elsewhere leaves it usable: its state is in the file, not in memory.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the chain's head outside the file. A keyring that is locked just now is no reason to fail: the next
    /// outcome tries again, and a ledger longer than its anchor is whole.
    pub(crate) fn keep_anchor(&self) {
        let kept = self.ledger().keep_anchor(&mut self.secrets.anchor());
        if kept.is_err() {
            tracing::warn!(name: "ledger.anchor_not_kept", code = gatefold_disclosure::log::public("ledger.anchor"));
        }
    }
}

impl Clerk for Book {
    fn conclude(&self, recorded: Recorded, outcome: Outcome) -> Result<(), LedgerError> {
        let salt = chance::bytes().map_err(|_| LedgerError::Damaged("no randomness for a salt"))?;
        self.ledger().conclude(recorded.id(), &outcome, self.clock.now(), salt)?;
        fail::fail_point!("client.after-conclude");
        drop(recorded);
        self.keep_anchor();
        Ok(())
    }
}
