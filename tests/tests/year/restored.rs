//! What was restored, lowered or renewed since: a home from a backup whose seat was taken anew, a limit that the vendor lowered, a
//! year that was paid for while the file was short, a file that is played again. Whoever holds a right goes on, and the way out
//! that is named is one.

use gatefold_tests::{Cli, Fault, copy_folder};
use jiff::SignedDuration;

use crate::studio::{DAY, LEASED, SUBSCRIPTION, Studio, list, read, standing};

fn key(studio: &Studio, product: &str) -> String {
    studio.license(product)["key"].as_str().unwrap().to_owned()
}

fn id(studio: &Studio, product: &str) -> String {
    studio.license(product)["license_id"].as_str().unwrap().to_owned()
}

/// The vendor sells fewer seats from now on.
fn lower_limit(studio: &Studio, product: &str, most: u32) {
    let db = rusqlite::Connection::open(studio.sandbox.data_dir().join("sandbox.db")).unwrap();
    let change =
        "UPDATE policies SET max_machines = ?2 WHERE id = (SELECT policy FROM licenses WHERE id = ?1)";
    assert_eq!(db.execute(change, rusqlite::params![id(studio, product), most]).unwrap(), 1);
}

fn refresh(cli: &Cli) -> (Option<i32>, String) {
    let ran = cli.run(["license", "refresh", "--yes"]);
    (ran.code(), ran.text() + &ran.stderr)
}

#[test]
fn a_home_from_before_its_seat_was_taken_anew_takes_that_seat_over() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    let (cli, key) = (studio.cli(), key(&studio, LEASED));
    studio.activate(LEASED);
    let backup = studio.home().with_file_name("backup");
    copy_folder(&studio.home(), &backup);
    cli.json(["license", "deactivate", "--all", "--yes"]);
    studio.activate(LEASED);
    let restored = studio.in_home(&backup, studio.now());
    let (exit, said) = refresh(&restored);
    assert!(exit == Some(3) && said.contains("(license.seat_gone)") && said.contains("taken anew"), "{said}");
    assert!(read(&restored).contains("Activate again"), "{}", read(&restored));
    // Once is enough, and no second seat is taken.
    let again = restored.json(["license", "activate", &key, "--yes"]);
    assert_eq!(
        (&again["status"], studio.sandbox.seats_taken(&id(&studio, LEASED))),
        (&"activated".into(), 1)
    );
    assert_eq!(refresh(&restored).0, Some(0));
    assert!(!read(&restored).contains("noted here is gone"), "{}", read(&restored));
}

#[test]
fn what_is_activated_again_over_a_seat_that_went_needs_no_second_try() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.activate(LEASED);
    let backup = studio.home().with_file_name("backup");
    copy_folder(&studio.home(), &backup);
    studio.cli().json(["license", "deactivate", "--all", "--yes"]);
    studio.activate(LEASED);
    let ran =
        studio.in_home(&backup, studio.now()).run(["license", "activate", &key(&studio, LEASED), "--yes"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert!(ran.text().contains("is activated with another seat: the one from before was gone"), "{ran:?}");
    assert_eq!(studio.sandbox.seats_taken(&id(&studio, LEASED)), 1);
}

#[test]
fn who_holds_a_seat_goes_on_where_the_limit_was_lowered() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    let other = studio
        .in_home(&studio.home().with_file_name("other"), studio.now())
        .env("GATEFOLD_TEST_MACHINE_ID", "0123456789abcdef0123456789abcdef");
    let third = studio
        .in_home(&studio.home().with_file_name("third"), studio.now())
        .env("GATEFOLD_TEST_MACHINE_ID", "fedcba9876543210fedcba9876543210");
    let key = key(&studio, SUBSCRIPTION);
    let activate = ["license", "activate", key.as_str(), "--yes"];
    studio.activate(SUBSCRIPTION);
    let seat = other.json(activate)["machine_id"].as_str().unwrap().to_owned();
    lower_limit(&studio, SUBSCRIPTION, 1);
    for cli in [&studio.cli(), &other] {
        let (exit, said) = refresh(cli);
        assert_eq!(exit, Some(0), "{said}");
        assert_eq!(cli.run(activate).code(), Some(0));
    }
    // Whoever comes new is shown who holds them, and one that is given back is not yet enough.
    let full = third.run(["license", "activate", &key, "--release", &seat, "--yes"]);
    assert!(full.code() == Some(3) && full.stderr.contains("(keygen.seats_full)"), "{full:?}");
    assert!(full.text().contains("is free") || full.stderr.contains("is free"), "{full:?}");
    assert_eq!(studio.sandbox.seats_taken(&id(&studio, SUBSCRIPTION)), 1);
    let mine = list(&studio.cli())[SUBSCRIPTION]["machine_id"].as_str().unwrap().to_owned();
    let done = third.json(["license", "activate", &key, "--release", &mine, "--yes"]);
    assert_eq!(
        (&done["status"], studio.sandbox.seats_taken(&id(&studio, SUBSCRIPTION))),
        (&"activated".into(), 1)
    );
    assert!(refresh(&studio.cli()).1.contains("(license.seat_gone)"));
}

#[test]
fn a_list_tells_the_end_that_comes_first() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.sandbox.ends_at(&id(&studio, SUBSCRIPTION), "2027-03-03T09:00:00.000Z");
    studio.activate(SUBSCRIPTION);
    studio.comes(studio.now() + DAY * 3);
    studio.sandbox.ends_at(&id(&studio, SUBSCRIPTION), "2028-03-03T09:00:00.000Z");
    studio.refresh(&studio.cli(), SUBSCRIPTION);
    let end = list(&studio.cli())[SUBSCRIPTION]["refresh_by"].as_str().unwrap()[..10].to_owned();
    assert!(end.as_str() < "2028-01-01", "{end}");
    assert!(read(&studio.cli()).contains(&format!("refresh by {end}")), "{}", read(&studio.cli()));
}

#[test]
fn a_trial_that_ended_is_sent_to_a_way_that_exists() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.cli().json(["license", "trial", "paper-moon", "--yes"]);
    studio.comes(studio.now() + DAY * 60);
    let said = read(&studio.cli());
    assert!(
        said.contains("The trial has ended.") && said.contains("buy a license and activate it"),
        "{said}"
    );
    assert!(!said.contains("Renew"), "{said}");
    let asked = studio.sandbox.recorded().len();
    let (exit, said) = refresh(&studio.cli());
    assert!(exit == Some(0) && said.contains("nothing is sent"), "{said}");
    assert_eq!(studio.sandbox.recorded().len(), asked);
}

#[test]
fn a_file_of_the_same_hour_that_is_played_again_takes_no_newer_ones_place() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.activate(LEASED);
    let old = studio.tap.seen().last().unwrap().answer.clone();
    studio.comes(studio.now() + SignedDuration::from_mins(20));
    studio.refresh(&studio.cli(), LEASED);
    let newer = list(&studio.cli())[LEASED]["refresh_by"].clone();
    let check = |before: usize, words: &[&str]| {
        studio.tap.faults(std::iter::repeat_n(Fault::None, before).chain([Fault::Answer(old.clone())]));
        let ran = studio.cli().run(words);
        studio.tap.faults([]);
        assert!(ran.code() != Some(0), "{ran:?}");
        assert_eq!(
            (&list(&studio.cli())[LEASED]["refresh_by"], standing(&list(&studio.cli())[LEASED])),
            (&newer, "active")
        );
    };
    check(1, &["license", "refresh", "--yes"]);
    check(1, &["license", "activate", &key(&studio, LEASED), "--yes"]);
}

/// A file that says it was made in years makes the others look ended. The server itself says that it is not so late yet.
#[test]
fn a_server_whose_clock_was_ahead_once_is_forgiven_at_the_next_refresh() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.activate(LEASED);
    studio.activate(SUBSCRIPTION);
    let here = studio.now();
    studio.comes(here + DAY * 730);
    assert_eq!(studio.refresh(&studio.by_clock(here), LEASED).code(), Some(0));
    let listed = list(&studio.by_clock(here));
    assert_eq!((standing(&listed[LEASED]), standing(&listed[SUBSCRIPTION])), ("clock_behind", "expired"));
    assert!(read(&studio.by_clock(here)).contains("If it is right"), "{}", read(&studio.by_clock(here)));
    studio.comes(here + DAY);
    let cli = studio.cli();
    let (exit, said) = refresh(&cli);
    assert!(exit == Some(0) && !said.contains("behind") && !said.contains("ended"), "{said}");
    let listed = list(&cli);
    assert_eq!((standing(&listed[LEASED]), standing(&listed[SUBSCRIPTION])), ("active", "active"));
}

/// Without it no plug-in believes a license. It is kept by Gatefold as well, so nobody need fetch it.
#[test]
fn a_vendor_file_that_was_lost_or_altered_on_the_shelf_is_put_back() {
    let studio = Studio::opens("2027-03-01T09:00:00Z");
    studio.activate(LEASED);
    let shelf = studio.home().join("shelf/vendors");
    let folder = std::fs::read_dir(shelf).unwrap().next().unwrap().unwrap().path();
    let file = folder.join("vendor.toml");
    let minisig = || {
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "minisig")).collect::<Vec<_>>()
    };
    let whole = std::fs::read(&file).unwrap();
    let requests = studio.sandbox.recorded().len();
    let check = |what: &str, spoil: &dyn Fn()| {
        spoil();
        list(&studio.cli());
        assert_eq!(std::fs::read(&file).ok().as_deref(), Some(whole.as_slice()), "{what}");
        assert_eq!(minisig().len(), 1, "{what}");
    };
    check("lost", &|| std::fs::remove_file(&file).unwrap());
    check("altered", &|| {
        let text = String::from_utf8(whole.clone()).unwrap();
        std::fs::write(&file, text.replace("leased", "forever")).unwrap();
    });
    check("cut", &|| std::fs::write(&file, &whole[..whole.len() / 2]).unwrap());
    check("its signature", &|| minisig().iter().for_each(|path| std::fs::remove_file(path).unwrap()));
    assert_eq!(studio.sandbox.recorded().len(), requests, "nothing is asked for it");
}
