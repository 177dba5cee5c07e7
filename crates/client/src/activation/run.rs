//! Sending an activation. It is in the journal before anything leaves, so that a lost answer is resolved by looking, and
//! no seat is lost or doubled.

use std::path::PathBuf;

use gatefold_keygen::Refusal;
use gatefold_ledger::EntryId;
use gatefold_license::{Assessment, Terms};
use gatefold_store::{IntentKind, KnownLicense, NewIntent, SecretName};
use uuid::Uuid;

use super::check::Checked;
use super::install::{Shelved, Wanted, file_kind, verify_issued};
use super::plan::{ActivationPlan, Seat, check_out};
use super::watch::ActivationStep;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;

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
    /// and something later fails: it is never silent.
    pub async fn activate(&mut self, mut plan: ActivationPlan) -> Result<Activated, ClientError> {
        let mut entries = vec![plan.checked.entry];
        let license_id = plan.checked.license.id.to_string();
        let mut intent = match plan.intent.take() {
            Some(intent) => intent,
            None => self.store.begin(
                NewIntent {
                    id: chance::uuid()?,
                    kind: IntentKind::Activate,
                    vendor: plan.checked.vendor.key(),
                    license_id: license_id.clone(),
                    machine_id: plan.seat.as_ref().map(|seat| seat.id),
                    product: plan.checked.product.id.clone(),
                },
                self.clock.now(),
            )?,
        };
        self.keep_key(&plan.checked)?;
        let machine = match &plan.seat {
            None => None,
            Some(seat) => match self.take_seat(&plan, seat, &mut entries).await {
                Ok(machine) => {
                    if Some(machine) != intent.intent().what.machine_id {
                        // It can be given back by this id, whatever becomes of the file.
                        self.store.adopt_seat(&mut intent, machine)?;
                    }
                    Some(machine)
                }
                Err((error, Settled::Yes)) => {
                    self.drop_unused_key(&plan.checked)?;
                    self.store.finish(intent)?;
                    return Err(error);
                }
                Err((error, Settled::No)) => return Err(error),
            },
        };
        let done = self.fetch_and_install(&plan, machine, &mut entries).await;
        let installed = match (done, machine) {
            (Ok(done), _) => done,
            (Err(ClientError::Refusal(Refusal::NotFound)), Some(_)) if self.seat_was_known(&plan) => {
                self.forget_seat(&plan)?;
                self.store.finish(intent)?;
                return Err(ClientError::SeatGone);
            }
            (Err(cause), Some(machine)) => {
                return Err(ClientError::SeatWithoutFile {
                    machine_id: machine.to_string(),
                    cause: Box::new(cause),
                });
            }
            (Err(cause), None) => {
                self.drop_unused_key(&plan.checked)?;
                self.store.finish(intent)?;
                return Err(cause);
            }
        };
        self.store.finish_with(intent, &installed.license)?;
        Ok(Activated {
            product: plan.checked.product.name.clone(),
            license_id,
            machine_id: machine.map(|id| id.to_string()),
            license_file: installed.path,
            assessment: installed.assessment,
            terms: installed.license.terms,
            entries,
        })
    }

    async fn take_seat(
        &self,
        plan: &ActivationPlan,
        seat: &Seat,
        entries: &mut Vec<EntryId>,
    ) -> Result<Uuid, (ClientError, Settled)> {
        let Some(create) = &seat.create else { return Ok(seat.id) };
        plan.watched.begins(ActivationStep::Seat).map_err(|stopped| (stopped, Settled::Yes))?;
        let machine = match self.ask(&plan.checked.vendor, create, entries).await {
            Ok(answer) => answer.machine().map_err(ClientError::from),
            Err(error) => Err(error),
        };
        match machine {
            Ok(machine) if machine.id == seat.id => Ok(machine.id),
            // The id is ours to choose (protocol reference 5.1): another one is a seat that was not asked for.
            Ok(_) => {
                let because =
                    Refusal::Contradictory { what: "a seat of another id than asked for".to_owned() };
                self.look(plan, seat, because.into(), entries).await
            }
            Err(error) if wants_a_look(&error) => self.look(plan, seat, error, entries).await,
            Err(error) => Err((error, Settled::Yes)),
        }
    }

    /// Resolves an answer that was lost, or says that the seat is taken, by reading (design, section 5).
    async fn look(
        &self,
        plan: &ActivationPlan,
        seat: &Seat,
        because: ClientError,
        entries: &mut Vec<EntryId>,
    ) -> Result<Uuid, (ClientError, Settled)> {
        let taken = matches!(because, ClientError::Refusal(Refusal::FingerprintTaken { .. }));
        if plan.watched.begins(ActivationStep::Look).is_err() {
            return Err((because, Settled::No));
        }
        let found = match self.ask(&plan.checked.vendor, &seat.find, entries).await {
            Ok(answer) => answer.machines().map_err(ClientError::from),
            Err(error) => Err(error),
        };
        match found {
            Ok(machines) => match machines.iter().find(|machine| machine.fingerprint == seat.identifier) {
                Some(machine) => Ok(machine.id),
                None if taken => Err((ClientError::SeatElsewhere, Settled::Yes)),
                // The first try never arrived: nothing is held.
                None => Err((because, Settled::Yes)),
            },
            Err(_) => Err((because, Settled::No)),
        }
    }

    async fn fetch_and_install(
        &mut self,
        plan: &ActivationPlan,
        machine: Option<Uuid>,
        entries: &mut Vec<EntryId>,
    ) -> Result<Shelved, ClientError> {
        let checked = &plan.checked;
        if machine.is_some() {
            // A seat is held: from here on it can be given back, whatever becomes of the file.
            self.agree(&checked.vendor)?;
        }
        plan.watched.begins(ActivationStep::File)?;
        let fetch = check_out(checked, self, &plan.credential, machine.map(Into::into), plan.ttl_secs)?;
        let answer = self.ask(&checked.vendor, &fetch, entries).await?;
        let file = answer.file(file_kind(&checked.vendor))?;
        fail::fail_point!("client.between-answer-and-install");
        plan.watched.begins(ActivationStep::Install)?;
        let license_id = checked.license.id.to_string();
        let wanted = Wanted { license_id: &license_id, product: &checked.product.id };
        let issued = verify_issued(self, &checked.vendor, &checked.key, &wanted, &file)?;
        if machine.is_none() {
            self.agree(&checked.vendor)?;
        }
        self.install(&checked.vendor, &checked.key, &issued, plan.device_name.as_deref(), Some(entries))
    }

    /// Kept before the seat is taken: whatever happens then, the seat can be given back without typing the key again.
    fn keep_key(&self, checked: &Checked) -> Result<(), ClientError> {
        let (vendor, license_id) = (checked.vendor.key(), checked.license.id.to_string());
        let name = SecretName::LicenseKey { vendor: &vendor, license_id: &license_id };
        // Exposed to be kept in the keyring.
        Ok(self.secrets.put(name, checked.key.expose().into())?)
    }

    /// Nothing was activated, so nothing of the key stays, unless an earlier activation needs it.
    fn drop_unused_key(&self, checked: &Checked) -> Result<(), ClientError> {
        let (vendor, license_id) = (checked.vendor.key(), checked.license.id.to_string());
        if self.store.license(&vendor, &license_id)?.is_none() {
            self.secrets.remove(SecretName::LicenseKey { vendor: &vendor, license_id: &license_id })?;
        }
        Ok(())
    }

    fn seat_was_known(&self, plan: &ActivationPlan) -> bool {
        plan.seat.as_ref().is_some_and(|seat| seat.create.is_none())
    }

    fn forget_seat(&self, plan: &ActivationPlan) -> Result<(), ClientError> {
        let (vendor, license) = (plan.checked.vendor.key(), plan.checked.license.id.to_string());
        if let Some(known) = self.store.license(&vendor, &license)? {
            self.store.keep_license(&KnownLicense { machine_id: None, ..known })?;
        }
        Ok(())
    }
}

/// Whether the journal's intent is settled: nothing is held at the server, or nothing is known of it.
#[derive(Clone, Copy)]
enum Settled {
    Yes,
    No,
}

/// Whether the server may hold a seat although it did not say so plainly.
fn wants_a_look(error: &ClientError) -> bool {
    match error {
        ClientError::Refusal(
            Refusal::FingerprintTaken { .. }
            | Refusal::IdConflict
            | Refusal::Conflict
            | Refusal::Unreadable { .. },
        ) => true,
        ClientError::Refusal(Refusal::Throttled { .. }) => false,
        ClientError::Refusal(refusal) => !refusal.is_confirmed(),
        ClientError::Send(error) => !error.is_before_sending(),
        _ => false,
    }
}
