//! Signatures of a licensing server's replies (protocol reference 2). It accepts ed25519 over exactly the four lines of
//! the protocol, recomputes the digest, and refuses values that could forge a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use sha2::{Digest, Sha256};

use crate::error::LicenseError;
use crate::issuers::Issuer;
use crate::server_key::ServerKey;

const SIGNED_HEADERS: &str = "(request-target) host date digest";

/// A reply as it was received, with what was asked.
#[derive(Clone, Copy)]
pub struct SignedReply<'a> {
    /// The request's method, in any case.
    pub method: &'a str,
    /// The request's target: path and query, exactly as sent.
    pub target: &'a str,
    /// The host that the server signs: without port in real servers, with it in some.
    pub host: &'a str,
    /// The `Keygen-Date` header, else `Date`.
    pub date: &'a str,
    /// The body's exact bytes.
    pub body: &'a [u8],
    /// The `Keygen-Signature` header.
    pub header: &'a str,
}

/// Checks a reply's signature and returns its signed date. `account` is the issuer's, where it is known.
///
/// The status and every other header are not signed: nothing may be concluded from them.
///
/// # Errors
/// `ReplyMalformed`, `ReplyAlgorithm` for another algorithm or other signed headers, `ReplyForeign` if it names another
/// account, `ReplySignatureInvalid`.
pub fn verify_reply(
    key: &ServerKey,
    account: Option<&str>,
    reply: &SignedReply<'_>,
) -> Result<Timestamp, LicenseError> {
    let header = Header::parse(reply.header)?;
    if header.algorithm != "ed25519" || header.headers != SIGNED_HEADERS {
        return Err(LicenseError::ReplyAlgorithm);
    }
    if let (Some(named), Some(account)) = (header.keyid, account)
        && !named.eq_ignore_ascii_case(account)
    {
        return Err(LicenseError::ReplyForeign);
    }
    let signature = STANDARD.decode(header.signature).map_err(|_| LicenseError::ReplyMalformed)?;
    if !key.signed(signing_text(reply)?.as_bytes(), &signature) {
        return Err(LicenseError::ReplySignatureInvalid);
    }
    DateTimeParser::new().parse_timestamp(reply.date).map_err(|_| LicenseError::ReplyMalformed)
}

/// The signed date, if one of the issuers signed the reply while it was in force.
///
/// # Errors
/// Those of [`verify_reply`]; `IssuerNotInForce`.
pub(crate) fn signed_by_issuer(
    reply: &SignedReply<'_>,
    issuers: &[Issuer],
) -> Result<Timestamp, LicenseError> {
    let mut refusal = LicenseError::ReplySignatureInvalid;
    for issuer in issuers {
        match verify_reply(&issuer.public_key, issuer.account_id(), reply) {
            Ok(date) if issuer.in_force(date) => return Ok(date),
            Ok(_) => refusal = LicenseError::IssuerNotInForce,
            // The signature says most about why; what else was refused says it better.
            Err(LicenseError::ReplySignatureInvalid) => {}
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// The four lines that a server signs; no line end after the last.
///
/// # Errors
/// `ReplyMalformed` if a value holds a control character, and with it perhaps a line of its own.
pub fn signing_text(reply: &SignedReply<'_>) -> Result<String, LicenseError> {
    let SignedReply { method, target, host, date, body, .. } = reply;
    if [method, target, host, date].iter().any(|value| value.chars().any(char::is_control)) {
        return Err(LicenseError::ReplyMalformed);
    }
    let method = method.to_ascii_lowercase();
    let digest = STANDARD.encode(Sha256::digest(body));
    Ok(format!("(request-target): {method} {target}\nhost: {host}\ndate: {date}\ndigest: sha-256={digest}"))
}

/// `name="value"` pairs, separated by commas.
struct Header<'a> {
    keyid: Option<&'a str>,
    algorithm: &'a str,
    signature: &'a str,
    headers: &'a str,
}

impl<'a> Header<'a> {
    /// The four names, each once at most, in any order; a name that is not of the protocol is refused.
    fn parse(text: &'a str) -> Result<Self, LicenseError> {
        let mut header = [None; 4];
        let mut rest = text.trim();
        loop {
            let (name, after) = rest.split_once("=\"").ok_or(LicenseError::ReplyMalformed)?;
            let (value, after) = after.split_once('"').ok_or(LicenseError::ReplyMalformed)?;
            let names = ["keyid", "algorithm", "signature", "headers"];
            let place = names.iter().position(|known| *known == name).ok_or(LicenseError::ReplyMalformed)?;
            if header[place].replace(value).is_some() {
                return Err(LicenseError::ReplyMalformed);
            }
            if after.is_empty() {
                break;
            }
            rest = after.strip_prefix(',').ok_or(LicenseError::ReplyMalformed)?.trim_start();
        }
        let [keyid, Some(algorithm), Some(signature), Some(headers)] = header else {
            return Err(LicenseError::ReplyMalformed);
        };
        Ok(Self { keyid, algorithm, signature, headers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, PRODUCT, SERVER_SEED, public_key, signature_header};

    const TARGET: &str = "/v1/accounts/a/licenses/actions/validate-key?x=1";
    const HOST: &str = "license.sleeve.example";
    const DATE: &str = "Wed, 04 Mar 2026 05:06:07 GMT";
    const BODY: &[u8] = b"{\"invented\": true}\n";

    fn check(account: Option<&str>, change: impl FnOnce(&mut SignedReply<'_>), expect: Result<&str, &str>) {
        let header = signature_header(TARGET, HOST, DATE, BODY);
        let mut reply = SignedReply {
            method: "POST",
            target: TARGET,
            host: HOST,
            date: DATE,
            body: BODY,
            header: &header,
        };
        change(&mut reply);
        verified(account, &reply, expect);
    }

    /// With the header changed instead.
    fn check_header(change: impl FnOnce(String) -> String, expect: Result<&str, &str>) {
        let header = change(signature_header(TARGET, HOST, DATE, BODY));
        check(Some(ACCOUNT), |reply| reply.header = Box::leak(header.into_boxed_str()), expect);
    }

    fn verified(account: Option<&str>, reply: &SignedReply<'_>, expect: Result<&str, &str>) {
        let key = ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap();
        let date = verify_reply(&key, account, reply).map(|date| date.to_string());
        assert_eq!(date.as_deref().map_err(|error| error.code()), expect, "{}", reply.header);
    }

    const GOOD: Result<&str, &str> = Ok("2026-03-04T05:06:07Z");
    const INVALID: Result<&str, &str> = Err("license.reply_signature_invalid");
    const MALFORMED: Result<&str, &str> = Err("license.reply_malformed");
    const ALGORITHM: Result<&str, &str> = Err("license.reply_algorithm");

    #[test]
    fn all_four_lines_are_covered() {
        check(Some(ACCOUNT), |_| {}, GOOD);
        check(None, |_| {}, GOOD);
        check(Some(PRODUCT), |_| {}, Err("license.reply_foreign"));
        check(None, |reply| reply.method = "post", GOOD);
        check(None, |reply| reply.method = "GET", INVALID);
        check(None, |reply| reply.target = "/v1/accounts/a/licenses/actions/validate-key", INVALID);
        check(None, |reply| reply.host = "license.sleeve.example:8443", INVALID);
        check(None, |reply| reply.date = "Wed, 04 Mar 2026 05:06:08 GMT", INVALID);
        check(None, |reply| reply.body = b"{\"invented\": true}", INVALID);
        check(None, |reply| reply.body = b"", INVALID);
    }

    #[test]
    fn no_value_brings_a_line_of_its_own() {
        check(None, |reply| reply.target = "/\nhost: license.sleeve.example", MALFORMED);
        check(None, |reply| reply.host = "license.sleeve.example\r", MALFORMED);
        check(None, |reply| reply.date = "Wed, 04 Mar 2026 05:06:07 GMT\n", MALFORMED);
    }

    #[test]
    fn only_the_protocols_header_is_taken() {
        check_header(|header| header.replace(", ", ","), GOOD);
        check_header(|header| format!(" {header} "), GOOD);
        check_header(|header| header.replace(&format!("keyid=\"{ACCOUNT}\", "), ""), GOOD);
        check_header(|header| header.replace("ed25519", "rsa-sha256"), ALGORITHM);
        check_header(|header| header.replace("ed25519", "ED25519"), ALGORITHM);
        check_header(|header| header.replace(" digest\"", "\""), ALGORITHM);
        check_header(|header| header.replace("host date", "date host"), ALGORITHM);
        check_header(|header| header.replace("headers=", "Headers="), MALFORMED);
        check_header(|header| header.replace("algorithm=\"ed25519\", ", ""), MALFORMED);
        check_header(|header| format!("{header}, algorithm=\"ed25519\""), MALFORMED);
        check_header(|header| format!("{header},"), MALFORMED);
        check_header(|header| format!("{header}, created=\"1\""), MALFORMED);
        check_header(|header| header.replace("signature=\"", "signature=\"!"), MALFORMED);
        check_header(|header| header.replace("==\"", "\""), MALFORMED);
        check_header(|_| String::new(), MALFORMED);
        check_header(|_| "\"\"\"=\"".to_owned(), MALFORMED);
    }

    #[test]
    fn a_signed_date_that_is_none_is_refused() {
        let header = signature_header(TARGET, HOST, "yesterday", BODY);
        let reply = SignedReply {
            method: "POST",
            target: TARGET,
            host: HOST,
            date: "yesterday",
            body: BODY,
            header: &header,
        };
        verified(None, &reply, MALFORMED);
    }
}
