//! This computer's facts, exactly as they would be sent.

use gatefold_client::{ClientError, Compared, Gatefold, InForce, Item, MachineFacts};
use serde::Serialize;

use super::Call;
use crate::args::Machine;
use crate::failure::Failure;
use crate::output::{ATTENTION, PLAIN, SOFT, styled};
use crate::table::{Fit, Table};

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    facts: MachineFacts,
    /// Where several vendors were added and none is named, the one of each; `identifier` is none then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    identifiers: Vec<Towards>,
}

/// What one vendor sees.
#[derive(Serialize)]
struct Towards {
    vendor: String,
    root_fingerprint: String,
    identifier: String,
}

pub(crate) fn run(call: &Call, verb: Machine) -> Result<(), Failure> {
    let Machine::Show = verb;
    let gatefold = call.open_to_read()?;
    let vendors = vendors(call, &gatefold)?;
    let facts = MachineFacts::read(match vendors.as_slice() {
        [only] => Some(only),
        _ => None,
    })?;
    let out = call.out;
    for error in facts.unreadable.clone() {
        let advice = ClientError::from(error).advice();
        out.say(styled(ATTENTION, format!("{} {}", advice.message, advice.hint)));
    }
    let towards = vendors.iter().map(Towards::of).collect::<Result<Vec<_>, ClientError>>()?;
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap]);
    let unread = || (SOFT, "cannot be read".to_owned());
    let known = |value: Option<String>| value.map_or_else(unread, |value| (PLAIN, value));
    let mut row = |name: &str, value| table.row([(PLAIN, name.to_owned()), value]);
    row("Device name", known(facts.device_name.clone()));
    for vendor in &vendors {
        if let Some(name) = gatefold.name_chosen(vendor)? {
            row("", (PLAIN, format!("{name}, as you named it for {}", vendor.called())));
        }
    }
    row("Operating system", known(facts.os.clone()));
    row("Processor", known(facts.cpu.clone()));
    row("Memory", known(facts.memory_gib.map(|gib| format!("{gib} GiB"))));
    for (vendor, towards) in vendors.iter().zip(&towards) {
        row("Identifier", (PLAIN, towards.identifier.clone()));
        row("", (SOFT, made_from(vendor)));
        if let Some(compared) = gatefold.why_another_computer(vendor)? {
            row("", (ATTENTION, another(vendor, &compared)));
        }
    }
    if vendors.is_empty() {
        let text = "none without a vendor: it is made from the vendor's root key";
        row("Identifier", (SOFT, text.to_owned()));
    }
    out.table(&table);
    let identifiers = if towards.len() > 1 { towards } else { Vec::new() };
    out.object(&Shown { facts, identifiers });
    Ok(())
}

/// The one that is meant, or all; without a vendor there is no identifier, and that is no failure.
fn vendors(call: &Call, gatefold: &Gatefold) -> Result<Vec<InForce>, ClientError> {
    if let Some(several) = call.several(gatefold)? {
        return Ok(several);
    }
    match call.vendor(gatefold) {
        Err(ClientError::VendorMissing) => Ok(Vec::new()),
        found => Ok(vec![found?]),
    }
}

impl Towards {
    fn of(vendor: &InForce) -> Result<Self, ClientError> {
        Ok(Self {
            vendor: vendor.vendor().id().to_owned(),
            root_fingerprint: vendor.fingerprint(),
            identifier: vendor.identifier()?.to_string(),
        })
    }
}

/// By the names of its inputs, never by their values.
fn another(vendor: &InForce, compared: &Compared) -> String {
    let name = vendor.called();
    format!(
        "to {name} this is another computer than the one that licenses were activated on from here: {compared}"
    )
}

fn made_from(vendor: &InForce) -> String {
    let name = vendor.called();
    match vendor.vendor().item(Item::Identifier) {
        Some(_) => format!(
            "made from this system's machine id and {name}'s root key, and nothing else; whoever has another key sees another"
        ),
        None => format!("{name} does not ask for it"),
    }
}
