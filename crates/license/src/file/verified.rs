//! `verify` and the only value it makes. Nothing else in the project can make a `Verified`, and this refuses to make
//! one before the signature holds.

use std::fmt;

use jiff::Timestamp;

use super::document::{Attributes, Document, Hint, LicenseStatus, Relationships, Resource};
use super::envelope::{Algorithm, Envelope, Signed};
use super::{FileKind, armor};
use crate::error::LicenseError;
use crate::issuers::Issuer;
use crate::key::{FileKey, LicenseKey};

/// What a genuine file says of its license, as of `issued`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFacts {
    /// The license's id at the server.
    pub id: String,
    /// The license key.
    pub key: LicenseKey,
    /// The vendor's name for it.
    pub name: Option<String>,
    /// When the right ends; never, if `None`.
    pub expires_at: Option<Timestamp>,
    /// Its status when the file was issued.
    pub status: LicenseStatus,
    /// Whether it was suspended when the file was issued.
    pub suspended: bool,
    /// How many machines it allows; any number, if `None`.
    pub max_machines: Option<u64>,
    /// The product.
    pub product: String,
    /// The policy.
    pub policy: Option<String>,
    /// The vendor's hint at the terms: the license's metadata member `terms`.
    pub terms_hint: Option<String>,
}

/// What a genuine machine file says of its machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineFacts {
    /// The machine's id at the server.
    pub id: String,
    /// The fingerprint it was activated with: an identifier in files of ours.
    pub fingerprint: String,
    /// The device name the user chose.
    pub name: Option<String>,
}

/// A genuine file: label, algorithm and signature are those expected, and the document was read.
///
/// Genuine is not valid: whether it counts here and now is [`crate::assess`]'s question.
#[derive(Clone)]
pub struct Verified {
    file: Vec<u8>,
    kind: FileKind,
    algorithm: Algorithm,
    issued: Timestamp,
    expiry: Option<Timestamp>,
    ttl_secs: Option<u64>,
    account: String,
    license_id: String,
    license: Option<LicenseFacts>,
    machine: Option<MachineFacts>,
    entitlements: Vec<String>,
}

/// Verifies a file and, only then, opens and reads it.
///
/// The file key pins the algorithm: with one, only `aes-256-gcm+ed25519` is accepted, without one only
/// `base64+ed25519`. Of the issuers, one must have signed the file, be in force when it was issued, and own the account
/// it names.
///
/// # Errors
/// `FileTooLarge`, `FileMalformed`, `WrongLabel`, `WrongAlgorithm`, `SignatureInvalid`; then, of a genuine file,
/// `DecryptionFailed`, `DocumentMalformed`, `IssuerNotInForce`, `AccountForeign`.
pub fn verify(
    bytes: &[u8],
    kind: FileKind,
    issuers: &[Issuer],
    key: Option<&FileKey>,
) -> Result<Verified, LicenseError> {
    let (label, body) = armor::open(bytes)?;
    if label != kind {
        return Err(LicenseError::WrongLabel(label));
    }
    let json = armor::decode(body)?;
    let envelope = Envelope::read(&json)?;
    let algorithm = envelope.algorithm()?;
    if (algorithm == Algorithm::Aes256GcmEd25519) != key.is_some() {
        return Err(LicenseError::WrongAlgorithm);
    }
    let signed = envelope.signed(kind)?;
    let signers = signers(issuers, &signed)?;
    let document = signed.open(key)?;
    let document = read(&document)?;
    let account = document.data.relationships.account.id().ok_or(missing("no account"))?.to_owned();
    settle_issuer(&signers, document.meta.issued, &account)?;
    let Document { data, included, meta } = document;
    let content = match kind {
        FileKind::License => Content::of_license(data, &included)?,
        FileKind::Machine => Content::of_machine(data, included)?,
    };
    Ok(Verified {
        file: bytes.to_vec(),
        kind,
        algorithm,
        issued: meta.issued,
        expiry: meta.expiry,
        ttl_secs: meta.ttl,
        account,
        license_id: content.license_id,
        license: content.license,
        machine: content.machine,
        entitlements: content.entitlements,
    })
}

impl Verified {
    /// The file's bytes, as they were verified; what is installed is this and nothing else.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// Which kind of file it is.
    pub const fn kind(&self) -> FileKind {
        self.kind
    }

    /// How it was encoded.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// When the server made it.
    pub const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// When the file ends; never, if `None`. The server counts in calendar months: this is not `issued` and `ttl`.
    pub const fn expiry(&self) -> Option<Timestamp> {
        self.expiry
    }

    /// The life that was asked for, in seconds.
    pub const fn ttl_secs(&self) -> Option<u64> {
        self.ttl_secs
    }

    /// The account at the server.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The license's id; a machine file names it even where it does not include the license.
    pub fn license_id(&self) -> &str {
        &self.license_id
    }

    /// The license; `None` in a machine file that was asked for without it.
    pub const fn license(&self) -> Option<&LicenseFacts> {
        self.license.as_ref()
    }

    /// The machine; `None` in a license file.
    pub const fn machine(&self) -> Option<&MachineFacts> {
        self.machine.as_ref()
    }

    /// The codes of what the license includes.
    pub fn entitlements(&self) -> &[String] {
        &self.entitlements
    }
}

impl fmt::Debug for Verified {
    // Not the file: a base64 one holds the license key in the clear.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("kind", &self.kind)
            .field("issued", &self.issued)
            .field("expiry", &self.expiry)
            .field("license_id", &self.license_id)
            .finish_non_exhaustive()
    }
}

/// The issuers whose key made the signature: usually one, two where a key is listed with two terms.
fn signers<'a>(issuers: &'a [Issuer], signed: &Signed) -> Result<Vec<&'a Issuer>, LicenseError> {
    let signers: Vec<&Issuer> = issuers.iter().filter(|issuer| signed.holds(&issuer.public_key)).collect();
    if signers.is_empty() { Err(LicenseError::SignatureInvalid) } else { Ok(signers) }
}

fn settle_issuer(signers: &[&Issuer], issued: Timestamp, account: &str) -> Result<(), LicenseError> {
    let mut in_force = signers.iter().filter(|issuer| issuer.in_force(issued)).peekable();
    if in_force.peek().is_none() {
        return Err(LicenseError::IssuerNotInForce);
    }
    if in_force.any(|issuer| issuer.owns(account)) { Ok(()) } else { Err(LicenseError::AccountForeign) }
}

fn read(document: &[u8]) -> Result<Document<'_>, LicenseError> {
    let text = str::from_utf8(document).map_err(|_| missing("not text"))?;
    serde_json::from_str(text).map_err(|_| missing("its members are not those of the protocol"))
}

const fn missing(what: &'static str) -> LicenseError {
    LicenseError::DocumentMalformed(what)
}

/// What the two kinds of document have in common once read.
struct Content {
    license_id: String,
    license: Option<LicenseFacts>,
    machine: Option<MachineFacts>,
    entitlements: Vec<String>,
}

impl Content {
    fn of_license(data: Resource<'_>, included: &[Resource<'_>]) -> Result<Self, LicenseError> {
        if data.kind.0 != "licenses" {
            return Err(missing("not a license"));
        }
        let license = license_facts(data)?;
        Ok(Self {
            license_id: license.id.clone(),
            license: Some(license),
            machine: None,
            entitlements: entitlements(included),
        })
    }

    fn of_machine(data: Resource<'_>, included: Vec<Resource<'_>>) -> Result<Self, LicenseError> {
        if data.kind.0 != "machines" {
            return Err(missing("not a machine"));
        }
        let fingerprint = data.attributes.fingerprint.ok_or(missing("no fingerprint"))?.into_string();
        let license_id = data.relationships.license.into_id().ok_or(missing("no license id"))?;
        let machine = MachineFacts {
            id: data.id.into_string(),
            fingerprint,
            name: data.attributes.name.map(|name| name.into_string()),
        };
        let entitlements = entitlements(&included);
        let license = included
            .into_iter()
            .find(|resource| resource.kind.0 == "licenses" && resource.id.0 == license_id)
            .map(license_facts)
            .transpose()?;
        Ok(Self { license_id, license, machine: Some(machine), entitlements })
    }
}

fn license_facts(license: Resource<'_>) -> Result<LicenseFacts, LicenseError> {
    let Attributes { name, key, expiry, status, suspended, max_machines, metadata, .. } = license.attributes;
    let Relationships { product, policy, .. } = license.relationships;
    let key = key.ok_or(missing("no license key"))?;
    Ok(LicenseFacts {
        id: license.id.into_string(),
        key: LicenseKey::new(&key.0).map_err(|_| missing("no usable license key"))?,
        name: name.map(|name| name.into_string()),
        expires_at: expiry.ok_or(missing("no license expiry"))?,
        status: status.ok_or(missing("no license status"))?,
        suspended: suspended.ok_or(missing("no license suspension"))?,
        max_machines,
        product: product.into_id().ok_or(missing("no product"))?,
        policy: policy.into_id(),
        terms_hint: metadata.and_then(|metadata| match metadata.terms {
            Some(Hint::Text(terms)) => Some(terms.into_string()),
            _ => None,
        }),
    })
}

fn entitlements(included: &[Resource<'_>]) -> Vec<String> {
    let entitlements = included.iter().filter(|resource| resource.kind.0 == "entitlements");
    entitlements
        .filter_map(|resource| resource.attributes.code.as_ref())
        .map(|code| code.0.to_string())
        .collect()
}
