//! Records of consent: what was asked, in which words, and what the user said. The text of a record is the client's (the fields of
//! ISO/IEC TS 27560); when and about whom it is stands beside it. Rows are added, never changed.

use std::str::FromStr;

use gatefold_disclosure::{Purpose, Vendor};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::consent::{self, About, ConsentAct, is_kept, outstanding, time};
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::withdrawal::unfinished;

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordEvent {
    /// The user agreed, where nothing was agreed to.
    Granted,
    /// The user said no.
    Refused,
    /// Other items are agreed to than before.
    Changed,
    /// The user took it back.
    Withdrawn,
    /// It ended by itself.
    Expired,
}

/// A record as it was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ConsentRecord {
    /// Its number.
    pub id: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What it is of.
    pub event: RecordEvent,
    /// The record: JSON.
    pub text: String,
}

/// A record with whom and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecord {
    /// The vendor's id.
    pub vendor: String,
    /// Its root key.
    pub root: String,
    /// The optional purpose, as it stands there.
    pub purpose: String,
    /// The record.
    pub record: ConsentRecord,
}

impl RecordEvent {
    const ALL: [Self; 5] = [Self::Granted, Self::Refused, Self::Changed, Self::Withdrawn, Self::Expired];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

impl FromStr for RecordEvent {
    type Err = LedgerError;

    fn from_str(name: &str) -> Result<Self, LedgerError> {
        let found = Self::ALL.into_iter().find(|event| event.as_str() == name);
        found.ok_or(LedgerError::Damaged("a record of consent has another shape"))
    }
}

impl Ledger {
    /// Keeps a record that goes with no change of what is agreed to: a refusal. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep_record(
        &mut self,
        vendor: &Vendor,
        purpose: Purpose,
        at: Timestamp,
        event: RecordEvent,
        text: &str,
    ) -> Result<(), LedgerError> {
        self.write(|tx| add(tx, About::of(vendor, purpose), at, event, text))
    }

    /// Keeps the record of an end that came by itself, if it did: something was agreed to, the time of all of it is over, and nobody
    /// is taking it back. From then on it is over by any clock. All of that is asked in the transaction that writes. Whether it was written. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep_end(
        &mut self,
        vendor: &Vendor,
        purpose: Purpose,
        at: Timestamp,
        text: &str,
    ) -> Result<bool, LedgerError> {
        let about = About::of(vendor, purpose);
        self.write(|tx| {
            let granted = outstanding(tx, about)?;
            // By a clock that stands before the yes nothing has ended.
            let is_over = !granted.is_empty() && granted.iter().all(|grant| grant.ends_at <= at);
            if !is_over || !unfinished(tx, about)?.is_empty() {
                return Ok(false);
            }
            // It is over for good: a clock that is set back afterwards brings nothing to life.
            consent::add(tx, ConsentAct::Withdrawn, about, at, None, None)?;
            add(tx, about, at, RecordEvent::Expired, text)?;
            Ok(true)
        })
    }

    /// Every record there is, also about vendors that were removed, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn all_records(&self) -> Result<Vec<KeptRecord>, LedgerError> {
        self.read(|tx| {
            if !is_kept(tx)? {
                return Ok(Vec::new());
            }
            let sql =
                "SELECT id, at_ms, event, record, vendor, root, purpose FROM consent_record ORDER BY id";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                let (vendor, root, purpose) = (row.get(4)?, row.get(5)?, row.get(6)?);
                records.push(KeptRecord { vendor, root, purpose, record: read(row)? });
            }
            Ok(records)
        })
    }

    /// Every record about a vendor's purpose, oldest first.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn records(&self, vendor: &Vendor, purpose: Purpose) -> Result<Vec<ConsentRecord>, LedgerError> {
        self.read(|tx| {
            if !is_kept(tx)? {
                return Ok(Vec::new());
            }
            let mut statement = tx.prepare_cached(
                "SELECT id, at_ms, event, record FROM consent_record
                 WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 ORDER BY id",
            )?;
            let mut rows = statement.query(params![vendor.id(), vendor.root_key(), purpose.id()])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                records.push(read(row)?);
            }
            Ok(records)
        })
    }
}

fn read(row: &Row<'_>) -> Result<ConsentRecord, LedgerError> {
    let event: String = row.get(2)?;
    let (id, at, text) = (row.get(0)?, time(row.get(1)?)?, row.get(3)?);
    Ok(ConsentRecord { id, at, event: event.parse()?, text })
}

pub(crate) fn add(
    tx: &Connection,
    about: About<'_>,
    at: Timestamp,
    event: RecordEvent,
    text: &str,
) -> Result<(), LedgerError> {
    let (at_ms, purpose) = (at.as_millisecond(), about.purpose.id());
    tx.prepare_cached(
        "INSERT INTO consent_record (at_ms, event, vendor, root, purpose, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![at_ms, event.as_str(), about.vendor, about.root, purpose, text])?;
    Ok(())
}
