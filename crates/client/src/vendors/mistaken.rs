//! What a file is that was given for a vendor file and cannot be one: by its first bytes, and of a text by its setting nothing
//! that a vendor file has. It refuses to guess: what it does not know for something else is read as a vendor file, whose
//! mistakes have words of their own.

use std::path::Path;

use crate::error::ClientError;
use crate::given::beginning_of;

/// As many bytes as tell.
const TELLING: u64 = 64;

/// What files begin with, and what they are then.
#[rustfmt::skip]
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, a sound or a film"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"-----BEGIN LICENSE FILE-----", "a license file"),
    (b"-----BEGIN MACHINE FILE-----", "a license file"),
    (b"untrusted comment:", "the signature of a file, which lies beside it"),
    (b"<", "a web page"),
    (b"{", "a file for programs (JSON)"),
];

/// [`ClientError::NoVendorFile`] if it is something else for certain.
pub(super) fn refuse_something_else(path: &Path) -> Result<(), ClientError> {
    if path.is_dir() {
        return Err(ClientError::NoVendorFile("a folder"));
    }
    // What cannot be opened is told by whoever reads all of it.
    let Ok(beginning) = beginning_of(path, TELLING) else { return Ok(()) };
    something_else(&beginning).map_or(Ok(()), |what| Err(ClientError::NoVendorFile(what)))
}

fn something_else(beginning: &[u8]) -> Option<&'static str> {
    let words = beginning.trim_ascii_start();
    if words.is_empty() && (beginning.len() as u64) < TELLING {
        return Some("an empty file");
    }
    BEGINNINGS.iter().find(|(begins, _)| words.starts_with(begins)).map(|(_, what)| *what)
}

/// Members that a vendor file cannot do without.
const MEMBERS: [&str; 9] =
    ["format", "id", "name", "version", "date", "root_key", "issuer", "policy", "item"];

/// [`ClientError::NoVendorFile`] of a text in which not one line sets what a vendor file cannot do without: nobody wrote it
/// for one, so it has no mistake to be mended.
pub(super) fn refuse_mere_text(file: &[u8]) -> Result<(), ClientError> {
    // What is no text at all, or one in UTF-16, has a mistake that is shown in its place.
    let Some(text) = std::str::from_utf8(file).ok().filter(|text| !text.contains('\0')) else {
        return Ok(());
    };
    if text.lines().any(sets_a_member) {
        Ok(())
    } else {
        Err(ClientError::NoVendorFile("a text of some other kind"))
    }
}

fn sets_a_member(line: &str) -> bool {
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t', '[', '"', '\'']);
    let sets = |rest: &str| rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with(['=', '.', ']']);
    MEMBERS.iter().any(|member| line.strip_prefix(member).is_some_and(sets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_sets_nothing_is_no_vendor_file() {
        fn check(text: &str, is_vendor_file: bool) {
            assert_eq!(refuse_mere_text(text.as_bytes()).is_ok(), is_vendor_file, "{text:?}");
        }
        check("hello", false);
        check("The name is Halo Plate.\nThe version = the newest.\n", false);
        check("shade = \"red\"\n[section]\n", false);
        // Whatever else is wrong with those, somebody wrote them for vendor files.
        check("format = 1", true);
        check("\u{feff}format=1", true);
        check("\"id\" = \"sleeve\"", true);
        check("[[ issuer ]]", true);
        check("[policy.retention]", true);
        check("f\0o\0r\0m\0a\0t\0 \0=\0", true);
        check(include_str!("../../../../vendors/sleeve/vendor.toml"), true);
    }

    #[test]
    fn what_is_no_vendor_file_is_told_as_no_mistake_of_the_vendors() {
        let home = tempfile::tempdir().unwrap();
        let text = home.path().join("hello.txt");
        std::fs::write(&text, "hello\n").unwrap();
        let error = super::super::InForce::read(&text).err().unwrap();
        assert_eq!(error.code(), "vendor.something_else");
        assert_eq!(
            error.advice().message,
            "That is no vendor file: it looks like a text of some other kind."
        );
    }

    #[test]
    fn what_it_is_for_certain_is_said() {
        fn check(beginning: &[u8], expect: Option<&str>) {
            assert_eq!(something_else(beginning), expect, "{}", String::from_utf8_lossy(beginning));
        }
        check(b"", Some("an empty file"));
        check(b" \n", Some("an empty file"));
        check(b"\x89PNG\r\n\x1a\n", Some("a picture"));
        check(b"\xff\xd8\xff\xe0\0\x10JFIF", Some("a picture"));
        check(b"-----BEGIN MACHINE FILE-----\nZXhhbXBsZQ==\n", Some("a license file"));
        check(b"untrusted comment: signature\n", Some("the signature of a file, which lies beside it"));
        check(b"\n<!DOCTYPE html>", Some("a web page"));
        // Those are vendor files, however they are written.
        check(include_bytes!("../../../../vendors/sleeve/vendor.toml"), None);
        check(b"\xef\xbb\xbfformat = 1", None);
        check(b"f\0o\0r\0m\0a\0t\0", None);
        check(&b" ".repeat(64), None);
    }

    /// A picture is too large for a vendor file, as a rule, and is called a picture all the same.
    #[test]
    fn size_hides_nothing() {
        let home = tempfile::tempdir().unwrap();
        let picture = home.path().join("cover.png");
        std::fs::write(&picture, [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 1 << 20]].concat()).unwrap();
        let told = |path: &Path| match super::super::InForce::read(path) {
            Err(error) => error.advice().message,
            Ok(_) => String::new(),
        };
        assert_eq!(told(&picture), "That is no vendor file: it looks like a picture.");
        assert_eq!(told(home.path()), "That is no vendor file: it looks like a folder.");
    }
}
