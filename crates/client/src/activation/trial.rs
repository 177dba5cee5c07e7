//! Trying a product: one trial is begun, for this computer or for the account that is signed in, and activated like any other
//! license, in one yes. Whoever asks again gets the same trial.
//!
//! It refuses to send for its license what was not shown before there was one: the seat's id and the file's life are chosen
//! beforehand, and the license's id and key stand open.

use gatefold_disclosure::vendor::{Binding, Product};
use gatefold_disclosure::{Item, Payload, Purpose};
use gatefold_keygen::{License, Refusal, Token, Trial};
use gatefold_ledger::EntryId;
use gatefold_license::{LicenseKey, LicenseStatus, Terms};
use gatefold_machine::Facts;
use gatefold_store::{IntentKind, NewIntent};

use super::check::{Checked, Subject, TrialShown, Which};
use super::draft::{By, Draft};
use super::plan::DeviceName;
use super::run::Activated;
use super::watch::Watched;
use super::way_in::key_of;
use crate::app::Gatefold;
use crate::chance;
use crate::claim::{About, Claimed, OpenClaim, license_to_come, product_named};
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::seats::is_here;
use crate::vendors::InForce;

/// A trial that is ready to be begun, its activation included.
pub struct PreparedTrial {
    vendor: InForce,
    nonce: u64,
    payload: Payload,
    draft: Draft,
    shown: TrialShown,
    device_name: Option<DeviceName>,
    /// Whose it is, where it is begun for an account.
    account: Option<(String, Option<String>)>,
    identifier: Option<String>,
    requests: Vec<Planned>,
}

impl PreparedTrial {
    /// At which vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Of what.
    pub fn product(&self) -> &Product {
        &self.draft.subject.product
    }

    /// How long it lasts from its beginning, in days, by the vendor's file.
    pub fn days(&self) -> u32 {
        self.shown.days
    }

    /// The account that it is counted for; none where it is counted for this computer.
    pub fn email(&self) -> Option<&str> {
        self.account.as_ref().map(|(email, _)| email.as_str())
    }

    /// Every request that may be sent: the claim, then what activates the trial.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }

    /// Whether a name of this computer may be sent.
    pub fn takes_name(&self) -> bool {
        self.draft.takes_name()
    }

    /// Whether the vendor insists on one.
    pub fn wants_name(&self) -> bool {
        self.vendor.vendor().requires(Purpose::Activate, Item::DeviceName)
    }

    /// The name under which the vendor will list this computer, if it is sent.
    pub fn device_name(&self) -> Option<&str> {
        self.draft.device_name.as_deref()
    }
}

impl Gatefold {
    /// Prepares a trial of a product, by its id, its code or its name; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NoTrial`]; [`ClientError::NotSignedIn`] where the vendor counts trials by the account; no server in
    /// force; a required fact that cannot be read; a shelf or a keyring that cannot be used.
    pub fn plan_trial(
        &self,
        vendor: InForce,
        product: &str,
        device_name: Option<&DeviceName>,
    ) -> Result<PreparedTrial, ClientError> {
        let offered =
            product_named(&vendor, product).and_then(|named| Some((named.clone(), named.trial_days?)));
        let (product, days) = offered.ok_or(ClientError::NoTrial)?;
        let vendor = vendor.planned_now(self);
        self.could_install(&vendor)?;
        let counts_by = |item| vendor.vendor().allows(Purpose::Trial, item);
        let (account, token) = match counts_by(Item::Token) {
            true => {
                let (account, token) = self.signed_in(&vendor)?.ok_or(ClientError::NotSignedIn)?;
                let token = Token::from(token.ok_or(ClientError::NotSignedIn)?);
                (Some((account.email, account.user_id)), Some(token))
            }
            false => (None, None),
        };
        let identifier = counts_by(Item::Identifier).then(|| vendor.identifier()).transpose()?;
        let identifier = identifier.map(|identifier| identifier.to_string());
        let trial = Trial { product: &product.id, identifier: identifier.as_deref(), token: token.as_ref() };
        let nonce = chance::nonce()?;
        let payload = vendor.server(self)?.0.begin_trial(nonce, trial)?;
        let claim = Planned { when: PlannedWhen::Always, preview: payload.preview(vendor.vendor())? };

        let shown = TrialShown { days, seat: chance::uuid()? };
        let subject = Subject {
            license: self.trial_to_go_on_with(&vendor, &product.id)?,
            vendor: vendor.clone(),
            expires_at: None,
            product,
            facts: (vendor.vendor().binding() == Binding::Machine).then(Facts::read),
            trial: Some(shown),
        };
        let draft = self.draft(subject, device_name, By::Key)?;
        let requests = std::iter::once(claim).chain(draft.requests_if_good()).collect();
        let device_name = device_name.cloned();
        Ok(PreparedTrial { vendor, nonce, payload, draft, shown, device_name, account, identifier, requests })
    }

    /// Begins the trial, or gets the one that was begun before, and activates it. `entries` receives the entry of each
    /// request that was made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with: then no trial has begun, or it has ended. [`ClientError::ClaimUnknown`] where that
    /// cannot be told. [`ClientError::TrialNotActivated`] and [`ClientError::SeatWithoutFile`] once it has begun.
    pub async fn begin_trial(
        &mut self,
        prepared: PreparedTrial,
        entries: &mut Vec<EntryId>,
    ) -> Result<Activated, ClientError> {
        let kind = IntentKind::Trial;
        let (vendor, product) = (prepared.vendor.clone(), prepared.product().id.clone());
        let _held = self.hold_license(&vendor.key(), license_to_come(kind))?;
        let revocations = self.vendor_shelf(&vendor)?.revocations()?.found;
        let user_id = prepared.account.as_ref().and_then(|(_, user_id)| user_id.clone());
        let identifier = prepared.identifier.clone();
        let seat = Some(prepared.shown.seat);
        // A trial may run from the claim on, whatever becomes of the answer. So its vendor is kept before the intent: what
        // is open is told of the vendors that are known here.
        self.agree(&vendor)?;
        let about = About { user_id: user_id.clone(), identifier, seat, ..About::product(Some(&product)) };
        let intent = self.begin_claim(kind, &vendor.key(), about)?;
        let claim = (&prepared.payload, prepared.nonce);
        let claimed =
            self.claim(&vendor, claim, (intent, None), |license| key_of_trial(license).map(drop), entries);
        let (Claimed { license, signed_at }, intent) = match claimed.await {
            Ok(claimed) => claimed,
            Err(error) => {
                if matches!(&error, ClientError::Refusal(refusal) if refusal.is_confirmed()) {
                    // The vendor's word about this try is its word about those before, too.
                    self.close_trials(&vendor, &product, user_id.as_deref())?;
                }
                return Err(error);
            }
        };
        fail::fail_point!("client.between-trial-and-activation");
        let checked = Checked {
            key: key_of_trial(&license)?,
            product: prepared.product().clone(),
            entries: entries.clone(),
            facts: prepared.draft.subject.facts.clone(),
            trial: Some(prepared.shown),
            vendor: vendor.clone(),
            license,
            signed_at,
            revocations,
        };
        let mut sent = Vec::new();
        let done = self.activate_trial(prepared, checked, &mut sent).await;
        entries.append(&mut sent);
        let done = done.map_err(not_activated)?;
        let closed = self.store.finish(intent).map_err(ClientError::from);
        let closed = closed.and_then(|()| self.close_trials(&vendor, &product, user_id.as_deref()));
        closed.map_err(|cause| ClientError::InstalledUnnoted { cause: Box::new(cause) })?;
        Ok(done)
    }

    /// The trials at a vendor that may have begun and are not activated here, oldest first; to ask again settles them.
    ///
    /// # Errors
    /// The store's.
    pub fn open_trials(&self, vendor: &InForce) -> Result<Vec<OpenClaim>, ClientError> {
        self.open_claims_of(vendor, IntentKind::Trial)
    }

    /// Whether a trial of this product is installed here, so that nothing is left open about one.
    pub(crate) fn is_trial_here(&self, what: &NewIntent) -> Result<bool, ClientError> {
        let (installed, _) = self.library()?;
        Ok(installed.iter().any(|license| {
            license.vendor.key() == what.vendor
                && license.product_id == what.product
                && license.terms == Terms::Trial
        }))
    }

    async fn activate_trial(
        &mut self,
        prepared: PreparedTrial,
        checked: Checked,
        sent: &mut Vec<EntryId>,
    ) -> Result<Activated, ClientError> {
        let PreparedTrial { draft: mut shown, device_name, .. } = prepared;
        // Let go of, to be taken up by the plan that is sent.
        shown.intent = None;
        let device_name = device_name.as_ref();
        let draft = self.draft(checked.subject(), device_name, By::Key)?;
        // What was begun meanwhile goes on with a seat of its own, which was not shown.
        if !draft.is_as_shown(&shown) {
            return Err(ClientError::LicenseChanged);
        }
        self.activate_noting(draft.of(checked, Watched::default()), sent).await
    }

    /// The trial that an earlier try began and whose activation was left open; else the one to come.
    fn trial_to_go_on_with(&self, vendor: &InForce, product: &str) -> Result<Which, ClientError> {
        let key = vendor.key();
        let open = self.store.open_intents()?;
        let is_about = |what: &NewIntent, kind| {
            what.kind == kind
                && what.vendor == key
                && what.product == product
                && is_here(&key, what.identifier.as_deref())
        };
        let trials: Vec<_> = open
            .iter()
            .filter(|open| is_about(&open.what, IntentKind::Trial))
            .map(|open| &open.what)
            .collect();
        if trials.is_empty() {
            return Ok(Which::TO_COME);
        }
        let has_seats = vendor.vendor().binding() == Binding::Machine;
        // By its seat: one that was bought may be open, too.
        let is_trials = |what: &NewIntent| {
            !has_seats
                || trials
                    .iter()
                    .any(|trial| trial.machine_id.is_some() && trial.machine_id == what.machine_id)
        };
        let begun =
            open.iter().find(|open| is_about(&open.what, IntentKind::Activate) && is_trials(&open.what));
        Ok(begun.map_or(Which::TO_COME, |open| {
            let license_id = &open.what.license_id;
            // It may have been begun and got no further: then its key comes with the trial once more.
            Which { id: license_id.parse().ok(), key: key_of(self, vendor, license_id, None).ok() }
        }))
    }

    /// Those of one user, where the vendor counts by the account: what it says of one says nothing of another's.
    fn close_trials(
        &self,
        vendor: &InForce,
        product: &str,
        user_id: Option<&str>,
    ) -> Result<(), ClientError> {
        let key = vendor.key();
        let is_it = |what: &NewIntent| {
            let is_here = is_here(&key, what.identifier.as_deref());
            let is_theirs = what.user_id.as_deref() == user_id;
            what.kind == IntentKind::Trial && what.product == product && is_here && is_theirs
        };
        for open in self.abandoned_claims(&key, is_it)? {
            self.store.finish(open)?;
        }
        Ok(())
    }
}

/// The key of a trial that runs; of anything else, why it is none.
fn key_of_trial(license: &License) -> Result<LicenseKey, Refusal> {
    let is_no = |what: &str| Refusal::Contradictory { what: what.to_owned() };
    match license.status {
        LicenseStatus::Suspended => return Err(Refusal::Suspended),
        LicenseStatus::Banned => return Err(Refusal::Banned),
        LicenseStatus::Expired => return Err(Refusal::TrialEnded { ended_at: license.expires_at }),
        _ => {}
    }
    if license.terms != Terms::Trial || license.expires_at.is_none() {
        return Err(is_no("the license that came is no trial"));
    }
    // Exposed to be kept as the license's key.
    let key = license.key.as_ref().and_then(|key| LicenseKey::new(key.expose()).ok());
    key.ok_or_else(|| is_no("the trial came without its key"))
}

/// What failed once the trial had begun. A seat that is held, and a license that is installed, have words of their own.
fn not_activated(cause: ClientError) -> ClientError {
    match cause {
        ClientError::SeatWithoutFile { .. } | ClientError::InstalledUnnoted { .. } => cause,
        cause => ClientError::TrialNotActivated { cause: Box::new(cause) },
    }
}
