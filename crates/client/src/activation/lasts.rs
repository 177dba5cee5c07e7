//! How long what a plan activates works offline, and whether Gatefold asks about it again by itself after that.

use gatefold_license::Terms;
use jiff::Timestamp;

use super::plan::ActivationPlan;

impl ActivationPlan {
    /// What works offline, of this license and by the file that is asked for.
    pub fn offline_words(&self) -> String {
        self.file.words()
    }

    /// The same as a time, where it is the license's end.
    pub fn offline_until(&self) -> Option<Timestamp> {
        self.file.until
    }

    /// Whether the license file has no end, so that it works offline for good.
    pub fn is_for_ever(&self) -> bool {
        self.file.ttl_secs.is_none()
    }

    /// Whether its file will have to be fetched again, so that Gatefold can do so by itself: a trial's never.
    pub fn can_renew(&self) -> bool {
        self.file.ttl_secs.is_some() && self.checked.license.terms != Terms::Trial
    }

    /// The user was shown that the license will be asked about by itself, and agrees to it by sending the plan.
    pub fn agrees_to_renewal(&mut self) {
        self.renews = self.can_renew();
    }
}
