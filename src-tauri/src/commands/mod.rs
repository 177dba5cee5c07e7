//! What the page may ask for: each is one use case, and takes ids and words, never bytes, URLs or paths.

pub(crate) mod account;
pub(crate) mod activation;
pub(crate) mod bundle;
pub(crate) mod everything;
mod farewell;
pub(crate) mod ledger;
pub(crate) mod library;
pub(crate) mod opened;
pub(crate) mod registration;
pub(crate) mod seats;
pub(crate) mod settings;
pub(crate) mod start;
pub(crate) mod transfer;
pub(crate) mod trial;
pub(crate) mod usage;
pub(crate) mod vendors;

use tauri::State;

use crate::app::App;
use crate::dto::Failure;

/// The one answer of every command.
pub(crate) type Answer<T> = Result<T, Failure>;
/// What every command is given.
pub(crate) type Here<'a> = State<'a, App>;
