//! Diagnostic bundles of others: opened by a dialog of the system, dropped on the window, or given to a start; looked at, and
//! nothing else. Nothing is written, and no network is asked.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use gatefold_client::{BUNDLE_EXTENSION, ClientError, reading};

use super::{Answer, Here};
use crate::app::App;
use crate::dto::{BundleComparison, BundleLine, Failure, OpenedBundle, TextRows};

/// So many lines are found at most.
const MOST_FOUND: usize = 200;
/// How an archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Whether a file is looked at as a bundle: by its name, or for it is an archive, whose name lost its ending on the way.
pub(crate) fn is_a_bundle(path: &Path) -> bool {
    let named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case(BUNDLE_EXTENSION));
    named || begins_as_archive(path)
}

fn begins_as_archive(path: &Path) -> bool {
    // A pipe would keep whoever opens it waiting.
    if !path.metadata().is_ok_and(|file| file.is_file()) {
        return false;
    }
    let mut begin = [0; ARCHIVE.len()];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok() && begin == ARCHIVE
}

/// Begins to open a bundle, and does not wait for it: whoever asks for what is looked at does.
pub(crate) async fn begin(app: &App, path: PathBuf) -> Answer<()> {
    app.support().await?.begin(move |desk| desk.bench.open(path, None))
}

/// By the system's dialog; false where the user chose none.
#[tauri::command]
pub(crate) async fn pick_bundle(app: Here<'_>) -> Answer<bool> {
    let Some(path) = app.native.open_bundle().await else { return Ok(false) };
    begin(&app, path).await?;
    Ok(true)
}

/// What is looked at, or why it was refused; null where nothing was opened.
#[tauri::command]
pub(crate) async fn opened_bundle(app: Here<'_>) -> Answer<Option<OpenedBundle>> {
    app.support().await?.ask(|desk| desk.bench.opened()).await
}

/// The sealed one that was refused, by the key in a file that the user chooses; false where they chose none.
#[tauri::command]
pub(crate) async fn unseal_bundle(app: Here<'_>) -> Answer<bool> {
    let support = app.support().await?;
    let path = support.ask(|desk| desk.bench.refused()).await?;
    let Some(identity) = app.native.open_identity().await else { return Ok(false) };
    support.begin(move |desk| desk.bench.open(path, Some(&identity)))?;
    Ok(true)
}

#[tauri::command]
pub(crate) async fn close_bundle(app: Here<'_>) -> Answer<()> {
    app.support().await?.begin(|desk| desk.bench.close())
}

/// With a second one; null where the user chose none.
#[tauri::command]
pub(crate) async fn compare_bundle(app: Here<'_>) -> Answer<Option<BundleComparison>> {
    let Some(path) = app.native.open_bundle().await else { return Ok(None) };
    app.support().await?.ask(move |desk| desk.bench.compare(path, None).map(Some)).await
}

/// With a second one that is sealed, by the key in a file that the user chooses.
#[tauri::command]
pub(crate) async fn unseal_second_bundle(app: Here<'_>) -> Answer<Option<BundleComparison>> {
    let support = app.support().await?;
    let path = support.ask(|desk| desk.bench.sealed_second()).await?;
    let Some(identity) = app.native.open_identity().await else { return Ok(None) };
    support.ask(move |desk| desk.bench.compare(path, Some(&identity)).map(Some)).await
}

/// Some rows of a file, fit to be shown, cut to so many columns.
#[tauri::command]
pub(crate) async fn opened_rows(
    app: Here<'_>,
    file: String,
    columns: u32,
    from: u32,
    count: u32,
) -> Answer<TextRows> {
    let [columns, from, count] = [columns, from, count].map(|number| number as usize);
    app.support().await?.ask(move |desk| desk.bench.read_rows(&file, columns, from, count)).await
}

/// The row with which a line of a file begins.
#[tauri::command]
pub(crate) async fn opened_line(app: Here<'_>, file: String, columns: u32, line: u32) -> Answer<usize> {
    app.support().await?.ask(move |desk| desk.bench.row_of_line(&file, columns as usize, line)).await
}

/// The first lines of any file that hold each of these words.
#[tauri::command]
pub(crate) async fn search_bundle(app: Here<'_>, words: String) -> Answer<Vec<BundleLine>> {
    let search = move |desk: &mut crate::desk::Desk| {
        let found = desk.bench.looked_at()?.search(&words, MOST_FOUND).map_err(ClientError::from)?;
        Ok(found.into_iter().map(BundleLine::from).collect())
    };
    app.support().await?.ask(search).await
}

/// Copies what a ticket holds.
#[tauri::command]
pub(crate) async fn copy_bundle_summary(app: Here<'_>) -> Answer<()> {
    let summary =
        app.support().await?.ask(|desk| Ok::<_, Failure>(reading::summary(desk.bench.looked_at()?))).await?;
    app.native.copy(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_told_from_other_files() {
        let dir = tempfile::tempdir().unwrap();
        let check = |name: &str, bytes: &[u8], expect: bool| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(is_a_bundle(&path), expect, "{name}");
        };
        check("a.gatefold-diagnostics", b"anything", true);
        check("a.GATEFOLD-DIAGNOSTICS", b"", true);
        check("a.gatefold-diagnostics.zip", b"PK\x03\x04rest", true);
        check("vendor.toml", b"id = 1", false);
        check("short", b"PK", false);
        assert!(!is_a_bundle(&dir.path().join("not there")));
        assert!(!is_a_bundle(dir.path()));
    }
}
