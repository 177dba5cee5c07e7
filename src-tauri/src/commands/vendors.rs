//! Vendors: picked, reviewed, agreed to by a native confirmation, shown, removed.

use std::path::PathBuf;

use gatefold_client::Meant;

use super::{Answer, Here};
use crate::app::App;
use crate::desk::{Desk, Prepared};
use crate::dto::{Changed, Failure, LinkName, Offered, VendorPage, VendorReview};

#[tauri::command]
pub(crate) async fn pick_vendor(app: Here<'_>) -> Answer<Option<VendorReview>> {
    match app.native.open_vendor_file().await {
        Some(path) => Ok(Some(review(&app, path, true).await?)),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn review_bundled(app: Here<'_>, id: String) -> Answer<VendorReview> {
    let path = app.bundled.file(&id).ok_or_else(Failure::no_preview)?;
    review(&app, path, false).await
}

/// A vendor file that came unasked, or why it cannot be looked at.
pub(crate) async fn offered(app: &App, path: PathBuf) -> Offered {
    match review(app, path, true).await {
        Ok(review) => Offered::Review(Box::new(review)),
        Err(failure) => Offered::Failure(failure),
    }
}

/// Reads a vendor file to be looked at; nothing is agreed to.
async fn review(app: &App, path: PathBuf, show_path: bool) -> Answer<VendorReview> {
    app.acts
        .ask(move |desk| {
            let review = desk.gatefold.review_vendor(&path)?;
            let shown = show_path.then(|| path.display().to_string());
            let mut told = VendorReview::of(0, &desk.gatefold, &review, shown)?;
            told.review = desk.keep(Prepared::Review(Box::new(review)));
            Ok(told)
        })
        .await
}

#[tauri::command]
pub(crate) async fn agree_vendor(app: Here<'_>, review: u32) -> Answer<bool> {
    let asked = app.acts.ask(move |desk| desk.review(review)).await?;
    let vendor = asked.vendor();
    let hosts: Vec<String> =
        vendor.issuers().iter().flat_map(|issuer| &issuer.hosts).map(ToString::to_string).collect();
    let words = format!("Server: {}\nRoot key: {}", hosts.join(", "), asked.fingerprint());
    if !app.native.confirm(&format!("Add {}?", vendor.name()), &words, "Add").await {
        return Ok(false);
    }
    app.acts
        .ask(move |desk| {
            desk.gatefold.agree(&asked)?;
            desk.discard(review);
            Ok(())
        })
        .await?;
    app.changed(&[Changed::Vendors, Changed::Library]);
    Ok(true)
}

/// The license files that stay, of another computer or unreadable here; null when the user said no.
#[tauri::command]
pub(crate) async fn remove_vendor(app: Here<'_>, vendor: String) -> Answer<Option<Vec<String>>> {
    let (meant, account) = app
        .reads
        .ask(move |desk| {
            let meant = desk.gatefold.vendor_or_damaged(&vendor)?;
            let account = desk.gatefold.account_of(&meant)?;
            Ok((meant, account))
        })
        .await?;
    let name = meant.name();
    let mut words = match meant {
        Meant::Found(_) => "Its file goes. What was sent to it stays in the record.",
        Meant::Damaged(_) => "What is kept of it goes, and cannot be read anyway. Its licenses stay where plug-ins find them, and are seen here again once its file is added.",
    }
    .to_owned();
    if let Some(account) = account {
        words.push_str(&format!(
            "\n{} is signed in. That is forgotten here, and goes on at {name} until it ends by itself.",
            account.email
        ));
    }
    if !app.native.confirm(&format!("Remove {name}?"), &words, "Remove").await {
        return Ok(None);
    }
    let remove = move |desk: &mut Desk| {
        Ok(match &meant {
            Meant::Found(vendor) => desk.gatefold.remove_vendor(vendor)?,
            Meant::Damaged(vendor) => desk.gatefold.remove_damaged(vendor)?,
        })
    };
    let stay = app.acts.ask(remove).await?;
    app.changed(&[Changed::Vendors, Changed::Library]);
    Ok(Some(stay.iter().map(|path| path.display().to_string()).collect()))
}

#[tauri::command]
pub(crate) async fn vendor_page(app: Here<'_>, vendor: String) -> Answer<VendorPage> {
    app.reads
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            Ok(VendorPage::of(&desk.gatefold, &in_force)?)
        })
        .await
}

/// Opens a page of the vendor in the browser: only one that its file names, without a query, after it was shown.
#[tauri::command]
pub(crate) async fn open_link(app: Here<'_>, vendor: String, link: LinkName) -> Answer<bool> {
    let url = app
        .reads
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let found = in_force.vendor().links().find(|(name, _)| *name == link.id());
            found.map(|(_, url)| url.to_owned()).ok_or_else(Failure::no_preview)
        })
        .await?;
    if !app.native.confirm("Open this page in the browser?", &url, "Open").await {
        return Ok(false);
    }
    app.native.open(&url)?;
    Ok(true)
}
