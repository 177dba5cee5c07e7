//! Shelves as a plug-in finds them, really signed, and what each is worth.

mod doubt_tests;
#[allow(dead_code)]
#[path = "../../license/src/testing.rs"]
mod testing;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatefold_license::{
    FileKey, FileKind, Identifier, Issuer, LicenseKey, Reason, Release, Revocation, RootKey, ServerKey,
    SignedReply, Standing, Unlock, Vouched, verify,
};
use gatefold_shelf::{Shelf, VendorShelf, os_machine_id};
use minisign::KeyPair;
use serde_json::{Value, json};
use testing::{ACCOUNT, KEY, LICENSE, MACHINE, PRODUCT, SERVER_SEED, license_document, machine_document};

use crate::license::License;
use crate::shared::Shared;
use crate::{Binding, Cause, Product, Status};

const OTHER_ACCOUNT: &str = "0a5f6b3e-0009-4a5b-8c11-5e1ee7e033aa";
const OTHER_COMPUTER: &str = "0123456789abcdef0123456789abcdef";

/// A vendor, and a computer with two shelves.
struct Scene {
    pair: KeyPair,
    dir: tempfile::TempDir,
}

/// What goes into a file.
struct Made {
    document: Value,
    kind: FileKind,
    /// For whom it is sealed.
    machine_id: String,
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            pair: KeyPair::generate_unencrypted_keypair().unwrap(),
            dir: tempfile::tempdir().unwrap(),
        };
        scene.vendor(&scene.user(), 1, ACCOUNT, &SERVER_SEED);
        scene
    }

    fn root(&self) -> RootKey {
        self.pair.pk.to_base64().parse().unwrap()
    }

    fn shelf(&self, name: &str) -> VendorShelf {
        Shelf::at(self.dir.path().join(name)).vendor("sleeve", &self.root()).unwrap()
    }

    fn user(&self) -> VendorShelf {
        self.shelf("user")
    }

    fn everybody(&self) -> VendorShelf {
        self.shelf("everybody")
    }

    fn signed(&self, text: &str) -> Vouched {
        let minisig = minisign::sign(None, &self.pair.sk, Cursor::new(text), None, None).unwrap();
        self.root().vouch(text.as_bytes().to_vec(), minisig.into_string()).unwrap()
    }

    /// Puts a vendor file on a shelf.
    fn vendor(&self, shelf: &VendorShelf, version: u32, account: &str, seed: &[u8; 32]) {
        let key = ServerKey::from_bytes(&testing::public_key(seed)).unwrap();
        let text = format!(
            "id = \"sleeve\"\nversion = {version}\n[[issuer]]\npublic_key = \"{key}\"\n\
             account = \"{account}\"\nhosts = [\"https://x.example\"]\n"
        );
        shelf.put_vendor(&self.signed(&text), u64::from(version)).unwrap();
    }

    fn sunset(&self, shelf: &VendorShelf, id: &str) {
        let root = self.root();
        let text = format!(
            "sunset = 1\nid = \"{id}\"\nroot_key = \"{root}\"\ngone_since = \"2026-05-01\"\nstatement = \"x\"\n"
        );
        shelf.put_sunset(&self.signed(&text), 9).unwrap();
    }

    fn own_id() -> String {
        os_machine_id().unwrap().expose().to_owned()
    }

    fn identifier(&self) -> String {
        Identifier::derive(&self.root(), &Self::own_id()).to_string()
    }

    /// A machine file of this computer.
    fn machine(&self) -> Made {
        let mut document = machine_document();
        document["data"]["attributes"]["fingerprint"] = json!(self.identifier());
        Made { document, kind: FileKind::Machine, machine_id: Self::own_id() }
    }

    fn account() -> Made {
        Made { document: license_document(), kind: FileKind::License, machine_id: Self::own_id() }
    }

    fn install(&self, shelf: &VendorShelf, made: &Made) -> PathBuf {
        let key = LicenseKey::new(KEY).unwrap();
        let fingerprint = made.document["data"]["attributes"]["fingerprint"].as_str().unwrap_or_default();
        let file_key = FileKey::for_machine(&key, fingerprint);
        let secret = format!("{KEY}{fingerprint}");
        let bytes = testing::file(&made.kind.to_string(), &made.document, Some(&secret));
        let issuer = Issuer::of_key(ServerKey::from_bytes(&testing::public_key(&SERVER_SEED)).unwrap());
        let verified = verify(&bytes, made.kind, &[issuer], Some(&file_key)).unwrap();
        let unlock = Unlock::seal(&file_key, &self.root(), &made.machine_id, [5; 12]);
        shelf.install(&verified, &unlock, 3).unwrap()
    }

    fn product(&self, binding: Binding) -> Product {
        Product::new("sleeve", &self.pair.pk.to_base64(), ACCOUNT, PRODUCT, binding).unwrap()
    }

    fn open_as(&self, product: Product) -> License {
        let [user, everybody] = ["user", "everybody"].map(|name| Some(Shelf::at(self.dir.path().join(name))));
        License::at(Arc::new(Shared::at(product, user, everybody, None)))
    }

    fn open(&self) -> License {
        self.open_as(self.product(Binding::Machine))
    }
}

fn at(mut made: Made, pointer: &str, value: impl Into<Value>) -> Made {
    *made.document.pointer_mut(pointer).unwrap() = value.into();
    made
}

/// The whole of what a status says in words.
fn said(status: &Status) -> (Standing, Cause, &'static str) {
    let sort = match (status.is_licensed, status.is_lapsed, status.is_never_licensed) {
        (true, false, false) => "licensed",
        (false, true, false) => "lapsed",
        (false, false, true) => "never",
        _ => "a contradiction",
    };
    (status.standing, status.cause, sort)
}

const ACTIVE: (Standing, Cause, &str) = (Standing::Active, Cause::File(Reason::Active), "licensed");
const NOTHING: (Standing, Cause, &str) = (Standing::Unlicensed, Cause::NoFile, "never");

fn of(reason: Reason, sort: &'static str) -> (Standing, Cause, &'static str) {
    (reason.standing(), Cause::File(reason), sort)
}

const ENDED: &str = "2026-03-02T00:00:00Z";

#[test]
fn each_file_is_worth_what_it_says() {
    let check = |what: &str, make: &dyn Fn(&Scene) -> Made, expect: (Standing, Cause, &'static str)| {
        let scene = Scene::new();
        scene.install(&scene.user(), &make(&scene));
        let license = scene.open();
        assert_eq!(said(&license.check()), expect, "{what}");
        assert_eq!(license.standing(), expect.0, "{what}");
        let licensed = expect.2 == "licensed";
        assert_eq!(license.has_entitlement("HIFI"), licensed, "{what}");
        assert_eq!(license.entitlements().is_empty(), !licensed, "{what}");
        assert_eq!(license.document().is_some(), expect.2 != "never", "{what}");
    };
    let product = "/included/1/relationships/product/data/id";
    check("good", &Scene::machine, ACTIVE);
    check(
        "of a license that ended",
        &|scene| at(scene.machine(), "/included/1/attributes/expiry", ENDED),
        of(Reason::Expired, "lapsed"),
    );
    check(
        "a file that ended",
        &|scene| at(scene.machine(), "/meta/expiry", ENDED),
        of(Reason::FileExpired, "lapsed"),
    );
    check(
        "of another product",
        &|scene| at(scene.machine(), product, MACHINE),
        of(Reason::WrongProduct, "never"),
    );
    check("of the account", &|_| Scene::account(), of(Reason::WrongKind, "never"));
    check(
        "sealed on another computer",
        &|scene| Made { machine_id: OTHER_COMPUTER.to_owned(), ..scene.machine() },
        of(Reason::WrongMachine, "never"),
    );
    check(
        "of another computer",
        &|scene| at(scene.machine(), "/data/attributes/fingerprint", testing::FINGERPRINT),
        of(Reason::WrongMachine, "never"),
    );
}

/// The vendor file and its signature, as they lie on a shelf.
fn vendor_and_signature(shelf: &VendorShelf) -> [PathBuf; 2] {
    let entries = std::fs::read_dir(shelf.path()).unwrap().map(|entry| entry.unwrap().path());
    let signature = entries.into_iter().find(|path| path.extension().is_some_and(|of| of == "minisig"));
    [shelf.path().join("vendor.toml"), signature.unwrap()]
}

#[test]
fn the_vendor_file_counts_by_its_own_signature_whatever_its_comment() {
    fn check(change: impl Fn(&[PathBuf; 2]), licensed: bool) {
        let scene = Scene::new();
        scene.install(&scene.user(), &scene.machine());
        assert_eq!(said(&scene.open().check()), ACTIVE);
        change(&vendor_and_signature(&scene.user()));
        let expect = if licensed { ACTIVE } else { (Standing::Unlicensed, Cause::NotGenuine, "never") };
        assert_eq!(said(&scene.open().check()), expect);
    }
    fn replaced(path: &Path, from: &str, to: &str) {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }
    check(|[_, signature]| replaced(signature, "trusted comment: ", "trusted comment: another, "), true);
    check(|[vendor, _]| replaced(vendor, "x.example", "y.example"), false);
    // Its key id stays, and the signature is another one's.
    check(
        |[_, signature]| {
            let text = std::fs::read_to_string(signature).unwrap();
            let line = text.lines().nth(1).unwrap();
            let forged =
                format!("{}{}{}", &line[..20], if &line[20..21] == "A" { "B" } else { "A" }, &line[21..]);
            replaced(signature, line, &forged);
        },
        false,
    );
    check(|[_, signature]| std::fs::remove_file(signature).unwrap(), false);
    // What else lies there hides nothing, and is not taken for it.
    let other = |signature: &Path| signature.with_file_name("vendor.toml.000000000000.minisig");
    check(|[_, signature]| std::fs::write(other(signature), "x").unwrap(), true);
    check(
        |[_, signature]| {
            std::fs::remove_file(signature).unwrap();
            std::fs::write(other(signature), "x").unwrap();
        },
        false,
    );
}

#[test]
fn the_document_is_what_the_server_signed() {
    let scene = Scene::new();
    let made = scene.machine();
    scene.install(&scene.user(), &made);
    let document = scene.open().document().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&document).unwrap(), made.document);
}

#[test]
fn what_changes_is_noticed() {
    let scene = Scene::new();
    let license = scene.open();
    assert_eq!(said(&license.check()), NOTHING);
    let file = scene.install(&scene.user(), &scene.machine());
    assert_eq!(said(&license.check()), ACTIVE);
    scene.install(&scene.user(), &at(scene.machine(), "/meta/issued", "2026-03-05T00:00:00Z"));
    assert_eq!(said(&license.check()), ACTIVE);
    assert!(!file.exists());
    assert_eq!(scene.user().remove(LICENSE, Some(&scene.identifier())), Ok(1));
    assert_eq!(said(&license.check()), NOTHING);
    std::fs::remove_dir_all(scene.user().path()).unwrap();
    assert_eq!(said(&license.check()), NOTHING);
}

#[test]
fn the_users_shelf_comes_first_and_the_best_standing_wins() {
    let scene = Scene::new();
    let license = scene.open();
    // The list of issuers counts wherever it lies.
    scene.install(&scene.everybody(), &scene.machine());
    assert_eq!(said(&license.check()), ACTIVE);
    scene.install(&scene.user(), &at(scene.machine(), "/meta/expiry", ENDED));
    assert_eq!(said(&license.check()), ACTIVE);
    assert_eq!(scene.everybody().remove(LICENSE, Some(&scene.identifier())), Ok(1));
    assert_eq!(said(&license.check()), of(Reason::FileExpired, "lapsed"));
}

/// Of two good ones the one issued last is gone by: it knows of what was bought since.
#[test]
fn among_equals_the_latest_counts() {
    let scene = Scene::new();
    scene.install(&scene.user(), &scene.machine());
    let later = at(scene.machine(), "/meta/issued", "2026-04-05T00:00:00Z");
    scene.install(&scene.everybody(), &at(later, "/included/0/attributes/code", "BOUGHT"));
    assert!(scene.open().has_entitlement("BOUGHT"));
}

#[test]
fn a_key_that_was_struck_off_counts_nowhere() {
    let scene = Scene::new();
    scene.install(&scene.user(), &scene.machine());
    let license = scene.open();
    assert_eq!(said(&license.check()), ACTIVE);
    scene.vendor(&scene.everybody(), 2, ACCOUNT, &[9; 32]);
    assert_eq!(said(&license.check()), (Standing::Unlicensed, Cause::NotGenuine, "never"));
    // An older list is not believed against it.
    scene.vendor(&scene.user(), 3, ACCOUNT, &SERVER_SEED);
    assert_eq!(said(&license.check()), ACTIVE);
}

#[test]
fn an_account_is_the_compiled_one_or_one_that_the_root_names() {
    let scene = Scene::new();
    let moved = at(scene.machine(), "/data/relationships/account/data/id", OTHER_ACCOUNT);
    scene.install(&scene.user(), &moved);
    let license = scene.open();
    assert_eq!(said(&license.check()), (Standing::Unlicensed, Cause::NotGenuine, "never"));
    // By its slug an account cannot be compared, so the compiled one decides.
    scene.vendor(&scene.user(), 2, "sleeve-audio", &SERVER_SEED);
    assert_eq!(said(&license.check()), of(Reason::WrongAccount, "never"));
    scene.vendor(&scene.user(), 3, OTHER_ACCOUNT, &SERVER_SEED);
    assert_eq!(said(&license.check()), ACTIVE);
}

#[test]
fn files_of_other_products_say_nothing_where_there_is_one_of_this() {
    let scene = Scene::new();
    let product = "/included/1/relationships/product/data/id";
    scene.install(&scene.everybody(), &at(scene.machine(), product, MACHINE));
    scene.install(&scene.user(), &at(scene.machine(), "/meta/expiry", ENDED));
    assert_eq!(said(&scene.open().check()), of(Reason::FileExpired, "lapsed"));
}

#[test]
fn the_plug_in_bounds_the_life_of_a_file() {
    let scene = Scene::new();
    scene.install(&scene.user(), &scene.machine());
    let product = scene.product(Binding::Machine).with_max_file_days(30);
    let license = scene.open_as(product);
    assert_eq!(said(&license.check()), of(Reason::FileExpired, "lapsed"));
}

#[test]
fn a_file_of_the_account_counts_where_it_is_asked_for() {
    let scene = Scene::new();
    scene.install(&scene.user(), &Scene::account());
    let license = scene.open_as(scene.product(Binding::Account));
    assert_eq!(said(&license.check()), ACTIVE);
    scene.install(&scene.user(), &scene.machine());
    assert_eq!(said(&license.check()), ACTIVE);
    assert_eq!(said(&scene.open().check()), ACTIVE);
}

fn spoilt(scene: &Scene, file: &Path, spoil: impl Fn(&Path)) -> (Standing, Cause, &'static str) {
    let license = scene.open();
    assert_eq!(said(&license.check()), ACTIVE);
    spoil(file);
    said(&scene.open().check())
}

#[test]
fn what_is_not_genuine_is_no_license() {
    let scene = Scene::new();
    let file = scene.install(&scene.user(), &scene.machine());
    let whole = std::fs::read(&file).unwrap();
    let not_genuine = (Standing::Unlicensed, Cause::NotGenuine, "never");
    for at in [100, whole.len() / 2, whole.len() - 120] {
        let found = spoilt(&scene, &file, |file| {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            std::fs::write(file, altered).unwrap();
        });
        assert_eq!(found, not_genuine, "{at}");
        std::fs::write(&file, &whole).unwrap();
    }
    // Where each length is tried, the reading alone: no instance has read it before.
    // But for the last line end, which nobody needs.
    for len in 0..whole.len() - 1 {
        std::fs::write(&file, &whole[..len]).unwrap();
        assert_eq!(said(&scene.open().check()), not_genuine, "{len}");
    }
    std::fs::write(&file, &whole).unwrap();
    let found = spoilt(&scene, &file, |file| std::fs::remove_file(file.with_extension("unlock")).unwrap());
    assert_eq!(found, not_genuine);
}

fn reply<'a>(
    method: &'a str,
    target: &'a str,
    date: &'a str,
    body: &'a [u8],
    header: &'a str,
) -> SignedReply<'a> {
    SignedReply { method, target, host: "license.sleeve.example", date, body, header }
}

fn issuer() -> Issuer {
    Issuer::of_key(ServerKey::from_bytes(&testing::public_key(&SERVER_SEED)).unwrap())
}

const DATE: &str = "Wed, 04 Mar 2026 05:06:07 GMT";
const HOST: &str = "license.sleeve.example";

#[test]
fn a_revocation_and_a_release_are_noticed_on_either_shelf() {
    for shelf in ["user", "everybody"] {
        let scene = Scene::new();
        scene.install(&scene.user(), &scene.machine());
        let license = scene.open();
        assert_eq!(said(&license.check()), ACTIVE);
        let body =
            json!({"data": {"id": LICENSE}, "meta": {"valid": false, "code": "SUSPENDED", "nonce": 5}});
        let (body, target) = (body.to_string(), "/v1/validate");
        let header = testing::signature_header(target, HOST, DATE, body.as_bytes());
        let words = reply("POST", target, DATE, body.as_bytes(), &header);
        let revocation = Revocation::of_reply(&words, 5, LICENSE, &[issuer()]).unwrap();
        let sealed = revocation.seal(&scene.root(), &Scene::own_id(), [6; 12]);
        scene.shelf(shelf).put_revocation(LICENSE, &sealed, 1).unwrap();
        // Where there is no folder of licenses nothing was installed, and only what is is watched.
        let license = if shelf == "user" { license } else { scene.open() };
        assert_eq!(said(&license.check()), of(Reason::Suspended, "lapsed"), "{shelf}");
        assert_eq!(scene.shelf(shelf).remove_revocation(LICENSE), Ok(true));
        let license = if shelf == "user" { license } else { scene.open() };
        assert_eq!(said(&license.check()), ACTIVE, "{shelf}");

        let target = format!("/v1/machines/{MACHINE}");
        let header = testing::signature_header_of("delete", &target, HOST, DATE, b"");
        let words = reply("DELETE", &target, DATE, b"", &header);
        let release = Release::of_reply(&words, MACHINE, &[issuer()]).unwrap();
        scene.shelf(shelf).put_release(MACHINE, &release.to_bytes(), 1).unwrap();
        let license = if shelf == "user" { license } else { scene.open() };
        assert_eq!(said(&license.check()), of(Reason::Released, "lapsed"), "{shelf}");
    }
}

#[test]
fn what_a_vendor_that_is_gone_left_goes_on() {
    let scene = Scene::new();
    scene.install(&scene.user(), &at(scene.machine(), "/included/1/attributes/expiry", ENDED));
    let license = scene.open();
    assert_eq!(said(&license.check()), of(Reason::Expired, "lapsed"));
    scene.sunset(&scene.user(), "tidewater");
    assert_eq!(said(&license.check()), of(Reason::Expired, "lapsed"));
    scene.sunset(&scene.user(), "sleeve");
    assert_eq!(said(&license.check()), of(Reason::VendorGone, "licensed"));
}

#[test]
fn every_standing_has_its_number() {
    use Standing::*;
    let all = [
        Active,
        Grace,
        ClockBehind,
        Expired,
        Revoked,
        Incomplete,
        WrongMachine,
        WrongProduct,
        WrongKind,
        Unlicensed,
    ];
    for (number, standing) in all.into_iter().enumerate() {
        assert_eq!(standing as usize, number, "{standing:?}");
        assert_eq!(crate::license::STANDINGS[number], standing);
    }
}

#[test]
fn instances_share_one_reading_and_stop_what_they_started() {
    let scene = Scene::new();
    let [one, two] = [(); 2].map(|()| License::open(scene.product(Binding::Machine), crate::Host::default()));
    let other = License::open(scene.product(Binding::Account), crate::Host::default());
    assert!(Arc::ptr_eq(one.shared(), two.shared()) && !Arc::ptr_eq(one.shared(), other.shared()));
    one.start_session();
    two.start_session();
    two.start_session();
    assert!(one.stop_session() && !one.stop_session());
    assert!(two.stop_session() && two.stop_session() && !two.stop_session());
}

/// A refresh while a host asks: there is a license at every moment, and no check may miss it.
#[test]
fn a_file_that_is_replaced_while_it_is_read_is_never_missed() {
    let scene = Scene::new();
    let issued = |second: u32| {
        let minutes = second / 60;
        let issued = format!("2026-03-05T00:{minutes:02}:{:02}Z", second % 60);
        at(scene.machine(), "/meta/issued", issued)
    };
    scene.install(&scene.user(), &issued(0));
    let license = scene.open();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = || {
            let mut asked = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) || asked == 0 {
                assert_eq!(said(&license.check()), ACTIVE);
                // Another plug-in, which has read nothing yet.
                assert_eq!(said(&scene.open().check()), ACTIVE);
                asked += 1;
            }
            asked
        };
        let askers: Vec<_> = (0..3).map(|_| scope.spawn(asking)).collect();
        for second in 1..200 {
            scene.install(&scene.user(), &issued(second));
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        for asker in askers {
            assert!(asker.join().unwrap() > 0);
        }
    });
}

/// Whatever stands in whichever file: no panic, and no license of another product by it.
#[test]
fn garbled_files_neither_panic_nor_license() {
    let scene = Scene::new();
    scene.install(&scene.user(), &scene.machine());
    scene.sunset(&scene.user(), "sleeve");
    scene.user().put_revocation("l-1", b"sealed", 1).unwrap();
    scene.user().put_release("m-1", b"{\"v\":1}", 1).unwrap();
    let mut files = Vec::new();
    for folder in ["", "licenses", "revocations", "releases"] {
        let entries = std::fs::read_dir(scene.user().path().join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    files.sort();
    assert!(files.len() >= 8, "{files:?}");
    let other =
        Product::new("sleeve", &scene.pair.pk.to_base64(), ACCOUNT, MACHINE, Binding::Machine).unwrap();
    let mut number = 0x2545_f491_u32;
    let mut next = |below: usize| {
        number ^= number << 13;
        number ^= number >> 17;
        number ^= number << 5;
        usize::try_from(number).unwrap() % below.max(1)
    };
    for file in &files {
        let whole = std::fs::read(file).unwrap();
        for _ in 0..60 {
            let mut garbled = whole.clone();
            match next(4) {
                0 => garbled.truncate(next(whole.len())),
                1 => garbled.extend_from_slice(&whole[next(whole.len())..]),
                _ if whole.is_empty() => {}
                2 => garbled[next(whole.len())] ^= 1 << next(8),
                _ => garbled[next(whole.len())..].fill(u8::try_from(next(256)).unwrap()),
            }
            std::fs::write(file, &garbled).unwrap();
            let license = scene.open();
            assert!(license.check().cause != Cause::File(Reason::Suspended));
            assert_eq!(license.document().is_some(), license.check().is_licensed);
            assert!(!scene.open_as(other.clone()).check().is_licensed);
        }
        std::fs::write(file, &whole).unwrap();
    }
    assert_eq!(said(&scene.open().check()), of(Reason::VendorGone, "licensed"));
}
