//! Reading the ledger, checking it, exporting it, erasing from it.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Read, Write as _};
use std::path::Path;

use gatefold_disclosure::Vendor;
use gatefold_disclosure::vendor::linked_data;
use gatefold_ledger::{
    Anchor, AnchorState, Check, Counts, EntryId, FileNote, Filter, Head, Ledger, LedgerError,
};
use sha2::{Digest, Sha256};

use crate::app::Gatefold;
use crate::chance;
use crate::dealings::is_own;
use crate::document::{EntryDetail, LedgerLine};
use crate::error::ClientError;
use crate::vendors::InForce;

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// HAR 1.2, for network tools.
    Har,
    /// Everything, as JSON.
    Json,
}

impl ExportFormat {
    /// By the file's name: `.har` is HAR, all else JSON.
    pub fn of_name(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("har") => Self::Har,
            _ => Self::Json,
        }
    }
}

/// A file that was exported.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The entry that notes it.
    pub entry: EntryId,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// SHA-256, 64 hex digits.
    pub sha256: String,
}

impl Gatefold {
    /// The newest entries that a filter lets through, oldest of them first.
    ///
    /// # Errors
    /// The ledger's; what stands in the search is never one.
    pub fn ledger_lines(&self, filter: &Filter, limit: usize) -> Result<Vec<LedgerLine>, ClientError> {
        // Only who searches asks by name.
        let aliases = filter.search.as_ref().map(|_| self.aliases()).unwrap_or_default();
        let filter = Filter { aliases, ..filter.clone() };
        let found = self.book.ledger().page(&filter, limit)?;
        let mut lines: Vec<LedgerLine> = found.into_iter().map(LedgerLine::from).collect();
        self.name_all(&mut lines);
        Ok(lines)
    }

    /// [`Gatefold::ledger_lines`], each held against what was written; where nothing is left out, what is gone between them is
    /// told, too. What is wrong with a record is seen by whoever reads it, not by whoever checks it alone.
    ///
    /// # Errors
    /// As there.
    pub fn ledger_lines_looked_at(
        &self,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<LedgerLine>, ClientError> {
        let mut lines = self.ledger_lines(filter, limit)?;
        let glance = self.book.ledger().glance(lines.iter().map(|line| EntryId(line.id)))?;
        let is_all = *filter == Filter { before: filter.before, ..Filter::default() };
        for line in &mut lines {
            let id = EntryId(line.id);
            line.altered = glance.altered.contains(&id);
            line.gone_before = glance.gone_before.get(&id).copied().filter(|_| is_all).unwrap_or(0);
        }
        Ok(lines)
    }

    /// [`Gatefold::ledger_lines`] of one vendor alone, also where another has its id: the ledger knows vendors by that, and
    /// they are told apart by where a request went.
    ///
    /// # Errors
    /// As there, and the store's.
    pub fn ledger_lines_of(
        &self,
        vendor: &InForce,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<LedgerLine>, ClientError> {
        let mut filter = Filter { vendor: Some(vendor.vendor().id().to_owned()), ..filter.clone() };
        let namesakes = self.namesakes(vendor)?;
        if namesakes.is_empty() {
            return self.ledger_lines(&filter, limit);
        }
        let namesakes: Vec<&Vendor> = namesakes.iter().map(InForce::vendor).collect();
        let mut lines: Vec<LedgerLine> = Vec::new();
        while lines.len() < limit {
            let mut older = self.ledger_lines(&filter, limit)?;
            let Some(oldest) = older.first() else { break };
            filter.before = Some(EntryId(oldest.id));
            older.retain(|line| is_own(line.url.as_deref(), vendor.vendor(), &namesakes));
            older.append(&mut lines);
            lines = older.split_off(older.len().saturating_sub(limit));
        }
        Ok(lines)
    }

    /// One entry with everything that is kept of it.
    ///
    /// # Errors
    /// [`gatefold_ledger::LedgerError::NoEntry`], and the disk's.
    pub fn ledger_entry(&self, id: i64) -> Result<EntryDetail, ClientError> {
        let mut entry = EntryDetail::from(self.book.ledger().entry(EntryId(id))?);
        self.name_all(std::slice::from_mut(&mut entry.line));
        Ok(entry)
    }

    /// The stored request bytes and nothing else.
    ///
    /// # Errors
    /// [`gatefold_ledger::LedgerError::Erased`] and its kin.
    pub fn ledger_raw(&self, id: i64) -> Result<Vec<u8>, ClientError> {
        Ok(self.book.ledger().raw(EntryId(id))?)
    }

    /// What left today, local time's midnight onward being the caller's to say.
    ///
    /// # Errors
    /// The disk's.
    pub fn sent_since(&self, since: jiff::Timestamp) -> Result<Counts, ClientError> {
        Ok(self.book.ledger().counts_since(since)?)
    }

    /// Checks every record against the next, and the end against what is remembered outside.
    ///
    /// # Errors
    /// [`gatefold_store::StoreError::PassphraseMissing`] where the end is remembered out of reach; the disk's and the
    /// keyring's. A broken chain is no error.
    pub fn ledger_check(&self) -> Result<Check, ClientError> {
        self.secrets.unlocked()?;
        self.by_the_anchor(|ledger, head| ledger.check(head), |found| found.anchor != AnchorState::Cut)
    }

    /// Whether the record ends where it was remembered to, at the cost of a few rows. Where the end is remembered out of reach
    /// nothing is known against it.
    ///
    /// # Errors
    /// The disk's and the keyring's.
    pub fn ledger_ends_whole(&self) -> Result<bool, ClientError> {
        if self.secrets.unlocked().is_err() {
            return Ok(self.book.ledger().ends_whole(None)?);
        }
        self.by_the_anchor(Ledger::ends_whole, |whole| *whole)
    }

    /// Looks at the ledger by the remembered end. Where that speaks against it, it is looked at again: another Gatefold may
    /// have moved the end since, and cut what was too old.
    fn by_the_anchor<T>(
        &self,
        look: impl Fn(&Ledger, Option<Head>) -> Result<T, LedgerError>,
        is_good: impl Fn(&T) -> bool,
    ) -> Result<T, ClientError> {
        let load = || self.secrets.anchor().load().map_err(LedgerError::from);
        let mut head = load()?;
        loop {
            let found = look(&self.book.ledger(), head)?;
            let moved = if is_good(&found) { head } else { load()? };
            if moved == head {
                return Ok(found);
            }
            head = moved;
        }
    }

    /// Whether what was sent last was noted in a ledger that does not end where it was remembered to.
    /// [`Gatefold::ledger_check`] says what is wrong.
    pub fn ledger_was_cut(&self) -> bool {
        self.book.is_cut()
    }

    /// Begins a new anchor where the remembered end contradicts the ledger, as after its folder was moved away: at the
    /// user's word alone. An entry notes it, and a file beside the ledger keeps what was remembered.
    ///
    /// # Errors
    /// [`gatefold_ledger::LedgerError::AnchorHolds`] where nothing contradicts;
    /// [`gatefold_store::StoreError::PassphraseMissing`]; the disk's and the keyring's.
    pub fn ledger_begin_anchor(&mut self) -> Result<EntryDetail, ClientError> {
        self.secrets.unlocked()?;
        let (at, salt) = (self.clock.now(), chance::bytes()?);
        let begun = self.book.ledger().begin_anchor(&mut self.secrets.anchor(), at, salt)?;
        self.book.tell();
        self.ledger_entry(begun.0)
    }

    /// Erases an entry's bytes; its line stays, and what its title says.
    ///
    /// # Errors
    /// The ledger's and the store's.
    pub fn ledger_erase(&mut self, id: i64) -> Result<(), ClientError> {
        self.keep_titles(&[EntryId(id)])?;
        Ok(self.book.ledger().erase(EntryId(id), self.clock.now())?)
    }

    /// Writes the whole ledger into a new file, as [`Gatefold::export_file`] writes one.
    ///
    /// # Errors
    /// As there.
    pub fn ledger_export(&mut self, path: &Path, format: ExportFormat) -> Result<Exported, ClientError> {
        self.export_file(path, None, |gatefold, out| match format {
            ExportFormat::Har => Ok(gatefold.book.ledger().export_har(out)?),
            ExportFormat::Json => Ok(gatefold.book.ledger().export_json(out, gatefold.clock.now())?),
        })
    }

    /// Writes what a vendor's file says as linked data into a new file, as [`Gatefold::export_file`] writes one.
    ///
    /// # Errors
    /// As there.
    pub fn export_linked_data(&mut self, path: &Path, vendor: &InForce) -> Result<Exported, ClientError> {
        let vendor = vendor.vendor();
        self.export_file(path, Some(vendor.id()), |_, out| {
            let text = format!("{:#}\n", linked_data(vendor));
            out.write_all(text.as_bytes()).map_err(unwritable)
        })
    }

    /// Writes a new file for the user. It is written beside its place first, then noted in the ledger, then moved to its
    /// name: nothing is exported that is not noted, and no half file has the name. Where it is being written is known
    /// before it is made, so that the next start removes what a crash leaves of it.
    ///
    /// # Errors
    /// [`ClientError::FileUnwritable`] if the file exists or cannot be written; the ledger's and the store's.
    pub(crate) fn export_file(
        &mut self,
        path: &Path,
        vendor: Option<&str>,
        write: impl FnOnce(&Self, &mut BufWriter<File>) -> Result<(), ClientError>,
    ) -> Result<Exported, ClientError> {
        if path.symlink_metadata().is_ok() {
            return Err(ClientError::FileUnwritable("it exists already".to_owned()));
        }
        // The next start may happen in another folder than this one.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default();
        let path = &folder.canonicalize().map_err(unwritable)?.join(name);
        let draft = self.store.begin_draft(path, u64::from_le_bytes(chance::bytes()?))?;
        let exported = self.write_export(path, draft.path(), vendor, write);
        if exported.is_err() {
            // What is not whole would be taken for the whole. If it was never made, there is nothing to remove.
            let _ = std::fs::remove_file(draft.path());
        }
        // A note that stays behind is taken away by the next start, and so is what it is about.
        if draft.path().symlink_metadata().is_err() {
            let _ = self.store.finish_draft(draft);
        }
        exported
    }

    fn write_export(
        &mut self,
        path: &Path,
        partial: &Path,
        vendor: Option<&str>,
        write: impl FnOnce(&Self, &mut BufWriter<File>) -> Result<(), ClientError>,
    ) -> Result<Exported, ClientError> {
        let mut out = BufWriter::new(create_private(partial).map_err(unwritable)?);
        write(self, &mut out)?;
        let file = out.into_inner().map_err(|error| unwritable(error.into_error()))?;
        file.sync_all().map_err(unwritable)?;
        drop(file);
        fail::fail_point!("client.before-export-note");
        let (size_bytes, sha256) = digest(partial).map_err(unwritable)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let note = FileNote { vendor: vendor.map(str::to_owned), name, size_bytes, sha256 };
        let entry = self.book.ledger().append_file(note, self.clock.now(), chance::bytes()?)?;
        self.book.keep_anchor();
        fail::fail_point!("client.before-export-rename");
        place(partial, path).map_err(unwritable)?;
        fail::fail_point!("client.after-export-rename");
        Ok(Exported { entry, size_bytes, sha256: hex::encode(sha256) })
    }
}

pub(crate) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives the file its name unless something has it by now: writing a long ledger takes a while.
pub(crate) fn place(partial: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(partial, path) {
        Ok(()) => std::fs::remove_file(partial),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Some file systems know no second name for a file.
        Err(_) => std::fs::rename(partial, path),
    }
}

pub(crate) fn unwritable(error: std::io::Error) -> ClientError {
    ClientError::FileUnwritable(error.kind().to_string())
}

fn digest(path: &Path) -> std::io::Result<(u64, [u8; 32])> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, hash.finalize().into()));
        }
        size += read as u64;
        hash.update(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_name_by_now_stays() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("partial"), "exported").unwrap();
        std::fs::write(at("taken"), "precious").unwrap();
        std::os::unix::fs::symlink(at("nowhere"), at("link")).unwrap();
        for name in ["taken", "link"] {
            assert_eq!(
                place(&at("partial"), &at(name)).unwrap_err().kind(),
                ErrorKind::AlreadyExists,
                "{name}"
            );
        }
        assert_eq!(std::fs::read(at("taken")).unwrap(), b"precious");
        place(&at("partial"), &at("free")).unwrap();
        assert_eq!(std::fs::read(at("free")).unwrap(), b"exported");
        assert!(!at("partial").exists());
    }
}
