//! Taking consent back, in every process at once: the intent, after which nothing new starts; the end of what was running; the
//! record of what had gone by then.
//!
//! Whoever sends for an optional purpose holds a lock of that vendor's from before its consent is asked for until its last write,
//! and looks at the intent between writes ([`Hold`]). It refuses to write the record while such a lock is held: what it says, that nothing more leaves, would not be
//! true.

use std::path::PathBuf;
use std::time::Duration;

use gatefold_disclosure::{Item, Purpose, Sealed, Vendor};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, params};

use crate::consent::{self, About, ConsentAct, time};
use crate::consent_lock;
use crate::consent_record::{self, RecordEvent};
use crate::entry::{EntryId, OutcomeClass};
use crate::error::LedgerError;
use crate::folder::FILE;
use crate::open::Ledger;
use crate::senders::Lock;

/// How long a withdrawal waits for who is sending.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a look at the intent may wait for the database.
const LOOK: Duration = Duration::from_millis(200);

/// What had gone before a withdrawal, by the entries.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Gone {
    /// The entry.
    pub entry: EntryId,
    /// When it was written.
    pub at: Timestamp,
    /// What became of it; none while that is not known, as of one that the withdrawal cut off.
    pub outcome: Option<OutcomeClass>,
}

/// Held by whoever sends for an optional purpose, from before the append until its last write.
#[derive(Debug)]
pub struct Hold {
    /// Of its own: the sender is another thread than who writes the ledger.
    db: Connection,
    vendor: String,
    root: String,
    purpose: Purpose,
    /// The newest row of consent when the append asked; a withdrawal has a newer one.
    seen: i64,
    _lock: Lock,
}

impl Hold {
    /// Whether the user took the consent back meanwhile: then no further byte may be written. What cannot be told counts as a yes.
    pub fn is_withdrawn(&self) -> bool {
        let sql = "SELECT count(*) FROM consent
                   WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 AND act <> 'granted' AND id > ?4";
        let about = params![self.vendor, self.root, self.purpose.id(), self.seen];
        let newer = self
            .db
            .prepare_cached(sql)
            .and_then(|mut look| look.query_row(about, |row| row.get::<_, i64>(0)));
        !matches!(newer, Ok(0))
    }

    /// Whether it was locked off meanwhile, by the user's word or by `DO_NOT_TRACK` where another program was started: then no further
    /// byte may be written either. What cannot be told counts as a yes.
    pub fn is_locked(&self) -> bool {
        consent_lock::refuse(&self.db).is_err()
    }
}

impl Ledger {
    /// The lock of who sends this, if it is for an optional purpose. Taken before consent is asked for, so that a withdrawal that
    /// the question does not see yet waits for the sender.
    pub(crate) fn hold(&self, sealed: &Sealed) -> Result<Option<Hold>, LedgerError> {
        let preview = sealed.preview();
        if !preview.purpose.is_optional() {
            return Ok(None);
        }
        self.is_there()?;
        let lock = Lock::shared(&self.lock_path(&preview.vendor, preview.purpose), self.patience)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let db = Connection::open_with_flags(self.dir.join(FILE), flags)?;
        db.busy_timeout(LOOK)?;
        db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")?;
        let seen = db.query_row("SELECT ifnull(max(id), 0) FROM consent", [], |row| row.get(0))?;
        let (vendor, root) = (preview.vendor.clone(), sealed.root_key().to_owned());
        Ok(Some(Hold { db, vendor, root, purpose: preview.purpose, seen, _lock: lock }))
    }

    /// The first step of a withdrawal: from here on nothing new starts, and who is sending stops. Of these items, of all if there are none. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn begin_withdrawal(
        &mut self,
        vendor: &Vendor,
        purpose: Purpose,
        items: &[Item],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let about = About::of(vendor, purpose);
        self.write(|tx| {
            for item in each(items) {
                consent::add(tx, ConsentAct::Withdrawing, about, at, item, None)?;
            }
            Ok(())
        })?;
        fail::fail_point!("ledger.after-withdrawing");
        Ok(())
    }

    /// The last step, of every withdrawal that was begun: waits at most a second for who is sending, and writes the record, which
    /// `record` makes from what had gone since the first grant that it ends. After that no byte leaves. Whether there was one to end. Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::SenderRemains`] where somebody who sends neither stops nor ends within the second, as a process that stands
    /// still: nothing new starts, and the record waits. Those of the disk.
    pub fn finish_withdrawal(
        &mut self,
        vendor: &Vendor,
        purpose: Purpose,
        at: Timestamp,
        record: impl FnOnce(&[Gone]) -> (RecordEvent, String),
    ) -> Result<bool, LedgerError> {
        let about = About::of(vendor, purpose);
        if self.read(|tx| unfinished(tx, about))?.is_empty() {
            return Ok(false);
        }
        let alone =
            Lock::alone(&self.lock_path(about.vendor, purpose), PATIENCE).map_err(|error| match error {
                LedgerError::Locked => LedgerError::SenderRemains,
                error => error,
            })?;
        fail::fail_point!("ledger.before-withdrawn");
        let done = self.write(|tx| {
            let open = unfinished(tx, about)?;
            if open.is_empty() {
                // Another process came first, and its record stands.
                return Ok(false);
            }
            let gone = gone(tx, about)?;
            for item in open {
                consent::add(tx, ConsentAct::Withdrawn, about, at, item, None)?;
            }
            let (event, text) = record(&gone);
            consent_record::add(tx, about, at, event, &text)?;
            Ok(true)
        })?;
        drop(alone);
        fail::fail_point!("ledger.after-withdrawn");
        Ok(done)
    }

    /// Whether a withdrawal was begun and has no record yet: its process died, or somebody was still sending.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn is_withdrawing(&self, vendor: &Vendor, purpose: Purpose) -> Result<bool, LedgerError> {
        self.read(|tx| Ok(consent::is_kept(tx)? && !unfinished(tx, About::of(vendor, purpose))?.is_empty()))
    }

    fn lock_path(&self, vendor: &str, purpose: Purpose) -> PathBuf {
        // An id is small letters, digits and hyphens alone.
        self.dir.join(format!("{purpose}-{vendor}.lock"))
    }
}

/// Each item, or once "all".
fn each(items: &[Item]) -> Vec<Option<Item>> {
    if items.is_empty() { vec![None] } else { items.iter().copied().map(Some).collect() }
}

/// What is being withdrawn: items, or all (`None`).
pub(crate) fn unfinished(tx: &Connection, about: About<'_>) -> Result<Vec<Option<Item>>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT id, at_ms, act, vendor, purpose, item, ends_ms FROM consent AS c
         WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 AND act = 'withdrawing' AND NOT EXISTS (
           SELECT 1 FROM consent AS done WHERE done.vendor = ?1 AND done.root = ?2 AND done.purpose = ?3
             AND done.act = 'withdrawn' AND done.id > c.id AND done.item IS c.item)
         GROUP BY item ORDER BY id",
    )?;
    let mut rows = statement.query(params![about.vendor, about.root, about.purpose.id()])?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        open.push(consent::read(row)?.item);
    }
    Ok(open)
}

/// What was sent since the oldest grant after the last withdrawal that came to its end.
fn gone(tx: &Connection, about: About<'_>) -> Result<Vec<Gone>, LedgerError> {
    let since =
        "SELECT min(at_ms) FROM consent WHERE vendor = ?1 AND root = ?2 AND purpose = ?3 AND act = 'granted'
                 AND id > ifnull((SELECT max(id) FROM consent WHERE vendor = ?1 AND root = ?2 AND purpose = ?3
                                  AND act = 'withdrawn' AND item IS NULL), 0)";
    let named = params![about.vendor, about.root, about.purpose.id()];
    let since: Option<i64> = tx.prepare_cached(since)?.query_row(named, |row| row.get(0))?;
    let Some(since) = since else { return Ok(Vec::new()) };
    let mut statement = tx.prepare_cached(
        "SELECT l.id, l.at_ms, f.outcome FROM facet f CROSS JOIN line l ON l.facet = f.id
         WHERE f.vendor = ?1 AND f.purpose = ?2 AND l.at_ms >= ?3 ORDER BY l.id",
    )?;
    let mut rows = statement.query(params![about.vendor, about.purpose.id(), since])?;
    let mut gone = Vec::new();
    while let Some(row) = rows.next()? {
        let outcome: String = row.get(2)?;
        let (entry, at, outcome) = (EntryId(row.get(0)?), time(row.get(1)?)?, outcome.parse().ok());
        if outcome != Some(OutcomeClass::NotSent) {
            gone.push(Gone { entry, at, outcome });
        }
    }
    Ok(gone)
}
