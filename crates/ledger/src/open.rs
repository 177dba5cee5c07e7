//! Opening the ledger: the file, its schema, its settings.
//!
//! Several processes at once are normal. It refuses newer schemas, foreign databases and damaged files; it never
//! starts afresh over something it cannot read.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Transaction};
use rusqlite_migration::{M, Migrations};
use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::error::LedgerError;
use crate::folder::{self, FILE, SETUP_LOCK};
use crate::senders::Lock;

/// How long another process may keep the ledger busy, unless [`Ledger::set_patience`] says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GFLD`: tells our file from other SQLite databases.
const APPLICATION_ID: i32 = 0x4746_4c44;

/// The schema, one step a version; a step that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
];

/// The oldest schema whose tables can be read as they are.
const READABLE_SINCE: usize = 1;

/// The ledger of one OS account.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Connection,
    pub(crate) dir: PathBuf,
    pub(crate) patience: Duration,
    /// Rows of `facet` never change, so their numbers may be remembered.
    pub(crate) facets: RefCell<HashMap<crate::append::Facet, i64>>,
    /// What is wrong with the file, where there is none to work on.
    damaged: Option<&'static str>,
}

impl Ledger {
    /// Opens the ledger in `dir`, making folder (0700) and file (0600) where there is none. Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::WrongType`] for a symlink or a device, [`LedgerError::ForeignOwner`], [`LedgerError::Damaged`],
    /// [`LedgerError::NewerVersion`], [`LedgerError::Locked`], [`LedgerError::DiskFull`],
    /// [`LedgerError::ReadOnly`].
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, LedgerError> {
        let dir = folder::prepare(dir)?;
        open(&dir, now).map_err(|error| folder::diagnose(&dir, error))
    }

    /// Opens a ledger that cannot be written: a full or read-only disk is no reason not to read. Writes nothing, makes
    /// nothing, and what writes refuses with [`LedgerError::ReadOnly`].
    ///
    /// # Errors
    /// As [`Ledger::open`]; [`LedgerError::Io`] where there is no ledger.
    pub fn open_to_read(dir: &Path) -> Result<Self, LedgerError> {
        let dir = folder::find(dir)?;
        let path = dir.join(FILE);
        let db = Connection::open_with_flags(uri_to_read(&path), TO_READ)?;
        db.busy_timeout(PATIENCE)?;
        if is_forsaken(&path) {
            // What its log says of the file is then remembered here instead of beside it.
            db.execute_batch("PRAGMA locking_mode = EXCLUSIVE;")?;
        }
        db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")?;
        match version(&db)? {
            READABLE_SINCE.. => {
                Ok(Self { db, dir, patience: PATIENCE, facets: RefCell::default(), damaged: None })
            }
            _ => Err(LedgerError::ReadOnly),
        }
    }

    /// Stands for a ledger that is damaged, so that what needs none can go on without: whatever is asked of it refuses
    /// with [`LedgerError::Damaged`]. Touches nothing.
    ///
    /// # Errors
    /// No memory.
    pub fn damaged(dir: &Path, what: &'static str) -> Result<Self, LedgerError> {
        let db = Connection::open_in_memory()?;
        let (patience, facets) = (PATIENCE, RefCell::default());
        Ok(Self { db, dir: dir.to_owned(), patience, facets, damaged: Some(what) })
    }

    /// Whether nothing can be written.
    pub(crate) fn is_read_only(&self) -> bool {
        self.db.is_readonly(rusqlite::MAIN_DB).unwrap_or(false)
    }

    /// How long to wait for another process before [`LedgerError::Locked`].
    ///
    /// # Errors
    /// The database's own.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), LedgerError> {
        self.db.busy_timeout(patience)?;
        self.patience = patience;
        Ok(())
    }

    /// Lets backups take the folder along, or asks them not to (`CACHEDIR.TAG`). Touches the disk.
    ///
    /// # Errors
    /// The tag cannot be written or removed.
    pub fn set_backup(&self, on: bool) -> Result<(), LedgerError> {
        folder::set_backup(&self.dir, on)
    }

    /// Whether backups take the folder along.
    pub fn backup(&self) -> bool {
        folder::backup(&self.dir)
    }

    /// Refuses where there is no file to work on.
    pub(crate) fn is_there(&self) -> Result<(), LedgerError> {
        self.damaged.map_or(Ok(()), |what| Err(LedgerError::Damaged(what)))
    }

    /// A transaction that may write from its first statement on, so that what it reads stays true.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.transaction("BEGIN IMMEDIATE", work)
    }

    /// A number that is another one once any other connection has written, of this process or of another. Touches no disk but
    /// for what tells that.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn data_version(&self) -> Result<i64, LedgerError> {
        Ok(self.db.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// A transaction that sees one moment of the ledger.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.transaction("BEGIN", work)
    }

    /// As rusqlite's own transactions, but for cached statements: an append is held to a small multiple of one insert.
    fn transaction<T>(
        &self,
        begin: &str,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.is_there()?;
        let run = || {
            self.db.prepare_cached(begin)?.execute([])?;
            let _open = RollBack(&self.db);
            let value = work(&self.db)?;
            self.db.prepare_cached("COMMIT")?.execute([])?;
            Ok(value)
        };
        run().map_err(|error| folder::diagnose(&self.dir, error))
    }
}

/// Undoes a transaction that is still open when it is left, by whatever way.
struct RollBack<'a>(&'a Connection);

impl Drop for RollBack<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // A rollback that fails leaves nothing to do: SQLite undoes the rest when the file is opened again.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

const TO_READ: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY
    .union(OpenFlags::SQLITE_OPEN_URI)
    .union(OpenFlags::SQLITE_OPEN_NOFOLLOW)
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Without a log beside it nobody is writing the file, and it can be read as it is. With one, SQLite has to make, or
/// find, what its readers share; where neither is possible, nobody else can write either, and no locks are needed.
fn uri_to_read(path: &Path) -> String {
    let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let how = match (has_log(path), is_forsaken(path)) {
        (false, _) => "?immutable=1",
        (true, true) => "?vfs=unix-none",
        (true, false) => "",
    };
    format!("file:{text}{how}")
}

fn has_log(path: &Path) -> bool {
    beside(path, "wal").metadata().is_ok_and(|log| log.len() > 0)
}

/// A program died and left its log, on a disk that is read-only since: records stand in the log alone, and what readers
/// share is gone and cannot be made.
fn is_forsaken(path: &Path) -> bool {
    let disk = statvfs(path).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY));
    disk && has_log(path) && !beside(path, "shm").exists()
}

fn beside(path: &Path, what: &str) -> PathBuf {
    path.with_file_name(format!("{FILE}-{what}"))
}

fn open(dir: &Path, now: Timestamp) -> Result<Ledger, LedgerError> {
    let path = dir.join(FILE);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(&path, flags)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(64);
    // Before anything is written: what SQLite frees it also overwrites, and nothing spills into temporary files.
    db.execute_batch("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
    if !is_current(&db)? {
        set_up(&mut db, dir, &path, now)?;
    }
    refuse_triggers(&db)?;
    // SQLite's own small page cache: a large one is only filled by large ledgers, and saves them little.
    db.execute_batch("PRAGMA synchronous = FULL;")?;
    Ok(Ledger { db, dir: dir.to_owned(), patience: PATIENCE, facets: RefCell::default(), damaged: None })
}

/// Whether the file is of this version.
pub(crate) fn is_current(db: &Connection) -> Result<bool, LedgerError> {
    Ok(version(db)? == MIGRATIONS.len())
}

/// The version of the file, if it is ours; 0 of one that is empty.
fn version(db: &Connection) -> Result<usize, LedgerError> {
    // One look: another process may be making the file between two.
    let look = if db.is_autocommit() { Some(db.unchecked_transaction()?) } else { None };
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let version = number("user_version")?;
    if number("application_id")? != i64::from(APPLICATION_ID) {
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        return if tables == 0 && version == 0 {
            Ok(0)
        } else {
            Err(LedgerError::Damaged("it is no ledger"))
        };
    }
    drop(look);
    match usize::try_from(version).map_err(|_| LedgerError::Damaged("its version is no number"))? {
        version if version > MIGRATIONS.len() => Err(LedgerError::NewerVersion),
        version => Ok(version),
    }
}

/// A ledger has no triggers: one that somebody put into the file could undo a row as it is written.
fn refuse_triggers(db: &Connection) -> Result<(), LedgerError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'";
    match db.query_row(sql, [], |row| row.get::<_, i64>(0))? {
        0 => Ok(()),
        _ => Err(LedgerError::Damaged("somebody put a trigger into it")),
    }
}

/// Makes the file or brings it up to date, one process at a time.
fn set_up(db: &mut Connection, dir: &Path, path: &Path, now: Timestamp) -> Result<(), LedgerError> {
    let _lock = Lock::alone(&dir.join(SETUP_LOCK), PATIENCE)?;
    if is_current(db)? {
        return Ok(());
    }
    folder::check_file(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    let made_at = now.as_millisecond();
    let steps = MIGRATIONS.iter().map(|step| {
        M::up_with_hook(step, move |tx: &Transaction<'_>| {
            tx.execute("UPDATE state SET made_at_ms = ?1 WHERE made_at_ms IS NULL", [made_at])?;
            Ok(())
        })
    });
    Migrations::new(steps.collect()).to_latest(db).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        _ => LedgerError::Damaged("its version is unknown"),
    })?;
    Ok(())
}
