//! From a license key to an installed license: check, show, send, and each step as it happens.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gatefold_client::{
    Activated as Done, ActivationPlan, ActivationStep, CATALOGUE, ClientError, DeviceName, EntryId,
    ErrorKind, InForce, Item, KeyCheck, Purpose, Values, Watch,
};

use super::{Answer, Here};
use crate::desk::{Desk, Prepared};
use crate::dto::{
    Activated, Changed, CheckedKey, Failure, ItemRow, Prepared as Shown, ProductCard, Seats, Step, StepName,
    StepState, WhoseKey, alone, network, planned,
};
use crate::teller::Teller;

/// What an activation by key sends to a vendor, before there is a key: items and reasons, no values.
#[tauri::command]
pub(crate) async fn activation_items(app: Here<'_>, vendor: String) -> Answer<Vec<ItemRow>> {
    app.reads
        .ask(move |desk| {
            let in_force = desk.gatefold.vendor_named(&vendor)?;
            let sent = |item: &Item| {
                let is_sent = |purpose| in_force.vendor().allows(purpose, *item);
                *item != Item::Token && (is_sent(Purpose::CheckKey) || is_sent(Purpose::Activate))
            };
            let items: Vec<Item> = CATALOGUE.iter().map(|entry| entry.item).filter(sent).collect();
            let notes = in_force.notes(&items, Values::default()).into_iter().map(ItemRow::from);
            Ok(notes.chain(network(&in_force)).collect())
        })
        .await
}

/// Whose key something may be, by its shape alone.
#[tauri::command]
pub(crate) async fn vendors_of_key(app: Here<'_>, key: String) -> Answer<WhoseKey> {
    app.reads
        .ask(move |desk| {
            let alike = desk.gatefold.vendors_of_key(&key)?.iter().map(InForce::named).collect();
            Ok(WhoseKey { its: desk.gatefold.vendor_of_key(&key)?.as_ref().map(InForce::named), alike })
        })
        .await
}

#[tauri::command]
pub(crate) async fn prepare_check(app: Here<'_>, vendor: String, key: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let vendor = desk.gatefold.vendor_named(&vendor)?;
            let check = desk.gatefold.prepare_check(vendor, &key)?;
            Ok(show_check(desk, check))
        })
        .await
}

/// The same for a license that something was left open about, whose key was kept; or for the one that was checked last.
#[tauri::command]
pub(crate) async fn prepare_check_again(app: Here<'_>, license: String) -> Answer<Shown> {
    app.acts
        .ask(move |desk| {
            let check = match (desk.gatefold.prepare_check_again(&license), desk.checked(&license)) {
                (Err(ClientError::NotInstalled(_) | ClientError::KeyMissing { .. }), Some(checked)) => {
                    desk.gatefold.prepare_check_of(checked)?
                }
                (check, _) => check?,
            };
            Ok(show_check(desk, check))
        })
        .await
}

fn show_check(desk: &mut Desk, check: KeyCheck) -> Shown {
    let hint = check.key_hint();
    let values = Values { key_hint: Some(&hint), ..Values::default() };
    let mut shown = Shown::of(0, check.vendor(), values, &[alone(check.preview())]);
    shown.preview = desk.keep(Prepared::Check(Box::new(check)));
    shown
}

#[tauri::command]
pub(crate) async fn send_check(app: Here<'_>, preview: u32) -> Answer<CheckedKey> {
    let checked = app
        .acts
        .ask(move |desk| {
            let Prepared::Check(check) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let checked = desk.runtime.block_on(desk.gatefold.check_key(*check))?;
            desk.remember(Some(checked.clone()));
            let plan = desk.gatefold.plan_activation(checked, None)?;
            show(desk, plan)
        })
        .await;
    app.changed(&[Changed::Ledger]);
    checked
}

#[tauri::command]
pub(crate) async fn rename_device(app: Here<'_>, preview: u32, name: String) -> Answer<CheckedKey> {
    app.acts
        .ask(move |desk| {
            // Refused before the plan is taken apart: the old one stays good.
            let name = desk.chosen_name(preview, &name)?;
            let Prepared::Activation(plan) = desk.take(preview)? else { return Err(Failure::no_preview()) };
            let plan = if plan.is_by_sign_in() {
                desk.gatefold.plan_activation_by_sign_in(plan.into_checked(), name.as_ref())?
            } else {
                desk.gatefold.plan_activation(plan.into_checked(), name.as_ref())?
            };
            show(desk, plan)
        })
        .await
}

/// What the key did not open, once more by the sign-in. It waits until somebody is signed in.
#[tauri::command]
pub(crate) async fn plan_by_sign_in(app: Here<'_>, preview: u32) -> Answer<CheckedKey> {
    app.acts
        .ask(move |desk| {
            let (checked, name) = desk.not_by_key(preview)?;
            let name = name.as_deref().map(DeviceName::chosen).transpose()?;
            let plan = desk.gatefold.plan_activation_by_sign_in(checked, name.as_ref())?;
            desk.discard(preview);
            show(desk, plan)
        })
        .await
}

fn show(desk: &mut Desk, mut plan: ActivationPlan) -> Answer<CheckedKey> {
    let renews = desk.gatefold.settings()?.renew && plan.can_renew();
    if renews {
        plan.agrees_to_renewal();
    }
    let checked = plan.checked();
    let (vendor, license) = (checked.vendor(), checked.license());
    let (hint, license_id) = (plan.key_hint(), license.id.to_string());
    let values = Values { key_hint: Some(&hint), ..Values::default() };
    let mut shown = CheckedKey {
        product: ProductCard::of(vendor, checked.product()),
        terms: license.terms.into(),
        expires_at: license.expires_at.map(gatefold_client::written),
        seats: plan
            .takes_seat()
            .then_some(Seats { used: license.machines_count, limit: license.max_machines }),
        plan: Shown::of(0, vendor, values, &planned(plan.requests())),
        device_name: plan.device_name().map(str::to_owned),
        holds_seat: plan.has_seat() || plan.goes_on(),
        offline: plan.offline_words(),
        offline_until: plan.offline_until().map(gatefold_client::written),
        for_ever: plan.is_for_ever(),
        renews: renews.then(|| refresh_items(vendor, plan.is_by_sign_in())),
        takes_name: plan.takes_name(),
        by_sign_in: plan.is_by_sign_in(),
        license_id,
        key_hint: hint,
    };
    shown.plan.preview = desk.keep(Prepared::Activation(Box::new(plan)));
    Ok(shown)
}

fn refresh_items(vendor: &InForce, by_sign_in: bool) -> Vec<&'static str> {
    vendor.refresh_items(by_sign_in).iter().map(|item| item.id()).collect()
}

/// Tells the page of each step, and stops before the next one once the user said so.
struct Steps {
    preview: u32,
    page: Teller,
    stop: Arc<AtomicBool>,
    now: Mutex<Option<StepName>>,
    /// The last request was a look, or is.
    looks: AtomicBool,
    /// A seat was asked for.
    asks: AtomicBool,
}

impl Steps {
    /// What was under way came to this.
    fn end(&self, state: StepState) {
        if let Some(step) = self.now.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.tell(step, state);
        }
    }

    /// It came to nothing. Where the server said no and a look confirmed it, it is the seat that was refused; the look did
    /// what it was for, unless it was refused, too. What was answered by nobody who can be believed is not clear.
    fn end_by(&self, error: &ClientError) {
        // A pause is no answer to what was asked.
        let is_refused = error.kind() == ErrorKind::Refused && !error.is_pause();
        let looked = self.looks.load(Ordering::Relaxed);
        // Where an earlier try is looked for first, no seat need have been asked for yet.
        let is_seats = looked && self.asks.load(Ordering::Relaxed);
        match (is_refused, is_seats) {
            (true, true) => {
                self.end(StepState::Done);
                self.tell(StepName::Seat, StepState::Refused);
            }
            (true, false) => self.end(StepState::Refused),
            (false, _) if looked && matches!(error, ClientError::Refusal(_)) => self.end(StepState::Unclear),
            (false, _) => self.end(StepState::Failed),
        }
    }

    fn tell(&self, step: StepName, state: StepState) {
        self.page.step(Step { preview: self.preview, step, state });
    }
}

impl Watch for Steps {
    fn begins(&self, step: ActivationStep) -> ControlFlow<()> {
        // Whoever looks has no clear answer about the seat.
        self.end(if step == ActivationStep::Look { StepState::Unclear } else { StepState::Done });
        let name = StepName::from(step);
        if step != ActivationStep::Install && self.stop.load(Ordering::Relaxed) {
            self.tell(name, StepState::Cancelled);
            return ControlFlow::Break(());
        }
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Some(name);
        self.looks.store(step == ActivationStep::Look, Ordering::Relaxed);
        self.asks.fetch_or(step == ActivationStep::Seat, Ordering::Relaxed);
        self.tell(name, StepState::Running);
        ControlFlow::Continue(())
    }

    fn look_refused(&self) {
        self.end(StepState::Refused);
    }
}

#[tauri::command]
pub(crate) async fn send_activation(app: Here<'_>, preview: u32) -> Answer<Activated> {
    let stop = app.running.begin(preview);
    let steps = Arc::new(Steps {
        preview,
        page: app.page.clone(),
        stop,
        now: Mutex::default(),
        looks: AtomicBool::default(),
        asks: AtomicBool::default(),
    });
    let (watching, ending) = (Arc::clone(&steps), Arc::clone(&steps));
    let done = app
        .acts
        .ask(move |desk| {
            let Prepared::Activation(mut plan) = desk.take(preview)? else {
                return Err(Failure::no_preview());
            };
            plan.watched_by(watching);
            let (checked, name) = (plan.checked().clone(), plan.device_name().map(str::to_owned));
            let mut sent = Vec::new();
            let done = desk.runtime.block_on(desk.gatefold.activate_noting(*plan, &mut sent));
            if let Err(error) = &done {
                ending.end_by(error);
            }
            let done = match done {
                Ok(done) => done,
                Err(error) if error.wants_sign_in() => {
                    let waiting = Prepared::NotByKey(Box::new(checked.after(sent)), name);
                    return Err(Failure { by_sign_in: Some(desk.keep(waiting)), ..error.into() });
                }
                Err(error) => return Err(error.into()),
            };
            desk.remember(None);
            Ok(told(desk, done))
        })
        .await;
    app.running.end(preview);
    steps.end(if done.is_ok() { StepState::Done } else { StepState::Failed });
    app.changed(&[Changed::Ledger, Changed::Library, Changed::Vendors]);
    done
}

/// It is done: a line that cannot be read just now is no failure of it.
pub(super) fn told(desk: &Desk, done: Done) -> Activated {
    let entry = |id: &EntryId| desk.gatefold.ledger_entry(id.0).ok().map(|entry| entry.line.into());
    Activated {
        entries: done.entries.iter().filter_map(entry).collect(),
        standing: done.assessment.standing.into(),
        reason: done.says().into(),
        product: done.product,
        license_id: done.license_id,
    }
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
