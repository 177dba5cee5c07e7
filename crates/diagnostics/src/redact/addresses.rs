//! Addresses of networks, cards and people, told from versions, times and hashes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use regex::bytes::Captures;

use super::net::{Caught, Judge, beside, catch};
use crate::Kind;

pub(crate) const PATTERNS: &[(&str, Judge)] = &[
    (r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", ipv4),
    (r"(?i)\bip-([0-9]{1,3}(?:-[0-9]{1,3}){3})\b", plain_ip),
    (
        r"(?:[0-9A-Fa-f]{1,4}:){1,7}:[0-9A-Fa-f:.]*|::[0-9A-Fa-f][0-9A-Fa-f:.]*|(?:[0-9A-Fa-f]{1,4}:){6,7}[0-9A-Fa-f.]{1,15}",
        ipv6,
    ),
    (r"(?:[0-9A-Fa-f]{2}[:-]){5,}[0-9A-Fa-f]{2}", mac),
    (r"\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b", cisco),
    (
        r"[A-Za-z0-9._%+'\x80-\xFF-]*[A-Za-z0-9_\x80-\xFF]@[A-Za-z\x80-\xFF][A-Za-z0-9\x80-\xFF-]*(?:\.[A-Za-z0-9\x80-\xFF-]+)*",
        email,
    ),
    (
        r"[A-Za-z0-9._%+'\x80-\xFF-]*[A-Za-z0-9_\x80-\xFF]@[0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
        email,
    ),
];

/// Words after which four numbers are a version.
const VERSIONS: &[&str] = &[
    "v",
    "version",
    "release",
    "build",
    "ver",
    "ver.",
    "kernel",
    "gatefold",
    "webkit",
    "webkitgtk",
    "chrome",
];

fn ipv4(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (start, end) = (found.start(), found.end());
    let Some(ip) = parse::<Ipv4Addr>(found.as_bytes()) else { return };
    if is_harmless(ip.into()) || goes_on(text, start, end) || is_a_version(&text[..start]) {
        return;
    }
    caught.push(Caught { start, end, kind: Kind::Ip });
}

/// Whether the four numbers are a part of more: five numbers, `1.2.3.4-beta`.
fn goes_on(text: &[u8], start: usize, end: usize) -> bool {
    let (before, after) = beside(text, start, end);
    let next = text.get(end + 1).copied().unwrap_or(b' ');
    let (earlier, _) = beside(text, start.saturating_sub(1), end);
    before.is_ascii_digit()
        || (before == b'.' && earlier.is_ascii_digit())
        || after.is_ascii_digit()
        || (after == b'.' && next.is_ascii_digit())
        || (matches!(after, b'-' | b'+') && next.is_ascii_alphabetic())
}

fn is_a_version(before: &[u8]) -> bool {
    let before = before[before.len().saturating_sub(16)..].to_ascii_lowercase();
    let before = before.trim_suffix_while(|byte| b" :=/\"'".contains(&byte));
    VERSIONS.iter().any(|word| {
        before
            .strip_suffix(word.as_bytes())
            .is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphanumeric))
    })
}

trait TrimSuffix {
    fn trim_suffix_while(&self, trimmed: impl Fn(u8) -> bool) -> &[u8];
}

impl TrimSuffix for Vec<u8> {
    fn trim_suffix_while(&self, trimmed: impl Fn(u8) -> bool) -> &[u8] {
        let kept = self.iter().rposition(|byte| !trimmed(*byte)).map_or(0, |last| last + 1);
        &self[..kept]
    }
}

fn plain_ip(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    catch(captures, Kind::Ip, caught);
}

fn ipv6(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (start, mut end) = (found.start(), found.end());
    while end > start && matches!(text[end - 1], b'.')
        || text[start..end].ends_with(b":") && !text[start..end].ends_with(b"::")
    {
        end -= 1;
    }
    let (before, after) = beside(text, start, end);
    let touched =
        before.is_ascii_alphanumeric() || before == b':' || after.is_ascii_alphanumeric() || after == b':';
    let Some(ip) = parse::<Ipv6Addr>(&text[start..end]) else { return };
    // `a::b` is a path in a program.
    let has_digit = text[start..end].iter().any(u8::is_ascii_digit);
    if !touched && has_digit && !is_harmless(ip.into()) {
        caught.push(Caught { start, end, kind: Kind::Ip });
    }
}

fn parse<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Addresses that every computer has.
fn is_harmless(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || ip.is_unspecified() || ip == IpAddr::V4(Ipv4Addr::BROADCAST)
}

fn mac(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let bytes = found.as_bytes();
    let pairs = bytes.len().div_ceil(3);
    let (before, after) = beside(text, found.start(), found.end());
    let part_of_more =
        before.is_ascii_alphanumeric() || before == b':' || after.is_ascii_alphanumeric() || after == b':';
    let even = bytes.iter().skip(2).step_by(3).all(|sign| *sign == bytes[2]);
    let everybodys =
        |digit: u8| bytes.iter().all(|byte| byte.eq_ignore_ascii_case(&digit) || b":-".contains(byte));
    // Twenty or thirty-two pairs are the hash of a certificate.
    if matches!(pairs, 6 | 8) && even && !part_of_more && !everybodys(b'0') && !everybodys(b'f') {
        catch(captures, Kind::Mac, caught);
    }
}

fn cisco(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (before, after) = beside(text, found.start(), found.end());
    if found.as_bytes().iter().any(u8::is_ascii_alphabetic) && before != b'.' && after != b'.' {
        catch(captures, Kind::Mac, caught);
    }
}

fn email(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let before = text[..found.start()].iter().rev().take(128);
    let word: Vec<u8> =
        before.take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'<>".contains(byte)).copied().collect();
    // Who signs in at an address of the web is judged with it.
    let signs_in =
        word.windows(3).position(|signs| signs == b"//:").is_some_and(|at| !word[..at].contains(&b'/'));
    if !signs_in {
        catch(captures, Kind::Email, caught);
    }
}
