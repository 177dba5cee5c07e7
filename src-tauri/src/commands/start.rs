//! What the window shows first.

use gatefold_client::{ClientError, Gatefold, MachineFacts};
use tauri::AppHandle;

use super::{Answer, Here};
use crate::dto::{BundledVendor, DamagedVendor, Offered, Place, Start, VendorSummary};

#[tauri::command]
pub(crate) async fn start(app: Here<'_>, handle: AppHandle) -> Answer<Start> {
    let (home, bundled) = (app.home.clone(), app.bundled.clone());
    let (link, files) = app.asked_for();
    let bundle = matches!(files.as_slice(), [file] if super::opened::is_a_bundle(file));
    let offered = match files.as_slice() {
        // The page asks for it, which waits until it is opened.
        [file] if bundle => super::opened::begin(&app, file.clone())
            .await
            .map_or_else(|failure| Some(Offered::Failure(failure)), |()| None),
        // The window opens meanwhile.
        [file] if super::farewell::is_one(&app, file).await => {
            crate::offer(&handle, files);
            None
        }
        _ => super::vendors::offered(&app, files).await,
    };
    app.reads
        .ask(move |desk| {
            let gatefold = &desk.gatefold;
            Ok(Start {
                version: env!("CARGO_PKG_VERSION"),
                device_name: MachineFacts::read(None)?.device_name,
                secrets: gatefold.secrets_kept().into(),
                places: Place::all(&home, gatefold),
                settings: gatefold.settings()?.into(),
                vendors: summaries(gatefold)?,
                damaged: damaged(gatefold)?,
                bundled: bundled.offered(gatefold),
                link,
                offered,
                bundle,
            })
        })
        .await
}

#[tauri::command]
pub(crate) async fn vendors(app: Here<'_>) -> Answer<Vec<VendorSummary>> {
    app.reads.ask(|desk| Ok(summaries(&desk.gatefold)?)).await
}

/// The end, as closing the window is: a running send has its moment.
#[tauri::command]
pub(crate) async fn quit(handle: AppHandle) -> Answer<()> {
    handle.exit(0);
    Ok(())
}

/// What was agreed to and can no longer be read.
#[tauri::command]
pub(crate) async fn damaged_vendors(app: Here<'_>) -> Answer<Vec<DamagedVendor>> {
    app.reads.ask(|desk| Ok(damaged(&desk.gatefold)?)).await
}

fn damaged(gatefold: &Gatefold) -> Result<Vec<DamagedVendor>, ClientError> {
    Ok(gatefold.damaged_vendors()?.iter().map(DamagedVendor::from).collect())
}

#[tauri::command]
pub(crate) async fn bundled(app: Here<'_>) -> Answer<Vec<BundledVendor>> {
    let bundled = app.bundled.clone();
    app.reads.ask(move |desk| Ok(bundled.offered(&desk.gatefold))).await
}

fn summaries(gatefold: &Gatefold) -> Result<Vec<VendorSummary>, ClientError> {
    gatefold.vendors()?.iter().map(|vendor| VendorSummary::of(gatefold, vendor)).collect()
}
