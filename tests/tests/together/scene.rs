//! A home, a sandbox, and a tap that keeps answers back.

use gatefold_client::{Clock, Gatefold, Home, InForce, OpenOptions, Sensitive};
use gatefold_tests::{Cli, Fault, Hold, Running, Sandbox, SandboxOptions, Tap};
use serde_json::Value;
use tempfile::TempDir;

/// The scene's home in this very process, and its vendor.
pub(crate) fn open(scene: &Scene) -> (Gatefold, InForce) {
    let home = Home::at(scene.cli.home());
    let passphrase = Some(Sensitive::new("four words".to_owned()));
    let gatefold = Gatefold::open(OpenOptions { home, passphrase, clock: Clock::system() }).unwrap();
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    (gatefold, vendor)
}

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    pub(crate) cli: Cli,
    pub(crate) key: String,
    pub(crate) license_id: String,
    _home: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let tap = Tap::plain();
        let sandbox =
            Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
        let license = sandbox.license("free");
        let text = |name: &str| license[name].as_str().unwrap().to_owned();
        Self { key: text("key"), license_id: text("license_id"), tap, cli, sandbox, _home: home }
    }

    pub(crate) fn activated() -> Self {
        let scene = Self::new();
        scene.cli.json(["license", "activate", &scene.key, "--yes"]);
        scene
    }

    /// Starts a command whose request of this number (from 0) is answered by the server, and the answer kept back.
    pub(crate) fn start_held(&self, words: &[&str], number: usize) -> (Running, Hold) {
        let hold = Hold::default();
        let faults = std::iter::repeat_n(Fault::None, number);
        self.tap.faults(faults.chain([Fault::Hold(hold.clone())]));
        let running = self.cli.start(words);
        hold.until_asked();
        (running, hold)
    }

    pub(crate) fn seats(&self) -> usize {
        self.sandbox.seats_taken(&self.license_id)
    }

    pub(crate) fn listed(&self) -> Value {
        self.cli.json(["license", "list"])
    }

    /// The vendor's seats are those that are known here: installed, or named as unfinished.
    pub(crate) fn nothing_is_silent(&self) {
        let listed = self.listed();
        let ids = |name: &str| -> Vec<Value> {
            let entries = listed[name].as_array().unwrap().iter();
            entries.map(|entry| entry["machine_id"].clone()).filter(|id| !id.is_null()).collect()
        };
        let mut known = [ids("entries"), ids("unfinished")].concat();
        known.dedup();
        assert_eq!(known.len(), self.seats(), "{listed}");
    }
}
