//! A home with something in it to be lost, and calls that must not hang.

use std::path::Path;

use gatefold_tests::{Cli, Ran, Sandbox};
use serde_json::Value;

/// A sandbox, and a home with a vendor, an account and licenses.
pub(crate) struct Studio {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: tempfile::TempDir,
    pub(crate) work: tempfile::TempDir,
}

impl Studio {
    /// Nothing but a sandbox.
    pub(crate) fn empty() -> Self {
        let (home, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Self { sandbox: Sandbox::start(), home, work }
    }

    /// With these licenses activated.
    pub(crate) fn with(states: &[&str]) -> Self {
        let studio = Self::empty();
        let vendor = studio.sandbox.vendor_file();
        studio.good(&["vendor", "add", vendor.to_str().unwrap(), "--yes"]);
        for state in states {
            studio.good(&[
                "license",
                "activate",
                &studio.sandbox.key(state),
                "--device-name",
                "desk",
                "--yes",
            ]);
        }
        studio
    }

    /// The program, which gives up after ten seconds: a call that waits for ever fails by itself.
    pub(crate) fn cli(&self) -> Cli {
        Cli::new(self.home.path())
            .in_dir(self.work.path())
            .env("GATEFOLD_PASSPHRASE", "four plain words here")
            .under(["timeout", "10"])
    }

    pub(crate) fn good(&self, words: &[&str]) -> Ran {
        let ran = self.cli().run(words);
        assert_eq!(ran.code(), Some(0), "{words:?}: {ran:?}");
        ran
    }

    /// A call that must fail so: exit code and code. The words say what happened and what to do.
    pub(crate) fn bad(&self, what: &str, words: &[&str], exit: i32, code: &str) -> Value {
        let ran = self.cli().run(words.iter().chain(&["--json"]));
        assert_eq!(ran.code(), Some(exit), "{what}: {ran:?}");
        let error = ran.json()["error"].clone();
        assert_eq!(error["code"], code, "{what}: {ran:?}");
        for word in ["message", "hint", "code"] {
            let text = error[word].as_str().unwrap();
            assert!(!text.is_empty() && ran.stderr.contains(text), "{what}: {word}: {ran:?}");
        }
        assert!(
            !ran.stderr.contains('\u{1b}') && !ran.stderr.contains('\u{202e}'),
            "{what}: {:?}",
            ran.stderr
        );
        error
    }

    /// A copy of the home, to be spoilt.
    pub(crate) fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        let home = format!("{}/.", self.home.path().display());
        let copied = std::process::Command::new("cp").arg("-a").arg(home).arg(copy.path()).status();
        assert!(copied.unwrap().success());
        copy
    }

    /// [`Studio::cli`] in another home.
    pub(crate) fn cli_at(&self, home: &Path) -> Cli {
        self.cli().env("GATEFOLD_HOME", home)
    }
}

pub(crate) fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}
