//! `secrets.age`: all secrets of a home, sealed to a key that `secrets.key.age` holds under the passphrase.
//!
//! Two files because a passphrase is slow on purpose: it is asked for once a run, and each change after it costs what
//! a small file costs. A file that is as it was last read or written is not opened again: every request asks for the
//! ledger's head and keeps a new one. It refuses a wrong passphrase and a damaged file apart from each other, and never writes clear
//! text, not even for a moment.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use age::scrypt;
use age::secrecy::{ExposeSecret as _, SecretString};
use age::x25519::Identity;
use gatefold_disclosure::Sensitive;
use gatefold_shelf::{Folder, ShelfError};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::passphrase::Passphrase;
use crate::StoreError;

const KEY_FILE: &str = "secrets.key.age";
const FILE: &str = "secrets.age";
const LOCK: &str = ".secrets.lock";
const MAX_BYTES: u64 = 1 << 20;
const VERSION: u32 = 1;

/// scrypt's log2(N): about 40 ms.
const WORK_FACTOR: u8 = 14;
/// The most a file may ask for: a second or so. More is an attack on our time.
const WORK_FACTOR_MAX: u8 = 18;

/// Secrets in a file under a passphrase.
pub struct SecretsFile {
    folder: Folder,
    passphrase: SecretString,
    identity: OnceLock<Identity>,
    last: Mutex<Option<Last>>,
}

/// The file as it was last read or written, sealed and opened.
struct Last {
    sealed: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
}

/// The plaintext, as it is read.
#[derive(Deserialize)]
struct Read {
    v: u32,
    secrets: BTreeMap<String, String>,
}

/// The plaintext, as it is written.
#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    secrets: BTreeMap<&'a str, &'a str>,
}

type Kept = BTreeMap<String, Sensitive<String>>;

impl SecretsFile {
    /// Removes what a crash left half written, also where the secrets are not kept in the file now.
    pub(super) fn tidy(home: &Path) -> Result<(), StoreError> {
        match Folder::create(home)?.tidy(LOCK, |name| name == FILE || name == KEY_FILE) {
            // Nothing is half-written where nothing can be; the secrets can be read all the same.
            Err(ShelfError::ReadOnly | ShelfError::DiskFull) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Whether secrets lie in `home`. Whatever it is that lies there.
    pub(super) fn exists(home: &Path) -> bool {
        home.join(FILE).symlink_metadata().is_ok()
    }

    /// The secrets of `home`. Touches no secret and asks nothing of the passphrase yet.
    pub(super) fn new(home: &Path, passphrase: Sensitive<String>) -> Result<Self, StoreError> {
        // Exposed to be handed to age, which keeps it in a wiped type of its own.
        let passphrase = SecretString::from(passphrase.expose().clone());
        Ok(Self {
            folder: Folder::create(home)?,
            passphrase,
            identity: OnceLock::new(),
            last: Mutex::default(),
        })
    }

    pub(super) fn ready(&self) -> Result<(), StoreError> {
        let _lock = self.folder.lock(LOCK)?;
        self.read().map(drop)
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Sensitive<String>>, StoreError> {
        let _lock = match self.folder.lock(LOCK) {
            // Nobody writes then, so nobody need be kept out.
            Err(ShelfError::ReadOnly | ShelfError::DiskFull) => None,
            lock => Some(lock?),
        };
        Ok(self.read()?.remove(name))
    }

    pub(super) fn put(&self, name: &str, secret: Sensitive<String>) -> Result<(), StoreError> {
        let lock = self.folder.lock(LOCK)?;
        self.folder.sweep_staged(&lock, |name| name == FILE || name == KEY_FILE)?;
        let mut kept = self.read()?;
        kept.insert(name.to_owned(), secret);
        self.write(&kept)
    }

    pub(super) fn remove(&self, name: &str) -> Result<bool, StoreError> {
        let _lock = self.folder.lock(LOCK)?;
        let mut kept = self.read()?;
        let removed = kept.remove(name).is_some();
        if removed {
            self.write(&kept)?;
        }
        Ok(removed)
    }

    /// Reading alone makes no key: a passphrase counts from the first secret kept under it.
    fn read(&self) -> Result<Kept, StoreError> {
        let sealed = self.folder.read(FILE, MAX_BYTES)?;
        let (identity, sealed) = match (self.identity()?, sealed) {
            (Some(identity), Some(sealed)) => (identity, sealed),
            (_, None) => return Ok(Kept::new()),
            // The secrets are there and their key is gone: a new key would bury them.
            (None, Some(_)) => return Err(StoreError::SecretsDamaged),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match last.take() {
            Some(last) if last.sealed == sealed => last,
            _ => {
                let plain = age::decrypt(identity, &sealed).map(Zeroizing::new);
                Last { sealed, plain: plain.map_err(|_| StoreError::SecretsDamaged)? }
            }
        };
        let plain = &last.insert(opened).plain;
        let read: Read = serde_json::from_slice(plain).map_err(|_| StoreError::SecretsDamaged)?;
        if read.v > VERSION {
            return Err(StoreError::NewerVersion);
        }
        Ok(read.secrets.into_iter().map(|(name, secret)| (name, Sensitive::new(secret))).collect())
    }

    fn write(&self, kept: &Kept) -> Result<(), StoreError> {
        // Exposed to be sealed; the clear text lives in one wiped buffer, large enough never to be moved.
        let secrets: BTreeMap<_, _> =
            kept.iter().map(|(name, s)| (name.as_str(), s.expose().as_str())).collect();
        let room =
            secrets.iter().map(|(name, secret)| 2 * (name.len() + secret.len()) + 16).sum::<usize>() + 64;
        let mut plain = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *plain, &Written { v: VERSION, secrets })
            .map_err(|_| StoreError::SecretsDamaged)?;
        let identity = match self.identity()? {
            Some(identity) => identity,
            None => self.make_identity()?,
        };
        let sealed = age::encrypt(&identity.to_public(), &plain).map_err(|_| StoreError::SecretsDamaged)?;
        // What could not be read again must not take the place of what can.
        if sealed.len() as u64 > MAX_BYTES {
            return Err(StoreError::SecretsFull);
        }
        self.place(FILE, &sealed)?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Last { sealed, plain });
        Ok(())
    }

    /// The key the secrets are sealed to, if there is one: read once a run.
    fn identity(&self) -> Result<Option<&Identity>, StoreError> {
        if self.identity.get().is_none() {
            let Some(sealed) = self.folder.read(KEY_FILE, MAX_BYTES)? else { return Ok(None) };
            let identity = self.open_key(&sealed)?;
            return Ok(Some(self.identity.get_or_init(|| identity)));
        }
        Ok(self.identity.get())
    }

    fn open_key(&self, sealed: &[u8]) -> Result<Identity, StoreError> {
        let passphrase = Passphrase { words: &self.passphrase, max_work_factor: WORK_FACTOR_MAX };
        let text = age::decrypt(&passphrase, sealed).map(Zeroizing::new).map_err(|error| match error {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => StoreError::PassphraseWrong,
            _ => StoreError::SecretsDamaged,
        })?;
        std::str::from_utf8(&text)
            .ok()
            .and_then(|text| text.trim_end().parse().ok())
            .ok_or(StoreError::SecretsDamaged)
    }

    fn make_identity(&self) -> Result<&Identity, StoreError> {
        let identity = Identity::generate();
        let mut passphrase = scrypt::Recipient::new(self.passphrase.clone());
        passphrase.set_work_factor(WORK_FACTOR);
        // Exposed to be sealed under the passphrase.
        let sealed = age::encrypt(&passphrase, identity.to_string().expose_secret().as_bytes());
        self.place(KEY_FILE, &sealed.map_err(|_| StoreError::SecretsDamaged)?)?;
        Ok(self.identity.get_or_init(|| identity))
    }

    fn place(&self, name: &str, sealed: &[u8]) -> Result<(), StoreError> {
        let random = getrandom::u64().map_err(|_| StoreError::NoRandomness)?;
        let staged = self.folder.stage(name, sealed, random)?;
        fail::fail_point!("store.before-secrets-rename");
        staged.place()?;
        self.folder.sync()?;
        fail::fail_point!("store.after-secrets-rename");
        Ok(())
    }
}

impl fmt::Debug for SecretsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsFile").field("folder", &self.folder.path()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn open(home: &Path, passphrase: &str) -> SecretsFile {
        SecretsFile::new(home, passphrase.into()).unwrap()
    }

    fn code<T>(result: Result<T, StoreError>) -> Option<&'static str> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn the_next_run_reads_it_with_the_same_passphrase_alone() {
        let home = tempfile::tempdir().unwrap();
        open(home.path(), "correct horse").put("token/x", "hunter2 \"\u{1f3b9}\n".into()).unwrap();
        let again = open(home.path(), "correct horse");
        assert_eq!(again.get("token/x").unwrap().unwrap().expose(), "hunter2 \"\u{1f3b9}\n");
        for wrong in ["correct hors", "Correct horse", " correct horse"] {
            let wrong = open(home.path(), wrong);
            assert_eq!(code(wrong.ready()), Some("store.passphrase_wrong"));
            assert_eq!(code(wrong.get("token/x")), Some("store.passphrase_wrong"));
            assert_eq!(code(wrong.put("token/x", "y".into())), Some("store.passphrase_wrong"));
            assert_eq!(code(wrong.remove("token/x")), Some("store.passphrase_wrong"));
        }
        assert!(again.get("token/x").unwrap().is_some());
    }

    #[test]
    fn nothing_lies_there_in_clear() {
        let home = tempfile::tempdir().unwrap();
        open(home.path(), "correct horse").put("token/sleeve", "hunter2hunter2".into()).unwrap();
        for name in [KEY_FILE, FILE] {
            let path = home.path().join(name);
            let bytes = std::fs::read(&path).unwrap();
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
            assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{name}");
            for clear in ["hunter2", "token/sleeve", "correct", "SECRET-KEY"] {
                assert!(!String::from_utf8_lossy(&bytes).contains(clear), "{clear} in {name}");
            }
        }
        let key = std::fs::read(home.path().join(KEY_FILE)).unwrap();
        assert!(String::from_utf8_lossy(&key).contains(" 14\n"), "scrypt's work factor is 14");
    }

    #[test]
    fn damage_is_not_a_wrong_passphrase() {
        let damage = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
            let home = tempfile::tempdir().unwrap();
            open(home.path(), "correct horse").put("token/x", "hunter2".into()).unwrap();
            let path = home.path().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            change(&mut bytes);
            std::fs::write(&path, bytes).unwrap();
            code(open(home.path(), "correct horse").get("token/x"))
        };
        let check = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
            assert_eq!(damage(name, change), Some("store.secrets_damaged"), "{name}");
        };
        check(FILE, &|bytes| bytes.clear());
        check(FILE, &|bytes| bytes.truncate(bytes.len() - 1));
        check(FILE, &|bytes| *bytes.last_mut().unwrap() ^= 1);
        check(FILE, &|bytes| bytes.splice(.., *b"{}").for_each(drop));
        check(KEY_FILE, &|bytes| bytes.clear());
        check(KEY_FILE, &|bytes| bytes.truncate(40));
        check(KEY_FILE, &|bytes| *bytes.last_mut().unwrap() ^= 1);
    }

    #[test]
    fn what_another_process_kept_is_read() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (open(home.path(), "correct horse"), open(home.path(), "correct horse"));
        one.put("token/x", "first".into()).unwrap();
        assert_eq!(other.get("token/x").unwrap().unwrap().expose(), "first");
        one.put("token/x", "second".into()).unwrap();
        assert_eq!(other.get("token/x").unwrap().unwrap().expose(), "second");
        other.put("token/y", "third".into()).unwrap();
        assert_eq!(one.get("token/x").unwrap().unwrap().expose(), "second");
        assert_eq!(one.get("token/y").unwrap().unwrap().expose(), "third");
        std::fs::remove_file(home.path().join(FILE)).unwrap();
        assert!(one.get("token/x").unwrap().is_none());
    }

    #[test]
    fn a_lost_key_does_not_bury_the_secrets() {
        let home = tempfile::tempdir().unwrap();
        open(home.path(), "correct horse").put("token/x", "hunter2".into()).unwrap();
        let before = std::fs::read(home.path().join(FILE)).unwrap();
        std::fs::remove_file(home.path().join(KEY_FILE)).unwrap();
        let secrets = open(home.path(), "correct horse");
        assert_eq!(code(secrets.put("token/x", "new".into())), Some("store.secrets_damaged"));
        assert_eq!(std::fs::read(home.path().join(FILE)).unwrap(), before);
    }

    #[test]
    fn looking_for_a_secret_settles_no_passphrase() {
        let home = tempfile::tempdir().unwrap();
        let mistyped = open(home.path(), "correct hrose");
        mistyped.ready().unwrap();
        assert!(mistyped.get("token/x").unwrap().is_none());
        assert!(!mistyped.remove("token/x").unwrap());
        open(home.path(), "correct horse").put("token/x", "hunter2".into()).unwrap();
        assert_eq!(code(mistyped.get("token/x")), Some("store.passphrase_wrong"));
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_is_refused() {
        let home = tempfile::tempdir().unwrap();
        open(home.path(), "correct horse").put("token/x", "hunter2".into()).unwrap();
        let path = home.path().join(KEY_FILE);
        let key = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).replacen(" 14\n", " 30\n", 1);
        std::fs::write(&path, key).unwrap();
        assert_eq!(code(open(home.path(), "correct horse").ready()), Some("store.secrets_damaged"));
    }

    #[test]
    fn several_processes_lose_nothing() {
        let home = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let home = home.path();
                scope.spawn(move || {
                    let secrets = open(home, "correct horse");
                    for n in 0..5 {
                        secrets.put(&format!("{writer}/{n}"), "x".into()).unwrap();
                    }
                });
            }
        });
        assert_eq!(open(home.path(), "correct horse").read().unwrap().len(), 20);
    }
}
