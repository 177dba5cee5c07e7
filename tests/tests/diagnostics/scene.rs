//! A user's home with a license in it, and a bundle of that.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// The passphrase of the secrets file.
pub(crate) const PASSPHRASE: &str = "vier Wörter von Brunhilde";
/// The operating system's machine id.
pub(crate) const MACHINE_ID: &str = "b5f0c1d2e3a4495867f6e5d4c3b2a190";
/// Who sits there.
pub(crate) const LOGIN: &str = "brunhilde.k";

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) cli: Cli,
    pub(crate) dir: TempDir,
}

impl Scene {
    /// With the vendor added and nothing else done.
    pub(crate) fn new() -> Self {
        Self::by(Sandbox::start())
    }

    pub(crate) fn by(sandbox: Sandbox) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("studio-von-brunhilde");
        let cli = Cli::new(&home)
            .env("USER", LOGIN)
            .env("LOGNAME", LOGIN)
            .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
            .env("GATEFOLD_TEST_MACHINE_ID", MACHINE_ID);
        let file = sandbox.vendor_file();
        cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        Self { sandbox, cli, dir }
    }

    pub(crate) fn activate(&self, state: &str) -> Value {
        let key = self.sandbox.key(state);
        self.cli.json(["license", "activate", &key, "--yes", "--device-name", "Brunhildes Bücherwurm"])
    }

    pub(crate) fn home(&self) -> &Path {
        self.cli.home()
    }

    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A bundle, with these words after the file.
    pub(crate) fn export(&self, more: &[&str]) -> PathBuf {
        export(&self.cli, self.dir.path(), more)
    }

    pub(crate) fn edit_store(&self, sql: &str) {
        let db = rusqlite::Connection::open(self.home().join("store/store.db")).unwrap();
        db.execute_batch(sql).unwrap();
    }
}

/// Exports a bundle into a new file of this folder.
pub(crate) fn export(cli: &Cli, dir: &Path, more: &[&str]) -> PathBuf {
    let nth = std::fs::read_dir(dir).unwrap().count();
    let file = dir.join(format!("{nth}.gatefold-diagnostics"));
    let words = [&["diagnostics", "export", file.to_str().unwrap(), "--yes"], more].concat();
    let ran = cli.run(&words);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    file
}

/// What a bundle says, first.
pub(crate) fn findings(cli: &Cli, bundle: &Path) -> Value {
    // A reader needs no home: it has one of its own that is not there.
    let elsewhere = Cli::new(&cli.home().join("nobody's"));
    let read = elsewhere.json(["diagnostics", "read", bundle.to_str().unwrap()]);
    assert!(!elsewhere.home().exists(), "reading makes no home");
    read
}

pub(crate) fn codes(findings: &Value) -> Vec<String> {
    let entries = findings["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
}

/// Every file of a bundle as it is packed.
pub(crate) fn unpacked(bundle: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(bundle).unwrap()).unwrap();
    let count = archive.len();
    let read = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}
