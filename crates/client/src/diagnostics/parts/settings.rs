//! What the user chose, by the names that the settings have, and what of it can no longer be read.

use gatefold_diagnostics::formats::Settings;
use serde_json::{Map, Value, json};

use crate::app::Gatefold;
use crate::error::ClientError;

pub(in crate::diagnostics) fn settings(gatefold: &Gatefold) -> Result<Settings, ClientError> {
    let chosen = gatefold.store.settings()?;
    let named = [
        ("keep_bytes_months", json!(chosen.keep_bytes_months)),
        ("keep_lines_months", json!(chosen.keep_lines_months)),
        ("proxy", json!(chosen.proxy)),
        ("ledger_in_backups", json!(chosen.ledger_in_backups)),
        ("hide_values", json!(chosen.hide_values)),
        ("renew", json!(chosen.renew)),
        ("theme", json!(chosen.theme)),
        ("zoom_percent", json!(chosen.zoom_percent)),
    ];
    let settings: Map<String, Value> =
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut damaged: Vec<String> = chosen.damaged.iter().map(|name| (*name).to_owned()).collect();
    // Notes that are no choices, and cannot be read either.
    let choices = chosen.damaged.len();
    let others = gatefold.damaged_notes()?.into_iter().skip(choices);
    damaged.extend(others.map(|error| error.code().to_owned()));
    damaged.extend(gatefold.damaged_vendors()?.iter().map(|vendor| vendor.error().code().to_owned()));
    Ok(Settings { settings, damaged, ..Settings::new() })
}
