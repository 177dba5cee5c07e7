//! The vendors the user agreed to, with the very files agreed to.
//!
//! It refuses to go back to an older file, and to put a file that nobody signed in the place of a signed one. A row that
//! cannot be read is named, and hides no other.

use jiff::Timestamp;
use rusqlite::types::ValueRef;
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
    /// Its detached minisign signature; empty where nobody signed it.
    pub signature: String,
}

/// What is kept of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptVendor {
    /// What the user agreed to.
    Agreed(AgreedVendor),
    /// Something that can no longer be read. Whose it is can be told, and whether a signature was kept with it.
    Damaged {
        /// Which vendor; what is no text in its id is replaced.
        vendor: VendorKey,
        /// Whether it was signed.
        signed: bool,
    },
}

/// What becomes of the kept file when another is agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The new one takes its place.
    Replaces,
    /// It is the same one: nothing changes.
    Same,
}

const COLUMNS: &str =
    "CAST(vendor AS BLOB) AS vendor, root, version, agreed_at, file, CAST(signature AS BLOB) AS signature";

impl AgreedVendor {
    /// Whether the root key signed it; that the signature holds was checked before it was kept.
    pub fn is_signed(&self) -> bool {
        !self.signature.is_empty()
    }
}

impl KeptVendor {
    /// Which vendor.
    pub fn vendor(&self) -> &VendorKey {
        match self {
            Self::Agreed(agreed) => &agreed.vendor,
            Self::Damaged { vendor, .. } => vendor,
        }
    }

    /// Whether `new` may take its place (design, section 6). Versions count among files of one kind: what nobody signed
    /// may say any version, so it keeps no signed file out and takes no signed file's place.
    ///
    /// # Errors
    /// [`StoreError::VendorUnsigned`], [`StoreError::VendorOlder`], [`StoreError::VendorChanged`].
    pub fn taken_by(&self, new: &AgreedVendor) -> Result<Taken, StoreError> {
        let signed = match self {
            Self::Agreed(kept) => kept.is_signed(),
            Self::Damaged { signed, .. } => *signed,
        };
        match (self, signed, new.is_signed()) {
            (_, true, false) => Err(StoreError::VendorUnsigned),
            (Self::Damaged { .. }, ..) | (_, false, true) => Ok(Taken::Replaces),
            (Self::Agreed(kept), ..) if kept.version > new.version => {
                Err(StoreError::VendorOlder { agreed: kept.version, offered: new.version })
            }
            (Self::Agreed(kept), ..) if kept.version < new.version => Ok(Taken::Replaces),
            (Self::Agreed(kept), ..) if kept.file == new.file => Ok(Taken::Same),
            (Self::Agreed(kept), ..) => Err(StoreError::VendorChanged(kept.version)),
        }
    }
}

/// What [`Store::since_read`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinceRead {
    /// No other file counts.
    AsItWas,
    /// Another one does.
    Replaced,
    /// The vendor is not kept.
    NoneKept,
}

impl Store {
    /// What became of the vendor's file since one was read: another counts that is newer, or signed where this one is not; or
    /// none does.
    ///
    /// # Errors
    /// What the database says.
    pub fn since_read(
        &self,
        vendor: &VendorKey,
        version: u32,
        signed: bool,
    ) -> Result<SinceRead, StoreError> {
        let sql = "SELECT version, signature <> '' FROM vendor WHERE (vendor, root) = (?1, ?2)";
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let kept: Option<(u32, bool)> =
            self.db.prepare_cached(sql)?.query_row(params![vendor.id, vendor.root], row).optional()?;
        Ok(match kept {
            None => SinceRead::NoneKept,
            Some((agreed, kept)) if (kept && !signed) || (kept == signed && agreed > version) => {
                SinceRead::Replaced
            }
            Some(_) => SinceRead::AsItWas,
        })
    }

    /// Keeps what the user agreed to, in place of what is kept. Whether a kept file still means something is for
    /// `reads` to say: one that does not is damaged.
    ///
    /// # Errors
    /// As [`KeptVendor::taken_by`]; else what the database says.
    pub fn agree(
        &self,
        new: &AgreedVendor,
        reads: impl FnOnce(&AgreedVendor) -> bool,
    ) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let kept = self.vendor(&new.vendor)?.map(|kept| match kept {
            KeptVendor::Agreed(agreed) if !reads(&agreed) => {
                KeptVendor::Damaged { signed: agreed.is_signed(), vendor: agreed.vendor }
            }
            kept => kept,
        });
        if let Some(kept) = kept
            && kept.taken_by(new)? == Taken::Same
        {
            return Ok(());
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

    /// Every vendor agreed to, by id, and every row that cannot be read.
    ///
    /// # Errors
    /// What the database says.
    pub fn vendors(&self) -> Result<Vec<KeptVendor>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM vendor ORDER BY vendor, root");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(KeptVendor::from_row(row)))?;
        rows.collect::<Result<Result<_, _>, _>>()?
    }

    /// What is kept of one vendor, if anything.
    ///
    /// # Errors
    /// What the database says.
    pub fn vendor(&self, vendor: &VendorKey) -> Result<Option<KeptVendor>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM vendor WHERE vendor = ?1 AND root = ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        let row = statement
            .query_row(params![vendor.id, vendor.root], |row| Ok(KeptVendor::from_row(row)))
            .optional()?;
        row.transpose()
    }

    /// Forgets the agreement; whether there was one. Accounts, licenses and secrets of the vendor are the caller's to
    /// remove.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_vendor(&self, vendor: &VendorKey) -> Result<bool, StoreError> {
        self.forget_offers(vendor, u32::MAX)?;
        self.forget_seats(vendor)?;
        let sql = "DELETE FROM vendor WHERE vendor = ?1 AND root = ?2";
        let mut forgotten = self.db.execute(sql, params![vendor.id, vendor.root])?;
        if vendor.id.contains(char::REPLACEMENT_CHARACTER) {
            // An id that is no text can be matched as it was shown alone.
            let sql = "SELECT CAST(vendor AS BLOB) FROM vendor WHERE root = ?1";
            let ids = self
                .db
                .prepare(sql)?
                .query_map([vendor.root], |row| row.get(0))?
                .collect::<Result<Vec<Vec<u8>>, _>>()?;
            for id in ids.iter().filter(|id| String::from_utf8_lossy(id) == vendor.id) {
                let sql = "DELETE FROM vendor WHERE CAST(vendor AS BLOB) = ?1 AND root = ?2";
                forgotten += self.db.execute(sql, params![id, vendor.root])?;
            }
        }
        self.forget_log();
        Ok(forgotten > 0)
    }
}

impl KeptVendor {
    /// The row, or what can still be told of it. Only a root that is none makes it an error: then nobody's name is left.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let bytes = |column: &str| match row.get_ref(column) {
            Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => bytes.to_vec(),
            _ => Vec::new(),
        };
        let (id, signature) = (bytes("vendor"), bytes("signature"));
        let vendor = VendorKey { id: String::from_utf8_lossy(&id).into_owned(), root: row.get("root")? };
        let signed = !signature.is_empty();
        let agreed = || -> Option<AgreedVendor> {
            std::str::from_utf8(&id).ok()?;
            Some(AgreedVendor {
                vendor: vendor.clone(),
                version: row.get("version").ok()?,
                agreed_at: row.get::<_, Time>("agreed_at").ok()?.0,
                file: row.get("file").ok()?,
                signature: String::from_utf8(signature).ok()?,
            })
        };
        Ok(match agreed() {
            Some(agreed) => Self::Agreed(agreed),
            None => Self::Damaged { vendor, signed },
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

    fn unsigned(version: u32, file: &str) -> AgreedVendor {
        AgreedVendor { signature: String::new(), ..agreed("sleeve", 1, version, file) }
    }

    fn signed(version: u32, file: &str) -> AgreedVendor {
        agreed("sleeve", 1, version, file)
    }

    /// Offered one after the other: what each is answered with, and what is kept in the end.
    fn check(offers: &[(&AgreedVendor, Option<&str>)], kept: &AgreedVendor) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        for (offer, expect) in offers {
            let got = store.agree(offer, |_| true);
            assert_eq!(got.err().map(|error| error.code()), *expect, "{offer:?}");
        }
        assert_eq!(store.vendors().unwrap(), [KeptVendor::Agreed(kept.clone())]);
    }

    #[test]
    fn agreements_move_forward_only() {
        let (one, two, five) = (signed(1, "one"), signed(2, "two"), signed(5, "five"));
        let (older, changed) = (Some("store.vendor_older"), Some("store.vendor_changed"));
        let other = signed(2, "other");
        check(
            &[(&two, None), (&two, None), (&other, changed), (&one, older), (&five, None), (&two, older)],
            &five,
        );
    }

    #[test]
    fn what_nobody_signed_never_counts_against_what_is_signed() {
        let (old, same, new) = (signed(1, "one"), signed(2, "two"), signed(3, "three"));
        let (bare, high) = (unsigned(2, "two"), unsigned(u32::MAX, "high"));
        let no = Some("store.vendor_unsigned");
        // It takes no signed file's place, whatever version it says.
        check(&[(&same, None), (&high, no), (&bare, no), (&new, None)], &new);
        // And keeps none out: not an older one, not the same file, not another of its version.
        check(&[(&high, None), (&old, None)], &old);
        check(&[(&bare, None), (&same, None)], &same);
        check(&[(&unsigned(2, "other"), None), (&same, None)], &same);
        // Among themselves unsigned files move forward only, like any.
        check(&[(&bare, None), (&unsigned(1, "one"), Some("store.vendor_older")), (&high, None)], &high);
    }

    #[test]
    fn a_damaged_row_is_named_and_hides_no_other() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let (good, bad) = (agreed("tidewater", 1, 1, "good"), signed(2, "bad"));
        for (damage, id) in [
            ("version = -1", "sleeve"),
            ("version = 4294967296", "sleeve"),
            ("agreed_at = 'yesterday'", "sleeve"),
            ("signature = CAST(x'ff' AS TEXT)", "sleeve"),
            ("vendor = CAST(x'ff' AS TEXT)", "\u{FFFD}"),
        ] {
            store.agree(&good, |_| true).unwrap();
            store.agree(&bad, |_| true).unwrap();
            store.db.execute(&format!("UPDATE vendor SET {damage} WHERE vendor = 'sleeve'"), []).unwrap();
            let vendor = VendorKey { id: id.to_owned(), root: [1; 32] };
            let damaged = KeptVendor::Damaged { vendor: vendor.clone(), signed: true };
            let kept = store.vendors().unwrap();
            assert_eq!(kept.len(), 2, "{damage}");
            assert!(kept.contains(&KeptVendor::Agreed(good.clone())), "{damage}");
            assert!(kept.contains(&damaged), "{damage}");
            // The way out: it can be forgotten; and where it can be found, a signed file takes its place, of any version.
            if id == "sleeve" {
                let refused = store.agree(&unsigned(9, "nobody's"), |_| true);
                assert_eq!(refused.map_err(|error| error.code()), Err("store.vendor_unsigned"), "{damage}");
                store.agree(&signed(1, "one"), |_| true).unwrap();
                assert_eq!(store.vendor(&vendor).unwrap(), Some(KeptVendor::Agreed(signed(1, "one"))));
            }
            assert!(store.forget_vendor(&vendor).unwrap(), "{damage}");
            assert_eq!(store.vendors().unwrap(), [KeptVendor::Agreed(good.clone())], "{damage}");
        }
    }

    #[test]
    fn a_file_that_no_longer_reads_gives_way_to_the_same_version() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        store.agree(&signed(2, "garbage"), |_| true).unwrap();
        store.agree(&signed(2, "two"), |kept| kept.file != b"garbage").unwrap();
        assert_eq!(store.vendors().unwrap(), [KeptVendor::Agreed(signed(2, "two"))]);
    }

    #[test]
    fn another_root_is_another_vendor() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let (first, second) = (agreed("sleeve", 1, 9, "a"), agreed("sleeve", 2, 1, "b"));
        store.agree(&first, |_| true).unwrap();
        store.agree(&second, |_| true).unwrap();
        let second = KeptVendor::Agreed(second);
        assert_eq!(store.vendor(second.vendor()).unwrap().as_ref(), Some(&second));
        assert!(store.forget_vendor(&first.vendor).unwrap());
        assert!(!store.forget_vendor(&first.vendor).unwrap());
        assert_eq!(store.vendor(&first.vendor).unwrap(), None);
        assert_eq!(store.vendors().unwrap(), [second]);
    }
}
