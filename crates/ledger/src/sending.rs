//! Whether what is shared is sent by itself: a choice of its own beside the grant, and gone with it. It refuses to stand where
//! nothing is shared, and to come to life again with another consent.

use gatefold_disclosure::{Purpose, Vendor};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::consent::{About, current, time};
use crate::consent_record::{self, RecordEvent};
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::{consent_lock, withdrawal};

const WEEKLY: &str = "weekly";
const BY_HAND: &str = "by_hand";

impl Ledger {
    /// Writes down that what is shared is sent by itself from now on, or no more, with its record in one act. Whether that changed
    /// anything; what changes nothing has no record. Touches the disk.
    ///
    /// # Errors
    /// To begin: [`LedgerError::ConsentMissing`] where nothing is shared, [`LedgerError::UsageLocked`],
    /// [`LedgerError::WithdrawalRuns`]. Those of the disk.
    pub fn choose_sending(
        &mut self,
        vendor: &Vendor,
        purpose: Purpose,
        by_itself: bool,
        at: Timestamp,
        record: impl FnOnce() -> (RecordEvent, String),
    ) -> Result<bool, LedgerError> {
        let about = About::of(vendor, purpose);
        self.write(|tx| {
            if by_itself {
                consent_lock::refuse(tx)?;
                if !withdrawal::unfinished(tx, about)?.is_empty() {
                    return Err(LedgerError::WithdrawalRuns);
                }
                if current(tx, about, at)?.is_empty() {
                    let vendor = about.vendor.to_owned();
                    return Err(LedgerError::ConsentMissing { vendor, purpose, item: None });
                }
            }
            if sends_by_itself(tx, about, at)?.is_some() == by_itself {
                return Ok(false);
            }
            add(tx, about, if by_itself { WEEKLY } else { BY_HAND }, at)?;
            let (event, text) = record();
            consent_record::add(tx, about, at, event, &text)?;
            Ok(true)
        })
    }

    /// Since when what is shared is sent by itself, if the user chose that, and shares what it was chosen with.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn sends_by_itself(
        &self,
        vendor: &Vendor,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, LedgerError> {
        self.read(|tx| match is_kept(tx)? {
            true => sends_by_itself(tx, About::of(vendor, purpose), at),
            false => Ok(None),
        })
    }
}

/// What is agreed to beside it goes the same way, also once the rest is taken back.
pub(crate) fn goes_on(tx: &Connection, about: About<'_>, since: Timestamp) -> Result<(), LedgerError> {
    add(tx, about, WEEKLY, since)
}

pub(crate) fn sends_by_itself(
    tx: &Connection,
    about: About<'_>,
    at: Timestamp,
) -> Result<Option<Timestamp>, LedgerError> {
    let sql = "SELECT at_ms, act, since FROM consent_sending WHERE vendor = ?1 AND root = ?2 AND purpose = ?3
               ORDER BY id DESC LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?));
    let which = params![about.vendor, about.root, about.purpose.id()];
    let Some((chosen_ms, act, since)) = tx.prepare_cached(sql)?.query_row(which, row).optional()? else {
        return Ok(None);
    };
    let chosen_at = time(chosen_ms)?;
    let stands = act == WEEKLY
        && chosen_at <= at
        && withdrawal::unfinished(tx, about)?.iter().all(Option::is_some)
        && current(tx, about, at)?.iter().any(|grant| grant.id <= since);
    Ok(stands.then_some(chosen_at))
}

/// Whether the file is of a version that keeps it.
fn is_kept(tx: &Connection) -> Result<bool, LedgerError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'consent_sending'";
    Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))? > 0)
}

fn add(tx: &Connection, about: About<'_>, act: &str, at: Timestamp) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO consent_sending (at_ms, act, vendor, root, purpose, since)
         VALUES (?1, ?2, ?3, ?4, ?5, (SELECT ifnull(max(id), 0) FROM consent))",
    )?
    .execute(params![at.as_millisecond(), act, about.vendor, about.root, about.purpose.id()])?;
    Ok(())
}
