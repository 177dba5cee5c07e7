//! The archive. The same files make the same bytes, whenever and wherever it is written.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::File;
use crate::DiagnosticsError;

pub(super) fn zip(files: &[File], max_bytes: u64) -> Result<Vec<u8>, DiagnosticsError> {
    let mut sizes: Vec<(u64, &str)> = Vec::new();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let fail = |error: &dyn std::fmt::Display| DiagnosticsError::Unwritten(error.to_string());
    let mut before = 0;
    for file in files {
        archive.start_file(&file.name, options).map_err(|error| fail(&error))?;
        archive.write_all(&file.bytes).map_err(|error| fail(&error))?;
        archive.flush().map_err(|error| fail(&error))?;
        let after = archive.get_ref().map_or(before, |written| written.position());
        sizes.push((after - before, &file.name));
        before = after;
    }
    let bytes = archive.finish().map_err(|error| fail(&error))?.into_inner();
    if bytes.len() as u64 <= max_bytes {
        return Ok(bytes);
    }
    let (largest_bytes, largest) = sizes.into_iter().max().unwrap_or_default();
    Err(DiagnosticsError::TooLarge {
        bytes: bytes.len() as u64,
        limit_bytes: max_bytes,
        largest: largest.to_owned(),
        largest_bytes,
    })
}
