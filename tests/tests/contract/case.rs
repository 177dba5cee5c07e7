//! One case: read, run, compared, written anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Ran, root_dir};
use serde::Deserialize;
use serde_json::Value;
use toml_edit::DocumentMut;

use crate::normalize::Normalizer;
use crate::shape;
use crate::world::Worlds;

/// A case, as its file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(skip)]
    pub(crate) name: String,
    #[serde(skip)]
    path: PathBuf,
    /// What it shows, for whoever reads it.
    #[serde(rename = "note")]
    _note: String,
    /// What was done before; see `world`.
    setup: String,
    /// It changes the server or the home beyond repair: nobody else shares its world.
    #[serde(default)]
    alone: bool,
    /// The words after `gatefold`, with `{names}` of the world.
    pub(crate) args: Vec<String>,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// The exit code.
    pub(crate) exit: i32,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
}

impl Case {
    /// Every case, by name.
    pub(crate) fn all() -> Vec<Self> {
        let dir = root_dir().join("tests/tests/contract/cases");
        let mut cases: Vec<Self> =
            std::fs::read_dir(dir).unwrap().map(|entry| Self::read(&entry.unwrap().path())).collect();
        cases.sort_by(|a, b| b.name.cmp(&a.name));
        cases
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let case: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { name, path: path.to_owned(), ..case }
    }

    /// Whether an object is to come; help and version stay text.
    pub(crate) fn is_json(&self) -> bool {
        let has = |flag| self.args.iter().any(|arg| arg == flag);
        has("--json") && !has("--help") && !has("--version")
    }

    /// Noun and verb, wherever global flags stand; `ledger show --raw` and `license activate --all` are verbs of their own.
    pub(crate) fn verb(&self) -> String {
        let mut words = Vec::new();
        let mut args = self.args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--home" | "--vendor" => drop(args.next()),
                flag if flag.starts_with('-') => {}
                word => words.push(word),
            }
        }
        words.truncate(2);
        let flags = ["--raw", "--all"].into_iter().filter(|flag| self.args.iter().any(|arg| arg == flag));
        words.into_iter().chain(flags).collect::<Vec<_>>().join(" ")
    }

    /// Runs it; what is wrong, in words.
    pub(crate) fn run(&self, worlds: &Worlds) -> Option<String> {
        let world = worlds.get(&self.setup, self.alone);
        let (home, work) = (world.home_for_one_case(), world.work_for_one_case());
        let mut cli = Cli::new(home.path()).in_dir(work.path());
        for (name, value) in world.env() {
            cli = cli.env(name, value);
        }
        let fill = |text: &str| world.fill(text, home.path(), work.path());
        for (name, value) in &self.env {
            cli = cli.env(name, fill(value));
        }
        let args: Vec<String> = self.args.iter().map(|arg| fill(arg)).collect();
        let ran = cli.run_with_input(&args, fill(&self.stdin).as_bytes());
        let normalizer = Normalizer::new(&world, home.path(), work.path());
        let (stdout, stderr) = (normalizer.apply(&readable(&ran)), normalizer.apply(&ran.stderr));
        if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some() {
            self.write(&stdout, &stderr);
        }
        let mut wrong = Vec::new();
        if ran.code() != Some(self.exit) {
            wrong.push(format!("exit {:?}, not {}\n{}", ran.code(), self.exit, ran.stderr));
        }
        if self.is_json() {
            wrong.extend(shape::fault(&self.verb(), self.exit, &ran).map(|fault| format!("shape: {fault}")));
        }
        let fresh = Self::read(&self.path);
        wrong.extend(differs("stdout", &fresh.stdout, &stdout));
        wrong.extend(differs("stderr", &fresh.stderr, &stderr));
        (!wrong.is_empty()).then(|| format!("== {}\n{}", self.name, wrong.join("\n")))
    }

    fn write(&self, stdout: &str, stderr: &str) {
        let mut document: DocumentMut = std::fs::read_to_string(&self.path).unwrap().parse().unwrap();
        document.insert("stdout", toml_edit::value(stdout));
        document.insert("stderr", toml_edit::value(stderr));
        std::fs::write(&self.path, document.to_string()).unwrap();
    }
}

/// stdout for people: an object spread over lines, anything else as it is.
fn readable(ran: &Ran) -> String {
    match serde_json::from_slice::<Value>(&ran.stdout) {
        Ok(object @ Value::Object(_)) => serde_json::to_string_pretty(&object).unwrap() + "\n",
        _ => ran.text(),
    }
}

fn differs(name: &str, expect: &str, got: &str) -> Option<String> {
    (expect != got).then(|| format!("{name}:\n{}", lines_apart(expect, got)))
}

/// The lines that only one of the two has.
fn lines_apart(expect: &str, got: &str) -> String {
    let only = |these: &str, those: &str, sign: char| -> String {
        let those: Vec<&str> = those.lines().collect();
        let lines = these.lines().filter(|line| !those.contains(line));
        lines.map(|line| format!("  {sign} {line}\n")).collect()
    };
    match only(expect, got, '-') + &only(got, expect, '+') {
        apart if apart.is_empty() => format!("  the same lines, differently:\n{got}"),
        apart => apart,
    }
}
