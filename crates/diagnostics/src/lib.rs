//! Diagnostic bundles that a user can check and support can trust: what is cleaned of them, what they are made of, and how one of
//! somebody else's is read.
//!
//! Pure: no disk, no network, no clock; what goes in is handed in, what comes out is bytes. It refuses what cannot be cleaned,
//! and it never believes a bundle.

mod bundle;
mod error;
pub mod formats;
mod kind;
mod known;
mod reader;
mod redact;
mod report;

pub use bundle::{
    Bundle, ChainHead, Draft, File, LeftOut, MANIFEST, MAX_BYTES, Manifest, ManifestFile, Prepared, REPORT,
    is_sealed,
};
pub use error::{CODES, DiagnosticsError};
pub use kind::{Kind, Pseudonym};
pub use known::Known;
pub use reader::{
    Changed, Event, Fault, Finding, FoundLine, Limits, Opened, Severity, compare, summary, unseal, visible,
};
pub use redact::{Clean, LINE_MAX_BYTES, LogCleaned, Mapped, Reason, Redactor, Span, TEXT_MAX_BYTES};
