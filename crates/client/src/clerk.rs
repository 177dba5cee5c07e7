//! Notes outcomes in the ledger, and the chain's head beside it; tells whoever wants to know that the ledger grew.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gatefold_egress::Clerk;
use gatefold_ledger::{AnchorState, Ledger, LedgerError, Outcome, Recorded};
use gatefold_store::Secrets;

use crate::chance;
use crate::clock::Clock;

/// The ledger, shared between the use cases and the sending tasks.
#[derive(Clone)]
pub(crate) struct Book {
    ledger: Arc<Mutex<Ledger>>,
    secrets: Arc<Secrets>,
    clock: Clock,
    hearer: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>,
    /// The ledger is not where it was remembered to be.
    is_cut: Arc<AtomicBool>,
}

impl Book {
    pub(crate) fn new(ledger: Ledger, secrets: Arc<Secrets>, clock: Clock) -> Self {
        Self {
            ledger: Arc::new(Mutex::new(ledger)),
            secrets,
            clock,
            hearer: Arc::default(),
            is_cut: Arc::default(),
        }
    }

    /// The ledger. A panic elsewhere leaves it usable: its state is in the file, not in memory.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on `hear` is called after each entry and each outcome. The first hearer stays the only one.
    pub(crate) fn on_change(&self, hear: impl Fn() + Send + Sync + 'static) {
        let _ = self.hearer.set(Box::new(hear));
    }

    /// The ledger grew. Not to be called while it is borrowed: the hearer may read.
    pub(crate) fn tell(&self) {
        if let Some(hear) = self.hearer.get() {
            hear();
        }
    }

    /// Keeps the chain's head outside the file. A keyring that is locked just now is no reason to fail: the next
    /// outcome tries again, and a ledger longer than its anchor is whole.
    pub(crate) fn keep_anchor(&self) {
        match self.ledger().keep_anchor(&mut self.secrets.anchor()) {
            Ok(state) => self.is_cut.store(state == AnchorState::Cut, Ordering::Relaxed),
            Err(_) => {
                tracing::warn!(name: "ledger.anchor_not_kept", code = gatefold_disclosure::log::public("ledger.anchor"));
            }
        }
    }

    /// Whether the last outcome found the ledger elsewhere than it was remembered to be.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Relaxed)
    }
}

impl Clerk for Book {
    fn conclude(&self, recorded: Recorded, outcome: Outcome) -> Result<(), LedgerError> {
        let salt = chance::bytes().map_err(|_| LedgerError::Damaged("no randomness for a salt"))?;
        self.ledger().conclude(recorded.id(), &outcome, self.clock.now(), salt)?;
        fail::fail_point!("client.after-conclude");
        drop(recorded);
        self.keep_anchor();
        self.tell();
        Ok(())
    }
}
