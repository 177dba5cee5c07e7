//! Looking for a text in everything under a folder, however it may be written there.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use regex::bytes::{RegexSet, RegexSetBuilder};
use rusqlite::{Connection, OpenFlags};

/// Texts to be looked for, in every form.
pub(crate) struct Search {
    labels: Vec<String>,
    set: RegexSet,
}

impl Search {
    /// `texts` are names and what they stand for.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut labels = Vec::new();
        let mut patterns = Vec::new();
        for (name, text) in texts {
            for (form, pattern) in forms(text) {
                labels.push(format!("{name}, {form}"));
                patterns.push(pattern);
            }
        }
        let set = RegexSetBuilder::new(patterns).unicode(false).size_limit(64 << 20).build().unwrap();
        Self { labels, set }
    }

    /// What is found in some bytes.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        self.set.matches(bytes).into_iter().map(|index| self.labels[index].as_str()).collect()
    }

    /// What is found under a folder: `FILE: what`. Files that vanish meanwhile are no concern.
    pub(crate) fn found_under(&self, dir: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for path in files(dir) {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let name = path.to_string_lossy().into_owned();
            for (view, bytes) in [("name", name.as_bytes().to_vec()), ("bytes", bytes.clone())]
                .into_iter()
                .chain(decoded(&bytes))
            {
                found
                    .extend(self.found_in(&bytes).into_iter().map(|what| format!("{name} ({view}): {what}")));
            }
            if bytes.starts_with(b"SQLite format 3\0") {
                let values = self.found_in(&every_value(&path));
                found.extend(values.into_iter().map(|what| format!("{name} (values): {what}")));
            }
        }
        found
    }

    /// Stops the test if anything is found.
    pub(crate) fn must_find_nothing(&self, when: &str, dirs: &[&Path]) {
        let found: Vec<String> = dirs.iter().flat_map(|dir| self.found_under(dir)).collect();
        assert!(found.is_empty(), "{when}:\n{}", found.join("\n"));
    }
}

/// Every way in which a text may be written, as patterns over bytes.
fn forms(text: &str) -> Vec<(String, String)> {
    let exact = |bytes: &[u8]| regex::escape(&String::from_utf8_lossy(bytes));
    let caseless = |bytes: &[u8]| format!("(?i:{})", exact(bytes));
    let mut forms = Vec::new();
    // Lower case and cut into words, as a search index keeps it; the plain text is one of these.
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    let plain = words.join(r"[^0-9A-Za-z]{0,4}");
    // Six digits stand in many a number: a short text counts only between other characters.
    let edge = |edge: &str| if text.len() < 8 { format!("(?:{edge}|[^0-9A-Za-z])") } else { String::new() };
    forms.push(("plain".to_owned(), format!("(?i:{}{plain}{})", edge("^"), edge("$"))));
    let json = serde_json::to_string(text).unwrap();
    let ascii: String =
        json.chars().map(|c| if c.is_ascii() { c.to_string() } else { unicode_escape(c) }).collect();
    for (name, json) in [("JSON", &json), ("JSON in ASCII", &ascii)] {
        let inner = json.trim_matches('"');
        if inner != text {
            forms.push((name.to_owned(), caseless(inner.as_bytes())));
            // A document inside a document.
            let twice = serde_json::to_string(inner).unwrap();
            forms.push((format!("{name}, twice"), caseless(twice.trim_matches('"').as_bytes())));
        }
    }
    let percent: String = text
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    if percent != text {
        forms.push(("percent".to_owned(), caseless(percent.as_bytes())));
    }
    forms.push(("hex".to_owned(), caseless(hex::encode(text).as_bytes())));
    for (name, base64) in [("base64", &STANDARD_NO_PAD), ("base64url", &URL_SAFE_NO_PAD)] {
        for before in 0..3 {
            forms.push((format!("{name} at {before}"), exact(aligned(base64, before, text).as_bytes())));
        }
    }
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> String {
        text.encode_utf16().flat_map(to_bytes).map(|byte| format!("\\x{byte:02x}")).collect()
    };
    forms.push(("UTF-16 LE".to_owned(), utf16(u16::to_le_bytes)));
    forms.push(("UTF-16 BE".to_owned(), utf16(u16::to_be_bytes)));
    forms
}

fn unicode_escape(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The characters of base64 that depend on the text alone when `before` bytes stand before it.
fn aligned(base64: &impl base64::Engine, before: usize, text: &str) -> String {
    let bytes = [&vec![0; before], text.as_bytes()].concat();
    let whole = base64.encode(&bytes);
    let first = (before * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    whole[first..last].to_owned()
}

/// What is wrapped: the base64 armor of a license file, and the parts of the envelope inside.
fn decoded(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let Some(text) = text.strip_prefix("-----BEGIN ") else { return Vec::new() };
    let body: String = text.lines().skip(1).take_while(|line| !line.starts_with("-----END")).collect();
    let envelope = STANDARD.decode(body).expect("a license file is armored base64");
    let mut views = vec![("envelope", envelope.clone())];
    let envelope: serde_json::Value = serde_json::from_slice(&envelope).expect("an envelope is JSON");
    for part in envelope["enc"].as_str().unwrap().split('.') {
        views.push(("content", STANDARD.decode(part).expect("its parts are base64")));
    }
    views
}

/// Every value of every table, whole: a page may hold a part of one.
fn every_value(path: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A copy: nothing here may touch what is searched. The WAL belongs to it.
    let copy = tempfile::tempdir().unwrap();
    let db = copy.path().join("copy.db");
    for (from, to) in [("", ""), ("-wal", "-wal")] {
        let from = PathBuf::from(format!("{}{from}", path.display()));
        let _ = std::fs::copy(from, format!("{}{to}", db.display()));
    }
    let db = Connection::open_with_flags(&db, flags).unwrap();
    let mut names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        // An index without contents has rows that cannot be read; its shadow tables can.
        let Ok(mut table) = db.prepare(&format!("SELECT * FROM \"{name}\"")) else { continue };
        let columns = table.column_count();
        let Ok(mut rows) = table.query([]) else { continue };
        while let Ok(Some(row)) = rows.next() {
            for column in 0..columns {
                use rusqlite::types::ValueRef;
                if let Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(column) {
                    all.extend_from_slice(bytes);
                    all.push(0);
                }
            }
        }
    }
    all
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The search itself must find what is there, or it proves nothing.
mod tests {
    use gatefold_tests::root_dir;

    use super::*;

    const TEXT: &str = "pl\u{e4}nted \"pass\\word\" 4711";

    #[test]
    fn it_finds_every_form() {
        let search = Search::of([("secret", TEXT)]);
        let home = tempfile::tempdir().unwrap();
        let check = |form: &str, bytes: &[u8]| {
            let file = home.path().join("file");
            std::fs::write(&file, [b"before ", bytes, b" after"].concat()).unwrap();
            let found = search.found_under(home.path());
            assert!(found.iter().any(|found| found.ends_with(form)), "{form}: {found:?}");
        };
        let json = serde_json::to_string(TEXT).unwrap();
        check("plain", TEXT.as_bytes());
        check("plain", TEXT.to_uppercase().replace('\u{c4}', "\u{e4}").as_bytes());
        check("JSON", json.as_bytes());
        check("JSON, twice", serde_json::to_string(&json).unwrap().as_bytes());
        check("JSON in ASCII", json.replace('\u{e4}', "\\u00E4").as_bytes());
        check("percent", b"pl%c3%a4nted%20%22pass%5cword%22%204711");
        check("hex", hex::encode(TEXT).as_bytes());
        check("hex", hex::encode_upper(TEXT).as_bytes());
        let utf16 =
            |to_bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
        check("UTF-16 LE", &utf16(u16::to_le_bytes));
        check("UTF-16 BE", &utf16(u16::to_be_bytes));
        for before in 0..3 {
            let user = format!("{}{TEXT}, and more", "x".repeat(before));
            check(&format!("base64 at {before}"), STANDARD.encode(&user).as_bytes());
            check(&format!("base64url at {before}"), URL_SAFE_NO_PAD.encode(&user).as_bytes());
        }
    }

    #[test]
    fn it_finds_what_a_search_index_makes_of_a_key() {
        let search = Search::of([("key", "SLEEVE-DEM0-FREE-FREE")]);
        assert_eq!(search.found_in(b"license sleeve dem0 free free halo").len(), 1);
        assert_eq!(search.found_in(b"sleeve dem0 free").len(), 0);
    }

    #[test]
    fn a_short_code_counts_between_other_characters() {
        let search = Search::of([("code", "123456")]);
        for there in [&b"123456"[..], b"\"otp\":\"123456\"", b"--otp 123456\n"] {
            assert!(!search.found_in(there).is_empty(), "{there:?}");
        }
        assert!(search.found_in(b"a1234567 9123456").is_empty());
    }

    #[test]
    fn it_opens_license_files() {
        let vectors = root_dir().join("crates/license/tests/vectors");
        let facts = std::fs::read(vectors.join("facts.json")).unwrap();
        let facts: serde_json::Value = serde_json::from_slice(&facts).unwrap();
        let search = Search::of([("key", facts["license_key"].as_str().unwrap())]);
        let check = |name: &str, expect: bool| {
            let home = tempfile::tempdir().unwrap();
            std::fs::copy(vectors.join(name), home.path().join("file.lic")).unwrap();
            let found = search.found_under(home.path());
            assert_eq!(
                found.iter().any(|found| found.contains("(content): key, plain")),
                expect,
                "{found:?}"
            );
        };
        check("machine-base64.lic", true);
        check("machine-aes.lic", false);
    }

    #[test]
    fn it_reads_databases_by_value() {
        let home = tempfile::tempdir().unwrap();
        let db = Connection::open(home.path().join("some.db")).unwrap();
        // Larger than a page, so that it is cut into pieces there, the first of them within the text.
        let long = format!("{}{TEXT}", "x".repeat(4050));
        db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT)").unwrap();
        db.execute("INSERT INTO t VALUES (?1)", [long]).unwrap();
        let found = Search::of([("secret", TEXT)]).found_under(home.path());
        assert!(found.iter().any(|found| found.ends_with("(values): secret, plain")), "{found:?}");
    }
}
