//! The library, and what is done to one license of it.

use gatefold_client::{ClientError, ElsewherePlan, InForce, RefreshPlan, Refreshed, Values};

use super::{Answer, Here};
use crate::desk::{Desk, Prepared};
use crate::dto::{Changed, Failure, Library, Prepared as Shown, Released, alone, planned};

#[tauri::command]
pub(crate) async fn library(app: Here<'_>) -> Answer<Library> {
    app.reads.ask(|desk| Ok(Library::read(&desk.gatefold)?)).await
}

#[tauri::command]
pub(crate) async fn prepare_refresh(app: Here<'_>, vendor: String, license: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let plan = one(desk, &vendor, &license)?;
            let requests: Vec<_> = plan.requests().iter().map(alone).collect();
            let hint = plan.key_hint();
            let mut shown = Shown::of(0, &vendor, by_hint(&hint), &requests);
            shown.preview = desk.keep(Prepared::Refresh(Box::new(plan)));
            Ok(shown)
        })
        .await
}

fn one(desk: &Desk, vendor: &InForce, license: &str) -> Answer<RefreshPlan> {
    let mut plans = desk.gatefold.plan_refresh(vendor, Some(license))?;
    match plans.pop() {
        Some(plan) => Ok(plan.map_err(|unplanned| unplanned.error)?),
        None => Err(Failure::no_preview()),
    }
}

#[tauri::command]
pub(crate) async fn send_refresh(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Refresh(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let mut entries = Vec::new();
            match desk.runtime.block_on(desk.gatefold.refresh(*plan, &mut entries))? {
                Refreshed::Renewed { .. } => Ok(()),
                Refreshed::Revoked { refusal } => Err(ClientError::from(refusal).into()),
            }
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}

/// This computer's seat, or another one's that the vendor's list named.
#[tauri::command]
pub(crate) async fn prepare_release(app: Here<'_>, id: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let plan = match desk.gatefold.plan_release(&id) {
                Err(error) if error.may_be_elsewhere() => {
                    return match desk.by_key(|key| desk.gatefold.plan_release_elsewhere(&id, key)) {
                        Err(ClientError::SeatUnknown(_)) => Err(error.into()),
                        plan => Ok(elsewhere(desk, plan?)),
                    };
                }
                plan => plan?,
            };
            let requests: Vec<_> = plan.request().into_iter().map(alone).collect();
            let hint = desk.gatefold.key_hints().remove(plan.license_id()).unwrap_or_default();
            let mut shown = Shown::of(0, plan.vendor(), by_hint(&hint), &requests);
            shown.preview = desk.keep(Prepared::Release(Box::new(plan)));
            Ok(shown)
        })
        .await
}

/// A request names the key's place alone; which key it is, its end tells.
fn by_hint(hint: &str) -> Values<'_> {
    Values { key_hint: Some(hint).filter(|hint| !hint.is_empty()), ..Values::default() }
}

fn elsewhere(desk: &mut Desk, plan: ElsewherePlan) -> Shown {
    let mut shown = Shown::of(0, plan.vendor(), Default::default(), &planned(plan.requests()));
    shown.preview = desk.keep(Prepared::Elsewhere(Box::new(plan)));
    shown
}

/// Another computer's seat is given back after a native confirmation; null when the user said no.
#[tauri::command]
pub(crate) async fn send_release(app: Here<'_>, preview: u32) -> Answer<Option<Released>> {
    let question = app.acts.ask(move |desk| Ok(desk.elsewhere(preview).map(asked_about))).await?;
    if let Some((title, words)) = question
        && !app.native.confirm(&title, &words, "Give it back").await
    {
        return Ok(None);
    }
    let done = app
        .acts
        .ask(move |desk| match desk.take(preview)? {
            Prepared::Release(plan) => {
                let released = desk.runtime.block_on(desk.gatefold.release(*plan))?;
                Ok(Some(Released::of(&desk.gatefold, &released.license_id)))
            }
            Prepared::Elsewhere(plan) => {
                desk.runtime.block_on(desk.gatefold.release_elsewhere(*plan, &mut Vec::new()))?;
                // What lies here is none of that seat's.
                Ok(Some(Released { copies: Vec::new() }))
            }
            _ => Err(Failure::no_preview()),
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Library]);
    done
}

/// What is asked before a seat of the vendor's list is given back.
fn asked_about(plan: &ElsewherePlan) -> (String, String) {
    let (product, name) = (plan.product(), plan.name().map_or_else(|| plan.machine_id(), str::to_owned));
    let words = match plan.is_here() {
        true => format!(
            "It is this computer's own seat, and no license file that goes with it is here. {product} can then be activated on another computer."
        ),
        false => format!(
            "{product} can then be activated on another computer. License files that are on {name} count there as long as they last, and cannot be recalled."
        ),
    };
    (format!("Give back the seat of {name}?"), words)
}

/// Forgets a license here without asking its vendor, who refuses or is gone; null when the user said no.
#[tauri::command]
pub(crate) async fn remove_here(app: Here<'_>, id: String) -> Answer<Option<Released>> {
    let plan = app
        .acts
        .ask(move |desk| {
            let plan = desk.gatefold.plan_local_removal(&id)?;
            let names = (plan.product().to_owned(), plan.vendor().called());
            let has_seat = plan.machine_id().is_some();
            Ok((desk.keep(Prepared::Release(Box::new(plan))), names, has_seat))
        })
        .await?;
    let (preview, (product, vendor), has_seat) = plan;
    let words = if has_seat {
        format!("Nothing is sent. {vendor} is not told, and the seat stays taken there.")
    } else {
        "Nothing is sent. The license file goes from this computer.".to_owned()
    };
    let title = format!("Remove {product} from this computer alone?");
    let agreed = app.native.confirm(&title, &words, "Remove").await;
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Release(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            if !agreed {
                return Ok(None);
            }
            let removed = desk.runtime.block_on(desk.gatefold.release(*plan))?;
            Ok(Some(Released::of(&desk.gatefold, &removed.license_id)))
        })
        .await;
    app.changed(&[Changed::Library]);
    done
}

#[tauri::command]
pub(crate) async fn reveal_key(app: Here<'_>, license: String) -> Answer<Option<String>> {
    if !app
        .native
        .confirm("Reveal the license key?", "It is shown on this screen until you leave the page.", "Reveal")
        .await
    {
        return Ok(None);
    }
    // Exposed for the user's own eyes, after a native confirmation.
    app.acts.ask(move |desk| Ok(Some(desk.gatefold.license_key(&license)?.expose().to_owned()))).await
}

#[tauri::command]
pub(crate) async fn copy_key(app: Here<'_>, license: String) -> Answer<bool> {
    if !app.native.confirm("Copy the license key?", "Whatever reads the clipboard can read it.", "Copy").await
    {
        return Ok(false);
    }
    // Exposed for the user's own clipboard, after a native confirmation.
    let key = app.acts.ask(move |desk| Ok(desk.gatefold.license_key(&license)?.expose().to_owned())).await?;
    app.native.copy(key)?;
    Ok(true)
}
