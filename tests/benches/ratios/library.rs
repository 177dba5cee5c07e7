//! A home with many licenses and a long record beside one with one of each: the list of licenses beside the bare verification
//! of as many files, and how long a command takes from start to exit.
//!
//! Everything lies in memory (tmpfs): what is measured is work, and not a disk's.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gatefold_ledger::Ledger;
use gatefold_license::{FileKey, FileKind, Issuer, LicenseKey, RootKey, Unlock, terms, verify};
use gatefold_shelf::{Shelf, VendorShelf, os_machine_id};
use gatefold_store::{KeyHint, KnownLicense, Renewal, Store, VendorKey};
use gatefold_tests::sample::{at, fill};
use gatefold_tests::{Signer, root_dir};
use tempfile::TempDir;
use uuid::Uuid;

use crate::append::on_tmpfs;
use crate::child;
use crate::license::Bare;
use crate::measure::{Measure, Report, Turns, clock};
use crate::scene::{Scene, open};

const MANY: usize = 1_000;
const LONG: i64 = 100_000;
const TURNS: usize = 15;

pub(crate) fn measure(scene: &Scene, report: &mut Report) {
    let (large, small) = (Home::of(scene, MANY, LONG), Home::of(scene, 1, 1));
    large.list(scene, report);
    let rows = large.rows();
    let time = |home: &Home, words: &[&str]| clock(|| home.run(words));
    let mut start = |name: &str, words: &[&str], rows: f64| {
        let (value, floor) = Turns::take(TURNS, |_| time(&large, words), |_| time(&small, words)).median();
        let name = format!("start.{name}@{MANY}");
        report.add(&Measure { name, value: value - rows, floor, limit: 2.0, unit: "µs" });
    };
    start("machine", &["machine", "show"], 0.0);
    start("list", &["license", "list"], rows);
}

/// The child: the list, once.
pub(crate) fn child(dir: &Path) {
    let gatefold = open(dir);
    println!("{}", clock(|| drop(black_box(gatefold.library().unwrap()))).as_secs_f64() * 1e6);
}

/// A home with so many licenses on its shelf and in its notes, and so many entries in its ledger.
struct Home {
    dir: TempDir,
    files: Vec<Vec<u8>>,
}

impl Home {
    fn of(scene: &Scene, licenses: usize, entries: i64) -> Self {
        eprintln!("building a home of {licenses} licenses and {entries} entries");
        let dir = on_tmpfs();
        let mut gatefold = open(dir.path());
        gatefold.agree(&scene.vendor).unwrap();
        drop(gatefold);
        let minting = Minting::of(scene, dir.path());
        let files = (0..licenses).map(|_| minting.install()).collect();
        fill(&mut Ledger::open(&dir.path().join("ledger"), at(0)).unwrap(), entries);
        Self { dir, files }
    }

    /// The list of all licenses with their standing, beside the bare verification of each file's signature.
    fn list(&self, scene: &Scene, report: &mut Report) {
        let gatefold = open(self.dir.path());
        let bare: Vec<_> =
            self.files.iter().map(|file| Bare::of(&scene.server_key(), FileKind::Machine, file)).collect();
        let ours = |_| {
            clock(|| {
                let (installed, unreadable) = gatefold.library().unwrap();
                assert_eq!((installed.len(), unreadable.len()), (self.files.len(), 0));
                black_box(installed);
            })
        };
        let floor = |_| clock(|| bare.iter().for_each(|one| one.verify()));
        let (value, floor) = Turns::take(TURNS, ours, floor).median();
        let name = format!("list.{}", self.files.len());
        report.add(&Measure { name, value, floor, limit: 1.6, unit: "µs" });
    }

    /// How long the list takes in a program that was just started, as a command is, in microseconds.
    fn rows(&self) -> f64 {
        let home = self.dir.path().to_str().unwrap();
        let mut turns: Vec<f64> = (0..TURNS).map(|_| child::printed(&["list", home])).collect();
        turns.sort_by(f64::total_cmp);
        turns[TURNS / 2]
    }

    /// A command of the release build, from its start to its exit.
    fn run(&self, words: &[&str]) {
        let status = Command::new(released())
            .args(words)
            .arg("--home")
            .arg(self.dir.path())
            .env_remove("GATEFOLD_PASSPHRASE")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{words:?}");
    }
}

/// The command as people get it.
fn released() -> PathBuf {
    root_dir().join("target/release/gatefold")
}

/// Licenses made out of the sandbox's one, as its server would sign them: each with an id and a seat of its own.
struct Minting<'a> {
    scene: &'a Scene,
    signer: Signer,
    shelf: VendorShelf,
    store: Store,
    issuers: Vec<Issuer>,
    key: LicenseKey,
    file_key: FileKey,
    root: RootKey,
}

impl<'a> Minting<'a> {
    fn of(scene: &'a Scene, home: &Path) -> Self {
        let manifest = scene.vendor.vendor();
        let root: RootKey = manifest.root_key().parse().unwrap();
        let key = LicenseKey::new(&scene.first.key).unwrap();
        Self {
            scene,
            signer: scene.signer.clone(),
            shelf: Shelf::at(home.join("shelf")).vendor(manifest.id(), &root).unwrap(),
            store: Store::open(&home.join("store")).unwrap(),
            issuers: vec![Issuer::of_key(scene.server_key())],
            file_key: FileKey::for_machine(&key, scene.vendor.identifier().unwrap().as_str()),
            key,
            root,
        }
    }

    /// One more, on the shelf and in the notes; its file.
    fn install(&self) -> Vec<u8> {
        let (license, seat) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let of_license = self.scene.first.file.with(|document| {
            document["data"]["relationships"]["license"]["data"]["id"] = license.as_str().into();
            let included = document["included"].as_array_mut().unwrap();
            let resource = included.iter_mut().find(|it| it["type"] == "licenses").unwrap();
            resource["id"] = license.as_str().into();
        });
        let certificate = of_license.for_seat(&seat).signed(&self.signer);
        let bytes = certificate.as_bytes();
        let verified = verify(bytes, FileKind::Machine, &self.issuers, Some(&self.file_key)).unwrap();
        // Exposed to seal what opens the file to this very computer.
        let unlock = Unlock::seal(&self.file_key, &self.root, os_machine_id().unwrap().expose(), [7; 12]);
        let random = u64::from_ne_bytes(*Uuid::new_v4().as_bytes().first_chunk().unwrap());
        self.shelf.install(&verified, &unlock, random).unwrap();
        let facts = verified.license().unwrap();
        self.store
            .keep_license(&KnownLicense {
                vendor: VendorKey::new(self.scene.vendor.vendor().id(), &self.root),
                license_id: license,
                product: facts.product.clone(),
                terms: terms(facts),
                expires_at: None,
                refresh_by: None,
                machine_id: Some(seat),
                identifier: verified.machine().map(|machine| machine.fingerprint.clone()),
                user_id: None,
                device_name: None,
                first_file_at: verified.issued(),
                activation_entries: Vec::new(),
                key_hint: KeyHint::of(&self.key),
                seat_gone_at: None,
                release_asked_at: None,
                renewal: Renewal::default(),
            })
            .unwrap();
        certificate.into_bytes()
    }
}
