//! What shows of a record without checking all of it: which of some entries are not what was written, which are gone between
//! them, and whether the record ends where it was remembered to.
//!
//! A list may ask on every page of it: the cost is that of the entries named, however long the record is. It refuses to say
//! that a record is whole; only [`Ledger::check`] looks at all of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use crate::anchor::{AnchorState, Head, compare};
use crate::check::check_entry;
use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;

/// What is wrong with some entries, as far as they tell by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Those that are not what was written.
    pub altered: BTreeSet<EntryId>,
    /// How many entries are gone right before one of them. Entries are numbered without gaps.
    pub gone_before: BTreeMap<EntryId, u64>,
}

impl Ledger {
    /// Looks at these entries alone. One that is not there any more is passed over.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn glance(&self, ids: impl IntoIterator<Item = EntryId>) -> Result<Glance, LedgerError> {
        self.read(|tx| {
            let mut glance = Glance::default();
            for id in ids {
                match check_entry(tx, id.0) {
                    Ok(found) if found.intact => {}
                    Ok(_) => drop(glance.altered.insert(id)),
                    Err(LedgerError::NoEntry(_)) => continue,
                    Err(error) => return Err(error),
                }
                match gone_before(tx, id.0)? {
                    0 => {}
                    gone => drop(glance.gone_before.insert(id, gone)),
                }
            }
            Ok(glance)
        })
    }

    /// Whether the chain holds what was remembered of it outside, and the list what the chain ends with.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn ends_whole(&self, anchor: Option<Head>) -> Result<bool, LedgerError> {
        self.read(|tx| {
            let (_, state) = compare(tx, anchor)?;
            Ok(state != AnchorState::Cut && newest_is_listed(tx)?)
        })
    }
}

/// How many numbers are missing between an entry and the one before it. What retention cut is gone by right, and around what
/// it left standing nothing is missed.
fn gone_before(tx: &Connection, id: i64) -> Result<u64, LedgerError> {
    let sql = "SELECT max(coalesce((SELECT max(id) FROM line WHERE id < ?1), 0), cut_entry) FROM state";
    let last: i64 = tx.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
    Ok(u64::try_from(id.saturating_sub(last).saturating_sub(1)).unwrap_or(0))
}

/// Whether the entry that the last record speaks of, or a later one, has its line.
fn newest_is_listed(tx: &Connection) -> Result<bool, LedgerError> {
    let number = |sql: &str| -> Result<Option<i64>, LedgerError> {
        Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?.flatten())
    };
    let last = number("SELECT entry FROM record ORDER BY seq DESC LIMIT 1")?;
    Ok(number("SELECT max(id) FROM line")? >= last)
}
