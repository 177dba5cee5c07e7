//! Giving a computer another name in the vendor's list. Asking twice is asking once, so a lost answer is resolved by
//! looking, and a crash needs no more than reading the list again.

use gatefold_disclosure::{Purpose, quote};
use gatefold_ledger::EntryId;
use gatefold_store::{IntentKind, NewIntent};

use super::meant::{AboutSeat, KeyGiven, SeatMeant};
use crate::activation::DeviceName;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::planned::Planned;
use crate::vendors::InForce;

/// A renaming that is ready to be sent.
pub struct RenamePlan {
    seat: SeatMeant,
    name: DeviceName,
    about: AboutSeat,
}

/// What was renamed.
#[derive(Clone, Debug)]
pub struct Renamed {
    /// The product's name.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// The seat.
    pub machine_id: String,
    /// The name that the vendor knows its computer by now, quoted.
    pub name: String,
    /// The entry of each request.
    pub entries: Vec<EntryId>,
}

impl RenamePlan {
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

    /// The name that the vendor knows the computer by, as far as it is known here.
    pub fn old_name(&self) -> Option<&str> {
        self.seat.name.as_deref()
    }

    /// The name that it gets.
    pub fn new_name(&self) -> &str {
        self.name.as_str()
    }

    /// Whether it is the computer that this runs on.
    pub fn is_here(&self) -> bool {
        self.seat.is_here
    }
}

impl Gatefold {
    /// Prepares to give the computer of a seat another name; nothing leaves. The seat is this computer's, or one that the
    /// vendor's list named.
    ///
    /// # Errors
    /// [`ClientError::SeatUnknown`]; [`ClientError::KeyMissing`]; a vendor whose file declares no renaming.
    pub fn plan_rename(
        &self,
        machine_id: &str,
        name: &DeviceName,
        key: KeyGiven<'_>,
    ) -> Result<RenamePlan, ClientError> {
        let seat = self.seat_meant(machine_id)?.planned_now(self);
        let about = self.about_seat(&seat, Purpose::Rename, key, |way_in| {
            let server = seat.vendor.server(self)?.0;
            Ok(server.rename_machine(&way_in.credential, seat.machine, name.as_str())?)
        })?;
        Ok(RenamePlan { seat, name: name.clone(), about })
    }

    /// Sends it. `entries` receives the entry of each request that was made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with; why it is not known whether it was done.
    /// [`gatefold_store::StoreError::LicenseBusy`] while another Gatefold is at work on the license.
    pub async fn rename(
        &mut self,
        plan: RenamePlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<Renamed, ClientError> {
        let RenamePlan { seat, name, about } = plan;
        let key = seat.vendor.key();
        let _held = self.hold_license(&key, &seat.license_id)?;
        self.vouch(&seat, &about, entries).await?;
        let intent = self.store.begin(seat.intent(IntentKind::Rename, &about)?, self.clock.now())?;
        let (machine, wanted) = (seat.machine, quote(name.as_str()));
        let renamed = self
            .send_about(
                &seat,
                &about,
                entries,
                |answer| match answer.machine()? {
                    found if found.id != machine => {
                        Err(ClientError::contradictory("a seat of another id than asked for"))
                    }
                    // No answer about seats has our nonce: this may be the one to an earlier renaming.
                    found if found.name.as_ref() != Some(&wanted) => {
                        Err(ClientError::contradictory("another name than asked for"))
                    }
                    _ => Ok(wanted.clone()),
                },
                |looked| {
                    let found = looked.ok().filter(|found| found.id == machine);
                    found.and_then(|found| found.name).filter(|name| *name == wanted)
                },
            )
            .await;
        fail::fail_point!("client.between-rename-and-note");
        let name = match renamed {
            Ok(name) => name,
            Err(failed) => return Err(self.not_done(&seat, intent, failed)?),
        };
        self.store.rename_seat(&key, &machine.to_string(), &name)?;
        self.store.finish_as_listed(intent)?;
        Ok(Renamed {
            product: seat.product,
            license_id: seat.license_id,
            machine_id: machine.to_string(),
            name,
            entries: entries.clone(),
        })
    }
}

impl SeatMeant {
    pub(super) fn planned_now(self, gatefold: &Gatefold) -> Self {
        Self { vendor: self.vendor.planned_now(gatefold), ..self }
    }

    /// What is about to happen to the seat. No identifier is noted: no file here goes with it.
    pub(super) fn intent(&self, kind: IntentKind, about: &AboutSeat) -> Result<NewIntent, ClientError> {
        Ok(NewIntent {
            id: chance::uuid()?,
            kind,
            vendor: self.vendor.key(),
            license_id: self.license_id.clone(),
            machine_id: Some(self.machine),
            identifier: None,
            product: self.product_id.clone(),
            user_id: about.way_in.user_id.clone(),
        })
    }
}
