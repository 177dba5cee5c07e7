//! One Gatefold, opened: its memory, the plug-ins' shelf, the ledger and the gate.

use std::path::PathBuf;
use std::sync::Arc;

use gatefold_disclosure::Sensitive;
use gatefold_egress::{Gate, Network};
use gatefold_ledger::Ledger;
use gatefold_shelf::Shelf;
use gatefold_store::{IntentKind, Kept, Secrets, Step, Store};

use crate::chance;
use crate::clerk::Book;
use crate::clock::Clock;
use crate::error::ClientError;
use crate::home::Home;

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

/// One Gatefold. Several processes may have the same home open at once.
pub struct Gatefold {
    pub(crate) store: Store,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) shelf: Shelf,
    pub(crate) book: Book,
    pub(crate) gate: Gate,
    pub(crate) clock: Clock,
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
        let store = Store::open(&home.store())?;
        let secrets = Arc::new(if home.is_alone() {
            Secrets::in_home(&home.store(), passphrase)?
        } else {
            Secrets::of_user(&home.store(), passphrase)?
        });
        let shelf = match home.own_shelf() {
            Some(dir) => Shelf::at(dir),
            None => Shelf::user()?,
        };
        let proxy = store.settings()?.proxy.map(|proxy| proxy.parse()).transpose()?;
        let book = Book::new(ledger, Arc::clone(&secrets), clock);
        let gate = Gate::new(Network { proxy, ..Network::default() }, Arc::new(book.clone()));
        let gatefold = Self { store, secrets, shelf, book, gate, clock };
        gatefold.tidy_journal()?;
        Ok(gatefold)
    }

    /// Where secrets are kept, for saying it plainly.
    pub fn secrets_kept(&self) -> Kept {
        self.secrets.kept()
    }

    /// The folder that plug-ins read.
    pub fn shelf_path(&self) -> PathBuf {
        self.shelf.path().to_owned()
    }

    /// After a crash: sweeps what was half written, and closes intents that need nobody, because nothing had left or
    /// everything was done. The others wait for the user's next request about the same license: to resolve them
    /// something must be asked, and so sent.
    fn tidy_journal(&self) -> Result<(), ClientError> {
        let abandoned = self.store.adopt()?;
        if abandoned.is_empty() {
            return Ok(());
        }
        for vendor in self.vendors()? {
            self.vendor_shelf(&vendor)?.sweep()?;
        }
        for intent in abandoned {
            let kind = intent.intent().what.kind;
            if kind == IntentKind::Refresh || matches!(intent.intent().step, Step::Begun | Step::Installed) {
                self.store.finish(intent)?;
            }
        }
        Ok(())
    }
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
