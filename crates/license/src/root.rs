//! A vendor's root key: the minisign key that signs the vendor file. It refuses legacy signatures, as minisign itself
//! does unless asked.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::error::LicenseError;
use crate::minisig::SigningKey;

/// A minisign public key.
#[derive(Clone)]
pub struct RootKey {
    line: String,
    /// Shared by copies: a point of the curve is large.
    key: Arc<SigningKey>,
}

/// A file that a root key signed. [`RootKey::vouch`] alone makes one, so whoever has one need not check it again.
#[derive(Clone, Debug)]
pub struct Vouched {
    root: RootKey,
    bytes: Vec<u8>,
    minisig: String,
    comment: String,
}

impl Vouched {
    /// Whose signature it is.
    pub fn root(&self) -> &RootKey {
        &self.root
    }

    /// The file, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its detached minisign signature.
    pub fn minisig(&self) -> &str {
        &self.minisig
    }

    /// The signature's trusted comment.
    pub fn comment(&self) -> &str {
        &self.comment
    }
}

impl RootKey {
    /// The key of these raw bytes, where nothing else of it is known: it names and finds, and no signature fits it,
    /// because signatures name the key id too.
    ///
    /// # Errors
    /// `RootKeyMalformed` if they are no key.
    pub fn of_raw(raw: &[u8; 32]) -> Result<Self, LicenseError> {
        STANDARD.encode([&b"Ed"[..], &[0; 8], raw].concat()).parse()
    }

    /// The 32 raw bytes of the Ed25519 key.
    pub fn raw(&self) -> &[u8; 32] {
        self.key.raw()
    }

    /// Eight groups of four hex digits for people to compare: half of the SHA-256 of [`Self::raw`].
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.raw());
        let groups: Vec<String> = digest[..16].chunks(2).map(hex::encode).collect();
        groups.join(" ")
    }

    /// Takes a file for signed by this key.
    ///
    /// # Errors
    /// As [`RootKey::verify`].
    pub fn vouch(&self, bytes: Vec<u8>, minisig: String) -> Result<Vouched, LicenseError> {
        let comment = self.verify(&bytes, &minisig)?;
        Ok(Vouched { root: self.clone(), bytes, minisig, comment })
    }

    /// Checks a detached minisign signature over `bytes` and returns its trusted comment.
    ///
    /// # Errors
    /// `RootSignatureMalformed`, `RootSignatureLegacy`, `RootForeign` if the key id is another's,
    /// `RootSignatureInvalid` if bytes or trusted comment are not what was signed.
    pub fn verify(&self, bytes: &[u8], minisig_text: &str) -> Result<String, LicenseError> {
        self.key.verify(bytes, minisig_text).map(str::to_owned)
    }

    /// Checks the signature over `bytes` and leaves out the second one, over the trusted comment: for who reads the file and never
    /// the comment. The first covers every byte of the file; the second covers the first and the comment, and nothing else.
    ///
    /// # Errors
    /// As [`RootKey::verify`], but that any comment will do.
    pub fn verify_without_comment(&self, bytes: &[u8], minisig_text: &str) -> Result<(), LicenseError> {
        self.key.verify_without_comment(bytes, minisig_text)
    }
}

impl FromStr for RootKey {
    type Err = LicenseError;

    /// Takes the base64 line alone, or the whole `.pub` file with its comment.
    fn from_str(text: &str) -> Result<Self, LicenseError> {
        let mut lines = text.trim().lines();
        let line = match (lines.next(), lines.next(), lines.next()) {
            (Some(line), None, None) => line,
            (Some(comment), Some(line), None) if comment.starts_with("untrusted comment:") => line,
            _ => return Err(LicenseError::RootKeyMalformed),
        };
        let line = line.trim_end();
        let bytes = STANDARD.decode(line).map_err(|_| LicenseError::RootKeyMalformed)?;
        let key = SigningKey::of_bytes(&bytes).ok_or(LicenseError::RootKeyMalformed)?;
        Ok(Self { line: line.to_owned(), key: Arc::new(key) })
    }
}

impl PartialEq for RootKey {
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw()
    }
}

impl Eq for RootKey {}

impl fmt::Display for RootKey {
    /// The base64 line, as minisign prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{OTHER_ROOT, ROOT};

    // All three made by minisign 0.11 over these bytes, the last two with `-l` and by another key.
    const SIGNED: &[u8] = b"invented vendor file\n";
    const SIGNATURE: &str = "untrusted comment: untrusted words
RUS7Zuab1ikxV6wy/jvgHHy4q3U0qf5CfqTdLLmVD2stRhp4L61D7JJugl7r++lpBKkGg82KxZPMaors2OB2Y3/k4d21yA2z/wY=
trusted comment: version 1
x41CLl8kbXlF2B8f36WKPOT7S5s9kSAj5+B+UH49s0Si9r/5o7UxkrICQ4bLqu1Y3MsRYPzkIr0yMXDNmu2SDw==
";
    const LEGACY: &str = "untrusted comment: signature from minisign secret key
RWS7Zuab1ikxVwwczLnWXN9AaZ+CeRbJJzWW+dBWRrAcUdAoWIit12TuMGFc3qOBc+xiu+a5hLLamFRYuSUCgk4XwXGsncz1TgE=
trusted comment: version 1
eU7ZJwMxnPR2omBZIOkWeXPuxkXX9DKVPhcVz5jsjybNQ1IEVX+syBQ/0zq9pCwQrSAjzBGlZJlmJI8ufH4tCA==
";
    const FOREIGN: &str = "untrusted comment: signature from minisign secret key
RUQXE+BhHBvyddGGwwRhpxRCVrDsLIsrxJnsylw5ZQj6wd6WcTFbSjXmkvvipBak1g96qKbJY0Y/bEUmZkrP+XNIgiKTmcvJ6gI=
trusted comment: version 1
f1VvAz1PNW1HadmWQviI0Yxy8d1dnRopCvdasGY8GxKYoG37A4gJ6jTFGO3+P8JobhOo/LtdoJ/E9KO35wiJAA==
";

    #[test]
    fn a_root_key_is_a_line_or_a_whole_file() {
        fn check(text: &str, good: bool) {
            let key = text.parse::<RootKey>();
            assert_eq!(
                key.as_ref().map(ToString::to_string).ok().as_deref(),
                good.then_some(ROOT),
                "{text:?}"
            );
        }
        check(ROOT, true);
        check(&format!("  {ROOT}\r\n"), true);
        check(&format!("untrusted comment: minisign public key 573129D69BE666BB\n{ROOT}\n"), true);
        check(&format!("untrusted comment: with line ends of Windows\r\n{ROOT}\r\n"), true);
        check("", false);
        check(&format!("{ROOT}\n{ROOT}"), false);
        check(&format!("untrusted comment: x\n{ROOT}\n{ROOT}"), false);
        check(&ROOT[..ROOT.len() - 4], false);
        check(&ROOT.replace("RWS", "RXS"), false);
        check(&ROOT.replace("RWS", "AAA"), false);
        // Under the neutral element almost every signature would hold.
        let weak = STANDARD.encode([&b"Ed12345678\x01"[..], &[0; 31]].concat());
        check(&weak, false);
    }

    #[test]
    fn its_raw_bytes_and_fingerprint_are_those_of_the_key() {
        let key: RootKey = ROOT.parse().unwrap();
        assert_eq!(
            hex::encode(key.raw()),
            "f452c51eec98b7f1078ee0c4e7169c3410fb04b529684fe93f020118f272c5ac"
        );
        assert_eq!(key.fingerprint(), "81e0 769b 2acc beab 1e74 d9ee 3fe6 60f9");
        let of_raw = RootKey::of_raw(key.raw()).unwrap();
        assert_eq!((&of_raw, of_raw.fingerprint()), (&key, key.fingerprint()));
        assert_eq!(
            of_raw.verify(SIGNED, SIGNATURE).map_err(|error| error.code()),
            Err("license.root_foreign")
        );
        assert!(RootKey::of_raw(&[0; 32]).is_err());
    }

    #[test]
    fn without_its_comment_a_signature_holds_for_the_same_file_and_no_other() {
        fn check(bytes: &[u8], signature: &str, expect: Result<(), &str>) {
            let key: RootKey = ROOT.parse().unwrap();
            let verified = key.verify_without_comment(bytes, signature);
            assert_eq!(verified.map_err(|error| error.code()), expect, "{signature}");
        }
        check(SIGNED, SIGNATURE, Ok(()));
        check(SIGNED, &SIGNATURE.replace("version 1", "version 2"), Ok(()));
        check(SIGNED, &SIGNATURE.replace("x41CLl", "x41CLm"), Ok(()));
        check(b"invented vendor file", SIGNATURE, Err("license.root_signature_invalid"));
        check(b"", SIGNATURE, Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace("6wy/jv", "6wy/jw"), Err("license.root_signature_invalid"));
        // The second signature in place of the first.
        let (_, second) = SIGNATURE.rsplit_once("1\n").unwrap();
        let second = STANDARD.decode(second.trim_end()).unwrap();
        let first = SIGNATURE.lines().nth(1).unwrap();
        let swapped = STANDARD.encode([&STANDARD.decode(first).unwrap()[..10], &second].concat());
        check(SIGNED, &SIGNATURE.replace(first, &swapped), Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace(": version", ":version"), Err("license.root_signature_malformed"));
        check(SIGNED, LEGACY, Err("license.root_signature_legacy"));
        check(SIGNED, FOREIGN, Err("license.root_foreign"));
        check(SIGNED, "", Err("license.root_signature_malformed"));
        check(SIGNED, &SIGNATURE[..150], Err("license.root_signature_malformed"));
    }

    #[test]
    fn signatures_of_minisign_itself_hold_and_others_do_not() {
        fn check(bytes: &[u8], signature: &str, expect: Result<&str, &str>) {
            let key: RootKey = ROOT.parse().unwrap();
            let verified = key.verify(bytes, signature);
            assert_eq!(verified.as_deref().map_err(LicenseError::code), expect, "{signature}");
            let vouched = key.vouch(bytes.to_vec(), signature.to_owned());
            assert_eq!(
                vouched.as_ref().map(Vouched::comment).map_err(LicenseError::code),
                expect,
                "{signature}"
            );
        }
        check(SIGNED, SIGNATURE, Ok("version 1"));
        check(SIGNED, &SIGNATURE.replace('\n', "\r\n"), Ok("version 1"));
        check(b"invented vendor file", SIGNATURE, Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace("version 1", "version 2"), Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace("6wy/jv", "6wy/jw"), Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace("x41CLl", "x41CLm"), Err("license.root_signature_invalid"));
        check(SIGNED, &SIGNATURE.replace(": version", ":version"), Err("license.root_signature_malformed"));
        // Neither hashed nor legacy.
        check(SIGNED, &SIGNATURE.replace("RUS7", "RVS7"), Err("license.root_signature_malformed"));
        check(SIGNED, LEGACY, Err("license.root_signature_legacy"));
        check(SIGNED, FOREIGN, Err("license.root_foreign"));
        check(SIGNED, "", Err("license.root_signature_malformed"));
        check(SIGNED, ROOT, Err("license.root_signature_malformed"));
        check(SIGNED, &SIGNATURE[..150], Err("license.root_signature_malformed"));
        let other: RootKey = OTHER_ROOT.parse().unwrap();
        assert_eq!(other.verify(SIGNED, FOREIGN), Ok("version 1".to_owned()));
    }
}
