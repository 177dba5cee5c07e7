//! A sandbox, a license, homes; and what must be true of them after every mishap.

use std::path::Path;

use gatefold_disclosure::Vendor;
use gatefold_ledger::Ledger;
use gatefold_license::RootKey;
use gatefold_shelf::Shelf;
use gatefold_store::Store;
use gatefold_tests::{Cli, Ran, Request, Sandbox, SandboxOptions, Tap, copy_folder, files_under};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    EMAIL, PASSWORD, Right, assert_all_noted, contains, entries, fast_dir, forget_received, noted_since,
    received, temporary_files,
};

/// The home that is copied where a case begins with an activation.
const ACTIVATED: &str = "activated";
/// The seat of a computer that is no more.
const ELSEWHERE: &str = "0b9c0000-0000-4000-8000-00000000e15e";

/// A sandbox and one license of it; each case has a home of its own.
pub(crate) struct Stage {
    sandbox: Sandbox,
    right: Right,
    tap: Option<Tap>,
    dir: TempDir,
    /// Secrets go to a file under a passphrase. It costs 40 ms a start, so only where it matters.
    passphrase: bool,
    count: usize,
    /// The requests of an activation whose home is copied, once one was needed.
    activated: Option<Vec<Vec<u8>>>,
    /// What the home of now sent before it was copied.
    before: Vec<Vec<u8>>,
    /// Whether the secrets of the home of now hold the ledger's anchor.
    anchored: bool,
}

/// One command of the user's.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Activate,
    Refresh,
    Deactivate,
    /// Who holds the seats is read; another computer holds one.
    ReadSeats,
    Rename,
    ReleaseElsewhere,
    SignIn,
    SignOut,
    ReadList,
    Register,
    Erase,
    Export,
    AddVendor,
}

impl Stage {
    pub(crate) fn of(vendor: &str) -> Self {
        Self::with(vendor, None)
    }

    /// With a tap between program and sandbox.
    pub(crate) fn behind_a_tap(vendor: &str) -> Self {
        Self::with(vendor, Some(Tap::plain()))
    }

    fn with(vendor: &str, tap: Option<Tap>) -> Self {
        let public_url = tap.as_ref().map(Tap::url);
        let options =
            SandboxOptions { plays: Some(vendor.to_owned()), public_url, ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        if let Some(tap) = &tap {
            tap.forward_to(&sandbox.address());
        }
        let right = Right::of(&sandbox, "free");
        Self {
            sandbox,
            right,
            tap,
            dir: fast_dir(),
            passphrase: false,
            count: 0,
            activated: None,
            before: Vec::new(),
            anchored: false,
        }
    }

    pub(crate) fn tap(&self) -> &Tap {
        self.tap.as_ref().unwrap()
    }

    pub(crate) fn right(&self) -> &Right {
        &self.right
    }

    pub(crate) fn with_passphrase(mut self) -> Self {
        self.passphrase = true;
        self
    }

    /// A home in which nothing was done yet.
    pub(crate) fn fresh(&mut self) -> Cli {
        self.count += 1;
        forget_received(&self.sandbox);
        self.before.clear();
        self.anchored = false;
        self.cli(&format!("home-{}", self.count))
    }

    /// A home in which this was done, successfully.
    pub(crate) fn fresh_after(&mut self, before: Option<Act>) -> Cli {
        let cli = match before {
            Some(Act::Activate) => self.fresh_activated(),
            Some(Act::ReadSeats) => {
                let cli = self.fresh();
                self.right.take_seat(&self.right.seat_of_another(ELSEWHERE));
                self.must(&cli, Act::ReadSeats);
                self.before = received(&self.sandbox);
                forget_received(&self.sandbox);
                cli
            }
            Some(act) => {
                let cli = self.fresh();
                self.must(&cli, act);
                cli
            }
            None => self.fresh(),
        };
        self.anchored = self.passphrase && before.is_some();
        cli
    }

    /// One activation serves every home that starts with one: it is copied, and its seat taken anew.
    fn fresh_activated(&mut self) -> Cli {
        let original = self.cli(ACTIVATED);
        let sent = if let Some(sent) = self.activated.take() {
            sent
        } else {
            forget_received(&self.sandbox);
            self.must(&original, Act::Activate);
            self.right.free_seats();
            received(&self.sandbox)
        };
        let cli = self.fresh();
        copy_folder(original.home(), cli.home());
        for request in sent.iter().map(|bytes| Request::parse(bytes)) {
            if request.method == "POST" && request.target.ends_with("/machines") {
                self.right.take_seat(&request.body);
            }
        }
        self.before.clone_from(&sent);
        self.activated = Some(sent);
        cli
    }

    fn cli(&self, home: &str) -> Cli {
        let outside = self.dir.path().join("outside");
        std::fs::create_dir_all(&outside).unwrap();
        let cli = Cli::new(&self.dir.path().join(home)).vendor(&self.sandbox.vendor_file()).in_dir(&outside);
        if self.passphrase { cli.env("GATEFOLD_PASSPHRASE", "correct horse") } else { cli }
    }

    pub(crate) fn done(&mut self, cli: &Cli) {
        self.right.free_seats();
        std::fs::remove_dir_all(cli.home()).unwrap();
        std::fs::remove_dir_all(self.dir.path().join("outside")).unwrap();
    }

    pub(crate) fn run(&self, cli: &Cli, act: Act) -> Ran {
        let vendor = self.sandbox.vendor_file();
        // Where the seat is free already, the license's own id still names what is here.
        let id = self.right.machine_ids().pop().unwrap_or_else(|| self.right.license_id.clone());
        let words: &[&str] = match act {
            Act::Activate => &["license", "activate", &self.right.key],
            Act::Refresh => &["license", "refresh"],
            Act::Deactivate => &["license", "deactivate", &id],
            Act::ReadSeats => &["license", "seats", &self.right.key],
            Act::Rename => &["license", "rename", &id, "loft"],
            Act::ReleaseElsewhere => &["license", "deactivate", ELSEWHERE, "--key", &self.right.key],
            Act::SignIn => &["account", "sign-in", "--email", EMAIL, "--password-stdin"],
            Act::SignOut => &["account", "sign-out"],
            Act::ReadList => &["account", "refresh"],
            Act::Register => {
                &["license", "register", "--serial", "DEMO-SERIAL-REGA", "--unlock-code", "DEMO-CODE-REGA"]
            }
            Act::Erase => &["ledger", "erase", "1"],
            Act::Export => &["ledger", "export", "exported.json"],
            Act::AddVendor => &["vendor", "add", vendor.to_str().unwrap()],
        };
        cli.run_with_input(words.iter().copied().chain(["--yes", "--json"]), PASSWORD.as_bytes())
    }

    pub(crate) fn must(&self, cli: &Cli, act: Act) {
        let ran = self.run(cli, act);
        assert!(ran.status.success(), "{ran:?}");
    }

    /// What plug-ins may read at any moment, also between a crash and the next start: every vendor file with its
    /// signature, every license with its unlock.
    pub(crate) fn shelf_is_whole(&self, cli: &Cli) {
        let vendor = Vendor::parse(&std::fs::read_to_string(self.sandbox.vendor_file()).unwrap()).unwrap();
        let root: RootKey = vendor.root_key().parse().unwrap();
        let shelf = Shelf::at(cli.home().join("shelf")).vendor(vendor.id(), &root).unwrap();
        if let Some(kept) = shelf.vendor().unwrap() {
            root.verify(&kept.toml, &kept.minisig).unwrap();
        }
        assert_eq!(shelf.installed().unwrap().unreadable, []);
    }

    /// What must be true after any crash, once the program was started again and has sent nothing.
    pub(crate) fn next_start_is_whole(&self, cli: &Cli, license_stays: bool) {
        let begun = jiff::Timestamp::now();
        let listed = cli.run(["license", "list", "--json"]);
        self.ledger_is_whole(cli);
        assert!(
            entries(cli.home()).iter().all(|entry| entry.line.outcome.is_some()),
            "an entry is still pending"
        );
        assert_eq!(temporary_files(cli.home()), Vec::<&Path>::new());
        assert!(listed.status.success(), "{listed:?}");
        assert!(!listed.stderr.contains(".lic"), "a license that is not whole: {listed:?}");
        let licenses = listed.json();
        let licenses = licenses["entries"].as_array().unwrap();
        assert!(licenses.len() <= 1, "{licenses:?}");
        for license in licenses {
            assert_eq!(license["license_id"], self.right.license_id.as_str());
            assert!(matches!(text(license, "standing").as_str(), "active" | "revoked"), "{license}");
        }
        assert!(!license_stays || licenses.len() == 1, "the license that was there is gone");
        assert_eq!(noted_since(cli.home(), begun), 0, "a start alone sends nothing");
        self.all_is_noted(cli);

        let seats = self.right.machine_ids();
        assert!(seats.len() <= 1, "a doubled seat: {seats:?}");
        if let [seat] = seats.as_slice() {
            let ours = licenses.first().is_some_and(|license| license["machine_id"] == seat.as_str());
            let ours = ours || seat == ELSEWHERE;
            assert!(ours || listed.stderr.contains(seat.as_str()), "a silent seat: {listed:?}");
        }
    }

    fn ledger_is_whole(&self, cli: &Cli) {
        if self.passphrase {
            // The program holds it against its anchor too, which lies among the secrets.
            let check = cli.json(["ledger", "check"]);
            assert_eq!((&check["intact"], &check["broken"]), (&true.into(), &Value::Array(Vec::new())));
            assert!(!self.anchored || check["anchor"] != "absent", "the secrets that were there are gone");
        } else {
            let ledger = Ledger::open(&cli.home().join("ledger"), jiff::Timestamp::now()).unwrap();
            let check = ledger.check(None).unwrap();
            assert!(check.intact && check.broken.is_empty(), "{check:?}");
        }
    }

    pub(crate) fn all_is_noted(&self, cli: &Cli) {
        let requests = [self.before.clone(), received(&self.sandbox)].concat();
        assert_all_noted(&requests, &entries(cli.home()), &self.right.key);
    }

    /// What must be true after a crash in an erasure: the next start finished it, and no file of the ledger holds what
    /// the entry alone held.
    pub(crate) fn erased_is_gone(&self, cli: &Cli) {
        let held = |home: &Path| {
            let files = files_under(&home.join("ledger"));
            files.values().any(|bytes| contains(bytes, b"/actions/validate-key"))
        };
        assert!(held(&self.dir.path().join(ACTIVATED)), "the erased text is not one that a ledger holds");
        assert!(!held(cli.home()), "erased bytes are still there");
        let db = Connection::open(cli.home().join("ledger/ledger.db")).unwrap();
        let due = db.query_row("SELECT scrub_due FROM state", [], |row| row.get::<_, bool>(0));
        assert!(!due.unwrap(), "what SQLite may have left of them was not overwritten");
    }

    /// What must be true after a crash in an export: nothing of it lies outside, or the whole.
    pub(crate) fn export_is_whole_or_gone(&self, cli: &Cli) {
        let outside = files_under(&self.dir.path().join("outside"));
        for (path, bytes) in &outside {
            assert_eq!(path.file_name().unwrap(), "exported.json", "{} was left behind", path.display());
            serde_json::from_slice::<Value>(bytes).unwrap();
        }
        let exports = |entry: &&gatefold_ledger::Entry| entry.line.file.is_some();
        assert!(
            outside.len() <= entries(cli.home()).iter().filter(exports).count(),
            "an export without its note"
        );
    }

    /// What must be true once a command was repeated to its end; gives the license that is listed then.
    pub(crate) fn end_is_whole(&self, cli: &Cli, act: Act) -> Option<Value> {
        let store = Store::open(&cli.home().join("store")).unwrap();
        assert_eq!(store.open_intents().unwrap(), [], "the journal is open for ever");
        let locks = std::fs::read_dir(cli.home().join("store/intents"));
        let locks = locks
            .map_or(0, |dir| dir.filter(|name| name.as_ref().unwrap().file_name() != ".entering").count());
        assert_eq!(locks, 0, "locks of intents that are gone");
        assert_eq!(temporary_files(cli.home()), Vec::<&Path>::new());
        self.all_is_noted(cli);
        let seats = self.right.machine_ids();
        let listed = installed(cli);
        let seat = listed.as_ref().and_then(|license| license["machine_id"].as_str());
        assert_eq!(
            seats.iter().map(String::as_str).collect::<Vec<_>>(),
            seat.into_iter().collect::<Vec<_>>()
        );
        match act {
            Act::Activate | Act::Refresh => assert!(listed.is_some()),
            Act::Rename => {
                assert_eq!(self.right.machines()[0]["attributes"]["name"], "loft");
                assert_eq!(store.licenses().unwrap()[0].device_name.as_deref(), Some("loft"));
            }
            Act::ReleaseElsewhere => {
                let known: Vec<String> =
                    store.seat_lists().unwrap()[0].seats.iter().map(|seat| seat.machine_id.clone()).collect();
                assert_eq!(known, Vec::<String>::new(), "a seat that is free stays in the list");
            }
            Act::ReadSeats => {}
            Act::Deactivate => assert!(listed.is_none()),
            Act::SignIn | Act::ReadList | Act::Register => {
                let shown = cli.json(["account", "show"]);
                let owned = if matches!(act, Act::Register) { 10 } else { 9 };
                assert_eq!((&shown["email"], &shown["licenses"]), (&EMAIL.into(), &owned.into()));
                assert_eq!(shown["registration_open_since"], Value::Null);
            }
            Act::SignOut => {
                assert_eq!(cli.json(["account", "show"])["email"], Value::Null);
                assert_eq!(cli.json(["account", "licenses"])["entries"], Value::Array(Vec::new()));
            }
            Act::Erase => assert_eq!(cli.json(["ledger", "check"])["erased"], 1),
            Act::Export => {
                self.export_is_whole_or_gone(cli);
                assert!(self.dir.path().join("outside/exported.json").exists());
                let notes = cli.home().join("store/drafts");
                let notes = std::fs::read_dir(notes)
                    .unwrap()
                    .filter(|name| name.as_ref().unwrap().file_name() != ".entering");
                assert_eq!(notes.count(), 0, "a note without its draft");
            }
            Act::AddVendor => {
                assert_eq!(cli.json(["vendor", "list"])["entries"].as_array().unwrap().len(), 1)
            }
        }
        listed
    }
}

pub(crate) fn installed(cli: &Cli) -> Option<Value> {
    cli.json(["license", "list"])["entries"].as_array().unwrap().first().cloned()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
