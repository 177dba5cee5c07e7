//! What a list says of an entry in words that stand nowhere in it: what it did, and what became of it. A search finds it by
//! them. The window's page has the same words in its catalog (`deed.*` and `outcome.*`); a test of the window compares.

use crate::deed::Deed;
use crate::entry::{Carrier, Line, OutcomeClass};

const SAVED: &str = "saved to a file, by you";

/// A change of these words comes with a migration that empties the index.
pub(crate) fn said_of(line: &Line) -> impl Iterator<Item = &'static str> {
    let did = Deed::of(line.method.as_deref(), line.url.as_deref());
    let by_itself = line.by_itself.then_some("by itself");
    [did.map(deed), Some(outcome(line)), by_itself].into_iter().flatten()
}

fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Seat => "take a seat",
        Deed::Look => "ask about the seat",
        Deed::File => "fetch the license file",
        Deed::Standing => "ask how the license stands",
    }
}

fn outcome(line: &Line) -> &'static str {
    match line.outcome {
        _ if line.carrier == Carrier::File => SAVED,
        None => "on its way",
        Some(OutcomeClass::Written) => SAVED,
        Some(OutcomeClass::NotSent) => "not sent",
        Some(OutcomeClass::Unknown) => "unknown",
        Some(OutcomeClass::Answered) if line.has_failed() => "server failed",
        Some(OutcomeClass::Answered) if line.is_refused() => "refused",
        Some(OutcomeClass::Answered) => "delivered",
    }
}
