//! Giving this computer's seat back. The server first, then the file: a lost answer leaves the license working, and
//! asking again is harmless, because deleting twice is deleting once (protocol reference 5.3).

mod all;
mod unusable;

use gatefold_disclosure::{Payload, Preview, Purpose};
use gatefold_ledger::EntryId;
use gatefold_store::{IntentKind, KnownLicense, NewIntent, OpenIntent, StoreError};

use crate::activation::key_of;
use crate::app::Gatefold;
use crate::chance;
use crate::claim::may_be_done;
use crate::error::ClientError;
use crate::library::Installed;
use crate::refresh::uuid_of;
use crate::seats::is_here;
use crate::vendors::InForce;

pub use all::ReleaseOfAll;
pub use unusable::Unusable;

/// A release that is ready.
pub struct ReleasePlan {
    vendor: InForce,
    license_id: String,
    product_id: String,
    product: String,
    machine_id: Option<String>,
    /// What the file of the seat is bound to; none for a license without seats.
    fingerprint: Option<String>,
    held: Held,
    /// The request that frees the seat; none for a license without seats.
    request: Option<(Payload, Preview)>,
    /// The activation that took the seat and got no further.
    unfinished: Option<OpenIntent>,
}

/// What was released.
#[derive(Clone, Debug)]
pub struct Released {
    /// The product's name.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// The seat that is free again; none for a license without seats.
    pub machine_id: Option<String>,
    /// The entry of the request, if one was needed.
    pub entries: Vec<EntryId>,
}

impl ReleasePlan {
    /// The exact bytes of the request; none if only the file is removed: the license has no seats, or the vendor is not
    /// asked.
    pub fn request(&self) -> Option<&Preview> {
        self.request.as_ref().map(|(_, preview)| preview)
    }

    /// The product's name.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// The license.
    pub fn license_id(&self) -> &str {
        &self.license_id
    }

    /// The seat; none for a license without seats.
    pub fn machine_id(&self) -> Option<&str> {
        self.machine_id.as_deref()
    }
}

/// How the seat is known here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// By its installed file.
    Installed,
    /// By the journal alone: it never got its file.
    Unfinished,
    /// It is remembered, and its file is gone or cannot be used.
    Lost,
}

/// What goes with a seat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    /// The license's file, what is remembered of it, and the key, unless that is needed.
    License,
    /// The activation that took the seat: file, note and key are another seat's.
    Intent,
}

/// Whether the vendor is asked to free the seat.
#[derive(Clone, Copy)]
enum Asking {
    Vendor,
    Nobody,
}

impl Gatefold {
    /// Prepares a release; nothing leaves. `id` is the activation's or the license's. A seat that an unfinished activation
    /// holds can be released too, and one whose file is lost.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`]; a missing key.
    pub fn plan_release(&self, id: &str) -> Result<ReleasePlan, ClientError> {
        self.plan(id, Asking::Vendor)
    }

    /// Prepares to forget a license here without asking its vendor, who refuses or is gone: nothing is sent, and a seat
    /// stays taken there. `id` as for [`Gatefold::plan_release`].
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`].
    pub fn plan_local_removal(&self, id: &str) -> Result<ReleasePlan, ClientError> {
        self.plan(id, Asking::Nobody)
    }

    fn plan(&self, id: &str, asking: Asking) -> Result<ReleasePlan, ClientError> {
        // Asked now: the key that is to be forgotten must not be out of reach once the seat is free.
        self.secrets.unlocked()?;
        match self.installed_by_id(id) {
            Ok(license) => self.plan_of_installed(license, asking),
            Err(error @ ClientError::NotInstalled(_)) => {
                // What cannot be seen may be there.
                let damaged = self.damaged_vendors()?;
                let plan = match self.plan_of_unfinished(id, asking)? {
                    None => self.plan_of_lost(id, asking)?,
                    plan => plan,
                };
                plan.ok_or_else(|| damaged.first().map_or(error, crate::vendors::Damaged::error))
            }
            Err(error) => Err(error),
        }
    }

    fn plan_of_installed(&self, license: Installed, asking: Asking) -> Result<ReleasePlan, ClientError> {
        let vendor = license.vendor;
        let request = match (&license.machine_id, asking) {
            (Some(machine), Asking::Vendor) => {
                let known = self.known_license(&vendor, &license.license_id)?;
                let user_id = known.and_then(|known| known.user_id);
                let installed = Some(&license.verified);
                Some(self.release_request(
                    &vendor,
                    &license.license_id,
                    machine,
                    installed,
                    user_id.as_deref(),
                )?)
            }
            _ => None,
        };
        Ok(ReleasePlan {
            unfinished: self.open_activation_of(
                &vendor,
                &license.license_id,
                license.machine_id.as_deref(),
            )?,
            fingerprint: license.verified.machine().map(|machine| machine.fingerprint.clone()),
            held: Held::Installed,
            vendor: vendor.planned_now(self),
            license_id: license.license_id,
            product_id: license.product_id,
            product: license.product,
            machine_id: license.machine_id,
            request,
        })
    }

    fn plan_of_unfinished(&self, id: &str, asking: Asking) -> Result<Option<ReleasePlan>, ClientError> {
        let found = self.store.adopt()?.into_iter().find(|open| {
            let what = &open.intent().what;
            what.kind == IntentKind::Activate
                && is_here(&what.vendor, what.identifier.as_deref())
                && what.machine_id.is_some_and(|machine| machine.to_string() == id || what.license_id == id)
        });
        let Some(open) = found else { return Ok(None) };
        let what = open.intent().what.clone();
        let Some(machine_id) = what.machine_id.map(|machine| machine.to_string()) else { return Ok(None) };
        let Some(vendor) = self.vendors()?.into_iter().find(|vendor| vendor.key() == what.vendor) else {
            return Ok(None);
        };
        let request = match asking {
            Asking::Vendor => {
                let user_id = what.user_id.as_deref();
                Some(self.release_request(&vendor, &what.license_id, &machine_id, None, user_id)?)
            }
            Asking::Nobody => None,
        };
        let product = vendor.vendor().product(&what.product).map(|product| product.name.clone());
        Ok(Some(ReleasePlan {
            fingerprint: Some(vendor.identifier()?.to_string()),
            held: Held::Unfinished,
            vendor: vendor.planned_now(self),
            license_id: what.license_id,
            product: product.unwrap_or_else(|| what.product.clone()),
            product_id: what.product,
            machine_id: Some(machine_id),
            request,
            unfinished: Some(open),
        }))
    }

    /// What is remembered of the seat is enough to give it back.
    fn plan_of_lost(&self, id: &str, asking: Asking) -> Result<Option<ReleasePlan>, ClientError> {
        for vendor in self.vendors()? {
            let mut lost = self.lost_seats_of(&vendor)?.into_iter();
            let is_meant =
                |known: &KnownLicense| known.machine_id.as_deref() == Some(id) || known.license_id == id;
            let Some(known) = lost.find(is_meant) else { continue };
            let (license_id, user_id) = (&known.license_id, known.user_id.as_deref());
            let request = match (&known.machine_id, asking) {
                (Some(machine), Asking::Vendor) => {
                    Some(self.release_request(&vendor, license_id, machine, None, user_id)?)
                }
                _ => None,
            };
            let product = vendor.vendor().product(&known.product).map(|product| product.name.clone());
            return Ok(Some(ReleasePlan {
                unfinished: self.open_activation_of(&vendor, license_id, known.machine_id.as_deref())?,
                fingerprint: Some(vendor.identifier()?.to_string()),
                held: Held::Lost,
                vendor: vendor.planned_now(self),
                license_id: known.license_id,
                product: product.unwrap_or_else(|| known.product.clone()),
                product_id: known.product,
                machine_id: known.machine_id,
                request,
            }));
        }
        Ok(None)
    }

    fn release_request(
        &self,
        vendor: &InForce,
        license_id: &str,
        machine_id: &str,
        installed: Option<&gatefold_license::Verified>,
        user_id: Option<&str>,
    ) -> Result<(Payload, Preview), ClientError> {
        let key = key_of(self, vendor, license_id, installed)?;
        let credential = self.way_in(vendor, Purpose::Release, &key, user_id)?.credential;
        let payload = vendor.server(self)?.0.delete_machine(&credential, uuid_of(machine_id)?)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok((payload, preview))
    }

    /// Frees the seat, if that was planned, and removes the license file.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. Then the license stays installed.
    /// [`StoreError::LicenseBusy`] while another Gatefold is at work on the license; [`ClientError::NotInstalled`] and
    /// [`StoreError::IntentGone`] if it changed what was planned. [`ClientError::ReleaseUnkept`] if all is done but keeping
    /// the vendor's word for it; [`ClientError::ReleasedUnnoted`] if the seat is free and
    /// that could not be noted.
    pub async fn release(&mut self, plan: ReleasePlan) -> Result<Released, ClientError> {
        self.release_noting(plan, &mut Vec::new()).await
    }

    /// [`Gatefold::release`]; `entries` receives the entry of the request, also when it fails.
    ///
    /// # Errors
    /// As [`Gatefold::release`].
    pub async fn release_noting(
        &mut self,
        plan: ReleasePlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Released, ClientError> {
        let _held = self.hold_license(&plan.vendor.key(), &plan.license_id)?;
        self.still_planned(&plan)?;
        let goes = self.goes_with(&plan)?;
        let mut intent = self.store.begin(
            NewIntent {
                id: chance::uuid()?,
                kind: IntentKind::Release,
                vendor: plan.vendor.key(),
                license_id: plan.license_id.clone(),
                machine_id: match plan.held {
                    // A start that finds the file of a release gone takes the seat for free; here it was gone before.
                    // So the seat stays remembered until it is known to be free: it may be given back twice.
                    Held::Lost => None,
                    _ => plan.machine_id.as_deref().map(uuid_of).transpose()?,
                },
                identifier: plan.fingerprint.clone(),
                product: plan.product_id.clone(),
                user_id: None,
            },
            self.clock.now(),
        )?;
        let mut kept = Ok(());
        if let Some((payload, _)) = &plan.request {
            let answer = self.ask(&plan.vendor, payload, entries).await;
            let answer = match answer.and_then(|answer| Ok((answer.deleted()?, answer))) {
                Ok((deleted, answer)) => {
                    self.note_deleted(&plan.vendor, &plan.license_id, deleted);
                    answer
                }
                Err(error) => {
                    // Nothing was removed here, so there is nothing to resolve, and where that cannot be noted the next
                    // start closes it: the user may ask again. What became of the request matters more.
                    if may_be_done(&error) {
                        let _ = self.note_release_asked(&intent.intent().what, self.clock.now());
                    }
                    let _ = self.store.finish(intent);
                    return Err(error);
                }
            };
            // Before it is confirmed: a start that finishes a confirmed release has no answer to keep any more.
            if let Some(seat) = &plan.machine_id {
                kept = self.keep_release(&plan.vendor, payload, &answer, seat);
            }
            if let Err(cause) = self.store.confirm(&mut intent) {
                // Noted or not, the seat is free, so its file must go.
                if goes == Goes::License {
                    self.vendor_shelf(&plan.vendor)?.remove(&plan.license_id, plan.fingerprint.as_deref())?;
                }
                return Err(unnoted(cause.into()));
            }
        }
        fail::fail_point!("client.between-release-and-removal");
        let is_free = plan.request.is_some();
        let explained = |cause| if is_free { unnoted(cause) } else { cause };
        match goes {
            Goes::Intent => Ok(()),
            Goes::License => self.remove_license(
                &plan.vendor,
                &plan.license_id,
                plan.fingerprint.as_deref(),
                plan.unfinished.as_ref(),
            ),
        }
        .and_then(|()| Ok(plan.unfinished.map_or(Ok(()), |unfinished| self.store.finish(unfinished))?))
        .and_then(|()| match &plan.machine_id {
            Some(seat) if is_free => Ok(self.store.forget_seat(&plan.vendor.key(), seat)?),
            // Nobody was asked: at the vendor it stays taken.
            _ => Ok(()),
        })
        .and_then(|()| Ok(self.store.finish_as_listed(intent)?))
        .map_err(explained)?;
        kept.map_err(unkept)?;
        Ok(Released {
            product: plan.product,
            license_id: plan.license_id,
            machine_id: plan.machine_id,
            entries: entries.clone(),
        })
    }

    /// Another Gatefold may have given this seat back, or installed its file, or taken another.
    fn still_planned(&self, plan: &ReleasePlan) -> Result<(), ClientError> {
        let machine_id = plan.machine_id.as_deref();
        let installed = self.still_installed(&plan.vendor, &plan.license_id, machine_id);
        match (plan.held, installed) {
            (Held::Installed, installed) => installed,
            (_, Ok(())) => Err(StoreError::IntentGone.into()),
            // The file of a seat that the vendor called gone may lie here still: it is none of this one's.
            (
                Held::Unfinished,
                Err(ClientError::NotInstalled(_) | ClientError::Store(StoreError::IntentGone)),
            ) => Ok(()),
            (Held::Lost, Err(ClientError::NotInstalled(_))) => {
                let lost = self.lost_seats_of(&plan.vendor)?;
                let is_meant = |known: &KnownLicense| {
                    known.license_id == plan.license_id && known.machine_id == plan.machine_id
                };
                if lost.iter().any(is_meant) { Ok(()) } else { Err(StoreError::IntentGone.into()) }
            }
            (_, Err(error)) => Err(error),
        }
    }

    /// What a release takes with it.
    fn goes_with(&self, plan: &ReleasePlan) -> Result<Goes, ClientError> {
        let seat = plan.machine_id.as_deref();
        let has_another =
            plan.held == Held::Unfinished && self.has_another_seat(&plan.vendor, &plan.license_id, seat)?;
        Ok(if has_another { Goes::Intent } else { Goes::License })
    }
}

/// The seat is free, whatever else went wrong.
pub(crate) fn unnoted(cause: ClientError) -> ClientError {
    ClientError::ReleasedUnnoted { cause: Box::new(cause) }
}

/// All is done, but no file that comes back is known to be of a seat that is gone.
pub(crate) fn unkept(cause: ClientError) -> ClientError {
    ClientError::ReleaseUnkept { cause: Box::new(cause) }
}
