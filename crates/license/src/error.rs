//! Everything that can be wrong with a key, a file, a seal or a signed reply. It holds no secret and no foreign text.

use crate::file::FileKind;

/// Why a key, file, seal, reply or list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LicenseError {
    /// Nothing but white space.
    #[error("the license key is empty")]
    KeyEmpty,
    /// Longer than any license key is.
    #[error("the license key has {0} bytes; the longest has {max}", max = crate::MAX_KEY_BYTES)]
    KeyTooLong(usize),
    /// A control character inside.
    #[error("the license key holds a control character")]
    KeyMalformed,
    /// Not `key/DATASET.SIGNATURE` (protocol reference 6.4).
    #[error("the license key is not of the signed kind")]
    KeyUnsigned,
    /// The signature of a signed license key does not hold.
    #[error("the signature of the license key does not hold")]
    KeySignatureInvalid,
    /// Not 64 hex digits of a usable Ed25519 key.
    #[error("the server key is not a usable Ed25519 public key of 64 hex digits")]
    ServerKeyMalformed,
    /// Not a minisign public key.
    #[error("the root key is not a usable minisign public key")]
    RootKeyMalformed,
    /// Not a minisign signature.
    #[error("the root signature is not a minisign signature")]
    RootSignatureMalformed,
    /// A minisign signature of the old kind, over the bytes instead of their hash.
    #[error("the root signature is of minisign's legacy kind")]
    RootSignatureLegacy,
    /// Made by a key with another id.
    #[error("the root signature was made by another key")]
    RootForeign,
    /// It does not fit the bytes.
    #[error("the root signature does not hold")]
    RootSignatureInvalid,
    /// Not `gf1-` and 64 lower-case hex digits.
    #[error("the identifier is not gf1- and 64 hex digits")]
    IdentifierMalformed,
    /// Larger than [`crate::MAX_FILE_BYTES`].
    #[error("the file has {0} bytes; a license file has at most {max}", max = crate::MAX_FILE_BYTES)]
    FileTooLarge(usize),
    /// Not one armor block of strict base64 around the three members; says what is missing.
    #[error("the file is not a license or machine file: {0}")]
    FileMalformed(&'static str),
    /// The other kind of file.
    #[error("the file is a {0} file, which is not the kind expected here")]
    WrongLabel(FileKind),
    /// Another algorithm than the one expected.
    #[error("the file's algorithm is not the one expected here")]
    WrongAlgorithm,
    /// No expected server key made the signature.
    #[error("the signature of the file does not hold")]
    SignatureInvalid,
    /// The file key does not open it: another license key, or another computer.
    #[error("the file does not open with this license key")]
    DecryptionFailed,
    /// Genuine, but its document is not one that we understand; says what is missing.
    #[error("the genuine file holds no document that this version reads: {0}")]
    DocumentMalformed(&'static str),
    /// Genuine, but of another account than the issuer's.
    #[error("the file belongs to another account at the licensing server")]
    AccountForeign,
    /// Genuine, but issued outside the time the vendor gives this server key.
    #[error("the file was issued outside the time in which its server key counts")]
    IssuerNotInForce,
    /// Not a seal of ours, or cut off.
    #[error("the sealed bytes are not a seal")]
    SealMalformed,
    /// A seal of a later version.
    #[error("the seal has a version that this program does not read")]
    SealNewer,
    /// Sealed on another computer, for another vendor or purpose, or changed since.
    #[error("the seal does not open on this computer")]
    SealClosed,
    /// The signature header of a reply is not the one the protocol describes (protocol reference 2).
    #[error("the reply's signature header is malformed")]
    ReplyMalformed,
    /// Another algorithm than ed25519, or other signed headers.
    #[error("the reply's signature is not of the expected kind")]
    ReplyAlgorithm,
    /// Signed in the name of another account.
    #[error("the reply is signed for another account")]
    ReplyForeign,
    /// The signature does not fit the reply.
    #[error("the signature of the reply does not hold")]
    ReplySignatureInvalid,
    /// A signed reply that does not revoke this license.
    #[error("the signed reply does not revoke this license")]
    NotRevocation,
    /// Kept bytes that are not a kept revocation.
    #[error("the kept revocation is damaged")]
    RevocationMalformed,
    /// A signed reply that does not say that this seat is gone.
    #[error("the signed reply does not release this seat")]
    NotRelease,
    /// Kept bytes that are not a kept release.
    #[error("the kept release is damaged")]
    ReleaseMalformed,
    /// The signed vendor file names no usable issuers; says what is wrong.
    #[error("the vendor file's list of issuers cannot be used: {0}")]
    IssuersMalformed(&'static str),
    /// What a root key signed is no statement that its vendor is gone; says what is wrong.
    #[error("the statement that the vendor is gone cannot be used: {0}")]
    SunsetMalformed(&'static str),
}

/// Every code of this crate: those of [`LicenseError`] and those of [`crate::Reason`].
pub const CODES: &[&str] = &[
    "license.key_empty",
    "license.key_too_long",
    "license.key_malformed",
    "license.key_unsigned",
    "license.key_signature_invalid",
    "license.server_key_malformed",
    "license.root_key_malformed",
    "license.root_signature_malformed",
    "license.root_signature_legacy",
    "license.root_foreign",
    "license.root_signature_invalid",
    "license.identifier_malformed",
    "license.file_too_large",
    "license.file_malformed",
    "license.wrong_label",
    "license.wrong_algorithm",
    "license.signature_invalid",
    "license.decryption_failed",
    "license.document_malformed",
    "license.account_foreign",
    "license.issuer_not_in_force",
    "license.seal_malformed",
    "license.seal_newer",
    "license.seal_closed",
    "license.reply_malformed",
    "license.reply_algorithm",
    "license.reply_foreign",
    "license.reply_signature_invalid",
    "license.not_revocation",
    "license.revocation_malformed",
    "license.not_release",
    "license.release_malformed",
    "license.issuers_malformed",
    "license.sunset_malformed",
    "license.active",
    "license.vendor_gone",
    "license.grace",
    "license.expired",
    "license.file_expired",
    "license.suspended",
    "license.banned",
    "license.suspended_at_issue",
    "license.wrong_machine",
    "license.identifier_missing",
    "license.wrong_kind",
    "license.released",
    "license.wrong_product",
    "license.wrong_account",
    "license.incomplete",
    "license.clock_behind",
];

impl LicenseError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyEmpty => "license.key_empty",
            Self::KeyTooLong(_) => "license.key_too_long",
            Self::KeyMalformed => "license.key_malformed",
            Self::KeyUnsigned => "license.key_unsigned",
            Self::KeySignatureInvalid => "license.key_signature_invalid",
            Self::ServerKeyMalformed => "license.server_key_malformed",
            Self::RootKeyMalformed => "license.root_key_malformed",
            Self::RootSignatureMalformed => "license.root_signature_malformed",
            Self::RootSignatureLegacy => "license.root_signature_legacy",
            Self::RootForeign => "license.root_foreign",
            Self::RootSignatureInvalid => "license.root_signature_invalid",
            Self::IdentifierMalformed => "license.identifier_malformed",
            Self::FileTooLarge(_) => "license.file_too_large",
            Self::FileMalformed(_) => "license.file_malformed",
            Self::WrongLabel(_) => "license.wrong_label",
            Self::WrongAlgorithm => "license.wrong_algorithm",
            Self::SignatureInvalid => "license.signature_invalid",
            Self::DecryptionFailed => "license.decryption_failed",
            Self::DocumentMalformed(_) => "license.document_malformed",
            Self::AccountForeign => "license.account_foreign",
            Self::IssuerNotInForce => "license.issuer_not_in_force",
            Self::SealMalformed => "license.seal_malformed",
            Self::SealNewer => "license.seal_newer",
            Self::SealClosed => "license.seal_closed",
            Self::ReplyMalformed => "license.reply_malformed",
            Self::ReplyAlgorithm => "license.reply_algorithm",
            Self::ReplyForeign => "license.reply_foreign",
            Self::ReplySignatureInvalid => "license.reply_signature_invalid",
            Self::NotRevocation => "license.not_revocation",
            Self::RevocationMalformed => "license.revocation_malformed",
            Self::NotRelease => "license.not_release",
            Self::ReleaseMalformed => "license.release_malformed",
            Self::IssuersMalformed(_) => "license.issuers_malformed",
            Self::SunsetMalformed(_) => "license.sunset_malformed",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The codes that the arms of a `code` function give.
    fn given(source: &str) -> Vec<&str> {
        let arms =
            source.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \"license."));
        arms.map(|(_, code)| code.trim_end_matches("\",")).collect()
    }

    #[test]
    fn every_code_is_listed_once_and_given_once() {
        let errors = given(include_str!("error.rs"));
        let reasons = given(include_str!("standing/mod.rs"));
        assert_eq!((errors.len(), reasons.len()), (34, 16));
        let given: BTreeSet<String> =
            errors.iter().chain(&reasons).map(|code| format!("license.{code}")).collect();
        assert_eq!(given.len(), errors.len() + reasons.len());
        assert_eq!(CODES.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), given);
        assert_eq!(CODES.len(), given.len());
    }

    #[test]
    fn errors_are_one_plain_phrase() {
        fn check(error: LicenseError, code: &str, phrase: &str) {
            assert_eq!((error.code(), error.to_string().as_str()), (code, phrase));
        }
        check(
            LicenseError::KeyTooLong(5000),
            "license.key_too_long",
            "the license key has 5000 bytes; the longest has 4096",
        );
        check(
            LicenseError::FileTooLarge(300_000),
            "license.file_too_large",
            "the file has 300000 bytes; a license file has at most 262144",
        );
        check(
            LicenseError::WrongLabel(FileKind::License),
            "license.wrong_label",
            "the file is a license file, which is not the kind expected here",
        );
    }
}
