//! What a use case asks of an error: whether anything left, whether reading goes on, what the vendor wants instead.

use gatefold_diagnostics::DiagnosticsError;
use gatefold_egress::SendError;
use gatefold_keygen::{Limit, Refusal};
use gatefold_ledger::LedgerError;
use gatefold_shelf::ShelfError;
use gatefold_store::StoreError;

use super::ClientError;

impl ClientError {
    /// The server's answer is not one to what was asked; `what` names it.
    pub(crate) fn contradictory(what: &str) -> Self {
        Refusal::Contradictory { what: what.to_owned() }.into()
    }

    /// No file of that name is in a bundle.
    pub fn no_such_file(name: &str) -> Self {
        DiagnosticsError::NoSuchPart(name.to_owned()).into()
    }

    /// This computer's network cannot be used at all.
    pub const fn network_unusable() -> Self {
        Self::Send(SendError::Unusable)
    }

    /// The same of an upload that may have arrived: it is not sent again.
    pub(crate) fn of_upload(self) -> Self {
        match self {
            Self::Send(error) => Self::UploadUnknown(error),
            other => other,
        }
    }

    /// Whether nothing of the request has left.
    pub(crate) const fn is_before_sending(&self) -> bool {
        matches!(self, Self::Send(error) if error.is_before_sending())
    }

    /// Whether what is in the way leaves reading possible: a disk that cannot be written, a ledger that is damaged.
    pub(crate) fn leaves_reading(&self) -> bool {
        matches!(
            self,
            Self::Ledger(LedgerError::DiskFull | LedgerError::ReadOnly | LedgerError::Damaged(_))
                | Self::Store(StoreError::Disk(ShelfError::DiskFull | ShelfError::ReadOnly))
                | Self::Shelf(ShelfError::DiskFull | ShelfError::ReadOnly)
        )
    }

    /// Whether the vendor says no, is gone or can not be asked, so that a license may have to be forgotten here without them.
    pub fn leaves_local_removal(&self) -> bool {
        match self {
            Self::Refusal(Refusal::Throttled { .. }) | Self::Send(SendError::Unusable) => false,
            Self::Refusal(_)
            | Self::Send(_)
            | Self::KeyMissing { .. }
            | Self::NoIssuer
            | Self::VendorDemoRoot => true,
            _ => false,
        }
    }

    /// Whether it is the user's word to stop, and nothing else.
    pub fn is_stopped(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::SeatWithoutFile { cause, .. }
            | Self::TokenLeft { cause }
            | Self::TokenUnknown { cause }
            | Self::ClaimUnknown { cause, .. } => cause.is_stopped(),
            _ => false,
        }
    }

    /// Whether the vendor wants a sign-in where the license key was used.
    pub fn wants_sign_in(&self) -> bool {
        match self {
            Self::Refusal(Refusal::NotAllowed) => true,
            Self::SeatWithoutFile { cause, .. } => cause.wants_sign_in(),
            _ => false,
        }
    }

    /// Whether all seats of the license are taken.
    pub const fn is_seats_full(&self) -> bool {
        matches!(self, Self::Refusal(Refusal::LimitReached { limit: Limit::Machines }))
    }

    /// Whether the account asks for a code beside the password.
    pub const fn wants_one_time_code(&self) -> bool {
        matches!(self, Self::Refusal(Refusal::OtpRequired))
    }

    /// Whether an id that means nothing here may be another computer's seat: what cannot be read hides none of those that
    /// other vendors listed.
    pub const fn may_be_elsewhere(&self) -> bool {
        matches!(self, Self::NotInstalled(_) | Self::VendorDamaged(_))
    }
}
