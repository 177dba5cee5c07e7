//! What a quit forgets where secrets are kept in memory alone, and a sign-in whose vendor is gone.

use crate::driver::until;
use crate::stage::{Stage, start};

fn without_passphrase() -> Vec<String> {
    ["env", "-u", "GATEFOLD_PASSPHRASE"].map(str::to_owned).to_vec()
}

#[test]
fn a_sign_in_in_memory_ends_with_the_quit_and_that_is_said() {
    let name = "a_sign_in_in_memory_ends_with_the_quit_and_that_is_said";
    let Some(mut stage) = Stage::open_under(name, |_| without_passphrase(), |_| Vec::new()) else { return };
    stage.add_vendor();
    stage.press("Sign in");
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("Signed in at Sleeve Audio as demo@example.com");
    stage.reads("of your licenses can be activated here");
    stage.look("memory-1-signed-in");

    stage.screen.close("^Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    stage.driver = start(&stage.screen, stage.dir.path(), without_passphrase(), Vec::new());
    stage.reads("Your sign-in at Sleeve Audio ended with the last quit");
    assert!(!stage.driver.sees("//*[contains(., 'Signed in')]"));
    assert!(!stage.driver.sees("//a[contains(., 'Activate')]"), "without the sign-in none can be");
    stage.look("memory-2-ended");
    // The same on the pages of a product and of the settings.
    stage.driver.click(&stage.find("//a[contains(., 'Halo Plate')]"));
    stage.find("//h1[.='Halo Plate']");
    stage.find("//main//a[normalize-space()='Sign in at Sleeve Audio']");
    stage.picture("memory-3-product");
    stage.press("Settings");
    stage.reads("The sign-in of demo@example.com ended with the last quit");
    stage.reads("An installed license can still show its key");
    stage.look("memory-4-settings");
    // What cannot be ended is forgotten, and nothing is sent.
    let before = stage.sandbox.recorded().len();
    stage.press("Sign out of Sleeve Audio");
    stage.press("Sign out");
    stage.reads("The sign-in is forgotten here.");
    assert_eq!(stage.sandbox.recorded().len(), before);
}

#[test]
fn a_sign_out_whose_vendor_is_gone_is_tried_again_or_forgotten_here() {
    let name = "a_sign_out_whose_vendor_is_gone_is_tried_again_or_forgotten_here";
    let Some(stage) = Stage::open(name) else { return };
    stage.add_vendor();
    stage.press("Sign in");
    stage.sign_in("demo@example.com", "demo-password");
    stage.reads("Signed in at Sleeve Audio as demo@example.com");
    stage.tap.close();
    stage.press("Settings");
    stage.press("Sign out of Sleeve Audio");
    stage.press("Send and sign out");
    stage.is_told("network.unreachable", "could not be reached", &["Try again"]);
    stage.look("gone-1-sign-out");
    stage.press("Try again");
    stage.press("Send and sign out");
    stage.is_told("network.unreachable", "could not be reached", &["Try again"]);
    let forget = "^Forget the sign-in at Sleeve Audio on this computer alone\\?$";
    stage.press("Forget it on this computer alone");
    stage.screen.say_no(forget);
    assert_eq!(stage.cli().json(["account", "show"])["email"], "demo@example.com");
    stage.press("Forget it on this computer alone");
    stage.screen.say_yes(forget);
    stage.reads("The sign-in at Sleeve Audio is forgotten on this computer.");
    assert_eq!(stage.cli().json(["account", "show"])["email"], serde_json::Value::Null);
    stage.library();
    stage.reads("could not be reached just now");
    stage.look("gone-2-library");
}

#[test]
fn a_damaged_vendor_is_taken_away_in_the_window() {
    let Some(stage) = Stage::open("a_damaged_vendor_is_taken_away_in_the_window") else { return };
    stage.add_vendor();
    let store = rusqlite::Connection::open(stage.home().join("store/store.db")).unwrap();
    store.execute("UPDATE vendor SET file = x'00'", []).unwrap();
    drop(store);
    stage.driver.reload();
    stage.press("Settings");
    stage.reads("What is kept of it cannot be read");
    stage.look("damaged-vendor");
    stage.press("Take away the vendor sleeve");
    stage.screen.say_yes("^Remove sleeve\\?$");
    until("it is gone", || {
        (!stage.driver.sees("//*[contains(., 'What is kept of it cannot be read')]")).then_some(())
    });
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], serde_json::json!([]));
}

#[test]
fn a_vendor_whose_license_is_here_is_refused_before_the_system_asks() {
    let Some(stage) = Stage::open("a_vendor_whose_license_is_here_is_refused_before_the_system_asks") else {
        return;
    };
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.press("Settings");
    stage.press("Take away the vendor Sleeve Audio");
    stage.reads("vendor.in_use");
    assert_eq!(stage.screen.windows("^Remove"), [""; 0]);
}
