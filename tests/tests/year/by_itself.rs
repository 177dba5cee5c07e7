//! Asking by itself (decision 27) through kills and pauses: by the client that the window has, opened anew for each look in a
//! process of its own, which can be killed. Whatever comes in between, it asks at most once a day, and goes on after that.

use std::ffi::OsString;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gatefold_client::{Clock, Gatefold, Home, OpenOptions};
use gatefold_store::{KnownLicense, Store};
use gatefold_tests::{Fault, Hold};
use serde_json::Value;

use crate::studio::{LEASED, PASSPHRASE, SUBSCRIPTION, Studio, at};

/// The home that a look is about.
const HOME: &str = "GATEFOLD_TEST_LOOKS_AT";
/// The license that its user agrees to being asked about.
const AGREED: &str = "GATEFOLD_TEST_AGREES_TO";
const OPENED: &str = "2027-11-20T09:00:00Z";

/// What the tests below start: the window as far as it asks by itself. It looks once, at what is due; without them at nothing.
#[test]
fn a_window_is_opened() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let options = OpenOptions::of_environment(Home::at(home.as_ref()), Clock::system()).unwrap();
    let mut gatefold = Gatefold::open(options).unwrap();
    if let Ok(license_id) = std::env::var(AGREED) {
        gatefold.let_renew(&license_id, true).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut due = gatefold.renewals_due().unwrap();
    while !due.is_done() {
        // What became of it, the record tells.
        let _ = runtime.block_on(gatefold.renew_next(&mut due));
    }
}

impl Studio {
    /// A studio whose licenses of these products may be asked about by themselves.
    fn agreed_to(products: &[&str]) -> Self {
        let studio = Self::opens(OPENED);
        for product in products {
            studio.activate(product);
            let id = studio.license(product)["license_id"].as_str().unwrap().to_owned();
            ended(studio.window(&[(AGREED, id.into())]));
        }
        studio.tap.take_seen();
        studio
    }

    /// A window of now.
    fn window(&self, env: &[(&str, OsString)]) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "by_itself::a_window_is_opened"])
            .env(HOME, self.home())
            .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
            .env("GATEFOLD_TEST_NOW", self.now().to_string())
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// How many requests leave when the window is opened at this time, as it asks about what is due.
    fn asks_at(&self, time: &str) -> usize {
        self.comes(at(time));
        ended(self.window(&[]));
        self.tap.take_seen().len()
    }

    /// What the record says of each try that was made by itself.
    fn tries(&self) -> Vec<Value> {
        let record = self.cli().json(["ledger", "list"]);
        let mut lines = record["entries"].as_array().unwrap().clone();
        lines.retain(|line| line["by_itself"] == true);
        lines.into_iter().map(|line| line["outcome"].clone()).collect()
    }

    fn store(&self) -> Store {
        Store::open(&self.home().join("store")).unwrap()
    }
}

fn ended(mut window: Child) {
    assert!(window.wait().unwrap().success());
}

fn the_one(store: &Store) -> KnownLicense {
    let mut all = store.licenses().unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Kills it where it is now, which is before its end.
fn kill(mut window: Child) {
    assert!(window.try_wait().unwrap().is_none(), "it ended before it was killed");
    window.kill().unwrap();
    window.wait().unwrap();
}

/// That it asks is noted first: who is killed in between has sent nothing, and asks on the next day, not over and over.
#[test]
fn killed_before_it_asked_it_asks_on_the_next_day() {
    let studio = Studio::agreed_to(&[SUBSCRIPTION]);
    studio.comes(at("2028-11-06T09:00:00Z"));
    let store = studio.store();
    let license = the_one(&store);
    // Another Gatefold is at work on the license: between its note and its question it waits for that.
    let held = store.hold_license(&license.vendor, &license.license_id).unwrap();
    let window = studio.window(&[]);
    let began = Instant::now();
    while the_one(&store).renewal.asked_at.is_none() {
        assert!(began.elapsed() < Duration::from_secs(30), "it noted nothing");
        std::thread::sleep(Duration::from_millis(2));
    }
    kill(window);
    drop(held);
    assert_eq!(studio.tap.take_seen().len(), 0, "nothing had left");

    goes_on_the_next_day(&studio, &[]);
}

/// Killed while the answer is on its way: the vendor was asked, and is not asked again that day.
#[test]
fn killed_while_it_asks_it_asks_on_the_next_day() {
    let studio = Studio::agreed_to(&[SUBSCRIPTION]);
    let hold = Hold::default();
    studio.tap.faults([Fault::Hold(hold.clone())]);
    studio.comes(at("2028-11-06T09:00:00Z"));
    let window = studio.window(&[]);
    hold.until_asked();
    kill(window);
    hold.let_go();
    assert_eq!(studio.tap.take_seen().len(), 1, "it had asked");

    goes_on_the_next_day(&studio, &["unknown"]);
}

/// The window is opened again and again on the day of the kill, and on the next.
fn goes_on_the_next_day(studio: &Studio, tried: &[&str]) {
    for time in ["2028-11-06T09:00:00Z", "2028-11-06T09:10:00Z", "2028-11-07T08:59:59Z"] {
        assert_eq!(studio.asks_at(time), 0, "{time}");
    }
    assert_eq!(studio.tries(), tried);
    assert_eq!(studio.asks_at("2028-11-07T09:00:00Z"), 2);
    assert_eq!(studio.tries(), [tried, &["answered"; 2]].concat());
}

/// Where the vendor asks for a pause, none of its other licenses is asked about either, nor is it asked by the next window.
#[test]
fn a_vendor_that_asks_for_a_pause_is_left_alone() {
    let studio = Studio::agreed_to(&[LEASED, SUBSCRIPTION]);
    let pause = |secs: u32| {
        let head = format!("HTTP/1.1 429 Later\r\nretry-after: {secs}\r\ncontent-length: 0\r\n\r\n");
        studio.tap.faults([Fault::Answer(head.into_bytes())]);
    };
    pause(3_600);
    assert_eq!(studio.asks_at("2028-11-06T09:00:00Z"), 1, "of the other license nothing was asked");
    // It asks again when half of the time is over.
    for time in ["2028-11-06T09:10:00Z", "2028-11-06T10:00:00Z", "2028-11-12T09:00:00Z"] {
        assert_eq!(studio.asks_at(time), 0, "{time}");
    }
    // And near the end on the next day, which is as long as any pause may be.
    pause(86_400);
    assert_eq!(studio.asks_at("2028-11-18T09:00:00Z"), 1);
    for time in ["2028-11-18T10:00:00Z", "2028-11-19T08:59:59Z"] {
        assert_eq!(studio.asks_at(time), 0, "{time}");
    }
    let subscription = studio.license(SUBSCRIPTION);
    studio.sandbox.ends_at(subscription["license_id"].as_str().unwrap(), "2029-11-19T09:00:00.000Z");
    assert_eq!(studio.asks_at("2028-11-19T09:00:00Z"), 4, "both are asked about");
    assert_eq!(studio.tries(), ["answered"; 6]);
}

/// Without a network one license is tried, for all of its vendor's, ever less often; the first hour with a network asks about all.
#[test]
fn a_vendor_that_is_not_reached_is_left_alone() {
    let studio = Studio::agreed_to(&[LEASED, SUBSCRIPTION]);
    studio.tap.close();
    let tries = |time: &str, expect: usize| {
        assert_eq!(studio.asks_at(time), 0, "{time}");
        assert_eq!(studio.tries(), vec!["not_sent"; expect], "{time}");
    };
    tries("2028-11-06T09:00:00Z", 1);
    tries("2028-11-06T09:59:59Z", 1);
    tries("2028-11-06T10:00:00Z", 2);
    tries("2028-11-06T11:59:59Z", 2);
    tries("2028-11-06T12:00:00Z", 3);
    studio.tap.open();
    assert_eq!(studio.asks_at("2028-11-06T15:59:59Z"), 0, "it waits as long as it had to");
    assert_eq!(studio.asks_at("2028-11-06T16:00:00Z"), 4, "both are asked about");
}
