//! What was collected, cleaned, and is still to be chosen from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Bundle, ChainHead, File, LeftOut, MANIFEST, Manifest, ManifestFile, REPORT};
use crate::formats::{Crash, Part, VERSION};
use crate::reader::Contents;
use crate::redact::Redactor;
use crate::{Clean, DiagnosticsError, Kind, Mapped, Reason, Span, report};

/// A part of a bundle as it will be written.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it is about.
    pub part: Part,
    /// Its bytes, and what was replaced in them.
    pub file: File,
    /// Whether it goes in.
    pub included: bool,
}

/// A bundle in the making.
pub struct Draft {
    redactor: Redactor,
    tool: String,
    made_at: Timestamp,
    head: Option<ChainHead>,
    prepared: Vec<Prepared>,
    left_out: Vec<LeftOut>,
    crashes: u32,
}

impl Draft {
    /// Begins one. `tool` is the program and its version, `head` where the ledger ends.
    pub fn new(redactor: Redactor, tool: &str, made_at: Timestamp, head: Option<ChainHead>) -> Self {
        let (prepared, left_out) = (Vec::new(), Vec::new());
        Self { redactor, tool: tool.to_owned(), made_at, head, prepared, left_out, crashes: 0 }
    }

    /// Cleans a file of JSON and adds it: one of the types of [`crate::formats`].
    ///
    /// # Errors
    /// [`DiagnosticsError::NoSuchPart`] for what is no file of JSON, or is there already.
    pub fn add_json<T: Serialize>(&mut self, part: Part, file: &T) -> Result<(), DiagnosticsError> {
        if matches!(part, Part::Log | Part::Note | Part::Crash) {
            return Err(DiagnosticsError::NoSuchPart(part.file_name().to_owned()));
        }
        self.must_be_new(part)?;
        let cleaned = self.redactor.json(part, file);
        self.add(part, part.file_name().to_owned(), cleaned);
        Ok(())
    }

    /// Cleans a report of a crash and adds it, under the next number.
    pub fn add_crash(&mut self, crash: &Crash) {
        self.crashes += 1;
        let cleaned = self.redactor.json(Part::Crash, crash);
        self.add(Part::Crash, format!("crashes/{:03}.json", self.crashes), cleaned);
    }

    /// Cleans the log and adds it. What cannot be read of it is left out with the whole of it.
    ///
    /// # Errors
    /// [`DiagnosticsError::NoSuchPart`] if there is one already; [`DiagnosticsError::Unwritten`] with what `log` says.
    pub fn add_log(&mut self, log: impl BufRead) -> Result<(), DiagnosticsError> {
        self.must_be_new(Part::Log)?;
        let (mut bytes, mut spans) = (Vec::new(), Vec::new());
        let done = self.redactor.log(log, &mut bytes, &mut |span| spans.push(span));
        let done = done.map_err(|error| DiagnosticsError::Unwritten(error.to_string()))?;
        let name = Part::Log.file_name().to_owned();
        self.left_out.extend(done.left_out.into_iter().map(|(reason, lines)| LeftOut {
            file: name.clone(),
            reason,
            lines: Some(lines),
        }));
        self.prepared.push(Prepared { part: Part::Log, file: File { name, bytes, spans }, included: true });
        Ok(())
    }

    /// Cleans the user's note and adds it, in the place of one that was there.
    pub fn set_note(&mut self, note: &[u8]) {
        let name = Part::Note.file_name();
        self.prepared.retain(|prepared| prepared.part != Part::Note);
        self.left_out.retain(|left_out| left_out.file != name);
        if !note.iter().all(u8::is_ascii_whitespace) {
            let cleaned = self.redactor.text(note);
            self.add(Part::Note, name.to_owned(), cleaned);
        }
    }

    /// When it is made.
    pub const fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// Every part as it will be written.
    pub fn prepared(&self) -> &[Prepared] {
        &self.prepared
    }

    /// What could not be cleaned.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Takes a part in or leaves it out.
    ///
    /// # Errors
    /// [`DiagnosticsError::NoSuchPart`].
    pub fn include(&mut self, name: &str, included: bool) -> Result<(), DiagnosticsError> {
        let prepared = self.prepared.iter_mut().find(|prepared| prepared.file.name == name);
        let prepared = prepared.ok_or_else(|| DiagnosticsError::NoSuchPart(name.to_owned()))?;
        prepared.included = included;
        Ok(())
    }

    /// Who is called what in it. It stays with the user.
    pub fn map(&self) -> &[Mapped] {
        self.redactor.map()
    }

    /// The bundle as it stands, with its manifest and its report.
    ///
    /// # Errors
    /// [`DiagnosticsError::Unwritten`].
    pub fn bundle(&self) -> Result<Bundle, DiagnosticsError> {
        let mut chosen: Vec<&Prepared> = self.prepared.iter().filter(|prepared| prepared.included).collect();
        let place = |prepared: &Prepared| Part::ALL.iter().position(|part| *part == prepared.part);
        chosen.sort_by_key(|prepared| (place(prepared), prepared.file.name.clone()));
        let mut files: Vec<File> = chosen.into_iter().map(|prepared| prepared.file.clone()).collect();
        let mut manifest = self.manifest(&files);
        self.add_report(&mut manifest, &mut files);
        let text = serde_json::to_string_pretty(&manifest);
        let text = text.map_err(|error| DiagnosticsError::Unwritten(error.to_string()))?;
        let bytes = (text + "\n").into_bytes();
        files.insert(0, File { name: MANIFEST.to_owned(), bytes, spans: Vec::new() });
        Ok(Bundle { files })
    }

    /// The report is made of what is in the bundle alone; and it is looked at as everything is.
    fn add_report(&self, manifest: &mut Manifest, files: &mut Vec<File>) {
        let mut contents = Contents::default();
        files.iter().for_each(|file| contents.take_whole(&file.name, &file.bytes));
        let text = report::html(manifest, &contents);
        if self.redactor.is_in_clear(&text) {
            manifest.left_out.push(LeftOut {
                file: REPORT.to_owned(),
                reason: Reason::StillFound,
                lines: None,
            });
            return;
        }
        let file = File { name: REPORT.to_owned(), bytes: text.into_bytes(), spans: Vec::new() };
        manifest.files.insert(0, listed(&file));
        files.insert(0, file);
    }

    fn manifest(&self, files: &[File]) -> Manifest {
        let unticked = self.prepared.iter().filter(|prepared| !prepared.included);
        let unticked: BTreeSet<&str> = unticked.map(|prepared| prepared.file.name.as_str()).collect();
        let whole = |file: &str, reason| LeftOut { file: file.to_owned(), reason, lines: None };
        let mut left_out: Vec<LeftOut> = unticked.iter().map(|name| whole(name, Reason::Unticked)).collect();
        left_out.extend(self.left_out.iter().filter(|one| !unticked.contains(one.file.as_str())).cloned());
        Manifest {
            v: VERSION,
            tool: self.tool.clone(),
            made_at: format!("{:.3}", self.made_at),
            head: self.head.clone(),
            files: files.iter().map(listed).collect(),
            redactions: counts(files.iter().flat_map(|file| &file.spans)),
            left_out,
        }
    }

    fn must_be_new(&self, part: Part) -> Result<(), DiagnosticsError> {
        match self.prepared.iter().any(|prepared| prepared.part == part) {
            true => Err(DiagnosticsError::NoSuchPart(part.file_name().to_owned())),
            false => Ok(()),
        }
    }

    fn add(&mut self, part: Part, name: String, cleaned: Result<Clean, Reason>) {
        match cleaned {
            Ok(Clean { text, spans }) => {
                let file = File { name, bytes: text.into_bytes(), spans };
                self.prepared.push(Prepared { part, file, included: true });
            }
            Err(reason) => self.left_out.push(LeftOut { file: name, reason, lines: None }),
        }
    }
}

fn counts<'a>(spans: impl Iterator<Item = &'a Span>) -> BTreeMap<Kind, u64> {
    let mut counts = BTreeMap::new();
    spans.for_each(|span| *counts.entry(span.pseudonym.kind).or_default() += 1);
    counts
}

fn listed(file: &File) -> ManifestFile {
    ManifestFile {
        name: file.name.clone(),
        bytes: file.bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(&file.bytes)),
        redactions: counts(file.spans.iter()),
    }
}
