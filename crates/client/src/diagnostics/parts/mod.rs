//! The files of a bundle, filled with what is true here. Nothing is cleaned yet, and nothing is left out for being private but what
//! support has no use for: the bytes that were sent, names of the user's own files.

mod app;
mod contacts;
mod ledger;
mod licenses;
mod log;
mod machine;
mod sdk;
mod settings;

pub(super) use app::app;
pub(super) use contacts::contacts;
pub(super) use ledger::{head, ledger};
pub(super) use licenses::licenses;
pub(super) use log::log;
pub(super) use machine::machine;
pub(super) use sdk::sdk;
pub(super) use settings::settings;

/// Our own codes of a license's reason without their area, as the file has them.
fn plain(code: &str) -> String {
    code.strip_prefix("license.").unwrap_or(code).to_owned()
}
