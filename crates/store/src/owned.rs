//! The licenses that an account's own list named, as they were when it was read. It refuses keys, and it is no proof of
//! anything: nothing is installed, revoked or freed by it. A row that cannot be read hides no other.

use gatefold_license::Terms;
use jiff::Timestamp;
use rusqlite::{Row, Transaction, TransactionBehavior, params};

use crate::licenses::TermsWord;
use crate::row::{Time, count, number};
use crate::{Account, KeyHint, Store, StoreError, VendorKey};

/// What an account's list said of one license, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedLicense {
    /// At which vendor.
    pub vendor: VendorKey,
    /// The server's id of it.
    pub license_id: String,
    /// The product's id at the vendor, if the server named one.
    pub product: Option<String>,
    /// Perpetual, subscription or trial.
    pub terms: Terms,
    /// When the right ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// Seats; no limit, if there is none.
    pub seats_limit: Option<u64>,
    /// Seats taken.
    pub seats_taken: u64,
    /// The key alone takes and frees seats, never the sign-in.
    pub protected: bool,
    /// Suspended or banned by the vendor.
    pub barred: bool,
    /// The end of the key; nothing where the list showed none.
    pub key_hint: KeyHint,
}

/// What a vendor's answer says of the seats of a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatsTaken {
    /// So many are taken.
    Are(u64),
    /// One was taken.
    OneMore,
    /// One was given back.
    OneLess,
}

const COLUMNS: &str = "vendor, root, license_id, product, terms, expires_at, seats_limit, seats_taken, protected, barred, key_hint";

impl Store {
    /// Keeps what the list of an account said, in place of what it said before; `false`, and nothing is changed, if that
    /// sign-in does not stand any more.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_owned(
        &self,
        account: &Account,
        licenses: &[OwnedLicense],
        read_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let sql =
            "UPDATE account SET licenses_read_at = ?4 WHERE vendor = ?1 AND root = ?2 AND token_id = ?3";
        let which = params![account.vendor.id, account.vendor.root, account.token_id, Time(read_at)];
        if transaction.execute(sql, which)? == 0 {
            return Ok(false);
        }
        self.forget_owned(&account.vendor)?;
        let sql = format!(
            "INSERT OR REPLACE INTO owned ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        );
        let mut insert = transaction.prepare_cached(&sql)?;
        for license in licenses {
            insert.execute(params![
                account.vendor.id,
                account.vendor.root,
                license.license_id,
                license.product,
                TermsWord::from(license.terms),
                license.expires_at.map(Time),
                license.seats_limit.map(number),
                number(license.seats_taken),
                license.protected,
                license.barred,
                license.key_hint.as_str(),
            ])?;
        }
        drop(insert);
        transaction.commit()?;
        Ok(true)
    }

    /// Notes how many seats of a listed license are taken by what its vendor said since: so many, or one more or less.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_taken(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        taken: SeatsTaken,
    ) -> Result<(), StoreError> {
        let (of_before, change) = match taken {
            SeatsTaken::Are(count) => (0, number(count)),
            SeatsTaken::OneMore => (1, 1),
            SeatsTaken::OneLess => (1, -1),
        };
        let sql = "UPDATE owned SET seats_taken = max(0, ?4 * seats_taken + ?5)
                   WHERE vendor = ?1 AND root = ?2 AND license_id = ?3";
        self.db.execute(sql, params![vendor.id, vendor.root, license_id, of_before, change])?;
        Ok(())
    }

    /// What the lists of all accounts said, by vendor and license; without the rows that cannot be read.
    ///
    /// # Errors
    /// What the database says.
    pub fn owned(&self) -> Result<Vec<OwnedLicense>, StoreError> {
        Ok(self.owned_rows()?.into_iter().flatten().collect())
    }

    /// Whether there is a row that cannot be read.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_damaged_owned(&self) -> Result<bool, StoreError> {
        Ok(self.owned_rows()?.contains(&None))
    }

    /// Forgets what the list of the account at a vendor said.
    pub(crate) fn forget_owned(&self, vendor: &VendorKey) -> Result<(), StoreError> {
        self.db
            .execute("DELETE FROM owned WHERE vendor = ?1 AND root = ?2", params![vendor.id, vendor.root])?;
        Ok(())
    }

    fn owned_rows(&self) -> Result<Vec<Option<OwnedLicense>>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM owned ORDER BY vendor, root, license_id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(OwnedLicense::from_row(row).ok()))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl OwnedLicense {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            vendor: VendorKey::from_row(row)?,
            license_id: row.get("license_id")?,
            product: row.get("product")?,
            terms: row.get::<_, TermsWord>("terms")?.into(),
            expires_at: row.get::<_, Option<Time>>("expires_at")?.map(|time| time.0),
            seats_limit: count(row, "seats_limit")?,
            seats_taken: count(row, "seats_taken")?.unwrap_or_default(),
            protected: row.get("protected")?,
            barred: row.get("barred")?,
            key_hint: KeyHint::kept(row.get("key_hint")?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(root: u8) -> VendorKey {
        VendorKey { id: "sleeve".into(), root: [root; 32] }
    }

    fn account(vendor: VendorKey, token_id: &str) -> Account {
        Account {
            vendor,
            email: "demo@example.com".into(),
            user_id: Some("u-1".into()),
            token_id: token_id.into(),
            token_expires_at: None,
            signed_in_at: "2026-11-22T10:00:00Z".parse().unwrap(),
            licenses_read_at: None,
        }
    }

    fn owned(vendor: &VendorKey, license_id: &str) -> OwnedLicense {
        OwnedLicense {
            vendor: vendor.clone(),
            license_id: license_id.into(),
            product: Some("gatefold-eq".into()),
            terms: Terms::Subscription,
            expires_at: Some("2027-01-01T00:00:00Z".parse().unwrap()),
            seats_limit: Some(3),
            seats_taken: 1,
            protected: true,
            barred: true,
            key_hint: KeyHint::kept("EFGH".into()),
        }
    }

    #[test]
    fn what_was_answered_since_counts_in_the_listed_seats() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let here = vendor(1);
        let ours = account(here.clone(), "t-1");
        store.keep_account(&ours).unwrap();
        let rows = [owned(&here, "l-1"), owned(&here, "l-2")];
        assert!(store.keep_owned(&ours, &rows, ours.signed_in_at).unwrap());
        let check = |taken, expect: u64| {
            store.note_taken(&here, "l-1", taken).unwrap();
            let counts: Vec<u64> = store.owned().unwrap().iter().map(|row| row.seats_taken).collect();
            assert_eq!(counts, [expect, 1], "{taken:?}");
        };
        check(SeatsTaken::OneMore, 2);
        check(SeatsTaken::Are(1), 1);
        check(SeatsTaken::OneLess, 0);
        check(SeatsTaken::OneLess, 0);
        // Of another vendor's, and of what no list named, nothing is noted.
        store.note_taken(&vendor(2), "l-1", SeatsTaken::Are(9)).unwrap();
        store.note_taken(&here, "l-9", SeatsTaken::Are(9)).unwrap();
        check(SeatsTaken::OneMore, 1);
    }

    #[test]
    fn a_list_replaces_the_one_before_and_goes_with_its_sign_in() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let (here, there) = (vendor(1), vendor(2));
        let (ours, theirs) = (account(here.clone(), "t-1"), account(there.clone(), "t-9"));
        let at = "2026-11-29T00:00:00Z".parse().unwrap();
        assert!(!store.keep_owned(&ours, &[owned(&here, "a")], at).unwrap(), "nobody is signed in");
        assert_eq!(store.owned().unwrap(), []);
        store.keep_account(&ours).unwrap();
        store.keep_account(&theirs).unwrap();
        let bare = OwnedLicense {
            product: None,
            terms: Terms::Perpetual,
            expires_at: None,
            seats_limit: None,
            protected: false,
            barred: false,
            key_hint: KeyHint::kept(String::new()),
            ..owned(&here, "b")
        };
        let both = [owned(&here, "a"), bare.clone()];
        assert!(store.keep_owned(&ours, &both, at).unwrap());
        assert!(store.keep_owned(&theirs, &[owned(&there, "a")], at).unwrap());
        assert_eq!(store.account(&here).unwrap().unwrap().licenses_read_at, Some(at));
        assert_eq!(store.owned().unwrap(), [&both[..], &[owned(&there, "a")]].concat());

        assert!(store.keep_owned(&ours, std::slice::from_ref(&bare), at).unwrap());
        assert_eq!(store.owned().unwrap(), [bare, owned(&there, "a")]);
        // Somebody signed in anew: what the earlier sign-in read is not theirs, and comes too late.
        store.keep_account(&account(here.clone(), "t-2")).unwrap();
        assert!(!store.keep_owned(&ours, &both, at).unwrap());
        assert_eq!(store.owned().unwrap(), [owned(&there, "a")]);
        assert_eq!(store.account(&here).unwrap().unwrap().licenses_read_at, None);
        assert!(store.forget_account(&there).unwrap());
        assert_eq!(store.owned().unwrap(), []);
    }

    #[test]
    fn a_damaged_row_hides_no_other_and_a_whole_key_is_refused() {
        let check = |damage: &str| {
            let home = tempfile::tempdir().unwrap();
            let store = Store::open(home.path()).unwrap();
            let ours = account(vendor(1), "t-1");
            store.keep_account(&ours).unwrap();
            let at = "2026-11-29T00:00:00Z".parse().unwrap();
            let both = [owned(&ours.vendor, "a"), owned(&ours.vendor, "b")];
            store.keep_owned(&ours, &both, at).unwrap();
            assert!(!store.has_damaged_owned().unwrap());
            store.db.execute(&format!("UPDATE owned SET {damage} WHERE license_id = 'a'"), []).unwrap();
            assert_eq!(store.owned().unwrap(), both[1..], "{damage}");
            assert!(store.has_damaged_owned().unwrap(), "{damage}");
            // The next list mends it.
            store.keep_owned(&ours, &both, at).unwrap();
            assert_eq!(store.owned().unwrap(), both, "{damage}");
            assert!(!store.has_damaged_owned().unwrap(), "{damage}");
            let whole = OwnedLicense { key_hint: KeyHint::kept("SLEEVE-DEMO".into()), ..both[0].clone() };
            assert_eq!(store.keep_owned(&ours, &[whole], at).unwrap_err().code(), "store.database");
            assert_eq!(store.owned().unwrap(), both, "{damage}");
        };
        check("terms = 'borrowed'");
        check("expires_at = 'soon'");
        check("product = CAST(x'ff' AS TEXT)");
        check("seats_taken = -1");
    }
}
