//! The vendor files of this repository: two of demo vendors, five that tell a real policy as archived.

use std::io::Cursor;

use gatefold_disclosure::Vendor;
use minisign::SecretKeyBox;

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

/// The signature of a vendor file by the demo root, whose secret half is public.
///
/// # Panics
/// Never: the key is ours.
pub fn signed(text: impl AsRef<[u8]>) -> String {
    let key = std::fs::read_to_string(root_dir().join("vendors/demo-root.key")).unwrap();
    let key = SecretKeyBox::from_string(&key).unwrap().into_unencrypted_secret_key().unwrap();
    minisign::sign(None, &key, Cursor::new(text.as_ref()), Some("for a test"), None).unwrap().into_string()
}

/// Writes the next version of a vendor file, changed, and its signature beside it.
///
/// # Panics
/// When the disk refuses, or the file has no version.
pub fn write_next(old: &std::path::Path, new: &std::path::Path, change: impl Fn(&str) -> String) {
    let text = std::fs::read_to_string(old).unwrap();
    let version = text.lines().find_map(|line| line.strip_prefix("version = ")).unwrap();
    let next = version.parse::<u32>().unwrap() + 1;
    let text = text.replacen(&format!("version = {version}\n"), &format!("version = {next}\n"), 1);
    let text = change(&text);
    std::fs::write(new, &text).unwrap();
    std::fs::write(format!("{}.minisig", new.display()), signed(&text)).unwrap();
}
