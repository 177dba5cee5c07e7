//! The licenses known on this computer. It refuses keys: a hint of four characters at most tells one from another.

use gatefold_license::{LicenseKey, Terms};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::renewal::Renewal;
use crate::row::{Time, words};
use crate::{Store, StoreError, VendorKey};

/// What is remembered of a license, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLicense {
    /// Whose license.
    pub vendor: VendorKey,
    /// The server's id of it.
    pub license_id: String,
    /// The product's id in the vendor file.
    pub product: String,
    /// Perpetual, subscription or trial.
    pub terms: Terms,
    /// When the right ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When the installed file ends, if it does.
    pub refresh_by: Option<Timestamp>,
    /// The id of the computer's seat, if it has one.
    pub machine_id: Option<String>,
    /// The identifier of the computer that holds the seat: several may share a home. None where there is no seat, and
    /// where an older version did not note it.
    pub identifier: Option<String>,
    /// The user at the vendor whose sign-in took the seat; none where the key did.
    pub user_id: Option<String>,
    /// The name this computer has in the vendor's list, if one was sent.
    pub device_name: Option<String>,
    /// When the first file of this license came to this computer; the refund window is counted from it.
    pub first_file_at: Timestamp,
    /// The ledger entries of the last activation: their bytes are kept as long as the license is here.
    pub activation_entries: Vec<i64>,
    /// The end of the key.
    pub key_hint: KeyHint,
    /// When the vendor said that the computer's seat is gone; none where it did not, or a file came since.
    pub seat_gone_at: Option<Timestamp>,
    /// When the seat was asked to be given back and no answer told what became of it; none where one did, or a file came since.
    pub release_asked_at: Option<Timestamp>,
    /// Whether it may be asked about without the user's word each time, and when it was. Keeping a license leaves it as it
    /// is.
    pub renewal: Renewal,
}

/// The last four characters of a license key; nothing of a key so short that four would tell much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyHint(String);

/// A key is hinted at only when at least this many characters stay hidden.
const HIDDEN_MIN_CHARS: usize = 8;
const HINT_CHARS: usize = 4;

impl KeyHint {
    /// The hint of a key.
    pub fn of(key: &LicenseKey) -> Self {
        // Exposed to be cut: no more than four characters go on.
        let key = key.expose();
        let len = key.chars().count();
        let shown = if len < HIDDEN_MIN_CHARS + HINT_CHARS { 0 } else { HINT_CHARS };
        Self(key.chars().skip(len - shown).collect())
    }

    /// The characters, none or four.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in a column; the database holds it to four characters.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }
}

words!(TermsWord { Perpetual = "perpetual", Subscription = "subscription", Trial = "trial" });

/// [`Terms`] in a column.
pub(crate) enum TermsWord {
    Perpetual,
    Subscription,
    Trial,
}

impl From<Terms> for TermsWord {
    fn from(terms: Terms) -> Self {
        match terms {
            Terms::Perpetual => Self::Perpetual,
            Terms::Subscription => Self::Subscription,
            Terms::Trial => Self::Trial,
        }
    }
}

impl From<TermsWord> for Terms {
    fn from(word: TermsWord) -> Self {
        match word {
            TermsWord::Perpetual => Self::Perpetual,
            TermsWord::Subscription => Self::Subscription,
            TermsWord::Trial => Self::Trial,
        }
    }
}

const COLUMNS: &str = "vendor, root, license_id, product, terms, expires_at, refresh_by, machine_id, device_name, \
     first_file_at, activation_entries, key_hint, user_id, identifier, seat_gone_at, release_asked_at";
/// What is read beside them, and written by itself.
const RENEWAL: &str = "renews_since, asked_at, asks_again_secs";

impl Store {
    /// Keeps what is known of a license on one computer, in place of what was.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_license(&self, license: &KnownLicense) -> Result<(), StoreError> {
        if license.identifier.is_some() {
            // The same, noted before identifiers were.
            let sql =
                "DELETE FROM license WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND identifier = ''
                       AND (machine_id IS NULL OR machine_id IS ?4)";
            let vendor = &license.vendor;
            self.db.execute(sql, params![vendor.id, vendor.root, license.license_id, license.machine_id])?;
        }
        let sql = format!(
            "INSERT INTO license ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT DO UPDATE SET product = ?4, terms = ?5, expires_at = ?6, refresh_by = ?7, machine_id = ?8,
                 device_name = ?9, first_file_at = ?10, activation_entries = ?11, key_hint = ?12, user_id = ?13,
                 seat_gone_at = ?15, release_asked_at = ?16"
        );
        self.db.execute(
            &sql,
            params![
                license.vendor.id,
                license.vendor.root,
                license.license_id,
                license.product,
                TermsWord::from(license.terms),
                license.expires_at.map(Time),
                license.refresh_by.map(Time),
                license.machine_id,
                license.device_name,
                Time(license.first_file_at),
                serde_json::to_string(&license.activation_entries).map_err(|_| StoreError::Damaged)?,
                license.key_hint.0,
                license.user_id,
                license.identifier.as_deref().unwrap_or_default(),
                license.seat_gone_at.map(Time),
                license.release_asked_at.map(Time),
            ],
        )?;
        Ok(())
    }

    /// Every license known, by vendor and id.
    ///
    /// # Errors
    /// What the database says.
    pub fn licenses(&self) -> Result<Vec<KnownLicense>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS}, {RENEWAL} FROM license ORDER BY vendor, root, license_id, identifier");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], KnownLicense::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The id of every license known, with the end of its key.
    ///
    /// # Errors
    /// What the database says.
    pub fn key_hints(&self) -> Result<Vec<(String, KeyHint)>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT license_id, key_hint FROM license")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, KeyHint::kept(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a license of this vendor is known on the computer of this identifier.
    ///
    /// # Errors
    /// What the database says.
    pub fn knows_computer(&self, vendor: &VendorKey, identifier: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM license WHERE vendor = ?1 AND root = ?2 AND identifier = ?3)";
        let mut statement = self.db.prepare_cached(sql)?;
        Ok(statement.query_row(params![vendor.id, vendor.root, identifier], |row| row.get(0))?)
    }

    /// One license on the computer of this identifier (none: bound to the account), if it is known. What was noted
    /// without an identifier is taken for this computer's, unless there is better.
    ///
    /// # Errors
    /// What the database says.
    pub fn license(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        identifier: Option<&str>,
    ) -> Result<Option<KnownLicense>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, {RENEWAL} FROM license WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND identifier IN (?4, '')
             ORDER BY identifier DESC LIMIT 1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let which = params![vendor.id, vendor.root, license_id, identifier.unwrap_or_default()];
        Ok(statement.query_row(which, KnownLicense::from_row).optional()?)
    }

    /// Forgets what [`Store::license`] finds; whether there was anything.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_license(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        identifier: Option<&str>,
    ) -> Result<bool, StoreError> {
        let Some(known) = self.license(vendor, license_id, identifier)? else { return Ok(false) };
        let sql =
            "DELETE FROM license WHERE vendor = ?1 AND root = ?2 AND license_id = ?3 AND identifier = ?4";
        let which = params![vendor.id, vendor.root, license_id, known.identifier.unwrap_or_default()];
        Ok(self.db.execute(sql, which)? > 0)
    }
}

impl KnownLicense {
    /// By their places in [`COLUMNS`] and [`RENEWAL`]: of a thousand licenses most of the time went to looking for names.
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let time =
            |place: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<Time>>(place)?.map(|time| time.0));
        Ok(Self {
            vendor: VendorKey { id: row.get(0)?, root: row.get(1)? },
            license_id: row.get(2)?,
            product: row.get(3)?,
            terms: row.get::<_, TermsWord>(4)?.into(),
            expires_at: time(5)?,
            refresh_by: time(6)?,
            machine_id: row.get(7)?,
            device_name: row.get(8)?,
            first_file_at: row.get::<_, Time>(9)?.0,
            // What is not a list of numbers keeps nothing.
            activation_entries: serde_json::from_str(row.get_ref(10)?.as_str()?).unwrap_or_default(),
            key_hint: KeyHint::kept(row.get(11)?),
            user_id: row.get(12)?,
            identifier: Some(row.get(13)?).filter(|identifier: &String| !identifier.is_empty()),
            // What is no time is as good as none: the next refresh asks again.
            seat_gone_at: time(14).ok().flatten(),
            release_asked_at: time(15).ok().flatten(),
            renewal: Renewal::from_row(row, 16),
        })
    }
}

#[cfg(test)]
pub(crate) fn example(license_id: &str) -> KnownLicense {
    KnownLicense {
        vendor: VendorKey { id: "sleeve".into(), root: [7; 32] },
        license_id: license_id.into(),
        product: "gatefold-eq".into(),
        terms: Terms::Perpetual,
        expires_at: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        refresh_by: None,
        machine_id: Some("m-1".into()),
        identifier: Some("gf1-here".into()),
        user_id: Some("u-1".into()),
        device_name: None,
        activation_entries: vec![1, 2],
        first_file_at: "2026-11-01T00:00:00Z".parse().unwrap(),
        key_hint: KeyHint("EFGH".into()),
        seat_gone_at: Some("2026-11-28T00:00:00Z".parse().unwrap()),
        release_asked_at: Some("2026-11-29T00:00:00Z".parse().unwrap()),
        renewal: Renewal::default(),
    }
}

/// One that the database refuses.
#[cfg(test)]
pub(crate) fn example_with_whole_key(license_id: &str) -> KnownLicense {
    KnownLicense { key_hint: KeyHint("SLEEVE-DEMO".into()), ..example(license_id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_four_characters_or_nothing() {
        fn check(key: &str, expect: &str) {
            assert_eq!(KeyHint::of(&LicenseKey::new(key).unwrap()).as_str(), expect, "{key}");
        }
        check("SLEEVE-DEMO-ABCD-EFGH", "EFGH");
        check("123456789012", "9012");
        check("12345678901", "");
        check("k", "");
        check("ключ-ключ-ключ", "ключ");
    }

    fn known(license_id: &str, terms: Terms) -> KnownLicense {
        KnownLicense { terms, ..example(license_id) }
    }

    #[test]
    fn licenses_are_kept_replaced_and_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let all = [known("a", Terms::Perpetual), known("b", Terms::Subscription), known("c", Terms::Trial)];
        for license in all.iter().rev() {
            store.keep_license(license).unwrap();
        }
        assert_eq!(store.licenses().unwrap(), all);

        let renamed = KnownLicense { device_name: Some("rack".into()), ..all[1].clone() };
        store.keep_license(&renamed).unwrap();
        let here = Some("gf1-here");
        assert_eq!(store.license(&renamed.vendor, "b", here).unwrap().as_ref(), Some(&renamed));
        assert_eq!(store.licenses().unwrap().len(), 3);

        let stranger = VendorKey { root: [8; 32], ..renamed.vendor.clone() };
        assert_eq!(store.license(&stranger, "b", here).unwrap(), None);
        assert!(!store.forget_license(&stranger, "b", here).unwrap());
        assert!(store.forget_license(&renamed.vendor, "b", here).unwrap());
        assert_eq!(store.license(&renamed.vendor, "b", here).unwrap(), None);
    }

    #[test]
    fn each_computer_of_a_home_has_its_own_seat() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let on = |identifier: Option<&str>, seat: &str| KnownLicense {
            identifier: identifier.map(str::to_owned),
            machine_id: Some(seat.into()),
            ..example("a")
        };
        let seat = |identifier: &str| {
            let known = store.license(&example("a").vendor, "a", Some(identifier)).unwrap();
            known.and_then(|known| known.machine_id)
        };
        // Noted by an older version: whoever asks takes it for their own, until they know better.
        store.keep_license(&on(None, "m-1")).unwrap();
        assert_eq!((seat("gf1-here"), seat("gf1-there")), (Some("m-1".into()), Some("m-1".into())));
        store.keep_license(&on(Some("gf1-there"), "m-2")).unwrap();
        store.keep_license(&on(Some("gf1-here"), "m-1")).unwrap();
        assert_eq!(store.licenses().unwrap().len(), 2, "the old note of the same seat stays");
        assert_eq!((seat("gf1-here"), seat("gf1-there")), (Some("m-1".into()), Some("m-2".into())));
        assert!(store.forget_license(&example("a").vendor, "a", Some("gf1-here")).unwrap());
        assert_eq!((seat("gf1-here"), seat("gf1-there")), (None, Some("m-2".into())));
    }

    #[test]
    fn the_database_itself_refuses_a_whole_key() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        assert_eq!(store.keep_license(&example_with_whole_key("a")).unwrap_err().code(), "store.database");
    }
}
