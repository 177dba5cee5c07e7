//! I8 for the window: it and its web processes in a network of their own, every socket call traced, over a first run, an
//! activation, a while in which nothing is done, and quitting: its peers are the ledger's peers.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use gatefold_tests::{in_own_network, peer, strange_sockets};

use crate::driver::until;
use crate::stage::Stage;

/// In which timers, if there were any, would have to show.
const IDLE: Duration = Duration::from_secs(20);

#[test]
fn the_windows_peers_are_the_ledgers_peers() {
    let name = "leaves::the_windows_peers_are_the_ledgers_peers";
    if !in_own_network(name) {
        return;
    }
    let Some(stage) = Stage::open_watched(name) else { return };
    stage.reads("Welcome");
    stage.add_vendor();
    assert_eq!(peers(&stage), BTreeSet::new(), "a first run asks nobody");
    stage.plan(&stage.sandbox.key("free"));
    stage.press("Send and activate");
    stage.reads("is ready");
    for page in ["Library", "What was sent", "Privacy", "Settings"] {
        stage.press(page);
        stage.find(&format!("//h1[.='{page}']"));
    }
    thread::sleep(IDLE);
    stage.screen.close("Gatefold$");
    until("nothing is left", || stage.driver.processes().is_empty().then_some(()));
    let trace = stage.trace();

    let ledger = stage.cli().json(["ledger", "list"]);
    let entries = ledger["entries"].as_array().unwrap();
    let noted: BTreeSet<String> =
        entries.iter().map(|entry| entry["peer"].as_str().unwrap().to_owned()).collect();
    let server = stage.tap.url().trim_start_matches("http://").to_owned();
    assert_eq!(noted, BTreeSet::from([server]));
    assert_eq!(peers(&stage), noted);
    assert_eq!((entries.len(), stage.sandbox.recorded().len()), (3, 3), "check, seat, file");
    let connections = trace.lines().filter(|line| line.contains("connect("));
    let to_server = connections.filter_map(peer).filter(|peer| noted.contains(peer)).count();
    assert_eq!(to_server, 3, "a connection each");
    assert_eq!(strange_sockets(&trace), Vec::<&str>::new());

    // And without a driver there is no such socket at all.
    let mut alone = stage.watched().spawn().unwrap();
    until("its window", || stage.screen.windows("Gatefold$").pop());
    thread::sleep(IDLE / 4);
    stage.screen.close("Gatefold$");
    until("it ended", || alone.try_wait().unwrap());
    let trace = stage.trace();
    assert_eq!(trace.lines().find(|line| line.contains("socket(AF_INET")), None);
    assert_eq!(strange_sockets(&trace), Vec::<&str>::new());
    assert!(trace.contains("socket(AF_UNIX"), "the trace has the screen's socket at least");
}

/// Whom the window spoke to. The driver is no part of it: a window that is driven connects to it, one that is not does not.
fn peers(stage: &Stage) -> BTreeSet<String> {
    let driver = stage.drivers_address();
    stage.trace().lines().filter_map(peer).filter(|peer| *peer != driver).collect()
}
