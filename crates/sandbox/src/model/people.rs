//! Users and their tokens.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use crate::clock::Time;

/// A customer.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) password: String,
    pub(crate) otp_secret: Option<String>,
    pub(crate) otp_last_step: i64,
    pub(crate) banned: bool,
    pub(crate) created: Time,
}

impl User {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            password: row.get("password")?,
            otp_secret: row.get("otp_secret")?,
            otp_last_step: row.get("otp_last_step")?,
            banned: row.get("banned")?,
            created: row.get("created")?,
        })
    }

    pub(crate) fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM users WHERE id = ?1", [id], Self::read).optional()
    }

    pub(crate) fn by_email(db: &Connection, email: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM users WHERE email = lower(?1)", [email], Self::read).optional()
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO users (id, email, first_name, last_name, password, otp_secret, banned, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                self.id,
                self.email,
                self.first_name,
                self.last_name,
                self.password,
                self.otp_secret,
                self.banned,
                self.created
            ],
        )
        .map(|_| ())
    }

    /// A one-time code works once: no step up to this one counts again.
    pub(crate) fn use_up_step(&self, db: &Connection, step: i64) -> rusqlite::Result<()> {
        db.execute("UPDATE users SET otp_last_step = ?2 WHERE id = ?1", params![self.id, step]).map(|_| ())
    }
}

/// A sign-in. The raw token is shown once and kept as a digest.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) name: Option<String>,
    pub(crate) expiry: Option<Time>,
    pub(crate) created: Time,
}

impl Token {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            user: row.get("user")?,
            name: row.get("name")?,
            expiry: row.get("expiry")?,
            created: row.get("created")?,
        })
    }

    pub(crate) fn insert(&self, db: &Connection, raw: &str) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO tokens (id, user, digest, name, expiry, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.id, self.user, digest(raw), self.name, self.expiry, self.created],
        )
        .map(|_| ())
    }

    pub(crate) fn by_raw(db: &Connection, raw: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM tokens WHERE digest = ?1", [digest(raw)], Self::read).optional()
    }

    /// The tokens of a user, newest first.
    pub(crate) fn of_user(db: &Connection, user: &str) -> rusqlite::Result<Vec<Self>> {
        db.prepare("SELECT * FROM tokens WHERE user = ?1 ORDER BY created DESC, rowid DESC")?
            .query_map([user], Self::read)?
            .collect()
    }

    pub(crate) fn delete(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute("DELETE FROM tokens WHERE id = ?1", [&self.id]).map(|_| ())
    }
}

fn digest(raw: &str) -> Vec<u8> {
    Sha256::digest(raw).to_vec()
}
