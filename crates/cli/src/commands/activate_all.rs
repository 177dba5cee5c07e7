//! Activating what the accounts own and this computer lacks: shown and asked about once, then one license after the other.
//! Each has its line or entry, whatever became of the others; and so has what is left out because it is not needed.

use std::ops::ControlFlow;

use gatefold_client::{
    Attempt, ClientError, DeviceName, Enough, ErrorKind, Gatefold, InForce, Item, Owned, OwnedPlan,
    PlannedWhen, Preview, Purpose, Unready, Values, WhySpare, written,
};
use serde::Serialize;

use super::activate::{chosen_name, name_stays, not_yet};
use super::full::say_listed;
use super::owned::say_unread;
use super::vendor::say_damaged;
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::{Failure, of_several};
use crate::output::{ATTENTION, CALM, Fault, Output, SOFT, STRONG, day, styled};
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

/// A license that is not needed here.
#[derive(Serialize)]
struct Spare {
    vendor: String,
    license_id: String,
    product: String,
    /// `ended`, `suspended` or `another`.
    why: &'static str,
}

#[derive(Serialize)]
struct Report {
    entries: Vec<Entry>,
    spare: Vec<Spare>,
    /// The first of the entries' errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
}

type Planned = Result<OwnedPlan, Unready>;

/// With `also_spare` what is not needed here, too.
pub(super) fn run(
    call: &Call,
    also_spare: bool,
    device_name: Option<&str>,
    yes: &Ask,
) -> Result<(), Failure> {
    let device_name = chosen_name(call, device_name)?;
    let mut gatefold = call.open_to_keep()?;
    let mut owned = owned(call, &gatefold, yes)?;
    let known = owned.len();
    let Enough { wanted, spare } = if also_spare {
        owned.retain(|license| !license.is_here);
        Enough { wanted: owned, spare: Vec::new() }
    } else {
        gatefold.enough_of(owned)
    };
    let plans = gatefold.plan_owned(&wanted, device_name.as_ref());
    if plans.is_empty() {
        call.out.line(styled(SOFT, nothing_to_do(known, spare.len())));
    }
    say_spare(call.out, &spare);
    if plans.is_empty() {
        return report(call, Vec::new(), spare);
    }
    ask(call.out, &plans, device_name.as_ref(), yes)?;
    let attempts = wait(gatefold.activate_all(plans, |attempt| {
        say(call.out, attempt);
        ControlFlow::Continue(())
    }))?;
    call.say_shown(&gatefold);
    let is_full = |attempt: &&Attempt| matches!(&attempt.result, Err(error) if error.is_seats_full());
    for Attempt { license, .. } in attempts.iter().filter(is_full) {
        say_listed(call.out, &gatefold, &license.vendor, &license.license_id);
    }
    report(call, attempts, spare)
}

/// What was damaged is said on its own: those that can be read are not all.
fn nothing_to_do(known: usize, spare: usize) -> &'static str {
    match (known, spare) {
        (0, _) => {
            "No license of your accounts is known here, so nothing is sent. Read them again with: gatefold account refresh"
        }
        (_, 0) => {
            "Every license of your accounts that is known here is on this computer, so nothing is sent. What each is worth: gatefold license list"
        }
        _ => "No other license of your accounts is needed on this computer, so nothing is sent.",
    }
}

/// Left out, and never in silence.
fn say_spare(out: Output, spare: &[(Owned, WhySpare)]) {
    if spare.is_empty() {
        return;
    }
    out.line("Yours too, and left out:");
    for (license, why) in spare {
        let why = match why {
            WhySpare::Ended => match license.expires_at {
                Some(end) => format!("ended on {}", day(&written(end))),
                None => "has ended".to_owned(),
            },
            WhySpare::Barred => "suspended by the vendor".to_owned(),
            WhySpare::Another => "another license of it is enough".to_owned(),
            WhySpare::Full => "all its seats are in use, as listed last".to_owned(),
        };
        out.line(styled(SOFT, format!("  {}: {why}", titled(license))));
    }
    let (full, others): (Vec<_>, Vec<_>) = spare.iter().partition(|(_, why)| *why == WhySpare::Full);
    for (license, _) in full {
        let id = &license.license_id;
        out.line(format!(
            "To make room, see who holds the seats: gatefold license seats {id}; then: gatefold license activate {id} --release NAME"
        ));
    }
    if !others.is_empty() {
        out.line("To activate the others all the same, add: --spare");
    }
}

/// The licenses of the vendor that is named, or of everybody who is signed in to.
fn owned(call: &Call, gatefold: &Gatefold, yes: &Ask) -> Result<Vec<Owned>, Failure> {
    if call.named_vendor().is_some() {
        return Ok(gatefold.owned_of(&call.vendor_to_use(gatefold, yes)?.in_force)?);
    }
    let mut all = Vec::new();
    let mut is_signed_in = false;
    let mut unread = None;
    for vendor in gatefold.vendors()?.iter().filter(|vendor| vendor.has_library()) {
        match gatefold.owned_of(vendor) {
            Ok(owned) => all.extend(owned),
            Err(ClientError::NotSignedIn) => continue,
            Err(error @ ClientError::LicensesUnread) => {
                say_unread(call, vendor);
                unread = Some(error);
            }
            Err(error) => return Err(error.into()),
        }
        is_signed_in = true;
    }
    // One who was not read keeps nobody else's from being activated.
    if let Some(unread) = unread.filter(|_| all.is_empty()) {
        return Err(unread.into());
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
        out.say(styled(STRONG, vendor.called()));
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
fn report(call: &Call, attempts: Vec<Attempt>, spare: Vec<(Owned, WhySpare)>) -> Result<(), Failure> {
    let out = call.out;
    say_instead(out, &attempts, &spare);
    let failures: Vec<ErrorKind> =
        attempts.iter().filter_map(|attempt| attempt.result.as_ref().err()).map(ClientError::kind).collect();
    let entries: Vec<Entry> = attempts.into_iter().map(Entry::of).collect();
    out.each_once(entries.iter().filter_map(|entry| entry.error.as_ref()));
    let error = entries.iter().find_map(|entry| entry.error.clone());
    let done = entries.len() - failures.len();
    if !failures.is_empty() {
        out.line(format!("{done} of {} licenses were activated", entries.len()));
    }
    call.say_sent();
    out.object(&Report { entries, spare: spare.into_iter().map(Spare::of).collect(), error });
    of_several(done > 0, &failures)
}

/// What was left out because another was enough may be what is needed, once that one failed.
fn say_instead(out: Output, attempts: &[Attempt], spare: &[(Owned, WhySpare)]) {
    for failed in attempts.iter().filter(|attempt| attempt.result.is_err()) {
        let is_another = |(license, why): &&(Owned, WhySpare)| {
            *why == WhySpare::Another
                && license.product_id == failed.license.product_id
                && license.vendor.named() == failed.license.vendor.named()
        };
        if let Some((other, _)) = spare.iter().find(is_another) {
            out.line(format!(
                "{} may do instead: read your licenses again with: gatefold account refresh; then do this again",
                titled(other)
            ));
        }
    }
}

impl Spare {
    fn of((license, why): (Owned, WhySpare)) -> Self {
        Self {
            vendor: license.vendor.vendor().id().to_owned(),
            license_id: license.license_id,
            product: license.product,
            why: match why {
                WhySpare::Ended => "ended",
                WhySpare::Barred => "suspended",
                WhySpare::Another => "another",
                WhySpare::Full => "full",
            },
        }
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
