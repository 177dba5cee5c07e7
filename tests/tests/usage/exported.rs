//! The records of consent as a file to keep.

use serde_json::{Value, json};

use crate::scene::Scene;

#[test]
fn the_records_can_be_kept_as_a_file_that_is_never_written_over() {
    let scene = Scene::new();
    scene.cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    scene.cli.json(["usage", "withdraw"]);
    let file = scene.home.path().join("consent.json");
    let words = ["usage", "export", file.to_str().unwrap(), "--yes"];
    let told = scene.cli.json(words);
    assert_eq!(told["records"], 3, "{told}");
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(told["bytes"], bytes.len());
    assert_eq!(told["sha256"], hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes)));
    let kept: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((&kept["v"], kept["exported_at"].is_string()), (&json!(1), true));
    let records = kept["records"].as_array().unwrap();
    let said =
        |name: &str| -> Vec<&str> { records.iter().map(|kept| kept[name].as_str().unwrap()).collect() };
    assert_eq!(said("event"), ["granted", "changed", "withdrawn"]);
    assert_eq!(said("vendor"), ["sleeve"; 3]);
    assert_eq!(said("purpose"), ["usage"; 3]);
    let status = scene.status();
    for (kept, known) in records.iter().zip(status["records"].as_array().unwrap()) {
        assert_eq!((&kept["id"], &kept["record"]), (&known["id"], &known["record"]), "as the ledger has it");
    }
    let sending: Vec<&Value> = records.iter().map(|kept| &kept["record"]["sending"]).collect();
    assert_eq!(sending, ["by_hand", "weekly", "by_hand"]);
    assert!(records[0]["record"]["privacy_notice"]["shown"]["text"].as_str().unwrap().contains("Receiver:"));
    // The ledger notes that it was written.
    let entry = scene.cli.json(["ledger", "show", &told["ledger"][0].to_string()]);
    assert_eq!((&entry["carrier"], &entry["file"]["sha256"]), (&json!("file"), &told["sha256"]), "{entry}");
    let (code, error) = scene.cli.failure(words);
    assert_eq!((code, &error["code"]), (1, &json!("client.file_unwritable")), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

/// What somebody altered is in it as it is, and hides no other.
#[test]
fn a_record_that_cannot_be_read_is_in_it() {
    let scene = Scene::new();
    scene.cli.json(["usage", "grant", "daw", "--yes"]);
    scene.cli.json(["usage", "withdraw"]);
    let ledger = rusqlite::Connection::open(scene.home.path().join("ledger/ledger.db")).unwrap();
    ledger.execute("UPDATE consent_record SET record = 'nonsense' WHERE id = 1", []).unwrap();
    let file = scene.home.path().join("consent.json");
    scene.cli.json(["usage", "export", file.to_str().unwrap(), "--yes"]);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept["records"][0]["record"], "nonsense");
    assert_eq!(kept["records"][1]["record"]["events"][0]["event_state"], "withdrawn");
}
