//! Erasing.

use jiff::Timestamp;

use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;

impl Ledger {
    /// Erases what stands beside the chain of one entry: bytes, facts, salts, search text. The clear fields stay and
    /// the chain still checks. Touches the disk; leaves no byte behind in the ledger's files.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`], [`LedgerError::StillPending`], [`LedgerError::ScrubWaiting`] and those of the disk.
    pub fn erase(&mut self, id: EntryId, at: Timestamp) -> Result<(), LedgerError> {
        let _ = (id, at);
        todo!()
    }
}
