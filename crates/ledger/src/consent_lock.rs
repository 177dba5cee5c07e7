//! The user's own lock keeps every optional purpose off until they lift it: `DO_NOT_TRACK`, seen once, or their word. It withdraws
//! nothing, and it refuses to be lifted by the variable's absence.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::consent::{is_kept, time};
use crate::error::LedgerError;
use crate::open::Ledger;

const LOCKED: &str = "locked";
const LOCKED_BY_USER: &str = "locked_by_user";
const LIFTED: &str = "lifted";

/// A lock that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionalLock {
    /// Since when.
    pub since: Timestamp,
    /// Whether the user said so; else `DO_NOT_TRACK` was seen.
    pub by_user: bool,
}

impl Ledger {
    /// Writes down that `DO_NOT_TRACK` was seen; nothing where that is known. Touches the disk if it is not.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lock_optional(&mut self, at: Timestamp) -> Result<(), LedgerError> {
        if self.optional_locked()?.is_some() {
            return Ok(());
        }
        self.write(|tx| if locked(tx)?.is_some() { Ok(()) } else { add(tx, LOCKED, at) })
    }

    /// Writes down that the user locks it. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lock_optional_by_user(&mut self, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|tx| match locked(tx)? {
            Some(OptionalLock { by_user: true, .. }) => Ok(()),
            _ => add(tx, LOCKED_BY_USER, at),
        })
    }

    /// Writes down that the user lifted the lock. Whether there was one. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn lift_lock(&mut self, at: Timestamp) -> Result<bool, LedgerError> {
        self.write(|tx| {
            let was_locked = locked(tx)?.is_some();
            if was_locked {
                add(tx, LIFTED, at)?;
            }
            Ok(was_locked)
        })
    }

    /// Whether every optional purpose is locked off.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn optional_locked(&self) -> Result<Option<OptionalLock>, LedgerError> {
        self.read(|tx| if is_kept(tx)? { locked(tx) } else { Ok(None) })
    }
}

/// Refuses where it is locked.
pub(crate) fn refuse(tx: &Connection) -> Result<(), LedgerError> {
    match locked(tx)? {
        Some(_) => Err(LedgerError::UsageLocked),
        None => Ok(()),
    }
}

fn locked(tx: &Connection) -> Result<Option<OptionalLock>, LedgerError> {
    let sql = "SELECT at_ms, act FROM consent_lock ORDER BY id DESC LIMIT 1";
    let last = tx.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    match last.optional()? {
        // What says neither locks: unknown is not yes.
        Some((at_ms, act)) if act != LIFTED => {
            Ok(Some(OptionalLock { since: time(at_ms)?, by_user: act == LOCKED_BY_USER }))
        }
        _ => Ok(None),
    }
}

fn add(tx: &Connection, act: &str, at: Timestamp) -> Result<(), LedgerError> {
    tx.execute("INSERT INTO consent_lock (at_ms, act) VALUES (?1, ?2)", params![at.as_millisecond(), act])?;
    Ok(())
}
