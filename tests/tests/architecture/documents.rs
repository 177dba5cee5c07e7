//! What the documents point at is there: a path in backticks, a link.

use std::path::{Path, PathBuf};

use gatefold_tests::root_dir;

#[test]
fn what_the_documents_point_at_exists() {
    let root = root_dir();
    let mut documents: Vec<PathBuf> = Vec::new();
    for folder in [root.clone(), root.join("docs"), root.join("docs/formats"), root.join("docs/decisions")] {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        documents.extend(entries.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    let mut pointed = 0;
    let mut lost = Vec::new();
    for document in &documents {
        let text = std::fs::read_to_string(document).unwrap();
        for path in named(&text).into_iter().map(|path| root.join(path)).chain(linked(document, &text)) {
            pointed += 1;
            if !path.exists() {
                lost.push(format!("{}: {}", document.display(), path.display()));
            }
        }
    }
    assert!(pointed > 60, "the walk found {pointed} paths");
    assert_eq!(lost, Vec::<String>::new());
}

/// Paths in backticks that begin with a folder of ours; a pattern (`*`, an upper-case word) is none.
fn named(text: &str) -> Vec<&str> {
    let folders = ["crates/", "tests/", "docs/", "vendors/", "xtask/", "src-tauri/", "ui/"];
    let is_path = |word: &&str| {
        folders.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', ' ', '<', '{', '‹'])
    };
    text.split('`').skip(1).step_by(2).filter(is_path).map(|word| word.split("::").next().unwrap()).collect()
}

fn linked(document: &Path, text: &str) -> Vec<PathBuf> {
    let folder = document.parent().unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains("://") && !target.starts_with(['#', '<']))
        .map(|target| folder.join(target.split('#').next().unwrap()))
        .collect()
}
