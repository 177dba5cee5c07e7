//! How long files are asked to last, at each moment of their product's life; and that it is said before the activation.

use crate::studio::{
    DAY, FOREVER, LEASED, SETTLED, SUBSCRIPTION, Studio, at, days_left, list, read, standing, vendor_text,
};

const DAY_SECS: u64 = 86_400;

/// What is shown before anything but the question about the key is sent.
#[test]
fn how_long_it_works_offline_is_said_before_the_activation() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    let check = |product: &str, expect: &str| {
        let key = studio.license(product)["key"].as_str().unwrap().to_owned();
        // The question is answered with yes, the activation with no.
        let ran = studio.cli().run_on_terminal(["license", "activate", &key], b"y\nn\n");
        let said = ran.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("Works offline {expect} ")), "{product}: {said}");
    };
    check(FOREVER, "a perpetual license never needs the network again");
    check(SETTLED, "a file lasts 30 days in the refund window; one fetched after it, forever");
    check(LEASED, "the file lasts a year and is then fetched again");
    check(SUBSCRIPTION, "until 2028-11-19, when it ends; renewed, it is fetched again");
    assert_eq!(studio.asked_to_last(), [], "no file was asked for");
}

#[test]
fn each_file_is_asked_to_last_as_its_profile_says() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    let last = || *studio.asked_to_last().last().unwrap();
    studio.activate(FOREVER);
    assert_eq!(last(), None);
    studio.activate(LEASED);
    assert_eq!(last(), Some(365 * DAY_SECS));
    studio.activate(SETTLED);
    assert_eq!(last(), Some(30 * DAY_SECS));
    studio.activate(SUBSCRIPTION);
    let year = last().unwrap();
    assert!((365 * DAY_SECS).abs_diff(year) < 60, "{year}");

    let opened = studio.now();
    let check = |day: i32, product: &str, expect: Option<u64>| {
        studio.comes(opened + DAY * day);
        studio.refresh(&studio.cli(), product);
        assert_eq!(last(), expect, "{product}, day {day}");
    };
    check(29, SETTLED, Some(30 * DAY_SECS));
    check(30, SETTLED, None);
    check(60, FOREVER, None);
    check(60, LEASED, Some(365 * DAY_SECS));
    // The paid period is nearly over, and may have been renewed: as long a file as the last one is asked for, and the
    // license's own end stands.
    check(360, SUBSCRIPTION, Some(year));
    assert_eq!(days_left(&list(&studio.cli())[SUBSCRIPTION]), Some(5));
    let licenses = list(&studio.cli());
    for product in [FOREVER, SETTLED] {
        assert_eq!((standing(&licenses[product]), days_left(&licenses[product])), ("active", None));
    }
}

/// A seat that was taken again after the refund window waits for no second one.
#[test]
fn an_activation_after_the_refund_window_settles_at_once() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    studio.activate(SETTLED);
    studio.comes(studio.now() + DAY * 31);
    studio.activate(SETTLED);
    assert_eq!(studio.asked_to_last(), [Some(30 * DAY_SECS), None]);
}

/// A clock that is years off when the file is asked for makes it neither shorter nor longer: the server's answer to the
/// question about the key says what time it is there.
#[test]
fn a_wrong_clock_makes_no_other_file() {
    for wrong in ["1970-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "2035-06-01T00:00:00Z"] {
        let studio = Studio::opens("2027-11-20T09:00:00Z");
        let key = studio.license(SUBSCRIPTION)["key"].as_str().unwrap().to_owned();
        let ran = studio.by_clock(at(wrong)).run(["license", "activate", &key, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        assert!(ran.stderr.contains("This computer's clock is "), "{wrong}: {ran:?}");
        let asked = studio.asked_to_last()[0].unwrap();
        assert!((365 * DAY_SECS).abs_diff(asked) < 60, "{wrong}: {asked}");
        let entry = &list(&studio.cli())[SUBSCRIPTION];
        assert_eq!((standing(entry), days_left(entry)), ("active", Some(365)), "{wrong}");
    }
}

/// What is told before, in grace, and after it; and each time a refresh is the way out.
#[test]
fn grace_is_named_with_its_end() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    studio.activate(LEASED);
    let check = |time: &str, expect: (&str, Option<u64>), words: &[&str]| {
        studio.comes(at(time));
        let licenses = list(&studio.cli());
        let entry = &licenses[LEASED];
        assert_eq!((standing(entry), days_left(entry)), expect, "{time}");
        let said = read(&studio.cli());
        for words in words {
            assert!(said.contains(words), "{time}: {words:?} is not in: {said}");
        }
        assert_eq!(said.contains("license refresh"), expect != ("active", Some(15)), "{time}: {said}");
    };
    // A server makes calendar months of a year in seconds, so it ends at 13:39:54.
    check("2028-11-05T10:00:00Z", ("active", Some(15)), &["refresh by", "2028-11-19"]);
    let file = "The license goes on, but its file must be fetched again: within 14 days.";
    check("2028-11-05T14:00:00Z", ("active", Some(14)), &[file]);
    let grace = "and still counts for a while: for 14 more days.";
    check("2028-11-19T14:00:00Z", ("grace", Some(14)), &["in grace", "2028-12-03", grace]);
    check("2028-12-03T13:39:00Z", ("grace", Some(1)), &["for 1 more day."]);
    let over = ["file ended", "2028-11-19", "The license file has ended, although the license may go on."];
    check("2028-12-03T13:40:00Z", ("expired", None), &over);
    studio.refresh(&studio.cli(), LEASED);
    assert_eq!(standing(&list(&studio.cli())[LEASED]), "active");
}

/// A command that was about licenses says on stderr which of them end soon, whichever it was about.
#[test]
fn a_refresh_says_what_ends_soon() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    studio.activate(FOREVER);
    studio.activate(SUBSCRIPTION);
    studio.comes(at("2028-11-09T09:00:00Z"));
    let told = "Low Tide: The license ends soon: in 10 days.\n";
    for product in [FOREVER, SUBSCRIPTION] {
        let ran = studio.refresh(&studio.cli(), product);
        assert!(ran.stderr.contains(told), "{product}: {ran:?}");
        assert!(!ran.stderr.contains("Halo Plate"), "{product}: {ran:?}");
    }
    let id = studio.license(SUBSCRIPTION)["license_id"].as_str().unwrap().to_owned();
    studio.sandbox.ends_at(&id, "2029-11-19T09:00:00.000Z");
    let ran = studio.refresh(&studio.cli(), SUBSCRIPTION);
    let left = days_left(&list(&studio.cli())[SUBSCRIPTION]);
    assert_eq!((ran.stderr.as_str(), left.is_some_and(|days| days > 360)), ("", true));
}

/// Whoever never looks at the vendor's own page is reminded where licenses and vendors are listed; nothing is sent for it.
#[test]
fn an_account_that_may_be_removed_is_told_where_one_looks() {
    let studio = Studio::playing("2026-12-01T09:00:00Z", &vendor_text("arturia"));
    let key = studio.sandbox.key("free");
    assert_eq!(studio.cli().run(["license", "activate", &key, "--yes"]).code(), Some(0));
    let sent = studio.sandbox.recorded().len();
    let check = |time: &str, expect: Option<&str>| {
        for list in [["license", "list"], ["vendor", "list"]] {
            let said = studio.by_clock(at(time)).run(list).stderr;
            assert_eq!(
                said.contains("without activity for 7 years"),
                expect.is_some(),
                "{time} {list:?}: {said}"
            );
            assert!(said.contains(expect.unwrap_or_default()), "{time} {list:?}: {said}");
        }
    };
    check("2033-05-31T09:00:00Z", None);
    check("2033-06-02T09:00:00Z", Some("that is near"));
    check("2033-12-02T09:00:00Z", Some("there was none for longer"));
    assert_eq!(studio.sandbox.recorded().len(), sent);
}

/// Before, at and after its end whoever looks sends nothing: of the commands only `license refresh` renews.
#[test]
fn no_other_command_renews() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    studio.activate(SUBSCRIPTION);
    studio.activate(LEASED);
    studio.tap.take_seen();
    let opened = studio.now();
    for day in [355, 366, 400] {
        studio.comes(opened + DAY * day);
        for words in
            ["license list", "machine show", "vendor list", "ledger list", "ledger check", "usage status"]
        {
            studio.cli().run(words.split(' '));
            assert_eq!(studio.tap.take_seen().len(), 0, "{words}, day {day}");
        }
    }
    studio.cli().run(["license", "refresh", "--yes"]);
    assert!(studio.tap.take_seen().len() > 1);
}
