//! Reading a large ledger beside a small one: page, filter, search, check of one entry; and the memory of all of it.
//!
//! Both ledgers are built by appending and concluding entry by entry, in memory (tmpfs), so their chains and indexes are
//! what any user's would be. In every turn a read looks at another place of the ledger, and finds as many lines in the
//! small one as in the large one; else they could not be compared.

use std::hint::black_box;
use std::path::Path;

use gatefold_disclosure::Purpose;
use gatefold_ledger::{EntryId, Filter, Ledger};
use tempfile::TempDir;

use crate::append::on_tmpfs;
use crate::child;
use crate::measure::{Measure, Report, Turns, clock};
use gatefold_tests::sample::{RARE, at, fill};

const SMALL: i64 = 10_000;
const TURNS: usize = 200;
const LINES: usize = 40;

/// A read in some turn of a ledger of so many entries; returns how much it found.
type Read = fn(&Ledger, i64, usize) -> usize;

const READS: &[(&str, Read)] = &[
    ("page.newest", |ledger, _, _| page(ledger, Filter::default())),
    ("page.before", |ledger, entries, turn| page(ledger, before(entries, turn))),
    ("filter.common", |ledger, entries, turn| {
        page(ledger, Filter { purpose: Some(Purpose::Activate), ..before(entries, turn) })
    }),
    ("filter.rare", |ledger, entries, turn| {
        page(ledger, Filter { purpose: Some(Purpose::CheckKey), ..before(entries, turn) })
    }),
    ("search.common", |ledger, entries, turn| page(ledger, search("sleeve", before(entries, turn)))),
    ("search.beginning", |ledger, entries, turn| page(ledger, search("stud", before(entries, turn)))),
    ("search.one", |ledger, entries, turn| page(ledger, search(&number(entries, turn), Filter::default()))),
    ("search.words", |ledger, entries, turn| {
        let words = format!("studio {} answered", number(entries, turn));
        page(ledger, search(&words, Filter::default()))
    }),
    ("search.filtered", |ledger, entries, turn| {
        let filter = Filter { purpose: Some(Purpose::CheckKey), ..before(entries, turn) };
        page(ledger, search("sleeve answered", filter))
    }),
    ("search.none", |ledger, _, _| page(ledger, search("zzzz", Filter::default()))),
    ("check.entry", |ledger, entries, turn| {
        let check = ledger.check_entry(EntryId(place(entries, turn))).unwrap();
        usize::from(check.intact)
    }),
];

pub(crate) fn measure(large: i64, report: &mut Report) {
    let (large, small) = (Built::of(large), Built::of(SMALL));
    reads(&large, &small, report);
    let entries = |built: &Built| built.entries.to_string();
    let mut memory = |what: &str, peak: &dyn Fn(&Built) -> f64| {
        let (value, floor) = (peak(&large), peak(&small));
        report.add(&Measure { name: large.name(what), value, floor, limit: 1.2, unit: "KiB" });
    };
    memory("memory.reads", &|built| child::printed(&["read", built.path(), &entries(built)]));
    memory("memory.export", &|built| child::printed(&["export", built.path()]));
}

fn reads(large: &Built, small: &Built, report: &mut Report) {
    let (in_large, in_small) = (large.open(), small.open());
    for (name, read) in READS {
        let ours = |turn| read(&in_large, large.entries, turn);
        let floor = |turn| read(&in_small, small.entries, turn);
        for turn in 0..3 {
            assert_eq!(ours(turn), floor(turn), "{name} does not find as much in both");
        }
        let time = |read: &dyn Fn(usize) -> usize, turn| clock(|| _ = black_box(read(turn)));
        let (value, floor) = Turns::take(TURNS, |turn| time(&ours, turn), |turn| time(&floor, turn)).median();
        report.add(&Measure { name: large.name(name), value, floor, limit: 2.0, unit: "µs" });
    }
}

/// A ledger in memory, closed, so that all of it is in its file; its search index is up to date.
struct Built {
    dir: TempDir,
    entries: i64,
}

impl Built {
    fn of(entries: i64) -> Self {
        eprintln!("building a ledger of {entries} entries");
        let built = Self { dir: on_tmpfs(), entries };
        let mut ledger = built.open();
        fill(&mut ledger, entries);
        built
    }

    fn open(&self) -> Ledger {
        Ledger::open(self.dir.path(), at(0)).unwrap()
    }

    fn path(&self) -> &str {
        self.dir.path().to_str().unwrap()
    }

    /// A measure's name with the size of the ledger, which `--quick` changes.
    fn name(&self, what: &str) -> String {
        format!("ledger.{what}@{}", self.entries)
    }
}

/// In a child: every kind of read, at several places.
pub(crate) fn read_all(dir: &Path, entries: i64) {
    let ledger = Ledger::open(dir, at(0)).unwrap();
    for turn in 0..20 {
        for (_, read) in READS {
            read(&ledger, entries, turn);
        }
    }
}

/// In a child: the whole ledger as JSON.
pub(crate) fn export(dir: &Path) {
    let ledger = Ledger::open(dir, at(0)).unwrap();
    ledger.export_json(&mut std::io::sink(), at(0)).unwrap();
}

fn page(ledger: &Ledger, filter: Filter) -> usize {
    ledger.page(&filter, LINES).unwrap().len()
}

fn search(words: &str, filter: Filter) -> Filter {
    Filter { search: Some(words.to_owned()), ..filter }
}

/// A place in the newer half, another in every turn: there are entries enough of every kind before it.
fn place(entries: i64, turn: usize) -> i64 {
    let half = entries / 2;
    half + (turn as i64 * 7_919_003) % half
}

fn before(entries: i64, turn: usize) -> Filter {
    Filter { before: Some(EntryId(place(entries, turn))), ..Filter::default() }
}

/// A word that one activation alone has: the number of its computer.
fn number(entries: i64, turn: usize) -> String {
    let id = place(entries, turn);
    format!("{:07}", if id % RARE == 0 { id + 1 } else { id })
}
