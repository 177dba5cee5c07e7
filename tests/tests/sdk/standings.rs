//! Every way in which a license can stand, by what the real command did, under valgrind and the sanitizers.

use std::process::Command;

use gatefold_tests::{signed, tool, vendor_text};
use serde_json::Value;

use crate::compiled::{probe, sanitized_probe};
use crate::studio::{ACCOUNT, Compiled, Loaded, Loads, Studio};

/// Asks three plug-ins: a plain one, one under the sanitizers and one under valgrind.
fn check(what: &str, studio: &Studio, compiled: &Compiled, expect: &str) {
    let mut programs = vec![("plain", Command::new(probe())), ("sanitized", Command::new(sanitized_probe()))];
    if let Some(valgrind) = tool(what, "valgrind") {
        let mut under = Command::new(valgrind);
        under.args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=all"]);
        under.args(["--errors-for-leak-kinds=all", "--track-fds=no"]).arg(probe());
        programs.push(("valgrind", under));
    }
    for (how, program) in programs {
        let mut loaded = Loaded::start(program, compiled, &studio.data());
        assert_eq!(loaded.check(), expect, "{what}, {how}");
        assert_eq!(loaded.check(), expect, "{what}, {how}, again");
        let licensed = expect.contains("licensed,");
        let document = loaded.ask("document");
        assert_eq!(document.starts_with('{'), !expect.contains("never"), "{what}, {how}: {document}");
        assert!(licensed || loaded.ask("features") == "0:", "{what}, {how}");
        assert_eq!(loaded.ask("link"), format!("gatefold://open/{}/{}", compiled.vendor, compiled.product));
        loaded.end();
    }
}

#[test]
fn a_license_that_counts() {
    let studio = Studio::with("free");
    let license = studio.sandbox.license("free");
    let compiled = studio.compiled(license);
    check("licensed", &studio, &compiled, "active, licensed, 2");
    // The document is the one that the server signed, whole.
    let mut loaded = studio.loaded("free");
    let document: Value = serde_json::from_str(&loaded.ask("document")).unwrap();
    assert_eq!(document["data"]["type"], "machines");
    assert!(document["meta"]["issued"].is_string(), "{document}");
    assert_eq!(loaded.ask("now"), "active");
    loaded.end();

    // The same file, and plug-ins that ask for something else.
    let other = studio.sandbox.license("one_seat");
    check("wrong product", &studio, &studio.compiled(other), "wrong_product, never, 15");
    let account = Compiled { binding: "2", ..compiled.clone() };
    check("wrong kind", &studio, &account, "wrong_kind, never, 17");
    let root = minisign::KeyPair::generate_unencrypted_keypair().unwrap().pk.to_base64();
    check("another root", &studio, &Compiled { root, ..compiled.clone() }, "unlicensed, never, 0");
    // A root-signed list names the account, whatever was compiled in.
    let moved = Compiled { account: ACCOUNT.replace("0001", "0009"), ..compiled.clone() };
    check("another account", &studio, &moved, "active, licensed, 2");
    let short = Compiled { max_file_days: "30", ..compiled };
    let mut loaded = studio.loaded_as(&short);
    assert!(loaded.ask("check").contains("ends=2 days=30 expires=0 refresh=1"));
    loaded.end();
}

#[test]
fn a_license_of_the_account() {
    let studio = Studio::of("tidewater", None);
    let license = studio.sandbox.license("free").clone();
    let compiled = studio.compiled(&license);
    check("none yet", &studio, &compiled, "unlicensed, never, 0");
    studio.activate(license["key"].as_str().unwrap());
    check("licensed", &studio, &compiled, "active, licensed, 2");
    check("wrong kind", &studio, &Compiled { binding: "1", ..compiled }, "wrong_kind, never, 17");
}

/// A vendor may spell its products' ids in either case, in its file and in its plug-in: activated, licensed, and noted where the user
/// agreed.
#[test]
fn a_product_counts_however_its_id_is_spelled() {
    let text = vendor_text("sleeve");
    let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("id = \"5e1ee7e0-")).collect();
    assert!(!ids.is_empty());
    let spelled = ids.iter().fold(text.clone(), |text, id| {
        let id = format!("5e1ee7e0-{}", id.trim_end_matches('"'));
        text.replace(&format!("id = \"{id}\""), &format!("id = \"{}\"", id.to_uppercase()))
    });
    assert_ne!(spelled, text);
    let studio = Studio::of_manifest(&spelled);
    let license = studio.sandbox.license("free").clone();
    studio.activate(license["key"].as_str().unwrap());
    let compiled = studio.compiled(&license);
    assert_eq!(compiled.product, compiled.product.to_lowercase());
    check("in lower case", &studio, &compiled, "active, licensed, 2");
    let mut loaded =
        studio.loaded_as(&Compiled { product: compiled.product.to_uppercase(), ..compiled.clone() });
    assert_eq!(loaded.check(), "active, licensed, 2");
    assert_eq!(loaded.ask("link"), format!("gatefold://open/sleeve/{}", compiled.product));
    loaded.end();
    let listed = studio.cli().json(["vendor", "show"]);
    assert!(listed.to_string().contains(&compiled.product), "{listed}");
}

#[test]
fn a_license_that_never_was() {
    let studio = Studio::new();
    check("never", &studio, &studio.compiled(studio.sandbox.license("free")), "unlicensed, never, 0");
}

#[test]
fn a_license_that_lapsed_and_one_whose_vendor_is_gone() {
    let studio = Studio::of("sleeve", Some("2024-06-01T12:00:00Z"));
    let license = studio.of_kind("subscription");
    studio.activate(license["key"].as_str().unwrap());
    let compiled = studio.compiled(&license);
    check("lapsed", &studio, &compiled, "expired, lapsed, 6");

    let file = vendor_text("sleeve");
    let root = file.lines().find(|line| line.starts_with("root_key")).unwrap();
    let text = format!(
        "sunset = 1\nid = \"sleeve\"\n{root}\ngone_since = \"2025-05-01\"\nstatement = \"Thank you.\"\n"
    );
    let path = studio.path().join("sunset.toml");
    std::fs::write(&path, &text).unwrap();
    std::fs::write(studio.path().join("sunset.toml.minisig"), signed(&text)).unwrap();
    let mut open = studio.loaded_as(&compiled);
    assert_eq!(open.check(), "expired, lapsed, 6");
    studio.cli().json(["vendor", "add", path.to_str().unwrap(), "--yes"]);
    assert_eq!(open.check(), "active, licensed, 3");
    open.end();
    check("sunset", &studio, &compiled, "active, licensed, 3");
}

#[test]
fn a_license_of_another_computer() {
    let studio = Studio::elsewhere();
    let license = studio.sandbox.license("free").clone();
    studio.activate(license["key"].as_str().unwrap());
    check("wrong machine", &studio, &studio.compiled(&license), "wrong_machine, never, 13");
}

#[test]
fn a_license_that_was_tampered_with() {
    let studio = Studio::with("free");
    let file = studio.file();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    std::fs::write(&file, bytes).unwrap();
    let compiled = studio.compiled(studio.sandbox.license("free"));
    check("tampered", &studio, &compiled, "unlicensed, never, 1");
}

#[test]
fn a_license_that_was_revoked() {
    let studio = Studio::with("free");
    let license = studio.sandbox.license("free").clone();
    let mut open = studio.loaded("free");
    assert_eq!(open.check(), "active, licensed, 2");
    studio.suspend(&license);
    assert_eq!(open.check(), "active, licensed, 2");
    studio.cli().run(["license", "refresh", license["license_id"].as_str().unwrap(), "--yes"]);
    assert_eq!(open.check(), "revoked, lapsed, 8");
    open.end();
    check("revoked", &studio, &studio.compiled(&license), "revoked, lapsed, 8");
}

#[test]
fn a_license_whose_seat_was_released() {
    let studio = Studio::with("free");
    let file = studio.file();
    let unlock = file.with_extension("unlock");
    let kept = [&file, &unlock].map(|path| std::fs::read(path).unwrap());
    let seat =
        studio.cli().json(["license", "list"])["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    studio.cli().json(["license", "deactivate", &seat, "--yes"]);
    let compiled = studio.compiled(studio.sandbox.license("free"));
    check("removed", &studio, &compiled, "unlicensed, never, 0");
    // As a restored backup does it.
    for (path, bytes) in [&unlock, &file].into_iter().zip(kept.iter().rev()) {
        std::fs::write(path, bytes).unwrap();
    }
    check("released", &studio, &compiled, "unlicensed, lapsed, 11");
}
