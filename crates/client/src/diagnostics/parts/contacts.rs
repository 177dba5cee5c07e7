//! How the last request to each vendor's server ended, as the ledger has it.
//!
//! It refuses to try: what is sent only to see whether somebody answers no vendor's file declares, so it does not leave (decision
//! 38).

use gatefold_diagnostics::formats::{Reach, Reachability};
use gatefold_disclosure::Vendor;
use gatefold_disclosure::vendor::Origin;
use gatefold_ledger::{Carrier, Filter, Line, OutcomeClass};

use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;

/// Whoever was asked before that is not what anybody means by lately.
const NEWEST: usize = 2_000;

pub(in crate::diagnostics) fn contacts(gatefold: &Gatefold) -> Result<Reachability, ClientError> {
    let lines = gatefold.book.ledger().page(&Filter::default(), NEWEST)?;
    let mut entries = Vec::new();
    for vendor in gatefold.vendors()? {
        let vendor = vendor.vendor();
        entries.extend(hosts(vendor).into_iter().filter_map(|host| last(vendor, host, &lines)));
    }
    Ok(Reachability { at: written(gatefold.clock.now()), entries, ..Reachability::new() })
}

/// Every server of a vendor, once.
fn hosts(vendor: &Vendor) -> Vec<&Origin> {
    let issuers = vendor.issuers().iter().flat_map(|issuer| &issuer.hosts);
    let mut all: Vec<&Origin> = issuers.chain(vendor.endpoints().map(|(_, host)| host)).collect();
    let mut seen = Vec::new();
    all.retain(|host| {
        let is_new = !seen.contains(host);
        seen.push(host);
        is_new
    });
    all
}

/// The newest request to a server of which the end is known.
fn last(vendor: &Vendor, host: &Origin, lines: &[Line]) -> Option<Reach> {
    let origin = format!("{host}/");
    let is_its = |line: &&Line| {
        line.carrier == Carrier::Https
            && line.vendor.as_deref() == Some(vendor.id())
            && line.url.as_deref().is_some_and(|url| url.starts_with(&origin))
            && line.outcome.is_some()
    };
    let line = lines.iter().rev().find(is_its)?;
    let reached = line.outcome == Some(OutcomeClass::Answered);
    Some(Reach {
        vendor: vendor.id().to_owned(),
        host: host.host().to_owned(),
        peer: line.peer.clone(),
        reached,
        code: line.code.clone().filter(|_| !reached),
        millis: None,
        at: Some(written(line.at)),
    })
}
