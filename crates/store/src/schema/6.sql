-- Newer vendor files than the ones agreed to: when what differs was first shown, and whether the user agreed to it. What
-- stands here counts for nothing until it takes its place in `vendor`.
CREATE TABLE offer (
    vendor     TEXT NOT NULL,
    root       BLOB NOT NULL CHECK (length(root) = 32),
    version    INTEGER NOT NULL,
    shown_at   TEXT NOT NULL,
    anew_at    TEXT,                                            -- when the clock was first seen to be before shown_at
    agreed_at  TEXT,                                            -- none while it was only shown
    file       BLOB NOT NULL,
    signature  TEXT NOT NULL,
    PRIMARY KEY (vendor, root, version)
) STRICT, WITHOUT ROWID;
