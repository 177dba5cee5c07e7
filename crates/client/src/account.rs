//! The account at a vendor: sign in, show, sign out. The password is sent once and kept nowhere.
//!
//! It refuses to keep a sign-in until the vendor has signed that it is of whoever typed the address: anybody in between
//! could put the answer to a sign-in of their own in its place.

use gatefold_disclosure::{Payload, Preview, Sensitive, Slot};
use gatefold_keygen::{Answer, Deleted, Refusal, SignIn, Token};
use gatefold_ledger::EntryId;
use gatefold_store::{Account, Kept, SecretName, VendorKey};
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::clock::is_older;
use crate::error::ClientError;
use crate::one_time_code::digits_of;
use crate::owned::Listed;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::uuid_of;
use crate::send::may_have_given;
use crate::vendors::InForce;

/// A sign-in that is ready to be sent.
pub struct PreparedSignIn {
    vendor: InForce,
    email: String,
    payload: Payload,
    requests: Vec<Planned>,
    earlier: Option<Earlier>,
}

/// The sign-in that stands while another is prepared: the one that it may take the place of.
struct Earlier {
    account: Account,
    /// How it is ended; `None` if its token is gone from this computer, or the vendor takes no sign-out.
    revoke: Option<Payload>,
}

/// A sign-out that is ready to be sent.
pub struct PreparedSignOut {
    vendor: InForce,
    account: Account,
    payload: Payload,
    preview: Preview,
}

/// Who is signed in, and the token, if it is at hand.
pub(crate) type Standing = (Account, Option<Sensitive<String>>);

/// A sign-in that is kept.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// How many licenses are the account's, or why they could not be read; the sign-in stands either way. `None` where the
    /// vendor shows no list.
    pub licenses: Option<Result<Listed, ClientError>>,
    /// Whose sign-in it took the place of, and how that one ended at the vendor, or why it goes on there.
    pub earlier: Option<(String, Result<Ended, ClientError>)>,
    /// The entries of every request.
    pub entries: Vec<EntryId>,
}

/// How a sign-in ended at its vendor. Whoever stands in between can make the vendor say the second, by sending another
/// token: then nothing was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The vendor revoked the token.
    Revoked,
    /// The vendor says that there is no such sign-in any more, and revoked nothing.
    Before,
}

impl Ended {
    fn of(answer: &Answer) -> Result<Self, ClientError> {
        match answer.deleted() {
            Ok(Deleted::Now) => Ok(Self::Revoked),
            Ok(Deleted::Before) | Err(Refusal::SignedOut) => Ok(Self::Before),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// A sign-out that is done.
#[derive(Debug)]
pub struct SignedOut {
    /// How the sign-in ended at the vendor.
    pub ended: Ended,
    /// The request's entry.
    pub entry: EntryId,
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

    /// Whose sign-in it takes the place of, and whether that one can be ended at the vendor.
    pub fn earlier(&self) -> Option<(&str, bool)> {
        self.earlier.as_ref().map(|earlier| (earlier.account.email.as_str(), earlier.revoke.is_some()))
    }

    /// Every request, in the order of sending: the sign-in, whose it is, which licenses are the account's, and the end of an
    /// earlier sign-in. The password is named in its place, and so is the token, which only the first answer brings.
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
        let vendor = vendor.planned_now(self);
        let server = vendor.server(self)?.0;
        let one_time_code = one_time_code.map(digits_of);
        let payload = server.sign_in(email.trim(), password, one_time_code.as_ref())?;
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
        let earlier = self.signed_in(&vendor)?.map(|(account, token)| {
            let revoke = token.and_then(|token| {
                let token_id = uuid_of(&account.token_id).ok()?;
                server.sign_out(&token.into(), token_id).ok()
            });
            Earlier { account, revoke }
        });
        // Last: a sign-in that comes to nothing ends no other.
        if let Some(revoke) = earlier.as_ref().and_then(|earlier| earlier.revoke.as_ref()) {
            requests.push(planned(PlannedWhen::Always, revoke)?);
        }
        Ok(PreparedSignIn { email: email.trim().to_owned(), payload, requests, earlier, vendor })
    }

    /// Signs in, makes sure who did, and reads which licenses are the account's. The token goes to the keyring. An earlier
    /// sign-in is ended once the new one is kept.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known; [`ClientError::SignedInAsAnother`];
    /// [`ClientError::SignInChanged`]. Then nothing is kept, an earlier sign-in stands as before, and what was given is
    /// revoked as far as that can be done; [`ClientError::TokenLeft`] if it cannot, and [`ClientError::TokenUnknown`] where
    /// nobody knows what there is to revoke.
    pub async fn sign_in(&mut self, prepared: PreparedSignIn) -> Result<SignedIn, ClientError> {
        let PreparedSignIn { vendor, email, payload, earlier, .. } = prepared;
        let mut entries = Vec::new();
        let open = self.trail.token_is_open();
        let asked = self.ask(&vendor, &payload, &mut entries).await;
        let given = asked.and_then(|answer| Ok((answer.sign_in()?, answer.signed_date())));
        let (given, given_at) = given.map_err(|cause| match may_have_given(&cause) {
            true => ClientError::TokenUnknown { cause: Box::new(cause) },
            false => cause,
        })?;
        fail::fail_point!("client.between-token-and-keeping");
        let replaces = earlier.as_ref().map(|earlier| earlier.account.token_id.as_str());
        let kept = match self.confirm(&vendor, &email, &given, given_at, &mut entries).await {
            Ok(()) => self.keep_sign_in(&vendor, email, &given, replaces),
            Err(error) => Err(error),
        };
        let mut account = match kept {
            Ok(account) => account,
            Err(error) => return Err(self.give_up(&vendor, &given, error, &mut entries).await),
        };
        drop(open);
        let licenses = if vendor.has_library() {
            Some(self.read_owned(&vendor, &account, given.token, given_at, &mut entries).await)
        } else {
            None
        };
        account.licenses_read_at =
            self.store.account(&account.vendor)?.and_then(|kept| kept.licenses_read_at);
        let earlier = match earlier {
            Some(Earlier { account, revoke: Some(revoke) }) => {
                Some((account.email, self.revoke(&vendor, &revoke, &mut entries).await))
            }
            _ => None,
        };
        Ok(SignedIn { account, licenses, earlier, entries })
    }

    /// Whose token it is, in the vendor's signed words: the user whom the token names, by the address that was typed. What
    /// the vendor signed before `given_at` was said of an earlier day: the address may be somebody else's by now.
    async fn confirm(
        &self,
        vendor: &InForce,
        email: &str,
        given: &SignIn,
        given_at: Option<Timestamp>,
        entries: &mut Vec<EntryId>,
    ) -> Result<(), ClientError> {
        let who = vendor.server(self)?.0.who_signed_in(&given.token.clone().into())?;
        let answer = self.ask(vendor, &who, entries).await?;
        let user = answer.user()?;
        if given_at.is_none_or(|given_at| is_older(&answer, given_at)) {
            return Err(Refusal::Replayed.into());
        }
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
        replaces: Option<&str>,
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
        let _held = self.store.hold_account(&account.vendor)?;
        // Who signed in meanwhile was not shown as the one that ends.
        if self
            .store
            .account(&account.vendor)?
            .is_some_and(|stands| Some(stands.token_id.as_str()) != replaces)
        {
            return Err(ClientError::SignInChanged);
        }
        // Whoever was signed in before goes first, and the name comes before its token: a token beside another user's name
        // would be taken for theirs, and one without a name would never go.
        self.forget_held(&account.vendor)?;
        self.store.keep_account(&account)?;
        fail::fail_point!("client.between-account-and-token");
        if let Err(error) = self.secrets.put(SecretName::Token(&account.vendor), given.token.clone()) {
            self.store.forget_account(&account.vendor)?;
            return Err(error.into());
        }
        Ok(account)
    }

    /// Revokes a token that is not kept, as far as that can be done. Why it is not kept is what matters, and whether it goes
    /// on at the vendor.
    async fn give_up(
        &self,
        vendor: &InForce,
        given: &SignIn,
        because: ClientError,
        entries: &mut Vec<EntryId>,
    ) -> ClientError {
        let revoked = async {
            let revoke = vendor.server(self)?.0.sign_out(&given.token.clone().into(), given.token_id)?;
            self.revoke(vendor, &revoke, entries).await
        };
        let is_revoked = matches!(revoked.await, Ok(Ended::Revoked));
        match because {
            ClientError::SignedInAsAnother { .. } => ClientError::SignedInAsAnother { is_revoked },
            because if is_revoked => because,
            because => ClientError::TokenLeft { cause: Box::new(because) },
        }
    }

    /// Sends a revocation.
    async fn revoke(
        &self,
        vendor: &InForce,
        revoke: &Payload,
        entries: &mut Vec<EntryId>,
    ) -> Result<Ended, ClientError> {
        Ended::of(&self.ask(vendor, revoke, entries).await?)
    }

    /// Who is signed in at a vendor; sends nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn account(&self, vendor: &InForce) -> Result<Option<Account>, ClientError> {
        Ok(self.store.account(&vendor.key())?)
    }

    /// Who is signed in, and the token, if it is at hand.
    pub(crate) fn signed_in(&self, vendor: &InForce) -> Result<Option<Standing>, ClientError> {
        let mut account = self.account(vendor)?;
        loop {
            let Some(reading) = account else { return Ok(None) };
            let token = self.secrets.get(SecretName::Token(&reading.vendor))?;
            // A token is put after its name: under the same name before and after, it is that one's.
            account = self.account(vendor)?;
            if account.as_ref().is_some_and(|account| account.token_id == reading.token_id) {
                return Ok(Some((reading, token)));
            }
        }
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
        let (account, token) = self.signed_in(&vendor)?.ok_or(ClientError::NotSignedIn)?;
        let Some(token) = token else { return Ok(None) };
        let vendor = vendor.planned_now(self);
        let payload = vendor.server(self)?.0.sign_out(&token.into(), uuid_of(&account.token_id)?)?;
        let preview = payload.preview(vendor.vendor())?;
        Ok(Some(PreparedSignOut { vendor, account, payload, preview }))
    }

    /// Revokes the token at the vendor, then forgets it here.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. A token that ended by itself is forgotten all the same.
    pub async fn sign_out(&mut self, prepared: PreparedSignOut) -> Result<SignedOut, ClientError> {
        let PreparedSignOut { vendor, account, payload, .. } = prepared;
        let sent = self.send(&vendor, &payload).await?;
        let ended = Ended::of(&sent.answer?)?;
        let _held = self.store.hold_account(&account.vendor)?;
        // Another Gatefold may have signed in meanwhile; that sign-in is none of this one's.
        if self.account(&vendor)?.is_some_and(|stands| stands.token_id == account.token_id) {
            self.forget_held(&account.vendor)?;
        }
        Ok(SignedOut { ended, entry: sent.entry })
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
        let _held = self.store.hold_account(vendor)?;
        self.forget_held(vendor)
    }

    /// Forgets an account that is held.
    fn forget_held(&self, vendor: &VendorKey) -> Result<(), ClientError> {
        self.secrets.remove(SecretName::Token(vendor))?;
        self.secrets.remove(SecretName::AccountKeys(vendor))?;
        self.keep_listed(vendor)?;
        self.store.forget_account(vendor)?;
        Ok(())
    }
}
