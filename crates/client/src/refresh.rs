//! Asking for the standing of installed licenses, and fetching their files anew. Both requests of each license are known
//! in full beforehand. It refuses to take anything for a revocation but a signed answer to our own question.

use std::path::PathBuf;

use gatefold_disclosure::{Payload, Preview, Purpose, log};
use gatefold_keygen::{Answer, Credential, Refusal, Validation, ValidationCode};
use gatefold_ledger::EntryId;
use gatefold_license::{Assessment, LicenseKey, Revocation};
use gatefold_shelf::os_machine_id;
use gatefold_store::{IntentKind, KeyHint, KnownLicense, NewIntent};
use jiff::Timestamp;
use uuid::Uuid;

use crate::activation::{Shelved, Wanted, file_kind, key_of, verify_issued};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::library::Installed;
use crate::policy::file_ttl_secs;
use crate::send::signed_words;
use crate::vendors::InForce;

/// A refresh of one license that is ready to be sent.
pub struct RefreshPlan {
    vendor: InForce,
    key: LicenseKey,
    license_id: String,
    product_id: String,
    product: String,
    machine_id: Option<String>,
    issued_here: Timestamp,
    nonce: u64,
    validate: Payload,
    fetch: Payload,
    requests: [Preview; 2],
}

/// A license that cannot be asked about, and why. It keeps none of the others from it.
#[derive(Debug)]
pub struct Unplanned {
    /// The license; empty where that cannot be read.
    pub license_id: String,
    /// The product's name, or its id; empty where that cannot be read.
    pub product: String,
    /// Why not.
    pub error: ClientError,
}

/// What a refresh found.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// A new file is installed.
    Renewed {
        /// The installed file.
        path: PathBuf,
        /// What it is worth.
        assessment: Assessment,
    },
    /// The vendor's signed answer says that the license is suspended or banned; the answer is kept.
    Revoked {
        /// The refusal it amounts to.
        refusal: Refusal,
    },
}

/// What the server's answers amount to.
enum Found {
    Renewed(Box<Shelved>),
    Revoked(Refusal),
}

impl RefreshPlan {
    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// The exact bytes of both requests: the license is asked about, and unless it is refused a new file is fetched.
    pub fn requests(&self) -> &[Preview; 2] {
        &self.requests
    }

    /// The license.
    pub fn license_id(&self) -> &str {
        &self.license_id
    }

    /// The product's name.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// The last characters of the key, to tell one license of a product from another.
    pub fn key_hint(&self) -> String {
        KeyHint::of(&self.key).as_str().to_owned()
    }
}

impl Gatefold {
    /// Prepares a refresh of every installed license of a vendor, or of one; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`] for an id that is not here, [`ClientError::OutlivesVendor`] for one that needs no server; the shelf's and the keyring's. For a single license a
    /// missing key, an undeclared item, no server in force.
    pub fn plan_refresh(
        &self,
        vendor: &InForce,
        license_id: Option<&str>,
    ) -> Result<Vec<Result<RefreshPlan, Unplanned>>, ClientError> {
        self.secrets.ready()?;
        let installed = self.installed_at(vendor)?;
        let is_wanted = |license: &Installed| match license_id {
            Some(id) => license.license_id == id,
            // No server makes a trial go on, and to hear that each time is of no use; and one that outlives its vendor needs none.
            None => !license.is_trial_over() && !license.outlives_vendor(),
        };
        let mut wanted: Vec<Installed> = installed.into_iter().filter(is_wanted).collect();
        // A file that was made while the server's clock was ahead makes others look ended: it is fetched anew first.
        let now = self.clock.now();
        wanted.sort_by_key(|license| license.verified.issued() <= now);
        if let (true, Some(id)) = (wanted.is_empty(), license_id) {
            return Err(ClientError::NotInstalled(gatefold_disclosure::quote(id)));
        }
        if license_id.is_some() && wanted.iter().any(Installed::outlives_vendor) {
            return Err(ClientError::OutlivesVendor);
        }
        let plan = |license: Installed| {
            self.plan_one(vendor, &license).map_err(|error| Unplanned {
                license_id: license.license_id,
                product: license.product,
                error,
            })
        };
        Ok(wanted.into_iter().map(plan).collect())
    }

    fn plan_one(&self, vendor: &InForce, license: &Installed) -> Result<RefreshPlan, ClientError> {
        let key = key_of(self, vendor, &license.license_id, Some(&license.verified))?;
        let vendor = &vendor.clone().planned_now(self);
        let server = vendor.server(self)?.0;
        let nonce = chance::nonce()?;
        let id = uuid_of(&license.license_id)?;
        let profile = vendor.vendor().product(&license.product_id).map(|product| product.profile);
        let expires_at = license.verified.license().and_then(|license| license.expires_at);
        let known = self.known_license(vendor, &license.license_id)?;
        let user_id = known.as_ref().and_then(|known| known.user_id.as_deref());
        let credential = self.way_in(vendor, Purpose::Refresh, &key, user_id)?.credential;
        let first_file_at = known.map_or(license.verified.issued(), |known| known.first_file_at);
        // The file itself proves that it is no earlier than when it was made.
        let now = self.servers_time().max(license.verified.issued());
        let profile = profile.unwrap_or_default();
        let last_ttl_secs = license.verified.ttl_secs();
        let ttl = file_ttl_secs(profile, expires_at, Some(first_file_at), last_ttl_secs, now);
        let identifier = vendor.identifier_if_bound()?;
        // About the key in any case: the question needs no other proof, and its answer is what a revocation is taken from.
        let by_key = Credential::LicenseKey(key.clone());
        let validate = server.validate(&by_key, id, nonce, identifier.as_deref())?;
        let fetch = match &license.machine_id {
            Some(machine) => {
                server.check_out_machine(Purpose::Refresh, &credential, uuid_of(machine)?, ttl)?
            }
            None => server.check_out_license(Purpose::Refresh, &credential, id, ttl)?,
        };
        let requests = [validate.preview(vendor.vendor())?, fetch.preview(vendor.vendor())?];
        Ok(RefreshPlan {
            vendor: vendor.clone(),
            key,
            license_id: license.license_id.clone(),
            product_id: license.product_id.clone(),
            product: license.product.clone(),
            machine_id: license.machine_id.clone(),
            issued_here: license.verified.issued(),
            nonce,
            validate,
            fetch,
            requests,
        })
    }

    /// Sends one refresh. In the journal it is noted so that the next start sweeps up after a crash; there is nothing to
    /// resolve at the server, which gives out files as often as it is asked. `entries` receives the entry of each request
    /// that was made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. The installed file stays as it is.
    /// [`gatefold_store::StoreError::LicenseBusy`] while another Gatefold is at work on the license;
    /// [`ClientError::NotInstalled`] and [`gatefold_store::StoreError::IntentGone`] if it changed what was planned.
    pub async fn refresh(
        &mut self,
        plan: RefreshPlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Refreshed, ClientError> {
        let what = NewIntent {
            id: chance::uuid()?,
            kind: IntentKind::Refresh,
            vendor: plan.vendor.key(),
            license_id: plan.license_id.clone(),
            machine_id: None,
            identifier: None,
            product: plan.product_id.clone(),
            user_id: None,
        };
        let _held = self.hold_license(&plan.vendor.key(), &plan.license_id)?;
        self.still_installed(&plan.vendor, &plan.license_id, plan.machine_id.as_deref())?;
        let intent = self.store.begin(what, self.clock.now())?;
        let sent = self.send_refresh(&plan, entries).await;
        // The question about the key names no license. That a title lacks its product is no reason to fail.
        let _ = self.note_product(entries, &plan.vendor, &plan.product_id);
        match sent.map_err(of_installed) {
            Ok(Found::Renewed(installed)) => {
                self.store
                    .finish_with(intent, &installed.license)
                    .map_err(|cause| ClientError::InstalledUnnoted { cause: Box::new(cause.into()) })?;
                Ok(Refreshed::Renewed { path: installed.path, assessment: installed.assessment })
            }
            // What cannot be noted now the next start closes: it needs nobody. What became of the license matters more.
            Ok(Found::Revoked(refusal)) => {
                let _ = self.store.finish(intent);
                Ok(Refreshed::Revoked { refusal })
            }
            Err(error) => {
                if matches!(error, ClientError::SeatGone) {
                    // The next refresh is told the same.
                    let _ = self.note_seat_gone(&plan.vendor, &plan.license_id);
                }
                let _ = self.store.finish(intent);
                Err(error)
            }
        }
    }

    /// What the vendor said is shown with the license until a file comes again. It ends nothing here: the file that is
    /// installed goes on as it is.
    pub(crate) fn note_seat_gone(&self, vendor: &InForce, license_id: &str) -> Result<(), ClientError> {
        if let Some(known) = self.known_license(vendor, license_id)? {
            let seat_gone_at = Some(self.clock.now());
            self.store.keep_license(&KnownLicense { seat_gone_at, release_asked_at: None, ..known })?;
        }
        self.store.note_seats_changed(&vendor.key(), license_id)?;
        Ok(())
    }

    /// Whether the license is installed by the seat that was planned with: another Gatefold may have gone on.
    pub(crate) fn still_installed(
        &self,
        vendor: &InForce,
        license_id: &str,
        machine_id: Option<&str>,
    ) -> Result<(), ClientError> {
        let installed = self.installed_at(vendor)?;
        match installed.iter().find(|license| license.license_id == license_id) {
            Some(license) if license.machine_id.as_deref() == machine_id => Ok(()),
            Some(_) => Err(gatefold_store::StoreError::IntentGone.into()),
            None => Err(ClientError::NotInstalled(license_id.to_owned())),
        }
    }

    async fn send_refresh(
        &mut self,
        plan: &RefreshPlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Found, ClientError> {
        let answer = self.ask(&plan.vendor, &plan.validate, entries).await?;
        let validation = answer.validation(plan.nonce)?;
        let asked_at = answer.signed_date().ok_or(Refusal::Replayed)?;
        if let Some(refusal) = revoking(&validation) {
            self.keep_revocation(plan, &answer)?;
            return Ok(Found::Revoked(refusal));
        }
        let has_no_seat = matches!(
            validation.code,
            ValidationCode::NoMachine | ValidationCode::NoMachines | ValidationCode::FingerprintScopeMismatch
        );
        if has_no_seat {
            // Else it is a policy that wants seats of a vendor that has none: no seat can be gone, and none can be taken.
            if plan.machine_id.is_some() {
                return Err(ClientError::SeatGone);
            }
        } else if let Some(refusal) = validation.refusal()
            // Of more seats than the limit, which the vendor lowered, this computer's may be one: whether it is, its file tells.
            && !(validation.code == ValidationCode::TooManyMachines && plan.machine_id.is_some())
        {
            return Err(refusal.into());
        }
        self.vendor_shelf(&plan.vendor)?.remove_revocation(&plan.license_id)?;
        let answer = self.ask(&plan.vendor, &plan.fetch, entries).await?;
        let is_of_now = answer.signed_date() >= Some(asked_at);
        let file = match answer.file(file_kind(&plan.vendor)) {
            // The license stands, by the answer before; so what the server does not know is the seat. A home that was
            // restored has the number of one that was taken anew since.
            Err(Refusal::NotFound) if plan.machine_id.is_some() && is_of_now => {
                return Err(ClientError::SeatGone);
            }
            file => file?,
        };
        fail::fail_point!("client.between-answer-and-install");
        let wanted = Wanted {
            license_id: &plan.license_id,
            product: &plan.product_id,
            machine_id: plan.machine_id.as_deref(),
            asked_at,
            issued_here: Some(plan.issued_here),
        };
        let issued = verify_issued(self, &plan.vendor, &plan.key, &wanted, &file)?;
        self.agree(&plan.vendor)?;
        Ok(Found::Renewed(Box::new(self.install(&plan.vendor, &plan.key, &issued, None)?)))
    }

    /// Keeps the vendor's own signed words, sealed: they hold the license key.
    fn keep_revocation(&self, plan: &RefreshPlan, answer: &Answer) -> Result<(), ClientError> {
        let revocation = signed_words(&plan.vendor, &plan.validate, answer, |reply| {
            Revocation::of_reply(reply, plan.nonce, &plan.license_id, plan.vendor.issuers())
        })?;
        let Some(revocation) = revocation else { return Ok(()) };
        // Exposed to seal the reply to this computer.
        let kept = revocation.seal(plan.vendor.root(), os_machine_id()?.expose(), chance::bytes()?);
        let random = u64::from_be_bytes(chance::bytes()?);
        self.vendor_shelf(&plan.vendor)?.put_revocation(&plan.license_id, &kept, random)?;
        tracing::info!(name: "license.revoked", license = log::pseudonym(&plan.license_id));
        Ok(())
    }
}

/// Of a license that is installed nobody typed the key wrong.
fn of_installed(error: ClientError) -> ClientError {
    match error {
        ClientError::Refusal(Refusal::WrongKey) => ClientError::KeyGone,
        error => error,
    }
}

pub(crate) fn revoking(validation: &Validation) -> Option<Refusal> {
    match validation.code {
        ValidationCode::Suspended => Some(Refusal::Suspended),
        ValidationCode::Banned => Some(Refusal::Banned),
        _ => None,
    }
}

pub(crate) fn uuid_of(id: &str) -> Result<Uuid, ClientError> {
    id.parse().map_err(|_| ClientError::NotInstalled(gatefold_disclosure::quote(id)))
}
