CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    -- In clear: the sandbox prints it at every start.
    password TEXT NOT NULL,
    otp_secret TEXT,
    otp_last_step INTEGER NOT NULL DEFAULT 0,
    banned INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL
) STRICT;

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (id),
    digest BLOB NOT NULL UNIQUE,
    name TEXT,
    expiry TEXT,
    created TEXT NOT NULL
) STRICT;

CREATE TABLE products (id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL) STRICT;

CREATE TABLE entitlements (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created TEXT NOT NULL) STRICT;

CREATE TABLE policies (
    id TEXT PRIMARY KEY,
    product TEXT NOT NULL REFERENCES products (id),
    name TEXT NOT NULL,
    strict INTEGER NOT NULL,
    floating INTEGER NOT NULL,
    max_machines INTEGER,
    protected INTEGER NOT NULL,
    authentication TEXT NOT NULL,
    expiration TEXT NOT NULL,
    uniqueness TEXT NOT NULL,
    overage TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT;

CREATE TABLE licenses (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    policy TEXT NOT NULL REFERENCES policies (id),
    owner TEXT REFERENCES users (id),
    expiry TEXT,
    suspended INTEGER NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}',
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    last_validated TEXT,
    last_check_out TEXT,
    -- What the ready line says of it; no part of the API.
    state TEXT
) STRICT;

CREATE TABLE license_entitlements (
    license TEXT NOT NULL REFERENCES licenses (id),
    entitlement TEXT NOT NULL REFERENCES entitlements (id),
    PRIMARY KEY (license, entitlement)
) STRICT;

CREATE TABLE machines (
    id TEXT PRIMARY KEY,
    license TEXT NOT NULL REFERENCES licenses (id),
    owner TEXT REFERENCES users (id),
    fingerprint TEXT NOT NULL,
    name TEXT,
    platform TEXT,
    hostname TEXT,
    ip TEXT,
    cores INTEGER,
    memory INTEGER,
    disk INTEGER,
    metadata TEXT NOT NULL DEFAULT '{}',
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    last_check_out TEXT,
    UNIQUE (license, fingerprint)
) STRICT;
