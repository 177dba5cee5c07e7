//! Stopping at each step of an activation: what has left is said, and no seat stays silent.

use gatefold_tests::{Fault, Hold};
use serde_json::json;

use crate::stage::Stage;

/// The request of this number from now on is answered by the server, and the answer kept back.
fn hold(stage: &Stage, number: usize) -> Hold {
    let hold = Hold::default();
    let faults = std::iter::repeat_n(Fault::None, number);
    stage.tap.faults(faults.chain([Fault::Hold(hold.clone())]));
    hold
}

#[test]
pub(crate) fn at_each_step_it_is_said_what_has_left() {
    let Some(stage) = Stage::open("at_each_step_it_is_said_what_has_left") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let key = stage.sandbox.key("free");
    let sent = || stage.tap.seen().len();
    let went_back = "The question about the key had been sent to Sleeve Audio; nothing else was";
    stage.add_vendor();

    // The question is only shown.
    stage.ask_about(&key);
    stage.press("Cancel");
    stage.find("//h1[normalize-space()='Add a license']");
    assert_eq!(sent(), 0);
    assert!(!stage.driver.sees(&format!("//*[contains(., '{went_back}')]")));

    // It is on its way.
    stage.ask_about(&key);
    let held = hold(&stage, 0);
    stage.press("Send to Sleeve Audio");
    held.until_asked();
    stage.press("Do not wait for the answer");
    stage.reads(went_back);
    held.let_go();
    assert_eq!(sent(), 1);

    // The activation is only shown.
    stage.plan(&key);
    stage.press("Cancel");
    stage.reads(went_back);
    assert_eq!((sent(), stage.sandbox.seats_taken(&license)), (2, 0));

    // A seat is being taken.
    stage.plan(&key);
    let held = hold(&stage, 0);
    stage.press("Send and activate");
    held.until_asked();
    stage.press("Stop before the next step");
    stage.reads("Stopping …");
    held.let_go();
    // It is no failure, and has both ways out.
    stage.find("//h1[normalize-space()='The activation of Halo Plate was stopped']");
    stage.reads("You stopped it after a seat was taken");
    stage.find("//a[normalize-space()='Give the seat back']");
    assert!(!stage.driver.sees("//*[@role='alert']"));
    stage.find("//li[@data-state='done'][contains(., 'Take a seat')]");
    stage.find("//li[@data-state='cancelled'][contains(., 'Fetch the license file')]");
    stage.look("cancelled-with-a-seat");
    assert_eq!((sent(), stage.sandbox.seats_taken(&license)), (4, 1));
    assert_eq!(stage.cli().json(["license", "list"])["entries"], json!([]));

    // The page is left while the file is being fetched: that goes on, and takes no second seat.
    stage.press("Finish the activation");
    stage.press("Send to Sleeve Audio");
    stage.reads("Send and activate");
    let held = hold(&stage, 0);
    stage.press("Send and activate");
    held.until_asked();
    stage.library();
    stage.reads("Activate Halo Plate: on its way");
    held.let_go();
    stage.reads("Halo Plate is ready");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]");
    assert_eq!(stage.sandbox.seats_taken(&license), 1);
}

#[test]
fn what_fails_after_its_page_was_left_is_told_all_the_same() {
    let Some(stage) = Stage::open("what_fails_after_its_page_was_left_is_told_all_the_same") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("free"));
    let held = Hold::default();
    stage.tap.faults([Fault::Hold(held.clone()), Fault::LoseAnswer]);
    stage.press("Send and activate");
    held.until_asked();
    stage.library();
    held.let_go();
    stage.is_told(
        "license.seat_without_file",
        "The activation of Halo Plate is not finished. This computer holds a seat now",
        &["See its steps", "Close"],
    );
    stage.reads("The activation of Halo Plate was not finished");
    stage.press("Give the seat back");
    stage.press("Send and give it back");
    stage.reads("The seat is free.");
    assert_eq!(stage.sandbox.seats_taken(&license), 0);

    // Nothing of it is left in the way: the same key is activated in one go.
    stage.plan(&stage.sandbox.key("free"));
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(stage.sandbox.seats_taken(&license), 1);
}

#[test]
pub(crate) fn a_lost_file_is_fetched_again_or_its_seat_given_back() {
    let Some(stage) = Stage::open("a_lost_file_is_fetched_again_or_its_seat_given_back") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    stage.add_vendor();
    stage.activate(&["free"]);
    let lose = || {
        for file in gatefold_tests::files_under(&stage.home().join("shelf")).into_keys() {
            if file.extension().is_some_and(|ending| ending == "lic") {
                std::fs::remove_file(file).unwrap();
            }
        }
        stage.driver.reload();
        stage.reads("The license file of Halo Plate is missing or damaged");
        stage.find("//a[contains(., 'Halo Plate')][contains(., 'License file is missing')]");
    };
    lose();
    stage.look("lost-1-library");
    stage.press("Fetch the file again");
    stage.find("//h1[normalize-space()='Fetch the license file of Halo Plate again']");
    stage.picture("lost-2-check");
    stage.press("Send to Sleeve Audio");
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    assert_eq!(stage.sandbox.seats_taken(&license), 1, "no second seat");

    stage.library();
    lose();
    // The product's page says the same.
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')][contains(., 'License file is missing')]"));
    stage.find("//h1[normalize-space()='Halo Plate']");
    stage.reads("the seat at Sleeve Audio is still this computer's");
    stage.picture("lost-3-product");
    stage.press("Give the seat back");
    stage.reads("the seat at Sleeve Audio is still taken. This gives it back.");
    stage.press("Send and give it back");
    stage.reads("The seat is free.");
    assert_eq!(stage.sandbox.seats_taken(&license), 0);
}
