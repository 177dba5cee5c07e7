//! Giving this computer's seats back: of one license, of all, or without asking the vendor. Of all each is tried, whatever
//! became of the others (but a server that asks for a pause has it), and has its line or entry; the exit code is 3 if each was refused, and 1 if some failed.

use gatefold_client::{ClientError, Gatefold, Pauses, ReleasePlan, Released, Unplanned, Values};
use serde::Serialize;

use super::license::seat_meant;
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::{Failure, of_several};
use crate::output::{ATTENTION, CALM, Fault, SOFT, STRONG, styled};
use crate::preview;

/// Of the license that is named, or of all.
pub(super) fn run(call: &Call, id: Option<&str>, local_only: bool, yes: &Ask) -> Result<(), Failure> {
    match id {
        Some(id) if local_only => remove_here(call, id, yes.yes),
        Some(id) => deactivate(call, id, yes),
        None => deactivate_all(call, yes),
    }
}

#[derive(Serialize)]
struct Deactivated {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: Option<String>,
    ledger: Vec<i64>,
}

const NO_SEATS: &str = "This license has no seats: nothing is sent, and only its file is removed.";

impl Deactivated {
    fn of(status: &'static str, released: Released) -> Self {
        Self {
            status,
            product: released.product,
            license_id: released.license_id,
            machine_id: released.machine_id,
            ledger: released.entries.iter().map(|id| id.0).collect(),
        }
    }
}

/// `--local-only`: for a vendor who refuses or is gone.
fn remove_here(call: &Call, id: &str, yes: bool) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let id = seat_meant(&gatefold, id)?;
    let plan = gatefold.plan_local_removal(&id)?;
    let (product, vendor) = (plan.product().to_owned(), plan.vendor().vendor().name().to_owned());
    call.out.say(match plan.machine_id() {
        Some(seat) => {
            format!("Nothing is sent: {vendor} is not told, and the seat {seat} stays taken there, until it is released in your account or by {vendor}.")
        }
        None => NO_SEATS.to_owned(),
    });
    confirm(yes, &format!("Remove {product} from this computer alone?"))?;
    let removed = wait(gatefold.release(plan))??;
    call.out.line(styled(CALM, format!("{product} was removed from this computer")));
    call.out.object(&Deactivated::of("removed", removed));
    Ok(())
}

fn deactivate(call: &Call, id: &str, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let id = seat_meant(&gatefold, id)?;
    let plan = gatefold.plan_release(&id)?;
    let product = plan.product().to_owned();
    match plan.request() {
        Some(request) if yes.shows() => {
            let values = Values { requests: &[request], ..Values::default() };
            preview::notes(call.out, plan.vendor(), values);
            preview::show(call.out, "This is everything that will be sent", request);
        }
        Some(_) => {}
        None => call.out.say(NO_SEATS),
    }
    confirm(yes.yes, &format!("Deactivate {product} on this computer?"))?;
    let released = wait(gatefold.release(plan))??;
    call.out.line(styled(CALM, format!("{product} is deactivated on this computer")));
    call.out.object(&Deactivated::of("deactivated", released));
    Ok(())
}

/// What became of one license.
#[derive(Serialize)]
struct Entry {
    license_id: String,
    product: String,
    machine_id: Option<String>,
    /// `deactivated` or `failed`.
    result: &'static str,
    error: Option<Fault>,
    ledger: Vec<i64>,
}

fn deactivate_all(call: &Call, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let mut gatefold = call.open()?;
    let vendor = match call.named_vendor() {
        Some(_) => Some(call.vendor_to_use(&gatefold, yes)?.in_force),
        None => None,
    };
    if let Some(vendor) = &vendor {
        call.say_only(vendor.vendor().name());
    }
    let all = gatefold.plan_release_of_all(vendor.as_ref())?;
    if all.plans.is_empty() && all.unplanned.is_empty() {
        out.line(styled(SOFT, "Nothing is activated on this computer, so nothing is sent."));
        return report(call, &[], &[]);
    }
    if yes.shows() {
        all.plans.iter().for_each(|plan| show(call, plan));
    }
    if !all.plans.is_empty() {
        out.say("Copies of license files that lie elsewhere, as in a backup, cannot be recalled.");
        confirm(yes.yes, &deactivate_how_many(all.plans.len()))?;
    }
    let (mut entries, mut failures, mut pauses) = (Vec::new(), Vec::new(), Pauses::default());
    for plan in all.plans {
        let (entry, failure) = release(call, &mut gatefold, plan, &mut pauses)?;
        entries.push(entry);
        let is_stopped = failure.as_ref().is_some_and(ClientError::is_stopped);
        failures.extend(failure);
        // What was done before stands, and is said.
        if is_stopped {
            return report(call, &entries, &failures);
        }
    }
    for Unplanned { license_id, product, error } in all.unplanned {
        let message = error.advice().message;
        let line = if product.is_empty() { message } else { format!("{product}: {message}") };
        out.line(styled(ATTENTION, line));
        let fault = Some(Fault::from(&error));
        entries.push(Entry {
            license_id,
            product,
            machine_id: None,
            result: "failed",
            error: fault,
            ledger: vec![],
        });
        failures.push(error);
    }
    report(call, &entries, &failures)
}

fn deactivate_how_many(count: usize) -> String {
    match count {
        1 => "Deactivate one license on this computer?".to_owned(),
        _ => format!("Deactivate {count} licenses on this computer?"),
    }
}

fn show(call: &Call, plan: &ReleasePlan) {
    let out = call.out;
    out.say(String::new());
    out.say(styled(STRONG, format!("{} by {}", plan.product(), plan.vendor().vendor().name())));
    match plan.request() {
        Some(request) => {
            let values = Values { requests: &[request], ..Values::default() };
            preview::notes(out, plan.vendor(), values);
            preview::show(out, "This is everything that will be sent for it", request);
        }
        None => out.say(NO_SEATS),
    }
}

fn release(
    call: &Call,
    gatefold: &mut Gatefold,
    plan: ReleasePlan,
    pauses: &mut Pauses,
) -> Result<(Entry, Option<ClientError>), Failure> {
    let (license_id, product) = (plan.license_id().to_owned(), plan.product().to_owned());
    let machine_id = plan.machine_id().map(str::to_owned);
    let (vendor, mut sent) = (plan.vendor().clone(), Vec::new());
    // What asks nobody waits for nobody.
    let may_begin = plan.request().map_or_else(|| call.go_on(), |_| pauses.lets(&vendor));
    let failure = match may_begin {
        Ok(()) => pauses.note(&vendor, wait(gatefold.release_noting(plan, &mut sent))?).err(),
        Err(pause) => Some(pause),
    };
    let line = match &failure {
        None => styled(CALM, format!("{product} is deactivated on this computer")),
        Some(error) => styled(ATTENTION, format!("{product}: {}", error.advice().message)),
    };
    call.out.line(line);
    let result = if failure.is_none() { "deactivated" } else { "failed" };
    let (error, ledger) = (failure.as_ref().map(Fault::from), sent.iter().map(|id| id.0).collect());
    Ok((Entry { license_id, product, machine_id, result, error, ledger }, failure))
}

/// Every license's result, and beside them the first failure, where readers look for one.
fn report(call: &Call, entries: &[Entry], failures: &[ClientError]) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Report<'a> {
        entries: &'a [Entry],
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Fault>,
    }
    call.out.each_once(entries.iter().filter_map(|entry| entry.error.as_ref()));
    call.out.object(&Report { entries, error: failures.first().map(Fault::from) });
    let is_any_done = entries.iter().any(|entry| entry.error.is_none());
    of_several(is_any_done, &failures.iter().map(ClientError::kind).collect::<Vec<_>>())
}
