//! Sending an activation. It is in the journal before anything leaves, so that a lost answer is resolved by looking, and
//! no seat is lost or doubled.

use std::path::PathBuf;

use gatefold_keygen::{IssuedFile, Refusal};
use gatefold_ledger::EntryId;
use gatefold_license::{Assessment, Terms};
use gatefold_shelf::SealedRevocation;
use gatefold_store::{IntentKind, NewIntent, OpenIntent, SecretName, StoreError};
use uuid::Uuid;

use super::check::Checked;
use super::install::{ByActivation, Shelved, Wanted, file_kind, verify_issued};
use super::plan::{ActivationPlan, Seat, check_out, seat_of};
use super::seat::Settled;
use super::watch::ActivationStep;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::library::Installed;

/// An activation that was done.
#[derive(Clone, Debug)]
pub struct Activated {
    /// The product's name.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// The seat; none for a license bound to the account.
    pub machine_id: Option<String>,
    /// The installed file.
    pub license_file: PathBuf,
    /// What it is worth.
    pub assessment: Assessment,
    /// On which terms it is held.
    pub terms: Terms,
    /// The entries of every request, the check included.
    pub entries: Vec<EntryId>,
}

impl Gatefold {
    /// Sends the plan: takes the seat, fetches the file, verifies and installs it.
    ///
    /// # Errors
    /// What the server refuses with, and why nothing is known; [`ClientError::SeatWithoutFile`] once the seat is taken
    /// and something later fails: it is never silent. [`gatefold_store::StoreError::LicenseBusy`] while another Gatefold
    /// is at work on the license, and [`gatefold_store::StoreError::IntentGone`] if it changed what was planned.
    pub async fn activate(&mut self, plan: ActivationPlan) -> Result<Activated, ClientError> {
        self.activate_noting(plan, &mut Vec::new()).await
    }

    /// [`Gatefold::activate`]; `entries` receives the entry of each request that was made, also when it fails.
    ///
    /// # Errors
    /// As [`Gatefold::activate`].
    pub async fn activate_noting(
        &mut self,
        mut plan: ActivationPlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Activated, ClientError> {
        let license_id = plan.checked.license.id.to_string();
        let _held = self.hold_license(&plan.checked.vendor.key(), &license_id)?;
        self.still_as_planned(&plan)?;
        // A seat may be held from the request for it on, whatever becomes of the answer. So its vendor is kept before the
        // intent that names the seat: by both together it can be given back.
        let placing = match &plan.seat {
            Some(_) => self.agree_beside(&plan.checked.vendor)?,
            None => None,
        };
        let mut intent = self.begun(&mut plan)?;
        if plan.seat.as_ref().is_none_or(|seat| !seat.begun) {
            self.go_on_by(&plan, &mut intent)?;
        }
        self.keep_key(&plan.checked)?;
        let machine = match &plan.seat {
            None => None,
            Some(seat) => {
                // Where an earlier try's intent goes on, the list of the seats may have been read since.
                self.store.note_seats_changed(&plan.checked.vendor.key(), &license_id)?;
                let taken = self.take_seat(&plan, seat, &mut intent, entries).await;
                let placed = self.placed(&plan.checked.vendor, placing).await;
                match taken {
                    Ok(machine) => {
                        if Some(machine) != intent.intent().what.machine_id {
                            // It can be given back by this id, whatever becomes of the file.
                            self.store
                                .adopt_seat(&mut intent, machine)
                                .map_err(|error| without_file(machine, error.into()))?;
                        }
                        placed.map_err(|error| without_file(machine, error))?;
                        Some(machine)
                    }
                    Err((error, Settled::Yes)) => {
                        self.came_to_nothing(intent);
                        return Err(error);
                    }
                    Err((error, Settled::No)) => return Err(error),
                }
            }
        };
        let done = self.fetch_and_install(&plan, machine, entries).await;
        let installed = match (done, machine) {
            (Ok(done), _) => done,
            (Err(ClientError::Refusal(Refusal::NotFound)), Some(_)) if self.knew_the_seat(&plan)? => {
                self.note_seat_gone(&plan.checked.vendor, &license_id)?;
                self.store.finish(intent)?;
                return Err(ClientError::SeatGone);
            }
            (Err(cause), Some(machine)) => return Err(without_file(machine, plan.way_in.explain(cause))),
            (Err(cause), None) => {
                self.came_to_nothing(intent);
                return Err(plan.way_in.explain(cause));
            }
        };
        let noted = self.store.finish_with(intent, &installed.license);
        noted
            .map_err(ClientError::from)
            .and_then(|()| self.close_superseded(&plan.checked.vendor, &license_id))
            // Once more: somebody may have read the list meanwhile.
            .and_then(|()| {
                Ok(self.store.note_seats_changed(&plan.checked.vendor.key(), &license_id).map(drop)?)
            })
            .and_then(|()| match plan.renews {
                true => self.agree_to_renewal(&plan.checked.vendor, &license_id, true),
                false => Ok(()),
            })
            .map_err(|cause| ClientError::InstalledUnnoted { cause: Box::new(cause) })?;
        Ok(Activated {
            product: plan.checked.product.name.clone(),
            license_id,
            machine_id: machine.map(|id| id.to_string()),
            license_file: installed.path,
            assessment: installed.assessment,
            terms: installed.license.terms,
            entries: [&plan.checked.entries, entries.as_slice()].concat(),
        })
    }

    /// Another Gatefold may have given the seat back that was to be used.
    fn still_as_planned(&self, plan: &ActivationPlan) -> Result<(), ClientError> {
        let Some(Seat { create: None, id, .. }) = &plan.seat else { return Ok(()) };
        let known = self.known_license(&plan.checked.vendor, &plan.checked.license.id.to_string())?;
        if known.as_ref().and_then(seat_of) == Some(*id) {
            Ok(())
        } else {
            Err(StoreError::IntentGone.into())
        }
    }

    /// The intent, on disk before anything is sent: the one an earlier try left open, or a new one.
    fn begun(&self, plan: &mut ActivationPlan) -> Result<OpenIntent, ClientError> {
        if let Some(intent) = plan.intent.take() {
            return Ok(intent);
        }
        let what = NewIntent {
            id: chance::uuid()?,
            kind: IntentKind::Activate,
            vendor: plan.checked.vendor.key(),
            license_id: plan.checked.license.id.to_string(),
            machine_id: plan.seat.as_ref().map(|seat| seat.id),
            identifier: plan.seat.as_ref().map(|seat| seat.identifier.clone()),
            product: plan.checked.product.id.clone(),
            user_id: plan.way_in.user_id.clone(),
        };
        Ok(self.store.begin(what, self.clock.now())?)
    }

    async fn fetch_and_install(
        &mut self,
        plan: &ActivationPlan,
        machine: Option<Uuid>,
        entries: &mut Vec<EntryId>,
    ) -> Result<Shelved, ClientError> {
        let checked = &plan.checked;
        let file = self.fetch(plan, machine, entries).await?;
        fail::fail_point!("client.between-answer-and-install");
        plan.watched.begins(ActivationStep::Install)?;
        let license_id = checked.license.id.to_string();
        let machine_id = machine.map(|id| id.to_string());
        let here = match self.known_license(&checked.vendor, &license_id)? {
            Some(_) => self.installed_at(&checked.vendor)?,
            None => Vec::new(),
        };
        let is_its = |here: &&Installed| here.license_id == license_id && here.machine_id == machine_id;
        let wanted = Wanted {
            license_id: &license_id,
            product: &checked.product.id,
            machine_id: machine_id.as_deref(),
            asked_at: checked.signed_at,
            issued_here: here.iter().find(is_its).map(|here| here.verified.issued()),
        };
        let issued = verify_issued(self, &checked.vendor, &checked.key, &wanted, &file)?;
        if machine.is_none() {
            self.agree(&checked.vendor)?;
        }
        self.lift_revocation(checked, &license_id)?;
        let entries = [&checked.entries, entries.as_slice()].concat();
        let activation = ByActivation {
            device_name: plan.device_name.as_deref(),
            entries: &entries,
            user_id: plan.way_in.user_id.as_deref(),
        };
        self.install(&checked.vendor, &checked.key, &issued, Some(&activation))
    }

    async fn fetch(
        &self,
        plan: &ActivationPlan,
        machine: Option<Uuid>,
        entries: &mut Vec<EntryId>,
    ) -> Result<IssuedFile, ClientError> {
        let checked = &plan.checked;
        plan.watched.begins(ActivationStep::File)?;
        let (credential, seat) = (&plan.way_in.credential, machine.map(Into::into));
        let fetch = check_out(&checked.subject(), self, credential, seat, plan.file.ttl_secs)?;
        let answer = self.ask(&checked.vendor, &fetch, entries).await?;
        Ok(answer.file(file_kind(&checked.vendor))?)
    }

    /// The check was answered to our own nonce, signed, and by it the license is good again: what was known to revoke it
    /// then does so no more. What another Gatefold was told since stands.
    fn lift_revocation(&self, checked: &Checked, license_id: &str) -> Result<(), ClientError> {
        let shelf = self.vendor_shelf(&checked.vendor)?;
        let kept = shelf.revocations()?.found;
        let is_newer =
            |kept: &SealedRevocation| kept.license_id == license_id && !checked.revocations.contains(kept);
        if !kept.iter().any(is_newer) {
            shelf.remove_revocation(license_id)?;
        }
        Ok(())
    }

    /// Nothing was activated, so nothing of the key stays that was kept for it. Where that cannot be done now the intent
    /// stays open, is listed and is closed by the next try; why nothing was activated matters more.
    fn came_to_nothing(&self, intent: OpenIntent) {
        let what = &intent.intent().what;
        if self.drop_unused_key(&what.vendor, &what.license_id, &[what.id]).is_ok() {
            let _ = self.store.finish(intent);
        }
    }

    /// Kept before the seat is taken: whatever happens then, the seat can be given back without typing the key again.
    fn keep_key(&self, checked: &Checked) -> Result<(), ClientError> {
        let (vendor, license_id) = (checked.vendor.key(), checked.license.id.to_string());
        let name = SecretName::LicenseKey { vendor: &vendor, license_id: &license_id };
        // Exposed to be kept in the keyring.
        Ok(self.secrets.put(name, checked.key.expose().into())?)
    }

    /// Whether the seat was this computer's by the same way in: to another account's question the server answers that
    /// there is no such seat, too.
    fn knew_the_seat(&self, plan: &ActivationPlan) -> Result<bool, ClientError> {
        let known = self.known_license(&plan.checked.vendor, &plan.checked.license.id.to_string())?;
        let same_way =
            plan.way_in.user_id.is_none() || known.is_some_and(|known| known.user_id == plan.way_in.user_id);
        Ok(same_way && plan.seat.as_ref().is_some_and(|seat| seat.create.is_none()))
    }
}

fn without_file(machine: Uuid, cause: ClientError) -> ClientError {
    ClientError::SeatWithoutFile { machine_id: machine.to_string(), cause: Box::new(cause) }
}
