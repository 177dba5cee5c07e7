//! What a session in each host leaves behind where the user shares usage: one record, in the host's own name; and none where
//! they agreed for another product. That nothing is left where nobody agreed, every run of `matrix` shows.

use std::thread;

use gatefold_shelf::{SpoolRecord, SpooledItem, UsageItem};
use gatefold_tests::tool;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::command_line::{self, FFMPEG_QUESTION, ffmpeg_words, gstreamer_words, loads_lv2, lv2apply_words};
use crate::home::Home;
use crate::matrix::{Rendered, check};
use crate::shelves::{PRODUCT, Shelves};
use crate::standings::Standing;
use crate::{ardour, clap, python};

/// Of the same vendor.
const ANOTHER_PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0102";

/// Has a host play for a user who agreed. `daws` has its name for each session that is to be noted, sorted.
fn noted(host: &str, daws: &[&str], play: fn(&Home) -> Vec<Rendered>) {
    let (shelves, licensed) = (Shelves::all(), Standing::named("licensed"));
    thread::scope(|scope| {
        for (product, daws) in [(PRODUCT, daws), (ANOTHER_PRODUCT, &[])] {
            let mut home = Home::new(licensed, &shelves);
            home.agree(product);
            scope.spawn(move || {
                let began = today();
                // It sounds as ever.
                play(&home).iter().for_each(|rendered| check(host, licensed, rendered));
                check_records(&format!("{host}, agreed for {product}"), home.noted(), daws, [began, today()]);
            });
        }
    });
}

/// Midnight may pass meanwhile.
fn check_records(what: &str, mut records: Vec<SpoolRecord>, daws: &[&str], days: [Date; 2]) {
    let name = |record: &SpoolRecord| record.items.last().and_then(|item| item.value.clone());
    records.sort_by_key(name);
    assert_eq!(records.iter().filter_map(name).collect::<Vec<String>>(), daws, "{what}: {records:#?}");
    for (record, daw) in records.iter().zip(daws) {
        assert!(days.contains(&record.day), "{what}: {record:?}");
        let items = [
            (UsageItem::UsageFrequency, 1, None),
            (UsageItem::TitleVersion, 2, Some("2.1.0")),
            (UsageItem::Daw, 3, Some(*daw)),
        ];
        let items =
            items.map(|(item, grant, value)| SpooledItem { item, grant, value: value.map(str::to_owned) });
        assert_eq!(*record, SpoolRecord::new(PRODUCT, record.day, items.to_vec()), "{what}");
    }
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The format does not name the host: its program's name does. One session for each of the two plug-ins.
#[test]
fn lv2apply() {
    if tool("usage::lv2apply", "lv2apply").is_some() {
        noted("lv2apply", &["lv2apply"; 2], |home| {
            command_line::rendered(home, "lv2apply", "heard.wav", lv2apply_words)
        });
    }
}

#[test]
fn ffmpeg() {
    if loads_lv2("usage::ffmpeg", "ffmpeg", &FFMPEG_QUESTION) {
        noted("ffmpeg", &["ffmpeg"; 2], |home| {
            command_line::rendered(home, "ffmpeg", "heard.raw", ffmpeg_words)
        });
    }
}

#[test]
fn gstreamer() {
    if loads_lv2("usage::gstreamer", "gst-inspect-1.0", &["lv2"]) {
        noted("GStreamer", &["gst-launch-1.0"; 2], |home| {
            command_line::rendered(home, "gst-launch-1.0", "heard.raw", gstreamer_words)
        });
    }
}

/// It gives its program's name, `python3.11`, as far as the last dot.
#[test]
fn pedalboard() {
    if python::python("usage::pedalboard").is_some() {
        noted("pedalboard", &["python3"], |home| {
            python::rendered(home, "with_pedalboard.py", &["new.raw", "saved.raw"])
        });
    }
}

#[test]
fn dawdreamer() {
    if python::python("usage::dawdreamer").is_some() {
        noted("dawdreamer", &["dawdreamer"], |home| {
            python::rendered(home, "with_dawdreamer.py", &["new.raw"])
        });
    }
}

/// It runs twice: new and saved.
#[test]
fn clack() {
    noted("clack", &["Clap Host"; 2], clap::rendered);
}

/// Three plug-ins that know nothing of each other, a library each, in a session that is closed and opened again: two of them by LV2.
#[test]
fn ardour_itself() {
    if ardour::is_here("usage::ardour") {
        noted(
            "Ardour",
            &["Ardour", "Ardour", "luasession", "luasession", "luasession", "luasession"],
            ardour::rendered,
        );
    }
}
