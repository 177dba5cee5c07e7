//! This computer's facts, exactly as they would be sent.

use gatefold_client::MachineFacts;

use super::Call;
use crate::args::Machine;
use crate::failure::Failure;
use crate::output::{SOFT, styled};

pub(crate) fn run(call: &Call, verb: Machine) -> Result<(), Failure> {
    let Machine::Show = verb;
    let gatefold = call.open()?;
    // Without a vendor there is no identifier, and that is no failure; a named one that is not there is.
    let vendor = match (call.named_vendor(), gatefold.vendor_for_call(call.named_vendor())) {
        (_, Ok(vendor)) => Some(vendor),
        (None, Err(_)) => None,
        (Some(_), Err(error)) => return Err(error.into()),
    };
    let facts = MachineFacts::read(vendor.as_ref())?;
    let out = call.out;
    out.object(&facts);
    let row = |name: &str, value: Option<String>| {
        out.line(format!("{name:<18} {}", value.unwrap_or_else(|| styled(SOFT, "cannot be read"))));
    };
    row("Device name", facts.device_name);
    row("Operating system", facts.os);
    row("Processor", facts.cpu);
    row("Memory", facts.memory_gib.map(|gib| format!("{gib} GiB")));
    match (&vendor, facts.identifier) {
        (Some(vendor), identifier) => row(
            &format!("Identifier"),
            identifier.map(|id| {
                format!(
                    "{id}\n{:<18} {}",
                    "",
                    styled(SOFT, format!("made for {}; every vendor sees another", vendor.vendor().name()))
                )
            }),
        ),
        (None, _) => {
            out.line(styled(SOFT, "Identifier         none without a vendor: every vendor sees another"))
        }
    }
    Ok(())
}
