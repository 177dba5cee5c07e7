//! A client, a tap, a sandbox, and what each of them has of the same requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, Tap, body_of};
use serde_json::Value;
use tempfile::TempDir;

const NONCE: &str = "\"nonce\":";
/// In a query.
const NONCE_ASKED: &str = "&nonce=";

/// One request, as everybody has it.
pub(crate) struct Sent {
    /// The ledger's entry, with its marks.
    pub(crate) entry: Value,
    /// The ledger's stored copy.
    pub(crate) stored: Vec<u8>,
    /// What the tap received.
    pub(crate) wire: Vec<u8>,
}

/// A client that reaches its sandbox through a tap.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    pub(crate) cli: Cli,
    /// What stands for a secret in a stored copy, and the secret.
    secrets: Vec<(&'static str, String)>,
    _home: TempDir,
}

impl Scene {
    pub(crate) fn start(vendor: &str) -> Self {
        let tap = Tap::plain();
        let sandbox = Sandbox::with(&SandboxOptions {
            plays: Some(vendor.to_owned()),
            public_url: Some(tap.url()),
            ..SandboxOptions::default()
        });
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "passphrase");
        Self { sandbox, tap, cli, secrets: Vec::new(), _home: home }
    }

    /// A secret that will be sent.
    pub(crate) fn secret(&mut self, name: &'static str, value: impl Into<String>) {
        self.secrets.push((name, value.into()));
    }

    pub(crate) fn license_key(&mut self, state: &str) -> String {
        let key = self.sandbox.key(state);
        self.secret("License key", &key);
        key
    }

    pub(crate) fn password(&mut self, account: &Value) -> (String, String) {
        let text = |name: &str| account[name].as_str().unwrap().to_owned();
        let (email, password) = (text("email"), text("password"));
        self.secret("E-mail and password", STANDARD.encode(format!("{email}:{password}")));
        (email, password)
    }

    /// Another computer takes a seat of the license with this key: the seat's id.
    pub(crate) fn another_computer(&self, key: &str) -> String {
        let home = tempfile::tempdir().unwrap();
        let cli = Cli::new(home.path())
            .vendor(&self.sandbox.vendor_file())
            .env("GATEFOLD_TEST_MACHINE_ID", "4c1f9a7e5b2d4860a1b2c3d4e5f60799");
        let done = cli.json(["license", "activate", key, "--yes"]);
        done["machine_id"].as_str().unwrap().to_owned()
    }

    /// A sign-in, shown and then sent. What it sends after its first request bears the token that the answer brought, as
    /// the tap saw it go by.
    pub(crate) fn signed_in(&mut self, words: &[&str], password: &str) -> Vec<Sent> {
        let (shown, first) = self.shown(words, password);
        let ran = self.cli.run_with_input([words, &["--yes"]].concat(), password.as_bytes());
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        let body = body_of(&self.tap.seen()[first].answer);
        self.secret("Sign-in token", body["data"]["attributes"]["token"].as_str().unwrap());
        let sent = self.sent_since(&self.cli, first);
        assert_all_shown(&shown, &sent);
        sent
    }

    /// What a command shows without `--yes`, and how much the tap saw before: nothing is sent.
    fn shown(&self, words: &[&str], input: &str) -> (String, usize) {
        let before = self.tap.seen().len();
        let shown = self.cli.run_with_input(words, input.as_bytes());
        assert_eq!(shown.code(), Some(2), "{shown:?}");
        assert_eq!(self.tap.seen().len(), before, "{words:?} sent something without a yes");
        (shown.stderr, before)
    }

    /// Runs a command that sends, first without `--yes`: then it shows what it would send, and sends nothing. What it
    /// sends afterwards is what it showed.
    pub(crate) fn shown_then_sent(&self, words: &[&str], input: &str) -> Vec<Sent> {
        let (shown, before) = self.shown(words, input);
        let sent =
            self.sent_by(before, || self.cli.run_with_input([words, &["--yes"]].concat(), input.as_bytes()));
        assert_all_shown(&shown, &sent);
        sent
    }

    /// What a command sent that ends well, from the tap's exchange `first` on.
    pub(crate) fn sent_by(&self, first: usize, run: impl FnOnce() -> Ran) -> Vec<Sent> {
        let ran = run();
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        self.sent_since(&self.cli, first)
    }

    /// Everything that left since the tap's exchange `first`, by whoever keeps the ledger of `cli`: the sandbox's
    /// record, the tap and the ledger agree on it, secrets aside.
    pub(crate) fn sent_since(&self, cli: &Cli, first: usize) -> Vec<Sent> {
        let wires: Vec<Vec<u8>> = self.tap.seen().into_iter().skip(first).map(|seen| seen.request).collect();
        let recorded = self.sandbox.recorded();
        assert_eq!(recorded[recorded.len() - wires.len()..], wires, "the sandbox received something else");
        let entries = cli.json(["ledger", "list", "--limit", "1000"]);
        let entries = entries["entries"].as_array().unwrap();
        let entries = &entries[entries.len().checked_sub(wires.len()).expect("an entry for each request")..];
        wires.into_iter().zip(entries).map(|(wire, line)| self.one(cli, line, wire)).collect()
    }

    fn one(&self, cli: &Cli, line: &Value, wire: Vec<u8>) -> Sent {
        let id = line["id"].to_string();
        let entry = cli.json(["ledger", "show", &id]);
        let stored = cli.run(["ledger", "show", &id, "--raw"]).stdout;
        assert_eq!(line["request_bytes"], wire.len(), "{line}");
        assert_eq!(text(&self.with_secrets(&stored)), text(&wire), "ledger and wire differ in {line}");
        // A trial is nobody's right yet; where it is counted by the computer, nothing of it is secret.
        // And who shares usage is nobody that can be told.
        let is_nobodys = ["trial", "usage", "erase_usage"].iter().any(|purpose| line["purpose"] == *purpose);
        let proves_right = text(&stored).contains("[secret ") || is_nobodys;
        assert!(proves_right, "every request proves its right by a secret: {line}");
        for (name, secret) in &self.secrets {
            assert!(!text(&stored).contains(secret.as_str()), "{name} is kept in {line}");
        }
        Sent { entry, stored, wire }
    }

    /// A kept copy with every secret in its place: of several with one name, the one that was sent last.
    pub(crate) fn with_secrets(&self, kept: &[u8]) -> Vec<u8> {
        self.secrets
            .iter()
            .rev()
            .fold(text(kept), |text, (name, secret)| text.replace(&format!("[secret {name}]"), secret))
            .into_bytes()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn assert_all_shown(printed: &str, sent: &[Sent]) {
    for request in sent {
        let stored = text(&request.stored);
        if stored.contains(NONCE) || stored.contains(NONCE_ASKED) {
            assert_shown(&without_nonce(printed), &without_nonce(&stored));
        } else {
            assert_shown(printed, &stored);
        }
    }
}

/// The kept copy stands in what a command printed, line by line; only the indentation may differ.
pub(crate) fn assert_shown(printed: &str, kept: &str) {
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let (printed_lines, kept) = (lines(printed), lines(kept));
    let shown = printed_lines.windows(kept.len()).any(|window| window == kept);
    assert!(shown, "this was sent and not shown:\n{}\n--- printed:\n{printed}", kept.join("\n"));
}

/// A nonce is fresh in every run, and as long as it happens to be.
fn without_nonce(text: &str) -> String {
    let without = |text: &str, label: &str| {
        let mut parts = text.split(label);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + label + part.trim_start_matches(|c: char| c.is_ascii_digit()))
    };
    without(&without(&without(text, NONCE), NONCE_ASKED), "content-length: ")
}
