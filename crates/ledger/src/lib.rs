//! The ledger: every byte that leaves is on disk here first.
