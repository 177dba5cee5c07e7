//! Who stops sharing usage where nothing can be written down has stopped it: plug-ins note nothing more, nothing more is sent, and it is
//! told. Where not even that is possible, that is told.

use std::time::{Duration, Instant};

use gatefold_tests::{Fault, Hold, Sandbox, SandboxOptions, Tap, Usage, vendor};
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::support::received;

const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

/// In the way, and out of it.
type Obstacle = fn(&Scene, &str);
const FULL: [Obstacle; 2] = [Scene::fill, Scene::empty];
const READ_ONLY: [Obstacle; 2] =
    [|scene, folder| scene.set_writable(folder, false), |scene, folder| scene.set_writable(folder, true)];

fn usage(scene: &Scene) -> Usage {
    Usage::on(&scene.path("shelf"), "sleeve", vendor("sleeve").root_key())
}

/// Everything is shared, and two sessions wait.
fn share(scene: &Scene) {
    scene.cli().json(["usage", "grant", "--yes"]);
    (0..2).for_each(|_| usage(scene).note(PRODUCT, "2.1.0", "Ardour"));
}

fn stops(scene: &Scene, words: &[&str], says: &str) {
    let (_, error) = scene.cli().failure(words);
    let code = error["code"].as_str().unwrap();
    assert!(code.ends_with("disk_full") || code.ends_with("read_only"), "{words:?}: {error}");
    assert!(error["hint"].as_str().unwrap().contains(says), "{words:?}: {error}");
}

fn sends_nothing(scene: &Scene) {
    let ran = scene.cli().run(["usage", "send", "--yes"]);
    assert_ne!(ran.code(), Some(0), "{ran:?}");
    assert_eq!(received(&scene.sandbox).len(), 0, "{ran:?}");
}

fn events(status: &Value) -> Vec<&str> {
    status["records"].as_array().unwrap().iter().map(|record| record["event"].as_str().unwrap()).collect()
}

#[test]
fn what_cannot_be_written_down_has_stopped_all_the_same() {
    let check = |folder: &str, size: &str, [block, mend]: [Obstacle; 2]| {
        let test = "what_cannot_be_written_down_has_stopped_all_the_same";
        let Some(scene) = Scene::with_disk(test, folder, size) else { return };
        share(&scene);
        block(&scene, folder);
        stops(&scene, &["usage", "withdraw"], "Sharing has stopped all the same");
        assert!(!usage(&scene).consent().exists(), "{folder}: plug-ins are still told yes");
        assert_eq!(usage(&scene).spooled(), [], "{folder}");
        let status = scene.cli().json(["usage", "status"]);
        assert_eq!((&status["state"], &status["items"]), (&json!("withdrawing"), &json!([])), "{folder}");
        sends_nothing(&scene);
        // Said again it is as true, and another program that starts meanwhile takes nothing for a yes.
        stops(&scene, &["usage", "withdraw", "--erase", "--yes"], "Sharing has stopped all the same");
        scene.cli().run(["license", "list"]);
        assert!(!usage(&scene).consent().exists(), "{folder}");

        mend(&scene, folder);
        // The first that looks writes it down; nothing leaves by it.
        sends_nothing(&scene);
        let status = scene.cli().json(["usage", "status"]);
        assert_eq!(status["state"], "withdrawn", "{folder}: {status}");
        assert_eq!(events(&status), ["granted", "withdrawn"], "{folder}");
        assert_eq!(status["weeks"], json!([]), "what was not sent is forgotten");
        assert!(!usage(&scene).consent().exists(), "{folder}");
        // A yes after that is a new one.
        scene.cli().json(["usage", "grant", "--yes"]);
        assert_eq!(scene.cli().json(["usage", "status"])["state"], "on", "{folder}");
        assert!(usage(&scene).consent().exists(), "{folder}");
    };
    check("ledger", "1m", FULL);
    check("ledger", "1m", READ_ONLY);
    // The plug-ins' file lies on the same disk.
    check("", "4m", FULL);
}

#[test]
fn one_item_that_cannot_be_written_down_has_stopped_and_the_others_go_on() {
    let test = "one_item_that_cannot_be_written_down_has_stopped_and_the_others_go_on";
    let Some(scene) = Scene::with_disk(test, "ledger", "1m") else { return };
    share(&scene);
    scene.fill("ledger");
    stops(&scene, &["usage", "withdraw", "--item", "daw"], "Sharing has stopped all the same");
    let consent = std::fs::read_to_string(usage(&scene).consent()).unwrap();
    assert!(consent.contains("title_version") && !consent.contains("daw"), "{consent}");
    let status = scene.cli().json(["usage", "status"]);
    let items = |status: &Value| status["items"].as_array().unwrap().len();
    assert_eq!((&status["state"], items(&status)), (&json!("on"), 2), "{status}");
    scene.empty("ledger");
    let shown = scene.cli().json(["usage", "preview"]);
    assert_eq!(shown["counts"][0]["daw"], Value::Null, "noted before, and not sent any more: {shown}");
    assert_eq!(shown["counts"][0]["sessions"], 2, "{shown}");
    let status = scene.cli().json(["usage", "status"]);
    assert_eq!((items(&status), events(&status)), (2, vec!["granted", "changed"]));
    let last = &status["records"][1]["record"]["events"][0];
    assert_eq!(last["event_state"], "withdrawn_in_part", "{last}");
}

/// Nowhere is there a place even for that: then it goes on, and who wanted to stop must not think that they did.
#[test]
fn where_nothing_at_all_can_be_written_it_is_said_that_sharing_is_still_on() {
    let test = "where_nothing_at_all_can_be_written_it_is_said_that_sharing_is_still_on";
    let Some(scene) = Scene::with_disk(test, "", "4m") else { return };
    share(&scene);
    scene.set_writable("", false);
    for words in [&["usage", "withdraw"][..], &["usage", "withdraw", "--item", "daw"]] {
        stops(&scene, words, "Sharing is still on");
    }
    assert_eq!(scene.cli().json(["usage", "status"])["state"], "on");
    scene.set_writable("", true);
    assert_eq!(scene.cli().json(["usage", "withdraw"])["was_shared"], true);
    assert_eq!(scene.cli().json(["usage", "status"])["state"], "withdrawn");
}

/// Who is sending just then breaks off, as by any withdrawal.
#[test]
fn an_upload_that_is_on_its_way_is_broken_off_by_what_cannot_be_written_down() {
    let test = "an_upload_that_is_on_its_way_is_broken_off_by_what_cannot_be_written_down";
    let tap = Tap::plain();
    let sandbox = Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
    tap.forward_to(&sandbox.address());
    let Some(scene) = Scene::with_disk_at(sandbox, test, "ledger", "1m") else { return };
    share(&scene);
    let hold = Hold::default();
    tap.faults([Fault::Hold(hold.clone())]);
    let sender = scene.cli().start(["usage", "send", "--yes", "--json"]);
    hold.until_asked();
    scene.fill("ledger");
    let started = Instant::now();
    stops(&scene, &["usage", "withdraw"], "Sharing has stopped all the same");
    let ran = sender.ran();
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_ne!(ran.code(), Some(0), "{ran:?}");
    hold.let_go();
    scene.empty("ledger");
    let status = scene.cli().json(["usage", "status"]);
    assert_eq!(status["state"], "withdrawn", "{status}");
    assert_eq!(status["uploads"][0]["state"], "unknown", "it may have arrived: {status}");
    let gone = &status["records"][1]["record"]["events"][0]["more"]["sent_before"];
    assert_eq!(gone.as_array().map(Vec::len), Some(1), "{status}");
}

/// That what was sent is to be erased has no place without a disk: who wanted it is told to say so again.
#[test]
fn a_wish_to_erase_that_could_not_be_kept_is_said_to_be_lost() {
    let test = "a_wish_to_erase_that_could_not_be_kept_is_said_to_be_lost";
    let Some(scene) = Scene::with_disk(test, "ledger", "1m") else { return };
    share(&scene);
    scene.cli().json(["usage", "send", "--yes"]);
    scene.fill("ledger");
    stops(&scene, &["usage", "withdraw", "--erase", "--yes"], "That it is to be erased could not be kept");
    assert_eq!(received(&scene.sandbox).len(), 1);
    scene.empty("ledger");
    let done = scene.cli().json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(done["erasure"]["status"], "erased", "{done}");
    assert_eq!(scene.cli().json(["usage", "status"])["state"], "withdrawn");
}

/// A record that cannot even be read is in nobody's way to stop.
#[test]
fn a_damaged_ledger_keeps_nobody_from_stopping() {
    let scene = Scene::new();
    share(&scene);
    std::fs::write(
        scene.path("ledger/ledger.db"),
        "nonsense, and long enough to be no empty file".repeat(400),
    )
    .unwrap();
    let (_, error) = scene.cli().failure(["usage", "withdraw"]);
    assert_eq!(error["code"], "ledger.damaged", "{error}");
    assert!(!usage(&scene).consent().exists(), "plug-ins are still told yes");
    assert_eq!(usage(&scene).spooled(), []);
    sends_nothing(&scene);
}
