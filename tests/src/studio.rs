//! A vendor's server and a user's home: what a plug-in finds on the shelf, put there by the real command.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::Cli;
use crate::files::files_under;
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::vendors::vendor_text;

/// The account of the demo vendor whose licenses are bound to a computer.
pub const ACCOUNT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";

/// A home with Gatefold in it, as plug-ins find it.
#[derive(Debug)]
pub struct Studio {
    /// The vendor's server.
    pub sandbox: Sandbox,
    dir: tempfile::TempDir,
    /// When the command believes that it is.
    now: Option<&'static str>,
    env: Vec<(&'static str, String)>,
}

/// What a plug-in was compiled with.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The vendor's id.
    pub vendor: String,
    /// The vendor's root key.
    pub root: String,
    /// The account at the licensing server.
    pub account: String,
    /// The product there.
    pub product: String,
    /// The number of the binding: 1 to a computer, 2 to the account.
    pub binding: &'static str,
    /// How many days a file counts; 0: as long as it says.
    pub max_file_days: &'static str,
}

impl Default for Studio {
    fn default() -> Self {
        Self::new()
    }
}

impl Studio {
    /// Of the demo vendor that binds to a computer, with no license yet.
    pub fn new() -> Self {
        Self::of("sleeve", None)
    }

    /// Of a vendor of `vendors/`, on a day.
    ///
    /// # Panics
    /// When the vendor cannot be added.
    pub fn of(vendor: &str, now: Option<&'static str>) -> Self {
        let options = SandboxOptions {
            plays: Some(vendor.to_owned()),
            clock: now.map(str::to_owned),
            ..SandboxOptions::default()
        };
        Self::with_options(&options, now)
    }

    /// Of a vendor file that is in no folder of `vendors/`.
    ///
    /// # Panics
    /// When the vendor cannot be added.
    pub fn of_manifest(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let manifest = dir.path().join("vendor.toml");
        std::fs::write(&manifest, text).unwrap();
        Self::with_options(&SandboxOptions { manifest: Some(manifest), ..SandboxOptions::default() }, None)
    }

    fn with_options(options: &SandboxOptions, now: Option<&'static str>) -> Self {
        let studio =
            Self { sandbox: Sandbox::with(options), dir: tempfile::tempdir().unwrap(), now, env: Vec::new() };
        // The command's shelf under a home of its own, where the SDK looks.
        std::fs::create_dir(studio.data()).unwrap();
        std::os::unix::fs::symlink(studio.shelf(), studio.data().join("gatefold")).unwrap();
        studio.cli().json(["vendor", "add", studio.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
        studio
    }

    /// As another computer.
    pub fn elsewhere() -> Self {
        let mut studio = Self::new();
        studio.env = vec![("GATEFOLD_TEST_MACHINE_ID", "0123456789abcdef0123456789abcdef".to_owned())];
        studio
    }

    /// With the license in this state activated.
    pub fn with(state: &str) -> Self {
        let studio = Self::new();
        studio.activate(&studio.sandbox.key(state));
        studio
    }

    /// Activates the license of this key.
    ///
    /// # Panics
    /// When it cannot be activated.
    pub fn activate(&self, key: &str) {
        self.cli().json(["license", "activate", key, "--device-name", "desk", "--yes"]);
    }

    /// Where all of it lies.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// `XDG_DATA_HOME`.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// What plug-ins read.
    pub fn shelf(&self) -> PathBuf {
        self.home().join("shelf")
    }

    /// The command in this home.
    pub fn cli(&self) -> Cli {
        let mut cli = Cli::new(&self.home()).env("GATEFOLD_PASSPHRASE", "four plain words here");
        if let Some(now) = self.now {
            cli = cli.env("GATEFOLD_TEST_NOW", now);
        }
        self.env.iter().fold(cli, |cli, (name, value)| cli.env(name, value))
    }

    /// A license of the sandbox of this kind, to be activated.
    ///
    /// # Panics
    /// When there is none.
    pub fn of_kind(&self, kind: &str) -> Value {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        licenses.iter().find(|one| one["kind"] == kind && one["state"] == "free").unwrap().clone()
    }

    /// The one installed license file.
    ///
    /// # Panics
    /// When there is none, or another.
    pub fn file(&self) -> PathBuf {
        let files = files_under(&self.shelf()).into_keys();
        let mut files = files.filter(|path| path.extension().is_some_and(|ending| ending == "lic"));
        let file = files.next().unwrap();
        assert_eq!(files.next(), None);
        file
    }

    /// The vendor's folder on the shelf.
    ///
    /// # Panics
    /// When there is none.
    pub fn folder(&self) -> PathBuf {
        let vendors = self.shelf().join("vendors");
        std::fs::read_dir(vendors).unwrap().next().unwrap().unwrap().path()
    }

    /// Its vendor suspends a license.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn suspend(&self, license: &Value) {
        let token = self.sandbox.ready["vendor_token"].as_str().unwrap();
        let target = format!("/v1/licenses/{}/actions/suspend", license["license_id"].as_str().unwrap());
        let answer = self.sandbox.call("POST", &target, &format!("Bearer {token}"), &Value::Null);
        assert_eq!(answer["data"]["attributes"]["suspended"], true, "{answer}");
    }

    /// What the plug-in of a license's product has compiled in.
    ///
    /// # Panics
    /// When the license is none of the sandbox.
    pub fn compiled(&self, license: &Value) -> Compiled {
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
}

impl Compiled {
    /// As the arguments of a probe.
    pub fn words(&self) -> [&str; 6] {
        [&self.vendor, &self.root, &self.account, &self.product, self.binding, self.max_file_days]
    }
}
