-- A home may be shared by several computers, or come to another one: which of them holds the seat. Empty where there is
-- none, and in rows that are older than this step.
CREATE TABLE license_4 (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    license_id  TEXT NOT NULL,
    identifier  TEXT NOT NULL,
    product     TEXT NOT NULL,
    terms       TEXT NOT NULL,
    expires_at  TEXT,
    refresh_by  TEXT,
    machine_id  TEXT,
    user_id     TEXT,
    device_name TEXT,
    first_file_at TEXT NOT NULL,
    activation_entries TEXT NOT NULL,                           -- JSON list of ledger entries
    key_hint    TEXT NOT NULL CHECK (length(key_hint) <= 4),    -- never the key
    PRIMARY KEY (vendor, root, license_id, identifier)
) STRICT, WITHOUT ROWID;
INSERT INTO license_4 SELECT vendor, root, license_id, '', product, terms, expires_at, refresh_by, machine_id, user_id,
    device_name, first_file_at, activation_entries, key_hint FROM license;
DROP TABLE license;
ALTER TABLE license_4 RENAME TO license;

ALTER TABLE intent ADD COLUMN identifier TEXT NOT NULL DEFAULT '';
