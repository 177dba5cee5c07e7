//! Licenses that are asked about again by themselves: only where the user agreed to it, near the end, at most once a day,
//! in the record, and with a switch. The window and the server live by a clock that the test moves.

use serde_json::Value;

use crate::driver::until;
use crate::stage::Stage;

const OPENED: &str = "2027-11-20T09:00:00Z";
/// Some looks at what is due: a test build looks five times a second.
const LOOKS: std::time::Duration = std::time::Duration::from_millis(1_500);

impl Stage {
    fn subscription(&self) -> &Value {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        licenses.iter().find(|license| license["kind"] == "subscription").unwrap()
    }

    fn sent(&self) -> usize {
        self.sandbox.recorded().len()
    }

    /// By this time the window asks: two requests more than before, each in the record as what left by itself.
    fn asks_at(&self, time: &str) {
        let before = self.sent();
        self.time_is(time);
        until(&format!("{time}: it is asked"), || (self.sent() >= before + 2).then_some(()));
        std::thread::sleep(LOOKS);
        assert_eq!(self.sent(), before + 2, "{time}: once");
        let record = self.cli().json(["ledger", "list"]);
        let lines = record["entries"].as_array().unwrap();
        assert!(lines[lines.len() - 2..].iter().all(|line| line["by_itself"] == true), "{time}: {record}");
    }

    /// By this time it does not.
    fn is_silent_at(&self, time: &str) {
        let before = self.sent();
        self.time_is(time);
        std::thread::sleep(LOOKS);
        assert_eq!(self.sent(), before, "{time}: nothing is sent");
    }

    fn switch(&self) {
        let named = "//label[normalize-space()='Ask again by itself']/@for";
        self.driver.click(&self.find(&format!("//button[@role='switch'][@id={named}]")));
    }

    fn is_switched(&self, on: bool) {
        let named = "//label[normalize-space()='Ask again by itself']/@for";
        self.find(&format!("//button[@role='switch'][@id={named}][@aria-checked='{on}']"));
    }

    fn opens(&self, page: &str) {
        self.driver.click(&self.find(&format!("//nav//a[starts-with(normalize-space(), '{page}')]")));
        self.find(&format!("//h1[normalize-space()='{page}']"));
    }
}

#[test]
fn a_license_that_was_agreed_to_is_asked_about_by_itself() {
    let test = "a_license_that_was_agreed_to_is_asked_about_by_itself";
    let Some(mut stage) = Stage::open_at(test, OPENED) else { return };
    let (key, id) = {
        let license = stage.subscription();
        (license["key"].as_str().unwrap().to_owned(), license["license_id"].as_str().unwrap().to_owned())
    };
    stage.add_vendor();
    // What never ends is never asked about.
    stage.activate(&["free"]);
    stage.plan(&key);
    stage.reads("Gatefold asks again by itself");
    stage.reads("From 14 days ahead, at most once a day, while this window is open");
    stage.look("renewing-1-plan");
    stage.press("Send and activate");
    stage.reads("Low Tide is ready");

    stage.is_silent_at("2028-11-04T09:00:00Z");
    stage.asks_at("2028-11-06T09:00:00Z");
    stage.library();
    stage.reads("Ends in 13 days");
    stage.reads("Low Tide needs a fresh license file, or ends soon.");
    stage.look("renewing-2-library");
    // The vendor renews; it is asked again when half of the time is over, and not before.
    stage.sandbox.ends_at(&id, "2029-11-19T09:00:00.000Z");
    stage.is_silent_at("2028-11-06T18:00:00Z");
    stage.is_silent_at("2028-11-12T09:00:00Z");
    stage.start_again();
    stage.is_silent_at("2028-11-12T10:00:00Z");
    stage.asks_at("2028-11-13T09:00:00Z");
    stage.find("//a[contains(., 'Low Tide')][contains(., 'Activated here')]");

    stage.opens("What was sent");
    stage.reads("By itself · Low Tide · Sleeve Audio");
    stage.driver.click(&stage.find("(//nav[contains(@class, 'lines')]//a)[1]"));
    stage.reads("By itself, as you agreed before");
    stage.look("renewing-3-sent");

    // Off counts at once; on is asked by the system.
    stage.opens("Settings");
    stage.is_switched(true);
    stage.look("renewing-4-settings");
    stage.switch();
    stage.is_switched(false);
    stage.is_silent_at("2029-11-10T09:00:00Z");
    stage.switch();
    stage.screen.say_no("^Let Gatefold ask again by itself\\?$");
    stage.is_switched(false);
    stage.is_silent_at("2029-11-10T10:00:00Z");
    let before = stage.sent();
    stage.switch();
    stage.screen.say_yes("^Let Gatefold ask again by itself\\?$");
    stage.is_switched(true);
    until("it is asked", || (stage.sent() == before + 2).then_some(()));

    stage.screen.close("^Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    stage.is_silent_at("2029-11-18T09:00:00Z");
}

/// A license that the command activated: nobody was shown that it would be asked about.
#[test]
fn nothing_is_asked_by_itself_without_a_yes() {
    let Some(stage) = Stage::open_at("nothing_is_asked_by_itself_without_a_yes", OPENED) else { return };
    stage.add_vendor();
    let key = stage.subscription()["key"].as_str().unwrap().to_owned();
    stage.cli().json(["license", "activate", &key, "--yes"]);
    stage.is_silent_at("2028-11-09T09:00:00Z");
    stage.driver.click(&stage.find("//a[contains(., 'Low Tide')][contains(., 'Ends in 10 days')]"));
    stage.reads("The license ends soon: in 10 days.");
    stage.is_switched(false);
    stage.look("renewing-5-product");
    stage.switch();
    stage.screen.say_no("^Let Gatefold ask about Low Tide by itself\\?$");
    stage.is_switched(false);
    stage.is_silent_at("2028-11-09T10:00:00Z");
    let before = stage.sent();
    stage.switch();
    stage.screen.say_yes("^Let Gatefold ask about Low Tide by itself\\?$");
    stage.is_switched(true);
    until("it is asked", || (stage.sent() == before + 2).then_some(()));
    // A day on the file has ended, and the license with it: it says so, and where the clock may be to blame.
    stage.time_is("2028-11-20T09:00:00Z");
    stage.reads("The license has ended.");
    // A clock that went back is told by how much, and forgiven.
    stage.time_is("2000-01-01T00:00:00Z");
    stage.reads("This computer's clock is behind the time at which the vendor signed this: by");
    stage.look("renewing-6-clock");
    stage.time_is("2028-11-09T12:00:00Z");
    stage.reads("The license ends soon: in 10 days.");
}

/// A studio without a network is not hammered with tries.
#[test]
fn who_cannot_be_reached_is_tried_ever_less_often() {
    let Some(stage) = Stage::open_at("who_cannot_be_reached_is_tried_ever_less_often", OPENED) else {
        return;
    };
    stage.add_vendor();
    let key = stage.subscription()["key"].as_str().unwrap().to_owned();
    stage.plan(&key);
    stage.press("Send and activate");
    stage.reads("Low Tide is ready");
    let before = stage.sent();
    stage.tap.close();
    let tries = |hour: &str, expect: usize| {
        stage.time_is(hour);
        std::thread::sleep(LOOKS);
        let record = stage.cli().json(["ledger", "list"]);
        let lines = record["entries"].as_array().unwrap();
        let tries = lines.iter().filter(|line| line["outcome"] == "not_sent" && line["by_itself"] == true);
        assert_eq!(tries.count(), expect, "{hour}: {record}");
    };
    tries("2028-11-06T09:00:00Z", 1);
    tries("2028-11-06T09:59:00Z", 1);
    tries("2028-11-06T10:00:00Z", 2);
    tries("2028-11-06T11:59:00Z", 2);
    tries("2028-11-06T12:00:00Z", 3);
    tries("2028-11-06T15:59:00Z", 3);
    tries("2028-11-06T16:00:00Z", 4);
    assert_eq!(stage.sent(), before);
    stage.library();
    stage.reads("Ends in 13 days");
}
