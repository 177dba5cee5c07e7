//! Which seat is meant by an id, and what proves the right to it. It refuses a key that nobody vouched for: to the key of
//! another license the server says that there is no such seat, and that must not be taken for a seat given back.

use gatefold_disclosure::{Payload, Purpose};
use gatefold_keygen::Refusal;
use gatefold_ledger::EntryId;
use gatefold_store::{KnownLicense, OpenIntent};
use uuid::Uuid;

use crate::activation::{Checked, WayIn, as_written};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::uuid_of;
use crate::seats::is_here;
use crate::send::never_left;
use crate::vendors::InForce;

/// Where the license key comes from.
#[derive(Clone, Copy)]
pub enum KeyGiven<'a> {
    /// It is kept here.
    Kept,
    /// Typed: the server is asked first whether it is the license's.
    Typed(&'a str),
    /// The server just said whose it is.
    Checked(&'a Checked),
}

/// A seat that is known here, by the vendor's list or because it is this computer's.
pub(super) struct SeatMeant {
    pub(super) vendor: InForce,
    pub(super) license_id: String,
    /// Its id in the vendor file; may be empty.
    pub(super) product_id: String,
    pub(super) product: String,
    pub(super) machine: Uuid,
    pub(super) name: Option<String>,
    pub(super) is_here: bool,
    pub(super) user_id: Option<String>,
}

/// A request about a seat, with what goes before it and what follows a lost answer.
pub(super) struct AboutSeat {
    /// The question whose key it is, with its nonce, where nobody vouched for the key.
    check: Option<(Payload, u64)>,
    pub(super) request: Payload,
    look: Payload,
    pub(super) way_in: WayIn,
    pub(super) requests: Vec<Planned>,
}

impl Gatefold {
    /// The seat with this id.
    pub(super) fn seat_meant(&self, machine_id: &str) -> Result<SeatMeant, ClientError> {
        let unknown = || ClientError::SeatUnknown(gatefold_disclosure::quote(machine_id));
        let machine = machine_id.parse().map_err(|_| unknown())?;
        let (lists, licenses) = (self.store.seat_lists()?, self.store.licenses()?);
        for vendor in self.vendors()? {
            let key = vendor.key();
            let listed = lists.iter().filter(|list| list.vendor == key).find_map(|list| {
                let seat = list.seats.iter().find(|seat| seat.machine_id == machine_id)?;
                Some((list.clone(), seat.clone()))
            });
            let own = |known: &KnownLicense| {
                known.vendor == key
                    && known.machine_id.as_deref() == Some(machine_id)
                    && is_here(&key, known.identifier.as_deref())
            };
            let known = licenses.iter().find(|known| own(known)).cloned();
            let named = |id: &str| vendor.vendor().product(id).map(|product| product.name.clone());
            if let Some((list, seat)) = listed {
                let product_id = list.product.unwrap_or_default();
                return Ok(SeatMeant {
                    product: named(&product_id).unwrap_or_else(|| list.license_id.clone()),
                    license_id: list.license_id,
                    product_id,
                    machine,
                    name: seat.name,
                    is_here: seat.identifier == vendor.identifier()?.as_str(),
                    user_id: known.and_then(|known| known.user_id).or(list.user_id),
                    vendor,
                });
            }
            if let Some(known) = known {
                return Ok(SeatMeant {
                    product: named(&known.product).unwrap_or_else(|| known.license_id.clone()),
                    license_id: known.license_id,
                    product_id: known.product,
                    machine,
                    name: known.device_name,
                    is_here: true,
                    user_id: known.user_id,
                    vendor,
                });
            }
        }
        Err(unknown())
    }

    /// The requests about a seat. `request` makes the one that matters.
    pub(super) fn about_seat(
        &self,
        seat: &SeatMeant,
        purpose: Purpose,
        given: KeyGiven<'_>,
        request: impl FnOnce(&WayIn) -> Result<Payload, ClientError>,
    ) -> Result<AboutSeat, ClientError> {
        let vendor = &seat.vendor;
        let server = vendor.server(self)?.0;
        let (key, check) = match given {
            KeyGiven::Kept => (self.key_here(vendor, &seat.license_id)?, None),
            KeyGiven::Checked(checked) if checked.license.id == uuid_of(&seat.license_id)? => {
                (checked.key.clone(), None)
            }
            KeyGiven::Checked(_) => return Err(ClientError::KeyOfAnother),
            KeyGiven::Typed(typed) => {
                let (key, nonce) = (as_written(vendor, typed)?, chance::nonce()?);
                let check = server.check_key(&key, nonce)?;
                (key, Some((check, nonce)))
            }
        };
        let way_in = self.way_in(vendor, purpose, &key, seat.user_id.as_deref())?;
        let request = request(&way_in)?;
        let look = server.show_machine(purpose, &way_in.credential, seat.machine)?;
        let after = if check.is_some() { PlannedWhen::IfGood } else { PlannedWhen::Always };
        let mut planned = vec![(after, &request), (PlannedWhen::IfUnanswered, &look)];
        if let Some((check, _)) = &check {
            planned.insert(0, (PlannedWhen::Always, check));
        }
        let requests = planned
            .into_iter()
            .map(|(when, payload)| Ok(Planned { when, preview: payload.preview(vendor.vendor())? }))
            .collect::<Result<_, ClientError>>()?;
        Ok(AboutSeat { check, request, look, way_in, requests })
    }

    /// Asks whether the key that was typed is the license's, where that must be asked.
    pub(super) async fn vouch(
        &self,
        seat: &SeatMeant,
        about: &AboutSeat,
        entries: &mut Vec<EntryId>,
    ) -> Result<(), ClientError> {
        let Some((check, nonce)) = &about.check else { return Ok(()) };
        let (license, _) = self.describe(&seat.vendor, check, *nonce, entries).await?;
        match license.id.to_string() == seat.license_id {
            true => Ok(()),
            false => Err(ClientError::KeyOfAnother),
        }
    }

    /// Sends the request; where it is not known what came of it, looks. `done` reads the answer, `seen` the look.
    ///
    /// # Errors
    /// Why it was not done, or why that is not known.
    pub(super) async fn send_about<T>(
        &self,
        seat: &SeatMeant,
        about: &AboutSeat,
        entries: &mut Vec<EntryId>,
        done: impl FnOnce(&gatefold_keygen::Answer) -> Result<T, ClientError>,
        seen: impl FnOnce(Result<gatefold_keygen::Machine, Refusal>) -> Option<T>,
    ) -> Result<T, (ClientError, Known)> {
        let because = match self.ask(&seat.vendor, &about.request, entries).await {
            Ok(answer) => match done(&answer) {
                Ok(done) => return Ok(done),
                Err(error) => about.way_in.explain(error),
            },
            Err(error) => error,
        };
        if never_left(&because) || is_said(&because) {
            return Err((because, Known::NotDone));
        }
        if because.asks_for_pause() {
            // One more request is not what the server asks for; and nobody signs this.
            return Err((because, Known::Nothing));
        }
        let looked = match self.ask(&seat.vendor, &about.look, entries).await {
            Ok(answer) => answer.machine(),
            Err(_) => return Err((because, Known::Nothing)),
        };
        // That it is not done yet says nothing: what got no answer may still be on its way.
        seen(looked).ok_or((because, Known::Nothing))
    }

    /// Ends the intent of what [`Gatefold::send_about`] failed with; gives the reason back.
    pub(super) fn not_done(
        &self,
        seat: &SeatMeant,
        intent: OpenIntent,
        (because, known): (ClientError, Known),
    ) -> Result<ClientError, ClientError> {
        match known {
            Known::NotDone => self.store.finish_as_listed(intent)?,
            Known::Nothing => {
                // Somebody may have read the list meanwhile.
                self.store.note_seats_changed(&seat.vendor.key(), &seat.license_id)?;
                self.store.finish(intent)?;
            }
        }
        Ok(because)
    }
}

/// What is known after a request that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It was not done.
    NotDone,
    /// Nothing.
    Nothing,
}

/// Whether the vendor signed that it says no.
fn is_said(error: &ClientError) -> bool {
    match error {
        ClientError::Refusal(refusal) => refusal.is_confirmed(),
        ClientError::AccountForeign => true,
        _ => false,
    }
}
