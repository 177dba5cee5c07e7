//! Rows of the journal that no version writes. They refuse what they may be about, and nothing else.

use super::{COLUMNS, Intent};
use crate::{Store, StoreError, VendorKey};

impl Store {
    /// Refuses where a row that cannot be read may be about this license, or about any of this vendor's: whether a seat is
    /// held by it nobody can tell.
    ///
    /// # Errors
    /// [`StoreError::IntentDamaged`]; what the database says.
    pub fn refuse_damaged_intents(
        &self,
        vendor: &VendorKey,
        license_id: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM intent");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let is_readable = Intent::from_row(row).is_ok();
            let others = VendorKey::from_row(row).is_ok_and(|of| of != *vendor)
                || license_id.is_some_and(|id| row.get::<_, String>("license_id").is_ok_and(|of| of != id));
            if !is_readable && !others {
                return Err(StoreError::IntentDamaged);
            }
        }
        Ok(())
    }

    /// Whether there is a row that cannot be read.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_damaged_intents(&self) -> Result<bool, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM intent");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(Intent::from_row(row).is_err()))?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.contains(&true))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{adopted, at, intent};
    use super::super::{IntentKind, NewIntent};
    use super::*;

    #[test]
    fn a_damaged_row_is_in_the_way_of_what_it_may_be_about_alone() {
        let check = |damage: &str, other_license: bool, other_vendor: bool| {
            let home = tempfile::tempdir().unwrap();
            let store = Store::open(home.path()).unwrap();
            drop(store.begin(intent(1, IntentKind::Activate), at(0)).unwrap());
            let whole = NewIntent { license_id: "license-2".into(), ..intent(2, IntentKind::Release) };
            drop(store.begin(whole, at(1)).unwrap());
            store
                .db
                .execute(&format!("UPDATE intent SET {damage} WHERE started_at LIKE '%:00Z'"), [])
                .unwrap();
            assert_eq!(adopted(&store), [2], "{damage}");
            assert_eq!(store.open_intents().unwrap().len(), 1, "{damage}");
            let begun = |license: &str, vendor: &str| {
                let vendor = VendorKey { id: vendor.into(), root: [7; 32] };
                let what =
                    NewIntent { license_id: license.into(), vendor, ..intent(3, IntentKind::Activate) };
                match store.begin(what, at(2)) {
                    Ok(open) => store.finish(open).is_ok(),
                    Err(error) => {
                        assert_eq!(error.code(), "store.intent_damaged", "{damage}");
                        false
                    }
                }
            };
            assert!(!begun("license-1", "sleeve"), "{damage}");
            assert_eq!(begun("license-3", "sleeve"), other_license, "{damage}");
            assert_eq!(begun("license-1", "tidewater"), other_vendor, "{damage}");
        };
        check("started_at = 'yesterday'", true, true);
        check("kind = 'steal'", true, true);
        check("license_id = CAST(x'ff' AS TEXT)", false, true);
        check("vendor = CAST(x'ff' AS TEXT)", true, false);
    }
}
