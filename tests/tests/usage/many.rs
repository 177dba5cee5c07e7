//! Spools, clocks and disks that are worse than usual: a hundred thousand files, two Gatefolds at once, a clock that was set back, a disk
//! without room. The state is clear, nothing is lost, nothing is sent twice, and nothing without consent.

use std::path::Path;
use std::process::Command;

use gatefold_shelf::{SpoolRecord, SpooledItem, UsageItem};
use gatefold_tests::in_own_network;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::scene::{PRODUCT, Scene};

/// Of each kind of file so many.
const OF_EACH: usize = 12_500;

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn text(product: &str, day: Date, grants: [i64; 3]) -> Vec<u8> {
    let item =
        |item, grant, value: Option<&str>| SpooledItem { item, grant, value: value.map(str::to_owned) };
    let items = vec![
        item(UsageItem::UsageFrequency, grants[0], None),
        item(UsageItem::TitleVersion, grants[1], Some("2.1.0")),
        item(UsageItem::Daw, grants[2], Some("Ardour")),
    ];
    serde_json::to_vec(&SpoolRecord::new(product, day, items)).unwrap()
}

fn grants(scene: &Scene) -> [i64; 3] {
    let items = scene.status()["items"].clone();
    [0, 1, 2].map(|at: usize| items[at]["grant"].as_i64().unwrap())
}

fn sessions(shown: &Value) -> u64 {
    shown["counts"].as_array().unwrap().iter().map(|count| count["sessions"].as_u64().unwrap()).sum()
}

#[test]
fn of_a_hundred_thousand_files_those_that_are_true_count_once_in_two_programs() {
    let scene = Scene::sharing();
    let ids = grants(&scene);
    let forged = ids.map(|id| id + 100);
    let good = text(PRODUCT, today(), ids);
    let kinds: [Vec<u8>; 8] = [
        good.clone(),
        good.clone(),
        good[..good.len() / 2].to_vec(),
        text(PRODUCT, today(), forged),
        text(PRODUCT, today() + 500.days(), ids),
        text("another-product", today(), ids),
        [good.as_slice(), &[b' '; 5_000]].concat(),
        text(PRODUCT, today() - 3.days(), ids),
    ];
    let spool = scene.usage.spool();
    for nth in 0..OF_EACH * kinds.len() {
        std::fs::write(spool.join(format!("{nth:016x}.json")), &kinds[nth % kinds.len()]).unwrap();
    }
    // A plug-in finds it full, and is in nobody's way.
    crate::plugin::Plugin::session(scene.home.path());
    let other = scene.cli.start(["usage", "preview", "--json"]);
    let more = scene.cli.start(["usage", "status", "--json"]);
    let shown = scene.cli.run(["usage", "preview", "--json"]);
    for ran in [other.ran(), shown] {
        let told = ran.json();
        assert!(ran.code() == Some(0) || told["error"]["code"] == "usage.busy", "{told}");
    }
    assert_eq!(more.ran().code(), Some(0));
    let shown = scene.cli.json(["usage", "preview"]);
    assert_eq!(sessions(&shown), 2 * OF_EACH as u64, "{}", shown["counts"]);
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 0);
    let sent = scene.send();
    assert_eq!((scene.arrived(), scene.pending()), (1, 0), "{sent}");
}

/// The clock is set back, and stands within the consent: what was noted before waits for its day.
#[test]
fn a_clock_that_is_set_back_loses_nothing() {
    let scene = Scene::new();
    let at = |days: i64| {
        let time = Timestamp::now() + SignedDuration::from_hours(24 * days);
        scene.cli.clone().env("GATEFOLD_TEST_NOW", time.to_string())
    };
    at(-30).json(["usage", "grant", "--yes"]);
    scene.note(2);
    // Counted before, and noted since.
    assert_eq!(scene.pending(), 2);
    scene.note(1);
    let early = at(-20);
    let status = early.json(["usage", "status"]);
    assert_eq!((&status["state"], scene.usage.spooled().len()), (&json!("on"), 1), "{status}");
    let shown = early.json(["usage", "preview"]);
    assert_eq!(sessions(&shown), 2, "what was counted stays");
    early.json(["usage", "send", "--yes"]);
    assert_eq!(early.failure(["usage", "send", "--yes"]).1["code"], "usage.nothing_to_send");
    // It is right again.
    assert_eq!(scene.pending(), 1);
    scene.send();
    assert_eq!((scene.arrived(), scene.left()), (2, 2));
    assert_eq!(scene.status()["weeks"][0]["sessions"], 3);
    // Those that wait are few, whoever wrote them, and room is left for others.
    let (spool, ids) = (scene.usage.spool(), grants(&scene));
    for nth in 0..900 {
        std::fs::write(spool.join(format!("{nth:016x}.json")), text(PRODUCT, today() + 9.days(), ids))
            .unwrap();
    }
    scene.note(1);
    assert_eq!((scene.pending(), scene.usage.spooled().len()), (1, 200));
    scene.cli.json(["usage", "withdraw"]);
    assert_eq!(scene.usage.spooled(), []);
}

/// In a namespace of its own the home is on a disk that is filled.
#[test]
fn a_full_disk_sends_nothing_and_loses_nothing() {
    if !in_own_network("many::a_full_disk_sends_nothing_and_loses_nothing") {
        return;
    }
    let scene = Scene::new();
    let home = scene.home.path();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "none"]).arg(home).status();
    assert!(mounted.unwrap().success());
    scene.cli.json(["usage", "grant", "--yes"]);
    scene.note(2);
    assert_eq!(scene.pending(), 2);
    scene.note(1);
    let filler = home.join("filler");
    fill(&filler);
    for words in [&["usage", "send", "--yes"][..], &["usage", "preview"]] {
        let (_, error) = scene.cli.failure(words);
        let code = error["code"].as_str().unwrap();
        assert!(code.ends_with("disk_full") || code.ends_with("read_only"), "{words:?}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(scene.arrived(), 0);
    // What there is to read is told all the same.
    assert_eq!(scene.state(), "on");
    assert_eq!(scene.usage.spooled().len(), 1, "nothing that was not counted is gone");
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(scene.pending(), 3);
    scene.send();
    assert_eq!((scene.arrived(), scene.left()), (1, 1));
    // Full between sending and the note of it: it is not sent again.
    scene.note(1);
    let sender =
        crate::scene::pausing(&scene.cli, "egress.after-answer", 1_000).start(["usage", "send", "--yes"]);
    while scene.arrived() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    fill(&filler);
    assert_ne!(sender.ran().code(), Some(0));
    std::fs::remove_file(&filler).unwrap();
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    assert_eq!(scene.status()["uploads"][1]["state"], "unknown");
    assert_eq!(scene.arrived(), 2);
    scene.cli.json(["usage", "withdraw"]);
    assert_eq!(scene.state(), "withdrawn");
}

fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for block in [64 * 1024, 1024, 1] {
        let block = vec![0; block];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
    }
}
