//! Checking the chain.

use crate::anchor::{AnchorState, Head};
use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// Entries looked at.
    pub entries: u64,
    /// Nothing is altered, removed or cut.
    pub intact: bool,
    /// Entries that are not what was written, or are gone, ascending.
    pub broken: Vec<EntryId>,
    /// Entries whose bytes were erased.
    pub erased: u64,
    /// What the anchor says of the end.
    pub anchor: AnchorState,
}

/// What a check of one entry found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EntryCheck {
    /// Its records are what was written, and their neighbors follow on them.
    pub intact: bool,
    /// Its bytes were erased.
    pub erased: bool,
}

impl Ledger {
    /// Checks the whole chain, row by row, against the head kept outside, if one was.
    ///
    /// # Errors
    /// Those of the disk; a broken chain is no error.
    pub fn check(&self, anchor: Option<Head>) -> Result<Check, LedgerError> {
        let _ = anchor;
        todo!()
    }

    /// Checks one entry and its links; costs the same however long the chain is.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`] and those of the disk.
    pub fn check_entry(&self, id: EntryId) -> Result<EntryCheck, LedgerError> {
        let _ = id;
        todo!()
    }
}
