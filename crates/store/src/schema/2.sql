-- Of the steps of an intent one alone tells what is to be done: whether the server is known to have done it (2, 3).
ALTER TABLE intent ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1));
UPDATE intent SET confirmed = 1 WHERE step >= 2;
ALTER TABLE intent DROP COLUMN step;
