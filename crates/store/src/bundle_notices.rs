//! What vendors promise to say before diagnostics are collected: the words that were shown, and when. It stays here.

use jiff::Timestamp;
use rusqlite::params;

use crate::row::Time;
use crate::{Store, StoreError, VendorKey};

/// How many of a vendor's are kept: the newest.
const KEPT: u32 = 100;

impl Store {
    /// Keeps that these words of a vendor's were shown.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_bundle_notice(
        &self,
        vendor: &VendorKey,
        words: &str,
        shown_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO bundle_notice VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![vendor.id, vendor.root, words, Time(shown_at)])?;
        self.db
            .prepare_cached(
                "DELETE FROM bundle_notice WHERE vendor = ?1 AND root = ?2 AND shown_at NOT IN
                 (SELECT shown_at FROM bundle_notice WHERE vendor = ?1 AND root = ?2
                  ORDER BY shown_at DESC LIMIT ?3)",
            )?
            .execute(params![vendor.id, vendor.root, KEPT])?;
        Ok(())
    }

    /// What of a vendor's was shown, and when; the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn bundle_notices(&self, vendor: &VendorKey) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let sql = "SELECT words, shown_at FROM bundle_notice WHERE vendor = ?1 AND root = ?2
                   ORDER BY shown_at DESC";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params![vendor.id, vendor.root], |row| {
            Ok((row.get("words")?, row.get::<_, Time>("shown_at")?.0))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::store;

    #[test]
    fn what_was_shown_is_kept_with_its_time() {
        let (_home, store) = store();
        let (vendor, other) =
            (VendorKey { id: "a".into(), root: [1; 32] }, VendorKey { id: "a".into(), root: [2; 32] });
        let at = |n: i64| Timestamp::from_second(1_790_000_000 + n).unwrap();
        assert_eq!(store.bundle_notices(&vendor).unwrap(), []);
        for n in 0..=i64::from(KEPT) {
            store.keep_bundle_notice(&vendor, &format!("words {n}"), at(n)).unwrap();
        }
        let kept = store.bundle_notices(&vendor).unwrap();
        assert_eq!(kept.len(), KEPT as usize);
        assert_eq!(kept[0], (format!("words {KEPT}"), at(i64::from(KEPT))));
        assert_eq!(kept.last().unwrap().0, "words 1");
        assert_eq!(store.bundle_notices(&other).unwrap(), []);
    }
}
