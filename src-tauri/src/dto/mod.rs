//! What the page is told. Plain data: words, numbers, ids; never a key, never a path to be opened.
//!
//! Their TypeScript is written by a test of this crate and committed (`ui/src/backend/types.ts`).

mod event;
mod ledger;
mod library;
mod request;
mod start;
#[cfg(test)]
mod typescript_tests;
mod vendor;

use gatefold_client::{Advice, ClientError};
use serde::Serialize;

pub(crate) use event::*;
pub(crate) use ledger::*;
pub(crate) use library::*;
pub(crate) use request::*;
pub(crate) use start::*;
pub(crate) use vendor::*;

/// A failure: a stable code, a sentence, a way out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// The seat that this computer holds although nothing was installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub(crate) seat: Option<String>,
}

impl Failure {
    /// A number under which nothing waits any more.
    pub(crate) fn no_preview() -> Self {
        Self::of(
            "app.no_preview",
            "That was sent or put away already, so it is not sent again",
            "Look at it anew, then send it.",
        )
    }

    pub(crate) fn no_thread() -> Self {
        Self::of(
            "app.no_thread",
            "Gatefold's own work stopped",
            "Close the window and start Gatefold again. Nothing is lost.",
        )
    }

    pub(crate) fn no_clipboard() -> Self {
        Self::of("app.no_clipboard", "The clipboard cannot be used", "Select the text and copy it by hand.")
    }

    pub(crate) fn no_browser() -> Self {
        Self::of("app.no_browser", "No browser could be opened", "Open the address by hand.")
    }

    fn of(code: &str, message: &str, hint: &str) -> Self {
        Self { code: code.to_owned(), message: format!("{message}."), hint: hint.to_owned(), seat: None }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let Words { code, message, hint } = Words::of_error(&error);
        Self { code, message, hint, seat: error.held_seat().map(str::to_owned) }
    }
}

/// The words of one code: what happened, and the next step, which may be empty.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Words {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Words {
    pub(crate) fn of_code(code: &str) -> Self {
        Self::of(code, gatefold_client::advice_of(code, None))
    }

    /// The code that an entry keeps: one of ours with its words, or the server's own word alone.
    pub(crate) fn of_record(code: &str) -> Self {
        if code.contains('.') {
            return Self::of_code(code);
        }
        Self { code: code.to_owned(), message: String::new(), hint: String::new() }
    }

    pub(crate) fn of_error(error: &ClientError) -> Self {
        Self::of(error.code(), error.advice())
    }

    fn of(code: &str, Advice { message, hint }: Advice) -> Self {
        Self { code: code.to_owned(), message, hint: without_commands(hint) }
    }
}

/// The next step without the command that does it in a terminal: the window has pages and buttons for it. Where nothing but
/// a look at a list was advised, nothing is left.
fn without_commands(hint: String) -> String {
    let Some((step, _)) = hint.split_once(": gatefold ") else { return hint };
    let step = ["; see", " with"].iter().find_map(|end| step.strip_suffix(end)).unwrap_or(step);
    if step.starts_with("See ") { String::new() } else { format!("{step}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_advises_no_commands() {
        fn check(hint: &str, expect: &str) {
            assert_eq!(without_commands(hint.to_owned()), expect);
        }
        check("Try again in a while.", "Try again in a while.");
        check("Fetch it again: gatefold license refresh", "Fetch it again.");
        check("Give the seat back with: gatefold license deactivate", "Give the seat back.");
        check("It is gf1- and 64 digits; see: gatefold machine show", "It is gf1- and 64 digits.");
        check("See the ids with: gatefold license list", "");
        for code in gatefold_client::CODES {
            let words = Words::of_code(code);
            assert!(!words.hint.contains("gatefold "), "{code}: {}", words.hint);
        }
    }
}
