//! What may leave and why: the closed catalogue, the vendor's manifest, the payload and its sealed bytes.
//!
//! Pure: no disk, no network, no clock. It refuses anything that the vendor in force does not declare.

pub mod catalogue;
pub mod log;
pub mod payload;
pub mod purpose;
pub mod quote;
mod render;
pub mod sealed;
mod sensitive;
mod suggest;
pub mod vendor;

pub use catalogue::{CATALOGUE, Item, Kind};
pub use payload::{Declared, Json, Method, Payload, SealError, Slot, Text, Undeclared};
pub use purpose::Purpose;
pub use quote::quote;
pub use sealed::{Mark, MarkKind, Preview, Sealed};
pub use sensitive::Sensitive;
pub use vendor::{Vendor, VendorError};
