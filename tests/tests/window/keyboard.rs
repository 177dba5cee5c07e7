//! The main job with the keyboard alone: Tab, Enter and letters, from the first start to the activated plug-in; and a click
//! that comes at once after the last letter; a choice that is found again.

use gatefold_tests::{Sandbox, SandboxOptions};
use serde_json::json;

use crate::driver::until;
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
    go("Look at the file of Sleeve Audio");
    go("Add Sleeve Audio");
    stage.screen.say_yes("^Add Sleeve Audio\\?$");
    stage.find("//h1[normalize-space()='Library']");
    stage.press_keys(&["ctrl+n"]);
    stage.find("//h1[normalize-space()='Add a license']");
    stage.type_into("License key", &stage.sandbox.key("free"));
    stage.screen.keys(&["Return"]);
    go("Send to Sleeve Audio");
    stage.reads("Send and activate");
    stage.tab_to("Name of this computer, as Sleeve Audio will list it");
    stage.press_keys(&["ctrl+a"]);
    stage.type_into("Name of this computer, as Sleeve Audio will list it", "Rehearsal room");
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

#[test]
fn a_name_that_was_just_typed_holds_the_send() {
    let Some(stage) = Stage::open("a_name_that_was_just_typed_holds_the_send") else { return };
    stage.add_vendor();
    stage.plan(&stage.sandbox.key("free"));
    stage.find("//label[starts-with(normalize-space(), 'Name of this computer')]");
    let before = stage.sandbox.recorded().len();
    // Faster than any hand: the last letter and the click are one turn of the page.
    let at_once = "
        const label = [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith('Name of this computer'));
        label.control.focus();
        label.control.value = 'Real hands';
        label.control.dispatchEvent(new InputEvent('input', { bubbles: true }));
        [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Send and activate').click();";
    stage.driver.script(at_once, &[]);
    stage.find("//li[@data-item='device_name'][contains(., 'Real hands')]");
    stage.find("//button[normalize-space()='The preview changed: Send and activate']");
    stage.look("naming-1-held");
    assert_eq!(stage.sandbox.recorded().len(), before, "nothing was sent that was not shown");
    stage.press("The preview changed: Send and activate");
    stage.reads("is ready");
    let sent = stage.sandbox.recorded();
    let named: Vec<_> =
        sent.iter().filter(|request| String::from_utf8_lossy(request).contains("\"name\":")).collect();
    assert!(named.iter().all(|request| String::from_utf8_lossy(request).contains("\"name\":\"Real hands\"")));
    assert_eq!(named.len(), 1);
}

#[test]
fn of_two_vendors_the_page_has_the_one_that_the_list_shows() {
    let Some(stage) = Stage::open("of_two_vendors_the_page_has_the_one_that_the_list_shows") else { return };
    let tidewater =
        Sandbox::with(&SandboxOptions { plays: Some("tidewater".to_owned()), ..SandboxOptions::default() });
    stage.add_vendor();
    stage.cli().run(["vendor", "add", tidewater.vendor_file().to_str().unwrap(), "--yes"]);
    stage.driver.reload();
    stage.press("Add a license");
    stage.reads("Choose the vendor");
    stage.tab_to("From");
    let shown = "const list = document.activeElement; return list.options[list.selectedIndex].text";
    stage.screen.keys(&["Down"]);
    stage.reads("Or sign in at Sleeve Audio");
    stage.screen.keys(&["Down"]);
    stage.reads("Or sign in at Tidewater Instruments");
    assert_eq!(stage.driver.script(shown, &[]), json!("Tidewater Instruments"));
    // A key that is clearly another's is offered to be.
    stage.fill("License key", &stage.sandbox.key("free"));
    stage.reads("This looks like a key of Sleeve Audio, not of Tidewater Instruments.");
    stage.look("key-of-another");
    stage.press("It is from Sleeve Audio");
    stage.reads("It has the shape of Sleeve Audio");
    assert!(!stage.driver.sees("//*[contains(., 'This looks like a key of')]"));
}

/// The order and the filter of the shelf are there at the next start; the search, which is of the moment, is not.
#[test]
fn the_shelf_is_found_as_it_was_left() {
    let Some(mut stage) = Stage::open("the_shelf_is_found_as_it_was_left") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    let order = "const list = document.activeElement; return list.options[list.selectedIndex].text";
    stage.tab_to("Order");
    stage.screen.keys(&["Down", "Down"]);
    until("it is chosen", || (stage.driver.script(order, &[]) == json!("By standing")).then_some(()));
    stage.driver.click(&stage.find("//button[starts-with(normalize-space(), 'On this computer')]"));
    stage.fill("Search", "halo");
    stage.find("//button[@aria-pressed='true'][starts-with(normalize-space(), 'On this computer')]");
    stage.driver.settle();
    stage.start_again();
    stage.find("//button[@aria-pressed='true'][starts-with(normalize-space(), 'On this computer')]");
    assert!(!stage.driver.sees("//a[contains(., 'Paper Moon')]"));
    stage.tab_to("Order");
    assert_eq!(stage.driver.script(order, &[]), json!("By standing"));
    let search = "return document.querySelector('header input').value";
    assert_eq!(stage.driver.script(search, &[]), json!(""));
}
