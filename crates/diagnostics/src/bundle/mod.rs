//! A bundle in the making: cleaned as it is collected, shown as it will be, and written as it was shown.
//!
//! It refuses to write what was not shown: the files of an archive are the bytes of the preview, and nothing is added after it.

mod archive;
mod draft;
mod manifest;
mod seal;

pub use draft::{Draft, Prepared};
pub use manifest::{ChainHead, LeftOut, MANIFEST, Manifest, ManifestFile};
pub use seal::is_sealed;
pub(crate) use seal::unseal;

use crate::{DiagnosticsError, Span};

/// The name of the report.
pub const REPORT: &str = "report.html";

/// A bundle is at most so large, unless the user permits more.
pub const MAX_BYTES: u64 = 5_000_000;

/// A file of a bundle: what is shown, and what is written.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was replaced in it.
    pub spans: Vec<Span>,
}

/// A bundle, whole. What is looked at here is what is written.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub(crate) files: Vec<File>,
}

impl Bundle {
    /// Every file, manifest and report included, in the order of the archive.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The archive: the same bytes for the same files.
    ///
    /// # Errors
    /// [`DiagnosticsError::TooLarge`], [`DiagnosticsError::Unwritten`].
    pub fn to_zip(&self, max_bytes: u64) -> Result<Vec<u8>, DiagnosticsError> {
        archive::zip(&self.files, max_bytes)
    }

    /// The archive, sealed for whoever has the key of `recipient` (`age1…`).
    ///
    /// # Errors
    /// [`DiagnosticsError::Recipient`], and those of [`Self::to_zip`].
    pub fn to_sealed(&self, max_bytes: u64, recipient: &str) -> Result<Vec<u8>, DiagnosticsError> {
        let recipient = seal::recipient(recipient)?;
        seal::seal(&self.to_zip(max_bytes)?, &recipient)
    }
}
