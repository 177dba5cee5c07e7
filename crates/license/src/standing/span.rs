//! When a file counts. It never believes the local clock against a perpetual file.
//!
//! Time counts only where something ends. Evidence that the clock is behind is a signed time alone (when the file was
//! issued, the date of a signed reply), less an hour; what the clock said before is never remembered.

use jiff::{SignedDuration, Timestamp};

use super::{Ending, Ends, GRACE_DAYS, Reason};
use crate::file::Verified;

/// A file that ends no earlier than this before its license lasts as long as that: a server makes calendar months of the
/// seconds that it is asked for, which may be two and a half days less, and who asked counted by a clock of their own.
const AS_LONG: SignedDuration = SignedDuration::from_hours(3 * 24);
/// How far the clock may be behind a signed time before it is said to be.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// From when to when a file counts.
pub(super) struct Span {
    pub(super) expires_at: Option<Timestamp>,
    pub(super) refresh_by: Option<Timestamp>,
    grace_ends: Option<Timestamp>,
}

impl Span {
    /// Of a file that counts for good.
    pub(super) const WITHOUT_END: Self = Self { expires_at: None, refresh_by: None, grace_ends: None };

    pub(super) fn of(file: &Verified, max_file_days: Option<u32>) -> Self {
        let expires_at = file.license().and_then(|license| license.expires_at);
        let longest = max_file_days.map(|days| later(file.issued(), i64::from(days)));
        let refresh_by = earliest(file.expiry(), longest);
        let grace_ends = refresh_by.map(|ends| later(ends, GRACE_DAYS));
        Self { expires_at, refresh_by, grace_ends: earliest(grace_ends, expires_at) }
    }

    /// `signed` is the latest signed time: it proves that it is no earlier, whatever the clock says.
    pub(super) fn reason(&self, now: Timestamp, signed: Timestamp) -> Reason {
        // Nothing ends, so what time it is does not matter.
        if self.expires_at.is_none() && self.refresh_by.is_none() {
            return Reason::Active;
        }
        let proven = signed.saturating_sub(CLOCK_TOLERANCE).unwrap_or(Timestamp::MIN);
        let time = now.max(proven);
        let past = |end: Option<Timestamp>| end.is_some_and(|end| end <= time);
        if past(self.expires_at) {
            Reason::Expired
        } else if past(self.refresh_by) && past(self.grace_ends) {
            Reason::FileExpired
        } else if now < proven {
            Reason::ClockBehind
        } else if past(self.refresh_by) {
            Reason::Grace
        } else {
            Reason::Active
        }
    }

    /// The end that a standing is heading for.
    pub(super) fn ending(&self, reason: Reason, now: Timestamp) -> Option<Ending> {
        let (what, at) = match reason {
            Reason::Active => self.end_of_active()?,
            Reason::Grace => (Ends::Grace, self.grace_ends?),
            _ => return None,
        };
        Some(Ending { what, at, days_left: days_until(at, now) })
    }

    fn end_of_active(&self) -> Option<(Ends, Timestamp)> {
        match (self.refresh_by, self.expires_at) {
            (Some(file), Some(license)) if license.duration_since(file) > AS_LONG => Some((Ends::File, file)),
            (Some(file), None) => Some((Ends::File, file)),
            (_, license) => license.map(|license| (Ends::License, license)),
        }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn later(time: Timestamp, days: i64) -> Timestamp {
    time.saturating_add(DAY * i32::try_from(days).unwrap_or(i32::MAX)).unwrap_or(Timestamp::MAX)
}

fn days_until(end: Timestamp, now: Timestamp) -> u32 {
    let (left, day) = (end.duration_since(now).as_nanos().max(0), DAY.as_nanos());
    u32::try_from((left + day - 1) / day).unwrap_or(u32::MAX)
}
