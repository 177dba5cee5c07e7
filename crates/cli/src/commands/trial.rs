//! Trying a product: what begins the trial and what activates it are shown as one plan, and sent by one yes. It refuses to
//! begin anything that was not shown and agreed to.

use gatefold_client::{
    Activated, Gatefold, InForce, PlannedWhen, PreparedTrial, Purpose, Unfinished, Values, written,
};
use serde::Serialize;

use super::activate::{chosen_name, not_yet};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, SOFT, STRONG, day, minute, styled};
use crate::preview;

#[derive(Serialize)]
struct Report {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: Option<String>,
    license_file: String,
    standing: &'static str,
    /// When the trial ends.
    expires_at: Option<String>,
    ledger: Vec<i64>,
}

pub(super) fn run(call: &Call, product: &str, device_name: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let device_name = chosen_name(call, device_name)?;
    let mut gatefold = call.open_to_keep()?;
    let vendor = call.vendor_to_use(&gatefold, yes)?.in_force;
    let prepared = gatefold.plan_trial(vendor, product, device_name.as_ref())?;
    if yes.shows() {
        show(call.out, &prepared);
    }
    let question = format!("Begin the trial of {}?", prepared.product().name);
    confirm(yes.yes, &question)?;
    let done = wait(gatefold.begin_trial(prepared, &mut Vec::new()))?;
    call.say_shown(&gatefold);
    print(call, done?);
    Ok(())
}

fn show(out: Output, prepared: &PreparedTrial) {
    let (vendor, product, days) = (prepared.vendor(), prepared.product(), prepared.days());
    let whose = match prepared.email() {
        Some(email) => format!("one trial for the account {email}"),
        None => "one trial for this computer".to_owned(),
    };
    out.say(String::new());
    out.say(styled(STRONG, format!("{} · {} by {}", product.name, product.kind, vendor.called())));
    out.say(format!("Trial          {whose}; it begins now and ends after {}", in_days(days)));
    out.say(styled(SOFT, "Whoever had it before gets the same one, with what is left of it."));
    let requests: Vec<_> = prepared.requests().iter().map(|request| &request.preview).collect();
    preview::notes(out, vendor, Values { requests: &requests, ..Values::default() });
    preview::plan(out, prepared.requests(), |request| match (request.when, request.preview.purpose) {
        (PlannedWhen::Always, Purpose::Trial) => "This begins the trial",
        _ => preview::when(request.when),
    });
}

fn in_days(days: u32) -> String {
    gatefold_client::vendor::counted(days, "day")
}

fn print(call: &Call, done: Activated) {
    let (out, assessment) = (call.out, &done.assessment);
    let ends = assessment.expires_at.map(written);
    let left = assessment.days_left().map(|days| format!(", {} left", in_days(days))).unwrap_or_default();
    out.line(styled(CALM, format!("{} can be tried", done.product)));
    if let Some(ends) = &ends {
        out.line(format!("Runs          until {}{left}", day(ends)));
    }
    out.line(format!("License file  {}", done.license_file.display()));
    if let Some(text) = not_yet(assessment.standing) {
        out.line(styled(ATTENTION, text));
    }
    call.say_sent();
    out.object(&Report {
        status: "trying",
        standing: assessment.standing.as_str(),
        product: done.product,
        license_id: done.license_id,
        machine_id: done.machine_id,
        license_file: done.license_file.display().to_string(),
        expires_at: ends,
        ledger: done.entries.iter().map(|id| id.0).collect(),
    });
}

/// A trial that may have begun and is not activated here.
#[derive(Clone, Serialize)]
pub(super) struct Open {
    /// The vendor's id.
    vendor: String,
    #[serde(skip)]
    called: String,
    product: Option<String>,
    /// Whether the vendor said that it has begun.
    begun: bool,
    since: String,
}

/// Those of these vendors.
pub(super) fn open(gatefold: &Gatefold, vendors: &[InForce]) -> Result<Vec<Open>, Failure> {
    let mut all = Vec::new();
    for vendor in vendors {
        all.extend(gatefold.open_trials(vendor)?.into_iter().map(|open| Open {
            vendor: vendor.vendor().id().to_owned(),
            called: vendor.called(),
            product: open.product,
            begun: open.is_done,
            since: written(open.since),
        }));
    }
    Ok(all)
}

impl Open {
    /// Whether it is the trial of this license whose activation did not finish.
    pub(super) fn is_about(&self, open: &Unfinished) -> bool {
        self.vendor == open.vendor.id && self.product.as_ref() == Some(&open.product)
    }

    /// What settles it: to ask again. With the activation of it that did not finish, if there is one.
    pub(super) fn say(&self, call: &Call, activation: Option<&Unfinished>) {
        let Self { called, product, begun, since, .. } = self;
        let (since, product) = (minute(since), product.as_deref().unwrap_or("a product"));
        let text = match begun {
            true => format!(
                "{called}: the trial of {product} that was begun on {since} (UTC) is not activated here."
            ),
            false => {
                format!("{called}: whether a trial of {product} began on {since} (UTC) is not known here.")
            }
        };
        let again = format!("Ask again, which begins no second one: gatefold license trial \"{product}\"");
        let (text, again) = match activation.and_then(|open| open.machine_id.as_ref()) {
            Some(seat) => (
                format!("{text} At the vendor it may hold the seat {seat}."),
                format!("{again}; or give the seat back with: gatefold license deactivate {seat}"),
            ),
            None => (text, again),
        };
        call.out.say(styled(ATTENTION, text));
        call.out.say(styled(SOFT, again));
    }
}
