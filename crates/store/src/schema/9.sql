-- When this computer's seat was asked to be given back, where no answer told what became of it; it goes with the next file
-- that comes.
ALTER TABLE license ADD COLUMN release_asked_at TEXT;
