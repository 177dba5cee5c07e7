//! Machines: the seats that are taken (protocol reference 5).

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

use super::license::Policy;
use super::metadata;
use crate::clock::Time;

/// A seat.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) license: String,
    pub(crate) owner: Option<String>,
    pub(crate) fingerprint: String,
    pub(crate) name: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) hostname: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) cores: Option<i64>,
    pub(crate) memory: Option<i64>,
    pub(crate) disk: Option<i64>,
    pub(crate) metadata: Value,
    pub(crate) created: Time,
    pub(crate) updated: Time,
    pub(crate) last_check_out: Option<Time>,
}

/// Which machines a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct MachineFilter {
    pub(crate) license: Option<String>,
    pub(crate) license_owner: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) owner: Option<String>,
}

impl Machine {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            license: row.get("license")?,
            owner: row.get("owner")?,
            fingerprint: row.get("fingerprint")?,
            name: row.get("name")?,
            platform: row.get("platform")?,
            hostname: row.get("hostname")?,
            ip: row.get("ip")?,
            cores: row.get("cores")?,
            memory: row.get("memory")?,
            disk: row.get("disk")?,
            metadata: metadata(row, "metadata")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            last_check_out: row.get("last_check_out")?,
        })
    }

    /// A machine by its id or, as an alias, its fingerprint: then the oldest of those that the filter leaves.
    pub(crate) fn find(
        db: &Connection,
        id_or_fingerprint: &str,
        filter: &MachineFilter,
    ) -> rusqlite::Result<Option<Self>> {
        let mut seen = Self::list(db, filter)?;
        let by_id = seen.iter().position(|machine| machine.id == id_or_fingerprint);
        let position =
            by_id.or_else(|| seen.iter().rposition(|machine| machine.fingerprint == id_or_fingerprint));
        Ok(position.map(|position| seen.swap_remove(position)))
    }

    /// The machines that a filter leaves, newest first.
    pub(crate) fn list(db: &Connection, filter: &MachineFilter) -> rusqlite::Result<Vec<Self>> {
        db.prepare(
            "SELECT machines.* FROM machines JOIN licenses ON licenses.id = machines.license
             JOIN policies ON policies.id = licenses.policy
             WHERE (?1 IS NULL OR licenses.id = ?1 OR licenses.key = ?1)
               AND (?2 IS NULL OR licenses.owner = ?2)
               AND (?3 IS NULL OR machines.fingerprint = ?3)
               AND (?4 IS NULL OR policies.product = ?4)
               AND (?5 IS NULL OR machines.owner = ?5)
             ORDER BY machines.created DESC, machines.rowid DESC",
        )?
        .query_map(
            params![filter.license, filter.license_owner, filter.fingerprint, filter.product, filter.owner],
            Self::read,
        )?
        .collect()
    }

    pub(crate) fn id_exists(db: &Connection, id: &str) -> rusqlite::Result<bool> {
        db.query_row("SELECT 1 FROM machines WHERE id = ?1", [id], |_| Ok(()))
            .optional()
            .map(|row| row.is_some())
    }

    /// Whether a machine with this fingerprint exists where the policy wants it to be unique.
    pub(crate) fn is_taken(
        db: &Connection,
        license: &str,
        policy: &Policy,
        fingerprint: &str,
    ) -> rusqlite::Result<bool> {
        let within = match policy.uniqueness.as_str() {
            "UNIQUE_PER_ACCOUNT" => "?2 = ?2 AND ?3 = ?3 AND ?4 = ?4",
            "UNIQUE_PER_PRODUCT" => "policies.product = ?4 AND ?2 = ?2 AND ?3 = ?3",
            "UNIQUE_PER_POLICY" => "policies.id = ?3 AND ?2 = ?2 AND ?4 = ?4",
            _ => "licenses.id = ?2 AND ?3 = ?3 AND ?4 = ?4",
        };
        let sql = format!(
            "SELECT 1 FROM machines JOIN licenses ON licenses.id = machines.license
             JOIN policies ON policies.id = licenses.policy WHERE machines.fingerprint = ?1 AND {within} LIMIT 1"
        );
        db.query_row(&sql, params![fingerprint, license, policy.id, policy.product], |_| Ok(()))
            .optional()
            .map(|row| row.is_some())
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO machines (id, license, owner, fingerprint, name, platform, hostname, ip, cores, memory,
             disk, metadata, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                self.id,
                self.license,
                self.owner,
                self.fingerprint,
                self.name,
                self.platform,
                self.hostname,
                self.ip,
                self.cores,
                self.memory,
                self.disk,
                self.metadata.to_string(),
                self.created,
                self.updated
            ],
        )
        .map(|_| ())
    }

    /// Keeps the labels, which are all that may change.
    pub(crate) fn update_labels(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "UPDATE machines SET name = ?2, platform = ?3, hostname = ?4, ip = ?5, updated = ?6 WHERE id = ?1",
            params![self.id, self.name, self.platform, self.hostname, self.ip, self.updated],
        )
        .map(|_| ())
    }

    pub(crate) fn set_checked_out(&self, db: &Connection, now: Time) -> rusqlite::Result<()> {
        db.execute("UPDATE machines SET last_check_out = ?2 WHERE id = ?1", params![self.id, now]).map(|_| ())
    }

    pub(crate) fn delete(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute("DELETE FROM machines WHERE id = ?1", [&self.id]).map(|_| ())
    }
}
