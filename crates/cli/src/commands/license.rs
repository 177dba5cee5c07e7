//! Licenses on this computer: activate, list, deactivate.

use gatefold_client::{
    ActivationPlan, DeviceName, Gatefold, Installed, Item, LicenseEntry, MachineFacts, Planned, PlannedWhen,
    Purpose, Unfinished, Unreadable, written,
};
use serde::Serialize;

use super::{Call, wait};
use crate::args::{License, Yes};
use crate::ask::{confirm, first_line_of_stdin};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, SOFT, STRONG, styled};
use crate::preview;

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

fn activate(call: &Call, key: String, device_name: Option<&str>, yes: &Yes) -> Result<(), Failure> {
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
    yes: &Yes,
) -> Result<gatefold_client::Activated, Failure> {
    let out = call.out;
    let vendor = call.vendor(gatefold)?;
    let name = vendor.vendor().name().to_owned();
    if device_name.is_some() && !vendor.vendor().allows(Purpose::Activate, Item::DeviceName) {
        out.say(styled(SOFT, format!("{name} does not ask for a device name, so it is not sent.")));
    }

    let check = gatefold.prepare_check(vendor, key)?;
    if yes.shows() {
        preview::show(
            out,
            &format!("First, {name} is asked about the key. This is everything in that request"),
            check.preview(),
        );
    }
    confirm(yes.yes, "Ask about the key?")?;
    let checked = wait(gatefold.check_key(check))??;

    let plan = gatefold.plan_activation(checked, device_name)?;
    if yes.shows() {
        show_plan(call, &plan)?;
    }
    confirm(yes.yes, "Send and activate?")?;
    Ok(wait(gatefold.activate(plan))??)
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

fn show_plan(call: &Call, plan: &ActivationPlan) -> Result<(), Failure> {
    let out = call.out;
    let checked = plan.checked();
    let (license, product) = (checked.license(), checked.product());
    out.say(String::new());
    out.say(styled(
        STRONG,
        format!("{} · {} by {}", product.name, product.kind, checked.vendor().vendor().name()),
    ));
    let seats = match license.max_machines {
        Some(most) => format!("{} of {most} in use", license.machines_count),
        None => "no limit".to_owned(),
    };
    if plan.requests().iter().any(|request| request.preview.items.contains(&Item::Identifier)) {
        out.say(format!("Seats          {seats}"));
    }
    out.say(format!("License        {}", license.terms.as_str()));
    out.say(format!("Works offline  {}", plan.offline_words()));
    let facts = MachineFacts::read(Some(checked.vendor()))?;
    let name = plan.device_name().map(str::to_owned);
    preview::items(out, checked.vendor(), &plan.items(), |item| match item {
        Item::DeviceName => name.clone(),
        Item::Os => facts.os.clone(),
        Item::Cpu => facts.cpu.clone(),
        Item::Memory => facts.memory_gib.map(|gib| format!("{gib} GiB")),
        Item::Identifier => {
            facts.identifier.as_ref().map(|id| format!("{}…{}", &id[..12], &id[id.len() - 4..]))
        }
        Item::LicenseId => Some(license.id.to_string()),
        Item::LicenseKey => Some(format!("••••{}", plan.key_hint())),
        _ => None,
    });
    for request in plan.requests() {
        preview::show(out, &request_title(request), &request.preview);
    }
    Ok(())
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
    let (installed, unreadable) = gatefold.library()?;
    let entries: Vec<LicenseEntry> = installed.iter().map(LicenseEntry::of).collect();
    call.out.entries(&entries);
    if entries.is_empty() {
        call.out.line(styled(
            SOFT,
            "No licenses on this computer. Activate one with: gatefold license activate KEY",
        ));
    }
    for license in &installed {
        row(call, license);
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

fn row(call: &Call, license: &Installed) {
    let standing = license.assessment.standing.as_str();
    let style = if standing == "active" { CALM } else { ATTENTION };
    let until = match (license.assessment.expires_at, license.assessment.refresh_by) {
        (Some(end), _) => format!("until {}", written(end)),
        (None, Some(refresh)) => format!("refresh by {}", written(refresh)),
        (None, None) => "forever".to_owned(),
    };
    call.out.line(format!(
        "{:<22} {:<14} {:<14} {:<34} {}",
        license.product,
        license.terms.as_str(),
        styled(style, format!("{standing:<14}")),
        until,
        styled(SOFT, license.machine_id.as_deref().unwrap_or(&license.license_id)),
    ));
}

#[derive(Serialize)]
struct Deactivated {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: Option<String>,
    ledger: Vec<i64>,
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
        None => "This license has no seats: nothing is sent, and only its file is removed.".to_owned(),
    });
    confirm(yes, &format!("Remove {product} from this computer alone?"))?;
    let removed = wait(gatefold.release(plan))??;
    call.out.line(styled(CALM, format!("{product} was removed from this computer")));
    call.out.object(&Deactivated {
        status: "removed",
        product: removed.product,
        license_id: removed.license_id,
        machine_id: removed.machine_id,
        ledger: Vec::new(),
    });
    Ok(())
}

fn deactivate(call: &Call, id: &str, yes: &Yes) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    let plan = gatefold.plan_release(id)?;
    let product = plan.product().to_owned();
    match plan.request() {
        Some(request) if yes.shows() => {
            preview::show(call.out, "This is everything that will be sent", request)
        }
        Some(_) => {}
        None => call.out.say("This license has no seats: nothing is sent, and only its file is removed."),
    }
    confirm(yes.yes, &format!("Deactivate {product} on this computer?"))?;
    let released = wait(gatefold.release(plan))??;
    call.out.line(styled(CALM, format!("{product} is deactivated on this computer")));
    call.out.object(&Deactivated {
        status: "deactivated",
        product: released.product,
        license_id: released.license_id,
        machine_id: released.machine_id,
        ledger: released.entries.iter().map(|id| id.0).collect(),
    });
    Ok(())
}
