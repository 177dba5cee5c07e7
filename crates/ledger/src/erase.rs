//! Erasing: what stands beside the chain goes, and leaves no byte in the ledger's files.
//!
//! SQLite overwrites what it frees, but rows that it moves between pages leave copies behind; so after an erasure the
//! file is rewritten whole and the log before it is cut off. It refuses to erase what is still on its way.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::search;

/// Up to this size the file is rewritten through memory, beyond it through a temporary file.
const IN_MEMORY_BYTES: i64 = 256 << 20;

impl Ledger {
    /// Erases what stands beside the chain of one entry: bytes, facts, salts, search text. The clear fields stay and
    /// the chain still checks. Erasing twice changes nothing. Touches the disk and rewrites the file.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`], [`LedgerError::StillPending`], [`LedgerError::ScrubWaiting`] and those of the disk.
    pub fn erase(&mut self, id: EntryId, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|tx| {
            let found: Option<(Option<i64>, bool)> = tx
                .prepare_cached("SELECT outcome_seq, erased_at IS NOT NULL FROM line WHERE id = ?1")?
                .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            match found {
                None => Err(LedgerError::NoEntry(id)),
                Some((None, _)) => Err(LedgerError::StillPending(id)),
                Some((Some(_), true)) => Ok(()),
                Some((Some(_), false)) => forget_bodies(tx, &[id.0], at),
            }
        })?;
        fail::fail_point!("ledger.after-erase");
        self.scrub()
    }

    /// Overwrites what erased rows may have left in the file, if there is anything to overwrite.
    pub(crate) fn scrub(&self) -> Result<(), LedgerError> {
        let due = || self.db.query_row("SELECT scrub_due FROM state", [], |row| row.get::<_, bool>(0));
        if !due()? {
            return Ok(());
        }
        let size: i64 = self.db.query_row(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            [],
            |row| row.get(0),
        )?;
        let store = if size <= IN_MEMORY_BYTES { "MEMORY" } else { "FILE" };
        self.db.pragma_update(None, "temp_store", store)?;
        let rewritten = self.db.execute_batch("VACUUM");
        self.db.pragma_update(None, "temp_store", "MEMORY")?;
        waiting(rewritten.map_err(LedgerError::from))?;
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = self.db.query_row(checkpoint, [], |row| row.get::<_, bool>(0));
        if waiting(busy.map_err(LedgerError::from))? {
            return Err(LedgerError::ScrubWaiting);
        }
        self.db.execute("UPDATE state SET scrub_due = 0", [])?;
        Ok(())
    }
}

fn waiting<T>(result: Result<T, LedgerError>) -> Result<T, LedgerError> {
    result
        .map_err(|error| if matches!(error, LedgerError::Locked) { LedgerError::ScrubWaiting } else { error })
}

/// Removes bodies and words of concluded entries and marks their lines.
pub(crate) fn forget_bodies(tx: &Connection, ids: &[i64], at: Timestamp) -> Result<(), LedgerError> {
    let mut words = search::Forgotten::default();
    for id in ids {
        words.forget(tx, *id)?;
        tx.prepare_cached(
            "DELETE FROM body WHERE seq IN (SELECT entry_seq FROM line WHERE id = ?1
                                            UNION ALL SELECT outcome_seq FROM line WHERE id = ?1)",
        )?
        .execute([id])?;
        tx.prepare_cached("UPDATE line SET erased_at = ?2 WHERE id = ?1")?
            .execute(params![id, at.as_millisecond()])?;
    }
    words.sweep(tx)?;
    tx.execute("UPDATE state SET scrub_due = 1", [])?;
    Ok(())
}
