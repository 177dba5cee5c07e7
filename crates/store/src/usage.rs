//! Counts of sessions while the user shares usage, and the uploads that they go into. A count says under which grants it was noted:
//! whoever sends leaves out what is not granted under the same numbers any more.
//!
//! It refuses to count a file of a spool twice, to change what is about to be sent, and to keep what was never sent beyond the
//! consent.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use crate::row::{Time, count, number, words};
use crate::{Store, StoreError, VendorKey};

/// What becomes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Counts still come in.
    Open,
    /// As it is, it is about to be sent, or could not be.
    Frozen,
    /// The collector took it.
    Sent,
    /// The collector took some of it.
    Partly,
    /// The collector answered that it took nothing.
    Refused,
    /// It may have arrived.
    Unknown,
}

words!(BatchState {
    Open = "open",
    Frozen = "frozen",
    Sent = "sent",
    Partly = "partly",
    Refused = "refused",
    Unknown = "unknown",
});

impl BatchState {
    /// Whether nothing of it has left.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::Frozen)
    }
}

/// Whether what was sent is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchErasure {
    /// Not asked for.
    NotWanted,
    /// The user wants it, and the collector has not said yes yet.
    Wanted,
    /// The collector said that it is erased.
    Erased,
}

words!(BatchErasure { NotWanted = "not_wanted", Wanted = "wanted", Erased = "erased" });

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageBatch {
    /// Its random number, which is sent with it.
    pub id: Uuid,
    /// When it was begun.
    pub made_at: Timestamp,
    /// What became of it.
    pub state: BatchState,
    /// When that was known.
    pub settled_at: Option<Timestamp>,
    /// The answer's status.
    pub status: Option<u16>,
    /// How many of its points the collector did not take, if it said so.
    pub rejected: Option<u64>,
    /// Whether it is to be erased.
    pub erasure: BatchErasure,
    /// When the collector said that it is.
    pub erased_at: Option<Timestamp>,
}

/// Sessions that have everything in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The week, as `2026-W49`.
    pub week: String,
    /// The product's id.
    pub product: String,
    /// Its version; empty where that was not granted, or not known.
    pub version: String,
    /// The host, likewise.
    pub daw: String,
    /// The grant of how often it is used, by its number in the ledger; 0 for none.
    pub frequency_grant: i64,
    /// That of the version.
    pub version_grant: i64,
    /// That of the host.
    pub daw_grant: i64,
}

/// How an upload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What became of it; not a pending one.
    pub state: BatchState,
    /// The answer's status.
    pub status: Option<u16>,
    /// How many points were not taken.
    pub rejected: Option<u64>,
}

/// What of an upload is left for another one.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'a> {
    /// What was counted in this week and after it.
    pub week: &'a str,
    /// The number of the other one.
    pub batch: Uuid,
    /// When that is begun.
    pub made_at: Timestamp,
}

const BATCH: &str =
    "SELECT id, made_at, state, settled_at, status, rejected, erasure, erased_at FROM usage_batch";

impl Store {
    /// Adds sessions to the vendor's open upload, which `fresh` is the number of if there is none, and notes the files that they
    /// came from as counted, in one commit. A file that was counted before is left out: `of` makes the counts from those that
    /// were not.
    ///
    /// # Errors
    /// What the database says; then nothing is counted.
    pub fn count_usage<'a>(
        &mut self,
        vendor: &VendorKey,
        files: &[&'a str],
        of: impl FnOnce(&[&'a str]) -> BTreeMap<Counted, u64>,
        fresh: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut new = Vec::with_capacity(files.len());
        for &name in files {
            let sql =
                "INSERT INTO usage_taken (vendor, root, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            if tx.prepare_cached(sql)?.execute(params![vendor.id, vendor.root, name])? == 1 {
                new.push(name);
            }
        }
        let counts = of(&new);
        if !counts.is_empty() {
            let batch = open_batch(&tx, vendor, fresh, now)?;
            for (line, sessions) in counts {
                add(&tx, batch, &line, sessions)?;
            }
        }
        tx.commit()?;
        Ok(())
    }

    /// The files that were counted are gone from their spool.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_taken(&self, vendor: &VendorKey) -> Result<(), StoreError> {
        let sql = "DELETE FROM usage_taken WHERE vendor = ?1 AND root = ?2";
        self.db.execute(sql, params![vendor.id, vendor.root])?;
        Ok(())
    }

    /// The upload that comes next: the one that was about to be sent, else the one that counts come into.
    ///
    /// # Errors
    /// What the database says.
    pub fn pending_batch(&self, vendor: &VendorKey) -> Result<Option<UsageBatch>, StoreError> {
        let sql =
            format!("{BATCH} WHERE vendor = ?1 AND root = ?2 AND state IN ('open', 'frozen') ORDER BY state");
        let which = params![vendor.id, vendor.root];
        Ok(self.db.prepare_cached(&sql)?.query_row(which, UsageBatch::from_row).optional()?)
    }

    /// Every upload of a vendor, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn batches(&self, vendor: &VendorKey) -> Result<Vec<UsageBatch>, StoreError> {
        let sql = format!("{BATCH} WHERE vendor = ?1 AND root = ?2 ORDER BY made_at, id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![vendor.id, vendor.root], UsageBatch::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was counted for a vendor: by the upload it goes into, or went.
    ///
    /// # Errors
    /// What the database says.
    pub fn counted(&self, vendor: &VendorKey) -> Result<Vec<(Uuid, Counted, u64)>, StoreError> {
        let sql = "SELECT c.batch, c.week, c.product, c.version, c.daw, c.frequency_grant, c.version_grant,
                          c.daw_grant, c.sessions
                   FROM usage_count c JOIN usage_batch b ON b.id = c.batch
                   WHERE b.vendor = ?1 AND b.root = ?2 ORDER BY c.week, c.product, c.version, c.daw";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params![vendor.id, vendor.root], |row| {
            let line = Counted {
                week: row.get(1)?,
                product: row.get(2)?,
                version: row.get(3)?,
                daw: row.get(4)?,
                frequency_grant: row.get(5)?,
                version_grant: row.get(6)?,
                daw_grant: row.get(7)?,
            };
            Ok((batch_id(row, 0)?, line, count(row, "sessions")?.unwrap_or(0)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// From now on the upload stays as it is, without what is left for another one. Whether it was still pending.
    ///
    /// # Errors
    /// What the database says; then all stands as before.
    pub fn freeze_batch(&mut self, id: Uuid, rest: Option<Rest<'_>>) -> Result<bool, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "UPDATE usage_batch SET state = 'frozen' WHERE id = ?1 AND state IN ('open', 'frozen')";
        let was_pending = tx.execute(sql, params![id.as_bytes()])? > 0;
        if let Some(Rest { week, batch, made_at }) = rest.filter(|_| was_pending) {
            let sql = "INSERT INTO usage_batch (id, vendor, root, made_at, state)
                       SELECT ?2, vendor, root, ?3, 'open' FROM usage_batch WHERE id = ?1";
            tx.execute(sql, params![id.as_bytes(), batch.as_bytes(), Time(made_at)])?;
            let sql = "UPDATE usage_count SET batch = ?2 WHERE batch = ?1 AND week >= ?3";
            tx.execute(sql, params![id.as_bytes(), batch.as_bytes(), week])?;
        }
        tx.commit()?;
        Ok(was_pending)
    }

    /// Notes how a frozen upload ended, or one of which that was not known. Whether it was one.
    ///
    /// # Errors
    /// What the database says.
    pub fn settle_batch(&self, id: Uuid, how: Settled, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE usage_batch SET state = ?2, settled_at = ?3, status = ?4, rejected = ?5
                   WHERE id = ?1 AND state IN ('frozen', 'unknown')";
        let rejected = how.rejected.map(number);
        let values = params![id.as_bytes(), how.state, Time(now), how.status, rejected];
        Ok(self.db.execute(sql, values)? > 0)
    }

    /// Forgets what was counted and never sent, and of what was sent all but the numbers.
    ///
    /// # Errors
    /// What the database says; then all stands as before.
    pub fn drop_usage(&mut self, vendor: &VendorKey) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let which = params![vendor.id, vendor.root];
        let counts = "DELETE FROM usage_count WHERE batch IN (SELECT id FROM usage_batch WHERE vendor = ?1 AND root = ?2)";
        tx.execute(counts, which)?;
        let unsent =
            "DELETE FROM usage_batch WHERE vendor = ?1 AND root = ?2 AND state IN ('open', 'frozen')";
        tx.execute(unsent, which)?;
        tx.execute("DELETE FROM usage_taken WHERE vendor = ?1 AND root = ?2", which)?;
        tx.commit()?;
        self.forget_log();
        Ok(())
    }

    /// Forgets one upload of which nothing has left, with its counts. Whether there was one.
    ///
    /// # Errors
    /// What the database says.
    pub fn throw_away_batch(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pending = "SELECT count(*) FROM usage_batch WHERE id = ?1 AND state IN ('open', 'frozen')";
        let is_pending = tx.query_row(pending, params![id.as_bytes()], |row| row.get::<_, i64>(0))? > 0;
        if is_pending {
            tx.execute("DELETE FROM usage_count WHERE batch = ?1", params![id.as_bytes()])?;
            tx.execute("DELETE FROM usage_batch WHERE id = ?1", params![id.as_bytes()])?;
        }
        tx.commit()?;
        Ok(is_pending)
    }

    /// Forgets an upload of which it is known by now that nothing left. Whether it was one of which that was not known.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_never_sent(&self, id: Uuid) -> Result<bool, StoreError> {
        self.db.execute("DELETE FROM usage_count WHERE batch = ?1", params![id.as_bytes()])?;
        let sql = "DELETE FROM usage_batch WHERE id = ?1 AND state = 'unknown'";
        Ok(self.db.execute(sql, params![id.as_bytes()])? > 0)
    }

    /// The user wants everything erased that was sent to a vendor, or may have been. How many uploads that is.
    ///
    /// # Errors
    /// What the database says.
    pub fn want_erased(&self, vendor: &VendorKey) -> Result<usize, StoreError> {
        let sql = "UPDATE usage_batch SET erasure = 'wanted'
                   WHERE vendor = ?1 AND root = ?2 AND state NOT IN ('open', 'frozen') AND erasure = 'not_wanted'";
        Ok(self.db.execute(sql, params![vendor.id, vendor.root])?)
    }

    /// The collector said that these are erased.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_erased(&mut self, ids: &[Uuid], now: Timestamp) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for id in ids {
            let sql = "UPDATE usage_batch SET erasure = 'erased', erased_at = ?2 WHERE id = ?1";
            tx.execute(sql, params![id.as_bytes(), Time(now)])?;
        }
        tx.commit()?;
        Ok(())
    }
}

fn open_batch(
    tx: &Transaction<'_>,
    vendor: &VendorKey,
    fresh: Uuid,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let sql = "SELECT id FROM usage_batch WHERE vendor = ?1 AND root = ?2 AND state = 'open'";
    let open = tx.query_row(sql, params![vendor.id, vendor.root], |row| batch_id(row, 0)).optional()?;
    if let Some(open) = open {
        return Ok(open);
    }
    let sql = "INSERT INTO usage_batch (id, vendor, root, made_at, state) VALUES (?1, ?2, ?3, ?4, 'open')";
    tx.execute(sql, params![fresh.as_bytes(), vendor.id, vendor.root, Time(now)])?;
    Ok(fresh)
}

fn add(tx: &Transaction<'_>, batch: Uuid, line: &Counted, sessions: u64) -> Result<(), StoreError> {
    let sql = "INSERT INTO usage_count (batch, week, product, version, daw, frequency_grant, version_grant, daw_grant, sessions)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
               ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions";
    let Counted { week, product, version, daw, frequency_grant, version_grant, daw_grant } = line;
    let grants = (frequency_grant, version_grant, daw_grant);
    tx.prepare_cached(sql)?.execute(params![
        batch.as_bytes(),
        week,
        product,
        version,
        daw,
        grants.0,
        grants.1,
        grants.2,
        number(sessions)
    ])?;
    Ok(())
}

fn batch_id(row: &Row<'_>, place: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(place)?))
}

impl UsageBatch {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let time = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<Time>>(place)?.map(|time| time.0));
        Ok(Self {
            id: batch_id(row, 0)?,
            made_at: row.get::<_, Time>(1)?.0,
            state: row.get(2)?,
            settled_at: time(3)?,
            status: row.get(4)?,
            rejected: count(row, "rejected")?,
            erasure: row.get(6)?,
            erased_at: time(7)?,
        })
    }
}

#[cfg(test)]
#[path = "usage_tests.rs"]
mod tests;
