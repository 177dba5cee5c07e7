//! Folders and files that are not what they should be, disks that cannot take more: nothing is half-written.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use gatefold_ledger::{EntryId, Ledger};

use crate::sample::{Home, activation, answered, at, salt};

fn refused(dir: &Path) -> &'static str {
    match Ledger::open(dir, at(0)) {
        Ok(_) => "opened",
        Err(error) => error.code(),
    }
}

/// Past the test harness, which keeps what passing tests print to itself.
fn skipped(test: &str, why: &str) {
    std::io::stderr().write_all(format!("SKIPPED {test}: {why}\n").as_bytes()).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn folder_and_files_are_for_their_owner_alone() {
    let home = Home::with(1);
    assert_eq!(mode(&home.path()), 0o700);
    let names = ["ledger.db", "ledger.db-wal", "ledger.db-shm", "senders.lock", "setup.lock"];
    for name in names {
        assert_eq!(mode(&home.path().join(name)), 0o600, "{name}");
    }
    // What was loosened is tightened again.
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(home.path().join("ledger.db"), fs::Permissions::from_mode(0o644)).unwrap();
    home.again();
    assert_eq!((mode(&home.path()), mode(&home.path().join("ledger.db"))), (0o700, 0o600));
}

#[test]
fn links_and_other_things_are_refused() {
    let home = Home::with(1);
    let dir = home.dir.path();
    symlink(home.path(), dir.join("link")).unwrap();
    assert_eq!(refused(&dir.join("link")), "ledger.wrong_type");
    fs::write(dir.join("file"), "").unwrap();
    assert_eq!(refused(&dir.join("file")), "ledger.wrong_type");
    for name in ["ledger.db", "ledger.db-wal", "senders.lock"] {
        let folder = dir.join(format!("with-{name}"));
        fs::create_dir(&folder).unwrap();
        symlink("/dev/null", folder.join(name)).unwrap();
        assert_eq!(refused(&folder), "ledger.wrong_type", "{name}");
    }
    fs::create_dir_all(dir.join("deep/ledger.db")).unwrap();
    assert_eq!(refused(&dir.join("deep")), "ledger.wrong_type");
    assert_eq!(refused(&dir.join("no/parent")), "ledger.io");
}

#[test]
fn another_owner_is_refused() {
    let home = Home::with(1);
    if chown(home.path().join("ledger.db"), Some(65534), None).is_err() {
        skipped("another_owner_is_refused", "only root can give files away");
        return;
    }
    assert_eq!(refused(&home.path()), "ledger.foreign_owner");
    chown(home.path().join("ledger.db"), Some(0), None).unwrap();
    chown(home.path(), Some(65534), None).unwrap();
    assert_eq!(refused(&home.path()), "ledger.foreign_owner");
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    let home = Home::with(1);
    home.sql().pragma_update(None, "user_version", 8).unwrap();
    assert_eq!(refused(&home.path()), "ledger.newer_version");
    home.sql().pragma_update(None, "user_version", 7).unwrap();
    assert!(home.again().check(None).unwrap().intact);
}

#[test]
fn what_is_no_ledger_is_refused_and_left_alone() {
    let check = |what: &str, bytes: &[u8]| {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ledger.db"), bytes).unwrap();
        assert_eq!(refused(dir.path()), "ledger.damaged", "{what}");
        assert_eq!(fs::read(dir.path().join("ledger.db")).unwrap(), bytes, "{what}");
    };
    check(
        "text",
        &b"not a database at all, but long enough to have a header of its own, and more".repeat(20),
    );
    let other = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(other.path().join("x")).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
    check("another database", &fs::read(other.path().join("x")).unwrap());

    let mut home = Home::with(40);
    home.ledger.erase(EntryId(1), at(50)).unwrap();
    let whole = fs::read(home.path().join("ledger.db")).unwrap();
    assert!(whole.len() > 16_384);
    let mut scribbled = whole.clone();
    scribbled[100..4096].fill(0xa5);
    check("scribbled over", &scribbled);
}

#[test]
fn a_truncated_file_is_damaged_at_the_latest_when_it_is_read() {
    let mut home = Home::with(40);
    home.ledger.erase(EntryId(1), at(50)).unwrap();
    let whole = fs::read(home.path().join("ledger.db")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("ledger.db"), &whole[..whole.len() / 2 / 4096 * 4096]).unwrap();
    let code =
        Ledger::open(dir.path(), at(0)).and_then(|ledger| ledger.check(None)).map_err(|error| error.code());
    assert_eq!(code, Err("ledger.damaged"));
}

#[test]
fn a_busy_ledger_says_so_and_nothing_is_appended() {
    let mut home = Home::with(1);
    home.ledger.set_patience(std::time::Duration::from_millis(20)).unwrap();
    let other = home.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refusal = home.ledger.append(activation("x"), at(2), salt(1)).unwrap_err();
    assert_eq!(refusal.code(), "ledger.locked");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(home.send(activation("x"), 3), EntryId(2));
    assert!(home.ledger.check(None).unwrap().intact);
}

#[test]
fn the_backup_switch_is_a_tag() {
    let home = Home::new();
    assert!(home.ledger.backup());
    home.ledger.set_backup(false).unwrap();
    let tag = fs::read_to_string(home.path().join("CACHEDIR.TAG")).unwrap();
    assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
    assert!(!home.again().backup());
    home.ledger.set_backup(true).unwrap();
    home.ledger.set_backup(true).unwrap();
    assert!(home.ledger.backup());
}

/// A small disk of its own; unmounted when dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(test: &str) -> Option<Self> {
        let disk = Self(tempfile::tempdir().unwrap());
        if mount(&["-t", "tmpfs", "-o", "size=448k", "tmpfs"], disk.0.path()) {
            return Some(disk);
        }
        skipped(test, "no right to mount a tmpfs");
        std::mem::forget(disk);
        None
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().unwrap();
    }
}

fn mount(arguments: &[&str], path: &Path) -> bool {
    let status = Command::new("mount").args(arguments).arg(path).stderr(std::process::Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_refuses_whole_entries_and_takes_them_again_when_there_is_room() {
    let Some(disk) = Disk::new("a_full_disk_refuses_whole_entries") else { return };
    let path = disk.0.path().join("ledger");
    let mut ledger = Ledger::open(&path, at(0)).unwrap();
    let first = ledger.append(activation("first"), at(1), salt(1)).unwrap().id();
    ledger.conclude(first, &answered(), at(1), salt(2)).unwrap();
    let ballast = disk.0.path().join("ballast");
    let mut room = 512 << 10;
    while room > 256 {
        // As much as fits, then the last crumbs.
        if fs::write(&ballast, vec![0_u8; room]).is_err() {
            room -= 256;
        } else {
            break;
        }
    }
    let mut written = 1;
    let refusal = loop {
        match ledger.append(activation(&"x".repeat(8_000)), at(2), salt(1)) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100, "the disk never gets full");
    };
    assert_eq!(refusal.code(), "ledger.disk_full");
    drop(ledger);
    fs::remove_file(&ballast).unwrap();
    let mut ledger = Ledger::open(&path, at(3)).unwrap();
    let check = ledger.check(None).unwrap();
    assert_eq!((check.intact, check.entries), (true, written));
    let next = ledger.append(activation("next"), at(3), salt(1)).unwrap();
    assert_eq!(next.id().0.unsigned_abs(), written + 1);
}

#[test]
fn a_full_disk_makes_no_new_ledger() {
    let Some(disk) = Disk::new("a_full_disk_makes_no_new_ledger") else { return };
    let ballast = disk.0.path().join("ballast");
    let _ = fs::write(&ballast, vec![0_u8; 1 << 20]);
    assert_eq!(refused(&disk.0.path().join("ledger")), "ledger.disk_full");
    fs::remove_file(&ballast).unwrap();
    assert_eq!(refused(&disk.0.path().join("ledger")), "opened");
}

#[test]
fn a_read_only_disk_refuses() {
    let Some(disk) = Disk::new("a_read_only_disk_refuses") else { return };
    let path = disk.0.path().join("ledger");
    let mut ledger = Ledger::open(&path, at(0)).unwrap();
    drop(ledger.append(activation("first"), at(1), salt(1)).unwrap());
    drop(ledger);
    assert!(mount(&["-o", "remount,ro"], disk.0.path()));
    assert_eq!(refused(&path), "ledger.read_only");
    assert_eq!(refused(&disk.0.path().join("new")), "ledger.read_only");
    assert!(mount(&["-o", "remount,rw"], disk.0.path()));
    ledger = Ledger::open(&path, at(0)).unwrap();
    assert_eq!(ledger.check(None).unwrap().entries, 1);
}
