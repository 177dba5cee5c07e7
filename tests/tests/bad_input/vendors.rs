//! Vendors that were agreed to, and files that want to take their place, their name or their licenses along.

use std::io::Cursor;

use gatefold_tests::files_under;
use minisign::KeyPair;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::studio::Studio;
use crate::vendor_files::{signed, with_minisig};

impl Studio {
    fn vendor_text(&self) -> String {
        std::fs::read_to_string(self.sandbox.vendor_file()).unwrap()
    }

    /// Writes a vendor file, signed by the demo root or by nobody; its name.
    fn offer(&self, text: &str, is_signed: bool) -> &'static str {
        let signature = is_signed.then(|| signed(text.as_bytes()));
        self.offer_with(text, signature.as_deref())
    }

    fn offer_with(&self, text: &str, signature: Option<&[u8]>) -> &'static str {
        let file = self.work.path().join("offered.toml");
        std::fs::write(&file, text).unwrap();
        match signature {
            Some(signature) => std::fs::write(with_minisig(&file), signature).unwrap(),
            None => drop(std::fs::remove_file(with_minisig(&file))),
        }
        "offered.toml"
    }

    /// Version and whether it is signed, of every vendor agreed to.
    fn vendors(&self) -> Vec<(u64, bool)> {
        let list = self.good(&["vendor", "list", "--json"]).json();
        let of = |vendor: &Value| (vendor["version"].as_u64().unwrap(), vendor["signed"].as_bool().unwrap());
        list["entries"].as_array().unwrap().iter().map(of).collect()
    }

    fn on_shelf(&self) -> bool {
        files_under(&self.home.path().join("shelf")).keys().any(|path| path.ends_with("vendor.toml"))
    }
}

fn version(text: &str, version: u32) -> String {
    assert!(text.contains("version = 6\n"));
    text.replace("version = 6\n", &format!("version = {version}\n"))
}

/// The file of a vendor that has another root key, and its signature by it.
fn of_another_root(text: &str) -> (String, Vec<u8>) {
    let root = KeyPair::generate_unencrypted_keypair().unwrap();
    let key = text.lines().find(|line| line.starts_with("root_key")).unwrap().to_owned();
    let text = text.replace(&key, &format!("root_key = \"{}\"", root.pk.to_base64()));
    let signature = minisign::sign(None, &root.sk, Cursor::new(&text), None, None).unwrap().to_bytes();
    (text, signature)
}

#[test]
fn an_unsigned_version_keeps_no_signed_one_out() {
    let studio = Studio::empty();
    let text = studio.vendor_text();
    // Anybody can write the real id, the real root key, and a version that none is above.
    studio.good(&["vendor", "add", studio.offer(&version(&text, u32::MAX), false), "--yes"]);
    assert_eq!(studio.vendors(), [(u32::MAX.into(), false)]);
    assert!(!studio.on_shelf());
    let added = studio.good(&["vendor", "add", studio.offer(&text, true), "--yes"]);
    assert!(added.stderr.contains("which nobody had signed. This one is signed"), "{}", added.stderr);
    assert_eq!(studio.vendors(), [(6, true)]);
    assert!(studio.on_shelf());
    // And now that a signed one is there, it is not replaced either.
    studio.offer(&version(&text, 9), false);
    studio.bad("unsigned, higher", &["vendor", "add", "offered.toml", "--yes"], 3, "vendor.unsigned");
    assert_eq!(studio.vendors(), [(6, true)]);
}

#[test]
fn a_signature_that_comes_later_is_taken_up() {
    let studio = Studio::empty();
    let text = studio.vendor_text();
    studio.good(&["vendor", "add", studio.offer(&text, false), "--yes"]);
    assert_eq!(studio.vendors(), [(6, false)]);
    let added = studio.good(&["vendor", "add", studio.offer(&text, true), "--yes", "--json"]);
    assert_eq!((&added.json()["signed"], &added.json()["changes"]), (&json!(true), &json!([])));
    assert_eq!(studio.vendors(), [(6, true)]);
    assert!(studio.on_shelf(), "plug-ins have nothing of it");
}

#[test]
fn the_signature_of_one_vendor_is_not_anothers() {
    let studio = Studio::empty();
    let text = studio.vendor_text();
    // Both under the demo root: the key fits, the file does not.
    let other =
        std::fs::read(gatefold_tests::root_dir().join("vendors/tidewater/vendor.toml.minisig")).unwrap();
    studio.offer_with(&text, Some(&other));
    studio.bad("swapped", &["vendor", "add", "offered.toml", "--yes"], 3, "vendor.altered");
    // A signature that names our key id over its own key is none of ours.
    let (_, foreign) = of_another_root(&text);
    let own = signed(text.as_bytes());
    let (foreign, own) = (String::from_utf8(foreign).unwrap(), String::from_utf8(own).unwrap());
    let line = |text: &str| text.lines().nth(1).unwrap().to_owned();
    // The first 16 characters of base64 hold the algorithm and the key id, and a byte or two of the signature.
    let collided =
        foreign.replace(&line(&foreign), &format!("{}{}", &line(&own)[..16], &line(&foreign)[16..]));
    studio.offer_with(&text, Some(collided.as_bytes()));
    studio.bad("the same key id", &["vendor", "add", "offered.toml", "--yes"], 3, "vendor.altered");
    assert_eq!(studio.vendors(), []);
}

#[test]
fn a_look_alike_is_said_before_anything_is_typed_in() {
    let studio = Studio::with(&[]);
    let key = studio.sandbox.key("free");
    let own = studio.vendor_text();
    for (what, from, to) in [
        ("the same id", "brands = [", "brands = [ "),
        ("an id that looks the same", "id = \"sleeve\"", "id = \"s1eeve\""),
        ("a name that looks the same", "id = \"sleeve\"", "id = \"audio-shop\""),
        ("a brand", "name = \"Sleeve Audio\"\n", "name = \"Vinyl Works\"\n"),
        ("a slip of the keyboard", "id = \"sleeve\"", "id = \"sleve\""),
    ] {
        assert!(own.contains(from), "{what}");
        let (text, signature) = of_another_root(&own.replacen(from, to, 1));
        let file = studio.offer_with(&text, Some(&signature));
        for words in [&["vendor", "add", file][..], &["--vendor", file, "license", "activate", &key]] {
            let asked = studio.cli().run(words);
            assert_eq!(asked.code(), Some(2), "{what}: {asked:?}");
            let said = &asked.stderr;
            assert!(said.contains("could be taken for Sleeve Audio (sleeve, 0adf"), "{what}: {said}");
            assert!(said.contains("so it is somebody else"), "{what}: {said}");
            // No key would tell the one from the other, and this one is Sleeve's.
            assert!(said.contains("look like those of Sleeve Audio, which"), "{what}: {said}");
            let goes_to_it = said.contains("Keys of Sleeve Audio look like this, too");
            assert_eq!(goes_to_it, words.contains(&"activate"), "{what}: {said}");
            // Where it is, and which key it has, stand beside.
            assert!(said.contains("License server") && said.contains("Root key"), "{what}: {said}");
        }
        // Whoever writes such a file is told, too.
        let checked = studio.good(&["vendor", "check", file]);
        assert!(checked.stderr.contains("could be taken for Sleeve Audio"), "{what}: {checked:?}");
    }
    // Nobody's signature shows that it has the key that it claims.
    let claims = own.replacen("id = \"sleeve\"", "id = \"sleeve-audio\"", 1);
    let added = studio.good(&["vendor", "add", studio.offer(&claims, false), "--yes", "--json"]);
    assert!(added.stderr.contains("claims the same root key"), "{}", added.stderr);
    assert_eq!(added.json()["look_alikes"][0]["id"], "sleeve");
    assert_eq!(studio.sandbox.recorded().len(), 0);
}

#[test]
fn a_policy_without_end_is_called_too_large() {
    let studio = Studio::with(&[]);
    let dir = tempfile::tempdir().unwrap();
    let policy = dir.path().join("policy.txt");
    std::fs::File::create(&policy).unwrap().set_len(50 << 20).unwrap();
    let vendor = studio.sandbox.vendor_file().display().to_string();
    let ran =
        studio.cli().run(["vendor", "check", &vendor, "--policy", &policy.display().to_string(), "--json"]);
    let error = &ran.json()["error"];
    assert_eq!((ran.code(), &error["code"]), (Some(1), &"vendor.policy_too_large".into()), "{ran:?}");
    assert!(error["message"].as_str().unwrap().contains("52428800 bytes"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("4 MiB"), "{error}");
}

#[test]
fn what_differs_is_shown_before_it_is_agreed_to() {
    let studio = Studio::with(&[]);
    let text = version(&studio.vendor_text(), 7)
        .replacen("when = [\"activate\", \"rename\"]", "when = [\"activate\"]", 1)
        .replacen("servers in Germany", "servers anywhere", 1)
        .replacen("recipients = [\"hosting\"]", "recipients = [\"hosting\", \"visitors\"]", 1);
    let file = studio.offer(&text, true);
    let key = studio.sandbox.key("free");
    // One asks; the other is refused, for this vendor promised thirty days of notice.
    let calls = [(2, &["vendor", "add", file][..]), (3, &["--vendor", file, "license", "activate", &key])];
    for (exit, words) in calls {
        let asked = studio.cli().run(words);
        assert_eq!(asked.code(), Some(exit), "{asked:?}");
        for said in [
            "You agreed to version 6 of this file before.",
            "+  Processor: seen by      Firm that counts visitors",
            "-  Device name: sent with  rename",
            "~  Policy: where it lies",
            "\"servers anywhere\", was \"servers in Germany\"",
        ] {
            assert!(asked.stderr.contains(said), "{said}: {}", asked.stderr);
        }
    }
    assert_eq!(studio.vendors(), [(6, true)], "nobody agreed");
    let shown = studio.good(&["vendor", "show", file]);
    assert!(
        shown.text().contains("servers anywhere") && shown.stderr.contains("+  Processor: seen by"),
        "{shown:?}"
    );
    assert_eq!(studio.sandbox.recorded().len(), 0, "nothing was sent");
    let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 30)).to_string();
    let later = |words: &[&str]| studio.cli().env("GATEFOLD_TEST_NOW", &later).run(words);
    let words = ["--vendor", file, "license", "activate", &key, "--device-name", "desk", "--yes", "--json"];
    let activated = later(&words);
    assert_eq!(activated.code(), Some(0), "{activated:?}");
    let changes = activated.json()["changes"].clone();
    let at: Vec<&str> =
        changes.as_array().unwrap().iter().map(|change| change["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["policy.region", "item.cpu.recipients", "item.device_name.when"]);
    assert_eq!(changes[1]["kind"], "added");
    assert_eq!(changes[1]["after"], json!(["Firm that counts visitors"]));
    assert_eq!(studio.vendors(), [(7, true)]);
    // What is agreed to is said no more.
    let again = studio.good(&["vendor", "add", file, "--yes", "--json"]);
    assert_eq!((again.json()["changes"].clone(), again.stderr.as_str()), (json!([]), ""));
}

#[test]
fn a_damaged_row_hides_no_other_vendor() {
    let studio = Studio::with(&["free"]);
    let own = studio.sandbox.vendor_file();
    let own = own.to_str().unwrap();
    let own_license = studio.good(&["license", "list", "--json"]).json()["entries"][0].clone();
    let (other, signature) = of_another_root(&studio.vendor_text().replace("\"sleeve\"", "\"cabinet\""));
    studio.good(&["vendor", "add", studio.offer_with(&other, Some(&signature)), "--yes"]);
    for damage in [
        "file = x'00ff'",
        "file = CAST('id = 3' AS BLOB)",
        "signature = 'of nobody'",
        "version = 7",
        "version = -1",
        "agreed_at = 'yesterday'",
    ] {
        let home = studio.copy();
        let db = Connection::open(home.path().join("store/store.db")).unwrap();
        let rows = db.execute(&format!("UPDATE vendor SET {damage} WHERE vendor = 'sleeve'"), []).unwrap();
        assert_eq!(rows, 1);
        drop(db);
        let cli = studio.cli_at(home.path());
        let run = |words: &[&str], exit: i32| {
            let ran = cli.run(words);
            assert_eq!(ran.code(), Some(exit), "{damage}: {words:?}: {ran:?}");
            ran
        };
        // It is named, with a way out; the others go on.
        let list = run(&["vendor", "list", "--json"], 0);
        assert_eq!(list.json()["entries"].as_array().unwrap().len(), 1, "{damage}: {list:?}");
        for said in ["sleeve (0adf", "gatefold vendor add FILE", "gatefold vendor remove ID"] {
            assert!(list.stderr.contains(said), "{damage}: {said}: {}", list.stderr);
        }
        run(&["vendor", "show", "cabinet"], 0);
        run(&["--vendor", "cabinet", "machine", "show"], 0);
        let licenses = run(&["license", "list"], 0);
        assert!(licenses.stderr.contains("sleeve (0adf"), "{damage}: {}", licenses.stderr);
        let shown = run(&["vendor", "show", "sleeve", "--json"], 1);
        assert_eq!(shown.json()["error"]["code"], "vendor.damaged", "{damage}");
        let id = own_license["machine_id"].as_str().unwrap();
        let lost = run(&["license", "deactivate", id, "--yes", "--json"], 1);
        assert_eq!(lost.json()["error"]["code"], "vendor.damaged", "{damage}");
        let sent = run(&["--vendor", "sleeve", "ledger", "list", "--json"], 0);
        assert_eq!(sent.json()["entries"].as_array().unwrap().len(), 3, "{damage}: what was sent stays");
        // Nobody guesses that the one that can be read is meant; and what is none of its keys may be the other's.
        let unnamed = run(&["license", "activate", &studio.sandbox.key("free"), "--yes", "--json"], 2);
        assert_eq!(unnamed.json()["error"]["code"], "vendor.ambiguous", "{damage}");
        let unreadable = run(&["license", "activate", "KEY", "--yes", "--json"], 1);
        assert_eq!(unreadable.json()["error"]["code"], "vendor.damaged", "{damage}");
        // Adding it again mends it, licenses and all; so does forgetting it, which leaves the licenses to plug-ins.
        run(&["vendor", "add", own, "--yes"], 0);
        let licenses = run(&["license", "list", "--json"], 0);
        assert_eq!(licenses.json()["entries"].as_array().unwrap().len(), 1, "{damage}");
        assert_eq!(licenses.stderr, "", "{damage}");

        let home = studio.copy();
        let db = Connection::open(home.path().join("store/store.db")).unwrap();
        db.execute(&format!("UPDATE vendor SET {damage} WHERE vendor = 'sleeve'"), []).unwrap();
        drop(db);
        let before = files_under(&home.path().join("shelf"));
        let cli = studio.cli_at(home.path());
        let removed = cli.run(["vendor", "remove", "sleeve", "--yes", "--json"]);
        assert_eq!(
            (removed.code(), removed.json()["removed"].as_str()),
            (Some(0), Some("sleeve")),
            "{removed:?}"
        );
        assert_eq!(cli.run(["vendor", "list"]).stderr, "", "{damage}");
        assert!(files_under(&home.path().join("shelf")) == before, "{damage}: plug-ins lost something");
    }
}

#[test]
fn a_license_of_another_computer_keeps_no_vendor() {
    let studio = Studio::with(&["free"]);
    let shelf = || files_under(&studio.home.path().join("shelf"));
    studio.bad("in use here", &["vendor", "remove", "sleeve", "--yes"], 3, "vendor.in_use");
    let before = shelf();
    // The home is shared with a computer that activated nothing.
    let elsewhere = studio.cli().env("GATEFOLD_TEST_MACHINE_ID", "5d1f9a7e5b2d4860a1b2c3d4e5f60799");
    let removed = elsewhere.run(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!(removed.code(), Some(0), "{removed:?}");
    let file =
        before.keys().find(|path| path.extension().is_some_and(|extension| extension == "lic")).unwrap();
    assert!(removed.stderr.contains(file.to_str().unwrap()), "what stays is not named: {}", removed.stderr);
    assert_eq!(studio.vendors(), []);
    // The plug-ins of the other computer have all they had, and with the file added again its licenses are seen again.
    assert!(shelf() == before);
    studio.good(&["vendor", "add", studio.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
    let list = studio.good(&["license", "list", "--json"]).json();
    assert_eq!(list["entries"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["entries"][0]["standing"], "active");
}
