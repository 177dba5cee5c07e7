//! What the server knows: people, tokens, licenses, machines, in SQLite. It holds nothing real.

mod catalog;
mod license;
mod machine;
mod people;
mod purchase;
mod transfer;
mod trial;
mod usage;
mod validation;

use std::path::Path;

pub(crate) use catalog::{Entitlement, Product};
pub(crate) use license::{Authentication, License, LicenseFilter, Policy};
pub(crate) use machine::{Machine, MachineFilter};
pub(crate) use people::{Token, User};
pub(crate) use purchase::Purchase;
use rusqlite::{Connection, OptionalExtension as _};
use rusqlite_migration::{M, Migrations};
pub(crate) use transfer::Transfer;
pub(crate) use trial::Tried;
pub(crate) use usage::Batch;
pub(crate) use validation::{Scope, validate};

use crate::error::SandboxError;

const DATABASE_FILE: &str = "sandbox.db";

/// Opens the database of a data folder and brings it up to date.
pub(crate) fn open(data_dir: &Path) -> Result<Connection, SandboxError> {
    let mut db = Connection::open(data_dir.join(DATABASE_FILE))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    let schemas = [
        include_str!("schema.sql"),
        include_str!("schema_2.sql"),
        include_str!("schema_3.sql"),
        include_str!("schema_4.sql"),
        include_str!("schema_5.sql"),
        include_str!("schema_6.sql"),
    ];
    Migrations::new(schemas.into_iter().map(M::up).collect()).to_latest(&mut db)?;
    Ok(db)
}

/// A setting of the data folder.
pub(crate) fn setting(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional()
}

/// Keeps a setting of the data folder.
pub(crate) fn set_setting(db: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    db.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", [name, value]).map(|_| ())
}

/// Metadata as it is kept: with snake-case names.
fn metadata(row: &rusqlite::Row<'_>, column: &str) -> rusqlite::Result<serde_json::Value> {
    let text: String = row.get(column)?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}
