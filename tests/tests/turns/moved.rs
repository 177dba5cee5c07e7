//! The drill: a vendor moves its server and its key by a root-signed list of both.

use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Sandbox, files_under};
use serde_json::Value;

use crate::scene::{AFTER, BEFORE, MOVE, Scene, add, id_of, issuer, list, read, with};

fn activate(cli: &Cli, sandbox: &Sandbox) -> Value {
    cli.json(["license", "activate", &sandbox.key("free"), "--device-name", "desk", "--yes"])
}

/// To whom the requests of the ledger went, in their order.
fn peers(cli: &Cli) -> Vec<String> {
    let ledger = cli.json(["ledger", "list", "--limit", "500"]);
    let entries = ledger["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["peer"].as_str().unwrap_or_default().to_owned()).collect()
}

fn license_file(cli: &Cli) -> PathBuf {
    let files = files_under(&cli.home().join("shelf")).into_keys();
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "lic")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// Whether a server's key signed an installed file.
fn is_signed_by(sandbox: &Sandbox, cli: &Cli, file: &Path) -> bool {
    let identifier = cli.json(["machine", "show"])["identifier"].as_str().unwrap().to_owned();
    let key = sandbox.ready["public_key"].as_str().unwrap();
    let (file, license) = (file.to_str().unwrap(), sandbox.key("free"));
    let words = ["license", "verify", file, "--public-key", key, "--license-key", &license];
    let ran = cli.run(words.iter().copied().chain(["--identifier", &identifier, "--json"]));
    ran.json()["valid"] == true
}

#[test]
fn a_vendor_moves_its_server_and_its_key() {
    let scene = Scene::start();
    let old = &scene.old;
    let id = id_of(old.license("free"));
    add(&scene.cli(), &old.vendor_file());
    let seat = activate(&scene.cli(), old)["machine_id"].clone();
    let new = scene.new_server();
    let asked_before = old.recorded().len();

    // The list of both is there ahead of time: until its day the old server is asked.
    let both = scene.publish([with(issuer(old), "not_after", MOVE), with(issuer(&new), "not_before", MOVE)]);
    add(&scene.cli(), &both);
    scene.cli().json(["license", "refresh", "--yes"]);
    assert!(is_signed_by(old, &scene.cli(), &license_file(&scene.cli())));
    assert!(new.recorded().is_empty() && old.recorded().len() > asked_before);

    scene.comes(AFTER);
    let (cli, asked_before) = (scene.cli(), old.recorded().len());
    // The old file stays valid: it was made while its key counted.
    assert_eq!(list(&cli)[&id]["standing"], "active");
    assert!(is_signed_by(old, &cli, &license_file(&cli)));
    // A new one comes from the new server, by its key, for the same seat.
    let refreshed = cli.json(["license", "refresh", "--yes"]);
    assert_eq!(refreshed["entries"][0]["result"], "renewed", "{refreshed}");
    let file = license_file(&cli);
    assert!(is_signed_by(&new, &cli, &file) && !is_signed_by(old, &cli, &file));
    assert_eq!((&list(&cli)[&id]["standing"], &list(&cli)[&id]["machine_id"]), (&"active".into(), &seat));
    // Seats are looked at and given back where they are kept now.
    let seats = cli.json(["license", "seats", &id, "--yes"]);
    assert_eq!(seats["entries"][0]["this_computer"], true, "{seats}");
    cli.json(["license", "deactivate", seat.as_str().unwrap(), "--yes"]);
    assert_eq!((new.seats_taken(&id), old.seats_taken(&id)), (0, 1));
    assert!(list(&cli).is_empty());
    activate(&cli, &new);
    assert_eq!((new.seats_taken(&id), list(&cli)[&id]["standing"].as_str()), (1, Some("active")));

    // Nothing went to the old one since (the count of its seats above is the test's own request).
    assert_eq!(old.recorded().len(), asked_before + 1);
    let peers = peers(&cli);
    let (to_old, to_new) = peers.split_at(peers.iter().position(|peer| *peer == new.address()).unwrap());
    assert!(to_old.iter().all(|peer| *peer == old.address()), "{peers:?}");
    assert!(to_new.iter().all(|peer| *peer == new.address()), "{peers:?}");
    assert_eq!(cli.json(["ledger", "check"])["intact"], true);
}

/// Whoever kept the old server's key goes on signing: by a file made after its last day nobody is licensed.
#[test]
fn a_file_of_the_old_key_after_its_last_day_counts_for_nothing() {
    let scene = Scene::start();
    let (old, new) = (&scene.old, scene.new_server());
    add(&scene.cli(), &old.vendor_file());
    scene.comes(AFTER);
    let cli = scene.cli();
    // The studio had not heard of the move.
    activate(&cli, old);
    let both = scene.publish([with(issuer(old), "not_after", MOVE), with(issuer(&new), "not_before", MOVE)]);
    add(&cli, &both);
    let listed = cli.run(["license", "list"]);
    assert!(read(&listed).contains("(license.issuer_not_in_force)"), "{listed:?}");
    assert!(list(&cli).is_empty());
    // The new server knows nothing of that seat, and says so; then a seat is taken there.
    let ran = cli.run(["license", "activate", &new.key("free"), "--yes"]);
    assert!(ran.code() == Some(0) && ran.stderr.contains("noted here is gone"), "{ran:?}");
    let id = id_of(new.license("free"));
    assert_eq!((new.seats_taken(&id), list(&cli)[&id]["standing"].as_str()), (1, Some("active")));
}

/// A computer whose clock is behind still asks the old server. What that signs by then is nobody's word.
#[test]
fn an_answer_of_the_old_key_after_its_last_day_is_not_believed() {
    let scene = Scene::start();
    let (old, new) = (&scene.old, scene.new_server());
    add(&scene.cli(), &old.vendor_file());
    activate(&scene.cli(), old);
    let both = scene.publish([with(issuer(old), "not_after", MOVE), with(issuer(&new), "not_before", MOVE)]);
    add(&scene.cli(), &both);
    let file = license_file(&scene.cli());
    let bytes = std::fs::read(&file).unwrap();
    scene.comes(AFTER);
    let behind = scene.cli().env("GATEFOLD_TEST_NOW", BEFORE);
    let (exit, error) = behind.failure(["license", "refresh", "--yes"]);
    assert_eq!((exit, error["code"].as_str()), (1, Some("keygen.bad_signature")), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    // Nor does a seat count as given back by it.
    let id = id_of(old.license("free"));
    let (_, error) = behind.failure(["license", "deactivate", &id, "--yes"]);
    assert_eq!(error["code"], "keygen.bad_signature", "{error}");
    assert_eq!(list(&behind)[&id]["standing"], "active");
}

/// A key that was stolen is struck off the list: then nothing counts that it ever signed.
#[test]
fn a_file_by_a_key_that_no_list_names_is_refused() {
    let scene = Scene::start();
    let (old, cli) = (&scene.old, scene.cli());
    add(&cli, &old.vendor_file());
    activate(&cli, old);
    let new = scene.new_server();
    let struck = scene.publish([issuer(&new)]);
    let said = cli.run(["vendor", "add", struck.to_str().unwrap(), "--yes"]);
    assert!(
        read(&said)
            .contains("so they stop counting: Halo Plate. Each counts again once you activate it again"),
        "{said:?}"
    );
    let listed = cli.run(["license", "list"]);
    assert!(list(&cli).is_empty() && read(&listed).contains("(license.signature_invalid)"), "{listed:?}");
    // The way out takes no second seat.
    activate(&cli, &new);
    let id = id_of(new.license("free"));
    assert_eq!((list(&cli)[&id]["standing"].as_str(), new.seats_taken(&id)), (Some("active"), 1));

    // A server at the right place, which signs with a key that the vendor file does not name.
    let mut wrong = issuer(&new);
    wrong["public_key"] = issuer(old)["public_key"].clone();
    let other = scene.cli_at("another computer");
    add(&other, &scene.publish([wrong]));
    let before = new.recorded().len();
    let (exit, error) = other.failure(["license", "activate", &new.key("free"), "--yes"]);
    assert_eq!((exit, error["code"].as_str()), (1, Some("keygen.bad_signature")), "{error}");
    assert_eq!(new.recorded().len(), before + 1, "it asked, believed nothing, and took no seat");
    assert!(list(&other).is_empty());
}
