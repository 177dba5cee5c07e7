//! Giving seats back: this computer's of one license, of all, or without asking the vendor; another computer's. Of all each is tried, whatever
//! became of the others (but a server that asks for a pause has it), and has its line or entry; the exit code is 3 if each was refused, and 1 if some failed.

use gatefold_client::{
    ClientError, ElsewherePlan, Gatefold, InForce, Pauses, ReleaseOfAll, ReleasePlan, Released, Unplanned,
    Unusable, Values,
};
use serde::Serialize;

use super::license::{say_unfinished, seat_meant, told_apart};
use super::{Call, seats, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::{Failure, of_several};
use crate::output::{ATTENTION, CALM, Fault, SOFT, STRONG, styled};
use crate::preview;

/// Of the license that is named; or the seat of another computer that the vendor's list named.
pub(super) fn one(
    call: &Call,
    id: &str,
    local_only: bool,
    key: Option<&str>,
    yes: &Ask,
) -> Result<(), Failure> {
    match local_only {
        true => remove_here(call, id, yes.yes),
        false => deactivate(call, id, key, yes),
    }
}

/// Of all licenses here.
pub(super) fn all(call: &Call, all: bool, local_only: bool, yes: &Ask) -> Result<(), Failure> {
    match (all, local_only) {
        (true, true) => remove_all_here(call, yes),
        (true, false) => deactivate_all(call, yes),
        (false, _) => Err(Failure::Usage(
            "No license was named. Name it as `gatefold license list` shows it, or all of them with --all."
                .to_owned(),
        )),
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
    let plan = match gatefold.plan_local_removal(&id) {
        Err(error @ ClientError::NotInstalled(_)) => {
            let unusable = gatefold.unusable(&id)?.ok_or(error)?;
            return remove_unusable(call, &gatefold, unusable, yes);
        }
        plan => plan?,
    };
    let (product, vendor) = (plan.product().to_owned(), plan.vendor().called());
    call.out.say(match plan.machine_id() {
        Some(seat) => {
            format!("Nothing is sent: {vendor} is not told, and the seat {seat} stays taken there, until it is released in your account or by {vendor}.")
        }
        None => NO_SEATS.to_owned(),
    });
    confirm(yes, &format!("Remove {product} from this computer alone?"))?;
    let removed = wait(gatefold.release(plan))??;
    call.out.line(removed_line(&product));
    say_copies(call, &gatefold, &removed.license_id);
    call.out.object(&Deactivated::of("removed", removed));
    Ok(())
}

/// What lies here and cannot be used: no seat of this computer's goes with it.
fn remove_unusable(call: &Call, gatefold: &Gatefold, unusable: Unusable, yes: bool) -> Result<(), Failure> {
    let product = unusable.product.clone().unwrap_or_else(|| unusable.license_id.clone());
    call.out.say(match unusable.is_of_another_computer {
        true => "Nothing is sent. The file is for another computer, or for this one before its system was installed anew: if another computer shares this home, it loses the license. The seat stays taken at the vendor.",
        false => "Nothing is sent: only the file is removed, which cannot be used.",
    });
    confirm(yes, &format!("Remove the file of {product} from this computer?"))?;
    gatefold.remove_unusable(&unusable)?;
    call.out.line(removed_line(&product));
    call.out.object(&Deactivated {
        status: "removed",
        product,
        license_id: unusable.license_id,
        machine_id: None,
        ledger: Vec::new(),
    });
    Ok(())
}

fn deactivate(call: &Call, id: &str, key: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let key = seats::key_typed(key)?;
    let mut gatefold = call.open()?;
    let id = seats::seat_of_any(&gatefold, id)?;
    let plan = match gatefold.plan_release(&id) {
        Err(error) if error.may_be_elsewhere() => {
            return match seats::plan_elsewhere(&gatefold, &id, key.as_ref())? {
                Some(plan) => deactivate_elsewhere(call, &mut gatefold, plan, yes),
                None => Err(error.into()),
            };
        }
        plan => plan.map_err(|error| or_here(error, &id))?,
    };
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
    let released = wait(gatefold.release(plan))?;
    call.say_shown(&gatefold);
    let released = released.map_err(|error| or_here(error, &id))?;
    call.out.line(styled(CALM, format!("{product} is deactivated on this computer")));
    call.say_sent();
    say_copies(call, &gatefold, &released.license_id);
    // Its old file went, and a newer seat may be open still.
    let left = gatefold.unfinished()?.into_iter().filter(|open| open.license_id == released.license_id);
    left.for_each(|open| say_unfinished(call, &open));
    call.out.object(&Deactivated::of("deactivated", released));
    Ok(())
}

fn deactivate_elsewhere(
    call: &Call,
    gatefold: &mut Gatefold,
    plan: ElsewherePlan,
    yes: &Ask,
) -> Result<(), Failure> {
    seats::ask_elsewhere(call, &plan, yes)?;
    let (product, called) = (plan.product().to_owned(), seats::called(&plan));
    let released = wait(gatefold.release_elsewhere(plan, &mut Vec::new()))?;
    call.say_shown(gatefold);
    let released = released?;
    call.out
        .line(styled(CALM, format!("The seat of {called} is free: {product} can be activated elsewhere")));
    call.say_sent();
    call.out.object(&Deactivated::of("deactivated", released));
    Ok(())
}

/// What root installed for all users is not the user's to remove, and goes on.
fn say_copies(call: &Call, gatefold: &Gatefold, license_id: &str) {
    for file in gatefold.copies_for_all(license_id) {
        let text = "For all users of this computer it is installed still, and counts until root removes it:";
        call.out.say(styled(ATTENTION, text));
        call.out.say(format!("  sudo rm {}", file.display()));
    }
}

fn removed_line(product: &str) -> String {
    styled(CALM, format!("{product} was removed from this computer"))
}

/// A vendor who is gone or says no for good keeps nobody's computer.
fn or_here(error: ClientError, id: &str) -> Failure {
    match error.leaves_local_removal() {
        true => Failure::Or(
            error,
            format!(
                "As the last way out, remove it here alone; a seat that is taken there stays taken: gatefold license deactivate {id} --local-only"
            ),
        ),
        false => error.into(),
    }
}

/// What became of one license.
#[derive(Serialize)]
struct Entry {
    license_id: String,
    product: String,
    machine_id: Option<String>,
    /// `deactivated`, `removed` (here alone) or `failed`.
    result: &'static str,
    error: Option<Fault>,
    ledger: Vec<i64>,
}

fn deactivate_all(call: &Call, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let mut gatefold = call.open()?;
    let vendor = vendor_alone(call, &gatefold, yes)?;
    let ReleaseOfAll { plans, unplanned } = gatefold.plan_release_of_all(vendor.as_ref())?;
    if yes.shows() {
        plans.iter().for_each(|plan| show(call, plan));
    }
    if !plans.is_empty() {
        out.say("Copies of license files that lie elsewhere, as in a backup, cannot be recalled.");
        confirm(yes.yes, &format!("Deactivate {} on this computer?", how_many(plans.len())))?;
    }
    let done = release_each(call, &mut gatefold, plans, unplanned, Way::Deactivate)?;
    call.say_shown(&gatefold);
    done.report(call)
}

/// `--all --local-only`: for vendors who refuse or are gone.
fn remove_all_here(call: &Call, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let mut gatefold = call.open()?;
    let vendor = vendor_alone(call, &gatefold, yes)?;
    let ReleaseOfAll { plans, unplanned } = gatefold.plan_local_removal_of_all(vendor.as_ref())?;
    if !plans.is_empty() {
        let has_seats = plans.iter().any(|plan| plan.machine_id().is_some());
        out.say(match has_seats {
            true => "Nothing is sent: no vendor is told, and these seats stay taken, until they are released in your account or by the vendor:",
            false => "Nothing is sent, and only these files are removed:",
        });
        for plan in &plans {
            let seat = plan.machine_id().or(has_seats.then_some("no seat"));
            let seat = seat.map(|seat| format!(": {seat}")).unwrap_or_default();
            out.say(format!("  {} by {}{seat}", plan.product(), plan.vendor().called()));
        }
        confirm(yes.yes, &format!("Remove {} from this computer alone?", how_many(plans.len())))?;
    }
    release_each(call, &mut gatefold, plans, unplanned, Way::RemoveHere)?.report(call)
}

/// The one vendor whose licenses are meant, if one is named.
fn vendor_alone(call: &Call, gatefold: &Gatefold, yes: &Ask) -> Result<Option<InForce>, Failure> {
    if call.named_vendor().is_none() {
        return Ok(None);
    }
    let vendor = call.vendor_to_use(gatefold, yes)?.in_force;
    call.say_only(&vendor.called());
    Ok(Some(vendor))
}

fn how_many(licenses: usize) -> String {
    match licenses {
        1 => "one license".to_owned(),
        _ => format!("{licenses} licenses"),
    }
}

/// Whether the vendors are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Deactivate,
    RemoveHere,
}

/// What became of all.
#[derive(Default)]
struct Done {
    entries: Vec<Entry>,
    failures: Vec<ClientError>,
}

fn release_each(
    call: &Call,
    gatefold: &mut Gatefold,
    plans: Vec<ReleasePlan>,
    unplanned: Vec<Unplanned>,
    way: Way,
) -> Result<Done, Failure> {
    let (mut done, mut pauses) = (Done::default(), Pauses::default());
    if plans.is_empty() && unplanned.is_empty() {
        call.out.line(styled(SOFT, "Nothing is activated on this computer, so nothing is sent."));
    }
    let names = told_apart(gatefold, plans.iter().map(|plan| (plan.product(), plan.license_id())));
    for (plan, name) in plans.into_iter().zip(names) {
        let (entry, failure) = release(call, gatefold, plan, &name, &mut pauses, way)?;
        done.entries.push(entry);
        let is_stopped = failure.as_ref().is_some_and(ClientError::is_stopped);
        done.failures.extend(failure);
        // What was done before stands, and is said.
        if is_stopped {
            return Ok(done);
        }
    }
    for Unplanned { license_id, product, error } in unplanned {
        let message = error.advice().message;
        let line = match (product.as_str(), license_id.as_str()) {
            ("", "") => message,
            ("", id) => format!("License {id}: {message}"),
            (product, _) => format!("{product}: {message}"),
        };
        call.out.line(styled(ATTENTION, line));
        let (machine_id, ledger) = (None, vec![]);
        let fault = Some(Fault::from(&error));
        done.entries.push(Entry { license_id, product, machine_id, result: "failed", error: fault, ledger });
        done.failures.push(error);
    }
    Ok(done)
}

fn show(call: &Call, plan: &ReleasePlan) {
    let out = call.out;
    out.say(String::new());
    out.say(styled(STRONG, format!("{} by {}", plan.product(), plan.vendor().called())));
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
    name: &str,
    pauses: &mut Pauses,
    way: Way,
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
        None if way == Way::RemoveHere => removed_line(name),
        None => styled(CALM, format!("{name} is deactivated on this computer")),
        Some(error) => styled(ATTENTION, format!("{name}: {}", error.advice().message)),
    };
    call.out.line(line);
    if failure.is_none() {
        say_copies(call, gatefold, &license_id);
    }
    let result = match way {
        _ if failure.is_some() => "failed",
        Way::Deactivate => "deactivated",
        Way::RemoveHere => "removed",
    };
    let (error, ledger) = (failure.as_ref().map(Fault::from), sent.iter().map(|id| id.0).collect());
    Ok((Entry { license_id, product, machine_id, result, error, ledger }, failure))
}

impl Done {
    /// Every license's result, and beside them the first failure, where readers look for one.
    fn report(&self, call: &Call) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Report<'a> {
            entries: &'a [Entry],
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<Fault>,
        }
        let Self { entries, failures } = self;
        call.out.each_once(entries.iter().filter_map(|entry| entry.error.as_ref()));
        if failures.iter().any(ClientError::leaves_local_removal) {
            call.out.say("As the last way out, remove them here alone; seats that are taken there stay taken: gatefold license deactivate --all --local-only");
        }
        call.say_sent();
        call.out.object(&Report { entries, error: failures.first().map(Fault::from) });
        let is_any_done = entries.iter().any(|entry| entry.error.is_none());
        of_several(is_any_done, &failures.iter().map(ClientError::kind).collect::<Vec<_>>())
    }
}
