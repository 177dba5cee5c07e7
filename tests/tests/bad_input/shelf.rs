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
    check("altered", "Get the file again", &|file| {
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
