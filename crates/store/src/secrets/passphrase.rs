//! A passphrase that opens what age sealed under it: its scrypt stanza (<https://c2sp.org/age#scrypt-recipient-stanza>).
//!
//! Not age's own identity, because that measures this computer before each use, for a limit that we set anyway: longer
//! than all the rest of a start. It refuses a stanza in another form than the one that age writes, and one that asks for
//! more work than it may.

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{DecryptError, Identity};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::aead_decrypt;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use zeroize::Zeroizing;

const TAG: &str = "scrypt";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_BYTES: usize = 16;
const SEAL_BYTES: usize = 16;

/// A passphrase, and the largest work factor (scrypt's log2(N)) that a file may ask for.
pub(super) struct Passphrase<'a> {
    pub(super) words: &'a SecretString,
    pub(super) max_work_factor: u8,
}

impl Identity for Passphrase<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        (stanza.tag == TAG).then(|| self.open(stanza))
    }
}

impl Passphrase<'_> {
    fn open(&self, stanza: &Stanza) -> Result<FileKey, DecryptError> {
        let (salt, work_factor) = asked(stanza).ok_or(DecryptError::InvalidHeader)?;
        let too_much = DecryptError::ExcessiveWork { required: work_factor, target: self.max_work_factor };
        if work_factor > self.max_work_factor {
            return Err(too_much);
        }
        let params = scrypt::Params::new(work_factor, 8, 1, 32).map_err(|_| too_much)?;
        let mut key = Zeroizing::new([0; 32]);
        let salt = [SALT_LABEL, &salt].concat();
        // Exposed to make the key of it.
        scrypt::scrypt(self.words.expose_secret().as_bytes(), &salt, &params, &mut *key)
            .map_err(|_| DecryptError::InvalidHeader)?;
        let opened = aead_decrypt(&key, FILE_KEY_BYTES, &stanza.body).map(Zeroizing::new)?;
        Ok(FileKey::init_with_mut(|file_key| file_key.copy_from_slice(&opened)))
    }
}

/// The salt and the work factor of a stanza in the one form that it may have.
fn asked(stanza: &Stanza) -> Option<([u8; SALT_BYTES], u8)> {
    let [salt, work_factor] = &stanza.args[..] else { return None };
    let salt = BASE64_STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
    let number: u8 = work_factor.parse().ok()?;
    let is_whole = stanza.body.len() == FILE_KEY_BYTES + SEAL_BYTES;
    // Neither a sign nor a leading zero.
    (is_whole && number > 0 && number.to_string() == *work_factor).then_some((salt, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "correct horse";

    fn open(words: &str, max_work_factor: u8, sealed: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let words = SecretString::from(words.to_owned());
        age::decrypt(&Passphrase { words: &words, max_work_factor }, sealed)
    }

    fn sealed(work_factor: u8) -> Vec<u8> {
        let mut recipient = age::scrypt::Recipient::new(SecretString::from(WORDS.to_owned()));
        recipient.set_work_factor(work_factor);
        age::encrypt(&recipient, b"clear").unwrap()
    }

    /// The first stanza's line changed; whatever comes after it is not looked at.
    fn with_line(sealed: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
        let start = sealed.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let end = start + sealed[start..].iter().position(|byte| *byte == b'\n').unwrap();
        let line = change(std::str::from_utf8(&sealed[start..end]).unwrap());
        [&sealed[..start], line.as_bytes(), &sealed[end..]].concat()
    }

    #[test]
    fn it_opens_what_age_sealed() {
        for work_factor in [1, 5, 10] {
            assert_eq!(open(WORDS, 10, &sealed(work_factor)).unwrap(), b"clear");
        }
    }

    #[test]
    fn another_passphrase_is_told_from_damage() {
        let sealed = sealed(1);
        let wrong = open("correct hors", 10, &sealed);
        assert!(matches!(wrong, Err(DecryptError::DecryptionFailed)), "{wrong:?}");
    }

    #[test]
    fn more_work_than_it_may_ask_for_is_refused() {
        assert_eq!(open(WORDS, 3, &sealed(3)).unwrap(), b"clear");
        let refused = open(WORDS, 3, &sealed(4));
        assert!(
            matches!(refused, Err(DecryptError::ExcessiveWork { required: 4, target: 3 })),
            "{refused:?}"
        );
    }

    #[test]
    fn a_stanza_in_another_form_is_refused() {
        let check = |change: &dyn Fn(&str) -> String| {
            let refused = open(WORDS, 18, &with_line(&sealed(1), change));
            assert!(matches!(refused, Err(DecryptError::InvalidHeader)), "{}: {refused:?}", change("…"));
        };
        let number = |number: &'static str| move |line: &str| format!("{} {number}", &line[..line.len() - 2]);
        for wrong in ["0", "01", "+1", "-1", "1.0", "x", "256", "1 1"] {
            check(&number(wrong));
        }
        check(&|line| line[..line.len() - 2].to_owned());
        check(&|line| line.replacen("scrypt ", "scrypt A", 1));
        check(&|line| line.replacen("scrypt ", "scrypt =", 1));
    }

    #[test]
    fn a_stanza_of_another_kind_is_not_ours() {
        let key = age::x25519::Identity::generate();
        let sealed = age::encrypt(&key.to_public(), b"clear").unwrap();
        let refused = open(WORDS, 18, &sealed);
        assert!(matches!(refused, Err(DecryptError::NoMatchingKeys)), "{refused:?}");
    }
}
