//! Claiming a product that was bought for the account. The Keygen API has no such call: the vendor's own server answers it
//! beside the others, under the same signature (decision 0022).

use gatefold_disclosure::{Item, Json, Payload, Purpose, Sensitive, Undeclared};

use super::{Server, Token, related};

/// What is said of the product. Each goes along only where the manifest declares it, and what it does not declare fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claim<'a> {
    /// The product's id in the vendor file.
    pub product: Option<&'a str>,
    /// The serial number that came with it.
    pub serial: Option<&'a Sensitive<String>>,
    /// The code that came with the serial number.
    pub unlock_code: Option<&'a Sensitive<String>>,
}

impl Server<'_> {
    /// `POST /registrations`: claims a product for the account that is signed in. The answer repeats the nonce, so that an
    /// old one is not taken for it. Nothing about this computer is told.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what is said.
    pub fn register(self, token: &Token, nonce: u64, claim: Claim<'_>) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Register;
        let secret = |item, value: Option<&Sensitive<String>>| {
            value.map(|value| self.vendor.declare(purpose, item, value.clone())).transpose()
        };
        let serial = secret(Item::ProductSerial, claim.serial)?;
        let unlock_code = secret(Item::UnlockCode, claim.unlock_code)?;
        let product = claim.product.map(|id| self.vendor.declare(purpose, Item::Product, id)).transpose()?;
        let attributes =
            [("serial", serial.and_then(Json::text)), ("unlockCode", unlock_code.and_then(Json::text))];
        let product = product.map(|id| related("product", "products", id.into()));
        let authorization = self.bearer(purpose, token)?;
        let about = [("attributes", Json::object_or_nothing(attributes)), ("relationships", product)];
        self.claim(purpose, "registrations", authorization, nonce, about)
    }
}
