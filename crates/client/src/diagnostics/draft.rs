//! A bundle in the making: everything collected once, each file as it will be, to be chosen from.

use std::collections::BTreeMap;

use gatefold_diagnostics::formats::Part;
use gatefold_diagnostics::{Bundle, Draft, Kind, LeftOut, Redactor};
use jiff::Timestamp;

use super::known::{self, KnownHere};
use super::notices::BundleNotice;
use super::{crashes, parts};
use crate::app::Gatefold;
use crate::clock::Clock;
use crate::error::ClientError;
use crate::home::Home;

/// What a bundle is made for: the home, and the program that makes it.
#[derive(Clone, Debug)]
pub struct Bundling {
    /// Whose files.
    pub home: Home,
    /// Where the time comes from.
    pub clock: Clock,
    /// When the program was started.
    pub started_at: Timestamp,
    /// What it runs with, and which version: the web view.
    pub components: Vec<(String, String)>,
    /// Whether the last contacts to vendors' servers go in.
    pub reachability: bool,
}

impl Bundling {
    /// For this home, without what only the user's word brings in.
    pub fn new(home: Home, clock: Clock) -> Self {
        Self { home, clock, started_at: clock.now(), components: Vec::new(), reachability: false }
    }

    /// Collects and cleans everything; nothing is written, and nothing sent. Where the home cannot be opened, which is when
    /// support is needed most, `gatefold` is none, and what can be read without it goes in. What cannot be collected is left
    /// out and told by [`BundleDraft::uncollected`]; what cannot be cleaned by [`BundleDraft::left_out`].
    ///
    /// # Errors
    /// [`gatefold_diagnostics::DiagnosticsError::Unsearchable`]: nothing is collected that cannot be cleaned.
    pub fn draft(&self, gatefold: Option<&Gatefold>) -> Result<BundleDraft, ClientError> {
        let KnownHere { known, public, unread } = known::here(&self.home, gatefold);
        let redactor = Redactor::new(&known, &public)?;
        let tool = concat!("gatefold ", env!("CARGO_PKG_VERSION"));
        let head = gatefold.and_then(|gatefold| parts::head(gatefold).ok().flatten());
        let mut collected = BundleDraft {
            draft: Draft::new(redactor, tool, self.clock.now(), head),
            notices: Vec::new(),
            uncollected: unread,
        };
        match gatefold.map_or(Ok(Vec::new()), Gatefold::bundle_notices) {
            Ok(notices) => collected.notices = notices,
            Err(error) => collected.uncollected.push(error),
        }
        collected.collect(self, gatefold);
        Ok(collected)
    }
}

/// A part of a bundle, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundlePart {
    /// What it is about.
    pub part: Part,
    /// The name of its file.
    pub name: String,
    /// How large that is.
    pub bytes: u64,
    /// Whether it goes in.
    pub included: bool,
    /// How many parts of each kind were replaced in it.
    pub redactions: BTreeMap<Kind, u64>,
}

/// A bundle that was collected and cleaned, and is still to be chosen from.
pub struct BundleDraft {
    draft: Draft,
    notices: Vec<BundleNotice>,
    uncollected: Vec<ClientError>,
}

impl BundleDraft {
    /// What its file is called by default, without a folder.
    pub fn file_name(&self) -> String {
        let day = self.draft.made_at().strftime("%Y-%m-%d-%H%M%S");
        format!("gatefold-{day}.{}", super::BUNDLE_EXTENSION)
    }

    /// Every part, in the order of the bundle.
    pub fn parts(&self) -> Vec<BundlePart> {
        let mut all: Vec<BundlePart> = self
            .draft
            .prepared()
            .iter()
            .map(|prepared| {
                let mut redactions = BTreeMap::new();
                let kinds = prepared.file.spans.iter().map(|span| span.pseudonym.kind);
                kinds.for_each(|kind| *redactions.entry(kind).or_default() += 1);
                BundlePart {
                    part: prepared.part,
                    name: prepared.file.name.clone(),
                    bytes: prepared.file.bytes.len() as u64,
                    included: prepared.included,
                    redactions,
                }
            })
            .collect();
        let place = |part: &Part| Part::ALL.iter().position(|one| one == part);
        all.sort_by_key(|part| (place(&part.part), part.name.clone()));
        all
    }

    /// Takes a file in or leaves it out.
    ///
    /// # Errors
    /// [`gatefold_diagnostics::DiagnosticsError::NoSuchPart`].
    pub fn include(&mut self, name: &str, included: bool) -> Result<(), ClientError> {
        Ok(self.draft.include(name, included)?)
    }

    /// Takes all files of a part in or leaves them out; whether there are any.
    pub fn include_part(&mut self, part: Part, included: bool) -> bool {
        let names: Vec<String> =
            self.parts().into_iter().filter(|one| one.part == part).map(|one| one.name).collect();
        names.iter().for_each(|name| {
            // It is there: it was just listed.
            let _ = self.draft.include(name, included);
        });
        !names.is_empty()
    }

    /// The user's note, cleaned as the rest is; an empty one is none.
    pub fn set_note(&mut self, note: &str) {
        self.draft.set_note(note.as_bytes());
    }

    /// The bundle as it stands: every file byte for byte as it will be written, manifest and report included, each with the
    /// places of what was replaced.
    ///
    /// # Errors
    /// [`gatefold_diagnostics::DiagnosticsError::Unwritten`].
    pub fn bundle(&self) -> Result<Bundle, ClientError> {
        Ok(self.draft.bundle()?)
    }

    /// What could not be cleaned, and so is not in it.
    pub fn left_out(&self) -> &[LeftOut] {
        self.draft.left_out()
    }

    /// What could not be read: of the sources, then it is missing; of the keys and sign-ins, then they are looked for by their
    /// shape alone.
    pub fn uncollected(&self) -> &[ClientError] {
        &self.uncollected
    }

    /// What vendors promise to say before diagnostics are collected: to be shown before the bundle is. An export keeps that it was.
    pub fn notices(&self) -> &[BundleNotice] {
        &self.notices
    }

    pub(super) fn draft(&self) -> &Draft {
        &self.draft
    }

    fn collect(&mut self, bundling: &Bundling, gatefold: Option<&Gatefold>) {
        self.take(Part::App, Ok(parts::app(bundling)));
        self.take(Part::Machine, Ok(parts::machine(&bundling.home, gatefold)));
        if let Some(gatefold) = gatefold {
            self.take(Part::Licenses, parts::licenses(gatefold));
            self.take(Part::Sdk, parts::sdk(gatefold, bundling.clock.now()));
            self.take(Part::Settings, parts::settings(gatefold));
            self.take(Part::LedgerIndex, parts::ledger(gatefold));
            if bundling.reachability {
                self.take(Part::Reachability, parts::contacts(gatefold));
            }
        }
        let (reports, unread) = crashes::all(&bundling.home);
        self.uncollected.extend(unread);
        reports.iter().for_each(|report| self.draft.add_crash(&report.crash));
        match parts::log(&bundling.home) {
            Ok(log) => {
                let failed = self.draft_log(&log);
                self.note(failed);
            }
            Err(error) => self.uncollected.push(error),
        }
    }

    fn draft_log(&mut self, log: &[u8]) -> Option<ClientError> {
        if log.is_empty() { None } else { self.draft.add_log(log).err().map(ClientError::from) }
    }

    fn take<T: serde::Serialize>(&mut self, part: Part, file: Result<T, ClientError>) {
        let taken = file.and_then(|file| Ok(self.draft.add_json(part, &file)?));
        self.note(taken.err());
    }

    fn note(&mut self, error: Option<ClientError>) {
        self.uncollected.extend(error);
    }
}

/// The word by which a part is chosen.
pub const fn part_word(part: Part) -> &'static str {
    match part {
        Part::App => "app",
        Part::Machine => "machine",
        Part::Licenses => "licenses",
        Part::LedgerIndex => "ledger",
        Part::Settings => "settings",
        Part::Log => "log",
        Part::Crash => "crashes",
        Part::Sdk => "sdk",
        Part::Reachability => "reachability",
        Part::Note => "note",
    }
}

/// The part that a word chooses.
pub fn part_named(word: &str) -> Option<Part> {
    Part::ALL.into_iter().find(|part| part_word(*part) == word)
}
