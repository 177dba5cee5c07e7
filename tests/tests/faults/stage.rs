//! What a worker has for all its cases: two sandboxes, each behind a tap, and a home for each thing that may have been done
//! before, which is copied.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use gatefold_tests::{Cli, Sandbox, SandboxOptions, Signer, Tap, copy_folder};
use tempfile::TempDir;

use crate::act::{Act, Before};
use crate::home::{Account, View};
use crate::server::{Rows, Server};
use crate::support::{EMAIL, PASSWORD, Right, fast_dir, forget_received};

/// The seat of another computer.
pub(crate) const ELSEWHERE: &str = "0b9c0000-0000-4000-8000-00000000e15e";
pub(crate) const SERIAL: &str = "DEMO-SERIAL-REGA";
pub(crate) const UNLOCK_CODE: &str = "DEMO-CODE-REGA";
/// Who is given a license.
pub(crate) const FRIEND: &str = "friend@example.com";
/// What is tried.
pub(crate) const TRIED: &str = "paper-moon";
/// A key that stands in no request, as long as there is none.
const NO_KEY: &str = "no key yet";
const PASSPHRASE: &str = "four words";

/// A vendor's server, and what stands before it.
pub(crate) struct Place {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    pub(crate) server: Server,
    pub(crate) signer: Signer,
    /// What it holds before anybody did anything.
    untouched: Rows,
}

/// A home in which something was done, and what the server held then.
struct Original {
    home: PathBuf,
    rows: Rows,
    sent: Vec<Vec<u8>>,
}

/// What a worker has.
pub(crate) struct Stage {
    machines_bound: Place,
    registering: Place,
    originals: BTreeMap<Before, Original>,
    dir: TempDir,
}

/// Where a case is played.
pub(crate) struct Scene<'a> {
    pub(crate) place: &'a Place,
    pub(crate) cli: Cli,
    /// Whether nobody agreed to the vendor before.
    pub(crate) is_new: bool,
    /// The license that it is about.
    pub(crate) license_id: String,
    /// Its key; of one that is not registered or begun yet, words that stand in no request.
    pub(crate) key: String,
    /// What was sent from its home so far.
    pub(crate) sent: Vec<Vec<u8>>,
    /// What the user saw last.
    pub(crate) view: View,
    /// Requests of earlier commands that the server gets when the next one is over.
    pub(crate) due: Vec<Vec<u8>>,
    /// Whether such a request arrived: then a seat may be there that only its list names.
    pub(crate) came_late: bool,
    /// And of the account, after a command that was about it.
    pub(crate) account: Account,
}

impl Scene<'_> {
    /// The program, told of the vendor as long as nobody may have agreed to it.
    pub(crate) fn cli_to_send(&self) -> Cli {
        if self.is_new && self.view == View::default() {
            self.cli.clone().vendor(&self.place.sandbox.vendor_file())
        } else {
            self.cli.clone()
        }
    }

    /// A trial has a license once it was begun.
    pub(crate) fn meet_trial(&mut self) {
        if let Some((license_id, key)) = self.place.server.trials().pop() {
            (self.license_id, self.key) = (license_id, key);
        }
    }
}

impl Place {
    fn playing(vendor: &str, within: &Path) -> Self {
        let tap = Tap::plain();
        let sandbox = Sandbox::with(&SandboxOptions {
            plays: Some(vendor.to_owned()),
            public_url: Some(tap.url()),
            within: Some(within.to_owned()),
            ..SandboxOptions::default()
        });
        tap.forward_to(&sandbox.address());
        let (server, signer) = (Server::of(&sandbox.data_dir()), Signer::of(&sandbox));
        let untouched = server.rows();
        Self { sandbox, tap, server, signer, untouched }
    }

    fn cli(&self, home: &Path) -> Cli {
        Cli::new(home).env("GATEFOLD_PASSPHRASE", PASSPHRASE)
    }
}

impl Stage {
    pub(crate) fn start() -> Self {
        let dir = fast_dir();
        Self {
            machines_bound: Place::playing("sleeve", dir.path()),
            registering: Place::playing("arturia", dir.path()),
            originals: BTreeMap::new(),
            dir,
        }
    }

    /// A home in which this was done, and a server that has forgotten everything else.
    pub(crate) fn before(&mut self, act: Act) -> Scene<'_> {
        let before = act.before();
        if !self.originals.contains_key(&before) {
            let original = self.make(before);
            self.originals.insert(before, original);
        }
        let home = self.dir.path().join("home");
        if home.exists() {
            std::fs::remove_dir_all(&home).unwrap();
        }
        let original = &self.originals[&before];
        copy_folder(&original.home, &home);
        let place = match before {
            Before::Bought => &mut self.registering,
            _ => &mut self.machines_bound,
        };
        place.server.set(&original.rows);
        place.tap.take_seen();
        place.tap.take_kept();
        forget_received(&place.sandbox);
        let (license_id, key) = match act {
            Act::Trial => ("no license yet".to_owned(), NO_KEY.to_owned()),
            _ => license(place, before),
        };
        let installed = place.server.seats(&license_id).into_keys().filter(|seat| seat != ELSEWHERE);
        let view = View { installed: installed.collect(), ..View::default() };
        let is_new = matches!(before, Before::Nothing | Before::Full);
        Scene {
            cli: place.cli(&home),
            is_new,
            license_id,
            key,
            sent: original.sent.clone(),
            view,
            due: Vec::new(),
            came_late: false,
            account: Account::default(),
            place,
        }
    }

    fn make(&mut self, before: Before) -> Original {
        let place = match before {
            Before::Bought => &mut self.registering,
            _ => &mut self.machines_bound,
        };
        let home = self.dir.path().join(format!("{before:?}"));
        cheap_secrets(&home);
        place.server.set(&place.untouched);
        place.tap.take_seen();
        let cli = place.cli(&home).vendor(&place.sandbox.vendor_file());
        let (license_id, key) = license(place, before);
        let right = || Right::of(&place.sandbox, state(before));
        match before {
            Before::Nothing => {}
            Before::SignedIn | Before::Bought => sign_in(&cli),
            Before::Owned => {
                sign_in(&cli);
                cli.json(["license", "activate", &key, "--yes"]);
            }
            Before::Full => right().take_seat(&right().seat_of_another(ELSEWHERE)),
            Before::Activated => {
                cli.json(["license", "activate", &key, "--yes"]);
                right().take_seat(&right().seat_of_another(ELSEWHERE));
                cli.json(["license", "seats", &license_id, "--yes"]);
            }
            Before::SeatsRead => {
                right().take_seat(&right().seat_of_another(ELSEWHERE));
                cli.json(["license", "seats", &key, "--yes"]);
            }
        }
        let sent = place.tap.take_seen().into_iter().map(|exchange| exchange.request).collect();
        Original { home, rows: place.server.rows(), sent }
    }
}

fn sign_in(cli: &Cli) {
    let words = ["account", "sign-in", "--email", EMAIL, "--password-stdin", "--yes", "--json"];
    let ran = cli.run_with_input(words, PASSWORD.as_bytes());
    assert!(ran.status.success(), "{ran:?}");
}

fn state(before: Before) -> &'static str {
    match before {
        Before::SignedIn => "sign_in_only",
        Before::Full => "one_seat",
        _ => "free",
    }
}

/// The license that a case is about, and its key.
fn license(place: &Place, before: Before) -> (String, String) {
    if before == Before::Bought {
        return (place.server.license_of_serial(SERIAL), NO_KEY.to_owned());
    }
    let license = place.sandbox.license(state(before));
    let text = |name: &str| license[name].as_str().unwrap().to_owned();
    (text("license_id"), text("key"))
}

/// A secrets file whose passphrase costs nothing, since it is nobody's: with the one that the program makes, each command
/// would take 40 ms longer.
fn cheap_secrets(home: &Path) {
    let key = age::x25519::Identity::generate();
    let mut passphrase = age::scrypt::Recipient::new(SecretString::from(PASSPHRASE.to_owned()));
    passphrase.set_work_factor(1);
    let text = age::secrecy::ExposeSecret::expose_secret(&key.to_string()).to_owned();
    let store = home.join("store");
    make_private(home);
    make_private(&store);
    let file = store.join("secrets.key.age");
    std::fs::write(&file, age::encrypt(&passphrase, text.as_bytes()).unwrap()).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

fn make_private(folder: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(folder).unwrap();
}
