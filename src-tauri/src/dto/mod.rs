//! What the page is told. Plain data: words, numbers, ids; never a key, never a path to be opened.
//!
//! Their TypeScript is written by a test of this crate and committed (`ui/src/backend/types.ts`).

mod account;
mod batch;
mod bundle;
mod claims;
mod event;
mod ledger;
mod library;
mod opened;
mod page;
mod policy;
mod request;
mod seats;
mod start;
#[cfg(test)]
mod typescript_tests;
mod upload;
mod usage;
mod vendor;

use std::path::PathBuf;

use gatefold_client::{Advice, ClientError};
use serde::Serialize;

pub(crate) use account::*;
pub(crate) use batch::*;
pub(crate) use bundle::*;
pub(crate) use claims::*;
pub(crate) use event::*;
pub(crate) use ledger::*;
pub(crate) use library::*;
pub(crate) use opened::*;
pub(crate) use page::*;
pub(crate) use policy::*;
pub(crate) use request::*;
pub(crate) use seats::*;
pub(crate) use start::*;
pub(crate) use upload::*;
pub(crate) use usage::*;
pub(crate) use vendor::*;

/// A failure: a stable code, a sentence, a way out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// The seat that this computer holds although nothing was installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub(crate) seat: Option<String>,
    /// For how long the server asks to be left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub(crate) retry_after_secs: Option<u32>,
    /// It is not known whether the server acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub(crate) unsure: Option<bool>,
    /// What the license key does not open waits under this number for a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub(crate) by_sign_in: Option<u32>,
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

    /// Nothing was collected or opened that could be asked about.
    pub(crate) fn no_bundle() -> Self {
        Self::of("app.no_bundle", "There is no such bundle any more", "Make it anew, or open it again.")
    }

    /// Of a bundle; its lines can still be found.
    pub(crate) fn file_too_large() -> Self {
        Self::of(
            "app.file_too_large",
            "This file is too large to be shown whole",
            "Search for its lines. The timeline tells what happened last.",
        )
    }

    /// Each is read before it is added, so one is shown and not two.
    pub(crate) fn several_files(paths: &[PathBuf]) -> Self {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let names = paths.iter().map(name).collect::<Vec<_>>().join(", ");
        Self::of(
            "app.several_files",
            &format!("{} files came at once: {names}", paths.len()),
            "Gatefold looks at one vendor file at a time, so that you read each before you add it. Open them one after the other.",
        )
    }

    pub(crate) fn no_thread() -> Self {
        Self::of(
            "app.no_thread",
            "Gatefold's own work stopped",
            "Close the window and start Gatefold again. Nothing is lost.",
        )
    }

    pub(crate) fn second_window() -> Self {
        Self::of(
            "app.second_window",
            "Gatefold is open already",
            "Go to its window. There is no session bus here, so this start cannot bring it to the front.",
        )
    }

    pub(crate) fn no_clipboard() -> Self {
        Self::of("app.no_clipboard", "The clipboard cannot be used", "Select the text and copy it by hand.")
    }

    pub(crate) fn no_browser() -> Self {
        Self::of("app.no_browser", "No browser could be opened", "Open the address by hand.")
    }

    fn of(code: &str, message: &str, hint: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: format!("{message}."),
            hint: hint.to_owned(),
            seat: None,
            retry_after_secs: None,
            unsure: None,
            by_sign_in: None,
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let Words { code, message, hint } = Words::of_error(&error);
        gatefold_client::note_failure(&error);
        Self {
            code,
            message,
            hint,
            seat: error.held_seat().map(str::to_owned),
            retry_after_secs: error.retry_after_secs().map(|secs| u32::try_from(secs).unwrap_or(u32::MAX)),
            unsure: error.is_unsure().then_some(true),
            by_sign_in: None,
        }
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

impl From<gatefold_client::Said> for Words {
    fn from((code, advice): gatefold_client::Said) -> Self {
        Self::of(code, advice)
    }
}

impl Words {
    /// The code that an entry keeps beside a status: one of ours, or the server's own word, and what either means.
    pub(crate) fn of_record(code: &str, status: u16) -> Self {
        let advice = gatefold_client::advice_of_record(code, status);
        Self { code: code.to_owned(), message: advice.message, hint: advice.in_window }
    }

    pub(crate) fn of_error(error: &ClientError) -> Self {
        let advice = match error {
            // The page has the seat's id for its buttons, and a sentence needs none.
            ClientError::SeatWithoutFile { cause, .. } => {
                gatefold_client::advice_of(error.code(), Some(cause.advice().message))
            }
            _ => error.advice(),
        };
        Self::of(error.code(), advice)
    }

    fn of(code: &str, Advice { message, in_window, .. }: Advice) -> Self {
        Self { code: code.to_owned(), message, hint: in_window }
    }
}
