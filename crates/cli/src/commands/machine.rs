//! This computer's facts, exactly as they would be sent.

use gatefold_client::{ClientError, Gatefold, InForce, Item, MachineFacts};
use serde::Serialize;

use super::Call;
use crate::args::Machine;
use crate::failure::Failure;
use crate::output::{ATTENTION, Output, SOFT, styled};

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
    let row = |name: &str, value: Option<&str>| {
        out.line(format!(
            "{name:<18} {}",
            value.map_or_else(|| styled(SOFT, "cannot be read"), str::to_owned)
        ));
    };
    row("Device name", facts.device_name.as_deref());
    row("Operating system", facts.os.as_deref());
    row("Processor", facts.cpu.as_deref());
    row("Memory", facts.memory_gib.map(|gib| format!("{gib} GiB")).as_deref());
    vendors.iter().zip(&towards).for_each(|(vendor, towards)| show(out, vendor, &towards.identifier));
    if vendors.is_empty() {
        let text = "Identifier         none without a vendor: it is made from the vendor's root key";
        out.line(styled(SOFT, text));
    }
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

fn show(out: Output, vendor: &InForce, identifier: &str) {
    let name = vendor.called();
    let made = match vendor.vendor().item(Item::Identifier) {
        Some(_) => format!(
            "made from this system's machine id and {name}'s root key, and nothing else; whoever has another key sees another"
        ),
        None => format!("{name} does not ask for it"),
    };
    out.line(format!("{:<18} {identifier}", "Identifier"));
    out.line(format!("{:<18} {}", "", styled(SOFT, made)));
}
