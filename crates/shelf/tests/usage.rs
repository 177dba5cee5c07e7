//! Consent and spool as a plug-in finds them: what is not this user's alone is no yes, and what does not fit is given up.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;

use gatefold_shelf::{
    MAX_SPOOLED, ShelfError, SpoolRecord, SpooledItem, UsageConsent, UsageGrant, UsageItem, VendorShelf,
};
use jiff::Timestamp;
use rustix::process::geteuid;
use support::{Root, tree};

fn consent() -> UsageConsent {
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let grant = UsageGrant {
        item: UsageItem::UsageFrequency,
        id: 7,
        granted_at: at("2026-11-01T10:00:00Z"),
        ends_at: at("2027-11-01T10:00:00Z"),
    };
    UsageConsent::new("sleeve", &["p-1".to_owned()], &[grant])
}

fn record(value: &str) -> SpoolRecord {
    let item = SpooledItem { item: UsageItem::Daw, grant: 7, value: Some(value.to_owned()) };
    SpoolRecord::new("p-1", "2026-12-01".parse().unwrap(), vec![item])
}

fn home() -> (tempfile::TempDir, VendorShelf) {
    let home = tempfile::tempdir().unwrap();
    let shelf = Root::new().shelf(home.path());
    shelf.put_consent(&consent(), 1).unwrap();
    (home, shelf)
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_was_taken_back_and_is_not_written_down_is_kept_by_its_name() {
    let (home, shelf) = home();
    shelf.spool(&record("Ardour"), 2).unwrap();
    assert_eq!(shelf.taken_back(), Ok(vec![]));
    shelf.take_back(Some(UsageItem::Daw)).unwrap();
    assert_eq!(shelf.taken_back(), Ok(vec![Some(UsageItem::Daw)]));
    assert_eq!(shelf.consent(), Ok(Some(consent())), "the others may be noted on");
    shelf.take_back(None).unwrap();
    shelf.take_back(None).unwrap();
    assert_eq!(shelf.taken_back(), Ok(vec![None, Some(UsageItem::Daw)]));
    assert_eq!((shelf.consent(), shelf.spooled().unwrap().found), (Ok(None), vec![]));
    for file in tree(home.path()) {
        assert!(!file.contains(".json"), "{file}");
    }
    shelf.forget_taken_back().unwrap();
    shelf.forget_taken_back().unwrap();
    assert_eq!(shelf.taken_back(), Ok(vec![]));
    // What is no file is of nobody who writes here.
    fs::create_dir(shelf.path().join("taken-back")).unwrap();
    assert_eq!(shelf.taken_back(), Ok(vec![]));
}

/// Not even an empty file may be made: then the consent gets another name.
#[test]
fn a_disk_without_room_for_a_name_keeps_it_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m,nr_inodes=9,mode=700", "none"])
        .arg(dir.path())
        .status();
    if !mounted.is_ok_and(|mounted| mounted.success()) {
        println!("skipped: a file system cannot be mounted here");
        return;
    }
    let shelf = Root::new().shelf(&dir.path().canonicalize().unwrap());
    shelf.put_consent(&consent(), 1).unwrap();
    let fillers = (0..9).take_while(|nth| fs::write(dir.path().join(format!("filler-{nth}")), b"").is_ok());
    assert!(fillers.count() < 9, "there is room");
    shelf.take_back(None).unwrap();
    assert_eq!((shelf.consent(), shelf.taken_back()), (Ok(None), Ok(vec![None])));
    assert!(std::process::Command::new("umount").arg("-l").arg(dir.path()).status().unwrap().success());
}

#[test]
fn a_consent_is_put_read_and_removed_with_what_was_noted() {
    let home = tempfile::tempdir().unwrap();
    let shelf = Root::new().shelf(home.path());
    assert_eq!(shelf.consent(), Ok(None));
    assert_eq!(shelf.spool(&record("Ardour"), 1), Err(ShelfError::Busy), "nobody made a spool");
    assert!(!home.path().join("vendors").exists());
    assert_eq!(shelf.remove_consent(), Ok(false));

    shelf.put_consent(&consent(), 1).unwrap();
    assert_eq!(shelf.consent(), Ok(Some(consent())));
    shelf.spool(&record("Ardour"), 2).unwrap();
    shelf.spool(&record("REAPER"), 3).unwrap();
    let found = shelf.spooled().unwrap();
    assert_eq!((found.found, found.unreadable), (vec![record("Ardour"), record("REAPER")], vec![]));
    for file in tree(home.path()) {
        let mode = fs::metadata(home.path().join(&file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // What a killed host left unfinished goes along.
    fs::write(shelf.path().join("spool/.new-0000000000000009-x.json"), b"{").unwrap();
    assert_eq!(shelf.remove_consent(), Ok(true));
    assert_eq!(tree(home.path()), Vec::<String>::new());
    assert_eq!(shelf.remove_consent(), Ok(false));
}

#[test]
fn a_vendor_that_is_removed_takes_its_consent_along() {
    let (home, shelf) = home();
    shelf.spool(&record("Ardour"), 2).unwrap();
    assert_eq!(shelf.remove_vendor(), Ok(false));
    assert_eq!(tree(home.path()), Vec::<String>::new());
}

#[test]
fn a_consent_that_is_not_this_users_alone_is_none() {
    let check = |what: &str, spoil: &dyn Fn(&Path, &Path), expect: ShelfError| {
        let (_home, shelf) = home();
        spoil(shelf.path(), &shelf.path().join("consent.json"));
        assert_eq!(shelf.consent(), Err(expect), "{what}");
    };
    check(
        "a link",
        &|folder, file| {
            fs::rename(file, folder.join("elsewhere")).unwrap();
            symlink(folder.join("elsewhere"), file).unwrap();
        },
        ShelfError::Link,
    );
    check(
        "a folder",
        &|_, file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        },
        ShelfError::WrongType,
    );
    check("a file that others may write", &|_, file| mode(file, 0o602), ShelfError::WritableByOthers);
    check("a file that a group may write", &|_, file| mode(file, 0o620), ShelfError::WritableByOthers);
    check("a folder that others may write", &|folder, _| mode(folder, 0o702), ShelfError::WritableByOthers);
    check("garbage", &|_, file| fs::write(file, b"yes").unwrap(), ShelfError::WrongType);
    check("too large", &|_, file| fs::write(file, [b' '; 65 * 1024]).unwrap(), ShelfError::TooLarge);
    if !geteuid().is_root() {
        eprintln!("SKIPPED: only root can give a file to another user");
        return;
    }
    check("another user's", &|_, file| chown(file, Some(65534), None).unwrap(), ShelfError::ForeignOwner);
    check(
        "another user's folder",
        &|folder, _| chown(folder, Some(65534), None).unwrap(),
        ShelfError::ForeignOwner,
    );
}

#[test]
fn a_spool_that_is_not_this_users_alone_takes_nothing() {
    let check = |what: &str, spoil: &dyn Fn(&Path), expect: ShelfError| {
        let (home, shelf) = home();
        let spool = shelf.path().join("spool");
        spoil(&spool);
        let before = tree(home.path());
        assert_eq!(shelf.spool(&record("Ardour"), 2), Err(expect), "{what}");
        assert_eq!(tree(home.path()), before, "{what}");
    };
    check("none", &|spool| fs::remove_dir(spool).unwrap(), ShelfError::Busy);
    check(
        "a link",
        &|spool| {
            let elsewhere = spool.with_file_name("elsewhere");
            fs::rename(spool, &elsewhere).unwrap();
            symlink(&elsewhere, spool).unwrap();
        },
        ShelfError::Link,
    );
    check(
        "a link to itself",
        &|spool| {
            fs::remove_dir(spool).unwrap();
            symlink(spool, spool).unwrap();
        },
        ShelfError::Link,
    );
    check(
        "a file",
        &|spool| {
            fs::remove_dir(spool).unwrap();
            fs::write(spool, b"x").unwrap();
        },
        ShelfError::WrongType,
    );
    check("one that others may write", &|spool| mode(spool, 0o703), ShelfError::WritableByOthers);
    if !geteuid().is_root() {
        eprintln!("SKIPPED: only root can give a folder to another user");
        return;
    }
    check("another user's", &|spool| chown(spool, Some(65534), None).unwrap(), ShelfError::ForeignOwner);
}

#[test]
fn what_does_not_fit_is_given_up() {
    let (home, shelf) = home();
    assert_eq!(shelf.spool(&record(&"x".repeat(4 * 1024)), 2), Err(ShelfError::TooLarge));
    let spool = shelf.path().join("spool");
    for number in 1..MAX_SPOOLED {
        fs::write(spool.join(format!("{number}")), b"x").unwrap();
    }
    shelf.spool(&record("Ardour"), 2).unwrap();
    assert_eq!(shelf.spool(&record("Ardour"), 3), Err(ShelfError::Busy));
    assert_eq!(fs::read_dir(&spool).unwrap().count(), MAX_SPOOLED);
    // What is unfinished takes room, too: hosts that are killed again and again fill no disk.
    fs::rename(spool.join("1"), spool.join(".new-1")).unwrap();
    assert_eq!(shelf.spool(&record("Ardour"), 3), Err(ShelfError::Busy));
    fs::remove_file(spool.join(".new-1")).unwrap();
    shelf.spool(&record("Ardour"), 3).unwrap();
    let found = shelf.spooled().unwrap();
    assert_eq!((found.found.len(), found.unreadable.len()), (2, MAX_SPOOLED - 2));
    assert!(found.unreadable.iter().all(|file| file.error == ShelfError::WrongType));
    assert_eq!(shelf.remove_consent(), Ok(true));
    assert_eq!(tree(home.path()), Vec::<String>::new());
}

#[test]
fn a_name_that_is_taken_is_left_alone() {
    let (_home, shelf) = home();
    let unfinished = shelf.path().join("spool/.new-0000000000000002-0000000000000002.json");
    fs::write(&unfinished, b"another's").unwrap();
    assert!(shelf.spool(&record("Ardour"), 2).is_err());
    assert_eq!(fs::read(&unfinished).unwrap(), b"another's");
}
