//! License files and machine files (protocol reference 6.2, 6.3): armor, envelope, signature, decryption, document.
//!
//! The order is fixed: label, algorithm, signature, and only then decryption and the document.

mod armor;
mod document;
mod envelope;
mod facts;
mod verified;

use std::fmt;

pub use armor::MAX_FILE_BYTES;
pub use document::LicenseStatus;
pub use envelope::Algorithm;
pub use facts::{LicenseFacts, MachineFacts};
pub use verified::{Verified, verify, verify_either, verify_signature};

use crate::error::LicenseError;

/// The two kinds of file. The kind expected decides label and signed prefix, so one never passes for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A snapshot of a license.
    License,
    /// A snapshot of one computer's activation, with its license.
    Machine,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::License => "license",
            Self::Machine => "machine",
        })
    }
}

/// What a file says of itself, nothing of it verified: enough to know which key to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// By its label.
    pub kind: FileKind,
    /// By its envelope.
    pub algorithm: Algorithm,
}

/// Looks at a file without believing it.
///
/// # Errors
/// `FileTooLarge`, `FileMalformed`, `WrongAlgorithm` if it is one that we never accept.
pub fn outline(bytes: &[u8]) -> Result<Outline, LicenseError> {
    let (kind, body) = armor::open(bytes)?;
    let json = armor::decode(body)?;
    let envelope = envelope::Envelope::read(&json)?;
    Ok(Outline { kind, algorithm: envelope.algorithm()? })
}
