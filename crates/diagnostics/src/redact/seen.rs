//! What was looked at before and held nothing: logs say the same words over and over.

use std::cell::RefCell;
use std::collections::HashSet;

/// Longer texts seldom come twice.
const MAX_BYTES: usize = 64;
/// So many are remembered; then it begins anew.
const MAX_COUNT: usize = 20_000;

/// Short texts that held nothing.
#[derive(Debug, Default)]
pub(crate) struct Seen(RefCell<HashSet<Box<[u8]>>>);

impl Seen {
    pub(crate) fn holds(&self, text: &[u8]) -> bool {
        text.len() <= MAX_BYTES && self.0.borrow().contains(text)
    }

    pub(crate) fn note(&self, text: &[u8]) {
        if text.len() > MAX_BYTES {
            return;
        }
        let mut seen = self.0.borrow_mut();
        if seen.len() >= MAX_COUNT {
            seen.clear();
        }
        seen.insert(text.into());
    }
}
