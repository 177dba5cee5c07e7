//! Use cases: activation, refresh, deactivation, accounts, vendors, the ledger's reading.
