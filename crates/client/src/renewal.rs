//! Asking about licenses again without being told to, as the user agreed to for each of them (decision 27): which, when,
//! and no more than once a day. It refuses what the user did not agree to, and what has no end; it sends by the one way
//! that a refresh by hand goes.

use std::collections::VecDeque;

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{CATALOGUE, Item, Purpose};
use gatefold_license::{Assessment, NOTICE_DAYS, Standing, Terms};
use gatefold_store::{Renewal, VendorKey};
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;
use crate::pauses::Pauses;
use crate::refresh::{Refreshed, Unplanned};
use crate::vendors::InForce;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// From so long before the end a license is asked about; from half of its file's life, where that is shorter.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * NOTICE_DAYS as i64);
/// So long after the end nobody asks by themselves any more.
const TOO_LATE: SignedDuration = SignedDuration::from_hours(24 * 365);
/// While nobody is reached, the wait doubles up to this; it stays under a day, which is the wait after an answer.
const LONGEST_UNREACHED: SignedDuration = SignedDuration::from_hours(16);

/// The licenses that are to be asked about now, one after the other.
#[derive(Debug, Default)]
pub struct Renewals {
    /// One vendor's after the other.
    due: VecDeque<(VendorKey, String)>,
    pauses: Pauses,
    /// How long nothing is asked about the license before: as long about those that are left out for its vendor's sake.
    wait: SignedDuration,
}

impl Renewals {
    /// Whether none is left.
    pub fn is_done(&self) -> bool {
        self.due.is_empty()
    }
}

impl Installed {
    /// Whether it may be asked about by itself: the user's word. None where that is no question, for nothing ends, or
    /// ends for good.
    pub fn renews(&self) -> Option<bool> {
        let is_asked = self.terms != Terms::Trial && end_of(&self.assessment).is_some();
        is_asked.then_some(self.renewal.agreed_at.is_some())
    }
}

impl Gatefold {
    /// Which licenses are to be asked about now; nothing leaves.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub fn renewals_due(&self) -> Result<Renewals, ClientError> {
        if !self.store.settings()?.renew {
            return Ok(Renewals::default());
        }
        let now = self.clock.now();
        let (installed, _) = self.library()?;
        let due = installed.into_iter().filter(|license| is_due(license, now));
        Ok(Renewals {
            due: due.map(|license| (license.vendor.key(), license.license_id)).collect(),
            ..Renewals::default()
        })
    }

    /// Asks about the next one, unless something changed in between. What becomes of it is seen in the library and in
    /// the ledger.
    ///
    /// # Errors
    /// As [`Gatefold::refresh`]; it keeps none of the others from being asked about.
    pub async fn renew_next(&mut self, renewals: &mut Renewals) -> Result<(), ClientError> {
        let Some((vendor, license_id)) = renewals.due.pop_front() else { return Ok(()) };
        let vendors = self.vendors()?;
        let Some(vendor) = vendors.into_iter().find(|agreed| agreed.key() == vendor) else { return Ok(()) };
        let installed = self.installed_at(&vendor)?;
        let license = installed.into_iter().find(|license| license.license_id == license_id);
        let is_agreed = self.store.settings()?.renew;
        match license.filter(|license| is_agreed && is_due(license, self.clock.now())) {
            Some(license) => self.renew(&license, renewals).await,
            None => Ok(()),
        }
    }

    async fn renew(&mut self, license: &Installed, renewals: &mut Renewals) -> Result<(), ClientError> {
        let (vendor, id) = (&license.vendor, license.license_id.as_str());
        let asked_at = self.clock.now();
        // On disk before anything leaves: whatever breaks off after that, it is not asked again today.
        self.note_asked(vendor, id, asked_at, DAY)?;
        let mut entries = Vec::new();
        let done = match renewals.pauses.lets(vendor) {
            Err(paused) => Err(paused),
            Ok(()) => match self.plan_refresh(vendor, Some(id))?.pop() {
                Some(Err(Unplanned { error, .. })) => Err(error),
                None => Ok(None),
                Some(Ok(plan)) => {
                    self.by_itself = true;
                    let refreshed = self.refresh(plan, &mut entries).await;
                    self.by_itself = false;
                    refreshed.map(Some)
                }
            },
        };
        let done = renewals.pauses.note(vendor, done);
        let reached = match &done {
            Ok(_) => true,
            Err(error) => entries.len() > 1 || !entries.is_empty() && !error.is_before_sending(),
        };
        renewals.wait = match &done {
            Err(ClientError::NotBegun(_)) => renewals.wait.max(HOUR),
            Err(_) if !reached => unreached(license.renewal.again_secs),
            Ok(Some(Refreshed::Renewed { assessment, .. })) => rest(end_of(assessment), asked_at),
            _ => rest(end_of(&license.assessment), asked_at),
        };
        self.note_asked(vendor, id, asked_at, renewals.wait)?;
        done.map(drop)
    }

    fn note_asked(
        &self,
        vendor: &InForce,
        license_id: &str,
        asked_at: Timestamp,
        wait: SignedDuration,
    ) -> Result<(), ClientError> {
        let (key, identifier) = (vendor.key(), vendor.identifier_if_bound()?);
        let secs = wait.as_secs().unsigned_abs();
        self.store.note_asked(&key, license_id, identifier.as_deref(), asked_at, secs)?;
        Ok(())
    }

    /// The user's word about one license: from now on it is asked about by itself, or no more.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`], the store's.
    pub fn let_renew(&mut self, license_id: &str, on: bool) -> Result<(), ClientError> {
        let license = self.installed_by_id(license_id)?;
        self.agree_to_renewal(&license.vendor, &license.license_id, on)
    }

    pub(crate) fn agree_to_renewal(
        &self,
        vendor: &InForce,
        license_id: &str,
        on: bool,
    ) -> Result<(), ClientError> {
        let (key, identifier) = (vendor.key(), vendor.identifier_if_bound()?);
        let since = on.then(|| self.clock.now());
        match self.store.let_renew(&key, license_id, identifier.as_deref(), since)? {
            true => Ok(()),
            false => Err(ClientError::NotInstalled(license_id.to_owned())),
        }
    }

    /// A license's product and vendor, by name.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`], the store's and the shelf's.
    pub fn named(&self, license_id: &str) -> Result<(String, String), ClientError> {
        let license = self.installed_by_id(license_id)?;
        Ok((license.product, license.vendor.vendor().name().to_owned()))
    }
}

impl InForce {
    /// The identifier as text, where licenses of this vendor are bound to computers.
    ///
    /// # Errors
    /// As [`InForce::identifier`].
    pub(crate) fn identifier_if_bound(&self) -> Result<Option<String>, ClientError> {
        match self.vendor().binding() {
            Binding::Machine => Ok(Some(self.identifier()?.to_string())),
            Binding::Account => Ok(None),
        }
    }

    /// What a refresh sends to this vendor, by the key or by the sign-in.
    pub fn refresh_items(&self, by_sign_in: bool) -> Vec<Item> {
        let sent = |item: &Item| {
            self.vendor().allows(Purpose::Refresh, *item) && (by_sign_in || *item != Item::Token)
        };
        CATALOGUE.iter().map(|entry| entry.item).filter(sent).collect()
    }
}

/// When a license or its file ends, whichever is sooner.
fn end_of(assessment: &Assessment) -> Option<Timestamp> {
    match (assessment.refresh_by, assessment.expires_at) {
        (Some(file), Some(license)) => Some(file.min(license)),
        (file, license) => file.or(license),
    }
}

fn is_due(license: &Installed, now: Timestamp) -> bool {
    let counts =
        matches!(license.assessment.standing, Standing::Active | Standing::Grace | Standing::Expired);
    let end = end_of(&license.assessment).filter(|_| license.renews() == Some(true));
    // What the vendor called gone is taken again by hand.
    counts
        && license.seat_gone_at.is_none()
        && end.is_some_and(|end| is_time(license.verified.issued(), end, license.renewal, now))
}

/// Whether it is time to ask about a file that was made and ends then.
fn is_time(issued: Timestamp, end: Timestamp, renewal: Renewal, now: Timestamp) -> bool {
    let ahead = AHEAD.min(end.duration_since(issued) / 2);
    let left = end.duration_since(now);
    // A time that is yet to come was noted by a clock that was ahead, and says nothing.
    let is_waiting = renewal.asked_at.is_some_and(|asked_at| {
        let passed = now.duration_since(asked_at);
        !passed.is_negative() && passed < SignedDuration::from_secs(seconds(renewal.again_secs))
    });
    left <= ahead && left >= -TOO_LATE && !is_waiting
}

/// How long nothing is asked after an answer, whatever it was (a wish to wait is a day at most): half the way to the end, or from it, and a day at least. The nearer the end,
/// the more often; long after it, hardly ever.
fn rest(end: Option<Timestamp>, now: Timestamp) -> SignedDuration {
    DAY.max(end.map_or(DAY, |end| end.duration_since(now).abs() / 2))
}

/// How long nothing is tried after nobody was reached: an hour, and each time twice as long.
pub(crate) fn unreached(before_secs: u64) -> SignedDuration {
    let before = SignedDuration::from_secs(seconds(before_secs));
    if before < HOUR || before >= DAY { HOUR } else { (before * 2).min(LONGEST_UNREACHED) }
}

pub(crate) fn seconds(secs: u64) -> i64 {
    i64::try_from(secs).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: f64) -> Timestamp {
        let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        start + SignedDuration::try_from_secs_f64(days * 86_400.0).unwrap()
    }

    #[test]
    fn it_is_asked_near_the_end_and_not_again_before_its_time() {
        let check = |end: f64, now: f64, asked: Option<(f64, SignedDuration)>, expect: bool| {
            let (asked_at, again) = asked.unzip();
            let again_secs = again.map_or(0, |again| again.as_secs().unsigned_abs());
            let renewal = Renewal { agreed_at: None, asked_at: asked_at.map(day), again_secs };
            assert_eq!(is_time(day(0.0), day(end), renewal, day(now)), expect, "{end} {now} {asked:?}");
        };
        check(365.0, 350.9, None, false);
        check(365.0, 351.0, None, true);
        check(30.0, 15.9, None, false);
        check(30.0, 16.0, None, true);
        // A short file has its second half.
        check(6.0, 2.9, None, false);
        check(6.0, 3.0, None, true);
        check(365.0, 365.0 + 365.0, None, true);
        check(365.0, 365.0 + 365.1, None, false);
        // By a clock that stands at 1970 nothing is near; by one that stands decades ahead it is too late.
        check(365.0, -20_000.0, None, false);
        check(365.0, 9_000.0, None, false);
        check(365.0, 352.0, Some((351.0, DAY * 7)), false);
        check(365.0, 358.0, Some((351.0, DAY * 7)), true);
        check(365.0, 351.1, Some((351.0, HOUR)), true);
        check(365.0, 351.0, Some((3_000.0, DAY)), true);
    }

    #[test]
    fn the_wait_is_half_the_way_and_a_day_at_least() {
        let check = |end: Option<f64>, expect: SignedDuration| {
            assert_eq!(rest(end.map(day), day(0.0)), expect, "{end:?}");
        };
        check(Some(14.0), DAY * 7);
        check(Some(1.5), DAY);
        check(Some(0.0), DAY);
        check(Some(-10.0), DAY * 5);
        check(None, DAY);
    }

    #[test]
    fn nobody_reached_is_tried_ever_less_often() {
        let mut renewal = Renewal::default();
        let waits: Vec<i64> = (0..7)
            .map(|_| {
                let wait = unreached(renewal.again_secs);
                renewal.again_secs = wait.as_secs().unsigned_abs();
                wait.as_hours()
            })
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 16, 16]);
        // After an answer it begins anew.
        assert_eq!(unreached(86_400), HOUR);
    }

    /// As often as it may be for who keeps the window open all year, and whose vendor never renews.
    #[test]
    fn it_asks_few_times_of_a_license_that_is_not_renewed() {
        let (end, mut renewal, mut asked) = (365.0, Renewal::default(), Vec::new());
        for hour in 0..(365 + 400) * 24 {
            let now = day(f64::from(hour) / 24.0);
            if is_time(day(0.0), day(end), renewal, now) {
                asked.push(f64::from(hour) / 24.0 - end);
                let again_secs = rest(Some(day(end)), now).as_secs().unsigned_abs();
                renewal = Renewal { asked_at: Some(now), again_secs, ..renewal };
            }
        }
        assert!(asked.windows(2).all(|pair| pair[1] - pair[0] >= 1.0), "{asked:?}");
        let before = asked.iter().filter(|day| **day < 0.0).count();
        assert!(before <= 6 && asked.len() <= 24, "{before} {asked:?}");
        assert!(asked.iter().any(|day| (-1.1..0.0).contains(day)), "on the last day: {asked:?}");
    }
}
