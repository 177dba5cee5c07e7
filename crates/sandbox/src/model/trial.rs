//! Who tried what: one trial of a product for each computer or account.

use rusqlite::{Connection, OptionalExtension as _, params};

/// Of which product, and by whom: a computer, an account, or both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried<'a> {
    pub(crate) product: &'a str,
    pub(crate) fingerprint: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
}

impl Tried<'_> {
    /// The license of the trial that they had.
    pub(crate) fn license(&self, db: &Connection) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT license FROM trials WHERE product = ?1 AND (fingerprint = ?2 OR user = ?3)";
        let had = params![self.product, self.fingerprint, self.user];
        db.query_row(sql, had, |row| row.get(0)).optional()
    }

    pub(crate) fn note(&self, db: &Connection, license: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO trials (license, product, fingerprint, user) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![license, self.product, self.fingerprint, self.user]).map(|_| ())
    }
}
