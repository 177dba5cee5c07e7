//! Vendors: picked, reviewed, agreed to by a native confirmation, shown, removed.

use std::path::PathBuf;

use gatefold_client::InForce;

use super::{Answer, Here};
use crate::app::App;
use crate::desk::Prepared;
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
    let mut words = format!("Server: {}\nRoot key: {}", hosts.join(", "), asked.fingerprint());
    if !asked.is_signed() {
        words.push_str("\n\nNobody signed this file: anybody could have written it.");
    }
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
    let (in_force, account) = app
        .reads
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let account = desk.gatefold.account(&in_force)?;
            Ok((in_force, account))
        })
        .await?;
    let name = in_force.vendor().name();
    let mut words = "Its file goes. What was sent to it stays in the record.".to_owned();
    if let Some(account) = account {
        words.push_str(&format!(
            "\n{} is signed in. That is forgotten here, and goes on at {name} until it ends by itself.",
            account.email
        ));
    }
    if !app.native.confirm(&format!("Remove {name}?"), &words, "Remove").await {
        return Ok(None);
    }
    let stay = app.acts.ask(move |desk| Ok(desk.gatefold.remove_vendor(&in_force)?)).await?;
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

/// What the vendor's file says as linked data, in a file that the user names.
#[tauri::command]
pub(crate) async fn export_vendor_page(app: Here<'_>, vendor: String) -> Answer<Option<String>> {
    let in_force = app.reads.ask(move |desk| Ok(desk.gatefold.vendor_named(&vendor)?)).await?;
    let name = format!("{}.jsonld", in_force.vendor().id());
    let Some(path) = app.native.save_as(&name).await else { return Ok(None) };
    let shown = path.display().to_string();
    let done = app
        .acts
        .ask(move |desk| {
            desk.gatefold.export_linked_data(&path, &in_force)?;
            Ok(Some(shown))
        })
        .await;
    app.changed(&[Changed::Ledger]);
    done
}

/// Opens a page of the vendor in the browser: only one that its file names, without a query, after it was shown.
#[tauri::command]
pub(crate) async fn open_link(app: Here<'_>, vendor: String, link: LinkName) -> Answer<bool> {
    let in_force = app.reads.ask(move |desk| Ok(desk.gatefold.vendor_named(&vendor)?)).await?;
    open(&app, &in_force, link).await
}

/// [`open_link`] of a vendor whose file is looked at.
#[tauri::command]
pub(crate) async fn open_review_link(app: Here<'_>, review: u32, link: LinkName) -> Answer<bool> {
    let asked = app.acts.ask(move |desk| desk.review(review)).await?;
    open(&app, &asked, link).await
}

async fn open(app: &App, vendor: &InForce, link: LinkName) -> Answer<bool> {
    let url = link.of(vendor).ok_or_else(Failure::no_preview)?;
    if !app.native.confirm("Open this page in the browser?", url, "Open").await {
        return Ok(false);
    }
    app.native.open(url)?;
    Ok(true)
}
