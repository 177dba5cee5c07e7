-- Counts of usage, as they were uploaded; of those that were erased the number stays, so that they are not taken again.
CREATE TABLE usage_batches (
    id TEXT PRIMARY KEY,
    received TEXT NOT NULL,
    points INTEGER NOT NULL,
    body TEXT
) STRICT;
