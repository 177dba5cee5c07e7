//! Questions about one license, and its file (protocol reference 4, 6.1).

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Undeclared};
use gatefold_license::LicenseKey;

use super::{Credential, Id, Server, body};

impl Server<'_> {
    /// `POST /licenses/actions/validate-key`: what is this key good for? Nothing but the key and a nonce is told.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest declares no checking of keys.
    pub fn check_key(self, key: &LicenseKey, nonce: u64) -> Result<Payload, Undeclared> {
        let purpose = Purpose::CheckKey;
        let key = self.license_key(purpose, key)?;
        let nonce = self.vendor.declare_number(purpose, Item::Nonce, nonce)?;
        let mut payload =
            self.request(purpose, Method::Post, vec!["/licenses/actions/validate-key".into()], Vec::new());
        payload.body = Some(body([(
            "meta",
            Some(Json::object([("key", Json::text(key)), ("nonce", Json::text(nonce))])),
        )]));
        Ok(payload)
    }

    /// Is the license still good, for this computer if an identifier is given?
    ///
    /// With a key `POST /licenses/actions/validate-key`, because a suspended key may not authenticate, and only a
    /// validation repeats our nonce in a signed body; with a sign-in `POST /licenses/{id}/actions/validate`.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what a refresh needs.
    pub fn validate(
        self,
        credential: &Credential,
        license: impl Into<Id>,
        nonce: u64,
        identifier: Option<&str>,
    ) -> Result<Payload, Undeclared> {
        let purpose = Purpose::Refresh;
        let nonce = self.vendor.declare_number(purpose, Item::Nonce, nonce)?;
        let identifier =
            identifier.map(|value| self.vendor.declare(purpose, Item::Identifier, value)).transpose()?;
        let scope = identifier.map(|value| Json::object([("fingerprint", Json::text(value))]));
        let (path, authorization, key) = match credential {
            Credential::LicenseKey(key) => {
                let key = self.license_key(purpose, key)?;
                (vec!["/licenses/actions/validate-key".into()], Vec::new(), Json::text(key))
            }
            Credential::KeyToCome => {
                let key = self.key_to_come(purpose)?;
                (vec!["/licenses/actions/validate-key".into()], Vec::new(), Json::text(key))
            }
            Credential::Token(_) => {
                let id = self.id(purpose, Item::LicenseId, license.into())?;
                let path = vec!["/licenses/".into(), id, "/actions/validate".into()];
                (path, self.authorization(purpose, credential)?, None)
            }
        };
        let mut payload = self.request(purpose, Method::Post, path, authorization);
        let meta = Json::object([("key", key), ("nonce", Json::text(nonce)), ("scope", scope)]);
        payload.body = Some(body([("meta", Some(meta))]));
        Ok(payload)
    }

    /// `GET /licenses/{id}/policy`: how the server treats licenses of this kind.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare the license's id for a check.
    pub fn policy_of(self, key: &LicenseKey, license: impl Into<Id>) -> Result<Payload, Undeclared> {
        let purpose = Purpose::CheckKey;
        let id = self.id(purpose, Item::LicenseId, license.into())?;
        let authorization = self.authorization(purpose, &Credential::LicenseKey(key.clone()))?;
        Ok(self.request(purpose, Method::Get, vec!["/licenses/".into(), id, "/policy".into()], authorization))
    }

    /// `POST /licenses/{id}/actions/check-out`: the license file, with its entitlements and without its users.
    ///
    /// `ttl_secs` of none asks for a file that never ends. `purpose` is activation or refresh.
    ///
    /// # Errors
    /// [`Undeclared`] if the manifest does not declare what the purpose needs.
    pub fn check_out_license(
        self,
        purpose: Purpose,
        credential: &Credential,
        license: impl Into<Id>,
        ttl_secs: Option<u64>,
    ) -> Result<Payload, Undeclared> {
        let id = self.id(purpose, Item::LicenseId, license.into())?;
        let authorization = self.authorization(purpose, credential)?;
        let path = vec!["/licenses/".into(), id, "/actions/check-out".into()];
        let mut payload = self.request(purpose, Method::Post, path, authorization);
        payload.body = Some(self.check_out(purpose, ttl_secs, &["entitlements"])?);
        Ok(payload)
    }
}
