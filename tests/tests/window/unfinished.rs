//! What goes wrong in the middle: a seat is held, and there is no file. It is said with its way out, and given back.

use gatefold_tests::{Cli, Fault};
use serde_json::json;

use crate::stage::Stage;

#[test]
fn a_seat_without_a_file_is_given_back() {
    let Some(stage) = Stage::open("a_seat_without_a_file_is_given_back") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    stage.add_vendor();
    stage.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    stage.plan(&stage.sandbox.key("free"));
    stage.press("Send and activate");

    stage.reads("Give the seat back");
    stage.find("//li[@data-state='done'][contains(., 'Take a seat')]");
    stage.find("//li[@data-state='failed'][contains(., 'Fetch the license file')]");
    stage.find("//li[@data-state='waiting'][contains(., 'Check its signature')]");
    stage.reads("Finish the activation, which takes no second seat; or give the seat back.");
    stage.picture("unfinished-1-said");
    assert_eq!(stage.sandbox.seats_taken(&license), 1);
    // What left is counted while it happens.
    stage.find("//p[contains(., '3 requests')][contains(., 'sent today')]");

    // It waits in the library, too, until it is resolved.
    stage.press("Library");
    stage.reads("The activation of Halo Plate was not finished");
    stage.picture("unfinished-2-library");
    stage.press("Give the seat back");
    stage.reads("An activation took a seat at Sleeve Audio");
    stage.picture("unfinished-3-release");
    stage.press("Send and give it back");
    stage.reads("The seat is free.");
    stage.picture("unfinished-4-free");
    assert_eq!(stage.sandbox.seats_taken(&license), 0);
    assert_eq!(stage.cli().json(["license", "list"])["entries"], json!([]));
    stage.press("Library");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Not on this computer')]");
    assert!(!stage.driver.sees("//*[contains(., 'was not finished')]"));
}

/// The seat was given back by the key from another computer: what the vendor then says is kept, and a seat is taken again.
#[test]
pub(crate) fn a_seat_that_is_gone_is_taken_again() {
    let Some(stage) = Stage::open("a_seat_that_is_gone_is_taken_again") else { return };
    let (key, license) = (stage.sandbox.key("free"), stage.sandbox.license("free")["license_id"].clone());
    let taken = || stage.sandbox.seats_taken(license.as_str().unwrap());
    stage.add_vendor();
    stage.activate(&["free"]);
    let seat = stage.cli().json(["license", "list"])["entries"][0]["machine_id"].clone();
    let home = tempfile::tempdir().unwrap();
    let other = Cli::new(home.path()).vendor(&stage.sandbox.vendor_file());
    let other = other.env("GATEFOLD_TEST_MACHINE_ID", "3f1c9a7e5b2d4860a1b2c3d4e5f60718");
    other.json(["license", "seats", &key, "--yes"]);
    other.json(["license", "deactivate", seat.as_str().unwrap(), "--key", &key, "--yes"]);
    assert_eq!(taken(), 0);

    stage.library();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.press("Refresh the license");
    stage.press("Send and refresh");
    stage.is_told("license.seat_gone", "released elsewhere", &[]);
    stage.library();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.reads("this computer has no seat any more");
    stage.reads("Its seat was given back");
    stage.look("gone-seat-1-product");
    stage.press("Activate again");
    stage.reads("Take a seat for Halo Plate again");
    stage.reads("the one that was this computer's is gone");
    stage.look("gone-seat-2-check");
    stage.press("Send to Sleeve Audio");
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(taken(), 1);
    assert_eq!(stage.cli().json(["license", "list"])["entries"].as_array().unwrap().len(), 1);
}
