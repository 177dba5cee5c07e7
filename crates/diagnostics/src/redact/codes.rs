//! Keys, tokens, passwords, numbers of accounts, long codes, told from hashes, times and words.

use regex::bytes::Captures;

use super::net::{Caught, Judge, beside, catch};
use crate::Kind;

pub(crate) const PATTERNS: &[(&str, Judge)] = &[
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)", secret),
    (r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?", token),
    (
        r#"(?i)authorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|digest|license|token)\s+)?([^\s"',;\[]{4,})"#,
        token,
    ),
    (r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})", random_token),
    (
        r"(?:\b|_)(?:activ|admin|user|prod|env|lic|sk|pk|rk|gh[pousr]|xox[abprs]|glpat)[-_](?:live_|test_)?[A-Za-z0-9-]{16,}",
        token,
    ),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{30,}", token),
    (r"(?i)AGE-SECRET-KEY-1[0-9A-Z]{20,}", secret),
    (
        r#"(?i)(?:\b|_)(pass(?:word|phrase|wd)?|pwd|secret|token|api[_-]?key|access[_-]?key|license[_ -]?key|private[_-]?key|otp|pin|serial(?:[_ -]?(?:number|no))?|cookie|session[_-]?id|key)["']?\s*(?:=>|[=:])\s*["']?([^\s"'&,;}\[\])(<>]+)"#,
        assigned,
    ),
    (
        r#"(?i)(?:\b|_)(user(?:name)?|login|logname|owner|account|host(?:name)?|e-?mail)["']?=["']?([^\s"'&,;}\[\])(<>:/]+)"#,
        assigned,
    ),
    (r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", uuid),
    (r"(?i)gf1-[0-9a-f]{64}", identifier),
    (r"\bS-1-5-21(?:-[0-9]+){3,4}\b", identifier),
    (r"\bkey/[A-Za-z0-9+/_=-]{16,}\.[A-Za-z0-9+/_=-]{16,}", key),
    (r"(?i)\b[0-9A-Z]{4,8}(?:-[0-9A-Z]{4,8}){2,}(?:-V[0-9])?\b", grouped),
    (r"\b[0-9A-Z]{4,6}(?: [0-9A-Z]{4,6}){2,}\b", grouped),
    (r"\b[0-9]{12,19}\b", number),
    (r"(?i)[0-9a-f]{24,}", hexadecimal),
    (r"[A-Za-z0-9+/_-]{24,}={0,2}", base64),
];

fn secret(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    catch(captures, Kind::Secret, caught);
}

fn token(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    catch(captures, Kind::Token, caught);
}

fn identifier(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    catch(captures, Kind::Identifier, caught);
}

fn key(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    catch(captures, Kind::Key, caught);
}

fn random_token(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    if captures.get(1).is_some_and(|found| is_random(found.as_bytes())) {
        catch(captures, Kind::Token, caught);
    }
}

/// What is said of a secret, and is none.
const HARMLESS: &[&str] = &[
    "none",
    "null",
    "nil",
    "true",
    "false",
    "yes",
    "no",
    "empty",
    "missing",
    "invalid",
    "wrong",
    "required",
    "unknown",
    "expired",
    "changed",
    "set",
    "unset",
    "ok",
    "some",
    "not",
    "is",
    "the",
    "a",
    "an",
    "for",
    "of",
    "localhost",
    "redacted",
    "hidden",
    "kept",
    "absent",
    "refused",
    "accepted",
];

fn assigned(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let (Some(name), Some(value)) = (captures.get(1), captures.get(2)) else { return };
    let name = name.as_bytes().to_ascii_lowercase();
    let said = value.as_bytes().to_ascii_lowercase();
    if HARMLESS.iter().any(|word| word.as_bytes() == said) {
        return;
    }
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word.as_bytes()));
    // "key: value" is said of many things.
    if name == b"key" && !is_random(value.as_bytes()) {
        return;
    }
    let kind = match () {
        () if starts(&["serial"]) => Kind::Serial,
        () if starts(&["token", "cookie", "session"]) => Kind::Token,
        () if starts(&["license", "key"]) => Kind::Key,
        () if starts(&["user", "login", "logname", "owner"]) => Kind::Login,
        () if starts(&["account"]) => Kind::Account,
        () if starts(&["host"]) => Kind::Host,
        () if starts(&["e"]) => Kind::Email,
        () => Kind::Secret,
    };
    caught.push(Caught { start: value.start(), end: value.end(), kind });
}

/// Whether nobody writes that as a word: letters and digits mixed, in eight characters or more.
fn is_random(value: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| value.iter().any(test);
    value.len() >= 8 && has(u8::is_ascii_alphabetic) && (has(u8::is_ascii_digit) || value.ends_with(b"="))
}

fn uuid(_: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let everybodys =
        |digit: u8| found.as_bytes().iter().all(|byte| byte.eq_ignore_ascii_case(&digit) || *byte == b'-');
    if !everybodys(b'0') && !everybodys(b'f') {
        catch(captures, Kind::Id, caught);
    }
}

/// Groups of letters and digits, as license keys have them: as long as each other, digits in two of them.
fn grouped(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (before, after) = beside(text, found.start(), found.end());
    let groups: Vec<&[u8]> =
        found.as_bytes().split(|byte| b"- ".contains(byte)).filter(|group| group.len() > 2).collect();
    let with_digits = groups.iter().filter(|group| group.iter().any(u8::is_ascii_digit)).count();
    let even = groups.windows(2).filter(|pair| pair[0].len() != pair[1].len()).count();
    if even == 0 && with_digits >= 2 && !b"-_".contains(&before) && !b"-_".contains(&after) {
        catch(captures, Kind::Key, caught);
    }
}

/// A long number is an account's, unless it is a time in thousandths of a second or less.
fn number(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let is_a_time = matches!(found.len(), 13 | 16 | 19) && found.as_bytes()[0] == b'1';
    let (before, after) = beside(text, found.start(), found.end());
    if !is_a_time && !b".-".contains(&before) && !b".-".contains(&after) {
        catch(captures, Kind::Account, caught);
    }
}

fn hexadecimal(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let (before, after) = beside(text, found.start(), found.end());
    // A part of a longer code is judged with it.
    if before.is_ascii_alphanumeric()
        || after.is_ascii_alphanumeric()
        || is_a_hash(text, found.start(), found.end())
    {
        return;
    }
    catch(captures, Kind::Data, caught);
}

/// Words after which a long code is the hash of something.
const HASHES: &[&str] = &[
    "sha", "sha1", "sha256", "sha384", "sha512", "sha-1", "sha-256", "sha-512", "md5", "blake2", "blake2b",
    "blake3", "hash", "digest", "checksum", "sum", "commit", "head", "revision", "rev", "tree",
];

/// Whether it has the length of a hash and is said to be one, or stands before a file's name as tools write it.
fn is_a_hash(text: &[u8], start: usize, end: usize) -> bool {
    let listed = matches!(text.get(end..end + 2), Some(b"  " | b" *"))
        && beside(text, start, end).0.is_ascii_whitespace();
    matches!(end - start, 32 | 40 | 56 | 64 | 96 | 128) && (listed || is_called_a_hash(&text[..start]))
}

fn is_called_a_hash(before: &[u8]) -> bool {
    let near = before[before.len().saturating_sub(24)..].to_ascii_lowercase();
    let end = near.iter().rposition(|byte| byte.is_ascii_alphanumeric()).map_or(0, |last| last + 1);
    let apart = near.len() - end;
    HASHES.iter().any(|word| {
        near[..end]
            .strip_suffix(word.as_bytes())
            .is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphanumeric))
            && apart <= 4
    })
}

fn base64(text: &[u8], captures: &Captures<'_>, caught: &mut Vec<Caught>) {
    let Some(found) = captures.get(0) else { return };
    let bytes = found.as_bytes();
    let count = |test: fn(&u8) -> bool| bytes.iter().filter(|byte| test(byte)).count();
    let class = |byte: u8| (byte.is_ascii_uppercase(), byte.is_ascii_lowercase(), byte.is_ascii_digit());
    let turns = bytes.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let mixed = count(u8::is_ascii_uppercase) >= 2 && count(u8::is_ascii_lowercase) >= 2;
    let digits = count(u8::is_ascii_digit);
    let random =
        mixed && turns * 4 >= bytes.len() && (digits >= 2 || bytes.ends_with(b"=") || bytes.len() >= 64);
    if random && !is_called_a_hash(&text[..found.start()]) && !starts_as_hash(bytes) {
        catch(captures, Kind::Data, caught);
    }
}

/// `sha256-…`, as pages name the hashes of their parts.
fn starts_as_hash(bytes: &[u8]) -> bool {
    ["sha256-", "sha384-", "sha512-"].iter().any(|label| bytes.starts_with(label.as_bytes()))
}
