//! A week as ISO 8601 has them, from Monday to Monday in UTC. It refuses to be anything finer.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// A week, written `2026-W49`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: Date,
}

/// A text that names no week, or a day at the very edge of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAWeek;

impl Week {
    /// The week of a day.
    ///
    /// # Errors
    /// [`NotAWeek`] for a day whose week does not lie whole between the years 1970 and 2261: what counts time in nanoseconds
    /// cannot name it.
    pub fn of(day: Date) -> Result<Self, NotAWeek> {
        let week = day.iso_week_date();
        if !(1970..=2261).contains(&week.year()) {
            return Err(NotAWeek);
        }
        let monday = ISOWeekDate::new(week.year(), week.week(), Weekday::Monday).map_err(|_| NotAWeek)?;
        let week = Self { monday: monday.date() };
        if week.start_nanos().is_none() || week.end_nanos().is_none() { Err(NotAWeek) } else { Ok(week) }
    }

    /// The week that began then: nanoseconds since 1970-01-01T00:00:00Z, as an upload has them. None for any other time.
    pub fn begun_at(nanos: u64) -> Option<Self> {
        let at = Timestamp::from_nanosecond(nanos.into()).ok()?;
        let week = Self::of(at.to_zoned(TimeZone::UTC).date()).ok()?;
        (week.start_nanos() == Some(nanos)).then_some(week)
    }

    /// Whether it ended then.
    pub fn ends_at(self, nanos: u64) -> bool {
        self.end_nanos() == Some(nanos)
    }

    /// Its first day.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// When it began: nanoseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn start_nanos(self) -> Option<u64> {
        nanos(self.monday)
    }

    /// When it ended, and the next one began.
    pub(crate) fn end_nanos(self) -> Option<u64> {
        nanos(self.monday.checked_add(7.days()).ok()?)
    }
}

fn nanos(day: Date) -> Option<u64> {
    let midnight: Timestamp = day.to_zoned(TimeZone::UTC).ok()?.timestamp();
    u64::try_from(midnight.as_nanosecond()).ok()
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

impl FromStr for Week {
    type Err = NotAWeek;

    fn from_str(text: &str) -> Result<Self, NotAWeek> {
        let (year, week) = text.split_once("-W").ok_or(NotAWeek)?;
        let is_number = |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(year, 4) || !is_number(week, 2) {
            return Err(NotAWeek);
        }
        let (year, week) = (year.parse().map_err(|_| NotAWeek)?, week.parse().map_err(|_| NotAWeek)?);
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| NotAWeek)?;
        Self::of(monday.date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_weeks() {
        let check = |day: &str, expect: &str, monday: &str| {
            let week = Week::of(day.parse().unwrap()).unwrap();
            assert_eq!(week.to_string(), expect, "{day}");
            assert_eq!(week.monday().to_string(), monday, "{day}");
            assert_eq!(expect.parse(), Ok(week), "{day}");
        };
        check("2026-12-01", "2026-W49", "2026-11-30");
        check("2026-12-06", "2026-W49", "2026-11-30");
        check("2026-12-07", "2026-W50", "2026-12-07");
        // Years of weeks begin and end elsewhere than those of days.
        check("2027-01-01", "2026-W53", "2026-12-28");
        check("2024-12-30", "2025-W01", "2024-12-30");
    }

    #[test]
    fn a_week_is_known_by_when_it_begins_and_ends() {
        let week = "2026-W49".parse::<Week>().unwrap();
        let (start, end) = (week.start_nanos().unwrap(), week.end_nanos().unwrap());
        assert_eq!(Week::begun_at(start), Some(week));
        assert_eq!(Week::begun_at(end).map(|next| next.to_string()).as_deref(), Some("2026-W50"));
        assert_eq!((Week::begun_at(start + 1), Week::begun_at(u64::MAX)), (None, None));
        assert!(week.ends_at(end) && !week.ends_at(start));
    }

    #[test]
    fn what_cannot_be_counted_in_nanoseconds_is_no_week() {
        for day in ["1969-12-01", "-009999-01-02", "2262-06-01", "9999-12-31"] {
            assert_eq!(Week::of(day.parse().unwrap()), Err(NotAWeek), "{day}");
        }
        for text in ["", "2026", "2026-W00", "2025-W53", "2026-W1", "2026-W054", "+026-W10", "2026-49"] {
            assert_eq!(text.parse::<Week>(), Err(NotAWeek), "{text}");
        }
    }

    #[test]
    fn a_week_is_seven_whole_days() {
        let week: Week = "2026-W49".parse().unwrap();
        assert_eq!(week.start_nanos(), Some(1_795_996_800_000_000_000));
        assert_eq!(week.end_nanos().unwrap() - week.start_nanos().unwrap(), 7 * 86_400 * 1_000_000_000);
    }
}
