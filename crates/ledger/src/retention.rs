//! Retention.

use jiff::Timestamp;

use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;

/// How long what is kept; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Calendar months after which an entry's bytes are erased.
    pub bytes_months: Option<u16>,
    /// Calendar months after which its line goes, too.
    pub lines_months: Option<u16>,
}

/// What retention removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    /// Entries whose bytes were erased.
    pub bytes: usize,
    /// Entries whose lines were cut.
    pub lines: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self { bytes_months: Some(13), lines_months: Some(36) }
    }
}

impl Ledger {
    /// Erases bytes and cuts lines that are older than the policy lets them be, but for the entries in `keep` (the
    /// last activation of each installed license), which stay whole. Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::ScrubWaiting`] and those of the disk.
    pub fn apply_retention(
        &mut self,
        policy: Retention,
        now: Timestamp,
        keep: &[EntryId],
    ) -> Result<Retired, LedgerError> {
        let _ = (policy, now, keep);
        todo!()
    }
}
