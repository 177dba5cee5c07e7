//! Newer vendor files than the ones agreed to: first shown on a day, agreed to or not.
//!
//! It refuses to take a showing for an agreement, and forgets no first showing because of a clock.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::row::Time;
use crate::{AgreedVendor, Store, StoreError, VendorKey};

/// A newer file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The file; its `agreed_at` is when the user agreed, or when it was first shown.
    pub file: AgreedVendor,
    /// When what differs was first shown.
    pub shown_at: Timestamp,
    /// When the clock was first seen to be before that.
    anew_at: Option<Timestamp>,
    /// Whether the user agreed to it.
    pub agreed: bool,
}

const COLUMNS: &str = "vendor, root, version, shown_at, anew_at, agreed_at, file, signature";

impl Store {
    /// Notes that what differs in a newer file was shown, and says from when on its notice is counted
    /// ([`Offer::counted_from`]). The same file keeps its first day.
    ///
    /// # Errors
    /// What the database says.
    pub fn show_offer(&self, file: &AgreedVendor, now: Timestamp) -> Result<Timestamp, StoreError> {
        let AgreedVendor { vendor, version, file: text, signature, .. } = file;
        let known = self.offer(vendor, *version)?.filter(|known| known.file.file == *text);
        let Some(known) = known else {
            self.db.execute(
                "INSERT OR REPLACE INTO offer (vendor, root, version, shown_at, file, signature)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![vendor.id, vendor.root, version, Time(now), text, signature],
            )?;
            return Ok(now);
        };
        let from = known.counted_from(now);
        if from != known.shown_at && Some(from) != known.anew_at {
            let sql = "UPDATE offer SET anew_at = ?4 WHERE vendor = ?1 AND root = ?2 AND version = ?3";
            self.db.execute(sql, params![vendor.id, vendor.root, version, Time(from)])?;
        }
        Ok(from)
    }

    /// Notes that the user agreed to a file that was shown. It still counts for nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn agree_offer(&self, vendor: &VendorKey, version: u32, at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE offer SET agreed_at = ?4 WHERE vendor = ?1 AND root = ?2 AND version = ?3";
        self.db.execute(sql, params![vendor.id, vendor.root, version, Time(at)])?;
        Ok(())
    }

    /// Whether the user agreed to any file that waits.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_agreed_offers(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM offer WHERE agreed_at IS NOT NULL)";
        Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Every file of a vendor that waits, the newest first. A row that does not read is left out: it counts for nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn offers(&self, vendor: &VendorKey) -> Result<Vec<Offer>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM offer WHERE vendor = ?1 AND root = ?2 ORDER BY version DESC");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows =
            statement.query_map(params![vendor.id, vendor.root], |row| Ok(Offer::from_row(row).ok()))?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    fn offer(&self, vendor: &VendorKey, version: u32) -> Result<Option<Offer>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM offer WHERE vendor = ?1 AND root = ?2 AND version = ?3");
        let which = params![vendor.id, vendor.root, version];
        let row = self.db.query_row(&sql, which, |row| Ok(Offer::from_row(row).ok())).optional()?;
        Ok(row.flatten())
    }

    /// Forgets what waits, up to a version: that one is in force, or a newer one.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_offers(&self, vendor: &VendorKey, up_to: u32) -> Result<(), StoreError> {
        let sql = "DELETE FROM offer WHERE vendor = ?1 AND root = ?2 AND version <= ?3";
        self.db.execute(sql, params![vendor.id, vendor.root, up_to])?;
        Ok(())
    }
}

impl Offer {
    /// From when on days of notice are counted. A clock that is before the first showing was wrong then, or is wrong now:
    /// the days are counted anew by it, and by the first showing again once it is past that.
    pub fn counted_from(&self, now: Timestamp) -> Timestamp {
        if self.shown_at <= now { self.shown_at } else { self.anew_at.filter(|at| *at <= now).unwrap_or(now) }
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let shown_at = row.get::<_, Time>("shown_at")?.0;
        let agreed_at: Option<Time> = row.get("agreed_at")?;
        let anew_at: Option<Time> = row.get("anew_at")?;
        Ok(Self {
            shown_at,
            anew_at: anew_at.map(|at| at.0),
            agreed: agreed_at.is_some(),
            file: AgreedVendor {
                vendor: VendorKey::from_row(row)?,
                version: row.get("version")?,
                agreed_at: agreed_at.map_or(shown_at, |at| at.0),
                file: row.get("file")?,
                signature: row.get("signature")?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T10:00:00Z").parse().unwrap()
    }

    fn file(version: u32, text: &str) -> AgreedVendor {
        AgreedVendor {
            vendor: VendorKey { id: "sleeve".to_owned(), root: [1; 32] },
            version,
            agreed_at: at("2026-01-01"),
            file: text.as_bytes().to_vec(),
            signature: "untrusted comment: x\n".to_owned(),
        }
    }

    #[test]
    fn a_showing_is_no_agreement_and_keeps_its_first_day() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let check = |file: &AgreedVendor, today: &str, shown: &str| {
            assert_eq!(store.show_offer(file, at(today)).unwrap(), at(shown), "{} {today}", file.version);
        };
        check(&file(4, "four"), "2026-11-20", "2026-11-20");
        check(&file(4, "four"), "2026-11-29", "2026-11-20");
        check(&file(5, "five"), "2026-11-30", "2026-11-30");
        // Another text of the same version is another file.
        check(&file(5, "changed"), "2026-12-02", "2026-12-02");
        // A clock that was ahead, and is set back; set back further; and was right after all.
        check(&file(6, "six"), "2031-01-01", "2031-01-01");
        check(&file(6, "six"), "2026-12-03", "2026-12-03");
        check(&file(6, "six"), "2026-12-09", "2026-12-03");
        check(&file(6, "six"), "2026-11-01", "2026-11-01");
        check(&file(6, "six"), "2026-12-09", "2026-11-01");
        check(&file(6, "six"), "2031-01-02", "2031-01-01");

        let key = file(4, "").vendor;
        let waiting = |store: &Store| {
            store
                .offers(&key)
                .unwrap()
                .iter()
                .map(|offer| (offer.file.version, offer.agreed))
                .collect::<Vec<_>>()
        };
        assert_eq!(waiting(&store), [(6, false), (5, false), (4, false)]);
        store.agree_offer(&key, 5, at("2026-12-03")).unwrap();
        assert_eq!(waiting(&store), [(6, false), (5, true), (4, false)]);
        // What was agreed to under one text was not under another.
        check(&file(5, "changed again"), "2026-12-04", "2026-12-04");
        assert_eq!(waiting(&store), [(6, false), (5, false), (4, false)]);
        store.forget_offers(&key, 5).unwrap();
        assert_eq!(waiting(&store), [(6, false)]);
        store.db.execute("UPDATE offer SET shown_at = 'yesterday'", []).unwrap();
        assert_eq!(waiting(&store), []);
        check(&file(6, "six"), "2026-12-09", "2026-12-09");
    }
}
