//! A bundle, opened: within limits, each file held against the manifest.

use std::io::{Cursor, Read};

use sha2::{Digest as _, Sha256};
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::contents::Contents;
use super::visible::line;
use super::{Event, Finding, Severity, findings, layout, timeline, visible};
use crate::formats::{Part, VERSION};
use crate::{DiagnosticsError, MANIFEST, Manifest, REPORT};

/// What of a bundle is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the archive, in bytes.
    pub archive_bytes: u64,
    /// Of all files together, in bytes.
    pub total_bytes: u64,
    /// Of a file that is not the log, in bytes.
    pub file_bytes: u64,
    /// Files.
    pub entries: usize,
    /// How many times as large a file may be as it is in the archive.
    pub ratio: u64,
}

impl Default for Limits {
    /// What no bundle of ours comes near.
    fn default() -> Self {
        Self { archive_bytes: 64 << 20, total_bytes: 1 << 30, file_bytes: 16 << 20, entries: 200, ratio: 500 }
    }
}

/// Something about a file that is not as the manifest says. What such a file says is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its bytes are not those that were written.
    Altered(String),
    /// It is listed and not there.
    Missing(String),
    /// It is there and not listed.
    Unlisted(String),
}

/// A bundle that was opened. It keeps the archive, and unpacks what is asked for.
#[derive(Debug)]
pub struct Opened {
    bytes: Vec<u8>,
    limits: Limits,
    pub(super) manifest: Manifest,
    pub(super) contents: Contents,
    faults: Vec<Fault>,
    names: Vec<String>,
}

/// Opens a sealed bundle with the key that it was sealed for; what comes out is still to be opened as a bundle.
///
/// # Errors
/// [`DiagnosticsError::Identity`], [`DiagnosticsError::NotOpened`], [`DiagnosticsError::Excessive`].
pub fn unseal(bytes: &[u8], identity: &str, limits: &Limits) -> Result<Vec<u8>, DiagnosticsError> {
    crate::bundle::unseal(bytes, identity, limits.archive_bytes)
}

impl Opened {
    /// Opens a bundle.
    ///
    /// # Errors
    /// Why it is not opened: [`DiagnosticsError::Sealed`], [`DiagnosticsError::NotABundle`],
    /// [`DiagnosticsError::Excessive`], [`DiagnosticsError::Harmful`], [`DiagnosticsError::Newer`].
    pub fn open(bytes: Vec<u8>, limits: Limits) -> Result<Self, DiagnosticsError> {
        if bytes.len() as u64 > limits.archive_bytes {
            return Err(DiagnosticsError::Excessive(format!(
                "it has more than {} bytes",
                limits.archive_bytes
            )));
        }
        if crate::is_sealed(&bytes) {
            return Err(DiagnosticsError::Sealed);
        }
        let mut archive = layout::sound(&bytes, &limits)?;
        let names = names(&mut archive)?;
        let manifest = manifest(&mut archive, &limits)?;
        let mut opened = Self {
            bytes: Vec::new(),
            limits,
            manifest,
            contents: Contents::default(),
            faults: Vec::new(),
            names,
        };
        opened.read_all(&mut archive)?;
        drop(archive);
        opened.bytes = bytes;
        Ok(opened)
    }

    fn read_all(&mut self, archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), DiagnosticsError> {
        let mut left = self.limits.total_bytes;
        for name in self.names.clone() {
            let Some(listed) = self.manifest.files.iter().find(|file| file.name == name) else {
                if name != MANIFEST {
                    self.faults.push(Fault::Unlisted(name));
                }
                continue;
            };
            let sha256 = listed.sha256.clone();
            let mut contents = self.contents.clone();
            let read = read_into(archive, &name, &self.limits, left, &mut contents)?;
            left -= read.bytes;
            if read.sha256 == sha256.to_lowercase() {
                self.contents = contents;
            } else {
                self.faults.push(Fault::Altered(name));
            }
        }
        let missing = self.manifest.files.iter().filter(|file| !self.names.contains(&file.name));
        self.faults.extend(missing.map(|file| Fault::Missing(line(&file.name))));
        Ok(())
    }

    /// What the manifest says. Its texts are as they were written; [`visible`] makes them fit to be shown.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What is not as the manifest says.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The names of the files, in the order of the archive.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What is wrong, first what is wrong with the bundle itself.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = self.faults.iter().map(of_fault).collect();
        found.extend(findings(&self.manifest, &self.contents));
        found
    }

    /// The newest events, the newest last.
    pub fn timeline(&self, most: usize) -> Vec<Event> {
        timeline(&self.contents, most)
    }

    /// A file as text fit to be shown. The log is shown by its lines.
    ///
    /// # Errors
    /// [`DiagnosticsError::NoSuchPart`], [`DiagnosticsError::Excessive`].
    pub fn text(&self, name: &str) -> Result<String, DiagnosticsError> {
        if !self.names.iter().any(|known| known == name) {
            return Err(DiagnosticsError::NoSuchPart(line(name)));
        }
        let mut archive = layout::sound(&self.bytes, &self.limits)?;
        let bytes = whole(&mut archive, name, &self.limits)?;
        Ok(visible(&String::from_utf8_lossy(&bytes)))
    }

    /// Gives `each` the bytes of a file, a piece at a time.
    pub(super) fn unpack(&self, name: &str, each: &mut dyn FnMut(&[u8])) -> Result<(), DiagnosticsError> {
        let mut archive = layout::sound(&self.bytes, &self.limits)?;
        let file = entry(&mut archive, name)?;
        pieces(file, &self.limits, self.limits.total_bytes, each)?;
        Ok(())
    }
}

fn of_fault(fault: &Fault) -> Finding {
    let (words, file) = match fault {
        Fault::Altered(file) => ("was altered after the bundle was made; what it says is left aside", file),
        Fault::Missing(file) => ("is listed and not in the bundle", file),
        Fault::Unlisted(file) => ("is in the bundle and was not when it was made; it is left aside", file),
    };
    Finding::new(Severity::Problem, "bundle.altered", format!("{file} {words}"), file)
}

/// Every name, if each is one that a bundle may have.
fn names(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, DiagnosticsError> {
    let mut names: Vec<String> = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|error| layout::broken(&error))?;
        let name = file.name_raw();
        let name = std::str::from_utf8(name).ok().filter(|name| is_a_name(name));
        let name = name.ok_or_else(|| {
            DiagnosticsError::Harmful(format!("the name {}", line(&String::from_utf8_lossy(file.name_raw()))))
        })?;
        let plain = matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        if !plain || file.encrypted() || file.is_symlink() || file.is_dir() {
            return Err(DiagnosticsError::Harmful(format!("{name} is no plain file")));
        }
        if names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(DiagnosticsError::Harmful("two of its files have the same name".to_owned()));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// Names of files, in one folder at most: letters, digits, `.`, `-`, `_`. Nothing that leads up, out, or elsewhere.
fn is_a_name(name: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    name.len() <= 100 && name.split('/').count() <= 2 && name.split('/').all(fits)
}

fn manifest(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<Manifest, DiagnosticsError> {
    let bytes = whole(archive, MANIFEST, limits)?;
    let version: Option<u32> = serde_json::from_slice::<serde_json::Value>(&bytes)
        .ok()
        .and_then(|value| u32::try_from(value.get("v")?.as_u64()?).ok());
    match version {
        Some(version) if version > VERSION => return Err(DiagnosticsError::Newer(version)),
        Some(_) => {}
        None => return Err(DiagnosticsError::NotABundle("its manifest cannot be read".to_owned())),
    }
    serde_json::from_slice(&bytes)
        .map_err(|_| DiagnosticsError::NotABundle("its manifest cannot be read".to_owned()))
}

fn entry<'a, 'b>(
    archive: &'a mut ZipArchive<Cursor<&'b [u8]>>,
    name: &str,
) -> Result<ZipFile<'a, Cursor<&'b [u8]>>, DiagnosticsError> {
    archive.by_name(name).map_err(|_| DiagnosticsError::NotABundle(format!("it has no {name}")))
}

fn whole(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
) -> Result<Vec<u8>, DiagnosticsError> {
    let mut bytes = Vec::new();
    let most = limits.file_bytes;
    pieces(entry(archive, name)?, limits, most, &mut |piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

/// Unpacks a file a piece at a time, and stops where it becomes more than it may be.
fn pieces(
    mut file: ZipFile<'_, Cursor<&[u8]>>,
    limits: &Limits,
    most: u64,
    each: &mut dyn FnMut(&[u8]),
) -> Result<u64, DiagnosticsError> {
    let name = line(&String::from_utf8_lossy(file.name_raw()));
    let by_ratio = file.compressed_size().saturating_mul(limits.ratio).max(1 << 20);
    let mut buffer = vec![0; 64 << 10];
    let mut total = 0;
    loop {
        let read = file.read(&mut buffer);
        let read = read.map_err(|error| DiagnosticsError::NotABundle(format!("{name}: {error}")))?;
        if read == 0 {
            return Ok(total);
        }
        total += read as u64;
        if total > most || total > by_ratio {
            return Err(DiagnosticsError::Excessive(format!("{name} is larger than it may be")));
        }
        each(&buffer[..read]);
    }
}

struct ReadFile {
    bytes: u64,
    sha256: String,
}

/// Reads a file once: for its hash, and for what it says.
fn read_into(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
    left: u64,
    contents: &mut Contents,
) -> Result<ReadFile, DiagnosticsError> {
    let file = entry(archive, name)?;
    let mut hash = Sha256::new();
    let part = Part::of_file(name);
    let mut kept = Vec::new();
    let most = if part == Some(Part::Log) { left } else { left.min(limits.file_bytes) };
    let bytes = pieces(file, limits, most, &mut |piece| {
        hash.update(piece);
        match part {
            Some(Part::Log) => lines(&mut kept, piece, &mut |line| contents.log.take(line)),
            Some(_) => kept.extend_from_slice(piece),
            None => {}
        }
    })?;
    match part {
        Some(Part::Log) => contents.log.take(&kept),
        Some(_) if name != REPORT => contents.take_whole(name, &kept),
        _ => {}
    }
    Ok(ReadFile { bytes, sha256: hex::encode(hash.finalize()) })
}

/// A line that never ends is not kept whole: no log of ours has one.
const LINE_KEPT_BYTES: usize = 1 << 20;

/// Gives `each` every line that `piece` ends, and keeps what it does not end for the next piece.
pub(super) fn lines(kept: &mut Vec<u8>, piece: &[u8], each: &mut dyn FnMut(&[u8])) {
    let mut parts = piece.split(|byte| *byte == b'\n');
    let mut part = parts.next().unwrap_or_default();
    for next in parts {
        if kept.is_empty() {
            each(part);
        } else {
            keep(kept, part);
            each(kept);
            kept.clear();
        }
        part = next;
    }
    keep(kept, part);
}

fn keep(kept: &mut Vec<u8>, part: &[u8]) {
    let room = LINE_KEPT_BYTES.saturating_sub(kept.len());
    kept.extend_from_slice(&part[..part.len().min(room)]);
}
