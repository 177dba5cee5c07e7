//! What lies under a folder, to be compared with what lay there before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file's bytes, by path.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every file under `dir`, none if there is no such folder.
pub fn files_under(dir: &Path) -> Files {
    let mut files = Files::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return files };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    files
}
