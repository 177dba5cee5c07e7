//! A release: a server's signed reply to us that says a seat is gone, kept whole. It refuses what is unsigned, and what
//! answers anything but the deletion of that seat.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::LicenseError;
use crate::issuers::Issuer;
use crate::signature::{SignedReply, signed_by_issuer};

/// A verified release. Only [`Release::of_reply`] and [`Release::read`] make one, and both verify.
///
/// The server signs method, path and the body's hash (protocol reference 2): that a `DELETE` of the seat was answered with
/// nothing says that it is gone, because a refusal has words (protocol reference 5.3). It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    kept: Kept,
    machine_id: String,
    signed_at: Timestamp,
}

impl Release {
    /// Takes a signed reply for the release of the seat `machine_id`.
    ///
    /// # Errors
    /// The errors of [`crate::verify_reply`]; `IssuerNotInForce`; `NotRelease` if it answers something else.
    pub fn of_reply(
        reply: &SignedReply<'_>,
        machine_id: &str,
        issuers: &[Issuer],
    ) -> Result<Self, LicenseError> {
        if reply.method != METHOD || !reply.body.is_empty() {
            return Err(LicenseError::NotRelease);
        }
        let kept = Kept {
            v: VERSION,
            target: reply.target.to_owned(),
            host: reply.host.to_owned(),
            date: reply.date.to_owned(),
            signature: reply.header.to_owned(),
        };
        let release = Self::verify(kept, issuers)?;
        if release.machine_id == machine_id { Ok(release) } else { Err(LicenseError::NotRelease) }
    }

    /// Reads kept bytes and verifies the reply anew.
    ///
    /// # Errors
    /// `ReleaseMalformed`; those of [`Self::of_reply`].
    pub fn read(bytes: &[u8], issuers: &[Issuer]) -> Result<Self, LicenseError> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| LicenseError::ReleaseMalformed)?;
        if kept.v != VERSION {
            return Err(LicenseError::ReleaseMalformed);
        }
        Self::verify(kept, issuers)
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings and a number always serialize.
        serde_json::to_vec(&self.kept).unwrap_or_default()
    }

    /// The seat that is gone.
    pub fn machine_id(&self) -> &str {
        &self.machine_id
    }

    /// The date that the server signed.
    pub const fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    fn verify(kept: Kept, issuers: &[Issuer]) -> Result<Self, LicenseError> {
        let reply = SignedReply {
            method: METHOD,
            target: &kept.target,
            host: &kept.host,
            date: &kept.date,
            body: &[],
            header: &kept.signature,
        };
        let signed_at = signed_by_issuer(&reply, issuers)?;
        let machine_id = seat_of(&kept.target).ok_or(LicenseError::NotRelease)?.to_owned();
        Ok(Self { kept, machine_id, signed_at })
    }
}

const VERSION: u32 = 1;
const METHOD: &str = "DELETE";

/// The reply, as it is kept; its method and its body are always the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    target: String,
    host: String,
    date: String,
    signature: String,
}

/// The seat that a path names: `/v1/machines/ID`, or `/v1/accounts/ACCOUNT/machines/ID`.
fn seat_of(target: &str) -> Option<&str> {
    let parts: Vec<&str> = target.strip_prefix("/v1/")?.split('/').collect();
    let id = match parts.as_slice() {
        ["machines", id] | ["accounts", _, "machines", id] => id,
        _ => return None,
    };
    let is_id = id.len() == 36 && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServerKey;
    use crate::testing::{ACCOUNT, MACHINE, SERVER_SEED, public_key, signature_header_of};

    const HOST: &str = "license.sleeve.example";
    const DATE: &str = "Wed, 04 Mar 2026 05:06:07 GMT";

    fn issuer() -> Issuer {
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        Issuer { account: Some(ACCOUNT.to_owned()), ..Issuer::of_key(key) }
    }

    fn target() -> String {
        format!("/v1/accounts/{ACCOUNT}/machines/{MACHINE}")
    }

    fn of(method: &str, target: &str, body: &[u8], machine: &str) -> Result<Release, LicenseError> {
        let header = signature_header_of(&method.to_lowercase(), target, HOST, DATE, body);
        let reply = SignedReply { method, target, host: HOST, date: DATE, body, header: &header };
        Release::of_reply(&reply, machine, &[issuer()])
    }

    #[test]
    fn only_an_empty_answer_to_the_deletion_of_the_seat_releases_it() {
        let check = |method: &str, target: &str, body: &[u8], machine: &str, expect: Result<(), &str>| {
            let release = of(method, target, body, machine).map(drop).map_err(|error| error.code());
            assert_eq!(release, expect, "{method} {target}");
        };
        const NOT: Result<(), &str> = Err("license.not_release");
        check("DELETE", &target(), b"", MACHINE, Ok(()));
        check("DELETE", &format!("/v1/machines/{MACHINE}"), b"", MACHINE, Ok(()));
        check("GET", &target(), b"", MACHINE, NOT);
        check("DELETE", &target(), b"{\"errors\":[]}", MACHINE, NOT);
        check("DELETE", &target(), b"", ACCOUNT, NOT);
        check("DELETE", &format!("{}?x=1", target()), b"", MACHINE, NOT);
        check("DELETE", &format!("/v1/tokens/{MACHINE}"), b"", MACHINE, NOT);
        check("DELETE", &format!("/v1/accounts/{ACCOUNT}/x/machines/{MACHINE}"), b"", MACHINE, NOT);
        check("DELETE", "/v1/machines/..", b"", "..", NOT);
    }

    #[test]
    fn it_is_kept_whole_and_verified_anew() {
        let release = of("DELETE", &target(), b"", MACHINE).unwrap();
        assert_eq!(release.signed_at().to_string(), "2026-03-04T05:06:07Z");
        let bytes = release.to_bytes();
        assert_eq!(Release::read(&bytes, &[issuer()]).as_ref(), Ok(&release));
        let foreign = Issuer::of_key(ServerKey::from_bytes(&public_key(&[8; 32])).unwrap());
        assert_eq!(Release::read(&bytes, &[foreign]), Err(LicenseError::ReplySignatureInvalid));
        let late = Issuer { not_after: Some("2026-03-04".parse().unwrap()), ..issuer() };
        assert_eq!(Release::read(&bytes, &[late]), Err(LicenseError::IssuerNotInForce));
        let text = str::from_utf8(&bytes).unwrap();
        let check = |from: &str, to: &str, expect: LicenseError| {
            assert!(text.contains(from), "{from}");
            assert_eq!(
                Release::read(text.replacen(from, to, 1).as_bytes(), &[issuer()]),
                Err(expect),
                "{from}"
            );
        };
        check(MACHINE, ACCOUNT, LicenseError::ReplySignatureInvalid);
        check("04 Mar", "05 Mar", LicenseError::ReplySignatureInvalid);
        check("\"v\":1", "\"v\":2", LicenseError::ReleaseMalformed);
        check("\"v\":1", "\"v\":1,\"w\":1", LicenseError::ReleaseMalformed);
        check("{", "", LicenseError::ReleaseMalformed);
    }
}
