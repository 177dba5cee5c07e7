-- Trials that were begun: one of a product for each computer, or for each account.
CREATE TABLE trials (
    license TEXT PRIMARY KEY REFERENCES licenses (id),
    product TEXT NOT NULL REFERENCES products (id),
    fingerprint TEXT,
    user TEXT REFERENCES users (id),
    UNIQUE (product, fingerprint),
    UNIQUE (product, user)
) STRICT;
