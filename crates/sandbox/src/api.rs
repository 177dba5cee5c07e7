//! From a request to a signed answer: the outer layers, the account, the bearer, the route, the signature.
//!
//! What is refused before the account is known bears no signature, like 429, parse errors and unknown paths; everything
//! after it does (protocol reference 1.4, 2).

use std::sync::{Mutex, PoisonError};

use gatefold_disclosure::Vendor;
use gatefold_keygen::{API_VERSION, MEDIA_TYPE};
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use crate::auth::{Authorization, Bearer};
use crate::clock::{Clock, Time};
use crate::documents::Scribe;
use crate::failure::Failure;
use crate::request::{Query, Request, Response};
use crate::routes;
use crate::signer::{ServerSigner, SignedAnswer, digest};
use crate::throttle::{Throttle, TooMany};

/// The server: everything an answer depends on.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) db: Mutex<Connection>,
    pub(crate) signer: ServerSigner,
    pub(crate) account: String,
    /// As its manifest describes it.
    pub(crate) vendor: Vendor,
    pub(crate) vendor_token: &'static str,
    pub(crate) clock: Clock,
    /// None with `--no-throttle`.
    pub(crate) throttle: Option<Throttle>,
    pub(crate) sign_with_port: bool,
}

/// A request on its way through a route.
pub(crate) struct Call<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) db: &'a Connection,
    pub(crate) now: Time,
    pub(crate) authorization: Option<Authorization>,
    pub(crate) path: &'a str,
    pub(crate) query: &'a Query,
    /// The body with snake-case names; `null` if there is none.
    pub(crate) body: &'a Value,
}

/// What a route answers.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    /// As plain JSON, for who speaks no JSON:API.
    Plain(Value),
    /// A bare file with its name.
    File(String, String),
}

impl Reply {
    pub(crate) fn json(status: u16, document: Value) -> Self {
        Self { status, body: Body::Json(document) }
    }

    pub(crate) fn plain(status: u16, document: Value) -> Self {
        Self { status, body: Body::Plain(document) }
    }

    pub(crate) const fn no_content() -> Self {
        Self { status: 204, body: Body::None }
    }
}

impl<'a> Call<'a> {
    pub(crate) fn bearer(&self) -> Result<Bearer, Failure> {
        Bearer::find(self.db, self.authorization.as_ref(), self.sandbox.vendor_token, self.now)
    }

    pub(crate) fn scribe(&self) -> Scribe<'a> {
        Scribe { account: &self.sandbox.account, now: self.now }
    }
}

impl Sandbox {
    /// Answers a request. Whatever it changes is committed before this returns.
    pub fn answer(&self, request: &Request) -> Response {
        let id = Uuid::new_v4().to_string();
        let now = self.clock.now();
        let draft = self.draft(request, now, &id);
        self.finish(request, draft, now, id)
    }

    fn draft(&self, request: &Request, now: Time, id: &str) -> Draft {
        if let Err(too_many) = self.throttle(request, now) {
            let mut draft = Draft::refused(Failure::too_many_requests(), id);
            draft.headers = too_many.headers();
            return draft;
        }
        let body = match request.check() {
            Ok(body) => body,
            Err(failure) => return Draft::refused(failure, id),
        };
        let Some((path, query)) = request.path() else { return Draft::refused(Failure::not_found(), id) };
        let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
        if words.first() == Some(&"accounts") {
            if words.get(1) != Some(&self.account.as_str()) {
                return Draft::refused(Failure::not_found(), id);
            }
            words.drain(..2);
        }
        let method = if request.method == "HEAD" { "GET" } else { &request.method };
        let Some((handler, object)) = routes::find(method, &words) else {
            return Draft::refused(Failure::not_found(), id);
        };
        let mut draft = self.routed(request, now, &body, &query, &words, handler, object, id);
        draft.signed = true;
        draft
    }

    #[expect(clippy::too_many_arguments, reason = "the pieces of one request, used here alone")]
    fn routed(
        &self,
        request: &Request,
        now: Time,
        body: &Value,
        query: &Query,
        words: &[&str],
        handler: routes::Handler,
        object: &str,
        id: &str,
    ) -> Draft {
        if let Err(failure) = check_headers(request) {
            return Draft::refused(failure, id);
        }
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(transaction) = db.transaction() else { return Draft::refused(Failure::internal(), id) };
        let path = format!("/v1/accounts/{}/{}", self.account, words.join("/"));
        let authorization = Authorization::parse(request.header("authorization"));
        let call = Call { sandbox: self, db: &transaction, now, authorization, path: &path, query, body };
        let outcome = handler(&call, object);
        // After the route: a sign-out has no token any more, and names nobody.
        let bearer = call.bearer().ok();
        let mut draft = match outcome {
            Ok(reply) => match transaction.commit() {
                Ok(()) => Draft::of(reply),
                Err(_) => Draft::refused(Failure::internal(), id),
            },
            Err(failure) => Draft::refused(failure, id),
        };
        if let Some(bearer) = bearer {
            draft.headers.extend(bearer.id().map(|id| ("keygen-bearer", id.to_owned())));
            draft.headers.extend(bearer.token_id().map(|id| ("keygen-token", id.to_owned())));
        }
        draft
    }

    /// Sign-ins are counted before anything else is looked at.
    fn throttle(&self, request: &Request, now: Time) -> Result<(), TooMany> {
        let Some(throttle) = &self.throttle else { return Ok(()) };
        let is_sign_in = request.method == "POST"
            && request.path().is_some_and(|(path, _)| path.last().is_some_and(|word| word == "tokens"));
        match Authorization::parse(request.header("authorization")) {
            Some(Authorization::Password { email, .. }) if is_sign_in => throttle.count(&email, now),
            _ => Ok(()),
        }
    }

    fn finish(&self, request: &Request, draft: Draft, now: Time, id: String) -> Response {
        let body = if request.method == "HEAD" { Vec::new() } else { draft.body };
        let (date, digest) = (now.http(), digest(&body));
        let mut headers = draft.headers;
        if draft.status != 204 {
            headers.push(("content-type", draft.content_type.into()));
        }
        headers.extend([
            ("date", date.clone()),
            ("cache-control", "no-transform, no-store, max-age=0".into()),
            ("x-request-id", id),
            ("keygen-version", API_VERSION.into()),
            ("keygen-edition", "CE".into()),
            ("keygen-mode", "singleplayer".into()),
            ("keygen-revision", concat!("gatefold-sandbox-", env!("CARGO_PKG_VERSION")).into()),
        ]);
        if draft.signed {
            let host = request.header("host").unwrap_or_default();
            let host = if self.sign_with_port { host } else { without_port(host) };
            let answer = SignedAnswer {
                method: &request.method,
                target: &request.target,
                host,
                date: &date,
                digest: &digest,
            };
            headers.extend([
                ("keygen-signature", self.signer.answer_header(&self.account, &answer)),
                ("digest", digest.clone()),
                ("keygen-digest", digest),
                ("keygen-date", date),
                ("keygen-account", self.account.clone()),
            ]);
        }
        Response { status: draft.status, headers, body }
    }
}

/// An answer before it is dated and signed.
struct Draft {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    signed: bool,
}

impl Draft {
    fn of(reply: Reply) -> Self {
        let mut draft = Self {
            status: reply.status,
            content_type: MEDIA_TYPE,
            headers: Vec::new(),
            body: Vec::new(),
            signed: false,
        };
        match reply.body {
            Body::None => {}
            Body::Json(document) => draft.body = document.to_string().into_bytes(),
            Body::Plain(document) => {
                draft.content_type = "application/json";
                draft.body = document.to_string().into_bytes();
            }
            Body::File(name, text) => {
                draft.content_type = "application/octet-stream";
                draft.headers.push(("content-disposition", format!("attachment; filename=\"{name}\"")));
                draft.body = text.into_bytes();
            }
        }
        draft
    }

    fn refused(failure: Failure, request_id: &str) -> Self {
        let status = failure.status;
        let document = serde_json::to_value(failure.document(request_id)).unwrap_or_default();
        Self::of(Reply::json(status, document))
    }
}

/// What a request may demand of the answer's form (protocol reference 1.2).
fn check_headers(request: &Request) -> Result<(), Failure> {
    if let Some(version) = request.header("keygen-version")
        && version.trim().trim_start_matches('v') != API_VERSION
    {
        let detail = "The API version is not supported (this server speaks 1.7)";
        return Err(Failure::bad_request(detail).code("INVALID_API_VERSION").header("Keygen-Version"));
    }
    if request.header("keygen-environment").is_some() {
        let detail = "Environments are not supported by this edition";
        return Err(Failure::bad_request(detail)
            .code("ENVIRONMENT_NOT_SUPPORTED")
            .header("Keygen-Environment"));
    }
    if let Some(accept) = request.header("keygen-accept-signature")
        && accept.contains("algorithm=")
        && !accept.contains("algorithm=\"ed25519\"")
    {
        let detail = "The signature algorithm is not supported";
        return Err(Failure::bad_request(detail).header("Keygen-Accept-Signature"));
    }
    Ok(())
}

/// The host's name, as a real server signs it.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_lose_their_port() {
        let check = |host: &str, expect: &str| assert_eq!(without_port(host), expect);
        check("127.0.0.1:4000", "127.0.0.1");
        check("license.sleeve.example", "license.sleeve.example");
        check("[::1]:4000", "[::1]");
        check("[::1]", "[::1]");
    }

    #[test]
    fn demands_that_cannot_be_met() {
        let check = |name: &str, value: &str, expect: bool| {
            let headers = vec![(name.to_owned(), value.to_owned())];
            let request = Request { headers, ..Request::default() };
            assert_eq!(check_headers(&request).is_ok(), expect, "{name}: {value}");
        };
        check("keygen-version", "1.7", true);
        check("keygen-version", "v1.7", true);
        check("keygen-version", "1.9", false);
        check("keygen-environment", "staging", false);
        check("keygen-accept-signature", "keyid=\"x\", algorithm=\"ed25519\"", true);
        check("keygen-accept-signature", "algorithm=\"rsa-sha256\"", false);
    }
}
