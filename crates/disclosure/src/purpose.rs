//! What a request is for. A closed list: each purpose allows items of its own, and the optional ones need consent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Item, UnknownItem};

/// The purpose of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Ask the server about a license key.
    CheckKey,
    /// Exchange e-mail and password for a token, and ask whose it is.
    SignIn,
    /// Revoke the token.
    SignOut,
    /// Read which licenses the account has.
    Library,
    /// Claim a product that was bought for the account.
    Register,
    /// Begin a trial of a product.
    Trial,
    /// Give a license to somebody else.
    Transfer,
    /// Take a seat and fetch the license file.
    Activate,
    /// Ask for the standing and fetch a new license file.
    Refresh,
    /// Read which computers hold a license's seats.
    Seats,
    /// Give a seat back.
    Release,
    /// Give a computer another name in the vendor's list.
    Rename,
    /// Share how the products are used.
    Usage,
    /// Have erased what was shared.
    EraseUsage,
}

/// Every purpose: its stable name, what a user reads, whether it needs consent, and the items it can carry at most.
const PURPOSES: &[(Purpose, &str, &str, bool, &[Item])] = &[
    (
        Purpose::CheckKey,
        "check_key",
        "Check license",
        false,
        &[Item::LicenseKey, Item::LicenseId, Item::Nonce],
    ),
    (
        Purpose::SignIn,
        "sign_in",
        "Sign in",
        false,
        &[Item::Token, Item::Password, Item::OneTimeCode, Item::AccountEmail],
    ),
    (Purpose::SignOut, "sign_out", "Sign out", false, &[Item::Token, Item::TokenId]),
    (Purpose::Library, "library", "Read my licenses", false, &[Item::Token]),
    (
        Purpose::Register,
        "register",
        "Registration",
        false,
        &[Item::Token, Item::ProductSerial, Item::UnlockCode, Item::Product, Item::Nonce],
    ),
    (
        Purpose::Trial,
        "trial",
        "Begin a trial",
        false,
        &[Item::Identifier, Item::Token, Item::Product, Item::Nonce],
    ),
    (
        Purpose::Transfer,
        "transfer",
        "Give a license away",
        false,
        &[Item::Token, Item::RecipientEmail, Item::LicenseId, Item::Nonce],
    ),
    (
        Purpose::Activate,
        "activate",
        "Activation",
        false,
        &[
            Item::DeviceName,
            Item::Os,
            Item::Cpu,
            Item::Memory,
            Item::Identifier,
            Item::LicenseKey,
            Item::Token,
            Item::LicenseId,
            Item::MachineId,
            Item::FileTtl,
        ],
    ),
    (
        Purpose::Refresh,
        "refresh",
        "Refresh",
        false,
        &[
            Item::Identifier,
            Item::LicenseKey,
            Item::Token,
            Item::LicenseId,
            Item::MachineId,
            Item::Nonce,
            Item::FileTtl,
        ],
    ),
    (Purpose::Seats, "seats", "See the computers", false, &[Item::LicenseKey, Item::Token, Item::LicenseId]),
    (Purpose::Release, "release", "Release a seat", false, &[Item::LicenseKey, Item::Token, Item::MachineId]),
    (
        Purpose::Rename,
        "rename",
        "Rename a computer",
        false,
        &[Item::DeviceName, Item::LicenseKey, Item::Token, Item::MachineId],
    ),
    (
        Purpose::Usage,
        "usage",
        "Share usage",
        true,
        &[Item::Product, Item::UsageWeek, Item::BatchId, Item::UsageFrequency, Item::TitleVersion, Item::Daw],
    ),
    (Purpose::EraseUsage, "erase_usage", "Have shared usage erased", false, &[Item::BatchId]),
];

impl Purpose {
    /// Every purpose there is.
    pub fn all() -> impl Iterator<Item = Self> {
        PURPOSES.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, bool, &'static [Item]) {
        &PURPOSES[self as usize]
    }

    /// The stable name, as manifests, ledger and command line write it.
    pub fn id(self) -> &'static str {
        self.row().1
    }

    /// What a user reads.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// Whether nothing of it may leave without a current consent.
    pub fn is_optional(self) -> bool {
        self.row().3
    }

    /// The items that a request of this purpose can hold at most, whatever a manifest says.
    pub fn items(self) -> &'static [Item] {
        self.row().4
    }

    /// What goes with every shared item, and with its erasure: of which product and week a count is, and the number of the upload
    /// that it stands in. A vendor that declares one of the shared items declares these with it, for without them it says nothing.
    pub(crate) fn frame(self) -> &'static [Item] {
        match self {
            Self::Usage => &[Item::Product, Item::UsageWeek, Item::BatchId],
            Self::EraseUsage => &[Item::BatchId],
            _ => &[],
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Purpose {
    type Err = UnknownItem;

    fn from_str(name: &str) -> Result<Self, UnknownItem> {
        PURPOSES.iter().find(|row| row.1 == name).map(|row| row.0).ok_or_else(|| UnknownItem {
            list: "there is no purpose",
            name: name.to_owned(),
            suggestion: crate::suggest::nearest(name, PURPOSES.iter().map(|row| row.1)),
        })
    }
}

impl Serialize for Purpose {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Kind;

    #[test]
    fn rows_stand_in_the_order_of_the_variants() {
        for (position, purpose) in Purpose::all().enumerate() {
            assert_eq!(purpose as usize, position, "{purpose}");
            assert_eq!(purpose.id().parse::<Purpose>().unwrap(), purpose);
        }
    }

    #[test]
    fn usage_items_need_consent_and_nothing_else_does() {
        for purpose in Purpose::all() {
            for item in purpose.items().iter().filter(|item| !purpose.frame().contains(item)) {
                assert_eq!(item.entry().kind == Kind::Usage, purpose.is_optional(), "{purpose} {item}");
            }
        }
    }

    #[test]
    fn the_frame_of_a_count_tells_nothing_of_the_user_or_the_computer() {
        for item in Purpose::all().flat_map(Purpose::frame) {
            assert_eq!(item.entry().kind, Kind::Protocol, "{item}");
        }
    }

    #[test]
    fn usage_is_shared_without_account_and_computer() {
        for item in [Purpose::Usage, Purpose::EraseUsage].into_iter().flat_map(Purpose::items) {
            assert!(!matches!(item.entry().kind, Kind::Machine | Kind::Credential), "{item}");
            assert!(![Item::LicenseId, Item::MachineId, Item::TokenId].contains(item), "{item}");
        }
    }

    #[test]
    fn a_registration_or_a_transfer_tells_nothing_of_the_computer() {
        for item in [Purpose::Register, Purpose::Transfer].into_iter().flat_map(Purpose::items) {
            assert_ne!(item.entry().kind, Kind::Machine, "{item}");
        }
    }

    #[test]
    fn who_looks_at_seats_or_gives_one_back_tells_nothing_of_the_computer() {
        for item in [Purpose::Seats, Purpose::Release].into_iter().flat_map(Purpose::items) {
            assert_ne!(item.entry().kind, Kind::Machine, "{item}");
        }
    }

    #[test]
    fn labels_of_the_computer_are_sent_at_activation_alone() {
        for item in [Item::Os, Item::Cpu, Item::Memory] {
            let purposes: Vec<_> = Purpose::all().filter(|p| p.items().contains(&item)).collect();
            assert_eq!(purposes, [Purpose::Activate], "{item}");
        }
    }
}
