//! What another Gatefold does with a vendor: a newer file that it agreed to counts in one that runs, too, once its day has come; and
//! a vendor that it removed is sent nothing more.

use gatefold_tests::{Cli, Fault, Hold, write_next};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::scene::{Scene, open};

#[test]
fn a_newer_file_counts_in_a_program_that_runs() {
    let scene = Scene::new();
    let days_ago = |days: i64| -> Cli {
        let now = Timestamp::now() - SignedDuration::from_hours(24 * days);
        Cli::new(scene.cli.home()).env("GATEFOLD_TEST_NOW", now.to_string())
    };
    let (first, newer) = (scene.sandbox.vendor_file(), scene.cli.home().join("newer.toml"));
    days_ago(50).json(["vendor", "add", first.to_str().unwrap(), "--yes"]);
    let (gatefold, old) = open(&scene);
    let version = || gatefold.vendor_named(&old.named()).unwrap().vendor().version();
    write_next(&first, &newer, |text| text.replace("servers in Germany", "servers anywhere"));

    // Thirty days of notice are over by now; by the other's clock they were not.
    let agreed = days_ago(40).json(["vendor", "add", newer.to_str().unwrap(), "--yes"]);
    assert!(agreed["counts_from"].is_string(), "{agreed}");
    assert_eq!(days_ago(39).json(["vendor", "show"])["version"], old.vendor().version());
    assert_eq!(version(), old.vendor().version() + 1);
    assert_eq!(gatefold.vendors().unwrap()[0].vendor().version(), old.vendor().version() + 1);
}

#[test]
fn a_vendor_that_was_removed_meanwhile_is_sent_nothing_more() {
    let scene = Scene::new();
    let file = scene.sandbox.vendor_file();
    scene.cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
    // By what was agreed to, not by a file that is named for this call.
    let cli = Cli::new(scene.cli.home()).env("GATEFOLD_PASSPHRASE", "four words");
    let hold = Hold::default();
    scene.tap.faults([Fault::Hold(hold.clone())]);
    let running = cli.start(["license", "activate", &scene.key, "--yes", "--json"]);
    hold.until_asked();
    cli.json(["vendor", "remove", "sleeve", "--yes"]);
    hold.let_go();
    let ran = running.ran();
    assert_eq!(ran.json()["error"]["code"], "vendor.removed", "{ran:?}");
    assert_eq!((scene.tap.seen().len(), scene.seats()), (1, 0), "the check alone");
    assert_eq!(cli.json(["vendor", "list"])["entries"], json!([]));
}
