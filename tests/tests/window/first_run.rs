//! The main job: a first start, the vendor that came with the app, a key, an activation, and what was sent for it.

use crate::driver::until;
use crate::stage::Stage;
use crate::support::{assert_all_noted, entries, received};

#[test]
pub(crate) fn from_the_first_start_to_the_bytes_that_were_sent() {
    let Some(stage) = Stage::open("from_the_first_start_to_the_bytes_that_were_sent") else { return };
    let key = stage.sandbox.key("free");

    stage.reads("Welcome");
    stage.picture("1-welcome");

    stage.press("Look at the file of Sleeve Audio");
    stage.reads("What adding it means");
    stage.picture("2-vendor");
    // A no adds nothing, and does not stay for ever.
    stage.press("Add Sleeve Audio");
    stage.screen.say_no("^Add Sleeve Audio\\?$");
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], serde_json::json!([]));
    // Nor does a Return that was meant for the page.
    stage.press("Add Sleeve Audio");
    stage.screen.say_nothing("^Add Sleeve Audio\\?$");
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], serde_json::json!([]));
    stage.press("Add Sleeve Audio");
    stage.screen.say_yes("^Add Sleeve Audio\\?$");
    stage.reads("Halo Plate");
    stage.picture("3-library");
    assert_eq!(stage.sandbox.recorded().len(), 0, "nothing has left yet");

    stage.press("Add a license");
    stage.fill("License key", &key);
    stage.picture("4-key");
    stage.press("Show what will be sent");
    stage.reads("First, a question about the key");
    stage.picture("5-check");
    assert_eq!(stage.sandbox.recorded().len(), 0, "it was only shown");
    stage.press("Send to Sleeve Audio");
    stage.reads("Send and activate");
    stage.picture("6-plan");
    assert_eq!(stage.sandbox.recorded().len(), 1, "the check alone");
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    stage.picture("7-done");

    stage.press("Back to the library");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]");
    stage.picture("8-activated");
    let listed = stage.cli().json(["license", "list"]);
    assert_eq!(listed["entries"][0]["product"], "Halo Plate");
    assert_eq!(listed["entries"][0]["standing"], "active");

    stage.press("What was sent");
    let lines = stage.cli().json(["ledger", "list"]);
    let ids: Vec<i64> =
        lines["entries"].as_array().unwrap().iter().map(|line| line["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 3, "check, seat, file");
    for id in ids {
        let line = stage.find(&format!("//a[@data-id='{id}'][contains(., 'Halo Plate · Sleeve Audio')]"));
        stage.driver.click(&line);
        stage.find(&format!("//article//code[normalize-space()='{id}']"));
        let shown = stage.driver.text_of(&stage.find("//article//pre"));
        let kept = stage.cli().run(["ledger", "show", &id.to_string(), "--raw"]);
        assert_eq!(shown.as_bytes(), kept.stdout, "entry {id}");
    }
    stage.picture("9-sent");
    // And the record is what the server received, each secret named in its place.
    assert_all_noted(&received(&stage.sandbox), &entries(&stage.home()), &key);

    // Quit means quit (I11).
    assert!(stage.driver.processes().len() >= 3, "the window and its web processes");
    stage.screen.close("^Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
}
