//! A license that its key alone does not open: the sign-in activates it, refreshes it and gives it back; and no other
//! account's sign-in is taken for its own.

use gatefold_tests::{Cli, Sandbox, SandboxOptions};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

struct Desk {
    sandbox: Sandbox,
    cli: Cli,
    key: String,
    license_id: String,
    _home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self::of("sleeve")
    }

    fn of(vendor: &str) -> Self {
        let options = SandboxOptions { plays: Some(vendor.to_owned()), ..SandboxOptions::default() };
        let (sandbox, home) = (Sandbox::with(&options), tempfile::tempdir().unwrap());
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
        let license = sandbox.license("sign_in_only");
        let text = |name: &str| license[name].as_str().unwrap().to_owned();
        Self { key: text("key"), license_id: text("license_id"), cli, sandbox, _home: home }
    }

    fn activate(&self) -> [&str; 4] {
        ["license", "activate", &self.key, "--yes"]
    }

    fn sign_in(&self, account: &str) {
        let account = &self.sandbox.ready[account];
        let email = account["email"].as_str().unwrap();
        let mut words = vec!["account", "sign-in", "--email", email, "--password-stdin", "--yes"];
        let code = account["otp_secret"].as_str().map(one_time_code);
        if let Some(code) = &code {
            words.extend(["--otp", code]);
        }
        let ran = self.cli.run_with_input(words, account["password"].as_str().unwrap().as_bytes());
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }

    fn fails(&self, words: &[&str], code: &str) -> Value {
        let (exit, error) = self.cli.failure(words.iter().copied());
        assert_eq!((exit, &error["code"]), (3, &json!(code)), "{words:?}: {error}");
        error
    }

    /// How each request since the `first` proved its right.
    fn proofs(&self, first: usize) -> Vec<&'static str> {
        let proof = |request: &Vec<u8>| {
            let text = String::from_utf8_lossy(request).into_owned();
            let bears = |by: &&str| text.contains(&format!("\r\nauthorization: {by} "));
            ["Bearer", "License"].into_iter().find(bears).unwrap_or("none")
        };
        self.sandbox.recorded()[first..].iter().map(proof).collect()
    }

    fn seats(&self) -> usize {
        self.sandbox.seats_taken(&self.license_id)
    }
}

pub(crate) fn one_time_code(secret: &str) -> String {
    let now = jiff::Timestamp::now().as_second().unsigned_abs();
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string()
}

#[test]
fn the_hint_is_followed_and_the_same_command_works() {
    let desk = Desk::new();
    let hint = desk.fails(&desk.activate(), "keygen.not_allowed")["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("gatefold account sign-in") && hint.contains("do the same again"), "{hint}");
    assert_eq!(desk.cli.json(["license", "list"])["unfinished"], json!([]));

    desk.sign_in("account");
    let first = desk.sandbox.recorded().len();
    let activated = desk.cli.json(desk.activate());
    // By the key a seat is refused, and so is the look whether there is one for all that.
    assert_eq!(desk.proofs(first), ["none", "License", "License", "Bearer", "Bearer"]);
    assert_eq!((&activated["standing"], desk.seats()), (&json!("active"), 1));

    // From now on the sign-in goes first.
    let first = desk.sandbox.recorded().len();
    assert_eq!(desk.cli.json(["license", "refresh", "--yes"])["entries"][0]["result"], "renewed");
    desk.cli.json(desk.activate());
    assert_eq!(desk.proofs(first), ["none", "Bearer", "none", "Bearer"]);

    desk.cli.json(["license", "deactivate", &desk.license_id, "--yes"]);
    assert_eq!((desk.seats(), &desk.cli.json(["license", "list"])["entries"]), (0, &json!([])));
}

/// The same where licenses are bound to the account: there is no seat, and only the file is asked for.
#[test]
fn a_license_without_seats_goes_by_the_sign_in_too() {
    let desk = Desk::of("tidewater");
    desk.fails(&desk.activate(), "keygen.not_allowed");
    desk.sign_in("account");
    let first = desk.sandbox.recorded().len();
    assert_eq!(desk.cli.json(desk.activate())["standing"], "active");
    assert_eq!(desk.cli.json(["license", "refresh", "--yes"])["entries"][0]["result"], "renewed");
    assert_eq!(desk.proofs(first), ["none", "License", "Bearer", "none", "Bearer"]);
    desk.cli.json(["license", "deactivate", &desk.license_id, "--yes"]);
    assert_eq!(desk.cli.json(["license", "list"])["entries"], json!([]));
}

#[test]
fn signed_out_nothing_is_lost_and_signing_in_again_mends_it() {
    let desk = Desk::new();
    desk.sign_in("account");
    desk.cli.json(desk.activate());
    desk.cli.json(["account", "sign-out", "--yes"]);
    let deactivate = ["license", "deactivate", &desk.license_id, "--yes"];
    for words in [&["license", "refresh", "--yes"][..], &deactivate] {
        desk.fails(words, "keygen.not_allowed");
    }
    assert_eq!(desk.cli.json(["license", "list"])["entries"][0]["standing"], "active");
    desk.sign_in("account");
    desk.cli.json(["license", "refresh", "--yes"]);
    desk.cli.json(deactivate);
    assert_eq!(desk.seats(), 0);
}

/// To somebody else's sign-in the server says that there is no such license: nothing here may take that for a seat that
/// is free.
#[test]
fn another_accounts_sign_in_opens_and_frees_nothing() {
    let desk = Desk::new();
    desk.sign_in("two_factor_account");
    let error = desk.fails(&desk.activate(), "account.foreign");
    assert!(error["hint"].as_str().unwrap().contains("gatefold account sign-in"), "{error}");
    assert_eq!((desk.seats(), &desk.cli.json(["license", "list"])["unfinished"]), (0, &json!([])));

    desk.cli.json(["account", "sign-out", "--yes"]);
    desk.sign_in("account");
    desk.cli.json(desk.activate());
    desk.cli.json(["account", "sign-out", "--yes"]);
    // A one-time code works once, and the next is half a minute away: the first account plays the other one.
    desk.sign_in("account");
    let store = rusqlite::Connection::open(desk.cli.home().join("store/store.db")).unwrap();
    store.execute("UPDATE account SET user_id = 'somebody-else'", []).unwrap();
    let deactivate = ["license", "deactivate", &desk.license_id, "--yes"];
    for words in [&["license", "refresh", "--yes"][..], &deactivate] {
        desk.fails(words, "keygen.not_allowed");
    }
    assert_eq!(
        (desk.seats(), &desk.cli.json(["license", "list"])["entries"][0]["standing"]),
        (1, &json!("active"))
    );
}
