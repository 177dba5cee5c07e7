//! Files of other users, of newer versions, locked, damaged, or no files at all.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, skipped, tool};
use rusqlite::Connection;

use crate::scene::{NOBODY, Scene, is_root};
use crate::support::received;

#[test]
fn files_of_another_user() {
    if !is_root() {
        skipped("files_of_another_user", "only root can give files away");
        return;
    }
    let check = |folder: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        scene.give(folder, NOBODY);
        scene.is_refused(&scene.cli(), code);
        scene.give(folder, 0);
        scene.works_again();
    };
    check("ledger", "ledger.foreign_owner");
    check("store", "store.foreign_owner");
    check("shelf/vendors", "shelf.foreign_owner");
}

/// A shelf that only leads to another is not gone through: what is written there is not where it seems to be.
#[test]
fn a_shelf_that_is_a_link() {
    let check = |folder: &str| {
        let scene = Scene::new();
        scene.activate();
        let (here, elsewhere) = (scene.path(folder), scene.dir.path().join("elsewhere"));
        std::fs::rename(&here, &elsewhere).unwrap();
        symlink(&elsewhere, &here).unwrap();
        scene.is_refused(&scene.cli(), "shelf.link");
        std::fs::remove_file(&here).unwrap();
        std::fs::rename(&elsewhere, &here).unwrap();
        scene.works_again();
    };
    check("shelf");
    check("shelf/vendors");
}

/// A single file of another user hides no other, and is not passed over in silence.
#[test]
fn a_license_file_of_another_user() {
    if !is_root() {
        skipped("a_license_file_of_another_user", "only root can give files away");
        return;
    }
    let scene = Scene::new();
    scene.activate();
    let licenses = format!("{}/licenses", scene_vendor_folder());
    let mut names = std::fs::read_dir(scene.path(&licenses)).unwrap().map(|entry| entry.unwrap().file_name());
    let file = names.find(|name| name.to_string_lossy().ends_with(".lic")).unwrap();
    let file = format!("{licenses}/{}", file.to_str().unwrap());
    let sent = received(&scene.sandbox);
    scene.give(&file, NOBODY);
    for words in [&["license", "refresh", "--yes"][..], &["license", "list"]] {
        let ran = scene.cli().run(words);
        assert!(ran.stderr.contains(&file) && ran.stderr.contains("another user"), "{words:?}: {ran:?}");
        assert!(!ran.text().contains("No licenses on this computer, so"), "{ran:?}");
    }
    assert_eq!(received(&scene.sandbox), sent);
    scene.give(&file, 0);
    scene.works_again();
}

/// Another user starts the program on root's home, or on a home of their own whose ledger is root's.
#[test]
fn another_user_on_our_files() {
    let test = "another_user_on_our_files";
    if !is_root() || tool(test, "setpriv").is_none() {
        skipped(test, "only root can become another user");
        return;
    }
    let scene = Scene::new();
    // Where the other user can reach it: a copy of the program and of the vendor file.
    let open =
        |path: &Path, mode: u32| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    open(scene.dir.path(), 0o755);
    let vendor = scene.dir.path().join("vendor.toml");
    for ending in ["", ".minisig"] {
        let (from, to) = (scene.sandbox.vendor_file(), &vendor);
        let name = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        std::fs::copy(name(&from), name(to)).unwrap();
        open(&name(to), 0o644);
    }
    let program = scene.dir.path().join("gatefold");
    std::fs::copy(gatefold_tests::program("gatefold"), &program).unwrap();
    open(&program, 0o755);
    let copy = program.to_str().unwrap();
    let setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    // The copy instead of the program that is named after it.
    let instead = ["sh", "-c", r#"shift; exec "$0" "$@""#, copy];
    let nobody = |home: &Path| Cli::new(home).vendor(&vendor).under(setpriv.into_iter().chain(instead));
    scene.activate();
    scene.is_refused(&nobody(&scene.home()), "shelf.denied");

    scene.give("", NOBODY);
    scene.give("ledger", 0);
    open(&scene.path("ledger"), 0o755);
    scene.is_refused(&nobody(&scene.home()), "ledger.foreign_owner");
    scene.give("", 0);
    scene.works_again();
}

#[test]
fn a_ledger_that_another_process_locks_too_long() {
    let check = |file: &str, words: &[&str], code: &str| {
        let scene = Scene::new();
        scene.activate();
        let sent = received(&scene.sandbox).len();
        let other = Connection::open(scene.path(file)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (exit, error) = scene.cli().failure(words.iter().copied());
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{error}");
        assert!(error["hint"].as_str().is_some_and(|hint| hint.len() > 10), "{error}");
        assert_eq!(received(&scene.sandbox).len(), sent, "something was sent");
        other.execute_batch("ROLLBACK").unwrap();
        scene.works_again();
    };
    check("ledger/ledger.db", &["license", "refresh", "--yes"], "ledger.locked");
    check("store/store.db", &["license", "refresh", "--yes"], "store.locked");
}

#[test]
fn files_of_a_newer_version() {
    let check = |file: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        let version = |change: i64| {
            let db = Connection::open(scene.path(file)).unwrap();
            let now: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            db.pragma_update(None, "user_version", now + change).unwrap();
        };
        version(1);
        scene.is_refused(&scene.cli(), code);
        version(-1);
        scene.works_again();
    };
    check("ledger/ledger.db", "ledger.newer_version");
    check("store/store.db", "store.newer_version");
}

#[test]
fn a_link_in_place_of_folder_or_file() {
    let check = |name: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        let elsewhere = scene.dir.path().join("elsewhere");
        std::fs::rename(scene.path(name), &elsewhere).unwrap();
        symlink(&elsewhere, scene.path(name)).unwrap();
        scene.is_refused(&scene.cli(), code);
        std::fs::remove_file(scene.path(name)).unwrap();
        std::fs::rename(&elsewhere, scene.path(name)).unwrap();
        scene.works_again();
    };
    check("ledger", "ledger.wrong_type");
    check("ledger/ledger.db", "ledger.wrong_type");
    check("ledger/senders.lock", "ledger.wrong_type");
    check("store", "store.link");
    check("store/store.db", "store.link");
    let vendor = scene_vendor_folder();
    check(&vendor, "shelf.link");
}

#[test]
fn damaged_files() {
    let check = |file: &str, damage: fn(&mut Vec<u8>), code: &str| {
        let scene = Scene::new();
        scene.activate();
        let path = scene.path(file);
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        damage(&mut bad);
        std::fs::write(&path, &bad).unwrap();
        scene.is_refused(&scene.cli(), code);
        assert_eq!(std::fs::read(&path).unwrap(), bad, "nobody starts afresh over what cannot be read");
        std::fs::write(&path, &good).unwrap();
        scene.works_again();
    };
    for (file, code) in [("ledger/ledger.db", "ledger.damaged"), ("store/store.db", "store.damaged")] {
        check(file, |bytes| bytes[..100].fill(b'x'), code);
        check(file, |bytes| bytes.truncate(bytes.len() / 2), code);
        // The root page: what tables there are.
        check(file, |bytes| bytes[100..2048].fill(0xff), code);
    }
}

/// The demo vendor's folder on the shelf; its name ends in a hash of the root key, so it is the same in every home.
fn scene_vendor_folder() -> String {
    let scene = Scene::new();
    scene.activate();
    let mut names = std::fs::read_dir(scene.path("shelf/vendors")).unwrap();
    format!("shelf/vendors/{}", names.next().unwrap().unwrap().file_name().to_str().unwrap())
}

/// What a user put there by mistake is no ledger, and stays as it is.
#[test]
fn something_else_in_place_of_the_ledger() {
    let scene = Scene::new();
    scene.activate();
    let elsewhere = scene.dir.path().join("elsewhere");
    std::fs::rename(scene.path("ledger"), &elsewhere).unwrap();
    std::fs::write(scene.path("ledger"), "my notes").unwrap();
    scene.is_refused(&scene.cli(), "ledger.wrong_type");
    std::fs::remove_file(scene.path("ledger")).unwrap();
    std::fs::create_dir(scene.path("ledger")).unwrap();
    Connection::open(scene.path("ledger/ledger.db"))
        .unwrap()
        .execute_batch("CREATE TABLE notes (x)")
        .unwrap();
    scene.is_refused(&scene.cli(), "ledger.damaged");
    std::fs::remove_dir_all(scene.path("ledger")).unwrap();
    std::fs::rename(&elsewhere, scene.path("ledger")).unwrap();
    scene.works_again();
}
