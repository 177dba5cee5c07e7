//! What the user does, and what was so before.

/// A command of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    Activate,
    /// The vendor wants more than the key.
    ActivateBySignIn,
    /// All seats are taken; one is given back, and the activation goes on.
    MakeRoom,
    Refresh,
    Deactivate,
    Rename,
    RenameElsewhere,
    /// The key is typed, so it is asked about first.
    ReleaseElsewhere,
    Register,
    /// Of a product that nobody here tried before.
    Trial,
    /// This computer's seat is given back first.
    Transfer,
    /// Which licenses are the account's; it changes nothing, and stands in no menu.
    ReadList,
}

/// What was done before, successfully.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Before {
    /// Nothing.
    Nothing,
    /// Somebody signed in.
    SignedIn,
    /// The license is activated, and its seats were read: another computer has one, too.
    Activated,
    /// The seats were read: another computer has one.
    SeatsRead,
    /// Another computer has the only seat.
    Full,
    /// Somebody signed in who bought something.
    Bought,
    /// Somebody signed in and activated a license of theirs; no other computer has a seat of it.
    Owned,
}

use Act::{
    Activate, ActivateBySignIn, Deactivate, MakeRoom, ReadList, Refresh, Register, ReleaseElsewhere, Rename,
    RenameElsewhere, Transfer, Trial,
};

impl Act {
    pub(crate) const ALL: &[Self] = &[
        Activate,
        ActivateBySignIn,
        MakeRoom,
        Refresh,
        Deactivate,
        Rename,
        RenameElsewhere,
        ReleaseElsewhere,
        Register,
        Trial,
        Transfer,
    ];

    /// What must have been done before.
    pub(crate) fn before(self) -> Before {
        match self {
            Activate | Trial => Before::Nothing,
            ActivateBySignIn => Before::SignedIn,
            MakeRoom => Before::Full,
            Refresh | Deactivate | Rename | RenameElsewhere => Before::Activated,
            ReleaseElsewhere => Before::SeatsRead,
            Register | ReadList => Before::Bought,
            Transfer => Before::Owned,
        }
    }

    /// What takes a seat of the license that it is about.
    pub(crate) fn taking(self) -> Self {
        match self {
            MakeRoom | Trial => self,
            _ => Activate,
        }
    }

    /// How many exchanges it has with a server that does what is asked.
    pub(crate) fn exchanges(self) -> usize {
        match self {
            Deactivate | Rename | RenameElsewhere | ReadList => 1,
            Refresh | ReleaseElsewhere | Register => 2,
            Activate | Trial => 3,
            Transfer => 4,
            ActivateBySignIn => 5,
            MakeRoom => 8,
        }
    }

    /// The named points of the code at which it may die, and how often it passes each at least.
    pub(crate) fn points(self) -> Vec<(&'static str, usize)> {
        let sending = SENDING.iter().map(|point| (*point, self.exchanges()));
        let others = self.other_points().iter().flat_map(|points| points.iter().map(|point| (*point, 1)));
        sending.chain(others).collect()
    }

    fn other_points(self) -> &'static [&'static [&'static str]] {
        match self {
            Activate | MakeRoom => &[JOURNAL, INSTALLING, SECRETS, VENDOR_FILE],
            ActivateBySignIn => &[JOURNAL, INSTALLING, SECRETS],
            Refresh => &[JOURNAL, INSTALLING, SECRETS],
            Deactivate => &[JOURNAL, SECRETS, CONFIRMED, RELEASING, RELEASE_KEPT],
            Rename | RenameElsewhere => &[JOURNAL, SECRETS, RENAMED],
            ReleaseElsewhere => &[JOURNAL, SECRETS, RELEASED_ELSEWHERE, RELEASE_KEPT],
            Register => &[JOURNAL, SECRETS, CONFIRMED, CLAIMED, LIST],
            Trial => &[JOURNAL, CONFIRMED, TRIED, INSTALLING, SECRETS, VENDOR_FILE],
            Transfer => &[JOURNAL, SECRETS, CONFIRMED, RELEASING, RELEASE_KEPT, GIVEN, LIST],
            ReadList => &[SECRETS, LIST],
        }
    }
}

/// Every request passes these.
const SENDING: &[&str] = &[
    "ledger.before-append",
    "ledger.after-append",
    "client.after-append",
    "egress.before-send",
    "egress.after-answer",
    "ledger.before-conclude",
    "ledger.after-conclude",
    "client.after-conclude",
    "client.after-send",
];
const JOURNAL: &[&str] = &["store.after-begin", "store.after-finish"];
const CONFIRMED: &[&str] = &["store.after-confirm"];
const SECRETS: &[&str] = &["store.before-secrets-rename", "store.after-secrets-rename"];
const INSTALLING: &[&str] = &[
    "client.between-answer-and-install",
    "shelf.before-unlock-rename",
    "shelf.after-unlock-rename",
    "shelf.before-license-rename",
    "shelf.after-license-rename",
    "client.after-install",
];
const VENDOR_FILE: &[&str] = &[
    "shelf.before-signature-rename",
    "shelf.after-signature-rename",
    "shelf.before-vendor-rename",
    "shelf.after-vendor-rename",
];
const RELEASING: &[&str] = &["client.between-release-and-removal"];
const RELEASE_KEPT: &[&str] = &["shelf.before-release-rename", "shelf.after-release-rename"];
const RENAMED: &[&str] = &["client.between-rename-and-note"];
const RELEASED_ELSEWHERE: &[&str] = &["client.between-release-elsewhere-and-note"];
const CLAIMED: &[&str] = &["client.between-claim-and-list"];
const TRIED: &[&str] = &["client.between-trial-and-activation"];
const GIVEN: &[&str] = &["client.between-release-and-transfer", "client.between-transfer-and-list"];
const LIST: &[&str] = &["client.between-list-and-keeping", "client.between-keys-and-list"];
