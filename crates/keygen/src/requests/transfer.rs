//! Giving a license to somebody else. The Keygen API has no such call for a customer: the vendor's own server answers it beside
//! the others, under the same signature (decision 0030).

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Text, Undeclared};
use uuid::Uuid;

use super::{Server, Token, related};

impl Server<'_> {
    /// `GET /transfers/eligibility?license=`: whether a license can be given to somebody else now. The answer repeats the nonce.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what a transfer needs.
    pub fn ask_transfer(self, token: &Token, nonce: u64, license: Uuid) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Transfer;
        let license = self.id(purpose, Item::LicenseId, license.into())?;
        let nonce: Text = self.vendor.declare_number(purpose, Item::Nonce, nonce)?.into();
        let authorization = self.bearer(purpose, token)?;
        let path = vec!["/transfers/eligibility?license=".into(), license, "&nonce=".into(), nonce];
        Ok(self.request(purpose, Method::Get, path, authorization))
    }

    /// `POST /transfers`: gives a license to the account of this e-mail address. The answer repeats the nonce, so that an old
    /// one is not taken for it. Nothing about this computer is told; the address is another person's.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what a transfer needs.
    pub fn transfer(
        self,
        token: &Token,
        nonce: u64,
        license: Uuid,
        recipient: &str,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Transfer;
        let license = self.id(purpose, Item::LicenseId, license.into())?;
        let recipient = self.vendor.declare(purpose, Item::RecipientEmail, recipient)?;
        let authorization = self.bearer(purpose, token)?;
        let about = [
            ("attributes", Some(Json::object([("recipient", Json::text(recipient))]))),
            ("relationships", Some(related("license", "licenses", license))),
        ];
        self.claim(purpose, "transfers", authorization, nonce, about)
    }
}
