//! Registering a product that was bought: the claim and the reading of the account's licenses are shown, then sent. It
//! refuses to send what was not shown and agreed to.

use gatefold_client::{
    Bought, InForce, OpenClaim, PlannedWhen, PreparedRegistration, Purpose, Registered, Sensitive, Values,
    written,
};
use serde::Serialize;

use super::{Call, wait};
use crate::args::Ask;
use crate::ask::{confirm, secret};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Fault, Output, SOFT, minute, styled};
use crate::preview;

/// What was said of the product on the command line.
pub(super) struct Given {
    pub(super) product: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) unlock_code: Option<String>,
}

impl Given {
    /// The serial number's line comes first on standard input.
    fn read(self) -> Result<Bought, Failure> {
        let read = |given: Option<String>, what| match given.as_deref() {
            Some("-") => secret(what).map(|line| Some(Sensitive::new(line))),
            _ => Ok(given.map(Sensitive::new)),
        };
        Ok(Bought {
            product: self.product,
            serial: read(self.serial, "Serial number")?,
            unlock_code: read(self.unlock_code, "Unlock code")?,
        })
    }
}

#[derive(Serialize)]
struct Report {
    /// `registered`, or `already_yours`.
    status: &'static str,
    product: String,
    license_id: String,
    /// Whether the vendor's list of the account's licenses shows it; null where it was not read.
    listed: Option<bool>,
    /// Why the list was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<Fault>,
    ledger: Vec<i64>,
}

pub(super) fn run(call: &Call, given: Given, yes: &Ask) -> Result<(), Failure> {
    let bought = given.read()?;
    let mut gatefold = call.open()?;
    gatefold.secrets_unlocked()?;
    let vendor = call.vendor_to_use(&gatefold, yes)?.in_force;
    let prepared = gatefold.plan_registration(vendor.clone(), &bought)?;
    if yes.shows() {
        show(call.out, &vendor, &prepared);
    }
    let question = format!("Register the product for {}?", prepared.email());
    confirm(yes.yes, &question)?;
    let mut sent = Vec::new();
    let done = wait(gatefold.register(prepared, &mut sent))?;
    call.say_shown(&gatefold);
    let done = done?;
    let listed = done.is_listed.as_ref();
    call.out.object(&Report {
        status: if done.was_yours { "already_yours" } else { "registered" },
        product: done.product.clone(),
        license_id: done.license_id.clone(),
        listed: listed.and_then(|listed| listed.as_ref().ok().copied()),
        unread: listed.and_then(|listed| listed.as_ref().err()).map(Fault::from),
        ledger: sent.iter().map(|entry| entry.0).collect(),
    });
    print(call.out, &vendor, &done);
    call.say_sent();
    Ok(())
}

fn show(out: Output, vendor: &InForce, prepared: &PreparedRegistration) {
    let requests: Vec<_> = prepared.requests().iter().map(|request| &request.preview).collect();
    preview::notes(out, vendor, Values { requests: &requests[..1], ..Values::default() });
    preview::plan(out, prepared.requests(), |request| match (request.when, request.preview.purpose) {
        (PlannedWhen::Always, Purpose::Register) => "This registers the product",
        (PlannedWhen::Always, _) => "Then this reads which licenses are yours",
        _ => preview::when(request.when),
    });
}

fn print(out: Output, vendor: &InForce, done: &Registered) {
    let name = vendor.called();
    let product = &done.product;
    match &done.is_listed {
        Some(Ok(false)) => {
            let text = format!(
                "{name} says that {product} is registered, and does not list its license for you yet."
            );
            out.line(styled(ATTENTION, text));
            out.say("Read your licenses again in a while: gatefold account refresh");
            return;
        }
        _ if done.was_yours => out.line(styled(CALM, format!("{product} is yours already"))),
        _ => out.line(styled(CALM, format!("{product} is registered"))),
    }
    match &done.is_listed {
        Some(Err(error)) => {
            let why = error.advice().message;
            out.say(styled(ATTENTION, format!("Which licenses are yours could not be read: {why}")));
            out.say("The registration stands. Read them with: gatefold account refresh");
        }
        _ => out.say("Activate it with: gatefold license activate --all"),
    }
}

/// What tells while somebody is signed in.
pub(super) const READ_THEM: &str = "Your licenses say so. Read them with: gatefold account refresh";

/// The list was read, and the registration is open as before.
pub(super) const LIST_IS_OLDER: &str =
    "The list that came was signed before that, so it does not say. Read it once more, a little later.";

/// A registration of which nobody here knows whether it was done, and what tells.
pub(super) fn say_open(call: &Call, vendor: &InForce, open: Option<OpenClaim>, way: &str) {
    let Some(OpenClaim { product, since, .. }) = open else { return };
    let what = product.unwrap_or_else(|| "a product".to_owned());
    let (name, since) = (vendor.called(), minute(&written(since)));
    let text = format!("{name}: whether {what} was registered on {since} (UTC) is not known here.");
    call.out.say(styled(ATTENTION, text));
    call.out.say(styled(SOFT, way));
}
