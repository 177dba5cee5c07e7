//! Of many licenses that are handled one after the other: whose vendor's server asked for a pause, or does not answer. It
//! refuses to let it be asked again for those that are left, since each would be an unwanted request or half a minute.

use gatefold_egress::SendError;
use gatefold_keygen::Refusal;
use gatefold_store::VendorKey;

use crate::error::ClientError;
use crate::vendors::InForce;

/// Why a vendor is asked nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyPause {
    /// Its server takes no more requests for now.
    #[error("the vendor's server asked for a pause")]
    Asked,
    /// Its server says that it serves nobody just now.
    #[error("the vendor's server failed, so the rest was not tried")]
    Failing,
    /// Its server is not there.
    #[error("the vendor's server did not answer")]
    Silent,
}

impl WhyPause {
    fn of(error: &ClientError) -> Self {
        match error {
            ClientError::Refusal(Refusal::Throttled { .. }) => Self::Asked,
            ClientError::Refusal(Refusal::ServerError { .. }) => Self::Failing,
            ClientError::SeatWithoutFile { cause, .. } => Self::of(cause),
            _ => Self::Silent,
        }
    }
}

/// The vendors that are asked nothing more while many licenses are handled.
#[derive(Debug, Default)]
pub struct Pauses {
    asked_for: Vec<(VendorKey, WhyPause)>,
    /// Whose last answer was lost on its way. One may be; two in a row are a server that does not answer.
    lost: Vec<VendorKey>,
}

impl Pauses {
    /// Whether a license of this vendor may be begun.
    ///
    /// # Errors
    /// [`ClientError::NotBegun`].
    pub fn lets(&self, vendor: &InForce) -> Result<(), ClientError> {
        let key = vendor.key();
        match self.asked_for.iter().find(|(asked_for, _)| *asked_for == key) {
            Some((_, why)) => Err(ClientError::NotBegun(*why)),
            None => Ok(()),
        }
    }

    /// Notes what became of a license, and hands it on.
    ///
    /// # Errors
    /// What it is given.
    pub fn note<T>(&mut self, vendor: &InForce, result: Result<T, ClientError>) -> Result<T, ClientError> {
        let key = vendor.key();
        let was_lost = self.lost.contains(&key);
        self.lost.retain(|lost| *lost != key);
        if let Err(error) = &result {
            let is_lost = error.is_lost_answer();
            if error.asks_for_pause() || is_lost && was_lost {
                self.asked_for.push((key, WhyPause::of(error)));
            } else if is_lost {
                self.lost.push(key);
            }
        }
        result
    }
}

impl ClientError {
    /// Whether the server takes no request just now: what was asked was most likely not done, and nobody signs that.
    pub const fn is_pause(&self) -> bool {
        matches!(self, Self::Refusal(Refusal::Throttled { .. }))
    }

    /// Whether the server wants to be left alone, or is not there.
    pub(crate) fn asks_for_pause(&self) -> bool {
        match self {
            Self::Refusal(Refusal::Throttled { .. } | Refusal::ServerError { status: 503 }) => true,
            Self::Send(SendError::Unreachable { .. } | SendError::TimedOut) => true,
            Self::SeatWithoutFile { cause, .. } => cause.asks_for_pause(),
            _ => false,
        }
    }

    /// Whether the server was there, and its answer was not.
    fn is_lost_answer(&self) -> bool {
        match self {
            Self::Send(SendError::CutOff | SendError::HandshakeFailed | SendError::NotHttp) => true,
            Self::Refusal(Refusal::ServerError { .. }) => true,
            Self::SeatWithoutFile { cause, .. } => cause.is_lost_answer(),
            _ => false,
        }
    }
}
