//! A bundle of somebody else: opened from a file that the user names. It needs no home and no network, and writes nothing.

use std::path::Path;

use gatefold_diagnostics::{DiagnosticsError, Limits, Opened, is_sealed, unseal};

use crate::error::ClientError;
use crate::given::{Unread, read_given};

/// What the names of bundles end with.
pub const BUNDLE_EXTENSION: &str = "gatefold-diagnostics";

/// A file with keys in it has no more.
const IDENTITY_BYTES: u64 = 64 << 10;

/// Opens a bundle; with the file of an age identity where it is sealed. One that is not sealed needs none.
///
/// # Errors
/// [`ClientError::FileUnreadable`]; why it is not opened, as [`Opened::open`] and [`unseal`] say.
pub fn open_bundle(path: &Path, identity: Option<&Path>) -> Result<Opened, ClientError> {
    let limits = Limits::default();
    let bytes = match read_given(path, limits.archive_bytes) {
        Ok(bytes) => bytes,
        Err(Unread::TooLarge(bytes)) => {
            let words = format!("it has {bytes} bytes, and no more than {} are read", limits.archive_bytes);
            return Err(DiagnosticsError::Excessive(words).into());
        }
        Err(unread) => return Err(unread.into()),
    };
    let bytes = match identity.filter(|_| is_sealed(&bytes)) {
        Some(identity) => unsealed(&bytes, identity, &limits)?,
        None => bytes,
    };
    Ok(Opened::open(bytes, limits)?)
}

/// By the first of the file's keys that opens it, as age has them: one a line, and comments.
fn unsealed(bytes: &[u8], identity: &Path, limits: &Limits) -> Result<Vec<u8>, ClientError> {
    let keys = read_given(identity, IDENTITY_BYTES)?;
    let keys = String::from_utf8_lossy(&keys).into_owned();
    let keys = keys.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut why = DiagnosticsError::Identity;
    for key in keys {
        match unseal(bytes, key, limits) {
            Ok(bytes) => return Ok(bytes),
            Err(error) => why = error,
        }
    }
    Err(why.into())
}
