//! What was sent, as the page lists and shows it.

use gatefold_client::{
    AnchorState, Check, Counts, EntryDetail, LedgerLine as Line, Necessity, OutcomeClass, written,
};
use serde::{Deserialize, Serialize};

use super::{Mark, Words, marked};

/// How it left: `https`, also for http to this very computer, or `file`.
#[cfg(test)]
#[derive(Debug, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Carrier {
    Https,
    File,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerLine {
    pub(crate) id: i64,
    pub(crate) at: String,
    /// The vendor's id; none for a file of the user's own.
    pub(crate) vendor: Option<String>,
    /// What it is called, also where it is not here any more.
    pub(crate) vendor_name: Option<String>,
    pub(crate) purpose: Option<&'static str>,
    pub(crate) label: String,
    #[cfg_attr(test, ts(as = "Carrier"))]
    pub(crate) carrier: &'static str,
    pub(crate) method: Option<String>,
    pub(crate) url: Option<String>,
    /// Every address and port that was tried, the one that answered last.
    pub(crate) peers: Vec<String>,
    #[cfg_attr(test, ts(as = "LedgerOutcome"))]
    pub(crate) outcome: &'static str,
    pub(crate) status: Option<u16>,
    pub(crate) request_bytes: u64,
    pub(crate) items: Vec<&'static str>,
    /// The name of an exported file.
    pub(crate) file: Option<String>,
    /// The product that it was about, as far as that is known here.
    pub(crate) product: Option<String>,
    /// What it did, more closely than its purpose.
    #[cfg_attr(test, ts(as = "Option<super::RequestDeed>"))]
    pub(crate) deed: Option<&'static str>,
    /// The server said no.
    pub(crate) refused: bool,
    /// The server failed at it: what it made of it is not known.
    pub(crate) failed: bool,
    /// It left by itself, as the user had agreed to before.
    pub(crate) by_itself: bool,
    /// It is not what was written.
    pub(crate) altered: bool,
    /// So many lines are gone right before it; 0 where lines were left out, which says nothing.
    pub(crate) gone_before: u64,
}

impl From<Line> for LedgerLine {
    fn from(line: Line) -> Self {
        Self {
            id: line.id,
            at: line.at,
            vendor: line.vendor,
            vendor_name: line.vendor_name,
            purpose: line.purpose,
            label: line.label.unwrap_or_default().to_owned(),
            carrier: line.carrier,
            method: line.method,
            url: line.url,
            peers: line.peers,
            outcome: line.outcome,
            status: line.status,
            request_bytes: line.request_bytes,
            items: line.items.iter().map(|item| item.id()).collect(),
            file: line.file_name,
            product: line.product,
            deed: line.deed.map(gatefold_client::Deed::as_str),
            refused: line.is_refused,
            failed: line.has_failed,
            by_itself: line.by_itself,
            altered: line.altered,
            gone_before: line.gone_before,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Need {
    Required,
    Optional,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum LedgerOutcome {
    Pending,
    Answered,
    NotSent,
    Unknown,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerFilter {
    pub(crate) vendor: Option<String>,
    pub(crate) necessity: Option<Need>,
    pub(crate) outcome: Option<LedgerOutcome>,
    /// Requests with at least one of these items.
    pub(crate) items: Vec<String>,
    /// What was written since this time.
    pub(crate) since: Option<String>,
    pub(crate) search: String,
    pub(crate) before: Option<i64>,
    pub(crate) limit: usize,
}

/// No page shows more at once.
const MOST_LINES: usize = 1_000;

impl LedgerFilter {
    pub(crate) fn limit(&self) -> usize {
        self.limit.min(MOST_LINES)
    }
}

impl From<&LedgerFilter> for gatefold_client::Filter {
    fn from(filter: &LedgerFilter) -> Self {
        Self {
            vendor: filter.vendor.clone(),
            necessity: filter.necessity.map(|need| match need {
                Need::Required => Necessity::Required,
                Need::Optional => Necessity::Optional,
            }),
            outcome: filter.outcome.map(|outcome| match outcome {
                LedgerOutcome::Pending => None,
                LedgerOutcome::Answered => Some(OutcomeClass::Answered),
                LedgerOutcome::NotSent => Some(OutcomeClass::NotSent),
                LedgerOutcome::Unknown => Some(OutcomeClass::Unknown),
            }),
            items: filter.items.iter().filter_map(|id| id.parse().ok()).collect(),
            since: filter.since.as_ref().and_then(|time| time.parse().ok()),
            before: filter.before.map(gatefold_client::EntryId),
            search: Some(filter.search.clone()).filter(|text| !text.trim().is_empty()),
            ..Self::default()
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerEntry {
    pub(crate) line: LedgerLine,
    pub(crate) text: Option<String>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) concluded_at: Option<String>,
    pub(crate) name_looked_up: Option<String>,
    pub(crate) tls_version: Option<String>,
    pub(crate) proxy: Option<String>,
    pub(crate) code: Option<Words>,
    pub(crate) response_bytes: Option<u64>,
    pub(crate) sha256: Option<String>,
    pub(crate) erased_at: Option<String>,
    pub(crate) damaged: bool,
}

impl From<EntryDetail> for LedgerEntry {
    fn from(entry: EntryDetail) -> Self {
        let shown = entry.bytes.as_deref().map(|bytes| marked(bytes, &entry.marks));
        let (text, marks) = shown.map_or((None, Vec::new()), |(text, marks)| (Some(text), marks));
        let code = entry.code.as_deref().map(|code| Words::of_record(code, entry.line.status.unwrap_or(0)));
        Self {
            line: entry.line.into(),
            text,
            marks,
            concluded_at: entry.concluded_at,
            name_looked_up: entry.name_looked_up,
            tls_version: entry.tls_version,
            proxy: entry.proxy,
            code,
            response_bytes: entry.response_bytes,
            sha256: entry.file.map(|file| file.sha256),
            erased_at: entry.erased_at,
            damaged: entry.damaged,
        }
    }
}

/// The chain's end, remembered outside the file.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Anchor {
    Kept,
    Missing,
    Cut,
}

impl From<AnchorState> for Anchor {
    fn from(state: AnchorState) -> Self {
        match state {
            AnchorState::Whole | AnchorState::Ahead => Self::Kept,
            AnchorState::Absent => Self::Missing,
            AnchorState::Cut => Self::Cut,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerCheck {
    pub(crate) entries: u64,
    pub(crate) intact: bool,
    /// Lines that are not what was written.
    pub(crate) altered: Vec<i64>,
    /// Lines of which nothing is left.
    pub(crate) missing: Vec<i64>,
    pub(crate) erased: u64,
    pub(crate) last_erasure: Option<Erasure>,
    /// Lines that are gone from the front: by age, or given up when the record was begun anew.
    pub(crate) retired: u64,
    pub(crate) anchor: Anchor,
}

/// The erasure that was noted last.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Erasure {
    pub(crate) entry: i64,
    pub(crate) at: String,
}

impl From<Check> for LedgerCheck {
    fn from(check: Check) -> Self {
        Self {
            intact: check.intact,
            entries: check.entries,
            altered: check.broken.iter().filter(|id| !check.missing.contains(id)).map(|id| id.0).collect(),
            missing: check.missing.iter().map(|id| id.0).collect(),
            erased: check.erased,
            last_erasure: check
                .last_erasure
                .map(|erasure| Erasure { entry: erasure.entry.0, at: written(erasure.at) }),
            retired: check.retired,
            anchor: check.anchor.into(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SentToday {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

impl From<Counts> for SentToday {
    fn from(counts: Counts) -> Self {
        Self { requests: counts.answered + counts.unknown, bytes: counts.request_bytes }
    }
}

/// A vendor that was removed and of whom the record still speaks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FormerVendor {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledgers_words_are_the_pages() {
        let read = |word: &str| serde_json::from_value::<LedgerOutcome>(word.into()).unwrap();
        assert_eq!(read(OutcomeClass::Answered.as_str()), LedgerOutcome::Answered);
        assert_eq!(read(OutcomeClass::NotSent.as_str()), LedgerOutcome::NotSent);
        assert_eq!(read(OutcomeClass::Unknown.as_str()), LedgerOutcome::Unknown);
        assert_eq!(read("pending"), LedgerOutcome::Pending);
    }
}
