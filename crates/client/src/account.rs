//! The account at a vendor: sign in, show, sign out. The password is sent once and kept nowhere.

use gatefold_disclosure::{Payload, Preview, Sensitive};
use gatefold_ledger::EntryId;
use gatefold_store::{Account, Kept, SecretName};

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::refresh::uuid_of;
use crate::vendors::InForce;

/// A sign-in that is ready to be sent.
pub struct PreparedSignIn {
    vendor: InForce,
    email: String,
    payload: Payload,
    preview: Preview,
}

/// A sign-out that is ready to be sent.
pub struct PreparedSignOut {
    vendor: InForce,
    payload: Payload,
    preview: Preview,
}

impl PreparedSignIn {
    /// At which vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// The address that goes with the password.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The exact bytes, the password named in its place.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }
}

impl PreparedSignOut {
    /// The exact bytes, the token named in its place.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }
}

impl Gatefold {
    /// Refuses where the token of a sign-in would be gone when the program ends. Whoever runs one call and ends asks this
    /// before a password is typed; a program that stays open may keep it in memory.
    ///
    /// # Errors
    /// [`ClientError::NowhereToKeep`].
    pub fn can_keep_sign_in(&self) -> Result<(), ClientError> {
        match self.secrets_kept() {
            Kept::Memory(_) => Err(ClientError::NowhereToKeep),
            _ => Ok(()),
        }
    }

    /// Prepares a sign-in; nothing leaves.
    ///
    /// # Errors
    /// A locked keyring, because the token could not be kept; an undeclared item; no server in force.
    pub fn prepare_sign_in(
        &self,
        vendor: InForce,
        email: &str,
        password: &Sensitive<String>,
        one_time_code: Option<&Sensitive<String>>,
    ) -> Result<PreparedSignIn, ClientError> {
        self.secrets.ready()?;
        let payload = vendor.server(self)?.0.sign_in(email.trim(), password, one_time_code)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok(PreparedSignIn { vendor, email: email.trim().to_owned(), payload, preview })
    }

    /// Signs in. The token goes to the keyring.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known.
    pub async fn sign_in(&mut self, prepared: PreparedSignIn) -> Result<(Account, EntryId), ClientError> {
        let PreparedSignIn { vendor, email, payload, .. } = prepared;
        let sent = self.send(&vendor, &payload).await?;
        let sign_in = sent.answer?.sign_in()?;
        let account = Account {
            vendor: vendor.key(),
            email,
            user_id: sign_in.user.map(|id| id.to_string()),
            token_id: sign_in.token_id.to_string(),
            token_expires_at: sign_in.expires_at,
            signed_in_at: self.clock.now(),
        };
        self.agree(&vendor)?;
        self.secrets.put(SecretName::Token(&account.vendor), sign_in.token)?;
        self.store.keep_account(&account)?;
        Ok((account, sent.entry))
    }

    /// Who is signed in at a vendor; sends nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn account(&self, vendor: &InForce) -> Result<Option<Account>, ClientError> {
        Ok(self.store.account(&vendor.key())?)
    }

    /// Whether the token of a sign-in is at hand, so that it can be used and revoked.
    ///
    /// # Errors
    /// The keyring's.
    pub fn holds_token(&self, vendor: &InForce) -> Result<bool, ClientError> {
        Ok(self.secrets.get(SecretName::Token(&vendor.key()))?.is_some())
    }

    /// Prepares a sign-out; nothing leaves. `None` if the token is gone from this computer, and nothing need be sent.
    ///
    /// # Errors
    /// [`ClientError::NotSignedIn`]; the keyring's.
    pub fn prepare_sign_out(&self, vendor: InForce) -> Result<Option<PreparedSignOut>, ClientError> {
        let account = self.account(&vendor)?.ok_or(ClientError::NotSignedIn)?;
        let Some(token) = self.secrets.get(SecretName::Token(&vendor.key()))? else { return Ok(None) };
        let payload = vendor.server(self)?.0.sign_out(&token, uuid_of(&account.token_id)?)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok(Some(PreparedSignOut { vendor, payload, preview }))
    }

    /// Revokes the token at the vendor, then forgets it here.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. A token that ended by itself is forgotten all the same.
    pub async fn sign_out(&mut self, prepared: PreparedSignOut) -> Result<EntryId, ClientError> {
        let PreparedSignOut { vendor, payload, .. } = prepared;
        let sent = self.send(&vendor, &payload).await?;
        match sent.answer?.deleted() {
            Ok(_) | Err(gatefold_keygen::Refusal::SignedOut) => self.forget_sign_in(&vendor)?,
            Err(refusal) => return Err(refusal.into()),
        }
        Ok(sent.entry)
    }

    /// Forgets who was signed in; sends nothing.
    ///
    /// # Errors
    /// The store's and the keyring's.
    pub fn forget_sign_in(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        self.secrets.remove(SecretName::Token(&vendor.key()))?;
        self.store.forget_account(&vendor.key())?;
        Ok(())
    }
}
