//! What the server holds, read where it keeps it: nobody in between, and nothing of its own telling.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The memory of a sandbox.
pub(crate) struct Server(Connection);

/// What cases change, each table after those that it refers to.
const TABLES: [&str; 6] = ["policies", "licenses", "license_entitlements", "machines", "trials", "transfers"];

/// All of that as it lies there, to be put back.
pub(crate) type Rows = [Vec<Vec<Value>>; TABLES.len()];

/// A seat that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) identifier: String,
    pub(crate) name: Option<String>,
}

/// Seats by their ids.
pub(crate) type Seats = BTreeMap<String, Seat>;

impl Server {
    pub(crate) fn of(data_dir: &Path) -> Self {
        let db = Connection::open(data_dir.join("sandbox.db")).unwrap();
        db.busy_timeout(Duration::from_secs(10)).unwrap();
        Self(db)
    }

    /// The seats of a license.
    pub(crate) fn seats(&self, license_id: &str) -> Seats {
        let mut statement =
            self.0.prepare_cached("SELECT id, fingerprint, name FROM machines WHERE license = ?1").unwrap();
        let seat =
            |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Seat { identifier: row.get(1)?, name: row.get(2)? }));
        statement.query_map([license_id], seat).unwrap().map(Result::unwrap).collect()
    }

    /// Whether a license is somebody's.
    pub(crate) fn is_owned(&self, license_id: &str) -> bool {
        let sql = "SELECT owner IS NOT NULL FROM licenses WHERE id = ?1";
        self.0.query_row(sql, [license_id], |row| row.get(0)).unwrap()
    }

    /// The license that is claimed with this serial number.
    pub(crate) fn license_of_serial(&self, serial: &str) -> String {
        let sql = "SELECT license FROM purchases WHERE serial = ?1";
        self.0.query_row(sql, [serial], |row| row.get(0)).unwrap()
    }

    /// Of every trial that was begun, the license and its key.
    pub(crate) fn trials(&self) -> Vec<(String, String)> {
        let sql = "SELECT id, key FROM licenses WHERE id IN (SELECT license FROM trials)";
        let mut statement = self.0.prepare_cached(sql).unwrap();
        let trial = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        statement.query_map([], trial).unwrap().map(Result::unwrap).collect()
    }

    /// Whether a license was given to somebody else.
    pub(crate) fn is_given(&self, license_id: &str) -> bool {
        let sql = "SELECT count(*) > 0 FROM transfers WHERE license = ?1";
        self.0.query_row(sql, [license_id], |row| row.get(0)).unwrap()
    }

    /// What cases change, as it lies there.
    pub(crate) fn rows(&self) -> Rows {
        TABLES.map(|table| {
            let mut statement = self.0.prepare_cached(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
            statement.query_map([], row).unwrap().map(Result::unwrap).collect()
        })
    }

    /// These rows and no others.
    pub(crate) fn set(&mut self, rows: &Rows) {
        let transaction = self.0.transaction().unwrap();
        transaction.pragma_update(None, "defer_foreign_keys", true).unwrap();
        for (table, rows) in TABLES.iter().zip(rows) {
            transaction.execute(&format!("DELETE FROM {table}"), []).unwrap();
            for row in rows {
                let places = vec!["?"; row.len()].join(", ");
                let mut insert =
                    transaction.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})")).unwrap();
                insert.execute(params_from_iter(row)).unwrap();
            }
        }
        transaction.commit().unwrap();
    }
}
