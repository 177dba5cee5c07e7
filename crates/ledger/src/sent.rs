//! What was sent to one vendor, request by request, for whoever adds it up.
//!
//! It refuses to guess: what stood in a request whose bytes were erased is not known any more.

use gatefold_disclosure::{Item, Purpose};
use jiff::Timestamp;
use rusqlite::params;

use crate::append::{EntryFacts, parse_facts};
use crate::consent::time;
use crate::entry::EntryId;
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::read::rows_at_most;

/// A request that left, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRequest {
    /// Its number.
    pub id: EntryId,
    /// When it was written.
    pub at: Timestamp,
    /// What it was for; none where that cannot be read.
    pub purpose: Option<Purpose>,
    /// The size on the wire, in bytes.
    pub request_bytes: u64,
    /// Where it went; none where that is not known any more.
    pub url: Option<String>,
    /// The items in it; none where they are not known any more.
    pub items: Option<Vec<Item>>,
}

impl Ledger {
    /// The newest `most` requests to a vendor that were answered, or of which some bytes may have left, newest first. The
    /// record knows a vendor by its id.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn sent_to(&self, vendor: &str, most: usize) -> Result<Vec<SentRequest>, LedgerError> {
        // The plus keeps SQLite on the table's own order: it can stop early, and sorts nothing.
        let sql = "SELECT l.id, l.at_ms, e.purpose, e.size_bytes, b.facts
                   FROM line l JOIN record e ON e.seq = l.entry_seq LEFT JOIN body b ON b.seq = l.entry_seq
                   WHERE +l.facet IN (SELECT id FROM facet WHERE vendor = ?1 AND carrier = 'https'
                                      AND outcome IN ('answered', 'unknown'))
                   ORDER BY l.id DESC LIMIT ?2";
        self.is_there()?;
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![vendor, rows_at_most(most)])?;
        let mut sent = Vec::new();
        while let Some(row) = rows.next()? {
            let purpose: Option<String> = row.get(2)?;
            let facts: Option<String> = row.get(4)?;
            let facts = facts.as_deref().and_then(parse_facts::<EntryFacts>);
            let (url, items) = match facts {
                Some(EntryFacts::Request { url, items, .. }) => (Some(url), Some(items)),
                Some(EntryFacts::File(_)) | None => (None, None),
            };
            sent.push(SentRequest {
                id: EntryId(row.get(0)?),
                at: time(row.get(1)?)?,
                purpose: purpose.and_then(|id| id.parse().ok()),
                request_bytes: row.get::<_, Option<i64>>(3)?.unwrap_or(0).unsigned_abs(),
                url,
                items,
            });
        }
        Ok(sent)
    }
}
