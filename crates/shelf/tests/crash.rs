//! The process dies at each named point, many times over: what the next start finds is whole, and sweeping leaves
//! nothing behind.
#![cfg(feature = "failpoints")]
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use gatefold_license::{RootKey, Unlock};
use gatefold_shelf::{Shelf, VendorShelf};
use support::{FINGERPRINT, Root, machine_file, tree};

const TIMES: usize = 20;
const OLD: &str = "2026-03-01T12:00:00Z";
const NEW: &str = "2026-04-01T12:00:00Z";
const OLD_VENDOR: &[u8] = b"version = 1";
const NEW_VENDOR: &[u8] = b"version = 2";

/// Runs this test binary again as a process that installs the new file and dies at `point`.
fn crash(home: &Path, point: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_dies", "--ignored"])
        .env("GATEFOLD_TEST_HOME", home)
        .env("GATEFOLD_TEST_POINT", point)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(6), "{point}: {status}");
}

#[test]
#[ignore = "run by the others, as a process of its own"]
fn the_process_that_dies() {
    let home = std::env::var("GATEFOLD_TEST_HOME").unwrap();
    let home = Path::new(&home);
    let text = |name: &str| std::fs::read_to_string(home.join(name)).unwrap();
    let root: RootKey = text("root.pub").parse().unwrap();
    let shelf = Shelf::at(home.join("shelf")).vendor("sleeve", &root).unwrap();
    fail::cfg_callback(std::env::var("GATEFOLD_TEST_POINT").unwrap(), || std::process::abort()).unwrap();

    let random = u64::from(std::process::id());
    shelf.put_vendor(&root.vouch(NEW_VENDOR.to_vec(), text("new.minisig")).unwrap(), random).unwrap();
    shelf.put_revocation("l-1", b"new", random).unwrap();
    let key = gatefold_license::FileKey::for_machine(
        &gatefold_license::LicenseKey::new("INVENTED-KEY-0001").unwrap(),
        FINGERPRINT,
    );
    let unlock = Unlock::seal(&key, &root, support::MACHINE_ID, [9; 12]);
    shelf.install(&machine_file(FINGERPRINT, NEW), &unlock, random).unwrap();
    shelf.put_release("m-1", b"gone", random).unwrap();
}

/// A home with everything old in place.
fn prepared() -> (tempfile::TempDir, Root, VendorShelf) {
    let (home, root) = (tempfile::tempdir().unwrap(), Root::new());
    let shelf = root.shelf(&home.path().join("shelf"));
    shelf.put_vendor(&root.vouched(OLD_VENDOR), 1).unwrap();
    shelf.put_revocation("l-1", b"old", 1).unwrap();
    shelf.install(&machine_file(FINGERPRINT, OLD), &root.unlock(), 1).unwrap();
    let key = root.key();
    std::fs::write(home.path().join("root.pub"), key.to_string()).unwrap();
    std::fs::write(home.path().join("new.minisig"), root.sign(NEW_VENDOR)).unwrap();
    (home, root, shelf)
}

/// Which of old and new each kind is after the crash, as in `vendor revocation license`.
fn state(root: &Root, shelf: &VendorShelf) -> String {
    let vendor = shelf.vendor().unwrap().unwrap();
    root.key().verify(&vendor.toml, &vendor.minisig).unwrap();
    let vendor = if vendor.toml == NEW_VENDOR { "new" } else { "old" };
    let revocation = String::from_utf8(shelf.revocations().unwrap().found.remove(0).sealed).unwrap();
    let all = shelf.installed().unwrap();
    assert_eq!(all.unreadable, []);
    let (old, new) = (machine_file(FINGERPRINT, OLD), machine_file(FINGERPRINT, NEW));
    let licenses: Vec<_> = all
        .found
        .iter()
        .map(|file| {
            assert_eq!(file.unlock, root.unlock().as_bytes());
            if file.file == new.file() {
                "new"
            } else {
                assert_eq!(file.file, old.file());
                "old"
            }
        })
        .collect();
    format!("{vendor} {revocation} {}", licenses.join("+"))
}

fn check(point: &str, expect: &str, files_when_swept: usize) {
    for _ in 0..TIMES {
        let (home, root, shelf) = prepared();
        crash(home.path(), point);
        assert_eq!(state(&root, &shelf), expect, "{point}");
        shelf.sweep().unwrap();
        assert_eq!(state(&root, &shelf), expect, "{point}, swept");
        assert_eq!(tree(shelf.path()).len(), files_when_swept, "{point}: {:?}", tree(shelf.path()));

        // The next try finds nothing in its way.
        shelf.install(&machine_file(FINGERPRINT, NEW), &root.unlock(), 1).unwrap();
        assert!(state(&root, &shelf).ends_with(" new"), "{point}, again");
    }
}

#[test]
fn a_crash_while_the_vendor_file_is_replaced() {
    check("shelf.before-signature-rename", "old old old", 5);
    check("shelf.after-signature-rename", "old old old", 5);
    check("shelf.before-vendor-rename", "old old old", 5);
    check("shelf.after-vendor-rename", "new old old", 5);
}

#[test]
fn a_crash_while_a_revocation_is_replaced() {
    check("shelf.before-revocation-rename", "new old old", 5);
    check("shelf.after-revocation-rename", "new new old", 5);
}

#[test]
fn a_crash_while_a_license_is_replaced() {
    check("shelf.before-unlock-rename", "new new old", 5);
    check("shelf.after-unlock-rename", "new new old", 5);
    check("shelf.before-license-rename", "new new old", 5);
    // Both are whole and both stay until the next install: which of them counts is decided by what is inside.
    check("shelf.after-license-rename", "new new old+new", 7);
}

#[test]
fn a_crash_while_a_release_is_kept() {
    check("shelf.before-release-rename", "new new new", 5);
    check("shelf.after-release-rename", "new new new", 6);
}

#[test]
fn a_test_build_takes_the_machine_id_it_is_told() {
    // In a process of its own, because the environment is everybody's.
    let told = "00112233445566778899aabbccddeeff";
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_told", "--ignored"])
        .env("GATEFOLD_TEST_MACHINE_ID", told)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "run by the one above, as a process of its own"]
fn the_process_that_is_told() {
    assert_eq!(gatefold_shelf::os_machine_id().unwrap().expose(), "00112233445566778899aabbccddeeff");
}
