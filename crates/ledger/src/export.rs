//! Export.

use std::io::Write;

use jiff::Timestamp;

use crate::error::LedgerError;
use crate::open::Ledger;

impl Ledger {
    /// Writes the whole ledger as one JSON object, entry by entry.
    ///
    /// # Errors
    /// Those of the disk and of `out`.
    pub fn export_json(&self, out: &mut dyn Write, at: Timestamp) -> Result<(), LedgerError> {
        let _ = (out, at);
        todo!()
    }

    /// Writes the requests as an HTTP Archive 1.2, entry by entry.
    ///
    /// # Errors
    /// Those of the disk and of `out`.
    pub fn export_har(&self, out: &mut dyn Write) -> Result<(), LedgerError> {
        let _ = out;
        todo!()
    }
}
