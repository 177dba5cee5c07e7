//! Consent, kept where it is asked for: a grant is a row here, and an append of an optional purpose reads it in its
//! own transaction.
//!
//! Rows are added, never changed. A grant names vendor, purpose and item, and ends by itself. Withdrawal takes two
//! rows: the intent, after which nothing new starts, and the record, once what was running has ended. Whatever is
//! unknown is no consent.

use gatefold_disclosure::{Item, Preview, Purpose};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::open::Ledger;

/// How long a grant lasts.
pub const GRANT_MONTHS: i32 = 12;

/// A consent in force.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Grant {
    /// The row's number; spool records carry it.
    pub id: i64,
    /// The vendor's id.
    pub vendor: String,
    /// The optional purpose.
    pub purpose: Purpose,
    /// The item that may be sent.
    pub item: Item,
    /// Since when; data from before can never be sent.
    pub granted_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

/// What a row of consent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAct {
    /// An item may be sent until the row's end.
    Granted,
    /// Nothing new starts.
    Withdrawing,
    /// What was running has ended.
    Withdrawn,
}

/// One row, for the user's history.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ConsentRow {
    /// The row's number.
    pub id: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub act: ConsentAct,
    /// The vendor's id.
    pub vendor: String,
    /// The optional purpose.
    pub purpose: Purpose,
    /// The item, for a grant.
    pub item: Option<Item>,
    /// The end, for a grant.
    pub ends_at: Option<Timestamp>,
}

impl ConsentAct {
    const ALL: [Self; 3] = [Self::Granted, Self::Withdrawing, Self::Withdrawn];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Withdrawing => "withdrawing",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Ledger {
    /// Writes down that the user agreed to an item; lasts [`GRANT_MONTHS`]. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn grant(
        &mut self,
        vendor: &str,
        item: Item,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Grant, LedgerError> {
        let at = time(at.as_millisecond())?;
        let ends_at = months_from(at, GRANT_MONTHS)?;
        let id = self.write(|tx| add(tx, ConsentAct::Granted, vendor, purpose, at, Some((item, ends_at))))?;
        Ok(Grant { id, vendor: vendor.to_owned(), purpose, item, granted_at: at, ends_at })
    }

    /// The first step of a withdrawal: from here on nothing new starts. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn begin_withdrawal(
        &mut self,
        vendor: &str,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|tx| add(tx, ConsentAct::Withdrawing, vendor, purpose, at, None))?;
        fail::fail_point!("ledger.after-withdrawing");
        Ok(())
    }

    /// The last step of a withdrawal: what was running has ended. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn finish_withdrawal(
        &mut self,
        vendor: &str,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|tx| add(tx, ConsentAct::Withdrawn, vendor, purpose, at, None))?;
        Ok(())
    }

    /// The consents in force at a time, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn consents(&self, vendor: &str, purpose: Purpose, at: Timestamp) -> Result<Vec<Grant>, LedgerError> {
        self.read(|tx| current(tx, vendor, purpose, at))
    }

    /// Every row about a vendor, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn consent_history(&self, vendor: &str) -> Result<Vec<ConsentRow>, LedgerError> {
        let sql = "SELECT id, at_ms, act, vendor, purpose, item, ends_ms FROM consent WHERE vendor = ?1 ORDER BY id";
        self.is_there()?;
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([vendor])?;
        let mut history = Vec::new();
        while let Some(row) = rows.next()? {
            history.push(read(row)?);
        }
        Ok(history)
    }
}

/// The gate's question: is everything in this request agreed to, now?
pub(crate) fn require(tx: &Connection, preview: &Preview, at: Timestamp) -> Result<(), LedgerError> {
    let granted = current(tx, &preview.vendor, preview.purpose, at)?;
    let missing =
        |item| LedgerError::ConsentMissing { vendor: preview.vendor.clone(), purpose: preview.purpose, item };
    if preview.items.is_empty() {
        // Nobody agreed to a request that says nothing; without this it would pass as "all of none".
        return Err(missing(None));
    }
    for &item in &preview.items {
        if !granted.iter().any(|grant| grant.item == item) {
            return Err(missing(Some(item)));
        }
    }
    Ok(())
}

fn current(
    tx: &Connection,
    vendor: &str,
    purpose: Purpose,
    at: Timestamp,
) -> Result<Vec<Grant>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, at_ms, act, vendor, purpose, item, ends_ms FROM consent
         WHERE vendor = ?1 AND purpose = ?2 AND id > ifnull(
           (SELECT max(id) FROM consent WHERE vendor = ?1 AND purpose = ?2 AND act <> 'granted'), 0)
         ORDER BY id",
    )?;
    let mut rows = statement.query(params![vendor, purpose.id()])?;
    let mut grants: Vec<Grant> = Vec::new();
    while let Some(row) = rows.next()? {
        let row = read(row)?;
        let (Some(item), Some(ends_at)) = (row.item, row.ends_at) else { continue };
        // A clock set back does not bring an ended grant to life before it was given.
        if row.act == ConsentAct::Granted && row.at <= at && at < ends_at {
            grants.retain(|earlier| earlier.item != item);
            grants.push(Grant {
                id: row.id,
                vendor: row.vendor,
                purpose: row.purpose,
                item,
                granted_at: row.at,
                ends_at,
            });
        }
    }
    Ok(grants)
}

fn add(
    tx: &Connection,
    act: ConsentAct,
    vendor: &str,
    purpose: Purpose,
    at: Timestamp,
    grant: Option<(Item, Timestamp)>,
) -> Result<i64, LedgerError> {
    let (item, ends_ms) = grant.map(|(item, ends)| (item.id(), ends.as_millisecond())).unzip();
    tx.prepare_cached(
        "INSERT INTO consent (at_ms, act, vendor, purpose, item, ends_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![at.as_millisecond(), act.as_str(), vendor, purpose.id(), item, ends_ms])?;
    Ok(tx.last_insert_rowid())
}

fn read(row: &Row<'_>) -> Result<ConsentRow, LedgerError> {
    const FOREIGN: LedgerError = LedgerError::Damaged("a consent has another shape");
    let act: String = row.get(2)?;
    let purpose: String = row.get(4)?;
    let item: Option<String> = row.get(5)?;
    Ok(ConsentRow {
        id: row.get(0)?,
        at: time(row.get(1)?)?,
        act: ConsentAct::ALL.into_iter().find(|known| known.as_str() == act).ok_or(FOREIGN)?,
        vendor: row.get(3)?,
        purpose: purpose.parse().map_err(|_| FOREIGN)?,
        item: item.map(|item| item.parse()).transpose().map_err(|_| FOREIGN)?,
        ends_at: row.get::<_, Option<i64>>(6)?.map(time).transpose()?,
    })
}

/// A time on disk: milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn time(at_ms: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_millisecond(at_ms).map_err(|_| LedgerError::Damaged("a time is out of range"))
}

/// Calendar months in UTC; negative ones go back.
pub(crate) fn months_from(at: Timestamp, months: i32) -> Result<Timestamp, LedgerError> {
    let moved = at.to_zoned(TimeZone::UTC).checked_add(months.months());
    Ok(moved.map_err(|_| LedgerError::Damaged("a time is out of range"))?.timestamp())
}
