//! Files that are being written outside of our folders, beside the name they will get.
//!
//! What a crash leaves of one holds what was sent, so it must not lie where nobody knows of it: a note of where is
//! durable before the file is made, and the next start removes both. It refuses to remove anything but a regular file
//! under a name that it made itself.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use gatefold_shelf::{Folder, Lock};

use crate::{Store, StoreError};

const NOTES: &str = "drafts";
/// Held while a note is made, and while abandoned ones are looked for.
const ENTERING: &str = ".entering";
const ENDING: &str = ".partial";
/// Longer than any path of the platform.
const MAX_NOTE_BYTES: u64 = 16 * 1024;

/// A file that is about to be written; nobody else touches it until this is dropped.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    id: String,
    _lock: Lock,
}

impl Draft {
    /// Where to write it: in the target's folder, under a name of its own.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Store {
    /// Notes that a file is about to be written for `target`, an absolute path. When this returns the note is on disk;
    /// the file is not made. `random` makes its name one that nobody can have put something under.
    ///
    /// # Errors
    /// What the disk of the notes says.
    pub fn begin_draft(&self, target: &Path, random: u64) -> Result<Draft, StoreError> {
        let id = format!("{random:016x}");
        let mut name = target.file_name().map(OsStr::to_owned).unwrap_or_default();
        name.push(ending_of(&id));
        let path = target.with_file_name(name);
        let notes = self.draft_notes()?;
        // Locked before anybody looks for abandoned ones.
        let entering = notes.lock(ENTERING)?;
        notes.write(&id, path.as_os_str().as_bytes(), random)?;
        let lock = notes.lock(&id)?;
        drop(entering);
        // The folder of the notes may be new itself.
        self.folder.sync()?;
        fail::fail_point!("store.after-begin-draft");
        Ok(Draft { path, id, _lock: lock })
    }

    /// Takes the note away: the file has its own name, or is gone.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish_draft(&self, draft: Draft) -> Result<(), StoreError> {
        let notes = self.draft_notes()?;
        notes.remove(&draft.id)?;
        Ok(notes.sync()?)
    }

    /// Removes the files that a crash left half written, and their notes. One whose folder is away, as on a disk that
    /// is not plugged in, waits for a later start.
    ///
    /// # Errors
    /// What the disk of the notes says.
    pub fn sweep_drafts(&self) -> Result<(), StoreError> {
        let Some(notes) = Folder::open(&self.folder.path().join(NOTES))? else { return Ok(()) };
        let entering = notes.lock(ENTERING)?;
        notes.sweep_staged(&entering, |_| true)?;
        for id in notes.names()? {
            // What is no note of ours is nobody's reason not to start.
            let Ok(Some(_abandoned)) = notes.try_lock(&id) else { continue };
            let Ok(Some(noted)) = notes.read(&id, MAX_NOTE_BYTES) else { continue };
            if is_removed(&PathBuf::from(OsString::from_vec(noted)), &id) {
                notes.remove(&id)?;
            }
        }
        Ok(())
    }

    fn draft_notes(&self) -> Result<Folder, StoreError> {
        Ok(Folder::create(&self.folder.path().join(NOTES))?)
    }
}

fn ending_of(id: &str) -> String {
    format!(".{id}{ENDING}")
}

/// Whether nothing of the draft is left, or what is noted was never one.
fn is_removed(path: &Path, id: &str) -> bool {
    let is_ours = path.is_absolute() && path.as_os_str().as_bytes().ends_with(ending_of(id).as_bytes());
    if !is_ours {
        return true;
    }
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => std::fs::remove_file(path).is_ok(),
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound && path.parent().is_some_and(Path::is_dir),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(&home.path().join("store")).unwrap();
        (home, store)
    }

    fn notes(store: &Store) -> Vec<String> {
        store.draft_notes().unwrap().names().unwrap()
    }

    #[test]
    fn an_abandoned_draft_is_removed_and_one_at_work_is_not() {
        let (home, store) = store();
        let target = home.path().join("ledger \u{fc}.json");
        let draft = store.begin_draft(&target, 7).unwrap();
        assert!(!draft.path().exists());
        std::fs::write(draft.path(), "what was sent").unwrap();
        let other = Store::open(&home.path().join("store")).unwrap();
        other.sweep_drafts().unwrap();
        assert!(draft.path().exists(), "somebody is still writing it");

        let left = draft.path().to_owned();
        drop(draft);
        other.sweep_drafts().unwrap();
        assert!(!left.exists());
        assert_eq!(notes(&store), Vec::<String>::new());
    }

    #[test]
    fn a_finished_draft_leaves_no_note() {
        let (home, store) = store();
        let target = home.path().join("ledger.json");
        let draft = store.begin_draft(&target, 7).unwrap();
        std::fs::write(draft.path(), "whole").unwrap();
        std::fs::rename(draft.path(), &target).unwrap();
        store.finish_draft(draft).unwrap();
        assert_eq!(notes(&store), Vec::<String>::new());
        store.sweep_drafts().unwrap();
        assert!(target.exists());
    }

    #[test]
    fn a_folder_that_is_away_is_waited_for() {
        let (home, store) = store();
        let (disk, elsewhere) = (home.path().join("disk"), home.path().join("elsewhere"));
        std::fs::create_dir(&disk).unwrap();
        let draft = store.begin_draft(&disk.join("ledger.json"), 7).unwrap();
        let left = draft.path().to_owned();
        std::fs::write(&left, "what was sent").unwrap();
        drop(draft);
        std::fs::rename(&disk, &elsewhere).unwrap();
        store.sweep_drafts().unwrap();
        assert_eq!(notes(&store).len(), 1);
        std::fs::rename(&elsewhere, &disk).unwrap();
        store.sweep_drafts().unwrap();
        assert!(!left.exists());
        assert_eq!(notes(&store).len(), 0);
    }

    #[test]
    fn only_its_own_names_are_removed() {
        let (home, store) = store();
        let (id, precious) = ("0000000000000007", home.path().join("precious"));
        std::fs::write(&precious, "mine").unwrap();
        let link = home.path().join("x.0000000000000007.partial");
        std::os::unix::fs::symlink(&precious, &link).unwrap();
        for noted in
            [precious.as_os_str().as_bytes(), link.as_os_str().as_bytes(), b"", b"x.0000000000000007.partial"]
        {
            store.draft_notes().unwrap().write(id, noted, 1).unwrap();
            store.sweep_drafts().unwrap();
            assert!(precious.exists() && link.is_symlink());
            assert_eq!(notes(&store).len(), 0);
        }
    }
}
