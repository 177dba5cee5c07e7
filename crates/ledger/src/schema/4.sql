-- The days that the clock has shown or passed, since 1970-01-01 in UTC, each once, and the newest entry when it first did: an
-- entry is as old as days were added since. The program counts what the record tells of the days before this step.
CREATE TABLE day (
  day   INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL
) STRICT;
-- The day that the clock showed last, and the record up to which days are counted.
ALTER TABLE state ADD COLUMN last_day INTEGER;
ALTER TABLE state ADD COLUMN counted_seq INTEGER NOT NULL DEFAULT 0;
