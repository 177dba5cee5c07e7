-- What the record was about, once nothing else here knows it: the ids and entries of a license, of its seats and of what was
-- begun about it are noted as their rows go, so that the record names the product still. None of it ever leaves.
CREATE TABLE about (
    vendor   TEXT NOT NULL,
    root     BLOB NOT NULL CHECK (length(root) = 32),
    id       TEXT NOT NULL,                                     -- of a license or a seat
    product  TEXT NOT NULL,
    noted_at TEXT NOT NULL,                                     -- nothing that names it was begun later
    PRIMARY KEY (vendor, root, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE title (
    entry   INTEGER PRIMARY KEY,                                -- of the ledger
    vendor  TEXT,
    root    BLOB CHECK (length(root) = 32),
    product TEXT,                                               -- none: not known
    deed    TEXT,                                               -- what it did, where its bytes told and are erased
    by_itself INTEGER NOT NULL DEFAULT 0 CHECK (by_itself IN (0, 1))
) STRICT;
-- What a vendor that was removed, and its products, were called; the vendor itself has no product.
CREATE TABLE former (
    vendor  TEXT NOT NULL,
    root    BLOB NOT NULL CHECK (length(root) = 32),
    product TEXT NOT NULL,
    name    TEXT NOT NULL,
    PRIMARY KEY (vendor, root, product)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER license_goes AFTER DELETE ON license BEGIN
    INSERT INTO about SELECT OLD.vendor, OLD.root, id, OLD.product, OLD.first_file_at
        FROM (SELECT OLD.license_id AS id UNION SELECT OLD.machine_id) WHERE id <> ''
        ON CONFLICT DO UPDATE SET product = excluded.product, noted_at = max(noted_at, excluded.noted_at);
    INSERT INTO title (entry, vendor, root, product) SELECT value, OLD.vendor, OLD.root, OLD.product
        FROM json_each(iif(json_valid(OLD.activation_entries), OLD.activation_entries, '[]')) WHERE type = 'integer'
        ON CONFLICT DO UPDATE SET vendor = excluded.vendor, root = excluded.root, product = excluded.product;
END;
CREATE TRIGGER license_changes AFTER UPDATE OF product, machine_id, activation_entries ON license
WHEN OLD.machine_id IS NOT NEW.machine_id OR OLD.activation_entries <> NEW.activation_entries BEGIN
    INSERT INTO about SELECT OLD.vendor, OLD.root, OLD.machine_id, OLD.product, OLD.first_file_at
        WHERE OLD.machine_id <> ''
        ON CONFLICT DO UPDATE SET product = excluded.product, noted_at = max(noted_at, excluded.noted_at);
    INSERT INTO title (entry, vendor, root, product) SELECT value, OLD.vendor, OLD.root, OLD.product
        FROM json_each(iif(json_valid(OLD.activation_entries), OLD.activation_entries, '[]')) WHERE type = 'integer'
        ON CONFLICT DO UPDATE SET vendor = excluded.vendor, root = excluded.root, product = excluded.product;
END;
CREATE TRIGGER intent_goes AFTER DELETE ON intent WHEN OLD.product <> '' BEGIN
    INSERT INTO about SELECT OLD.vendor, OLD.root, id, OLD.product, OLD.started_at
        FROM (SELECT OLD.license_id AS id WHERE OLD.kind NOT IN ('register', 'trial') UNION
              SELECT lower(substr(seat, 1, 8) || '-' || substr(seat, 9, 4) || '-' || substr(seat, 13, 4) || '-'
                  || substr(seat, 17, 4) || '-' || substr(seat, 21)) FROM (SELECT hex(OLD.machine_id) AS seat)
              WHERE seat <> '')
        WHERE id <> ''
        ON CONFLICT DO UPDATE SET product = excluded.product, noted_at = max(noted_at, excluded.noted_at);
END;
