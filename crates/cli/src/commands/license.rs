//! Licenses on this computer: activate, list, deactivate.

use gatefold_client::{
    ActivationPlan, DeviceName, Gatefold, InForce, Installed, Item, LicenseEntry, Planned, PlannedWhen,
    Preview, Purpose, Released, Standing, Unfinished, Unreadable, Values, advice_of, written,
};
use serde::Serialize;

use super::{Call, wait};
use crate::args::{Ask, License};
use crate::ask::{confirm, first_line_of_stdin};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, PLAIN, SOFT, STRONG, day, hides, styled};
use crate::preview;
use crate::table::{Fit, Table};

pub(crate) fn run(call: &Call, verb: License) -> Result<(), Failure> {
    match verb {
        License::Activate { key, device_name, yes } => activate(call, key, device_name.as_deref(), &yes),
        License::List => list(call),
        License::Refresh { license_id, yes } => super::refresh::run(call, license_id.as_deref(), &yes),
        License::Deactivate { machine_id, local_only: true, yes } => remove_here(call, &machine_id, yes.yes),
        License::Deactivate { machine_id, local_only: false, yes } => deactivate(call, &machine_id, &yes),
        License::Verify { .. } => Ok(()),
    }
}

#[derive(Serialize)]
struct Activated {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: Option<String>,
    license_file: String,
    standing: &'static str,
    ledger: Vec<i64>,
}

fn activate(call: &Call, key: String, device_name: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    if device_name.is_some_and(|name| name.chars().any(|c| !c.is_control() && hides(c))) {
        let text = "The device name holds characters that cannot be seen or that reorder text.";
        return Err(Failure::Usage(text.to_owned()));
    }
    let device_name = device_name.map(DeviceName::chosen).transpose()?;
    let key = if key == "-" { first_line_of_stdin()? } else { key };
    let mut gatefold = call.open_to_keep()?;
    let done = check_and_activate(call, &mut gatefold, &key, device_name.as_ref(), yes);
    let done = done.map(|done| print_activated(call.out, done));
    call.say_clock(&gatefold);
    done
}

fn check_and_activate(
    call: &Call,
    gatefold: &mut Gatefold,
    key: &str,
    device_name: Option<&DeviceName>,
    yes: &Ask,
) -> Result<gatefold_client::Activated, Failure> {
    let out = call.out;
    let vendor = call.vendor(gatefold)?;
    let name = vendor.vendor().name().to_owned();
    let allows_name = vendor.vendor().allows(Purpose::Activate, Item::DeviceName);
    if device_name.is_some() && !allows_name {
        out.say(styled(SOFT, format!("{name} does not ask for a device name, so it is not sent.")));
    }

    let check = gatefold.prepare_check(vendor, key)?;
    if yes.shows() {
        out.say(String::new());
        out.say(styled(STRONG, format!("First, {name} is asked about the key")));
        let values = Values { requests: &[check.preview()], ..Values::default() };
        preview::notes(out, check.vendor(), values);
        preview::show(out, "This is everything in that request", check.preview());
    }
    confirm(yes.yes, "Ask about the key?")?;
    let checked = wait(gatefold.check_key(check))??;

    let plan = gatefold.plan_activation(checked, device_name)?;
    if yes.shows() {
        show_plan(out, &plan);
    }
    let sends_name = plan.requests().iter().any(|request| {
        request.when == PlannedWhen::Always && request.preview.items.contains(&Item::DeviceName)
    });
    let wants_name = device_name.is_some() && allows_name;
    if wants_name && !sends_name {
        out.say(name_stays(&name));
    }
    confirm(yes.yes, "Send and activate?")?;
    let done = wait(gatefold.activate(plan))??;
    if wants_name && sends_name && !done.entries.iter().any(|id| made_seat(gatefold, id.0)) {
        out.say(name_stays(&name));
    }
    Ok(done)
}

/// The name goes with a new seat alone.
fn name_stays(vendor: &str) -> String {
    let text =
        format!("This computer holds a seat already, so the name that {vendor} knows it by stays as it was.");
    styled(ATTENTION, text)
}

/// Whether an entry took a seat, and with it the name.
fn made_seat(gatefold: &Gatefold, entry: i64) -> bool {
    gatefold
        .ledger_entry(entry)
        .is_ok_and(|entry| entry.line.status == Some(201) && entry.line.items.contains(&Item::DeviceName))
}

fn print_activated(out: Output, done: gatefold_client::Activated) {
    let standing = done.assessment.standing.as_str();
    out.line(styled(CALM, format!("{} is activated", done.product)));
    out.line(format!("Standing      {standing}"));
    out.line(format!("License file  {}", done.license_file.display()));
    let ids: Vec<String> = done.entries.iter().map(ToString::to_string).collect();
    out.line(styled(
        SOFT,
        format!(
            "Sent: ledger entries {}. See one with: gatefold ledger show {}",
            ids.join(", "),
            ids.last().map_or("", String::as_str)
        ),
    ));
    out.object(&Activated {
        status: "activated",
        product: done.product,
        license_id: done.license_id,
        machine_id: done.machine_id,
        license_file: done.license_file.display().to_string(),
        standing,
        ledger: done.entries.iter().map(|id| id.0).collect(),
    });
}

fn show_plan(out: Output, plan: &ActivationPlan) {
    let checked = plan.checked();
    let (license, product) = (checked.license(), checked.product());
    out.say(String::new());
    out.say(styled(
        STRONG,
        format!("{} · {} by {}", product.name, product.kind, checked.vendor().vendor().name()),
    ));
    let seats = match (plan.takes_seat(), license.max_machines) {
        (false, _) => "none: it goes with the license, not with a computer".to_owned(),
        (true, Some(most)) => format!("{} of {most} in use", license.machines_count),
        (true, None) => "no limit".to_owned(),
    };
    out.say(format!("Seats          {seats}"));
    out.say(format!("License        {}", license.terms.as_str()));
    out.say(format!("Works offline  {}", plan.offline_words()));
    let hint = plan.key_hint();
    let requests: Vec<&Preview> = plan.requests().iter().map(|request| &request.preview).collect();
    let values = Values { requests: &requests, key_hint: Some(&hint), ..Values::default() };
    preview::notes(out, checked.vendor(), values);
    for request in plan.requests() {
        preview::show(out, &request_title(request), &request.preview);
    }
}

fn request_title(request: &Planned) -> String {
    match request.when {
        PlannedWhen::Always => "This is sent".to_owned(),
        PlannedWhen::UnlessSeatTaken => "This is sent, unless this computer holds a seat already".to_owned(),
        PlannedWhen::IfSeatTaken => "Only if this computer holds a seat already".to_owned(),
    }
}

fn list(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let (mut installed, unreadable) = gatefold.library()?;
    if let Some(named) = call.named_vendor() {
        let vendor = gatefold.vendor_for_call(Some(named))?;
        let key = |vendor: &InForce| (vendor.vendor().id().to_owned(), vendor.fingerprint());
        installed.retain(|license| key(&license.vendor) == key(&vendor));
        call.say_only(vendor.vendor().name());
    }
    let entries: Vec<LicenseEntry> = installed.iter().map(LicenseEntry::of).collect();
    call.out.entries(&entries);
    if entries.is_empty() {
        let nothing = match call.named_vendor() {
            Some(_) => "No licenses of this vendor on this computer.",
            None => "No licenses on this computer. Activate one with: gatefold license activate KEY",
        };
        call.out.line(styled(SOFT, nothing));
    }
    if !installed.is_empty() {
        call.out.table(&listed(&installed));
    }
    say_unreadable(call, &unreadable);
    for open in gatefold.unfinished()? {
        let Unfinished { product, license_id, machine_id } = open;
        let Some(seat) = machine_id else {
            let text = format!("{product}: a request about license {license_id} was not finished.");
            call.out.say(styled(ATTENTION, text));
            call.out.say("Repeat it, and it is resolved.");
            continue;
        };
        let text = format!(
            "{product}: a request about license {license_id} was not finished. At the vendor it may hold the seat {seat}."
        );
        call.out.say(styled(ATTENTION, text));
        call.out.say(format!(
            "Activate again to finish it; or give the seat back with: gatefold license deactivate {seat}"
        ));
    }
    Ok(())
}

pub(super) fn say_unreadable(call: &Call, unreadable: &[Unreadable]) {
    for file in unreadable {
        call.out.say(styled(ATTENTION, format!("{}: {}", file.path.display(), file.error.advice().message)));
        call.out.say(file.error.advice().hint);
    }
}

fn listed(licenses: &[Installed]) -> Table {
    let mut table = Table::headed([
        ("Product", Fit::Wrap),
        ("Vendor", Fit::Wrap),
        ("Terms", Fit::Whole),
        ("Standing", Fit::Whole),
        ("Lasts", Fit::Wrap),
        ("Id", Fit::Beginning),
    ]);
    for license in licenses {
        let standing = license.assessment.standing;
        let style = if standing == Standing::Active { CALM } else { ATTENTION };
        table.row([
            (PLAIN, license.product.clone()),
            (PLAIN, license.vendor.vendor().name().to_owned()),
            (PLAIN, license.terms.as_str().to_owned()),
            (style, standing.as_str().replace('_', " ")),
            (PLAIN, lasts(license)),
            (SOFT, license.machine_id.as_ref().unwrap_or(&license.license_id).clone()),
        ]);
        if standing != Standing::Active {
            let advice = advice_of(license.assessment.reason.code(), None);
            table.note(format!("{} {}", advice.message, advice.hint).trim_end());
        }
    }
    table
}

/// How long a license counts; nothing where it does not, whatever its dates say.
fn lasts(license: &Installed) -> String {
    let assessment = &license.assessment;
    let on = |time| day(&written(time)).to_owned();
    let (ends, refresh) = (assessment.expires_at.map(on), assessment.refresh_by.map(on));
    match assessment.standing {
        Standing::Expired if assessment.reason.code() == "license.expired" => {
            ends.map_or_else(String::new, |day| format!("ended {day}"))
        }
        Standing::Expired => refresh.map_or_else(String::new, |day| format!("file ended {day}")),
        Standing::Active | Standing::Grace | Standing::ClockBehind => match (ends, refresh) {
            (Some(day), _) => format!("until {day}"),
            (None, Some(day)) => format!("refresh by {day}"),
            (None, None) => "forever".to_owned(),
        },
        _ => String::new(),
    }
}

/// Less of an id is more likely a slip than a choice, in bytes.
const SHORTEST_BEGINNING: usize = 4;

/// The license with an id that begins so, of the activation or of the license; `list` cuts ids where there is no room.
pub(super) fn meant(gatefold: &Gatefold, typed: &str) -> Result<Option<Installed>, Failure> {
    let beginning = typed.trim_end_matches(['.', '…']);
    let begins = |id: &str| beginning.len() >= SHORTEST_BEGINNING && id.starts_with(beginning);
    let (mut installed, _) = gatefold.library()?;
    installed
        .retain(|license| begins(&license.license_id) || license.machine_id.as_deref().is_some_and(begins));
    match installed.len() {
        0 | 1 => Ok(installed.pop()),
        _ => Err(Failure::Usage(format!("Several licenses here have an id that begins with {beginning}."))),
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
    let plan = gatefold.plan_local_removal(id)?;
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
    let id = meant(&gatefold, id)?.map_or_else(|| id.to_owned(), |found| found.license_id);
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
