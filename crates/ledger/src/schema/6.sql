-- A vendor is a key: what was agreed with one is not agreed with another of the same id. Nobody could agree to anything before.
ALTER TABLE consent ADD COLUMN root TEXT NOT NULL DEFAULT '';
-- What was agreed to, refused, changed, withdrawn or over, as a record each (ISO/IEC TS 27560). Rows are added, never changed.
CREATE TABLE consent_record (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms   INTEGER NOT NULL,
  event   TEXT NOT NULL,
  vendor  TEXT NOT NULL,
  root    TEXT NOT NULL,
  purpose TEXT NOT NULL,
  record  TEXT NOT NULL
) STRICT;
CREATE INDEX consent_record_by_vendor ON consent_record (vendor, root, purpose, id);
-- `locked` where DO_NOT_TRACK was seen, `lifted` where the user lifted that. Rows are added, never changed.
CREATE TABLE consent_lock (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  act   TEXT NOT NULL
) STRICT;
