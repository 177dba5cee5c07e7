//! The parts of the report, the most telling first.

use std::collections::BTreeMap;

use super::Page;
use crate::reader::{Contents, findings, timeline};
use crate::{Kind, Manifest, Reason};

/// How many events are shown.
const EVENTS: usize = 300;
/// How many entries of the ledger are shown.
const ENTRIES: usize = 100;

pub(super) fn all(page: &mut Page, manifest: &Manifest, contents: &Contents) {
    page.element("h1", "Diagnostic bundle");
    page.raw("\n<p class=\"dim\">");
    page.raw(&super::escaped(&format!(
        "Made {} by {}. Gatefold did not send it.",
        manifest.made_at, manifest.tool
    )));
    page.raw("</p>\n");
    page.section("Findings", |page| found(page, manifest, contents));
    if let Some(note) = &contents.note {
        page.section("What the user says", |page| {
            page.raw("<blockquote>");
            note.lines().for_each(|line| page.element("p", line));
            page.raw("</blockquote>\n");
        });
    }
    page.section("Licenses", |page| licenses(page, contents));
    if contents.sdk.is_some() {
        page.section("What plug-ins are told", |page| sdk(page, contents));
    }
    page.section("Computer and program", |page| computer(page, contents));
    if contents.reachability.is_some() {
        page.section("Servers", |page| servers(page, contents));
    }
    page.section("Timeline", |page| events(page, contents));
    page.section("What was sent", |page| ledger(page, contents));
    page.section("Files", |page| files(page, manifest));
    page.section("Left out", |page| left_out(page, manifest));
}

fn found(page: &mut Page, manifest: &Manifest, contents: &Contents) {
    let findings = findings(manifest, contents);
    if findings.is_empty() {
        page.element("p", "Nothing that is known to be wrong.");
        page.raw("\n");
        return;
    }
    page.raw("<ul class=\"findings\">\n");
    for finding in findings {
        page.raw(&format!("<li class=\"{}\">", finding.severity.as_str()));
        page.element("strong", finding.severity.as_str());
        page.raw(" ");
        page.element("span", &finding.words);
        let times = if finding.count > 1 { format!(", {} times", finding.count) } else { String::new() };
        let last = finding.last_at.as_ref().map_or_else(String::new, |at| format!(", last {at}"));
        page.raw("<p class=\"dim\">");
        page.raw(&super::escaped(&format!("{}{times}{last}", finding.file)));
        page.raw("</p></li>\n");
    }
    page.raw("</ul>\n");
}

fn licenses(page: &mut Page, contents: &Contents) {
    let entries = contents.licenses.iter().flat_map(|licenses| &licenses.entries);
    let heads = ["Product", "Vendor", "Terms", "Standing", "Why", "Ends", "Fetch again by", "Seats"];
    let seats = |used: u64, limit: Option<u64>| match limit {
        Some(limit) => format!("{used} of {limit}"),
        None => format!("{used}, no limit"),
    };
    page.table(
        heads,
        entries.map(|license| {
            [
                license.product.clone(),
                license.vendor.clone(),
                license.terms.clone(),
                license.standing.clone(),
                license.reason.clone(),
                license.expires_at.clone().unwrap_or_default(),
                license.refresh_by.clone().unwrap_or_default(),
                license.seats.as_ref().map_or_else(String::new, |it| seats(it.used, it.limit)),
            ]
        }),
    );
}

fn sdk(page: &mut Page, contents: &Contents) {
    let entries = contents.sdk.iter().flat_map(|sdk| &sdk.entries);
    page.table(
        ["Product", "Vendor", "Standing", "Why"],
        entries.map(|it| [it.product.clone(), it.vendor.clone(), it.standing.clone(), it.reason.clone()]),
    );
}

fn computer(page: &mut Page, contents: &Contents) {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            rows.push([name.to_owned(), value]);
        }
    };
    if let Some(app) = &contents.app {
        row("Gatefold", format!("{} {}", app.gatefold_version, app.build));
        app.components.iter().for_each(|it| row(&it.component, it.version.clone()));
    }
    if let Some(machine) = &contents.machine {
        row("Device name", machine.name.clone());
        row("Host", machine.host.clone());
        row("System", machine.os.clone());
        row("Processor", machine.cpu.clone());
        row("Memory", machine.memory_gib.map_or_else(String::new, |gib| format!("{gib} GiB")));
        row("Free disk", machine.disk_free_mib.map_or_else(String::new, |mib| format!("{mib} MiB")));
        row("Store of secrets", machine.keyring.clone());
    }
    page.table(["What", "Is"], rows);
}

fn servers(page: &mut Page, contents: &Contents) {
    let entries = contents.reachability.iter().flat_map(|reachability| &reachability.entries);
    let answers = |reached: bool| if reached { "answers" } else { "does not answer" };
    page.table(
        ["Server", "Vendor", "Answers", "Why not", "Milliseconds"],
        entries.map(|it| {
            [
                it.host.clone(),
                it.vendor.clone(),
                answers(it.reached).to_owned(),
                it.code.clone().unwrap_or_default(),
                it.millis.map_or_else(String::new, |millis| millis.to_string()),
            ]
        }),
    );
}

fn events(page: &mut Page, contents: &Contents) {
    let events = timeline(contents, EVENTS);
    page.table(["When", "What", "Where"], events.into_iter().map(|it| [it.at, it.what, it.file]));
}

fn ledger(page: &mut Page, contents: &Contents) {
    let Some(ledger) = &contents.ledger else {
        page.element("p", "Not in this bundle.");
        page.raw("\n");
        return;
    };
    let newest = ledger.entries.len().saturating_sub(ENTRIES);
    page.table(
        ["When", "Vendor", "What for", "Outcome", "Status", "Code", "Bytes"],
        ledger.entries[newest..].iter().map(|it| {
            [
                it.at.clone(),
                it.vendor.clone(),
                it.purpose.clone(),
                it.outcome.clone(),
                it.status.map_or_else(String::new, |status| status.to_string()),
                it.code.clone().unwrap_or_default(),
                it.request_bytes.to_string(),
            ]
        }),
    );
}

fn files(page: &mut Page, manifest: &Manifest) {
    let counted = |counts: &BTreeMap<Kind, u64>| {
        let parts: Vec<String> =
            counts.iter().map(|(kind, count)| format!("{count} {}", kind.as_str())).collect();
        parts.join(", ")
    };
    page.table(
        ["File", "Bytes", "Replaced"],
        manifest.files.iter().map(|it| [it.name.clone(), it.bytes.to_string(), counted(&it.redactions)]),
    );
}

fn left_out(page: &mut Page, manifest: &Manifest) {
    let why = |reason: Reason| match reason {
        Reason::Unticked => "the user left it out",
        Reason::NotText => "it is no text",
        Reason::NotTyped => "it is no line of a log",
        Reason::TooLarge => "it is too large to be cleaned",
        Reason::StillFound => "it could not be cleaned",
    };
    page.table(
        ["What", "Lines", "Why"],
        manifest.left_out.iter().map(|it| {
            let lines = it.lines.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
            [it.file.clone(), lines, why(it.reason).to_owned()]
        }),
    );
}
