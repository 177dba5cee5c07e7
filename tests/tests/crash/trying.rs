//! The program dies while a trial is begun, or an answer is lost. Whatever happened, to ask again is to get the same trial, with
//! one seat; what is open is told, and a start alone sends nothing.

use std::os::unix::process::ExitStatusExt as _;

use gatefold_store::Store;
use gatefold_tests::{Cli, Fault, Ran, Sandbox, SandboxOptions, Tap};
use serde_json::{Value, json};

use crate::dying::fail_at;
use crate::support::{assert_all_noted, entries, fast_dir, noted_since, received, temporary_files};

/// Each with the most times that one command passes it.
const POINTS: &[(&str, usize)] = &[
    ("ledger.after-append", 3),
    ("client.after-append", 3),
    ("egress.after-answer", 3),
    ("client.after-conclude", 3),
    ("store.after-begin", 2),
    ("store.after-confirm", 1),
    ("store.after-finish", 2),
    ("client.between-trial-and-activation", 1),
    ("client.between-answer-and-install", 1),
    ("shelf.after-unlock-rename", 1),
    ("shelf.after-license-rename", 1),
    ("client.after-install", 1),
    ("store.after-secrets-rename", 2),
];

/// A sandbox behind a tap. Each case is a computer of its own, which has tried nothing yet.
struct Trying {
    sandbox: Sandbox,
    tap: Tap,
    dir: tempfile::TempDir,
    computers: u32,
    /// Those that began a trial.
    begun: usize,
}

impl Trying {
    fn new() -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        Self { sandbox, tap, dir: fast_dir(), computers: 0, begun: 0 }
    }

    fn computer(&mut self) -> Cli {
        self.computers += 1;
        crate::support::forget_received(&self.sandbox);
        let home = self.dir.path().join(format!("home-{}", self.computers));
        Cli::new(&home)
            .vendor(&self.sandbox.vendor_file())
            .env("GATEFOLD_PASSPHRASE", "correct horse")
            .env("GATEFOLD_TEST_MACHINE_ID", format!("{:032x}", 0xfeed_0000_u32 + self.computers))
    }

    /// What must hold after a mishap, and once the same was asked again.
    fn goes_on(&mut self, cli: &Cli, what: &str) {
        let begun = jiff::Timestamp::now();
        let listed = cli.run(["license", "list", "--json"]);
        assert!(listed.status.success() && !listed.stderr.contains(".lic"), "{what}: {listed:?}");
        assert_eq!(noted_since(cli.home(), begun), 0, "{what}: a start alone sends nothing");
        let trials = self.sandbox.trials();
        assert!(trials.len() <= self.begun + 1, "{what}: a second trial");
        let (entries_here, open) = (&listed.json()["entries"], &listed.json()["trials_open"]);
        let is_told = entries_here != &json!([]) || open != &Value::Null;
        assert!(is_told || trials.len() == self.begun, "{what}: a trial that nobody is told of: {listed:?}");

        let again = begin(cli);
        assert!(again.status.success(), "{what}: {again:?}");
        let trials = self.sandbox.trials();
        assert_eq!(trials.len(), self.begun + 1, "{what}: one trial for each computer");
        self.begun += 1;
        let trial = &trials[self.begun - 1];
        assert_eq!(again.json()["license_id"], trial.as_str(), "{what}");
        let store = Store::open(&cli.home().join("store")).unwrap();
        assert_eq!(store.open_intents().unwrap(), [], "{what}: the journal is open for ever");
        assert_eq!(temporary_files(cli.home()), Vec::<std::path::PathBuf>::new(), "{what}");
        let listed = cli.json(["license", "list"]);
        assert_eq!((&listed["trials_open"], &listed["unfinished"]), (&Value::Null, &json!([])), "{what}");
        assert_eq!(listed["entries"].as_array().unwrap().len(), 1, "{what}");
        assert_all_noted(&received(&self.sandbox), &entries(cli.home()), &self.key(trial));
        assert_eq!(self.sandbox.seats_taken(trial), 1, "{what}");
        std::fs::remove_dir_all(cli.home()).unwrap();
    }

    fn key(&self, license_id: &str) -> String {
        let db = rusqlite::Connection::open(self.sandbox.data_dir().join("sandbox.db")).unwrap();
        db.query_row("SELECT key FROM licenses WHERE id = ?1", [license_id], |row| row.get(0)).unwrap()
    }
}

fn begin(cli: &Cli) -> Ran {
    cli.run(["license", "trial", "paper-moon", "--yes", "--json"])
}

#[test]
fn dying_while_a_trial_is_begun() {
    let mut trying = Trying::new();
    for (point, passings) in POINTS {
        for passing in 0..*passings {
            let cli = trying.computer();
            let ran = begin(&cli.clone().env("FAILPOINTS", fail_at(point, passing)));
            assert_eq!(ran.status.signal(), Some(6), "never reached: {point}, passing {passing}: {ran:?}");
            trying.goes_on(&cli, &format!("{point}, passing {passing}"));
        }
    }
}

#[test]
fn lost_answers_while_a_trial_is_begun() {
    let mut trying = Trying::new();
    let faults = [
        ("the answer is lost", Fault::LoseAnswer),
        ("the answer is cut", Fault::CutAnswer(700)),
        ("the request is cut", Fault::CutRequest(100)),
        ("the connection is closed at once", Fault::Hang),
    ];
    for (name, fault) in faults {
        for nth in 0..3 {
            let cli = trying.computer();
            trying.tap.faults(vec![Fault::None; nth].into_iter().chain([fault.clone()]));
            let ran = begin(&cli);
            trying.tap.faults([]);
            assert!(
                ran.status.success() != ran.json()["error"]["code"].is_string(),
                "{name}, {nth}: {ran:?}"
            );
            trying.goes_on(&cli, &format!("{name}, request {}", nth + 1));
        }
    }
}
