//! Consent, kept where it is asked for: a grant is a row here, and an append of an optional purpose reads it in its
//! own transaction.
//!
//! Rows are added, never changed. A grant names vendor, purpose and item, and ends by itself. Withdrawal takes two
//! rows: the intent, after which nothing new starts, and the record, once what was running has ended (`withdrawal`). Whatever is
//! unknown is no consent.

use gatefold_disclosure::{Item, Kind, Purpose, Sealed, Vendor};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, Row, params};

use crate::consent_record::{self, RecordEvent};
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::{consent_lock, sending, withdrawal};

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
    /// What was running has ended; or the consent did, by itself, and that was noted.
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
    /// The item, for a grant; of a withdrawal the one that it is of, and none if it is of all.
    pub item: Option<Item>,
    /// The end, for a grant.
    pub ends_at: Option<Timestamp>,
}

/// With whom it is agreed, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) vendor: &'a str,
    /// The vendor's root key: the same id under another key is another vendor.
    pub(crate) root: &'a str,
    pub(crate) purpose: Purpose,
}

impl<'a> About<'a> {
    pub(crate) fn of(vendor: &'a Vendor, purpose: Purpose) -> Self {
        Self { vendor: vendor.id(), root: vendor.root_key(), purpose }
    }
}

impl ConsentAct {
    const ALL: [Self; 3] = [Self::Granted, Self::Withdrawing, Self::Withdrawn];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Withdrawing => "withdrawing",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Ledger {
    /// Writes down that the user agreed to these items, in one act with its record; lasts [`GRANT_MONTHS`]. An item that was agreed
    /// to before is agreed to anew, under another number. `record` makes the record from the grants. Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::WithdrawalRuns`] while a withdrawal has not come to its end, [`LedgerError::UsageLocked`]; those of the disk.
    pub fn grant(
        &mut self,
        vendor: &Vendor,
        items: &[Item],
        purpose: Purpose,
        at: Timestamp,
        record: impl FnOnce(&[Grant]) -> (RecordEvent, String),
    ) -> Result<Vec<Grant>, LedgerError> {
        let about = About::of(vendor, purpose);
        let at = time(at.as_millisecond())?;
        let ends_at = months_from(at, GRANT_MONTHS)?;
        self.write(|tx| {
            consent_lock::refuse(tx)?;
            if !withdrawal::unfinished(tx, about)?.is_empty() {
                return Err(LedgerError::WithdrawalRuns);
            }
            let by_itself_since = sending::sends_by_itself(tx, about, at)?;
            let mut grants = Vec::with_capacity(items.len());
            for &item in items {
                let id = add(tx, ConsentAct::Granted, about, at, Some(item), Some(ends_at))?;
                let vendor = about.vendor.to_owned();
                grants.push(Grant { id, vendor, purpose, item, granted_at: at, ends_at });
            }
            if let Some(since) = by_itself_since {
                sending::goes_on(tx, about, since)?;
            }
            let (event, text) = record(&grants);
            consent_record::add(tx, about, at, event, &text)?;
            Ok(grants)
        })
    }

    /// The consents in force at a time, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn consents(
        &self,
        vendor: &Vendor,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Vec<Grant>, LedgerError> {
        self.read(
            |tx| if is_kept(tx)? { current(tx, About::of(vendor, purpose), at) } else { Ok(Vec::new()) },
        )
    }

    /// What was agreed to and neither taken back nor noted as over, oldest first, whatever time it is: a clock that is wrong ends nothing.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn outstanding(&self, vendor: &Vendor, purpose: Purpose) -> Result<Vec<Grant>, LedgerError> {
        self.read(
            |tx| if is_kept(tx)? { outstanding(tx, About::of(vendor, purpose)) } else { Ok(Vec::new()) },
        )
    }

    /// Every row about a vendor, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn consent_history(&self, vendor: &Vendor) -> Result<Vec<ConsentRow>, LedgerError> {
        self.read(|tx| {
            if !is_kept(tx)? {
                return Ok(Vec::new());
            }
            let sql = "SELECT id, at_ms, act, vendor, purpose, item, ends_ms FROM consent
                       WHERE vendor = ?1 AND root = ?2 ORDER BY id";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query(params![vendor.id(), vendor.root_key()])?;
            let mut history = Vec::new();
            while let Some(row) = rows.next()? {
                history.push(read(row)?);
            }
            Ok(history)
        })
    }
}

/// Whether the file is of a version that keeps consents: an older one, on a disk that cannot be written, has none.
pub(crate) fn is_kept(tx: &Connection) -> Result<bool, LedgerError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'consent_record'";
    Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0))? > 0)
}

/// The gate's question: is everything in this request agreed to, now, and was it when it was gathered?
pub(crate) fn require(tx: &Connection, sealed: &Sealed, at: Timestamp) -> Result<(), LedgerError> {
    consent_lock::refuse(tx)?;
    let preview = sealed.preview();
    let about = About { vendor: &preview.vendor, root: sealed.root_key(), purpose: preview.purpose };
    let granted = current(tx, about, at)?;
    let missing =
        |item| LedgerError::ConsentMissing { vendor: preview.vendor.clone(), purpose: preview.purpose, item };
    // What a user agrees to; the frame of a count (its week, its product, the batch) goes with that, and alone says nothing.
    let mut asked = preview.items.iter().filter(|item| item.entry().kind == Kind::Usage).peekable();
    if asked.peek().is_none() {
        // Nobody agreed to a request that says nothing; without this it would pass as "all of none".
        return Err(missing(None));
    }
    // By the number, too: what was gathered before a yes is not sent under it, however short the no in between was.
    let is_granted =
        |item: &Item| granted.iter().any(|grant| grant.item == *item && sealed.grants().contains(&grant.id));
    if let Some(item) = asked.find(|item| !is_granted(item)) {
        return Err(missing(Some(*item)));
    }
    if sealed.is_by_itself() && sending::sends_by_itself(tx, about, at)?.is_none() {
        return Err(LedgerError::ByItselfMissing);
    }
    Ok(())
}

pub(crate) fn current(tx: &Connection, about: About<'_>, at: Timestamp) -> Result<Vec<Grant>, LedgerError> {
    // A clock set back does not bring an ended grant to life before it was given.
    let mut given = given(tx, about)?;
    given.retain(|grant| grant.granted_at <= at && at < grant.ends_at);
    Ok(latest(given))
}

/// What [`Ledger::outstanding`] lists.
pub(crate) fn outstanding(tx: &Connection, about: About<'_>) -> Result<Vec<Grant>, LedgerError> {
    Ok(latest(given(tx, about)?))
}

/// An item that was agreed to anew stands under its new number alone.
fn latest(given: Vec<Grant>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for grant in given {
        grants.retain(|earlier| earlier.item != grant.item);
        grants.push(grant);
    }
    grants
}

/// Every yes since the last no to the same item.
fn given(tx: &Connection, about: About<'_>) -> Result<Vec<Grant>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, at_ms, act, vendor, purpose, item, ends_ms FROM consent AS c
         WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 AND id > ifnull(
           (SELECT max(id) FROM consent WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 AND act <> 'granted'
              AND (item IS NULL OR item = c.item)), 0)
         ORDER BY id",
    )?;
    let mut rows = statement.query(params![about.vendor, about.root, about.purpose.id()])?;
    let mut grants: Vec<Grant> = Vec::new();
    while let Some(row) = rows.next()? {
        let row = read(row)?;
        let (Some(item), Some(ends_at)) = (row.item, row.ends_at) else { continue };
        if row.act == ConsentAct::Granted {
            let ConsentRow { id, vendor, purpose, at: granted_at, .. } = row;
            grants.push(Grant { id, vendor, purpose, item, granted_at, ends_at });
        }
    }
    Ok(grants)
}

pub(crate) fn add(
    tx: &Connection,
    act: ConsentAct,
    about: About<'_>,
    at: Timestamp,
    item: Option<Item>,
    ends_at: Option<Timestamp>,
) -> Result<i64, LedgerError> {
    let (item, ends_ms) = (item.map(Item::id), ends_at.map(Timestamp::as_millisecond));
    let (at_ms, purpose) = (at.as_millisecond(), about.purpose.id());
    tx.prepare_cached(
        "INSERT INTO consent (at_ms, act, vendor, root, purpose, item, ends_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![at_ms, act.as_str(), about.vendor, about.root, purpose, item, ends_ms])?;
    Ok(tx.last_insert_rowid())
}

pub(crate) fn read(row: &Row<'_>) -> Result<ConsentRow, LedgerError> {
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
