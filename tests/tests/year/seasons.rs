//! A year and more, day by day: what the user would see each day, and what they do about it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::studio::{
    DAY, FOREVER, LEASED, SETTLED, SUBSCRIPTION, Studio, at, days_left, list, read, standing,
};

/// Whoever sees a notice does something about it when they see it for the second time.
const PATIENCE: u32 = 2;
/// The computer is off.
const HOLIDAYS: [(&str, &str); 2] =
    [("2027-12-20T00:00:00Z", "2028-01-24T00:00:00Z"), ("2028-07-10T00:00:00Z", "2028-08-14T00:00:00Z")];
/// Days on which the computer wakes up in another time before its clock is set.
const WRONG_BOOTS: [(&str, &str); 6] = [
    ("2027-12-10", "1970-01-01T00:00:03Z"),
    ("2028-02-20", "2000-01-01T00:00:03Z"),
    ("2028-02-29", "2035-06-01T09:00:00Z"),
    ("2028-03-26", "1970-01-01T00:00:03Z"),
    ("2028-08-20", "2035-06-01T09:00:00Z"),
    ("2028-11-25", "2000-01-01T00:00:03Z"),
];
/// Clocks are put forward in Berlin, back in Berlin, back in New York.
const CLOCK_CHANGES: [&str; 3] = ["2028-03-26", "2028-10-29", "2028-11-05"];

/// What a day's look at the list shows of a license.
struct Seen {
    at: Timestamp,
    days_left: Option<u64>,
    counts: bool,
    told: bool,
}

struct Year {
    studio: Studio,
    seen: BTreeMap<String, Seen>,
    /// For how many looks each license has been asking for a refresh.
    asks: BTreeMap<String, u32>,
    refreshed: Vec<(String, String)>,
    /// Days on which a license did not count, the clock being right.
    lost: Vec<(String, String)>,
}

impl Year {
    fn day(&self) -> String {
        self.studio.now().strftime("%Y-%m-%d").to_string()
    }

    /// One look at the list with the clock right.
    fn look(&mut self) {
        let (now, day) = (self.studio.now(), self.day());
        let cli = self.studio.cli();
        let licenses = list(&cli);
        let words = if licenses.values().any(is_told) { read(&cli) } else { String::new() };
        for (product, entry) in &licenses {
            let counts = matches!(standing(entry), "active" | "grace");
            let told = is_told(entry);
            if told {
                assert!(
                    words.contains("gatefold license refresh"),
                    "{day}: {product} has no way out: {words}"
                );
                let number = days_left(entry).map_or_else(String::new, |days| format!("{days} "));
                assert!(words.contains(&number), "{day}: {product} does not say how long: {words}");
            }
            if let Some(before) = self.seen.get(product) {
                let passed = u64::try_from(now.duration_since(before.at).as_hours()).unwrap() / 24;
                if let (Some(then), Some(left)) = (before.days_left, days_left(entry)) {
                    let same_end = standing(entry) == "active" && before.counts && then > passed;
                    assert!(!same_end || then - passed == left, "{day}: {product}: {then} days, then {left}");
                }
                let was_off = passed > 14;
                assert!(counts || before.told || was_off, "{day}: {product} was lost without a word");
            }
            if !counts {
                self.lost.push((day.clone(), product.clone()));
            }
            let seen = Seen { at: now, days_left: days_left(entry), counts, told };
            self.seen.insert(product.clone(), seen);
        }
        let forever = &licenses[FOREVER];
        assert_eq!((standing(forever), days_left(forever)), ("active", None), "{day}");
        self.act(&licenses);
    }

    /// Does what the notices say, in time.
    fn act(&mut self, licenses: &BTreeMap<String, Value>) {
        for (product, entry) in licenses {
            let asks = self.asks.entry(product.clone()).or_default();
            *asks = if is_told(entry) { *asks + 1 } else { 0 };
            let is_over = !matches!(standing(entry), "active" | "grace");
            if is_over && product == SUBSCRIPTION {
                // It is not paid for, and no file would change that.
                continue;
            }
            if *asks >= PATIENCE || is_told(entry) && is_over {
                *asks = 0;
                self.studio.refresh(&self.studio.cli(), product);
                self.refreshed.push((self.studio.now().strftime("%Y-%m-%d").to_string(), product.clone()));
                self.seen.remove(product);
            }
        }
    }

    /// The computer wakes up in another time: each license that has an end says what is wrong, the others count, and with
    /// the clock set right all is as before.
    fn wakes_at(&self, wrong: &str) {
        let day = self.day();
        let before = list(&self.studio.cli());
        let cli = self.studio.by_clock(at(wrong));
        let (licenses, words) = (list(&cli), read(&cli));
        for (product, entry) in &licenses {
            let has_end = !entry["refresh_by"].is_null() || !entry["expires_at"].is_null();
            let expect = match (has_end, at(wrong) < self.studio.now()) {
                (false, _) => "active",
                (true, true) => "clock_behind",
                (true, false) => "expired",
            };
            assert_eq!(standing(entry), expect, "{day}, at {wrong}: {product}");
        }
        let said = match at(wrong) < self.studio.now() {
            true => ["This computer's clock is behind", "years at least", "Set the clock"],
            false => ["ended", "this computer's clock is ahead: set it", "gatefold license refresh"],
        };
        for part in said {
            assert!(words.contains(part), "{day}, at {wrong}: {part:?} is not in: {words}");
        }
        assert_eq!(list(&self.studio.cli()), before, "{day}: a boot at {wrong} is forgiven");
    }
}

/// Whether the list says more of it than that it is good: what ends is told 14 days ahead.
fn is_told(entry: &Value) -> bool {
    standing(entry) != "active" || days_left(entry).is_some_and(|days| days <= 14)
}

#[test]
fn a_year_of_a_studio() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    let subscription = studio.license(SUBSCRIPTION)["license_id"].as_str().unwrap().to_owned();
    // It is paid until the end of a leap day.
    studio.sandbox.ends_at(&subscription, "2028-02-29T23:30:00.000Z");
    for product in [FOREVER, SETTLED, LEASED, SUBSCRIPTION] {
        studio.activate(product);
    }
    let activated = studio.sandbox.recorded().len();
    let mut year = Year {
        studio,
        seen: BTreeMap::new(),
        asks: BTreeMap::new(),
        refreshed: Vec::new(),
        lost: Vec::new(),
    };
    let opened = year.studio.now();
    for passed in 1..=480 {
        year.studio.comes(opened + DAY * passed);
        let (now, day) = (year.studio.now(), year.day());
        if HOLIDAYS.iter().any(|(from, to)| at(from) <= now && now < at(to)) {
            continue;
        }
        // The vendor's shop is late: it renews on the day before the end, and a year later not at all.
        if day == "2028-02-28" {
            year.studio.sandbox.ends_at(&subscription, "2029-02-28T23:30:00.000Z");
        }
        for (_, wrong) in WRONG_BOOTS.iter().filter(|(on, _)| *on == day) {
            year.wakes_at(wrong);
        }
        if CLOCK_CHANGES.contains(&day.as_str()) {
            let here = read(&year.studio.cli());
            for zone in ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"] {
                assert_eq!(read(&year.studio.cli().env("TZ", zone)), here, "{day} in {zone}");
            }
        }
        year.look();
    }

    // What was asked of the vendor, and why.
    let refreshes = |product: &str| -> Vec<&str> {
        let of = year.refreshed.iter().filter(|(_, refreshed)| refreshed == product);
        of.map(|(day, _)| day.as_str()).collect()
    };
    assert_eq!(refreshes(FOREVER), Vec::<&str>::new());
    // Told from the 6th on; its next file ended while the computer was off, which is why it is asked for at once then.
    assert_eq!(refreshes(SETTLED), ["2027-12-07", "2028-01-24"]);
    // Told from the 16th of February on; the vendor renews on the 28th, and the new file lasts as long as the first one
    // did, which was no whole year.
    let early = refreshes(SUBSCRIPTION).into_iter().filter(|day| *day < "2028-12-01").collect::<Vec<_>>();
    assert_eq!(
        early,
        [
            "2028-02-17",
            "2028-02-19",
            "2028-02-21",
            "2028-02-23",
            "2028-02-25",
            "2028-02-27",
            "2028-02-29",
            "2028-05-27"
        ]
    );
    assert_eq!(refreshes(LEASED), ["2028-11-07"]);
    assert_eq!(year.studio.sandbox.recorded().len(), activated + 2 * year.refreshed.len());

    // What did not count for a day: what came home from a holiday to a file that had ended, and what nobody paid for.
    let unpaid = |(day, product): &&(String, String)| product == SUBSCRIPTION && day.as_str() >= "2029-02-28";
    let lost: Vec<_> = year.lost.iter().filter(|lost| !unpaid(lost)).collect();
    assert_eq!(lost, [&("2028-01-24".to_owned(), SETTLED.to_owned())]);
    let end = list(&year.studio.cli());
    let standings: Vec<&str> =
        [FOREVER, SETTLED, LEASED, SUBSCRIPTION].iter().map(|product| standing(&end[*product])).collect();
    assert_eq!(standings, ["active", "active", "active", "expired"]);
    // A hundred years on, without a network.
    let later = list(&year.studio.by_clock(at("2127-11-20T09:00:00Z")));
    assert_eq!((standing(&later[FOREVER]), standing(&later[SETTLED])), ("active", "active"));
}
