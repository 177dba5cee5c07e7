//! What the window shows first.

use gatefold_client::MachineFacts;

use super::{Answer, Here};
use crate::dto::{BundledVendor, Place, Start, VendorSummary};

#[tauri::command]
pub(crate) async fn start(app: Here<'_>) -> Answer<Start> {
    let (home, bundled) = (app.home.clone(), app.bundled.clone());
    let (link, file) = app.asked_for();
    let offered = match file {
        Some(file) => Some(super::vendors::offered(&app, file).await),
        None => None,
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
                bundled: bundled.offered(gatefold),
                link,
                offered,
            })
        })
        .await
}

#[tauri::command]
pub(crate) async fn vendors(app: Here<'_>) -> Answer<Vec<VendorSummary>> {
    app.reads.ask(|desk| Ok(summaries(&desk.gatefold)?)).await
}

#[tauri::command]
pub(crate) async fn bundled(app: Here<'_>) -> Answer<Vec<BundledVendor>> {
    let bundled = app.bundled.clone();
    app.reads.ask(move |desk| Ok(bundled.offered(&desk.gatefold))).await
}

fn summaries(
    gatefold: &gatefold_client::Gatefold,
) -> Result<Vec<VendorSummary>, gatefold_client::ClientError> {
    gatefold.vendors()?.iter().map(|vendor| VendorSummary::of(gatefold, vendor)).collect()
}
