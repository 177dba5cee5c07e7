//! How long a log takes, beside a bare pass of the same kind over the same bytes. Asked for by name: it measures.

use std::fmt::Write as _;
use std::time::Instant;

use gatefold_diagnostics::{Kind, Known};

use crate::sources::redactor;

fn log(bytes: usize, every: usize) -> String {
    let mut log = String::with_capacity(bytes + 512);
    let mut number = 0;
    while log.len() < bytes {
        let what = if number % every == 0 { "studio-pc-7" } else { "gate" };
        writeln!(
            log,
            r#"{{"at":"2026-12-01T08:59:{:02}.{:03}Z","level":"INFO","name":"gate.answered","fields":{{"what":"{what}","status":"200","millis":"{}","purpose":"license_activation"}},"pseudonyms":{{"license":"0a1b2c3d4e5f","vendor":"a1b2c3d4e5f6"}}}}"#,
            number / 1000 % 60,
            number % 1000,
            number % 777
        )
        .unwrap();
        number += 1;
    }
    log
}

fn known() -> Vec<Known> {
    vec![
        Known::new(Kind::Host, "studio-pc-7"),
        Known::new(Kind::Login, "mix"),
        Known::new(Kind::Name, "Jörg Müller"),
        Known::new(Kind::Home, "/home/mix"),
        Known::new(Kind::Email, "joerg@mueller-audio.example"),
        Known::new(Kind::Key, "GF7K-22QX-91LM-TTZ4"),
        Known::new(Kind::Mac, "52:54:00:ab:cd:ef"),
    ]
}

#[test]
#[ignore = "measures"]
fn a_log_is_cleaned_as_fast_as_it_is_searched() {
    for every in [1_000, 3] {
        let log = log(10_000_000, every);
        let mut redactor = redactor(&known());
        let begun = Instant::now();
        let mut out = Vec::with_capacity(log.len());
        let done = redactor.log(log.as_bytes(), &mut out, &mut |_| ()).unwrap();
        let took = begun.elapsed();
        let begun = Instant::now();
        let bare = regex::bytes::RegexBuilder::new(
            r"studio-pc-7|\b\d{1,3}(\.\d{1,3}){3}\b|[\w.+-]+@[\w-]+\.\w+|[0-9a-f]{24,}",
        )
        .build()
        .unwrap();
        let hits = log.lines().filter(|line| bare.is_match(line.as_bytes())).count();
        eprintln!("1 in {every}: {took:?} for {} lines; bare {:?}, {hits} hits", done.lines, begun.elapsed());
    }
}
