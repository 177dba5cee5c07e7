//! The chain's head, remembered outside the file, so that a cut tail shows.
//!
//! The ledger says what an anchor is; where it is kept (OS keyring, secrets file) is for others. It refuses to move
//! an anchor backwards, or over a chain that the anchor contradicts.

use rusqlite::{Connection, OptionalExtension};

use crate::append::next_link;
use crate::chain::Digest;
use crate::error::LedgerError;
use crate::folder::SETUP_LOCK;
use crate::open::Ledger;
use crate::senders;

/// How many records the chain has, and the hash of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Records of both kinds, ever.
    pub count: u64,
    /// The hash of the last record.
    pub hash: [u8; 32],
}

/// Where the head is remembered.
pub trait Anchor {
    /// The head that was kept last, if one was.
    ///
    /// # Errors
    /// The place cannot be read.
    fn load(&self) -> Result<Option<Head>, AnchorError>;

    /// Keeps a head in place of the last.
    ///
    /// # Errors
    /// The place cannot be written.
    fn keep(&mut self, head: Head) -> Result<(), AnchorError>;
}

/// The place that remembers the head could not be used.
#[derive(Debug, thiserror::Error)]
#[error("the ledger's head cannot be read or kept outside of it")]
pub struct AnchorError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl AnchorError {
    /// Wraps what the place said.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// What the anchor says of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnchorState {
    /// The chain ends where the anchor says.
    Whole,
    /// The chain goes on beyond the anchor, as after a crash: whole.
    Ahead,
    /// The chain is shorter than the anchor, or another one.
    Cut,
    /// No anchor was kept: a cut tail would not show.
    Absent,
}

impl Ledger {
    /// The chain's head; none while it is empty.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn head(&self) -> Result<Option<Head>, LedgerError> {
        self.read(|tx| {
            let next = chain_end(tx)?;
            Ok((next.count > 0).then_some(next))
        })
    }

    /// Keeps the head in its anchor; called after each outcome, outside the append. An anchor that is ahead (another
    /// process was faster, or the tail was cut) or that contradicts the chain stays as it is.
    ///
    /// # Errors
    /// [`LedgerError::Anchor`] and those of the disk.
    pub fn keep_anchor(&self, anchor: &mut dyn Anchor) -> Result<AnchorState, LedgerError> {
        let _alone = senders::Lock::alone(&self.dir.join(SETUP_LOCK), self.patience)?;
        let kept = anchor.load()?;
        let (head, state) = self.read(|tx| Ok((chain_end(tx)?, compare(tx, kept)?)))?;
        if matches!(state, AnchorState::Ahead | AnchorState::Absent) {
            anchor.keep(head)?;
        }
        Ok(state)
    }
}

fn chain_end(tx: &Connection) -> Result<Head, LedgerError> {
    let next = next_link(tx)?;
    Ok(Head { count: (next.seq - 1).unsigned_abs(), hash: next.prev })
}

/// What a kept head says of the chain as it stands.
pub(crate) fn compare(tx: &Connection, kept: Option<Head>) -> Result<AnchorState, LedgerError> {
    let Some(kept) = kept else { return Ok(AnchorState::Absent) };
    let end = chain_end(tx)?;
    let (cut_seq, cut_hash): (i64, Digest) = tx
        .prepare_cached("SELECT cut_seq, cut_hash FROM state")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let seq = i64::try_from(kept.count).unwrap_or(i64::MAX);
    let known: Option<Digest> = if seq == cut_seq {
        Some(cut_hash)
    } else {
        tx.prepare_cached("SELECT hash FROM record WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))
            .optional()?
    };
    Ok(match known {
        // Older than what retention removed: nothing is left to compare it with.
        None if seq < cut_seq => AnchorState::Ahead,
        Some(hash) if hash != kept.hash => AnchorState::Cut,
        Some(_) if kept.count == end.count => AnchorState::Whole,
        Some(_) => AnchorState::Ahead,
        None => AnchorState::Cut,
    })
}
