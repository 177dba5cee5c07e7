//! Vendor files: read, checked against their signature, reviewed, agreed to, in force.
//!
//! A vendor is a key: the same id under another root is another vendor. It refuses an altered file, a foreign
//! signature, an older version, and the demo root for any server but this very computer's.

use std::path::{Path, PathBuf};

use gatefold_disclosure::vendor::{Issuer, MAX_FILE_BYTES};
use gatefold_disclosure::{Vendor, VendorError};
use gatefold_keygen::Server;
use gatefold_license::{Identifier, LicenseError, RootKey};
use gatefold_shelf::{VendorShelf, os_machine_id};
use gatefold_store::{AgreedVendor, StoreError, VendorKey};
use jiff::tz::TimeZone;

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::given::{Unread, read_given};

/// The demo root, WORTHLESS: its secret half is public (`vendors/demo-root.key`).
const DEMO_ROOT: &str = include_str!("../../../vendors/demo-root.pub");

/// How a vendor file is vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// By the root key it names; the trusted comment says more.
    Signed {
        /// The signed comment of minisign.
        comment: String,
    },
    /// By nobody.
    Missing,
}

/// What was known of the vendor before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// This very version was agreed to.
    Agreed,
    /// An older version was agreed to.
    Update {
        /// That version.
        from: u32,
    },
    /// Another vendor of the same id, under another root key, was agreed to.
    SameIdOtherRoot,
}

/// A vendor whose file counts for a call.
#[derive(Clone, Debug)]
pub struct InForce {
    vendor: Vendor,
    root: RootKey,
    signature: Signature,
    file: Vec<u8>,
    minisig: String,
}

/// A vendor file that was read, to be shown before it is agreed to.
#[derive(Clone, Debug)]
pub struct Review {
    /// The vendor, as its file describes it.
    pub in_force: InForce,
    /// What was known of it.
    pub known: Known,
}

impl InForce {
    /// The vendor.
    pub fn vendor(&self) -> &Vendor {
        &self.vendor
    }

    /// The root key's fingerprint, for people to compare.
    pub fn fingerprint(&self) -> String {
        self.root.fingerprint()
    }

    /// How the file is vouched for.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What a program calls it for good: `ID@FINGERPRINT`, without spaces.
    pub fn named(&self) -> String {
        format!("{}@{}", self.vendor.id(), packed(&self.fingerprint()))
    }

    /// Id and fingerprint: no two vendors share both.
    fn in_full(&self) -> String {
        format!("{} ({})", self.vendor.id(), self.fingerprint())
    }

    pub(crate) fn key(&self) -> VendorKey {
        VendorKey::new(self.vendor.id(), &self.root)
    }

    pub(crate) fn root(&self) -> &RootKey {
        &self.root
    }

    /// Reads a file and the signature beside it (`FILE.minisig`).
    ///
    /// # Errors
    /// [`ClientError::VendorAltered`], [`ClientError::VendorForeignRoot`], [`ClientError::VendorDemoRoot`], and what is
    /// wrong with the file itself.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        let file = read_whole(path)?.ok_or_else(|| unreadable(path))?;
        let minisig =
            read_whole(&with_minisig(path))?.map(|text| String::from_utf8_lossy(&text).into_owned());
        Self::of(file, minisig.unwrap_or_default())
    }

    fn of(file: Vec<u8>, minisig: String) -> Result<Self, ClientError> {
        let text = std::str::from_utf8(&file).map_err(|error| VendorError::Syntax {
            place: gatefold_disclosure::vendor::Place { line: 1, column: error.valid_up_to() + 1 },
            message: "the file is not UTF-8".to_owned(),
            suggestion: None,
        })?;
        let vendor = Vendor::parse(text)?;
        let root: RootKey = vendor.root_key().parse()?;
        let signature = if minisig.is_empty() {
            Signature::Missing
        } else {
            let comment = root.verify(&file, &minisig).map_err(|error| match error {
                LicenseError::RootForeign => ClientError::VendorForeignRoot,
                LicenseError::RootSignatureInvalid => ClientError::VendorAltered,
                other => other.into(),
            })?;
            Signature::Signed { comment: gatefold_disclosure::quote(&comment) }
        };
        let in_force = Self { vendor, root, signature, file, minisig };
        in_force.refuse_demo_root(cfg!(debug_assertions))?;
        Ok(in_force)
    }

    /// Whoever has the demo key speaks for its vendors, and everybody has it.
    fn refuse_demo_root(&self, for_development: bool) -> Result<(), ClientError> {
        let demo: RootKey = DEMO_ROOT.parse()?;
        let mut hosts = self.vendor.issuers().iter().flat_map(|issuer| &issuer.hosts);
        if self.root.raw() == demo.raw() && !for_development && hosts.any(|host| !host.is_loopback()) {
            return Err(ClientError::VendorDemoRoot);
        }
        Ok(())
    }

    /// This computer's identifier towards this vendor. Reads the OS machine id.
    ///
    /// # Errors
    /// The shelf's, when there is no usable machine id.
    pub fn identifier(&self) -> Result<Identifier, ClientError> {
        // Exposed to be hashed under the vendor's key; the id itself goes nowhere.
        Ok(Identifier::derive(&self.root, os_machine_id()?.expose()))
    }

    /// The server that answers today, and how it is asked.
    pub(crate) fn server(&self, gatefold: &Gatefold) -> Result<(Server<'_>, &Issuer), ClientError> {
        let today = gatefold.clock.now().to_zoned(TimeZone::UTC).date();
        let issuer = self.vendor.issuer_on(today).ok_or(ClientError::NoIssuer)?;
        Ok((Server::first_of(&self.vendor, issuer).ok_or(ClientError::NoIssuer)?, issuer))
    }

    /// The issuers whose files and replies count, as `license` wants them.
    pub(crate) fn issuers(&self) -> Result<Vec<gatefold_license::Issuer>, ClientError> {
        let issuer = |issuer: &Issuer| {
            Ok(gatefold_license::Issuer {
                public_key: issuer.public_key.parse()?,
                account: Some(issuer.account.as_str().to_owned()),
                hosts: issuer.hosts.iter().map(ToString::to_string).collect(),
                not_before: issuer.not_before,
                not_after: issuer.not_after,
            })
        };
        self.vendor.issuers().iter().map(issuer).collect()
    }
}

impl Gatefold {
    /// Reads a vendor file for review; nothing is agreed to.
    ///
    /// # Errors
    /// As [`InForce::read`]; [`ClientError::VendorOlder`] if a newer file was agreed to, [`ClientError::VendorUnsigned`]
    /// if a signed one was, [`StoreError::VendorChanged`] if another of the same version was.
    pub fn review_vendor(&self, path: &Path) -> Result<Review, ClientError> {
        let in_force = InForce::read(path)?;
        let known = self.known(&in_force)?;
        Ok(Review { in_force, known })
    }

    fn known(&self, offered: &InForce) -> Result<Known, ClientError> {
        let version = offered.vendor.version();
        if let Some(agreed) = self.store.vendor(&offered.key())? {
            // Nobody but the root key replaces what the root key signed.
            if !agreed.signature.is_empty() && offered.signature == Signature::Missing {
                return Err(ClientError::VendorUnsigned);
            }
            return match agreed.version {
                agreed if agreed > version => Err(ClientError::VendorOlder { agreed, offered: version }),
                // Said now: once a seat is taken it would be too late.
                same if same == version && agreed.file != offered.file => {
                    Err(StoreError::VendorChanged(version).into())
                }
                same if same == version => Ok(Known::Agreed),
                from => Ok(Known::Update { from }),
            };
        }
        let same_id = self.store.vendors()?.iter().any(|other| other.vendor.id == offered.vendor.id());
        Ok(if same_id { Known::SameIdOtherRoot } else { Known::New })
    }

    /// Agrees to a vendor: the user saw its file. What plug-ins need of it goes onto the shelf.
    ///
    /// # Errors
    /// The store's and the shelf's; an unsigned file is agreed to, but plug-ins never believe it.
    pub fn agree(&mut self, in_force: &InForce) -> Result<(), ClientError> {
        self.store.agree(&AgreedVendor {
            vendor: in_force.key(),
            version: in_force.vendor.version(),
            agreed_at: self.clock.now(),
            file: in_force.file.clone(),
            signature: in_force.minisig.clone(),
        })?;
        if in_force.signature != Signature::Missing {
            let random = u64::from_be_bytes(chance::bytes()?);
            self.vendor_shelf(in_force)?.put_vendor(&in_force.file, &in_force.minisig, random)?;
        }
        Ok(())
    }

    /// Every vendor agreed to, by id.
    ///
    /// # Errors
    /// The store's; a kept file that no longer reads.
    pub fn vendors(&self) -> Result<Vec<InForce>, ClientError> {
        self.store.vendors()?.into_iter().map(|agreed| InForce::of(agreed.file, agreed.signature)).collect()
    }

    /// The vendor a call is about: a file, which counts as agreed to for the call; the name of an agreed one
    /// (`ID` or `ID@FINGERPRINT`); or the only one there is.
    ///
    /// # Errors
    /// [`ClientError::VendorMissing`], [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`], and those of
    /// [`Gatefold::review_vendor`].
    pub fn vendor_for_call(&self, named: Option<&Path>) -> Result<InForce, ClientError> {
        match named {
            None => the_only(self.vendors()?)?.ok_or(ClientError::VendorMissing),
            Some(file) if file.is_file() => Ok(self.review_vendor(file)?.in_force),
            Some(name) => self.vendor_by_name(name),
        }
    }

    /// The agreed vendor that is meant: by a file of its, of whatever version, or by its name (`ID` or `ID@FINGERPRINT`).
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`], and those of [`InForce::read`].
    pub fn agreed_vendor(&self, named: &Path) -> Result<InForce, ClientError> {
        if !named.is_file() {
            return self.vendor_by_name(named);
        }
        let meant = InForce::read(named)?;
        let agreed = self.vendors()?.into_iter().find(|vendor| vendor.key() == meant.key());
        agreed.ok_or_else(|| ClientError::VendorUnknown(meant.in_full()))
    }

    /// The agreed vendor of a name (`ID` or `ID@FINGERPRINT`), never of a file.
    ///
    /// # Errors
    /// [`ClientError::VendorAmbiguous`], [`ClientError::VendorUnknown`].
    pub fn vendor_named(&self, name: &str) -> Result<InForce, ClientError> {
        let meant = VendorName::of(name);
        let vendors = self.vendors()?.into_iter().filter(|vendor| meant.means(vendor)).collect();
        the_only(vendors)?.ok_or_else(|| ClientError::VendorUnknown(gatefold_disclosure::quote(name)))
    }

    fn vendor_by_name(&self, named: &Path) -> Result<InForce, ClientError> {
        let text = named.to_string_lossy();
        let name = VendorName::of(&text);
        let meant = self.vendors()?.into_iter().filter(|vendor| name.means(vendor)).collect();
        match the_only(meant)? {
            Some(vendor) => Ok(vendor),
            // A folder or a pipe: there is something, and it is no vendor file.
            None if named.exists() => Err(unreadable(named)),
            None => Err(ClientError::VendorUnknown(gatefold_disclosure::quote(&text))),
        }
    }

    /// Forgets a vendor, its account's token and what plug-ins knew of it.
    ///
    /// # Errors
    /// [`ClientError::VendorInUse`] while licenses of it are here, or a seat that an unfinished activation may hold; the
    /// store's and the shelf's.
    pub fn remove_vendor(&mut self, in_force: &InForce) -> Result<(), ClientError> {
        let shelf = self.vendor_shelf(in_force)?;
        let (installed, key) = (shelf.installed()?.found.len(), in_force.key());
        let open = self.store.open_intents()?.iter().filter(|intent| intent.what.vendor == key).count();
        if installed + open > 0 {
            return Err(ClientError::VendorInUse(installed + open));
        }
        self.secrets.remove(gatefold_store::SecretName::Token(&in_force.key()))?;
        self.store.forget_account(&in_force.key())?;
        self.store.forget_vendor(&in_force.key())?;
        shelf.remove_vendor()?;
        Ok(())
    }

    pub(crate) fn vendor_shelf(&self, in_force: &InForce) -> Result<VendorShelf, ClientError> {
        Ok(self.shelf.vendor(in_force.vendor.id(), &in_force.root)?)
    }
}

/// What a user calls an agreed vendor: its id; or `ID@FINGERPRINT` where two have the same id, or are to be told apart
/// for good. The root key's fingerprint may be cut short and spaced, as long as one vendor alone fits.
struct VendorName<'a> {
    id: &'a str,
    fingerprint: String,
}

impl<'a> VendorName<'a> {
    fn of(text: &'a str) -> Self {
        let (id, fingerprint) = text.split_once('@').unwrap_or((text, ""));
        Self { id, fingerprint: packed(fingerprint) }
    }

    fn means(&self, vendor: &InForce) -> bool {
        vendor.vendor.id() == self.id && packed(&vendor.fingerprint()).starts_with(&self.fingerprint)
    }
}

/// A fingerprint without its spaces.
fn packed(fingerprint: &str) -> String {
    fingerprint.split_whitespace().collect::<String>().to_lowercase()
}

/// The one vendor of a list; `None` of an empty one. Several with the same id differ in their root keys.
fn the_only(mut vendors: Vec<InForce>) -> Result<Option<InForce>, ClientError> {
    if vendors.len() > 1 {
        let names: Vec<String> = vendors.iter().map(InForce::in_full).collect();
        return Err(ClientError::VendorAmbiguous(names.join(", ")));
    }
    Ok(vendors.pop())
}

/// The vendor file or its signature; `None` if there is none.
fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, ClientError> {
    match read_given(path, MAX_FILE_BYTES as u64) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Unread::Missing) => Ok(None),
        Err(Unread::TooLarge(len)) => {
            Err(VendorError::TooLarge(usize::try_from(len).unwrap_or(usize::MAX)).into())
        }
        Err(Unread::NotAFile | Unread::Disk(_)) => Err(unreadable(path)),
    }
}

fn with_minisig(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}

fn unreadable(path: &Path) -> ClientError {
    ClientError::VendorUnreadable(gatefold_disclosure::quote(&path.display().to_string()))
}
