//! An answer, judged: whose words are they? Only [`Answer::judge`] says "signed", after checking the signature against
//! the vendor's server key (protocol reference 2). It refuses to yield facts from anything else (invariant I6).

use gatefold_disclosure::{Method, Sensitive, vendor::Origin};
use gatefold_license::{Issuer, LicenseError, SignedReply, verify_reply};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::depth::depth;
use crate::document::ApiError;
use crate::refusal::Refusal;

/// A larger body is refused unread: a page of 100 licenses with full metadata stays below it.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// A body nested deeper is refused unread; the API's own documents reach eight.
const MAX_DEPTH: usize = 32;

/// One exchange as it went over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The request's method.
    pub method: Method,
    /// The server that was asked.
    pub origin: &'a Origin,
    /// Path and query exactly as they were sent.
    pub target: &'a str,
    /// The answer's status.
    pub status: u16,
    /// The answer's headers, in any case; of several with one name the first counts.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl Exchange<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }

    /// Proxies may rewrite `date`, so the server's own copy goes first (protocol reference 2).
    fn date(&self) -> Option<&str> {
        self.header("keygen-date").or_else(|| self.header("date"))
    }
}

/// Whose words an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The vendor's server signed it.
    Signed(Proof),
    /// It bears no signature.
    Unsigned,
    /// It bears one that does not hold.
    BadlySigned(LicenseError),
}

/// What makes a signed answer verifiable again later; with method, target and body it is the whole proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When the server signed it.
    pub date: Timestamp,
    /// The same, as it stood in the header.
    pub date_header: String,
    /// The host under which the signature holds: without port, or with it.
    pub host: String,
    /// The header `keygen-signature`.
    pub signature_header: String,
}

/// An answer and whose words it is.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    body: Sensitive<Vec<u8>>,
    trust: Trust,
    /// It calls itself a web page; of an unsigned one that says who may have answered, and nothing else.
    is_web_page: bool,
    request_id: Option<String>,
    retry_after_secs: Option<u64>,
}

/// What became of counts that a collector was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collected {
    /// It took them, but for so many of their points.
    Taken {
        /// Those that it did not take.
        rejected: u64,
    },
    /// It took nothing.
    Nothing,
    /// Whoever answered did not answer as a collector does: a page of somebody in between, most of the time.
    Unclear,
}

/// An object of JSON; serde takes a list for one.
fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(body).ok()).flatten()
}

impl Answer {
    /// Judges an answer against the key, the account and the days of the issuer that was asked.
    pub fn judge(issuer: &Issuer, exchange: Exchange<'_>, body: Vec<u8>) -> Self {
        Self {
            status: exchange.status,
            trust: judge(issuer, exchange, &body),
            is_web_page: exchange.header("content-type").is_some_and(|kind| {
                let kind = kind.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
            }),
            request_id: exchange.header("x-request-id").map(gatefold_disclosure::quote),
            retry_after_secs: retry_after_secs(exchange.header("retry-after")),
            body: body.into(),
        }
    }

    /// The HTTP status. It is not signed: good for the record, never for a decision.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whose words it is.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What a collector of counts says (OTLP/HTTP, export responses). Not signed, and good for a receipt alone: nothing of the
    /// user's depends on it.
    pub fn collected(&self) -> Collected {
        #[derive(Deserialize)]
        struct Export {
            #[serde(rename = "partialSuccess", default)]
            partial_success: Option<Partial>,
        }
        #[derive(Deserialize)]
        struct Partial {
            #[serde(rename = "rejectedDataPoints", default)]
            rejected_data_points: Option<Number>,
        }
        // A 64-bit number is a text there.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Number {
            Plain(u64),
            Text(String),
        }
        if !(200..300).contains(&self.status) {
            return Collected::Nothing;
        }
        // Exposed to read a number out of it.
        let Some(export) = object::<Export>(self.body.expose()) else { return Collected::Unclear };
        match export.partial_success.and_then(|partial| partial.rejected_data_points) {
            None => Collected::Taken { rejected: 0 },
            Some(Number::Plain(rejected)) => Collected::Taken { rejected },
            Some(Number::Text(text)) => {
                text.parse().map_or(Collected::Unclear, |rejected| Collected::Taken { rejected })
            }
        }
    }

    /// How many of the numbers that were asked for a collector says it has erased; none where it does not say so. Not signed either.
    pub fn erased(&self) -> Option<u64> {
        #[derive(Deserialize)]
        struct Erased {
            meta: Count,
        }
        #[derive(Deserialize)]
        struct Count {
            erased: u64,
        }
        // Exposed to read a number out of it.
        let said =
            (200..300).contains(&self.status).then(|| object::<Erased>(self.body.expose())).flatten()?;
        Some(said.meta.erased)
    }

    /// When the server signed it, if it did: evidence of how the local clock stands.
    pub fn signed_date(&self) -> Option<Timestamp> {
        match &self.trust {
            Trust::Signed(proof) => Some(proof.date),
            Trust::Unsigned | Trust::BadlySigned(_) => None,
        }
    }

    /// The server's number for this answer, quoted, for a talk with the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The signed bytes. They may hold a license key or a token.
    ///
    /// # Errors
    /// [`Refusal::Throttled`], [`Refusal::ServerError`], [`Refusal::WebPage`] or [`Refusal::Unconfirmed`] without a signature,
    /// [`Refusal::BadSignature`] with a wrong one, [`Refusal::Unreadable`] if they are too many or nested too deep.
    pub fn signed_body(&self) -> Result<&[u8], Refusal> {
        let status = self.status;
        match &self.trust {
            Trust::Signed(_) => {}
            Trust::BadlySigned(_) => return Err(Refusal::BadSignature { status }),
            Trust::Unsigned if status == 429 => return Err(self.throttled()),
            Trust::Unsigned if status >= 500 => return Err(Refusal::ServerError { status }),
            Trust::Unsigned if self.is_web_page => return Err(Refusal::WebPage { status }),
            Trust::Unsigned => return Err(Refusal::Unconfirmed { status }),
        }
        // Exposed to be read by the parsers of this crate, and kept whole as a proof by the client.
        let body = self.body.expose().as_slice();
        if body.len() > MAX_BODY_BYTES {
            return Err(Refusal::Unreadable { what: "it is too large" });
        }
        if depth(body) > MAX_DEPTH {
            return Err(Refusal::Unreadable { what: "it is nested too deep" });
        }
        Ok(body)
    }

    /// The signed document, or the refusal that stands in its place.
    pub(crate) fn document<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        #[derive(Deserialize)]
        struct Probe {
            #[serde(default)]
            errors: Option<Vec<ApiError>>,
        }
        let body = self.signed_body()?;
        let unreadable = |_| match self.status {
            status @ 500.. => Refusal::ServerError { status },
            _ => Refusal::Unreadable { what: "it is not the document expected" },
        };
        if let Some(errors) = serde_json::from_slice::<Probe>(body).map_err(unreadable)?.errors {
            return Err(match Refusal::from_errors(&errors, self.status) {
                Refusal::Throttled { .. } => self.throttled(),
                refusal => refusal,
            });
        }
        serde_json::from_slice(body).map_err(unreadable)
    }

    fn throttled(&self) -> Refusal {
        Refusal::Throttled { retry_after_secs: self.retry_after_secs }
    }
}

fn judge(issuer: &Issuer, exchange: Exchange<'_>, body: &[u8]) -> Trust {
    let Some(header) = exchange.header("keygen-signature") else { return Trust::Unsigned };
    let date = exchange.date().unwrap_or_default();
    let check = |host: &str| {
        let reply = SignedReply {
            method: exchange.method.as_str(),
            target: exchange.target,
            host,
            date,
            body,
            header,
        };
        verify_reply(&issuer.public_key, issuer.account_id(), &reply)
    };
    // The server signs its name without the port; others sign what stands in `host` (protocol reference 2).
    let authority = exchange.origin.authority();
    let mut outcome = Err(LicenseError::ReplySignatureInvalid);
    for host in [exchange.origin.host(), &authority] {
        outcome = check(host);
        if let Ok(date) = outcome {
            // Whoever has a key of before goes on signing with it: not in the vendor's name.
            if !issuer.in_force(date) {
                return Trust::BadlySigned(LicenseError::IssuerNotInForce);
            }
            return Trust::Signed(Proof {
                date,
                date_header: exchange.date().unwrap_or_default().to_owned(),
                host: host.to_owned(),
                signature_header: header.to_owned(),
            });
        }
    }
    match outcome {
        Ok(_) => Trust::Unsigned,
        Err(error) => Trust::BadlySigned(error),
    }
}

/// Answers as a test's own server gives them.
/// Longer than a day is no pause, and not repeated to anybody.
fn retry_after_secs(header: Option<&str>) -> Option<u64> {
    header?.trim().parse().ok().filter(|secs| *secs <= 86_400)
}

#[cfg(test)]
pub(crate) mod testing {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ed25519_dalek::{Signer as _, SigningKey};
    use sha2::{Digest as _, Sha256};

    use super::*;

    pub(crate) const ACCOUNT: &str = "ac000000-0000-4000-8000-000000000001";
    pub(crate) const TARGET: &str = "/v1/accounts/x?a=b";
    pub(crate) const DATE: &str = "Mon, 02 Nov 2026 03:04:05 GMT";

    pub(crate) fn issuer() -> Issuer {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        let key = gatefold_license::ServerKey::from_bytes(key.as_bytes()).unwrap();
        Issuer { account: Some(ACCOUNT.to_owned()), ..Issuer::of_key(key) }
    }

    pub(crate) fn origin() -> Origin {
        "http://127.0.0.1:4000".parse().unwrap()
    }

    /// The header of a server that signs for this host.
    pub(crate) fn signature(host: &str, body: &[u8]) -> String {
        let digest = STANDARD.encode(Sha256::digest(body));
        let text =
            format!("(request-target): post {TARGET}\nhost: {host}\ndate: {DATE}\ndigest: sha-256={digest}");
        let signature = STANDARD.encode(SigningKey::from_bytes(&[7; 32]).sign(text.as_bytes()).to_bytes());
        format!(
            "keyid=\"{ACCOUNT}\", algorithm=\"ed25519\", signature=\"{signature}\", \
             headers=\"(request-target) host date digest\""
        )
    }

    pub(crate) fn judged(status: u16, headers: &[(&str, &[u8])], body: &[u8]) -> Answer {
        judged_by(&issuer(), status, headers, body)
    }

    pub(crate) fn judged_by(issuer: &Issuer, status: u16, headers: &[(&str, &[u8])], body: &[u8]) -> Answer {
        let origin = origin();
        let exchange = Exchange { method: Method::Post, origin: &origin, target: TARGET, status, headers };
        Answer::judge(issuer, exchange, body.to_vec())
    }

    pub(crate) fn signed(status: u16, body: &str) -> Answer {
        let header = signature("127.0.0.1", body.as_bytes());
        judged(status, &[("Keygen-Signature", header.as_bytes()), ("Date", DATE.as_bytes())], body.as_bytes())
    }

    pub(crate) fn unsigned(status: u16, body: &str) -> Answer {
        judged(status, &[("Date", DATE.as_bytes())], body.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    fn trust(header: &str, headers: &[(&str, &str)], body: &str) -> Trust {
        let mut all: Vec<(&str, &[u8])> = vec![("keygen-signature", header.as_bytes())];
        all.extend(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        judged(200, &all, body.as_bytes()).trust
    }

    #[test]
    fn signed_with_and_without_port() {
        for host in ["127.0.0.1", "127.0.0.1:4000"] {
            let Trust::Signed(proof) = trust(&signature(host, b"{}"), &[("date", DATE)], "{}") else {
                panic!("{host}")
            };
            assert_eq!(proof.host, host);
            assert_eq!(proof.date_header, DATE);
            assert_eq!(proof.date, "2026-11-02T03:04:05Z".parse().unwrap());
        }
    }

    #[test]
    fn signed_by_a_key_whose_days_are_over_or_not_begun() {
        let header = signature("127.0.0.1", b"{}");
        let check = |not_before: Option<&str>, not_after: Option<&str>, expect: bool| {
            let day = |text: &str| text.parse().unwrap();
            let issuer =
                Issuer { not_before: not_before.map(day), not_after: not_after.map(day), ..issuer() };
            let headers: [(&str, &[u8]); 2] =
                [("keygen-signature", header.as_bytes()), ("date", DATE.as_bytes())];
            let answer = judged_by(&issuer, 200, &headers, b"{}");
            assert_eq!(answer.signed_body().is_ok(), expect, "{not_before:?} {not_after:?}");
            assert_eq!(answer.trust() == &Trust::BadlySigned(LicenseError::IssuerNotInForce), !expect);
        };
        check(Some("2026-11-02"), Some("2026-11-03"), true);
        check(None, Some("2026-11-02"), false);
        check(Some("2026-11-03"), None, false);
    }

    #[test]
    fn the_servers_own_date_goes_before_a_proxys() {
        let rewritten = ("date", "Mon, 02 Nov 2026 09:09:09 GMT");
        let header = signature("127.0.0.1", b"{}");
        assert!(matches!(trust(&header, &[rewritten, ("Keygen-Date", DATE)], "{}"), Trust::Signed(_)));
        assert!(matches!(trust(&header, &[rewritten], "{}"), Trust::BadlySigned(_)));
    }

    #[test]
    fn what_is_not_signed_by_the_vendor() {
        let date = [("date", DATE)];
        let good = signature("127.0.0.1", b"{}");
        let bad = |header: &str, body: &str| {
            assert!(matches!(trust(header, &date, body), Trust::BadlySigned(_)), "{header} {body}");
        };
        bad(&good, "{} ");
        bad(&signature("evil.example", b"{}"), "{}");
        bad(&good.replace("ac000000", "ac000001"), "{}");
        bad(&good.replace("ed25519", "rsa-sha256"), "{}");
        bad("", "{}");
        bad("garbage", "{}");
        assert!(matches!(trust(&good, &[], "{}"), Trust::BadlySigned(_)));
        assert_eq!(unsigned(200, "{}").trust, Trust::Unsigned);
        let badly = judged(200, &[("keygen-signature", b"x")], b"{}");
        assert_eq!(badly.signed_body(), Err(Refusal::BadSignature { status: 200 }));
        assert_eq!(badly.signed_date(), None);
    }

    #[test]
    fn unsigned_answers_only_ask_for_another_try() {
        let check = |status: u16, expect: Refusal| {
            let body = r#"{"errors":[{"code":"LICENSE_SUSPENDED"}]}"#;
            let answer = judged(status, &[("retry-after", b"12")], body.as_bytes());
            assert_eq!(answer.machine().unwrap_err(), expect, "{status}");
        };
        check(200, Refusal::Unconfirmed { status: 200 });
        check(401, Refusal::Unconfirmed { status: 401 });
        check(403, Refusal::Unconfirmed { status: 403 });
        check(404, Refusal::Unconfirmed { status: 404 });
        check(429, Refusal::Throttled { retry_after_secs: Some(12) });
        check(503, Refusal::ServerError { status: 503 });
        assert_eq!(retry_after_secs(Some(" 86400")), Some(86_400));
        assert_eq!(retry_after_secs(Some("18446744073709551615")), None);
    }

    #[test]
    fn a_web_page_in_the_servers_place_is_told_apart() {
        let check = |status: u16, kind: &str, expect: Refusal| {
            let answer = judged(status, &[("Content-Type", kind.as_bytes())], b"<!DOCTYPE html>");
            assert_eq!(answer.machine().unwrap_err(), expect, "{status} {kind}");
        };
        check(200, "text/html", Refusal::WebPage { status: 200 });
        check(302, "Text/HTML; charset=utf-8", Refusal::WebPage { status: 302 });
        check(511, "text/html", Refusal::ServerError { status: 511 });
        check(200, "application/vnd.api+json", Refusal::Unconfirmed { status: 200 });
        check(200, "", Refusal::Unconfirmed { status: 200 });
        let body = b"{}";
        let header = signature("127.0.0.1", body);
        let headers: [(&str, &[u8]); 3] = [
            ("keygen-signature", header.as_bytes()),
            ("date", DATE.as_bytes()),
            ("content-type", b"text/html"),
        ];
        assert!(
            judged(200, &headers, body).signed_body().is_ok(),
            "the vendor's own words count as they are"
        );
    }

    #[test]
    fn signed_rubbish_is_unreadable_and_panics_nowhere() {
        let check = |body: &str, expect: &str| {
            let refusal = signed(200, body).machine().unwrap_err();
            assert!(refusal.to_string().contains(expect), "{refusal}: {}", &body[..body.len().min(40)]);
        };
        check("", "not the document");
        check("<html>", "not the document");
        check("[]", "not the document");
        check("null", "not the document");
        check(r#"{"data":null}"#, "not the document");
        check(r#"{"data":{"type":"machines"}}"#, "not the document");
        check(r#"{"errors":[]}"#, "without a reason");
        check(r#"{"errors":"no"}"#, "not the document");
        check(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), "nested too deep");
        check(&format!("\"{}\"", "x".repeat(MAX_BODY_BYTES)), "too large");
        assert_eq!(signed(500, "oops").machine(), Err(Refusal::ServerError { status: 500 }));
    }

    #[test]
    fn a_debug_print_shows_no_body() {
        let answer = signed(200, r#"{"planted":1}"#);
        assert!(!format!("{answer:?}").contains("planted"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_parser_panic(bytes: Vec<u8>, status in 100_u16..600, header: String) {
            let text = String::from_utf8_lossy(&bytes);
            let answer = signed(status, &text);
            let _ = (answer.validation(1), answer.licenses(), answer.sign_in(), answer.deleted());
            let headers: [(&str, &[u8]); 2] = [("keygen-signature", header.as_bytes()), ("date", &bytes)];
            let forged = judged(status, &headers, &bytes);
            proptest::prop_assert!(!matches!(forged.trust, Trust::Signed(_)));
        }
    }
}
