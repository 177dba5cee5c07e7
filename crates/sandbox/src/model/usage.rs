//! Uploads of usage: taken once each, and erased for good.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::clock::Time;

/// What is known of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    /// Nothing.
    New,
    /// It was taken.
    Taken,
    /// It was erased.
    Erased,
}

impl Batch {
    pub(crate) fn find(db: &Connection, id: &str) -> rusqlite::Result<Self> {
        let sql = "SELECT body IS NULL FROM usage_batches WHERE id = ?1";
        let is_erased: Option<bool> = db.query_row(sql, [id], |row| row.get(0)).optional()?;
        Ok(is_erased.map_or(Self::New, |is_erased| if is_erased { Self::Erased } else { Self::Taken }))
    }

    pub(crate) fn take(
        db: &Connection,
        id: &str,
        now: Time,
        points: u32,
        body: &str,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO usage_batches (id, received, points, body) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![id, now, points, body]).map(|_| ())
    }

    /// Also of one that has not come yet: it may be on its way.
    pub(crate) fn erase(db: &Connection, id: &str, now: Time) -> rusqlite::Result<()> {
        let sql = "INSERT INTO usage_batches (id, received, points, body) VALUES (?1, ?2, 0, NULL)
                   ON CONFLICT DO UPDATE SET points = 0, body = NULL";
        db.execute(sql, params![id, now]).map(|_| ())
    }
}
