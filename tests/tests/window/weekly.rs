//! Usage that its user lets be sent by itself leaves while the window is open: weeks that are over, as they were shown, once in seven days; and
//! nothing more once it was taken back, by whoever.

use gatefold_tests::{Usage, vendor};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::driver::until;
use crate::stage::Stage;

/// Some looks at what is due: a test build looks five times a second.
const LOOKS: std::time::Duration = std::time::Duration::from_millis(1_500);

/// So many hours after so many Mondays from now, at midnight (UTC).
fn monday(nth: i64, hours: i64) -> Timestamp {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let monday = today - i64::from(today.weekday().to_monday_zero_offset()).days() + (7 * nth).days();
    monday.to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_hours(hours)
}

#[test]
fn weeks_that_are_over_leave_while_the_window_is_open() {
    let test = "weeks_that_are_over_leave_while_the_window_is_open";
    let Some(stage) = Stage::open_at(test, &Timestamp::now().to_string()) else { return };
    stage.add_vendor();
    let cli = stage.cli();
    let product = vendor("sleeve").products()[0].id.clone();
    let usage = Usage::on(&stage.home().join("shelf"), "sleeve", vendor("sleeve").root_key());
    cli.json(["usage", "grant", "--yes"]);
    usage.note(&product, "2.1.0", "Ardour");
    let sent = || stage.sandbox.recorded().len();
    let is_silent = |time: Timestamp| {
        stage.time_is(&time.to_string());
        std::thread::sleep(LOOKS);
        assert_eq!(sent(), 0, "{time}");
    };
    // Shared, and not by itself.
    is_silent(monday(1, 9));
    stage.time_is(&Timestamp::now().to_string());
    cli.json(["usage", "weekly", "on", "--yes"]);
    is_silent(monday(1, 0) - SignedDuration::from_secs(1));
    let shown = cli.json(["usage", "preview"]);
    stage.time_is(&monday(1, 9).to_string());
    until("it is sent", || (sent() == 1).then_some(()));
    assert_eq!(
        String::from_utf8(stage.sandbox.recorded().remove(0)).unwrap(),
        shown["request"].as_str().unwrap()
    );
    let entry = until("its answer", || {
        let entry = cli.json(["ledger", "list", "--optional"])["entries"][0].clone();
        (entry["outcome"] == "answered").then_some(entry)
    });
    assert_eq!(entry["by_itself"], true, "{entry}");
    // The next week is not over within the seven days, and what is taken back does not leave at all.
    let tuesday = monday(1, 24);
    usage.note_on(tuesday.to_zoned(TimeZone::UTC).date(), &product, "2.1.0", "Ardour");
    stage.time_is(&tuesday.to_string());
    std::thread::sleep(LOOKS);
    cli.json(["usage", "withdraw"]);
    stage.time_is(&monday(3, 9).to_string());
    std::thread::sleep(LOOKS);
    assert_eq!(sent(), 1);
}
