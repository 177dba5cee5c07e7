//! Who holds the seats of a license, in its product's spread: read, one renamed, and one given back that is no more.

use gatefold_tests::{Cli, Fault};
use serde_json::json;

use crate::stage::{Stage, cli_at};

/// Another computer, which has a seat of this license and is called "old laptop".
fn another_computer(stage: &Stage, state: &str) {
    let home = tempfile::tempdir().unwrap();
    let done = Cli::new(home.path())
        .vendor(&stage.sandbox.vendor_file())
        .env("GATEFOLD_TEST_MACHINE_ID", "3f1c9a7e5b2d4860a1b2c3d4e5f60718")
        .json(["license", "activate", &stage.sandbox.key(state), "--device-name", "old laptop", "--yes"]);
    assert_eq!(done["status"], "activated");
}

#[test]
pub(crate) fn the_computers_of_a_license() {
    let Some(stage) = Stage::open("the_computers_of_a_license") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let taken = || stage.sandbox.seats_taken(&license);
    another_computer(&stage, "free");
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.reads("was not read yet");
    stage.press("See the computers");
    stage.reads("Nothing about this computer is in it");
    stage.look("computers-1-preview");
    stage.press("Send and read");
    stage.reads("2 of 3 seats in use");
    stage.look("computers-2-read");
    stage.press("Open Halo Plate");
    stage.reads("2 of 3 seats in use");
    stage.look("computers-3-product");

    stage.press("Rename old laptop");
    stage.fill("New name of old laptop", "rack");
    stage.look("computers-4-name");
    stage.press("Look at the request");
    stage.reads("will list old laptop as");
    stage.look("computers-5-rename");
    stage.press("Send the name");
    stage.reads("It has its new name");
    stage.press("Open Halo Plate");

    // Three clicks, the last one in a dialog of the system; a no sends nothing, and what was shown can still be sent.
    let before = stage.sandbox.recorded().len();
    stage.press("Give back the seat of rack");
    stage.reads("cannot be recalled");
    stage.look("computers-6-release");
    stage.press("Give the seat back");
    stage.screen.say_no("^Give back the seat of rack\\?$");
    assert_eq!((stage.sandbox.recorded().len(), taken()), (before, 2));
    stage.press("Give the seat back");
    stage.screen.say_yes("^Give back the seat of rack\\?$");
    stage.reads("The seat is free");
    stage.picture("computers-7-released");
    assert_eq!(taken(), 1);
    stage.press("Open Halo Plate");
    stage.reads("1 of 3 seats in use");
}

/// The one seat is another computer's: it is given back from where the activation met the limit, which then goes on.
#[test]
pub(crate) fn a_full_license_is_activated_in_the_place_of_another_computer() {
    let Some(stage) = Stage::open("a_full_license_is_activated_in_the_place_of_another_computer") else {
        return;
    };
    let license = stage.sandbox.license("one_seat")["license_id"].as_str().unwrap().to_owned();
    another_computer(&stage, "one_seat");
    stage.add_vendor();
    stage.ask_about(&stage.sandbox.key("one_seat"));
    stage.press("Send to Sleeve Audio");
    stage.reads("The one seat is in use");
    stage.look("full-1-plan");
    stage.press("Try anyway");
    stage.is_told(
        "keygen.seats_full",
        "All seats of this license are in use",
        &["See the computers", "Try again"],
    );
    stage.press("See the computers");
    stage.press("Send and read");
    stage.reads("1 of 1 seats in use");
    stage.look("full-2-computers");
    stage.press("Give back the seat of old laptop");
    stage.press("Give the seat back");
    stage.screen.say_yes("^Give back the seat of old laptop\\?$");
    stage.reads("The seat is free");
    stage.look("full-3-free");
    stage.press("Go on with the activation");
    stage.press("Send to Sleeve Audio");
    stage.press("Send and activate");
    stage.reads("Paper Moon is ready");
    assert_eq!(stage.sandbox.seats_taken(&license), 1);
    assert_eq!(stage.cli().json(["license", "list"])["entries"].as_array().unwrap().len(), 1);
}

/// What the key does not open is asked for once more by the sign-in, and shown anew before it is sent.
#[test]
fn the_computers_of_a_license_that_the_sign_in_opens() {
    let Some(stage) = Stage::open("the_computers_of_a_license_that_the_sign_in_opens") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("sign_in_only"));
    let license = stage.sandbox.license("sign_in_only")["license_id"].clone();
    stage.driver.script("location.hash = `#/seats/${arguments[0]}`", &[license]);
    stage.press("Send and read");
    stage.is_told("keygen.not_allowed", "the vendor wants more than the key", &["Sign in at Sleeve Audio"]);
    stage.look("seats-sign-in-1-wanted");
    stage.press("Sign in at Sleeve Audio");
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("Sign-in");
    stage.press("Send and read");
    stage.reads("seats in use");
    stage.look("seats-sign-in-2-read");
    let entries = stage.cli().json(["ledger", "list"])["entries"].clone();
    let last = entries.as_array().unwrap().last().unwrap();
    assert_eq!((&last["purpose"], &last["status"]), (&json!("seats"), &json!(200)), "{last}");
    assert!(last["items"].as_array().unwrap().contains(&json!("token")), "{last}");
}

/// The server fails at a release: nobody refused anything, and it is not known until a list says how it is; then it is told no
/// more.
#[test]
fn a_release_that_the_server_failed_at_is_open_until_the_list_is_read() {
    let name = "a_release_that_the_server_failed_at_is_open_until_the_list_is_read";
    let Some(stage) = Stage::open(name) else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    let product = || stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    product();
    stage.press("Deactivate here");
    let failed = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    stage.tap.faults([Fault::Answer(failed.to_vec())]);
    stage.press("Send and deactivate");
    stage.is_told("keygen.server_error", "it is not known whether it acted", &["Try again"]);
    stage.find("//h1[contains(., 'outcome unknown')]");
    stage.find("//li[contains(., 'Sent, and the server failed')]");
    stage.look("failed-release-1");
    stage.press("See what was sent");
    stage.find("//a[@data-id][contains(., 'Server failed')]");
    assert!(!stage.driver.sees("//a[@data-id][contains(., 'Refused')]"));
    stage.look("failed-release-2-record");
    stage.library();
    product();
    stage.reads("no answer told what became of it");
    stage.reads("Whether it still has a seat is not known");
    stage.look("failed-release-3-product");
    stage.press("See the computers");
    stage.press("Send and read");
    stage.reads("1 of 3 seats in use");
    stage.press("Open Halo Plate");
    stage.reads("Takes one seat of the license");
    assert!(!stage.driver.sees("//*[contains(., 'no answer told what became of it')]"));
}

/// This computer's own seat, of which nothing is known here but what the list says, as after a home was lost: given back by
/// whoever says so, unless another program took it up meanwhile.
#[test]
fn a_seat_of_this_computers_that_the_list_alone_knows() {
    let Some(stage) = Stage::open("a_seat_of_this_computers_that_the_list_alone_knows") else { return };
    let (key, license) = (stage.sandbox.key("free"), stage.sandbox.license("free")["license_id"].clone());
    let lost = tempfile::tempdir().unwrap();
    let activate = ["license", "activate", &key, "--device-name", "studio", "--yes"];
    cli_at(lost.path()).vendor(&stage.sandbox.vendor_file()).json(activate);
    let to_seat = || {
        stage.ask_about(&key);
        stage.press("Send to Sleeve Audio");
        stage.reads("Send and activate");
        stage.driver.script("location.hash = `#/seats/${arguments[0]}`", std::slice::from_ref(&license));
        stage.press("Send and read");
        stage.find("//li[contains(., 'studio')][contains(., 'this computer')]");
        stage.press("Give back the seat of studio");
        stage.reads("It is this computer's own");
    };
    stage.add_vendor();
    to_seat();
    stage.look("own-seat-1-release");
    let taken = || stage.sandbox.seats_taken(license.as_str().unwrap());
    stage.cli().json(activate);
    stage.press("Give the seat back");
    stage.screen.say_yes("^Give back the seat of studio\\?$");
    stage.is_told("store.intent_gone", "Another Gatefold", &["Try again"]);
    assert_eq!(taken(), 1);
    assert_eq!(stage.cli().json(["license", "list"])["entries"][0]["standing"], "active");
}

/// The home is as it was, and the system is another: each license is named, and comes back by the key that is kept.
#[test]
pub(crate) fn a_license_of_the_system_before_is_activated_here() {
    let Some(stage) = Stage::open("a_license_of_the_system_before_is_activated_here") else { return };
    stage.add_vendor();
    let before = stage.cli().env("GATEFOLD_TEST_MACHINE_ID", "3f1c9a7e5b2d4860a1b2c3d4e5f60718");
    before.json(["license", "activate", &stage.sandbox.key("free"), "--yes"]);
    stage.library();
    stage.reads("Activate Halo Plate here");
    stage.look("computers-before-1-library");
    stage.press("Activate Halo Plate here");
    stage.press("Send to Sleeve Audio");
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    stage.library();
    assert!(!stage.driver.sees("//*[contains(., 'Activate Halo Plate here')]"));
    assert_eq!(stage.cli().json(["license", "list"])["entries"][0]["standing"], json!("active"));
}
