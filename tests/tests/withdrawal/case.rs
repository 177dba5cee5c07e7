//! One case: an upload and a withdrawal that meet somewhere.

use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use gatefold_tests::Running;
use rusqlite::Connection;

use crate::collector::Manner;
use crate::seeded::{Numbers, Story};
use crate::stage::{Scene, Stage};
use crate::window;

/// Where an upload may be, from the spool to its end.
const SENDER_POINTS: [&str; 12] = [
    "client.spool-counted",
    "client.spool-removed",
    "client.batch-frozen",
    "ledger.before-append",
    "ledger.after-append",
    "client.after-append",
    "egress.before-send",
    "egress.after-answer",
    "ledger.before-conclude",
    "ledger.after-conclude",
    "client.after-send",
    "client.batch-answered",
];

/// Where a withdrawal may be.
const WITHDRAWER_POINTS: [&str; 5] = [
    "ledger.after-withdrawing",
    "client.after-withdrawing",
    "client.consent-removed",
    "ledger.before-withdrawn",
    "ledger.after-withdrawn",
];

/// What happens to a process at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    /// It pauses for so many milliseconds.
    Pauses(usize),
    /// It dies, as by a power cut.
    Dies,
}

impl There {
    fn action(self) -> String {
        match self {
            Self::Pauses(ms) => format!("sleep({ms})"),
            Self::Dies => "panic".to_owned(),
        }
    }
}

type Point = Option<(&'static str, There)>;

/// What somebody else does to the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// It stands still for so long.
    Stops(Duration),
    Kills,
}

/// What a third process does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Third {
    Sends,
    Previews,
    /// A plug-in that noted something under the consent writes it.
    Writes,
    /// Another withdrawal.
    Withdraws,
}

/// When the consent is taken back.
#[derive(Clone, Copy, Debug)]
enum Begins {
    /// So long after the upload was begun.
    After(Duration),
    /// So long after the first byte arrived, or after a quarter of a second without one.
    AtFirstByte(Duration),
}

/// How far the upload had come when the record of the withdrawal was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Met {
    /// There was no entry of it.
    NotBegun,
    /// There was an entry, and nothing arrived.
    Recorded,
    /// It had arrived, and its sender does not know.
    InFlight,
    /// It was over.
    Over,
}

impl Met {
    pub(crate) const ALL: [Self; 4] = [Self::NotBegun, Self::Recorded, Self::InFlight, Self::Over];
}

/// A case that is about to be played.
#[derive(Debug)]
pub(crate) struct Case {
    manner: Manner,
    is_window: bool,
    sender: Point,
    withdrawer: Point,
    begins: Begins,
    signal: Option<(Duration, Signal)>,
    third: Option<(Duration, Third)>,
    pub(crate) erases: bool,
    /// Whether the user shares again afterwards.
    pub(crate) again: bool,
}

/// What sends.
enum Sender {
    Command(Running),
    Window(Child),
}

/// How it went.
pub(crate) struct Went {
    /// What the sender said, if it was the command and lived.
    pub(crate) said: Option<serde_json::Value>,
    /// Whether a plug-in may have written something late.
    pub(crate) wrote: bool,
}

fn ms(numbers: &mut Numbers, end: usize) -> Duration {
    Duration::from_millis(numbers.below(end) as u64)
}

impl Case {
    pub(crate) fn of(seed: u64) -> Self {
        let mut numbers = Numbers::of(seed);
        // One after the other, so that each comes with each.
        let place = seed as usize % (2 * SENDER_POINTS.len() + Manner::ALL.len());
        let pauses = |numbers: &mut Numbers| There::Pauses(20 + numbers.below(180));
        let (sender, manner) = match place.checked_sub(2 * SENDER_POINTS.len()) {
            Some(at) => (None, Manner::ALL[at]),
            None => {
                let there = if place.is_multiple_of(2) { pauses(&mut numbers) } else { There::Dies };
                let takes = numbers.percent(60);
                let manner = if takes { Manner::Takes } else { numbers.one_of(&Manner::ALL) };
                (Some((SENDER_POINTS[place / 2], there)), manner)
            }
        };
        let withdrawer = numbers.percent(50).then(|| {
            let there = if numbers.percent(50) { pauses(&mut numbers) } else { There::Dies };
            (numbers.one_of(&WITHDRAWER_POINTS), there)
        });
        let begins = if sender.is_none() && numbers.percent(75) {
            Begins::AtFirstByte(ms(&mut numbers, 30))
        } else {
            Begins::After(ms(&mut numbers, 220))
        };
        let signal = numbers.percent(12).then(|| {
            let stops = Signal::Stops(Duration::from_millis(50 + numbers.below(1_300) as u64));
            (ms(&mut numbers, 150), if numbers.percent(60) { stops } else { Signal::Kills })
        });
        let thirds = [Third::Sends, Third::Previews, Third::Writes, Third::Withdraws];
        let third = numbers.percent(40).then(|| (ms(&mut numbers, 250), numbers.one_of(&thirds)));
        // A test program has no points at which it pauses.
        let is_window = sender.is_none() && numbers.percent(40);
        Self {
            manner,
            is_window,
            sender,
            withdrawer,
            begins,
            signal,
            third,
            erases: numbers.percent(25),
            again: numbers.percent(20),
        }
    }

    pub(crate) fn play(&self, stage: &mut Stage, story: &mut Story) -> Met {
        story.add(format!("{self:?}"));
        let scene = stage.before(self.is_window);
        scene.collector.begin(self.manner);
        let (met, went) = self.meet(&scene, story);
        scene.is_true(self, met, &went, story);
        met
    }

    /// Until the record of the withdrawal is on disk, and everybody has ended.
    fn meet(&self, scene: &Scene<'_>, story: &mut Story) -> (Met, Went) {
        let ledger = scene.ledger();
        let late_note = std::fs::read_dir(scene.spool()).unwrap().next().map(|file| file.unwrap().path());
        let late_note = late_note.map(|path| std::fs::read(path).unwrap()).unwrap();
        let mut sender = self.sends(scene);
        let began = Instant::now();
        let (mut first_byte, mut withdrawer, mut third, mut met) = (None, None, None, None);
        let mut signal = self.signal;
        let mut woken_at = None;
        let mut has_third = self.third;
        loop {
            thread::sleep(Duration::from_millis(1));
            let passed = began.elapsed();
            assert!(passed < Duration::from_secs(30), "it does not come to its end");
            if first_byte.is_none() && scene.collector.has_bytes() {
                first_byte = Some(passed);
            }
            let is_due = match self.begins {
                Begins::After(wait) => passed >= wait,
                Begins::AtFirstByte(wait) => {
                    first_byte.map_or(passed >= Duration::from_millis(250), |first| passed >= first + wait)
                }
            };
            if withdrawer.is_none() && is_due {
                story.add(format!("{passed:?}: the consent is taken back"));
                withdrawer = Some(self.withdraws(scene, self.withdrawer));
            }
            if let Some((at, what)) = signal.filter(|(at, _)| passed >= *at) {
                signal = None;
                woken_at = sender.meets(what).map(|wait| at + wait);
            }
            if woken_at.is_some_and(|at| passed >= at) {
                woken_at = None;
                sender.wakes();
            }
            if let Some((_, what)) = has_third.filter(|(at, _)| passed >= *at) {
                has_third = None;
                third = Some((what, does(scene, what, &late_note)));
            }
            if met.is_none() && is_recorded(&ledger) {
                scene.collector.mark();
                met = Some(how_far(&ledger, scene));
                story.add(format!("{:?}: the record is written, {met:?}", began.elapsed()));
            }
            let Some(running) =
                withdrawer.as_mut().filter(|_| met.is_some() || third.is_some() || has_third.is_none())
            else {
                continue;
            };
            if !running.has_ended() {
                continue;
            }
            if met.is_some() || is_recorded(&ledger) {
                if met.is_some() {
                    break;
                }
                continue;
            }
            // It died, or somebody who sends stands still: the user does it again.
            let again = self.withdraws(scene, None);
            let ran = std::mem::replace(running, again).ran();
            let stands = matches!(self.signal, Some((_, Signal::Stops(_))));
            assert!(stands || !ran.text().contains("ledger.sender_remains"), "who sends does not break off");
            story.add(format!("{:?}: again, after {:?} {}", began.elapsed(), ran.code(), ran.text().trim()));
        }
        if woken_at.is_some() {
            sender.wakes();
        }
        let ran = withdrawer.unwrap().ran();
        story.add(format!("the withdrawal: {:?} {} {}", ran.code(), ran.text().trim(), ran.stderr.trim()));
        let said = sender.ended();
        story.add(format!("the sender: {said:?}"));
        let mut wrote = false;
        if let Some((what, running)) = third {
            wrote = what == Third::Writes;
            if let Some(running) = running {
                let ran = running.ran();
                story.add(format!("{what:?}: {:?} {}", ran.code(), ran.text().trim()));
            }
        }
        (met.unwrap(), Went { said, wrote })
    }

    fn sends(&self, scene: &Scene<'_>) -> Sender {
        if self.is_window {
            let mut command = window::on(&scene.home, scene.now);
            return Sender::Window(command.env("GATEFOLD_TEST_TIMEOUT_SECS", "2").spawn().unwrap());
        }
        let cli = match self.sender {
            Some((point, there)) => {
                scene.cli.clone().env("FAILPOINTS", format!("{point}={}", there.action()))
            }
            None => scene.cli.clone(),
        };
        Sender::Command(cli.start(["usage", "send", "--yes", "--json"]))
    }

    fn withdraws(&self, scene: &Scene<'_>, at: Point) -> Running {
        let cli = match at {
            Some((point, there)) => {
                scene.cli.clone().env("FAILPOINTS", format!("{point}={}", there.action()))
            }
            None => scene.cli.clone(),
        };
        let words: &[&str] = if self.erases { &["--erase", "--yes"] } else { &[] };
        cli.start(["usage", "withdraw", "--json"].iter().chain(words))
    }
}

impl Sender {
    /// For how long it stands still, if it does.
    fn meets(&mut self, signal: Signal) -> Option<Duration> {
        let name = if signal == Signal::Kills { "KILL" } else { "STOP" };
        self.signal(name);
        match signal {
            Signal::Stops(wait) => Some(wait),
            Signal::Kills => None,
        }
    }

    fn wakes(&mut self) {
        self.signal("CONT");
    }

    /// It may be over by now.
    fn signal(&mut self, name: &str) {
        let (has_ended, id) = match self {
            Self::Command(running) => (running.has_ended(), running.id()),
            Self::Window(child) => (child.try_wait().unwrap().is_some(), child.id()),
        };
        if !has_ended {
            let signal = format!("-{name}");
            let _ = Command::new("kill").args([&signal, &id.to_string()]).status().unwrap();
        }
    }

    /// Waits for its end, which comes soon: whoever sends breaks off.
    fn ended(self) -> Option<serde_json::Value> {
        match self {
            Self::Command(running) => serde_json::from_slice(&running.ran().stdout).ok(),
            Self::Window(mut child) => {
                child.wait().unwrap();
                None
            }
        }
    }
}

fn does(scene: &Scene<'_>, what: Third, late_note: &[u8]) -> Option<Running> {
    match what {
        Third::Sends => Some(scene.cli.start(["usage", "send", "--yes", "--json"])),
        Third::Previews => Some(scene.cli.start(["usage", "preview", "--json"])),
        Third::Withdraws => Some(scene.cli.start(["usage", "withdraw", "--json"])),
        Third::Writes => {
            // The spool may be gone by now.
            let _ = std::fs::write(scene.spool().join("00000000000000aa.json"), late_note);
            None
        }
    }
}

fn is_recorded(ledger: &Connection) -> bool {
    let sql = "SELECT count(*) FROM consent WHERE act = 'withdrawn'";
    let count = ledger.prepare_cached(sql).unwrap().query_row([], |row| row.get::<_, i64>(0));
    // Whoever writes just now is no reason to fall over.
    count.unwrap_or(0) > 0
}

fn how_far(ledger: &Connection, scene: &Scene<'_>) -> Met {
    let count = |sql: &str| -> i64 { ledger.query_row(sql, [], |row| row.get(0)).unwrap() };
    let entries = count("SELECT count(*) FROM record WHERE purpose = 'usage'");
    let arrived =
        scene.collector.arrived().iter().any(|arrived| !arrived.bytes.is_empty() && !arrived.is_erasure());
    let concluded = count("SELECT count(*) FROM record WHERE outcome = 'answered'");
    match (entries, arrived, concluded) {
        (0, ..) => Met::NotBegun,
        (_, false, _) => Met::Recorded,
        (_, true, 0) => Met::InFlight,
        _ => Met::Over,
    }
}
