//! Sharing usage, as its user sees it: off until they choose and their system has asked; a real host with the sample plug-in; what
//! waits is read, sent, found in the record, and erased again. And what another program changes is seen at once.

use gatefold_tests::{Usage, vendor};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use crate::driver::until;
use crate::silent::play;
use crate::stage::Stage;

const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";
const SHARE: &str = "Share the chosen items with Sleeve Audio";
const ASKED: &str = "^Share usage with Sleeve Audio\\?$";
/// So long ago it was agreed to, for a chart of some weeks.
const WEEKS: i64 = 9;

impl Stage {
    /// Opens the page of that name by the side bar.
    pub(crate) fn to(&self, page: &str) {
        self.driver.click(&self.find(&format!("//nav//a[starts-with(normalize-space(), '{page}')]")));
        self.find(&format!("//h1[normalize-space()='{page}']"));
    }

    /// The page of the vendor's weeks, whether what waits was counted by now or not.
    pub(crate) fn to_weeks(&self) {
        let named = "normalize-space()='See it, and your weeks' or normalize-space()='Your weeks, what was sent, and what you said'";
        self.driver.click(&self.find(&format!("//a[{named}]")));
    }

    /// What another program did, or time: seen without a click. Within a second where the computer has nothing else to do; no
    /// test depends on how fast it is.
    pub(crate) fn reads_unasked(&self, words: &str) {
        self.reads(words);
    }

    pub(crate) fn tick(&self, item: &str) {
        let labeled = format!("//input[@type='checkbox'][@id=//label[normalize-space()='{item}']/@for]");
        self.driver.click(&self.find(&labeled));
    }

    fn is_ticked(&self, item: &str, on: bool) {
        let script = "return [...document.querySelectorAll('input[type=checkbox]')].find((one) => one.labels[0].textContent.trim() === arguments[0])?.checked";
        until(item, || (self.driver.script(script, &[json!(item)]) == json!(on)).then_some(()));
    }

    pub(crate) fn is_switched_on(&self, on: bool) {
        self.find(&format!("//button[@role='switch'][@aria-checked='{on}']"));
    }

    fn switch_weekly(&self) {
        let named = "//label[normalize-space()='Send it by itself, once a week']/@for";
        self.driver.click(&self.find(&format!("//button[@role='switch'][@id={named}]")));
    }

    /// What was noted in the weeks before this one.
    fn noted_before(&self) {
        let usage = Usage::on(&self.home().join("shelf"), "sleeve", vendor("sleeve").root_key());
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        for (weeks, sessions) in [(8, 2), (7, 5), (6, 3), (4, 7), (3, 4), (2, 6), (1, 3)] {
            let day = today.checked_sub((7 * weeks).days()).unwrap();
            (0..sessions).for_each(|_| usage.note_on(day, PRODUCT, "2.1.0", "Clap Host"));
        }
    }
}

#[test]
pub(crate) fn usage_is_shared_seen_sent_and_erased() {
    let test = "usage_is_shared_seen_sent_and_erased";
    let begin = Timestamp::now() - (24 * 7 * WEEKS).hours();
    let Some(stage) = Stage::open_at(test, &begin.to_string()) else { return };
    stage.add_vendor();
    stage.reads("No usage is shared.");
    stage.to("Privacy");
    stage.reads("You were not asked yet");
    stage.reads("Item by item");
    stage.is_switched_on(false);
    stage.look("usage-1-not-asked");
    // A draft changes nothing, and a no to the system neither.
    stage.tick("DAW");
    stage.reads("A draft: nothing is shared");
    stage.find("//section[@aria-label='What you agree to'][not(contains(., 'Usage frequency'))]");
    stage.look("usage-2-draft");
    stage.press(SHARE);
    stage.screen.say_nothing(ASKED);
    stage.reads("Nothing changed: you did not say yes");
    assert_eq!(stage.cli().json(["usage", "status"])["state"], "not_asked");
    stage.tick("Usage frequency");
    stage.reads("How often a plug-in is opened in a week");
    stage.press(SHARE);
    stage.screen.say_yes(ASKED);
    stage.reads("On. It ends by itself on");
    stage.reads("Sleeve Audio gets this of how you use its plug-ins: usage frequency and DAW.");
    stage.is_ticked("Product version", false);
    stage.find("//tr[@data-item='daw'][contains(., 'With usage, as you agreed')]");
    stage.look("usage-3-on");

    stage.noted_before();
    stage.time_is(&Timestamp::now().to_string());
    play(&stage);
    play(&stage);
    stage.to("Library");
    stage.to("Privacy");
    stage.to_weeks();
    stage.reads("32 sessions wait to be sent");
    stage.find("//*[@role='img'][contains(@aria-label, '32 in all, 0 of them sent')]");
    assert_eq!(stage.sandbox.recorded().len(), 0, "what is counted is not sent");
    stage.look("usage-4-weeks");
    stage.press("Look at what would be sent");
    stage.reads("What you share with Sleeve Audio");
    stage.picture("usage-5-notes");
    stage.press("Show the requests");
    let shown = stage.driver.text_of(&stage.find("//pre[contains(., 'gatefold.batch_id')]"));
    assert!(shown.contains("Clap Host") && !shown.contains("2.1.0"), "{shown}");
    stage.look("usage-6-bytes");
    stage.press("Send to Sleeve Audio");
    stage.reads("Sleeve Audio has it.");
    stage.picture("usage-7-sent");
    let wire = String::from_utf8(stage.sandbox.recorded().pop().unwrap()).unwrap();
    assert_eq!(wire.split_once("\r\n\r\n").unwrap().1, shown.rsplit('\n').next().unwrap(), "as it was shown");

    stage.press("Usage sharing with Sleeve Audio");
    stage.find("//*[@role='img'][contains(@aria-label, '32 in all, 32 of them sent')]");
    // By itself only where the system asked, and off at once.
    stage.switch_weekly();
    stage.screen.say_yes("^Let usage go to Sleeve Audio by itself\\?$");
    stage.reads("It leaves by itself, once a week, while this window is open.");
    assert_ne!(stage.cli().json(["usage", "status"])["weekly_since"], json!(null));
    stage.look("usage-8-weekly");
    stage.switch_weekly();
    stage.reads("It leaves when you send it.");

    stage.to("What was sent");
    stage.press("Optional");
    stage.reads("One fits.");
    stage.find("//pre[contains(., 'gatefold.batch_id')]");
    stage.picture("usage-9-record");
    stage.press("Required");
    stage.reads("No request fits");
    stage.to("Privacy");
    stage.press("Stop, and have it erased");
    stage.reads("to erase every upload that was sent");
    stage.picture("usage-10-erase");
    let before = stage.sandbox.recorded().len();
    stage.press("Send to Sleeve Audio");
    stage.reads("confirmed that it is erased");
    assert_eq!(stage.sandbox.recorded().len(), before + 1);
    stage.press("Usage sharing with Sleeve Audio");
    stage.reads("Erased, as the vendor confirmed on");
    stage.reads("You stopped it");
    stage.picture("usage-11-erased");

    // Elsewhere: agreed to, taken back, locked.
    let seen = |words: &str| stage.reads_unasked(words);
    stage.to("Privacy");
    stage.reads("Off. You stopped it on");
    stage.cli().json(["usage", "grant", "daw", "--yes"]);
    seen("Sleeve Audio gets this of how you use its plug-ins: DAW.");
    stage.is_ticked("DAW", true);
    stage.cli().json(["usage", "withdraw"]);
    seen("No usage is shared.");
    stage.is_ticked("DAW", false);
    stage.cli().env("DO_NOT_TRACK", "1").json(["usage", "status"]);
    seen("Locked off: DO_NOT_TRACK was set here");
    stage.look("usage-12-locked");
    stage.press("Lift the lock");
    stage.screen.say_yes("^Lift the lock on sharing usage\\?$");
    stage.is_switched_on(false);
    stage.press("Lock it off for every vendor");
    stage.reads("Locked off by you");
    assert_eq!(stage.cli().json(["usage", "status"])["locked_by"], "user");
}
