//! What lies under a folder, to be compared with what lay there before; and a folder copied whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file's bytes, by path.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every file under `dir`, none if there is no such folder.
pub fn files_under(dir: &Path) -> Files {
    let with_bytes = |path: PathBuf| (path.clone(), std::fs::read(&path).unwrap());
    paths_under(dir).into_iter().map(with_bytes).collect()
}

/// The path of every file under `dir`, none if there is no such folder.
pub fn paths_under(dir: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return paths };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(paths_under(&path));
        } else {
            paths.push(path);
        }
    }
    paths
}

/// Copies what lies under `from` into the folder `to`, which is made; modes are kept.
pub fn copy_folder(from: &Path, to: &Path) {
    if !to.is_dir() {
        std::fs::create_dir(to).unwrap();
    }
    std::fs::set_permissions(to, from.metadata().unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}
