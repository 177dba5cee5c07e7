//! Reads that fail and would succeed a moment later: a host without a descriptor left, a file that nobody may read for a while,
//! a folder that is being restored. What was known goes on, and what is there is found as soon as it can be.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use gatefold_tests::{copy_folder, tool};

use crate::compiled::probe;
use crate::shelves::{NOBODY, open_probe};
use crate::studio::{Loaded, Loads, Studio};

const ACTIVE: &str = "active, licensed, 2";
const NOTHING: &str = "unlicensed, never, 0";
const NOT_GENUINE: &str = "unlicensed, never, 1";

/// A little longer than it takes until what could not be read is read again.
fn until_it_looks_again() {
    sleep(Duration::from_millis(1_100));
}

/// Longer than a time of a folder is too young to be believed.
fn until_it_is_settled() {
    sleep(Duration::from_millis(2_200));
}

#[test]
fn a_host_without_a_descriptor_left_is_licensed_once_it_has_one() {
    let studio = Studio::with("free");
    until_it_is_settled();
    let mut open = studio.loaded("free");
    assert_eq!(open.ask("close"), "closed");
    // Nothing was read before, so nothing is known.
    assert_eq!(open.ask("fill"), "full");
    assert_eq!(open.ask("open"), "it is done");
    assert_eq!(open.check(), NOTHING);
    assert_eq!(open.ask("leave"), "left");
    until_it_looks_again();
    assert_eq!(open.check(), ACTIVE);
    open.end();
}

#[test]
fn a_refresh_that_cannot_be_read_leaves_it_playing() {
    let studio = Studio::with("free");
    let mut open = studio.loaded("free");
    assert_eq!(open.check(), ACTIVE);
    let first = open.ask("document");
    assert_eq!(open.ask("fill"), "full");
    // The server's times are whole seconds in a file's name.
    sleep(Duration::from_millis(1_100));
    studio.cli().json(["license", "refresh", "--yes"]);
    // Its file is gone from the shelf, and goes on while the new one cannot be read.
    for _ in 0..3 {
        assert_eq!(open.check(), ACTIVE);
        assert_eq!(open.ask("document"), first);
        until_it_looks_again();
    }
    assert_eq!(open.ask("leave"), "left");
    until_it_looks_again();
    assert_eq!(open.check(), ACTIVE);
    assert_ne!(open.ask("document"), first, "the new one counts from now on");
    // What is removed while nothing can be read is found to be gone then.
    assert_eq!(open.ask("fill"), "full");
    fs::remove_dir_all(studio.folder().join("licenses")).unwrap();
    assert_eq!(open.check(), ACTIVE);
    assert_eq!(open.ask("leave"), "left");
    until_it_looks_again();
    assert_eq!(open.check(), NOTHING);
    open.end();
}

/// Root reads whatever it is told not to: another user asks.
#[test]
fn a_file_that_may_be_read_again_is_read() {
    let Some(_) = tool("a_file_that_may_be_read_again", "setpriv") else { return };
    let studio = Studio::with("free");
    let data = tempfile::tempdir().unwrap();
    fs::create_dir(data.path().join("gatefold")).unwrap();
    copy_folder(&studio.shelf(), &data.path().join("gatefold"));
    fs::set_permissions(data.path(), Permissions::from_mode(0o755)).unwrap();
    let given = Command::new("chown").args(["-R", "65534:65534"]).arg(data.path()).status().unwrap();
    assert!(given.success());
    open_probe();
    until_it_is_settled();
    let compiled = studio.compiled(studio.sandbox.license("free"));
    let started = || {
        let mut command = Command::new(NOBODY[0]);
        command.args(&NOBODY[1..]).arg(probe());
        Loaded::start(command, &compiled, data.path())
    };
    let there = |path: &Path| data.path().join("gatefold").join(path.strip_prefix(studio.shelf()).unwrap());
    let file = there(&studio.file());
    let folder = there(&studio.folder());
    let check = |what: &Path, expect: &str| {
        let mode = |mode: u32| fs::set_permissions(what, Permissions::from_mode(mode)).unwrap();
        let is_folder = what.is_dir();
        mode(0);
        let mut open = started();
        assert_eq!(open.check(), expect, "{}", what.display());
        mode(if is_folder { 0o700 } else { 0o600 });
        until_it_looks_again();
        assert_eq!(open.check(), ACTIVE, "{}", what.display());
        open.end();
    };
    check(&file, NOT_GENUINE);
    check(&file.with_extension("unlock"), NOT_GENUINE);
    check(&folder.join("vendor.toml"), NOT_GENUINE);
    check(&folder.join("licenses"), NOTHING);
    check(&folder, NOTHING);
}

#[test]
fn a_vendor_file_that_comes_back_is_noticed() {
    let studio = Studio::with("free");
    let (file, away) = (studio.folder().join("vendor.toml"), studio.folder().join("away"));
    fs::rename(&file, &away).unwrap();
    until_it_is_settled();
    let mut open = studio.loaded("free");
    assert_eq!(open.check(), NOT_GENUINE);
    fs::rename(&away, &file).unwrap();
    until_it_looks_again();
    assert_eq!(open.check(), ACTIVE);
    open.end();
}
