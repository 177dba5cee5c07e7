//! Giving a license to somebody else, from the product's page: by the vendor's server, and by a message.

use gatefold_tests::{Sandbox, SandboxOptions};
use serde_json::json;

use crate::stage::Stage;

#[test]
pub(crate) fn a_license_is_given_away() {
    let Some(stage) = Stage::open("a_license_is_given_away") else { return };
    stage.add_vendor();
    let key = stage.sandbox.key("free");
    stage.cli().json(["license", "activate", &key, "--yes"]);
    let id = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    stage.driver.reload();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.press("Give it away");
    stage.reads("A license is given away by its account, so you sign in first.");
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("30 days after the purchase");
    stage.fill("E-mail address of who gets it", "friend@example.com");
    stage.look("giving-1-address");
    let before = stage.sandbox.recorded().len();
    stage.press("Show what will be sent");
    stage.reads("is asked whether it can be given away");
    stage.look("giving-2-question");
    assert_eq!(stage.sandbox.recorded().len(), before);
    stage.press("Ask");
    stage.reads("That address is another person");
    stage.look("giving-3-preview");
    assert_eq!((stage.sandbox.recorded().len(), stage.sandbox.seats_taken(&id)), (before + 1, 1));
    stage.press("Give it away");
    stage.screen.say_no("^Give Halo Plate away\\?$");
    assert_eq!(stage.sandbox.given_to(&id), Vec::<String>::new());
    stage.press("Give it away");
    stage.screen.say_yes("^Give Halo Plate away\\?$");
    stage.reads("Halo Plate is given to friend@example.com");
    stage.look("giving-4-done");
    assert_eq!(stage.sandbox.given_to(&id), ["friend@example.com"]);
    assert_eq!(stage.cli().json(["license", "list"])["entries"], json!([]));
}

/// One that this computer never had: there is no seat to be given back, and no file that goes first.
#[test]
fn a_license_of_the_account_alone_is_given_away() {
    let Some(stage) = Stage::open("a_license_of_the_account_alone_is_given_away") else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("of your licenses can be activated here");
    stage.press("My keys");
    stage.reads("Such a key is shown here once its license is activated.");
    stage.look("keys-owned");
    stage.library();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    let id = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let give = stage.find(&format!("//a[@href='#/transfer/{id}'][.='Give it away']"));
    stage.look("giving-6-owned");
    stage.driver.click(&give);
    stage.fill("E-mail address of who gets it", "friend@example.com");
    stage.press("Show what will be sent");
    stage.press("Ask");
    stage.reads("Halo Plate can be given away");
    stage.press("Give it away");
    stage.screen.say_yes("^Give Halo Plate away\\?$");
    stage.reads("Halo Plate is given to friend@example.com");
    assert_eq!(stage.sandbox.given_to(&id), ["friend@example.com"]);
    stage.library();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.find("//h1[.='Halo Plate']");
    assert!(!stage.driver.sees(&format!("//a[@href='#/transfer/{id}']")));
}

#[test]
pub(crate) fn a_message_is_written_and_nothing_is_sent() {
    let Some(stage) = Stage::open("a_message_is_written_and_nothing_is_sent") else { return };
    let options = SandboxOptions { plays: Some("tidewater".to_owned()), ..SandboxOptions::default() };
    let tidewater = Sandbox::with(&options);
    stage.cli().json(["vendor", "add", tidewater.vendor_file().to_str().unwrap(), "--yes"]);
    let key = tidewater.key("free");
    stage.cli().json(["license", "activate", &key, "--vendor", "tidewater", "--yes"]);
    stage.driver.reload();
    let before = tidewater.recorded().len();
    stage.driver.click(&stage.find("//a[contains(., 'Harbor Upright')]"));
    stage.press("Give it away");
    stage.fill("E-mail address of who gets it", "friend@example.com");
    stage.press("Write the message");
    stage.reads("licenses@tidewater.example");
    stage.find("//mark[text()='friend@example.com']");
    stage.look("giving-5-message");
    assert_eq!(tidewater.recorded().len(), before);
}
