//! The operating system's keyring: service `Gatefold`, account the secret's name.
//!
//! It refuses to take "locked" for "not there": a locked keyring is an error of its own.

use gatefold_disclosure::Sensitive;
use keyring::{Entry, Error};

use crate::StoreError;

const SERVICE: &str = "Gatefold";
const PROBE: &str = "probe";

/// Whether a keyring answers at all. Asked once a run.
pub(super) fn answers() -> bool {
    Entry::store_status().is_ok()
}

/// Writes and removes a probe, because reading a locked keyring finds nothing and says nothing.
pub(super) fn ready() -> Result<(), StoreError> {
    put(PROBE, &"ready".into())?;
    remove(PROBE).map(drop)
}

pub(super) fn get(name: &str) -> Result<Option<Sensitive<String>>, StoreError> {
    found(entry(name)?.get_password().map(Sensitive::new))
}

pub(super) fn put(name: &str, secret: &Sensitive<String>) -> Result<(), StoreError> {
    // Exposed to the keyring, whose purpose it is to hold it.
    entry(name)?.set_password(secret.expose()).map_err(refusal)
}

pub(super) fn remove(name: &str) -> Result<bool, StoreError> {
    found(entry(name)?.delete_credential()).map(|removed| removed.is_some())
}

fn entry(name: &str) -> Result<Entry, StoreError> {
    Entry::new(SERVICE, name).map_err(refusal)
}

fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, StoreError> {
    match answer {
        Err(Error::NoEntry) => Ok(None),
        answer => answer.map(Some).map_err(refusal),
    }
}

/// The keyring's own words may hold what was stored, so none of them go on.
fn refusal(error: Error) -> StoreError {
    match error {
        Error::NoStorageAccess(_) => StoreError::KeyringLocked,
        _ => StoreError::KeyringFailed,
    }
}
