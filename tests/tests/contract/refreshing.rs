//! Several licenses refreshed in one call: each is tried, whatever becomes of the others, and each result is said.

use std::path::Path;

use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, signed};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A home with a license of each demo vendor.
struct Studio {
    sleeve: Sandbox,
    _tidewater: Sandbox,
    home: tempfile::TempDir,
}

impl Studio {
    fn new() -> Self {
        let play = |vendor: &str| {
            Sandbox::with(&SandboxOptions { plays: Some(vendor.to_owned()), ..SandboxOptions::default() })
        };
        let (sleeve, tidewater) = (play("sleeve"), play("tidewater"));
        let home = tempfile::tempdir().unwrap();
        for sandbox in [&sleeve, &tidewater] {
            let activate = ["license", "activate", &sandbox.key("free"), "--yes"];
            Self::cli_at(home.path()).vendor(&sandbox.vendor_file()).json(activate);
        }
        Self { sleeve, _tidewater: tidewater, home }
    }

    fn cli_at(home: &Path) -> Cli {
        Cli::new(home).env("GATEFOLD_PASSPHRASE", "passphrase")
    }

    /// A refresh of all, some days from now, with and without `--json`.
    fn refresh(&self, in_days: i64) -> (Ran, Ran) {
        let now = Timestamp::now() + SignedDuration::from_hours(24 * in_days);
        let cli = Self::cli_at(self.home.path()).env("GATEFOLD_TEST_NOW", now.to_string());
        (cli.run(["license", "refresh", "--yes", "--json"]), cli.run(["license", "refresh", "--yes"]))
    }
}

fn results(ran: &Ran) -> Vec<(Value, Value, Value)> {
    let entries = ran.json()["entries"].as_array().unwrap().clone();
    let result =
        |entry: &Value| (entry["product"].clone(), entry["result"].clone(), entry["error"]["code"].clone());
    entries.iter().map(result).collect()
}

#[test]
fn a_server_that_is_away_keeps_no_other_from_being_asked() {
    let mut studio = Studio::new();
    let elsewhere = Sandbox::start();
    drop(std::mem::replace(&mut studio.sleeve, elsewhere));
    let (as_json, in_words) = studio.refresh(0);
    assert_eq!((as_json.code(), in_words.code()), (Some(1), Some(1)), "{as_json:?} {in_words:?}");
    let away = (json!("Halo Plate"), json!("failed"), json!("network.unreachable"));
    let renewed = (json!("Harbor Upright"), json!("renewed"), Value::Null);
    assert_eq!(results(&as_json), [away, renewed]);
    let object = as_json.json();
    assert_eq!(object["entries"][0]["error"], object["error"]);
    assert!(in_words.text().contains("Halo Plate: The vendor's server could not be reached"));
    assert!(in_words.text().contains("Harbor Upright: active"));
}

/// What cannot even be asked about is one license's failure like any other.
#[test]
fn a_vendor_without_a_server_keeps_no_other_from_being_asked() {
    let studio = Studio::new();
    let tomorrow = (Timestamp::now() + SignedDuration::from_hours(24)).strftime("%Y-%m-%d").to_string();
    let file = studio.home.path().join("newer.toml");
    let text = std::fs::read_to_string(studio.sleeve.vendor_file()).unwrap();
    let text = text.replace("version = 6\n", "version = 7\n");
    let text = text.replace("[[issuer]]\n", &format!("[[issuer]]\nnot_after = {tomorrow:?}\n"));
    std::fs::write(&file, &text).unwrap();
    std::fs::write(studio.home.path().join("newer.toml.minisig"), signed(&text)).unwrap();
    Studio::cli_at(studio.home.path()).json(["vendor", "add", file.to_str().unwrap(), "--yes"]);

    let (as_json, in_words) = studio.refresh(3);
    assert_eq!((as_json.code(), in_words.code()), (Some(1), Some(1)), "{as_json:?} {in_words:?}");
    let unasked = (json!("Halo Plate"), json!("failed"), json!("vendor.no_issuer"));
    let renewed = (json!("Harbor Upright"), json!("renewed"), Value::Null);
    assert_eq!(results(&as_json), [unasked, renewed]);
    assert_eq!(as_json.json()["entries"][0]["ledger"], json!([]), "nothing was sent");
    assert!(in_words.text().contains("Harbor Upright: active"), "{in_words:?}");
}
