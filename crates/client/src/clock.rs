//! The time, handed in from outside. Test builds can set it; release builds lack that.

use jiff::Timestamp;

/// Where the time comes from. RFC 3339 times are written with milliseconds, so nothing finer is kept.
#[derive(Clone, Copy, Debug)]
pub struct Clock(fn() -> Timestamp);

impl Clock {
    /// The computer's clock. In test builds `GATEFOLD_TEST_NOW` stands still instead.
    pub const fn system() -> Self {
        Self(system_now)
    }

    /// The time now, in whole milliseconds.
    pub fn now(self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

fn system_now() -> Timestamp {
    #[cfg(feature = "test-hooks")]
    if let Some(set) = std::env::var("GATEFOLD_TEST_NOW").ok().and_then(|text| text.parse().ok()) {
        return set;
    }
    Timestamp::now()
}

/// A time as the command line and the documents write it: UTC, three decimals, `Z`.
pub fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_decimals() {
        let check = |input: &str, expect: &str| assert_eq!(written(input.parse().unwrap()), expect);
        check("2026-11-22T10:42:07Z", "2026-11-22T10:42:07.000Z");
        check("2026-11-22T10:42:07.1239Z", "2026-11-22T10:42:07.123Z");
        check("2026-11-22T11:42:07.5+01:00", "2026-11-22T10:42:07.500Z");
    }
}
