//! Before the computer is sold: everything on it is deactivated, and what is refused is listed and can be tried again.

use std::process::Command;

use gatefold_tests::{Fault, Hold, Sandbox, SandboxOptions, program, skipped};
use serde_json::json;

use crate::driver::until;
use crate::stage::{Stage, start};

const ASKED: &str = "^Deactivate everything on this computer\\?$";

#[test]
pub(crate) fn everything_is_deactivated_at_once() {
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
    // Whose each request was stands over it.
    for product in ["Halo Plate", "Paper Moon"] {
        let head = format!("//h3[normalize-space()='{product}']");
        stage.find(&format!("{head}/following-sibling::*[1][self::ol][count(li)=1]"));
    }
    stage.find("//ol/li[contains(., 'Unknown')]");
    stage.look("everything-2-partly");
    assert_eq!(taken(), 1);
    assert_eq!(stage.cli().json(["license", "list"])["entries"].as_array().unwrap().len(), 1);

    stage.press("Look at the rest again");
    stage.reads("One license, one request to one vendor.");
    stage.press("Send and deactivate");
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

/// A place of root's alone, with the license in it for all users; then the words.
const FOR_ALL: &str = "mount -t tmpfs -o mode=0755 none /var/lib && \"$0\" license install \"$1\" --all-users --yes && shift && exec \"$@\"";

/// What root installed goes on, and only root can end it: said where the license is given back.
#[test]
fn what_is_installed_for_all_users_is_named() {
    let name = "what_is_installed_for_all_users_is_named";
    let can = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/var/lib"]).status();
    if !can.is_ok_and(|status| status.success()) {
        return skipped(name, "no mount namespace can be made here");
    }
    let Some(mut stage) = Stage::open(name) else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    let listed = stage.cli().json(["license", "list"]);
    let file = listed["entries"][0]["license_file"].as_str().unwrap();
    stage.screen.close("^Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    let gatefold = program("gatefold").display().to_string();
    let line = ["unshare", "-m", "sh", "-c", FOR_ALL, &gatefold, file].map(str::to_owned).to_vec();
    stage.driver = start(&stage.screen, stage.dir.path(), line, Vec::new());
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.press("Deactivate here");
    stage.press("Send and deactivate");
    stage.reads("The seat is free.");
    stage.reads("For all users of this computer it is installed still, and counts until root removes it:");
    stage.find("//code[starts-with(normalize-space(), 'sudo rm /var/lib/gatefold/vendors/')]");
    stage.look("released-for-all");
}

/// A vendor that leaves the computer's name to the person has none of those that are activated at once, unless one is typed.
#[test]
fn a_name_that_is_not_required_is_sent_if_it_is_typed() {
    let Some(stage) = Stage::open("a_name_that_is_not_required_is_sent_if_it_is_typed") else { return };
    let options = SandboxOptions { plays: Some("toontrack".to_owned()), ..SandboxOptions::default() };
    let sandbox = Sandbox::with(&options);
    let cli = stage.cli();
    cli.json(["vendor", "add", sandbox.vendor_file().to_str().unwrap(), "--yes"]);
    let sign_in = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
    assert!(cli.run_with_input(sign_in, b"demo-password").status.success());
    stage.driver.script("location.hash = '#/activate-all'", &[]);
    stage.driver.reload();
    stage.reads("Not required. Left empty, no name is sent.");
    stage.look("all-name-1-empty");
    let label = stage.find("//label[contains(., 'Name of this computer')]");
    stage.fill(&stage.driver.text_of(&label), "studio desk");
    stage.press_keys(&["Tab"]);
    stage.find("//*[contains(., 'Device name')][contains(., 'studio desk')]");
    stage.look("all-name-2-typed");
    stage.press("Send and activate all");
    stage.reads("are activated on this computer.");
    let wire: Vec<String> =
        sandbox.recorded().iter().map(|wire| String::from_utf8_lossy(wire).into_owned()).collect();
    let seats: Vec<&String> = wire.iter().filter(|wire| wire.contains("\"fingerprint\":")).collect();
    assert!(
        seats.len() > 1 && seats.iter().all(|wire| wire.contains("\"name\":\"studio desk\"")),
        "{seats:?}"
    );
}
