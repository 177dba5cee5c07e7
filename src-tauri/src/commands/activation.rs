//! From a license key to an installed license: check, show, send, and each step as it happens.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gatefold_client::vendor::Binding;
use gatefold_client::{
    ActivationPlan, ActivationStep, ClientError, DeviceName, MachineFacts, PlannedWhen, Values, Watch,
};

use super::{Answer, Here};
use crate::app::Teller;
use crate::desk::{Desk, Prepared};
use crate::dto::{Activated, CheckedKey, Failure, Prepared as Shown, ProductCard, Seats, Step};

#[tauri::command]
pub(crate) async fn prepare_check(app: Here<'_>, vendor: String, key: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let check = desk.gatefold.prepare_check(vendor.clone(), &key)?;
            let facts = facts(&vendor)?;
            let values = Values { facts: facts.as_ref(), ..Values::default() };
            let mut shown = Shown::of(0, &vendor, values, &[(check.preview(), false)]);
            shown.preview = desk.keep(Prepared::Check(check));
            Ok(shown)
        })
        .await
}

#[tauri::command]
pub(crate) async fn send_check(app: Here<'_>, preview: u32) -> Answer<CheckedKey> {
    let checked = app
        .acts
        .ask(move |desk| {
            let Prepared::Check(check) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let checked = desk.runtime.block_on(desk.gatefold.check_key(check))?;
            let plan = desk.gatefold.plan_activation(checked, None)?;
            show(desk, plan)
        })
        .await;
    app.changed(&["ledger"]);
    checked
}

#[tauri::command]
pub(crate) async fn rename_device(app: Here<'_>, preview: u32, name: String) -> Answer<CheckedKey> {
    app.acts
        .ask(move |desk| {
            // Refused before the plan is taken apart: the old one stays good.
            let name = DeviceName::chosen(&name)?;
            let Prepared::Activation(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let plan = desk.gatefold.plan_activation(plan.into_checked(), Some(&name))?;
            show(desk, plan)
        })
        .await
}

fn show(desk: &mut Desk, plan: ActivationPlan) -> Answer<CheckedKey> {
    let checked = plan.checked();
    let (vendor, license) = (checked.vendor(), checked.license());
    let facts = facts(vendor)?;
    let (hint, license_id) = (plan.key_hint(), license.id.to_string());
    let values = Values {
        facts: facts.as_ref(),
        device_name: plan.device_name(),
        key_hint: Some(&hint),
        license_id: Some(&license_id),
        email: None,
    };
    let requests: Vec<_> = plan
        .requests()
        .iter()
        .map(|request| (&request.preview, request.when == PlannedWhen::IfSeatTaken))
        .collect();
    let binds = vendor.vendor().binding() == Binding::Machine;
    let mut shown = CheckedKey {
        product: ProductCard::of(vendor, checked.product()),
        terms: license.terms.as_str(),
        expires_at: license.expires_at.map(gatefold_client::written),
        seats: binds.then_some(Seats { used: license.machines_count, limit: license.max_machines }),
        plan: Shown::of(0, vendor, values, &requests),
        device_name: plan.device_name().map(str::to_owned),
        license_id,
        key_hint: hint,
    };
    shown.plan.preview = desk.keep(Prepared::Activation(Box::new(plan)));
    Ok(shown)
}

/// This computer's facts, where the vendor binds to a computer.
fn facts(vendor: &gatefold_client::InForce) -> Result<Option<MachineFacts>, ClientError> {
    match vendor.vendor().binding() {
        Binding::Machine => Ok(Some(MachineFacts::read(Some(vendor))?)),
        Binding::Account => Ok(None),
    }
}

/// Tells the page of each step, and stops before the next one once the user said so.
struct Steps {
    preview: u32,
    page: Teller,
    stop: Arc<AtomicBool>,
}

impl Watch for Steps {
    fn begins(&self, step: ActivationStep) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let step = match step {
            ActivationStep::Seat => "seat",
            ActivationStep::Look => "look",
            ActivationStep::File => "file",
            ActivationStep::Install => "install",
        };
        self.page.tell("step", Step { preview: self.preview, step, state: "running" });
        ControlFlow::Continue(())
    }
}

#[tauri::command]
pub(crate) async fn send_activation(app: Here<'_>, preview: u32) -> Answer<Activated> {
    let stop = app.running.begin(preview);
    let steps = Steps { preview, page: app.page.clone(), stop };
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Activation(mut plan) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            plan.watched_by(Arc::new(steps));
            let done = desk.runtime.block_on(desk.gatefold.activate(*plan))?;
            Ok(Activated {
                product: done.product,
                license_id: done.license_id,
                standing: done.assessment.standing.as_str(),
                entries: done.entries.iter().map(|id| id.0).collect(),
            })
        })
        .await;
    app.running.end(preview);
    app.changed(&["ledger", "library", "vendors"]);
    done
}

/// Stops an activation before its next step; what has left has left.
#[tauri::command]
pub(crate) async fn cancel(app: Here<'_>, preview: u32) -> Answer<()> {
    app.running.stop(preview);
    Ok(())
}

#[tauri::command]
pub(crate) async fn discard(app: Here<'_>, preview: u32) -> Answer<()> {
    app.acts
        .ask(move |desk| {
            desk.discard(preview);
            Ok(())
        })
        .await
}
