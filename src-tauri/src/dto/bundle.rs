//! Diagnostic bundles: one that is made, and one of somebody else that is looked at.

use std::collections::BTreeMap;
use std::path::Path;

use gatefold_client::reading::{self, Kind, Reason};
use gatefold_client::{BundleExported, BundleRecipient, CrashReport, MappedName, part_word};
use serde::Serialize;

use super::Words;
use super::opened::line;

/// A program that ended against its will; its report waits for the next bundle.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Crashed {
    /// Null where none was noted.
    pub(crate) at: Option<String>,
    pub(crate) program: String,
    pub(crate) version: String,
    pub(crate) location: String,
}

impl From<CrashReport> for Crashed {
    fn from(CrashReport { at, program, version, location, .. }: CrashReport) -> Self {
        // Whoever runs as the user can put a report there.
        let [program, version, location] = [program, version, location].map(|text| line(&text));
        Self { at, program, version, location }
    }
}

/// How many parts of one kind were replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Replaced {
    pub(crate) kind: &'static str,
    pub(crate) count: u64,
}

/// Those of some files, added up.
pub(crate) fn replaced<'a>(counts: impl IntoIterator<Item = &'a BTreeMap<Kind, u64>>) -> Vec<Replaced> {
    let mut sums: BTreeMap<Kind, u64> = BTreeMap::new();
    for (kind, count) in counts.into_iter().flatten() {
        *sums.entry(*kind).or_default() += count;
    }
    sums.into_iter().map(|(kind, count)| Replaced { kind: kind.as_str(), count }).collect()
}

/// A part of a bundle as it stands; of crash reports there may be several.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundlePart {
    pub(crate) part: &'static str,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) included: bool,
    pub(crate) replaced: Vec<Replaced>,
}

impl From<gatefold_client::BundlePart> for BundlePart {
    fn from(part: gatefold_client::BundlePart) -> Self {
        Self {
            part: part_word(part.part),
            bytes: part.bytes,
            included: part.included,
            replaced: replaced([&part.redactions]),
            name: part.name,
        }
    }
}

/// A file of the bundle as it will be.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleFile {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// How many parts of it were replaced.
    pub(crate) marks: usize,
}

impl From<&reading::File> for BundleFile {
    fn from(file: &reading::File) -> Self {
        Self { name: file.name.clone(), bytes: file.bytes.len() as u64, marks: file.spans.len() }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhyLeftOut {
    Unticked,
    NotText,
    NotTyped,
    TooLarge,
    StillFound,
}

/// What is not in a bundle.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleLeftOut {
    pub(crate) file: String,
    pub(crate) reason: WhyLeftOut,
    /// Null where it is the whole file.
    pub(crate) lines: Option<u64>,
}

impl From<&reading::LeftOut> for BundleLeftOut {
    fn from(left: &reading::LeftOut) -> Self {
        let reason = match left.reason {
            Reason::Unticked => WhyLeftOut::Unticked,
            Reason::NotText => WhyLeftOut::NotText,
            Reason::NotTyped => WhyLeftOut::NotTyped,
            Reason::TooLarge => WhyLeftOut::TooLarge,
            Reason::StillFound => WhyLeftOut::StillFound,
        };
        Self { file: line(&left.file), reason, lines: left.lines }
    }
}

/// Whose support a bundle can be sealed for.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SealedFor {
    pub(crate) vendor: String,
    pub(crate) called: String,
    /// Where it is handed over, if the vendor's file says so.
    pub(crate) contact: Option<String>,
}

impl From<BundleRecipient> for SealedFor {
    fn from(recipient: BundleRecipient) -> Self {
        Self { vendor: recipient.vendor, called: recipient.called, contact: recipient.contact }
    }
}

/// A bundle in the making.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundlePage {
    /// What vendors promise to say before diagnostics, in sentences.
    pub(crate) notices: Vec<String>,
    pub(crate) parts: Vec<BundlePart>,
    /// Every file that would be written, in the order of the bundle.
    pub(crate) files: Vec<BundleFile>,
    pub(crate) left_out: Vec<BundleLeftOut>,
    /// What could not be read.
    pub(crate) uncollected: Vec<Words>,
    /// What the user says, as they typed it.
    pub(crate) note: String,
    pub(crate) reachability: bool,
    pub(crate) recipients: Vec<SealedFor>,
}

/// How large the file would be now.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleSize {
    pub(crate) bytes: u64,
    pub(crate) max_bytes: u64,
}

/// A marked part of a row, in units of UTF-16.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RowMark {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Which of the text's, from 0.
    pub(crate) nth: u32,
    pub(crate) kind: &'static str,
}

/// A row of a text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct TextRow {
    /// The number of the line that begins with it, from 1; null where it goes on with one.
    pub(crate) line: Option<u32>,
    pub(crate) text: String,
    /// A new line follows.
    pub(crate) ends: bool,
    pub(crate) marks: Vec<RowMark>,
}

/// Some rows of a text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct TextRows {
    /// How many there are in all.
    pub(crate) count: usize,
    pub(crate) rows: Vec<TextRow>,
}

/// Who is called what in a bundle.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleName {
    pub(crate) pseudonym: String,
    pub(crate) value: String,
}

impl From<MappedName> for BundleName {
    fn from(MappedName { pseudonym, value }: MappedName) -> Self {
        Self { pseudonym, value }
    }
}

/// A bundle, or its table of names, that was written.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BundleSaved {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// The entry of the record that notes it.
    pub(crate) entry: Option<i64>,
}

impl BundleSaved {
    pub(crate) fn of(path: &Path, done: BundleExported) -> Self {
        let BundleExported { size_bytes: bytes, sha256, entry } = done;
        Self { path: path.display().to_string(), bytes, sha256, entry }
    }
}
