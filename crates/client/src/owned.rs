//! The licenses of the account that is signed in: read from the vendor's list, remembered without their keys, which lie
//! among the secrets.
//!
//! The list is the server's word of the moment. It refuses to be more: it installs, revokes and frees nothing, and an
//! answer that the vendor did not sign changes nothing of it.

use std::collections::HashSet;

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Item, Purpose, Sensitive};
use gatefold_keygen::{Deleted, License, Page, Refusal, Token};
use gatefold_ledger::EntryId;
use gatefold_license::{LicenseKey, LicenseStatus, Terms};
use gatefold_store::{Account, Intent, IntentKind, KeyHint, OwnedLicense, SeatsTaken, SecretName, VendorKey};
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::clock::is_older;
use crate::error::ClientError;
use crate::planned::{Planned, PlannedWhen};
use crate::registration::tells_of;
use crate::vendors::InForce;

/// A reading of the account's list that is ready to be sent.
pub struct PreparedLibrary {
    vendor: InForce,
    account: Account,
    token: Sensitive<String>,
    requests: Vec<Planned>,
}

/// A license of an account that is signed in, as its vendor listed it last.
#[derive(Clone, Debug)]
pub struct Owned {
    /// The vendor.
    pub vendor: InForce,
    /// The license.
    pub license_id: String,
    /// The product's id, if the server named one.
    pub product_id: Option<String>,
    /// The product's name, or its id where the vendor file does not name it; the license's id where there is none.
    pub product: String,
    /// On which terms it is held.
    pub terms: Terms,
    /// When the right ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// How many computers hold it, by the list and what was answered about it since; none where licenses are bound to the account.
    pub seats: Option<Seats>,
    /// The last characters of the key; may be empty.
    pub key_hint: String,
    /// Whether its license file is on this computer.
    pub is_here: bool,
    /// When the list was read.
    pub read_at: Timestamp,
    /// The key alone takes a seat, never the sign-in.
    pub(crate) protected: bool,
    /// The vendor has suspended or banned it, by the list.
    pub is_barred: bool,
}

/// Seats of a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// In use.
    pub taken: u64,
    /// How many there are; no limit, if there is none.
    pub limit: Option<u64>,
}

/// How much of an account's list was read, and what it settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many licenses there are.
    pub count: usize,
    /// The list goes on after the last page that is read.
    pub is_cut: bool,
    /// What became of the licenses of which it was not known whether they were given away.
    pub transfers: Vec<ToldTransfer>,
}

/// A transfer without an answer, of which the account's list tells what became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldTransfer {
    /// The license.
    pub license_id: String,
    /// The product's name; its id where the vendor file does not name it.
    pub product: String,
    /// Whether the license is somebody else's now.
    pub is_given: bool,
}

impl PreparedLibrary {
    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Every request that may be sent, page by page: the list ends where the server says so.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }
}

impl InForce {
    /// Whether the vendor shows who is signed in which licenses are theirs.
    pub fn has_library(&self) -> bool {
        self.vendor().allows(Purpose::Library, Item::Token)
    }
}

impl Gatefold {
    /// Prepares to ask which licenses are the account's; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NotSignedIn`] if nobody is, or the token is not at hand; an undeclared item; no server in force; a
    /// locked keyring, because the keys could not be kept.
    pub fn plan_library(&self, vendor: InForce) -> Result<PreparedLibrary, ClientError> {
        self.secrets.ready()?;
        let vendor = vendor.planned_now(self);
        let (account, token) = self.signed_in(&vendor)?.ok_or(ClientError::NotSignedIn)?;
        let token = token.ok_or(ClientError::NotSignedIn)?;
        let requests = self.library_requests(&vendor, &token.clone().into())?;
        Ok(PreparedLibrary { vendor, account, token, requests })
    }

    /// Asks which licenses are the account's, and remembers them: how many were read. `entries` receives the entry of each
    /// request that was made, also when it fails; then what was remembered stays.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. [`ClientError::NotSignedIn`] if somebody signed out meanwhile.
    pub async fn read_library(
        &mut self,
        prepared: PreparedLibrary,
        entries: &mut Vec<EntryId>,
    ) -> Result<Listed, ClientError> {
        let PreparedLibrary { vendor, account, token, .. } = prepared;
        self.read_owned(&vendor, &account, token, None, entries).await
    }

    /// The licenses of every account that is signed in, by vendor and product, as they were listed last; sends nothing.
    ///
    /// # Errors
    /// The store's.
    pub fn owned_licenses(&self) -> Result<Vec<Owned>, ClientError> {
        let mut owned = Vec::new();
        for vendor in self.vendors()? {
            match self.owned_of(&vendor) {
                Ok(more) => owned.extend(more),
                Err(ClientError::NotSignedIn | ClientError::LicensesUnread) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(owned)
    }

    /// The licenses of the account at one vendor, as they were listed last; sends nothing.
    ///
    /// # Errors
    /// [`ClientError::NotSignedIn`]; [`ClientError::LicensesUnread`]; the store's.
    pub fn owned_of(&self, vendor: &InForce) -> Result<Vec<Owned>, ClientError> {
        let account = self.account(vendor)?.ok_or(ClientError::NotSignedIn)?;
        let read_at = account.licenses_read_at.ok_or(ClientError::LicensesUnread)?;
        // Where nothing can be read here, nothing is known to be: the list of what is installed says why.
        let installed = self.library_of(vendor).map(|(installed, _)| installed).unwrap_or_default();
        let is_here = |id: &str| installed.iter().any(|license| license.license_id == id);
        let rows = self.store.owned()?.into_iter().filter(|row| row.vendor == account.vendor);
        let mut owned: Vec<Owned> = rows
            .map(|row| {
                let is_here = is_here(&row.license_id);
                Owned::of(vendor, row, is_here, read_at)
            })
            .collect();
        owned.sort_by_cached_key(|license| {
            (license.product.clone(), license.key_hint.clone(), license.license_id.clone())
        });
        Ok(owned)
    }

    /// The key of a license of the account's, for the user's eyes and for activating it.
    ///
    /// # Errors
    /// [`ClientError::KeyMissing`] if the vendor's list showed none; the keyring's.
    pub fn owned_key(&self, license: &Owned) -> Result<LicenseKey, ClientError> {
        let key = self.account_key(&license.vendor.key(), &license.license_id)?;
        key.ok_or_else(|| ClientError::KeyMissing {
            license_id: license.license_id.clone(),
            has_seat: license.is_here,
        })
    }

    /// Notes what a signed answer says of a listed license's seats. They are there to be looked at: where that cannot be noted, the
    /// next list tells.
    pub(crate) fn note_taken(&self, vendor: &InForce, license_id: &str, taken: SeatsTaken) {
        let _ = self.store.note_taken(&vendor.key(), license_id, taken);
    }

    /// The same of a seat that had to go: one that was gone before is in no count any more.
    pub(crate) fn note_deleted(&self, vendor: &InForce, license_id: &str, deleted: Deleted) {
        if deleted == Deleted::Now {
            self.note_taken(vendor, license_id, SeatsTaken::OneLess);
        }
    }

    /// The key of a license as the account's list showed it, if it did.
    pub(crate) fn account_key(
        &self,
        vendor: &VendorKey,
        license_id: &str,
    ) -> Result<Option<LicenseKey>, ClientError> {
        let Some(keys) = self.secrets.get(SecretName::AccountKeys(vendor))? else { return Ok(None) };
        let own = |line: &str| line.strip_prefix(license_id)?.strip_prefix(' ').map(LicenseKey::new);
        // Exposed to be looked through for this license's own.
        Ok(keys.expose().lines().find_map(own).transpose()?)
    }

    pub(crate) fn library_requests(
        &self,
        vendor: &InForce,
        token: &Token,
    ) -> Result<Vec<Planned>, ClientError> {
        let server = vendor.server(self)?.0;
        let mut requests = Vec::new();
        for (position, page) in Page::all().enumerate() {
            let when = match position {
                0 => PlannedWhen::Always,
                1 => PlannedWhen::IfMore,
                _ => PlannedWhen::IfStillMore,
            };
            let preview = server.list_licenses(token, page)?.preview(vendor.vendor())?;
            requests.push(Planned { when, preview });
        }
        Ok(requests)
    }

    /// Nothing is remembered before the last page is here. A page that was signed before `since`, a time by the vendor's own
    /// clock, is an old list.
    pub(crate) async fn read_owned(
        &self,
        vendor: &InForce,
        account: &Account,
        token: Sensitive<String>,
        since: Option<Timestamp>,
        entries: &mut Vec<EntryId>,
    ) -> Result<Listed, ClientError> {
        let token = Token::from(token);
        let unknown = self.told_by_the_list(&account.vendor)?;
        let (mut licenses, mut known) = (Vec::new(), HashSet::new());
        let (asked_at, mut oldest) = (self.clock.now(), Timestamp::MAX);
        let mut is_cut = false;
        for page in Page::all() {
            let request = vendor.server(self)?.0.list_licenses(&token, page)?;
            let answer = self.ask(vendor, &request, entries).await?;
            let read = answer.licenses()?;
            oldest = oldest.min(answer.signed_date().unwrap_or(Timestamp::MIN));
            if since.is_some_and(|since| is_older(&answer, since)) {
                return Err(Refusal::Replayed.into());
            }
            // A license that is made while the pages are read shifts them: the last one of a page comes again.
            licenses.extend(read.licenses.into_iter().filter(|license| known.insert(license.id)));
            is_cut = read.more;
            if !is_cut {
                break;
            }
        }
        fail::fail_point!("client.between-list-and-keeping");
        self.keep_owned(account, &licenses)?;
        let mut transfers = Vec::new();
        for open in unknown {
            let Intent { what, started_at, .. } = open.intent();
            let is_listed = licenses.iter().any(|license| license.id.to_string() == what.license_id);
            let is_transfer = what.kind == IntentKind::Transfer;
            // What such a list does not tell of stays open; what is not on a list that goes on may follow.
            if !tells_of(oldest, *started_at, asked_at) || is_transfer && is_cut && !is_listed {
                continue;
            }
            let named = vendor.vendor().product(&what.product);
            let told = ToldTransfer {
                license_id: what.license_id.clone(),
                product: named.map_or_else(|| what.product.clone(), |product| product.name.clone()),
                is_given: !is_listed,
            };
            self.store.finish(open)?;
            // To ask twice is one thing to tell.
            if is_transfer && !transfers.contains(&told) {
                transfers.push(told);
            }
        }
        Ok(Listed { count: licenses.len(), is_cut, transfers })
    }

    fn keep_owned(&self, account: &Account, licenses: &[License]) -> Result<(), ClientError> {
        let _held = self.store.hold_account(&account.vendor)?;
        // Another Gatefold may have signed out meanwhile, or in as somebody else, whose keys these are not. While it is held
        // nobody does; so a crash leaves no keys without a name.
        let stands = self.store.account(&account.vendor)?;
        if stands.is_none_or(|stands| stands.token_id != account.token_id) {
            return Err(ClientError::NotSignedIn);
        }
        let keys: Vec<Option<LicenseKey>> = licenses.iter().map(key_of).collect();
        self.secrets.put(SecretName::AccountKeys(&account.vendor), by_license(licenses, &keys))?;
        fail::fail_point!("client.between-keys-and-list");
        let rows: Vec<OwnedLicense> =
            licenses.iter().zip(&keys).map(|(license, key)| row(account, license, key.as_ref())).collect();
        self.keep_listed(&account.vendor)?;
        match self.store.keep_owned(account, &rows, self.clock.now())? {
            true => Ok(()),
            false => Err(ClientError::NotSignedIn),
        }
    }
}

impl Owned {
    /// Whether the right has ended, by this computer's clock and what the list said.
    pub fn has_ended(&self, gatefold: &Gatefold) -> bool {
        self.expires_at.is_some_and(|end| end <= gatefold.clock.now())
    }

    fn of(vendor: &InForce, row: OwnedLicense, is_here: bool, read_at: Timestamp) -> Self {
        let named = row.product.as_deref().and_then(|id| vendor.vendor().product(id));
        let product = named.map(|product| product.name.clone());
        Self {
            vendor: vendor.clone(),
            product: product.or_else(|| row.product.clone()).unwrap_or_else(|| row.license_id.clone()),
            license_id: row.license_id,
            product_id: row.product,
            terms: row.terms,
            expires_at: row.expires_at,
            seats: match vendor.vendor().binding() {
                Binding::Machine => Some(Seats { taken: row.seats_taken, limit: row.seats_limit }),
                Binding::Account => None,
            },
            key_hint: row.key_hint.as_str().to_owned(),
            is_here,
            read_at,
            protected: row.protected,
            is_barred: row.barred,
        }
    }
}

/// A key that is none is as good as one that was not shown.
fn key_of(license: &License) -> Option<LicenseKey> {
    // Exposed to be kept in the keyring.
    license.key.as_ref().and_then(|key| LicenseKey::new(key.expose()).ok())
}

/// `ID KEY`, a line each. Keys hold no line ends, and the one text is never moved while it grows.
fn by_license(licenses: &[License], keys: &[Option<LicenseKey>]) -> Sensitive<String> {
    const ID_AND_SPACES: usize = 40;
    // Exposed to be measured.
    let len: usize = keys.iter().flatten().map(|key| key.expose().len() + ID_AND_SPACES).sum();
    let mut text = String::with_capacity(len);
    for (license, key) in licenses.iter().zip(keys) {
        if let Some(key) = key {
            text.push_str(&license.id.to_string());
            text.push(' ');
            // Exposed to be kept in the keyring.
            text.push_str(key.expose());
            text.push('\n');
        }
    }
    text.into()
}

fn row(account: &Account, license: &License, key: Option<&LicenseKey>) -> OwnedLicense {
    OwnedLicense {
        vendor: account.vendor.clone(),
        license_id: license.id.to_string(),
        product: license.product.map(|id| id.to_string()),
        terms: license.terms,
        expires_at: license.expires_at,
        seats_limit: license.max_machines,
        seats_taken: license.machines_count,
        protected: license.protected,
        barred: matches!(license.status, LicenseStatus::Suspended | LicenseStatus::Banned),
        key_hint: key.map(KeyHint::of).unwrap_or_default(),
    }
}
