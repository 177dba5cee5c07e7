//! A newer vendor file than the one agreed to: what differs is shown, and waits. What was agreed to goes on meanwhile.
//!
//! It refuses to take anything but the user's word for agreement, and to let a change of the policy count sooner than the
//! vendor promised: the days of notice are counted from the day on which what differs was first shown here.

use gatefold_disclosure::vendor::{Change, difference};
use gatefold_store::{KeptVendor, Offer};
use jiff::{SignedDuration, Timestamp};

use super::{InForce, Known, Review};
use crate::app::Gatefold;
use crate::error::ClientError;

/// A newer file that was shown.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The vendor, as that file describes it.
    pub in_force: InForce,
    /// What differs from the file in force.
    pub changes: Vec<Change>,
    /// When that was first shown.
    pub shown_at: Timestamp,
    /// Whether the user agreed to it.
    pub agreed: bool,
    /// Sooner it does not count; none where no notice is promised of what differs.
    pub not_before: Option<Timestamp>,
}

/// What became of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The file counts.
    Now,
    /// It counts from then on, and the one before it until then.
    From(Timestamp),
}

impl Gatefold {
    /// Notes that what differs in a newer file is being shown, and says from when on it may count.
    ///
    /// # Errors
    /// The store's.
    pub fn note_shown(&self, review: &Review) -> Result<Option<Timestamp>, ClientError> {
        let Some(days) = self.notice_of(review)? else { return Ok(None) };
        let now = self.clock.now();
        // Nothing was shown before the file in force was agreed to: a clock that says so is wrong.
        let shown_at = match self.store.vendor(&review.in_force.key())? {
            Some(KeptVendor::Agreed(kept)) => now.max(kept.agreed_at),
            _ => now,
        };
        let counted_from = self.store.show_offer(&review.in_force.to_keep(now), shown_at)?;
        Ok(Some(later(counted_from, days)).filter(|from| *from > now))
    }

    /// The newest file of a vendor that waits, if one does.
    ///
    /// # Errors
    /// The store's.
    pub fn waiting(&self, vendor: &InForce) -> Result<Option<Waiting>, ClientError> {
        let newest = self.store.offers(&vendor.key())?.into_iter().next();
        let newest = newest.filter(|offer| offer.file.version > vendor.vendor().version());
        Ok(newest.and_then(|offer| self.waits(vendor, offer)))
    }

    fn waits(&self, vendor: &InForce, offer: Offer) -> Option<Waiting> {
        let now = self.clock.now();
        let (shown_at, counted_from, agreed) = (offer.shown_at, offer.counted_from(now), offer.agreed);
        // A file that no longer reads counts for nothing, and is offered anew by whoever has it.
        let in_force = InForce::of_kept(offer.file).ok()?;
        let changes = difference(vendor.vendor(), in_force.vendor());
        let not_before = notice(vendor, &changes).map(|days| later(counted_from, days));
        let not_before = not_before.filter(|from| *from > now);
        Some(Waiting { in_force, changes, shown_at, agreed, not_before })
    }

    /// A file that a call gives is agreed to by that, but may send nothing sooner than was promised.
    ///
    /// # Errors
    /// [`ClientError::VendorNotice`]; the store's.
    pub fn refuse_early(&self, review: &Review) -> Result<(), ClientError> {
        let Some(days) = self.notice_of(review)?.filter(SignedDuration::is_positive) else { return Ok(()) };
        let now = self.clock.now();
        let file = review.in_force.to_keep(now).file;
        let offers = self.store.offers(&review.in_force.key())?;
        let shown = offers.iter().find(|offer| offer.file.file == file);
        match shown.map(|offer| later(offer.counted_from(now), days)) {
            Some(from) if from <= now => Ok(()),
            from => Err(ClientError::VendorNotice(from)),
        }
    }

    /// What the user agreed to, and whose time has come, takes its place.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub(crate) fn apply_agreed(&self) -> Result<(), ClientError> {
        self.apply_agreed_of(|_| Ok(true))
    }

    /// [`Gatefold::apply_agreed`] in a program that runs: its day came, or another Gatefold agreed to it meanwhile. A vendor of
    /// which something is under way keeps its file until that has come to its end. What cannot be written now is at the next
    /// reading, and keeps nobody from this one.
    pub(super) fn apply_agreed_in_passing(&self) {
        let is_idle = |vendor: &InForce| {
            let key = vendor.key();
            Ok(self.store.open_intents()?.iter().all(|open| open.what.vendor != key))
        };
        if self.unwritable().is_none() {
            let _ = self.apply_agreed_of(is_idle);
        }
    }

    fn apply_agreed_of(
        &self,
        may: impl Fn(&InForce) -> Result<bool, ClientError>,
    ) -> Result<(), ClientError> {
        if !self.store.has_agreed_offers()? {
            return Ok(());
        }
        let now = self.clock.now();
        for vendor in self.kept_vendors()?.0 {
            if !may(&vendor)? {
                continue;
            }
            let agreed = self.store.offers(&vendor.key())?.into_iter().filter(|offer| offer.agreed);
            for offer in agreed {
                // By a clock that is before the first showing the days are counted anew.
                self.store.show_offer(&offer.file, now)?;
                let Some(waiting) = self.waits(&vendor, offer) else { continue };
                if waiting.not_before.is_none() {
                    self.put_in_force(&waiting.in_force)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// How long what a review shows must wait by the file that is in force, which may be not at all; none where it shows no
    /// newer file.
    fn notice_of(&self, review: &Review) -> Result<Option<SignedDuration>, ClientError> {
        // The promise of a file that nobody signed is nobody's.
        if !matches!(review.known, Known::Update { .. }) {
            return Ok(None);
        }
        let old = self.vendors()?.into_iter().find(|known| known.key() == review.in_force.key());
        Ok(old.map(|old| notice(&old, &review.changes).unwrap_or_default()))
    }
}

/// Of what weighs in its policy, and of what else is sent, a vendor gives notice as its file in force promises. Where that
/// contradicts itself, the longer time counts.
fn notice(old: &InForce, changes: &[Change]) -> Option<SignedDuration> {
    let days = &old.vendor().policy().notice.days;
    let days = days.is.max(days.other)?;
    let weighs = changes.iter().any(|change| change.weighs && change.is_of_policy());
    weighs.then(|| SignedDuration::from_hours(24 * i64::from(days)))
}

/// What would be beyond the calendar is at its end.
fn later(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}
