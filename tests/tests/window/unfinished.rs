//! What goes wrong in the middle: a seat is held, and there is no file. It is said with its way out, and given back.

use gatefold_tests::Fault;
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
