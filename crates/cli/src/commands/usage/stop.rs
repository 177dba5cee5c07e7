//! Taking back one item, and what is said where taking back does not come about.

use gatefold_client::{ClientError, Clock, Gatefold, InForce, Item, OpenOptions};

use super::{WithdrawReport, items};
use crate::commands::Call;
use crate::failure::Failure;
use crate::output::{CALM, styled};

/// Stops sharing one item, at once; the others go on.
pub(super) fn one(call: &Call, typed: &str) -> Result<(), Failure> {
    let (mut gatefold, unwritable) = open(call)?;
    let vendor = call.vendor(&gatefold)?;
    let item = items::named(&vendor, typed)?;
    // For the words alone: whatever is in the way of reading is not in the way of stopping.
    let before = gatefold.usage_status(&vendor);
    let was_shared = before.is_ok_and(|status| status.grants.iter().any(|grant| grant.item == item));
    let done = gatefold.withdraw_usage_item(&vendor, item);
    done.map_err(|error| failed(&gatefold, &vendor, &[item], false, unwritable.unwrap_or(error)))?;
    let left: Vec<&str> = gatefold.usage_glance(&vendor)?.shared.iter().map(|item| item.label()).collect();
    let (label, name) = (item.label(), vendor.called());
    call.out.line(styled(
        CALM,
        match was_shared {
            true => format!("No more shared with {name}: {label}"),
            false => format!("Not shared with {name}: {label}"),
        },
    ));
    call.out.line(match left.is_empty() {
        true => format!("Nothing is shared with {name}"),
        false => format!("Shared still: {}", left.join(", ")),
    });
    call.out.object(&WithdrawReport {
        status: "stopped",
        vendor: vendor.vendor().id().to_owned(),
        was_shared,
        sent_before: Vec::new(),
        erasure: None,
        ledger: Vec::new(),
    });
    Ok(())
}

/// A disk that cannot be written keeps nobody from stopping: what is there is read, and why no more than that is possible comes along.
pub(super) fn open(call: &Call) -> Result<(Gatefold, Option<ClientError>), Failure> {
    let error = match call.open() {
        Ok(gatefold) => return Ok((gatefold, None)),
        Err(error) => error,
    };
    let options = OpenOptions::of_environment(call.home()?, Clock::system())?;
    match Gatefold::open_to_read(options) {
        Ok(gatefold) => Ok((gatefold, Some(error))),
        Err(_) => Err(error.into()),
    }
}

/// After a withdrawal that could not be written down, whether sharing goes on has to be said.
pub(super) fn failed(
    gatefold: &Gatefold,
    vendor: &InForce,
    items: &[Item],
    erase: bool,
    error: ClientError,
) -> Failure {
    match gatefold.after_failed_stop(vendor, items, erase, &error) {
        Some(text) => Failure::Or(error, text),
        None => error.into(),
    }
}
