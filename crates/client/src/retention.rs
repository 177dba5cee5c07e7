//! What is older than the user wants it is erased, once a day, at a start. It refuses to believe a clock that leapt: what
//! is erased by mistake never comes back (decision 9).

use gatefold_ledger::{EntryId, Filter, LedgerError, Retention};
use gatefold_store::{Setting, Settings};
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::dealings::months_from;
use crate::error::ClientError;

const ONCE: SignedDuration = SignedDuration::from_hours(24);
/// A longer way ahead at once may be a wrong clock. What a shorter one erases is at most this much too young.
const LEAP: SignedDuration = SignedDuration::from_hours(24 * 31);
/// How long a clock goes on by itself after a leap until it is believed.
const TRUST: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Where one of these cannot be read nothing is erased: the user may have said `for ever`.
const DECIDES: &[&str] =
    &["keep_bytes_months", "keep_lines_months", "retention_applied_at", "retention_waits_since"];

/// What is to be done today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Today {
    /// It was done today.
    Nothing,
    Apply,
    /// The clock leapt ahead; since this time, by itself, it is watched.
    Wait(Timestamp),
}

/// `last` is the last time at which the clock was believed.
fn today(now: Timestamp, last: Option<Timestamp>, waits_since: Option<Timestamp>) -> Today {
    let Some(last) = last else { return Today::Apply };
    let passed = now.duration_since(last);
    if passed.abs() < ONCE {
        return Today::Nothing;
    }
    if passed <= LEAP {
        return Today::Apply;
    }
    // A clock that went back in between was not right then, or is not now: it is watched anew.
    let since = waits_since.filter(|since| *since <= now).unwrap_or(now);
    if now.duration_since(since) >= TRUST { Today::Apply } else { Today::Wait(since) }
}

impl Gatefold {
    /// Erases bytes and cuts lines that are older than the user wants them, but for the last activation of each license
    /// that is here.
    pub(crate) fn retire_entries(&self) -> Result<(), ClientError> {
        let (settings, now) = (self.store.settings()?, self.clock.now());
        if settings.whole(DECIDES).is_err() {
            return Ok(());
        }
        let last = match settings.retention_applied_at {
            Some(applied) => Some(applied),
            None => self.newest_entry_at()?,
        };
        let today = today(now, last, settings.retention_waits_since);
        let waits_since = if let Today::Wait(since) = today { Some(since) } else { None };
        if waits_since != settings.retention_waits_since {
            self.store.set(&Setting::RetentionWaitsSince(waits_since))?;
        }
        if today == Today::Apply {
            self.apply_retention(&settings, now)?;
            self.store.set(&Setting::RetentionAppliedAt(now))?;
        }
        Ok(())
    }

    fn apply_retention(&self, settings: &Settings, now: Timestamp) -> Result<(), ClientError> {
        let policy =
            Retention { bytes_months: settings.keep_bytes_months, lines_months: settings.keep_lines_months };
        let licenses = self.store.licenses()?;
        let keep: Vec<EntryId> =
            licenses.iter().flat_map(|license| &license.activation_entries).map(|id| EntryId(*id)).collect();
        let retiring = self.book.ledger().retiring(policy, now, &keep)?;
        self.keep_titles(&retiring)?;
        match self.book.ledger().apply_retention(policy, now, &keep, &mut self.secrets.anchor()) {
            // Traces that wait for another process are no reason not to start, nor is an anchor that cannot be told of
            // a cut, as while the keyring is locked; the next day tries again.
            Ok(_) | Err(LedgerError::ScrubWaiting | LedgerError::Anchor(_)) => {}
            Err(error) => return Err(error.into()),
        }
        policy.lines_months.map_or(Ok(()), |months| self.retire_titles(months_from(now, -i32::from(months))))
    }

    /// Where nothing is remembered, the ledger itself says how late it has been at least. Later on it must not: what is
    /// sent by a wrong clock has a wrong time.
    fn newest_entry_at(&self) -> Result<Option<Timestamp>, ClientError> {
        Ok(self.book.ledger().page(&Filter::default(), 1)?.first().map(|line| line.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_unless_it_leapt() {
        let at = |days: f64| {
            Timestamp::UNIX_EPOCH + SignedDuration::try_from_secs_f64((days + 1e4) * 86_400.0).unwrap()
        };
        let check = |now: f64, last: Option<f64>, waits_since: Option<f64>, expect: Today| {
            assert_eq!(today(at(now), last.map(at), waits_since.map(at)), expect, "{now} {last:?}");
        };
        use Today::{Apply, Nothing, Wait};
        check(0.0, None, None, Apply);
        check(0.9, Some(0.0), None, Nothing);
        check(-0.9, Some(0.0), None, Nothing);
        check(0.9, Some(0.0), Some(4000.0), Nothing);
        check(1.0, Some(0.0), None, Apply);
        check(31.0, Some(0.0), None, Apply);
        check(-400.0, Some(0.0), None, Apply);
        check(31.5, Some(0.0), None, Wait(at(31.5)));
        check(3000.0, Some(0.0), None, Wait(at(3000.0)));
        check(3006.5, Some(0.0), Some(3000.0), Wait(at(3000.0)));
        check(3007.0, Some(0.0), Some(3000.0), Apply);
        check(400.0, Some(0.0), Some(200.0), Apply);
        check(2999.0, Some(0.0), Some(3000.0), Wait(at(2999.0)));
        check(20.0, Some(0.0), Some(10.0), Apply);
    }
}
