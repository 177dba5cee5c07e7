//! Activating the licenses of the account that are not here, as many as there are: each is checked and activated like a
//! single one, and one preview shows the requests of all of them before any is sent.
//!
//! The account's list tells ids, keys and ends beforehand, so nothing of the requests is open. It takes no check's place:
//! only an answer to our own question says that a license is good, and how fresh that is. Where it differs from what the
//! list said, nothing more is sent, because it would not be what was shown.

use std::ops::ControlFlow;
use std::sync::Arc;

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::EntryId;
use gatefold_license::Terms;

use super::check::{KeyCheck, Subject, Which};
use super::draft::{By, Draft};
use super::plan::DeviceName;
use super::run::Activated;
use super::watch::{Watch, Watched};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::owned::Owned;
use crate::pauses::Pauses;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::uuid_of;

/// An activation of a license of the account's that is ready to be sent, its check included.
pub struct OwnedPlan {
    license: Owned,
    check: KeyCheck,
    draft: Draft,
    watched: Watched,
    renews: bool,
    requests: Vec<Planned>,
}

/// A license of the account's that cannot even be asked about, and why. It keeps none of the others from it.
#[derive(Debug)]
pub struct Unready {
    /// The license.
    pub license: Box<Owned>,
    /// Why not.
    pub error: ClientError,
}

/// What became of one license.
#[derive(Debug)]
pub struct Attempt {
    /// The license.
    pub license: Owned,
    /// What was done, or why not.
    pub result: Result<Activated, ClientError>,
    /// The entries of its requests, also when it failed.
    pub entries: Vec<EntryId>,
}

impl OwnedPlan {
    /// The license, as the account's list has it.
    pub fn license(&self) -> &Owned {
        &self.license
    }

    /// Every request, in the order of sending: the check first, and the rest only if the license is good.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }

    /// The name under which the vendor will list this computer, if it is sent.
    pub fn device_name(&self) -> Option<&str> {
        self.draft.device_name.as_deref()
    }

    /// Whether the name of this computer is among what is sent.
    pub fn sends_name(&self) -> bool {
        self.requests.iter().any(|request| request.preview.items.contains(&Item::DeviceName))
    }

    /// As [`super::ActivationPlan::can_renew`].
    pub fn can_renew(&self) -> bool {
        self.draft.file.ttl_secs.is_some() && self.license.terms != Terms::Trial
    }

    /// As [`super::ActivationPlan::agrees_to_renewal`].
    pub fn agrees_to_renewal(&mut self) {
        self.renews = self.can_renew();
    }

    /// Whether a name of this computer may be sent.
    pub fn takes_name(&self) -> bool {
        self.draft.takes_name()
    }

    /// Whether the vendor insists on one.
    pub fn wants_name(&self) -> bool {
        self.license.vendor.vendor().requires(Purpose::Activate, Item::DeviceName)
    }

    /// From now on `watch` is told of each step after the check, and may stop before it.
    pub fn watched_by(&mut self, watch: Arc<dyn Watch>) {
        self.watched = Watched(Some(watch));
    }
}

impl Gatefold {
    /// Prepares to activate licenses of accounts that are signed in; nothing leaves. What cannot be activated keeps none of
    /// the others from it. A new seat is taken by the sign-in, since the license is its own, or by the key where the vendor
    /// allows the key alone.
    pub fn plan_owned(
        &self,
        licenses: &[Owned],
        device_name: Option<&DeviceName>,
    ) -> Vec<Result<OwnedPlan, Unready>> {
        let plan = |license: &Owned| {
            self.plan_one_owned(license, device_name)
                .map_err(|error| Unready { license: Box::new(license.clone()), error })
        };
        licenses.iter().map(plan).collect()
    }

    fn plan_one_owned(
        &self,
        license: &Owned,
        device_name: Option<&DeviceName>,
    ) -> Result<OwnedPlan, ClientError> {
        let vendor = &license.vendor;
        let product = license.product_id.as_deref().and_then(|id| vendor.vendor().product(id));
        let key = self.owned_key(license)?;
        let subject = Subject {
            vendor: vendor.clone(),
            license: Which::known(uuid_of(&license.license_id)?, key.clone()),
            expires_at: license.expires_at,
            product: product.ok_or(ClientError::ProductUnknown)?.clone(),
            facts: None,
            trial: None,
        };
        // Exposed to be asked about.
        let check = self.prepare_check_known(vendor.clone(), key.expose())?;
        let owner = match license.protected {
            true => None,
            false => self.sign_in_for(vendor, Purpose::Activate)?,
        };
        let draft = self.draft(subject, device_name, By::Owner(owner))?;
        let first = Planned { when: PlannedWhen::Always, preview: check.preview().clone() };
        let requests = std::iter::once(first).chain(draft.requests_if_good()).collect();
        Ok(OwnedPlan {
            license: license.clone(),
            check,
            draft,
            watched: Watched::default(),
            renews: false,
            requests,
        })
    }

    /// Checks and activates one license of the account. `entries` receives the entry of each request that was made, also
    /// when it fails.
    ///
    /// # Errors
    /// As [`Gatefold::check_key`] and [`Gatefold::activate`]; [`ClientError::LicenseChanged`] if it is not what the
    /// account's list said, and nothing was shown of what would have to be sent.
    pub async fn activate_owned(
        &mut self,
        plan: OwnedPlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Activated, ClientError> {
        let OwnedPlan { check, draft, watched, renews, .. } = plan;
        let mut asked = Vec::new();
        let checked = self.check_key_noting(check, &mut asked).await;
        entries.append(&mut asked);
        let checked = checked?;
        if !draft.subject.is(&checked) {
            return Err(ClientError::LicenseChanged);
        }
        let mut sent = Vec::new();
        let mut plan = draft.of(checked, watched);
        plan.renews = renews;
        let done = self.activate_noting(plan, &mut sent).await;
        entries.append(&mut sent);
        done
    }

    /// Activates one license after the other. What becomes of one stops no other, but for a vendor whose server asks for a
    /// pause or does not answer ([`Pauses`]), and the user's word: `tell` is told of each, and may say it.
    pub async fn activate_all(
        &mut self,
        plans: Vec<Result<OwnedPlan, Unready>>,
        mut tell: impl FnMut(&Attempt) -> ControlFlow<()>,
    ) -> Vec<Attempt> {
        let (mut attempts, mut pauses) = (Vec::new(), Pauses::default());
        for plan in plans {
            let attempt = self.attempt(plan, &mut pauses).await;
            let stopped = attempt.result.as_ref().is_err_and(ClientError::is_stopped);
            let goes_on = tell(&attempt).is_continue() && !stopped;
            attempts.push(attempt);
            if !goes_on {
                break;
            }
        }
        attempts
    }

    async fn attempt(&mut self, plan: Result<OwnedPlan, Unready>, pauses: &mut Pauses) -> Attempt {
        let mut entries = Vec::new();
        let (license, result) = match plan {
            Ok(plan) => {
                let license = plan.license.clone();
                let result = match pauses.lets(&license.vendor) {
                    Ok(()) => pauses.note(&license.vendor, self.activate_owned(plan, &mut entries).await),
                    Err(pause) => Err(pause),
                };
                (license, result)
            }
            Err(Unready { license, error }) => (*license, Err(error)),
        };
        Attempt { license, result, entries }
    }
}
