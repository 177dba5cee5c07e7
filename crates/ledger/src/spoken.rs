//! What a list says of an entry in words that stand nowhere in it: what it did, and what became of it. A search finds it by
//! them. The window's page has the same words in its catalog (`deed.*` and `outcome.*`); a test of the window compares.

use crate::entry::{Carrier, Line, OutcomeClass};

const SAVED: &str = "saved to a file, by you";

/// A change of these words comes with a migration that empties the index.
pub(crate) fn said_of(line: &Line) -> impl Iterator<Item = &'static str> {
    let by_itself = line.by_itself.then_some("by itself");
    [deed(line), Some(outcome(line)), by_itself].into_iter().flatten()
}

/// What the request does, where that is said more closely than its purpose: an activation is three of them.
fn deed(line: &Line) -> Option<&'static str> {
    let path = line.url.as_deref()?.split('?').next()?;
    if path.ends_with("/actions/check-out") {
        Some("fetch the license file")
    } else if path.ends_with("/actions/validate") {
        Some("ask how the license stands")
    } else if path.ends_with("/machines") {
        let takes = line.method.as_deref() == Some("POST");
        Some(if takes { "take a seat" } else { "look whether a seat is ours" })
    } else {
        None
    }
}

fn outcome(line: &Line) -> &'static str {
    match line.outcome {
        _ if line.carrier == Carrier::File => SAVED,
        None => "on its way",
        Some(OutcomeClass::Written) => SAVED,
        Some(OutcomeClass::NotSent) => "not sent",
        Some(OutcomeClass::Unknown) => "unknown",
        Some(OutcomeClass::Answered) if line.is_refused() => "refused",
        Some(OutcomeClass::Answered) => "delivered",
    }
}
