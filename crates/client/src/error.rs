//! One closed error for every use case. Codes are stable; the words for them stand in `words`.

mod asked;
mod codes;
mod kind;
mod said;

pub use self::{codes::CODES, kind::ErrorKind};

use std::path::PathBuf;

use gatefold_diagnostics::DiagnosticsError;
use gatefold_disclosure::{Item, SealError, VendorError};
use gatefold_egress::{ProxyError, SendError};
use gatefold_keygen::Refusal;
use gatefold_ledger::LedgerError;
use gatefold_license::{LicenseError, Reason, Terms};
use gatefold_machine::MachineError;
use gatefold_shelf::ShelfError;
use gatefold_store::{IntentKind, StoreError};

use crate::pauses::WhyPause;
use crate::same_computer::Compared;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A key, a file or a signature is not what it must be.
    #[error(transparent)]
    License(#[from] LicenseError),
    /// A vendor file cannot be read.
    #[error(transparent)]
    VendorFile(#[from] VendorError),
    /// The manifest does not declare what a request needs.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The ledger refused; nothing was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The client's own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The plug-ins' place failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A fact of this computer cannot be read.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// The network failed.
    #[error(transparent)]
    Send(#[from] SendError),
    /// A diagnostic bundle is not made, or not opened.
    #[error(transparent)]
    Diagnostics(#[from] DiagnosticsError),
    /// The vendor's file names no key that a bundle could be sealed to.
    #[error("{0} names no key for diagnostic bundles")]
    NoSupportKey(String),
    /// The proxy setting is off.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// There are no facts, and this is why.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// The system names no home folder.
    #[error("the system names no home folder")]
    NoHome,
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
    /// No vendor was named, and none was agreed to.
    #[error("no vendor was agreed to")]
    VendorMissing,
    /// Several agreed vendors fit what was said, or nothing was.
    #[error("several vendors fit: {0}")]
    VendorAmbiguous(String),
    /// No vendor of that id was agreed to, and no such file exists.
    #[error("no vendor and no file \"{0}\"")]
    VendorUnknown(String),
    /// What is kept of a vendor can no longer be read.
    #[error("what is kept of the vendor {0} is damaged")]
    VendorDamaged(String),
    /// The vendor is gone, and what was asked for needs nobody.
    #[error("the vendor is gone, and the license counts without it")]
    OutlivesVendor,
    /// Our own notes cannot be read; where they lie.
    #[error("Gatefold's notes in {0:?} are damaged")]
    NotesDamaged(PathBuf),
    /// The vendor file cannot be opened.
    #[error("the vendor file cannot be opened: {0}")]
    VendorUnreadable(String),
    /// It is something else, and this it looks like.
    #[error("that is no vendor file: it looks like {0}")]
    NoVendorFile(&'static str),
    /// The signature does not fit the file.
    #[error("the vendor file was altered after it was signed")]
    VendorAltered,
    /// The signature is of another key than the file claims.
    #[error("the vendor file is signed by another root key than it claims")]
    VendorForeignRoot,
    /// A signed file was agreed to, and this one is signed by nobody.
    #[error("a signed file of this vendor was agreed to; this one is not signed")]
    VendorUnsigned,
    /// An older file than the one agreed to.
    #[error("the vendor file has version {offered}; version {agreed} was agreed to")]
    VendorOlder {
        /// The version agreed to.
        agreed: u32,
        /// The version offered.
        offered: u32,
    },
    /// The user agreed to another file of the vendor meanwhile.
    #[error("another vendor file was agreed to meanwhile")]
    VendorReplaced,
    /// A vendor's word that it is gone is not as its root key signed it.
    #[error("the statement that the vendor is gone is not as it was signed")]
    GoneAltered,
    /// The user removed the vendor meanwhile.
    #[error("the vendor was removed meanwhile")]
    VendorRemoved,
    /// A changed file counts no sooner than its vendor promised: then, if what differs was shown here.
    #[error("the change counts no sooner than the vendor promised")]
    VendorNotice(Option<jiff::Timestamp>),
    /// A vendor that was not agreed to says that it is gone.
    #[error("a vendor that is not added says that it is gone: {0}")]
    GoneUnknown(String),
    /// Nobody signed that a vendor is gone.
    #[error("the statement that the vendor is gone is not signed")]
    GoneUnsigned,
    /// The worthless demo root, for a server that is not on this computer.
    #[error("the demo root key counts on this computer alone")]
    VendorDemoRoot,
    /// Licenses of the vendor are still active here, or being activated.
    #[error("{0} licenses or unfinished activations of this vendor are still on this computer")]
    VendorInUse(usize),
    /// No server of the vendor is in force today.
    #[error("the vendor file names no server for today")]
    NoIssuer,
    /// No key of the vendor looks like that; how they look.
    #[error("license keys have another shape: {0}")]
    KeyShape(String),
    /// A key looks like those of `fits`, and would be sent to `named`, who does not say how theirs look.
    #[error("the key looks like one of {fits}, not of {named}")]
    #[expect(missing_docs, reason = "the line above names both")]
    KeyOfOtherVendor { named: String, fits: String },
    /// The license is for a product that the vendor file does not name.
    #[error("the license is for a product that the vendor file does not name")]
    ProductUnknown,
    /// A license is not what the list of its account said.
    #[error("the license is not what the list of its account said")]
    LicenseChanged,
    /// The file is genuine but would not license this computer.
    #[error("the license file would not count here: {}", .0.code())]
    WouldNotCount(Reason),
    /// The seat this computer had was released elsewhere.
    #[error("this computer's seat was released elsewhere")]
    SeatGone,
    /// The vendor knows the key of an installed license no more: nobody typed it wrong.
    #[error("the vendor knows the key of this license no more")]
    KeyGone,
    /// The identifier holds a seat of a sibling license; which, where that is known here.
    #[error("this computer already holds a seat of another license of the same product")]
    SeatElsewhere(Option<String>),
    /// A seat is held, but the file was not installed.
    #[error("a seat is held, but its file could not be installed: {cause}")]
    SeatWithoutFile {
        /// The activation's id.
        machine_id: String,
        /// What went wrong after the seat was taken.
        cause: Box<ClientError>,
    },
    /// The license is installed, but that could not be noted.
    #[error("the license is installed, but that could not be noted: {cause}")]
    InstalledUnnoted {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// The seat is free, but that could not be noted.
    #[error("the seat is free, but that could not be noted: {cause}")]
    ReleasedUnnoted {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// The seat is free and that is noted, but the vendor's signed word for it could not be kept where plug-ins look.
    #[error("the seat is free, but the vendor's word for it could not be kept: {cause}")]
    ReleaseUnkept {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// The vendor's server asked for a pause or did not answer, so a license that comes after was not begun.
    #[error("it was not begun: {0}")]
    NotBegun(WhyPause),
    /// The user stopped it between two steps.
    #[error("it was stopped")]
    Stopped,
    /// Nothing of that id is installed here.
    #[error("nothing with the id {0} is on this computer")]
    NotInstalled(String),
    /// A seat is held, and its license file is gone or cannot be used.
    #[error("the license file of the seat {0} is missing or cannot be used")]
    FileLost(String),
    /// Licenses of the vendor have no seats.
    #[error("licenses of this vendor have no seats")]
    NoSeats,
    /// No list that was read here names such a seat.
    #[error("no seat {0} is known here")]
    SeatUnknown(String),
    /// The license key that was given is of another license.
    #[error("the license key is of another license")]
    KeyOfAnother,
    /// No key is at hand for a license.
    #[error("no license key is at hand for {license_id}")]
    KeyMissing {
        /// Which.
        license_id: String,
        /// Whether this computer has a seat of it, so that to activate again takes no other.
        has_seat: bool,
    },
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The server's signed answer names somebody else than who typed the address.
    #[error("the server signed in somebody else")]
    SignedInAsAnother {
        /// Whether the token that it gave is revoked.
        is_revoked: bool,
    },
    /// Somebody signed in here between preview and answer, whose sign-in was not shown as the one that ends.
    #[error("somebody else signed in here meanwhile")]
    SignInChanged,
    /// A sign-in is not kept, and the vendor did not confirm that its token is revoked.
    #[error("the sign-in is not kept, and its token could not be revoked: {cause}")]
    TokenLeft {
        /// Why it is not kept.
        cause: Box<ClientError>,
    },
    /// The license is the account's no more: a transfer that was begun is done.
    #[error("the license is not the account's any more")]
    TransferDoneBefore,
    /// The license is none of the account's that is signed in.
    #[error("the license is not of the account that is signed in")]
    AccountForeign,
    /// Which licenses are the account's was not read yet.
    #[error("which licenses are the account's was not read yet")]
    LicensesUnread,
    /// The vendor's file lets no registration leave.
    #[error("this vendor takes no registration here")]
    NoRegistration,
    /// The vendor's server knows no registrations, whatever its file says.
    #[error("this vendor's server takes no registration")]
    RegistrationNotTaken,
    /// What was said of a product is not what its vendor asks for, or cannot be sent.
    #[error("{item} {fault}")]
    RegistrationField {
        /// Which.
        item: Item,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The vendor takes no usage.
    #[error("this vendor takes no usage")]
    UsageNotOffered,
    /// The vendor takes usage, and not that.
    #[error("this vendor does not take {0}")]
    UsageItemNotOffered(Item),
    /// Nothing is shared with the vendor now.
    #[error("no usage is shared with this vendor")]
    UsageNotShared,
    /// What is shared, or what would be sent, is not what was shown.
    #[error("it changed since it was shown")]
    UsageChanged,
    /// Another Gatefold counts or sends for the vendor.
    #[error("another Gatefold is at work on the usage of this vendor")]
    UsageBusy,
    /// The administrator of this computer keeps it off.
    #[error("the administrator of this computer keeps sharing usage off")]
    UsageLockedByAdministrator,
    /// There is nothing to send.
    #[error("there is nothing to send")]
    UsageNothingToSend,
    /// The collector answered that it took nothing.
    #[error("the collector took nothing: status {status}")]
    UsageNotTaken {
        /// The answer's status.
        status: u16,
    },
    /// Whoever answered did not answer as a collector does.
    #[error("whether the collector took it is not known: status {status}")]
    UsageUnclear {
        /// The answer's status.
        status: u16,
    },
    /// No answer came to an upload, so it may have arrived, and is not sent again.
    #[error("it is not known whether the upload arrived: {0}")]
    UploadUnknown(SendError),
    /// The collector answered that it erased nothing.
    #[error("the collector erased nothing: status {status}")]
    UsageErasureNotTaken {
        /// The answer's status.
        status: u16,
    },
    /// A license file that was sealed to another computer, or to this one before its machine id changed.
    #[error("a license file of another computer: {0}")]
    OfAnotherComputer(Compared),
    /// The vendor's file says nothing of giving licenses away; whom to ask, if it names somebody.
    #[error("this vendor's file says nothing of transfers")]
    NoTransfer {
        /// The vendor's contact.
        contact: Option<String>,
    },
    /// Licenses on these terms are never given away, by the vendor's file.
    #[error("a {} license is not transferred", .0.as_str())]
    NeverTransferred(Terms),
    /// This vendor's licenses are given away by a message that the user sends.
    #[error("this vendor transfers licenses by a message")]
    TransferByMessage,
    /// The address to which a license shall go is none.
    #[error("the recipient's address {0}")]
    Recipient(&'static str),
    /// Other computers hold seats of the license.
    #[error("{0}")]
    SeatsElsewhere(crate::computers::SeatsElsewhere),
    /// The license was not given away, and this computer's seat was given back before.
    #[error("the license was not transferred after its seat was given back: {cause}")]
    NotTransferred {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// License files lie here of a vendor that is not added.
    #[error("license files of a vendor that is not added")]
    VendorNotAdded,
    /// Whether the vendor gave a sign-in out is not known.
    #[error("it is not known whether a sign-in was given: {cause}")]
    TokenUnknown {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// Whether what was claimed is the user's now is not known.
    #[error("it is not known whether the claim was taken: {cause}")]
    ClaimUnknown {
        /// What was claimed.
        kind: IntentKind,
        /// Why not.
        cause: Box<ClientError>,
    },
    /// The vendor offers no trial of the product, or this computer can begin none.
    #[error("no trial of this product is offered here")]
    NoTrial,
    /// The trial has begun, and could not be activated.
    #[error("the trial has begun, and could not be activated: {cause}")]
    TrialNotActivated {
        /// Why not.
        cause: Box<ClientError>,
    },
    /// A sign-in would be gone when the program ends.
    #[error("there is no place to keep a sign-in")]
    NowhereToKeep,
    /// A file cannot be read.
    #[error("the file cannot be read: {0}")]
    FileUnreadable(String),
    /// The file to write is there already, or its folder is not.
    #[error("the file cannot be written: {0}")]
    FileUnwritable(String),
    /// The passphrase in the environment is no text.
    #[error("the passphrase in the environment is not UTF-8")]
    PassphraseMalformed,
    /// A time that is none.
    #[error("\"{0}\" is not an RFC 3339 time")]
    TimeMalformed(String),
}

impl From<gatefold_disclosure::Undeclared> for ClientError {
    fn from(undeclared: gatefold_disclosure::Undeclared) -> Self {
        Self::Seal(undeclared.into())
    }
}
