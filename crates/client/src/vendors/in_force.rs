//! A vendor file that counts: read, parsed, and checked against the signature beside it.
//!
//! It refuses an altered file, a foreign signature, and the demo root for any server but this very computer's.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gatefold_disclosure::vendor::{Issuer, MAX_FILE_BYTES, Place, root_key_place, server_key_place};
use gatefold_disclosure::{Vendor, VendorError};
use gatefold_keygen::Server;
use gatefold_license::{Identifier, LicenseError, RootKey, ServerKey, Vouched};
use gatefold_shelf::os_machine_id;
use gatefold_store::{AgreedVendor, KeptVendor, VendorKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::mistaken::{refuse_mere_text, refuse_something_else};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::given::{Unread, read_given};

/// The demo root, WORTHLESS: its secret half is public (`vendors/demo-root.key`).
const DEMO_ROOT: &str = include_str!("../../../../vendors/demo-root.pub");

/// Two groups of four hex digits.
const TOLD_APART_BY_CHARS: usize = 9;

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

/// A vendor whose file counts for a call.
#[derive(Clone, Debug)]
pub struct InForce {
    read: Arc<Read>,
    /// The day whose issuer is asked; none while nothing was planned, and then it is today's.
    planned_on: Option<Date>,
    /// Another vendor that was agreed to has its id or its name.
    has_namesake: bool,
    /// It was read from the store, so the user had agreed to it.
    was_kept: bool,
}

/// A vendor file as it was read, shared by all who go by it.
#[derive(Debug)]
struct Read {
    vendor: Vendor,
    root: RootKey,
    signature: Signature,
    file: File,
    issuers: Vec<gatefold_license::Issuer>,
    /// Derived once: neither the root nor this computer changes while it is in force.
    identifier: OnceLock<Identifier>,
}

#[derive(Debug)]
enum File {
    Signed(Vouched),
    Unsigned(Vec<u8>),
}

impl InForce {
    /// The vendor.
    pub fn vendor(&self) -> &Vendor {
        &self.read.vendor
    }

    /// The root key's fingerprint, for people to compare.
    pub fn fingerprint(&self) -> String {
        self.read.root.fingerprint()
    }

    /// What people call it: its name; and the beginning of its root key's fingerprint, where another vendor that was agreed to
    /// has the same name or id.
    pub fn called(&self) -> String {
        let name = self.read.vendor.name();
        match self.has_namesake {
            true => format!(
                "{name} ({})",
                self.fingerprint().chars().take(TOLD_APART_BY_CHARS).collect::<String>()
            ),
            false => name.to_owned(),
        }
    }

    /// Whether people could take the other for this one.
    pub(super) fn is_namesake_of(&self, other: &Self) -> bool {
        let (own, its) = (self.vendor(), other.vendor());
        self.key() != other.key() && (own.id() == its.id() || own.name() == its.name())
    }

    /// What names it in a command, where a space would end it: its id, and the beginning of its root key's fingerprint as in
    /// [`InForce::called`].
    pub fn typed(&self) -> String {
        let id = self.read.vendor.id();
        match self.has_namesake {
            true => {
                let beginning: String = self.fingerprint().chars().take(TOLD_APART_BY_CHARS).collect();
                format!("{id}@{}", super::named::packed(&beginning))
            }
            false => id.to_owned(),
        }
    }

    pub(super) fn told_apart(self, has_namesake: bool) -> Self {
        Self { has_namesake, ..self }
    }

    /// How the file is vouched for.
    pub fn signature(&self) -> &Signature {
        &self.read.signature
    }

    /// What a program calls it for good: `ID@FINGERPRINT`, without spaces.
    pub fn named(&self) -> String {
        format!("{}@{}", self.read.vendor.id(), super::named::packed(&self.fingerprint()))
    }

    /// Id and fingerprint, for people: no two vendors share both.
    pub fn in_full(&self) -> String {
        format!("{} ({})", self.read.vendor.id(), self.fingerprint())
    }

    /// Whether the root key it names signed it.
    pub fn is_signed(&self) -> bool {
        self.read.signature != Signature::Missing
    }

    /// What it is known by in the store.
    pub fn key(&self) -> VendorKey {
        VendorKey::new(self.read.vendor.id(), &self.read.root)
    }

    pub(crate) fn root(&self) -> &RootKey {
        &self.read.root
    }

    /// Reads a file and the signature beside it (`FILE.minisig`).
    ///
    /// # Errors
    /// [`ClientError::NoVendorFile`], [`ClientError::VendorAltered`], [`ClientError::VendorForeignRoot`],
    /// [`ClientError::VendorDemoRoot`], and what is wrong with the file itself.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        refuse_something_else(path)?;
        let file = read_whole(path)?.ok_or_else(|| unreadable(path))?;
        refuse_mere_text(&file)?;
        let minisig =
            read_whole(&with_minisig(path))?.map(|text| String::from_utf8_lossy(&text).into_owned());
        Self::of(file, minisig.unwrap_or_default())
    }

    /// What the store kept, if it is still what it was kept as.
    pub(super) fn of_kept(kept: AgreedVendor) -> Result<Self, ClientError> {
        let in_force = Self::of(kept.file, kept.signature)?;
        // A file under another vendor's name is nobody's.
        if in_force.key() != kept.vendor || in_force.vendor().version() != kept.version {
            return Err(gatefold_store::StoreError::Damaged.into());
        }
        Ok(Self { was_kept: true, ..in_force })
    }

    /// Whether the user had agreed to it when it was read.
    pub(crate) fn was_kept(&self) -> bool {
        self.was_kept
    }

    /// What the store keeps once the user agreed.
    pub(super) fn to_keep(&self, agreed_at: Timestamp) -> AgreedVendor {
        let (file, minisig) = match &self.read.file {
            File::Signed(signed) => (signed.bytes(), signed.minisig()),
            File::Unsigned(file) => (file.as_slice(), ""),
        };
        AgreedVendor {
            vendor: self.key(),
            version: self.read.vendor.version(),
            agreed_at,
            file: file.to_vec(),
            signature: minisig.to_owned(),
        }
    }

    /// The file as it is written.
    pub(super) fn text(&self) -> &str {
        // It was read as text, or it would not be here.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        match &self.read.file {
            File::Signed(signed) => signed.bytes(),
            File::Unsigned(file) => file,
        }
    }

    /// Whether the store has this very file.
    pub(super) fn is_kept_as(&self, kept: &KeptVendor) -> bool {
        match kept {
            KeptVendor::Agreed(kept) => kept.file == self.bytes(),
            KeptVendor::Damaged { .. } => false,
        }
    }

    /// The signed file and its signature, as plug-ins read them; none where nobody signed it.
    pub(crate) fn for_plugins(&self) -> Option<&Vouched> {
        match &self.read.file {
            File::Signed(signed) => Some(signed),
            File::Unsigned(_) => None,
        }
    }

    pub(crate) fn of(file: Vec<u8>, minisig: String) -> Result<Self, ClientError> {
        let text = std::str::from_utf8(&file).map_err(|error| VendorError::Syntax {
            place: end_of(&file[..error.valid_up_to()]),
            message: "the file is not UTF-8".to_owned(),
            suggestion: None,
        })?;
        let vendor = Vendor::parse(text)?;
        if let Some(error) = key_faults(text, &vendor).into_iter().next() {
            return Err(error.into());
        }
        let root: RootKey = vendor.root_key().parse()?;
        let (signature, file) = if minisig.is_empty() {
            (Signature::Missing, File::Unsigned(file))
        } else {
            let signed = root.vouch(file, minisig).map_err(altered)?;
            let comment = gatefold_disclosure::quote(signed.comment());
            (Signature::Signed { comment }, File::Signed(signed))
        };
        let issuers = vendor.issuers().iter().map(issuer).collect::<Result<_, _>>()?;
        let read = Read { vendor, root, signature, file, issuers, identifier: OnceLock::new() };
        let in_force = Self { read: Arc::new(read), planned_on: None, has_namesake: false, was_kept: false };
        in_force.refuse_demo_root(cfg!(debug_assertions))?;
        Ok(in_force)
    }

    /// Whoever has the demo key speaks for its vendors, and everybody has it.
    fn refuse_demo_root(&self, for_development: bool) -> Result<(), ClientError> {
        let issuers = self.read.vendor.issuers().iter().flat_map(|issuer| &issuer.hosts);
        let mut hosts = issuers.chain(self.read.vendor.endpoints().map(|(_, host)| host));
        if self.has_demo_root() && !for_development && hosts.any(|host| !host.is_loopback()) {
            return Err(ClientError::VendorDemoRoot);
        }
        Ok(())
    }

    /// Whether its root is the demo key, with which everybody can sign.
    pub fn has_demo_root(&self) -> bool {
        DEMO_ROOT.parse::<RootKey>().is_ok_and(|demo| self.read.root.raw() == demo.raw())
    }

    /// This computer's identifier towards this vendor. Reads the OS machine id.
    ///
    /// # Errors
    /// The shelf's, when there is no usable machine id.
    pub fn identifier(&self) -> Result<Identifier, ClientError> {
        if let Some(identifier) = self.read.identifier.get() {
            return Ok(identifier.clone());
        }
        // Exposed to be hashed under the vendor's key; the id itself goes nowhere.
        let identifier = Identifier::derive(&self.read.root, os_machine_id()?.expose());
        Ok(self.read.identifier.get_or_init(|| identifier).clone())
    }

    /// The same for requests that are planned now: all of them go to the server that is shown, whichever day it is by then.
    #[must_use]
    pub(crate) fn planned_now(self, gatefold: &Gatefold) -> Self {
        self.planned_on(today(gatefold))
    }

    fn planned_on(self, day: Date) -> Self {
        Self { planned_on: Some(day), ..self }
    }

    /// The issuer who is asked; `today` counts while nothing is planned.
    fn issuer(&self, today: Date) -> Result<&Issuer, ClientError> {
        let day = self.planned_on.unwrap_or(today);
        self.read.vendor.issuer_on(day).ok_or(ClientError::NoIssuer)
    }

    /// The server that is asked, and how.
    pub(crate) fn server(
        &self,
        gatefold: &Gatefold,
    ) -> Result<(Server<'_>, &gatefold_license::Issuer), ClientError> {
        let issuer = self.issuer(today(gatefold))?;
        let mut all = self.read.vendor.issuers().iter().zip(&self.read.issuers);
        let judged_by = all.find(|(one, _)| std::ptr::eq(*one, issuer)).map(|(_, judged_by)| judged_by);
        let server = Server::first_of(&self.read.vendor, issuer);
        server.zip(judged_by).ok_or(ClientError::NoIssuer)
    }

    /// The issuers whose files and replies count, as `license` wants them.
    pub(crate) fn issuers(&self) -> &[gatefold_license::Issuer] {
        &self.read.issuers
    }
}

fn issuer(issuer: &Issuer) -> Result<gatefold_license::Issuer, ClientError> {
    Ok(gatefold_license::Issuer {
        public_key: issuer.public_key.parse()?,
        account: Some(issuer.account.as_str().to_owned()),
        hosts: issuer.hosts.iter().map(ToString::to_string).collect(),
        not_before: issuer.not_before,
        not_after: issuer.not_after,
    })
}

/// Each key of the file that has the form of one and is none: no point of the curve, or one by which almost anything is
/// signed. The file itself cannot tell, for `disclosure` has no curve.
pub(super) fn key_faults(text: &str, vendor: &Vendor) -> Vec<VendorError> {
    let fault = |place, message: &str| VendorError::Incoherent { place, message: message.to_owned() };
    let root = vendor.root_key().parse::<RootKey>().err();
    let root = root.map(|_| fault(root_key_place(text), "this is not a minisign public key"));
    let of_no_server = |(nth, issuer): (usize, &Issuer)| {
        issuer.public_key.parse::<ServerKey>().err()?;
        let message =
            "these 64 hex digits are no server's key; copy the account's Ed25519 public key from the server";
        Some(fault(server_key_place(text, nth), message))
    };
    root.into_iter().chain(vendor.issuers().iter().enumerate().filter_map(of_no_server)).collect()
}

/// In UTC, as issuers' dates are.
fn today(gatefold: &Gatefold) -> Date {
    gatefold.clock.now().to_zoned(TimeZone::UTC).date()
}

/// Where the text ends that could be read, in characters.
fn end_of(readable: &[u8]) -> Place {
    let text = String::from_utf8_lossy(readable);
    let last = text.rsplit('\n').next().unwrap_or_default();
    Place { line: text.matches('\n').count() + 1, column: last.chars().count() + 1 }
}

/// The vendor file or its signature; `None` if there is none.
pub(super) fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, ClientError> {
    match read_given(path, MAX_FILE_BYTES as u64) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Unread::Missing) => Ok(None),
        Err(Unread::TooLarge(len)) => {
            Err(VendorError::TooLarge(usize::try_from(len).unwrap_or(usize::MAX)).into())
        }
        Err(Unread::NotAFile | Unread::Disk(_)) => Err(unreadable(path)),
    }
}

/// Why a file of a vendor's is not vouched for by the root key that it names.
fn altered(error: LicenseError) -> ClientError {
    match error {
        LicenseError::RootForeign => ClientError::VendorForeignRoot,
        LicenseError::RootSignatureInvalid => ClientError::VendorAltered,
        other => other.into(),
    }
}

pub(super) fn with_minisig(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}

pub(super) fn unreadable(path: &Path) -> ClientError {
    ClientError::VendorUnreadable(gatefold_disclosure::quote(&path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was shown names the server; midnight must not send the rest to another one.
    #[test]
    fn requests_go_to_the_server_that_was_shown() {
        let file = include_str!("../../../../vendors/sleeve/vendor.toml");
        let from = "not_before = \"2026-01-01\"\n";
        let next =
            "\n[[issuer]]\npublic_key = \"21f5c1a9d76e5e0e2bb5a1c4f0c3a1f2b4b8f7d0d4f1a6b1b7e4f9d6a3c25e70\"
account = \"5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001\"\nhosts = [\"https://next.sleeve.example\"]\n";
        let text = file.replace(
            from,
            &format!("{from}not_after = \"2026-12-01\"\n{next}{}", from.replace("2026-01", "2026-12")),
        );
        let in_force = InForce::of(text.into_bytes(), String::new()).unwrap();
        let planned = in_force.clone().planned_on("2026-11-30".parse().unwrap());
        let check = |of: &InForce, on: &str, expect: &str| {
            let issuer = of.issuer(on.parse().unwrap()).unwrap();
            assert_eq!(issuer.hosts[0].to_string(), format!("https://{expect}.sleeve.example"), "{on}");
        };
        check(&in_force, "2026-11-30", "license");
        check(&in_force, "2026-12-01", "next");
        check(&planned, "2026-12-01", "license");
    }

    /// The demo root for any server but this very computer's, whatever the server is for.
    #[test]
    fn the_demo_root_counts_on_this_computer_alone() {
        let file = include_str!("../../../../vendors/sleeve/vendor.toml");
        let elsewhere = file.replace("https://license.sleeve.example", "http://127.0.0.1:4000");
        let own = elsewhere.replace("https://usage.sleeve.example", "http://127.0.0.1:4001");
        let check = |text: &str, for_development: bool, expect: Option<&str>| {
            let in_force = InForce::of(text.as_bytes().to_vec(), String::new()).unwrap();
            let refused = in_force.refuse_demo_root(for_development).err();
            assert_eq!(refused.map(|error| error.code()), expect, "{for_development}\n{text}");
        };
        check(&own, false, None);
        check(file, false, Some("vendor.demo_root"));
        check(&elsewhere, false, Some("vendor.demo_root"));
        check(&elsewhere, true, None);
    }
}
