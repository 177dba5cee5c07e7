//! The computers that hold a license's seats: read from the vendor's list, called otherwise, given back, also one that is
//! no more.
//!
//! The list is the server's word of the moment. It refuses to be more: no file is installed or removed by it.

mod elsewhere;
mod license;
mod list;
mod meant;
mod named;
mod own;
mod rename;

pub use elsewhere::ElsewherePlan;
pub use list::{Computer, SeatList, SeatsPlan};
pub use meant::KeyGiven;
pub use named::SeatsElsewhere;
pub use rename::{RenamePlan, Renamed};
