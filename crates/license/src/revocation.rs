//! A revocation: a server's signed reply to us that says a license is suspended or banned, kept whole. It refuses what
//! is unsigned, what does not echo our nonce, and what does not name the license.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::LicenseError;
use crate::issuers::Issuer;
use crate::root::RootKey;
use crate::seal::{self, NONCE_BYTES};
use crate::signature::{SignedReply, signed_by_issuer};

/// Why the vendor ended the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationCause {
    /// The license is suspended.
    Suspended,
    /// The user is banned.
    Banned,
}

/// A verified revocation. Only [`Revocation::of_reply`] and [`Revocation::open`] make one, and both verify.
#[derive(Clone)]
pub struct Revocation {
    kept: Kept,
    license_id: String,
    cause: RevocationCause,
    signed_at: Timestamp,
}

impl Revocation {
    /// Takes a signed reply to a validation (protocol reference 4) for a revocation of `license_id`.
    ///
    /// # Errors
    /// The errors of [`crate::verify_reply`]; `IssuerNotInForce`; `NotRevocation` if the license is not suspended or banned,
    /// the reply names another, or does not echo `nonce`.
    pub fn of_reply(
        reply: &SignedReply<'_>,
        nonce: u64,
        license_id: &str,
        issuers: &[Issuer],
    ) -> Result<Self, LicenseError> {
        Self::verify(Kept::of_reply(reply, nonce)?, issuers).and_then(|revocation| {
            if revocation.license_id == license_id {
                Ok(revocation)
            } else {
                Err(LicenseError::NotRevocation)
            }
        })
    }

    /// Seals the reply for this computer and vendor, as it is kept: it holds the license key. The nonce must be random
    /// and never used again.
    pub fn seal(&self, root: &RootKey, os_machine_id: &str, nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
        seal::seal(LABEL, &self.to_bytes(), root, os_machine_id, nonce)
    }

    /// Opens kept bytes and verifies the reply anew.
    ///
    /// # Errors
    /// Those of [`seal::open`]; `RevocationMalformed`; those of [`Self::of_reply`].
    pub fn open(
        sealed: &[u8],
        root: &RootKey,
        os_machine_id: &str,
        issuers: &[Issuer],
    ) -> Result<Self, LicenseError> {
        Self::read(&seal::open(LABEL, sealed, root, os_machine_id)?, issuers)
    }

    fn read(bytes: &[u8], issuers: &[Issuer]) -> Result<Self, LicenseError> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| LicenseError::RevocationMalformed)?;
        if kept.v != VERSION {
            return Err(LicenseError::RevocationMalformed);
        }
        Self::verify(kept, issuers)
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Strings and a number always serialize.
        Zeroizing::new(serde_json::to_vec(&self.kept).unwrap_or_default())
    }

    /// The license that is revoked.
    pub fn license_id(&self) -> &str {
        &self.license_id
    }

    /// Why.
    pub const fn cause(&self) -> RevocationCause {
        self.cause
    }

    /// The date that the server signed.
    pub const fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    fn verify(kept: Kept, issuers: &[Issuer]) -> Result<Self, LicenseError> {
        let signed_at = kept.signed_at(issuers)?;
        let body: Body = serde_json::from_str(&kept.body).map_err(|_| LicenseError::NotRevocation)?;
        let cause = match body.meta.code.as_str() {
            "SUSPENDED" => RevocationCause::Suspended,
            "BANNED" => RevocationCause::Banned,
            _ => return Err(LicenseError::NotRevocation),
        };
        match body.data {
            Some(license) if !body.meta.valid && body.meta.nonce == kept.nonce => {
                Ok(Self { kept, license_id: license.id, cause, signed_at })
            }
            _ => Err(LicenseError::NotRevocation),
        }
    }
}

impl fmt::Debug for Revocation {
    // Not what is kept: it holds the license key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocation")
            .field("license_id", &self.license_id)
            .field("cause", &self.cause)
            .field("signed_at", &self.signed_at)
            .finish_non_exhaustive()
    }
}

const VERSION: u32 = 1;
const LABEL: &str = "revocation";

/// The reply and our nonce, as they are kept.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    nonce: u64,
    method: String,
    target: String,
    host: String,
    date: String,
    signature: String,
    body: String,
}

impl Kept {
    fn of_reply(reply: &SignedReply<'_>, nonce: u64) -> Result<Self, LicenseError> {
        let body = str::from_utf8(reply.body).map_err(|_| LicenseError::NotRevocation)?;
        Ok(Self {
            v: VERSION,
            nonce,
            method: reply.method.to_owned(),
            target: reply.target.to_owned(),
            host: reply.host.to_owned(),
            date: reply.date.to_owned(),
            signature: reply.header.to_owned(),
            body: body.to_owned(),
        })
    }

    /// The signed date, if one of the issuers signed the reply while it was in force.
    fn signed_at(&self, issuers: &[Issuer]) -> Result<Timestamp, LicenseError> {
        let reply = SignedReply {
            method: &self.method,
            target: &self.target,
            host: &self.host,
            date: &self.date,
            body: self.body.as_bytes(),
            header: &self.signature,
        };
        signed_by_issuer(&reply, issuers)
    }
}

/// The members of a validation's answer that make it a revocation.
#[derive(Deserialize)]
struct Body {
    data: Option<License>,
    meta: Meta,
}

#[derive(Deserialize)]
struct License {
    id: String,
}

#[derive(Deserialize)]
struct Meta {
    valid: bool,
    code: String,
    nonce: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ServerKey;
    use crate::testing::{
        ACCOUNT, KEY, LICENSE, MACHINE_ID, PRODUCT, ROOT, SERVER_SEED, license, public_key, signature_header,
    };

    const NONCE: u64 = 7_310_559_021;
    const TARGET: &str = "/v1/licenses/actions/validate-key";
    const HOST: &str = "license.sleeve.example";
    const DATE: &str = "Wed, 04 Mar 2026 05:06:07 GMT";

    fn issuer() -> Issuer {
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        Issuer { account: Some(ACCOUNT.to_owned()), ..Issuer::of_key(key) }
    }

    fn suspension() -> Value {
        json!({"data": license(), "meta": {"valid": false, "code": "SUSPENDED", "nonce": NONCE, "scope": {}}})
    }

    fn of_body(body: &[u8], issuers: &[Issuer]) -> Result<Revocation, LicenseError> {
        let header = signature_header(TARGET, HOST, DATE, body);
        let reply =
            SignedReply { method: "POST", target: TARGET, host: HOST, date: DATE, body, header: &header };
        Revocation::of_reply(&reply, NONCE, LICENSE, issuers)
    }

    #[test]
    fn only_a_signed_no_to_our_question_revokes() {
        fn check(pointer: &str, value: Value, expect: Result<RevocationCause, &str>) {
            let mut body = suspension();
            *body.pointer_mut(pointer).unwrap() = value;
            let revocation = of_body(body.to_string().as_bytes(), &[issuer()]);
            assert_eq!(revocation.map(|found| found.cause()).map_err(|error| error.code()), expect, "{body}");
        }
        const NOT: Result<RevocationCause, &str> = Err("license.not_revocation");
        check("/meta/code", json!("SUSPENDED"), Ok(RevocationCause::Suspended));
        check("/meta/code", json!("BANNED"), Ok(RevocationCause::Banned));
        for code in ["EXPIRED", "NOT_FOUND", "NO_MACHINE", "OVERDUE", "VALID", "suspended", ""] {
            check("/meta/code", json!(code), NOT);
        }
        check("/meta/valid", json!(true), NOT);
        check("/meta/valid", json!(null), NOT);
        check("/meta/nonce", json!(NONCE + 1), NOT);
        check("/meta/nonce", json!(null), NOT);
        check("/meta/nonce", json!(NONCE.to_string()), NOT);
        check("/data", json!(null), NOT);
        check("/data/id", json!(PRODUCT), NOT);
    }

    #[test]
    fn unsigned_and_foreign_replies_revoke_nothing() {
        let body = suspension().to_string();
        let check = |issuers: &[Issuer], expect: Result<(), &str>| {
            let revocation = of_body(body.as_bytes(), issuers).map(drop);
            assert_eq!(revocation.map_err(|error| error.code()), expect, "{issuers:?}");
        };
        let foreign = Issuer::of_key(ServerKey::from_bytes(&public_key(&[8; 32])).unwrap());
        let day = |text: &str| Some(text.parse().unwrap());
        check(&[issuer()], Ok(()));
        check(&[foreign.clone(), issuer()], Ok(()));
        check(&[], Err("license.reply_signature_invalid"));
        check(&[foreign], Err("license.reply_signature_invalid"));
        check(&[Issuer { account: Some(PRODUCT.to_owned()), ..issuer() }], Err("license.reply_foreign"));
        check(&[Issuer { not_after: day("2026-03-04"), ..issuer() }], Err("license.issuer_not_in_force"));
        check(&[Issuer { not_before: day("2026-03-04"), ..issuer() }], Ok(()));
        let unsigned = SignedReply {
            method: "POST",
            target: TARGET,
            host: HOST,
            date: DATE,
            body: body.as_bytes(),
            header: "",
        };
        let refused = Revocation::of_reply(&unsigned, NONCE, LICENSE, &[issuer()]).map(drop);
        assert_eq!(refused, Err(LicenseError::ReplyMalformed));
        assert_eq!(of_body(b"{}", &[issuer()]).map(drop), Err(LicenseError::NotRevocation));
        assert_eq!(of_body(b"\xff", &[issuer()]).map(drop), Err(LicenseError::NotRevocation));
    }

    #[test]
    fn it_is_kept_whole_and_verified_anew() {
        let revocation = of_body(suspension().to_string().as_bytes(), &[issuer()]).unwrap();
        assert_eq!(revocation.signed_at().to_string(), "2026-03-04T05:06:07Z");
        let (root, bytes) = (ROOT.parse().unwrap(), revocation.to_bytes());
        let sealed = revocation.seal(&root, MACHINE_ID, [4; 12]);
        assert!(!sealed.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
        let again = Revocation::open(&sealed, &root, MACHINE_ID, &[issuer()]).unwrap();
        let elsewhere = Revocation::open(&sealed, &root, "another", &[issuer()]).map(drop);
        assert_eq!(elsewhere, Err(LicenseError::SealClosed));
        assert_eq!((again.license_id(), again.cause()), (LICENSE, RevocationCause::Suspended));
        assert_eq!((again.signed_at(), again.to_bytes()), (revocation.signed_at(), bytes.clone()));
        assert!(!format!("{revocation:?}").contains(KEY));
        let text = str::from_utf8(&bytes).unwrap();
        let check = |from: &str, to: &str, expect: &str| {
            assert!(text.contains(from), "{from}");
            let read = Revocation::read(text.replacen(from, to, 1).as_bytes(), &[issuer()]).map(drop);
            assert_eq!(read.map_err(|error| error.code()), Err(expect), "{from} -> {to}");
        };
        check("SUSPENDED", "EXPIRED", "license.reply_signature_invalid");
        check(&format!("\"nonce\":{NONCE}"), "\"nonce\":1", "license.not_revocation");
        check("04 Mar", "05 Mar", "license.reply_signature_invalid");
        check("\"v\":1", "\"v\":2", "license.revocation_malformed");
        check("\"v\":1", "\"w\":1", "license.revocation_malformed");
        check("{", "", "license.revocation_malformed");
    }
}
