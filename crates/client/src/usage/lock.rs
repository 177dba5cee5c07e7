//! What keeps sharing off whatever was agreed to: `DO_NOT_TRACK`, seen once and kept until the user lifts it, and the
//! administrator. It refuses to lock anything on.

use gatefold_shelf::UsageLock;
use jiff::Timestamp;

use crate::app::Gatefold;
use crate::error::ClientError;

/// Who locked it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageLocked {
    /// `DO_NOT_TRACK` was seen then; the user can lift it, where it is not set any more.
    DoNotTrack(Timestamp),
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
        let seen = self.book.ledger().optional_locked()?;
        // Set where nothing can be written down, it counts while it is.
        let set = UsageLock::of_environment().map(|_| self.clock.now());
        Ok(seen.or(set).map(UsageLocked::DoNotTrack))
    }

    /// The user lifts the lock of `DO_NOT_TRACK`. Whether there was one. Where the variable is still set it locks again.
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
            Some(UsageLocked::DoNotTrack(_)) => Err(gatefold_ledger::LedgerError::UsageLocked.into()),
        }
    }
}
