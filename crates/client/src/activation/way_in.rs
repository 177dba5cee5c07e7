//! The way in: what proves the right to a license to its vendor. The license key; or, where the vendor wants more than
//! the key, the sign-in of whoever activated it.
//!
//! A sign-in is used for no license but its own: to another account the server says that there is no such seat, and that
//! must not be taken for a seat given back.

use gatefold_disclosure::{Item, Purpose};
use gatefold_keygen::{Credential, Refusal};
use gatefold_license::{LicenseKey, Verified};
use gatefold_store::{Account, SecretName};

use super::plan::seat_of;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::seats::is_here;
use crate::vendors::InForce;

/// What proves the right to a license.
#[derive(Clone, Debug)]
pub(crate) struct WayIn {
    pub(crate) credential: Credential,
    /// The user at the vendor, if it is a sign-in.
    pub(crate) user_id: Option<String>,
}

impl WayIn {
    pub(crate) fn key(key: &LicenseKey) -> Self {
        Self { credential: Credential::LicenseKey(key.clone()), user_id: None }
    }

    /// What the vendor's no to a new seat or a file means: to a sign-in, that the license is none of its own.
    pub(crate) fn explain(&self, error: ClientError) -> ClientError {
        match error {
            ClientError::Refusal(Refusal::NotAllowed | Refusal::NotFound | Refusal::Protected { .. })
                if self.user_id.is_some() =>
            {
                ClientError::AccountForeign
            }
            error => error,
        }
    }
}

impl Gatefold {
    /// Whether somebody is signed in at a vendor who takes a sign-in for this purpose, and the token is at hand and has
    /// not ended.
    ///
    /// # Errors
    /// The store's and the keyring's.
    pub(crate) fn sign_in_for(
        &self,
        vendor: &InForce,
        purpose: Purpose,
    ) -> Result<Option<WayIn>, ClientError> {
        if !vendor.vendor().allows(purpose, Item::Token) {
            return Ok(None);
        }
        let stands = |account: &Account| {
            account.user_id.is_some() && account.token_expires_at.is_none_or(|end| end > self.clock.now())
        };
        // Nobody is asked to unlock a keyring for a sign-in that is of no use.
        if !self.account(vendor)?.is_some_and(|account| stands(&account)) {
            return Ok(None);
        }
        let Some((account, token)) = self.signed_in(vendor)?.filter(|(account, _)| stands(account)) else {
            return Ok(None);
        };
        Ok(token.map(|token| WayIn { credential: Credential::Token(token), user_id: account.user_id }))
    }

    /// The way in that took the seat, as far as it still stands; else the key.
    ///
    /// # Errors
    /// The store's and the keyring's.
    pub(crate) fn way_in(
        &self,
        vendor: &InForce,
        purpose: Purpose,
        key: &LicenseKey,
        user_id: Option<&str>,
    ) -> Result<WayIn, ClientError> {
        let own = match user_id {
            Some(_) => self.sign_in_for(vendor, purpose)?,
            None => None,
        };
        let own = own.filter(|own| own.user_id.as_deref() == user_id);
        Ok(own.unwrap_or_else(|| WayIn::key(key)))
    }
}

/// The key of an installed license: from the keyring, or from the installed file itself, which this computer can open; or
/// as the account's list showed it.
///
/// # Errors
/// [`ClientError::KeyMissing`], and the keyring's.
pub(crate) fn key_of(
    gatefold: &Gatefold,
    vendor: &InForce,
    license_id: &str,
    installed: Option<&Verified>,
) -> Result<LicenseKey, ClientError> {
    let name = SecretName::LicenseKey { vendor: &vendor.key(), license_id };
    match gatefold.secrets.get(name)? {
        // Exposed to prove the license to its vendor.
        Some(secret) => Ok(LicenseKey::new(secret.expose())?),
        None => match installed.and_then(Verified::license) {
            Some(license) => Ok(license.key.clone()),
            None => match gatefold.account_key(&vendor.key(), license_id)? {
                Some(key) => Ok(key),
                None => Err(ClientError::KeyMissing {
                    license_id: license_id.to_owned(),
                    has_seat: installed.is_some() || has_seat(gatefold, vendor, license_id)?,
                }),
            },
        },
    }
}

/// Whether this computer has a seat of a license, or may have one.
fn has_seat(gatefold: &Gatefold, vendor: &InForce, license_id: &str) -> Result<bool, ClientError> {
    let (key, open) = (vendor.key(), gatefold.store.open_intents()?);
    let is_open = open.iter().map(|open| &open.what).any(|what| {
        what.vendor == key && what.license_id == license_id && is_here(&key, what.identifier.as_deref())
    });
    Ok(is_open || gatefold.known_license(vendor, license_id)?.as_ref().and_then(seat_of).is_some())
}
