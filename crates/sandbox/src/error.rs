//! Why the sandbox does not start. What it answers to requests is [`crate::failure`]'s.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// It listens on this very computer and nowhere else.
    #[error("{0} is not a loopback address, and the sandbox listens on no other")]
    NotLoopback(SocketAddr),
    /// The address is in use, or not ours.
    #[error("{address} cannot be listened on: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file or folder cannot be read or written.
    #[error("{} cannot be used: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The manifest to be played is no vendor file, or has no products.
    #[error("{} cannot be played: {reason}", path.display())]
    Manifest {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The data folder belongs to another vendor's sandbox.
    #[error("the data folder belongs to the vendor {found}, not to {wanted}")]
    OtherVendor {
        /// Whose it is.
        found: String,
        /// Whose manifest was to be played.
        wanted: String,
    },
    /// The database.
    #[error("the database cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database is of a newer sandbox, or its migration failed.
    #[error("the database cannot be brought up to date: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// The vendor file cannot be signed.
    #[error("the vendor file cannot be signed: {0}")]
    Signing(String),
    /// The system gives no randomness.
    #[error("the system gives no random numbers")]
    Randomness,
}

/// Every code of this crate.
pub const CODES: &[&str] = &[
    "sandbox.not_loopback",
    "sandbox.listen",
    "sandbox.file",
    "sandbox.manifest",
    "sandbox.other_vendor",
    "sandbox.database",
    "sandbox.migration",
    "sandbox.signing",
    "sandbox.randomness",
];

impl SandboxError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoopback(_) => "sandbox.not_loopback",
            Self::Listen { .. } => "sandbox.listen",
            Self::File { .. } => "sandbox.file",
            Self::Manifest { .. } => "sandbox.manifest",
            Self::OtherVendor { .. } => "sandbox.other_vendor",
            Self::Database(_) => "sandbox.database",
            Self::Migration(_) => "sandbox.migration",
            Self::Signing(_) => "sandbox.signing",
            Self::Randomness => "sandbox.randomness",
        }
    }

    /// Turns what the system says of a path into an error.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_code_in_the_list() {
        let io = || std::io::Error::other("x");
        let all = [
            SandboxError::NotLoopback(([10, 0, 0, 1], 80).into()),
            SandboxError::Listen { address: ([127, 0, 0, 1], 80).into(), cause: io() },
            SandboxError::file("x")(io()),
            SandboxError::Manifest { path: "x".into(), reason: "y".into() },
            SandboxError::OtherVendor { found: "a".into(), wanted: "b".into() },
            SandboxError::Database(rusqlite::Error::InvalidQuery),
            SandboxError::Migration(rusqlite_migration::Error::Hook("x".into())),
            SandboxError::Signing("x".into()),
            SandboxError::Randomness,
        ];
        assert_eq!(all.map(|error| error.code()), CODES);
    }
}
