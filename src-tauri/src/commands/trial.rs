//! Trying a product: what begins the trial and what activates it are shown as one, and sent by one yes.

use gatefold_client::Values;

use super::activation::told;
use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{Activated, Changed, Failure, Prepared as Shown, planned};

#[tauri::command]
pub(crate) async fn prepare_trial(app: Here<'_>, vendor: String, product: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let trial = desk.gatefold.plan_trial(vendor.clone(), &product, None)?;
            let mut shown = Shown::of(0, &vendor, Values::default(), &planned(trial.requests()));
            shown.preview = desk.keep(Prepared::Trial(Box::new(trial)));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_trial(app: Here<'_>, preview: u32) -> Answer<Activated> {
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Trial(trial) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let done = desk.runtime.block_on(desk.gatefold.begin_trial(*trial, &mut Vec::new()))?;
            Ok(told(desk, done))
        })
        .await;
    app.changed(&[Changed::Ledger, Changed::Vendors, Changed::Library]);
    done
}
