//! The vendors the user agreed to, with the very files agreed to. It refuses to go back to an older file.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use crate::row::Time;
use crate::{Store, StoreError, VendorKey};

/// A vendor file the user agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedVendor {
    /// Which vendor.
    pub vendor: VendorKey,
    /// The version the file gives itself.
    pub version: u32,
    /// When the user agreed to this version.
    pub agreed_at: Timestamp,
    /// `vendor.toml`, byte for byte.
    pub file: Vec<u8>,
    /// Its detached minisign signature.
    pub signature: String,
}

const COLUMNS: &str = "vendor, root, version, agreed_at, file, signature";

impl Store {
    /// Keeps what the user agreed to, in place of an older version. The same file again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::VendorOlder`] and [`StoreError::VendorChanged`] (design, section 6); else what the database says.
    pub fn agree(&self, new: &AgreedVendor) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let known: Option<(u32, Vec<u8>)> = transaction
            .query_row(
                "SELECT version, file FROM vendor WHERE vendor = ?1 AND root = ?2",
                params![new.vendor.id, new.vendor.root],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        match known {
            Some((agreed, _)) if agreed > new.version => {
                return Err(StoreError::VendorOlder { agreed, offered: new.version });
            }
            Some((agreed, file)) if agreed == new.version => {
                return if file == new.file { Ok(()) } else { Err(StoreError::VendorChanged(agreed)) };
            }
            _ => {}
        }
        transaction.execute(
            "INSERT OR REPLACE INTO vendor (vendor, root, version, agreed_at, file, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                new.vendor.id,
                new.vendor.root,
                new.version,
                Time(new.agreed_at),
                new.file,
                new.signature
            ],
        )?;
        Ok(transaction.commit()?)
    }

    /// Every vendor agreed to, by id.
    ///
    /// # Errors
    /// What the database says.
    pub fn vendors(&self) -> Result<Vec<AgreedVendor>, StoreError> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM vendor ORDER BY vendor, root"))?;
        let rows = statement.query_map([], AgreedVendor::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The file agreed to for one vendor, if any.
    ///
    /// # Errors
    /// What the database says.
    pub fn vendor(&self, vendor: &VendorKey) -> Result<Option<AgreedVendor>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM vendor WHERE vendor = ?1 AND root = ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![vendor.id, vendor.root], AgreedVendor::from_row).optional()?)
    }

    /// Forgets the agreement; whether there was one. Accounts, licenses and secrets of the vendor are the caller's to
    /// remove.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_vendor(&self, vendor: &VendorKey) -> Result<bool, StoreError> {
        let sql = "DELETE FROM vendor WHERE vendor = ?1 AND root = ?2";
        Ok(self.db.execute(sql, params![vendor.id, vendor.root])? > 0)
    }
}

impl AgreedVendor {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            vendor: VendorKey::from_row(row)?,
            version: row.get("version")?,
            agreed_at: row.get::<_, Time>("agreed_at")?.0,
            file: row.get("file")?,
            signature: row.get("signature")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(id: &str, root: u8, version: u32, file: &str) -> AgreedVendor {
        AgreedVendor {
            vendor: VendorKey { id: id.to_owned(), root: [root; 32] },
            version,
            agreed_at: "2026-11-22T10:00:00.123Z".parse().unwrap(),
            file: file.as_bytes().to_vec(),
            signature: "untrusted comment: x\n".to_owned(),
        }
    }

    #[test]
    fn agreements_move_forward_only() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let check = |version: u32, file: &str, expect: Option<&str>| {
            let got = store.agree(&agreed("sleeve", 1, version, file));
            assert_eq!(got.err().map(|error| error.code()), expect, "{version} {file}");
        };
        check(2, "two", None);
        check(2, "two", None);
        check(2, "other", Some("store.vendor_changed"));
        check(1, "one", Some("store.vendor_older"));
        check(5, "five", None);
        check(2, "two", Some("store.vendor_older"));
        assert_eq!(store.vendors().unwrap(), [agreed("sleeve", 1, 5, "five")]);
    }

    #[test]
    fn another_root_is_another_vendor() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let (first, second) = (agreed("sleeve", 1, 9, "a"), agreed("sleeve", 2, 1, "b"));
        store.agree(&first).unwrap();
        store.agree(&second).unwrap();
        assert_eq!(store.vendor(&second.vendor).unwrap().as_ref(), Some(&second));
        assert!(store.forget_vendor(&first.vendor).unwrap());
        assert!(!store.forget_vendor(&first.vendor).unwrap());
        assert_eq!(store.vendor(&first.vendor).unwrap(), None);
        assert_eq!(store.vendors().unwrap(), [second]);
    }
}
