//! The record in the window: bytes are erased after the system asked, and a check says apart what was altered and cut.

use rusqlite::Connection;
use serde_json::json;

use crate::stage::Stage;

#[test]
pub(crate) fn bytes_are_erased_and_a_broken_record_is_named() {
    let Some(stage) = Stage::open("bytes_are_erased_and_a_broken_record_is_named") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.cli().run(["license", "refresh", "--yes"]);
    stage.press("What was sent");
    let line = stage.find("//a[@data-id='2']");
    stage.driver.click(&line);
    stage.find("//article//code[normalize-space()='2']");
    let raw = || stage.cli().run(["ledger", "show", "2", "--raw"]);
    let kept = raw().stdout;
    stage.press("Erase these bytes");
    stage.screen.say_no("^Erase these bytes\\?$");
    assert_eq!(raw().stdout, kept);
    stage.press("Erase these bytes");
    stage.screen.say_yes("^Erase these bytes\\?$");
    stage.reads("These bytes were erased.");
    assert!(raw().stdout.is_empty());
    stage.press("Check the record");
    stage.reads("The record is intact: 5 lines, 1 of them erased.");
    stage.reads("The last erasure noted: line 2");
    stage.picture("record-1-erased");

    // Somebody alters a line, and takes another out.
    let db = Connection::open(stage.home().join("ledger/ledger.db")).unwrap();
    db.execute_batch("UPDATE record SET vendor = 'nobody' WHERE entry = 3 AND outcome IS NULL").unwrap();
    stage.press("Check the record");
    stage.reads("This line was altered: 3");
    stage.press("3");
    stage.reads("This line was changed after it was written");
    db.execute_batch("DELETE FROM line WHERE id = 4; DELETE FROM record WHERE entry = 4").unwrap();
    stage.press("Check the record");
    stage.reads("This line is gone: 4");
    stage.picture("record-2-broken");
    // The end is cut off: that shows by what is remembered outside.
    db.execute_batch(
        "DELETE FROM line WHERE id >= 4; DELETE FROM record WHERE entry >= 4;
         DELETE FROM body WHERE seq NOT IN (SELECT seq FROM record)",
    )
    .unwrap();
    drop(db);
    stage.press("Check the record");
    stage.reads("The record was cut: it does not begin and end where Gatefold left it.");
    stage.look("record-3-cut");
    stage.press("Begin anew");
    stage.screen.say_no("^Take the record as it is for whole\\?$");
    assert_eq!(stage.cli().run(["ledger", "check", "--json"]).json()["anchor"], json!("cut"));
    stage.press("Begin anew");
    stage.screen.say_yes("^Take the record as it is for whole\\?$");
    stage.find("//a[contains(., 'anchor-until')]");
    assert_eq!(stage.cli().run(["ledger", "check", "--json"]).json()["anchor"], json!("whole"));
}

/// Nobody asked for a check: what was done to the record behind its back shows in the list, and stays said once it is known.
#[test]
fn what_was_done_to_the_record_shows_without_a_check() {
    let Some(stage) = Stage::open("what_was_done_to_the_record_shows_without_a_check") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.cli().run(["license", "refresh", "--yes"]);
    let db = Connection::open(stage.home().join("ledger/ledger.db")).unwrap();
    let again = || {
        stage.library();
        stage.press("What was sent");
    };
    stage.press("What was sent");
    stage.find("//a[@data-id='2']");
    assert!(!stage.driver.sees("//a[@data-id][contains(., 'Altered')]"));

    // The bytes of one, a second that cannot be read, and a third that is gone.
    db.execute_batch(
        "UPDATE body SET bytes = CAST(replace(CAST(bytes AS TEXT), 'HTTP/1.1', 'HTTP/1.0') AS BLOB) WHERE seq = 3;
         UPDATE body SET facts = '{' WHERE seq = 5;
         DELETE FROM line WHERE id = 4; DELETE FROM record WHERE entry = 4",
    )
    .unwrap();
    again();
    stage.find("//a[@data-id='2'][contains(., 'Altered')]");
    stage.find("//a[@data-id='3'][contains(., 'Altered')]");
    stage.find("//nav//p[.='Line 4 is gone']");
    assert_eq!(stage.driver.count("//a[@data-id][contains(., 'Altered')]"), 2);
    stage.look("record-5-unasked");
    // Where lines are left out, one that is not there says nothing.
    stage.press("Required");
    stage.find("//a[@data-id='5']");
    assert!(!stage.driver.sees("//p[contains(., 'is gone')]"));
    stage.press("Everything");

    stage.press("Check the record");
    stage.reads("These 2 lines were altered:");
    stage.press("Close");
    again();
    stage.reads("The record is not what was written.");
    assert!(!stage.driver.sees("//*[contains(., 'were altered')][not(*)]"));
    stage.look("record-6-folded");
    stage.press("What is wrong");
    stage.reads("This line is gone: 4");

    // The tail alone is known by what is remembered outside.
    db.execute_batch("DELETE FROM line WHERE id > 4; DELETE FROM record WHERE entry > 4").unwrap();
    stage.driver.reload();
    again();
    stage.reads("The record does not end where Gatefold left it.");
    stage.look("record-7-short");
    db.execute_batch("DELETE FROM line; DELETE FROM record; DELETE FROM body; DELETE FROM doc").unwrap();
    again();
    stage.reads("The record was emptied");
    assert!(!stage.driver.sees("//*[.='Nothing has left this computer']"));
    stage.look("record-8-emptied");
    stage.press("Check the record");
    stage.reads("The record was cut: it does not begin and end where Gatefold left it.");
}

/// Each word that a row shows finds it; what is not found is not shown as chosen.
#[test]
pub(crate) fn a_search_finds_what_the_list_shows() {
    let Some(stage) = Stage::open("a_search_finds_what_the_list_shows") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    stage.cli().run(["license", "refresh", "--yes"]);
    stage.press("What was sent");
    stage.find("//a[@data-id='1']");
    let read = "return [...document.querySelectorAll('[data-id]')].map((row) => [row.dataset.id,
        row.querySelector('strong').textContent, row.querySelector('.what .small').textContent, row.querySelector('[data-tone]').textContent])";
    let rows: Vec<[String; 4]> = serde_json::from_value(stage.driver.script(read, &[])).unwrap();
    assert_eq!(rows.len(), 5, "{rows:?}");
    // The question about the key names no product by itself.
    assert_eq!(rows[4][2], "Halo Plate · Sleeve Audio");
    for [id, deed, about, came] in &rows {
        for words in [deed, about, came, &format!("{deed} {came}")] {
            stage.searches_anew(words);
            stage.find(&format!("//a[@data-id='{id}']"));
        }
    }
    stage.searches_anew("take a seat");
    stage.find("//a[@data-id='2'][@aria-current]");
    stage.look("record-4-found");
    stage.looks_well_when_narrow("record-9");
    stage.driver.click(&stage.find("//a[@data-id='2']"));
    stage.clears_the_search();
    stage.fill("Search in what was sent", "refresh");
    stage.find("//a[@data-id='5'][@aria-current]");
    assert!(!stage.driver.sees("//a[@data-id='2']"));
    assert_eq!(stage.driver.script("return location.hash", &[]), json!("#/sent"));
}

impl Stage {
    /// In a window that is narrower than both pages the list lies above what it lists, and nothing is cut.
    fn looks_well_when_narrow(&self, name: &str) {
        for width in [860, 640] {
            self.resize(width, 700);
            for theme in ["light", "dark"] {
                self.wear(theme);
                self.assert_all_fits(name);
                self.keep_long_picture(&format!("{name}-{theme}-{width}x700"));
            }
        }
        self.wear("light");
        self.resize(1000, 700);
    }

    /// Nothing is found before, so what is found then is found by these words.
    fn searches_anew(&self, words: &str) {
        self.clears_the_search();
        self.fill("Search in what was sent", "zzzz");
        self.reads("No request fits");
        self.clears_the_search();
        self.fill("Search in what was sent", words);
    }

    fn clears_the_search(&self) {
        let clear = "const field = document.querySelector('main header input'); field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true }))";
        self.driver.script(clear, &[]);
    }
}
