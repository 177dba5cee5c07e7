//! What the server holds, read where it keeps it: nobody in between, and nothing of its own telling.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The memory of a sandbox.
pub(crate) struct Server(Connection);

/// Machines as they lie there, to be put back.
pub(crate) type Rows = Vec<Vec<Value>>;

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

    /// Every machine as it lies there.
    pub(crate) fn machines(&self) -> Rows {
        let mut statement = self.0.prepare_cached("SELECT * FROM machines").unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    }

    /// These machines and no others, and nothing registered.
    pub(crate) fn set(&mut self, machines: &Rows) {
        let transaction = self.0.transaction().unwrap();
        transaction.execute("DELETE FROM machines", []).unwrap();
        for machine in machines {
            let places = vec!["?"; machine.len()].join(", ");
            let sql = format!("INSERT INTO machines VALUES ({places})");
            transaction.execute(&sql, params_from_iter(machine)).unwrap();
        }
        let unclaimed = "SELECT license FROM purchases WHERE state = 'unclaimed'";
        transaction
            .execute(&format!("UPDATE licenses SET owner = NULL WHERE id IN ({unclaimed})"), [])
            .unwrap();
        transaction.commit().unwrap();
    }
}
