//! A plug-in that is opened, used and closed on a shelf where one file is the fuzzer's. The first byte chooses which; the rest are
//! its bytes. What the vendor would have signed is signed here, so that it is read past the signature.
//!
//! It must not crash or hang, and must not take for a license what nobody signed; a record is left by the consent that was put there alone.
//! `XDG_DATA_HOME` names the folder to work in: `cargo xtask fuzz` does.

#![no_main]

#[path = "../../../license/src/testing.rs"]
#[allow(dead_code)]
mod testing;

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gatefold_license::{
    FileKey, FileKind, Identifier, Issuer, LicenseKey, RootKey, ServerKey, Unlock, Vouched, verify,
};
use gatefold_plugin_sdk::{Binding, Host, License, Product};
use gatefold_shelf::{Shelf, UsageConsent, UsageGrant, UsageItem, VendorShelf, os_machine_id};
use jiff::{Timestamp, ToSpan as _};
use libfuzzer_sys::fuzz_target;
use minisign::KeyPair;
use serde_json::json;
use testing::{ACCOUNT, KEY, LICENSE, MACHINE, PRODUCT, SERVER_SEED};

/// A vendor and a computer whose plug-in is licensed.
struct Scene {
    pair: KeyPair,
    shelf: VendorShelf,
    license: PathBuf,
    vendor: String,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    let root: RootKey = pair.pk.to_base64().parse().unwrap();
    let shelf = Shelf::user().unwrap();
    let _ = fs::remove_dir_all(shelf.path());
    let shelf = shelf.vendor("sleeve", &root).unwrap();
    let server = ServerKey::from_bytes(&testing::public_key(&SERVER_SEED)).unwrap();
    let vendor = format!(
        "id = \"sleeve\"\nversion = 1\n[[issuer]]\npublic_key = \"{server}\"\naccount = \"{ACCOUNT}\"\nhosts = []\n"
    );
    let machine_id = os_machine_id().unwrap();
    let identifier = Identifier::derive(&root, machine_id.expose()).to_string();
    let mut document = testing::machine_document();
    document["data"]["attributes"]["fingerprint"] = json!(identifier);
    let file_key = FileKey::for_machine(&LicenseKey::new(KEY).unwrap(), &identifier);
    let file = testing::file("machine", &document, Some(&format!("{KEY}{identifier}")));
    let verified = verify(&file, FileKind::Machine, &[Issuer::of_key(server)], Some(&file_key)).unwrap();
    shelf.put_vendor(&signed(&pair, &vendor), 1).unwrap();
    let unlock = Unlock::seal(&file_key, &root, machine_id.expose(), [5; 12]);
    let license = shelf.install(&verified, &unlock, 2).unwrap();
    let scene = Scene { pair, shelf, license, vendor };
    scene.grant();
    assert!(scene.opened(), "the scene is not as it should be");
    assert_eq!(scene.records(), 1);
    scene
});

fn signed(pair: &KeyPair, text: &str) -> Vouched {
    let minisig = minisign::sign(None, &pair.sk, Cursor::new(text), None, None).unwrap().into_string();
    let root: RootKey = pair.pk.to_base64().parse().unwrap();
    root.vouch(text.as_bytes().to_vec(), minisig).unwrap()
}

impl Scene {
    fn grant(&self) {
        let (granted_at, ends_at) = (Timestamp::now() - 1.hour(), Timestamp::now() + 999.hours());
        let grant = UsageGrant { item: UsageItem::Daw, id: 1, granted_at, ends_at };
        self.shelf.put_consent(&UsageConsent::new("sleeve", &[PRODUCT.to_owned()], &[grant]), 3).unwrap();
    }

    /// Whether a plug-in is licensed that is opened, asked everything, used and closed.
    fn opened(&self) -> bool {
        let root = self.pair.pk.to_base64();
        let product = Product::new("sleeve", &root, ACCOUNT, PRODUCT, Binding::Machine).unwrap();
        let license = License::open(product, Host::new("Ardour", "7"));
        license.start_session();
        let status = license.check();
        let _ = (license.entitlements(), license.document(), license.standing());
        assert!(status.is_licensed || license.entitlements().is_empty());
        status.is_licensed
    }

    fn records(&self) -> usize {
        fs::read_dir(self.shelf.path().join("spool")).map_or(0, Iterator::count)
    }

    /// Puts the fuzzer's bytes there, and takes them away again.
    fn with(&self, path: &Path, bytes: &[u8], then: impl FnOnce()) {
        let before = fs::read(path).ok();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        then();
        match before {
            Some(before) => fs::write(path, before).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let scene = &*SCENE;
    let Some((choice, bytes)) = input.split_first() else { return };
    let text = || String::from_utf8_lossy(bytes);
    let beside = |name: &str| scene.shelf.path().join(name);
    let opened = || drop(scene.opened());
    match choice {
        b'v' => scene.with(&beside("vendor.toml"), bytes, || assert!(!scene.opened())),
        b'V' => {
            scene.shelf.put_vendor(&signed(&scene.pair, &text()), 4).unwrap();
            opened();
            scene.shelf.put_vendor(&signed(&scene.pair, &scene.vendor), 5).unwrap();
        }
        b'S' => {
            scene.shelf.put_sunset(&signed(&scene.pair, &text()), 6).unwrap();
            opened();
            fs::remove_file(beside("sunset.toml")).unwrap();
        }
        // A line end after the last one is needed by nobody.
        b'l' => scene.with(&scene.license, bytes, opened),
        b'u' => scene.with(&scene.license.with_extension("unlock"), bytes, opened),
        b'r' => scene.with(&beside(&format!("revocations/{LICENSE}.revoked")), bytes, || {
            assert!(scene.opened(), "revoked by what nobody signed");
        }),
        b'R' => scene.with(&beside(&format!("releases/{MACHINE}.released")), bytes, || {
            assert!(scene.opened(), "released by what nobody signed");
        }),
        _ => scene.with(&beside("consent.json"), bytes, || {
            let before = scene.records();
            assert!(scene.opened());
            // Only what reads as a consent for this very product leaves anything.
            let granted = scene.shelf.consent().ok().flatten();
            let granted = granted.map(|consent| consent.granted("sleeve", PRODUCT, Timestamp::now()));
            assert!(scene.records() == before || granted.is_some_and(|granted| !granted.is_empty()));
        }),
    }
    // A spool that is full would hide what is written.
    if scene.records() > 100 {
        fs::remove_dir_all(beside("spool")).unwrap();
        fs::create_dir(beside("spool")).unwrap();
    }
});
