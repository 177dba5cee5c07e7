//! What a replaced part was: the closed list of kinds, and the pseudonyms made of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a replaced part was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The name of a computer in a network.
    Host,
    /// The name somebody signs in to a computer with.
    Login,
    /// A person's name.
    Name,
    /// A person's folder.
    Home,
    /// The name a computer was given for people.
    Device,
    /// An account at a vendor.
    Account,
    /// An e-mail address.
    Email,
    /// A serial number.
    Serial,
    /// A license key.
    Key,
    /// A token that lets somebody in.
    Token,
    /// What a computer is recognized by.
    Identifier,
    /// An address in a network.
    Ip,
    /// An address of a network card.
    Mac,
    /// A password, or what stands where one would.
    Secret,
    /// A number that a server gave: of a license, a machine, an account.
    Id,
    /// The value of a query or the fragment of an address.
    Value,
    /// Long data that nobody can read, and that may hold anything.
    Data,
}

impl Kind {
    /// Every kind, in the order in which they are counted and shown.
    pub const ALL: [Self; 17] = [
        Self::Host,
        Self::Login,
        Self::Name,
        Self::Home,
        Self::Device,
        Self::Account,
        Self::Email,
        Self::Serial,
        Self::Key,
        Self::Token,
        Self::Identifier,
        Self::Ip,
        Self::Mac,
        Self::Secret,
        Self::Id,
        Self::Value,
        Self::Data,
    ];

    /// The word that pseudonyms and the manifest have for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Login => "login",
            Self::Name => "name",
            Self::Home => "home",
            Self::Device => "device",
            Self::Account => "account",
            Self::Email => "email",
            Self::Serial => "serial",
            Self::Key => "key",
            Self::Token => "token",
            Self::Identifier => "identifier",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Secret => "secret",
            Self::Id => "id",
            Self::Value => "value",
            Self::Data => "data",
        }
    }

    /// Names are words that people choose: they may be words of the language, too.
    pub(crate) const fn is_a_name(self) -> bool {
        matches!(self, Self::Host | Self::Login | Self::Name | Self::Device)
    }
}

/// What stands in the place of a value: the same for the same value, in every shape and every file of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym {
    /// What it was.
    pub kind: Kind,
    /// Counted from 1, for each kind.
    pub number: u32,
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.as_str(), self.number)
    }
}
