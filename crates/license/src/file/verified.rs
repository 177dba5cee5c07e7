//! `verify` and the only value it makes. Nothing else in the project can make a `Verified`, and this refuses to make
//! one before the signature holds.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::document::Document;
use super::envelope::{Algorithm, Envelope, Signed};
use super::facts::{Content, LicenseFacts, MachineFacts, missing};
use super::{FileKind, armor};
use crate::error::LicenseError;
use crate::issuers::Issuer;
use crate::key::FileKey;

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

/// [`verify`] of whichever kind the file says that it is: only that one's signature holds.
///
/// # Errors
/// As [`verify`], but for `WrongLabel`.
pub fn verify_either(
    bytes: &[u8],
    issuers: &[Issuer],
    key: Option<&FileKey>,
) -> Result<Verified, LicenseError> {
    let (label, _) = armor::open(bytes)?;
    verify(bytes, label, issuers, key)
}

/// Whether one of the issuers signed a file, of either kind, and which kind it then is. For what cannot be opened here,
/// as another computer's file: it says that the file is genuine and nothing of what stands in it.
///
/// # Errors
/// `FileTooLarge`, `FileMalformed`, `WrongAlgorithm`, `SignatureInvalid`.
pub fn verify_signature(bytes: &[u8], issuers: &[Issuer]) -> Result<FileKind, LicenseError> {
    let (label, body) = armor::open(bytes)?;
    let json = armor::decode(body)?;
    let envelope = Envelope::read(&json)?;
    envelope.algorithm()?;
    signers(issuers, &envelope.signed(label)?)?;
    Ok(label)
}

impl Verified {
    /// The file's bytes, as they were verified; what is installed is this and nothing else.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// The JSON document that was verified, as the server wrote it: with the license key in it. It is opened anew, so that
    /// nobody keeps it who does not ask; `key` is the one that the file was verified with.
    ///
    /// # Errors
    /// `DecryptionFailed` under another key.
    pub fn document(&self, key: Option<&FileKey>) -> Result<Zeroizing<Vec<u8>>, LicenseError> {
        let (label, body) = armor::open(&self.file)?;
        let json = armor::decode(body)?;
        Envelope::read(&json)?.signed(label)?.open(key)
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{
        ACCOUNT, FINGERPRINT, KEY, LICENSE, MACHINE, PRODUCT, SERVER_SEED, armored, encrypt, file,
        license_document, machine_document, public_key, sign,
    };
    use crate::{LicenseKey, LicenseStatus, ServerKey};

    fn issuer() -> Issuer {
        Issuer::of_key(ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap())
    }

    fn code<T>(result: Result<T, LicenseError>) -> Result<T, &'static str> {
        result.map_err(|error| error.code())
    }

    fn machine_key() -> FileKey {
        FileKey::for_machine(&LicenseKey::new(KEY).unwrap(), FINGERPRINT)
    }

    fn secret() -> String {
        format!("{KEY}{FINGERPRINT}")
    }

    #[test]
    fn a_machine_file_says_what_was_put_into_it() {
        let bytes = file("machine", &machine_document(), Some(&secret()));
        let verified = verify(&bytes, FileKind::Machine, &[issuer()], Some(&machine_key())).unwrap();
        assert_eq!(verified.file(), bytes);
        assert_eq!((verified.kind(), verified.algorithm()), (FileKind::Machine, Algorithm::Aes256GcmEd25519));
        assert_eq!(verified.issued(), "2026-03-01T12:00:00.25Z".parse().unwrap());
        assert_eq!((verified.expiry(), verified.ttl_secs()), (None, None));
        assert_eq!((verified.account(), verified.license_id()), (ACCOUNT, LICENSE));
        assert_eq!(verified.entitlements(), ["HIFI", "LOFI"]);
        let machine = verified.machine().unwrap();
        assert_eq!(
            (&*machine.id, &*machine.fingerprint, machine.name.as_deref()),
            (MACHINE, FINGERPRINT, Some("Studio"))
        );
        let license = verified.license().unwrap();
        assert_eq!((license.key.expose(), license.name.as_deref()), (KEY, Some("Half-Speed \"Master\"")));
        assert_eq!(
            (license.expires_at, license.status, license.suspended),
            (None, LicenseStatus::Active, false)
        );
        assert_eq!((license.max_machines, &*license.product), (Some(2), PRODUCT));
        assert!(!format!("{verified:?} {license:?}").contains(KEY));
    }

    #[test]
    fn the_document_is_opened_anew_for_whoever_asks() {
        let bytes = file("machine", &machine_document(), Some(&secret()));
        let verified = verify(&bytes, FileKind::Machine, &[issuer()], Some(&machine_key())).unwrap();
        let document = verified.document(Some(&machine_key())).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&document).unwrap(), machine_document());
        let other = FileKey::for_license(&LicenseKey::new(KEY).unwrap());
        assert_eq!(code(verified.document(Some(&other)).map(drop)), Err("license.decryption_failed"));
    }

    #[test]
    fn a_signature_is_checked_without_a_key() {
        let check = |bytes: &[u8], expect: Result<FileKind, &str>| {
            assert_eq!(code(verify_signature(bytes, &[issuer()])), expect);
        };
        let machine = file("machine", &machine_document(), Some(&secret()));
        check(&machine, Ok(FileKind::Machine));
        check(&file("license", &license_document(), Some(KEY)), Ok(FileKind::License));
        let relabeled = String::from_utf8(machine.clone()).unwrap().replace("MACHINE", "LICENSE");
        check(relabeled.as_bytes(), Err("license.signature_invalid"));
        check(b"x", Err("license.file_malformed"));
        assert_eq!(code(verify_signature(&machine, &[])), Err("license.signature_invalid"));
    }

    #[test]
    fn a_file_is_of_the_kind_that_its_signature_says() {
        let check = |bytes: &[u8], key: &FileKey, expect: Result<FileKind, &str>| {
            let verified = verify_either(bytes, &[issuer()], Some(key));
            assert_eq!(code(verified.map(|verified| verified.kind())), expect);
        };
        let machine = file("machine", &machine_document(), Some(&secret()));
        let license = file("license", &license_document(), Some(KEY));
        let license_key = FileKey::for_license(&LicenseKey::new(KEY).unwrap());
        check(&machine, &machine_key(), Ok(FileKind::Machine));
        check(&license, &license_key, Ok(FileKind::License));
        check(&machine, &license_key, Err("license.decryption_failed"));
        let relabeled = String::from_utf8(machine).unwrap().replace("MACHINE", "LICENSE");
        check(relabeled.as_bytes(), &machine_key(), Err("license.signature_invalid"));
        let relabeled = String::from_utf8(license).unwrap().replace("LICENSE", "MACHINE");
        check(relabeled.as_bytes(), &license_key, Err("license.signature_invalid"));
        check(b"x", &machine_key(), Err("license.file_malformed"));
    }

    #[test]
    fn the_file_key_pins_the_algorithm() {
        fn check(secret: Option<&str>, key: Option<&FileKey>, expect: Result<(), &str>) {
            let bytes = file("license", &license_document(), secret);
            let verified = verify(&bytes, FileKind::License, &[issuer()], key).map(drop);
            assert_eq!(code(verified), expect, "{secret:?}");
        }
        let key = FileKey::for_license(&LicenseKey::new(KEY).unwrap());
        check(None, None, Ok(()));
        check(Some(KEY), Some(&key), Ok(()));
        check(None, Some(&key), Err("license.wrong_algorithm"));
        check(Some(KEY), None, Err("license.wrong_algorithm"));
        check(Some(KEY), Some(&machine_key()), Err("license.decryption_failed"));
    }

    #[test]
    fn one_kind_never_passes_for_the_other() {
        let check = |bytes: &[u8], kind, expect: &str| {
            assert_eq!(code(verify(bytes, kind, &[issuer()], None).map(drop)), Err(expect));
        };
        let license = file("license", &license_document(), None);
        check(&license, FileKind::Machine, "license.wrong_label");
        check(&file("machine", &machine_document(), None), FileKind::License, "license.wrong_label");
        let relabeled = String::from_utf8(license).unwrap().replace("LICENSE", "MACHINE");
        check(relabeled.as_bytes(), FileKind::Machine, "license.signature_invalid");
        check(&file("machine", &license_document(), None), FileKind::Machine, "license.document_malformed");
        check(&file("license", &machine_document(), None), FileKind::License, "license.document_malformed");
    }

    #[test]
    fn the_signature_comes_before_the_secret_and_the_document() {
        let check = |envelope: Value, expect: &str| {
            let bytes = armored("machine", &envelope);
            let verified = verify(&bytes, FileKind::Machine, &[issuer()], Some(&machine_key()));
            assert_eq!(code(verified.map(drop)), Err(expect), "{envelope}");
        };
        let enc = encrypt(machine_document().to_string().as_bytes(), &secret());
        let alg = "aes-256-gcm+ed25519";
        let signed = |prefix: &str, enc: &str| {
            base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                sign(&SERVER_SEED, format!("{prefix}{enc}").as_bytes()),
            )
        };
        let sig = signed("machine/", &enc);
        check(json!({"enc": enc, "sig": signed("license/", &enc), "alg": alg}), "license.signature_invalid");
        check(json!({"enc": enc, "sig": signed("", &enc), "alg": alg}), "license.signature_invalid");
        check(json!({"enc": format!("{enc}A"), "sig": sig, "alg": alg}), "license.signature_invalid");
        check(json!({"enc": enc, "sig": sig, "alg": "aes-256-gcm+rsa-sha256"}), "license.wrong_algorithm");
        check(json!({"enc": enc, "sig": sig, "alg": "AES-256-GCM+ED25519"}), "license.wrong_algorithm");
        check(json!({"enc": enc, "sig": sig}), "license.file_malformed");
        check(json!({"enc": enc, "sig": "", "alg": alg}), "license.signature_invalid");
        check(json!({"enc": enc, "sig": "!", "alg": alg}), "license.file_malformed");
        check(json!([enc, sig, alg]), "license.file_malformed");
        let two_parts = &enc[..enc.rfind('.').unwrap()];
        for enc in ["", "..", "A.B.C", two_parts, "AAAA.AAAA.AAAA"] {
            check(json!({"enc": enc, "sig": signed("machine/", enc), "alg": alg}), "license.file_malformed");
        }
        let damaged = enc.replace('.', ".A").replacen('A', "B", 1);
        check(json!({"enc": damaged, "sig": sig, "alg": alg}), "license.signature_invalid");
        let doubled = format!(r#"{{"enc":"{enc}","sig":"{sig}","alg":"{alg}","enc":"{enc}"}}"#);
        let doubled = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, doubled);
        let doubled = format!("-----BEGIN MACHINE FILE-----\n{doubled}\n-----END MACHINE FILE-----\n");
        let verified = verify(doubled.as_bytes(), FileKind::Machine, &[issuer()], Some(&machine_key()));
        assert_eq!(code(verified.map(drop)), Err("license.file_malformed"));
    }

    #[test]
    fn a_document_says_when_things_end_and_whose_they_are() {
        fn check(pointer: &str, value: Option<Value>, good: bool) {
            let mut document = machine_document();
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            let parent = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match &value {
                Some(value) => drop(parent.insert(member.to_owned(), value.clone())),
                None => drop(parent.remove(member)),
            }
            let bytes = file("machine", &document, None);
            let verified = verify(&bytes, FileKind::Machine, &[issuer()], None).map(drop);
            let expect = if good { Ok(()) } else { Err("license.document_malformed") };
            assert_eq!(code(verified), expect, "{pointer} {value:?}");
        }
        check("/included", None, true);
        check("/included/1/attributes/maxMachines", None, true);
        check("/included/1/attributes/later", Some(json!([{"unknown": 1}])), true);
        check("/data/attributes/name", Some(json!(null)), true);
        check("/meta/ttl", Some(json!(2_592_000)), true);
        check("/meta/expiry", None, false);
        check("/meta/expiry", Some(json!("soon")), false);
        check("/meta/expiry", Some(json!(0)), false);
        check("/meta/issued", None, false);
        check("/meta/issued", Some(json!(null)), false);
        check("/meta/ttl", Some(json!(-1)), false);
        check("/meta", None, false);
        check("/data/id", None, false);
        check("/data/attributes/fingerprint", None, false);
        check("/data/relationships/account", None, false);
        check("/data/relationships/account", Some(json!({"data": null})), false);
        check("/data/relationships/license", None, false);
        check("/included/1/attributes/expiry", None, false);
        check("/included/1/attributes/key", None, false);
        check("/included/1/attributes/key", Some(json!("  ")), false);
        check("/included/1/attributes/status", None, false);
        check("/included/1/attributes/suspended", None, false);
        check("/included/1/relationships/product", None, false);
    }

    #[test]
    fn an_issuer_counts_in_its_time_and_for_its_account() {
        fn check<const N: usize>(issuers: [Issuer; N], expect: Result<(), &str>) {
            let bytes = file("license", &license_document(), None);
            let verified = verify(&bytes, FileKind::License, &issuers, None).map(drop);
            assert_eq!(code(verified), expect, "{issuers:?}");
        }
        let day = |text: &str| Some(text.parse().unwrap());
        let foreign = Issuer::of_key(ServerKey::from_bytes(&public_key(&[8; 32])).unwrap());
        let early = Issuer { not_after: day("2026-03-01"), ..issuer() };
        let late = Issuer { not_before: day("2026-03-02"), ..issuer() };
        let whole = Issuer { not_before: day("2026-03-01"), not_after: day("2026-03-02"), ..issuer() };
        let own = Issuer { account: Some(ACCOUNT.to_uppercase()), ..issuer() };
        let other = Issuer { account: Some(PRODUCT.to_owned()), ..issuer() };
        check([], Err("license.signature_invalid"));
        check([foreign.clone()], Err("license.signature_invalid"));
        check([foreign.clone(), issuer()], Ok(()));
        check([early.clone()], Err("license.issuer_not_in_force"));
        check([late.clone()], Err("license.issuer_not_in_force"));
        check([early, late.clone()], Err("license.issuer_not_in_force"));
        check([whole], Ok(()));
        check([own.clone()], Ok(()));
        check([other.clone()], Err("license.account_foreign"));
        check([other.clone(), own], Ok(()));
        check([other, late], Err("license.account_foreign"));
    }
}
