//! A lock that its holder never lets go of, because it was stopped: nobody waits for ever, and nothing is sent.

use std::path::PathBuf;

use crate::scene::Scene;

/// The lock, held as a stopped program holds it.
fn taken(path: PathBuf) -> std::fs::File {
    let file = std::fs::File::options().create(true).append(true).open(path).unwrap();
    file.lock().unwrap();
    file
}

#[test]
fn a_lock_that_stays_taken_is_waited_for_no_longer_than_it_takes() {
    let scene = Scene::activated();
    let home = scene.cli.home().to_owned();
    let vendor = std::fs::read_dir(home.join("shelf/vendors")).unwrap().next().unwrap().unwrap().path();
    let sent = scene.tap.seen().len();
    let check = |path: PathBuf, words: &[&str], code: &str| {
        let held = taken(path);
        let (exit, error) = scene.cli.failure(words.iter().copied());
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{words:?}: {error}");
        assert!(error["hint"].as_str().unwrap().len() > 10, "{error}");
        drop(held);
        scene.cli.json(["license", "list"]);
    };
    check(home.join("store/.store.lock"), &["license", "list"], "store.locked");
    check(home.join("store/.secrets.lock"), &["license", "refresh", "--yes"], "store.locked");
    assert_eq!(scene.tap.seen().len(), sent, "something was sent");
    // The file is fetched and cannot be placed: the earlier one stays.
    check(vendor.join("licenses/.lock"), &["license", "refresh", "--yes"], "shelf.busy");
    assert_eq!(scene.listed()["entries"][0]["standing"], "active");
    scene.cli.json(["license", "refresh", "--yes"]);
}
