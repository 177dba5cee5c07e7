//! What a run has sent so far, and what it waits for: so that whoever stops it is told what left and what did not.
//!
//! It refuses to guess: until an answer is here, what left may have been acted on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gatefold_ledger::EntryId;

use crate::error::ClientError;
use crate::stop::Stop;

/// What a run sends. Copies are one and the same trail.
#[derive(Clone, Debug, Default)]
pub struct Trail(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    entries: Vec<EntryId>,
    /// Requests that are being entered in the ledger, or are out.
    out: u32,
    /// Of one that was out it is not known whether the server acted.
    is_unsure: bool,
    awaits_another: bool,
    may_leave_token: bool,
}

impl Trail {
    /// The entries of the requests that left, or may have, in the order of sending.
    pub fn entries(&self) -> Vec<EntryId> {
        self.state().entries.clone()
    }

    /// Whether a request is out, or about to be: one that was not refused for the user's word.
    pub fn is_out(&self) -> bool {
        self.state().out > 0
    }

    /// Whether a request has left, and it is not known whether the server acted.
    pub fn is_unsure(&self) -> bool {
        let state = self.state();
        state.out > 0 || state.is_unsure
    }

    /// Whether it waits for another Gatefold, which works on the license.
    pub fn awaits_another(&self) -> bool {
        self.state().awaits_another
    }

    /// Whether the vendor may have given a sign-in that is neither kept nor revoked yet.
    pub fn may_leave_token(&self) -> bool {
        self.state().may_leave_token
    }

    /// From now on, until what it gives is dropped, the vendor may give a sign-in.
    pub(crate) fn token_is_open(&self) -> OpenToken {
        self.state().may_leave_token = true;
        OpenToken(self.clone())
    }

    /// A request begins, unless the user said stop. Both in one: whoever says stop and then looks here knows whether a
    /// request may still leave.
    pub(crate) fn begins(&self, stop: &Stop) -> Result<Leaving, ClientError> {
        let mut state = self.state();
        if stop.is_said() {
            return Err(ClientError::Stopped);
        }
        state.out += 1;
        drop(state);
        Ok(Leaving { trail: self.clone(), is_unsure: false })
    }

    /// While `wait` runs, another Gatefold is waited for.
    pub(crate) fn awaiting<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.state().awaits_another = true;
        let waited = wait();
        self.state().awaits_another = false;
        waited
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sign-in from before it is asked for until it is kept, or known to be none.
pub(crate) struct OpenToken(Trail);

impl Drop for OpenToken {
    fn drop(&mut self) {
        self.0.state().may_leave_token = false;
    }
}

/// A request from before its entry to after its answer.
pub(crate) struct Leaving {
    trail: Trail,
    is_unsure: bool,
}

impl Leaving {
    /// It has its entry, and may leave.
    pub(crate) fn entered(&mut self, entry: EntryId) {
        self.trail.state().entries.push(entry);
        self.is_unsure = true;
    }

    /// It is known whether the server acted.
    pub(crate) fn answered(&mut self) {
        self.is_unsure = false;
    }

    /// Nothing of it left: it has an entry, but was not sent.
    pub(crate) fn stayed(&mut self, entry: EntryId) {
        self.is_unsure = false;
        self.trail.state().entries.retain(|left| *left != entry);
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut state = self.trail.state();
        state.out -= 1;
        state.is_unsure |= self.is_unsure;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_is_sure_and_what_is_not_is_not() {
        let (trail, stop) = (Trail::default(), Stop::default());
        assert!(!trail.is_out() && !trail.is_unsure());
        // Refused by the ledger: nothing left.
        drop(trail.begins(&stop).unwrap());
        assert!(!trail.is_unsure() && trail.entries().is_empty());
        let mut leaving = trail.begins(&stop).unwrap();
        leaving.entered(EntryId(1));
        assert!(trail.is_out() && trail.is_unsure());
        leaving.answered();
        drop(leaving);
        assert!(!trail.is_out() && !trail.is_unsure());
        let mut leaving = trail.begins(&stop).unwrap();
        leaving.entered(EntryId(2));
        leaving.stayed(EntryId(2));
        drop(leaving);
        assert!(!trail.is_unsure() && trail.entries() == [EntryId(1)]);
        let mut leaving = trail.begins(&stop).unwrap();
        leaving.entered(EntryId(3));
        drop(leaving);
        assert!(!trail.is_out() && trail.is_unsure());
        assert_eq!(trail.entries(), [EntryId(1), EntryId(3)]);
    }

    #[test]
    fn after_the_word_nothing_begins() {
        let (trail, stop) = (Trail::default(), Stop::default());
        stop.say();
        assert!(matches!(trail.begins(&stop), Err(ClientError::Stopped)));
        assert!(!trail.is_out());
    }
}
