//! What is wrong, first: sentences that name the cause, from what the files say.

use std::collections::BTreeMap;

use super::contents::Contents;
use super::{codes, standings};
use crate::formats::{LedgerIndex, License, Machine, SdkEntry};
use crate::{LeftOut, Manifest, Reason};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something does not work.
    Problem,
    /// Something may not work soon, or did not for a while.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something that the bundle tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for its cause.
    pub code: String,
    /// What it is, in words.
    pub words: String,
    /// The file that it stands in.
    pub file: String,
    /// How often it was seen.
    pub count: u64,
    /// When it was seen last, if that is known.
    pub last_at: Option<String>,
}

impl Finding {
    pub(super) fn new(severity: Severity, code: &str, words: impl Into<String>, file: &str) -> Self {
        let (code, words, file) = (code.to_owned(), words.into(), file.to_owned());
        Self { severity, code, words, file, count: 1, last_at: None }
    }

    fn at(self, count: u64, last_at: &str) -> Self {
        Self { count, last_at: (!last_at.is_empty()).then(|| last_at.to_owned()), ..self }
    }
}

/// Everything that is wrong, the gravest and the newest first.
pub(crate) fn findings(manifest: &Manifest, contents: &Contents) -> Vec<Finding> {
    let mut found = Vec::new();
    contents.machine.iter().for_each(|machine| of_machine(machine, &mut found));
    let licenses = contents.licenses.as_ref().map_or(&[][..], |licenses| &licenses.entries);
    found.extend(licenses.iter().filter_map(of_license));
    found.extend(licenses.iter().filter_map(of_seats));
    of_failures(contents, &mut found);
    contents.ledger.iter().for_each(|ledger| found.extend(of_chain(ledger)));
    contents
        .sdk
        .iter()
        .for_each(|sdk| found.extend(sdk.entries.iter().filter_map(|entry| of_sdk(entry, licenses))));
    of_crashes(contents, &mut found);
    of_settings(contents, &mut found);
    found.extend(contents.unreadable.iter().map(|file| {
        Finding::new(
            Severity::Warning,
            "bundle.unreadable",
            format!("{file} is not what its name says"),
            file,
        )
    }));
    found.extend(manifest.left_out.iter().filter_map(of_left_out));
    if contents.log.cut || contents.log.unreadable > 0 {
        let words = format!("{} lines of the log could not be read", contents.log.unreadable);
        let words = if contents.log.cut { "the log has more lines than are read".to_owned() } else { words };
        found.push(Finding::new(Severity::Note, "bundle.log", words, "log.jsonl"));
    }
    found.sort_by(|a, b| (a.severity, &b.last_at).cmp(&(b.severity, &a.last_at)));
    found
}

fn of_machine(machine: &Machine, found: &mut Vec<Finding>) {
    let file = "machine.json";
    if let Some(clock) = &machine.clock
        && clock.ahead_secs.unsigned_abs() >= 300
    {
        let ahead = clock.ahead_secs > 0;
        let way = if ahead { "ahead" } else { "behind" };
        let grave =
            if clock.ahead_secs.unsigned_abs() >= 3_600 { Severity::Problem } else { Severity::Warning };
        let words = format!("the clock is {} {way}", duration(clock.ahead_secs.unsigned_abs()));
        found.push(Finding::new(grave, &format!("clock.{way}"), words, file).at(1, &clock.at));
    }
    for identifier in machine.identifiers.iter().filter(|identifier| identifier.code.is_some()) {
        let words =
            format!("no identifier can be made for {}: the computer has no machine id", identifier.vendor);
        found.push(Finding::new(Severity::Problem, "machine.no_id", words, file));
    }
    if machine.disk_free_mib.is_some_and(|free| free < 50) {
        found.push(Finding::new(Severity::Problem, "disk.full", "the disk is full, or nearly", file));
    }
    if machine.keyring == "locked" {
        let words = "the system's store of secrets is locked, so keys and sign-ins cannot be used";
        found.push(Finding::new(Severity::Problem, "keyring.locked", words, file));
    }
}

/// A length of time in the largest unit that it has two of, or one.
fn duration(secs: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (len, unit) = units.into_iter().find(|(len, _)| secs >= *len).unwrap_or((1, "second"));
    let count = (secs + len / 2) / len;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn of_license(license: &License) -> Option<Finding> {
    let (severity, words) = standings::words(&license.standing, &license.reason)?;
    let words = format!("the license of {} {words}", named(&license.product));
    Some(Finding::new(severity, &format!("license.{}", license.standing), words, "licenses.json"))
}

fn named(product: &str) -> &str {
    if product.is_empty() { "a product" } else { product }
}

fn of_seats(license: &License) -> Option<Finding> {
    let seats = license.seats.as_ref()?;
    let limit = seats.limit.filter(|limit| seats.used >= *limit && license.standing != "active")?;
    let words = format!("all {limit} seats of {} are in use", named(&license.product));
    Some(Finding::new(Severity::Problem, "seats.full", words, "licenses.json"))
}

/// Failures by what they mean, from the log, the ledger and the attempts to reach a server.
fn of_failures(contents: &Contents, found: &mut Vec<Finding>) {
    let log = contents.log.failures.iter();
    let mut failures: Vec<(String, u64, String, &str)> =
        log.map(|(code, seen)| (code.clone(), seen.count, seen.last_at.clone(), "log.jsonl")).collect();
    let entries = contents.ledger.as_ref().map_or(&[][..], |ledger| &ledger.entries);
    failures.extend(
        entries
            .iter()
            .filter_map(|entry| Some((entry.code.clone()?, 1, entry.at.clone(), "ledger-index.json"))),
    );
    if let Some(reachability) = &contents.reachability {
        for reach in reachability.entries.iter().filter(|reach| !reach.reached) {
            let code = reach.code.clone().unwrap_or_else(|| "network.unreachable".to_owned());
            let at = reach.at.as_ref().unwrap_or(&reachability.at);
            failures.push((code, 1, at.clone(), "reachability.json"));
        }
    }
    let mut by_meaning: BTreeMap<String, Finding> = BTreeMap::new();
    for (code, count, at, file) in failures.into_iter().filter(|(code, ..)| !codes::is_no_failure(code)) {
        let (name, severity, words) = match codes::meaning(&code) {
            Some((name, severity, words)) => (name.to_owned(), severity, words.to_owned()),
            None => (code.clone(), Severity::Warning, format!("failed with {code}")),
        };
        let finding = Finding::new(severity, &name, words, file).at(count, &at);
        by_meaning.entry(name).and_modify(|known| merge(known, &finding)).or_insert(finding);
    }
    found.extend(by_meaning.into_values());
}

fn merge(known: &mut Finding, other: &Finding) {
    // Log and ledger tell of the same failure: the larger number is the number.
    known.count =
        if known.file == other.file { known.count + other.count } else { known.count.max(other.count) };
    if other.last_at > known.last_at {
        known.last_at.clone_from(&other.last_at);
    }
}

fn of_chain(ledger: &LedgerIndex) -> Option<Finding> {
    let words = "the ledger was altered or cut: its chain does not check";
    (ledger.intact == Some(false))
        .then(|| Finding::new(Severity::Problem, "ledger.broken", words, "ledger-index.json"))
}

/// A plug-in that would be told another thing than the license list says.
fn of_sdk(entry: &SdkEntry, licenses: &[License]) -> Option<Finding> {
    let same = |license: &&License| license.product == entry.product && license.vendor == entry.vendor;
    let listed: Vec<&License> = licenses.iter().filter(same).collect();
    let differs = !listed.is_empty() && !listed.iter().any(|license| license.standing == entry.standing);
    let words = || {
        format!(
            "plug-ins of {} are told {}, the list says {}",
            entry.product, entry.standing, listed[0].standing
        )
    };
    if differs {
        return Some(Finding::new(Severity::Problem, "sdk.differs", words(), "sdk.json"));
    }
    let (severity, words) = standings::words(&entry.standing, &entry.reason).filter(|_| listed.is_empty())?;
    let words = format!("for plug-ins the license of {} {words}", named(&entry.product));
    Some(Finding::new(severity, &format!("license.{}", entry.standing), words, "sdk.json"))
}

fn of_crashes(contents: &Contents, found: &mut Vec<Finding>) {
    let mut by_place: BTreeMap<(&str, &str), Finding> = BTreeMap::new();
    for (file, crash) in &contents.crashes {
        let words = format!("{} {} crashed at {}", crash.program, crash.version, crash.location);
        let finding = Finding::new(Severity::Problem, "crash", words, file)
            .at(1, crash.at.as_deref().unwrap_or_default());
        let same = by_place.entry((&crash.program, &crash.location));
        same.and_modify(|known| {
            known.count += 1;
            known.last_at = known.last_at.clone().max(finding.last_at.clone());
        })
        .or_insert(finding);
    }
    found.extend(by_place.into_values());
}

fn of_settings(contents: &Contents, found: &mut Vec<Finding>) {
    let damaged = contents.settings.iter().flat_map(|settings| &settings.damaged);
    found.extend(damaged.map(|name| {
        let words = format!("the setting {name} can no longer be read, and its default counts");
        Finding::new(Severity::Warning, "settings.damaged", words, "settings.json")
    }));
}

fn of_left_out(left_out: &LeftOut) -> Option<Finding> {
    let file = super::visible_line(&left_out.file);
    let what = left_out.lines.map_or_else(|| file.clone(), |lines| format!("{lines} lines of {file}"));
    let why = match left_out.reason {
        Reason::Unticked => return None,
        Reason::NotText => "is no text",
        Reason::NotTyped => "is no line of a log",
        Reason::TooLarge => "is too large to be cleaned",
        Reason::StillFound => "could not be cleaned",
    };
    Some(Finding::new(Severity::Note, "bundle.left_out", format!("left out: {what}, which {why}"), &file))
}
