//! Activating whatever of the accounts' licenses is not here: shown and asked about once, then one after the other. Each has
//! its line or entry, whatever became of the others.

use std::ops::ControlFlow;

use gatefold_client::{
    Attempt, ClientError, DeviceName, ErrorKind, Gatefold, InForce, Item, Owned, OwnedPlan, PlannedWhen,
    Preview, Purpose, Unready, Values,
};
use serde::Serialize;

use super::activate::{chosen_name, name_stays, not_yet};
use super::vendor::say_damaged;
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Fault, Output, SOFT, STRONG, styled};
use crate::preview;

/// What became of one license.
#[derive(Serialize)]
struct Entry {
    vendor: String,
    license_id: String,
    product: String,
    /// `activated` or `failed`.
    result: &'static str,
    machine_id: Option<String>,
    license_file: Option<String>,
    standing: Option<&'static str>,
    error: Option<Fault>,
    ledger: Vec<i64>,
}

#[derive(Serialize)]
struct Report {
    entries: Vec<Entry>,
    /// The first of the entries' errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
}

type Planned = Result<OwnedPlan, Unready>;

pub(super) fn run(call: &Call, device_name: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let device_name = chosen_name(call, device_name)?;
    let mut gatefold = call.open_to_keep()?;
    let mut owned = owned(call, &gatefold, yes)?;
    let nothing = nothing_to_do(owned.len());
    owned.retain(|license| !license.is_here);
    let plans = gatefold.plan_owned(&owned, device_name.as_ref());
    if plans.is_empty() {
        call.out.line(styled(SOFT, nothing));
        return report(call.out, Vec::new());
    }
    ask(call.out, &plans, device_name.as_ref(), yes)?;
    let attempts = wait(gatefold.activate_all(plans, |attempt| {
        say(call.out, attempt);
        ControlFlow::Continue(())
    }))?;
    call.say_clock(&gatefold);
    report(call.out, attempts)
}

/// What was damaged is said on its own: those that can be read are not all.
fn nothing_to_do(known: usize) -> &'static str {
    match known {
        0 => {
            "No license of your accounts is known here, so nothing is sent. Read them again with: gatefold account refresh"
        }
        _ => "Every license of your accounts that is known here is on this computer, so nothing is sent.",
    }
}

/// The licenses of the vendor that is named, or of everybody who is signed in to.
fn owned(call: &Call, gatefold: &Gatefold, yes: &Ask) -> Result<Vec<Owned>, Failure> {
    if call.named_vendor().is_some() {
        return Ok(gatefold.owned_of(&call.vendor_to_use(gatefold, yes)?.in_force)?);
    }
    let mut all = Vec::new();
    let mut is_signed_in = false;
    for vendor in gatefold.vendors()?.iter().filter(|vendor| vendor.has_library()) {
        if gatefold.account(vendor)?.is_some() {
            is_signed_in = true;
            all.extend(gatefold.owned_of(vendor)?);
        }
    }
    // Whoever cannot be read may be signed in to.
    let damaged = gatefold.damaged_vendors()?;
    match damaged.first() {
        Some(damaged) if !is_signed_in => Err(damaged.error().into()),
        _ if !is_signed_in => Err(ClientError::NotSignedIn.into()),
        _ => {
            damaged.iter().for_each(|vendor| say_damaged(call, vendor));
            Ok(all)
        }
    }
}

fn ask(out: Output, plans: &[Planned], name: Option<&DeviceName>, yes: &Ask) -> Result<(), Failure> {
    let ready: Vec<&OwnedPlan> = plans.iter().filter_map(|plan| plan.as_ref().ok()).collect();
    if ready.is_empty() {
        return Ok(());
    }
    if yes.shows() {
        show(out, &ready);
    }
    for plan in ready.iter().filter(|_| name.is_some()) {
        let vendor = plan.license().vendor.vendor();
        if vendor.allows(Purpose::Activate, Item::DeviceName) && !plan.sends_name() {
            out.say(format!("{}: {}", titled(plan.license()), name_stays(vendor.name())));
        }
    }
    let requests: usize = ready.iter().map(|plan| plan.requests().len()).sum();
    let licenses =
        if ready.len() == 1 { "1 license".to_owned() } else { format!("{} licenses", ready.len()) };
    confirm(yes.yes, &format!("Send up to {requests} requests and activate {licenses}?"))
}

/// What the vendors are told, once each; then every request of every license.
fn show(out: Output, plans: &[&OwnedPlan]) {
    let mut vendors: Vec<&InForce> = plans.iter().map(|plan| &plan.license().vendor).collect();
    vendors.dedup_by_key(|vendor| vendor.named());
    for vendor in vendors {
        let of_vendor = |plan: &&&OwnedPlan| plan.license().vendor.named() == vendor.named();
        let requests: Vec<&Preview> = plans
            .iter()
            .filter(of_vendor)
            .flat_map(|plan| plan.requests().iter().map(|request| &request.preview))
            .collect();
        out.say(String::new());
        out.say(styled(STRONG, vendor.vendor().name()));
        preview::notes(out, vendor, Values { requests: &requests, ..Values::default() });
        for plan in plans.iter().filter(of_vendor) {
            out.say(String::new());
            out.say(styled(STRONG, titled(plan.license())));
            preview::plan(out, plan.requests(), |request| match request.when {
                PlannedWhen::Always => "This asks about the key",
                when => preview::when(when),
            });
        }
    }
}

/// The product, and by which key the license is.
fn titled(license: &Owned) -> String {
    match license.key_hint.as_str() {
        "" => license.product.clone(),
        hint => format!("{} ••••{hint}", license.product),
    }
}

fn say(out: Output, attempt: &Attempt) {
    match &attempt.result {
        Ok(done) => {
            out.line(styled(CALM, format!("{} is activated", titled(&attempt.license))));
            if let Some(text) = not_yet(done.assessment.standing) {
                out.line(styled(ATTENTION, text));
            }
        }
        Err(error) => {
            out.line(styled(ATTENTION, format!("{}: {}", titled(&attempt.license), error.advice().message)));
        }
    }
}

/// Every license's result, and beside them the first failure, where readers look for one.
fn report(out: Output, attempts: Vec<Attempt>) -> Result<(), Failure> {
    let kinds: Vec<Option<ErrorKind>> =
        attempts.iter().map(|attempt| attempt.result.as_ref().err().map(ClientError::kind)).collect();
    let entries: Vec<Entry> = attempts.into_iter().map(Entry::of).collect();
    out.each_once(entries.iter().filter_map(|entry| entry.error.as_ref()));
    let error = entries.iter().find_map(|entry| entry.error.clone());
    let failed = kinds.iter().flatten().count();
    if failed > 0 {
        out.line(format!("{} of {} licenses were activated", entries.len() - failed, entries.len()));
    }
    out.object(&Report { entries, error });
    match failed {
        0 => Ok(()),
        // Refused to the last one.
        _ if kinds.iter().all(|kind| *kind == Some(ErrorKind::Refused)) => Err(Failure::Said(3)),
        _ => Err(Failure::Said(1)),
    }
}

impl Entry {
    fn of(attempt: Attempt) -> Self {
        let Attempt { license, result, entries } = attempt;
        let error = result.as_ref().err().map(Fault::from);
        let done = result.ok();
        Self {
            vendor: license.vendor.vendor().id().to_owned(),
            license_id: license.license_id,
            product: license.product,
            result: if done.is_some() { "activated" } else { "failed" },
            machine_id: done.as_ref().and_then(|done| done.machine_id.clone()),
            license_file: done.as_ref().map(|done| done.license_file.display().to_string()),
            standing: done.map(|done| done.assessment.standing.as_str()),
            error,
            ledger: entries.iter().map(|entry| entry.0).collect(),
        }
    }
}
