//! Time as it passes and as clocks tell it: what is said of an end, and that no clock takes a right that is there.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::rules::tests::{MINE, at, ending};
use super::{Assessment, Ends, GRACE_DAYS, Reason, Standing, Terms, assess};
use crate::file::Verified;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// When the files here were made.
const ISSUED: &str = "2026-03-01T12:00:00.250Z";

fn on(file: &Verified, now: Timestamp) -> Assessment {
    assess(file, &MINE, now, None, None, &[])
}

#[test]
fn what_ends_next_is_named() {
    fn check(license: Option<&str>, file: Option<&str>, now: &str, expect: Option<(Ends, &str, u32)>) {
        let found = on(&ending(license, file), at(now)).ending;
        let found = found.map(|ending| (ending.what, ending.at, ending.days_left));
        assert_eq!(
            found,
            expect.map(|(what, end, days)| (what, at(end), days)),
            "{license:?} {file:?} {now}"
        );
    }
    let (april, may) = ("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z");
    check(None, None, "2026-03-02T00:00:00Z", None);
    check(None, Some(april), "2026-03-02T00:00:00Z", Some((Ends::File, april, 30)));
    check(Some(april), None, "2026-03-02T00:00:00Z", Some((Ends::License, april, 30)));
    check(Some(may), Some(april), "2026-03-31T00:00:00Z", Some((Ends::File, april, 1)));
    check(Some(april), Some(may), "2026-03-31T00:00:00Z", Some((Ends::License, april, 1)));
    // Asked to last as long as the license, which a server counts in calendar months.
    check(Some(april), Some("2026-03-29T09:00:00Z"), "2026-03-29T00:00:00Z", Some((Ends::License, april, 3)));
    check(
        Some(april),
        Some("2026-03-28T23:59:59Z"),
        "2026-03-28T00:00:00Z",
        Some((Ends::File, "2026-03-28T23:59:59Z", 1)),
    );
    // Grace ends after 14 days, or with the license.
    check(None, Some(april), "2026-04-02T00:00:00Z", Some((Ends::Grace, "2026-04-15T00:00:00Z", 13)));
    check(Some(may), Some(april), "2026-04-02T00:00:00Z", Some((Ends::Grace, "2026-04-15T00:00:00Z", 13)));
    check(
        Some("2026-04-05T00:00:00Z"),
        Some(april),
        "2026-04-02T00:00:00Z",
        Some((Ends::Grace, "2026-04-05T00:00:00Z", 3)),
    );
    check(None, Some(april), "2026-04-15T00:00:00Z", None);
    check(Some(april), Some(april), "2026-04-01T00:00:00Z", None);
}

#[test]
fn an_end_is_told_from_fourteen_days_ahead_on() {
    fn check(terms: Terms, license: Option<&str>, file: Option<&str>, now: &str, expect: Option<u32>) {
        let found = on(&ending(license, file), at(now)).notice(terms);
        assert_eq!(found.map(|ending| ending.days_left), expect, "{terms:?} {license:?} {file:?} {now}");
    }
    let april = Some("2026-04-15T00:00:00Z");
    check(Terms::Subscription, april, None, "2026-03-31T23:59:59.999Z", None);
    check(Terms::Subscription, april, None, "2026-04-01T00:00:00Z", Some(14));
    check(Terms::Perpetual, None, april, "2026-04-14T12:00:00Z", Some(1));
    check(Terms::Perpetual, None, april, "2026-04-15T12:00:00Z", Some(14));
    check(Terms::Perpetual, None, None, "2026-04-15T12:00:00Z", None);
    check(Terms::Trial, april, None, "2026-04-11T00:00:00Z", None);
    check(Terms::Trial, april, None, "2026-04-12T00:00:00Z", Some(3));
    // What counts no more has a reason of its own.
    check(Terms::Subscription, april, None, "2026-04-15T00:00:00Z", None);
}

#[test]
fn a_clock_that_is_behind_is_told_by_how_much() {
    let file = ending(None, Some("2026-04-01T00:00:00Z"));
    let check = |now: &str, signed: Option<&str>, expect: Option<SignedDuration>| {
        let found = assess(&file, &MINE, at(now), signed.map(at), None, &[]);
        assert_eq!(
            (found.behind, found.standing == Standing::ClockBehind),
            (expect, expect.is_some()),
            "{now}"
        );
    };
    let millis = SignedDuration::from_millis;
    check("2026-02-26T12:00:00.250Z", None, Some(DAY * 3));
    check("2026-03-01T11:30:00Z", None, None);
    check("2026-03-02T12:00:00Z", Some("2026-03-10T12:00:00Z"), Some(DAY * 8));
    check("1970-01-01T00:00:00Z", None, Some(millis(at(ISSUED).as_millisecond())));
    // It is over by a signed time, so the clock does not matter.
    check("1970-01-01T00:00:00Z", Some("2026-05-01T00:00:00Z"), None);
}

/// Computers whose battery died, or that were set wrong, against the three kinds of file.
#[test]
fn wrong_boots_are_explained_and_forgiven() {
    let year = Some("2027-03-01T12:00:00Z");
    let (perpetual, leased, subscription) = (ending(None, None), ending(None, year), ending(year, year));
    for boot in
        ["1970-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "2035-06-01T00:00:00Z", "9999-12-30T00:00:00Z"]
    {
        assert_eq!(on(&perpetual, at(boot)).reason, Reason::Active, "{boot}: nothing ends");
        let expect = match at(boot) < at(ISSUED) {
            true => (Reason::ClockBehind, Reason::ClockBehind),
            false => (Reason::FileExpired, Reason::Expired),
        };
        assert_eq!((on(&leased, at(boot)).reason, on(&subscription, at(boot)).reason), expect, "{boot}");
        // Nothing is remembered of it.
        let right = at("2026-07-01T00:00:00Z");
        assert_eq!(on(&leased, right).reason, Reason::Active, "after {boot}");
        assert_eq!(on(&subscription, right).reason, Reason::Active, "after {boot}");
    }
}

/// Whoever looks at noon each day sees a day less each day: also over the night on which clocks are put forward or back
/// (`changes` says after how many days, and by how much), and over the 29th of February.
#[test]
fn days_left_fall_by_one_a_day() {
    fn check(file: &str, first_noon: &str, days: u32, changes: Option<(u32, SignedDuration)>) {
        let end = ending(None, Some(file));
        for passed in 0..days {
            let forward =
                changes.filter(|(after, _)| passed >= *after).map_or(SignedDuration::ZERO, |(_, by)| by);
            let noon = at(first_noon) + DAY * i32::try_from(passed).unwrap() - forward;
            assert_eq!(on(&end, noon).days_left(), Some(days - passed), "{file}: noon of day {passed}");
        }
    }
    let minutes = SignedDuration::from_mins;
    check("2028-03-07T15:00:00Z", "2028-02-22T12:00:00Z", 15, None);
    // Berlin to summer time, New York to winter time, and Lord Howe Island, where it is half an hour.
    check("2027-04-02T15:00:00Z", "2027-03-20T11:00:00Z", 14, Some((8, minutes(60))));
    check("2026-11-07T20:00:00Z", "2026-10-25T16:00:00Z", 14, Some((7, minutes(-60))));
    check("2027-04-09T05:00:00Z", "2027-03-27T01:00:00Z", 14, Some((8, minutes(-30))));
}

/// From some decades before the file was made to some after.
fn times() -> impl Strategy<Value = Timestamp> {
    (-20_000_i64..20_000, 0_i64..86_400_000).prop_map(|(days, millis)| {
        let whole = SignedDuration::from_hours(24 * days);
        at(ISSUED) + whole + SignedDuration::from_millis(millis)
    })
}

/// An end of a file or a license, none as often as not.
fn ends() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of((0_i64..2_000, 0_i64..86_400_000).prop_map(|(days, millis)| {
        at(ISSUED) + SignedDuration::from_hours(24 * days) + SignedDuration::from_millis(millis)
    }))
}

fn file_of(license: Option<Timestamp>, file: Option<Timestamp>) -> Verified {
    let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
    ending(text(license).as_deref(), text(file).as_deref())
}

proptest! {
    #[test]
    fn what_never_ends_never_looks_at_the_clock(now in times(), signed in proptest::option::of(times())) {
        let found = assess(&ending(None, None), &MINE, now, signed, None, &[]);
        prop_assert_eq!((found.reason, found.ending, found.behind), (Reason::Active, None, None));
    }

    #[test]
    fn nothing_counts_beyond_its_license_or_its_grace(license in ends(), file in ends(), now in times()) {
        let found = on(&file_of(license, file), now);
        if matches!(found.standing, Standing::Active | Standing::Grace) {
            prop_assert!(license.is_none_or(|end| now < end));
            prop_assert!(file.is_none_or(|end| now < end + SignedDuration::from_hours(24 * GRACE_DAYS)));
        }
        if found.standing == Standing::Grace {
            prop_assert!(file.is_some_and(|end| end <= now));
        }
    }

    #[test]
    fn the_days_left_reach_to_the_end(license in ends(), file in ends(), now in times()) {
        if let Some(ending) = on(&file_of(license, file), now).ending {
            let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
            prop_assert!(now < ending.at && ending.days_left > 0);
            prop_assert!(ending.at <= now + days(ending.days_left));
            prop_assert!(now + days(ending.days_left - 1) < ending.at);
        }
    }

    #[test]
    fn time_that_passes_never_makes_a_file_better(
        license in ends(), file in ends(), now in times(), passed in 0_i64..4_000,
    ) {
        let worth = |now| on(&file_of(license, file), now).standing;
        let (before, after) = (worth(now), worth(now + SignedDuration::from_hours(24 * passed)));
        // A clock that is behind recovers; else it goes down from best to worst.
        prop_assert!(before == Standing::ClockBehind || before <= after, "{:?} {:?}", before, after);
    }

    #[test]
    fn a_clock_that_is_behind_recovers_with_the_clock(license in ends(), file in ends(), now in times()) {
        let file = file_of(license, file);
        if let Some(behind) = on(&file, now).behind {
            prop_assert!(behind > SignedDuration::from_hours(1));
            let right = on(&file, now + behind).standing;
            prop_assert!(right != Standing::ClockBehind && right != Standing::Unlicensed);
        }
    }
}
