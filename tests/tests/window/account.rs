//! Signing in: a wrong password, a second factor, and a license that its key alone does not open.

use gatefold_tests::{Fault, Hold, Sandbox, SandboxOptions};
use serde_json::json;

use crate::driver::until;
use crate::stage::Stage;

/// A code is of half a minute.
const NOON: &str = "2026-11-20T12:00:00Z";

impl Stage {
    pub(crate) fn sign_in(&self, email: &str, password: &str) {
        self.fill("E-mail", email);
        self.fill("Password", password);
        self.press("Show what will be sent");
        self.reads("The password itself is not kept anywhere.");
        self.press("Send and sign in");
    }
}

#[test]
pub(crate) fn what_the_key_does_not_open_the_sign_in_does() {
    let Some(stage) = Stage::open("what_the_key_does_not_open_the_sign_in_does") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("sign_in_only"));
    stage.press("Send and activate");
    stage.is_told("keygen.not_allowed", "the vendor wants more than the key", &["Sign in at Sleeve Audio"]);
    // Both requests were refused, and nothing was done.
    for step in ["Take a seat", "Ask about the seat"] {
        stage.find(&format!("//li[@data-state='refused'][contains(., '{step}')]"));
    }
    assert!(!stage.driver.sees("//li[@data-state='done']"));
    stage.look("sign-in-1-wanted");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("demo@example.com", "a wrong one");
    stage.is_told("keygen.credentials", "E-mail or password is wrong", &["Forgot the password"]);
    stage.picture("sign-in-2-refused");
    stage.fill("Password", "demo-password");
    stage.press("Show what will be sent");
    stage.picture("sign-in-3-preview");
    let before = stage.sandbox.recorded().len();
    stage.press("Send and sign in");
    // Shown anew before it is sent, and nothing of it has left.
    stage.reads("The key alone does not open it; your sign-in does");
    stage.picture("sign-in-4-anew");
    let signed_in = stage.sandbox.recorded().len();
    assert!(signed_in > before);
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(stage.cli().json(["license", "list"])["entries"][0]["standing"], "active");

    stage.press("Settings");
    stage.reads("Signed in as demo@example.com");
    stage.press("Sign out of Sleeve Audio");
    stage.press("Send and sign out");
    stage.reads("You are signed out.");
    stage.reads("Sleeve Audio revoked this sign-in.");
}

/// A sign-in that is on its way is found again, and what came of it is said wherever the user is by then.
#[test]
fn a_sign_in_that_is_left_goes_on_in_sight() {
    let Some(stage) = Stage::open("a_sign_in_that_is_left_goes_on_in_sight") else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.press("Sign in at Sleeve Audio");
    stage.fill("E-mail", "demo@example.com");
    stage.fill("Password", "demo-password");
    stage.press("Show what will be sent");
    let held = Hold::default();
    stage.tap.faults([Fault::Hold(held.clone())]);
    stage.press("Send and sign in");
    held.until_asked();
    stage.look("sign-in-6-on-its-way");
    stage.press("Do not wait for the answer");
    stage.find("//h1[normalize-space()='Library']");
    stage.reads("Sign in at Sleeve Audio: on its way");
    stage.look("sign-in-7-elsewhere");
    stage.press("See its steps");
    stage.find("//h2[normalize-space()='demo@example.com']");
    assert!(!stage.driver.sees("//*[contains(., 'on its way')][not(*)]"));
    stage.press("Settings");
    stage.reads("Sign in at Sleeve Audio: on its way");
    held.let_go();
    stage.find("//*[@role='status']//*[contains(., 'Signed in at Sleeve Audio as demo@example.com')]");
    stage.find("//h1[normalize-space()='Settings']");
    stage.look("sign-in-8-done-elsewhere");
    assert_eq!(stage.cli().json(["account", "show"])["email"], json!("demo@example.com"));
}

#[test]
pub(crate) fn a_second_factor_is_asked_for() {
    let Some(stage) = Stage::open_at("a_second_factor_is_asked_for", NOON) else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("two-factor@example.com", "demo-password");
    stage.is_told("keygen.otp_required", "asks for a one-time code", &[]);
    stage.fill("One-time code", "000000");
    stage.press("Show what will be sent");
    stage.press("Send and sign in");
    stage.is_told("keygen.otp_invalid", "wrong, too old or already used", &[]);
    stage.picture("sign-in-5-code");
    // In two groups, as a telephone shows it.
    let secret = stage.sandbox.ready["two_factor_account"]["otp_secret"].as_str().unwrap();
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let noon: jiff::Timestamp = NOON.parse().unwrap();
    let code = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    let code = code.generate(noon.as_second().cast_unsigned()).to_string();
    stage.fill("One-time code", &format!("{} {}", &code[..3], &code[3..]));
    stage.press("Show what will be sent");
    stage.press("Send and sign in");
    stage.reads("Signed in at Sleeve Audio as two-factor@example.com");
}

#[test]
pub(crate) fn what_the_account_owns_is_activated_at_once() {
    let Some(stage) = Stage::open("what_the_account_owns_is_activated_at_once") else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.press("Sign in at Sleeve Audio");
    stage.fill("E-mail", "demo@example.com");
    stage.fill("Password", "demo-password");
    stage.press("Show what will be sent");
    stage.press("Show the requests");
    stage.reads("Sent only if the sign-in is not kept");
    stage.picture("owned-1-sign-in");
    stage.press("Send and sign in");
    // The library knows what is the account's; nothing was activated by that.
    stage.reads("of your licenses can be activated here");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Yours, not here')]");
    stage.look("owned-2-library");
    assert_eq!(stage.cli().json(["license", "list"])["entries"], json!([]));

    stage.press("Activate all on this computer");
    stage.reads("Name of this computer, as Sleeve Audio will list it");
    stage.look("owned-3-preview");
    // One of each product is enough; what is left out is named, and why.
    for (license, why) in [
        ("PAST", "has ended"),
        ("HALT", "suspended by the vendor"),
        ("SGNN", "another license of it is enough"),
        ("SAFE", "another license of it is enough"),
        ("FULL", "all its seats are in use"),
    ] {
        stage.find(&format!("//li[not(@data-state)][contains(., '{license}')][contains(., '{why}')]"));
    }
    stage.press("Send and activate all");
    stage.reads("All 4 are activated on this computer.");
    stage.picture("owned-4-done");
    let listed = stage.cli().json(["license", "list"]);
    let mut here: Vec<&str> = listed["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["product"].as_str().unwrap())
        .collect();
    here.sort_unstable();
    assert_eq!(here, ["Blocks", "Halo Plate", "Low Tide", "Paper Moon"]);
    assert_eq!(stage.driver.count("//li[@data-state='done']"), here.len());

    // Asked again, the list is as it is; one that is left is activated, or refused, alone.
    stage.library();
    stage.press("Read the list again");
    stage.press("Send and read");
    stage.reads("licenses are yours.");
    stage.library();
    stage.driver.click(&stage.find("//a[contains(., 'Ninth Groove')]"));
    stage.find("//h1[normalize-space()='Ninth Groove']");
    // No seat of it is free: that is said before anything about this computer is sent.
    stage.reads("seats are in use");
    stage.look("owned-5-product");
    stage.press("Try anyway");
    stage.reads("By the list, all seats of it are in use");
    stage.look("owned-6-full");
    stage.press("Try anyway");
    stage.find("//li[@data-state='failed'][.//code[normalize-space()='keygen.seats_full']]");
    stage.picture("owned-7-refused");
}

/// In the library, without the settings: where to sign in of two vendors; nothing is filtered by it, and what is says so.
#[test]
fn of_two_vendors_one_signs_in_from_the_library() {
    let Some(stage) = Stage::open("of_two_vendors_one_signs_in_from_the_library") else { return };
    let tidewater =
        Sandbox::with(&SandboxOptions { plays: Some("tidewater".to_owned()), ..SandboxOptions::default() });
    stage.add_vendor();
    stage.cli().run(["vendor", "add", tidewater.vendor_file().to_str().unwrap(), "--yes"]);
    stage.driver.reload();
    stage.reads("Harbor Upright");
    stage.look("two-vendors-1-library");
    stage.resize(1000, 700);
    stage.press("Sign in");
    let vendor = stage.find("//*[@role='menuitem'][contains(., 'Sleeve Audio')]");
    stage.picture("two-vendors-menu");
    stage.driver.click(&vendor);
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("Signed in at Sleeve Audio as demo@example.com");
    // What is the other vendor's is shown still.
    stage.reads("Harbor Upright");
    stage.look("two-vendors-2-signed-in");
    stage.press("On this computer");
    stage.reads("Nothing on the shelf fits");
    stage.press("Show all products");
    stage.reads("Harbor Upright");
    // What was sent to a vendor that was removed is found by its name, and nothing else is.
    let key = tidewater.key("free");
    stage.cli().json(["license", "activate", &key, "--vendor", "tidewater", "--yes"]);
    for words in [
        ["account", "sign-out", "--vendor", "sleeve", "--yes"],
        ["vendor", "remove", "sleeve", "--yes", "--json"],
    ] {
        let ran = stage.cli().run(words);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }
    stage.driver.reload();
    stage.driver.click(&stage.find("//nav//a[contains(., 'What was sent')]"));
    stage.find("//a[@data-id][contains(., 'Tidewater Instruments')]");
    stage.driver.click(&stage.find("//option[.='Sleeve Audio (removed)']"));
    until("none of the other's is listed", || {
        (!stage.driver.sees("//a[@data-id][contains(., 'Tidewater Instruments')]")).then_some(())
    });
    stage.find("//a[@data-id][contains(., 'Sign in')][contains(., 'Sleeve Audio')]");
    let lines = stage.cli().json(["ledger", "list"])["entries"].clone();
    let its = lines.as_array().unwrap().iter().filter(|line| line["vendor"] == "sleeve").count();
    assert_eq!(stage.driver.count("//a[@data-id]"), its, "{lines}");
    stage.look("two-vendors-3-removed");
}

#[test]
fn several_vendors_are_shown_as_one() {
    let Some(stage) = Stage::open("several_vendors_are_shown_as_one") else { return };
    let tidewater =
        Sandbox::with(&SandboxOptions { plays: Some("tidewater".to_owned()), ..SandboxOptions::default() });
    stage.add_vendor();
    stage.cli().run(["vendor", "add", tidewater.vendor_file().to_str().unwrap(), "--yes"]);
    for vendor in ["sleeve", "tidewater"] {
        let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
        let signed_in =
            stage.cli().run_with_input(["--vendor", vendor].into_iter().chain(words), b"demo-password\n");
        assert_eq!(signed_in.code(), Some(0), "{signed_in:?}");
    }
    // A second license of a product is activated by itself.
    let signed = stage.sandbox.key("sign_in_only");
    let activated = stage.cli().run(["--vendor", "sleeve", "license", "activate", &signed, "--yes"]);
    assert_eq!(activated.code(), Some(0), "{activated:?}");
    let activated =
        stage.cli().run(["--vendor", "sleeve", "license", "activate", &stage.sandbox.key("free"), "--yes"]);
    assert_eq!(activated.code(), Some(0), "{activated:?}");
    stage.driver.reload();
    stage.press("Activate all on this computer");
    stage.reads("to 2 vendors, and ");
    stage.look("several-1-preview");
    stage.press("Show the requests");
    stage.picture("several-2-bytes");
    stage.press("Send and activate all");
    stage.reads("are activated on this computer.");
    stage.picture("several-3-partly");

    // Of a license of the account nothing need be sent.
    stage.press("Back to the library");
    stage.press("Settings");
    stage.picture("several-4-settings");
    stage.press("Deactivate everything here");
    stage.reads("nothing is sent");
    // Licenses of one product are told apart by their keys.
    stage.find("//li[contains(., 'Halo Plate')][contains(., 'SGNN')]");
    stage.look("several-5-off");
    stage.press("Send and deactivate all");
    stage.screen.say_yes("^Deactivate everything on this computer\\?$");
    stage.reads("Everything is deactivated.");
    assert_eq!(stage.cli().json(["license", "list"])["entries"], json!([]));
}
