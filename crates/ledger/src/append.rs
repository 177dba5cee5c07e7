//! Appending: the one way to a [`Recorded`], and so the one way through the gate.
//!
//! An append is one transaction and one sync of the disk. It refuses an optional request unless a current consent
//! for every item in it stands in the same database, read in the same transaction.

use gatefold_disclosure::{Mark, Preview, Sealed};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::chain::{Clear, Digest, Kind, commit};
use crate::conclude::add_outcome;
use crate::consent;
use crate::entry::{Carrier, EntryId, FileFacts, FileNote, Outcome, OutcomeClass};
use crate::error::{AppendError, LedgerError};
use crate::folder::SENDERS_LOCK;
use crate::open::Ledger;
use crate::senders::Lock;
use crate::withdrawal::Hold;

/// A request whose entry is durable: the ticket through the gate. Only [`Ledger::append`] makes one.
///
/// While it lives, other processes know that somebody may be sending.
#[derive(Debug)]
pub struct Recorded {
    sealed: Sealed,
    id: EntryId,
    /// Of an optional purpose, until its sender takes it.
    hold: Option<Hold>,
    _sending: Lock,
}

impl Recorded {
    /// The bytes that may be sent, once.
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// The entry that names them.
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// What its sender looks at between writes, and keeps until the last, if the purpose is an optional one. Once: whoever takes
    /// it is the one who sends.
    pub fn take_hold(&mut self) -> Option<Hold> {
        self.hold.take()
    }
}

/// What an entry says beside the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum EntryFacts {
    Request {
        method: String,
        url: String,
        items: Vec<gatefold_disclosure::Item>,
        marks: Vec<Mark>,
        /// Missing where it is false, as in every entry of earlier versions.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_itself: bool,
    },
    File(FileFacts),
}

/// A combination of what a list can be filtered by; empty for none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Facet {
    pub(crate) vendor: String,
    pub(crate) purpose: String,
    pub(crate) carrier: Carrier,
    pub(crate) outcome: Option<OutcomeClass>,
}

impl Ledger {
    /// Writes down what is about to leave; when it returns, the entry is on disk. `at` is the entry's time, `salt`
    /// 32 random bytes. Touches the disk: one transaction, one sync.
    ///
    /// # Errors
    /// [`LedgerError::ConsentMissing`] for an optional purpose, [`LedgerError::Locked`], [`LedgerError::DiskFull`],
    /// [`LedgerError::ReadOnly`], [`LedgerError::Damaged`]. Nothing was written and nothing may be sent.
    pub fn append(&mut self, sealed: Sealed, at: Timestamp, salt: [u8; 32]) -> Result<Recorded, AppendError> {
        let sending = Lock::shared(&self.dir.join(SENDERS_LOCK), self.patience)?;
        let hold = self.hold(&sealed)?;
        let preview = sealed.preview();
        let facts = facts_text(&request_facts(preview, sealed.is_by_itself()))?;
        let facet = Facet {
            vendor: preview.vendor.clone(),
            purpose: preview.purpose.id().to_owned(),
            carrier: Carrier::Https,
            outcome: None,
        };
        fail::fail_point!("ledger.before-append");
        let id = self.write(|tx| {
            if preview.purpose.is_optional() {
                consent::require(tx, &sealed, at)?;
            }
            let body = Body { salt: &salt, facts: &facts, bytes: &preview.bytes };
            self.add_entry(tx, &facet, preview.wire_len_bytes as u64, at, &body)
        })?;
        fail::fail_point!("ledger.after-append");
        Ok(Recorded { sealed, id, hold, _sending: sending })
    }

    /// Notes a file that the user takes along. Its outcome is `written` from the start: Gatefold sends nothing, and
    /// like every entry the note comes before the bytes, so that a crash can only over-report. Touches the disk.
    ///
    /// # Errors
    /// As [`Ledger::append`], without consent; the file may not be written then.
    pub fn append_file(
        &mut self,
        note: FileNote,
        at: Timestamp,
        salt: [u8; 32],
    ) -> Result<EntryId, AppendError> {
        let facts =
            facts_text(&EntryFacts::File(FileFacts { name: note.name, sha256: hex::encode(note.sha256) }))?;
        let facet = Facet {
            vendor: note.vendor.unwrap_or_default(),
            purpose: String::new(),
            carrier: Carrier::File,
            outcome: None,
        };
        self.write(|tx| {
            let body = Body { salt: &salt, facts: &facts, bytes: &[] };
            let id = self.add_entry(tx, &facet, note.size_bytes, at, &body)?;
            // The outcome of a file holds nothing beside its class, so there is nothing for a second salt to hide.
            add_outcome(self, tx, id, &Outcome::bare(OutcomeClass::Written), at, &salt)?;
            Ok(id)
        })
    }

    fn add_entry(
        &self,
        tx: &Connection,
        facet: &Facet,
        size_bytes: u64,
        at: Timestamp,
        body: &Body<'_>,
    ) -> Result<EntryId, LedgerError> {
        let end = chain_end(tx)?;
        let (seq, id) = (after(end.seq)?, after(end.entry)?);
        let at_ms = at.as_millisecond();
        let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
        let carrier = facet.carrier.as_str();
        let kind = Kind::Entry { vendor: &facet.vendor, purpose: &facet.purpose, carrier, size_bytes };
        let commitment = body.commitment();
        let hash = Clear { seq, entry: id, at_ms, kind }.hash(&end.hash, &commitment);
        tx.prepare_cached(
            "INSERT INTO record (seq, entry, at_ms, vendor, purpose, carrier, size_bytes, prev, commitment, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            seq, id, at_ms, facet.vendor, facet.purpose, carrier, size_bytes, end.hash, commitment, hash
        ])
        .map_err(LedgerError::from)
        .and_then(written)?;
        body.insert(tx, seq)?;
        let facet = self.facet(tx, facet)?;
        let rows = tx
            .prepare_cached("INSERT INTO line (id, at_ms, facet, entry_seq) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![id, at_ms, facet, seq])?;
        written(rows)?;
        Ok(EntryId(id))
    }

    /// The number of a combination, made if it is new.
    pub(crate) fn facet(&self, tx: &Connection, facet: &Facet) -> Result<i64, LedgerError> {
        if let Some(id) = self.facets.borrow().get(facet) {
            return Ok(*id);
        }
        let outcome = facet.outcome.map_or("", OutcomeClass::as_str);
        let columns = params![facet.vendor, facet.purpose, facet.carrier.as_str(), outcome];
        let found = tx
            .prepare_cached(
                "SELECT id FROM facet WHERE (vendor, purpose, carrier, outcome) = (?1, ?2, ?3, ?4)",
            )?
            .query_row(columns, |row| row.get(0))
            .optional()?;
        if let Some(id) = found {
            self.facets.borrow_mut().insert(facet.clone(), id);
            return Ok(id);
        }
        // Not remembered yet: this transaction may still be rolled back.
        tx.prepare_cached("INSERT INTO facet (vendor, purpose, carrier, outcome) VALUES (?1, ?2, ?3, ?4)")?
            .execute(columns)?;
        Ok(tx.last_insert_rowid())
    }
}

/// What a commitment covers, before it is written.
pub(crate) struct Body<'a> {
    pub(crate) salt: &'a Digest,
    pub(crate) facts: &'a str,
    pub(crate) bytes: &'a [u8],
}

impl Body<'_> {
    pub(crate) fn commitment(&self) -> Digest {
        commit(self.salt, self.facts.as_bytes(), self.bytes)
    }

    pub(crate) fn insert(&self, tx: &Connection, seq: i64) -> Result<(), LedgerError> {
        let rows = tx
            .prepare_cached("INSERT INTO body (seq, salt, facts, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![seq, self.salt, self.facts, self.bytes])?;
        written(rows)
    }
}

/// One row was asked for, so one row is there: a trigger that somebody put into the file can swallow it without an error.
fn written(rows: usize) -> Result<(), LedgerError> {
    if rows == 1 { Ok(()) } else { Err(LedgerError::Damaged("a row was not written")) }
}

/// Where the chain ends; the next record goes there.
pub(crate) struct End {
    /// The last record's number.
    pub(crate) seq: i64,
    /// Its hash.
    pub(crate) hash: Digest,
    /// The highest number of an entry.
    pub(crate) entry: i64,
}

pub(crate) fn chain_end(tx: &Connection) -> Result<End, LedgerError> {
    // Entries that outlived a cut stand before it; the chain goes on from the cut itself.
    let sql = "SELECT s.cut_seq, s.cut_hash, s.cut_entry, r.seq, r.hash, (SELECT max(id) FROM line)
               FROM state s LEFT JOIN record r ON r.seq = (SELECT max(seq) FROM record) AND r.seq > s.cut_seq";
    let mut statement = tx.prepare_cached(sql)?;
    let end = statement.query_row([], |row| {
        let last_entry: Option<i64> = row.get(5)?;
        let last: Option<i64> = row.get(3)?;
        Ok(End {
            seq: last.unwrap_or(row.get(0)?),
            hash: if last.is_some() { row.get(4)? } else { row.get(1)? },
            entry: last_entry.unwrap_or(0).max(row.get(2)?),
        })
    });
    Ok(end?)
}

/// The number that follows; a file that claims the last of all numbers is no ledger of ours.
pub(crate) fn after(number: i64) -> Result<i64, LedgerError> {
    number.checked_add(1).ok_or(LedgerError::Damaged("its numbers are at their end"))
}

fn request_facts(preview: &Preview, by_itself: bool) -> EntryFacts {
    EntryFacts::Request {
        method: preview.method.clone(),
        url: preview.url.clone(),
        items: preview.items.clone(),
        marks: preview.marks.clone(),
        by_itself,
    }
}

pub(crate) fn facts_text(facts: &impl Serialize) -> Result<String, LedgerError> {
    serde_json::to_string(facts).map_err(|_| LedgerError::Io(std::io::ErrorKind::InvalidData))
}

/// The facts of an outcome, for readers of a row.
pub(crate) fn parse_facts<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}
