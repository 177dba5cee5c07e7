//! Keys and tokens: in the OS keyring, in a file under a passphrase, or in memory for this run.
//!
//! It refuses clear text on any disk, and it never changes the place in silence: [`Secrets::kept`] says where secrets
//! lie and, if only in memory, why.

mod anchor;
mod file;
mod keyring;
mod passphrase;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use gatefold_disclosure::Sensitive;

pub use anchor::KeptAnchor;
pub use keyring::session_bus_is_local;

use self::file::SecretsFile;
use crate::{StoreError, VendorKey};

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretName<'a> {
    /// The key of one license.
    LicenseKey {
        /// Whose license.
        vendor: &'a VendorKey,
        /// The server's id of it.
        license_id: &'a str,
    },
    /// The token of the account at one vendor.
    Token(&'a VendorKey),
    /// The keys that the list of that account showed.
    AccountKeys(&'a VendorKey),
    /// The ledger's head and count.
    LedgerAnchor,
}

impl fmt::Display for SecretName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LicenseKey { vendor, license_id } => write!(f, "license-key/{vendor}/{license_id}"),
            Self::Token(vendor) => write!(f, "token/{vendor}"),
            Self::AccountKeys(vendor) => write!(f, "account-keys/{vendor}"),
            Self::LedgerAnchor => f.write_str("ledger-anchor"),
        }
    }
}

/// Where secrets lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the operating system's keyring.
    Keyring,
    /// In the secrets file, under the user's passphrase.
    File,
    /// In memory until this program ends.
    Memory(WhyMemory),
}

/// Why secrets lie in memory alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyMemory {
    /// No keyring answers, and no passphrase was given.
    NoKeyring,
    /// With a home of its own no keyring is used, and no passphrase was given.
    NoPassphrase,
}

/// Why the keyring cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// The session bus's address leads to another computer, or would start a program.
    NotLocal,
    /// It does not answer.
    Silent,
}

impl From<Unasked> for StoreError {
    fn from(why: Unasked) -> Self {
        match why {
            Unasked::NotLocal => Self::KeyringNotLocal,
            Unasked::Silent => Self::KeyringSilent,
        }
    }
}

/// The place of secrets of one home. Calls wait for the disk, the keyring's program, or the user who unlocks it.
#[derive(Debug)]
pub enum Secrets {
    /// The operating system's keyring.
    Keyring,
    /// There is a keyring, and it cannot be asked: this is why. Nothing is kept beside it.
    Unasked(Unasked),
    /// `secrets.age` under a passphrase.
    File(SecretsFile),
    /// `secrets.age` lies there and no passphrase was given: nothing is read, and nothing kept beside it.
    Locked,
    /// This run alone.
    Memory(WhyMemory, Mutex<BTreeMap<String, Sensitive<String>>>),
}

impl Secrets {
    /// The user's own place: the keyring; without one the file in `home` if there is a passphrase; else memory.
    ///
    /// # Errors
    /// [`StoreError::Disk`] when `home` cannot be used.
    pub fn of_user(home: &Path, passphrase: Option<Sensitive<String>>) -> Result<Self, StoreError> {
        match keyring::answers() {
            Ok(true) => Ok(Self::Keyring),
            Ok(false) => Self::file_or_memory(home, passphrase, WhyMemory::NoKeyring),
            // No reason to keep secrets elsewhere in silence, nor one not to do what needs none.
            Err(StoreError::KeyringNotLocal) => Ok(Self::Unasked(Unasked::NotLocal)),
            Err(_) => Ok(Self::Unasked(Unasked::Silent)),
        }
    }

    /// The place for a home named by the user: never the keyring (design, section 9).
    ///
    /// # Errors
    /// [`StoreError::Disk`] when `home` cannot be used.
    pub fn in_home(home: &Path, passphrase: Option<Sensitive<String>>) -> Result<Self, StoreError> {
        Self::file_or_memory(home, passphrase, WhyMemory::NoPassphrase)
    }

    fn file_or_memory(
        home: &Path,
        passphrase: Option<Sensitive<String>>,
        why: WhyMemory,
    ) -> Result<Self, StoreError> {
        SecretsFile::tidy(home)?;
        // Exposed to see whether there is one: an empty passphrase protects nothing.
        match passphrase.filter(|passphrase| !passphrase.expose().is_empty()) {
            Some(passphrase) => Ok(Self::File(SecretsFile::new(home, passphrase)?)),
            None if SecretsFile::exists(home) => Ok(Self::Locked),
            None => Ok(Self::Memory(why, Mutex::default())),
        }
    }

    /// Where secrets lie, for saying it plainly.
    pub fn kept(&self) -> Kept {
        match self {
            Self::Keyring | Self::Unasked(_) => Kept::Keyring,
            Self::File(_) | Self::Locked => Kept::File,
            Self::Memory(why, _) => Kept::Memory(*why),
        }
    }

    /// Refuses where secrets are kept in a file and no passphrase was given, or in a keyring that cannot be asked: what is
    /// missing is not what is not there.
    ///
    /// # Errors
    /// [`StoreError::PassphraseMissing`], [`StoreError::KeyringNotLocal`], [`StoreError::KeyringSilent`].
    pub fn unlocked(&self) -> Result<(), StoreError> {
        match self {
            Self::Locked => Err(StoreError::PassphraseMissing),
            Self::Unasked(why) => Err((*why).into()),
            Self::Keyring | Self::File(_) | Self::Memory(..) => Ok(()),
        }
    }

    /// Makes sure that a secret could be kept now; asked before a request whose answer must be kept.
    ///
    /// # Errors
    /// [`StoreError::KeyringLocked`], [`StoreError::KeyringFailed`], [`StoreError::KeyringNotLocal`],
    /// [`StoreError::KeyringSilent`], [`StoreError::PassphraseMissing`],
    /// [`StoreError::PassphraseWrong`], [`StoreError::SecretsDamaged`]; else what the disk says.
    pub fn ready(&self) -> Result<(), StoreError> {
        match self {
            Self::Keyring => keyring::ready(),
            Self::Unasked(why) => Err((*why).into()),
            Self::File(file) => file.ready(),
            Self::Locked => Err(StoreError::PassphraseMissing),
            Self::Memory(..) => Ok(()),
        }
    }

    /// The secret, if one is kept.
    ///
    /// # Errors
    /// As [`Secrets::ready`].
    pub fn get(&self, name: SecretName<'_>) -> Result<Option<Sensitive<String>>, StoreError> {
        let name = name.to_string();
        match self {
            Self::Keyring => keyring::get(&name),
            Self::Unasked(why) => Err((*why).into()),
            Self::File(file) => file.get(&name),
            Self::Locked => Err(StoreError::PassphraseMissing),
            Self::Memory(_, kept) => Ok(lock(kept).get(&name).cloned()),
        }
    }

    /// Keeps the secret, in place of what was.
    ///
    /// # Errors
    /// As [`Secrets::ready`].
    pub fn put(&self, name: SecretName<'_>, secret: Sensitive<String>) -> Result<(), StoreError> {
        let name = name.to_string();
        match self {
            Self::Keyring => keyring::put(&name, secret),
            Self::Unasked(why) => Err((*why).into()),
            Self::File(file) => file.put(&name, secret),
            Self::Locked => Err(StoreError::PassphraseMissing),
            Self::Memory(_, kept) => {
                lock(kept).insert(name, secret);
                Ok(())
            }
        }
    }

    /// Removes the secret; whether one was kept.
    ///
    /// # Errors
    /// As [`Secrets::ready`].
    pub fn remove(&self, name: SecretName<'_>) -> Result<bool, StoreError> {
        let name = name.to_string();
        match self {
            Self::Keyring => keyring::remove(&name),
            Self::Unasked(why) => Err((*why).into()),
            Self::File(file) => file.remove(&name),
            Self::Locked => Err(StoreError::PassphraseMissing),
            Self::Memory(_, kept) => Ok(lock(kept).remove(&name).is_some()),
        }
    }

    /// The place where the ledger's head is remembered.
    pub fn anchor(&self) -> KeptAnchor<'_> {
        KeptAnchor(self)
    }
}

/// A map is whole between any two of its calls, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(root: u8) -> VendorKey {
        VendorKey { id: "sleeve".into(), root: [root; 32] }
    }

    #[test]
    fn it_may_be_used_from_any_thread() {
        fn any_thread<T: Send + Sync>() {}
        any_thread::<Secrets>();
    }

    #[test]
    fn no_two_secrets_share_a_name() {
        let (one, two) = (vendor(1), vendor(2));
        let names = [
            SecretName::LicenseKey { vendor: &one, license_id: "a" },
            SecretName::LicenseKey { vendor: &one, license_id: "b" },
            SecretName::LicenseKey { vendor: &two, license_id: "a" },
            SecretName::Token(&one),
            SecretName::Token(&two),
            SecretName::AccountKeys(&one),
            SecretName::AccountKeys(&two),
            SecretName::LedgerAnchor,
        ];
        let distinct: std::collections::BTreeSet<_> = names.iter().map(ToString::to_string).collect();
        assert_eq!(distinct.len(), names.len(), "{distinct:?}");
    }

    #[test]
    fn a_home_of_its_own_uses_a_file_or_memory() {
        let check = |passphrase: Option<&str>, expect: Kept| {
            let home = tempfile::tempdir().unwrap();
            let secrets = Secrets::in_home(home.path(), passphrase.map(Sensitive::from)).unwrap();
            assert_eq!(secrets.kept(), expect);
            let vendor = vendor(1);
            let name = SecretName::Token(&vendor);
            secrets.ready().unwrap();
            assert!(secrets.get(name).unwrap().is_none());
            secrets.put(name, "first".into()).unwrap();
            secrets.put(name, "second".into()).unwrap();
            secrets.put(SecretName::LedgerAnchor, "other".into()).unwrap();
            assert_eq!(secrets.get(name).unwrap().unwrap().expose(), "second");
            assert!(secrets.remove(name).unwrap());
            assert!(!secrets.remove(name).unwrap());
            assert!(secrets.get(name).unwrap().is_none());
            assert_eq!(secrets.get(SecretName::LedgerAnchor).unwrap().unwrap().expose(), "other");
        };
        check(Some("correct horse"), Kept::File);
        check(Some(""), Kept::Memory(WhyMemory::NoPassphrase));
        check(None, Kept::Memory(WhyMemory::NoPassphrase));
    }

    #[test]
    fn a_file_without_its_passphrase_is_not_memory() {
        let home = tempfile::tempdir().unwrap();
        let name = SecretName::LedgerAnchor;
        let with = Secrets::in_home(home.path(), Some("correct horse".into())).unwrap();
        with.put(name, "hunter2".into()).unwrap();
        for passphrase in [None, Some("".into())] {
            let without = Secrets::in_home(home.path(), passphrase).unwrap();
            assert_eq!(without.kept(), Kept::File);
            let refused = [
                without.unlocked(),
                without.ready(),
                without.get(name).map(drop),
                without.put(name, "other".into()),
                without.remove(name).map(drop),
            ];
            for refused in refused {
                assert_eq!(refused.unwrap_err().code(), "store.passphrase_missing");
            }
        }
        assert_eq!(with.get(name).unwrap().unwrap().expose(), "hunter2");
    }

    #[test]
    fn printing_shows_no_secret() {
        let home = tempfile::tempdir().unwrap();
        // Memory first: a file that lies there is not passed over.
        for passphrase in [None, Some(Sensitive::from("correct horse"))] {
            let secrets = Secrets::in_home(home.path(), passphrase).unwrap();
            secrets.put(SecretName::LedgerAnchor, "hunter2".into()).unwrap();
            let printed = format!("{secrets:?}");
            for secret in ["hunter2", "correct horse", "AGE-SECRET-KEY"] {
                assert!(!printed.contains(secret), "{printed}");
            }
        }
    }
}
