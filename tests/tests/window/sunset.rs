//! A vendor says, signed with its root key, that it is gone: the system asks, and what the product's page says then.

use gatefold_tests::signed;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Two years later: whatever ends has ended.
const LATE: &str = "2028-11-20T12:00:00Z";
const QUESTION: &str = "^Let your licenses of Sleeve Audio stay yours\\?$";
const STAYS: &str = "The vendor is gone, and this license stays yours.";

impl Stage {
    /// The vendor's statement that it is gone, as a file.
    fn sunset(&self) -> String {
        let file = std::fs::read_to_string(self.sandbox.vendor_file()).unwrap();
        let root = file.lines().find(|line| line.starts_with("root_key")).unwrap();
        let text = format!(
            "sunset = 1\nid = \"sleeve\"\n{root}\ngone_since = \"2028-05-01\"\nstatement = \"We close. Thank you for the music.\"\n"
        );
        let path = self.dir.path().join("sunset.toml");
        std::fs::write(&path, &text).unwrap();
        std::fs::write(format!("{}.minisig", path.display()), signed(&text)).unwrap();
        path.display().to_string()
    }

    /// Opens the product's page, and waits for some words on it.
    fn product_says(&self, product: &str, words: &str) {
        self.library();
        self.driver.click(&self.find(&format!("//a[contains(., '{product}')]")));
        self.find(&format!("//h1[.='{product}']"));
        self.reads(words);
    }

    fn standing(&self) -> Value {
        self.cli().json(["license", "list"])["entries"][0]["standing"].clone()
    }
}

#[test]
pub(crate) fn what_a_vendor_leaves_behind_is_kept_by_a_yes() {
    let test = "what_a_vendor_leaves_behind_is_kept_by_a_yes";
    let Some(mut stage) = Stage::open_at(test, "2026-11-20T12:00:00Z") else { return };
    stage.add_vendor();
    let licenses = stage.sandbox.ready["licenses"].as_array().unwrap().iter();
    let year = licenses.clone().find(|one| one["kind"] == "subscription" && one["state"] == "free").unwrap();
    stage.cli().json(["license", "activate", year["key"].as_str().unwrap(), "--yes"]);
    let product = stage.cli().json(["license", "list"])["entries"][0]["product"].as_str().unwrap().to_owned();
    stage.time_is(LATE);
    let before = stage.sandbox.recorded().len();

    // A no changes nothing, and neither does Return.
    let file = stage.sunset();
    stage.start_again_with(&[&file]);
    stage.screen.say_no(QUESTION);
    stage.product_says(&product, "Ended");
    stage.start_again_with(&[&file]);
    stage.screen.say_nothing(QUESTION);
    stage.product_says(&product, "Ended");
    assert!(!stage.driver.sees(&format!("//*[contains(., '{STAYS}')]")));
    assert_eq!(stage.standing(), json!("expired"));
    stage.look("sunset-1-ended");

    stage.start_again_with(&[&file]);
    stage.screen.say_yes(QUESTION);
    stage.product_says(&product, STAYS);
    stage.look("sunset-2-stays");
    assert_eq!(stage.standing(), json!("active"));
    assert_eq!(stage.sandbox.recorded().len(), before, "the vendor was asked");
}
