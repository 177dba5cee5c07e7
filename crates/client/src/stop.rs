//! Stopping on the user's word: what is on its way may come to its end, and nothing more leaves. It takes nothing back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The user's word that nothing more is to be sent. Copies are one and the same word.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Nothing more is to be sent.
    pub fn say(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was said.
    pub fn is_said(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
