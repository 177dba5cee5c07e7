//! The vendor files of this repository: two of demo vendors, five that tell a real policy as archived.

use gatefold_disclosure::Vendor;

use crate::programs::root_dir;

/// The vendors whose policies are real.
pub const EXAMPLES: [&str; 5] = ["arturia", "toontrack", "izotope", "focusrite", "inmusic"];

/// All of them.
pub const VENDORS: [&str; 7] =
    ["sleeve", "tidewater", "arturia", "toontrack", "izotope", "focusrite", "inmusic"];

/// The text of a vendor's file.
///
/// # Panics
/// If there is no such folder in `vendors`.
pub fn vendor_text(id: &str) -> String {
    std::fs::read_to_string(root_dir().join("vendors").join(id).join("vendor.toml")).unwrap()
}

/// A vendor of this repository.
///
/// # Panics
/// If there is no such folder in `vendors`.
pub fn vendor(id: &str) -> Vendor {
    Vendor::parse(&vendor_text(id)).unwrap()
}
