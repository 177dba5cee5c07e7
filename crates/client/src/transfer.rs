//! Giving a license to somebody else: first whether that is possible, by the vendor's file and then by its server; then by the
//! server, or by a message that the user sends.
//!
//! It refuses to give a license away while a seat of it is in use: this computer's goes back first, and others are told. Whether
//! a license is somebody else's, the vendor says: an answer to our own nonce, and the account's list.

use gatefold_disclosure::vendor::{Transfer, TransferBy};
use gatefold_disclosure::{Payload, Preview, Sensitive};
use gatefold_keygen::{License, Refusal};
use gatefold_ledger::EntryId;
use gatefold_license::Terms;
use gatefold_store::{Account, Intent, IntentKind, OpenIntent};
use jiff::Timestamp;
use uuid::Uuid;

use crate::app::Gatefold;
use crate::chance;
use crate::claim::{About, Claimed, OpenClaim};
use crate::computers::SeatsElsewhere;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::uuid_of;
use crate::release::ReleasePlan;
use crate::vendors::InForce;

mod message;
mod recipient;

pub use message::{Fact, TransferMessage};
use recipient::address;

/// A license that may be given to somebody else: it is here, or an account's that is signed in.
#[derive(Clone, Debug)]
pub struct Transferable {
    /// The vendor.
    pub vendor: InForce,
    /// The license.
    pub license_id: String,
    /// The product's name.
    pub product: String,
    product_id: String,
    /// On which terms it is held.
    pub terms: Terms,
    /// Something of it is on this computer, and goes first.
    is_here: bool,
    /// This computer holds a seat of it.
    has_seat: bool,
    /// That seat, where the file that is here is another one's, which the vendor called gone.
    left: Option<String>,
}

/// A question whether a license can be given away, ready to be sent.
pub struct TransferQuestion {
    license: Transferable,
    recipient: Option<String>,
    account: Account,
    token: Sensitive<String>,
    nonce: u64,
    payload: Payload,
    preview: Preview,
}

/// A license that its vendor lets go.
pub struct Eligible {
    license: Transferable,
    recipient: Option<String>,
    account: Account,
    token: Sensitive<String>,
    described: License,
    /// When the server said so.
    signed_at: Option<Timestamp>,
}

/// A transfer that is ready to be sent.
pub struct PreparedTransfer {
    license: Transferable,
    account: Account,
    token: Sensitive<String>,
    recipient: String,
    /// With its nonce, and when the server answered the question before.
    claim: (Payload, u64, Option<Timestamp>),
    release: Option<ReleasePlan>,
    /// Of the file whose seat the vendor called gone.
    removal: Option<ReleasePlan>,
    requests: Vec<Planned>,
}

/// A license that was given to somebody else.
#[derive(Debug)]
pub struct Transferred {
    /// The product's name.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// To whose account, by the address that was given.
    pub recipient: String,
    /// Whether the account's list, read afterwards, shows it no more; or why it could not be read. `None` where there is no
    /// list.
    pub is_gone: Option<Result<bool, ClientError>>,
}

impl Transferable {
    /// What the vendor's file says of giving it away.
    ///
    /// # Errors
    /// [`ClientError::NoTransfer`] where it says nothing, with whom to ask; [`ClientError::NeverTransferred`].
    pub fn rules(&self) -> Result<&Transfer, ClientError> {
        let vendor = self.vendor.vendor();
        let contact = || vendor.policy().contact.first().map(|contact| contact.value.clone());
        let rules = vendor.transfer().ok_or_else(|| ClientError::NoTransfer { contact: contact() })?;
        match rules.never.iter().any(|terms| terms.as_str() == self.terms.as_str()) {
            true => Err(ClientError::NeverTransferred(self.terms)),
            false => Ok(rules),
        }
    }
}

impl TransferQuestion {
    /// The exact bytes.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    /// What it is about.
    pub fn license(&self) -> &Transferable {
        &self.license
    }
}

impl Eligible {
    /// What it is about.
    pub fn license(&self) -> &Transferable {
        &self.license
    }

    /// How many seats other computers hold.
    fn seats_elsewhere(&self) -> u64 {
        self.described.machines_count.saturating_sub(self.license.has_seat.into())
    }
}

impl PreparedTransfer {
    /// What it is about.
    pub fn license(&self) -> &Transferable {
        &self.license
    }

    /// Whose account gets it.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Every request that may be sent: this computer's seat, the transfer, the account's licenses.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }

    /// Whether a license goes from this computer with it.
    pub fn removes_here(&self) -> bool {
        self.release.is_some()
    }
}

impl Gatefold {
    /// The license that an id means: of the activation, or of the license itself, here or in an account's list.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`]; the store's and the shelf's.
    pub fn transferable(&self, id: &str) -> Result<Transferable, ClientError> {
        match self.installed_by_id(id) {
            Ok(license) => {
                // What the vendor called gone is no seat; but another may have been taken since, and be without its file.
                let is_gone = license.seat_gone_at.is_some();
                let left = is_gone.then(|| self.seat_left(&license.vendor, &license.license_id));
                let left = left.transpose()?.flatten();
                Ok(Transferable {
                    has_seat: license.machine_id.is_some() && !is_gone || left.is_some(),
                    left,
                    vendor: license.vendor,
                    license_id: license.license_id,
                    product: license.product,
                    product_id: license.product_id,
                    terms: license.terms,
                    is_here: true,
                })
            }
            Err(gone @ ClientError::NotInstalled(_)) => {
                let owned = self.owned_licenses()?.into_iter().find(|owned| owned.license_id == id);
                let owned = owned.ok_or(gone)?;
                // A seat without its file is this computer's, too, and goes back first.
                let has_seat = self.seat_left(&owned.vendor, &owned.license_id)?.is_some();
                Ok(Transferable {
                    left: None,
                    vendor: owned.vendor,
                    license_id: owned.license_id,
                    product: owned.product,
                    product_id: owned.product_id.unwrap_or_default(),
                    terms: owned.terms,
                    is_here: has_seat,
                    has_seat,
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Prepares to ask the vendor whether a license can be given away; nothing leaves. An address that cannot be used is found
    /// out now.
    ///
    /// # Errors
    /// [`Transferable::rules`]'s; [`ClientError::TransferByMessage`]; [`ClientError::NotSignedIn`], since a license is given
    /// away by its account; [`ClientError::Recipient`].
    pub fn plan_transfer_question(
        &self,
        license: Transferable,
        recipient: Option<&str>,
    ) -> Result<TransferQuestion, ClientError> {
        if license.rules()?.by == TransferBy::Message {
            return Err(ClientError::TransferByMessage);
        }
        self.secrets.ready()?;
        let vendor = license.vendor.clone().planned_now(self);
        let (account, token) = self.signed_in(&vendor)?.ok_or(ClientError::NotSignedIn)?;
        let token = token.ok_or(ClientError::NotSignedIn)?;
        let recipient = recipient.map(|typed| address(typed, &account.email)).transpose()?;
        let nonce = chance::nonce()?;
        let id = uuid_of(&license.license_id)?;
        let payload = vendor.server(self)?.0.ask_transfer(&token.clone().into(), nonce, id)?;
        let preview = payload.preview(vendor.vendor())?;
        let license = Transferable { vendor, ..license };
        Ok(TransferQuestion { license, recipient, account, token, nonce, payload, preview })
    }

    /// Asks whether the license can be given away. `entries` receives the entry of the request, also when it fails.
    ///
    /// # Errors
    /// Why not; why nothing is known.
    pub async fn ask_transfer(
        &mut self,
        question: TransferQuestion,
        entries: &mut Vec<EntryId>,
    ) -> Result<Eligible, ClientError> {
        let TransferQuestion { license, recipient, account, token, nonce, payload, .. } = question;
        let answer = self.ask(&license.vendor, &payload, entries).await?;
        let signed_at = answer.signed_date();
        let described = answer.claimed(nonce).map_err(|refusal| self.not_the_accounts(refusal, &license))?;
        is_it(&described, uuid_of(&license.license_id)?)?;
        Ok(Eligible { license, recipient, account, token, described, signed_at })
    }

    /// The seats that other computers hold: as many as the vendor said, named by the list that was read last.
    ///
    /// # Errors
    /// The store's; this computer's identifier.
    pub fn seats_elsewhere(&self, eligible: &Eligible) -> Result<SeatsElsewhere, ClientError> {
        let count = eligible.seats_elsewhere();
        let list = match count {
            0 => None,
            _ => self.seats_read(&eligible.license.vendor, &eligible.license.license_id)?,
        };
        Ok(SeatsElsewhere::of(count, list))
    }

    /// Prepares to give the license to the account of the address that was given; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::Recipient`] where none was given; [`ClientError::SeatsElsewhere`] while other computers hold seats; a missing key of the seat
    /// that is to be given back.
    pub fn plan_transfer(&self, eligible: Eligible) -> Result<PreparedTransfer, ClientError> {
        let elsewhere = self.seats_elsewhere(&eligible)?;
        let Eligible { license, recipient, account, token, signed_at, .. } = eligible;
        let recipient = recipient.ok_or(ClientError::Recipient("is missing"))?;
        if elsewhere.count > 0 {
            return Err(ClientError::SeatsElsewhere(elsewhere));
        }
        let vendor = &license.vendor;
        // The seat that was taken last goes back; the file of the one before goes with it, without a request.
        let given_back = license.left.as_deref().unwrap_or(&license.license_id);
        let release = license.is_here.then(|| self.plan_release(given_back)).transpose()?;
        let removal =
            license.left.as_ref().map(|_| self.plan_local_removal(&license.license_id)).transpose()?;
        let nonce = chance::nonce()?;
        let id = uuid_of(&license.license_id)?;
        let payload = vendor.server(self)?.0.transfer(&token.clone().into(), nonce, id, &recipient)?;
        let seat = release.as_ref().and_then(ReleasePlan::request).cloned();
        let gives = if seat.is_some() { PlannedWhen::IfGood } else { PlannedWhen::Always };
        let mut requests: Vec<Planned> =
            seat.map(|preview| Planned { when: PlannedWhen::Always, preview }).into_iter().collect();
        requests.push(Planned { when: gives, preview: payload.preview(vendor.vendor())? });
        if vendor.has_library() {
            let list = self.library_requests(vendor, &token.clone().into())?;
            requests.extend(list.into_iter().map(|request| match request.when {
                PlannedWhen::Always => Planned { when: PlannedWhen::IfGood, ..request },
                _ => request,
            }));
        }
        let claim = (payload, nonce, signed_at);
        Ok(PreparedTransfer { license, account, token, recipient, claim, release, removal, requests })
    }

    /// Gives this computer's seat back and removes the license here, then gives it to the other account, then reads which
    /// licenses are still one's own. `entries` receives the entry of each request that was made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. [`ClientError::NotTransferred`] where the seat was given back before;
    /// [`ClientError::ClaimUnknown`] where nobody here knows whose it is now.
    pub async fn transfer(
        &mut self,
        prepared: PreparedTransfer,
        entries: &mut Vec<EntryId>,
    ) -> Result<Transferred, ClientError> {
        let PreparedTransfer { license, account, token, recipient, claim, release, removal, .. } = prepared;
        let was_here = release.is_some();
        for gone in release.into_iter().chain(removal) {
            self.release_noting(gone, entries).await?;
        }
        fail::fail_point!("client.between-release-and-transfer");
        let given = self.give(&license, &account, &claim, entries).await;
        let (signed_at, intent) = given.map_err(|cause| match cause {
            ClientError::ClaimUnknown { .. } => cause,
            cause if was_here => ClientError::NotTransferred { cause: Box::new(cause) },
            cause => cause,
        })?;
        fail::fail_point!("client.between-transfer-and-list");
        let (vendor, id) = (&license.vendor, &license.license_id);
        let is_gone = if vendor.has_library() {
            let read = self.read_owned(vendor, &account, token, Some(signed_at), entries).await;
            Some(read.and_then(|_| Ok(!self.lists(&account.vendor, id)?)))
        } else {
            None
        };
        // Until the list is read, the journal remembers that there is something to be read.
        if !matches!(is_gone, Some(Err(_))) {
            self.store.finish(intent)?;
        }
        Ok(Transferred { product: license.product, license_id: license.license_id, recipient, is_gone })
    }

    async fn give(
        &mut self,
        license: &Transferable,
        account: &Account,
        (payload, nonce, asked_at): &(Payload, u64, Option<Timestamp>),
        entries: &mut Vec<EntryId>,
    ) -> Result<(Timestamp, OpenIntent), ClientError> {
        let _held = self.hold_license(&account.vendor, &license.license_id)?;
        let about = About {
            license_id: Some(license.license_id.clone()),
            user_id: account.user_id.clone(),
            ..About::product(Some(&license.product_id))
        };
        let intent = self.begin_claim(IntentKind::Transfer, &account.vendor, about)?;
        let id = uuid_of(&license.license_id)?;
        let claim = (payload, *nonce);
        let fits = |license: &License| is_it(license, id);
        let claimed = self.claim(&license.vendor, claim, (intent, *asked_at), fits, entries).await;
        let (Claimed { signed_at, .. }, intent) = claimed.map_err(not_the_accounts)?;
        Ok((signed_at, intent))
    }

    /// The server's no to a license that is none of the account's; where a transfer of it is open, it was done.
    fn not_the_accounts(&self, refusal: Refusal, license: &Transferable) -> ClientError {
        let is_its = |open: &Intent| {
            let what = &open.what;
            what.kind == IntentKind::Transfer
                && what.license_id == license.license_id
                && what.vendor == license.vendor.key()
        };
        let is_open = || self.store.open_intents().is_ok_and(|open| open.iter().any(is_its));
        match refusal {
            Refusal::NotFound if is_open() => ClientError::TransferDoneBefore,
            refusal => not_the_accounts(refusal.into()),
        }
    }

    /// The transfers at a vendor of which nobody here knows whether they were done; the next reading of the account's licenses
    /// settles them.
    ///
    /// # Errors
    /// The store's.
    pub fn open_transfers(&self, vendor: &InForce) -> Result<Vec<OpenClaim>, ClientError> {
        self.open_claims_of(vendor, IntentKind::Transfer)
    }
}

/// The server's no to a license that is none of the account's.
fn not_the_accounts(error: ClientError) -> ClientError {
    match error {
        ClientError::Refusal(Refusal::NotFound) => ClientError::AccountForeign,
        error => error,
    }
}

/// An answer about another license is none.
fn is_it(license: &License, id: Uuid) -> Result<(), Refusal> {
    match license.id == id {
        true => Ok(()),
        false => Err(Refusal::Contradictory { what: "it is about another license".to_owned() }),
    }
}
