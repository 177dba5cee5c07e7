//! Products and entitlements.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::clock::Time;

/// A product of the manifest.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) created: Time,
}

impl Product {
    pub(crate) fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM products WHERE id = ?1", [id], |row| {
            Ok(Self {
                id: row.get("id")?,
                code: row.get("code")?,
                name: row.get("name")?,
                created: row.get("created")?,
            })
        })
        .optional()
    }

    /// Adds the product, or renames it if the manifest did.
    pub(crate) fn upsert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO products (id, code, name, created) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET code = ?2, name = ?3",
            params![self.id, self.code, self.name, self.created],
        )
        .map(|_| ())
    }
}

/// A feature that a license includes.
#[derive(Clone, Debug)]
pub(crate) struct Entitlement {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) created: Time,
}

impl Entitlement {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            code: row.get("code")?,
            name: row.get("name")?,
            created: row.get("created")?,
        })
    }

    pub(crate) fn of_license(db: &Connection, license: &str) -> rusqlite::Result<Vec<Self>> {
        db.prepare(
            "SELECT entitlements.* FROM entitlements JOIN license_entitlements ON entitlement = id
             WHERE license = ?1 ORDER BY code",
        )?
        .query_map([license], Self::read)?
        .collect()
    }

    pub(crate) fn by_code(db: &Connection, code: &str) -> rusqlite::Result<Option<Self>> {
        db.query_row("SELECT * FROM entitlements WHERE code = ?1", [code], Self::read).optional()
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO entitlements (id, code, name, created) VALUES (?1, ?2, ?3, ?4)",
            params![self.id, self.code, self.name, self.created],
        )
        .map(|_| ())
    }

    pub(crate) fn grant_to(&self, db: &Connection, license: &str) -> rusqlite::Result<()> {
        db.execute("INSERT INTO license_entitlements VALUES (?1, ?2)", [license, &self.id]).map(|_| ())
    }
}
