//! Of many licenses that are handled one after the other: whose vendor's server asked for a pause, or does not answer. It
//! refuses to let it be asked again for those that are left, since each would be an unwanted request or half a minute.

use gatefold_egress::SendError;
use gatefold_keygen::Refusal;
use gatefold_store::VendorKey;

use crate::error::ClientError;
use crate::vendors::InForce;

/// The vendors that are asked nothing more while many licenses are handled.
#[derive(Debug, Default)]
pub struct Pauses(Vec<VendorKey>);

impl Pauses {
    /// Whether a license of this vendor may be begun.
    ///
    /// # Errors
    /// [`ClientError::NotBegun`].
    pub fn lets(&self, vendor: &InForce) -> Result<(), ClientError> {
        match self.0.contains(&vendor.key()) {
            true => Err(ClientError::NotBegun),
            false => Ok(()),
        }
    }

    /// Notes what became of a license, and hands it on.
    ///
    /// # Errors
    /// What it is given.
    pub fn note<T>(&mut self, vendor: &InForce, result: Result<T, ClientError>) -> Result<T, ClientError> {
        if result.as_ref().is_err_and(wants_pause) {
            self.0.push(vendor.key());
        }
        result
    }
}

fn wants_pause(error: &ClientError) -> bool {
    match error {
        ClientError::Refusal(Refusal::Throttled { .. }) => true,
        ClientError::Send(SendError::Unreachable | SendError::TimedOut) => true,
        ClientError::SeatWithoutFile { cause, .. } => wants_pause(cause),
        _ => false,
    }
}
