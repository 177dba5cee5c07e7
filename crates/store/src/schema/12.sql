-- When the usage of a vendor was last sent without being told to, or that was tried, and for how long nothing is tried after that.
CREATE TABLE usage_asked (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    asked_at    TEXT NOT NULL,
    again_secs  INTEGER NOT NULL,
    PRIMARY KEY (vendor, root)
) STRICT, WITHOUT ROWID;
