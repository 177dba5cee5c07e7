//! What was bought in a box: a license without an owner, and what came in the box to prove it.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::clock::Time;

/// A product that somebody bought.
#[derive(Clone, Debug)]
pub(crate) struct Purchase {
    pub(crate) license: String,
    pub(crate) serial: Option<String>,
    pub(crate) unlock_code: Option<String>,
    pub(crate) state: String,
}

impl Purchase {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            license: row.get("license")?,
            serial: row.get("serial")?,
            unlock_code: row.get("unlock_code")?,
            state: row.get("state")?,
        })
    }

    pub(crate) fn by_serial(db: &Connection, serial: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM purchases WHERE serial = ?1", [serial], Self::read).optional()
    }

    /// Where the product alone is told: the user's own, else one that nobody has.
    pub(crate) fn of_product(db: &Connection, product: &str, user: &str) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT purchases.* FROM purchases JOIN licenses ON licenses.id = license
            JOIN policies ON policies.id = policy
            WHERE serial IS NULL AND product = ?1 AND (owner IS NULL OR owner = ?2) ORDER BY owner IS NULL";
        db.query_row(sql, [product, user], Self::read).optional()
    }

    pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Self>> {
        db.prepare("SELECT * FROM purchases ORDER BY rowid")?.query_map([], Self::read)?.collect()
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO purchases (license, serial, unlock_code, state) VALUES (?1, ?2, ?3, ?4)",
            params![self.license, self.serial, self.unlock_code, self.state],
        )
        .map(|_| ())
    }

    /// The license is the user's from now on.
    pub(crate) fn give_to(&self, db: &Connection, user: &str, now: Time) -> rusqlite::Result<()> {
        let sql = "UPDATE licenses SET owner = ?2, updated = ?3 WHERE id = ?1";
        db.execute(sql, params![self.license, user, now]).map(|_| ())
    }
}
