//! The ledger: every byte that leaves is on disk here first.
//!
//! One SQLite file holds two append-only, chained kinds of record: an *entry* for what is about to leave, an
//! *outcome* for what became of it. What identifies somebody stands in bodies beside the chain, under salted
//! commitments, so that it can be erased and the chain still checks (`docs/formats/ledger.md`).
//!
//! It refuses to hand out a [`Recorded`], the only ticket through the gate, before the entry is durable, and for an
//! optional purpose without a current consent. It never keeps a secret: it is given the stored copy alone.

mod anchor;
mod append;
mod chain;
mod check;
mod conclude;
mod consent;
mod consent_lock;
mod consent_record;
mod days;
mod deed;
mod entry;
mod erase;
mod error;
mod export;
mod folder;
mod glance;
mod har;
mod looking_back;
mod open;
mod query;
mod read;
mod record;
mod retention;
mod search;
mod senders;
mod sending;
mod sent;
mod spoken;
mod withdrawal;

pub use anchor::{Anchor, AnchorError, AnchorState, Checkpoint, Head};
pub use append::Recorded;
pub use check::{Check, EntryCheck, Erasure};
pub use consent::{ConsentAct, ConsentRow, GRANT_MONTHS, Grant};
pub use consent_lock::OptionalLock;
pub use consent_record::{ConsentRecord, KeptRecord, RecordEvent};
pub use deed::Deed;
pub use entry::{
    Carrier, Entry, EntryId, FileFacts, FileNote, Kept, Line, NetworkFacts, Outcome, OutcomeClass,
};
pub use error::{AppendError, CODES, LedgerError};
pub use glance::Glance;
pub use open::Ledger;
pub use query::Alias;
pub use read::{Counts, Filter, Necessity};
pub use retention::{Retention, Retired};
pub use sent::SentRequest;
pub use withdrawal::{Gone, Hold};
