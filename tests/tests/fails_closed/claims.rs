//! A disk that fills up while the vendor answers a claim: what was done cannot be noted, so it is open, and said to be. Once
//! there is room again, the vendor's list or the same command settles it.

use gatefold_store::Store;
use gatefold_tests::{Cli, Fault, Hold, Sandbox, SandboxOptions, Tap};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::support::{EMAIL, PASSWORD, assert_all_noted, entries, received};

const TO: &str = "friend@example.com";
const SERIAL: [&str; 4] = ["--serial", "DEMO-SERIAL-REGA", "--unlock-code", "DEMO-CODE-REGA"];

/// What is claimed.
#[derive(Clone, Copy, Debug)]
enum Claim {
    Registration,
    Trial,
    Transfer,
}

impl Claim {
    fn vendor(self) -> &'static str {
        match self {
            Self::Registration => "arturia",
            Self::Trial | Self::Transfer => "sleeve",
        }
    }

    fn words(self, scene: &Scene) -> Vec<&str> {
        let what = match self {
            Self::Registration => [&["license", "register"], &SERIAL[..]].concat(),
            Self::Trial => vec!["license", "trial", "paper-moon"],
            Self::Transfer => vec!["license", "transfer", &scene.right.license_id, "--to", TO],
        };
        [&what[..], &["--yes", "--json"]].concat()
    }

    /// The requests before the one that claims: whether a license may be given away is asked first.
    fn asks_before(self) -> usize {
        usize::from(matches!(self, Self::Transfer))
    }

    fn code_of_unknown(self) -> &'static str {
        match self {
            Self::Registration => "registration.unknown",
            Self::Trial => "trial.unknown",
            Self::Transfer => "transfer.unknown",
        }
    }

    /// Whether the user is told that it may have been done.
    fn is_told(self, cli: &Cli) -> bool {
        let told = match self {
            Self::Registration => cli.json(["account", "show"])["registration_open_since"].clone(),
            Self::Trial => cli.json(["license", "list"])["trials_open"].clone(),
            Self::Transfer => cli.json(["account", "show"])["transfer_open_since"].clone(),
        };
        told != Value::Null
    }

    /// How often the vendor has done it.
    fn done(self, scene: &Scene) -> usize {
        match self {
            Self::Registration => {
                let sql = "SELECT count(*) > 0 FROM licenses WHERE owner IS NOT NULL AND id IN \
                           (SELECT license FROM purchases WHERE serial = ?1)";
                usize::from(server(scene).query_row(sql, [SERIAL[1]], |row| row.get::<_, bool>(0)).unwrap())
            }
            Self::Trial => scene.sandbox.trials().len(),
            Self::Transfer => scene.sandbox.given_to(&scene.right.license_id).len(),
        }
    }

    /// The license key that stands in requests, where one does.
    fn key(self, scene: &Scene) -> String {
        match self {
            Self::Trial => {
                let sql = "SELECT key FROM licenses WHERE id = ?1";
                server(scene).query_row(sql, [&scene.sandbox.trials()[0]], |row| row.get(0)).unwrap()
            }
            Self::Registration | Self::Transfer => scene.right.key.clone(),
        }
    }

    /// What the user does next.
    fn settle(self, scene: &Scene, cli: &Cli) {
        match self {
            Self::Registration | Self::Transfer => drop(cli.json(["account", "refresh", "--yes"])),
            Self::Trial => assert_eq!(cli.run(self.words(scene)).code(), Some(0)),
        }
    }
}

/// What the vendor keeps.
fn server(scene: &Scene) -> Connection {
    Connection::open(scene.sandbox.data_dir().join("sandbox.db")).unwrap()
}

#[test]
fn a_disk_that_fills_up_while_a_claim_is_answered() {
    for claim in [Claim::Registration, Claim::Trial, Claim::Transfer] {
        for folder in ["store", "ledger"] {
            check(claim, folder);
        }
    }
}

fn check(claim: Claim, folder: &str) {
    let what = format!("{claim:?}, {folder}");
    let tap = Tap::plain();
    let sandbox = Sandbox::with(&SandboxOptions {
        plays: Some(claim.vendor().to_owned()),
        public_url: Some(tap.url()),
        ..SandboxOptions::default()
    });
    tap.forward_to(&sandbox.address());
    let test = "a_disk_that_fills_up_while_a_claim_is_answered";
    let Some(scene) = Scene::with_disk_at(sandbox, test, folder, "1m") else { return };
    let cli = scene.cli().env("GATEFOLD_PASSPHRASE", "four plain words here");
    let sign_in = ["account", "sign-in", "--email", EMAIL, "--password-stdin", "--yes"];
    assert!(cli.run_with_input(sign_in, PASSWORD.as_bytes()).status.success());
    assert_eq!((claim.done(&scene), claim.is_told(&cli)), (0, false), "{what}");

    let hold = Hold::default();
    tap.faults(vec![Fault::None; claim.asks_before()].into_iter().chain([Fault::Hold(hold.clone())]));
    let running = cli.start(claim.words(&scene));
    hold.until_asked();
    scene.fill(folder);
    hold.let_go();
    let ran = running.ran();
    assert_eq!(claim.done(&scene), 1, "{what}");
    let said = (ran.code(), ran.json()["error"]["code"].clone());
    assert_eq!(said, (Some(1), claim.code_of_unknown().into()), "{what}: {ran:?}");
    assert!(claim.is_told(&cli), "{what}: nobody is told while the disk is full");

    scene.empty(folder);
    assert!(claim.is_told(&cli), "{what}: nobody is told");
    claim.settle(&scene, &cli);
    assert_eq!((claim.done(&scene), claim.is_told(&cli)), (1, false), "{what}");
    let store = Store::open(&scene.path("store")).unwrap();
    assert_eq!(store.open_intents().unwrap(), [], "{what}: the journal is open for ever");
    let check = cli.json(["ledger", "check"]);
    assert_eq!((&check["intact"], &check["broken"]), (&true.into(), &json!([])), "{what}");
    assert_all_noted(&received(&scene.sandbox), &entries(&scene.home()), &claim.key(&scene));
}
