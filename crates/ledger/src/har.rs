//! One request as an HTTP Archive 1.2 describes it, read back from the stored copy.
//!
//! Responses are never kept, so an archive has their status and size alone; `-1` says "not known", as the format does.

use serde_json::{Value, json};

use crate::entry::{Entry, Kept, OutcomeClass};
use crate::export::utc;

/// The entry's request; none if it is no request, or its copy is gone.
pub(crate) fn entry(entry: &Entry) -> Option<Value> {
    let line = &entry.line;
    let bytes = entry.bytes.as_deref()?;
    let (method, url) = (line.method.as_deref()?, line.url.as_deref()?);
    let head_len = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let (head, body) = bytes.split_at(head_len);
    let headers = headers(&String::from_utf8_lossy(head));
    // Of the wire: in the copy names stand in the place of secrets, which are of another length.
    let body_len = length(&headers).unwrap_or(body.len() as u64);
    let mut request = json!({
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": query(url),
        "headersSize": line.request_bytes.saturating_sub(body_len),
        "bodySize": body_len,
    });
    if !body.is_empty() {
        let mime = headers.iter().find(|header| header["name"] == "content-type");
        let mime = mime.map_or(json!(""), |header| header["value"].clone());
        request["postData"] =
            json!({ "mimeType": mime, "params": [], "text": String::from_utf8_lossy(body) });
    }
    let took_ms = entry.concluded_at.map_or(0, |end| end.as_millisecond() - line.at.as_millisecond()).max(0);
    let mut value = json!({
        "startedDateTime": utc(line.at),
        "time": took_ms,
        "request": request,
        "response": {
            "status": line.status.unwrap_or(0),
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": { "size": 0, "mimeType": "", "comment": "responses are not kept" },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": took_ms, "receive": 0 },
        "comment": format!(
            "{}entry {}, {}, {}, {} bytes on the wire",
            if line.kept == Kept::Damaged { "damaged, not what was written: " } else { "" },
            line.id,
            line.purpose.map_or("no purpose", |purpose| purpose.label()),
            line.outcome.map_or("pending", OutcomeClass::as_str),
            line.request_bytes,
        ),
    });
    if let Some(size) = entry.response_len_bytes {
        value["response"]["comment"] = json!(format!("{size} bytes, head and body"));
    }
    if let Some(peer) = line.peer.as_deref().and_then(|peer| peer.parse::<std::net::SocketAddr>().ok()) {
        value["serverIPAddress"] = json!(peer.ip());
        value["connection"] = json!(peer.port().to_string());
    }
    // The format has room for one; members of others' begin with an underscore.
    if line.peers.len() > 1 {
        value["_peers"] = json!(line.peers);
    }
    Some(value)
}

fn length(headers: &[Value]) -> Option<u64> {
    headers.iter().find(|header| header["name"] == "content-length")?["value"].as_str()?.parse().ok()
}

fn headers(head: &str) -> Vec<Value> {
    let lines = head.split("\r\n").skip(1);
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

/// The query's pairs, percent-encoded as they were sent.
fn query(url: &str) -> Vec<Value> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_its_pairs() {
        let check = |url: &str, expect: Value| assert_eq!(json!(query(url)), expect, "{url}");
        check("https://a.example/x", json!([]));
        check(
            "https://a.example/x?ttl=60&include=a,b&z",
            json!([
                { "name": "ttl", "value": "60" },
                { "name": "include", "value": "a,b" },
                { "name": "z", "value": "" },
            ]),
        );
    }
}
