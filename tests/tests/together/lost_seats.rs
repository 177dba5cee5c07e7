//! A license file that is gone or spoilt: the seat is named all the same, and can be given back or used again.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::scene::Scene;

fn license_files(scene: &Scene) -> Vec<PathBuf> {
    let shelf = gatefold_tests::files_under(&scene.cli.home().join("shelf"));
    shelf.into_keys().filter(|path| path.extension().is_some_and(|ending| ending == "lic")).collect()
}

fn lose(scene: &Scene) {
    license_files(scene).iter().for_each(|file| std::fs::remove_file(file).unwrap());
}

fn spoil(scene: &Scene) {
    license_files(scene).iter().for_each(|file| std::fs::write(file, "spoilt").unwrap());
}

/// The seat, which no file proves any more.
fn seat_of(scene: &Scene) -> String {
    let listed = scene.listed();
    assert_eq!((&listed["entries"], scene.seats()), (&json!([]), 1));
    let [open] = listed["unfinished"].as_array().unwrap().as_slice() else {
        panic!("a silent seat: {listed}")
    };
    open["machine_id"].as_str().unwrap().to_owned()
}

#[test]
fn it_is_named_and_given_back() {
    for harm in [lose, spoil] {
        // By the seat's id, by its beginning, by the license's.
        for by in 0..3 {
            let scene = Scene::activated();
            harm(&scene);
            let seat = seat_of(&scene);
            let told = scene.cli.run(["license", "list"]).stderr;
            assert!(told.contains(&format!("gatefold license deactivate {seat}")), "{told}");
            let id = [seat.as_str(), &seat[..8], &scene.license_id][by];
            let removed = scene.cli.json(["license", "deactivate", id, "--yes"]);
            assert_eq!((&removed["machine_id"], scene.seats()), (&json!(seat), 0));
            assert_eq!(scene.listed()["unfinished"], json!([]));
            assert_eq!(license_files(&scene), Vec::<PathBuf>::new(), "what was spoilt stays");
        }
    }
}

/// A refresh says that it did not reach it.
#[test]
fn it_is_not_passed_over_by_a_refresh() {
    let scene = Scene::activated();
    lose(&scene);
    for words in [&["license", "refresh", "--yes"][..], &["license", "refresh", &scene.license_id, "--yes"]] {
        let (exit, error) = scene.cli.failure(words);
        assert_eq!((exit, &error["code"]), (1, &json!("license.file_lost")), "{error}");
        assert!(error["message"].as_str().unwrap().contains(&seat_of(&scene)), "{error}");
    }
}

/// The program dies before anything was sent, or when the seat is free already: who is not sure says so.
#[test]
fn it_stays_named_until_it_is_known_to_be_free() {
    for (point, seats) in [
        ("store.after-begin", 1),
        ("client.after-append", 1),
        ("client.after-send", 0),
        ("store.after-confirm", 0),
    ] {
        let scene = Scene::activated();
        lose(&scene);
        let seat = seat_of(&scene);
        let dying = scene.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
        assert_eq!(dying.run(["license", "deactivate", &seat, "--yes"]).code(), None, "{point}");
        assert_eq!(scene.seats(), seats, "{point}");
        assert!(seats == 0 || seat_of(&scene) == seat, "{point}");
        scene.cli.json(["license", "deactivate", &seat, "--yes"]);
        let listed = scene.listed();
        assert_eq!((scene.seats(), &listed["unfinished"]), (0, &json!([])), "{point}");
    }
}

#[test]
fn its_vendor_is_not_forgotten() {
    for harm in [lose, spoil] {
        let scene = Scene::activated();
        harm(&scene);
        let (exit, error) = scene.cli.failure(["vendor", "remove", "sleeve", "--yes"]);
        assert_eq!((exit, &error["code"]), (3, &json!("vendor.in_use")), "{error}");
        seat_of(&scene);
        scene.cli.json(["license", "deactivate", &scene.license_id, "--local-only", "--yes"]);
        scene.cli.json(["vendor", "remove", "sleeve", "--yes"]);
    }
}

#[test]
fn it_is_used_again() {
    for harm in [lose, spoil] {
        let scene = Scene::activated();
        harm(&scene);
        let seat = seat_of(&scene);
        let activated = scene.cli.json(["license", "activate", &scene.key, "--yes"]);
        assert_eq!((&activated["machine_id"], scene.seats()), (&json!(seat), 1));
        scene.nothing_is_silent();
        assert_eq!(scene.listed()["unfinished"], Value::Array(Vec::new()));
    }
}

/// The seat was given back, the program died, and what was kept of the vendor is damaged when it starts again.
#[test]
fn a_seat_given_back_is_not_used_once_its_vendor_reads_again() {
    let scene = Scene::activated();
    let dying = scene.cli.clone().env("FAILPOINTS", "client.between-release-and-removal=panic");
    assert_eq!(dying.run(["license", "deactivate", &scene.license_id, "--yes"]).code(), None);
    let store = rusqlite::Connection::open(scene.cli.home().join("store/store.db")).unwrap();
    assert_eq!(store.execute("UPDATE vendor SET version = version + 1", []).unwrap(), 1);
    drop(store);
    scene.cli.run(["ledger", "list"]);
    let (exit, error) = scene.cli.failure(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!((exit, &error["code"]), (3, &json!("vendor.in_use")), "{error}");
    let file = scene.sandbox.vendor_file();
    scene.cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
    let listed = scene.listed();
    assert_eq!((&listed["entries"], &listed["unfinished"]), (&json!([]), &json!([])));
    assert_eq!((scene.seats(), license_files(&scene).len()), (0, 0));
}

/// The program dies when the seat is free, and afterwards its file comes back from a backup.
#[test]
fn a_file_that_comes_back_after_a_crash_counts_no_more() {
    let scene = Scene::activated();
    let folders = license_files(&scene).into_iter().filter_map(|file| Some(file.parent()?.to_owned()));
    let kept: Vec<_> = folders.flat_map(|folder| gatefold_tests::files_under(&folder)).collect();
    let dying = scene.cli.clone().env("FAILPOINTS", "store.after-confirm=panic");
    assert_eq!(dying.run(["license", "deactivate", &scene.license_id, "--yes"]).code(), None);
    assert_eq!((scene.seats(), &scene.listed()["entries"]), (0, &json!([])));
    for (path, bytes) in kept {
        std::fs::write(path, bytes).unwrap();
    }
    let listed = scene.listed();
    assert_eq!(listed["entries"][0]["standing"], "unlicensed", "{listed}");
}

/// What the vendor called gone is not told to be taken there.
#[test]
fn a_seat_that_is_gone_is_not_told_to_be_taken() {
    let scene = Scene::activated();
    let seat = scene.listed()["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    let home = tempfile::tempdir().unwrap();
    let other = gatefold_tests::Cli::new(home.path())
        .vendor(&scene.sandbox.vendor_file())
        .env("GATEFOLD_PASSPHRASE", "four words");
    other.json(["license", "seats", &scene.key, "--yes"]);
    other.json(["license", "deactivate", &seat, "--key", &scene.key, "--yes"]);
    scene.cli.failure(["license", "refresh", "--yes"]);
    lose(&scene);
    let told = scene.cli.run(["license", "list"]).stderr;
    assert!(told.contains("is gone") && !told.contains("taken"), "{told}");
    assert!(!told.contains("no second seat"), "{told}");
    let (_, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!(error["code"], "license.seat_gone", "{error}");
    scene.cli.json(["license", "deactivate", &seat, "--yes"]);
    assert_eq!(scene.listed()["unfinished"], json!([]));
}

/// The vendor's word for a release finds no place on the shelf: what is said then is so.
#[test]
fn a_release_that_cannot_be_kept_says_so() {
    let scene = Scene::activated();
    let seat = scene.listed()["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    let file = license_files(&scene).pop().unwrap();
    let releases = file.parent().unwrap().parent().unwrap().join("releases");
    std::fs::create_dir_all(releases.join(format!("{seat}.released/in the way"))).unwrap();
    let (exit, error) = scene.cli.failure(["license", "deactivate", &seat, "--yes"]);
    assert_eq!((exit, &error["code"]), (1, &json!("license.release_unkept")), "{error}");
    assert!(!error["hint"].as_str().unwrap().contains("next start"), "{error}");
    let listed = scene.listed();
    assert_eq!((scene.seats(), &listed["entries"], &listed["unfinished"]), (0, &json!([]), &json!([])));
}
