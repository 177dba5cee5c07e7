//! Concluding: the second kind of record, which says what became of an entry.
//!
//! It refuses a second outcome, and to declare anybody's request lost while a sender is alive.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::append::{Body, Facet, after, chain_end, facts_text};
use crate::chain::{Clear, Kind};
use crate::entry::{Carrier, EntryId, NetworkFacts, Outcome, OutcomeClass};
use crate::error::LedgerError;
use crate::folder::SENDERS_LOCK;
use crate::open::Ledger;
use crate::senders::Lock;

/// What an outcome says beside the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutcomeFacts {
    pub(crate) peer: Option<String>,
    /// Records of before lack it: those who were tried stand in `peer` then, with blanks between.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) peers: Vec<String>,
    pub(crate) network: Option<NetworkFacts>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) response_len_bytes: Option<u64>,
}

impl OutcomeFacts {
    /// Whom the request was tried at, also in records of before.
    pub(crate) fn tried(&self) -> Vec<String> {
        match (self.peers.is_empty(), &self.peer) {
            (true, Some(peer)) => peer.split(' ').map(str::to_owned).collect(),
            _ => self.peers.clone(),
        }
    }
}

impl Ledger {
    /// Writes down what became of an entry. Call it before its [`crate::Recorded`] is dropped. Touches the disk: one
    /// transaction, one sync.
    ///
    /// # Errors
    /// [`LedgerError::NoEntry`], [`LedgerError::AlreadyConcluded`], and those of the disk.
    pub fn conclude(
        &mut self,
        id: EntryId,
        outcome: &Outcome,
        at: Timestamp,
        salt: [u8; 32],
    ) -> Result<(), LedgerError> {
        fail::fail_point!("ledger.before-conclude");
        self.write(|tx| add_outcome(self, tx, id, outcome, at, &salt))?;
        fail::fail_point!("ledger.after-conclude");
        Ok(())
    }

    /// At start: what was pending when its sender died becomes `unknown`, and returns how many did; an erasure that
    /// was interrupted is finished. While any process may be sending, nothing happens. `salt` gives 32 random bytes a call. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn recover(
        &mut self,
        at: Timestamp,
        mut salt: impl FnMut() -> [u8; 32],
    ) -> Result<usize, LedgerError> {
        let alone = match Lock::alone(&self.dir.join(SENDERS_LOCK), std::time::Duration::ZERO) {
            Err(LedgerError::Locked) => return Ok(0),
            lock => lock?,
        };
        // The facet first, so that its index is gone by: by the order of ids the whole table would be read.
        let pending =
            "SELECT l.id FROM facet f CROSS JOIN line l ON l.facet = f.id WHERE f.outcome = '' ORDER BY l.id";
        let recovered = self.write(|tx| {
            let ids: Vec<i64> =
                tx.prepare_cached(pending)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for &id in &ids {
                add_outcome(self, tx, EntryId(id), &Outcome::bare(OutcomeClass::Unknown), at, &salt())?;
            }
            Ok(ids.len())
        })?;
        drop(alone);
        match self.scrub() {
            // Still in the way; the next start tries again.
            Ok(()) | Err(LedgerError::ScrubWaiting | LedgerError::DiskFull) => Ok(recovered),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn add_outcome(
    ledger: &Ledger,
    tx: &Connection,
    id: EntryId,
    outcome: &Outcome,
    at: Timestamp,
    salt: &[u8; 32],
) -> Result<(), LedgerError> {
    let mut facet = pending_facet(tx, id)?;
    let facts = facts_text(&OutcomeFacts {
        peer: outcome.peer.clone(),
        peers: outcome.peers.clone(),
        network: outcome.network.clone(),
        status: outcome.status,
        code: outcome.code.clone(),
        response_len_bytes: outcome.response_len_bytes,
    })?;
    let body = Body { salt, facts: &facts, bytes: &[] };
    let commitment = body.commitment();
    let end = chain_end(tx)?;
    let seq = after(end.seq)?;
    let at_ms = at.as_millisecond();
    let class = outcome.class.as_str();
    let clear = Clear { seq, entry: id.0, at_ms, kind: Kind::Outcome { class } };
    let hash = clear.hash(&end.hash, &commitment);
    tx.prepare_cached(
        "INSERT INTO record (seq, entry, at_ms, outcome, prev, commitment, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![seq, id.0, at_ms, class, end.hash, commitment, hash])?;
    body.insert(tx, seq)?;
    facet.outcome = Some(outcome.class);
    let facet = ledger.facet(tx, &facet)?;
    tx.prepare_cached("UPDATE line SET facet = ?2, outcome_seq = ?3 WHERE id = ?1")?
        .execute(params![id.0, facet, seq])?;
    Ok(())
}

/// The facet of an entry that has no outcome yet.
fn pending_facet(tx: &Connection, id: EntryId) -> Result<Facet, LedgerError> {
    let found = tx
        .prepare_cached(
            "SELECT l.outcome_seq, f.vendor, f.purpose, f.carrier
             FROM line l JOIN facet f ON f.id = l.facet WHERE l.id = ?1",
        )?
        .query_row([id.0], |row| {
            let carrier: String = row.get(3)?;
            Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?, row.get(2)?, carrier))
        })
        .optional()?;
    match found {
        None => Err(LedgerError::NoEntry(id)),
        Some((Some(_), ..)) => Err(LedgerError::AlreadyConcluded(id)),
        Some((None, vendor, purpose, carrier)) => {
            let carrier: Carrier =
                carrier.parse().map_err(|()| LedgerError::Damaged("a carrier is unknown"))?;
            Ok(Facet { vendor, purpose, carrier, outcome: None })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_an_older_record_tried_stands_in_its_peer() {
        let check = |facts: &str, expect: &[&str]| {
            let facts: OutcomeFacts = serde_json::from_str(facts).unwrap();
            assert_eq!(facts.tried(), expect, "{facts:?}");
        };
        check(r#"{"peer":null}"#, &[]);
        check(r#"{"peer":"192.0.2.7:443"}"#, &["192.0.2.7:443"]);
        check(r#"{"peer":"[::1]:443 192.0.2.7:443"}"#, &["[::1]:443", "192.0.2.7:443"]);
        check(r#"{"peer":"b:1","peers":["a:1","b:1"]}"#, &["a:1", "b:1"]);
    }
}
