//! One-time codes (RFC 6238: SHA-1, six digits, 30 seconds), with the drift of real servers: ten seconds.

use totp_rs::{Builder, Secret};

const DRIFT_SECS: u64 = 10;

/// The time step that a code is good for, if it is good at `now_secs`. A code works once: keep the step.
pub(crate) fn step_of(secret_base32: &str, code: &str, now_secs: u64) -> Option<u64> {
    let secret = Secret::try_from_base32(secret_base32).ok()?;
    let totp = Builder::new().with_secret(secret).with_skew(0).build_noncompliant();
    [now_secs, now_secs.saturating_sub(DRIFT_SECS), now_secs + DRIFT_SECS]
        .into_iter()
        .find_map(|time| totp.check(code, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret "12345678901234567890", the last six of the eight digits.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_of_the_standard() {
        let check = |code: &str, now_secs: u64, expect: Option<u64>| {
            assert_eq!(step_of(SECRET, code, now_secs), expect, "{code} at {now_secs}");
        };
        check("287082", 59, Some(1));
        check("081804", 1_111_111_109, Some(37_037_036));
        check("005924", 1_234_567_890, Some(41_152_263));
        check("287082", 69, Some(1));
        check("287082", 70, None);
        check("287082", 20, Some(1));
        check("287082", 19, None);
        check("287083", 59, None);
        check("", 59, None);
    }
}
