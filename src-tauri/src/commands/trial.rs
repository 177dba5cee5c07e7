//! Trying a product: what begins the trial and what activates it are shown as one, and sent by one yes.

use gatefold_client::{DeviceName, Values};

use super::activation::told;
use super::{Answer, Here};
use crate::desk::Prepared;
use crate::dto::{Activated, Changed, Failure, Prepared as Shown, TrialPlan, planned};

/// Under this name of the computer; under the one that it has where none was typed.
#[tauri::command]
pub(crate) async fn prepare_trial(
    app: Here<'_>,
    vendor: String,
    product: String,
    name: Option<String>,
) -> Answer<TrialPlan> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let typed = name.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
            let chosen = typed.map(DeviceName::chosen).transpose()?;
            let trial = desk.gatefold.plan_trial(vendor.clone(), &product, chosen.as_ref())?;
            if name.is_some() && typed.is_none() && trial.wants_name() {
                // Left empty where the vendor insists on one.
                DeviceName::chosen("")?;
            }
            let plan = Shown::of(0, &vendor, Values::default(), &planned(trial.requests()));
            let device_name = trial.device_name().map(str::to_owned);
            let (takes_name, wants_name) = (trial.takes_name(), trial.wants_name());
            let preview = desk.keep(Prepared::Trial(Box::new(trial)));
            Ok(TrialPlan { plan: Shown { preview, ..plan }, device_name, takes_name, wants_name })
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
