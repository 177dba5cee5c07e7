-- What the account's own list said of its licenses, without keys: those lie among the secrets. It is the server's word of
-- another day, so it proves nothing and installs nothing.
CREATE TABLE owned (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    license_id  TEXT NOT NULL,
    product     TEXT,                                           -- none where the server names none
    terms       TEXT NOT NULL,
    expires_at  TEXT,
    seats_limit INTEGER,                                        -- none: no limit
    seats_taken INTEGER NOT NULL,
    protected   INTEGER NOT NULL CHECK (protected IN (0, 1)),
    barred      INTEGER NOT NULL CHECK (barred IN (0, 1)),      -- suspended or banned
    key_hint    TEXT NOT NULL CHECK (length(key_hint) <= 4),    -- never the key
    PRIMARY KEY (vendor, root, license_id)
) STRICT, WITHOUT ROWID;
-- When the list was read, by the sign-in that stands.
ALTER TABLE account ADD COLUMN licenses_read_at TEXT;
