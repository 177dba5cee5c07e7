//! License keys and files: verification, standing, identifier, unlock, root signatures.
//!
//! Pure: no disk, no network, no clock and no randomness of its own. It refuses every file whose signature, label or
//! algorithm is not the one expected, and decrypts nothing before the signature holds.

mod error;
mod file;
mod identifier;
pub mod issuers;
mod key;
mod minisig;
mod release;
mod revocation;
mod root;
pub mod seal;
mod server_key;
pub mod signature;
mod standing;
mod sunset;
#[cfg(test)]
mod testing;
mod unlock;

pub use error::{CODES, LicenseError};
pub use file::{
    Algorithm, FileKind, LicenseFacts, LicenseStatus, MAX_FILE_BYTES, MachineFacts, Outline, Verified,
    outline, verify, verify_either, verify_signature,
};
pub use identifier::Identifier;
pub use issuers::{Issuer, IssuerList};
pub use key::{FileKey, LicenseKey, MAX_KEY_BYTES};
pub use release::Release;
pub use revocation::{Revocation, RevocationCause};
pub use root::{RootKey, Vouched};
pub use server_key::{ServerKey, SignedKey};
pub use signature::{SignedReply, verify_reply};
pub use standing::{
    Assessment, Binding, Ending, Ends, Expectation, GRACE_DAYS, NOTICE_DAYS, Reason, Standing,
    TRIAL_NOTICE_DAYS, Terms, assess, best_of, latest_signed, terms,
};
pub use sunset::{MAX_SUNSET_BYTES, Sunset};
pub use unlock::{Opener, Unlock};
