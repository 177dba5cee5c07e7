//! What can go wrong in the store.

use gatefold_shelf::ShelfError;
use rusqlite::ErrorCode;

/// Why something could not be kept or read. It never carries what was to be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store was written by a newer Gatefold.
    #[error("the store was written by a newer version")]
    NewerVersion,
    /// The store's file is not a store, or holds what no version writes.
    #[error("the store is damaged")]
    Damaged,
    /// Another process kept the store busy for too long.
    #[error("the store is in use by another program")]
    Locked,
    /// Another process is at work on this license, and stayed so for too long.
    #[error("another program is at work on this license")]
    LicenseBusy,
    /// Another process changes what is kept of the account.
    #[error("another program is at work on the sign-in")]
    AccountBusy,
    /// The disk or the file system said no.
    #[error("the store's folder: {0}")]
    Disk(#[from] ShelfError),
    /// Anything else the database reports, with its extended result code.
    #[error("the store's database failed with result code {0}")]
    Database(i32),
    /// A setting's value is outside its range.
    #[error("the value of {0} is not usable")]
    SettingInvalid(&'static str),
    /// A proxy address with a user name or password in it, which would lie in clear.
    #[error("a proxy address must not hold a password")]
    ProxyWithPassword,
    /// A newer version of the vendor file was agreed to before.
    #[error("version {offered} of the vendor file is older than the agreed version {agreed}")]
    VendorOlder {
        /// The version agreed to.
        agreed: u32,
        /// The version offered now.
        offered: u32,
    },
    /// Another file with the same version was agreed to before.
    #[error("another vendor file with the same version {0} was agreed to")]
    VendorChanged(u32),
    /// A signed vendor file was agreed to, and this one is signed by nobody.
    #[error("a signed vendor file was agreed to; this one is not signed")]
    VendorUnsigned,
    /// A row of the journal cannot be read, and may be about the license that is asked for.
    #[error("a row of the journal is damaged")]
    IntentDamaged,
    /// What an account's list said of a license cannot be read any more.
    #[error("what is kept of an account's licenses is damaged in part")]
    OwnedDamaged,
    /// What was chosen cannot be read, and no default is safe in its place.
    #[error("the setting {0} is damaged")]
    SettingDamaged(&'static str),
    /// The intent is gone or further on than the step asked for.
    #[error("the journal has no such step to take")]
    IntentGone,
    /// The keyring is locked, and nobody unlocked it.
    #[error("the system's keyring is locked")]
    KeyringLocked,
    /// The keyring answers, but not as it should.
    #[error("the system's keyring failed")]
    KeyringFailed,
    /// The keyring's address leads to another computer, or would start a program.
    #[error("the address of the session bus is no socket of this computer")]
    KeyringNotLocal,
    /// The keyring does not answer.
    #[error("the system's keyring does not answer")]
    KeyringSilent,
    /// Secrets lie in the file, and no passphrase was given.
    #[error("the secrets file is closed, and no passphrase was given")]
    PassphraseMissing,
    /// The passphrase does not open the secrets file.
    #[error("the passphrase does not open the secrets file")]
    PassphraseWrong,
    /// The secrets file would grow beyond what is read again.
    #[error("the secrets do not fit the secrets file")]
    SecretsFull,
    /// The secrets file is cut or altered.
    #[error("the secrets file is damaged")]
    SecretsDamaged,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
}

/// Every code of [`StoreError::code`].
pub const CODES: &[&str] = &[
    "store.newer_version",
    "store.damaged",
    "store.locked",
    "store.license_busy",
    "store.account_busy",
    "store.link",
    "store.foreign_owner",
    "store.disk_full",
    "store.read_only",
    "store.disk",
    "store.database",
    "store.setting_invalid",
    "store.proxy_with_password",
    "store.vendor_older",
    "store.vendor_changed",
    "store.vendor_unsigned",
    "store.intent_damaged",
    "store.owned_damaged",
    "store.setting_damaged",
    "store.intent_gone",
    "store.keyring_locked",
    "store.keyring_failed",
    "store.keyring_not_local",
    "store.keyring_silent",
    "store.passphrase_missing",
    "store.passphrase_wrong",
    "store.secrets_damaged",
    "store.secrets_full",
    "store.no_randomness",
];

impl StoreError {
    /// The stable code under which words and advice are kept.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerVersion => "store.newer_version",
            Self::Damaged => "store.damaged",
            Self::Locked | Self::Disk(ShelfError::Busy) => "store.locked",
            Self::LicenseBusy => "store.license_busy",
            Self::AccountBusy => "store.account_busy",
            Self::Disk(ShelfError::Link) => "store.link",
            Self::Disk(ShelfError::ForeignOwner) => "store.foreign_owner",
            Self::Disk(ShelfError::DiskFull) => "store.disk_full",
            Self::Disk(ShelfError::ReadOnly) => "store.read_only",
            Self::Disk(_) => "store.disk",
            Self::Database(_) => "store.database",
            Self::SettingInvalid(_) => "store.setting_invalid",
            Self::ProxyWithPassword => "store.proxy_with_password",
            Self::VendorOlder { .. } => "store.vendor_older",
            Self::VendorChanged(_) => "store.vendor_changed",
            Self::VendorUnsigned => "store.vendor_unsigned",
            Self::IntentDamaged => "store.intent_damaged",
            Self::OwnedDamaged => "store.owned_damaged",
            Self::SettingDamaged(_) => "store.setting_damaged",
            Self::IntentGone => "store.intent_gone",
            Self::KeyringLocked => "store.keyring_locked",
            Self::KeyringFailed => "store.keyring_failed",
            Self::KeyringNotLocal => "store.keyring_not_local",
            Self::KeyringSilent => "store.keyring_silent",
            Self::PassphraseMissing => "store.passphrase_missing",
            Self::PassphraseWrong => "store.passphrase_wrong",
            Self::SecretsDamaged => "store.secrets_damaged",
            Self::SecretsFull => "store.secrets_full",
            Self::NoRandomness => "store.no_randomness",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            // Every other error is about a value that does not fit its column: no version writes such rows.
            return Self::Damaged;
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
            ErrorCode::DiskFull => Self::Disk(ShelfError::DiskFull),
            ErrorCode::ReadOnly => Self::Disk(ShelfError::ReadOnly),
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Self::Disk(ShelfError::Denied),
            _ => Self::Database(failure.extended_code),
        }
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_code_in_the_list() {
        use StoreError::*;
        let all = [
            NewerVersion,
            Damaged,
            Locked,
            LicenseBusy,
            AccountBusy,
            Disk(ShelfError::Link),
            Disk(ShelfError::ForeignOwner),
            Disk(ShelfError::DiskFull),
            Disk(ShelfError::ReadOnly),
            Disk(ShelfError::TooLarge),
            Database(1),
            SettingInvalid("proxy"),
            ProxyWithPassword,
            VendorOlder { agreed: 2, offered: 1 },
            VendorChanged(1),
            VendorUnsigned,
            IntentDamaged,
            OwnedDamaged,
            SettingDamaged("proxy"),
            IntentGone,
            KeyringLocked,
            KeyringFailed,
            KeyringNotLocal,
            KeyringSilent,
            PassphraseMissing,
            PassphraseWrong,
            SecretsDamaged,
            SecretsFull,
            NoRandomness,
        ];
        let codes: Vec<_> = all.iter().map(StoreError::code).collect();
        assert_eq!(codes, CODES);
        // One lock or another: it is the same to whoever waits.
        assert_eq!(Disk(ShelfError::Busy).code(), Locked.code());
    }
}
