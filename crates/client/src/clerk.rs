//! Notes outcomes in the ledger, and the chain's head beside it; tells whoever wants to know that the ledger grew, and whoever sends
//! what no row there says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gatefold_disclosure::{Item, Sealed};
use gatefold_egress::{Clerk, SendError};
use gatefold_ledger::{AnchorState, Ledger, LedgerError, Outcome, Recorded};
use gatefold_shelf::{Shelf, ShelfError, UsageLock};
use gatefold_store::Secrets;

use crate::chance;
use crate::clock::Clock;
use crate::usage::item_of;

/// The ledger, shared between the use cases and the sending tasks.
#[derive(Clone)]
pub(crate) struct Book {
    ledger: Arc<Mutex<Ledger>>,
    secrets: Arc<Secrets>,
    shelf: Shelf,
    clock: Clock,
    hearer: Arc<OnceLock<Box<dyn Fn() + Send + Sync>>>,
    /// The ledger is not where it was remembered to be.
    is_cut: Arc<AtomicBool>,
}

impl Book {
    pub(crate) fn new(ledger: Ledger, secrets: Arc<Secrets>, shelf: Shelf, clock: Clock) -> Self {
        Self {
            ledger: Arc::new(Mutex::new(ledger)),
            secrets,
            shelf,
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

    /// The administrator's lock is a file that can appear at any time, and so is the word of a user whose disk is full.
    fn forbids(&self, sealed: &Sealed) -> Option<SendError> {
        if UsageLock::of_administrator().is_some() {
            return Some(SendError::Locked);
        }
        // What cannot be told counts as a no.
        let is_taken_back = is_taken_back(&self.shelf, sealed).unwrap_or(true);
        is_taken_back.then_some(SendError::Withdrawn)
    }
}

/// Whether something of a request was taken back, and could not be written down yet.
fn is_taken_back(shelf: &Shelf, sealed: &Sealed) -> Result<bool, ShelfError> {
    let preview = sealed.preview();
    let root = sealed.root_key().parse().map_err(|_| ShelfError::NameUnusable)?;
    let taken = shelf.vendor(&preview.vendor, &root)?.taken_back()?;
    let is_in_it = |item: Item| preview.items.contains(&item);
    Ok(taken.into_iter().any(|taken| taken.is_none_or(|item| is_in_it(item_of(item)))))
}
