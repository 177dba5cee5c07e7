//! Playing a vendor: its manifest with the sandbox's own key, address and version, under the root that signs it.
//!
//! Everything else of the manifest stays as it is written, comments included.

use std::path::{Path, PathBuf};

use gatefold_disclosure::Vendor;
use gatefold_disclosure::vendor::Origin;
use toml_edit::{Array, DocumentMut, Item, Table, value};
use uuid::Uuid;

use crate::error::SandboxError;
use crate::root::Root;

const DEFAULT_MANIFEST: &str = include_str!("../../../vendors/sleeve/vendor.toml");

/// The account of a manifest that names its own by a slug.
const ACCOUNT: &str = "5a4db0c5-0000-4000-8000-000000000001";

/// A manifest to be played.
#[derive(Debug)]
pub(crate) struct Manifest {
    path: PathBuf,
    text: String,
    pub(crate) vendor: Vendor,
}

impl Manifest {
    /// Reads a manifest; without a path, the machine-bound demo vendor's.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, SandboxError> {
        let (path, text) = match path {
            Some(path) => (path.to_owned(), std::fs::read_to_string(path).map_err(SandboxError::file(path))?),
            None => (PathBuf::from("the demo vendor's manifest"), DEFAULT_MANIFEST.to_owned()),
        };
        let unplayable = |reason: String| SandboxError::Manifest { path: path.clone(), reason };
        let vendor = Vendor::parse(&text).map_err(|error| unplayable(error.to_string()))?;
        if vendor.products().is_empty() {
            return Err(unplayable("it names no product".into()));
        }
        Ok(Self { path, text, vendor })
    }

    /// The account that is served: the manifest's own, so that what was compiled against it still fits.
    pub(crate) fn account(&self) -> String {
        let own = self.vendor.issuers().first().map(|issuer| issuer.account.as_str());
        own.filter(|account| Uuid::try_parse(account).is_ok()).unwrap_or(ACCOUNT).to_owned()
    }

    /// The vendor file with the sandbox in the place of every server.
    pub(crate) fn played(
        &self,
        version: u32,
        public_key: &str,
        url: &Origin,
        root: &Root,
    ) -> Result<String, SandboxError> {
        let unplayable =
            |reason: &str| SandboxError::Manifest { path: self.path.clone(), reason: reason.into() };
        let mut document: DocumentMut = self.text.parse().map_err(|_| unplayable("it is no TOML"))?;
        let url = url.to_string();
        set(document.as_table_mut(), "version", i64::from(version).into());
        set(document.as_table_mut(), "root_key", root.line().into());
        let issuers = document.get_mut("issuer").and_then(Item::as_array_of_tables_mut);
        let issuers = issuers.ok_or_else(|| unplayable("its issuers are no [[issuer]] tables"))?;
        while issuers.len() > 1 {
            issuers.remove(1);
        }
        let issuer = issuers.get_mut(0).ok_or_else(|| unplayable("it names no issuer"))?;
        set(issuer, "public_key", public_key.into());
        set(issuer, "account", self.account().into());
        set(issuer, "hosts", Array::from_iter([url.as_str()]).into());
        issuer.remove("not_before");
        issuer.remove("not_after");
        // A vendor that is played reaches no other server either.
        if let Some(endpoints) = document.get_mut("endpoint").and_then(Item::as_table_like_mut) {
            for (_, endpoint) in endpoints.iter_mut() {
                *endpoint = value(url.as_str());
            }
        }
        Ok(document.to_string())
    }
}

/// Replaces a value and leaves the white space and comment around it.
fn set(table: &mut Table, name: &str, new: toml_edit::Value) {
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = new;
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(name, value(new));
        }
    }
}

/// Writes the vendor file and its signature, each whole or not at all.
pub(crate) fn write(path: &Path, text: &str, root: &Root, trusted_comment: &str) -> Result<(), SandboxError> {
    let signature = root.sign(text, trusted_comment)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".minisig");
    // Signature first: who waits for the file finds both.
    replace(Path::new(&beside), &signature)?;
    replace(path, text)
}

fn replace(path: &Path, text: &str) -> Result<(), SandboxError> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    std::fs::write(&temporary, text).map_err(SandboxError::file(&temporary))?;
    std::fs::rename(&temporary, path).map_err(SandboxError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_license::RootKey;

    fn root() -> Root {
        Root::open(None).unwrap()
    }

    const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    fn url() -> Origin {
        "http://127.0.0.1:4000".parse().unwrap()
    }

    #[test]
    fn every_demo_vendor_can_be_played() {
        for name in ["sleeve", "tidewater"] {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../vendors/{name}/vendor.toml"));
            let manifest = Manifest::read(Some(&path)).unwrap();
            let text = manifest.played(7, KEY, &url(), &root()).unwrap();
            let played = Vendor::parse(&text).unwrap();
            assert_eq!((played.id(), played.version()), (name, 7));
            let [issuer] = played.issuers() else { panic!("{name}") };
            assert_eq!((issuer.public_key.as_str(), &issuer.hosts[..]), (KEY, &[url()][..]));
            assert_eq!(issuer.account, manifest.vendor.issuers()[0].account);
            assert_eq!((issuer.not_before, issuer.not_after), (None, None));
            assert!(played.endpoints().all(|(_, origin)| *origin == url()));
            assert_eq!(played.products(), manifest.vendor.products());
            assert_eq!(played.items(), manifest.vendor.items());
        }
    }

    #[test]
    fn what_is_not_replaced_stays_byte_for_byte() {
        let manifest = Manifest::read(None).unwrap();
        let text = manifest.played(7, KEY, &url(), &root()).unwrap();
        let changed = |line: &&str| {
            ["version = ", "public_key = ", "account = ", "hosts = ", "not_before = ", "root_key = "]
                .iter()
                .any(|name| line.starts_with(name))
                || line.contains("http://127.0.0.1:4000")
        };
        let kept = |text: &'static str| text.lines().filter(|line| !changed(line)).count();
        let text: &'static str = text.leak();
        let missing: Vec<&str> = DEFAULT_MANIFEST
            .lines()
            .filter(|line| !changed(line) && !text.lines().any(|other| other == *line))
            .collect();
        // Endpoints alone may be missing: they name the sandbox now.
        assert!(missing.iter().all(|line| line.contains("https://")), "{missing:?}");
        assert!(kept(text) + missing.len() == kept(DEFAULT_MANIFEST));
    }

    #[test]
    fn the_signature_holds_under_the_demo_root() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vendor.toml");
        write(&path, "text", &root(), "a comment").unwrap();
        let signature = std::fs::read_to_string(folder.path().join("vendor.toml.minisig")).unwrap();
        let root: RootKey = root().line().parse().unwrap();
        assert_eq!(root.verify(b"text", &signature).unwrap(), "a comment");
        assert!(root.verify(b"texts", &signature).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "text");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn manifests_that_cannot_be_played() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vendor.toml");
        assert_eq!(Manifest::read(Some(&path)).unwrap_err().code(), "sandbox.file");
        std::fs::write(&path, "id = 3").unwrap();
        assert_eq!(Manifest::read(Some(&path)).unwrap_err().code(), "sandbox.manifest");
    }
}
