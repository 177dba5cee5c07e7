//! License and machine files (protocol reference 6): the envelope, its encryption and its end.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Span;
use jiff::tz::TimeZone;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::clock::Time;
use crate::error::SandboxError;
use crate::signer::{ServerSigner, random};

/// The default life of a file: one calendar month.
pub(crate) const DEFAULT_TTL_SECS: i64 = MONTH_SECS;
/// The shortest life that may be asked for.
pub(crate) const MIN_TTL_SECS: i64 = 3600;

// Averages of the Gregorian calendar, by which the server takes a number of seconds apart.
const YEAR_SECS: i64 = 31_556_952;
const MONTH_SECS: i64 = 2_629_746;
const WEEK_SECS: i64 = 604_800;
const DAY_SECS: i64 = 86_400;

const LINE_CHARS: usize = 60;

/// What a file is of; label and signed prefix follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    License,
    Machine,
}

impl Subject {
    const fn word(self) -> &'static str {
        match self {
            Self::License => "license",
            Self::Machine => "machine",
        }
    }

    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::License => "license-files",
            Self::Machine => "machine-files",
        }
    }
}

/// How a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Base64,
    Aes256Gcm,
}

impl Encoding {
    pub(crate) const fn algorithm(self) -> &'static str {
        match self {
            Self::Base64 => "base64+ed25519",
            Self::Aes256Gcm => "aes-256-gcm+ed25519",
        }
    }
}

/// Writes a file. `secret` is the license key, for a machine file followed by the fingerprint.
pub(crate) fn write(
    signer: &ServerSigner,
    subject: Subject,
    encoding: Encoding,
    secret: &str,
    document: &str,
) -> Result<String, SandboxError> {
    let enc = match encoding {
        Encoding::Base64 => STANDARD.encode(document),
        Encoding::Aes256Gcm => encrypt(secret, document)?,
    };
    let sig = signer.sign(format!("{}/{enc}", subject.word()).as_bytes());
    let envelope =
        STANDARD.encode(json!({ "enc": enc, "sig": sig, "alg": encoding.algorithm() }).to_string());
    let label = subject.word().to_uppercase();
    let mut file = format!("-----BEGIN {label} FILE-----\n");
    for start in (0..envelope.len()).step_by(LINE_CHARS) {
        file.push_str(&envelope[start..envelope.len().min(start + LINE_CHARS)]);
        file.push('\n');
    }
    file.push_str(&format!("-----END {label} FILE-----\n"));
    Ok(file)
}

fn encrypt(secret: &str, document: &str) -> Result<String, SandboxError> {
    let mut iv = [0; 12];
    random(&mut iv)?;
    let cipher = Aes256Gcm::new(&Sha256::digest(secret));
    let sealed = cipher
        .encrypt(&Nonce::from(iv), document.as_bytes())
        .map_err(|_| SandboxError::Signing("a document is too long to be encrypted".into()))?;
    let (ciphertext, tag) = sealed.split_at(sealed.len() - 16);
    Ok([ciphertext, &iv, tag].map(|part| STANDARD.encode(part)).join("."))
}

/// When a file ends: the life is taken apart into calendar years, months and so on, as a real server does, so this is
/// not `issued` plus so many seconds.
pub(crate) fn expiry(issued: Time, ttl_secs: i64) -> Option<Time> {
    let (years, rest) = (ttl_secs / YEAR_SECS, ttl_secs % YEAR_SECS);
    let (months, rest) = (rest / MONTH_SECS, rest % MONTH_SECS);
    let (weeks, rest) = (rest / WEEK_SECS, rest % WEEK_SECS);
    let (days, secs) = (rest / DAY_SECS, rest % DAY_SECS);
    let span = Span::new().try_years(years).ok()?.months(months).weeks(weeks).days(days).seconds(secs);
    issued.0.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|end| Time(end.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_end_by_the_calendar() {
        let check = |issued: &str, ttl_secs: i64, expect: &str| {
            let end = expiry(Time(issued.parse().unwrap()), ttl_secs);
            assert_eq!(end.unwrap().to_string(), expect, "{ttl_secs}");
        };
        check("2026-01-31T05:06:07.089Z", DEFAULT_TTL_SECS, "2026-02-28T05:06:07.089Z");
        check("2022-07-28T14:22:23.435Z", 2_629_746, "2022-08-28T14:22:23.435Z");
        check("2025-12-05T16:49:12.964Z", 2_592_000, "2026-01-04T16:49:12.964Z");
        check("2026-03-01T00:00:00Z", MIN_TTL_SECS, "2026-03-01T01:00:00.000Z");
        // A year of 365 days is eleven months, four weeks, two days and 16794 seconds: 4 h 39 min 54 s too long here.
        check("2026-03-01T00:00:00Z", 31_536_000, "2027-03-03T04:39:54.000Z");
        assert_eq!(expiry(Time("2026-03-01T00:00:00Z".parse().unwrap()), i64::MAX), None);
    }
}
