//! Registering a product that was bought: it is claimed for the account that is signed in, with what the vendor's file asks
//! for. Then the account's licenses are read again, and the product can be activated.
//!
//! Serial number and unlock code are sent once and kept nowhere. A claim whose answer was lost is settled by the next
//! reading of the list, and may be made again: to claim twice is to claim once. It refuses to call a product the account's
//! by any other word than the vendor's own list.

use gatefold_disclosure::{Item, Payload, Sensitive, quote};
use gatefold_keygen::{Claim, Refusal};
use gatefold_ledger::EntryId;
use gatefold_store::{Account, IntentKind, OpenIntent, VendorKey};
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::chance;
use crate::claim::{About, Claimed, OpenClaim, license_to_come, product_named};
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::vendors::InForce;

/// What fits into an attribute of the protocol (reference 5.1).
const MAX_FIELD_CHARS: usize = 255;

/// What the user says of the product; what the vendor does not ask for stays empty.
#[derive(Clone, Debug, Default)]
pub struct Bought {
    /// The product: its id, its code or its name.
    pub product: Option<String>,
    /// The serial number that came with it.
    pub serial: Option<Sensitive<String>>,
    /// The code that came with the serial number.
    pub unlock_code: Option<Sensitive<String>>,
}

/// A registration that is ready to be sent.
pub struct PreparedRegistration {
    vendor: InForce,
    account: Account,
    token: Sensitive<String>,
    product_id: Option<String>,
    nonce: u64,
    payload: Payload,
    requests: Vec<Planned>,
}

/// A product that is registered.
#[derive(Debug)]
pub struct Registered {
    /// The product's name, or its id where the vendor file does not name it.
    pub product: String,
    /// The license that the account has of it.
    pub license_id: String,
    /// The account had it before, by the list that was read last.
    pub was_yours: bool,
    /// Whether the vendor's list, read afterwards, shows it; or why it could not be read. `None` where there is no list.
    pub is_listed: Option<Result<bool, ClientError>>,
}

impl PreparedRegistration {
    /// At which vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Whose product it becomes.
    pub fn email(&self) -> &str {
        &self.account.email
    }

    /// Every request that may be sent: the claim, then the account's licenses.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }
}

impl Gatefold {
    /// Prepares a registration; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NoRegistration`]; [`ClientError::RegistrationField`] for what is missing, not asked for or cannot be
    /// sent; [`ClientError::NotSignedIn`]; no server in force; a locked keyring, because the keys could not be kept.
    pub fn plan_registration(
        &self,
        vendor: InForce,
        bought: &Bought,
    ) -> Result<PreparedRegistration, ClientError> {
        let asked = vendor.vendor().registers_with();
        if asked.is_empty() {
            return Err(ClientError::NoRegistration);
        }
        let named = field(&asked, Item::Product, bought.product.as_deref())?;
        let none = ClientError::RegistrationField { item: Item::Product, fault: "is none of this vendor's" };
        let product = named.map(|named| product_named(&vendor, named).ok_or(none)).transpose()?;
        let product_id = product.map(|product| product.id.clone());
        // Exposed to be looked at; what is declared is wrapped again.
        let secret = |item, given: Option<&Sensitive<String>>| {
            let given = field(&asked, item, given.map(|given| given.expose().as_str()))?;
            Ok::<_, ClientError>(given.map(Sensitive::from))
        };
        let serial = secret(Item::ProductSerial, bought.serial.as_ref())?;
        let unlock_code = secret(Item::UnlockCode, bought.unlock_code.as_ref())?;
        self.secrets.ready()?;
        let vendor = vendor.planned_now(self);
        let (account, token) = self.signed_in(&vendor)?.ok_or(ClientError::NotSignedIn)?;
        let token = token.ok_or(ClientError::NotSignedIn)?;
        let claim = Claim {
            product: product_id.as_deref(),
            serial: serial.as_ref(),
            unlock_code: unlock_code.as_ref(),
        };
        let nonce = chance::nonce()?;
        let payload = vendor.server(self)?.0.register(&token.clone().into(), nonce, claim)?;
        let preview = payload.preview(vendor.vendor())?;
        let mut requests = vec![Planned { when: PlannedWhen::Always, preview }];
        if vendor.has_library() {
            requests.extend(self.library_requests(&vendor, &token.clone().into())?);
        }
        Ok(PreparedRegistration { vendor, account, token, product_id, nonce, payload, requests })
    }

    /// Claims the product, then reads which licenses are the account's. `entries` receives the entry of each request that was
    /// made, also when it fails.
    ///
    /// # Errors
    /// What the server refuses with: then nothing is registered. [`ClientError::ClaimUnknown`] where that cannot be told.
    pub async fn register(
        &mut self,
        prepared: PreparedRegistration,
        entries: &mut Vec<EntryId>,
    ) -> Result<Registered, ClientError> {
        let PreparedRegistration { vendor, account, token, product_id, nonce, payload, .. } = prepared;
        let kind = IntentKind::Register;
        let _held = self.hold_license(&account.vendor, license_to_come(kind))?;
        let about = About { user_id: account.user_id.clone(), ..About::product(product_id.as_deref()) };
        let intent = self.begin_claim(kind, &account.vendor, about)?;
        let claim = self.claim(&vendor, (&payload, nonce), (intent, None), |_| Ok(()), entries);
        let (Claimed { license, signed_at }, intent) = claim.await.map_err(not_taken)?;
        fail::fail_point!("client.between-claim-and-list");
        let license_id = license.id.to_string();
        let was_yours = self.lists(&account.vendor, &license_id)?;
        let is_listed = if vendor.has_library() {
            let read = self.read_owned(&vendor, &account, token, Some(signed_at), entries).await;
            Some(read.and_then(|_| self.lists(&account.vendor, &license_id)))
        } else {
            None
        };
        // Until the list is read, the journal remembers that there is something to be read.
        if !matches!(is_listed, Some(Err(_))) {
            self.store.finish(intent)?;
        }
        let id = license.product.map(|id| id.to_string());
        let named = id.as_deref().and_then(|id| vendor.vendor().product(id));
        let product = named.map(|product| product.name.clone()).or(id);
        Ok(Registered {
            product: product.unwrap_or_else(|| license_id.clone()),
            license_id,
            was_yours,
            is_listed,
        })
    }

    /// The registration at a vendor that a crash or a lost answer left open; the next reading of the account's licenses
    /// settles it.
    ///
    /// # Errors
    /// The store's.
    pub fn open_registration(&self, vendor: &InForce) -> Result<Option<OpenClaim>, ClientError> {
        Ok(self.open_claims_of(vendor, IntentKind::Register)?.into_iter().next())
    }

    /// Registrations and transfers that nobody works on any more; whoever then reads the account's list knows what became of
    /// them.
    pub(crate) fn told_by_the_list(&self, vendor: &VendorKey) -> Result<Vec<OpenIntent>, ClientError> {
        let kinds = [IntentKind::Register, IntentKind::Transfer];
        self.abandoned_claims(vendor, |what| kinds.contains(&what.kind))
    }

    /// Whether nothing is left to be read of a registration or a transfer: nobody is signed in who could. Else whoever reads the list
    /// settles it.
    pub(crate) fn is_registration_settled(&self, vendor: &VendorKey) -> Result<bool, ClientError> {
        Ok(self.store.account(vendor)?.is_none())
    }

    /// Whether the account has this license, by the list that was read last.
    pub(crate) fn lists(&self, vendor: &VendorKey, license_id: &str) -> Result<bool, ClientError> {
        let is_it =
            |row: &gatefold_store::OwnedLicense| row.vendor == *vendor && row.license_id == license_id;
        Ok(self.store.owned()?.iter().any(is_it))
    }
}

/// Whether a list that was signed then can tell what became of a claim that was begun here. Nothing in a list is ours, so an
/// older one may be played again, and it says nothing of the claim. The claim's answer was lost, and with it the vendor's own
/// time: this computer's clock has to do, which leaves a claim open rather than close it by an old list. One that was ahead at
/// the claim, and is right by now, is worth nothing: then the list need be of this hour.
pub(crate) fn tells_of(signed_at: Timestamp, begun_at: Timestamp, asked_at: Timestamp) -> bool {
    const THIS_HOUR: SignedDuration = SignedDuration::from_hours(1);
    match begun_at > asked_at {
        true => signed_at.duration_since(asked_at) >= -THIS_HOUR,
        // A date that is signed has no fraction of a second.
        false => signed_at.as_second() >= begun_at.as_second(),
    }
}

/// What is registered is named by a code of its own where it is not found: a server that finds no such page takes none.
fn not_taken(error: ClientError) -> ClientError {
    match error {
        ClientError::Refusal(Refusal::NotFound) => ClientError::RegistrationNotTaken,
        error => error,
    }
}

/// A value where the vendor asks for one, and none where it does not. White space around it was never meant.
fn field<'a>(asked: &[Item], item: Item, given: Option<&'a str>) -> Result<Option<&'a str>, ClientError> {
    let fault = |fault| Err(ClientError::RegistrationField { item, fault });
    match (asked.contains(&item), given.map(str::trim).filter(|given| !given.is_empty())) {
        (false, Some(_)) => fault("is not asked for by this vendor"),
        (true, None) => fault("is missing"),
        (true, Some(given)) if given.chars().count() > MAX_FIELD_CHARS => fault("is too long to be one"),
        (true, Some(given)) if given.chars().any(quote::is_unsafe) => {
            fault("holds characters that cannot be seen")
        }
        (_, given) => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_given_and_nothing_else() {
        let asked = [Item::ProductSerial, Item::UnlockCode];
        let check = |item, given: Option<&str>, expect: Result<Option<&str>, &str>| {
            let found = field(&asked, item, given);
            let found = found.map_err(|error| match error {
                ClientError::RegistrationField { item: of, fault } if of == item => fault,
                other => panic!("{other:?}"),
            });
            assert_eq!(found, expect, "{item} {given:?}");
        };
        check(Item::ProductSerial, Some(" 12 34\n"), Ok(Some("12 34")));
        check(Item::Product, None, Ok(None));
        check(Item::Product, Some(" "), Ok(None));
        check(Item::Product, Some("drums"), Err("is not asked for by this vendor"));
        check(Item::UnlockCode, None, Err("is missing"));
        check(Item::UnlockCode, Some(" \t"), Err("is missing"));
        check(Item::UnlockCode, Some("12\u{202e}34"), Err("holds characters that cannot be seen"));
        check(Item::UnlockCode, Some("12\n34"), Err("holds characters that cannot be seen"));
        let (longest, longer) = ("ä".repeat(MAX_FIELD_CHARS), "ä".repeat(MAX_FIELD_CHARS + 1));
        check(Item::UnlockCode, Some(&longest), Ok(Some(&longest)));
        check(Item::UnlockCode, Some(&longer), Err("is too long to be one"));
    }

    #[test]
    fn a_list_of_before_the_claim_tells_nothing_of_it() {
        let check = |signed: &str, begun: &str, asked: &str, expect| {
            let at = |time: &str| format!("2026-11-29T{time}Z").parse::<Timestamp>().unwrap();
            assert_eq!(tells_of(at(signed), at(begun), at(asked)), expect, "{signed} {begun} {asked}");
        };
        check("12:00:00", "12:00:00.900", "12:00:00.950", true);
        check("11:59:59", "12:00:00.900", "12:00:05", false);
        check("13:00:00", "12:00:00", "12:00:05", true);
        check("00:00:00", "12:00:00", "23:59:59", false);
        // The clock was ahead at the claim.
        check("12:00:00", "23:00:00", "12:00:30", true);
        check("10:59:59", "23:00:00", "12:00:00", false);
    }
}
