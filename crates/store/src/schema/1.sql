-- Times are RFC 3339 text in UTC. A vendor is an id and the 32 raw bytes of its root key.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL                 -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE vendor (
    vendor    TEXT NOT NULL,
    root      BLOB NOT NULL CHECK (length(root) = 32),
    version   INTEGER NOT NULL,
    agreed_at TEXT NOT NULL,
    file      BLOB NOT NULL,            -- vendor.toml, byte for byte
    signature TEXT NOT NULL,            -- its .minisig
    PRIMARY KEY (vendor, root)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    vendor           TEXT NOT NULL,
    root             BLOB NOT NULL CHECK (length(root) = 32),
    email            TEXT NOT NULL,
    user_id          TEXT,
    token_id         TEXT NOT NULL,
    token_expires_at TEXT,
    signed_in_at     TEXT NOT NULL,
    PRIMARY KEY (vendor, root)
) STRICT, WITHOUT ROWID;

CREATE TABLE license (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    license_id  TEXT NOT NULL,
    product     TEXT NOT NULL,
    terms       TEXT NOT NULL,
    expires_at  TEXT,
    refresh_by  TEXT,
    machine_id  TEXT,
    device_name TEXT,
    first_file_at TEXT NOT NULL,
    activation_entries TEXT NOT NULL,                           -- JSON list of ledger entries
    key_hint    TEXT NOT NULL CHECK (length(key_hint) <= 4),    -- never the key
    PRIMARY KEY (vendor, root, license_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
    id         BLOB PRIMARY KEY CHECK (length(id) = 16),
    kind       TEXT NOT NULL,
    vendor     TEXT NOT NULL,
    root       BLOB NOT NULL CHECK (length(root) = 32),
    license_id TEXT NOT NULL,
    machine_id BLOB CHECK (length(machine_id) = 16),
    product    TEXT NOT NULL,
    step       INTEGER NOT NULL,
    started_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
