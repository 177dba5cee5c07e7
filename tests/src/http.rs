//! Requests and answers read and taken apart, as far as a test's own server wants to know them.

use std::io::Read;

use serde_json::Value;

/// The parts of one HTTP/1.1 request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The `host` header, with its port.
    pub host: String,
    /// The body, `null` if it is empty.
    pub body: Value,
}

impl Request {
    /// Takes whole bytes apart.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap().split(' ');
        let host = lines.find_map(|line| line.strip_prefix("host: ")).unwrap();
        Self {
            method: first.next().unwrap().to_owned(),
            target: first.next().unwrap().to_owned(),
            host: host.to_owned(),
            body: if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() },
        }
    }

    /// The nonce that a validation must repeat.
    pub fn nonce(&self) -> u64 {
        self.body["meta"]["nonce"].as_u64().unwrap()
    }
}

/// The JSON body of an answer.
pub fn body_of(answer: &[u8]) -> Value {
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a whole head");
    serde_json::from_slice(&answer[head + 4..]).unwrap()
}

/// One HTTP/1.1 message: head, and as much body as `content-length` says.
pub(crate) fn read_message(stream: &mut impl Read, limit: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let mut wanted = usize::MAX;
    while bytes.len() < wanted.min(limit) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            wanted = head + 4 + content_length(&bytes[..head]);
        }
    }
    bytes.truncate(limit);
    bytes
}

fn content_length(head: &[u8]) -> usize {
    String::from_utf8_lossy(head)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}
