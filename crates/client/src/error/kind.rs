//! What kind of failure an error is: whether to try again, to say it otherwise, or to ask somebody else.

use gatefold_diagnostics::DiagnosticsError;
use gatefold_keygen::Refusal;
use gatefold_ledger::LedgerError;
use gatefold_license::LicenseError;
use gatefold_machine::MachineError;
use gatefold_store::StoreError;

use super::ClientError;

/// What kind of failure it is; the command line's exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It did not work; trying again may help.
    Failed,
    /// The words of the call do not fit together.
    Usage,
    /// The server or a policy says no.
    Refused,
}

impl ClientError {
    /// For how long the server asks to be left alone, if it says so.
    pub fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Self::Refusal(Refusal::Throttled { retry_after_secs }) => *retry_after_secs,
            Self::SeatWithoutFile { cause, .. }
            | Self::TokenLeft { cause }
            | Self::TokenUnknown { cause }
            | Self::ClaimUnknown { cause, .. } => cause.retry_after_secs(),
            _ => None,
        }
    }

    /// Whether something may have been done all the same: no answer came that tells. A pause is taken for what it looks like.
    pub fn is_unsure(&self) -> bool {
        crate::claim::may_be_done(self) && !self.is_pause()
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refusal(refusal) if refusal.is_confirmed() => ErrorKind::Refused,
            Self::Refusal(Refusal::Throttled { .. }) => ErrorKind::Refused,
            // Refused or not, a seat is held.
            Self::SeatWithoutFile { .. } => ErrorKind::Failed,
            Self::TokenLeft { cause } | Self::TokenUnknown { cause } | Self::ClaimUnknown { cause, .. } => {
                cause.kind()
            }
            Self::SeatElsewhere(_)
            | Self::SeatGone
            | Self::KeyGone
            | Self::WouldNotCount(_)
            | Self::AccountForeign
            | Self::TransferDoneBefore => ErrorKind::Refused,
            Self::Seal(_)
            | Self::VendorOlder { .. }
            | Self::VendorNotice(_)
            | Self::VendorDemoRoot
            | Self::VendorInUse(_) => ErrorKind::Refused,
            Self::VendorAltered | Self::VendorForeignRoot | Self::VendorUnsigned | Self::GoneAltered => {
                ErrorKind::Refused
            }
            Self::Store(
                StoreError::VendorOlder { .. } | StoreError::VendorChanged(_) | StoreError::VendorUnsigned,
            ) => ErrorKind::Refused,
            Self::Ledger(LedgerError::ConsentMissing { .. } | LedgerError::UsageLocked) => ErrorKind::Refused,
            Self::UsageNotOffered | Self::UsageNotShared | Self::UsageLockedByAdministrator => {
                ErrorKind::Refused
            }
            Self::UsageNotTaken { .. } | Self::UsageErasureNotTaken { .. } => ErrorKind::Refused,
            Self::UsageItemNotOffered(_) => ErrorKind::Usage,
            Self::NoRegistration | Self::RegistrationNotTaken => ErrorKind::Refused,
            Self::NoTrial | Self::NoTransfer { .. } => ErrorKind::Refused,
            Self::NeverTransferred(_) | Self::SeatsElsewhere(_) => ErrorKind::Refused,
            Self::Recipient(_) | Self::TransferByMessage => ErrorKind::Usage,
            Self::RegistrationField { .. } => ErrorKind::Usage,
            Self::VendorMissing | Self::VendorAmbiguous(_) | Self::VendorUnknown(_) => ErrorKind::Usage,
            Self::Machine(MachineError::DeviceNameEmpty | MachineError::DeviceNameTooLong) => {
                ErrorKind::Usage
            }
            Self::PassphraseMalformed => ErrorKind::Usage,
            Self::NoSupportKey(_) => ErrorKind::Refused,
            Self::Diagnostics(DiagnosticsError::NoSuchPart(_) | DiagnosticsError::Identity) => {
                ErrorKind::Usage
            }
            Self::Diagnostics(DiagnosticsError::Harmful(_) | DiagnosticsError::Excessive(_)) => {
                ErrorKind::Refused
            }
            Self::KeyShape(_) | Self::KeyOfOtherVendor { .. } => ErrorKind::Usage,
            Self::TimeMalformed(_) | Self::Proxy(_) => ErrorKind::Usage,
            Self::License(
                LicenseError::KeyEmpty
                | LicenseError::KeyTooLong(_)
                | LicenseError::KeyMalformed
                | LicenseError::ServerKeyMalformed
                | LicenseError::IdentifierMalformed,
            ) => ErrorKind::Usage,
            _ => ErrorKind::Failed,
        }
    }
}
