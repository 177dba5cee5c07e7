//! What all instances of one product in a process share: one reading of the shelves, one standing. It refuses to outlive
//! them: with the last one everything is freed, so that a host may unload the plug-in.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use gatefold_license::Standing;
use gatefold_shelf::{OsMachineId, Shelf, ShelfError, UsageLock, VendorShelf, Watch, os_machine_id};
use jiff::Timestamp;

use crate::host::Host;
use crate::product::Product;
use crate::reading::Reading;
use crate::session::{Session, Usage};
use crate::shelved::Opened;
use crate::status::Status;

/// What could not be read is read again after so long, and not at every check.
const AGAIN: Duration = Duration::from_secs(1);

/// The products of this process, and how many instances each has.
static OPEN: Mutex<Vec<(Arc<Shared>, usize)>> = Mutex::new(Vec::new());

/// One product.
pub(crate) struct Shared {
    product: Product,
    places: Mutex<Places>,
    /// The standing of the last check, for threads that may not wait.
    standing: AtomicU32,
    usage: Usage,
    /// From the first instance that was used on.
    session: Mutex<Option<Session>>,
}

struct Places {
    shelves: Vec<(VendorShelf, Watch)>,
    reading: Option<Reading>,
    /// When that was.
    read_at: SystemTime,
    /// As it was read last: it does not change while a process runs.
    machine_id: Option<OsMachineId>,
    /// It could not be read when it was last asked for, which may pass.
    is_unidentified: bool,
}

impl Shared {
    /// That of this process for a product; a first instance begins one. Touches no disk.
    pub(crate) fn of(product: Product) -> Arc<Self> {
        let mut open = lock(&OPEN);
        if let Some((shared, instances)) = open.iter_mut().find(|(shared, _)| shared.product == product) {
            *instances += 1;
            return Arc::clone(shared);
        }
        // A variable is read here alone: later another thread of the host may set one.
        let (user, environment) = (Shelf::user().ok(), UsageLock::of_environment());
        let shared = Arc::new(Self::at(product, user, Some(Shelf::machine_wide()), environment));
        open.push((Arc::clone(&shared), 1));
        shared
    }

    /// Of a product on the user's shelf and that of all users, and whether the environment forbids to note its use.
    pub(crate) fn at(
        product: Product,
        user: Option<Shelf>,
        all_users: Option<Shelf>,
        environment: Option<UsageLock>,
    ) -> Self {
        let part = |shelf: Shelf| shelf.vendor(&product.vendor, &product.root).ok();
        let parts = [user.and_then(part), all_users.and_then(part)];
        let usage = Usage::new(parts[0].clone(), environment);
        let shelves = parts.into_iter().flatten().map(|shelf| (shelf.clone(), shelf.watch())).collect();
        Self {
            product,
            places: Mutex::new(Places {
                shelves,
                reading: None,
                read_at: SystemTime::UNIX_EPOCH,
                machine_id: None,
                is_unidentified: false,
            }),
            standing: AtomicU32::new(Standing::Unlicensed as u32),
            usage,
            session: Mutex::new(None),
        }
    }

    /// Lets go of an instance's share. The last one ends the session.
    pub(crate) fn close(this: &Arc<Self>) {
        if !lets_go(&mut lock(&OPEN), this) {
            return;
        }
        // Whoever opens the product meanwhile begins anew, and does not wait for this one's file.
        if let Some(session) = lock(&this.session).take() {
            this.usage.end(&session, &this.product, now());
        }
    }

    pub(crate) fn product(&self) -> &Product {
        &self.product
    }

    /// Looks whether anything changed, reads what did, and judges.
    pub(crate) fn check(&self) -> Status {
        self.checked(|status, _| status)
    }

    /// [`Shared::check`], with the file that it goes by.
    pub(crate) fn checked<T>(&self, with: impl FnOnce(Status, Option<&Opened>) -> T) -> T {
        if cfg!(feature = "test-broken") {
            panic!("on purpose");
        }
        let mut places = lock(&self.places);
        let reading = places.current(&self.product);
        let (status, file) = reading.judge(&self.product, now());
        self.standing.store(status.standing as u32, Ordering::Release);
        with(status, file)
    }

    /// The standing of the last check, as the number of a [`Standing`].
    pub(crate) fn standing(&self) -> u32 {
        self.standing.load(Ordering::Acquire)
    }

    /// An instance in this host is used. The first one begins the session.
    pub(crate) fn begin_session(&self, host: &Host) {
        lock(&self.session).get_or_insert_with(|| self.usage.begin(&self.product, host, now()));
    }
}

/// Notes where a panic ended, on the user's shelf of a product that is open here; where there is none nothing may be written.
/// Whatever is in the way of that is in nobody's way.
#[cfg(feature = "c-abi")]
pub(crate) fn note_crash(location: &str) {
    // Not waited for: whoever holds it may be the one that fell over.
    let Ok(open) = OPEN.try_lock() else { return };
    let shared = open.first().map(|(shared, _)| Arc::clone(shared));
    drop(open);
    if let Some(shared) = shared {
        shared.usage.note_crash(location);
    }
}

/// Takes an instance off the list; whether it was the last.
fn lets_go(open: &mut Vec<(Arc<Shared>, usize)>, this: &Arc<Shared>) -> bool {
    let before = open.len();
    open.retain_mut(|(shared, instances)| {
        *instances -= usize::from(Arc::ptr_eq(shared, this));
        *instances > 0
    });
    let was_last = open.len() < before;
    // An empty list owns nothing: what unloads a plug-in runs no destructor of it.
    if open.is_empty() {
        *open = Vec::new();
    }
    was_last
}

/// A clock beyond the calendar stands at its end.
fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

impl Places {
    /// What lies on the shelves, read anew only where something changed since, or may say more by now.
    fn current(&mut self, product: &Product) -> &Reading {
        let changed = |(_, watch): &(VendorShelf, Watch)| watch.has_changed();
        let kept = match self.reading.take() {
            Some(reading) if !self.shelves.iter().any(changed) && !self.is_due(&reading) => reading,
            before => self.read(product, before.as_ref()),
        };
        self.reading.insert(kept)
    }

    fn is_due(&self, reading: &Reading) -> bool {
        let may_say_more = self.is_unidentified || reading.may_say_more();
        // A clock that was set back is no reason to wait longer.
        may_say_more && SystemTime::now().duration_since(self.read_at).unwrap_or(AGAIN) >= AGAIN
    }

    fn read(&mut self, product: &Product, before: Option<&Reading>) -> Reading {
        self.read_at = SystemTime::now();
        let now = self.read_at;
        self.shelves.iter_mut().for_each(|(_, watch)| watch.look(now));
        let machine_id = os_machine_id();
        self.is_unidentified = machine_id.as_ref().is_err_and(ShelfError::may_pass);
        if !self.is_unidentified {
            self.machine_id = machine_id.ok();
        }
        let shelves = self.shelves.iter().map(|(shelf, _)| shelf);
        Reading::of(product, shelves, self.machine_id.as_ref(), before)
    }
}

/// A check that panicked left nothing half done that the next one does not do anew.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
