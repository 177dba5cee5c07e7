//! Sharing usage: how it stands, agreeing by a native confirmation, taking back without one, what waits to be sent, and having
//! it erased.
//!
//! Taking back never waits for who acts, who may be sending just that: it is done by who reads.

use gatefold_client::{ClientError, InForce, Item, Values};

use super::{Answer, Here};
use crate::app::App;
use crate::desk::{Desk, Prepared};
use crate::dto::{Changed, Failure, GrantPlan, Prepared as Shown, Stopped, Uploaded, UsagePage, alone};

/// Nothing is sent; what plug-ins noted is counted.
#[tauri::command]
pub(crate) async fn usage_page(app: Here<'_>, vendor: String) -> Answer<UsagePage> {
    app.reads
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let status = desk.gatefold.usage_status(&vendor)?;
            Ok(UsagePage::of(&vendor, status))
        })
        .await
}

/// Exactly these items; all that the vendor takes, where none is named.
#[tauri::command]
pub(crate) async fn plan_usage_grant(app: Here<'_>, vendor: String, items: Vec<String>) -> Answer<GrantPlan> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let items = items.iter().map(|item| named(item)).collect::<Result<Vec<Item>, _>>()?;
            let prepared = desk.gatefold.plan_grant(vendor, &items)?;
            let mut plan = GrantPlan::of(0, &prepared);
            plan.preview = desk.keep(Prepared::Grant(Box::new(prepared)));
            Ok(plan)
        })
        .await
}

fn named(item: &str) -> Result<Item, Failure> {
    item.parse().map_err(|_| Failure::no_preview())
}

/// False when the user said no, which is kept as nothing: the page has a button for a no that is.
#[tauri::command]
pub(crate) async fn grant_usage(app: Here<'_>, preview: u32) -> Answer<bool> {
    let (title, words) = app.acts.ask(move |desk| desk.asked_of_grant(preview)).await?;
    if !app.native.confirm(&title, &words, "Share").await {
        return Ok(false);
    }
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Grant(prepared) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            desk.gatefold.grant_usage(&prepared)?;
            Ok(true)
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// The user read it and said no.
#[tauri::command]
pub(crate) async fn refuse_usage(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Grant(prepared) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            Ok(desk.gatefold.refuse_usage(&prepared)?)
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// At once, and without being asked. With `erase` what went there is to be erased: that request is shown on its own.
#[tauri::command]
pub(crate) async fn withdraw_usage(app: Here<'_>, vendor: String, erase: bool) -> Answer<Stopped> {
    let done = app
        .reads
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let done = desk.gatefold.withdraw_usage(&vendor, erase);
            let done = done.map_err(|error| not_stopped(desk, &vendor, &[], erase, error))?;
            let gone = done.gone.iter().map(|gone| gone.entry.0).collect();
            Ok(Stopped { gone, to_erase: done.to_erase })
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// A failure says whether sharing goes on.
fn not_stopped(desk: &Desk, vendor: &InForce, items: &[Item], erase: bool, error: ClientError) -> Failure {
    let words = desk.gatefold.after_failed_stop(vendor, items, erase, &error);
    let mut failure = Failure::from(error);
    if let Some(text) = words {
        failure.hint = format!("{} {text}", failure.hint).trim_start().to_owned();
    }
    failure
}

/// One item at once, and the others go on.
#[tauri::command]
pub(crate) async fn withdraw_usage_item(app: Here<'_>, vendor: String, item: String) -> Answer<()> {
    let done = app
        .reads
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let item = named(&item)?;
            let done = desk.gatefold.withdraw_usage_item(&vendor, item);
            done.map_err(|error| not_stopped(desk, &vendor, &[item], false, error))
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// Whether what is shared leaves by itself. On is agreed to in a native dialog, in the words that the record keeps; false when the
/// user said no. Off counts at once.
#[tauri::command]
pub(crate) async fn let_usage_go_weekly(app: Here<'_>, vendor: String, on: bool) -> Answer<bool> {
    if !on {
        let stop = move |desk: &mut Desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            Ok(desk.gatefold.send_by_hand_from_now(&vendor)?)
        };
        let done = app.reads.ask(stop).await;
        app.changed(&[Changed::Usage]);
        return done;
    }
    let plan = move |desk: &mut Desk| {
        let vendor = desk.gatefold.vendor_named(&vendor)?;
        Ok(desk.gatefold.plan_weekly(vendor)?)
    };
    let prepared = app.acts.ask(plan).await?;
    let title = format!("Let usage go to {} by itself?", prepared.vendor().called());
    if !app.native.confirm(&title, prepared.notice().text.trim_end(), "Let it go").await {
        return Ok(false);
    }
    let done = app.acts.ask(move |desk| Ok(desk.gatefold.send_weekly_from_now(&prepared)?)).await;
    app.changed(&[Changed::Usage]);
    done
}

/// For every vendor: who is too young to decide, or wants to be asked no more.
#[tauri::command]
pub(crate) async fn lock_usage(app: Here<'_>) -> Answer<()> {
    let done = app.reads.ask(|desk| Ok(desk.gatefold.lock_usage()?)).await;
    app.changed(&[Changed::Usage]);
    done
}

/// What was agreed to counts again then, so the system asks; false when the user said no.
#[tauri::command]
pub(crate) async fn lift_usage_lock(app: Here<'_>) -> Answer<bool> {
    let words = "Nothing is shared by that alone: what you agreed to before goes on, and vendors with whom you share nothing get nothing.";
    if !app.native.confirm("Lift the lock on sharing usage?", words, "Lift it").await {
        return Ok(false);
    }
    let done = app
        .reads
        .ask(|desk| {
            desk.gatefold.lift_usage_lock()?;
            Ok(true)
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// The next upload; null where nothing waits.
#[tauri::command]
pub(crate) async fn prepare_upload(app: Here<'_>, vendor: String) -> Answer<Option<Shown>> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let Some(prepared) = desk.gatefold.plan_upload(&vendor)? else { return Ok(None) };
            let shown = Shown::of(0, &vendor, Values::default(), &[alone(prepared.preview())]);
            let mut shown = shown.of_upload(&vendor, prepared.counts());
            shown.preview = desk.keep(Prepared::Upload(Box::new(prepared)));
            Ok(Some(shown))
        })
        .await
}

/// Once, as it was shown.
#[tauri::command]
pub(crate) async fn send_upload(app: Here<'_>, preview: u32) -> Answer<Uploaded> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Upload(prepared) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let sent = desk.runtime.block_on(desk.gatefold.send_upload(&prepared, &mut Vec::new()))?;
            Ok(Uploaded { rejected: sent.rejected })
        })
        .await;
    told(&app);
    done
}

/// Forgets it; nothing leaves.
#[tauri::command]
pub(crate) async fn throw_away_upload(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Upload(prepared) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            desk.gatefold.throw_away_upload(&prepared)?;
            Ok(())
        })
        .await;
    app.changed(&[Changed::Usage]);
    done
}

/// The request that what went there be erased; null where none is wanted.
#[tauri::command]
pub(crate) async fn prepare_erasure(app: Here<'_>, vendor: String) -> Answer<Option<Shown>> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let Some(prepared) = desk.gatefold.plan_erasure(&vendor)? else { return Ok(None) };
            let shown = Shown::of(0, &vendor, Values::default(), &[alone(prepared.preview())]);
            let mut shown = shown.of_erasure();
            shown.preview = desk.keep(Prepared::Erasure(Box::new(prepared)));
            Ok(Some(shown))
        })
        .await
}

/// It can be asked for again: to ask twice is to ask once.
#[tauri::command]
pub(crate) async fn send_erasure(app: Here<'_>, preview: u32) -> Answer<()> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Erasure(prepared) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            desk.runtime.block_on(desk.gatefold.send_erasure(&prepared, &mut Vec::new()))?;
            Ok(())
        })
        .await;
    told(&app);
    done
}

fn told(app: &App) {
    app.changed(&[Changed::Ledger, Changed::Usage]);
}
