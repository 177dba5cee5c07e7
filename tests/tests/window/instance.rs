//! One window a home: a second start brings it to the front, or is refused where there is no bus; another home's stands beside
//! it. And its end.

use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::Duration;

use gatefold_tests::{Fault, Hold, tool};
use serde_json::json;

use crate::bus::Bus;
use crate::driver::until;
use crate::stage::Stage;

const HOSTILE: &[&str] = &[
    "gatefold://open/sleeve/halo-plate?key=SLEEVE-DEMO",
    "gatefold://send/sleeve/halo-plate",
    "gatefold://open/sleeve/../../settings",
    "gatefold://open/sleeve/halo%2Dplate",
    "gatefold://open/sleeve/<img src=x onerror=alert(1)>",
    "gatefold://open/javascript:alert(1)/x",
    "GATEFOLD://open/sleeve/halo-plate",
    "gatefold:",
];

#[test]
fn a_second_start_brings_the_first_window_to_the_front() {
    let name = "a_second_start_brings_the_first_window_to_the_front";
    if tool(name, "dbus-daemon").is_none() {
        return;
    }
    let bus = Bus::start();
    let Some(stage) = Stage::open_on(name, &bus.address) else { return };
    stage.add_vendor();

    let window = until("the window", || stage.screen.windows("^Gatefold").pop());
    stage.screen.hide(&window);
    until("it is out of sight", || stage.screen.windows("^Gatefold").is_empty().then_some(()));
    let another = |words: &[&str]| {
        let mut command = stage.another(words);
        command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        command
    };
    ends_well(another(&[]));
    until("it is back", || (stage.screen.windows("^Gatefold") == [window.clone()]).then_some(()));
    until("in front", || (stage.screen.active() == window).then_some(()));

    // It hands over what it was asked to open.
    ends_well(another(&["gatefold://open/sleeve/halo-plate"]));
    stage.find("//h1[.='Halo Plate']");
    let page = stage.driver.script("return location.hash", &[]);
    assert!(page.as_str().unwrap().ends_with("/halo-plate"), "{page}");
    let too_long = format!("gatefold://open/sleeve/{}", "x".repeat(300));
    for link in HOSTILE.iter().chain([&too_long.as_str()]) {
        ends_well(another(&[link]));
        assert_eq!(stage.driver.script("return location.hash", &[]), page, "{link}");
    }
    // As a desktop starts it.
    let mut by_command = stage.another_by_command(&["gatefold://open/sleeve/low-tide"]);
    by_command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    ends_well(by_command);
    stage.find("//h1[.='Low Tide']");
    // A bundle is looked at.
    let bundle = stage.dir.path().join("no bundle.gatefold-diagnostics");
    std::fs::write(&bundle, "nothing of ours").unwrap();
    ends_well(another(&[&format!("file://{}", bundle.display().to_string().replace(' ', "%20"))]));
    stage.find("//h1[.='This bundle is not opened']");
    // A file as a desktop names it, and as a shell does.
    let file = stage.sandbox.vendor_file();
    ends_well(another(&[&format!("file://{}", file.display())]));
    stage.reads("You have agreed to this file already");
    stage.press("Library");
    let mut here = another(&[file.file_name().unwrap().to_str().unwrap()]);
    here.current_dir(file.parent().unwrap());
    ends_well(here);
    stage.reads("You have agreed to this file already");
    assert_eq!(stage.sandbox.recorded().len(), 0, "nothing was sent");

    // What is half typed is not lost by it.
    stage.press("Library");
    stage.press("Add a license");
    stage.fill("License key", "SLEEVE-HALF");
    ends_well(another(&[file.to_str().unwrap()]));
    stage.reads("The file of Sleeve Audio was opened");
    ends_well(another(&["gatefold://open/sleeve/halo-plate"]));
    stage.reads("Halo Plate was asked for");
    let typed = stage.driver.script("return document.querySelector('main form input').value", &[]);
    assert_eq!(typed, json!("SLEEVE-HALF"));
    stage.look("going-file-waits");
    stage.press("Look at it");
    stage.reads("You have agreed to this file already");

    // Another home is another window.
    let dir = tempfile::tempdir().unwrap();
    let mut other = another(&["--home", dir.path().to_str().unwrap()]);
    let other = Started(other.spawn().unwrap());
    until("a second window", || (stage.screen.windows("^Gatefold").len() == 2).then_some(()));
    drop(other);
}

#[test]
fn without_a_bus_a_second_window_is_refused() {
    let Some(stage) = Stage::open("without_a_bus_a_second_window_is_refused") else { return };
    stage.add_vendor();
    let mut second = Started(stage.another(&[]).spawn().unwrap());
    stage.screen.say_nothing("^Gatefold cannot start$");
    let status = until("the second start ends", || second.0.try_wait().unwrap());
    assert!(!status.success(), "{status}");
    assert_eq!(stage.screen.windows("^Gatefold$").len(), 1);
    // Another home is another window.
    let dir = tempfile::tempdir().unwrap();
    let other = Started(stage.another(&["--home", dir.path().to_str().unwrap()]).spawn().unwrap());
    until("a second window", || (stage.screen.windows("^Gatefold").len() == 2).then_some(()));
    drop(other);
}

/// Told to end by the system, a running request gets its two seconds, as in the terminal.
#[test]
fn a_window_that_is_told_to_end_waits_for_its_answer() {
    let Some(stage) = Stage::open("a_window_that_is_told_to_end_waits_for_its_answer") else { return };
    stage.add_vendor();
    let hold = Hold::default();
    stage.tap.faults([Fault::Hold(hold.clone())]);
    stage.ask_about(&stage.sandbox.key("free"));
    stage.press("Send to Sleeve Audio");
    hold.until_asked();
    stage.driver.tell_to_end("gatefold-app");
    std::thread::sleep(Duration::from_millis(500));
    hold.let_go();
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    let entries = stage.cli().json(["ledger", "list"])["entries"].clone();
    assert_eq!(entries[0]["outcome"], json!("answered"), "{entries}");
}

/// A bus that is not on this computer is not spoken to: not by the keyring, and not by the window either.
#[test]
fn a_bus_elsewhere_is_left_alone() {
    let Some(stage) = Stage::open("a_bus_elsewhere_is_left_alone") else { return };
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let bus = format!("tcp:host=127.0.0.1,port={}", elsewhere.local_addr().unwrap().port());
    // By itself: the driver would speak to that bus.
    let mut told_of_it = stage.another(&[]);
    let _started = Started(told_of_it.env("DBUS_SESSION_BUS_ADDRESS", bus).spawn().unwrap());
    until("its window", || (stage.screen.windows("^Gatefold").len() == 2).then_some(()));
    assert!(elsewhere.accept().is_err(), "somebody connected");
}

/// A start that hands over what it has, and ends.
fn ends_well(mut command: Command) {
    let mut started = Started(command.spawn().unwrap());
    let status = until("the second start ends", || started.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    // What it handed over comes to the page as an event.
    std::thread::sleep(Duration::from_millis(150));
}

/// Ended with the test, whatever comes of it.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
