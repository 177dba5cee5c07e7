//! A network with nothing but loopback, so that what gets out of a program gets nowhere.

use std::process::Command;

use crate::skip::{skipped, tool};

const INSIDE: &str = "GATEFOLD_TEST_INSIDE_NAMESPACE";

/// Runs the calling test once more, in namespaces of its own for network and mounts. True in there; false outside, once it has passed
/// in there or, said aloud, cannot be run here. `test` is its name as the test runner has it.
///
/// # Panics
/// When the test fails inside.
pub fn in_own_network(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        assert!(Command::new("ip").args(["link", "set", "lo", "up"]).status().unwrap().success());
        return true;
    }
    if ["unshare", "ip"].iter().any(|needed| tool(test, needed).is_none()) {
        return false;
    }
    if !Command::new("unshare").args(["-nm", "true"]).status().unwrap().success() {
        skipped(test, "network namespaces are not allowed here");
        return false;
    }
    let status = Command::new("unshare")
        .args(["-nm", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "inside the namespace: {status}");
    false
}
