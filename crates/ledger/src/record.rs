//! A record as it stands in the file, with its body and its line, and whether they say what the record says.
//!
//! It refuses rows of another shape than this crate writes; whether a record fits its neighbors is for the check.

use rusqlite::Row;

use crate::chain::{Clear, Kind, commit};
use crate::error::LedgerError;

macro_rules! records {
    ($rest:literal) => {
        concat!(
            "SELECT r.seq, r.entry, r.at_ms, r.vendor, r.purpose, r.carrier, r.size_bytes, r.outcome,
                    r.prev, r.commitment, r.hash, b.salt, b.facts, b.bytes,
                    l.at_ms, l.entry_seq, l.outcome_seq, l.erased_at, f.vendor, f.purpose, f.carrier, f.outcome
             FROM record r
             LEFT JOIN body b ON b.seq = r.seq
             LEFT JOIN line l ON l.id = r.entry
             LEFT JOIN facet f ON f.id = l.facet ",
            $rest
        )
    };
}

/// One record by its number.
pub(crate) const ONE: &str = records!("WHERE r.seq = ?1");

/// The same in other words: while the one is being read its statement is not to be had, and to make it anew costs more than
/// all the rest of a check.
pub(crate) const NEXT: &str = records!("WHERE ?1 = r.seq");

/// All, in their order.
pub(crate) const ALL: &str = records!("ORDER BY r.seq");

/// A record with its body and its line, as they stand.
pub(crate) struct Record<'a> {
    pub(crate) seq: i64,
    pub(crate) entry: i64,
    pub(crate) at_ms: i64,
    pub(crate) kind: Option<Kind<'a>>,
    pub(crate) prev: &'a [u8],
    pub(crate) commitment: &'a [u8],
    pub(crate) hash: &'a [u8],
    pub(crate) body: Option<(&'a [u8], &'a [u8], &'a [u8])>,
    pub(crate) line: Option<LineRow<'a>>,
}

pub(crate) struct LineRow<'a> {
    pub(crate) at_ms: i64,
    pub(crate) entry_seq: i64,
    pub(crate) outcome_seq: Option<i64>,
    pub(crate) erased_at: Option<i64>,
    pub(crate) facet: [&'a str; 4],
}

impl<'a> Record<'a> {
    pub(crate) fn read(row: &'a Row<'_>) -> Result<Self, LedgerError> {
        let shape = |_| LedgerError::Damaged("a row has another shape");
        let text = |column| row.get_ref(column)?.as_str_or_null().map_err(shape);
        let blob = |column| row.get_ref(column)?.as_bytes_or_null().map_err(shape);
        let kind = match (text(3)?, text(4)?, text(5)?, row.get(6)?, text(7)?) {
            (Some(vendor), Some(purpose), Some(carrier), Some(size_bytes), None) => {
                Some(Kind::Entry { vendor, purpose, carrier, size_bytes })
            }
            (None, None, None, None, Some(class)) => Some(Kind::Outcome { class }),
            _ => None,
        };
        let line = match (row.get(14)?, row.get(15)?) {
            (Some(at_ms), Some(entry_seq)) => Some(LineRow {
                at_ms,
                entry_seq,
                outcome_seq: row.get(16)?,
                erased_at: row.get(17)?,
                facet: [text(18)?, text(19)?, text(20)?, text(21)?].map(Option::unwrap_or_default),
            }),
            _ => None,
        };
        let body = match (blob(11)?, blob(12)?, blob(13)?) {
            (Some(salt), Some(facts), Some(bytes)) => Some((salt, facts, bytes)),
            _ => None,
        };
        Ok(Self {
            seq: row.get(0)?,
            entry: row.get(1)?,
            at_ms: row.get(2)?,
            kind,
            prev: blob(8)?.unwrap_or_default(),
            commitment: blob(9)?.unwrap_or_default(),
            hash: blob(10)?.unwrap_or_default(),
            body,
            line,
        })
    }

    /// Whether hash, body and line say what the record says.
    pub(crate) fn is_whole(&self) -> bool {
        self.hash_holds() && self.body_holds() && self.line_holds()
    }

    pub(crate) fn hash_holds(&self) -> bool {
        self.kind.is_some_and(|kind| {
            let clear = Clear { seq: self.seq, entry: self.entry, at_ms: self.at_ms, kind };
            clear.hash(self.prev, self.commitment) == self.hash
        })
    }

    pub(crate) fn erased_at(&self) -> Option<i64> {
        self.line.as_ref()?.erased_at
    }

    /// A body is what was committed to; one that is gone was erased.
    pub(crate) fn body_holds(&self) -> bool {
        let erased = self.erased_at().is_some();
        match self.body {
            Some((salt, facts, bytes)) => !erased && commit(salt, facts, bytes) == self.commitment,
            None => erased,
        }
    }

    /// The line is derived from the record, and hides nothing of it.
    pub(crate) fn line_holds(&self) -> bool {
        let (Some(line), Some(kind)) = (&self.line, self.kind) else { return false };
        match kind {
            Kind::Entry { vendor, purpose, carrier, .. } => {
                line.entry_seq == self.seq
                    && line.at_ms == self.at_ms
                    && line.facet[..3] == [vendor, purpose, carrier]
                    && line.outcome_seq.is_none() == line.facet[3].is_empty()
            }
            Kind::Outcome { class } => line.outcome_seq == Some(self.seq) && line.facet[3] == class,
        }
    }

    /// Whether the number it bears can be believed: a record that was moved or renumbered must not tell on another.
    pub(crate) fn number_holds(&self) -> bool {
        self.hash_holds()
            || self
                .line
                .as_ref()
                .is_none_or(|line| line.entry_seq == self.seq || line.outcome_seq == Some(self.seq))
    }

    pub(crate) fn is_entry(&self) -> bool {
        !matches!(self.kind, Some(Kind::Outcome { .. }))
    }
}
