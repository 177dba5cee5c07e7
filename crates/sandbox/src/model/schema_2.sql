-- What was bought in a box and can be registered. The license is made beforehand and gets its owner with the registration.
CREATE TABLE purchases (
    license TEXT PRIMARY KEY REFERENCES licenses (id),
    -- None where the vendor asks for the product alone.
    serial TEXT UNIQUE,
    unlock_code TEXT,
    -- What the ready line says of it; no part of the API.
    state TEXT NOT NULL
) STRICT;
