//! Before the computer is sold: everything on it is deactivated, and what is refused is listed and can be tried again.

use gatefold_tests::{Fault, Hold};
use serde_json::json;

use crate::stage::Stage;

const ASKED: &str = "^Deactivate everything on this computer\\?$";

#[test]
fn everything_is_deactivated_at_once() {
    let Some(stage) = Stage::open("everything_is_deactivated_at_once") else { return };
    let licenses = ["free", "one_seat"]
        .map(|state| stage.sandbox.license(state)["license_id"].as_str().unwrap().to_owned());
    let taken = || licenses.iter().map(|id| stage.sandbox.seats_taken(id)).sum::<usize>();
    stage.add_vendor();
    stage.activate(&["free", "one_seat"]);
    assert_eq!(taken(), 2);
    let before = stage.sandbox.recorded().len();

    stage.press("Settings");
    stage.press("Deactivate everything here");
    stage.reads("2 licenses, 2 requests to one vendor. This is everything in them.");
    stage.look("everything-1-preview");
    // A no sends nothing, and what was shown can still be sent.
    stage.press("Send and deactivate all");
    stage.screen.say_no(ASKED);
    assert_eq!((stage.sandbox.recorded().len(), taken()), (before, 2));

    // One answer is lost: the other license is given back all the same.
    stage.tap.faults([Fault::CutRequest(20)]);
    stage.press("Send and deactivate all");
    stage.screen.say_yes(ASKED);
    stage.reads("One license deactivated, 1 not.");
    stage.find("//li[@data-state='failed'][contains(., 'network.cut_off')]");
    stage.look("everything-2-partly");
    assert_eq!(taken(), 1);
    assert_eq!(stage.cli().json(["license", "list"])["entries"].as_array().unwrap().len(), 1);

    stage.press("Look at the rest again");
    stage.reads("One license, one request to one vendor.");
    stage.press("Send and deactivate all");
    stage.screen.say_yes(ASKED);
    stage.reads("Everything is deactivated.");
    stage.picture("everything-3-done");
    assert_eq!((taken(), &stage.cli().json(["license", "list"])["entries"]), (0, &json!([])));
}

#[test]
fn it_stops_between_two() {
    let Some(stage) = Stage::open("it_stops_between_two") else { return };
    stage.add_vendor();
    stage.activate(&["free", "one_seat"]);
    stage.press("Settings");
    stage.press("Deactivate everything here");
    let hold = Hold::default();
    stage.tap.faults([Fault::Hold(hold.clone())]);
    stage.press("Send and deactivate all");
    stage.screen.say_yes(ASKED);
    hold.until_asked();
    // It goes on while another page is looked at, and can be stopped there.
    stage.press("What was sent");
    stage.reads("Deactivating: 0 of 2 done");
    stage.reads("Not known before it is answered");
    stage.look("everything-4-going-on");
    stage.press("Stop before the next one");
    hold.let_go();
    stage.reads("One license deactivated, 1 not.");
    stage.press("See each of them");
    stage.find("//li[@data-state='cancelled']");
    // Seen, it is no longer told.
    stage.library();
    assert!(!stage.driver.sees("//*[contains(., '1 not.')]"));
    assert_eq!(stage.cli().json(["license", "list"])["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn where_the_vendor_is_gone_a_license_is_removed_here_alone() {
    let Some(stage) = Stage::open("where_the_vendor_is_gone_a_license_is_removed_here_alone") else { return };
    let license = stage.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.tap.close();
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.press("Deactivate here");
    stage.press("Send and deactivate");
    stage.is_told("network.unreachable", "could not be reached", &["Try again"]);
    stage.press("Remove it from this computer alone");
    stage.screen.say_yes("^Remove Halo Plate from this computer alone\\?$");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Not on this computer')]");
    assert_eq!(stage.sandbox.seats_taken(&license), 1, "nobody told the vendor");
}
