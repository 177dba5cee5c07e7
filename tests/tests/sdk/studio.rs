//! A vendor's server, a user's home, and the probe as the plug-in that looks there.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use gatefold_tests::{Cli, Sandbox, SandboxOptions, files_under, vendor_text};
use serde_json::Value;

use crate::compiled::probe;

/// The account of the demo vendors.
pub(crate) const ACCOUNT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";

/// A home with Gatefold in it, as plug-ins find it.
pub(crate) struct Studio {
    pub(crate) sandbox: Sandbox,
    dir: tempfile::TempDir,
    /// When the command believes that it is.
    now: Option<&'static str>,
    env: Vec<(&'static str, String)>,
}

/// What a plug-in was compiled with.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) vendor: String,
    pub(crate) root: String,
    pub(crate) account: String,
    pub(crate) product: String,
    pub(crate) binding: &'static str,
    pub(crate) max_file_days: &'static str,
}

impl Studio {
    pub(crate) fn new() -> Self {
        Self::of("sleeve", None)
    }

    /// Of a vendor of `vendors/`, on a day.
    pub(crate) fn of(vendor: &str, now: Option<&'static str>) -> Self {
        let options = SandboxOptions {
            plays: Some(vendor.to_owned()),
            clock: now.map(str::to_owned),
            ..SandboxOptions::default()
        };
        let studio = Self {
            sandbox: Sandbox::with(&options),
            dir: tempfile::tempdir().unwrap(),
            now,
            env: Vec::new(),
        };
        // The command's shelf under a home of its own, where the SDK looks.
        std::fs::create_dir(studio.data()).unwrap();
        std::os::unix::fs::symlink(studio.home().join("shelf"), studio.data().join("gatefold")).unwrap();
        studio.cli().json(["vendor", "add", studio.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
        studio
    }

    /// As another computer.
    pub(crate) fn elsewhere() -> Self {
        let mut studio = Self::new();
        studio.env = vec![("GATEFOLD_TEST_MACHINE_ID", "0123456789abcdef0123456789abcdef".to_owned())];
        studio
    }

    /// With the license in this state activated.
    pub(crate) fn with(state: &str) -> Self {
        let studio = Self::new();
        studio.activate(&studio.sandbox.key(state));
        studio
    }

    pub(crate) fn activate(&self, key: &str) {
        self.cli().json(["license", "activate", key, "--device-name", "desk", "--yes"]);
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// `XDG_DATA_HOME`.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn cli(&self) -> Cli {
        let mut cli = Cli::new(&self.home()).env("GATEFOLD_PASSPHRASE", "four plain words here");
        if let Some(now) = self.now {
            cli = cli.env("GATEFOLD_TEST_NOW", now);
        }
        self.env.iter().fold(cli, |cli, (name, value)| cli.env(name, value))
    }

    /// A license of the sandbox of this kind, to be activated.
    pub(crate) fn of_kind(&self, kind: &str) -> Value {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        licenses.iter().find(|one| one["kind"] == kind && one["state"] == "free").unwrap().clone()
    }

    /// The one installed license file.
    pub(crate) fn file(&self) -> PathBuf {
        let files = files_under(&self.home().join("shelf")).into_keys();
        let mut files = files.filter(|path| path.extension().is_some_and(|ending| ending == "lic"));
        let file = files.next().unwrap();
        assert_eq!(files.next(), None);
        file
    }

    /// The vendor's folder on the shelf.
    pub(crate) fn folder(&self) -> PathBuf {
        let vendors = self.home().join("shelf/vendors");
        std::fs::read_dir(vendors).unwrap().next().unwrap().unwrap().path()
    }

    /// What the plug-in of a license's product has compiled in.
    pub(crate) fn compiled(&self, license: &Value) -> Compiled {
        let vendor = self.sandbox.ready["vendor"].as_str().unwrap();
        let text = vendor_text(vendor);
        let root = text.lines().find_map(|line| line.strip_prefix("root_key = ")).unwrap();
        Compiled {
            vendor: vendor.to_owned(),
            root: root.trim_matches('"').to_owned(),
            account: self.sandbox.ready["account_id"].as_str().unwrap().to_owned(),
            product: license["product_id"].as_str().unwrap().to_owned(),
            binding: if vendor == "sleeve" { "1" } else { "2" },
            max_file_days: "0",
        }
    }

    /// The plug-in of the license in this state, loaded.
    pub(crate) fn loaded(&self, state: &str) -> Loaded {
        self.loaded_as(&self.compiled(self.sandbox.license(state)))
    }

    pub(crate) fn loaded_as(&self, compiled: &Compiled) -> Loaded {
        Loaded::start(Command::new(probe()), compiled, &self.data())
    }
}

impl Compiled {
    pub(crate) fn words(&self) -> [&str; 6] {
        [&self.vendor, &self.root, &self.account, &self.product, self.binding, self.max_file_days]
    }
}

/// A probe that runs.
pub(crate) struct Loaded {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Loaded {
    /// Starts a probe by a command that its words follow.
    pub(crate) fn start(mut command: Command, compiled: &Compiled, data: &Path) -> Self {
        let mut child = command
            .args(compiled.words())
            .env("XDG_DATA_HOME", data)
            .env("HOME", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let words = child.stdin.take();
        let mut loaded = Self { answers: BufReader::new(child.stdout.take().unwrap()), words, child };
        assert_eq!(loaded.line(), "opened: it is done");
        loaded
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// What it answers to a word.
    pub(crate) fn ask(&mut self, word: &str) -> String {
        writeln!(self.words.as_mut().unwrap(), "{word}").unwrap();
        self.line()
    }

    /// What a check says: standing, whether it counts, why by number.
    pub(crate) fn check(&mut self) -> String {
        let said = self.ask("check");
        let part = |name: &str| {
            let value = said.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_default();
            value.trim_start_matches('=').to_owned()
        };
        let standing = said.split(' ').next().unwrap();
        let sort = match (&*part("licensed"), &*part("lapsed"), &*part("never")) {
            ("1", "0", "0") => "licensed",
            ("0", "1", "0") => "lapsed",
            ("0", "0", "1") => "never",
            _ => panic!("{said}"),
        };
        format!("{standing}, {sort}, {}", part("cause"))
    }

    /// Ends it as a crash does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it, which must be well.
    pub(crate) fn end(mut self) {
        drop(self.words.take());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}
