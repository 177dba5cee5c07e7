//! The time, handed in from outside, and how far it is from the time that vendors sign. Test builds can set it; release
//! builds lack that. A clock that is off is said, and never a reason to refuse (design, section 5).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use gatefold_disclosure::vendor::counted;
use gatefold_keygen::Answer;
use jiff::{SignedDuration, Timestamp};

/// Less is no news: an answer takes its time, and its date has no fraction of a second.
const NOTABLE_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// How far the clocks of a vendor's servers may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// Whether a server signed an answer before `since`, or did not sign it. Both times are by the vendor's own clock, so it does
/// not matter how this computer's stands.
pub(crate) fn is_older(answer: &Answer, since: Timestamp) -> bool {
    answer.signed_date().is_none_or(|signed| signed.duration_since(since) < -CLOCKS_APART)
}

/// Where the time comes from. RFC 3339 times are written with milliseconds, so nothing finer is kept.
#[derive(Clone, Copy, Debug)]
pub struct Clock(fn() -> Timestamp);

impl Clock {
    /// The computer's clock. In test builds `GATEFOLD_TEST_NOW` stands still instead, or names a file that holds the time,
    /// which can be moved while the program runs.
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
    if let Ok(text) = std::env::var("GATEFOLD_TEST_NOW") {
        let text =
            if text.starts_with('/') { std::fs::read_to_string(text).unwrap_or_default() } else { text };
        if let Ok(set) = text.trim().parse() {
            return set;
        }
    }
    // A clock beyond the calendar stands at its end, for the user to see; it is no reason to fall over.
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::MAX)
}

/// How far ahead of this computer's clock the servers' clocks are, by what they signed. Negative if they are behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skew(Arc<Mutex<Option<Seen>>>);

/// What the servers' dates tell, and by which clock here: it may be set while a window is open.
#[derive(Clone, Copy, Debug)]
struct Seen {
    ahead: SignedDuration,
    here: Timestamp,
    when: Instant,
}

impl Seen {
    /// Whether the clock here still goes as it did, and was not set meanwhile (nor the computer asleep, which is a reason to
    /// ask again, too).
    fn holds(&self, here: Timestamp) -> bool {
        let passed = SignedDuration::try_from(self.when.elapsed()).unwrap_or(SignedDuration::MAX);
        (here.duration_since(self.here).saturating_sub(passed)).abs() <= NOTABLE_SKEW
    }
}

impl Skew {
    /// Notes a date that a server signed, and the time here when it came. An answer that was late, or is played again,
    /// is older than it should be and never newer: the newest of several tells most.
    pub(crate) fn note(&self, signed: Timestamp, here: Timestamp) {
        let earlier = self.seen(here);
        let ahead = signed.duration_since(here);
        let ahead = earlier.map_or(ahead, |earlier| earlier.ahead.max(ahead));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Seen { ahead, here, when: Instant::now() });
    }

    /// The servers' time when it is `here`: this computer's, unless they signed that it is notably off.
    pub(crate) fn servers_time(&self, here: Timestamp) -> Timestamp {
        match self.seen(here) {
            Some(seen) if seen.ahead.abs() > NOTABLE_SKEW => here.saturating_add(seen.ahead).unwrap_or(here),
            _ => here,
        }
    }

    /// What there is to say about it when it is `here`.
    pub(crate) fn words(&self, here: Timestamp) -> Option<String> {
        let server_ahead = self.seen(here)?.ahead;
        (server_ahead.abs() > NOTABLE_SKEW).then(|| {
            let (amount, behind) = (rounded(server_ahead.abs()), server_ahead.is_positive());
            let than = if behind { "behind the server's" } else { "ahead of the server's" };
            format!("This computer's clock is {amount} {than}.")
        })
    }

    fn seen(&self, here: Timestamp) -> Option<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).filter(|seen| seen.holds(here))
    }
}

/// In the largest unit of which there is at least one; years from two on.
pub(crate) fn rounded(span: SignedDuration) -> String {
    let in_units = |unit_secs: i64| (span.as_secs() + unit_secs / 2) / unit_secs;
    let (amount, unit) = match (in_units(60), in_units(3_600), in_units(86_400)) {
        (minutes @ ..60, ..) => (minutes, "minute"),
        (_, hours @ ..24, _) => (hours, "hour"),
        (.., days @ ..730) => (days, "day"),
        (.., days) => (days / 365, "year"),
    };
    counted(amount.unsigned_abs(), unit)
}

/// A time as the command line and the documents write it: UTC, three decimals, `Z`.
pub fn written(time: Timestamp) -> String {
    // A server may name a day before the year 0, which RFC 3339 cannot write.
    const FIRST: Timestamp = Timestamp::constant(-62_167_219_200, 0);
    time.max(FIRST).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day of a time, as [`written`] has it.
pub fn written_day(time: Timestamp) -> String {
    written(time).split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_decimals() {
        let check = |input: &str, expect: &str| assert_eq!(written(input.parse().unwrap()), expect);
        check("2026-11-22T10:42:07Z", "2026-11-22T10:42:07.000Z");
        check("2026-11-22T10:42:07.1239Z", "2026-11-22T10:42:07.123Z");
        check("-000005-03-01T00:00:00Z", "0000-01-01T00:00:00.000Z");
        check("2026-11-22T11:42:07.5+01:00", "2026-11-22T10:42:07.500Z");
    }

    #[test]
    fn a_clock_that_is_off_is_said_in_the_largest_unit() {
        const HOUR: i64 = 3_600;
        let check = |server_ahead_secs: &[i64], expect: Option<&str>| {
            let (skew, here) = (Skew::default(), Timestamp::UNIX_EPOCH);
            for secs in server_ahead_secs {
                skew.note(here + SignedDuration::from_secs(*secs), here);
            }
            let sentence = expect.map(|words| format!("This computer's clock is {words} server's."));
            assert_eq!(skew.words(here), sentence, "{server_ahead_secs:?}");
        };
        check(&[], None);
        check(&[0], None);
        check(&[300], None);
        check(&[-300], None);
        check(&[301], Some("5 minutes behind the"));
        check(&[-359], Some("6 minutes ahead of the"));
        check(&[HOUR - 31], Some("59 minutes behind the"));
        check(&[HOUR - 30], Some("1 hour behind the"));
        check(&[-2 * HOUR], Some("2 hours ahead of the"));
        check(&[24 * HOUR - HOUR / 2 - 1], Some("23 hours behind the"));
        check(&[24 * HOUR - 3], Some("1 day behind the"));
        check(&[-36 * HOUR], Some("2 days ahead of the"));
        check(&[729 * 24 * HOUR], Some("729 days behind the"));
        check(&[3650 * 24 * HOUR], Some("10 years behind the"));
        // An old answer that is played again makes the clock no wronger than it is.
        check(&[-24 * HOUR, 1, -48 * HOUR], None);
    }

    #[test]
    fn a_clock_that_is_set_is_not_measured_by_what_it_was() {
        let (skew, wrong) = (Skew::default(), Timestamp::UNIX_EPOCH);
        let right: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        skew.note(right, wrong);
        assert_eq!(skew.servers_time(wrong), right);
        assert_eq!(
            skew.words(wrong).as_deref(),
            Some("This computer's clock is 56 years behind the server's.")
        );
        // Now it is set: nothing is known of it, until the next answer.
        assert_eq!((skew.words(right), skew.servers_time(right)), (None, right));
        skew.note(right, right);
        assert_eq!((skew.words(right), skew.servers_time(right)), (None, right));
    }
}
