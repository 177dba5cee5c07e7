-- Which computers hold the seats of a license, as its vendor listed them last. It is the server's word of another day, so
-- it proves nothing, and installs, revokes and frees nothing.
CREATE TABLE seats (
    vendor      TEXT NOT NULL,
    root        BLOB NOT NULL CHECK (length(root) = 32),
    license_id  TEXT NOT NULL,
    product     TEXT,                                           -- none where the server names none
    seats_limit INTEGER,                                        -- none: no limit
    cut         INTEGER NOT NULL CHECK (cut IN (0, 1)),         -- the list goes on after the last page that is read
    changed     INTEGER NOT NULL CHECK (changed IN (0, 1)),     -- a request went out since that may have changed it
    user_id     TEXT,                                           -- whose sign-in read it; none: the key did
    read_at     TEXT NOT NULL,
    PRIMARY KEY (vendor, root, license_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE seat (
    vendor       TEXT NOT NULL,
    root         BLOB NOT NULL CHECK (length(root) = 32),
    license_id   TEXT NOT NULL,
    machine_id   TEXT NOT NULL,
    position     INTEGER NOT NULL,                              -- in the vendor's list
    identifier   TEXT NOT NULL,
    name         TEXT,
    last_file_at TEXT,
    PRIMARY KEY (vendor, root, license_id, machine_id)
) STRICT, WITHOUT ROWID;
-- When the vendor said that this computer's seat is gone; it goes with the next file that comes.
ALTER TABLE license ADD COLUMN seat_gone_at TEXT;
