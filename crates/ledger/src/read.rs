//! Reading: pages of lines, one entry whole, what was sent since a time.
//!
//! Every way of filtering costs the same at ten entries and at a million: combinations of filters are few, each has
//! a number, and one index leads from the number to its entries. A row of another shape is shown as damaged and hides no
//! other; an entry that is read whole is also held against its commitment.

use gatefold_disclosure::{Item, Mark, MarkKind, Purpose};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::append::{EntryFacts, parse_facts};
use crate::check::check_entry;
use crate::conclude::OutcomeFacts;
use crate::consent::time;
use crate::entry::{Carrier, Entry, EntryId, FileFacts, Kept, Line, OutcomeClass};
use crate::error::LedgerError;
use crate::looking_back::LookingBack;
use crate::open::Ledger;
use crate::query::{Alias, Query};
use crate::search::look_through_waiting;

/// Whether a purpose needs consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Necessity {
    /// What the user asked for cannot be done without it.
    Required,
    /// It leaves only with consent.
    Optional,
}

/// Which entries are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The vendor's id.
    pub vendor: Option<String>,
    /// What it was for.
    pub purpose: Option<Purpose>,
    /// How it leaves.
    pub carrier: Option<Carrier>,
    /// What became of it; `Some(None)` is what is still pending.
    pub outcome: Option<Option<OutcomeClass>>,
    /// Whether its purpose needs consent.
    pub necessity: Option<Necessity>,
    /// With at least one of these items; with whatever there is, if there are none.
    pub items: Vec<Item>,
    /// Only what was written since this time.
    pub since: Option<Timestamp>,
    /// Only entries before this one.
    pub before: Option<EntryId>,
    /// Words, or their beginnings; all must be found.
    pub search: Option<String>,
    /// Names that words of the search may be of.
    pub aliases: Vec<Alias>,
}

impl Filter {
    /// What the index does not know: when it was, and which items stand in it. The entry says.
    fn wants(&self, line: &Line) -> bool {
        self.since.is_none_or(|since| line.at >= since)
            && (self.items.is_empty() || line.items.iter().any(|item| self.items.contains(item)))
    }
}

/// What left since a time: answered and unknown, over the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Entries that were answered.
    pub answered: u64,
    /// Entries of which some bytes may have left.
    pub unknown: u64,
    /// The size of both on the wire, in bytes.
    pub request_bytes: u64,
}

const LINE: &str = "
    SELECT l.id, l.at_ms, l.outcome_seq, l.erased_at, e.vendor, e.purpose, e.carrier, e.size_bytes, eb.facts,
           o.outcome, ob.facts, o.at_ms, eb.bytes
    FROM line l
    LEFT JOIN record e ON e.seq = l.entry_seq
    LEFT JOIN body eb ON eb.seq = l.entry_seq
    LEFT JOIN record o ON o.seq = l.outcome_seq
    LEFT JOIN body ob ON ob.seq = l.outcome_seq
    WHERE l.id = ?1";

impl Ledger {
    /// The newest `limit` entries that the filter lets through, oldest of them first. A search first catches up with
    /// its index, which writes.
    ///
    /// # Errors
    /// Those of the disk; what stands in `search` is never one.
    pub fn page(&self, filter: &Filter, limit: usize) -> Result<Vec<Line>, LedgerError> {
        let text = filter.search.as_deref().unwrap_or_default().trim();
        let words = (!text.is_empty() || !filter.items.is_empty())
            .then(|| Query::new(text, &filter.aliases).with_any_of(&filter.items));
        let is_read_only = self.is_read_only();
        if words.is_some() && !is_read_only {
            self.index_all()?;
        }
        self.read(|tx| {
            let facets = facets(tx, filter)?;
            let newest_before = |before| match (&words, &facets) {
                // What cannot be written cannot be indexed either; it is looked through.
                (Some(query), facets) if is_read_only => {
                    let (waiting, found) = look_through_waiting(tx, query, facets.as_deref(), before)?;
                    let known = limit.saturating_add(waiting.len());
                    let mut ids = query.newest(tx, facets.as_deref(), before, known)?;
                    ids.retain(|id| !waiting.contains(id));
                    ids.extend(found);
                    ids.sort_unstable_by(|a, b| b.cmp(a));
                    ids.truncate(limit);
                    Ok(ids)
                }
                (Some(query), facets) => query.newest(tx, facets.as_deref(), before, limit),
                (None, Some(facets)) => newest_of(tx, facets, before, limit),
                (None, None) => newest(tx, before, limit),
            };
            let mut lines = Vec::new();
            let mut looking_back = filter.since.map(LookingBack::to);
            let mut before = filter.before.map_or(i64::MAX, |id| id.0);
            loop {
                let ids = newest_before(before)?;
                for id in &ids {
                    let line = load(tx, *id)?.line;
                    if let Some(looking_back) = &mut looking_back {
                        looking_back.is_within(line.at.as_millisecond());
                    }
                    if filter.wants(&line) {
                        lines.push(line);
                    }
                }
                let is_over = looking_back.as_ref().is_some_and(LookingBack::is_over);
                match ids.last() {
                    Some(last) if ids.len() == limit && lines.len() < limit && !is_over => before = *last,
                    _ => break,
                }
            }
            lines.truncate(limit);
            lines.reverse();
            Ok(lines)
        })
    }

    /// One entry with everything that is kept of it, checked: what is not what was written is damaged.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`] and those of the disk.
    pub fn entry(&self, id: EntryId) -> Result<Entry, LedgerError> {
        self.read(|tx| {
            let mut entry = load_checked(tx, id.0)?;
            if entry.line.kept != Kept::Erased && entry.line.file.is_none() {
                entry.bytes = stored_bytes(tx, id.0)?;
            }
            Ok(entry)
        })
    }

    /// The oldest entry of which there is a line; none where there is no entry.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn oldest(&self) -> Result<Option<EntryId>, LedgerError> {
        self.read(|tx| {
            Ok(tx.query_row("SELECT min(id) FROM line", [], |row| row.get(0))?)
                .map(|id: Option<i64>| id.map(EntryId))
        })
    }

    /// The stored copy of one request and nothing else.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`], [`LedgerError::Erased`], [`LedgerError::BytesNotKept`] for a file's note,
    /// [`LedgerError::EntryDamaged`] for what is not what was written, and those of the disk.
    pub fn raw(&self, id: EntryId) -> Result<Vec<u8>, LedgerError> {
        let entry = self.entry(id)?;
        if entry.line.kept == Kept::Damaged {
            return Err(LedgerError::EntryDamaged(id));
        }
        match entry.bytes {
            Some(bytes) => Ok(bytes),
            None if entry.line.kept == Kept::Erased => Err(LedgerError::Erased(id)),
            None if entry.line.file.is_some() => Err(LedgerError::BytesNotKept(id)),
            None => Err(LedgerError::EntryDamaged(id)),
        }
    }

    /// What left since a time. It looks back from the newest entry, past those of a clock that was set back for a while, so
    /// the cost is that of the entries counted.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn counts_since(&self, since: Timestamp) -> Result<Counts, LedgerError> {
        let sql = "SELECT l.at_ms, f.outcome, e.size_bytes
                   FROM line l JOIN facet f ON f.id = l.facet JOIN record e ON e.seq = l.entry_seq
                   ORDER BY l.id DESC";
        let mut looking_back = LookingBack::to(since);
        let mut counts = Counts::default();
        self.is_there()?;
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !looking_back.is_within(row.get(0)?) {
                if looking_back.is_over() {
                    break;
                }
                continue;
            }
            let outcome: String = row.get(1)?;
            let count = match outcome.parse() {
                Ok(OutcomeClass::Answered) => &mut counts.answered,
                Ok(OutcomeClass::Unknown) => &mut counts.unknown,
                _ => continue,
            };
            *count += 1;
            counts.request_bytes += row.get::<_, Option<i64>>(2)?.unwrap_or(0).unsigned_abs();
        }
        Ok(counts)
    }
}

/// The numbers of the combinations that a filter lets through; none if it lets all through.
fn facets(tx: &Connection, filter: &Filter) -> Result<Option<Vec<i64>>, LedgerError> {
    let Filter { vendor, purpose, carrier, outcome, necessity, .. } = filter;
    if vendor.is_none() && purpose.is_none() && carrier.is_none() && outcome.is_none() && necessity.is_none()
    {
        return Ok(None);
    }
    let outcome = outcome.map(|class| class.map_or("", OutcomeClass::as_str));
    let mut statement = tx.prepare_cached("SELECT id, vendor, purpose, carrier, outcome FROM facet")?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |column| -> Result<&str, LedgerError> {
            row.get_ref(column)?.as_str().map_err(|_| LedgerError::Damaged("a row has another shape"))
        };
        let is_optional = || text(2).map(|id| id.parse::<Purpose>().ok().map(Purpose::is_optional));
        let passes = vendor.as_deref().is_none_or(|wanted| text(1).is_ok_and(|found| found == wanted))
            && purpose.is_none_or(|wanted| text(2).is_ok_and(|found| found == wanted.id()))
            && carrier.is_none_or(|wanted| text(3).is_ok_and(|found| found == wanted.as_str()))
            && outcome.is_none_or(|wanted| text(4).is_ok_and(|found| found == wanted))
            && match necessity {
                None => true,
                Some(wanted) => is_optional()? == Some(*wanted == Necessity::Optional),
            };
        if passes {
            ids.push(row.get(0)?);
        }
    }
    Ok(Some(ids))
}

/// Newest first.
fn newest(tx: &Connection, before: i64, limit: usize) -> Result<Vec<i64>, LedgerError> {
    let sql = "SELECT id FROM line WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let ids = statement.query_map(params![before, rows_at_most(limit)], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Newest first: the newest of each combination, merged.
fn newest_of(tx: &Connection, facets: &[i64], before: i64, limit: usize) -> Result<Vec<i64>, LedgerError> {
    let sql = "SELECT id FROM line WHERE facet = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    let mut statement = tx.prepare_cached(sql)?;
    let mut ids: Vec<i64> = Vec::new();
    for facet in facets {
        for id in statement.query_map(params![facet, before, rows_at_most(limit)], |row| row.get(0))? {
            ids.push(id?);
        }
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(limit);
    Ok(ids)
}

/// A limit as SQLite takes it.
pub(crate) fn rows_at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Everything but the bytes.
pub(crate) fn load(tx: &Connection, id: i64) -> Result<Entry, LedgerError> {
    let mut statement = tx.prepare_cached(LINE)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => read(row),
        None => Err(LedgerError::NoEntry(EntryId(id))),
    }
}

/// [`load`], with records, body and line held against what was committed to.
pub(crate) fn load_checked(tx: &Connection, id: i64) -> Result<Entry, LedgerError> {
    let mut entry = load(tx, id)?;
    if !check_entry(tx, id)?.intact {
        entry.line.kept = Kept::Damaged;
    }
    Ok(entry)
}

/// The stored copy of a request, if it is there.
pub(crate) fn stored_bytes(tx: &Connection, id: i64) -> Result<Option<Vec<u8>>, LedgerError> {
    let sql = "SELECT b.bytes FROM line l JOIN body b ON b.seq = l.entry_seq WHERE l.id = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
}

/// The ids of license and machine that are marked in a stored copy.
fn ids_in(bytes: &[u8], marks: &[Mark]) -> Vec<String> {
    let is_id = |mark: &&Mark| {
        mark.kind == MarkKind::Item && matches!(mark.items.as_slice(), [Item::LicenseId | Item::MachineId])
    };
    let text = |mark: &Mark| {
        let id = bytes.get(mark.offset..mark.offset.checked_add(mark.len)?)?;
        std::str::from_utf8(id).ok().map(str::to_owned)
    };
    let mut ids: Vec<String> = marks.iter().filter(is_id).filter_map(text).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A row as an entry. What is not as this crate writes it makes the entry damaged, not the reading fail.
fn read(row: &Row<'_>) -> Result<Entry, LedgerError> {
    let text = |column| row.get::<_, Option<String>>(column);
    let (vendor, purpose, carrier, facts) = (text(4)?, text(5)?, text(6)?, text(8)?);
    let (outcome, outcome_facts) = (text(9)?, text(10)?);
    let concluded = row.get::<_, Option<i64>>(2)?.is_some();
    let erased_at = row.get::<_, Option<i64>>(3)?.map(time).transpose()?;
    let size_bytes = row.get::<_, Option<i64>>(7)?.and_then(|size| u64::try_from(size).ok());

    let entry_facts = facts.as_deref().and_then(parse_facts::<EntryFacts>);
    let late = outcome_facts.as_deref().and_then(parse_facts::<OutcomeFacts>);
    let class = outcome.as_deref().and_then(|word| word.parse().ok());
    let known_carrier = carrier.as_deref().and_then(|word| word.parse().ok());
    let known_purpose = purpose.as_deref().filter(|id| !id.is_empty()).map(str::parse::<Purpose>);
    let clear_is_whole = known_carrier.is_some()
        && size_bytes.is_some()
        && concluded == class.is_some()
        && !matches!(known_purpose, Some(Err(_)));
    let facts_are_whole = entry_facts.is_some() && concluded == late.is_some();
    let kept = match (clear_is_whole, erased_at, facts_are_whole) {
        (true, Some(_), _) => Kept::Erased,
        (true, None, true) => Kept::Whole,
        _ => Kept::Damaged,
    };
    let late = late.unwrap_or_default();
    let mut entry = Entry {
        line: Line {
            id: EntryId(row.get(0)?),
            at: time(row.get(1)?)?,
            vendor: vendor.filter(|id| !id.is_empty()),
            purpose: known_purpose.and_then(Result::ok),
            carrier: known_carrier.unwrap_or(Carrier::Https),
            outcome: class,
            request_bytes: size_bytes.unwrap_or(0),
            kept,
            method: None,
            url: None,
            items: Vec::new(),
            file: None,
            peers: late.tried(),
            peer: late.peer,
            status: late.status,
            code: late.code,
            about: Vec::new(),
            by_itself: false,
        },
        bytes: None,
        marks: Vec::new(),
        concluded_at: row.get::<_, Option<i64>>(11)?.map(time).transpose()?,
        network: late.network,
        response_len_bytes: late.response_len_bytes,
        erased_at,
    };
    match entry_facts {
        Some(EntryFacts::Request { method, url, items, marks, by_itself }) => {
            entry.line.by_itself = by_itself;
            entry.line.method = Some(method);
            entry.line.url = Some(url);
            entry.line.items = items;
            let bytes = row.get_ref(12)?.as_blob_or_null().unwrap_or_default();
            entry.line.about = ids_in(bytes.unwrap_or_default(), &marks);
            entry.marks = marks;
        }
        Some(EntryFacts::File(FileFacts { name, sha256 })) => {
            entry.line.file = Some(FileFacts { name, sha256 })
        }
        None => {}
    }
    Ok(entry)
}
