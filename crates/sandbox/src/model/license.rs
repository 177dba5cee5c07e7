//! Licenses and the policies they follow (protocol reference 4).

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

use super::metadata;
use crate::clock::Time;

/// A license is "expiring" for its last three days, and "inactive" when nobody used it for 90 days.
const EXPIRING_DAYS: i64 = 3;
const INACTIVE_DAYS: i64 = 90;

/// How a license may prove itself: the policy's `authenticationStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// By tokens alone, which is the default of a real server.
    Token,
    /// By its key alone.
    License,
    /// By either.
    Mixed,
}

impl Authentication {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "TOKEN",
            Self::License => "LICENSE",
            Self::Mixed => "MIXED",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "LICENSE" => Self::License,
            "MIXED" => Self::Mixed,
            _ => Self::Token,
        }
    }

    pub(crate) const fn allows_key(self) -> bool {
        matches!(self, Self::License | Self::Mixed)
    }
}

/// What the licenses of one kind have in common.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) product: String,
    pub(crate) name: String,
    pub(crate) strict: bool,
    pub(crate) floating: bool,
    pub(crate) max_machines: Option<u32>,
    pub(crate) protected: bool,
    pub(crate) authentication: Authentication,
    /// `RESTRICT_ACCESS`, `REVOKE_ACCESS`, `MAINTAIN_ACCESS` or `ALLOW_ACCESS`.
    pub(crate) expiration: String,
    /// `UNIQUE_PER_LICENSE`, `…_POLICY`, `…_PRODUCT` or `…_ACCOUNT`.
    pub(crate) uniqueness: String,
    /// `NO_OVERAGE`, `ALLOW_1_25X_OVERAGE`, `ALLOW_1_5X_OVERAGE`, `ALLOW_2X_OVERAGE` or `ALWAYS_ALLOW_OVERAGE`.
    pub(crate) overage: String,
    /// Told to whoever asks, and never enforced: no machine is taken for want of a heartbeat.
    pub(crate) require_heartbeat: bool,
    pub(crate) created: Time,
}

impl Policy {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            product: row.get("product")?,
            name: row.get("name")?,
            strict: row.get("strict")?,
            floating: row.get("floating")?,
            max_machines: row.get("max_machines")?,
            protected: row.get("protected")?,
            authentication: Authentication::parse(&row.get::<_, String>("authentication")?),
            expiration: row.get("expiration")?,
            uniqueness: row.get("uniqueness")?,
            overage: row.get("overage")?,
            require_heartbeat: row.get("require_heartbeat")?,
            created: row.get("created")?,
        })
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO policies (id, product, name, strict, floating, max_machines, protected, authentication,
             expiration, uniqueness, overage, created, require_heartbeat)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                self.id,
                self.product,
                self.name,
                self.strict,
                self.floating,
                self.max_machines,
                self.protected,
                self.authentication.as_str(),
                self.expiration,
                self.uniqueness,
                self.overage,
                self.created,
                self.require_heartbeat
            ],
        )
        .map(|_| ())
    }

    /// Whether so many machines are allowed, overage included. The first always is.
    pub(crate) fn allows_machines(&self, count: u32) -> bool {
        let Some(max) = self.max_machines else { return true };
        let quarters = match self.overage.as_str() {
            "ALLOW_1_25X_OVERAGE" => 5,
            "ALLOW_1_5X_OVERAGE" => 6,
            "ALLOW_2X_OVERAGE" => 8,
            "ALWAYS_ALLOW_OVERAGE" => return true,
            _ => 4,
        };
        count <= 1 || u64::from(count) * 4 <= u64::from(max) * quarters
    }
}

/// A license.
#[derive(Clone, Debug)]
pub(crate) struct License {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) policy: Policy,
    pub(crate) owner: Option<String>,
    pub(crate) owner_banned: bool,
    pub(crate) expiry: Option<Time>,
    pub(crate) suspended: bool,
    pub(crate) metadata: Value,
    pub(crate) machines_count: u32,
    pub(crate) created: Time,
    pub(crate) updated: Time,
    pub(crate) last_validated: Option<Time>,
    pub(crate) last_check_out: Option<Time>,
}

/// Which licenses a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct LicenseFilter {
    pub(crate) owner: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) metadata: Vec<(String, String)>,
}

const SELECT: &str = "SELECT licenses.*, coalesce(users.banned, 0) AS owner_banned,
    (SELECT count(*) FROM machines WHERE license = licenses.id) AS machines_count
    FROM licenses LEFT JOIN users ON users.id = licenses.owner";

impl License {
    fn read(db: &Connection, row: &Row<'_>) -> rusqlite::Result<Self> {
        let policy: String = row.get("policy")?;
        Ok(Self {
            id: row.get("id")?,
            key: row.get("key")?,
            name: row.get("name")?,
            policy: db.query_row("SELECT * FROM policies WHERE id = ?1", [policy], Policy::read)?,
            owner: row.get("owner")?,
            owner_banned: row.get("owner_banned")?,
            expiry: row.get("expiry")?,
            suspended: row.get("suspended")?,
            metadata: metadata(row, "metadata")?,
            machines_count: row.get("machines_count")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            last_validated: row.get("last_validated")?,
            last_check_out: row.get("last_check_out")?,
        })
    }

    /// A license by its id or, as an alias, its key.
    pub(crate) fn find(db: &Connection, id_or_key: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("{SELECT} WHERE licenses.id = ?1 OR licenses.key = ?1");
        db.query_row(&sql, [id_or_key], |row| Self::read(db, row)).optional()
    }

    pub(crate) fn by_key(db: &Connection, key: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("{SELECT} WHERE licenses.key = ?1");
        db.query_row(&sql, [key], |row| Self::read(db, row)).optional()
    }

    /// The licenses that a filter leaves, newest first.
    pub(crate) fn list(db: &Connection, filter: &LicenseFilter, now: Time) -> rusqlite::Result<Vec<Self>> {
        let sql = format!("{SELECT} ORDER BY licenses.created DESC, licenses.rowid DESC");
        let all: Vec<Self> =
            db.prepare(&sql)?.query_map([], |row| Self::read(db, row))?.collect::<rusqlite::Result<_>>()?;
        Ok(all.into_iter().filter(|license| license.fits(filter, now)).collect())
    }

    fn fits(&self, filter: &LicenseFilter, now: Time) -> bool {
        let is =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        is(&filter.owner, self.owner.as_deref().unwrap_or_default())
            && is(&filter.product, &self.policy.product)
            && is(&filter.policy, &self.policy.id)
            && filter.status.as_deref().is_none_or(|status| status.eq_ignore_ascii_case(self.status(now)))
            && filter
                .metadata
                .iter()
                .all(|(name, value)| self.metadata.get(name).and_then(Value::as_str) == Some(value))
    }

    pub(crate) fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        db.execute(
            "INSERT INTO licenses (id, key, name, policy, owner, expiry, suspended, metadata, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                self.id,
                self.key,
                self.name,
                self.policy.id,
                self.owner,
                self.expiry,
                self.suspended,
                self.metadata.to_string(),
                self.created,
                self.updated
            ],
        )
        .map(|_| ())
    }

    pub(crate) fn is_expired(&self, now: Time) -> bool {
        self.expiry.is_some_and(|expiry| expiry <= now)
    }

    /// The word of the API for its state.
    pub(crate) fn status(&self, now: Time) -> &'static str {
        let last_used = self.last_validated.max(self.last_check_out).unwrap_or(self.created);
        if self.owner_banned {
            "BANNED"
        } else if self.suspended {
            "SUSPENDED"
        } else if self.is_expired(now) {
            "EXPIRED"
        } else if self.expiry.is_some_and(|expiry| expiry <= now.plus_days(EXPIRING_DAYS)) {
            "EXPIRING"
        } else if last_used <= now.plus_days(-INACTIVE_DAYS) {
            "INACTIVE"
        } else {
            "ACTIVE"
        }
    }

    pub(crate) fn set_suspended(&self, db: &Connection, suspended: bool, now: Time) -> rusqlite::Result<()> {
        db.execute(
            "UPDATE licenses SET suspended = ?2, updated = ?3 WHERE id = ?1",
            params![self.id, suspended, now],
        )
        .map(|_| ())
    }

    pub(crate) fn set_validated(&self, db: &Connection, now: Time) -> rusqlite::Result<()> {
        db.execute("UPDATE licenses SET last_validated = ?2 WHERE id = ?1", params![self.id, now]).map(|_| ())
    }

    pub(crate) fn set_checked_out(&self, db: &Connection, now: Time) -> rusqlite::Result<()> {
        db.execute("UPDATE licenses SET last_check_out = ?2 WHERE id = ?1", params![self.id, now]).map(|_| ())
    }
}
