//! From a plug-in's session to the collector, and back out of it.

use gatefold_tests::Fault;
use serde_json::json;

use crate::plugin::Plugin;
use crate::scene::{PRODUCT, Scene};

#[test]
fn a_session_is_counted_shown_sent_and_erased() {
    let scene = Scene::new();
    assert_eq!(scene.state(), "not_asked");
    // Looking is no consent, and a plug-in without one notes nothing.
    Plugin::session(scene.home.path());
    assert_eq!(scene.usage.spooled(), []);

    let granted = scene.cli.json(["usage", "grant", "--yes"]);
    let items: Vec<&str> =
        granted["items"].as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["usage_frequency", "title_version", "daw"]);
    assert_eq!(scene.state(), "on");
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    Plugin::session(scene.home.path());
    Plugin::session(scene.home.path());
    assert_eq!(scene.usage.spooled().len(), 2);

    let shown = scene.cli.json(["usage", "preview"]);
    assert_eq!(scene.usage.spooled(), [], "counted once");
    let count = &shown["counts"][0];
    assert_eq!((&count["sessions"], &count["product"]), (&json!(2), &json!(PRODUCT)), "{shown}");
    assert_eq!((&count["version"], &count["daw"]), (&json!("2.1.0"), &json!("Ardour")));
    assert_eq!(scene.arrived(), 0, "what is shown is not sent");

    let sent = scene.send();
    assert_eq!((&sent["status"], &sent["batch_id"]), (&json!("sent"), &shown["batch_id"]), "{sent}");
    let entry = sent["ledger"][0].to_string();
    let kept = scene.cli.run(["ledger", "show", &entry, "--raw"]).stdout;
    let wire = scene.sandbox.recorded().pop().unwrap();
    let request = shown["request"].as_str().unwrap();
    assert_eq!(request, String::from_utf8(kept).unwrap(), "preview and ledger");
    assert_eq!(request, String::from_utf8(wire).unwrap(), "preview and wire");
    assert_eq!(scene.collected(), [sent["batch_id"].as_str().unwrap()]);
    let optional = scene.cli.json(["ledger", "list", "--optional"]);
    assert_eq!(optional["entries"].as_array().unwrap().len(), 1, "{optional}");
    assert_eq!(scene.cli.json(["ledger", "list", "--required"])["entries"], json!([]));
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");

    let stopped = scene.cli.json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(stopped["sent_before"], sent["ledger"], "{stopped}");
    assert_eq!(stopped["erasure"], json!({ "status": "erased", "batch_ids": [sent["batch_id"]] }));
    assert_eq!(scene.collected(), Vec::<String>::new());
    let status = scene.status();
    assert_eq!(status["state"], "withdrawn");
    assert_eq!(status["uploads"][0]["erasure"], "erased", "{status}");
    assert_eq!(status["to_erase"], 0);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.not_shared");
    // The collector refuses what was erased, whoever sends it.
    let again = scene.tap.give(request.as_bytes());
    assert!(again.starts_with(b"HTTP/1.1 403"), "{}", String::from_utf8_lossy(&again));
}

#[test]
fn an_item_that_is_switched_off_leaves_the_next_upload() {
    let scene = Scene::with_sessions(1);
    let before = scene.cli.json(["usage", "preview"]);
    assert_eq!(before["counts"][0]["daw"], "Ardour");
    // Stopped, and the rest shared again: what was counted before is under grants that are over.
    scene.cli.json(["usage", "withdraw"]);
    scene.cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    scene.note(2);
    let shown = scene.cli.json(["usage", "preview"]);
    assert_eq!(shown["items"], json!(["product", "usage_week", "batch_id", "usage_frequency"]));
    assert_eq!(shown["counts"][0]["daw"], json!(null));
    assert!(!shown["request"].as_str().unwrap().contains("Ardour"), "{shown}");
    assert_ne!(shown["batch_id"], before["batch_id"]);
}

#[test]
fn each_word_of_the_user_is_a_record() {
    let scene = Scene::new();
    let ran = scene.cli.run(["usage", "grant"]);
    assert_eq!(ran.code(), Some(2), "{ran:?}");
    assert!(ran.stderr.contains("Receiver: Sleeve Audio GmbH"), "{}", ran.stderr);
    assert_eq!(scene.status()["records"], json!([]), "who could not answer said nothing");
    let granted = scene.cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    scene.cli.json(["usage", "grant", "daw", "--yes"]);
    scene.cli.json(["usage", "withdraw"]);
    let status = scene.status();
    let records = status["records"].as_array().unwrap();
    let events: Vec<&str> = records.iter().map(|record| record["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["granted", "changed", "withdrawn"]);
    let first = &records[0]["record"];
    assert_eq!(first["privacy_notice"]["shown"]["sha256"], granted["notice_sha256"]);
    assert_eq!(first["privacy_notice"]["shown"]["language"], "en");
    let purpose = &first["purposes"][0];
    assert_eq!(purpose["pii_information"]["pii_attribute_id"], "usage_frequency");
    assert_eq!(purpose["retention_period"]["is"], "12 months");
    assert_eq!(purpose["processing_method"]["assurance"], "silent", "what the policy does not say");
    assert_eq!(first["pii_principal_id"], json!(null));
}

#[test]
fn twelve_months_end_by_themselves() {
    let scene = Scene::new();
    let at = |time: &str| scene.cli.clone().env("GATEFOLD_TEST_NOW", time);
    at("2025-06-01T10:00:00Z").json(["usage", "grant", "--yes"]);
    assert_eq!(at("2026-06-01T09:59:00Z").json(["usage", "status"])["state"], "on");
    let over = at("2026-06-01T10:00:00Z");
    let status = over.json(["usage", "status"]);
    assert_eq!((&status["state"], &status["items"]), (&json!("expired"), &json!([])));
    assert_eq!(status["records"].as_array().unwrap().last().unwrap()["event"], "expired");
    assert_eq!(over.json(["usage", "status"])["records"].as_array().unwrap().len(), 2, "noted once");
    assert!(!scene.usage.consent().exists());
    assert_eq!(over.failure(["usage", "send", "--yes"]).1["code"], "usage.not_shared");
}

#[test]
fn do_not_track_seen_once_locks_until_the_user_lifts_it() {
    let scene = Scene::with_sessions(2);
    assert_eq!(scene.pending(), 2);
    let asking = scene.cli.clone().env("DO_NOT_TRACK", "1");
    let status = asking.json(["usage", "status"]);
    assert_eq!((&status["state"], &status["locked_by"]), (&json!("locked"), &json!("do_not_track")));
    assert!(!scene.usage.consent().exists(), "plug-ins note nothing");
    // Seen once: it holds where the variable is not set.
    assert_eq!(scene.state(), "locked");
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "ledger.usage_locked");
    assert_eq!(scene.fails(&["usage", "grant", "--yes"]), "ledger.usage_locked");
    assert_eq!(scene.arrived(), 0);
    let lifted = asking.failure(["usage", "grant", "--lift-lock", "--yes"]);
    assert_eq!(lifted.1["code"], "ledger.usage_locked", "where it is set it locks again");
    scene.cli.json(["usage", "grant", "--lift-lock", "--yes"]);
    assert_eq!((scene.state().as_str(), scene.pending()), ("on", 2), "it took nothing back");
    scene.send();
}

#[test]
fn an_erasure_waits_while_nobody_is_reached() {
    let scene = Scene::with_sessions(1);
    let sent = scene.send();
    scene.tap.close();
    let (code, error) = scene.cli.failure(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!((code, &error["code"]), (1, &json!("network.unreachable")));
    let status = scene.status();
    assert_eq!((&status["state"], &status["to_erase"]), (&json!("withdrawn"), &json!(1)), "{status}");
    scene.tap.open();
    // Nor is a page of somebody in between a receipt.
    for body in ["<html>Welcome to the hotel</html>", "{}", r#"{"meta":{"erased":0}}"#] {
        let page = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        scene.tap.faults([Fault::Answer(page.into_bytes())]);
        let (_, error) = scene.cli.failure(["usage", "withdraw", "--erase", "--yes"]);
        assert_eq!(error["code"], "usage.erasure_not_taken", "{body}: {error}");
        assert_eq!(scene.status()["to_erase"], 1, "{body}");
    }
    let erased = scene.cli.json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(erased["erasure"]["batch_ids"], json!([sent["batch_id"]]), "{erased}");
    assert_eq!(scene.collected(), Vec::<String>::new());
}
