//! A diagnostic bundle of this computer: collected, chosen from, looked at as it will be, exported. None is ever sent.

use jiff::Zoned;

use super::{Answer, Here};
use crate::bench::MadeBy;
use crate::desk::Desk;
use crate::dto::{BundleName, BundlePage, BundleSaved, BundleSize, Changed, Crashed, TextRows};
use crate::native::name_of_export;

/// The crash reports that wait here, the oldest first.
#[tauri::command]
pub(crate) async fn crash_reports(app: Here<'_>) -> Answer<Vec<Crashed>> {
    let home = app.home.clone();
    app.reads.ask(move |_| Ok(home.crash_reports().into_iter().map(Crashed::from).collect())).await
}

/// False when the user said no.
#[tauri::command]
pub(crate) async fn clear_crash_reports(app: Here<'_>) -> Answer<bool> {
    let words = "They are removed from this computer, and cannot be brought back. Nothing else is.";
    if !app.native.confirm("Remove the crash reports?", words, "Remove").await {
        return Ok(false);
    }
    let home = app.home.clone();
    let clear = move |_: &mut Desk| {
        home.clear_crash_reports()?;
        Ok(true)
    };
    app.reads.ask(clear).await
}

/// Collects and cleans everything anew; what was left out before stays so.
#[tauri::command]
pub(crate) async fn make_bundle(app: Here<'_>) -> Answer<BundlePage> {
    let by = MadeBy { home: app.home.clone(), started_at: app.started_at };
    app.support().await?.ask(move |desk| desk.bench.make(by, &desk.gatefold)).await
}

/// The same, with or without the last contacts to servers, by the record: nothing is sent either way.
#[tauri::command]
pub(crate) async fn let_reachability_in(app: Here<'_>, on: bool) -> Answer<BundlePage> {
    let by = MadeBy { home: app.home.clone(), started_at: app.started_at };
    let make = move |desk: &mut Desk| {
        desk.bench.with_reachability(on);
        desk.bench.make(by, &desk.gatefold)
    };
    app.support().await?.ask(make).await
}

/// A file, or all files of a part.
#[tauri::command]
pub(crate) async fn include_in_bundle(app: Here<'_>, what: String, on: bool) -> Answer<BundlePage> {
    app.support().await?.ask(move |desk| desk.bench.include(&what, on, &desk.gatefold)).await
}

#[tauri::command]
pub(crate) async fn set_bundle_note(app: Here<'_>, note: String) -> Answer<BundlePage> {
    app.support().await?.ask(move |desk| desk.bench.set_note(note, &desk.gatefold)).await
}

#[tauri::command]
pub(crate) async fn bundle_size(app: Here<'_>) -> Answer<BundleSize> {
    app.support().await?.ask(|desk| desk.bench.size()).await
}

/// Some rows of a file as it will be written, cut to so many columns.
#[tauri::command]
pub(crate) async fn bundle_rows(
    app: Here<'_>,
    file: String,
    columns: u32,
    from: u32,
    count: u32,
) -> Answer<TextRows> {
    let [columns, from, count] = [columns, from, count].map(|number| number as usize);
    app.support().await?.ask(move |desk| desk.bench.rows(&file, columns, from, count)).await
}

/// The row in which a replaced part of a file begins.
#[tauri::command]
pub(crate) async fn bundle_mark(app: Here<'_>, file: String, columns: u32, nth: u32) -> Answer<usize> {
    let [columns, nth] = [columns, nth].map(|number| number as usize);
    app.support().await?.ask(move |desk| desk.bench.row_of_mark(&file, columns, nth)).await
}

/// Who is called what: for the user's eyes.
#[tauri::command]
pub(crate) async fn bundle_names(app: Here<'_>) -> Answer<Vec<BundleName>> {
    app.support().await?.ask(|desk| desk.bench.names()).await
}

/// Sealed for the support of a vendor, by its id, if one is named. Null where the user chose no file.
#[tauri::command]
pub(crate) async fn export_bundle(app: Here<'_>, seal_for: Option<String>) -> Answer<Option<BundleSaved>> {
    let support = app.support().await?;
    let name = support.ask(|desk| desk.bench.file_name()).await?;
    let Some(path) = app.native.save_as(&name).await else { return Ok(None) };
    let export = move |desk: &mut Desk| {
        let Desk { bench, gatefold, .. } = desk;
        let done = bench.export(&path, seal_for.as_deref(), gatefold)?;
        Ok(Some(BundleSaved::of(&path, done)))
    };
    let done = support.ask(export).await;
    app.changed(&[Changed::Ledger]);
    done
}

/// Who is called what, in a file that the user names and keeps. Null where they chose none.
#[tauri::command]
pub(crate) async fn export_bundle_names(app: Here<'_>) -> Answer<Option<BundleSaved>> {
    let name = name_of_export("names-in-bundle", None, Zoned::now().date(), "txt");
    let Some(path) = app.native.save_as(&name).await else { return Ok(None) };
    let export = move |desk: &mut Desk| {
        let Desk { bench, gatefold, .. } = desk;
        let done = bench.export_names(&path, gatefold)?;
        Ok(Some(BundleSaved::of(&path, done)))
    };
    let done = app.support().await?.ask(export).await;
    app.changed(&[Changed::Ledger]);
    done
}
