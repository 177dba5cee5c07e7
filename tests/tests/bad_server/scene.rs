//! A client whose server is behind a tap, and what must hold whatever the tap does.

use std::path::PathBuf;

use gatefold_tests::{
    Cli, Exchange, Fault, Files, Request, Sandbox, SandboxOptions, Signer, Tap, body_of, files_under,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A fault, and what the user is told and the ledger notes.
pub(crate) struct Case {
    pub(crate) fault: Fault,
    pub(crate) code: &'static str,
    pub(crate) exit: i32,
    pub(crate) outcome: &'static str,
    pub(crate) status: Option<u16>,
}

impl Case {
    /// The fault in short, for whoever reads a failure.
    pub(crate) fn name(&self) -> String {
        match &self.fault {
            Fault::Answer(bytes) | Fault::Endless(bytes, _) | Fault::Drip(bytes) => {
                format!("{} {:.120}", self.code, String::from_utf8_lossy(&bytes[..bytes.len().min(120)]))
            }
            other => format!("{} {other:?}", self.code),
        }
    }
}

/// A client, a tap, a sandbox.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    pub(crate) cli: Cli,
    pub(crate) key: String,
    _home: TempDir,
}

impl Scene {
    pub(crate) fn start() -> Self {
        Self::with(SandboxOptions::default())
    }

    /// With the server's clock at another time.
    pub(crate) fn with_clock(clock: Option<String>) -> Self {
        Self::with(SandboxOptions { clock, ..SandboxOptions::default() })
    }

    /// With the file of another vendor.
    pub(crate) fn playing(vendor: &str) -> Self {
        Self::with(SandboxOptions { plays: Some(vendor.to_owned()), ..SandboxOptions::default() })
    }

    fn with(options: SandboxOptions) -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..options };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "passphrase");
        let key = sandbox.key("free");
        Self { sandbox, tap, cli, key, _home: home }
    }

    /// With an installed license.
    pub(crate) fn activated() -> Self {
        let scene = Self::start();
        scene.activate();
        scene
    }

    pub(crate) fn activate(&self) -> Value {
        self.cli.json(["license", "activate", &self.key, "--yes"])
    }

    /// The same server, a home that knows nothing.
    pub(crate) fn in_fresh_home(&self) -> (Cli, TempDir) {
        let home = tempfile::tempdir().unwrap();
        (
            Cli::new(home.path())
                .vendor(&self.sandbox.vendor_file())
                .env("GATEFOLD_PASSPHRASE", "passphrase"),
            home,
        )
    }

    pub(crate) fn signer(&self) -> Signer {
        Signer::of(&self.sandbox)
    }

    /// Installed files, and their standing as the user sees it.
    pub(crate) fn installed(&self) -> (Files, Value) {
        (licenses(&self.cli), self.cli.json(["license", "list"]))
    }

    pub(crate) fn standing(&self) -> String {
        standing(&self.cli)
    }

    /// A refresh that goes wrong at request `position` of its two: the installed license stays exactly as it is.
    pub(crate) fn refresh_fails(&self, case: Case, position: usize) {
        let name = case.name();
        let before = self.installed();
        let first = self.tap.seen().len();
        self.tap.faults(std::iter::repeat_n(Fault::None, position).chain([case.fault.clone()]));
        fails(&self.cli, &["license", "refresh", "--yes"], &case, &name);
        assert_eq!(self.tap.seen().len(), first + position + 1, "{name}: nothing is sent again by itself");
        noted(&self.cli, &case, &name);
        assert_eq!(self.installed(), before, "{name}: the installed license changed");
    }

    /// After all that an honest server is believed, and nothing of the ledger is lost.
    pub(crate) fn recovers(&self) {
        self.tap.faults([]);
        let refreshed = self.cli.json(["license", "refresh", "--yes"]);
        assert_eq!(refreshed["entries"][0]["result"], "renewed");
        assert_eq!(self.standing(), "active");
        let checked = self.cli.json(["ledger", "check"]);
        assert_eq!((&checked["intact"], &checked["entries"]), (&json!(true), &json!(self.tap.seen().len())));
    }

    /// The exchange of the last refresh's validation, which an honest refresh makes.
    pub(crate) fn honest_validation(&self) -> Exchange {
        let first = self.tap.seen().len();
        self.tap.faults([]);
        self.cli.json(["license", "refresh", "--yes"]);
        self.tap.seen().swap_remove(first)
    }

    /// A validation as the server would sign it, its document changed by `change`, which is given the nonce asked for.
    pub(crate) fn validation(&self, change: impl Fn(&mut Value, u64) + Send + Sync + 'static) -> Fault {
        let honest = body_of(&self.honest_validation().answer);
        let signer = self.signer();
        Fault::reply(move |request| {
            let request = Request::parse(request);
            let mut document = honest.clone();
            document["meta"]["nonce"] = json!(request.nonce());
            change(&mut document, request.nonce());
            signer.answer(&request, 200, &document)
        })
    }
}

/// The plug-ins' license files.
pub(crate) fn licenses(cli: &Cli) -> Files {
    // The folder's lock is no license.
    let is_license = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "licenses") && !path.ends_with(".lock")
    };
    files_under(&cli.home().join("shelf")).into_iter().filter(|(path, _)| is_license(path)).collect()
}

pub(crate) fn standing(cli: &Cli) -> String {
    let list = cli.json(["license", "list"]);
    list["entries"][0]["standing"].as_str().unwrap_or("none").to_owned()
}

/// The command fails as the case says: stable code, exit code, a way out, and no character that a terminal obeys.
pub(crate) fn fails(cli: &Cli, words: &[&str], case: &Case, name: &str) -> Value {
    let ran = cli.run([words, &["--json"]].concat());
    let error = ran.json()["error"].clone();
    assert_eq!((ran.code(), &error["code"]), (Some(case.exit), &json!(case.code)), "{name}: {}", ran.stderr);
    assert!(error["message"].as_str().unwrap().len() > 10, "{name}: {error}");
    assert!(error["hint"].as_str().unwrap().len() > 10, "{name}: {error}");
    assert_plain(error["message"].as_str().unwrap(), name);
    assert_plain(&ran.stderr, name);
    assert_plain(&ran.text(), name);
    error
}

/// The newest entry says what became of the request, and keeps its bytes.
pub(crate) fn noted(cli: &Cli, case: &Case, name: &str) {
    let list = cli.json(["ledger", "list", "--limit", "1"]);
    let entry = &list["entries"][0];
    let expected = (json!(case.outcome), json!(case.status));
    assert_eq!((&entry["outcome"], &entry["status"]), (&expected.0, &expected.1), "{name}");
    let shown = cli.run(["ledger", "show", &entry["id"].to_string()]);
    assert_eq!(shown.code(), Some(0), "{name}");
    assert!(shown.text().contains("Gatefold/"), "{name}: the bytes are kept");
    assert_plain(&shown.text(), name);
}

/// No control but the line end, nothing that hides or reorders text.
pub(crate) fn assert_plain(text: &str, name: &str) {
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{name}: {text:?}");
}
