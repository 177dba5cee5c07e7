//! Which licenses may be asked about without being told to, and when that was last done. Written by itself, in rows that are
//! there: what another process keeps of a license meanwhile takes no word of the user's back, and brings none back.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::row::{Time, number};
use crate::{Store, StoreError, VendorKey};

/// Asking about a license again without being told to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewal {
    /// When the user agreed to it; none where they did not, or took it back.
    pub agreed_at: Option<Timestamp>,
    /// When the license was last asked about so, or that was tried.
    pub asked_at: Option<Timestamp>,
    /// So long after that nothing is tried, in seconds.
    pub again_secs: u64,
}

impl Renewal {
    /// Of its three columns, the first of which stands at this place. What cannot be read is no agreement, and no reason to
    /// wait.
    pub(crate) fn from_row(row: &Row<'_>, first: usize) -> Self {
        let time = |place: usize| row.get::<_, Option<Time>>(place).ok().flatten().map(|time| time.0);
        let secs = row.get::<_, i64>(first + 2).ok();
        Self {
            agreed_at: time(first),
            asked_at: time(first + 1),
            again_secs: secs.and_then(|secs| u64::try_from(secs).ok()).unwrap_or(0),
        }
    }
}

impl Store {
    /// Keeps the user's word about a license on the computer of this identifier (none: bound to the account): since when it
    /// may be asked about, or that it may not. Whether the license is known.
    ///
    /// # Errors
    /// What the database says.
    pub fn let_renew(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        identifier: Option<&str>,
        since: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE license SET renews_since = ?5
                   WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND identifier IN (?4, '')";
        let identifier = identifier.unwrap_or_default();
        let which = params![vendor.id, vendor.root, license_id, identifier, since.map(Time)];
        Ok(self.db.execute(sql, which)? > 0)
    }

    /// Notes that a license was asked about, or that it was tried, and for how long nothing is tried after that. Whether the
    /// license is known.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_asked(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        identifier: Option<&str>,
        asked_at: Timestamp,
        again_secs: u64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE license SET asked_at = ?5, asks_again_secs = ?6
                   WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND identifier IN (?4, '')";
        let identifier = identifier.unwrap_or_default();
        let which =
            params![vendor.id, vendor.root, license_id, identifier, Time(asked_at), number(again_secs)];
        Ok(self.db.execute(sql, which)? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_license_leaves_the_users_word_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let known = crate::licenses::example("l-1");
        let (vendor, here) = (&known.vendor, known.identifier.as_deref());
        let renewal = || store.license(vendor, "l-1", here).unwrap().map(|known| known.renewal);
        let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        assert!(!store.let_renew(vendor, "l-1", here, Some(at)).unwrap(), "it is not known yet");
        store.keep_license(&known).unwrap();
        assert_eq!(renewal(), Some(Renewal::default()));

        // Read before, and kept again after the user said yes, and no.
        let stale = store.license(vendor, "l-1", here).unwrap().unwrap();
        assert!(store.let_renew(vendor, "l-1", here, Some(at)).unwrap());
        assert!(store.note_asked(vendor, "l-1", here, at, 3_600).unwrap());
        store.keep_license(&stale).unwrap();
        let asked = Renewal { agreed_at: Some(at), asked_at: Some(at), again_secs: 3_600 };
        assert_eq!(renewal(), Some(asked));
        let stale = store.license(vendor, "l-1", here).unwrap().unwrap();
        store.let_renew(vendor, "l-1", here, None).unwrap();
        store.keep_license(&stale).unwrap();
        assert_eq!(renewal(), Some(Renewal { agreed_at: None, ..asked }));

        // A license that was forgotten meanwhile is not brought back.
        store.forget_license(vendor, "l-1", here).unwrap();
        assert!(!store.note_asked(vendor, "l-1", here, at, 3_600).unwrap());
        assert_eq!(renewal(), None);
    }

    #[test]
    fn nonsense_is_no_agreement() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        store.keep_license(&crate::licenses::example("l-1")).unwrap();
        let nonsense = "UPDATE license SET renews_since = 'yes', asked_at = 'today', asks_again_secs = -1";
        store.db.execute(nonsense, []).unwrap();
        assert_eq!(store.licenses().unwrap()[0].renewal, Renewal::default());
    }
}
