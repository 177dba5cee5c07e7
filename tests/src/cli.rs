//! The `gatefold` program in a home of its own, with an environment of its own.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::programs::program;

/// A command line to be run.
#[derive(Clone, Debug)]
pub struct Cli {
    program: PathBuf,
    home: PathBuf,
    vendor: Option<PathBuf>,
    env: Vec<(OsString, OsString)>,
    wrapper: Vec<OsString>,
    dir: Option<PathBuf>,
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// The result.
    pub stdout: Vec<u8>,
    /// The talk.
    pub stderr: String,
}

impl Cli {
    /// The program with everything under `home`.
    pub fn new(home: &Path) -> Self {
        Self {
            program: program("gatefold"),
            home: home.to_owned(),
            vendor: None,
            env: Vec::new(),
            wrapper: Vec::new(),
            dir: None,
        }
    }

    /// With a vendor file named in each call.
    #[must_use]
    pub fn vendor(mut self, file: &Path) -> Self {
        self.vendor = Some(file.to_owned());
        self
    }

    /// With an environment variable: `FAILPOINTS`, `GATEFOLD_TEST_NOW`, `GATEFOLD_TEST_MACHINE_ID`, …
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Run by another command: `strace -f …`, `setpriv …`, `unshare …`.
    #[must_use]
    pub fn under<S: AsRef<OsStr>>(mut self, wrapper: impl IntoIterator<Item = S>) -> Self {
        self.wrapper = wrapper.into_iter().map(|word| word.as_ref().to_owned()).collect();
        self
    }

    /// Run in this folder, which relative paths then mean.
    #[must_use]
    pub fn in_dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.to_owned());
        self
    }

    /// The home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs it with these words and nothing on standard input.
    pub fn run<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Ran {
        self.run_with_input(words, b"")
    }

    /// Runs it with these words and this standard input.
    pub fn run_with_input<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>, input: &[u8]) -> Ran {
        self.spawn(self.all_words(words), input)
    }

    /// Runs it on a terminal of its own, with answers typed into it; what it prints comes together as stdout, the
    /// terminal's carriage returns taken out. Needs `script`.
    pub fn run_on_terminal<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>, typed: &[u8]) -> Ran {
        let quoted = |word: &OsString| format!("'{}'", word.to_str().unwrap().replace('\'', r"'\''"));
        let line: Vec<String> = self.all_words(words).iter().map(quoted).collect();
        let line = format!("stty -echo; exec {}", line.join(" "));
        let words = ["script", "-q", "-e", "-c", &line, "/dev/null"].map(OsString::from);
        let mut ran = self.spawn(words.to_vec(), typed);
        ran.stdout.retain(|byte| *byte != b'\r');
        ran
    }

    fn all_words<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Vec<OsString> {
        let mut all: Vec<OsString> = self.wrapper.clone();
        all.push(self.program.clone().into());
        all.extend(words.into_iter().map(|word| word.as_ref().to_owned()));
        all
    }

    /// Starts it with these words and nothing on standard input, and does not wait for it.
    pub fn start<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Running {
        Running(self.child(self.all_words(words), b""))
    }

    fn spawn(&self, all: Vec<OsString>, input: &[u8]) -> Ran {
        Running(self.child(all, input)).ran()
    }

    fn child(&self, all: Vec<OsString>, input: &[u8]) -> Child {
        let mut command = Command::new(&all[0]);
        command
            .args(&all[1..])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.home)
            .env("GATEFOLD_HOME", &self.home)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        if let Some(vendor) = &self.vendor {
            command.env("GATEFOLD_VENDOR", vendor);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().unwrap();
        // A program that does not read its input may end before it is written.
        let _ = child.stdin.take().unwrap().write_all(input);
        child
    }

    /// [`Cli::run`] with `--json`, which must end with exit code 0.
    pub fn json<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> serde_json::Value {
        let ran = self.run(words.into_iter().map(|word| word.as_ref().to_owned()).chain(["--json".into()]));
        assert!(ran.status.success(), "{ran:?}");
        ran.json()
    }

    /// [`Cli::run`] with `--json`, which must fail: the exit code and the error object.
    pub fn failure<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> (i32, serde_json::Value) {
        let ran = self.run(words.into_iter().map(|word| word.as_ref().to_owned()).chain(["--json".into()]));
        let code = ran.code().unwrap_or_else(|| panic!("{ran:?}"));
        assert_ne!(code, 0, "{ran:?}");
        (code, ran.json()["error"].clone())
    }
}

/// A command that runs.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Whether it ended.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
    }

    /// Sends it a signal: `INT`, `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let signal = format!("-{name}");
        assert!(Command::new("kill").args([&signal, &self.0.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn ran(self) -> Ran {
        let output = self.0.wait_with_output().unwrap();
        Ran {
            status: output.status,
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// The one object on stdout.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?} {}", self.text(), self.stderr))
    }

    /// stdout as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The exit code; `None` for a program that was killed or aborted.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }
}
