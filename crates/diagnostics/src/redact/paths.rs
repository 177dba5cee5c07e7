//! Whose folder a path is in, and on which disk.

use regex::bytes::Captures;

use super::net::{Caught, Judge};
use crate::Kind;

pub(crate) const PATTERNS: &[(&str, Judge)] = &[
    (r#"(?i)/(?:home|media)/+([^/\\\s"'`:;,<>|)\]&?*]+)"#, login),
    (r#"(?i)[/\\](?:Users|Documents and Settings)[/\\]+([^/\\"'`:;,<>|\r\n\t*?]{1,40}?)[/\\]"#, login),
    (r#"(?i)[/\\](?:Users|Documents and Settings)[/\\]+([^/\\\s"'`:;,<>|)\]*?]+)"#, login),
    (r#"/Volumes/+([^/\\"'`:;,<>|\r\n\t*?]{1,40}?)/"#, disk),
    (r#"/Volumes/+([^/\\\s"'`:;,<>|)\]*?]+)"#, disk),
];

/// Folders that are there on every computer.
const EVERYBODYS: &[&str] =
    &["shared", "public", "default", "all users", "default user", "guest", "macintosh hd"];

fn login(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    folder(captures, Kind::Login, caught);
}

fn disk(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    folder(captures, Kind::Device, caught);
}

fn folder(captures: &Captures<'_>, kind: Kind, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(1) else { return };
    let name = found.as_bytes().to_ascii_lowercase();
    // Signs in the place of a name, as manuals have them, are none.
    let is_a_name = name.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    if is_a_name && !EVERYBODYS.iter().any(|folder| folder.as_bytes() == name) {
        caught.push(Caught { start: found.start(), end: found.end(), kind });
    }
}
