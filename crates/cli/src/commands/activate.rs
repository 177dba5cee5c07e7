//! Activating a license: the key is asked about, the plan is shown, and sent; by the key, or where the vendor wants more
//! than that, by the sign-in. It refuses to send what was not shown and agreed to.

use gatefold_client::vendor::Change;
use gatefold_client::{
    ActivationPlan, Checked, ClientError, DeviceName, EntryId, Gatefold, Item, KeyCheck, Preview, Purpose,
    Review, Standing, Values, is_unsafe,
};
use serde::Serialize;

use super::full::Full;
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::{confirm, secret};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, SOFT, STRONG, styled};
use crate::preview;

#[derive(Serialize)]
struct Activated {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: Option<String>,
    license_file: String,
    standing: &'static str,
    ledger: Vec<i64>,
    /// What differs in the vendor file that came with the call from the one agreed to before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
}

pub(super) fn run(
    call: &Call,
    key: String,
    device_name: Option<&str>,
    release: Option<&str>,
    yes: &Ask,
) -> Result<(), Failure> {
    let device_name = chosen_name(call, device_name)?;
    let key = if key == "-" { secret("License key")? } else { key };
    let mut gatefold = call.open_to_keep()?;
    let key = match super::seats::license_named(&gatefold, &key)? {
        // Exposed to be asked about as if it had been typed.
        Some(license_id) => gatefold.key_kept(&license_id)?.map_or(key, |kept| kept.expose().to_owned()),
        None => key,
    };
    let done = check_and_activate(call, &mut gatefold, &key, device_name.as_ref(), release, yes);
    let done = done.map(|done| print_activated(call, done));
    call.say_shown(&gatefold);
    super::license::say_ends(call, &gatefold);
    done
}

/// What came of it.
struct Done {
    activated: gatefold_client::Activated,
    changes: Vec<Change>,
    /// What counted here before.
    before: Before,
}

/// What of a license counted here before it was activated.
enum Before {
    Nothing,
    /// A file of this seat; of none, where the vendor binds licenses to the account.
    Seat(Option<String>),
}

/// The device name as it can be sent. What is lost of it is said.
pub(super) fn chosen_name(call: &Call, typed: Option<&str>) -> Result<Option<DeviceName>, Failure> {
    if typed.is_some_and(|name| name.chars().any(|c| !c.is_control() && is_unsafe(c))) {
        let text = "The device name holds characters that cannot be seen or that reorder text.";
        return Err(Failure::Usage(text.to_owned()));
    }
    let device_name = typed.map(DeviceName::chosen).transpose()?;
    if let (Some(typed), Some(name)) = (typed, &device_name)
        && typed.trim() != name.as_str()
    {
        // Said in any case: with `--yes` nothing else shows it.
        let text = "A device name has no control characters, so this is what is left of it:";
        call.out.say(styled(ATTENTION, format!("{text} {}", name.as_str())));
    }
    Ok(device_name)
}

fn check_and_activate(
    call: &Call,
    gatefold: &mut Gatefold,
    key: &str,
    device_name: Option<&DeviceName>,
    release: Option<&str>,
    yes: &Ask,
) -> Result<Done, Failure> {
    let out = call.out;
    let Review { in_force: vendor, changes, .. } = call.vendor_of_key(gatefold, key, yes)?;
    let name = vendor.called();
    let allows_name = vendor.vendor().allows(Purpose::Activate, Item::DeviceName);
    if device_name.is_some() && !allows_name {
        out.say(styled(SOFT, format!("{name} does not ask for a device name, so it is not sent.")));
    }

    let check = gatefold.prepare_check(vendor, key)?;
    let mut checked =
        ask_about(call, gatefold, check, &format!("First, {name} is asked about the key"), yes)?;

    call.go_on()?;
    let before = Before::of(gatefold, &checked)?;
    let mut tried = Vec::new();
    let mut by_sign_in = false;
    let plan = gatefold.plan_activation(checked.clone(), device_name)?;
    let mut done = send_plan(call, gatefold, plan, device_name, yes, &mut tried);
    if let Err(Failure::Client(error)) = &done
        && error.wants_sign_in()
    {
        // Nothing was taken by the key: the same once more, by the sign-in.
        checked = checked.after(std::mem::take(&mut tried));
        let plan = match gatefold.plan_activation_by_sign_in(checked.clone(), device_name) {
            Err(ClientError::NotSignedIn) => {
                return Err(done.err().unwrap_or(ClientError::NotSignedIn.into()));
            }
            plan => plan?,
        };
        out.say(format!("For this license {name} wants more than the key, so your sign-in is used."));
        by_sign_in = true;
        done = send_plan(call, gatefold, plan, device_name, yes, &mut tried);
    }
    let again = |gatefold: &mut Gatefold, checked: Checked| {
        let plan = match by_sign_in {
            true => gatefold.plan_activation_by_sign_in(checked, device_name)?,
            false => gatefold.plan_activation(checked, device_name)?,
        };
        send_plan(call, gatefold, plan, device_name, yes, &mut Vec::new())
    };
    if let Err(Failure::Client(ClientError::SeatGone)) = &done {
        // That is noted now, so what is planned next takes a seat, or finds the one that was taken anew.
        out.say(styled(ATTENTION, ClientError::SeatGone.advice().message));
        checked = checked.after(std::mem::take(&mut tried));
        done = again(gatefold, checked.clone());
    }
    // Where the vendor lowered the limit, more than one stands in the way.
    let mut release = release;
    while let Err(Failure::Client(error)) = done {
        if !error.is_seats_full() {
            return Err(error.into());
        }
        let full = Full { checked: checked.after(std::mem::take(&mut tried)), by_sign_in, error };
        checked = super::full::make_room(call, gatefold, full, release.take(), yes)?;
        done = again(gatefold, checked.clone());
    }
    Ok(Done { activated: done?, changes, before })
}

impl Before {
    fn of(gatefold: &Gatefold, checked: &Checked) -> Result<Self, ClientError> {
        let id = checked.license().id.to_string();
        let counts = |standing| matches!(standing, Standing::Active | Standing::Grace);
        let (installed, _) = gatefold.library_of(checked.vendor())?;
        let mut installed = installed.into_iter();
        let here = installed.find(|license| license.license_id == id && counts(license.assessment.standing));
        Ok(here.map_or(Self::Nothing, |license| Self::Seat(license.machine_id)))
    }
}

/// Shows the question about the key, asks, and sends it.
pub(super) fn ask_about(
    call: &Call,
    gatefold: &Gatefold,
    check: KeyCheck,
    title: &str,
    yes: &Ask,
) -> Result<Checked, Failure> {
    let out = call.out;
    if yes.shows() {
        out.say(String::new());
        out.say(styled(STRONG, title));
        let values = Values { requests: &[check.preview()], ..Values::default() };
        preview::notes(out, check.vendor(), values);
        preview::show(out, "This is everything in that request", check.preview());
    }
    confirm(yes.yes, "Ask about the key?")?;
    Ok(wait(gatefold.check_key(check))??)
}

fn send_plan(
    call: &Call,
    gatefold: &mut Gatefold,
    plan: ActivationPlan,
    device_name: Option<&DeviceName>,
    yes: &Ask,
    sent: &mut Vec<EntryId>,
) -> Result<gatefold_client::Activated, Failure> {
    let out = call.out;
    let vendor = plan.checked().vendor().vendor();
    let name = vendor.name().to_owned();
    let allows_name = vendor.allows(Purpose::Activate, Item::DeviceName);
    if yes.shows() {
        show_plan(out, &plan);
    }
    let sends_name = plan.items().contains(&Item::DeviceName);
    let wants_name = device_name.is_some() && allows_name;
    if wants_name && !sends_name {
        out.say(name_stays(&name));
    }
    confirm(yes.yes, "Send and activate?")?;
    let done = wait(gatefold.activate_noting(plan, sent))??;
    if wants_name && sends_name && !done.entries.iter().any(|id| made_seat(gatefold, id.0)) {
        out.say(name_stays(&name));
    }
    Ok(done)
}

/// The name goes with a new seat alone.
pub(super) fn name_stays(vendor: &str) -> String {
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

fn print_activated(call: &Call, done: Done) {
    let Done { activated: done, changes, before } = done;
    let out = call.out;
    let standing = done.assessment.standing.as_str();
    out.line(styled(
        CALM,
        match before {
            Before::Seat(seat) if seat == done.machine_id => {
                format!("{} was active here already, and its license file is fetched anew", done.product)
            }
            Before::Seat(_) => {
                format!("{} is activated with another seat: the one from before was gone", done.product)
            }
            Before::Nothing => format!("{} is activated", done.product),
        },
    ));
    out.line(format!("Standing      {}", standing.replace('_', " ")));
    out.line(format!("License file  {}", done.license_file.display()));
    if let Some(text) = not_yet(done.assessment.standing) {
        out.line(styled(ATTENTION, text));
    }
    call.say_sent();
    out.object(&Activated {
        status: "activated",
        product: done.product,
        license_id: done.license_id,
        machine_id: done.machine_id,
        license_file: done.license_file.display().to_string(),
        standing,
        ledger: done.entries.iter().map(|id| id.0).collect(),
        changes,
    });
}

/// What to do where a file that the server just made does not count: the clock is off, whichever way.
pub(super) fn not_yet(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Active | Standing::Grace => None,
        Standing::ClockBehind => Some(
            "It counts as soon as this computer's clock is right: it is behind. Set it; nothing need be done again.",
        ),
        Standing::Expired => Some(
            "By this computer's clock it has ended already, so the clock is ahead. Set it; nothing need be done again.",
        ),
        _ => Some("It does not count; see why with: gatefold license list"),
    }
}

fn show_plan(out: Output, plan: &ActivationPlan) {
    let checked = plan.checked();
    let (license, product) = (checked.license(), checked.product());
    out.say(String::new());
    out.say(styled(STRONG, format!("{} · {} by {}", product.name, product.kind, checked.vendor().called())));
    let seats = match (plan.takes_seat(), license.max_machines) {
        (false, _) => "none: it goes with the license, not with a computer".to_owned(),
        (true, Some(most)) => {
            let ours = match (plan.has_seat(), plan.goes_on()) {
                (true, _) => ", one of them by this computer",
                (false, true) => "; one of them may be this computer's, from the last try",
                (false, false) => "",
            };
            format!("{} of {most} in use{ours}", license.machines_count)
        }
        (true, None) => "no limit".to_owned(),
    };
    out.say(format!("Seats          {seats}"));
    if plan.is_over_limit() {
        let text = "All are in use: the vendor will most likely refuse, and have what is below for nothing. To make room first, say no, then: gatefold license seats";
        out.say(styled(ATTENTION, text));
    }
    out.say(format!("License        {}", license.terms.as_str()));
    out.say(format!("Works offline  {}", plan.offline_words()));
    if plan.can_renew() {
        out.say("Fetched again  by: gatefold license refresh. No command asks by itself.");
    }
    let hint = plan.key_hint();
    let requests: Vec<&Preview> = plan.requests().iter().map(|request| &request.preview).collect();
    let values = Values { requests: &requests, key_hint: Some(&hint), ..Values::default() };
    preview::notes(out, checked.vendor(), values);
    preview::plan(out, plan.requests(), |request| preview::when(request.when));
}
