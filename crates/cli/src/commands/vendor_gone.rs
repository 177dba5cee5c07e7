//! A vendor's signed word that it is gone: shown, asked about, taken.

use gatefold_client::{CheckedSunset, Farewell, Gatefold};
use serde::Serialize;

use super::Call;
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, SOFT, styled};

/// What the vendor says.
#[derive(Serialize)]
pub(super) struct Gone {
    since: String,
    statement: String,
}

impl Gone {
    pub(super) fn of(farewell: &Farewell) -> Self {
        Self { since: farewell.gone_since().to_string(), statement: farewell.statement() }
    }
}

/// A statement checked for whoever writes it.
pub(super) fn check(call: &Call, checked: CheckedSunset) {
    #[derive(Serialize)]
    struct Checked {
        id: String,
        root_fingerprint: String,
        gone: Gone,
    }
    let CheckedSunset { id, root_fingerprint, gone_since, statement } = checked;
    let out = call.out;
    out.line(styled(CALM, "The statement is good, and signed by the root key it names."));
    out.line(format!("{id} is gone since {gone_since}: \"{statement}\""));
    out.line(styled(
        SOFT,
        format!("Root key {root_fingerprint}: it counts for vendors added by a file of this key."),
    ));
    out.object(&Checked { id, root_fingerprint, gone: Gone { since: gone_since.to_string(), statement } });
}

pub(super) fn take(
    call: &Call,
    gatefold: &mut Gatefold,
    farewell: &Farewell,
    yes: &Ask,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Taken<'a> {
        id: &'a str,
        name: &'a str,
        root_fingerprint: String,
        gone: Gone,
    }
    let vendor = &farewell.vendor;
    say(call, farewell);
    if yes.shows() {
        call.out.say(farewell.means());
    }
    confirm(yes.yes, &format!("Let your licenses of {} stay yours?", vendor.called()))?;
    gatefold.accept_sunset(farewell)?;
    call.out.object(&Taken {
        id: vendor.vendor().id(),
        name: vendor.vendor().name(),
        root_fingerprint: vendor.fingerprint(),
        gone: Gone::of(farewell),
    });
    call.out.line(styled(CALM, "Taken. See them with: gatefold license list"));
    Ok(())
}

/// That the vendor is gone, in its own words.
pub(super) fn say(call: &Call, farewell: &Farewell) {
    call.out.say(styled(ATTENTION, farewell.said()));
}
