//! How the window is started: a home of its own, other vendor files, a link to open. It refuses to act on a link: a page
//! is opened, nothing more.

use std::ffi::OsString;
use std::path::PathBuf;

use gatefold_client::{ClientError, Home};
use tauri::Url;

use crate::dto::Link;

/// Links are no longer than this, in bytes.
const MAX_LINK_BYTES: usize = 256;
const LINK: &str = "gatefold://open/";

/// What the command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) home: Option<PathBuf>,
    /// A folder with one folder a vendor, in place of the files that came with the app.
    pub(crate) vendors: Option<PathBuf>,
    pub(crate) link: Option<Link>,
    /// Vendor files to be looked at; one of them is, or none.
    pub(crate) files: Vec<PathBuf>,
}

impl Arguments {
    pub(crate) fn read(words: impl Iterator<Item = OsString>) -> Self {
        let mut arguments = Self::default();
        let mut words = words;
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--home") => arguments.home = words.next().map(PathBuf::from),
                Some("--vendors") => arguments.vendors = words.next().map(PathBuf::from),
                Some(text) if is_of(text, "gatefold:") => arguments.link = Link::parse(text),
                // So a desktop names a file.
                Some(text) if is_of(text, "file:") => arguments.files.extend(file_at(text)),
                Some(text) if text.starts_with('-') => {}
                _ => arguments.files.push(PathBuf::from(word)),
            }
        }
        arguments
    }

    pub(crate) fn home(&self) -> Result<Home, ClientError> {
        let named = self.home.clone().or_else(|| std::env::var_os("GATEFOLD_HOME").map(PathBuf::from));
        match named {
            // Whoever is told of it later may stand in another folder.
            Some(dir) => Ok(Home::at(&std::path::absolute(&dir).unwrap_or(dir))),
            None => Home::user(),
        }
    }
}

/// Whether an address begins with this scheme, which knows no case.
fn is_of(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|found| found.eq_ignore_ascii_case(scheme))
}

/// A file of this computer by its address; one of another is none.
fn file_at(address: &str) -> Option<PathBuf> {
    Url::parse(address).ok()?.to_file_path().ok()
}

impl Link {
    /// `gatefold://open/VENDOR/PRODUCT`, of lower-case letters, digits and hyphens alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(LINK).filter(|_| text.len() <= MAX_LINK_BYTES)?;
        let (vendor, product) = rest.trim_end_matches('/').split_once('/')?;
        let plain = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        (plain(vendor) && plain(product))
            .then(|| Self { vendor: vendor.to_owned(), product: product.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_a_page_or_nothing() {
        fn check(text: &str, expect: Option<(&str, &str)>) {
            let link = Link::parse(text);
            let found = link.as_ref().map(|link| (link.vendor.as_str(), link.product.as_str()));
            assert_eq!(found, expect, "{text}");
        }
        check("gatefold://open/sleeve/halo-plate", Some(("sleeve", "halo-plate")));
        check("gatefold://open/sleeve/halo-plate/", Some(("sleeve", "halo-plate")));
        for wrong in [
            "gatefold://open/sleeve",
            "gatefold://open//halo-plate",
            "gatefold://open/sleeve/../x",
            "gatefold://open/sleeve/a/b",
            "gatefold://open/sleeve/halo%20plate",
            "gatefold://open/sleeve/halo-plate?key=1",
            "gatefold://send/sleeve/halo-plate",
            "gatefold:open/sleeve/halo-plate",
            "GATEFOLD://open/sleeve/halo-plate",
            "gatefold://OPEN/sleeve/halo-plate",
            "gatefold://open/Sleeve/halo-plate",
            "gatefold://open/sleeve/halo-plate#/settings",
            "gatefold://open/sleeve/halo-plate\n",
            "gatefold://open/sleeve/halo\u{202e}plate",
            "gatefold://open/sleeve/<b>halo</b>",
            "gatefold://user:word@open/sleeve/halo-plate",
            "gatefold://open:80/sleeve/halo-plate",
            "gatefold://open/sleeve/..",
            "gatefold://open/javascript:alert(1)/x",
            "gatefold://",
            "gatefold:",
        ] {
            check(wrong, None);
        }
        let longest = "x".repeat(256 - "gatefold://open/sleeve/".len());
        check(&format!("gatefold://open/sleeve/{longest}"), Some(("sleeve", &longest)));
        check(&format!("gatefold://open/sleeve/{longest}x"), None);
    }

    #[test]
    fn the_command_line_is_read() {
        let words = ["--home", "/tmp/h", "gatefold://open/sleeve/blocks", "--unknown", "/tmp/vendor.toml"];
        let arguments = Arguments::read(words.into_iter().map(OsString::from));
        assert_eq!(arguments.home, Some("/tmp/h".into()));
        assert_eq!(arguments.files, [PathBuf::from("/tmp/vendor.toml")]);
        assert_eq!(arguments.link.unwrap().product, "blocks");
    }

    #[test]
    fn a_desktop_names_files_by_their_address() {
        fn check(word: &str, expect: Option<&str>) {
            let read = Arguments::read(std::iter::once(OsString::from(word)));
            assert_eq!(read.files, Vec::from_iter(expect.map(PathBuf::from)), "{word}");
            assert_eq!(read.link, None, "{word}");
        }
        check("file:///tmp/a%20vendor.gatefold.toml", Some("/tmp/a vendor.gatefold.toml"));
        check("file://localhost/tmp/vendor.toml", Some("/tmp/vendor.toml"));
        check("vendor.toml", Some("vendor.toml"));
        // Another computer's, and what only looks like a link.
        check("file://elsewhere/tmp/vendor.toml", None);
        check("GateFold://send/x/y", None);
    }
}
