//! Everything that a user does with secrets, well and badly, with a search after each step.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use gatefold_tests::{Cli, Fault, Ran, Sandbox, SandboxOptions, Tap};
use totp_rs::{Builder, Secret};

use crate::search::Search;

const WRONG_PASSWORD: &str = "pl\u{e4}nted \"pass\\word\" 4711";
const WRONG_CODE: &str = "planted-one-time-code-7";
const WRONG_KEY: &str = "SLEEVE-PLAN-TED0-KEY7";
const PASSPHRASE: &str = "a passphrase planted here";

/// Points at which a program is cut off; the databases then stay as they were, not yet checkpointed.
const CRASH_POINTS: &[&str] = &[
    "ledger.after-append",
    "client.after-append",
    "egress.after-answer",
    "client.after-send",
    "client.between-answer-and-install",
    "client.after-install",
    "store.before-secrets-rename",
];

struct Journey {
    sandbox: Sandbox,
    tap: Tap,
    home: tempfile::TempDir,
    work: tempfile::TempDir,
    cli: Cli,
    /// Names and texts of what is secret, growing.
    secrets: Mutex<Vec<(String, String)>>,
}

impl Journey {
    fn new(vendor: &str, passphrase: Option<&str>) -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions {
            plays: Some(vendor.to_owned()),
            public_url: Some(tap.url()),
            ..SandboxOptions::default()
        };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let (home, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut cli = Cli::new(home.path()).in_dir(work.path());
        if let Some(passphrase) = passphrase {
            cli = cli.env("GATEFOLD_PASSPHRASE", passphrase);
        }
        let journey = Self { sandbox, tap, home, work, cli, secrets: Mutex::default() };
        let account = &journey.sandbox.ready["two_factor_account"];
        for (name, text) in [
            ("password", account["password"].as_str().unwrap()),
            ("second factor", account["otp_secret"].as_str().unwrap()),
            ("license key", &journey.sandbox.key("free")),
            ("wrong password", WRONG_PASSWORD),
            ("wrong code", WRONG_CODE),
            ("wrong key", WRONG_KEY),
            ("passphrase", PASSPHRASE),
        ] {
            journey.plant(name, text);
        }
        journey
    }

    fn plant(&self, name: &str, text: &str) {
        self.secrets.lock().unwrap().push((name.to_owned(), text.to_owned()));
    }

    fn search(&self) -> Search {
        let secrets = self.secrets.lock().unwrap();
        Search::of(secrets.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    fn nothing_is_found(&self, when: &str) {
        self.search().must_find_nothing(when, &[self.home.path(), self.work.path()]);
    }

    /// Runs, then searches output and disk.
    fn step(&self, words: &[&str], input: &str, exit: i32) -> Ran {
        let ran = self.cli.run_with_input(words, input.as_bytes());
        assert_eq!(ran.code(), Some(exit), "{words:?}: {ran:?}");
        let search = self.search();
        for (name, bytes) in [("stdout", &ran.stdout[..]), ("stderr", ran.stderr.as_bytes())] {
            assert!(search.found_in(bytes).is_empty(), "{words:?}: {name}: {:?}", search.found_in(bytes));
        }
        self.nothing_is_found(&format!("after {words:?}"));
        ran
    }

    /// What went over the wire, both ways.
    fn wire(&self) -> Vec<u8> {
        self.tap
            .seen()
            .into_iter()
            .flat_map(|exchange| [exchange.request, exchange.answer].concat())
            .collect()
    }

    /// Secrets that were never used prove nothing when they are not found.
    fn everything_was_on_the_wire(&self, signed_in: bool) {
        let wire = self.wire();
        for (name, text) in self.secrets.lock().unwrap().iter() {
            let used = !Search::of([(name.as_str(), text.as_str())]).found_in(&wire).is_empty();
            let expect = match name.as_str() {
                "passphrase" | "second factor" => false,
                "license key" | "wrong key" => true,
                _ => signed_in,
            };
            assert_eq!(used, expect, "{name}");
        }
    }

    fn code(&self) -> String {
        let secret = self.sandbox.ready["two_factor_account"]["otp_secret"].as_str().unwrap();
        let secret = Secret::try_from_base32(secret).unwrap();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        Builder::new().with_secret(secret).with_skew(0).build_noncompliant().generate(now).to_string()
    }

    fn sign_in(&self) {
        let mail = "two-factor@example.com";
        let words =
            |code| ["account", "sign-in", "--email", mail, "--password-stdin", "--otp", code, "--yes"];
        let password = "demo-password\n";
        self.step(&["account", "sign-in", "--email", mail, "--password-stdin", "--yes"], WRONG_PASSWORD, 3);
        self.step(&words(WRONG_CODE), password, 3);
        let code = self.code();
        self.plant("one-time code", &code);
        // The keys of the account's licenses come with the answer, all of them.
        self.plant("key of the account's", &self.sandbox.key("other_account"));
        let first = self.tap.seen().len();
        self.step(&words(&code), password, 0);
        let answer = self.tap.seen()[first].answer.clone();
        let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let body: serde_json::Value = serde_json::from_slice(&answer[body..]).unwrap();
        self.plant("token", body["data"]["attributes"]["token"].as_str().unwrap());
        self.nothing_is_found("once the token is known");
        let listed = self.step(&["account", "licenses", "--json"], "", 0).json();
        assert_eq!(listed["entries"].as_array().unwrap().len(), 1);
        self.step(&["account", "licenses"], "", 0);
        self.step(&["account", "refresh", "--yes", "--show"], "", 0);
        for point in ["client.between-keys-and-list", "store.after-secrets-rename"] {
            let cli = self.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
            let ran = cli.run(["account", "refresh", "--yes"]);
            assert_eq!(ran.code(), None, "{point}: {ran:?}");
            self.nothing_is_found(&format!("cut off at {point}"));
        }
        self.step(&["license", "activate", "--all"], "", 2);
        self.step(&["license", "activate", "--all", "--yes", "--show"], "", 0);
        let list = self.step(&["license", "list", "--json"], "", 0).json();
        let seat = list["entries"][0]["machine_id"].as_str().unwrap().to_owned();
        self.step(&["license", "deactivate", &seat, "--yes"], "", 0);
    }

    fn fail_in_many_ways(&self) {
        let refresh = ["license", "refresh", "--yes"];
        self.tap.faults([Fault::CutRequest(150)]);
        self.step(&refresh, "", 1);
        self.tap.faults([Fault::CutAnswer(150)]);
        self.step(&refresh, "", 1);
        // A server that plays the request's own secrets back.
        self.tap.faults([Fault::reply(|request| {
            let body = [&b"<html>"[..], request, b"</html>"].concat();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            [head.as_bytes(), &body].concat()
        })]);
        self.step(&refresh, "", 1);
        for point in CRASH_POINTS {
            let cli = self.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
            let ran = cli.run(refresh);
            // Without a passphrase there are no secrets to be renamed.
            let reached = ran.code().is_none();
            assert!(reached || point.starts_with("store."), "{point}: {ran:?}");
            self.nothing_is_found(&format!("cut off at {point}"));
        }
        self.step(&refresh, "", 0);
    }

    /// Searches while a program holds its databases open and an answer in its hands.
    fn search_while_it_runs(&self) {
        let before = self.tap.seen().len();
        std::thread::scope(|scope| {
            let cli = self.cli.clone().env("FAILPOINTS", "client.after-send=sleep(1500)");
            let running = scope.spawn(move || cli.run(["license", "refresh", "--yes"]));
            while self.tap.seen().len() == before || !running_wal(self.home.path()) {
                assert!(!running.is_finished(), "it was to be caught in the act");
                std::thread::sleep(Duration::from_millis(5));
            }
            self.nothing_is_found("while it runs");
            assert_eq!(running.join().unwrap().code(), Some(0));
        });
    }

    fn whole(&self, is_kept: bool) {
        self.step(&["vendor", "add", self.sandbox.vendor_file().to_str().unwrap(), "--yes"], "", 0);
        if is_kept {
            self.sign_in();
        } else {
            // There is no place for a token, so no password leaves.
            let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
            self.step(&words, "demo-password\n", 1);
        }
        self.step(&["license", "activate", "-", "--yes"], WRONG_KEY, 3);
        self.step(&["license", "activate", "-", "--yes", "--show"], &self.sandbox.key("free"), 0);
        self.step(&["license", "activate", "-", "--yes"], &self.sandbox.key("free"), 0);
        self.step(&["license", "refresh", "--yes", "--show"], "", 0);
        self.step(&["ledger", "list", "--search", "sleeve"], "", 0);
        for id in ["1", "2", "3", "5", "6"] {
            self.step(&["ledger", "show", id, "--json"], "", 0);
        }
        self.fail_in_many_ways();
        self.search_while_it_runs();
        self.step(&["ledger", "export", "all.json", "--yes"], "", 0);
        self.step(&["ledger", "export", "all.har", "--yes"], "", 0);
        assert!(std::fs::metadata(self.work.path().join("all.har")).unwrap().len() > 10_000);
        let list = self.step(&["license", "list", "--json"], "", 0).json();
        self.step(
            &["license", "deactivate", list["entries"][0]["machine_id"].as_str().unwrap(), "--yes"],
            "",
            0,
        );
        if is_kept {
            let sign_out = self.step(&["account", "sign-out", "--yes", "--json"], "", 0).json();
            assert_eq!(sign_out["ledger"].as_array().unwrap().len(), 1);
        }
        self.everything_was_on_the_wire(is_kept);
        assert!(self.home.path().join("logs").is_dir(), "logs were searched too");
    }
}

fn running_wal(home: &Path) -> bool {
    std::fs::metadata(home.join("ledger/ledger.db-wal")).is_ok_and(|file| file.len() > 0)
}

#[test]
fn secrets_kept_for_one_run_are_on_no_file() {
    let journey = Journey::new("sleeve", None);
    journey.whole(false);
    assert!(!journey.home.path().join("store/secrets.age").exists());
}

#[test]
fn secrets_under_a_passphrase_are_on_no_file_in_clear() {
    let journey = Journey::new("sleeve", Some(PASSPHRASE));
    journey.whole(true);
    assert!(journey.home.path().join("store/secrets.age").exists());
}

/// What came in the box proves the purchase, so it is as secret as a key.
#[test]
fn what_a_product_is_registered_with_is_on_no_file() {
    let journey = Journey::new("arturia", Some(PASSPHRASE));
    let planted = [
        ("serial number", "DEMO-SERIAL-REGA"),
        ("unlock code", "DEMO-CODE-REGA"),
        ("wrong serial number", "planted \"serial\" 7"),
        ("wrong unlock code", "planted-unlock-code-7"),
    ];
    planted.into_iter().for_each(|(name, text)| journey.plant(name, text));
    journey.step(&["vendor", "add", journey.sandbox.vendor_file().to_str().unwrap(), "--yes"], "", 0);
    let sign_in = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    journey.step(&sign_in, "demo-password\n", 0);
    let register = ["license", "register", "--serial", "-", "--unlock-code", "-", "--yes", "--show"];
    let typed = |serial: usize, code: usize| format!("{}\n{}\n", planted[serial].1, planted[code].1);
    journey.step(&register, &typed(2, 1), 3);
    journey.step(&register, &typed(0, 3), 3);
    // A server that plays the request's own secrets back.
    journey.tap.faults([Fault::reply(|request| {
        let head = format!("HTTP/1.1 422 X\r\ncontent-length: {}\r\n\r\n", request.len());
        [head.as_bytes(), request].concat()
    })]);
    journey.step(&register, &typed(0, 1), 1);
    for point in
        ["ledger.after-append", "client.after-send", "store.after-begin", "client.between-claim-and-list"]
    {
        let cli = journey.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
        let ran = cli.run_with_input(register, typed(0, 1).as_bytes());
        assert_eq!(ran.code(), None, "{point}: {ran:?}");
        journey.nothing_is_found(&format!("cut off at {point}"));
    }
    journey.step(&["account", "show"], "", 0);
    journey.step(&register, &typed(0, 1), 0);
    journey.step(&["ledger", "list", "--search", "registrations"], "", 0);
    journey.step(&["ledger", "show", "4", "--json"], "", 0);
    journey.step(&["ledger", "export", "all.har", "--yes"], "", 0);
    let wire = journey.wire();
    for (name, text) in planted {
        assert!(!Search::of([(name, text)]).found_in(&wire).is_empty(), "{name} was never sent");
    }
}
