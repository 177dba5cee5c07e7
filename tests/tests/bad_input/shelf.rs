//! Installed files that were spoilt: the list names each, keeps the others, and activating again mends it.

use std::path::{Path, PathBuf};

use gatefold_tests::files_under;

use crate::studio::{Studio, make_pipe};

fn licenses(home: &Path) -> Vec<PathBuf> {
    let is_license = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "lic");
    files_under(&home.join("shelf")).into_keys().filter(is_license).collect()
}

#[test]
fn one_spoilt_file_hides_no_other() {
    let studio = Studio::with(&["free", "one_seat"]);
    let check = |what: &str, code_words: &str, spoil: &dyn Fn(&Path)| {
        let home = studio.copy();
        let file = licenses(home.path()).remove(0);
        spoil(&file);
        let cli = studio.cli_at(home.path());
        let list = cli.run(["license", "list", "--json"]);
        assert_eq!(list.code(), Some(0), "{what}: {list:?}");
        assert_eq!(list.json()["entries"].as_array().unwrap().len(), 1, "{what}: {list:?}");
        assert!(list.stderr.contains(code_words), "{what}: {}", list.stderr);
        assert!(list.stderr.contains(file.to_str().unwrap()), "{what}: it is not named: {}", list.stderr);
        assert!(list.stderr.trim_end().lines().count() >= 2, "{what}: no way out: {}", list.stderr);
        // The others can be used, and the ledger is as it was.
        assert_eq!(cli.run(["ledger", "check"]).code(), Some(0), "{what}");
    };
    let whole = |file: &Path| std::fs::read(file).unwrap();
    check("cut", "or it was cut", &|file| std::fs::write(file, &whole(file)[..700]).unwrap());
    check("empty", "or it was cut", &|file| std::fs::write(file, b"").unwrap());
    check("too large", "too large", &|file| std::fs::write(file, vec![b'x'; 10 << 20]).unwrap());
    check("altered", "et the file again", &|file| {
        let text = String::from_utf8(whole(file)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let line = &mut lines[5];
        let first = if line.starts_with('A') { 'B' } else { 'A' };
        line.replace_range(..1, &first.to_string());
        std::fs::write(file, lines.join("\n") + "\n").unwrap();
    });
    check("a pipe", "Something else stands", &|file| {
        std::fs::remove_file(file).unwrap();
        make_pipe(file);
    });
    check("a link", "A link stands", &|file| {
        std::fs::remove_file(file).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", file).unwrap();
    });
    check("no unlock", "What unlocks this license is missing", &|file| {
        std::fs::remove_file(file.with_extension("unlock")).unwrap();
    });
    check("a foreign unlock", "damaged", &|file| {
        std::fs::write(file.with_extension("unlock"), b"not a seal").unwrap();
    });
}

/// A file of a seat that was given back does not license this computer when it is put back, and says why.
#[test]
fn a_file_that_comes_back_after_its_seat_was_released_counts_no_more() {
    let studio = Studio::with(&["free"]);
    let home = studio.copy();
    let cli = studio.cli_at(home.path());
    let kept = tempfile::tempdir().unwrap();
    let shelf = home.path().join("shelf");
    gatefold_tests::copy_folder(&shelf, kept.path());
    let listed = || cli.json(["license", "list"])["entries"][0].clone();
    let seat = listed()["machine_id"].as_str().unwrap().to_owned();
    cli.json(["license", "deactivate", &seat, "--yes"]);
    let released = || {
        let files = files_under(&shelf).into_keys();
        files.filter(|path| path.extension().is_some_and(|ending| ending == "released")).collect::<Vec<_>>()
    };
    let [proof] = released().try_into().unwrap();
    assert_eq!(proof.file_stem().unwrap(), seat.as_str());

    // As a restored backup does it: what was there comes back, what came since stays.
    gatefold_tests::copy_folder(kept.path(), &shelf);
    assert_eq!(
        (&listed()["machine_id"], &listed()["standing"]),
        (&seat.as_str().into(), &"unlicensed".into())
    );
    let shown = cli.run(["license", "list"]).text();
    assert!(shown.contains("was given back from this computer"), "{shown}");

    // Whoever else writes such a file releases nothing: the vendor's signature is in it.
    let text = std::fs::read_to_string(&proof).unwrap();
    std::fs::write(&proof, text.replace("GMT", "UTC")).unwrap();
    assert_eq!(listed()["standing"], "active");
    std::fs::write(&proof, text).unwrap();
    assert_eq!(listed()["standing"], "unlicensed");

    // The way out: another seat.
    let again = cli.json(["license", "activate", &studio.sandbox.key("free"), "--yes"]);
    assert_ne!(again["machine_id"], seat.as_str());
    assert_eq!(listed()["standing"], "active");
}

/// What stands in the way of a license is found out before anything is sent, and no seat is taken for it.
#[test]
fn a_folder_in_the_way_is_told_before_anything_is_sent() {
    let check = |name: &str, code: Option<&str>| {
        let studio = Studio::with(&[]);
        let vendor = std::fs::read_dir(studio.home.path().join("shelf/vendors")).unwrap().next().unwrap();
        let in_the_way = vendor.unwrap().path().join(name);
        let _ = std::fs::remove_file(&in_the_way);
        std::fs::create_dir_all(&in_the_way).unwrap();
        let activate = ["license", "activate", &studio.sandbox.key("free"), "--yes"];
        let Some(code) = code else {
            studio.good(&activate);
            studio.good(&["license", "refresh", "--yes"]);
            return;
        };
        studio.bad(name, &activate, 1, code);
        assert!(studio.sandbox.recorded().is_empty(), "{name}: something was sent");
        std::fs::remove_dir(&in_the_way).unwrap();
        studio.good(&activate);
    };
    check("vendor.toml", Some("shelf.wrong_type"));
    check("licenses/.lock", Some("shelf.wrong_type"));
    check("licenses/.new-0000000000000001-x", None);
    check("revocations", None);
}

/// A folder by a license file's own name is named, stays, and keeps no license from being activated, refreshed and given
/// back.
#[test]
fn a_folder_by_a_license_files_name_blocks_nothing() {
    let studio = Studio::with(&["free", "one_seat"]);
    for file in licenses(studio.home.path()) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let folder = format!("{}.000000000000.lic", name.rsplit_once('.').unwrap().0);
        std::fs::create_dir(file.with_file_name(folder)).unwrap();
    }
    let refreshed = studio.cli().run(["license", "refresh", "--yes", "--json"]);
    let results: Vec<_> =
        refreshed.json()["entries"].as_array().unwrap().iter().map(|e| e["result"].clone()).collect();
    assert_eq!(results, ["renewed", "renewed"], "{refreshed:?}");
    assert_eq!((refreshed.code(), &refreshed.json()["error"]["code"]), (Some(1), &"shelf.wrong_type".into()));
    let free = studio.sandbox.license("free")["license_id"].as_str().unwrap();
    // Whoever names one license asks about that one alone.
    studio.good(&["license", "refresh", free, "--yes"]);
    studio.good(&["license", "activate", &studio.sandbox.key("free"), "--yes"]);
    studio.good(&["license", "deactivate", free, "--yes"]);
    let list = studio.good(&["license", "list", "--json"]);
    assert_eq!((list.json()["entries"].as_array().unwrap().len(), studio.sandbox.seats_taken(free)), (1, 0));
}

#[test]
fn activating_again_mends_a_spoilt_file() {
    let studio = Studio::with(&["free"]);
    let file = licenses(studio.home.path()).remove(0);
    std::fs::write(&file, b"spoilt").unwrap();
    studio.good(&["license", "activate", &studio.sandbox.key("free"), "--yes"]);
    let list = studio.good(&["license", "list", "--json"]);
    assert_eq!(list.json()["entries"].as_array().unwrap().len(), 1, "{list:?}");
    assert_eq!(list.json()["entries"][0]["standing"], "active");
    // No second seat.
    let is_creation = |request: &&Vec<u8>| {
        let text = String::from_utf8_lossy(request).into_owned();
        text.starts_with("POST ") && text.lines().next().unwrap().ends_with("/machines HTTP/1.1")
    };
    assert_eq!(studio.sandbox.recorded().iter().filter(is_creation).count(), 1);
}
