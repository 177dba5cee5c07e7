//! A newer vendor file that was shown: what differs, since when, and from when on it counts.

use gatefold_client::vendor::Change;
use gatefold_client::{Waiting, written, written_day};
use serde::Serialize;

use super::Call;
use super::vendor_page::differences;
use crate::output::{ATTENTION, styled};

/// It, for programs.
#[derive(Serialize)]
pub(super) struct Newer<'a> {
    version: u32,
    shown_at: String,
    agreed: bool,
    /// Null where it may count at once.
    not_before: Option<String>,
    changes: &'a [Change],
}

impl<'a> Newer<'a> {
    pub(super) fn of(waiting: &'a Waiting) -> Self {
        Self {
            version: waiting.in_force.vendor().version(),
            shown_at: written(waiting.shown_at),
            agreed: waiting.agreed,
            not_before: waiting.not_before.map(written),
            changes: &waiting.changes,
        }
    }
}

/// Until when what was agreed to goes on.
pub(super) fn notice(name: &str, from: &str) -> String {
    format!(
        "{name} promised notice of such a change, counted from the day it was first shown here: it counts from {from} on. Until then, and for as long as you do not agree, everything goes on as you agreed before."
    )
}

/// What waits, and what for.
pub(super) fn say_waiting(call: &Call, waiting: &Waiting) {
    let version = waiting.in_force.vendor().version();
    let said = match (waiting.agreed, waiting.not_before.map(written_day)) {
        (true, Some(from)) => format!("You agreed to version {version}, which counts from {from} on."),
        (true, None) => format!("You agreed to version {version}, which counts from the next start on."),
        (false, _) => format!(
            "Version {version} was shown on {}, and you did not agree to it: what you agreed to goes on. Agree with: gatefold vendor add FILE",
            written_day(waiting.shown_at)
        ),
    };
    call.out.say(styled(ATTENTION, said));
    call.out.say("What differs (+ new, - gone, ~ changed):");
    call.out.say_table(&differences(&waiting.changes));
}
