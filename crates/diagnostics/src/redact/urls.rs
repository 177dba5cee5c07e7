//! Addresses of the web and of services: who signs in, at which host, and what was asked.

use regex::bytes::Captures;

use super::net::{Caught, Judge, beside, catch};
use crate::Kind;

pub(crate) const PATTERNS: &[(&str, Judge)] = &[
    (r#"(?i)\b([a-z][a-z0-9+.-]*)://([^\s"'<>`\\\x00-\x1F]+)"#, url),
    (
        r"(?i)\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:local|lan|home|internal|intranet|localdomain|corp|home\.arpa|fritz\.box)\b",
        private_host,
    ),
    (r"(?i)\b([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}):[0-9]{2,5}\b", host_with_port),
    (
        r"(?i)\b(?:tcp|udp|tls|ssl|connect(?:ing|ed)?\s+to|host)[: /]+([a-z][a-z0-9_-]*):[0-9]{2,5}\b",
        named_host,
    ),
    (r"(?i)(?:[a-z0-9-]+\.)*xn--[a-z0-9-]+(?:\.[a-z0-9-]+)*", private_host),
    (r"\b(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,12}\b", private_host),
    (
        r"(?i)[a-z0-9'\x80-\xFF-]+-(?:macbook(?:-pro|-air)?|imac|mac-(?:mini|pro|studio))(?:-[0-9]+)?\b",
        private_host,
    ),
];

/// Schemes in whose addresses no host stands.
const WITHOUT_HOST: &[&str] =
    &["tauri", "ipc", "asset", "file", "gatefold", "about", "blob", "data", "chrome"];

/// What stands before a colon and a number in sources: a file's name, and its line.
const ENDS_OF_FILES: &[&str] = &[
    "rs", "c", "h", "cc", "cpp", "hpp", "js", "mjs", "ts", "tsx", "jsx", "py", "svelte", "vue", "toml",
    "json", "jsonl", "log", "txt", "md", "html", "css", "sh", "so", "dll", "exe", "yml", "yaml", "xml",
    "lock", "go", "java", "swift",
];

fn url(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let (Some(scheme), Some(rest)) = (captures.get(1), captures.get(2)) else { return };
    let from = rest.start();
    let rest = trimmed(rest.as_bytes());
    let authority = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let host = match rest[..authority].iter().rposition(|byte| *byte == b'@') {
        Some(at) => {
            caught.push(Caught { start: from, end: from + at, kind: Kind::Secret });
            at + 1
        }
        None => 0,
    };
    let scheme = String::from_utf8_lossy(scheme.as_bytes()).to_lowercase();
    if !WITHOUT_HOST.contains(&scheme.as_str()) {
        host_of(text, from + host, from + authority, caught);
    }
    asked(rest, authority, from, caught);
}

/// What ends a sentence, or closes a bracket around an address, is none of it.
fn trimmed(rest: &[u8]) -> &[u8] {
    let kept = rest.iter().rposition(|byte| !b".,;:)]}!".contains(byte)).map_or(0, |last| last + 1);
    &rest[..kept]
}

fn host_of(text: &[u8], start: usize, end: usize, caught: &mut Vec<Caught>) {
    let host = &text[start..end];
    let port = host.iter().rposition(|byte| *byte == b':');
    let len = port.filter(|at| host[at + 1..].iter().all(u8::is_ascii_digit)).unwrap_or(host.len());
    let host = &host[..len];
    // Addresses in numbers are judged as such.
    let numeric = host.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') || host.starts_with(b"[");
    if !numeric && !host.eq_ignore_ascii_case(b"localhost") {
        caught.push(Caught { start, end: start + len, kind: Kind::Host });
    }
}

/// The values of a query, and what follows `#`. Their names stay, and so do small numbers, which count pages.
fn asked(rest: &[u8], authority: usize, from: usize, caught: &mut Vec<Caught>) {
    let Some(query) = rest[authority..].iter().position(|byte| b"?#".contains(byte)) else { return };
    let mut start = authority + query + 1;
    for part in rest[start..].split(|byte| b"&;#?".contains(byte)) {
        let name = part.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
        let value = &part[name..];
        let small = value.len() <= 3 && value.iter().all(u8::is_ascii_digit);
        if !small && value != b"true" && value != b"false" {
            caught.push(Caught {
                start: from + start + name,
                end: from + start + part.len(),
                kind: Kind::Value,
            });
        }
        start += part.len() + 1;
    }
}

fn private_host(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (_, after) = beside(text, found.start(), found.end());
    let next = text.get(found.end() + 1).copied().unwrap_or(b' ');
    // `settings.local.json` is a file.
    if !(after == b'.' && next.is_ascii_alphanumeric()) {
        catch(captures, Kind::Host, caught);
    }
}

fn host_with_port(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(host) = captures.get(1) else { return };
    let end = host.as_bytes().rsplit(|byte| *byte == b'.').next().unwrap_or_default().to_ascii_lowercase();
    if !ENDS_OF_FILES.iter().any(|known| known.as_bytes() == end) {
        catch(captures, Kind::Host, caught);
    }
}

fn named_host(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    if captures.get(1).is_some_and(|host| !host.as_bytes().eq_ignore_ascii_case(b"localhost")) {
        catch(captures, Kind::Host, caught);
    }
}
