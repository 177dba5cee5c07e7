//! What an intent of the journal is about to do.

use crate::row::words;

/// What is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentKind {
    /// A seat is taken and a file installed.
    Activate,
    /// A new file is fetched.
    Refresh,
    /// A seat is given back.
    Release,
    /// The seat of another computer is given back, or one that nothing here is known of: no file here goes with it.
    ReleaseElsewhere,
    /// A computer gets another name.
    Rename,
    /// A product is claimed for the account; no license is named yet.
    Register,
    /// A trial is begun; no license is named yet.
    Trial,
    /// A license is given to somebody else; it is not here any more.
    Transfer,
}

impl IntentKind {
    /// Whether it is asked of the vendor's own server, beside the API, so that it is about no license that is here.
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::Register | Self::Trial | Self::Transfer)
    }
}

words!(IntentKind {
    Activate = "activate",
    Refresh = "refresh",
    Release = "release",
    ReleaseElsewhere = "release_elsewhere",
    Rename = "rename",
    Register = "register",
    Trial = "trial",
    Transfer = "transfer",
});
