//! A request as the API sees it: path words, query, headers, and a body with snake-case names.

use serde_json::Value;

use crate::failure::Failure;
use crate::names::{rename, snake};

/// A request as it was received.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, upper case.
    pub method: String,
    /// Path and query exactly as they were sent.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer on its way out.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty in an answer to `HEAD`.
    pub body: Vec<u8>,
}

/// The media types that are read and written (protocol reference 1.2).
const MEDIA_TYPES: [&str; 3] =
    [gatefold_keygen::MEDIA_TYPE, "application/json", "application/vnd.keygen+json"];

/// The methods that a server of this kind knows.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Request {
    /// The first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The words of the path after `/v1`, and the query.
    pub(crate) fn path(&self) -> Option<(Vec<String>, Query)> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let mut words = path.strip_prefix('/')?.trim_end_matches('/').split('/').map(decode);
        (words.next()? == "v1").then(|| (words.collect(), Query::parse(query)))
    }

    /// The body, or what the layers before the API answer: unsigned, for they know no account (protocol reference 1.4).
    pub(crate) fn check(&self) -> Result<Value, Failure> {
        if !METHODS.contains(&self.method.as_str()) {
            return Err(Failure::bad_request("The HTTP method for the request is not valid")
                .code("HTTP_METHOD_INVALID"));
        }
        let media = |header: &str, wildcard: bool| {
            let name = header.split(';').next().unwrap_or_default().trim();
            MEDIA_TYPES.contains(&name) || wildcard && matches!(name, "*/*" | "application/*")
        };
        let accepted = self.header("accept").is_none_or(|accept| {
            accept
                .split(',')
                .any(|one| media(one, true) || one.trim().starts_with("application/octet-stream"))
        });
        let readable =
            self.body.is_empty() || self.header("content-type").is_some_and(|kind| media(kind, false));
        if !accepted || !readable {
            return Err(Failure::bad_request("The mime type of the request is not acceptable")
                .code("MIME_TYPE_INVALID"));
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let text = std::str::from_utf8(&self.body).map_err(|_| {
            Failure::bad_request(
                "The request could not be completed because it contains an invalid byte sequence",
            )
            .code("ENCODING_INVALID")
        })?;
        serde_json::from_str(text).map(|body| rename(body, snake)).map_err(|_| {
            Failure::bad_request("The request could not be completed because it contains invalid JSON")
                .code("JSON_INVALID")
        })
    }
}

/// The query's pairs, decoded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    fn parse(query: &str) -> Self {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        };
        Self(query.split('&').filter(|part| !part.is_empty()).map(pair).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The pairs `prefix[NAME]=VALUE`, names in snake case.
    pub(crate) fn nested(&self, prefix: &str) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter_map(|(name, value)| {
                let inner = name.strip_prefix(prefix)?.strip_prefix('[')?.strip_suffix(']')?;
                Some((snake(inner), value.clone()))
            })
            .collect()
    }

    /// A number within `1..=100`.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        match self.get(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(number @ 1..=100)) => Ok(Some(number)),
            Some(_) => Err(Failure::bad_request("must be a number between 1 and 100").parameter(name)),
        }
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = text.get(i + 1..i + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) if bytes[i] == b'%' => {
                out.push(byte);
                i += 3;
            }
            _ => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_taken_apart() {
        let check = |target: &str, expect: Option<&[&str]>| {
            let request = Request { target: target.into(), ..Request::default() };
            let words = request.path().map(|(words, _)| words);
            assert_eq!(
                words.as_deref(),
                expect.map(|e| e.iter().map(|w| w.to_string()).collect::<Vec<_>>()).as_deref(),
                "{target}"
            );
        };
        check("/v1/licenses", Some(&["licenses"]));
        check("/v1/licenses/?a=b", Some(&["licenses"]));
        check("/v1/licenses/KEY%2F1", Some(&["licenses", "KEY/1"]));
        check("/v1/x%zz%4", Some(&["x%zz%4"]));
        check("/v2/licenses", None);
        check("v1/licenses", None);
    }

    #[test]
    fn queries_are_taken_apart() {
        let query = Query::parse("page%5Bnumber%5D=2&a=b+c%2B&metadata[gateFold]=x&limit=101&empty");
        assert_eq!(query.get("page[number]"), Some("2"));
        assert_eq!(query.get("a"), Some("b c+"));
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.nested("metadata"), [("gate_fold".to_owned(), "x".to_owned())]);
        assert_eq!(query.number("page[number]").unwrap(), Some(2));
        let failure = query.number("limit").unwrap_err();
        assert_eq!(failure.errors[0].source.clone().unwrap().parameter.unwrap(), "limit");
    }

    #[test]
    fn what_the_outer_layers_refuse() {
        let check = |accept: &str, kind: &str, body: &[u8], expect: Option<&str>| {
            let headers = [("accept", accept), ("content-type", kind)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            let request = Request {
                method: "POST".into(),
                target: String::new(),
                headers: headers.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
                body: body.to_vec(),
            };
            let code = request.check().err().map(|failure| failure.errors[0].code.clone().unwrap());
            assert_eq!(code.as_deref(), expect, "{accept} {kind}");
        };
        let json = gatefold_keygen::MEDIA_TYPE;
        check(json, json, b"{}", None);
        check("", "", b"", None);
        check("*/*", "application/json; charset=utf-8", b"{}", None);
        check("text/html, application/json;q=0.5", json, b"{}", None);
        check("text/html", json, b"{}", Some("MIME_TYPE_INVALID"));
        check(json, "text/plain", b"{}", Some("MIME_TYPE_INVALID"));
        check(json, "", b"{}", Some("MIME_TYPE_INVALID"));
        check(json, json, b"{", Some("JSON_INVALID"));
        check(json, json, b"\"\xff\"", Some("ENCODING_INVALID"));
        let trace = Request { method: "TRACE".into(), ..Request::default() };
        assert_eq!(trace.check().unwrap_err().errors[0].code.as_deref(), Some("HTTP_METHOD_INVALID"));
    }
}
