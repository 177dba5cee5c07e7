//! What a plug-in may note of its use, and where: the consent file permits it, the spool takes it, and two locks forbid it
//! whatever was permitted (docs/formats/usage.md).
//!
//! It refuses to take what is not there, not this user's alone, or not of the form, for a yes. Nothing of it is believed where
//! something is sent: the ledger asks for consent of its own there.

mod consent;
mod lock;
mod spool;
mod taken_back;

use serde::{Deserialize, Serialize};

pub use consent::{MAX_GRANT_DAYS, UsageConsent, UsageGrant};
pub use lock::{UsageLock, usage_lock};
pub use spool::{MAX_SPOOLED, MAX_SPOOLED_BYTES, SpoolRecord, Spooled, SpooledItem};

/// What may be noted of a session. A closed list, by the names that the catalogue of `disclosure` gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageItem {
    /// That the product was used: the record itself.
    UsageFrequency,
    /// Which version of the product it was.
    TitleVersion,
    /// In which host.
    Daw,
}

/// The version of both formats.
const FORMAT: u32 = 1;
