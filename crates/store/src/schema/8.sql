-- Asking about a license again without being told to: when the user agreed to it (none: not), when it was last tried, and
-- how long nothing is tried after that.
ALTER TABLE license ADD COLUMN renews_since TEXT;
ALTER TABLE license ADD COLUMN asked_at TEXT;
ALTER TABLE license ADD COLUMN asks_again_secs INTEGER NOT NULL DEFAULT 0;
