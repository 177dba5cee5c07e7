//! Signatures of a licensing server's replies (protocol reference 2). It accepts ed25519 over exactly the four lines of
//! the protocol, recomputes the digest, and refuses values that could forge a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use sha2::{Digest, Sha256};

use crate::error::LicenseError;
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
