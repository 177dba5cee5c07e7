//! Beginning a trial of a product. The Keygen API has no such call for a customer: the vendor's own server answers it beside
//! the others, under the same signature (decision 0030).

use gatefold_disclosure::{Item, Json, Payload, Purpose, Undeclared};

use super::{Server, Token, related};

/// Of what a trial is begun, and for whom it is counted. Each goes along only where the manifest declares it, and what it does
/// not declare fails.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The product's id in the vendor file.
    pub product: &'a str,
    /// The computer for which it is counted.
    pub identifier: Option<&'a str>,
    /// The sign-in of the account for which it is counted.
    pub token: Option<&'a Token>,
}

impl Server<'_> {
    /// `POST /trials`: begins a trial, or asks for the one that was begun before. The answer repeats the nonce, so that an
    /// old one is not taken for it. Of this computer nothing is told but the identifier.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what is said.
    pub fn begin_trial(self, nonce: u64, trial: Trial<'_>) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Trial;
        let product = self.vendor.declare(purpose, Item::Product, trial.product)?;
        let identifier = trial.identifier.map(|id| self.vendor.declare(purpose, Item::Identifier, id));
        let attributes = [("fingerprint", identifier.transpose()?.and_then(Json::text))];
        let authorization = trial.token.map(|token| self.bearer(purpose, token)).transpose()?;
        let about = [
            ("attributes", Json::object_or_nothing(attributes)),
            ("relationships", Some(related("product", "products", product.into()))),
        ];
        self.claim(purpose, "trials", authorization.unwrap_or_default(), nonce, about)
    }
}
