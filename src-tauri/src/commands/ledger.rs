//! What was sent.

use gatefold_client::{ExportFormat, Filter};
use jiff::Zoned;
use serde::Deserialize;

use super::{Answer, Here};
use crate::dto::{Changed, FormerVendor, LedgerCheck, LedgerEntry, LedgerFilter, LedgerLine, SentToday};
use crate::native::name_of_export;

#[tauri::command]
pub(crate) async fn ledger_page(app: Here<'_>, filter: LedgerFilter) -> Answer<Vec<LedgerLine>> {
    app.reads
        .ask(move |desk| {
            let lines = desk.gatefold.ledger_lines_looked_at(&Filter::from(&filter), filter.limit())?;
            // The page shows the newest first.
            Ok(lines.into_iter().rev().map(LedgerLine::from).collect())
        })
        .await
}

#[tauri::command]
pub(crate) async fn former_vendors(app: Here<'_>) -> Answer<Vec<FormerVendor>> {
    app.reads
        .ask(|desk| {
            let formers = desk.gatefold.former_vendors().into_iter();
            Ok(formers.map(|(id, name)| FormerVendor { id, name }).collect())
        })
        .await
}

#[tauri::command]
pub(crate) async fn ledger_entry(app: Here<'_>, id: i64) -> Answer<LedgerEntry> {
    app.reads.ask(move |desk| Ok(desk.gatefold.ledger_entry(id)?.into())).await
}

#[tauri::command]
pub(crate) async fn ledger_check(app: Here<'_>) -> Answer<LedgerCheck> {
    // A long record takes its time; the pages are read meanwhile.
    app.acts.ask(|desk| Ok(desk.gatefold.ledger_check()?.into())).await
}

/// Whether the record ends where it was remembered to; what the page asks without being asked.
#[tauri::command]
pub(crate) async fn ledger_ends_whole(app: Here<'_>) -> Answer<bool> {
    app.reads.ask(|desk| Ok(desk.gatefold.ledger_ends_whole()?)).await
}

/// Takes the record as it is for whole from now on: after its folder was moved away, or an older one was put back.
#[tauri::command]
pub(crate) async fn begin_ledger_anew(app: Here<'_>) -> Answer<bool> {
    let words = "What is missing in it will not show any more. That you began anew is a line of the record, and what was remembered before is kept in a file beside it.";
    if !app.native.confirm("Take the record as it is for whole?", words, "Begin anew").await {
        return Ok(false);
    }
    let done = app
        .acts
        .ask(|desk| {
            desk.gatefold.ledger_begin_anchor()?;
            Ok(true)
        })
        .await;
    app.changed(&[Changed::Ledger]);
    done
}

/// Since midnight here.
#[tauri::command]
pub(crate) async fn sent_today(app: Here<'_>) -> Answer<SentToday> {
    app.reads
        .ask(|desk| {
            let now = Zoned::now();
            let midnight = now.start_of_day().unwrap_or(now).timestamp();
            Ok(desk.gatefold.sent_since(midnight)?.into())
        })
        .await
}

/// Copies the stored bytes of an entry.
#[tauri::command]
pub(crate) async fn copy_entry(app: Here<'_>, id: i64) -> Answer<()> {
    let bytes = app.reads.ask(move |desk| Ok(desk.gatefold.ledger_raw(id)?)).await?;
    app.native.copy(String::from_utf8_lossy(&bytes).into_owned())
}

/// In which form the record is exported.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Har,
    Json,
}

#[tauri::command]
pub(crate) async fn export_ledger(app: Here<'_>, format: Format) -> Answer<Option<String>> {
    let (extension, format) = match format {
        Format::Har => ("har", ExportFormat::Har),
        Format::Json => ("json", ExportFormat::Json),
    };
    let vendors = app.reads.ask(|desk| Ok(desk.gatefold.vendors()?)).await?;
    // Of several it is everybody's.
    let vendor = match vendors.as_slice() {
        [only] => Some(only.vendor().id()),
        _ => None,
    };
    let name = name_of_export("what-was-sent", vendor, Zoned::now().date(), extension);
    let Some(path) = app.native.save_as(&name).await else { return Ok(None) };
    let shown = path.display().to_string();
    let done = app
        .acts
        .ask(move |desk| {
            desk.gatefold.ledger_export(&path, format)?;
            Ok(Some(shown))
        })
        .await;
    app.changed(&[Changed::Ledger]);
    done
}

#[tauri::command]
pub(crate) async fn erase_entry(app: Here<'_>, id: i64) -> Answer<bool> {
    let words = "The bytes of this request are erased from this computer for good. That it was sent, when, to whom and for what stays; what exactly it asked, and what was answered, goes.";
    if !app.native.confirm("Erase these bytes?", words, "Erase").await {
        return Ok(false);
    }
    let done = app
        .acts
        .ask(move |desk| {
            desk.gatefold.ledger_erase(id)?;
            Ok(true)
        })
        .await;
    app.changed(&[Changed::Ledger]);
    done
}
