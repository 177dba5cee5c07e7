//! When usage was last sent without being told to. It refuses to wait for what cannot be read.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::row::{Time, count, number};
use crate::{Store, StoreError, VendorKey};

impl Store {
    /// When a vendor's usage was last sent without being told to, or that was tried, and for how many seconds nothing is tried after
    /// that. What cannot be read is no reason to wait.
    ///
    /// # Errors
    /// What the database says.
    pub fn usage_asked(&self, vendor: &VendorKey) -> Result<Option<(Timestamp, u64)>, StoreError> {
        let sql = "SELECT asked_at, again_secs FROM usage_asked WHERE vendor = ?1 AND root = ?2";
        let row = |row: &Row<'_>| Ok((row.get::<_, Time>(0).ok(), count(row, "again_secs").ok().flatten()));
        let asked =
            self.db.prepare_cached(sql)?.query_row(params![vendor.id, vendor.root], row).optional()?;
        Ok(asked.and_then(|(at, secs)| Some((at?.0, secs?))))
    }

    /// Notes it.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_usage_asked(
        &self,
        vendor: &VendorKey,
        at: Timestamp,
        again_secs: u64,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO usage_asked (vendor, root, asked_at, again_secs) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET asked_at = excluded.asked_at, again_secs = excluded.again_secs";
        self.db.execute(sql, params![vendor.id, vendor.root, Time(at), number(again_secs)])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_it_was_sent_by_itself_is_noted_a_vendor() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let at = |text: &str| format!("2026-12-{text}T10:00:00Z").parse::<Timestamp>().unwrap();
        let vendor = |id: &str| VendorKey { id: id.to_owned(), root: [7; 32] };
        let asked = |id: &str| store.usage_asked(&vendor(id)).unwrap();
        assert_eq!(asked("sleeve"), None);
        store.note_usage_asked(&vendor("sleeve"), at("01"), 60).unwrap();
        store.note_usage_asked(&vendor("sleeve"), at("02"), 3_600).unwrap();
        assert_eq!((asked("sleeve"), asked("tidewater")), (Some((at("02"), 3_600)), None));
        store.db.execute("UPDATE usage_asked SET asked_at = 'today'", []).unwrap();
        assert_eq!(asked("sleeve"), None);
    }
}
