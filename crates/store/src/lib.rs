//! The client's own memory: settings, accounts, products, journal, secrets, log ring, the ledger's anchor.
