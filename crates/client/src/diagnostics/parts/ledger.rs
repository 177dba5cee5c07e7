//! What was sent, without its bytes: the newest lines of the ledger, and whether its chain holds.

use gatefold_diagnostics::ChainHead;
use gatefold_diagnostics::formats::{LedgerEntry, LedgerIndex};
use gatefold_ledger::{Carrier, Filter, Line, OutcomeClass};

use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;

/// More lines tell support nothing more.
const NEWEST: usize = 500;

pub(in crate::diagnostics) fn ledger(gatefold: &Gatefold) -> Result<LedgerIndex, ClientError> {
    let lines = gatefold.book.ledger().page(&Filter::default(), NEWEST)?;
    // Where the end is remembered out of reach nothing is known against it.
    let check = gatefold.ledger_check().ok();
    Ok(LedgerIndex {
        intact: check.as_ref().map(|check| check.intact),
        total: check.map_or(lines.len() as u64, |check| check.entries),
        entries: lines.into_iter().map(entry).collect(),
        ..LedgerIndex::new()
    })
}

/// Where the chain ends.
pub(in crate::diagnostics) fn head(gatefold: &Gatefold) -> Result<Option<ChainHead>, ClientError> {
    let head = gatefold.book.ledger().head()?;
    Ok(head.map(|head| ChainHead { count: head.count, sha256: hex::encode(head.hash) }))
}

fn entry(line: Line) -> LedgerEntry {
    LedgerEntry {
        id: u64::try_from(line.id.0).unwrap_or_default(),
        at: written(line.at),
        vendor: line.vendor.unwrap_or_default(),
        purpose: line.purpose.map(|purpose| purpose.id().to_owned()).unwrap_or_default(),
        carrier: line.carrier.as_str().to_owned(),
        method: line.method.unwrap_or_default(),
        // What the user calls a file of theirs is of no use to anybody else.
        url: line.url.filter(|_| line.carrier != Carrier::File).unwrap_or_default(),
        peer: line.peer,
        outcome: line.outcome.map_or("pending", OutcomeClass::as_str).to_owned(),
        status: line.status,
        code: line.code,
        request_bytes: line.request_bytes,
    }
}
