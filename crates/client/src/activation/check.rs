//! Asking the server about a license key.

use gatefold_disclosure::vendor::{Binding, LicenseKeyFormat, Product};
use gatefold_disclosure::{Payload, Preview, Slot};
use gatefold_keygen::{Id, License, ValidationCode};
use gatefold_ledger::EntryId;
use gatefold_license::{LicenseKey, LicenseStatus};
use gatefold_machine::Facts;
use gatefold_shelf::SealedRevocation;
use gatefold_store::{KeyHint, SeatsTaken};
use jiff::Timestamp;
use uuid::Uuid;

use super::way_in::key_of;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// A check that is ready to be sent.
#[derive(Debug)]
pub struct KeyCheck {
    vendor: InForce,
    key: LicenseKey,
    nonce: u64,
    payload: Payload,
    preview: Preview,
}

/// A license key that the server confirmed.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(crate) vendor: InForce,
    pub(crate) key: LicenseKey,
    pub(crate) license: License,
    pub(crate) product: Product,
    pub(crate) entries: Vec<EntryId>,
    /// When the server signed its answer. It is to our own nonce, so what it signed before is from before.
    pub(crate) signed_at: Timestamp,
    /// The revocations that were known when the key was asked about: no other is lifted by the answer.
    pub(crate) revocations: Vec<SealedRevocation>,
    /// This computer's facts, where its vendor binds licenses to it; read while the answer was awaited.
    pub(super) facts: Option<Facts>,
    /// Of a trial that was just begun.
    pub(super) trial: Option<TrialShown>,
}

/// What is to be activated: as much of it as the bytes of the requests follow from.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) vendor: InForce,
    pub(super) license: Which,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) product: Product,
    /// Read already, or to be read.
    pub(super) facts: Option<Facts>,
    /// Of a trial that is begun with it: what was shown before there was a license.
    pub(super) trial: Option<TrialShown>,
}

/// Which license is activated. What a trial will bring is none yet: it can be shown what is sent for it, and nothing can be sent.
#[derive(Clone, Debug)]
pub(super) struct Which {
    pub(super) id: Option<Uuid>,
    pub(super) key: Option<LicenseKey>,
}

/// What the requests of a trial's activation are held to, since they were shown before it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrialShown {
    /// How long it lasts, by the vendor's file.
    pub(crate) days: u32,
    /// The id of the seat, if a new one is taken.
    pub(crate) seat: Uuid,
}

impl Which {
    pub(super) const TO_COME: Self = Self { id: None, key: None };

    pub(super) fn known(id: Uuid, key: LicenseKey) -> Self {
        Self { id: Some(id), key: Some(key) }
    }

    pub(super) fn id(&self) -> Id {
        self.id.map_or_else(|| Slot("license id").into(), Id::from)
    }
}

impl Subject {
    /// Whether a check found what the requests were made for.
    pub(super) fn is(&self, checked: &Checked) -> bool {
        let license = &checked.license;
        (self.license.id(), self.expires_at, &self.product.id)
            == (license.id.into(), license.expires_at, &checked.product.id)
    }
}

impl KeyCheck {
    /// Who is asked.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// The last characters of the key, to tell one from another.
    pub fn key_hint(&self) -> String {
        KeyHint::of(&self.key).as_str().to_owned()
    }

    /// The exact bytes that [`Gatefold::check_key`] sends, the key named in its place.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }
}

impl Checked {
    /// The same, with the requests of a try that came to nothing: they are of this activation too.
    #[must_use]
    pub fn after(mut self, tried: Vec<EntryId>) -> Self {
        self.entries.extend(tried);
        self
    }

    /// The same, after an earlier check and all that was sent since: that is of this activation too.
    #[must_use]
    pub fn following(mut self, earlier: Self) -> Self {
        self.entries = [earlier.entries, self.entries].concat();
        self
    }

    /// The license, as the server describes it.
    pub fn license(&self) -> &License {
        &self.license
    }

    /// What it is for.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    pub(super) fn subject(&self) -> Subject {
        Subject {
            vendor: self.vendor.clone(),
            license: Which::known(self.license.id, self.key.clone()),
            expires_at: self.license.expires_at,
            product: self.product.clone(),
            facts: self.facts.clone(),
            trial: self.trial,
        }
    }
}

impl Gatefold {
    /// Prepares a check of a key that was typed; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::KeyOfOtherVendor`]; the key's shape, where the vendor describes one; no server in force; an
    /// undeclared item; a shelf that cannot be read or written.
    pub fn prepare_check(&self, vendor: InForce, key: &str) -> Result<KeyCheck, ClientError> {
        self.refuse_key_of_other(&vendor, key)?;
        self.prepare_check_known(vendor, key)
    }

    /// [`Gatefold::prepare_check`] of a key that is known to be this vendor's.
    pub(super) fn prepare_check_known(&self, vendor: InForce, key: &str) -> Result<KeyCheck, ClientError> {
        let key = as_written(&vendor, key)?;
        let vendor = vendor.planned_now(self);
        self.could_install(&vendor)?;
        let nonce = chance::nonce()?;
        let payload = vendor.server(self)?.0.check_key(&key, nonce)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok(KeyCheck { vendor, key, nonce, payload, preview })
    }

    /// Asked before anything is sent: a computer that cannot be told from others, a shelf that cannot be used, or a keyring that
    /// keeps nothing, must not be found out after the key was sent or the seat is taken.
    pub(crate) fn could_install(&self, vendor: &InForce) -> Result<(), ClientError> {
        if vendor.vendor().binding() == Binding::Machine {
            vendor.identifier()?;
        }
        let shelf = self.vendor_shelf(vendor)?;
        shelf.installed()?;
        shelf.could_install()?;
        Ok(self.secrets.ready()?)
    }

    /// [`Gatefold::prepare_check`] of a license that something was left open about, by the key that was kept for it: to
    /// finish its activation, or to fetch the file that its seat lost; of an installed one whose seat is gone, to take
    /// another; or of one whose file is another computer's, or from before the system was installed anew.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`] where nothing is open and no seat is gone; [`ClientError::KeyMissing`]; else as there.
    pub fn prepare_check_again(&self, license_id: &str) -> Result<KeyCheck, ClientError> {
        let gone = || ClientError::NotInstalled(gatefold_disclosure::quote(license_id));
        let open = self.unfinished()?.into_iter().find(|open| open.license_id == license_id);
        let (vendor, key) = match open {
            Some(open) => {
                let vendor = self.vendors()?.into_iter().find(|vendor| vendor.key() == open.vendor);
                let vendor = vendor.ok_or_else(gone)?;
                let key = key_of(self, &vendor, license_id, None)?;
                (vendor, key)
            }
            None => match self.installed_by_id(license_id) {
                Ok(installed) if installed.seat_gone_at.is_some() => {
                    let key = key_of(self, &installed.vendor, license_id, Some(&installed.verified))?;
                    (installed.vendor, key)
                }
                Ok(_) => return Err(gone()),
                Err(ClientError::NotInstalled(_)) => {
                    let vendor = self.unusable(license_id)?.ok_or_else(gone)?.vendor;
                    let key = key_of(self, &vendor, license_id, None)?;
                    (vendor, key)
                }
                Err(error) => return Err(error),
            },
        };
        // Exposed to be checked as if it were typed in.
        self.prepare_check_known(vendor, key.expose())
    }

    /// [`Gatefold::prepare_check`] of a license that was checked before, as where a seat was made free for it since.
    ///
    /// # Errors
    /// As there.
    pub fn prepare_check_of(&self, checked: &Checked) -> Result<KeyCheck, ClientError> {
        // Exposed to be checked as if it were typed in.
        self.prepare_check_known(checked.vendor.clone(), checked.key.expose())
    }

    /// Sends the check.
    ///
    /// # Errors
    /// What the server refuses the license with; why nothing is known; [`ClientError::ProductUnknown`].
    pub async fn check_key(&self, check: KeyCheck) -> Result<Checked, ClientError> {
        self.check_key_noting(check, &mut Vec::new()).await
    }

    /// [`Gatefold::check_key`]; `entries` receives the entry of the request, also when it fails.
    pub(super) async fn check_key_noting(
        &self,
        check: KeyCheck,
        entries: &mut Vec<EntryId>,
    ) -> Result<Checked, ClientError> {
        let KeyCheck { vendor, key, nonce, payload, .. } = check;
        let revocations = self.vendor_shelf(&vendor)?.revocations()?.found;
        let is_bound = vendor.vendor().binding() == Binding::Machine;
        let reading = is_bound.then(|| tokio::task::spawn_blocking(Facts::read));
        let answer = self.ask(&vendor, &payload, entries).await?;
        let validation = answer.validation(nonce)?;
        let signed_at = answer.signed_date().ok_or(gatefold_keygen::Refusal::Replayed)?;
        // More seats than the limit, which the vendor lowered: who holds one may go on, and who asks for one is shown the others.
        let is_over = validation.code == ValidationCode::TooManyMachines && validation.license.is_some();
        if let Some(refusal) = validation.refusal().filter(|_| !is_over) {
            return Err(refusal.into());
        }
        // A server that misses a seat says so before it says that the license has ended; a seat would be of no use then.
        let ended =
            validation.license.as_ref().is_some_and(|license| license.status == LicenseStatus::Expired);
        if ended && !validation.valid {
            return Err(gatefold_keygen::Refusal::Expired.into());
        }
        let license = validation.license.ok_or(gatefold_keygen::Refusal::WrongKey)?;
        self.note_taken(&vendor, &license.id.to_string(), SeatsTaken::Are(license.machines_count));
        let product = license
            .product
            .and_then(|id| vendor.vendor().product(&id.to_string()))
            .ok_or(ClientError::ProductUnknown)?
            .clone();
        let facts = match reading {
            Some(reading) => reading.await.ok(),
            None => None,
        };
        let entries = entries.clone();
        Ok(Checked { vendor, key, license, product, entries, signed_at, revocations, facts, trial: None })
    }
}

/// A key that was typed, as its vendor writes it.
///
/// # Errors
/// The key's shape, where the vendor describes one.
pub(crate) fn as_written(vendor: &InForce, typed: &str) -> Result<LicenseKey, ClientError> {
    let key = LicenseKey::new(typed)?;
    match vendor.vendor().license_key_format() {
        Some(format) => {
            // Exposed to be compared with the vendor's description of its keys.
            let typed = key.expose();
            let written = format.normalize(typed).ok_or_else(|| other_shape(format, typed))?;
            Ok(LicenseKey::new(&written)?)
        }
        None => Ok(key),
    }
}

/// How this vendor's keys look, and what of the typed one stands in none of them.
fn other_shape(format: &LicenseKeyFormat, typed: &str) -> ClientError {
    let shape = format!("they look like {}", format.pattern());
    let strangers: Vec<String> = format.strangers(typed).iter().map(char::to_string).collect();
    ClientError::KeyShape(match strangers.as_slice() {
        [] => shape,
        strangers => format!("{shape}, and have no {}", strangers.join(" and no ")),
    })
}
