//! The server's time: the system's, one that starts where it is told and runs on, or what a file says.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};

/// A clock.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    /// The system's.
    System,
    /// One that started there, and runs on.
    Since(Timestamp, Instant),
    /// What a file says now.
    File(PathBuf),
}

impl Clock {
    /// A clock that starts at `time`, or stands where `file` says; else the system's.
    pub(crate) fn new(time: Option<Timestamp>, file: Option<PathBuf>) -> Self {
        match (time, file) {
            (_, Some(file)) => Self::File(file),
            (Some(time), None) => Self::Since(time, Instant::now()),
            (None, None) => Self::System,
        }
    }

    /// The time now; the system's where the file holds none.
    pub(crate) fn now(&self) -> Time {
        Time(match self {
            Self::System => Timestamp::now(),
            Self::Since(start, since) => {
                let elapsed = SignedDuration::try_from(since.elapsed()).unwrap_or_default();
                start.checked_add(elapsed).unwrap_or(Timestamp::MAX)
            }
            Self::File(file) => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                text.trim().parse().unwrap_or_else(|_| Timestamp::now())
            }
        })
    }
}

/// A time as the API writes it: RFC 3339, UTC, three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Time {
    /// So many days later, or earlier.
    pub(crate) fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(self.0))
    }

    /// As HTTP headers write it (RFC 9110, section 5.6.7).
    pub(crate) fn http(self) -> String {
        self.0.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_protocol_writes_them() {
        let time = Time("2026-03-04T05:06:07.0899Z".parse().unwrap());
        assert_eq!(time.to_string(), "2026-03-04T05:06:07.089Z");
        assert_eq!(time.http(), "Wed, 04 Mar 2026 05:06:07 GMT");
        assert_eq!(time.plus_days(-4).to_string(), "2026-02-28T05:06:07.089Z");
    }

    #[test]
    fn a_set_clock_starts_there_and_runs_on() {
        let start = "2020-01-01T00:00:00Z".parse().unwrap();
        let clock = Clock::new(Some(start), None);
        let first = clock.now();
        assert!(first.0 >= start && clock.now() >= first);
        assert!(first < Time(start).plus_days(1));
    }

    #[test]
    fn a_file_moves_the_clock() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("now");
        let clock = Clock::new(None, Some(file.clone()));
        for time in ["2028-02-29T12:00:00Z", "1970-01-01T00:00:00Z"] {
            std::fs::write(&file, format!("{time}\n")).unwrap();
            assert_eq!(clock.now(), Time(time.parse().unwrap()));
        }
    }
}
