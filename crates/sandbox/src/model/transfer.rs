//! Who gave which license to whom.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::clock::Time;

/// A license that was given to somebody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transfer<'a> {
    pub(crate) license: &'a str,
    pub(crate) from: &'a str,
}

impl Transfer<'_> {
    /// To whom it went, if it did.
    pub(crate) fn recipient(&self, db: &Connection) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT recipient FROM transfers WHERE license = ?1 AND from_user = ?2";
        db.query_row(sql, [self.license, self.from], |row| row.get(0)).optional()
    }

    /// From now on the license is the other one's, and its key is another: who had it opens nothing by the old one.
    pub(crate) fn give(
        &self,
        db: &Connection,
        (to, recipient): (&str, &str),
        key: &str,
        now: Time,
    ) -> rusqlite::Result<()> {
        let sql = "UPDATE licenses SET owner = ?2, key = ?3, updated = ?4 WHERE id = ?1";
        db.execute(sql, params![self.license, to, key, now])?;
        // Whoever gives it back and gets it again may give it once more.
        db.execute("DELETE FROM transfers WHERE license = ?1 AND from_user = ?2", [self.license, to])?;
        let sql = "INSERT INTO transfers (license, from_user, recipient, created) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![self.license, self.from, recipient, now]).map(|_| ())
    }
}
