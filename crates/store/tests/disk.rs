//! Full and read-only disks: nothing is half-written, and the error says which of the two it is.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_store::{AgreedVendor, KeptVendor, SecretName, Secrets, Store, StoreError, VendorKey};

/// A small disk of the test's own, gone when dropped.
struct Disk {
    at: tempfile::TempDir,
}

impl Disk {
    fn mount(options: &str) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let args = ["-t", "tmpfs", "-o", options, "tmpfs"];
        let mounted = Command::new("mount").args(args).arg(at.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { at });
        }
        eprintln!(
            "SKIPPED: no disk can be mounted here (root only); full and read-only disks were not tried"
        );
        None
    }

    fn home(&self) -> PathBuf {
        self.at.path().join("home")
    }

    fn make_read_only(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(self.at.path()).status().unwrap();
        assert!(done.success());
    }

    fn fill(&self) {
        let full = std::fs::write(self.at.path().join("filler"), vec![0; 64 << 20]);
        assert!(full.is_err(), "the disk is smaller than this");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.at.path()).status();
    }
}

fn code<T>(result: Result<T, StoreError>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

fn secrets(home: &Path) -> Secrets {
    Secrets::in_home(home, Some("correct horse".into())).unwrap()
}

fn agreed(version: u32, len_bytes: usize) -> AgreedVendor {
    AgreedVendor {
        vendor: VendorKey { id: "sleeve".into(), root: [7; 32] },
        version,
        agreed_at: jiff::Timestamp::UNIX_EPOCH,
        file: vec![b'x'; len_bytes],
        signature: String::new(),
    }
}

#[test]
fn a_full_disk_changes_nothing() {
    let Some(disk) = Disk::mount("size=2m") else { return };
    let store = Store::open(&disk.home()).unwrap();
    store.agree(&agreed(1, 10), |_| true).unwrap();
    secrets(&disk.home()).put(SecretName::LedgerAnchor, "old".into()).unwrap();
    disk.fill();

    assert_eq!(code(store.agree(&agreed(2, 200_000), |_| true)), Some("store.disk_full"));
    assert_eq!(store.vendors().unwrap(), [KeptVendor::Agreed(agreed(1, 10))]);
    let secrets = secrets(&disk.home());
    let long = "x".repeat(100_000);
    assert_eq!(code(secrets.put(SecretName::LedgerAnchor, long.as_str().into())), Some("store.disk_full"));
    assert_eq!(secrets.get(SecretName::LedgerAnchor).unwrap().unwrap().expose(), "old");
}

#[test]
fn a_full_disk_opens_no_new_store() {
    let Some(disk) = Disk::mount("size=2m") else { return };
    disk.fill();
    assert_eq!(code(Store::open(&disk.home())), Some("store.disk_full"));
}

#[test]
fn a_read_only_disk_is_named() {
    let Some(disk) = Disk::mount("size=2m") else { return };
    drop(Store::open(&disk.home()).unwrap());
    disk.make_read_only();
    assert_eq!(code(Store::open(&disk.home())), Some("store.read_only"));
    assert_eq!(code(Store::open(&disk.home().join("new"))), Some("store.read_only"));
    assert_eq!(code(secrets(&disk.home()).ready()), Some("store.read_only"));
}
