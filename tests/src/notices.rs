//! The notices of what others made and we ship: the crates of both programs as the lock file has them, what the page was
//! bundled from, and its fonts; each with its license, each license with its text. It knows no license by heart: a text is
//! the package's own, and a package that brings none stops it, unless its license is one whose text is the same for all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::programs::root_dir;

/// The programs are shipped for Linux alone.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The license that is taken where a package offers a choice: its text names nobody, so it stands here once.
const APACHE: &str = "Apache-2.0";
/// Of a line, in columns.
const WIDTH: usize = 80;

const HEAD: &str = "\
THIRD-PARTY NOTICES

Gatefold is made with the works of others. They are listed here with the licenses
under which they may be passed on; the texts of the licenses follow. Where a work
offers a choice of licenses that has Apache-2.0 in it, that one is taken.

The system's own libraries, WebKitGTK and GTK among them, are not part of Gatefold:
it uses the ones that are installed. The source of a work is at its registry, by
the name and version given here; nothing was altered.
";

/// Somebody else's work that is part of what we ship.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// Its name at its registry.
    pub name: String,
    /// Which one.
    pub version: String,
    /// As its authors wrote it, in SPDX's terms.
    pub license: String,
    texts: Vec<String>,
}

impl Work {
    fn line(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// The document as lock files and licenses make it. The page must be built.
///
/// # Panics
/// When a work brings no license text, or cargo does not answer.
pub fn notices() -> String {
    let apache = root_dir().join("LICENSE-APACHE");
    let apache = std::fs::read_to_string(apache).unwrap();
    let parts = [("Fonts", fonts()), ("In the window's page", page()), ("In the programs", crates())];
    let mut document = HEAD.to_owned();
    for (title, works) in &parts {
        let _ = write!(document, "\n\n{title}\n\n");
        for work in works {
            let _ = writeln!(document, "  {:<52}{}", work.line(), work.license);
        }
    }
    let _ = writeln!(document, "  {:<52}MIT OR Apache-2.0", "the standard library of Rust");
    let _ = writeln!(document, "  {:<52}in the public domain", "SQLite, in libsqlite3-sys");
    let all: Vec<&Work> = parts.iter().flat_map(|(_, works)| works).collect();
    let under_apache = all.iter().filter(|work| work.texts.is_empty()).map(|work| work.line());
    let under_apache = under_apache.chain(["the standard library of Rust".to_owned()]).collect();
    text_of(&mut document, &under_apache, &apache);
    let mut texts: BTreeMap<String, (BTreeSet<String>, &str)> = BTreeMap::new();
    for work in all {
        for text in &work.texts {
            let same = text.split_whitespace().collect::<Vec<_>>().join(" ");
            texts.entry(same).or_insert_with(|| (BTreeSet::new(), text)).0.insert(work.line());
        }
    }
    let mut texts: Vec<_> = texts.into_values().collect();
    texts.sort();
    for (works, text) in texts {
        text_of(&mut document, &works, text);
    }
    document
}

fn text_of(document: &mut String, works: &BTreeSet<String>, text: &str) {
    let _ = write!(document, "\n\n{}\n", "-".repeat(WIDTH));
    let mut column = 0;
    for work in works {
        let next = column + work.len() + 2;
        let (between, at) = match column {
            0 => ("", work.len()),
            _ if next <= WIDTH => (", ", next),
            _ => (",\n", work.len()),
        };
        document.push_str(between);
        document.push_str(work);
        column = at;
    }
    document.push_str("\n\n");
    for line in text.trim_matches(['\n', '\r', '\u{c}']).lines() {
        let _ = writeln!(document, "{}", line.trim_end());
    }
}

/// The crates of both programs, without what only builds them.
///
/// # Panics
/// When cargo does not answer.
pub fn crates() -> Vec<Work> {
    let tree = cargo(&[
        "tree",
        "--package",
        "gatefold-app",
        "--package",
        "gatefold-cli",
        "--edges",
        "normal,no-proc-macro",
        "--target",
        TARGET,
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        "{p}",
    ]);
    let shipped: BTreeSet<(&str, &str)> = tree.lines().filter_map(package_id).collect();
    let metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform", TARGET]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let works = packages.filter(|package| !package["source"].is_null());
    works
        .filter(|package| shipped.contains(&(of(package, "name"), of(package, "version"))))
        .map(crate_of)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// `NAME vVERSION`, and perhaps more.
fn package_id(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

fn crate_of(package: &Value) -> Work {
    let (name, version, license) = (of(package, "name"), of(package, "version"), of(package, "license"));
    let dir = Path::new(of(package, "manifest_path")).parent().unwrap();
    let license = license.replace(" / ", "/").replace('/', " OR ");
    let mut texts = texts_in(dir, &license);
    if texts.is_empty() && license == "MIT" {
        let authors: Vec<&str> =
            package["authors"].as_array().unwrap().iter().map(|author| author.as_str().unwrap()).collect();
        texts.push(mit(&authors));
    }
    assert!(!texts.is_empty() || is_choice(&license), "{name} {version} brings no text of {license}");
    Work { name: name.to_owned(), version: version.to_owned(), license, texts }
}

/// Whether Apache-2.0 is one of several licenses to choose from, or the only one.
fn is_choice(license: &str) -> bool {
    !license.contains(" AND ") && license.split(" OR ").any(|one| one == APACHE)
}

/// What has to go along with a package: its license texts, or of one under Apache-2.0 its notice, if it has one.
fn texts_in(dir: &Path, license: &str) -> Vec<String> {
    let wanted: &[&str] = match is_choice(license) {
        true => &["notice"],
        false => &["license", "licence", "copying", "copyright", "unlicense", "notice"],
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().to_lowercase();
            path.is_file() && wanted.iter().any(|wanted| name.starts_with(wanted))
        })
        .collect();
    files.sort();
    files.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

/// What the page was bundled from, as the bundler noted it.
///
/// # Panics
/// When the page is not built.
pub fn page() -> Vec<Work> {
    let noted = root_dir().join("ui/dist/.vite/licenses.json");
    let noted = std::fs::read(&noted)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask build-ui`", noted.display()));
    let noted: Vec<Value> = serde_json::from_slice(&noted).unwrap();
    let works = noted.iter().map(|package| {
        let (name, text) = (of(package, "name"), of(package, "text"));
        assert!(!text.is_empty(), "{name} brings no license text");
        // One that names none in its package says it in its text.
        let named = package["identifier"].as_str().map(str::to_owned);
        let license = named.unwrap_or_else(|| text.lines().next().unwrap().replace(" License", ""));
        let texts = if is_choice(&license) { Vec::new() } else { vec![text.to_owned()] };
        Work { name: name.to_owned(), version: of(package, "version").to_owned(), license, texts }
    });
    works.collect()
}

/// The fonts that the page names.
///
/// # Panics
/// When they are not fetched.
pub fn fonts() -> Vec<Work> {
    let css = std::fs::read_to_string(root_dir().join("ui/src/fonts.css")).unwrap();
    let named: BTreeSet<&str> =
        css.split("url(\"").skip(1).filter_map(|rest| rest.split("/files/").next()).collect();
    let works = named.into_iter().map(|name| {
        let dir = root_dir().join("ui/node_modules").join(name);
        let package = std::fs::read(dir.join("package.json"))
            .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask build-ui`", dir.display()));
        let package: Value = serde_json::from_slice(&package).unwrap();
        let license = of(&package, "license").to_owned();
        let texts = texts_in(&dir, &license);
        assert!(!texts.is_empty(), "{name} brings no license text");
        Work { name: name.to_owned(), version: of(&package, "version").to_owned(), license, texts }
    });
    works.collect()
}

fn of<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn cargo(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(words)
        .args(["--locked", "--offline"])
        .current_dir(root_dir())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The MIT license's text, which is always the same, for a package that names it and its authors and brings no file.
fn mit(authors: &[&str]) -> String {
    let text = std::fs::read_to_string(root_dir().join("LICENSE-MIT")).unwrap();
    let ours = text.lines().find(|line| line.starts_with("Copyright")).unwrap();
    let theirs: Vec<&str> = authors.iter().map(|author| author.split(" <").next().unwrap()).collect();
    text.replace(ours, &format!("Copyright (c) {}", theirs.join(", ")))
}
