//! What the ledger's entries were about, once the license is known no more or an entry's bytes are erased. It refuses to be more
//! than the record's titles: nothing is asked or decided by it. The database notes ids and entries itself as their rows go
//! (`schema/10.sql`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Params, Row, Transaction, TransactionBehavior, params};

use crate::row::Time;
use crate::{Store, StoreError, VendorKey};

/// A product, by its id in the vendor's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductKey {
    /// Whose.
    pub vendor: VendorKey,
    /// Its id.
    pub product: String,
}

/// The id of a license or seat that was known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The license's or the seat's.
    pub id: String,
    /// Of which product.
    pub product: ProductKey,
}

/// What the title of a ledger entry says that the entry itself does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The entry.
    pub entry: i64,
    /// What it was about, if that was known.
    pub product: Option<ProductKey>,
    /// What it did, where its bytes told and are erased.
    pub deed: Option<String>,
    /// Whether it left by itself, where its bytes told and are erased.
    pub by_itself: bool,
}

/// A vendor that was removed, and what it and its products were called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Which.
    pub vendor: VendorKey,
    /// Its own name.
    pub name: String,
    /// Names of products, by id.
    pub products: BTreeMap<String, String>,
}

/// Stands for the vendor itself among its products.
const ITSELF: &str = "";

impl Store {
    /// The ids of licenses and seats that were known here and are no more.
    ///
    /// # Errors
    /// What the database says.
    pub fn abouts(&self) -> Result<Vec<About>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT vendor, root, id, product FROM about")?;
        let rows = statement.query_map([], |row| Ok(About::from_row(row).ok()))?;
        Ok(rows.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// What is noted of these entries, by their number.
    ///
    /// # Errors
    /// What the database says.
    pub fn titles_of(&self, entries: &[i64]) -> Result<Vec<Title>, StoreError> {
        let which = "WHERE entry IN (SELECT value FROM json_each(?1))";
        self.titles_where(which, [serde_json::json!(entries).to_string()])
    }

    /// What is noted of entries whose product is known, by their number.
    ///
    /// # Errors
    /// What the database says.
    pub fn titles_with_product(&self) -> Result<Vec<Title>, StoreError> {
        self.titles_where("WHERE product IS NOT NULL", [])
    }

    fn titles_where(&self, which: &str, given: impl Params) -> Result<Vec<Title>, StoreError> {
        let sql =
            format!("SELECT entry, vendor, root, product, deed, by_itself FROM title {which} ORDER BY entry");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(given, |row| {
            let product = ProductKey::from_row(row).ok();
            let (deed, by_itself) = (row.get("deed")?, row.get("by_itself")?);
            Ok(Title { entry: row.get("entry")?, product, deed, by_itself })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes of which products these licenses of an account's list are, before the list goes.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_listed(&self, vendor: &VendorKey, ids: &[String], now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO about SELECT vendor, root, license_id, product, ?4 FROM owned
                       WHERE vendor = ?1 AND root = ?2 AND product IS NOT NULL
                         AND license_id IN (SELECT value FROM json_each(?3))
                   ON CONFLICT DO UPDATE SET product = excluded.product, noted_at = excluded.noted_at";
        let ids = serde_json::json!(ids).to_string();
        self.db.execute(sql, params![vendor.id, vendor.root, ids, Time(now)])?;
        Ok(())
    }

    /// Notes what an entry's title says, before its bytes go. What is noted of it stays where this knows less.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_titles(&self, titles: &[Title]) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        for Title { entry, product, deed, by_itself } in titles {
            let vendor = product.as_ref().map(|product| &product.vendor);
            let mut note = transaction.prepare_cached(
                "INSERT INTO title VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET
                     vendor = coalesce(?2, vendor), root = coalesce(?3, root), product = coalesce(?4, product),
                     deed = coalesce(?5, deed), by_itself = max(?6, by_itself)",
            )?;
            note.execute(params![
                entry,
                vendor.map(|vendor| &vendor.id),
                vendor.map(|vendor| vendor.root),
                product.as_ref().map(|product| &product.product),
                deed,
                by_itself
            ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes what a vendor that is about to be removed is called, and its products, in place of what was noted before.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_former(&self, former: &Former) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        self.forget_former(&former.vendor)?;
        let itself = (ITSELF, former.name.as_str());
        let products = former.products.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        for (product, name) in products.chain([itself]) {
            let of = params![former.vendor.id, former.vendor.root, product, name];
            transaction.execute("INSERT OR REPLACE INTO former VALUES (?1, ?2, ?3, ?4)", of)?;
        }
        Ok(transaction.commit()?)
    }

    /// The vendors that were removed and are still spoken of.
    ///
    /// # Errors
    /// What the database says.
    pub fn formers(&self) -> Result<Vec<Former>, StoreError> {
        let sql = "SELECT vendor, root, product, name FROM former ORDER BY vendor, root, product";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut formers: Vec<Former> = Vec::new();
        while let Some(row) = rows.next()? {
            let ProductKey { vendor, product } = ProductKey::from_row(row)?;
            let name: String = row.get("name")?;
            // The vendor itself comes first.
            match formers.last_mut().filter(|former| former.vendor == vendor) {
                Some(former) => drop(former.products.insert(product, name)),
                None if product == ITSELF => {
                    formers.push(Former { vendor, name, products: BTreeMap::new() });
                }
                None => {}
            }
        }
        Ok(formers)
    }

    /// Forgets what a vendor that was removed was called.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_former(&self, vendor: &VendorKey) -> Result<(), StoreError> {
        let sql = "DELETE FROM former WHERE vendor = ?1 AND root = ?2";
        self.db.execute(sql, params![vendor.id, vendor.root])?;
        Ok(())
    }

    /// Forgets ids about which nothing was begun since a time, and the titles of entries before the oldest that is left; of all
    /// where none is.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_abouts(&self, before: Timestamp, oldest: Option<i64>) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM about WHERE noted_at < ?1", [Time(before)])?;
        transaction.execute("DELETE FROM title WHERE entry < ?1 OR ?1 IS NULL", [oldest])?;
        Ok(transaction.commit()?)
    }
}

impl About {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get("id")?, product: ProductKey::from_row(row)? })
    }
}

impl ProductKey {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { vendor: VendorKey::from_row(row)?, product: row.get("product")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::{at, intent};
    use crate::licenses::example;
    use crate::settings::tests::store;
    use crate::{IntentKind, KnownLicense};

    fn noted(store: &Store) -> Vec<(String, String)> {
        let mut noted: Vec<_> =
            store.abouts().unwrap().into_iter().map(|about| (about.id, about.product.product)).collect();
        noted.sort();
        noted
    }

    fn pairs(expect: &[(&str, &str)]) -> Vec<(String, String)> {
        expect.iter().map(|(id, product)| ((*id).to_owned(), (*product).to_owned())).collect()
    }

    fn entries(store: &Store) -> Vec<i64> {
        store.titles_with_product().unwrap().iter().map(|title| title.entry).collect()
    }

    #[test]
    fn what_a_license_was_about_is_noted_as_it_goes() {
        let (_home, store) = store();
        let known = example("l-1");
        store.keep_license(&known).unwrap();
        store.keep_license(&KnownLicense { device_name: Some("rack".into()), ..known.clone() }).unwrap();
        assert_eq!((noted(&store), entries(&store)), (vec![], vec![]), "it is known still");
        // Activated anew: another seat, other entries.
        let anew =
            KnownLicense { machine_id: Some("m-2".into()), activation_entries: vec![7], ..known.clone() };
        store.keep_license(&anew).unwrap();
        assert_eq!(noted(&store), pairs(&[("m-1", "gatefold-eq")]));
        assert_eq!(entries(&store), [1, 2]);
        assert!(store.forget_license(&known.vendor, "l-1", Some("gf1-here")).unwrap());
        let all = [("l-1", "gatefold-eq"), ("m-1", "gatefold-eq"), ("m-2", "gatefold-eq")];
        assert_eq!(noted(&store), pairs(&all));
        let product = ProductKey { vendor: known.vendor, product: known.product };
        let title = |entry| Title { entry, product: Some(product.clone()), deed: None, by_itself: false };
        assert_eq!(store.titles_with_product().unwrap(), [title(1), title(2), title(7)]);
    }

    #[test]
    fn a_row_with_no_list_of_entries_goes_all_the_same() {
        let (_home, store) = store();
        let known = KnownLicense { machine_id: None, ..example("l-1") };
        store.keep_license(&known).unwrap();
        store.db.execute("UPDATE license SET activation_entries = 'rubbish'", []).unwrap();
        assert!(store.forget_license(&known.vendor, "l-1", Some("gf1-here")).unwrap());
        assert_eq!(noted(&store), pairs(&[("l-1", "gatefold-eq")]));
        assert_eq!(entries(&store), [1, 2], "what it was before");
    }

    #[test]
    fn so_are_the_ids_of_what_was_begun() {
        let check = |kind, product: &str, expect: &[(&str, &str)]| {
            let (_home, store) = store();
            let what = crate::NewIntent { product: product.into(), ..intent(1, kind) };
            let open = store.begin(what, at(0)).unwrap();
            assert_eq!(noted(&store), vec![], "{kind:?}");
            store.finish(open).unwrap();
            assert_eq!(noted(&store), pairs(expect), "{kind:?}");
        };
        let seat = "00000000-0000-0000-0000-000000000063";
        check(IntentKind::ReleaseElsewhere, "eq", &[(seat, "eq"), ("license-1", "eq")]);
        // In place of a license these name something of their own.
        check(IntentKind::Trial, "eq", &[(seat, "eq")]);
        // And what only the server knows is known to nobody here.
        check(IntentKind::ReleaseElsewhere, "", &[]);
    }

    #[test]
    fn a_title_stays_when_bytes_go_and_goes_with_its_line() {
        let (_home, store) = store();
        let product = ProductKey { vendor: example("l").vendor, product: "eq".into() };
        let whole = Title { entry: 4, product: Some(product), deed: Some("seat".into()), by_itself: true };
        let bare = Title { entry: 5, product: None, deed: Some("file".into()), by_itself: false };
        store.note_titles(&[whole.clone(), bare.clone()]).unwrap();
        store.note_titles(&[Title { product: None, deed: None, by_itself: false, ..whole.clone() }]).unwrap();
        assert_eq!(store.titles_of(&[4, 5, 6]).unwrap(), [whole, bare.clone()], "what is known is not lost");
        for (id, second) in [(1, 0), (2, 100)] {
            let what = crate::NewIntent {
                license_id: format!("l-{id}"),
                machine_id: None,
                ..intent(id, IntentKind::Refresh)
            };
            let open = store.begin(what, at(second)).unwrap();
            store.finish(open).unwrap();
        }
        store.forget_abouts(at(50), Some(5)).unwrap();
        assert_eq!(store.titles_of(&[4, 5]).unwrap(), [bare]);
        assert_eq!(noted(&store), pairs(&[("l-2", "product-1")]));
    }

    #[test]
    fn a_vendor_that_was_removed_is_called_what_it_was() {
        let (_home, store) = store();
        let of = |root: u8, name: &str, products: &[(&str, &str)]| Former {
            vendor: VendorKey { id: "sleeve".into(), root: [root; 32] },
            name: name.into(),
            products: pairs(products).into_iter().collect(),
        };
        let (one, two) = (of(1, "Sleeve", &[("eq", "EQ")]), of(2, "Other", &[]));
        store.note_former(&of(1, "Old", &[("x", "X")])).unwrap();
        store.note_former(&two).unwrap();
        store.note_former(&one).unwrap();
        assert_eq!(store.formers().unwrap(), [one.clone(), two.clone()]);
        store.forget_former(&one.vendor).unwrap();
        assert_eq!(store.formers().unwrap(), [two]);
    }
}
