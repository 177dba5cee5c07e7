//! The probe as the plug-in that looks into a studio.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) use gatefold_tests::{ACCOUNT, Compiled, Studio};

use crate::compiled::probe;

/// Loads the plug-in.
pub(crate) trait Loads {
    /// The plug-in of the license in this state.
    fn loaded(&self, state: &str) -> Loaded;

    fn loaded_as(&self, compiled: &Compiled) -> Loaded;
}

impl Loads for Studio {
    fn loaded(&self, state: &str) -> Loaded {
        self.loaded_as(&self.compiled(self.sandbox.license(state)))
    }

    fn loaded_as(&self, compiled: &Compiled) -> Loaded {
        Loaded::start(Command::new(probe()), compiled, &self.data())
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
