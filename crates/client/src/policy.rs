//! How long a license file is asked to last. Always said explicitly: the server's default is a month.

use gatefold_disclosure::vendor::Profile;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const REFUND_WINDOW_DAYS: i32 = 30;
const LEASE_DAYS: i32 = 365;
const LEAST_DAYS: i32 = 30;

/// The file's life in seconds; `None` is forever (design, section 5).
///
/// `first_file_at` is when the first file of this license came to this computer; none before the first.
pub(crate) fn file_ttl_secs(
    profile: Profile,
    expires_at: Option<Timestamp>,
    first_file_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<u64> {
    let days = |days: i32| (DAY * days).as_secs().unsigned_abs();
    let paid =
        expires_at.map(|end| end.duration_since(now).as_secs().max(0).unsigned_abs().max(days(LEAST_DAYS)));
    match (profile, paid) {
        (Profile::Leased, paid) => Some(paid.unwrap_or(u64::MAX).min(days(LEASE_DAYS))),
        (_, Some(paid)) => Some(paid),
        (Profile::Forever, None) => None,
        (Profile::Settled, None) => {
            let settled =
                first_file_at.is_some_and(|first| now.duration_since(first) >= DAY * REFUND_WINDOW_DAYS);
            (!settled).then(|| days(REFUND_WINDOW_DAYS))
        }
    }
}

/// What works offline by such a file, in words.
pub(crate) fn offline_words(
    profile: Profile,
    expires_at: Option<Timestamp>,
    ttl_secs: Option<u64>,
    now: Timestamp,
) -> String {
    let Some(ttl_secs) = ttl_secs else { return Profile::Forever.words().to_owned() };
    let life = SignedDuration::from_secs(i64::try_from(ttl_secs).unwrap_or(i64::MAX));
    match expires_at {
        Some(end) if end.duration_since(now) <= life.saturating_add(DAY) => {
            format!("until {}, when it ends; renewed, it is fetched again", end.strftime("%Y-%m-%d"))
        }
        _ => profile.words().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_the_file() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let day = |days: i32| Some(now + DAY * days);
        let check = |profile: Profile, expires, first, expect: &str| {
            let ttl = file_ttl_secs(profile, expires, first, now);
            assert_eq!(offline_words(profile, expires, ttl, now), expect);
        };
        let never_again = "a perpetual license never needs the network again";
        check(Profile::Forever, None, None, never_again);
        check(Profile::Settled, None, day(-40), never_again);
        check(
            Profile::Settled,
            None,
            None,
            "the first file lasts 30 days, for the refund window; after that, forever",
        );
        check(Profile::Leased, None, None, "the file lasts a year and is then fetched again");
        check(Profile::Leased, day(400), None, "the file lasts a year and is then fetched again");
        check(
            Profile::Leased,
            day(300),
            None,
            "until 2027-09-18, when it ends; renewed, it is fetched again",
        );
        check(
            Profile::Forever,
            day(30),
            None,
            "until 2026-12-22, when it ends; renewed, it is fetched again",
        );
    }

    #[test]
    fn lives_of_files() {
        const DAY_SECS: u64 = 86_400;
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let day = |days: i32| Some(now + DAY * days);
        let check = |profile, expires, first, expect: Option<u64>| {
            assert_eq!(file_ttl_secs(profile, expires, first, now), expect.map(|days| days * DAY_SECS));
        };
        check(Profile::Forever, None, None, None);
        check(Profile::Forever, day(100), None, Some(100));
        check(Profile::Forever, day(10), None, Some(30));
        check(Profile::Forever, day(-10), None, Some(30));
        check(Profile::Settled, None, None, Some(30));
        check(Profile::Settled, None, day(-29), Some(30));
        check(Profile::Settled, None, day(-30), None);
        check(Profile::Settled, day(100), day(-30), Some(100));
        check(Profile::Leased, None, None, Some(365));
        check(Profile::Leased, day(400), None, Some(365));
        check(Profile::Leased, day(100), None, Some(100));
    }
}
