//! The program dies while a license is given to somebody else, or an answer is lost. The license is then the one's or the other's,
//! as the vendor says; what is not known is told, and the account's list or the same command settles it.

use std::os::unix::process::ExitStatusExt as _;

use gatefold_store::Store;
use gatefold_tests::{Cli, Fault, Ran, Sandbox, SandboxOptions, Tap};
use serde_json::{Value, json};

use crate::dying::fail_at;
use crate::support::{EMAIL, PASSWORD, assert_all_noted, entries, noted_since, received, temporary_files};

const TO: &str = "friend@example.com";

/// Each with the most times that one command passes it.
const POINTS: &[(&str, usize)] = &[
    ("ledger.after-append", 4),
    ("egress.after-answer", 4),
    ("store.after-begin", 2),
    ("store.after-confirm", 2),
    ("store.after-finish", 2),
    ("client.between-release-and-removal", 1),
    ("client.between-release-and-transfer", 1),
    ("client.between-transfer-and-list", 1),
    ("client.between-list-and-keeping", 1),
    ("client.between-keys-and-list", 1),
];

/// A sandbox of its own for each case: what was given away stays so.
struct Giving {
    sandbox: Sandbox,
    tap: Tap,
    cli: Cli,
    id: String,
    key: String,
    _home: tempfile::TempDir,
}

impl Giving {
    fn new() -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let home = crate::support::fast_dir();
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "correct horse");
        let key = sandbox.key("free");
        let sign_in = ["account", "sign-in", "--email", EMAIL, "--password-stdin", "--yes"];
        assert!(cli.run_with_input(sign_in, PASSWORD.as_bytes()).status.success());
        cli.json(["license", "activate", &key, "--yes"]);
        let id = sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
        Self { sandbox, tap, cli, id, key, _home: home }
    }

    fn give(&self, cli: &Cli) -> Ran {
        cli.run(["license", "transfer", &self.id, "--to", TO, "--yes", "--json"])
    }

    /// What must hold after a mishap, and once the user went on.
    fn goes_on(&self, what: &str) {
        let begun = jiff::Timestamp::now();
        let listed = self.cli.json(["license", "list"]);
        let here = listed["entries"].as_array().unwrap().len();
        assert_eq!(listed["unfinished"], json!([]), "{what}");
        let open = self.cli.json(["account", "show"])["transfer_open_since"].clone();
        assert_eq!(noted_since(self.cli.home(), begun), 0, "{what}: a start alone sends nothing");
        let given = !self.sandbox.given_to(&self.id).is_empty();
        assert!(!given || here == 0, "{what}: what is somebody else's is still here");
        let listed = || {
            let owned = self.cli.json(["account", "licenses"])["entries"].clone();
            owned.as_array().unwrap().iter().any(|owned| owned["license_id"] == self.id.as_str())
        };
        assert!(!given || open.is_string() || !listed(), "{what}: nobody is told");

        self.cli.json(["account", "refresh", "--yes"]);
        assert_eq!(listed(), !given, "{what}: the vendor's list says whose it is");
        if !given {
            let again = self.give(&self.cli);
            assert!(again.status.success(), "{what}: {again:?}");
        }
        assert_eq!(self.sandbox.given_to(&self.id), [TO], "{what}");
        let store = Store::open(&self.cli.home().join("store")).unwrap();
        assert_eq!(store.open_intents().unwrap(), [], "{what}: the journal is open for ever");
        assert_eq!(self.cli.json(["account", "show"])["transfer_open_since"], Value::Null, "{what}");
        assert_eq!(temporary_files(self.cli.home()), Vec::<std::path::PathBuf>::new(), "{what}");
        assert_all_noted(&received(&self.sandbox), &entries(self.cli.home()), &self.key);
        assert_eq!(self.sandbox.seats_taken(&self.id), 0, "{what}");
        assert_eq!(self.cli.json(["license", "list"])["entries"], json!([]), "{what}");
    }
}

#[test]
fn dying_while_a_license_is_given_away() {
    for (point, passings) in POINTS {
        for passing in 0..*passings {
            let giving = Giving::new();
            let ran = giving.give(&giving.cli.clone().env("FAILPOINTS", fail_at(point, passing)));
            assert_eq!(ran.status.signal(), Some(6), "never reached: {point}, passing {passing}: {ran:?}");
            giving.goes_on(&format!("{point}, passing {passing}"));
        }
    }
}

#[test]
fn lost_answers_while_a_license_is_given_away() {
    let faults = [
        ("the answer is lost", Fault::LoseAnswer),
        ("the request is cut", Fault::CutRequest(100)),
        ("the connection is closed at once", Fault::Hang),
    ];
    for (name, fault) in faults {
        for nth in 0..4 {
            let giving = Giving::new();
            giving.tap.faults(vec![Fault::None; nth].into_iter().chain([fault.clone()]));
            let ran = giving.give(&giving.cli);
            giving.tap.faults([]);
            assert!(
                ran.status.success() != ran.json()["error"]["code"].is_string(),
                "{name}, {nth}: {ran:?}"
            );
            giving.goes_on(&format!("{name}, request {}", nth + 1));
        }
    }
}
