//! The outside of an archive, looked at before anything of it is believed: where it ends, how much is said to be in it, and that no
//! two of its parts are the same bytes.

use std::io::Cursor;

use zip::ZipArchive;

use super::open::Limits;
use super::visible::line;
use crate::DiagnosticsError;

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// An archive whose outside is sound.
pub(super) fn sound<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<ZipArchive<Cursor<&'a [u8]>>, DiagnosticsError> {
    let harmful = |what: &str| DiagnosticsError::Harmful(what.to_owned());
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(DiagnosticsError::NotABundle("it does not begin as an archive does".to_owned()));
    }
    let end = bytes.len().checked_sub(END_BYTES).map(|at| &bytes[at..]);
    let end = end.filter(|end| end.starts_with(END)).ok_or_else(|| {
        DiagnosticsError::NotABundle("it was cut, or something stands behind its end".to_owned())
    })?;
    let before = bytes.len() - END_BYTES;
    if before >= 20 && bytes[before - 20..].starts_with(LOCATOR_64) {
        return Err(harmful("it is of the kind for more than 4 GB"));
    }
    let said = usize::from(u16::from_le_bytes([end[10], end[11]]));
    if said > limits.entries {
        return Err(DiagnosticsError::Excessive(format!("it has {said} files, {} are read", limits.entries)));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes));
    let archive_ok = archive.as_mut().map_err(|error| broken(&error))?;
    // Of two files with one name the library knows the last.
    if archive_ok.len() != said {
        return Err(harmful("two of its files have the same name"));
    }
    if archive_ok.offset() != 0 {
        return Err(harmful("something stands before it"));
    }
    no_overlap(archive_ok)?;
    archive.map_err(|error| broken(&error))
}

/// What the library says of an archive, in which a hostile name may stand.
pub(super) fn broken(error: &dyn std::fmt::Display) -> DiagnosticsError {
    DiagnosticsError::NotABundle(line(&error.to_string()))
}

/// Parts that overlap make much of little.
fn no_overlap(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), DiagnosticsError> {
    let mut places = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let data = file.data_start().unwrap_or(u64::MAX);
        places.push((file.header_start(), data.saturating_add(file.compressed_size())));
    }
    places.sort_unstable();
    match places.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        true => Err(DiagnosticsError::Harmful("parts of it are the same bytes".to_owned())),
        false => Ok(()),
    }
}
