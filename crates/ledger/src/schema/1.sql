PRAGMA application_id = 0x47464c44;

-- The chain. Rows are added, never changed; retention alone removes the oldest.
CREATE TABLE record (
  seq        INTEGER PRIMARY KEY,
  entry      INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  vendor     TEXT,
  purpose    TEXT,
  carrier    TEXT,
  size_bytes INTEGER,
  outcome    TEXT,
  prev       BLOB NOT NULL,
  commitment BLOB NOT NULL,
  hash       BLOB NOT NULL
) STRICT;

-- What a commitment covers; erasing removes the row.
CREATE TABLE body (
  seq   INTEGER PRIMARY KEY,
  salt  BLOB NOT NULL,
  facts TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- What a list can be filtered by, each combination once; '' stands for none.
CREATE TABLE facet (
  id      INTEGER PRIMARY KEY,
  vendor  TEXT NOT NULL,
  purpose TEXT NOT NULL,
  carrier TEXT NOT NULL,
  outcome TEXT NOT NULL,
  UNIQUE (vendor, purpose, carrier, outcome)
) STRICT;

-- One row an entry, derived from the chain: where its records are, how to find it fast.
CREATE TABLE line (
  id          INTEGER PRIMARY KEY,
  at_ms       INTEGER NOT NULL,
  facet       INTEGER NOT NULL REFERENCES facet (id),
  entry_seq   INTEGER NOT NULL,
  outcome_seq INTEGER,
  erased_at   INTEGER
) STRICT;
CREATE INDEX line_by_facet ON line (facet);

-- Consent. Rows are added, never changed.
CREATE TABLE consent (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms   INTEGER NOT NULL,
  act     TEXT NOT NULL,
  vendor  TEXT NOT NULL,
  purpose TEXT NOT NULL,
  item    TEXT,
  ends_ms INTEGER
) STRICT;
CREATE INDEX consent_by_vendor ON consent (vendor, purpose, id);

-- The words of an entry, and an index of their beginnings.
CREATE TABLE doc (
  id    INTEGER PRIMARY KEY,
  words TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE doc_index USING fts5 (
  heads, content = '', columnsize = 0, detail = none, tokenize = 'ascii', prefix = '2 3 4 5 6 7'
);
INSERT INTO doc_index (doc_index, rank) VALUES ('secure-delete', 1);
-- A search begins in each of the index's pieces anew, and reads whole pages of it: few pieces, small pages.
INSERT INTO doc_index (doc_index, rank) VALUES ('automerge', 2);
INSERT INTO doc_index (doc_index, rank) VALUES ('pgsz', 1000);

-- The one row of what the ledger knows about itself.
CREATE TABLE state (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  made_at_ms  INTEGER,
  cut_seq     INTEGER NOT NULL,
  cut_entry   INTEGER NOT NULL,
  cut_hash    BLOB NOT NULL,
  indexed_seq INTEGER NOT NULL,
  scrub_due   INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, NULL, 0, 0, zeroblob(32), 0, 0);
