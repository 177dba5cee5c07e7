//! The journal: what was about to be changed at a server, durable before the call (design, section 5).
//!
//! An intent is worked on by one process at a time: whoever holds its lock. A crash drops the lock and leaves the row;
//! the next start adopts it and asks the server what became of it. It refuses to go on with an intent that is finished. A
//! row that cannot be read hides no other, and nothing new is begun about a license that it may be about.

mod damaged;
mod kind;

use gatefold_shelf::{Folder, Lock};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use uuid::Uuid;

pub use kind::IntentKind;

use crate::row::Time;
use crate::{KnownLicense, Store, StoreError, VendorKey};

/// What a new intent says. The machine's UUID is ours, so a lost answer is resolved by looking for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntent {
    /// A fresh random id.
    pub id: Uuid,
    /// What is about to happen.
    pub kind: IntentKind,
    /// At which vendor.
    pub vendor: VendorKey,
    /// To which license.
    pub license_id: String,
    /// The seat: our own UUID for a new one. `None` where no machine is involved.
    pub machine_id: Option<Uuid>,
    /// The identifier of the computer whose seat it is: several may share a home. None where no machine is involved, and
    /// where an older version did not note it.
    pub identifier: Option<String>,
    /// The product's id in the vendor file; empty where only the server knows it.
    pub product: String,
    /// The user at the vendor whose sign-in does it; none where the license key does.
    pub user_id: Option<String>,
}

/// An open row of the journal: the request that it names may have left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What it says.
    pub what: NewIntent,
    /// Whether the server is known to have done it.
    pub confirmed: bool,
    /// When it was begun.
    pub started_at: Timestamp,
}

/// An intent this process works on; nobody else does until it is dropped.
#[derive(Debug)]
pub struct OpenIntent {
    intent: Intent,
    /// The license's list of seats was not marked before it was begun.
    pub(crate) list_was_current: bool,
    _lock: Lock,
}

impl OpenIntent {
    /// The row.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }
}

const COLUMNS: &str =
    "id, kind, vendor, root, license_id, machine_id, product, confirmed, started_at, user_id, identifier";
const LOCKS: &str = "intents";
const ENTERING: &str = ".entering";

impl Store {
    /// Writes the intent down. When this returns it is on disk, and this process is the one that works on it. The license's
    /// list of seats is marked with it: what is about to be asked may change that.
    ///
    /// # Errors
    /// [`StoreError::IntentDamaged`]; what the disk or the database says. Then nothing may be sent.
    pub fn begin(&self, what: NewIntent, at: Timestamp) -> Result<OpenIntent, StoreError> {
        self.refuse_damaged_intents(&what.vendor, Some(&what.license_id))?;
        // Locked before the row can be seen, so that nobody takes it for abandoned.
        let locks = self.intent_locks()?;
        let entering = locks.lock(ENTERING)?;
        let lock = locks.lock(&what.id.to_string())?;
        drop(entering);
        let intent = Intent { what, confirmed: false, started_at: at };
        let what = &intent.what;
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let list_was_current = self.note_seats_changed(&what.vendor, &what.license_id)?;
        self.db.execute(
            &format!("INSERT INTO intent ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
            params![
                what.id.as_bytes(),
                what.kind,
                what.vendor.id,
                what.vendor.root,
                what.license_id,
                what.machine_id.as_ref().map(Uuid::as_bytes),
                what.product,
                intent.confirmed,
                Time(at),
                what.user_id,
                what.identifier.as_deref().unwrap_or_default(),
            ],
        )?;
        transaction.commit()?;
        fail::fail_point!("store.after-begin");
        Ok(OpenIntent { intent, list_was_current, _lock: lock })
    }

    /// Writes down which seat it is after all: the server has one of this computer already.
    ///
    /// # Errors
    /// [`StoreError::IntentGone`] for a finished intent; else what the database says.
    pub fn adopt_seat(&self, open: &mut OpenIntent, machine_id: Uuid) -> Result<(), StoreError> {
        let sql = "UPDATE intent SET machine_id = ?2 WHERE id = ?1";
        match self.db.execute(sql, params![open.intent.what.id.as_bytes(), machine_id.as_bytes()])? {
            1 => open.intent.what.machine_id = Some(machine_id),
            _ => return Err(StoreError::IntentGone),
        }
        Ok(())
    }

    /// Writes down whose sign-in goes on with it; none for the license key.
    ///
    /// # Errors
    /// [`StoreError::IntentGone`] for a finished intent; else what the database says.
    pub fn go_on_as(&self, open: &mut OpenIntent, user_id: Option<&str>) -> Result<(), StoreError> {
        let sql = "UPDATE intent SET user_id = ?2 WHERE id = ?1";
        match self.db.execute(sql, params![open.intent.what.id.as_bytes(), user_id])? {
            1 => open.intent.what.user_id = user_id.map(str::to_owned),
            _ => return Err(StoreError::IntentGone),
        }
        Ok(())
    }

    /// Writes down that the server did it: what follows from it here is made up for after a crash.
    ///
    /// # Errors
    /// [`StoreError::IntentGone`] for a finished intent; else what the database says.
    pub fn confirm(&self, open: &mut OpenIntent) -> Result<(), StoreError> {
        let sql = "UPDATE intent SET confirmed = 1 WHERE id = ?1";
        match self.db.execute(sql, params![open.intent.what.id.as_bytes()])? {
            1 => open.intent.confirmed = true,
            _ => return Err(StoreError::IntentGone),
        }
        fail::fail_point!("store.after-confirm");
        Ok(())
    }

    /// Takes the intent off the journal: done, or known never to have happened.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub fn finish(&self, open: OpenIntent) -> Result<(), StoreError> {
        self.take_off(&open)?;
        self.unlock(open)
    }

    /// Takes the intent off the journal and keeps the license that came of it, in one commit.
    ///
    /// # Errors
    /// What the disk or the database says; then neither happened.
    pub fn finish_with(&self, open: OpenIntent, license: &KnownLicense) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        self.keep_license(license)?;
        self.take_off(&open)?;
        transaction.commit()?;
        self.unlock(open)
    }

    pub(crate) fn take_off(&self, open: &OpenIntent) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM intent WHERE id = ?1", params![open.intent.what.id.as_bytes()])?;
        Ok(())
    }

    /// The lock file is removed while still held: whoever waits for it finds the row gone.
    pub(crate) fn unlock(&self, open: OpenIntent) -> Result<(), StoreError> {
        fail::fail_point!("store.after-finish");
        self.intent_locks()?.remove(&open.intent.what.id.to_string())?;
        Ok(())
    }

    /// Every open intent that can be read, oldest first, whoever works on it.
    ///
    /// # Errors
    /// What the database says.
    pub fn open_intents(&self) -> Result<Vec<Intent>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM intent ORDER BY started_at, id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(Intent::from_row(row).ok()))?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// The open intents nobody works on any more, oldest first; from now on this process does.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub fn adopt(&self) -> Result<Vec<OpenIntent>, StoreError> {
        let locks = self.intent_locks()?;
        // While it is held no lock file is new: one without a row is what a crash left of a finished intent.
        let _entering = locks.lock(ENTERING)?;
        let open: Vec<String> = self.open_intents()?.iter().map(|open| open.what.id.to_string()).collect();
        let is_left = |name: &String| !open.contains(name) && name.parse::<Uuid>().is_ok();
        let left = locks.names()?.into_iter().filter(is_left);
        // What lies among the locks and is none, a folder or a link of whatever name, is in nobody's way.
        let left: Vec<_> = left.filter_map(|name| Some((locks.try_lock(&name).ok()?, name))).collect();
        let open: Result<Vec<_>, _> =
            open.into_iter().map(|name| Ok::<_, StoreError>((locks.try_lock(&name)?, name))).collect();
        let mut adopted = Vec::new();
        for (lock, name) in open?.into_iter().chain(left) {
            let (Ok(id), Some(lock)) = (name.parse(), lock) else { continue };
            // Read again under the lock: its owner may have gone on or finished.
            match self.intent(&id) {
                Ok(Some(intent)) => {
                    adopted.push(OpenIntent { intent, list_was_current: false, _lock: lock });
                }
                Ok(None) => drop(locks.remove(&name)),
                // It is in the way of what it is about alone.
                Err(StoreError::Damaged) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(adopted)
    }

    fn intent(&self, id: &Uuid) -> Result<Option<Intent>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM intent WHERE id = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![id.as_bytes()], Intent::from_row).optional()?)
    }

    fn intent_locks(&self) -> Result<Folder, StoreError> {
        Ok(Folder::create(&self.folder.path().join(LOCKS))?)
    }
}

impl Intent {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let what = NewIntent {
            id: Uuid::from_bytes(row.get("id")?),
            kind: row.get("kind")?,
            vendor: VendorKey::from_row(row)?,
            license_id: row.get("license_id")?,
            machine_id: row.get::<_, Option<[u8; 16]>>("machine_id")?.map(Uuid::from_bytes),
            product: row.get("product")?,
            user_id: row.get("user_id")?,
            identifier: Some(row.get("identifier")?).filter(|identifier: &String| !identifier.is_empty()),
        };
        Ok(Self { what, confirmed: row.get("confirmed")?, started_at: row.get::<_, Time>("started_at")?.0 })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn intent(id: u128, kind: IntentKind) -> NewIntent {
        NewIntent {
            id: Uuid::from_u128(id),
            kind,
            vendor: VendorKey { id: "sleeve".into(), root: [7; 32] },
            license_id: "license-1".into(),
            machine_id: Some(Uuid::from_u128(99)),
            identifier: Some("gf1-here".into()),
            product: "product-1".into(),
            user_id: None,
        }
    }

    pub(crate) fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    pub(super) fn adopted(store: &Store) -> Vec<u128> {
        store.adopt().unwrap().iter().map(|open| open.intent().what.id.as_u128()).collect()
    }

    #[test]
    fn an_intent_is_kept_until_finished() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let what = NewIntent { machine_id: None, ..intent(1, IntentKind::Refresh) };
        let mut open = store.begin(what.clone(), at(0)).unwrap();
        assert!(!open.intent().confirmed);
        store.confirm(&mut open).unwrap();
        let expect = Intent { what, confirmed: true, started_at: at(0) };
        assert_eq!(open.intent(), &expect);
        assert_eq!(Store::open(home.path()).unwrap().open_intents().unwrap(), [expect]);
        store.finish(open).unwrap();
        assert_eq!(store.open_intents().unwrap(), []);
        assert_eq!(store.intent_locks().unwrap().names().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_license_is_kept_as_its_intent_ends() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let license = crate::licenses::example("license-1");
        let open = store.begin(intent(1, IntentKind::Activate), at(0)).unwrap();
        store.finish_with(open, &license).unwrap();
        assert_eq!(store.open_intents().unwrap(), []);
        assert_eq!(store.licenses().unwrap(), std::slice::from_ref(&license));

        // What the database refuses leaves both as they were.
        let open = store.begin(intent(2, IntentKind::Activate), at(0)).unwrap();
        let refused = crate::licenses::example_with_whole_key("license-2");
        assert_eq!(store.finish_with(open, &refused).unwrap_err().code(), "store.database");
        assert_eq!(adopted(&store), [2]);
        assert_eq!(store.licenses().unwrap(), [license]);
    }

    #[test]
    fn only_what_nobody_works_on_is_adopted() {
        let home = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Store::open(home.path()).unwrap(), Store::open(home.path()).unwrap());
        let alive = theirs.begin(intent(1, IntentKind::Activate), at(2)).unwrap();
        drop(theirs.begin(intent(2, IntentKind::Release), at(1)).unwrap());
        drop(theirs.begin(intent(3, IntentKind::Rename), at(0)).unwrap());
        assert_eq!(ours.open_intents().unwrap().len(), 3);
        assert_eq!(adopted(&ours), [3, 2]);

        let held = ours.adopt().unwrap();
        assert_eq!(adopted(&theirs), Vec::<u128>::new());
        drop(held);
        drop(alive);
        assert_eq!(adopted(&ours), [3, 2, 1]);
    }

    #[test]
    fn a_finished_intent_does_not_come_back() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let mut open = store.begin(intent(1, IntentKind::Activate), at(0)).unwrap();
        // Another process finished it, as after an adoption that went wrong.
        store.db.execute("DELETE FROM intent", []).unwrap();
        assert_eq!(store.confirm(&mut open).unwrap_err().code(), "store.intent_gone");
        assert_eq!(adopted(&store), Vec::<u128>::new());
        store.finish(open).unwrap();
    }

    /// A file manager, a sync program or anybody may put something among the locks.
    #[test]
    fn what_is_no_lock_stops_nobody() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        drop(store.begin(intent(1, IntentKind::Activate), at(0)).unwrap());
        let locks = store.intent_locks().unwrap();
        let at = |name: &str| locks.path().join(name);
        std::fs::create_dir(at("@eaDir")).unwrap();
        std::fs::create_dir(at(&Uuid::from_u128(7).to_string())).unwrap();
        std::os::unix::fs::symlink("/nowhere", at("link")).unwrap();
        std::os::unix::fs::symlink("/nowhere", at(&Uuid::from_u128(8).to_string())).unwrap();
        assert_eq!(adopted(&store), [1]);
    }

    #[test]
    fn a_lock_that_a_crash_left_is_swept() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        drop(store.begin(intent(1, IntentKind::Activate), at(0)).unwrap());
        store.db.execute("DELETE FROM intent", []).unwrap();
        assert_eq!(store.intent_locks().unwrap().names().unwrap().len(), 1);
        assert_eq!(adopted(&store), Vec::<u128>::new());
        assert_eq!(store.intent_locks().unwrap().names().unwrap(), Vec::<String>::new());
    }
}
