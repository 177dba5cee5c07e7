//! The chain's head, remembered outside the file, so that a cut tail shows.
//!
//! The ledger says what an anchor is; where it is kept (OS keyring, secrets file) is for others. It refuses to move
//! an anchor backwards, or over a chain that the anchor contradicts. What retention removes is remembered there, too,
//! before it goes: what the file itself says about its missing front is worth nothing.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest as _, Sha256};

use crate::append::chain_end;
use crate::chain::Digest;
use crate::entry::{EntryId, FileNote};
use crate::error::LedgerError;
use crate::folder::{self, SETUP_LOCK};
use crate::open::Ledger;
use crate::senders;

/// How many records the chain has, and the hash of the last; and how much of its front may be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Records of both kinds, ever.
    pub count: u64,
    /// The hash of the last record.
    pub hash: [u8; 32],
    /// Up to where retention may have removed the front. Moved by retention alone, before it cuts.
    pub cut: Checkpoint,
}

/// As it is kept, and read again: `COUNT HASH CUT_COUNT CUT_ENTRIES CUT_HASH`.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, hash, cut } = self;
        let (hash, cut_hash) = (hex::encode(hash), hex::encode(cut.hash));
        write!(f, "{count} {hash} {} {} {cut_hash}", cut.count, cut.entries)
    }
}

impl FromStr for Head {
    type Err = ();

    /// An anchor of before knows of no cut.
    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| text.parse().map_err(|_| ());
        let hash = |text: &str| {
            let mut hash = [0; 32];
            hex::decode_to_slice(text, &mut hash).map(|()| hash).map_err(|_| ())
        };
        match *text.split(' ').collect::<Vec<_>>().as_slice() {
            [count, last] => {
                Ok(Self { count: number(count)?, hash: hash(last)?, cut: Checkpoint::default() })
            }
            [count, last, cut, entries, at] => {
                let cut = Checkpoint { count: number(cut)?, entries: number(entries)?, hash: hash(at)? };
                Ok(Self { count: number(count)?, hash: hash(last)?, cut })
            }
            _ => Err(()),
        }
    }
}

/// The last record that retention removed; zeros before the first cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number.
    pub count: u64,
    /// The highest number of an entry up to there.
    pub entries: u64,
    /// Its hash.
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
    /// The chain is shorter than the anchor, or another one, or more of its front is gone than retention removed.
    Cut,
    /// No anchor was kept: a cut tail would not show.
    Absent,
}

impl Ledger {
    /// The chain's head, with the checkpoint that the file claims; none while it is empty.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn head(&self) -> Result<Option<Head>, LedgerError> {
        self.read(|tx| {
            let head = head_of(tx)?;
            Ok((head.count > 0).then_some(head))
        })
    }

    /// Keeps the head in its anchor; called after each outcome, outside the append. An anchor that is ahead (another
    /// process was faster, or the tail was cut) or that contradicts the chain stays as it is, and so does its checkpoint.
    ///
    /// # Errors
    /// [`LedgerError::Anchor`] and those of the disk.
    pub fn keep_anchor(&self, anchor: &mut dyn Anchor) -> Result<AnchorState, LedgerError> {
        let _alone = self.anchor_lock()?;
        let kept = anchor.load()?;
        let (head, state) = self.read(|tx| compare(tx, kept))?;
        if matches!(state, AnchorState::Ahead | AnchorState::Absent) {
            let cut = kept.map_or(head.cut, |kept| kept.cut);
            anchor.keep(Head { cut, ..head })?;
        }
        Ok(state)
    }

    /// Begins a new anchor where the kept one contradicts the ledger: at the user's word alone, because from then on
    /// what is missing here shows nowhere. The old anchor is put into a file beside the ledger, and an entry notes it
    /// before the anchor moves. Touches the disk.
    ///
    /// # Errors
    /// [`LedgerError::AnchorHolds`] where there is nothing to begin anew; [`LedgerError::Anchor`] and those of the disk.
    pub fn begin_anchor(
        &mut self,
        anchor: &mut dyn Anchor,
        at: Timestamp,
        salt: [u8; 32],
    ) -> Result<EntryId, LedgerError> {
        let _alone = self.anchor_lock()?;
        let kept = anchor.load()?;
        let Some(old) =
            kept.filter(|_| matches!(self.read(|tx| compare(tx, kept)), Ok((_, AnchorState::Cut))))
        else {
            return Err(LedgerError::AnchorHolds);
        };
        let text = format!("{old}\n");
        let name = format!("anchor-until-{}.txt", at.strftime("%Y%m%dT%H%M%SZ"));
        let note = FileNote {
            vendor: None,
            name: name.clone(),
            size_bytes: text.len() as u64,
            sha256: Sha256::digest(text.as_bytes()).into(),
        };
        let id = self.append_file(note, at, salt)?;
        folder::write_beside(&self.dir, &name, text.as_bytes())?;
        anchor.keep(self.read(head_of)?)?;
        Ok(id)
    }

    /// Held while an anchor is compared and moved.
    pub(crate) fn anchor_lock(&self) -> Result<senders::Lock, LedgerError> {
        senders::Lock::alone(&self.dir.join(SETUP_LOCK), self.patience)
    }
}

pub(crate) fn head_of(tx: &Connection) -> Result<Head, LedgerError> {
    let end = chain_end(tx)?;
    Ok(Head { count: end.seq.unsigned_abs(), hash: end.hash, cut: checkpoint(tx)? })
}

/// What the file claims that retention removed.
pub(crate) fn checkpoint(tx: &Connection) -> Result<Checkpoint, LedgerError> {
    let mut statement = tx.prepare_cached("SELECT cut_seq, cut_entry, cut_hash FROM state")?;
    let (count, entries, hash): (i64, i64, Digest) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Checkpoint { count: count.unsigned_abs(), entries: entries.unsigned_abs(), hash })
}

/// The chain's head, and what a kept one says of the chain as it stands.
pub(crate) fn compare(tx: &Connection, kept: Option<Head>) -> Result<(Head, AnchorState), LedgerError> {
    let head = head_of(tx)?;
    let Some(kept) = kept else { return Ok((head, AnchorState::Absent)) };
    // A cut that was announced and did not happen yet has left the record at which it will be.
    let cut_holds = if head.cut.count < kept.cut.count {
        hash_at(tx, kept.cut.count)? == Some(kept.cut.hash)
    } else {
        head.cut == kept.cut
    };
    let known = if kept.count == head.cut.count { Some(head.cut.hash) } else { hash_at(tx, kept.count)? };
    let state = match known {
        Some(hash) if hash == kept.hash && cut_holds && kept.count == head.count => AnchorState::Whole,
        Some(hash) if hash == kept.hash && cut_holds => AnchorState::Ahead,
        _ => AnchorState::Cut,
    };
    Ok((head, state))
}

/// The hash of a record that is there.
fn hash_at(tx: &Connection, count: u64) -> Result<Option<Digest>, LedgerError> {
    let Ok(seq) = i64::try_from(count) else { return Ok(None) };
    let mut statement = tx.prepare_cached("SELECT hash FROM record WHERE seq = ?1")?;
    Ok(statement.query_row([seq], |row| row.get(0)).optional()?)
}
