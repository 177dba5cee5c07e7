//! What is older than the user wants it is erased, once a day, at a start. It refuses to believe a date: what is erased by
//! mistake never comes back, so that an entry is as old as days were counted since (decision 9).

use gatefold_ledger::{EntryId, LedgerError, Retention};

use crate::app::Gatefold;
use crate::error::ClientError;

/// Where one of these cannot be read nothing is erased: the user may have said `for ever`.
const DECIDES: &[&str] = &["keep_bytes_months", "keep_lines_months"];

impl Gatefold {
    /// Erases bytes and cuts lines that are older than the user wants them, but for the last activation of each license
    /// that is here.
    pub(crate) fn retire_entries(&self) -> Result<(), ClientError> {
        let (settings, now) = (self.store.settings()?, self.clock.now());
        if settings.whole(DECIDES).is_err() {
            return Ok(());
        }
        let policy =
            Retention { bytes_months: settings.keep_bytes_months, lines_months: settings.keep_lines_months };
        if !self.book.ledger().count_days(policy, now)? {
            return Ok(());
        }
        let licenses = self.store.licenses()?;
        let keep: Vec<EntryId> =
            licenses.iter().flat_map(|license| &license.activation_entries).map(|id| EntryId(*id)).collect();
        let retiring = self.book.ledger().retiring(policy, &keep)?;
        self.keep_titles(&retiring)?;
        match self.book.ledger().apply_retention(policy, now, &keep, &mut self.secrets.anchor()) {
            // Traces that wait for another process are no reason not to start, nor is an anchor that cannot be told of
            // a cut, as while the keyring is locked; the next day tries again.
            Ok(_) | Err(LedgerError::ScrubWaiting | LedgerError::Anchor(_)) => {}
            Err(error) => return Err(error.into()),
        }
        policy.lines_months.map_or(Ok(()), |_| self.retire_titles())
    }
}
