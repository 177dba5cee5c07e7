//! One Gatefold, opened: its memory, the plug-ins' shelf, the ledger and the gate.

use std::path::PathBuf;
use std::sync::Arc;

use gatefold_disclosure::Sensitive;
use gatefold_egress::{Gate, Network};
use gatefold_ledger::{Ledger, LedgerError};
use gatefold_shelf::Shelf;
use gatefold_store::{Kept, LicenseHold, Secrets, Store, StoreError, VendorKey};
use jiff::Timestamp;

use crate::chance;
use crate::clerk::Book;
use crate::clock::{Clock, Skew};
use crate::error::ClientError;
use crate::home::Home;
use crate::stop::Stop;
use crate::trail::Trail;
use crate::vendors::Reading;

/// How a Gatefold is opened.
#[derive(Debug)]
pub struct OpenOptions {
    /// Where everything lies.
    pub home: Home,
    /// The passphrase of the secrets file, where there is no keyring.
    pub passphrase: Option<Sensitive<String>>,
    /// Where the time comes from.
    pub clock: Clock,
}

impl OpenOptions {
    /// A home, with the passphrase that the environment has for it (`GATEFOLD_PASSPHRASE`).
    ///
    /// # Errors
    /// [`ClientError::PassphraseMalformed`]: what cannot be read is not the same as none.
    pub fn of_environment(home: Home, clock: Clock) -> Result<Self, ClientError> {
        let passphrase = match std::env::var("GATEFOLD_PASSPHRASE") {
            Ok(passphrase) => Some(Sensitive::new(passphrase)),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => return Err(ClientError::PassphraseMalformed),
        };
        Ok(Self { home, passphrase, clock })
    }
}

/// One Gatefold. Several processes may have the same home open at once.
pub struct Gatefold {
    pub(crate) store: Store,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) shelf: Shelf,
    pub(crate) book: Book,
    pub(crate) gate: Gate,
    pub(crate) clock: Clock,
    pub(crate) skew: Skew,
    pub(crate) stop: Stop,
    pub(crate) trail: Trail,
    pub(crate) reading: Arc<Reading>,
    /// What is sent now nobody asked for there and then; the ledger says so.
    pub(crate) by_itself: bool,
    /// Why nothing can be written, if so.
    unwritable: Option<ClientError>,
}

impl Gatefold {
    /// Opens a home, making what is missing. What a crash left half done is made whole; nothing is sent.
    ///
    /// # Errors
    /// Whatever store, ledger or disk say. Without a ledger there is no Gatefold.
    pub fn open(options: OpenOptions) -> Result<Self, ClientError> {
        let OpenOptions { home, passphrase, clock } = options;
        home.make()?;
        let mut ledger = Ledger::open(&home.ledger(), clock.now())?;
        // Asked for first, so that no salt can be missing once rows are written.
        let mut salts = Salts::new()?;
        ledger.recover(clock.now(), || salts.next())?;
        let store = notes(&home)?;
        let gatefold = Self::of(&home, passphrase, clock, ledger, store)?;
        gatefold.tidy()?;
        gatefold.apply_agreed()?;
        gatefold.mend_shelf();
        gatefold.apply_backup_choice()?;
        gatefold.retire_entries()?;
        gatefold.obey_do_not_track()?;
        Ok(gatefold)
    }

    /// [`Gatefold::open`] for a use case that only reads: a disk that is full or read-only does not keep it from that, nor
    /// does a damaged ledger from what needs none. Then nothing is tidied, and what writes or sends refuses; [`Gatefold::unwritable`] says why.
    ///
    /// # Errors
    /// As [`Gatefold::open`].
    pub fn open_to_read(options: OpenOptions) -> Result<Self, ClientError> {
        let OpenOptions { home, passphrase, clock } = options;
        let opened = Self::open(OpenOptions { home: home.clone(), passphrase: passphrase.clone(), clock });
        let why = match opened {
            Err(why) if why.leaves_reading() => why,
            opened => return opened,
        };
        // What cannot even be read is told by the disk's own word.
        let ledger = match Ledger::open_to_read(&home.ledger()) {
            Err(LedgerError::Damaged(what)) => Ledger::damaged(&home.ledger(), what),
            ledger => ledger,
        };
        let (Ok(ledger), Ok(store)) = (ledger, Store::open_to_read(&home.store())) else {
            return Err(why);
        };
        Ok(Self { unwritable: Some(why), ..Self::of(&home, passphrase, clock, ledger, store)? })
    }

    fn of(
        home: &Home,
        passphrase: Option<Sensitive<String>>,
        clock: Clock,
        ledger: Ledger,
        store: Store,
    ) -> Result<Self, ClientError> {
        let secrets = Arc::new(if home.is_alone() {
            Secrets::in_home(&home.store(), passphrase)?
        } else {
            Secrets::of_user(&home.store(), passphrase)?
        });
        let shelf = match home.own_shelf() {
            Some(dir) => Shelf::at(dir),
            None => Shelf::user()?,
        };
        shelf.is_ours()?;
        let proxy = store.settings()?.proxy.map(|proxy| proxy.parse()).transpose()?;
        let book = Book::new(ledger, Arc::clone(&secrets), shelf.clone(), clock);
        let gate = Gate::new(Network { proxy, ..Network::default() }, Arc::new(book.clone()));
        Ok(Self {
            store,
            secrets,
            shelf,
            book,
            gate,
            clock,
            skew: Skew::default(),
            stop: Stop::default(),
            trail: Trail::default(),
            reading: Arc::default(),
            by_itself: false,
            unwritable: None,
        })
    }

    /// From now on nothing is sent any more once `stop` was said: what would be ends with [`ClientError::Stopped`].
    pub fn stopped_by(&mut self, stop: Stop) {
        self.stop = stop;
    }

    /// From now on `trail` tells what is sent and waited for.
    pub fn trailed_by(&mut self, trail: Trail) {
        self.trail = trail;
    }

    /// Holds a license; while another Gatefold works on it, the trail says so.
    pub(crate) fn hold_license(
        &self,
        vendor: &VendorKey,
        license_id: &str,
    ) -> Result<LicenseHold, ClientError> {
        if let Some(held) = self.store.try_hold_license(vendor, license_id)? {
            return Ok(held);
        }
        Ok(self.trail.awaiting(|| self.store.hold_license(vendor, license_id))?)
    }

    /// Why nothing can be written now, if so; reading goes on.
    pub fn unwritable(&self) -> Option<&ClientError> {
        self.unwritable.as_ref()
    }

    /// The same home once more, for another thread: its own databases open, the same secrets and the same clock.
    ///
    /// # Errors
    /// As [`Gatefold::open`].
    pub fn again(&self, home: &Home) -> Result<Self, ClientError> {
        let ledger = Ledger::open(&home.ledger(), self.clock.now())?;
        let store = notes(home)?;
        let secrets = Arc::clone(&self.secrets);
        let book = Book::new(ledger, Arc::clone(&secrets), self.shelf.clone(), self.clock);
        let gate = Gate::new(Network::default(), Arc::new(book.clone()));
        let mut again = Self {
            store,
            secrets,
            shelf: self.shelf.clone(),
            book,
            gate,
            clock: self.clock,
            skew: self.skew.clone(),
            stop: self.stop.clone(),
            trail: self.trail.clone(),
            reading: Arc::clone(&self.reading),
            by_itself: false,
            unwritable: None,
        };
        again.follow_settings()?;
        Ok(again)
    }

    /// Where secrets are kept, for saying it plainly.
    pub fn secrets_kept(&self) -> Kept {
        self.secrets.kept()
    }

    /// Refuses where secrets lie in a file whose passphrase was not given.
    ///
    /// # Errors
    /// [`gatefold_store::StoreError::PassphraseMissing`].
    pub fn secrets_unlocked(&self) -> Result<(), ClientError> {
        Ok(self.secrets.unlocked()?)
    }

    /// A sentence for the user if this computer's clock is off, by what the servers asked so far have signed.
    pub fn clock_words(&self) -> Option<String> {
        self.skew.words(self.clock.now())
    }

    /// The time by which a vendor's server counts: this computer's, or what the servers signed in this run if that is
    /// notably another.
    pub(crate) fn servers_time(&self) -> Timestamp {
        self.skew.servers_time(self.clock.now())
    }

    /// From now on `hear` is called whenever this Gatefold has written an entry or an outcome, also from the thread that
    /// sends. The first hearer stays the only one.
    pub fn on_ledger_change(&self, hear: impl Fn() + Send + Sync + 'static) {
        self.book.on_change(hear);
    }

    /// The folder that plug-ins read.
    pub fn shelf_path(&self) -> PathBuf {
        self.shelf.path().to_owned()
    }

    /// Where plug-ins look for what this home installs: the user's shelf, and that of all users, but not with a home of its own.
    pub(crate) fn shelves_of_plugins(&self) -> Vec<Shelf> {
        let mut shelves = vec![self.shelf.clone()];
        let is_users = Shelf::user().is_ok_and(|user| user == self.shelf);
        shelves.extend(is_users.then(Shelf::machine_wide));
        shelves
    }

    /// Lets backups take the ledger along, or asks them not to, as the user chose.
    pub(crate) fn apply_backup_choice(&self) -> Result<(), ClientError> {
        let (settings, ledger) = (self.store.settings()?, self.book.ledger());
        let wanted = settings.ledger_in_backups;
        // What the user chose and cannot be read any more stays as it was done.
        if settings.whole(&["ledger_in_backups"]).is_ok() && ledger.backup() != wanted {
            ledger.set_backup(wanted)?;
        }
        Ok(())
    }
}

/// What Gatefold keeps of its own. Where it is damaged its folder must go, and so it is named.
fn notes(home: &Home) -> Result<Store, ClientError> {
    Store::open(&home.store()).map_err(|error| match error {
        StoreError::Damaged => ClientError::NotesDamaged(home.store()),
        error => error.into(),
    })
}

/// Salts for as many outcomes as a crash left behind: a random one each, from one random seed.
struct Salts {
    seed: [u8; 32],
    count: u64,
}

impl Salts {
    fn new() -> Result<Self, ClientError> {
        Ok(Self { seed: chance::bytes()?, count: 0 })
    }

    fn next(&mut self) -> [u8; 32] {
        self.count += 1;
        let mut salt = self.seed;
        for (byte, count) in salt.iter_mut().zip(self.count.to_le_bytes()) {
            *byte ^= count;
        }
        salt
    }
}
