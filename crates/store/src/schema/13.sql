-- What a vendor promised to say before diagnostics are collected, as it was shown, and when.
CREATE TABLE bundle_notice (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    words       TEXT NOT NULL,
    shown_at    TEXT NOT NULL,
    PRIMARY KEY (vendor, root, shown_at)
) STRICT, WITHOUT ROWID;
