//! The window with 500 products and 100,000 entries beside an empty window with the same fonts, both built for release:
//! until the first row is to be seen, all memory that is their own, and the longest wait for a frame while a ledger of a
//! million entries is scrolled and searched.
//!
//! Both are driven, which costs both the same. Secrets lie in memory: no keyring is asked, and no passphrase worked on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use gatefold_ledger::Ledger;
use gatefold_tests::{Cli, copy_folder, root_dir, sample, tool};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::append::on_tmpfs;
use crate::driver::{Driver, until};
use crate::measure::{Measure, Report};
use crate::screen::Screen;

const PRODUCTS: usize = 500;
const ENTRIES: i64 = 100_000;
/// A frame may come so much later than in the empty window, in milliseconds.
const LATER_MS: f64 = 50.0;

pub(crate) fn measure(quick: bool, report: &mut Report) {
    if ["WebKitWebDriver", "Xvfb", "openbox", "xdotool"].iter().any(|needed| tool("window", needed).is_none())
    {
        return;
    }
    let screen = Screen::start();
    let home = Home::of(ENTRIES);
    starts(&screen, &home, if quick { 5 } else { 15 }, report);
    let home = if quick { home } else { Home::of(1_000_000) };
    frames(&screen, &home, report);
}

/// What a start costs, in turns.
fn starts(screen: &Screen, home: &Home, turns: usize, report: &mut Report) {
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    // The first of each reads the disk.
    for turn in 0..=turns {
        // One after the other: each has the computer to itself, and shares the libraries' memory with nobody.
        let taken = (home.start(screen).taken_and_ended(), home.start_empty(screen).taken_and_ended());
        if turn > 0 {
            ours.push(taken.0);
            empty.push(taken.1);
        }
    }
    let mut add = |name: &str, of: fn(&Taken) -> f64, limit, unit| {
        let (value, floor) = (median(ours.iter().map(of)), median(empty.iter().map(of)));
        report.add(&Measure { name: format!("window.{name}"), value, floor, limit, unit });
    };
    add("first_row", |taken| taken.seen_ms, 1.5, "ms");
    add("memory", |taken| taken.own_kib, 1.25, "KiB");
}

/// The longest wait between two frames while a long list is scrolled, and while it is searched.
fn frames(screen: &Screen, home: &Home, report: &mut Report) {
    let empty = home.start_empty(screen);
    empty.rest();
    let floor = empty.longest_wait(SCROLL, &[json!(".scroller")]);
    drop(empty);
    let full = home.start(screen);
    full.driver.script("location.hash = '#/sent'", &[]);
    full.driver.find("//a[@data-id]");
    full.rest();
    let mut add = |name: &str, value: f64| {
        let limit = (floor + LATER_MS) / floor;
        report.add(&Measure {
            name: format!("window.{name}@{}", home.entries),
            value,
            floor,
            limit,
            unit: "ms",
        });
    };
    add("scroll", full.longest_wait(SCROLL, &[json!("nav.lines")]));
    full.driver.script("document.querySelector('nav.lines').scrollTop = 0", &[]);
    add("search", full.longest_wait(SEARCH, &[json!("studio-05"), json!("header input")]));
}

/// Notes how long each frame let wait, while `work` is done; ends with the longest wait in milliseconds.
const WAITS: &str = "const given = [...arguments], done = given.pop();
    let last = performance.now(), longest = 0, over = false;
    const frame = (now) => { longest = Math.max(longest, now - last); last = now; if (!over) requestAnimationFrame(frame); };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
    const rest = (ms) => new Promise((end) => setTimeout(end, ms));
    const work = async () => {";
const WORKED: &str = "};
    rest(200).then(work).then(() => rest(500)).then(() => { over = true; done(longest); });";

/// Four seconds at 6,000 pixels a second, as fast as a wheel is turned.
const SCROLL: &str = "const list = document.querySelector(given[0]);
    for (const end = performance.now() + 4000; performance.now() < end; ) { list.scrollTop += 100; await rest(16); }";

/// Letter by letter, each as if it were typed; then all of it away again.
const SEARCH: &str = "const field = document.querySelector(given[1]);
    const type = async (text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); await rest(250); };
    for (let count = 1; count <= given[0].length; count += 1) await type(given[0].slice(0, count));
    await type('');";

/// A home on a disk of memory, with everything in it.
struct Home {
    dir: TempDir,
    entries: i64,
}

impl Home {
    fn of(entries: i64) -> Self {
        eprintln!("building a home of {PRODUCTS} products and {entries} entries");
        let dir = on_tmpfs();
        let file = sample::catalog(dir.path(), PRODUCTS);
        let added =
            Cli::new(&dir.path().join("home")).run(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        assert_eq!(added.code(), Some(0), "{added:?}");
        let shared = on_tmpfs();
        sample::fill(&mut Ledger::open(shared.path(), sample::at(0)).unwrap(), entries);
        copy_folder(shared.path(), &dir.path().join("home/ledger"));
        Self { dir, entries }
    }

    fn start(&self, screen: &Screen) -> Started {
        let home = self.dir.path().join("home").display().to_string();
        self.start_of(screen, "target/release/gatefold", &["window".to_owned(), "--home".to_owned(), home])
    }

    fn start_empty(&self, screen: &Screen) -> Started {
        let data = self.dir.path().join("empty").display().to_string();
        self.start_of(screen, "target/release/examples/empty", &[data])
    }

    fn start_of(&self, screen: &Screen, program: &str, words: &[String]) -> Started {
        let (dir, program) = (self.dir.path(), root_dir().join(program));
        assert!(program.is_file(), "{} is missing: run `cargo xtask bench window`", program.display());
        // Says when it began, to the millisecond.
        let (before, began) = (dir.join("before"), dir.join("began"));
        let script =
            format!("#!/bin/sh\ndate +%s%3N >'{}'\nexec '{}' \"$@\"\n", began.display(), program.display());
        std::fs::write(&before, script).unwrap();
        std::fs::set_permissions(&before, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let mut command = Command::new("WebKitWebDriver");
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", dir)
            .env("LANG", "C.UTF-8")
            .env("XDG_RUNTIME_DIR", dir)
            .env("DISPLAY", &screen.name)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", dir.join("no-bus").display()))
            .env("NO_AT_BRIDGE", "1");
        Started { driver: Driver::start(command, &before, words), began }
    }
}

/// A running window.
struct Started {
    driver: Driver,
    began: PathBuf,
}

/// What one start took.
struct Taken {
    seen_ms: f64,
    own_kib: f64,
}

impl Started {
    fn taken_and_ended(self) -> Taken {
        // Ours marks its first row once it is painted; of the empty one the first paint with content is asked.
        let script = "const [seen] = [...performance.getEntriesByName('first-row'), ...(document.querySelector('.tall')
                ? performance.getEntriesByName('first-contentful-paint') : [])];
            return seen ? performance.timeOrigin + seen.startTime : null";
        let seen = until("the first row", || self.driver.script(script, &[]).as_f64());
        thread::sleep(Duration::from_secs(1));
        let own = self.driver.processes().into_iter().map(own_kib).sum();
        Taken { seen_ms: seen - self.began_ms(), own_kib: own }
    }

    /// Until what opened the page is done: what is asked is how it goes on.
    fn rest(&self) {
        self.driver.settle();
        thread::sleep(Duration::from_secs(2));
    }

    fn began_ms(&self) -> f64 {
        std::fs::read_to_string(&self.began).unwrap().trim().parse().unwrap()
    }

    fn longest_wait(&self, work: &str, given: &[Value]) -> f64 {
        self.driver.script_later(&[WAITS, work, WORKED].concat(), given).as_f64().unwrap()
    }
}

/// The memory of a process that it shares with no other.
fn own_kib(process: u32) -> f64 {
    let rollup = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("smaps_rollup"));
    let rollup = rollup.unwrap_or_default();
    let own = rollup.lines().filter(|line| line.starts_with("Private_"));
    own.filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).sum()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
