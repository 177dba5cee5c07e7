//! What sessions come to: counts a week for each product, version and host, and the two requests that are made of them.
//!
//! Pure: no disk, no network, no clock, no randomness. It refuses to know anything finer than a week, and anything of who or where
//! the user is: neither has a place in a [`Session`]. What was not granted is absent from a count, and not "unknown".

mod daw;
mod requests;
mod roll_up;
mod text;
mod week;

pub use daw::daw;
pub use requests::{erasure, upload};
pub use roll_up::{Count, MAX_DAWS, MAX_VERSIONS, OTHER, Session, roll_up};
pub use text::{MAX_TEXT_CHARS, version};
pub use week::{NotAWeek, Week};
