//! The computers that hold a license's seats, as its vendor listed them last. It refuses to be more than the server's word
//! of that day: nothing is installed, revoked or freed by it. A row that cannot be read hides no other.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::row::{Time, count, number};
use crate::{OpenIntent, Store, StoreError, VendorKey};

/// The seats of one license, as they were listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatList {
    /// At which vendor.
    pub vendor: VendorKey,
    /// Of which license.
    pub license_id: String,
    /// The product's id at the vendor, if the server named one.
    pub product: Option<String>,
    /// How many seats there are; no limit, if there is none.
    pub limit: Option<u64>,
    /// The vendor's list goes on after the last page that is read.
    pub is_cut: bool,
    /// A request went out since that may have changed it.
    pub is_changed: bool,
    /// The user at the vendor whose sign-in read it; none where the key did.
    pub user_id: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
    /// The seats, in the vendor's order.
    pub seats: Vec<Seat>,
}

/// One seat of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Its id at the vendor.
    pub machine_id: String,
    /// The identifier of its computer.
    pub identifier: String,
    /// The name that the vendor knows its computer by, if it was told one.
    pub name: Option<String>,
    /// When a file was last fetched for it.
    pub last_file_at: Option<Timestamp>,
}

const COLUMNS: &str = "vendor, root, license_id, product, seats_limit, cut, changed, user_id, read_at";

impl Store {
    /// Keeps what a license's list said, in place of what it said before.
    ///
    /// # Errors
    /// What the database says; then nothing is changed.
    pub fn keep_seats(&self, list: &SeatList) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let (vendor, license_id) = (&list.vendor, &list.license_id);
        self.forget_rows(vendor, license_id)?;
        transaction.execute(
            &format!("INSERT OR REPLACE INTO seats ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
            params![
                vendor.id,
                vendor.root,
                license_id,
                list.product,
                list.limit.map(number),
                list.is_cut,
                list.is_changed,
                list.user_id,
                Time(list.read_at),
            ],
        )?;
        for (position, seat) in (0_i64..).zip(&list.seats) {
            transaction.execute(
                "INSERT OR REPLACE INTO seat (vendor, root, license_id, machine_id, position, identifier, name, last_file_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    vendor.id,
                    vendor.root,
                    license_id,
                    seat.machine_id,
                    position,
                    seat.identifier,
                    seat.name,
                    seat.last_file_at.map(Time),
                ],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// What a license's list said last, if it was read.
    ///
    /// # Errors
    /// What the database says.
    pub fn seats_of(&self, vendor: &VendorKey, license_id: &str) -> Result<Option<SeatList>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM seats WHERE vendor = ?1 AND root = ?2 AND license_id = ?3");
        let mut statement = self.db.prepare_cached(&sql)?;
        let which = params![vendor.id, vendor.root, license_id];
        let found = statement.query_row(which, |row| Ok(SeatList::from_row(row).ok())).optional()?.flatten();
        found.map(|list| self.with_seats(list)).transpose()
    }

    /// What the lists of all licenses said last, by vendor and license.
    ///
    /// # Errors
    /// What the database says.
    pub fn seat_lists(&self) -> Result<Vec<SeatList>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM seats ORDER BY vendor, root, license_id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(SeatList::from_row(row).ok()))?;
        let lists: Vec<Option<SeatList>> = rows.collect::<Result<_, _>>()?;
        lists.into_iter().flatten().map(|list| self.with_seats(list)).collect()
    }

    /// Notes that a request goes out that may change who holds a license's seats, or how they are called: whether that is
    /// news.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_seats_changed(&self, vendor: &VendorKey, license_id: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE seats SET changed = 1
                   WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND changed = 0";
        Ok(self.db.execute(sql, params![vendor.id, vendor.root, license_id])? == 1)
    }

    /// [`Store::finish`] of what the license's list tells by now, or what was not done: the list is as good as it was before.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub fn finish_as_listed(&self, open: OpenIntent) -> Result<(), StoreError> {
        let what = &open.intent().what;
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        if open.list_was_current {
            let sql = "UPDATE seats SET changed = 0 WHERE vendor = ?1 AND root = ?2 AND license_id = ?3";
            self.db.execute(sql, params![what.vendor.id, what.vendor.root, what.license_id])?;
        }
        self.take_off(&open)?;
        transaction.commit()?;
        self.unlock(open)
    }

    /// Takes a seat that was given back off its license's list.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_seat(&self, vendor: &VendorKey, machine_id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM seat WHERE vendor = ?1 AND root = ?2 AND machine_id = ?3";
        self.db.execute(sql, params![vendor.id, vendor.root, machine_id])?;
        Ok(())
    }

    /// Notes the new name of a seat's computer: in its license's list, and where it is a seat that is remembered here.
    ///
    /// # Errors
    /// What the database says; then nothing is changed.
    pub fn rename_seat(&self, vendor: &VendorKey, machine_id: &str, name: &str) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let which = params![vendor.id, vendor.root, machine_id, name];
        let sql = "UPDATE seat SET name = ?4 WHERE vendor = ?1 AND root = ?2 AND machine_id = ?3";
        transaction.execute(sql, which)?;
        let sql = "UPDATE license SET device_name = ?4 WHERE vendor = ?1 AND root = ?2 AND machine_id = ?3";
        transaction.execute(sql, which)?;
        Ok(transaction.commit()?)
    }

    /// Forgets the lists of all licenses of a vendor.
    pub(crate) fn forget_seats(&self, vendor: &VendorKey) -> Result<(), StoreError> {
        for table in ["seat", "seats"] {
            let sql = format!("DELETE FROM {table} WHERE vendor = ?1 AND root = ?2");
            self.db.execute(&sql, params![vendor.id, vendor.root])?;
        }
        Ok(())
    }

    fn forget_rows(&self, vendor: &VendorKey, license_id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM seat WHERE vendor = ?1 AND root = ?2 AND license_id = ?3";
        self.db.execute(sql, params![vendor.id, vendor.root, license_id])?;
        Ok(())
    }

    fn with_seats(&self, list: SeatList) -> Result<SeatList, StoreError> {
        let sql = "SELECT machine_id, identifier, name, last_file_at FROM seat
                   WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 ORDER BY position";
        let mut statement = self.db.prepare_cached(sql)?;
        let which = params![list.vendor.id, list.vendor.root, list.license_id];
        let rows = statement.query_map(which, |row| Ok(Seat::from_row(row).ok()))?;
        let seats: Vec<Option<Seat>> = rows.collect::<Result<_, _>>()?;
        // A seat that cannot be read is missing: it is asked for again.
        let is_changed = list.is_changed || seats.contains(&None);
        Ok(SeatList { is_changed, seats: seats.into_iter().flatten().collect(), ..list })
    }
}

impl SeatList {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            vendor: VendorKey::from_row(row)?,
            license_id: row.get("license_id")?,
            product: row.get("product")?,
            limit: count(row, "seats_limit")?,
            is_cut: row.get("cut")?,
            is_changed: row.get("changed")?,
            user_id: row.get("user_id")?,
            read_at: row.get::<_, Time>("read_at")?.0,
            seats: Vec::new(),
        })
    }
}

impl Seat {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            machine_id: row.get("machine_id")?,
            identifier: row.get("identifier")?,
            name: row.get("name")?,
            last_file_at: row.get::<_, Option<Time>>("last_file_at")?.map(|time| time.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IntentKind;

    fn vendor(root: u8) -> VendorKey {
        VendorKey { id: "sleeve".into(), root: [root; 32] }
    }

    fn seat(machine_id: &str) -> Seat {
        Seat {
            machine_id: machine_id.into(),
            identifier: format!("gf1-{machine_id}"),
            name: Some("rack".into()),
            last_file_at: Some("2026-11-22T10:00:00Z".parse().unwrap()),
        }
    }

    fn list(vendor: VendorKey, license_id: &str, seats: &[Seat]) -> SeatList {
        SeatList {
            vendor,
            license_id: license_id.into(),
            product: Some("gatefold-eq".into()),
            limit: Some(3),
            is_cut: true,
            is_changed: false,
            user_id: Some("u-1".into()),
            read_at: "2026-11-29T00:00:00Z".parse().unwrap(),
            seats: seats.to_vec(),
        }
    }

    #[test]
    fn a_list_replaces_the_one_before_and_goes_with_its_vendor() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let bare = Seat { name: None, last_file_at: None, ..seat("a") };
        let first = list(vendor(1), "l-1", &[seat("z"), bare]);
        let others = [list(vendor(1), "l-2", &[seat("x")]), list(vendor(2), "l-1", &[seat("z")])];
        assert_eq!(store.seats_of(&vendor(1), "l-1").unwrap(), None);
        for list in [&first, &others[0], &others[1]] {
            store.keep_seats(list).unwrap();
        }
        assert_eq!(store.seats_of(&vendor(1), "l-1").unwrap().as_ref(), Some(&first));
        assert_eq!(store.seat_lists().unwrap(), [std::slice::from_ref(&first), &others[..]].concat());
        let endless = SeatList { limit: None, product: None, user_id: None, ..list(vendor(1), "l-1", &[]) };
        store.keep_seats(&endless).unwrap();
        assert_eq!(store.seat_lists().unwrap(), [&[endless], &others[..]].concat());
        store.forget_vendor(&vendor(1)).unwrap();
        assert_eq!(store.seat_lists().unwrap(), others[1..]);
    }

    #[test]
    fn what_was_done_since_shows() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let ours = list(vendor(1), "l-1", &[seat("a"), seat("b")]);
        store.keep_seats(&ours).unwrap();
        let known = crate::KnownLicense { vendor: vendor(1), ..crate::licenses::example("l-1") };
        let known = crate::KnownLicense { machine_id: Some("b".into()), ..known };
        store.keep_license(&known).unwrap();
        store.rename_seat(&vendor(1), "b", "loft").unwrap();
        store.forget_seat(&vendor(1), "a").unwrap();
        store.rename_seat(&vendor(2), "b", "nobody's").unwrap();
        let loft = Seat { name: Some("loft".into()), ..seat("b") };
        let expect = SeatList { seats: vec![loft], ..ours };
        assert_eq!(store.seats_of(&vendor(1), "l-1").unwrap().as_ref(), Some(&expect));
        assert_eq!(store.licenses().unwrap()[0].device_name.as_deref(), Some("loft"));
        store.note_seats_changed(&vendor(1), "l-1").unwrap();
        assert_eq!(store.seat_lists().unwrap(), [SeatList { is_changed: true, ..expect }]);
    }

    /// Marked with each intent, whatever it is; and as before by the word of who knows that nothing else changed.
    #[test]
    fn what_is_begun_marks_the_list_of_its_license() {
        use crate::journal::tests::{at, intent};
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let (ours, other) = (list(vendor(7), "license-1", &[seat("a")]), list(vendor(7), "license-2", &[]));
        let marked =
            || -> Vec<bool> { store.seat_lists().unwrap().iter().map(|list| list.is_changed).collect() };
        let kinds =
            [IntentKind::Activate, IntentKind::Refresh, IntentKind::Release, IntentKind::ReleaseElsewhere];
        for (id, kind) in (1..).zip(kinds) {
            [&ours, &other].iter().for_each(|list| store.keep_seats(list).unwrap());
            let open = store.begin(intent(id, kind), at(0)).unwrap();
            assert_eq!(marked(), [true, false], "{kind:?}");
            store.finish(open).unwrap();
            assert_eq!(marked(), [true, false], "{kind:?}");
        }
        // It was marked before, and that nobody mends but who reads it.
        store.finish_as_listed(store.begin(intent(9, IntentKind::Rename), at(0)).unwrap()).unwrap();
        assert_eq!(marked(), [true, false]);
        store.keep_seats(&ours).unwrap();
        store.finish_as_listed(store.begin(intent(9, IntentKind::Rename), at(0)).unwrap()).unwrap();
        assert_eq!((marked(), store.open_intents().unwrap()), (vec![false, false], Vec::new()));
    }

    #[test]
    fn a_damaged_row_hides_no_other() {
        let check = |damage: &str, lists: usize, seats: usize| {
            let home = tempfile::tempdir().unwrap();
            let store = Store::open(home.path()).unwrap();
            let both = [list(vendor(1), "l-1", &[seat("a"), seat("b")]), list(vendor(1), "l-2", &[])];
            both.iter().for_each(|list| store.keep_seats(list).unwrap());
            store.db.execute(&format!("UPDATE {damage}"), []).unwrap();
            let read = store.seat_lists().unwrap();
            assert_eq!(
                (read.len(), read.iter().map(|list| list.seats.len()).sum()),
                (lists, seats),
                "{damage}"
            );
            assert_eq!(read[0].is_changed, lists == 2, "{damage}");
            // The next reading mends it.
            both.iter().for_each(|list| store.keep_seats(list).unwrap());
            assert_eq!(store.seat_lists().unwrap(), both, "{damage}");
        };
        check("seats SET read_at = 'soon' WHERE license_id = 'l-1'", 1, 0);
        check("seats SET seats_limit = -1 WHERE license_id = 'l-1'", 1, 0);
        check("seat SET last_file_at = 'soon' WHERE machine_id = 'a'", 2, 1);
        check("seat SET name = CAST(x'ff' AS TEXT) WHERE machine_id = 'a'", 2, 1);
    }
}
