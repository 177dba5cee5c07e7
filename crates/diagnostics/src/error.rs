//! What can go wrong: making a bundle, sealing it, opening one. Each has a stable code.

use thiserror::Error;

/// Why there is no bundle, or why one is not opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// The values to look for cannot be made into a search; nothing is cleaned without one.
    #[error("the values to look for cannot be searched for: {0}")]
    Unsearchable(String),
    /// The bundle would be larger than permitted.
    #[error(
        "the bundle would have {bytes} bytes, {limit_bytes} are permitted; the largest part is {largest} with {largest_bytes}"
    )]
    TooLarge {
        /// What it would have.
        bytes: u64,
        /// What is permitted.
        limit_bytes: u64,
        /// The part that takes most of it.
        largest: String,
        /// What that takes of it, about.
        largest_bytes: u64,
    },
    /// No part with that name can be in a bundle, or it is there already.
    #[error("no such part: {0}")]
    NoSuchPart(String),
    /// The archive could not be written.
    #[error("the bundle could not be written: {0}")]
    Unwritten(String),
    /// That is no key to seal for.
    #[error("that is no age recipient: age1 and 58 more characters")]
    Recipient,
    /// That is no key to open with.
    #[error("that is no age identity: AGE-SECRET-KEY-1 and 58 more characters")]
    Identity,
    /// The bundle is sealed for somebody, and opens with their key alone.
    #[error("the bundle is sealed; it opens with the key it was sealed for")]
    Sealed,
    /// The key does not open it, or it was damaged.
    #[error("the bundle does not open with this key, or it is damaged")]
    NotOpened,
    /// Not a bundle.
    #[error("that is not a diagnostic bundle: {0}")]
    NotABundle(String),
    /// Larger, or with more in it, than is opened.
    #[error("the bundle is not opened: {0}")]
    Excessive(String),
    /// A name or a layout that no bundle of ours has, and that could do harm.
    #[error("the bundle is not opened, for it could do harm: {0}")]
    Harmful(String),
    /// Of a format that is not known here.
    #[error("the bundle has format {0}, which a newer version reads")]
    Newer(u32),
}

/// Every code, for whoever has words for them.
pub const CODES: &[&str] = &[
    "diagnostics.unsearchable",
    "diagnostics.too_large",
    "diagnostics.no_such_part",
    "diagnostics.unwritten",
    "diagnostics.recipient",
    "diagnostics.identity",
    "diagnostics.sealed",
    "diagnostics.not_opened",
    "diagnostics.not_a_bundle",
    "diagnostics.excessive",
    "diagnostics.harmful",
    "diagnostics.newer",
];

impl DiagnosticsError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unsearchable(_) => "diagnostics.unsearchable",
            Self::TooLarge { .. } => "diagnostics.too_large",
            Self::NoSuchPart(_) => "diagnostics.no_such_part",
            Self::Unwritten(_) => "diagnostics.unwritten",
            Self::Recipient => "diagnostics.recipient",
            Self::Identity => "diagnostics.identity",
            Self::Sealed => "diagnostics.sealed",
            Self::NotOpened => "diagnostics.not_opened",
            Self::NotABundle(_) => "diagnostics.not_a_bundle",
            Self::Excessive(_) => "diagnostics.excessive",
            Self::Harmful(_) => "diagnostics.harmful",
            Self::Newer(_) => "diagnostics.newer",
        }
    }
}
