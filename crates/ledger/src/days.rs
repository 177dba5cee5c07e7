//! How old entries are, in days that the clock has gone through since. It refuses to believe what the clock says the date is: a
//! day counts once, however often the clock shows it, and a pause counts as a month at most (decision 9).

use std::ops::RangeInclusive;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::retention::Retention;

/// So many days a pause counts as, at most.
const PAUSE_DAYS: i64 = 31;
const DAY_MS: i64 = 86_400_000;

impl Ledger {
    /// Counts the days that the clock went through since this was called last: by the times of the records since, and by `now`.
    /// Returns whether the clock shows another day than then; on the same day nothing is counted. Touches the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn count_days(&mut self, policy: Retention, now: Timestamp) -> Result<bool, LedgerError> {
        let (today, most) = (day_of(now.as_millisecond()), pause_days(policy));
        let is_counted = |tx: &Connection| Ok(last_day(tx)? == Some(today));
        if self.read(is_counted)? {
            return Ok(false);
        }
        self.write(|tx| {
            let newest = count_records(tx, most)?;
            reach(tx, today, newest, most)?;
            // Days by which nothing is any older that is left.
            tx.execute("DELETE FROM day WHERE entry <= (SELECT cut_entry FROM state)", [])?;
            Ok(())
        })?;
        Ok(true)
    }
}

/// Counts the days by the records that were written since; returns the newest entry.
fn count_records(tx: &Connection, most: i64) -> Result<i64, LedgerError> {
    let sql = "SELECT max(cut_entry, ifnull((SELECT id FROM line WHERE entry_seq <= counted_seq ORDER BY id DESC LIMIT 1), 0))
               FROM state";
    let mut newest: i64 = tx.query_row(sql, [], |row| row.get(0))?;
    let sql = "SELECT entry, at_ms FROM record WHERE seq > (SELECT counted_seq FROM state) ORDER BY seq";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        reach(tx, day_of(row.get(1)?), newest, most)?;
        newest = newest.max(row.get(0)?);
    }
    tx.execute("UPDATE state SET counted_seq = ifnull((SELECT max(seq) FROM record), counted_seq)", [])?;
    Ok(newest)
}

/// The clock shows a day, while `newest` is the newest entry.
fn reach(tx: &Connection, day: i64, newest: i64, most: i64) -> Result<(), LedgerError> {
    let last = last_day(tx)?;
    if last == Some(day) {
        return Ok(());
    }
    let mut add = tx.prepare_cached("INSERT OR IGNORE INTO day VALUES (?1, ?2)")?;
    for passed in passed(last, day, most) {
        add.execute(params![passed, newest])?;
    }
    tx.prepare_cached("UPDATE state SET last_day = ?1")?.execute([day])?;
    Ok(())
}

/// The days that a clock vouches for that shows one and showed another before: those in between, but `most` at most.
fn passed(last: Option<i64>, day: i64, most: i64) -> RangeInclusive<i64> {
    let first = last.filter(|last| *last < day).map_or(day, |last| last + 1);
    first.max(day - most + 1)..=day
}

/// A wrong clock must not make a day's entry as old as a month where no more than a month is kept.
fn pause_days(policy: Retention) -> i64 {
    let kept = [policy.bytes_months, policy.lines_months].into_iter().flatten().min();
    kept.map_or(PAUSE_DAYS, |months| (days_of(months) / 4).min(PAUSE_DAYS))
}

/// The newest entry that is older than so many months; 0 where none is. What is newer is younger.
pub(crate) fn newest_older_than(tx: &Connection, months: u16) -> Result<i64, LedgerError> {
    // One more: the first day that was counted since may have begun just after it.
    let days = days_of(months) + 1;
    let mut statement = tx.prepare_cached("SELECT entry FROM day ORDER BY entry DESC LIMIT 1 OFFSET ?1")?;
    let mut rows = statement.query([days - 1])?;
    Ok(rows.next()?.map_or(Ok(0), |row| row.get(0))?)
}

/// Rounded up.
fn days_of(months: u16) -> i64 {
    const DAYS_IN_48_MONTHS: i64 = 1_461;
    (i64::from(months) * DAYS_IN_48_MONTHS + 47) / 48
}

fn last_day(tx: &Connection) -> Result<Option<i64>, LedgerError> {
    Ok(tx.prepare_cached("SELECT last_day FROM state")?.query_row([], |row| row.get(0))?)
}

fn day_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_counts_as_a_month_at_most() {
        let check = |last: Option<i64>, day: i64, expect: RangeInclusive<i64>| {
            assert_eq!(passed(last, day, 31), expect, "{last:?} {day}");
        };
        check(None, 20_000, 20_000..=20_000);
        check(Some(20_000), 20_001, 20_001..=20_001);
        check(Some(20_000), 20_030, 20_001..=20_030);
        check(Some(20_000), 20_031, 20_001..=20_031);
        check(Some(20_000), 20_032, 20_002..=20_032);
        check(Some(20_000), 23_000, 22_970..=23_000);
        check(Some(20_000), 19_999, 19_999..=19_999);
        check(Some(20_000), -40, -40..=-40);
    }

    #[test]
    fn where_little_is_kept_a_pause_counts_less() {
        let check = |bytes_months, lines_months, expect: i64| {
            assert_eq!(pause_days(Retention { bytes_months, lines_months }), expect, "{bytes_months:?}");
        };
        check(Some(13), Some(36), 31);
        check(None, None, 31);
        check(Some(5), None, 31);
        check(Some(4), None, 30);
        check(Some(13), Some(1), 7);
        check(Some(1), Some(36), 7);
    }

    /// What the clock shows from the day of an entry on, and how many days old the entry is in the end.
    #[test]
    fn an_entry_is_as_old_as_days_were_gone_through_since() {
        let daily = |from: i64, days: i64| (from..from + days).collect::<Vec<_>>();
        let check = |what: &str, shown: &[Vec<i64>], expect: i64| {
            let home = tempfile::tempdir().unwrap();
            let ledger = Ledger::open(&home.path().join("ledger"), Timestamp::UNIX_EPOCH).unwrap();
            let age = ledger.write(|tx| {
                reach(tx, shown[0][0], 0, 31)?;
                for day in shown.concat() {
                    reach(tx, day, 1, 31)?;
                }
                Ok(tx
                    .query_row("SELECT count(*) FROM day WHERE entry >= 1", [], |row| row.get::<_, i64>(0))?)
            });
            assert_eq!(age.unwrap(), expect, "{what}");
        };
        check("the same day", &[vec![100]], 0);
        check("daily", &[daily(100, 401)], 400);
        check("monthly", &[(0..=13).map(|month| 100 + 30 * month).collect()], 390);
        check("a standing clock", &[vec![100; 400]], 0);
        check("a leap", &[vec![100, 3_000]], 31);
        check("two leaps", &[vec![100, 3_000, 6_000]], 62);
        check("a leap, and back", &[vec![100, 3_000], daily(100, 11)], 31 + 10);
        check("the same leap again and again", &[[100, 3_000].repeat(400)], 31);
        check("an empty battery each morning", &[[100, 7_000].repeat(400)], 31);
        check("years ahead for weeks, and back", &[vec![100], daily(3_000, 21), daily(101, 10)], 51 + 10);
        check("years behind for weeks, and right", &[daily(100, 22), daily(7_000, 10)], 21 + 31 + 9);
        check(
            "right, then years behind, and right",
            &[vec![7_000], daily(100, 22), daily(7_000, 32)],
            22 + 30 + 31,
        );
        check("two systems whose hours differ", &[daily(100, 20), daily(101, 2), daily(100, 20)], 19);
        check("a pause of years, then daily", &[vec![100], daily(1_200, 366)], 31 + 365);
        check("each half year", &[(0..=13).map(|half| 100 + 180 * half).collect()], 13 * 31);
    }
}
