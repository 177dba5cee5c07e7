//! Opening `store.db`: who may, which version, how durable.
//!
//! It refuses a link, another user's file, a newer version and what is no database. Every commit is on disk when the
//! call returns (`synchronous=FULL`): the journal's promise rests on that.

use std::path::Path;
use std::time::Duration;

use gatefold_shelf::{Folder, ShelfError};
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::StoreError;

const FILE: &str = "store.db";
const OPENING: &str = ".store.lock";

const STEPS: &[M<'static>] = &[
    M::up(include_str!("schema/1.sql")),
    M::up(include_str!("schema/2.sql")),
    M::up(include_str!("schema/3.sql")),
    M::up(include_str!("schema/4.sql")),
    M::up(include_str!("schema/5.sql")),
    M::up(include_str!("schema/6.sql")),
    M::up(include_str!("schema/7.sql")),
    M::up(include_str!("schema/8.sql")),
    M::up(include_str!("schema/9.sql")),
    M::up(include_str!("schema/10.sql")),
    M::up(include_str!("schema/11.sql")),
    M::up(include_str!("schema/12.sql")),
    M::up(include_str!("schema/13.sql")),
];
const LATEST: i32 = STEPS.len() as i32;
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

pub(crate) fn open(folder: &Folder, busy: Duration) -> Result<Connection, StoreError> {
    // One process at a time looks at the version and brings it up to date.
    let _opening = folder.lock(OPENING)?;
    // Made here, so that it is 0600 from the first byte; SQLite gives its own files the same mode.
    drop(folder.file(FILE)?);
    // SQLITE_OPEN_NOFOLLOW refuses a link anywhere in the path; a linked home is the user's own affair.
    let home = folder.path().canonicalize().map_err(ShelfError::from)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut db = Connection::open_with_flags(home.join(FILE), flags)?;
    db.busy_timeout(busy)?;
    // More than a use case has.
    db.set_prepared_statement_cache_capacity(64);
    let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > LATEST {
        return Err(StoreError::NewerVersion);
    }
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "trusted_schema", "OFF")?;
    if version < LATEST {
        MIGRATIONS.to_latest(&mut db)?;
    }
    Ok(db)
}

/// A store that cannot be written, as it is: nothing is made or brought up to date.
pub(crate) fn open_to_read(folder: &Folder, busy: Duration) -> Result<Connection, StoreError> {
    let path = folder.path().canonicalize().map_err(ShelfError::from)?.join(FILE);
    let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let beside = |what: &str| path.with_file_name(format!("{FILE}-{what}"));
    let has_log = beside("wal").metadata().is_ok_and(|log| log.len() > 0);
    // A program died and left its log, on a disk that is read-only since: what readers share cannot be made, and nobody
    // can write, so no locks are needed.
    let is_forsaken = has_log && !beside("shm").exists() && is_read_only(&path);
    let how = match (has_log, is_forsaken) {
        // Without a log beside it nobody is writing the file, and it can be read as it is.
        (false, _) => "?immutable=1",
        (true, true) => "?vfs=unix-none",
        (true, false) => "",
    };
    let uri = format!("file:{text}{how}");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let db = Connection::open_with_flags(uri, flags)?;
    db.busy_timeout(busy)?;
    if is_forsaken {
        // What its log says of the file is then remembered here instead of beside it.
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    db.pragma_update(None, "trusted_schema", "OFF")?;
    match db.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0))? {
        LATEST => Ok(db),
        newer if newer > LATEST => Err(StoreError::NewerVersion),
        _ => Err(ShelfError::ReadOnly.into()),
    }
}

fn is_read_only(path: &Path) -> bool {
    statvfs(path).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Why SQLite could not open, where the disk knows better than its result code: a full one shows as a failed mapping.
pub(crate) fn diagnose(folder: &Folder, error: StoreError) -> StoreError {
    let StoreError::Database(_) = error else { return error };
    match statvfs(folder.path()) {
        Ok(disk) if disk.f_flag.contains(StatVfsMountFlags::RDONLY) => ShelfError::ReadOnly.into(),
        Ok(disk) if disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0) => {
            ShelfError::DiskFull.into()
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::Store;

    fn code(home: &Path) -> &'static str {
        Store::open(home).expect_err("it must not open").code()
    }

    #[test]
    fn the_migrations_are_sound() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn an_older_store_is_brought_up_to_date() {
        let temp = tempfile::tempdir().unwrap();
        let mut old = Connection::open(temp.path().join(FILE)).unwrap();
        MIGRATIONS.to_version(&mut old, 1).unwrap();
        let insert = "INSERT INTO intent VALUES (?1, 'release', 'sleeve', zeroblob(32), 'l', NULL, 'p', ?2, '2026-11-22T10:00:00Z')";
        for step in 0..4_u8 {
            old.execute(insert, rusqlite::params![[step; 16], step]).unwrap();
        }
        let insert = "INSERT INTO license VALUES ('sleeve', zeroblob(32), 'l', 'p', 'trial', NULL, NULL, 'm', 'rack', '2026-11-22T10:00:00Z', '[1,2]', 'EFGH')";
        old.execute(insert, []).unwrap();
        drop(old);
        let store = Store::open(temp.path()).unwrap();
        let open = store.open_intents().unwrap();
        let confirmed: Vec<bool> = open.iter().map(|intent| intent.confirmed).collect();
        assert_eq!(confirmed, [false, false, true, true]);
        let known = store.licenses().unwrap().pop().unwrap();
        assert_eq!((known.machine_id.as_deref(), known.identifier), (Some("m"), None));
        assert_eq!((known.device_name.as_deref(), known.activation_entries), (Some("rack"), vec![1, 2]));
    }

    #[test]
    fn every_commit_waits_for_the_disk() {
        let temp = tempfile::tempdir().unwrap();
        let store = Store::open(temp.path()).unwrap();
        let pragma =
            |name| store.db.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(pragma("synchronous").unwrap(), 2.into(), "FULL");
        assert_eq!(pragma("journal_mode").unwrap(), "wal".to_owned().into());
        assert_eq!(pragma("secure_delete").unwrap(), 1.into());
    }

    #[test]
    fn every_file_is_0600_in_a_0700_folder() {
        let temp = tempfile::tempdir().unwrap();
        let home = temp.path().join("home");
        let store = Store::open(&home).unwrap();
        store.set(&crate::Setting::HideValues(true)).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&home), 0o700);
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(&home).unwrap() {
            let path = entry.unwrap().path();
            let expect = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode(&path), expect, "{}", path.display());
            seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
        seen.sort();
        assert_eq!(seen, [".store.lock", "holds", "store.db", "store.db-shm", "store.db-wal"]);
    }

    #[test]
    fn a_newer_version_is_refused_and_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        drop(Store::open(temp.path()).unwrap());
        let raw = Connection::open(temp.path().join(FILE)).unwrap();
        raw.pragma_update(None, "user_version", LATEST + 1).unwrap();
        drop(raw);
        let before = std::fs::read(temp.path().join(FILE)).unwrap();
        assert_eq!(code(temp.path()), "store.newer_version");
        assert_eq!(std::fs::read(temp.path().join(FILE)).unwrap(), before);
    }

    #[test]
    fn what_is_no_store_is_refused() {
        let check = |bytes: &[u8], expect: &str| {
            let temp = tempfile::tempdir().unwrap();
            std::fs::write(temp.path().join(FILE), bytes).unwrap();
            assert_eq!(code(temp.path()), expect, "{bytes:?}");
        };
        check(&[b'x'; 4096], "store.damaged");
        check(b"not a database, and short", "store.damaged");
    }

    #[test]
    fn a_link_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        drop(Store::open(&temp.path().join("real")).unwrap());
        std::fs::create_dir(temp.path().join("home")).unwrap();
        symlink(temp.path().join("real/store.db"), temp.path().join("home/store.db")).unwrap();
        assert_eq!(code(&temp.path().join("home")), "store.link");
        symlink(temp.path().join("real"), temp.path().join("linked")).unwrap();
        assert_eq!(code(&temp.path().join("linked")), "store.link");
    }

    #[test]
    fn another_users_store_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        drop(Store::open(temp.path()).unwrap());
        if std::os::unix::fs::chown(temp.path().join(FILE), Some(65534), None).is_err() {
            eprintln!("SKIPPED: only root can give a file to another user");
            return;
        }
        assert_eq!(code(temp.path()), "store.foreign_owner");
    }

    #[test]
    fn a_store_locked_too_long_says_so() {
        let temp = tempfile::tempdir().unwrap();
        let mut first = Store::open(temp.path()).unwrap();
        let second = Store::open_waiting(temp.path(), Duration::from_millis(10)).unwrap();
        let held = first.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        let refused = second.set(&crate::Setting::HideValues(true)).unwrap_err();
        assert_eq!(refused.code(), "store.locked");
        drop(held);
        second.set(&crate::Setting::HideValues(true)).unwrap();
    }

    #[test]
    fn many_may_open_a_new_home_at_once() {
        let temp = tempfile::tempdir().unwrap();
        let home = temp.path().join("home");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| Store::open(&home).unwrap().settings().unwrap());
            }
        });
    }

    #[test]
    fn the_operating_systems_words_get_their_codes() {
        fn check(error: ShelfError, expect: &str) {
            assert_eq!(StoreError::from(error).code(), expect);
        }
        check(ShelfError::DiskFull, "store.disk_full");
        check(ShelfError::ReadOnly, "store.read_only");
        check(ShelfError::Denied, "store.disk");
    }
}
