//! Every kind of request that the command line makes, for both demo vendors.

use gatefold_tests::tool;

use crate::golden;
use crate::scene::{Scene, Sent, assert_shown, text};

fn compare(names: &[&str], sent: &[Sent]) {
    assert_eq!(sent.len(), names.len());
    for (name, request) in names.iter().zip(sent) {
        golden::compare(name, request);
    }
}

/// An activation on a terminal, where the whole plan is shown and asked about: every byte that was sent then was shown.
fn activate(scene: &Scene, key: &str) -> Vec<Sent> {
    let first = scene.tap.seen().len();
    if tool("wire::activate", "script").is_none() {
        return scene.sent_by(first, || scene.cli.run(["license", "activate", key, "--yes"]));
    }
    let mut printed = String::new();
    let sent = scene.sent_by(first, || {
        let ran = scene.cli.run_on_terminal(["license", "activate", key], b"y\ny\n");
        printed = ran.text();
        ran
    });
    for request in &sent {
        assert_shown(&printed, &text(&request.stored));
    }
    sent
}

fn sign_in_and_out(scene: &mut Scene, vendor: &str) {
    let account = scene.sandbox.ready["account"].clone();
    let (email, password) = scene.password(&account);
    let words = ["account", "sign-in", "--email", &email, "--password-stdin"];
    let [sign_in, who, library] =
        ["sign-in", "sign-in-who", "library"].map(|name| format!("{vendor}-{name}"));
    compare(&[&sign_in, &who, &library], &scene.signed_in(&words, &password));
    compare(&[&library], &scene.shown_then_sent(&["account", "refresh"], ""));
    let sent = scene.shown_then_sent(&["account", "sign-out"], "");
    compare(&[&format!("{vendor}-sign-out")], &sent);

    let account = scene.sandbox.ready["two_factor_account"].clone();
    let code = one_time_code(account["otp_secret"].as_str().unwrap());
    let (email, password) = scene.password(&account);
    scene.secret("One-time code", &code);
    let words = ["account", "sign-in", "--email", &email, "--password-stdin", "--otp", &code];
    let sent = scene.signed_in(&words, &password);
    compare(&[&format!("{vendor}-sign-in-one-time-code"), &who, &library], &sent);
}

fn one_time_code(secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let now = jiff::Timestamp::now().as_second().unsigned_abs();
    totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string()
}

#[test]
fn a_vendor_that_binds_to_the_computer() {
    let mut scene = Scene::start("sleeve");
    let key = scene.license_key("free");
    let sent = activate(&scene, &key);
    compare(&["sleeve-check-key", "sleeve-create-machine", "sleeve-check-out"], &sent);

    let entry = &scene.cli.json(["license", "list"])["entries"][0];
    let id = |name: &str| entry[name].as_str().unwrap().to_owned();
    let (license_id, machine_id) = (id("license_id"), id("machine_id"));
    let sent = scene.shown_then_sent(&["license", "refresh", &license_id], "");
    compare(&["sleeve-refresh-validate", "sleeve-refresh-check-out"], &sent);
    let sent = scene.shown_then_sent(&["license", "deactivate", &machine_id], "");
    compare(&["sleeve-delete-machine"], &sent);
    sign_in_and_out(&mut scene, "sleeve");
}

#[test]
fn a_license_that_ends() {
    let mut scene = Scene::start("sleeve");
    let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
    let license = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
    let key = license["key"].as_str().unwrap().to_owned();
    scene.secret("License key", &key);
    let sent = activate(&scene, &key);
    golden::compare("sleeve-check-out-until", &sent[2]);
    // How long the file shall last follows from the second in which it is asked for, so what is shown is not what is sent.
    let first = scene.tap.seen().len();
    let sent = scene.sent_by(first, || scene.cli.run(["license", "refresh", "--yes"]));
    golden::compare("sleeve-refresh-check-out-until", &sent[1]);
}

#[test]
fn a_seat_that_this_computer_has_already() {
    let mut scene = Scene::start("sleeve");
    let key = scene.license_key("free");
    activate(&scene, &key);
    // The same computer, which has forgotten everything.
    let home = tempfile::tempdir().unwrap();
    let forgetful = gatefold_tests::Cli::new(home.path()).vendor(&scene.sandbox.vendor_file());
    let first = scene.tap.seen().len();
    let ran = forgetful.run(["license", "activate", &key, "--yes"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    let sent = scene.sent_since(&forgetful, first);
    compare(&["sleeve-check-key", "sleeve-create-machine", "sleeve-find-machine", "sleeve-check-out"], &sent);
    assert_eq!(sent[1].entry["code"], "FINGERPRINT_TAKEN");
}

#[test]
fn a_vendor_that_binds_to_the_account() {
    let mut scene = Scene::start("tidewater");
    let key = scene.license_key("free");
    let sent = activate(&scene, &key);
    compare(&["tidewater-check-key", "tidewater-check-out"], &sent);
    let sent = scene.shown_then_sent(&["license", "refresh"], "");
    compare(&["tidewater-refresh-validate", "tidewater-refresh-check-out"], &sent);

    let first = scene.tap.seen().len();
    let entry = &scene.cli.json(["license", "list"])["entries"][0];
    let license_id = entry["license_id"].as_str().unwrap();
    let sent = scene.sent_by(first, || scene.cli.run(["license", "deactivate", license_id, "--yes"]));
    assert!(sent.is_empty(), "a license without seats is given back to nobody");
    sign_in_and_out(&mut scene, "tidewater");
}
