//! How sharing comes to an end: the administrator of the computer locks it off, and lifts that; twelve months are over; its user stops it while
//! an upload is on its way. It is seen without a click, offers nothing that cannot be, and sends nothing more. The records are kept as a file.

use gatefold_tests::{Fault, Hold, Usage, in_own_etc, vendor};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::driver::until;
use crate::stage::Stage;

const POLICY: &str = "/etc/gatefold/policy.toml";
const SHARED: &str = "On. It ends by itself on";

impl Stage {
    /// How many of these there are on the page now.
    fn count(&self, selector: &str) -> Value {
        self.driver.script("return document.querySelectorAll(arguments[0]).length", &[json!(selector)])
    }

    /// What became of the upload.
    fn outcome(&self) -> String {
        let entry = self.cli().json(["ledger", "list", "--optional"])["entries"][0].clone();
        entry["outcome"].as_str().unwrap().to_owned()
    }
}

#[test]
fn sharing_that_is_locked_ended_or_stopped_has_ended() {
    let name = "ended::sharing_that_is_locked_ended_or_stopped_has_ended";
    if !in_own_etc(name) {
        return;
    }
    let now = Timestamp::now();
    let Some(stage) = Stage::open_at(name, &now.to_string()) else { return };
    stage.add_vendor();
    stage.cli().json(["usage", "grant", "--yes"]);
    let usage = Usage::on(&stage.home().join("shelf"), "sleeve", vendor("sleeve").root_key());
    usage.note(&vendor("sleeve").products()[0].id, "2.1.0", "Ardour");
    stage.to("Privacy");
    stage.reads(SHARED);
    stage.reads("One session waits to be sent");

    std::fs::write(POLICY, "usage = false\n").unwrap();
    stage.reads_unasked("Locked off by whoever administers this computer");
    stage.reads_unasked("No usage is shared.");
    assert_eq!(stage.count("[role=switch], input[type=checkbox]"), 0, "nothing to switch on");
    let offers = "return [...document.querySelectorAll('main button')].filter((one) => /lift|share/i.test(one.textContent)).length";
    assert_eq!(stage.driver.script(offers, &[]), 0, "and nothing that would");
    // Off only: what counts again once it is lifted can be stopped.
    stage.reads("counts again once the lock is lifted, unless you stop it");
    stage.find("//button[normalize-space()='Stop sharing']");
    until("plug-ins are told", || (!usage.consent().exists()).then_some(()));
    stage.picture("usage-13-administrator");
    std::fs::remove_file(POLICY).unwrap();
    stage.reads_unasked(SHARED);
    stage.is_switched_on(true);
    assert!(usage.consent().exists(), "nothing was taken back");

    // Its user's own lock, which another program lifts at once.
    stage.press("Lock it off for every vendor");
    stage.reads("Locked off by you");
    stage.cli().json(["usage", "grant", "--lift-lock", "--yes"]);
    stage.reads_unasked(SHARED);

    // By the very window that is sending.
    stage.to_weeks();
    stage.press("Look at what would be sent");
    let hold = Hold::default();
    stage.tap.faults([Fault::Hold(hold.clone())]);
    stage.press("Send to Sleeve Audio");
    hold.until_asked();
    stage.to("Privacy");
    stage.press("Stop sharing");
    stage.reads_unasked("Off. You stopped it on");
    until("it is broken off", || (stage.outcome() != "pending").then_some(()));
    assert_eq!(stage.outcome(), "unknown", "it may have arrived");
    hold.let_go();
    stage.cli().json(["usage", "grant", "--yes"]);
    stage.reads_unasked(SHARED);

    stage.time_is(&(now + (24 * 367).hours()).to_string());
    stage.reads_unasked("Off. It ended by itself on");
    stage.reads_unasked("No usage is shared.");
    stage.is_switched_on(false);
    assert!(!usage.consent().exists());
    stage.picture("usage-14-expired");
    stage.to_weeks();
    stage.reads("It ended by itself");
    stage.reads("Nothing. While it is off, nothing is counted.");
    stage.reads("It may have arrived");
    assert_eq!(stage.cli().json(["usage", "status"])["state"], "expired");
    assert_eq!(stage.sandbox.recorded().len(), 1, "nothing is sent on the way out");

    let path = stage.dir.path().join("kept.json");
    stage.press("Keep them as a file");
    stage.screen.save_as("^Export$", path.to_str().unwrap());
    stage.reads("Saved as");
    let kept: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let events: Vec<&str> =
        kept["records"].as_array().unwrap().iter().map(|record| record["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["granted", "withdrawn", "granted", "expired"]);
}
