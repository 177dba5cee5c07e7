//! Disks that are full, or read-only.

use gatefold_tests::files_under;
use rusqlite::Connection;

use crate::scene::Scene;
use crate::support::received;

#[test]
fn a_full_disk() {
    let check = |folder: &str, code: &str| {
        let Some(scene) = Scene::with_disk("a_full_disk", folder, "1m") else { return };
        // From the first start on.
        scene.fill(folder);
        scene.says(&scene.cli(), &["license", "activate", &scene.right.key, "--yes"], code);
        assert!(received(&scene.sandbox).is_empty());
        scene.empty(folder);
        // In the middle of life.
        scene.activate();
        scene.fill(folder);
        scene.is_refused(&scene.cli(), code);
        scene.empty(folder);
        scene.works_again();
    };
    check("ledger", "ledger.disk_full");
    check("store", "store.disk_full");
}

#[test]
fn a_read_only_disk() {
    let check = |folder: &str, code: &str| {
        let Some(scene) = Scene::with_disk("a_read_only_disk", folder, "4m") else { return };
        scene.activate();
        scene.set_writable(folder, false);
        scene.is_refused(&scene.cli(), code);
        scene.set_writable(folder, true);
        scene.works_again();
    };
    check("ledger", "ledger.read_only");
    check("store", "store.read_only");
}

/// What is there can be looked at, whatever cannot be written.
#[test]
fn reading_goes_on_where_nothing_can_be_written() {
    let check = |folder: &str, break_it: fn(&Scene, &str), mend: fn(&Scene, &str)| {
        let test = "reading_goes_on_where_nothing_can_be_written";
        let Some(scene) = Scene::with_disk(test, folder, "2m") else { return };
        let cli = scene.cli().env("GATEFOLD_PASSPHRASE", "four plain words here");
        cli.json(["license", "activate", &scene.right.key, "--yes"]);
        let verbs: [&[&str]; 9] = [
            &["license", "list"],
            &["ledger", "list"],
            &["ledger", "list", "--search", "machines"],
            &["ledger", "show", "2"],
            &["ledger", "check"],
            &["machine", "show"],
            &["vendor", "list"],
            &["vendor", "show"],
            &["account", "show"],
        ];
        let read = || verbs.map(|words| cli.json(words.iter().copied()));
        let before = read();
        break_it(&scene, folder);
        let sent = received(&scene.sandbox);
        assert_eq!(read(), before, "{folder:?}");
        let said = cli.run(["ledger", "list"]);
        assert!(said.stderr.contains("Reading goes on."), "{folder:?}: {said:?}");
        for words in [&["license", "refresh", "--yes"][..], &["ledger", "erase", "1", "--yes"]] {
            let (exit, error) = cli.failure(words.iter().copied());
            assert_eq!(exit, 1, "{folder:?} {words:?}: {error}");
        }
        assert_eq!(received(&scene.sandbox), sent, "{folder:?}: something was sent");
        mend(&scene, folder);
        assert_eq!(read(), before, "{folder:?}");
    };
    for folder in ["", "ledger", "store"] {
        check(folder, Scene::fill, Scene::empty);
        check(
            folder,
            |at, folder| at.set_writable(folder, false),
            |at, folder| at.set_writable(folder, true),
        );
    }
}

/// A program died, and the disk is read-only since: what it wrote last stands in the database's log alone, beside which
/// nothing can be made. It is read all the same, and not left out in silence.
#[test]
fn a_log_that_was_left_on_a_read_only_disk_is_read() {
    let check = |folder: &str| {
        let test = "a_log_that_was_left_on_a_read_only_disk_is_read";
        let Some(scene) = Scene::with_disk(test, folder, "8m") else { return };
        let (file, log) =
            (scene.path(&format!("{folder}/{folder}.db")), scene.path(&format!("{folder}/{folder}.db-wal")));
        scene.cli().json(["machine", "show"]);
        // Whoever closes the file last empties the log; so somebody keeps it open.
        let other = Connection::open(&file).unwrap();
        other.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).unwrap();
        scene.cli().json(["vendor", "add", scene.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
        scene.activate();
        let left = [&file, &log].map(|path| std::fs::read(path).unwrap());
        assert!(left[1].len() > 4096, "the log holds what was written");
        drop(other);
        std::fs::remove_file(scene.path(&format!("{folder}/{folder}.db-shm"))).ok();
        for (path, bytes) in [&file, &log].into_iter().zip(&left) {
            std::fs::write(path, bytes).unwrap();
        }
        scene.set_writable(folder, false);
        let verbs: [&[&str]; 7] = [
            &["license", "list"],
            &["ledger", "list"],
            &["ledger", "list", "--search", "machines"],
            &["ledger", "show", "2"],
            &["ledger", "check"],
            &["machine", "show"],
            &["vendor", "list"],
        ];
        let read = || verbs.map(|words| scene.cli().json(words.iter().copied()));
        let read_only = read();
        assert_eq!(read_only[1]["entries"].as_array().unwrap().len(), 3, "{folder}");
        assert_eq!(read_only[0]["entries"][0]["standing"], "active", "{folder}");
        assert_eq!(read_only[6]["entries"].as_array().unwrap().len(), 1, "{folder}");
        assert_eq!([&file, &log].map(|path| std::fs::read(path).unwrap()), left, "{folder}");
        scene.is_refused(&scene.cli(), &format!("{folder}.read_only"));
        scene.set_writable(folder, true);
        assert_eq!(read(), read_only, "{folder}");
        scene.works_again();
    };
    check("ledger");
    check("store");
}

#[test]
fn a_shelf_without_room_keeps_what_it_has() {
    let check = |break_it: fn(&Scene), mend: fn(&Scene), code: &str| {
        let Some(scene) = Scene::with_disk("a_shelf_without_room", "shelf", "1m") else { return };
        scene.activate();
        let before = files_under(&scene.path("shelf"));
        break_it(&scene);
        let (exit, error) = scene.cli().failure(["license", "refresh", "--yes"]);
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{error}");
        let mut after = files_under(&scene.path("shelf"));
        after.retain(|path, _| !path.ends_with("filler"));
        assert_eq!(after, before, "the earlier license was touched");
        assert_eq!(scene.cli().json(["license", "list"])["entries"][0]["standing"], "active");
        mend(&scene);
        scene.works_again();
    };
    check(|scene| scene.fill("shelf"), |scene| scene.empty("shelf"), "shelf.disk_full");
    check(
        |scene| scene.set_writable("shelf", false),
        |scene| scene.set_writable("shelf", true),
        "shelf.read_only",
    );
}

/// The seat is taken when the disk turns out to be full: it is said, and the next try needs no second seat.
#[test]
fn a_first_license_without_room_on_the_shelf() {
    let Some(scene) = Scene::with_disk("a_first_license_without_room", "shelf", "64k") else { return };
    scene.fill("shelf");
    let (exit, error) = scene.cli().failure(["license", "activate", &scene.right.key, "--yes"]);
    assert_eq!(exit, 1, "{error}");
    let seats = scene.right.machine_ids();
    match error["code"].as_str().unwrap() {
        "license.seat_without_file" => {
            assert!(error["message"].as_str().unwrap().contains(&seats[0]), "{error}");
        }
        code => assert_eq!((code, seats.len()), ("shelf.disk_full", 0), "{error}"),
    }
    assert!(scene.cli().json(["license", "list"])["entries"].as_array().unwrap().is_empty());
    scene.empty("shelf");
    scene.works_again();
}
