//! A device name that cannot be sent is a mistake in the words of the call, so it is found before anything leaves.

use gatefold_tests::{Cli, Sandbox, SandboxOptions};
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
    let long = "x".repeat(300);
    for (name, fault) in [("", "empty"), (" \t ", "empty"), ("\u{1}\u{7f}\n", "empty"), (&long, "too_long")] {
        let (exit, error) = activate(name);
        assert_eq!((exit, &error["code"]), (2, &json!(format!("machine.device_name_{fault}"))), "{name:?}");
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
    let key = sandbox.key("free");
    let activate = |name: &str| cli.run(["license", "activate", &key, "--device-name", name, "--yes"]);
    let word = "this is what is left of it:";
    assert!(!activate("  studio desk ").stderr.contains(word));
    assert!(activate("studio\u{1b} desk").stderr.contains(&format!("{word} studio desk\n")));
}

/// Whoever chose a name need not choose it again at the same vendor, and no other vendor is told it.
#[test]
fn a_chosen_name_is_remembered_for_its_vendor() {
    let sandbox = Sandbox::start();
    let other = Sandbox::with(&SandboxOptions { plays: Some("arturia".to_owned()), ..Default::default() });
    let home = tempfile::tempdir().unwrap();
    let activate = |sandbox: &Sandbox, state: &str, words: &[&str]| {
        let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
        let key = sandbox.key(state);
        let call = ["license", "activate", key.as_str(), "--yes"].into_iter().chain(words.iter().copied());
        let done = cli.run(call);
        assert_eq!(done.code(), Some(0), "{done:?}");
    };
    let named = |sandbox: &Sandbox| {
        let says =
            |request: &Vec<u8>| String::from_utf8_lossy(request).contains("\"name\":\"Rehearsal room\"");
        sandbox.recorded().iter().filter(|request| says(request)).count()
    };
    activate(&sandbox, "free", &["--device-name", "Rehearsal room"]);
    activate(&sandbox, "one_seat", &[]);
    activate(&other, "free", &[]);
    assert_eq!((named(&sandbox), named(&other)), (2, 0));
}
