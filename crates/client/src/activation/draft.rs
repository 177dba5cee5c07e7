//! The requests of an activation while its license is not checked yet, or is still to come. It refuses to be sent: it becomes
//! a plan by what was checked.

use gatefold_store::OpenIntent;

use super::check::{Checked, Subject};
use super::plan::{ActivationPlan, Seat, may_be_named};
use super::watch::Watched;
use super::way_in::WayIn;
use crate::planned::{Planned, PlannedWhen};
use crate::policy::FileLife;

/// The requests of an activation, before the license is checked.
pub(super) struct Draft {
    pub(super) subject: Subject,
    pub(super) seat: Option<Seat>,
    pub(super) way_in: WayIn,
    pub(super) file: FileLife,
    pub(super) device_name: Option<String>,
    pub(super) intent: Option<OpenIntent>,
    pub(super) requests: Vec<Planned>,
}

/// By which way in a new seat is taken. What was activated or begun before goes on as it was.
pub(super) enum By {
    /// By the key.
    Key,
    /// By the sign-in, whatever was before.
    SignIn(WayIn),
    /// By the sign-in of whom the license is, if there is one.
    Owner(Option<WayIn>),
}

impl Draft {
    /// Whether a name of this computer may be sent.
    pub(super) fn takes_name(&self) -> bool {
        may_be_named(&self.subject.vendor, self.seat.as_ref())
    }

    /// Its requests, where they follow an answer that says whether the license is good.
    pub(super) fn requests_if_good(&self) -> impl Iterator<Item = Planned> {
        self.requests.iter().cloned().map(|request| match request.when {
            PlannedWhen::Always => Planned { when: PlannedWhen::IfGood, ..request },
            _ => request,
        })
    }

    /// Whether nothing is sent for a license but what was shown for it: of another seat only where the server has one of this
    /// computer already, which was shown too.
    pub(super) fn is_as_shown(&self, shown: &Self) -> bool {
        let seat = |draft: &Self| draft.seat.as_ref().map(|seat| (seat.id, seat.begun));
        let shown_id = shown.subject.license.id;
        let is_license = shown_id.is_none() || self.subject.license.id == shown_id;
        let has_seat = self.seat.as_ref().is_some_and(|seat| seat.create.is_none());
        is_license && (has_seat || seat(self) == seat(shown))
    }

    /// The plan of a license that was checked.
    pub(super) fn of(self, checked: Checked, watched: Watched) -> ActivationPlan {
        let Self { seat, way_in, file, device_name, intent, requests, .. } = self;
        ActivationPlan { checked, seat, way_in, file, device_name, intent, watched, renews: false, requests }
    }
}
