//! How long a license file is asked to last. Always said explicitly: the server's default is a month.

use gatefold_disclosure::vendor::Profile;
use jiff::{SignedDuration, Timestamp};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const REFUND_WINDOW_DAYS: i32 = 30;
const LEASE_DAYS: i32 = 365;
const LEAST_DAYS: i32 = 30;

/// The file's life in seconds; `None` is forever (design, section 5).
///
/// `first_file_at` is when the first file of this license came to this computer; none before the first. `last_ttl_secs` was
/// asked for the file that is here: when the paid period is nearly over, the vendor may have renewed it, and the license's
/// own end stands in any case, so as long a file is asked for once more.
pub(crate) fn file_ttl_secs(
    profile: Profile,
    expires_at: Option<Timestamp>,
    first_file_at: Option<Timestamp>,
    last_ttl_secs: Option<u64>,
    now: Timestamp,
) -> Option<u64> {
    let secs = |life: SignedDuration| life.as_secs().unsigned_abs();
    let paid = expires_at.map(|end| {
        let (left, least) = (end.duration_since(now), DAY * LEAST_DAYS);
        if left > least { secs(left) } else { secs(least).max(last_ttl_secs.unwrap_or(0)) }
    });
    let lease = secs(DAY * LEASE_DAYS);
    match (profile, paid) {
        (Profile::Leased, paid) => Some(paid.unwrap_or(lease).min(lease)),
        (_, Some(paid)) => Some(paid),
        (Profile::Forever, None) => None,
        (Profile::Settled, None) => {
            let refund = DAY * REFUND_WINDOW_DAYS;
            let settled = first_file_at.is_some_and(|first| now.duration_since(first) >= refund);
            (!settled).then(|| secs(refund))
        }
    }
}

/// A file that is asked for: how long it lasts, and what works offline by it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileLife {
    /// In seconds; `None` is forever.
    pub(crate) ttl_secs: Option<u64>,
    /// Until when it works offline, where that is the license's end; a file that is fetched again sooner has other words.
    pub(crate) until: Option<Timestamp>,
    profile: Profile,
}

impl FileLife {
    /// Of the file that an activation asks for.
    pub(crate) fn of_activation(
        profile: Profile,
        expires_at: Option<Timestamp>,
        first_file_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let ttl_secs = file_ttl_secs(profile, expires_at, first_file_at, None, now);
        let life = ttl_secs.map(|secs| SignedDuration::from_secs(i64::try_from(secs).unwrap_or(i64::MAX)));
        let is_long =
            |end: &Timestamp| life.is_some_and(|life| end.duration_since(now) <= life.saturating_add(DAY));
        Self { ttl_secs, until: expires_at.filter(is_long), profile }
    }

    /// Of the file of a trial that is begun with it. It follows from the days that the vendor's file names, so that it could be
    /// shown before the trial began; the license's own end stands in any case.
    pub(crate) fn of_trial(profile: Profile, days: u32, expires_at: Option<Timestamp>) -> Self {
        let days = i32::try_from(days).unwrap_or(i32::MAX).max(LEAST_DAYS);
        Self { ttl_secs: Some((DAY * days).as_secs().unsigned_abs()), until: expires_at, profile }
    }

    /// What works offline by it, in words.
    pub(crate) fn words(&self) -> String {
        match (self.ttl_secs, self.until) {
            (None, _) => Profile::Forever.words().to_owned(),
            (_, Some(end)) => {
                format!("until {}, when it ends; renewed, it is fetched again", end.strftime("%Y-%m-%d"))
            }
            _ => self.profile.words().to_owned(),
        }
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
            assert_eq!(FileLife::of_activation(profile, expires, first, now).words(), expect);
        };
        let never_again = "a perpetual license never needs the network again";
        check(Profile::Forever, None, None, never_again);
        check(Profile::Settled, None, day(-40), never_again);
        check(
            Profile::Settled,
            None,
            None,
            "a file lasts 30 days in the refund window; one fetched after it, forever",
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
            assert_eq!(file_ttl_secs(profile, expires, first, None, now), expect.map(|days| days * DAY_SECS));
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
        // Near the end as long a file as the last one, for the vendor may have renewed.
        let again = |profile, expires, last: u64, expect: u64| {
            let ttl = file_ttl_secs(profile, expires, None, Some(last * DAY_SECS), now);
            assert_eq!(ttl, Some(expect * DAY_SECS), "{expires:?} {last}");
        };
        again(Profile::Forever, day(200), 365, 200);
        again(Profile::Forever, day(30), 365, 365);
        again(Profile::Forever, day(1), 365, 365);
        again(Profile::Forever, day(-10), 100, 100);
        again(Profile::Forever, day(10), 14, 30);
        again(Profile::Leased, day(10), 1_000, 365);
    }
}
