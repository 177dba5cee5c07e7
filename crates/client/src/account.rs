//! The account at a vendor: sign in, show, sign out. The password is sent once and kept nowhere.
//!
//! It refuses to keep a sign-in until the vendor has signed that it is of whoever typed the address: anybody in between
//! could put the answer to a sign-in of their own in its place.

use gatefold_disclosure::{Payload, Preview, Sensitive, Slot};
use gatefold_keygen::{Refusal, SignIn, Token};
use gatefold_ledger::EntryId;
use gatefold_store::{Account, Kept, SecretName, VendorKey};

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::uuid_of;
use crate::vendors::InForce;

/// A sign-in that is ready to be sent.
pub struct PreparedSignIn {
    vendor: InForce,
    email: String,
    payload: Payload,
    requests: Vec<Planned>,
}

/// A sign-out that is ready to be sent.
pub struct PreparedSignOut {
    vendor: InForce,
    payload: Payload,
    preview: Preview,
}

/// A sign-in that is kept.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// How many licenses are the account's, or why they could not be read; the sign-in stands either way. `None` where the
    /// vendor shows no list.
    pub licenses: Option<Result<usize, ClientError>>,
    /// The entries of every request.
    pub entries: Vec<EntryId>,
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

    /// Every request, in the order of sending: the sign-in, whose it is, and which licenses are the account's. The password
    /// is named in its place, and so is the token, which only the first answer brings.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
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
        let server = vendor.server(self)?.0;
        let payload = server.sign_in(email.trim(), password, one_time_code)?;
        let planned = |when, payload: &Payload| {
            Ok::<_, ClientError>(Planned { when, preview: payload.preview(vendor.vendor())? })
        };
        let who = server.who_signed_in(&Token::Open)?;
        let mut requests = vec![planned(PlannedWhen::Always, &payload)?, planned(PlannedWhen::Always, &who)?];
        // Without signing out there is no revoking either: the token then ends by itself.
        if let Ok(revoke) = server.sign_out(&Token::Open, Slot("token id")) {
            requests.push(planned(PlannedWhen::IfNotKept, &revoke)?);
        }
        if vendor.has_library() {
            requests.extend(self.library_requests(&vendor, &Token::Open)?);
        }
        Ok(PreparedSignIn { email: email.trim().to_owned(), payload, requests, vendor })
    }

    /// Signs in, makes sure who did, and reads which licenses are the account's. The token goes to the keyring.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known; [`ClientError::SignedInAsAnother`]. Then nothing is kept, and
    /// what was given is revoked as far as that can be done.
    pub async fn sign_in(&mut self, prepared: PreparedSignIn) -> Result<SignedIn, ClientError> {
        let PreparedSignIn { vendor, email, payload, .. } = prepared;
        let mut entries = Vec::new();
        let given = self.ask(&vendor, &payload, &mut entries).await?.sign_in()?;
        fail::fail_point!("client.between-token-and-keeping");
        let kept = match self.confirm(&vendor, &email, &given, &mut entries).await {
            Ok(()) => self.keep_sign_in(&vendor, email, &given),
            Err(error) => Err(error),
        };
        let mut account = match kept {
            Ok(account) => account,
            Err(error) => return Err(self.give_up(&vendor, &given, error, &mut entries).await),
        };
        let licenses = if vendor.has_library() {
            Some(self.read_owned(&vendor, &account, given.token, &mut entries).await)
        } else {
            None
        };
        account.licenses_read_at =
            self.store.account(&account.vendor)?.and_then(|kept| kept.licenses_read_at);
        Ok(SignedIn { account, licenses, entries })
    }

    /// Whose token it is, in the vendor's signed words: the user whom the token names, by the address that was typed.
    async fn confirm(
        &self,
        vendor: &InForce,
        email: &str,
        given: &SignIn,
        entries: &mut Vec<EntryId>,
    ) -> Result<(), ClientError> {
        let who = vendor.server(self)?.0.who_signed_in(&given.token.clone().into())?;
        let user = self.ask(vendor, &who, entries).await?.user()?;
        if user.is(given.user, email) {
            Ok(())
        } else {
            Err(ClientError::SignedInAsAnother { is_revoked: false })
        }
    }

    fn keep_sign_in(
        &mut self,
        vendor: &InForce,
        email: String,
        given: &SignIn,
    ) -> Result<Account, ClientError> {
        let account = Account {
            vendor: vendor.key(),
            email,
            user_id: Some(given.user.to_string()),
            token_id: given.token_id.to_string(),
            token_expires_at: given.expires_at,
            signed_in_at: self.clock.now(),
            licenses_read_at: None,
        };
        self.agree(vendor)?;
        // Whoever was signed in before goes first: a token beside another user's name would be taken for theirs.
        self.forget_account(&account.vendor)?;
        self.secrets.put(SecretName::Token(&account.vendor), given.token.clone())?;
        if let Err(error) = self.store.keep_account(&account) {
            // A token of nobody's is of no use here.
            self.secrets.remove(SecretName::Token(&account.vendor))?;
            return Err(error.into());
        }
        Ok(account)
    }

    /// Revokes a token that is not kept, as far as that can be done: why it is not kept is what matters.
    async fn give_up(
        &self,
        vendor: &InForce,
        given: &SignIn,
        because: ClientError,
        entries: &mut Vec<EntryId>,
    ) -> ClientError {
        let revoked = async {
            let revoke = vendor.server(self)?.0.sign_out(&given.token.clone().into(), given.token_id)?;
            self.ask(vendor, &revoke, entries).await?.deleted().map_err(ClientError::from)
        };
        let is_revoked = revoked.await.is_ok();
        match because {
            ClientError::SignedInAsAnother { .. } => ClientError::SignedInAsAnother { is_revoked },
            because => because,
        }
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
        let payload = vendor.server(self)?.0.sign_out(&token.into(), uuid_of(&account.token_id)?)?;
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
            Ok(_) | Err(Refusal::SignedOut) => self.forget_sign_in(&vendor)?,
            Err(refusal) => return Err(refusal.into()),
        }
        Ok(sent.entry)
    }

    /// Forgets who was signed in, and which licenses are theirs; sends nothing.
    ///
    /// # Errors
    /// The store's and the keyring's.
    pub fn forget_sign_in(&mut self, vendor: &InForce) -> Result<(), ClientError> {
        self.forget_account(&vendor.key())
    }

    /// What is installed here, or being activated, keeps its own key.
    pub(crate) fn forget_account(&self, vendor: &VendorKey) -> Result<(), ClientError> {
        self.secrets.remove(SecretName::Token(vendor))?;
        self.secrets.remove(SecretName::AccountKeys(vendor))?;
        self.store.forget_account(vendor)?;
        Ok(())
    }
}
