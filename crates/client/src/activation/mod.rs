//! From a license key to an installed license: check the key, show what will be sent, send it, install what verifies.
//!
//! Checking is a request of its own, shown on its own; after it every id is known, so the rest is shown byte for byte.

mod all;
mod check;
mod draft;
mod install;
mod lasts;
mod plan;
mod run;
mod seat;
mod trial;
mod watch;
mod way_in;

pub use all::{Attempt, OwnedPlan, Unready};
pub(crate) use check::as_written;
pub use check::{Checked, KeyCheck};
pub(crate) use install::{Shelved, Wanted, file_kind, verify_issued};
pub use plan::{ActivationPlan, DeviceName};
pub use run::Activated;
pub use trial::PreparedTrial;
pub use watch::{ActivationStep, Watch};
pub(crate) use way_in::{WayIn, key_of};
