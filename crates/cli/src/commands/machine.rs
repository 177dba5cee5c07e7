//! This computer's facts, exactly as they would be sent.

use gatefold_client::{ClientError, Item, MachineFacts};

use super::Call;
use crate::args::Machine;
use crate::failure::Failure;
use crate::output::{ATTENTION, SOFT, styled};

pub(crate) fn run(call: &Call, verb: Machine) -> Result<(), Failure> {
    let Machine::Show = verb;
    let gatefold = call.open_to_read()?;
    // Without a vendor there is no identifier, and that is no failure.
    let vendor = match call.vendor(&gatefold) {
        Err(ClientError::VendorMissing) => None,
        found => Some(found?),
    };
    let facts = MachineFacts::read(vendor.as_ref())?;
    let out = call.out;
    for error in facts.unreadable.clone() {
        let advice = ClientError::from(error).advice();
        out.say(styled(ATTENTION, format!("{} {}", advice.message, advice.hint)));
    }
    out.object(&facts);
    let row = |name: &str, value: Option<String>| {
        out.line(format!("{name:<18} {}", value.unwrap_or_else(|| styled(SOFT, "cannot be read"))));
    };
    row("Device name", facts.device_name);
    row("Operating system", facts.os);
    row("Processor", facts.cpu);
    row("Memory", facts.memory_gib.map(|gib| format!("{gib} GiB")));
    match (&vendor, facts.identifier) {
        (Some(vendor), id) => {
            let manifest = vendor.vendor();
            let name = manifest.name();
            let made = match manifest.item(Item::Identifier) {
                Some(_) => format!("made from {name}'s root key; whoever has another key sees another"),
                None => format!("{name} does not ask for it"),
            };
            row("Identifier", id.map(|id| format!("{id}\n{:<18} {}", "", styled(SOFT, made))));
        }
        (None, _) => out.line(styled(
            SOFT,
            "Identifier         none without a vendor: it is made from the vendor's root key",
        )),
    }
    Ok(())
}
