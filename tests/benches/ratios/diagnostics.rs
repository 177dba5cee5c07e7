//! Cleaning a log beside a bare search of the same bytes, its memory beside that of a log of a tenth, and opening a bundle beside
//! unpacking and hashing its files.

use std::hint::black_box;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use aho_corasick::AhoCorasick;
use gatefold_diagnostics::formats::LogLine;
use gatefold_diagnostics::{Draft, Kind, Known, Limits, MAX_BYTES, Opened, Redactor};
use gatefold_tests::sample::at;
use regex::bytes::Regex;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::append::on_tmpfs;
use crate::child;
use crate::measure::{Measure, Report, Turns, clock};

const TURNS: usize = 3;
const OPENINGS: usize = 9;
const MB: usize = 1_000_000;
/// What this computer and its user are called here.
const KNOWN: &[(Kind, &str)] = &[
    (Kind::Host, "studio-desk"),
    (Kind::Login, "jfluegel"),
    (Kind::Name, "Jörg Flügel"),
    (Kind::Home, "/home/jfluegel"),
    (Kind::Email, "demo@example.com"),
    (Kind::Key, "SLEEVE-HALO-DEMO-FREE"),
    (Kind::Ip, "192.0.2.17"),
    (Kind::Mac, "02:00:5e:10:00:01"),
];
/// What a search by patterns looks for at least: addresses of mail, of the network and of its cards, numbers of cards and keys.
const PATTERNS: &str = r"(?-u)[\w.+-]+@[\w-]+\.[\w.]+|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b|\b[0-9A-F]{4,}(?:-[0-9A-F]{4,}){2,}\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b";

pub(crate) fn measure(megabytes: usize, report: &mut Report) {
    let search = Bare::new();
    for (name, every) in [("one_in_1000", 1_000), ("one_in_3", 3)] {
        let log = log(megabytes * MB, every);
        let ours = |_| clock(|| assert!(clean(&log) > 0));
        let floor = |_| clock(|| assert!(search.count(&log) > 0));
        let (value, floor) = Turns::take(TURNS, ours, floor).median();
        let name = format!("diagnostics.{name}@{megabytes}MB");
        report.add(&Measure { name, value, floor, limit: 5.0, unit: "µs" });
    }
    let dir = on_tmpfs();
    let peak = |bytes: usize| {
        let path = dir.path().join(format!("{bytes}.jsonl"));
        std::fs::write(&path, log(bytes, 3)).unwrap();
        child::printed(&["clean", path.to_str().unwrap()])
    };
    let (value, floor) = (peak(megabytes * MB), peak(megabytes * MB / 10));
    let name = format!("diagnostics.memory@{megabytes}MB");
    report.add(&Measure { name, value, floor, limit: 1.2, unit: "KiB" });
    reading(report);
}

fn reading(report: &mut Report) {
    let bundle = bundle();
    let name = format!("diagnostics.open {} bytes", bundle.len());
    let ours = |_| {
        let bytes = bundle.clone();
        clock(|| {
            let opened = Opened::open(bytes, Limits::default()).unwrap();
            assert!(opened.faults().is_empty());
            black_box(opened.findings());
        })
    };
    let floor = |_| clock(|| assert!(unpack(&bundle) > 0));
    let (value, floor) = Turns::take(OPENINGS, ours, floor).median();
    report.add(&Measure { name, value, floor, limit: 2.0, unit: "µs" });
}

/// In a child: a log is cleaned from disk to nowhere.
pub(crate) fn clean_file(path: &Path) {
    let log = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    redactor().log(log, &mut std::io::sink(), &mut |_| {}).unwrap();
}

fn redactor() -> Redactor {
    let known: Vec<Known> = KNOWN.iter().map(|(kind, value)| Known::new(*kind, value)).collect();
    Redactor::new(&known, &[]).unwrap()
}

/// How many lines there are.
fn clean(log: &[u8]) -> u64 {
    let mut replaced = 0;
    let done = redactor().log(log, &mut std::io::sink(), &mut |_| replaced += 1).unwrap();
    assert!(done.left_out.is_empty() && replaced > 0);
    done.lines
}

/// What looks for known values and for patterns, and does nothing with what it finds.
struct Bare {
    known: AhoCorasick,
    patterns: Regex,
}

impl Bare {
    fn new() -> Self {
        let values = KNOWN.iter().map(|(_, value)| value);
        let known = AhoCorasick::builder().ascii_case_insensitive(true).build(values).unwrap();
        Self { known, patterns: Regex::new(PATTERNS).unwrap() }
    }

    fn count(&self, log: &[u8]) -> usize {
        self.known.find_iter(log).count() + self.patterns.find_iter(log).count()
    }
}

/// A log of so many bytes: as the program writes them, with something private in one line of so many.
fn log(bytes: usize, every: usize) -> Vec<u8> {
    let mut log = Vec::with_capacity(bytes + 1_000);
    let mut nth = 0;
    while log.len() < bytes {
        serde_json::to_writer(&mut log, &line(nth, nth % every == every - 1)).unwrap();
        log.write_all(b"\n").unwrap();
        nth += 1;
    }
    log
}

fn line(nth: usize, is_private: bool) -> LogLine {
    let (_, private) = KNOWN[nth / 3 % KNOWN.len()];
    let detail = match (is_private, nth % 2) {
        (false, _) => "the answer came, and is signed".to_owned(),
        (true, 0) => format!("cannot open {private}"),
        (true, _) => format!("connect {private}: refused"),
    };
    let fields = json!({ "code": "network.unreachable", "took_ms": nth % 977, "status": 200 + nth % 5, "detail": detail });
    LogLine {
        at: format!(
            "2026-10-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            1 + nth / 90_000 % 28,
            nth / 3_600 % 24,
            nth / 60 % 60,
            nth % 60,
            nth % 1_000
        ),
        level: ["info", "debug", "warn"][nth % 3].to_owned(),
        name: ["request.sent", "answer.judged", "license.installed", "vendor.put_back"][nth % 4].to_owned(),
        fields: fields.as_object().unwrap().clone(),
        pseudonyms: json!({ "vendor": format!("v-{:06x}", nth.wrapping_mul(2_654_435_761) % 0xff_ffff) })
            .as_object()
            .unwrap()
            .clone(),
        ..LogLine::default()
    }
}

/// A bundle as large as one is by default, nearly all of it log.
fn bundle() -> Vec<u8> {
    let of = |megabytes: usize| {
        let mut draft = Draft::new(redactor(), "gatefold", at(0), None);
        draft.add_log(log(megabytes * MB, 1_000).as_slice()).unwrap();
        draft.bundle().unwrap().to_zip(u64::MAX).unwrap()
    };
    let per_megabyte = of(1).len();
    let megabytes = usize::try_from(MAX_BYTES).unwrap() / per_megabyte;
    of(megabytes)
}

/// Unpacks and hashes every file; how many there are.
fn unpack(bundle: &[u8]) -> usize {
    let mut archive = zip::ZipArchive::new(Cursor::new(bundle)).unwrap();
    let mut bytes = Vec::new();
    for index in 0..archive.len() {
        bytes.clear();
        archive.by_index(index).unwrap().read_to_end(&mut bytes).unwrap();
        black_box(Sha256::digest(&bytes));
    }
    archive.len()
}
