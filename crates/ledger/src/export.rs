//! Export for the user, or for whoever they hand it to: the whole ledger as JSON, its requests as an HTTP Archive.
//!
//! Entries are read and written one by one, as of one moment. What was erased stays erased, and secrets were never
//! there: they stand as `[secret NAME]`.

use std::io::Write;

use gatefold_disclosure::{Item, Mark};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use crate::entry::{Entry, EntryId, FileFacts, Kept, Line, NetworkFacts, OutcomeClass};
use crate::error::LedgerError;
use crate::har;
use crate::open::Ledger;
use crate::read::{load_checked, stored_bytes};

impl Ledger {
    /// Writes the whole ledger as one JSON object, entry by entry (`docs/formats/ledger.md`).
    ///
    /// # Errors
    /// [`LedgerError::Export`] where `out` refuses; those of the disk.
    pub fn export_json(&self, out: &mut dyn Write, at: Timestamp) -> Result<(), LedgerError> {
        self.read(|tx| {
            let mut list =
                List::begin(out, &format!("{{\"v\":1,\"exported_at\":\"{}\",\"entries\":[", utc(at)))?;
            each(tx, |entry| list.push(&JsonEntry::of(entry)))?;
            list.end("]}\n")
        })
    }

    /// Writes the requests as an HTTP Archive 1.2, entry by entry. Notes of files and erased entries are no requests;
    /// the archive's comment counts them.
    ///
    /// # Errors
    /// [`LedgerError::Export`] where `out` refuses; those of the disk.
    pub fn export_har(&self, out: &mut dyn Write) -> Result<(), LedgerError> {
        self.read(|tx| {
            let creator = format!("{{\"name\":\"Gatefold\",\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"));
            let mut list = List::begin(
                out,
                &format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":["),
            )?;
            let mut left_out = 0_u64;
            each(tx, |entry| match har::entry(entry) {
                Some(request) => list.push(&request),
                None => {
                    left_out += 1;
                    Ok(())
                }
            })?;
            let comment = match left_out {
                0 => String::new(),
                1 => ",\"comment\":\"1 entry without a kept request is left out\"".to_owned(),
                many => format!(",\"comment\":\"{many} entries without a kept request are left out\""),
            };
            list.end(&format!("]{comment}}}}}\n"))
        })
    }
}

/// RFC 3339 in UTC with three decimals.
pub(crate) fn utc(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Every entry, oldest first.
fn each(
    tx: &Connection,
    mut visit: impl FnMut(&Entry) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut statement = tx.prepare("SELECT id FROM line ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let mut entry = load_checked(tx, id)?;
        if entry.line.method.is_some() {
            entry.bytes = stored_bytes(tx, id)?;
        }
        visit(&entry)?;
    }
    Ok(())
}

/// A JSON list between a beginning and an end.
struct List<'a> {
    out: &'a mut dyn Write,
    first: bool,
}

impl<'a> List<'a> {
    fn begin(out: &'a mut dyn Write, text: &str) -> Result<Self, LedgerError> {
        out.write_all(text.as_bytes()).map_err(refused)?;
        Ok(Self { out, first: true })
    }

    fn push(&mut self, value: &impl Serialize) -> Result<(), LedgerError> {
        let separator: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.out.write_all(separator).map_err(refused)?;
        serde_json::to_writer(&mut *self.out, value).map_err(|error| refused(error.into()))
    }

    fn end(self, text: &str) -> Result<(), LedgerError> {
        self.out.write_all(b"\n").and_then(|()| self.out.write_all(text.as_bytes())).map_err(refused)?;
        self.out.flush().map_err(refused)
    }
}

fn refused(error: std::io::Error) -> LedgerError {
    LedgerError::Export(error.kind())
}

/// An entry as the export writes it; the first members are those of `ledger list --json`.
#[derive(Serialize)]
struct JsonEntry<'a> {
    id: EntryId,
    at: String,
    vendor: Option<&'a str>,
    purpose: Option<&'static str>,
    carrier: &'static str,
    method: Option<&'a str>,
    url: Option<&'a str>,
    peer: Option<&'a str>,
    peers: &'a [String],
    outcome: &'static str,
    status: Option<u16>,
    request_bytes: u64,
    items: &'a [Item],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_itself: bool,
    kept: Kept,
    erased_at: Option<String>,
    file: Option<&'a FileFacts>,
    network: Option<&'a NetworkFacts>,
    concluded_at: Option<String>,
    code: Option<&'a str>,
    response_bytes: Option<u64>,
    marks: &'a [Mark],
    /// The stored copy as text; requests are UTF-8.
    request: Option<&'a str>,
    /// The stored copy as hex digits, where it is no text.
    request_hex: Option<String>,
}

impl<'a> JsonEntry<'a> {
    fn of(entry: &'a Entry) -> Self {
        let Line { id, at, vendor, purpose, carrier, outcome, request_bytes, kept, .. } = &entry.line;
        let line = &entry.line;
        let request = entry.bytes.as_deref().map(std::str::from_utf8);
        Self {
            id: *id,
            at: utc(*at),
            vendor: vendor.as_deref(),
            purpose: purpose.map(|purpose| purpose.id()),
            carrier: carrier.as_str(),
            method: line.method.as_deref(),
            url: line.url.as_deref(),
            peer: line.peer.as_deref(),
            peers: &line.peers,
            outcome: outcome.map_or("pending", OutcomeClass::as_str),
            status: line.status,
            request_bytes: *request_bytes,
            items: &line.items,
            by_itself: line.by_itself,
            kept: *kept,
            erased_at: entry.erased_at.map(utc),
            file: line.file.as_ref(),
            network: entry.network.as_ref(),
            concluded_at: entry.concluded_at.map(utc),
            code: entry.line.code.as_deref(),
            response_bytes: entry.response_len_bytes,
            marks: &entry.marks,
            request: request.and_then(Result::ok),
            request_hex: request
                .is_some_and(|text| text.is_err())
                .then(|| hex::encode(entry.bytes.as_deref().unwrap_or_default())),
        }
    }
}
