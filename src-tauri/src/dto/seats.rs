//! The computers that hold a license's seats, as the vendor listed them last.

use gatefold_client::{Gatefold, Installed, SeatList as Known, written};
use serde::Serialize;

use super::Seats;

/// The seats of one license.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeatList {
    pub(crate) vendor: String,
    pub(crate) license_id: String,
    pub(crate) product_id: Option<String>,
    pub(crate) seats: Seats,
    pub(crate) computers: Vec<Computer>,
    /// The vendor's list goes on.
    pub(crate) cut: bool,
    pub(crate) read_at: String,
    /// A request went out since that may have changed it.
    pub(crate) changed: bool,
}

/// A computer that holds a seat.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Computer {
    pub(crate) machine_id: String,
    /// None where the vendor was told none.
    pub(crate) name: Option<String>,
    pub(crate) is_here: bool,
    /// It is this one from before its system was installed anew, by all that is known here.
    pub(crate) is_system_before: bool,
    pub(crate) last_file_at: Option<String>,
    /// That file is later than the one here.
    pub(crate) fetched_elsewhere: bool,
}

/// What was given back, or forgotten here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Released {
    /// The files of the license that root installed for all users of this computer, which count until root removes them.
    pub(crate) copies: Vec<String>,
}

impl Released {
    pub(crate) fn of(gatefold: &Gatefold, license_id: &str) -> Self {
        let copies = gatefold.copies_for_all(license_id).into_iter();
        Self { copies: copies.map(|path| path.display().to_string()).collect() }
    }
}

impl SeatList {
    /// Beside what is installed here.
    pub(crate) fn of(known: Known, installed: &[Installed]) -> Self {
        let is_later = |seat: &_| installed.iter().any(|license| license.later_file(seat).is_some());
        Self {
            vendor: known.vendor.named(),
            license_id: known.license_id,
            product_id: known.product_id,
            seats: Seats { used: known.seats.taken, limit: known.seats.limit },
            computers: known
                .computers
                .into_iter()
                .map(|computer| Computer {
                    fetched_elsewhere: is_later(&computer),
                    machine_id: computer.machine_id,
                    name: computer.name,
                    is_here: computer.is_here,
                    is_system_before: computer.is_system_before,
                    last_file_at: computer.last_file_at.map(written),
                })
                .collect(),
            cut: known.is_cut,
            read_at: written(known.read_at),
            changed: known.is_changed,
        }
    }
}
