//! What keeps sharing off whatever was agreed to: `DO_NOT_TRACK`, seen once and kept until the user lifts it, their own word, and
//! the administrator. It refuses to lock anything on.

use gatefold_shelf::UsageLock;
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::error::ClientError;

/// Who locked it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageLocked {
    /// `DO_NOT_TRACK` was seen then; the user can lift it, where it is not set any more.
    DoNotTrack(Timestamp),
    /// The user said so then, as one who is too young to decide does; they can lift it.
    User(Timestamp),
    /// The administrator of this computer, who alone can lift it.
    Administrator,
}

impl Gatefold {
    /// Keeps in mind that `DO_NOT_TRACK` is set here, if it is.
    pub(crate) fn see_do_not_track(&self) -> Result<(), ClientError> {
        if UsageLock::of_environment().is_some() && self.unwritable().is_none() {
            self.book.ledger().lock_optional(self.clock.now())?;
        }
        Ok(())
    }

    /// The same at a start: plug-ins note nothing more from then on.
    pub(crate) fn obey_do_not_track(&self) -> Result<(), ClientError> {
        if UsageLock::of_environment().is_none() {
            return Ok(());
        }
        self.see_do_not_track()?;
        for vendor in self.vendors()? {
            // What is wrong with a shelf is said by whoever needs it.
            let _ = self.mend_consent_file(&vendor);
        }
        Ok(())
    }

    /// Who keeps sharing off, if anybody does.
    ///
    /// # Errors
    /// The ledger's.
    pub fn usage_locked(&self) -> Result<Option<UsageLocked>, ClientError> {
        if UsageLock::of_administrator().is_some() {
            return Ok(Some(UsageLocked::Administrator));
        }
        if let Some(lock) = self.book.ledger().optional_locked()? {
            return Ok(Some(match lock.by_user {
                true => UsageLocked::User(lock.since),
                false => UsageLocked::DoNotTrack(lock.since),
            }));
        }
        // Set where nothing can be written down, it counts while it is.
        Ok(UsageLock::of_environment().map(|_| UsageLocked::DoNotTrack(self.clock.now())))
    }

    /// The user locks it off, for every vendor and in every process; plug-ins note nothing more. It takes nothing back.
    ///
    /// # Errors
    /// The ledger's, the store's and the shelf's.
    pub fn lock_usage(&mut self) -> Result<(), ClientError> {
        self.book.ledger().lock_optional_by_user(self.clock.now())?;
        for vendor in self.vendors()? {
            self.mend_consent_file(&vendor)?;
        }
        Ok(())
    }

    /// The user lifts the lock of `DO_NOT_TRACK`, or their own. Whether there was one. Where the variable is still set it locks again.
    ///
    /// # Errors
    /// The ledger's.
    pub fn lift_usage_lock(&mut self) -> Result<bool, ClientError> {
        let lifted = self.book.ledger().lift_lock(self.clock.now())?;
        self.see_do_not_track()?;
        Ok(lifted)
    }

    pub(super) fn refuse_locked(&self) -> Result<(), ClientError> {
        match self.usage_locked()? {
            None => Ok(()),
            Some(UsageLocked::Administrator) => Err(ClientError::UsageLockedByAdministrator),
            Some(UsageLocked::DoNotTrack(_) | UsageLocked::User(_)) => {
                Err(gatefold_ledger::LedgerError::UsageLocked.into())
            }
        }
    }
}
