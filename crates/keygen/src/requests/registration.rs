//! Claiming a product that was bought for the account. The Keygen API has no such call: the vendor's own server answers it
//! beside the others, under the same signature (decision 0022).

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Sensitive, Undeclared};

use super::{Server, Token, body};

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
        let product = product.map(|id| {
            let linkage = Json::object([("type", Json::text("products")), ("id", Json::text(id))]);
            Json::object([("product", Some(Json::object([("data", Some(linkage))])))])
        });
        let nonce = self.vendor.declare_number(purpose, Item::Nonce, nonce)?;
        let authorization = self.bearer(purpose, token)?;
        let mut payload = self.request(purpose, Method::Post, vec!["/registrations".into()], authorization);
        let data = Json::object([
            ("type", Json::text("registrations")),
            ("attributes", Json::object_or_nothing(attributes)),
            ("relationships", product),
        ]);
        let meta = Json::object([("nonce", Json::text(nonce))]);
        payload.body = Some(body([("data", Some(data)), ("meta", Some(meta))]));
        Ok(payload)
    }
}
