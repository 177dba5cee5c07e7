//! The main job with the keyboard alone: Tab, Enter and letters, from the first start to the activated plug-in.

use serde_json::json;

use crate::stage::Stage;

#[test]
fn from_the_first_start_to_the_plug_in_by_the_keyboard() {
    let Some(stage) = Stage::open("from_the_first_start_to_the_plug_in_by_the_keyboard") else { return };
    let go = |name: &str| {
        stage.find(&format!("//*[normalize-space()=\"{name}\" or @aria-label=\"{name}\"]"));
        stage.tab_to(name);
        stage.screen.keys(&["Return"]);
    };
    stage.reads("Welcome");
    stage.screen.activate("^Gatefold$");
    go("Look at the file of Sleeve Audio");
    go("Add Sleeve Audio");
    stage.screen.say_yes("^Add Sleeve Audio\\?$");
    stage.find("//h1[normalize-space()='Library']");
    stage.screen.activate("^Gatefold$");
    stage.screen.keys(&["ctrl+n"]);
    stage.find("//h1[normalize-space()='Add a license']");
    // The field has the focus by itself.
    stage.screen.type_text(&stage.sandbox.key("free"));
    stage.screen.keys(&["Return"]);
    go("Send to Sleeve Audio");
    stage.reads("Send and activate");
    stage.tab_to("Name of this computer, as Sleeve Audio will list it");
    stage.screen.keys(&["ctrl+a"]);
    stage.screen.type_text("Rehearsal room");
    stage.screen.keys(&["Return"]);
    stage.find("//li[@data-item='device_name'][contains(., 'Rehearsal room')]");
    // The bytes are read before they are sent.
    go("Show the requests");
    stage.find("//pre[contains(., 'Rehearsal room')]");
    go("Send and activate");
    stage.reads("Halo Plate is ready");
    go("Back to the library");
    stage.find("//a[contains(., 'Halo Plate')][contains(., 'Activated here')]");
    assert_eq!(stage.cli().json(["license", "list"])["entries"][0]["standing"], json!("active"));
    let sent = stage.sandbox.recorded();
    assert!(
        sent.iter().any(|request| String::from_utf8_lossy(request).contains("\"name\":\"Rehearsal room\""))
    );
}
