//! Giving back the seat of another computer, also of one that is no more. It cannot recall the files that are there, and
//! says so; it removes nothing here.

use gatefold_disclosure::Purpose;
use gatefold_keygen::Refusal;
use gatefold_ledger::EntryId;
use gatefold_store::{IntentKind, StoreError};

use super::meant::{AboutSeat, KeyGiven, SeatMeant};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::planned::Planned;
use crate::release::{Released, unkept, unnoted};
use crate::vendors::InForce;

/// A release of another computer's seat that is ready to be sent.
pub struct ElsewherePlan {
    seat: SeatMeant,
    about: AboutSeat,
}

impl ElsewherePlan {
    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.seat.vendor
    }

    /// Every request that may be sent, in the order of sending.
    pub fn requests(&self) -> &[Planned] {
        &self.about.requests
    }

    /// The product's name.
    pub fn product(&self) -> &str {
        &self.seat.product
    }

    /// The seat's id.
    pub fn machine_id(&self) -> String {
        self.seat.machine.to_string()
    }

    /// The name that the vendor knows its computer by.
    pub fn name(&self) -> Option<&str> {
        self.seat.name.as_deref()
    }

    /// Whether it is a seat of the computer that this runs on, of which nothing else is known here.
    pub fn is_here(&self) -> bool {
        self.seat.is_here
    }
}

impl Gatefold {
    /// Prepares to give back a seat that the vendor's list named; nothing leaves. One of this computer's that is installed
    /// or unfinished here goes by [`Gatefold::plan_release`], which removes its file, too.
    ///
    /// # Errors
    /// [`ClientError::SeatUnknown`]; [`ClientError::KeyMissing`].
    pub fn plan_release_elsewhere(
        &self,
        machine_id: &str,
        key: KeyGiven<'_>,
    ) -> Result<ElsewherePlan, ClientError> {
        let seat = self.seat_meant(machine_id)?.planned_now(self);
        let about = self.about_seat(&seat, Purpose::Release, key, |way_in| {
            Ok(seat.vendor.server(self)?.0.delete_machine(&way_in.credential, seat.machine)?)
        })?;
        Ok(ElsewherePlan { seat, about })
    }

    /// Sends it. `entries` receives the entry of each request that was made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with; why it is not known whether it was done.
    /// [`StoreError::LicenseBusy`] while another Gatefold is at work on the license; [`StoreError::IntentGone`] if it took the
    /// seat up here since. [`ClientError::ReleasedUnnoted`] if the seat is free and that could not be noted;
    /// [`ClientError::ReleaseUnkept`] if the vendor's word for it could not be kept.
    pub async fn release_elsewhere(
        &mut self,
        plan: ElsewherePlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Released, ClientError> {
        let ElsewherePlan { seat, about } = plan;
        let key = seat.vendor.key();
        let _held = self.hold_license(&key, &seat.license_id)?;
        self.still_elsewhere(&seat)?;
        self.vouch(&seat, &about, entries).await?;
        let intent =
            self.store.begin(seat.intent(IntentKind::ReleaseElsewhere, &about)?, self.clock.now())?;
        let released = self
            .send_about(
                &seat,
                &about,
                entries,
                |answer| {
                    self.note_deleted(&seat.vendor, &seat.license_id, answer.deleted()?);
                    Ok(Some(answer.clone()))
                },
                |looked| matches!(looked, Err(Refusal::NotFound)).then_some(None),
            )
            .await;
        fail::fail_point!("client.between-release-elsewhere-and-note");
        let answer = match released {
            Ok(answer) => answer,
            Err(failed) => return Err(self.not_done(&seat, intent, failed)?),
        };
        let machine_id = seat.machine.to_string();
        let kept = match &answer {
            Some(answer) => self.keep_release(&seat.vendor, &about.request, answer, &machine_id),
            None => Ok(()),
        };
        let noted =
            self.store.forget_seat(&key, &machine_id).and_then(|()| self.store.finish_as_listed(intent));
        noted.map_err(ClientError::from).map_err(unnoted)?;
        kept.map_err(unkept)?;
        Ok(Released {
            product: seat.product,
            license_id: seat.license_id,
            machine_id: Some(machine_id),
            entries: entries.clone(),
        })
    }

    /// Another Gatefold may have taken the seat up on this computer: its file would stay here and count on.
    fn still_elsewhere(&self, seat: &SeatMeant) -> Result<(), ClientError> {
        let id = Some(seat.machine.to_string());
        let installed = self.installed_at(&seat.vendor)?;
        let is_installed =
            installed.iter().any(|license| license.license_id == seat.license_id && license.machine_id == id);
        if is_installed || self.open_activation_of(&seat.vendor, &seat.license_id, id.as_deref())?.is_some() {
            return Err(StoreError::IntentGone.into());
        }
        Ok(())
    }
}
