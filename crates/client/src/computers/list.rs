//! Reading which computers hold a license's seats: the license is asked about, which tells the limit and how late a list
//! may be, then its seats are read, page by page.

use std::collections::HashSet;

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Item, Payload, Purpose, Slot};
use gatefold_keygen::{Id, License, Machine, Page, Refusal};
use gatefold_ledger::EntryId;
use gatefold_license::LicenseKey;
use gatefold_store::{KeyHint, Seat, SeatsTaken};
use jiff::Timestamp;
use uuid::Uuid;

use crate::activation::{Checked, WayIn, as_written};
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::owned::Seats;
use crate::planned::{Planned, PlannedWhen};
use crate::refresh::{revoking, uuid_of};
use crate::vendors::InForce;

/// A reading of a license's seats that is ready to be sent.
pub struct SeatsPlan {
    vendor: InForce,
    key: LicenseKey,
    /// None where the key alone is known, until the first answer.
    license_id: Option<Uuid>,
    way_in: WayIn,
    license: Told,
    requests: Vec<Planned>,
}

/// How it is known whose seats are read, and how late a list may be.
enum Told {
    /// The server is asked first.
    Ask { check: Payload, nonce: u64 },
    /// It just said so.
    Already(Box<License>, Timestamp),
}

/// The seats of a license, as its vendor listed them.
#[derive(Clone, Debug)]
pub struct SeatList {
    /// The vendor.
    pub vendor: InForce,
    /// The license.
    pub license_id: String,
    /// The product's id, if the server named one.
    pub product_id: Option<String>,
    /// The product's name, or its id where the vendor file does not name it; the license's id where there is none.
    pub product: String,
    /// How many there are, and how many are taken.
    pub seats: Seats,
    /// Who holds them, newest first.
    pub computers: Vec<Computer>,
    /// The vendor's list goes on.
    pub is_cut: bool,
    /// When it was read.
    pub read_at: Timestamp,
    /// A request went out since that may have changed it.
    pub is_changed: bool,
}

/// A computer that holds a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computer {
    /// The seat's id.
    pub machine_id: String,
    /// The name that the vendor knows it by, quoted; none where it was told none.
    pub name: Option<String>,
    /// Whether it is the one that this runs on.
    pub is_here: bool,
    /// Whether it is the one that this runs on from before its system was installed anew, by all that is known here.
    pub is_system_before: bool,
    /// When a license file was last fetched for it.
    pub last_file_at: Option<Timestamp>,
}

impl SeatsPlan {
    /// The vendor.
    pub fn vendor(&self) -> &InForce {
        &self.vendor
    }

    /// Every request that may be sent: the question about the license, then its seats, page by page.
    pub fn requests(&self) -> &[Planned] {
        &self.requests
    }

    /// The last characters of the key, to tell one from another.
    pub fn key_hint(&self) -> String {
        KeyHint::of(&self.key).as_str().to_owned()
    }

    /// Whether the sign-in reads the list, and not the key.
    pub fn is_by_sign_in(&self) -> bool {
        self.way_in.user_id.is_some()
    }
}

impl InForce {
    /// Whether the vendor shows which computers hold a license's seats.
    pub fn shows_seats(&self) -> bool {
        self.vendor().binding() == Binding::Machine && self.vendor().allows(Purpose::Seats, Item::LicenseId)
    }

    /// Whether the vendor lets a computer be called otherwise.
    pub fn renames(&self) -> bool {
        self.vendor().allows(Purpose::Rename, Item::DeviceName)
    }
}

impl Gatefold {
    /// Prepares to ask who holds the seats of the license with this key; nothing leaves.
    ///
    /// # Errors
    /// [`ClientError::NoSeats`]; [`ClientError::KeyOfOtherVendor`]; the key's shape, where the vendor describes one; no
    /// server in force; an undeclared item; this computer's identifier, by which its own seat is known.
    pub fn plan_seats(&self, vendor: InForce, key: &str) -> Result<SeatsPlan, ClientError> {
        self.refuse_key_of_other(&vendor, key)?;
        let key = as_written(&vendor, key)?;
        let way_in = WayIn::key(&key);
        self.seats_plan(vendor, key, None, way_in)
    }

    /// [`Gatefold::plan_seats`] of a license that was just checked, as where its activation met the limit: nothing is asked
    /// but who holds its seats. `by_sign_in` where the activation went by the sign-in.
    ///
    /// # Errors
    /// As there; [`ClientError::NotSignedIn`].
    pub fn plan_seats_of_checked(
        &self,
        checked: &Checked,
        by_sign_in: bool,
    ) -> Result<SeatsPlan, ClientError> {
        let way_in = match by_sign_in {
            true => self.sign_in_for(&checked.vendor, Purpose::Seats)?.ok_or(ClientError::NotSignedIn)?,
            false => WayIn::key(&checked.key),
        };
        let told = Told::Already(Box::new(checked.license.clone()), checked.signed_at);
        self.seats_plan_of(
            checked.vendor.clone(),
            checked.key.clone(),
            Some(checked.license.id),
            way_in,
            told,
        )
    }

    /// [`Gatefold::plan_seats`] of a license that is known here, by its key or the sign-in that took its seat.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`] for a license that nothing is known of; [`ClientError::KeyMissing`]; else as there.
    pub fn plan_seats_of(&self, license_id: &str) -> Result<SeatsPlan, ClientError> {
        let unknown = || ClientError::NotInstalled(gatefold_disclosure::quote(license_id));
        let (vendor, user_id) = self.license_of(license_id)?.ok_or_else(unknown)?;
        let key = self.key_here(&vendor, license_id)?;
        let way_in = self.way_in(&vendor, Purpose::Seats, &key, user_id.as_deref())?;
        self.seats_plan(vendor, key, Some(uuid_of(license_id)?), way_in)
    }

    /// The same once more by the sign-in at this vendor, for a license that its key alone does not open
    /// ([`ClientError::wants_sign_in`]).
    ///
    /// # Errors
    /// [`ClientError::NotSignedIn`] if nobody is, or the token is not at hand; else as [`Gatefold::plan_seats`].
    pub fn plan_seats_by_sign_in(&self, plan: &SeatsPlan) -> Result<SeatsPlan, ClientError> {
        let way_in = self.sign_in_for(&plan.vendor, Purpose::Seats)?.ok_or(ClientError::NotSignedIn)?;
        self.seats_plan(plan.vendor.clone(), plan.key.clone(), plan.license_id, way_in)
    }

    fn seats_plan(
        &self,
        vendor: InForce,
        key: LicenseKey,
        license_id: Option<Uuid>,
        way_in: WayIn,
    ) -> Result<SeatsPlan, ClientError> {
        if vendor.vendor().binding() == Binding::Account {
            return Err(ClientError::NoSeats);
        }
        let nonce = chance::nonce()?;
        let check = vendor.server(self)?.0.check_key(&key, nonce)?;
        self.seats_plan_of(vendor, key, license_id, way_in, Told::Ask { check, nonce })
    }

    fn seats_plan_of(
        &self,
        vendor: InForce,
        key: LicenseKey,
        license_id: Option<Uuid>,
        way_in: WayIn,
        license: Told,
    ) -> Result<SeatsPlan, ClientError> {
        // Asked now: a computer that cannot be told from others must not be found out afterwards.
        vendor.identifier()?;
        let vendor = vendor.planned_now(self);
        let server = vendor.server(self)?.0;
        let id = license_id.map_or(Id::Open(Slot("license id")), Id::Known);
        let mut requests = Vec::new();
        let mut first = PlannedWhen::Always;
        if let Told::Ask { check, .. } = &license {
            requests.push(Planned { when: PlannedWhen::Always, preview: check.preview(vendor.vendor())? });
            first = PlannedWhen::IfGood;
        }
        for (position, page) in Page::all().enumerate() {
            let when = match position {
                0 => first,
                1 => PlannedWhen::IfMore,
                _ => PlannedWhen::IfStillMore,
            };
            let list = server.list_machines(&way_in.credential, id, page)?;
            requests.push(Planned { when, preview: list.preview(vendor.vendor())? });
        }
        Ok(SeatsPlan { vendor, key, license_id, way_in, license, requests })
    }

    /// Asks who holds the seats, and remembers it. `entries` receives the entry of each request that was made, also when
    /// it fails; then what was remembered stays.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known.
    pub async fn read_seats(
        &mut self,
        plan: &SeatsPlan,
        entries: &mut Vec<EntryId>,
    ) -> Result<SeatList, ClientError> {
        let begun_at = self.clock.now();
        let (license, asked_at) = match &plan.license {
            Told::Ask { check, nonce } => self.describe(&plan.vendor, check, *nonce, entries).await?,
            Told::Already(license, signed_at) => (License::clone(license), *signed_at),
        };
        if plan.license_id.is_some_and(|id| id != license.id) {
            return Err(ClientError::contradictory("a license of another id than the one with this key"));
        }
        let (machines, is_cut) = self.read_machines(plan, &license, asked_at, entries).await?;
        if machines.is_empty() && license.machines_count > 0 && plan.is_by_sign_in() {
            // To another account's sign-in a license has no seats.
            return Err(ClientError::AccountForeign);
        }
        self.agree(&plan.vendor)?;
        let kept = gatefold_store::SeatList {
            vendor: plan.vendor.key(),
            license_id: license.id.to_string(),
            product: license.product.map(|id| id.to_string()),
            limit: license.max_machines,
            is_cut,
            is_changed: false,
            user_id: plan.way_in.user_id.clone(),
            read_at: self.clock.now(),
            seats: machines.into_iter().map(seat).collect(),
        };
        self.store.keep_seats(&kept)?;
        self.settle_release(&plan.vendor, &kept, begun_at)?;
        if !is_cut {
            self.note_taken(&plan.vendor, &kept.license_id, SeatsTaken::Are(kept.seats.len() as u64));
        }
        self.as_listed(plan.vendor.clone(), kept)
    }

    /// What the key's license is, by an answer to our own nonce, and when that was signed.
    pub(super) async fn describe(
        &self,
        vendor: &InForce,
        check: &Payload,
        nonce: u64,
        entries: &mut Vec<EntryId>,
    ) -> Result<(License, Timestamp), ClientError> {
        let answer = self.ask(vendor, check, entries).await?;
        let validation = answer.validation(nonce)?;
        let signed_at = answer.signed_date().ok_or(Refusal::Replayed)?;
        if let Some(refusal) = revoking(&validation) {
            return Err(refusal.into());
        }
        // One that has ended still has its seats.
        let license = validation.license.ok_or(Refusal::WrongKey)?;
        self.note_taken(vendor, &license.id.to_string(), SeatsTaken::Are(license.machines_count));
        Ok((license, signed_at))
    }

    async fn read_machines(
        &self,
        plan: &SeatsPlan,
        license: &License,
        asked_at: Timestamp,
        entries: &mut Vec<EntryId>,
    ) -> Result<(Vec<Machine>, bool), ClientError> {
        let (mut machines, mut known) = (Vec::new(), HashSet::new());
        let mut is_cut = false;
        for page in Page::all() {
            let list =
                plan.vendor.server(self)?.0.list_machines(&plan.way_in.credential, license.id, page)?;
            let answer = self.ask(&plan.vendor, &list, entries).await?;
            let read = answer.machine_page().map_err(|error| plan.way_in.explain(error.into()))?;
            if answer.signed_date().is_none_or(|signed| signed < asked_at) {
                // A list of another day.
                return Err(Refusal::Replayed.into());
            }
            if read.machines.iter().any(|machine| machine.license != Some(license.id)) {
                return Err(ClientError::contradictory("a seat of another license than asked for"));
            }
            // A seat that is taken while the pages are read shifts them: the last one of a page comes again.
            machines.extend(read.machines.into_iter().filter(|machine| known.insert(machine.id)));
            is_cut = read.more;
            if !is_cut {
                break;
            }
        }
        Ok((machines, is_cut))
    }

    /// The seats of a license as they were read last, if they were; sends nothing.
    ///
    /// # Errors
    /// The store's; this computer's identifier.
    pub fn seats_read(&self, vendor: &InForce, license_id: &str) -> Result<Option<SeatList>, ClientError> {
        let kept = self.store.seats_of(&vendor.key(), license_id)?;
        kept.map(|kept| self.as_listed(vendor.clone(), kept)).transpose()
    }

    /// The seats of every license whose list was read, as it was read last; sends nothing.
    ///
    /// # Errors
    /// As [`Gatefold::seats_read`].
    pub fn seats_listed(&self) -> Result<Vec<SeatList>, ClientError> {
        let mut all = Vec::new();
        let lists = self.store.seat_lists()?;
        for vendor in self.vendors()? {
            for list in lists.iter().filter(|list| list.vendor == vendor.key()) {
                all.push(self.as_listed(vendor.clone(), list.clone())?);
            }
        }
        Ok(all)
    }

    fn as_listed(&self, vendor: InForce, kept: gatefold_store::SeatList) -> Result<SeatList, ClientError> {
        let here = vendor.identifier()?;
        let before = self.seats_of_system_before(&vendor, &kept.license_id)?;
        let named = kept.product.as_deref().and_then(|id| vendor.vendor().product(id));
        let product = named.map(|product| product.name.clone()).or_else(|| kept.product.clone());
        Ok(SeatList {
            product_id: kept.product,
            product: product.unwrap_or_else(|| kept.license_id.clone()),
            seats: Seats { taken: kept.seats.len() as u64, limit: kept.limit },
            computers: kept
                .seats
                .into_iter()
                .map(|seat| Computer::of(seat, here.as_str(), &before))
                .collect(),
            license_id: kept.license_id,
            is_cut: kept.is_cut,
            read_at: kept.read_at,
            is_changed: kept.is_changed,
            vendor,
        })
    }
}

impl Computer {
    fn of(seat: Seat, here: &str, before: &[String]) -> Self {
        Self {
            is_here: seat.identifier == here,
            is_system_before: seat.identifier != here && before.contains(&seat.machine_id),
            machine_id: seat.machine_id,
            name: seat.name,
            last_file_at: seat.last_file_at,
        }
    }
}

fn seat(machine: Machine) -> Seat {
    Seat {
        machine_id: machine.id.to_string(),
        // It is compared with this computer's alone, and shown to nobody.
        identifier: machine.fingerprint,
        name: machine.name.filter(|name| !name.is_empty()),
        last_file_at: machine.last_check_out,
    }
}
