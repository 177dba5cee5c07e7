//! A vendor says, signed with its root key, that it is gone: what counts of its licenses here stays its owner's.

use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Sandbox, files_under, signed, vendor_text};

use crate::scene::{Scene, add, id_of, list, read};

/// Two years later: whatever ends has ended.
const LATE: &str = "2028-11-20T12:00:00Z";

fn statement(vendor: &str, change: impl Fn(String) -> String) -> String {
    let file = vendor_text(vendor);
    let root = file.lines().find(|line| line.starts_with("root_key")).unwrap();
    change(format!(
        "sunset = 1\nid = \"{vendor}\"\n{root}\ngone_since = \"2027-05-01\"\nstatement = \"We close. Thank you for the music.\"\n"
    ))
}

fn write(dir: &Path, text: &str, signature: Option<String>) -> PathBuf {
    let path = dir.join("sunset.toml");
    std::fs::write(&path, text).unwrap();
    let minisig = PathBuf::from(format!("{}.minisig", path.display()));
    let _ = std::fs::remove_file(&minisig);
    if let Some(signature) = signature {
        std::fs::write(minisig, signature).unwrap();
    }
    path
}

fn activate(cli: &Cli, key: &str) {
    cli.json(["license", "activate", key, "--device-name", "desk", "--yes"]);
}

/// The license of this kind and state, as the sandbox describes it.
fn of(sandbox: &Sandbox, kind: &str) -> serde_json::Value {
    let licenses = sandbox.ready["licenses"].as_array().unwrap();
    licenses.iter().find(|one| one["kind"] == kind && one["state"] == "free").unwrap().clone()
}

#[test]
fn what_a_vendor_leaves_behind_stays_with_who_has_it() {
    let scene = Scene::start();
    let sandbox = &scene.old;
    add(&scene.cli(), &sandbox.vendor_file());
    let (year, trial) = (of(sandbox, "subscription"), of(sandbox, "trial"));
    let revoked = sandbox.license("one_seat").clone();
    let leased = sandbox.license("key_only").clone();
    for license in [&year, &trial, &revoked, &leased] {
        activate(&scene.cli(), license["key"].as_str().unwrap());
    }
    suspend(sandbox, &id_of(&revoked));
    scene.cli().run(["license", "refresh", &id_of(&revoked), "--yes"]);
    scene.cli().json(["license", "refresh", &id_of(&year), "--yes"]);
    scene.comes(LATE);
    let cli = scene.cli();
    let standing = |license| list(&cli)[&id_of(license)]["standing"].as_str().unwrap().to_owned();
    let before = [&year, &trial, &revoked, &leased].map(standing);
    assert_eq!(before, ["expired", "expired", "revoked", "expired"]);

    let text = statement("sleeve", |text| text);
    let file = write(scene.dir.path(), &text, Some(signed(&text)));
    let words = ["vendor", "add", file.to_str().unwrap()];
    // What it means is said before anybody is asked.
    let shown = cli.run(words);
    assert_eq!(shown.code(), Some(2), "{shown:?}");
    for part in ["gone since 2027-05-01", "\"We close. Thank you for the music.\"", "but for trials"] {
        assert!(read(&shown).contains(part), "{part}: {shown:?}");
    }
    assert_eq!(standing(&year), "expired");
    let asked_before = sandbox.recorded().len();
    let taken = cli.json(words.into_iter().chain(["--yes"]));
    assert_eq!((&taken["id"], &taken["gone"]["since"]), (&"sleeve".into(), &"2027-05-01".into()));

    assert_eq!([&year, &trial, &revoked, &leased].map(standing), ["active", "expired", "revoked", "active"]);
    let entry = &list(&cli)[&id_of(&year)];
    assert_eq!(
        (&entry["kind"], &entry["expires_at"], &entry["refresh_by"]),
        (&"perpetual".into(), &serde_json::Value::Null, &serde_json::Value::Null)
    );
    let said = read(&cli.run(["license", "list"]));
    assert!(
        said.contains("The vendor is gone, and this license stays yours.") && said.contains("forever"),
        "{said}"
    );
    assert!(said.contains("The trial has ended, and its vendor is gone."), "{said}");
    // Nobody is asked about what needs nobody.
    let asked_for = cli.run(["license", "refresh", &id_of(&year), "--yes"]);
    assert!(read(&asked_for).contains("The vendor is gone, and this license stays yours."), "{asked_for:?}");
    assert_eq!(cli.json(["vendor", "show"])["gone"]["statement"], "We close. Thank you for the music.");
    assert_eq!(sandbox.recorded().len(), asked_before, "the vendor was asked");

    // Once more changes nothing, and a copy on another computer's home is as good.
    cli.json(words.into_iter().chain(["--yes"]));
    assert_eq!(standing(&year), "active");
    // Who spoils it is told, and a statement that does not hold ends nothing.
    let kept = files_under(&cli.home().join("shelf")).into_keys().find(|path| path.ends_with("sunset.toml"));
    let kept = kept.unwrap();
    std::fs::write(&kept, text.replace("2027", "2026")).unwrap();
    assert_eq!(standing(&year), "expired");
    let listed = cli.run(["license", "list"]);
    assert!(listed.stderr.contains("vendor"), "{listed:?}");
    std::fs::write(&kept, &text).unwrap();
    assert_eq!(standing(&year), "active");
}

fn suspend(sandbox: &Sandbox, license: &str) {
    let token = sandbox.ready["vendor_token"].as_str().unwrap();
    let target = format!("/v1/licenses/{license}/actions/suspend");
    let answer = sandbox.call("POST", &target, &format!("Bearer {token}"), &serde_json::Value::Null);
    assert_eq!(answer["data"]["attributes"]["suspended"], true, "{answer}");
}

#[test]
fn a_statement_that_does_not_hold_changes_nothing() {
    let scene = Scene::start();
    let sandbox = &scene.old;
    let cli = scene.cli();
    let dir = scene.dir.path();
    let refused = |what: &str, file: &Path, code: &str| {
        let (_, error) = cli.failure(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        assert_eq!(error["code"], code, "{what}: {error}");
        assert!(!error["hint"].as_str().unwrap().is_empty(), "{what}");
        if code != "vendor.gone_unknown" {
            assert_eq!(cli.failure(["vendor", "check", file.to_str().unwrap()]).1["code"], code, "{what}");
        }
        let kept = files_under(cli.home()).into_keys().any(|path| path.ends_with("sunset.toml"));
        assert!(!kept, "{what}: something was installed");
    };
    let good = statement("sleeve", |text| text);
    let file = write(dir, &good, Some(signed(&good)));
    refused("a stranger", &file, "vendor.gone_unknown");
    // Whoever writes it can check it beforehand, where the vendor is not known.
    let checked = cli.json(["vendor", "check", file.to_str().unwrap()]);
    assert_eq!((&checked["id"], &checked["gone"]["since"]), (&"sleeve".into(), &"2027-05-01".into()));
    add(&cli, &sandbox.vendor_file());
    refused("unsigned", &write(dir, &good, None), "vendor.gone_unsigned");
    let later = good.replace("2027", "2026");
    refused("altered", &write(dir, &later, Some(signed(&good))), "vendor.gone_altered");
    let other = statement("sleeve", |text| text.replace("id = \"sleeve\"", "id = \"tidewater\""));
    refused("another vendor's id", &write(dir, &other, Some(signed(&other))), "vendor.gone_unknown");
    let newer = statement("sleeve", |text| text.replace("sunset = 1", "sunset = 2"));
    refused("a newer format", &write(dir, &newer, Some(signed(&newer))), "license.sunset_malformed");
    let more = statement("sleeve", |text| text + "licenses = \"all\"\n");
    refused("a member more", &write(dir, &more, Some(signed(&more))), "license.sunset_malformed");
    let root = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let forged = minisign::sign(None, &root.sk, std::io::Cursor::new(&good), None, None).unwrap();
    refused("another key", &write(dir, &good, Some(forged.into_string())), "vendor.gone_altered");
}
