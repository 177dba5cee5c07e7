//! Asking about the licenses here again. Each is tried, whatever became of the others, and each has its line or entry.

use gatefold_client::{
    ClientError, Gatefold, InForce, Pauses, RefreshPlan, Refreshed, Unfinished, Unplanned, Unreadable, Values,
};
use serde::Serialize;

use super::license::{meant, say_ends, say_unfinished, say_unreadable, told_apart};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::{Failure, of_several};
use crate::output::{ATTENTION, CALM, Fault, Output, SOFT, STRONG, styled};
use crate::preview;

/// What became of one license.
#[derive(Serialize)]
struct Entry {
    license_id: String,
    product: String,
    /// `renewed`, `revoked` or `failed`.
    result: &'static str,
    standing: Option<&'static str>,
    error: Option<Fault>,
    ledger: Vec<i64>,
}

type Planned = Result<RefreshPlan, Unplanned>;

pub(super) fn run(call: &Call, license_id: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let mut gatefold = call.open_to_keep()?;
    let vendors = match call.named_vendor() {
        Some(_) => vec![call.vendor_to_use(&gatefold, yes)?.in_force],
        None => gatefold.vendors()?,
    };
    let found = license_id.map(|id| meant(&gatefold, id)).transpose()?.flatten();
    let license_id = found.as_ref().map(|(license, _)| license.as_str()).or(license_id);
    let lost = lost(&gatefold, &vendors, license_id)?;
    let planned = match plan(&gatefold, &vendors, license_id) {
        Err(ClientError::NotInstalled(_)) if !lost.is_empty() => Vec::new(),
        planned => planned?,
    };
    let (_, unreadable) = gatefold.library()?;
    say_unreadable(call, &unreadable);
    lost.iter().for_each(|open| say_unfinished(call, open));
    let mut failures = unrefreshed(unreadable, planned.is_empty(), license_id.is_some());
    failures.extend(lost.into_iter().filter_map(|open| match open.seat_is_gone {
        true => Some(ClientError::SeatGone),
        false => open.machine_id.map(ClientError::FileLost),
    }));
    if planned.is_empty() {
        if failures.is_empty() {
            out.line(styled(
                SOFT,
                match gatefold.library()?.0.is_empty() {
                    true => "No licenses on this computer, so nothing is sent.",
                    false => "No server makes a trial go on that has ended, so nothing is sent.",
                },
            ));
        } else {
            out.line(styled(SOFT, "No license here can be read, so nothing is sent."));
        }
        return report(call, &[], &failures);
    }
    ask(out, &planned, yes)?;
    let (mut entries, mut pauses) = (Vec::new(), Pauses::default());
    let names = told_apart(&gatefold, planned.iter().map(of));
    for (planned, name) in planned.into_iter().zip(&names) {
        let (entry, failure) = refresh(out, &mut gatefold, planned, name, &mut pauses)?;
        entries.push(entry);
        let is_stopped = failure.as_ref().is_some_and(ClientError::is_stopped);
        failures.extend(failure);
        if is_stopped {
            break;
        }
    }
    call.say_shown(&gatefold);
    say_ends(call, &gatefold);
    report(call, &entries, &failures)
}

/// A license that cannot be read cannot be refreshed either; silence would look like success. Another computer's, in a
/// home that is shared, is refreshed there; and who names one license asks about no other.
fn unrefreshed(unreadable: Vec<Unreadable>, nothing_else: bool, one_is_meant: bool) -> Vec<ClientError> {
    let counts = |file: &Unreadable| nothing_else || !(one_is_meant || file.is_of_another_computer());
    unreadable.into_iter().filter(counts).map(|file| file.error).collect()
}

/// The seats whose files are lost, of these vendors, or of the license that is meant.
fn lost(
    gatefold: &Gatefold,
    vendors: &[InForce],
    license_id: Option<&str>,
) -> Result<Vec<Unfinished>, ClientError> {
    let mut lost = Vec::new();
    for vendor in vendors {
        lost.extend(gatefold.unfinished_of(vendor)?);
    }
    lost.retain(|open| open.file_is_lost && license_id.is_none_or(|id| open.license_id == id));
    Ok(lost)
}

/// The licenses of all vendors, or the one that is meant.
fn plan(
    gatefold: &Gatefold,
    vendors: &[InForce],
    license_id: Option<&str>,
) -> Result<Vec<Planned>, ClientError> {
    let mut plans = Vec::new();
    let mut missing = None;
    for vendor in vendors {
        match gatefold.plan_refresh(vendor, license_id) {
            Ok(mut more) => plans.append(&mut more),
            Err(error @ ClientError::NotInstalled(_)) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    match missing {
        Some(error) if plans.is_empty() => Err(error),
        _ => Ok(plans),
    }
}

/// Which license a plan is of: its product, and its id.
fn of(planned: &Planned) -> (&str, &str) {
    match planned {
        Ok(plan) => (plan.product(), plan.license_id()),
        Err(unplanned) => (&unplanned.product, &unplanned.license_id),
    }
}

fn ask(out: Output, planned: &[Planned], yes: &Ask) -> Result<(), Failure> {
    let plans: Vec<&RefreshPlan> = planned.iter().filter_map(|planned| planned.as_ref().ok()).collect();
    if plans.is_empty() {
        return Ok(());
    }
    if yes.shows() {
        plans.iter().for_each(|plan| show(out, plan));
    }
    confirm(yes.yes, &format!("Send up to {} requests?", plans.len() * 2))
}

fn show(out: Output, plan: &RefreshPlan) {
    let [asked, fetched] = plan.requests();
    out.say(String::new());
    out.say(styled(STRONG, format!("{} by {}", plan.product(), plan.vendor().called())));
    let values = Values { requests: &[asked, fetched], ..Values::default() };
    preview::notes(out, plan.vendor(), values);
    preview::show(out, "This asks about the license", asked);
    preview::show(out, "Then, unless it is refused, this fetches its file anew", fetched);
}

fn refresh(
    out: Output,
    gatefold: &mut Gatefold,
    planned: Planned,
    name: &str,
    pauses: &mut Pauses,
) -> Result<(Entry, Option<ClientError>), Failure> {
    let mut sent = Vec::new();
    let (license_id, product, refreshed) = match planned {
        Ok(plan) => {
            let (license_id, product) = (plan.license_id().to_owned(), plan.product().to_owned());
            let vendor = plan.vendor().clone();
            let refreshed = match pauses.lets(&vendor) {
                Ok(()) => pauses.note(&vendor, wait(gatefold.refresh(plan, &mut sent))?),
                Err(pause) => Err(pause),
            };
            (license_id, product, refreshed)
        }
        Err(Unplanned { license_id, product, error }) => (license_id, product, Err(error)),
    };
    let (result, standing, failure) = match refreshed {
        Ok(Refreshed::Renewed { assessment, .. }) => ("renewed", Some(assessment.standing.as_str()), None),
        Ok(Refreshed::Revoked { refusal }) => ("revoked", Some("revoked"), Some(ClientError::from(refusal))),
        Err(error) => ("failed", None, Some(error)),
    };
    let error = failure.as_ref().map(Fault::from);
    let line = match &failure {
        None => styled(CALM, format!("{name}: {}", standing.unwrap_or_default().replace('_', " "))),
        Some(error) => styled(ATTENTION, format!("{name}: {}", error.advice().message)),
    };
    out.line(line);
    let ledger = sent.iter().map(|id| id.0).collect();
    Ok((Entry { license_id, product, result, standing, error, ledger }, failure))
}

/// Every license's result, and beside them the first failure, where readers look for one.
fn report(call: &Call, entries: &[Entry], failures: &[ClientError]) -> Result<(), Failure> {
    let out = call.out;
    #[derive(Serialize)]
    struct Report<'a> {
        entries: &'a [Entry],
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Fault>,
    }
    out.each_once(entries.iter().filter_map(|entry| entry.error.as_ref()));
    call.say_sent();
    out.object(&Report { entries, error: failures.first().map(Fault::from) });
    let is_any_done = entries.iter().any(|entry| entry.error.is_none());
    of_several(is_any_done, &failures.iter().map(ClientError::kind).collect::<Vec<_>>())
}
