//! A bundle of somebody, read: what is wrong first. No home is opened, nothing is written, and nothing in it commands the terminal.

use std::path::Path;

use gatefold_client::open_bundle;
use gatefold_client::reading::{self, Fault, Finding, Opened, Severity};
use serde::Serialize;

use crate::args::Look;
use crate::commands::Call;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, PLAIN, SOFT, STRONG, minute, styled};
use crate::table::{Fit, Table};

/// More is not shown; the newest is.
const MOST: usize = 500;

pub(super) fn run(call: &Call, bundle: &Path, look: &Look, identity: Option<&Path>) -> Result<(), Failure> {
    let opened = open_bundle(bundle, identity)?;
    match look {
        Look { file: Some(name), .. } => file(call, &opened, name),
        Look { search: Some(words), .. } => search(call, &opened, words),
        Look { compare: Some(other), .. } => compare(call, &open_bundle(other, identity)?, &opened),
        Look { timeline: true, .. } => timeline(call, &opened),
        Look { summary: true, .. } => summary(call, &opened),
        _ => findings(call, &opened),
    }
}

#[derive(Serialize)]
struct Found {
    severity: &'static str,
    code: String,
    words: String,
    file: String,
    count: u64,
    last_at: Option<String>,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self {
            severity: finding.severity.as_str(),
            code: finding.code,
            words: finding.words,
            file: finding.file,
            count: finding.count,
            last_at: finding.last_at,
        }
    }
}

fn findings(call: &Call, opened: &Opened) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct File {
        name: String,
        bytes: u64,
        intact: bool,
    }
    #[derive(Serialize)]
    struct Report {
        tool: String,
        made_at: String,
        entries: Vec<Found>,
        files: Vec<File>,
    }
    let manifest = opened.manifest();
    let found = opened.findings();
    let (tool, made_at) = (reading::visible(&manifest.tool), reading::visible(&manifest.made_at));
    call.out.line(styled(SOFT, format!("Made by {tool}, {} (UTC)", minute(&made_at))));
    if found.is_empty() {
        call.out.line(styled(CALM, "Nothing in it is wrong."));
    }
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap, Fit::Wrap]);
    for finding in &found {
        let style = if finding.severity == Severity::Problem { ATTENTION } else { PLAIN };
        table.row([
            (style, finding.severity.as_str().to_owned()),
            (style, capital(&finding.words)),
            (SOFT, when(finding)),
        ]);
    }
    call.out.table(&table);
    let sizes = opened.names().iter().map(|name| {
        let listed = manifest.files.iter().find(|file| file.name == *name);
        let is_faulty = opened.faults().iter().any(|fault| named(fault) == name);
        File { name: reading::visible(name), bytes: listed.map_or(0, |file| file.bytes), intact: !is_faulty }
    });
    let files: Vec<File> = sizes.collect();
    call.out.line("");
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    call.out.line(styled(SOFT, format!("In it: {}", names.join(", "))));
    call.out.object(&Report { tool, made_at, entries: found.into_iter().map(Found::from).collect(), files });
    Ok(())
}

fn named(fault: &Fault) -> &String {
    match fault {
        Fault::Altered(name) | Fault::Missing(name) | Fault::Unlisted(name) => name,
    }
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Where it stands, how often it was seen, and when last.
fn when(finding: &Finding) -> String {
    let times = (finding.count > 1).then(|| format!("{} times", finding.count));
    let last = finding.last_at.as_deref().map(|at| format!("last {}", minute(at)));
    [Some(finding.file.clone()), times, last].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn timeline(call: &Call, opened: &Opened) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Event {
        at: String,
        file: String,
        what: String,
        failed: bool,
    }
    let events = opened.timeline(MOST);
    let mut table = Table::headed([("When (UTC)", Fit::Whole), ("What", Fit::Wrap), ("File", Fit::Whole)]);
    for event in &events {
        let style = if event.failed { ATTENTION } else { PLAIN };
        table.row([(SOFT, minute(&event.at)), (style, event.what.clone()), (SOFT, event.file.clone())]);
    }
    call.out.table(&table);
    if events.is_empty() {
        call.out.line(styled(SOFT, "It tells of nothing that happened."));
    }
    let told = events.into_iter().map(|event| Event {
        at: event.at,
        file: event.file,
        what: event.what,
        failed: event.failed,
    });
    call.out.entries(&told.collect::<Vec<_>>());
    Ok(())
}

fn file(call: &Call, opened: &Opened, name: &str) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Shown<'a> {
        name: &'a str,
        text: &'a str,
    }
    let text = opened.text(name).map_err(gatefold_client::ClientError::from)?;
    call.out.line(text.trim_end_matches('\n'));
    call.out.object(&Shown { name, text: &text });
    Ok(())
}

fn search(call: &Call, opened: &Opened, words: &str) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line {
        file: String,
        line: u64,
        text: String,
    }
    let found = opened.search(words, MOST).map_err(gatefold_client::ClientError::from)?;
    for line in &found {
        call.out.line(format!("{} {}", styled(SOFT, format!("{}:{}:", line.file, line.line)), line.text));
    }
    if found.is_empty() {
        call.out.line(styled(SOFT, "Nothing was found"));
    }
    let told = found.into_iter().map(|line| Line { file: line.file, line: line.line, text: line.text });
    call.out.entries(&told.collect::<Vec<_>>());
    Ok(())
}

fn compare(call: &Call, before: &Opened, after: &Opened) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Changed {
        file: String,
        place: String,
        before: Option<String>,
        after: Option<String>,
    }
    let changed = reading::compare(before, after).map_err(gatefold_client::ClientError::from)?;
    let mut table =
        Table::headed([("Where", Fit::Wrap), ("In the earlier", Fit::Wrap), ("In this one", Fit::Wrap)]);
    for one in &changed {
        let place =
            if one.place.is_empty() { one.file.clone() } else { format!("{} {}", one.file, one.place) };
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        table.row([(STRONG, place), (PLAIN, side(&one.before)), (PLAIN, side(&one.after))]);
    }
    call.out.table(&table);
    if changed.is_empty() {
        call.out.line(styled(SOFT, "They say the same."));
    }
    let told = changed.into_iter().map(|one| Changed {
        file: one.file,
        place: one.place,
        before: one.before,
        after: one.after,
    });
    call.out.entries(&told.collect::<Vec<_>>());
    Ok(())
}

fn summary(call: &Call, opened: &Opened) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Summary<'a> {
        summary: &'a str,
    }
    let text = reading::summary(opened);
    call.out.line(text.trim_end_matches('\n'));
    call.out.object(&Summary { summary: &text });
    Ok(())
}
