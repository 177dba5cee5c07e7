//! A device name that cannot be sent is a mistake in the words of the call, so it is found before anything leaves.

use gatefold_tests::{Cli, Sandbox};
use serde_json::json;

#[test]
fn an_unusable_name_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let activate = |name: &str| {
        let key = sandbox.key("free");
        cli.failure(["license", "activate", &key, "--device-name", name, "--yes"])
    };
    for name in ["", " \t ", "\u{1}\u{7f}\n"] {
        let (exit, error) = activate(name);
        assert_eq!((exit, &error["code"]), (2, &json!("machine.device_name_empty")), "{name:?}");
        assert_eq!(sandbox.recorded().len(), 0, "{name:?}: the key was asked about");
        assert_eq!(cli.json(["ledger", "list"])["entries"], json!([]), "{name:?}");
    }
}

/// What is left out of a name is said, also where nothing is asked.
#[test]
fn a_name_that_is_cut_is_said() {
    let sandbox = Sandbox::start();
    let home = tempfile::tempdir().unwrap();
    let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
    let (key, long) = (sandbox.key("free"), "x".repeat(300));
    let activate = |name: &str| cli.run(["license", "activate", &key, "--device-name", name, "--yes"]);
    let word = "this is what is left of it:";
    assert!(!activate("  studio desk ").stderr.contains(word));
    assert!(activate("studio\u{1b} desk").stderr.contains(&format!("{word} studio desk\n")));
    assert!(activate(&long).stderr.contains(&format!("{word} {}\n", &long[..255])));
}
