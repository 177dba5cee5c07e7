-- Licenses that were given to somebody else: by whom, and to which address.
CREATE TABLE transfers (
    license TEXT NOT NULL REFERENCES licenses (id),
    from_user TEXT NOT NULL REFERENCES users (id),
    recipient TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (license, from_user)
) STRICT;
