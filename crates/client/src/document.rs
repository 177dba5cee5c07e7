//! Entries as the command line and the window show them (design, section 9).

use gatefold_disclosure::{Item, Mark, MarkKind};
use gatefold_ledger::{Deed, Entry, Kept, Line, OutcomeClass};
use serde::{Serialize, Serializer};

use crate::clock::written;
use crate::library::{Installed, Unfinished, Unreadable};
use crate::words::Advice;

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerLine {
    /// Its number.
    pub id: i64,
    /// When it was written.
    pub at: String,
    /// The vendor's id; none for a file of the user's own.
    pub vendor: Option<String>,
    /// What it was for.
    pub purpose: Option<&'static str>,
    /// How it left: `https`, also for http to this very computer, or `file`.
    pub carrier: &'static str,
    /// The request's method.
    pub method: Option<String>,
    /// Where it went.
    pub url: Option<String>,
    /// Address and port it reached, or tried last.
    pub peer: Option<String>,
    /// Every address and port that was tried.
    pub peers: Vec<String>,
    /// What became of it.
    pub outcome: &'static str,
    /// The answer's status.
    pub status: Option<u16>,
    /// The size on the wire, in bytes.
    pub request_bytes: u64,
    /// The items in it.
    pub items: Vec<Item>,
    /// It left by itself, as the user had agreed to before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_itself: bool,
    /// The purpose as a user reads it.
    #[serde(skip)]
    pub label: Option<&'static str>,
    /// The name of a file that was exported.
    #[serde(skip)]
    pub file_name: Option<String>,
    /// The server said no.
    #[serde(skip)]
    pub is_refused: bool,
    /// The server failed at it.
    #[serde(skip)]
    pub has_failed: bool,
    /// The vendor's name; its id where nobody of it is added, or several are.
    #[serde(skip)]
    pub vendor_name: Option<String>,
    /// The product that it was about, as far as that is known here.
    #[serde(skip)]
    pub product: Option<String>,
    /// What it did, more closely than its purpose.
    #[serde(skip)]
    pub deed: Option<Deed>,
    /// It is not what was written, as far as it tells by itself.
    #[serde(skip)]
    pub altered: bool,
    /// So many entries are gone right before it.
    #[serde(skip)]
    pub gone_before: u64,
    #[serde(skip)]
    pub(crate) about: Vec<String>,
}

impl From<Line> for LedgerLine {
    fn from(line: Line) -> Self {
        let (is_refused, has_failed) = (line.is_refused(), line.has_failed());
        Self {
            id: line.id.0,
            at: written(line.at),
            vendor: line.vendor,
            purpose: line.purpose.map(gatefold_disclosure::Purpose::id),
            carrier: line.carrier.as_str(),
            deed: Deed::of(line.method.as_deref(), line.url.as_deref()),
            method: line.method,
            url: line.url,
            peer: line.peer,
            peers: line.peers,
            outcome: line.outcome.map_or("pending", OutcomeClass::as_str),
            status: line.status,
            request_bytes: line.request_bytes,
            items: line.items,
            by_itself: line.by_itself,
            label: line.purpose.map(gatefold_disclosure::Purpose::label),
            file_name: line.file.map(|file| file.name),
            is_refused,
            has_failed,
            vendor_name: None,
            product: None,
            altered: line.kept == Kept::Damaged,
            gone_before: 0,
            about: line.about,
        }
    }
}

/// One entry with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryDetail {
    /// What a list shows.
    #[serde(flatten)]
    pub line: LedgerLine,
    /// The purpose as a user reads it.
    pub label: Option<&'static str>,
    /// The stored copy as text; none if it was erased or never kept.
    pub request: Option<String>,
    /// The stored copy.
    #[serde(skip)]
    pub bytes: Option<Vec<u8>>,
    /// The stretches that differ between users.
    #[serde(serialize_with = "shown_marks")]
    pub marks: Vec<Mark>,
    /// When the outcome was written.
    pub concluded_at: Option<String>,
    /// The name that was looked up.
    pub name_looked_up: Option<String>,
    /// The TLS version.
    pub tls_version: Option<String>,
    /// The proxy that the user set.
    pub proxy: Option<String>,
    /// The server's error code, or ours.
    pub code: Option<String>,
    /// The answer's size in bytes.
    pub response_bytes: Option<u64>,
    /// Name and SHA-256 of a file.
    pub file: Option<gatefold_ledger::FileFacts>,
    /// When the bytes were erased.
    pub erased_at: Option<String>,
    /// What is kept cannot be read as what was written.
    pub damaged: bool,
}

impl From<Entry> for EntryDetail {
    fn from(entry: Entry) -> Self {
        let network = entry.network.unwrap_or_default();
        Self {
            label: entry.line.purpose.map(gatefold_disclosure::Purpose::label),
            damaged: entry.line.kept == Kept::Damaged,
            file: entry.line.file.clone(),
            code: entry.line.code.clone(),
            line: entry.line.into(),
            request: entry.bytes.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            bytes: entry.bytes,
            marks: entry.marks,
            concluded_at: entry.concluded_at.map(written),
            name_looked_up: network.name_looked_up,
            tls_version: network.tls_version,
            proxy: network.proxy,
            response_bytes: entry.response_len_bytes,
            erased_at: entry.erased_at.map(written),
        }
    }
}

/// Marks as they are told: of a secret its place alone, and not even about how long it was.
fn shown_marks<S: Serializer>(marks: &[Mark], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        offset: usize,
        len: usize,
        kind: &'static str,
        items: &'a [Item],
    }
    serializer.collect_seq(marks.iter().map(|mark| Shown {
        offset: mark.offset,
        len: mark.len,
        kind: match mark.kind {
            MarkKind::Item => "item",
            MarkKind::Secret { .. } => "secret",
            MarkKind::Slot => "slot",
        },
        items: &mark.items,
    }))
}

impl EntryDetail {
    /// What stood where secrets are named, and at most how many bytes; none where nothing is named.
    pub fn secrets(&self) -> Option<(Vec<Item>, usize)> {
        let (mut items, mut at_most_bytes): (Vec<Item>, usize) = (Vec::new(), 0);
        for mark in &self.marks {
            if let MarkKind::Secret { sent_len_bytes } = mark.kind {
                items.extend(&mark.items);
                at_most_bytes += sent_len_bytes;
            }
        }
        items.sort_unstable();
        items.dedup();
        (!items.is_empty() && self.bytes.is_some()).then_some((items, at_most_bytes))
    }
}

/// One license of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LicenseEntry {
    /// The vendor's id.
    pub vendor: String,
    /// The license.
    pub license_id: String,
    /// The product's name.
    pub product: String,
    /// `perpetual`, `subscription` or `trial`.
    pub kind: &'static str,
    /// What it is worth now.
    pub standing: &'static str,
    /// Why, or what is to be said of it, as a stable code; `license.active` where nothing is.
    pub reason: &'static str,
    /// When the right ends.
    pub expires_at: Option<String>,
    /// When the file ends.
    pub refresh_by: Option<String>,
    /// The seat; none for a license bound to the account.
    pub machine_id: Option<String>,
    /// The features that it includes, by their codes.
    pub entitlements: Vec<String>,
    /// Days until what counts needs its file again, or ends; the begun one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<u32>,
    /// The installed file.
    pub license_file: String,
    /// When the vendor said that the seat is gone, if it did and no file came since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_gone_at: Option<String>,
    /// When its seat was asked to be given back, where no answer told what became of it and no file came since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_asked_at: Option<String>,
}

impl LicenseEntry {
    /// Describes an installed license.
    pub fn of(license: &Installed) -> Self {
        Self {
            vendor: license.vendor.vendor().id().to_owned(),
            license_id: license.license_id.clone(),
            product: license.product.clone(),
            kind: license.terms.as_str(),
            standing: license.assessment.standing.as_str(),
            reason: license.says().0,
            expires_at: license.assessment.expires_at.map(written),
            refresh_by: license.assessment.refresh_by.map(written),
            machine_id: license.machine_id.clone(),
            entitlements: license.entitlements(),
            days_left: license.assessment.days_left(),
            license_file: license.path.display().to_string(),
            seat_gone_at: license.seat_gone_at.map(written),
            release_asked_at: license.release_asked_at.map(written),
        }
    }
}

/// One unfinished request beside a list of licenses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfinishedEntry {
    /// The vendor's id.
    pub vendor: String,
    /// The license.
    pub license_id: String,
    /// The product's name.
    pub product: String,
    /// The seat that may be taken at the vendor, and can be given back by this id; none where none was asked for.
    pub machine_id: Option<String>,
    /// Its file is missing or cannot be used, and the seat is taken; else a request was not finished.
    pub file_is_lost: bool,
}

impl UnfinishedEntry {
    /// Describes an unfinished request.
    pub fn of(open: &Unfinished) -> Self {
        Self {
            vendor: open.vendor.id.clone(),
            license_id: open.license_id.clone(),
            product: open.product.clone(),
            machine_id: open.machine_id.clone(),
            file_is_lost: open.file_is_lost,
        }
    }
}

/// One file beside a list of licenses that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadableEntry {
    /// The file, or the folder that holds it.
    pub path: String,
    /// The license, by the file's name.
    pub license_id: Option<String>,
    /// The product's name, where it is remembered.
    pub product: Option<String>,
    /// Why, as a stable code.
    pub code: &'static str,
    /// The same in words.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl UnreadableEntry {
    /// Describes a file that cannot be used.
    pub fn of(file: &Unreadable) -> Self {
        let (code, Advice { message, hint, .. }) = file.says();
        Self {
            path: file.path.display().to_string(),
            license_id: file.license_id().map(str::to_owned),
            product: file.was.as_ref().map(|was| was.product.clone()),
            code,
            message,
            hint,
        }
    }
}
