//! Vendors: picked, reviewed, agreed to by a native confirmation, shown, removed.

use std::path::{Path, PathBuf};

use gatefold_client::{Agreement, InForce, Known, Meant, Review, written};
use jiff::Zoned;

use super::{Answer, Here, farewell};
use crate::app::App;
use crate::desk::{Desk, Prepared};
use crate::dto::{Agreed, Changed, Failure, LinkName, NewerFile, Offered, VendorPage, VendorReview};
use crate::native::name_of_export;

#[tauri::command]
pub(crate) async fn pick_vendor(app: Here<'_>) -> Answer<Option<VendorReview>> {
    match app.native.open_vendor_file().await {
        Some(path) if farewell::asked(&app, &path).await? => Ok(None),
        Some(path) => Ok(Some(review(&app, path, true).await?)),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn review_bundled(app: Here<'_>, id: String) -> Answer<VendorReview> {
    let path = app.bundled.file(&id).ok_or_else(Failure::no_preview)?;
    review(&app, path, false).await
}

/// A vendor file that came unasked, or why it cannot be looked at; none where there was no file for the page.
pub(crate) async fn offered(app: &App, paths: Vec<PathBuf>) -> Option<Offered> {
    let path = match one_of(paths) {
        Ok(one) => one?,
        Err(several) => return Some(Offered::Failure(Failure::several_files(&several))),
    };
    match farewell::asked(app, &path).await {
        Ok(true) => return None,
        Ok(false) => {}
        Err(failure) => return Some(Offered::Failure(failure)),
    }
    Some(match review(app, path, true).await {
        Ok(review) => Offered::Review(Box::new(review)),
        Err(failure) => Offered::Failure(failure),
    })
}

/// The one file among these, if there is one; else all of them. Who takes a file along with its signature means one.
fn one_of(paths: Vec<PathBuf>) -> Result<Option<PathBuf>, Vec<PathBuf>> {
    let is_signature = |path: &Path| path.extension().is_some_and(|end| end == "minisig");
    let signed = |path: PathBuf| if is_signature(&path) { path.with_extension("") } else { path };
    let mut files: Vec<PathBuf> = paths.into_iter().map(signed).collect();
    files.sort();
    files.dedup();
    if files.len() > 1 { Err(files) } else { Ok(files.pop()) }
}

/// Reads a vendor file to be looked at; nothing is agreed to.
async fn review(app: &App, path: PathBuf, show_path: bool) -> Answer<VendorReview> {
    app.acts
        .ask(move |desk| {
            let review = desk.gatefold.review_vendor(&path)?;
            tell(desk, review, show_path.then(|| path.display().to_string()))
        })
        .await
}

/// A newer file that was shown before and waits.
#[tauri::command]
pub(crate) async fn review_waiting(app: Here<'_>, vendor: String) -> Answer<VendorReview> {
    app.acts
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let waiting = desk.gatefold.waiting(&in_force)?.ok_or_else(Failure::no_preview)?;
            let review = desk.gatefold.reviewed(waiting.in_force)?;
            tell(desk, review, None)
        })
        .await
}

/// Keeps a review to be agreed to. From now on it is shown.
fn tell(desk: &mut Desk, review: Review, path: Option<String>) -> Answer<VendorReview> {
    let counts_from = desk.gatefold.note_shown(&review)?.map(written);
    let mut told = VendorReview::of(0, &desk.gatefold, &review, counts_from, path)?;
    told.review = desk.keep(Prepared::Review(Box::new(review)));
    Ok(told)
}

/// Null when the user said no.
#[tauri::command]
pub(crate) async fn agree_vendor(app: Here<'_>, review: u32) -> Answer<Option<Agreed>> {
    let Review { in_force: asked, known, changes, .. } =
        app.acts.ask(move |desk| desk.review(review)).await?;
    let vendor = asked.vendor();
    let hosts: Vec<String> =
        vendor.issuers().iter().flat_map(|issuer| &issuer.hosts).map(ToString::to_string).collect();
    let mut words = format!("Server: {}\nRoot key: {}", hosts.join(", "), asked.fingerprint());
    if !asked.is_signed() {
        words.push_str("\n\nNobody signed this file: anybody could have written it.");
    }
    let (title, yes) = match known {
        Known::Update { from } | Known::Signed { from } => {
            let weighing = changes.iter().filter(|change| change.weighs).count();
            let version = vendor.version();
            words.push_str(&format!(
                "\n\nIn place of version {from}: version {version}. More is asked or less is promised in: {weighing}."
            ));
            (format!("Use the new file of {}?", vendor.name()), "Use it")
        }
        _ => (format!("Add {}?", vendor.name()), "Add"),
    };
    if !app.native.confirm(&title, &words, yes).await {
        return Ok(None);
    }
    let agreement = app
        .acts
        .ask(move |desk| {
            let agreement = desk.gatefold.agree(&asked)?;
            desk.discard(review);
            Ok(agreement)
        })
        .await?;
    app.changed(&[Changed::Vendors, Changed::Library]);
    Ok(Some(Agreed {
        from: match agreement {
            Agreement::Now => None,
            Agreement::From(from) => Some(written(from)),
        },
    }))
}

/// The license files that stay, of another computer or unreadable here; null when the user said no.
#[tauri::command]
pub(crate) async fn remove_vendor(app: Here<'_>, vendor: String) -> Answer<Option<Vec<String>>> {
    let (meant, account, open, to_erase) = app
        .reads
        .ask(move |desk| {
            let meant = desk.gatefold.vendor_or_damaged(&vendor)?;
            // Nobody is asked about what is refused anyway.
            desk.gatefold.may_be_removed(&meant)?;
            let account = desk.gatefold.account_of(&meant)?;
            let open = match &meant {
                Meant::Found(vendor) => desk.gatefold.open_registration(vendor)?,
                Meant::Damaged(_) => None,
            };
            let to_erase = desk.gatefold.uploads_to_erase(&meant)?;
            Ok((meant, account, open, to_erase))
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
    if open.is_some() {
        words.push_str(
            "\nWhether a product was registered there is not known here. Your licenses say so: read them first, or sign in again once the vendor is added again.",
        );
    }
    if to_erase > 0 {
        words.push_str(&format!(
            "\nYou wanted usage erased that was sent to {name}, and it has not confirmed that. The wish goes with the vendor: to ask for it first, send the request on the page of usage sharing."
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
    let bundled = app.bundled.clone();
    app.reads
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let mut page = VendorPage::of(&desk.gatefold, &in_force)?;
            if page.newer.is_none() {
                let newer = bundled.newer(&desk.gatefold, &in_force);
                page.newer = newer.map(|(id, review)| NewerFile::bundled(id, &review));
            }
            Ok(page)
        })
        .await
}

/// What the vendor's file says as linked data, in a file that the user names.
#[tauri::command]
pub(crate) async fn export_vendor_page(app: Here<'_>, vendor: String) -> Answer<Option<String>> {
    let in_force = app.reads.ask(move |desk| Ok(desk.gatefold.vendor_named(&vendor)?)).await?;
    let name = name_of_export("privacy", Some(in_force.vendor().id()), Zoned::now().date(), "jsonld");
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

/// The records of what the user agreed to with the vendor, in a file that they name.
#[tauri::command]
pub(crate) async fn export_usage_records(app: Here<'_>, vendor: String) -> Answer<Option<String>> {
    let in_force = app.reads.ask(move |desk| Ok(desk.gatefold.vendor_named(&vendor)?)).await?;
    let name = name_of_export("consent", Some(in_force.vendor().id()), Zoned::now().date(), "json");
    let Some(path) = app.native.save_as(&name).await else { return Ok(None) };
    let shown = path.display().to_string();
    let done = app
        .acts
        .ask(move |desk| {
            desk.gatefold.export_usage_records(&path, Some(&in_force))?;
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
    let asked = app.acts.ask(move |desk| desk.review(review)).await?.in_force;
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
