//! Who is signed in where: one account a vendor. The token itself lies among the secrets; the password nowhere.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::row::Time;
use crate::{Store, StoreError, VendorKey};

/// An account the user is signed in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// At which vendor.
    pub vendor: VendorKey,
    /// The e-mail address signed in with.
    pub email: String,
    /// The server's id of the user, if it said.
    pub user_id: Option<String>,
    /// The server's id of the token, to revoke it by.
    pub token_id: String,
    /// When the token ends, if it does.
    pub token_expires_at: Option<Timestamp>,
    /// When the user signed in.
    pub signed_in_at: Timestamp,
    /// When the list of its licenses was read last, if it was.
    pub licenses_read_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "vendor, root, email, user_id, token_id, token_expires_at, signed_in_at, licenses_read_at";

impl Store {
    /// Keeps the account, in place of another one at the same vendor, of which no license is remembered then.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_account(&self, account: &Account) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        self.forget_owned(&account.vendor)?;
        let sql =
            format!("INSERT OR REPLACE INTO account ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        transaction.execute(
            &sql,
            params![
                account.vendor.id,
                account.vendor.root,
                account.email,
                account.user_id,
                account.token_id,
                account.token_expires_at.map(Time),
                Time(account.signed_in_at),
                account.licenses_read_at.map(Time),
            ],
        )?;
        Ok(transaction.commit()?)
    }

    /// The account at one vendor, if signed in.
    ///
    /// # Errors
    /// What the database says.
    pub fn account(&self, vendor: &VendorKey) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE vendor = ?1 AND root = ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![vendor.id, vendor.root], Account::from_row).optional()?)
    }

    /// Forgets the account and what its list said, also in the files; whether there was one.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_account(&self, vendor: &VendorKey) -> Result<bool, StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        self.forget_owned(vendor)?;
        let sql = "DELETE FROM account WHERE vendor = ?1 AND root = ?2";
        let forgotten = transaction.execute(sql, params![vendor.id, vendor.root])? > 0;
        transaction.commit()?;
        self.forget_log();
        Ok(forgotten)
    }
}

impl Account {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            vendor: VendorKey::from_row(row)?,
            email: row.get("email")?,
            user_id: row.get("user_id")?,
            token_id: row.get("token_id")?,
            token_expires_at: row.get::<_, Option<Time>>("token_expires_at")?.map(|time| time.0),
            signed_in_at: row.get::<_, Time>("signed_in_at")?.0,
            // What is no time is as good as never: the list is read again.
            licenses_read_at: row
                .get::<_, Option<Time>>("licenses_read_at")
                .ok()
                .flatten()
                .map(|time| time.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "demo@example.com";

    fn demo(vendor: &VendorKey) -> Account {
        Account {
            vendor: vendor.clone(),
            email: EMAIL.into(),
            user_id: None,
            token_id: "t-1".into(),
            token_expires_at: Some("2026-12-06T00:00:00Z".parse().unwrap()),
            signed_in_at: "2026-11-22T10:00:00.5Z".parse().unwrap(),
            licenses_read_at: None,
        }
    }

    #[test]
    fn one_account_a_vendor() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let vendor = VendorKey { id: "sleeve".into(), root: [1; 32] };
        let stranger = VendorKey { id: "sleeve".into(), root: [2; 32] };
        let mut account = demo(&vendor);
        assert_eq!(store.account(&vendor).unwrap(), None);
        store.keep_account(&account).unwrap();
        assert_eq!(store.account(&vendor).unwrap().as_ref(), Some(&account));
        assert_eq!(store.account(&stranger).unwrap(), None);

        account.email = "other@example.com".into();
        account.token_expires_at = None;
        store.keep_account(&account).unwrap();
        assert_eq!(store.account(&vendor).unwrap(), Some(account));
        assert!(store.forget_account(&vendor).unwrap());
        assert!(!store.forget_account(&vendor).unwrap());
    }

    #[test]
    fn a_forgotten_account_is_in_no_file() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        // As a window has it: the last program that leaves would clean up.
        let _reader = Store::open(home.path()).unwrap();
        let vendor = VendorKey { id: "sleeve".into(), root: [1; 32] };
        let is_somewhere = || {
            let files = std::fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().path());
            let has_it = |bytes: Vec<u8>| bytes.windows(EMAIL.len()).any(|found| found == EMAIL.as_bytes());
            files.filter(|path| path.is_file()).any(|path| has_it(std::fs::read(path).unwrap()))
        };
        store.keep_account(&demo(&vendor)).unwrap();
        assert!(is_somewhere());
        assert!(store.forget_account(&vendor).unwrap());
        assert!(!is_somewhere());
    }
}
