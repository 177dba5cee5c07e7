//! Use cases, for every face alike: vendors, accounts, activation, refresh, release, seats, the ledger's reading.
//!
//! A use case that sends comes in two halves: prepare (nothing leaves, the exact bytes are there to be seen) and run.
//! It refuses to send what was not sealed, to install what was not verified, and to print.

mod account;
mod activation;
mod aliases;
mod all_users;
mod app;
mod chance;
mod claim;
mod clerk;
mod clock;
mod computers;
mod dealings;
mod diagnostics;
mod document;
mod enough;
mod error;
mod facts;
mod given;
mod given_back;
mod home;
mod ledger;
mod library;
mod memory;
mod notes;
mod one_time_code;
mod owned;
mod pauses;
mod planned;
mod policy;
mod refresh;
mod registration;
mod release;
mod renewal;
mod retention;
mod same_computer;
mod seats;
mod send;
mod settings;
mod stop;
mod surroundings;
mod tidy;
mod trail;
mod transfer;
mod usage;
mod vendors;
mod verify;
mod words;
mod worth;

pub use account::{Ended, PreparedSignIn, PreparedSignOut, SignedIn, SignedOut};
pub use activation::{
    Activated, ActivationPlan, ActivationStep, Attempt, Checked, DeviceName, KeyCheck, OwnedPlan,
    PreparedTrial, Unready, Watch,
};
pub use all_users::{ForAll, ForEverybody};
pub use app::{Gatefold, OpenOptions};
pub use claim::OpenClaim;
pub use clock::{Clock, written, written_day};
pub use computers::{
    Computer, ElsewherePlan, KeyGiven, RenamePlan, Renamed, SeatList, SeatsElsewhere, SeatsPlan,
};
pub use dealings::{CategorySent, Dealings, Inactivity, ItemSent, PastYear, Reminder};
/// Bundles as they are read and shown; `Finding` and `Kind` are other things elsewhere.
pub use diagnostics::reading;
pub use diagnostics::{
    BUNDLE_EXTENSION, Bundle, BundleDraft, BundleExported, BundleNotice, BundleOut, BundlePart,
    BundleRecipient, Bundling, CrashReport, MappedName, Part, export_bundle, export_map, open_bundle,
    part_named, part_word, report_crashes,
};
pub use document::{EntryDetail, LedgerLine, LicenseEntry, UnfinishedEntry, UnreadableEntry};
pub use enough::{Enough, WhySpare};
pub use error::{CODES, ClientError, ErrorKind};
pub use facts::MachineFacts;
pub use gatefold_disclosure::quote::is_unsafe;
pub use gatefold_disclosure::{
    CATALOGUE, Item, Kind, Mark, MarkKind, Preview, Purpose, Sensitive, Vendor, vendor,
};
pub use gatefold_keygen::License as CheckedLicense;
pub use gatefold_ledger::{
    AnchorState, Check, ConsentRecord, Counts, Deed, EntryId, Filter, Gone, Grant, Necessity, OutcomeClass,
    RecordEvent,
};
pub use gatefold_license::{Ends, LicenseKey, Standing, Terms};
pub use gatefold_store::{
    Account, BatchErasure, BatchState, Intent, Kept, KnownLicense, LibraryOrder, LibraryPart, LibraryView,
    Setting, Settings, Theme, UsageBatch, VendorKey, WhyMemory, session_bus_is_local,
};
pub use gatefold_usage::{Count, Week};
pub use home::{Home, log_to, note_failure};
pub use ledger::{ExportFormat, Exported};
pub use library::{Installed, Unfinished, Unreadable, WasOf};
pub use memory::keep_memory_private;
pub use notes::{Note, NoteGroup, Values};
pub use owned::{Listed, Owned, PreparedLibrary, Seats, ToldTransfer};
pub use pauses::{Pauses, WhyPause};
pub use planned::{Planned, PlannedWhen};
pub use refresh::{RefreshPlan, Refreshed, Unplanned};
pub use registration::{Bought, PreparedRegistration, Registered};
pub use release::{ReleaseOfAll, ReleasePlan, Released, Unusable};
pub use renewal::Renewals;
pub use same_computer::Compared;
pub use stop::Stop;
pub use surroundings::window_surroundings;
pub use trail::Trail;
pub use transfer::{
    Eligible, Fact, PreparedTransfer, TransferMessage, TransferQuestion, Transferable, Transferred,
};
pub use usage::{
    PreparedErasure, PreparedGrant, PreparedUpload, PreparedWeekly, Uploaded, UsageGlance, UsageLocked,
    UsageNotice, UsageState, UsageStatus, UsageVersion, WeekCount, Weekly, Withdrawal,
};
pub use vendors::{
    Agreement, CheckedSunset, Damaged, Farewell, Finding, InForce, Known, LookAlike, Meant, PreparedLook,
    Review, SettingVerdict, Signature, Waiting, check_sunset, check_vendor,
};
pub use verify::{Verdict, time_typed, verify_file, verify_of};
pub use words::{Advice, advice_of, advice_of_record};
pub use worth::Said;
