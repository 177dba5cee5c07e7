//! What a list says of this computer's own seat, where a request to give it back got no answer. It refuses to take a seat for
//! gone that a list of several pages may have missed, and removes no file.

use gatefold_keygen::Page;
use gatefold_store::{KnownLicense, SeatList};
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

impl Gatefold {
    /// A list that was asked for since says whether the seat is this computer's still. What another Gatefold does with the
    /// license meanwhile, it settles itself.
    ///
    /// # Errors
    /// The store's; this computer's identifier.
    pub(super) fn settle_release(
        &self,
        vendor: &InForce,
        list: &SeatList,
        asked_at: Timestamp,
    ) -> Result<(), ClientError> {
        let Some(_held) = self.store.try_hold_license(&list.vendor, &list.license_id)? else { return Ok(()) };
        let Some(known) = self.known_license(vendor, &list.license_id)? else { return Ok(()) };
        let (Some(seat), Some(released_at)) = (&known.machine_id, known.release_asked_at) else {
            return Ok(());
        };
        if released_at > asked_at {
            return Ok(());
        }
        let seat_gone_at = match list.seats.iter().any(|listed| listed.machine_id == *seat) {
            true => known.seat_gone_at,
            // A seat that is given back while the pages are read shifts those after it, and one is missed.
            false if list.is_cut || list.seats.len() >= Page::SIZE => return Ok(()),
            false => Some(list.read_at),
        };
        Ok(self.store.keep_license(&KnownLicense { release_asked_at: None, seat_gone_at, ..known })?)
    }
}
