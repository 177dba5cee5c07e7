//! A diagnostic bundle of somebody else, as it is shown: every text with its controls made visible.

use std::path::Path;

use gatefold_client::ClientError;
use gatefold_client::reading::{self, Changed as Difference, Event, Finding, FoundLine, Opened, Severity};
use serde::Serialize;

use super::{BundleLeftOut, Replaced, replaced};

/// So much of a bundle's story is told.
const MOST_EVENTS: usize = 500;
/// No bundle of ours has more findings; of those that were made to have, the gravest are told.
const MOST_FINDINGS: usize = 500;
/// Nor leaves out more.
const MOST_LEFT_OUT: usize = 200;
/// A line of ours has fewer letters, and a summary.
const LINE_CHARS: usize = 500;
const SUMMARY_CHARS: usize = 20_000;

/// One line, fit to be shown, however long whoever wrote it made it.
pub(super) fn line(text: &str) -> String {
    brief(text, LINE_CHARS).replace('\n', "␊")
}

fn brief(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let begin: String = chars.by_ref().take(most).collect();
    let shown = reading::visible(&begin);
    if chars.next().is_some() { shown + "…" } else { shown }
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grave {
    Problem,
    Warning,
    Note,
}

/// Something that a bundle tells of.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleFinding {
    pub(crate) grave: Grave,
    pub(crate) code: String,
    pub(crate) words: String,
    pub(crate) file: String,
    pub(crate) count: u64,
    pub(crate) last_at: Option<String>,
}

impl From<Finding> for BundleFinding {
    fn from(finding: Finding) -> Self {
        let grave = match finding.severity {
            Severity::Problem => Grave::Problem,
            Severity::Warning => Grave::Warning,
            Severity::Note => Grave::Note,
        };
        Self {
            grave,
            code: line(&finding.code),
            words: line(&finding.words),
            file: line(&finding.file),
            count: finding.count,
            last_at: finding.last_at.map(|at| line(&at)),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleEvent {
    /// Empty where that is not known.
    pub(crate) at: String,
    pub(crate) file: String,
    pub(crate) what: String,
    pub(crate) failed: bool,
}

impl From<Event> for BundleEvent {
    fn from(Event { at, file, what, failed }: Event) -> Self {
        Self { at: line(&at), file, what: line(&what), failed }
    }
}

/// A file of a bundle; without a size where its manifest lists none of that name.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct OpenedFile {
    pub(crate) name: String,
    pub(crate) bytes: Option<u64>,
}

/// A line that was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleLine {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) text: String,
}

impl From<FoundLine> for BundleLine {
    fn from(FoundLine { file, line, text }: FoundLine) -> Self {
        Self { file, line, text }
    }
}

/// Something in which two bundles differ.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleDifference {
    pub(crate) file: String,
    pub(crate) place: String,
    /// Null where that bundle says nothing of it.
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl From<Difference> for BundleDifference {
    fn from(Difference { file, place, before, after }: Difference) -> Self {
        let place = line(&place);
        Self { file, place, before, after }
    }
}

/// A second bundle beside the first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleComparison {
    pub(crate) path: String,
    pub(crate) made_at: String,
    pub(crate) differences: Vec<BundleDifference>,
}

impl BundleComparison {
    pub(crate) fn of(path: &Path, before: &Opened, after: &Opened) -> Result<Self, ClientError> {
        let differences = reading::compare(before, after)?;
        Ok(Self {
            path: path.display().to_string(),
            made_at: line(&after.manifest().made_at),
            differences: differences.into_iter().map(BundleDifference::from).collect(),
        })
    }
}

/// A bundle that was opened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenedBundle {
    pub(crate) path: String,
    pub(crate) tool: String,
    pub(crate) made_at: String,
    /// The gravest first.
    pub(crate) findings: Vec<BundleFinding>,
    /// What a ticket holds.
    pub(crate) summary: String,
    /// The newest first.
    pub(crate) timeline: Vec<BundleEvent>,
    pub(crate) files: Vec<OpenedFile>,
    pub(crate) left_out: Vec<BundleLeftOut>,
    pub(crate) replaced: Vec<Replaced>,
}

impl OpenedBundle {
    pub(crate) fn of(path: &Path, opened: &Opened) -> Self {
        let manifest = opened.manifest();
        let listed = |name: &String| manifest.files.iter().find(|file| file.name == *name);
        let file =
            |name: &String| OpenedFile { name: name.clone(), bytes: listed(name).map(|file| file.bytes) };
        Self {
            path: path.display().to_string(),
            tool: line(&manifest.tool),
            made_at: line(&manifest.made_at),
            findings: opened.findings().into_iter().take(MOST_FINDINGS).map(BundleFinding::from).collect(),
            summary: brief(&reading::summary(opened), SUMMARY_CHARS),
            timeline: opened.timeline(MOST_EVENTS).into_iter().rev().map(BundleEvent::from).collect(),
            files: opened.names().iter().map(file).collect(),
            left_out: manifest.left_out.iter().take(MOST_LEFT_OUT).map(BundleLeftOut::from).collect(),
            replaced: replaced([&manifest.redactions]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_some_length_and_all_of_it_is_seen() {
        let check = |text: &str, expect: &str| assert_eq!(line(text), expect);
        check("plain", "plain");
        check("a\nb\u{1b}[2J\u{202e}c", "a␊b␛[2J⟨U+202E⟩c");
        check(&"ä".repeat(501), &("ä".repeat(500) + "…"));
    }
}
