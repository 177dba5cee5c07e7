//! Registering a product that came in a box, from the vendor's row in the settings to the plug-in's license.

use gatefold_tests::{Sandbox, SandboxOptions};
use serde_json::json;

use crate::stage::Stage;

#[test]
pub(crate) fn a_product_is_registered_and_activated() {
    let Some(stage) = Stage::open("a_product_is_registered_and_activated") else { return };
    let options = SandboxOptions { plays: Some("arturia".to_owned()), ..SandboxOptions::default() };
    let arturia = Sandbox::with(&options);
    stage.cli().json(["vendor", "add", arturia.vendor_file().to_str().unwrap(), "--yes"]);
    stage.driver.reload();
    stage.press("Settings");
    stage.press("Register a product at Arturia (example, as archived)");
    stage.reads("A product is registered for an account, so you sign in first.");
    stage.sign_in("demo@example.com", "demo-password");

    stage.reads("What registering does");
    stage.fill("Serial number", "DEMO-SERIAL-REG");
    stage.fill("Unlock code", "DEMO-CODE-REGA");
    stage.look("register-1-box");
    let before = arturia.recorded().len();
    stage.press("Show what will be sent");
    stage.reads("Required by Arturia");
    let shown = stage.driver.text_of(&stage.find("//main"));
    assert!(!shown.contains("DEMO-SERIAL") && shown.contains("Unlock code"), "{shown}");
    assert_eq!(arturia.recorded().len(), before);
    stage.look("register-2-preview");
    stage.press("Send and register");
    stage.is_told("keygen.serial_unknown", "knows no such serial number", &["Try again"]);
    stage.picture("register-3-refused");

    // What was typed stands there still.
    stage.fill("Serial number", "A");
    stage.press("Show what will be sent");
    stage.press("Send and register");
    stage.reads("It is registered");
    stage.look("register-4-done");
    let owned = stage.cli().json(["account", "licenses", "--vendor", "arturia"]);
    assert_eq!(owned["entries"].as_array().unwrap().len(), 10);
    stage.press("Activate Example Synthesizer");
    stage.press("Send and activate");
    stage.find("//li[@data-state='done']");
    let here = stage.cli().json(["license", "list"]);
    assert_eq!(here["entries"][0]["standing"], json!("active"), "{here}");
    let record = stage.cli().json(["ledger", "list", "--search", "registrations"]);
    assert_eq!(record["entries"].as_array().unwrap().len(), 2, "{record}");
}
