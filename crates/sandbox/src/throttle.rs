//! The throttle that a real server always has: five sign-ins a minute and e-mail address (protocol reference 1.5).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Time;

const WINDOW_SECS: i64 = 60;
const LIMIT: u32 = 5;

/// Counts sign-ins a minute and address.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    attempts: Mutex<HashMap<String, (i64, u32)>>,
}

/// A sign-in too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    count: u32,
    retry_after_secs: i64,
    reset_secs: i64,
}

impl Throttle {
    /// Counts an attempt.
    pub(crate) fn count(&self, email: &str, now: Time) -> Result<(), TooMany> {
        let now = now.0.as_second();
        let window = now.div_euclid(WINDOW_SECS);
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.retain(|_, (of, _)| *of == window);
        let (_, count) = attempts.entry(email.trim().to_lowercase()).or_insert((window, 0));
        *count += 1;
        let reset_secs = (window + 1) * WINDOW_SECS;
        if *count <= LIMIT {
            Ok(())
        } else {
            Err(TooMany { count: *count, retry_after_secs: reset_secs - now, reset_secs })
        }
    }
}

impl TooMany {
    /// The headers of the answer.
    pub(crate) fn headers(self) -> Vec<(&'static str, String)> {
        vec![
            ("retry-after", self.retry_after_secs.to_string()),
            ("x-ratelimit-window", "1m".into()),
            ("x-ratelimit-count", self.count.to_string()),
            ("x-ratelimit-limit", LIMIT.to_string()),
            ("x-ratelimit-remaining", "0".into()),
            ("x-ratelimit-reset", self.reset_secs.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_a_minute_and_address() {
        let throttle = Throttle::default();
        let at = |time: &str| Time(time.parse().unwrap());
        let now = at("2026-11-02T03:04:50Z");
        for _ in 0..5 {
            assert_eq!(throttle.count("a@b.example", now), Ok(()));
        }
        let refusal = throttle.count(" A@b.example", now).unwrap_err();
        assert_eq!((refusal.count, refusal.retry_after_secs), (6, 10));
        assert_eq!(throttle.count("c@b.example", now), Ok(()));
        assert_eq!(throttle.count("a@b.example", at("2026-11-02T03:05:00Z")), Ok(()));
    }
}
