-- Whether what is shared is sent by itself: `weekly`, or `by_hand` again. `since` is the newest row of consent then: the choice counts
-- while something that was agreed to by then is in force. Rows are added, never changed.
CREATE TABLE consent_sending (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms   INTEGER NOT NULL,
  act     TEXT NOT NULL,
  vendor  TEXT NOT NULL,
  root    TEXT NOT NULL,
  purpose TEXT NOT NULL,
  since   INTEGER NOT NULL
) STRICT;
