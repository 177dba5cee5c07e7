//! Use cases, for every face alike: vendors, accounts, activation, refresh, release, the ledger's reading.
//!
//! A use case that sends comes in two halves: prepare (nothing leaves, the exact bytes are there to be seen) and run.
//! It refuses to send what was not sealed, to install what was not verified, and to print.

mod account;
mod activation;
mod app;
mod chance;
mod clerk;
mod clock;
mod document;
mod error;
mod facts;
mod given;
mod home;
mod ledger;
mod library;
mod policy;
mod refresh;
mod release;
mod retention;
mod send;
mod tidy;
mod vendors;
mod verify;
mod words;

pub use account::{PreparedSignIn, PreparedSignOut};
pub use activation::{Activated, ActivationPlan, Checked, DeviceName, KeyCheck, Planned, PlannedWhen};
pub use app::{Gatefold, OpenOptions};
pub use clock::{Clock, written};
pub use document::{EntryDetail, LedgerLine, LicenseEntry};
pub use error::{CODES, ClientError, ErrorKind};
pub use facts::MachineFacts;
pub use gatefold_disclosure::{Item, Kind, Mark, MarkKind, Preview, Purpose, Sensitive, Vendor, vendor};
pub use gatefold_keygen::License as CheckedLicense;
pub use gatefold_ledger::{AnchorState, Check};
pub use gatefold_license::{LicenseKey, Standing, Terms};
pub use gatefold_store::{Kept, WhyMemory};
pub use home::{Home, log_to};
pub use ledger::{ExportFormat, Exported};
pub use library::{Installed, Unfinished, Unreadable};
pub use refresh::{RefreshPlan, Refreshed, Unplanned};
pub use release::{ReleasePlan, Released};
pub use vendors::{InForce, Known, Review, Signature};
pub use verify::{Verdict, verify_file};
pub use words::{Advice, advice_of};
