-- Usage that the user shares: counts of sessions while it is shared, and the uploads that they go into. A batch that nothing was sent
-- of goes with the consent; of others the number stays, for what was sent can be erased by it alone.
CREATE TABLE usage_batch (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    made_at     TEXT NOT NULL,
    state       TEXT NOT NULL,
    settled_at  TEXT,
    status      INTEGER,                                        -- of the answer
    rejected    INTEGER,                                        -- how many points the collector did not take
    erasure     TEXT NOT NULL DEFAULT 'not_wanted',
    erased_at   TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX usage_batch_open ON usage_batch (vendor, root, state) WHERE state IN ('open', 'frozen');
CREATE TABLE usage_count (
    batch     BLOB NOT NULL REFERENCES usage_batch (id),
    week      TEXT NOT NULL,
    product   TEXT NOT NULL,
    version   TEXT NOT NULL,                                    -- empty: not granted, or not known
    daw       TEXT NOT NULL,                                    -- likewise
    frequency_grant INTEGER NOT NULL,                           -- the grant under which it was noted; 0: none
    version_grant   INTEGER NOT NULL,
    daw_grant       INTEGER NOT NULL,
    sessions  INTEGER NOT NULL,
    PRIMARY KEY (batch, week, product, version, daw, frequency_grant, version_grant, daw_grant)
) STRICT, WITHOUT ROWID;
-- Files of a spool that were counted and not removed yet.
CREATE TABLE usage_taken (
    vendor TEXT NOT NULL,
    root   BLOB NOT NULL CHECK (length(root) = 32),
    name   TEXT NOT NULL,
    PRIMARY KEY (vendor, root, name)
) STRICT, WITHOUT ROWID;
