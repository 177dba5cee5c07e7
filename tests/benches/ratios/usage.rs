//! Counting a spool beside bare reading and parsing of the same files, and its memory beside that of a spool of a tenth.
//!
//! Everything lies in memory (tmpfs): what is measured is work, and not a disk's. A spool is counted once, so each turn has another.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use gatefold_client::Item;
use gatefold_shelf::{SpoolRecord, SpooledItem, UsageItem};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::append::on_tmpfs;
use crate::child;
use crate::measure::{Measure, Report, Turns, clock};
use crate::scene::{Scene, open};

const TURNS: usize = 5;

pub(crate) fn measure(scene: &Scene, many: usize, report: &mut Report) {
    let spool = Spool::of(scene);
    let ours = |_| {
        spool.fill(many);
        spool.count(many)
    };
    let floor = |_| {
        spool.fill(many);
        let taken = clock(|| assert_eq!(spool.read(), many));
        spool.empty();
        taken
    };
    let (value, floor) = Turns::take(TURNS, ours, floor).median();
    report.add(&Measure { name: format!("usage.count@{many}"), value, floor, limit: 3.0, unit: "µs" });
    let peak = |files| {
        spool.fill(files);
        child::printed(&["count", spool.dir.path().to_str().unwrap()])
    };
    let (value, floor) = (peak(many), peak(many / 10));
    report.add(&Measure { name: format!("usage.memory@{many}"), value, floor, limit: 1.2, unit: "KiB" });
}

/// In a child: the one vendor's spool is counted. How many sessions are new.
pub(crate) fn count(home: &Path) -> u64 {
    let mut gatefold = open(home);
    let vendor = gatefold.vendor_for_call(None).unwrap();
    let sessions = |status: gatefold_client::UsageStatus| status.weeks.iter().map(|week| week.sessions).sum();
    sessions(gatefold.usage_status(&vendor).unwrap())
}

/// A home whose user shares everything.
struct Spool {
    dir: TempDir,
    spool: PathBuf,
    /// What a plug-in writes, by product, version and host.
    records: Vec<Vec<u8>>,
}

impl Spool {
    fn of(scene: &Scene) -> Self {
        let dir = on_tmpfs();
        let mut gatefold = open(dir.path());
        gatefold.agree(&scene.vendor).unwrap();
        let prepared = gatefold.plan_grant(scene.vendor.clone(), &[]).unwrap();
        let grants = gatefold.grant_usage(&prepared).unwrap();
        let id = |item| grants.iter().find(|grant| grant.item == item).unwrap().id;
        let day = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let mut records = Vec::new();
        for product in scene.vendor.vendor().products() {
            for (version, daw) in [("2.1.0", "Ardour"), ("2.0.9", "REAPER"), ("2.1.0", "Bitwig Studio")] {
                let item = |item, grant, value: Option<&str>| SpooledItem {
                    item,
                    grant,
                    value: value.map(str::to_owned),
                };
                let items = vec![
                    item(UsageItem::UsageFrequency, id(Item::UsageFrequency), None),
                    item(UsageItem::TitleVersion, id(Item::TitleVersion), Some(version)),
                    item(UsageItem::Daw, id(Item::Daw), Some(daw)),
                ];
                records.push(serde_json::to_vec(&SpoolRecord::new(&product.id, day, items)).unwrap());
            }
        }
        let vendors = std::fs::read_dir(dir.path().join("shelf/vendors")).unwrap();
        let spool =
            vendors.map(|one| one.unwrap().path().join("spool")).find(|spool| spool.exists()).unwrap();
        Self { dir, spool, records }
    }

    fn fill(&self, files: usize) {
        for nth in 0..files {
            // As scattered as the names that plug-ins give.
            let name = (nth as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let record = &self.records[nth % self.records.len()];
            std::fs::write(self.spool.join(format!("{name:016x}.json")), record).unwrap();
        }
    }

    fn empty(&self) {
        std::fs::read_dir(&self.spool)
            .unwrap()
            .for_each(|file| std::fs::remove_file(file.unwrap().path()).unwrap());
    }

    /// Counts what lies there, in a Gatefold that is open.
    fn count(&self, files: usize) -> std::time::Duration {
        let mut gatefold = open(self.dir.path());
        let vendor = gatefold.vendor_for_call(None).unwrap();
        let sessions = |status: &gatefold_client::UsageStatus| -> u64 {
            status.weeks.iter().map(|week| week.sessions).sum()
        };
        let before = gatefold_store::Store::open(&self.dir.path().join("store")).unwrap();
        let key = vendor.key();
        let counted = |store: &gatefold_store::Store| -> u64 {
            store.counted(&key).unwrap().iter().map(|(.., sessions)| sessions).sum()
        };
        let had = counted(&before);
        let mut after = 0;
        let taken = clock(|| after = sessions(&black_box(gatefold.usage_status(&vendor).unwrap())));
        assert_eq!(after - had, files as u64, "each once");
        taken
    }

    /// Bare reading and parsing: how many are records.
    fn read(&self) -> usize {
        let files = std::fs::read_dir(&self.spool).unwrap().map(|file| file.unwrap().path());
        let read =
            |path: PathBuf| serde_json::from_slice::<SpoolRecord>(&std::fs::read(path).unwrap()).unwrap();
        files.map(read).filter(|record| !black_box(record).items.is_empty()).count()
    }
}
