//! A diagnostic bundle for support: collected, shown as it will be, exported by the user's own hand; and bundles of others, read.
//!
//! It refuses to send one, to write what was not shown, and to overwrite. What goes in is cleaned by `gatefold-diagnostics`: this
//! module says what is true here, and what must not be told.

mod crashes;
#[cfg(test)]
mod diagnostics_tests;
mod draft;
mod export;
mod known;
mod notices;
mod parts;
mod read;

pub use crashes::{CrashReport, report_crashes};
pub use draft::{BundleDraft, BundlePart, Bundling, part_named, part_word};
pub use export::{BundleExported, BundleOut, BundleRecipient, MappedName, export_bundle, export_map};
pub use gatefold_diagnostics::Bundle;
pub use gatefold_diagnostics::formats::Part;
pub use notices::BundleNotice;
pub use read::{BUNDLE_EXTENSION, open_bundle};

/// What a bundle is made of, and what one that was opened says.
pub mod reading {
    pub use gatefold_diagnostics::{
        Changed, Event, Fault, File, Finding, FoundLine, Kind, LeftOut, MANIFEST, MAX_BYTES, Manifest,
        Opened, Pseudonym, REPORT, Reason, Severity, Span, compare, summary, visible,
    };
}
