//! What this computer is called toward one vendor. It refuses to be made from anything but that vendor's root key and
//! the operating system's machine id, so two vendors cannot compare notes, and hardware can change freely.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::LicenseError;
use crate::root::RootKey;

const PREFIX: &str = "gf1-";

/// `gf1-` and 64 lower-case hex digits; Keygen calls it the fingerprint.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifier(String);

impl Identifier {
    /// HMAC-SHA-256 of the machine id's text, keyed with the 32 raw bytes of the vendor's root key.
    ///
    /// Whether the id is usable (not empty, not all zero) is settled where it is read.
    pub fn derive(root: &RootKey, os_machine_id: &str) -> Self {
        // HMAC takes keys of every length; the type has no way to say so.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(root.raw()) else { unreachable!() };
        mac.update(os_machine_id.as_bytes());
        Self(format!("{PREFIX}{}", hex::encode(mac.finalize().into_bytes())))
    }

    /// The text, as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identifier {
    type Err = LicenseError;

    fn from_str(text: &str) -> Result<Self, LicenseError> {
        let digits = text.strip_prefix(PREFIX).ok_or(LicenseError::IdentifierMalformed)?;
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() == 64 && digits.bytes().all(lower_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LicenseError::IdentifierMalformed)
        }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Identifier {
    // A pseudonym of the computer does not belong in a log by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identifier(gf1-…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FINGERPRINT, MACHINE_ID, OTHER_ROOT, ROOT};

    #[test]
    fn it_is_the_hmac_that_openssl_computes() {
        // openssl dgst -sha256 -mac HMAC -macopt hexkey:(the raw root key)
        let expect = "gf1-1365e40aecfcd7e56c93f4cf473f9f688ab94dc49ed3b6803a74bd240cb4d161";
        let identifier = Identifier::derive(&ROOT.parse().unwrap(), MACHINE_ID);
        assert_eq!(identifier.as_str(), expect);
        assert_eq!(identifier.to_string().parse::<Identifier>(), Ok(identifier));
    }

    #[test]
    fn every_vendor_and_every_computer_gets_another() {
        let (root, other) = (ROOT.parse().unwrap(), OTHER_ROOT.parse().unwrap());
        assert_ne!(Identifier::derive(&root, MACHINE_ID), Identifier::derive(&other, MACHINE_ID));
        assert_ne!(Identifier::derive(&root, MACHINE_ID), Identifier::derive(&root, "another"));
        assert!(!format!("{:?}", Identifier::derive(&root, MACHINE_ID)).contains("1365e40a"));
    }

    #[test]
    fn anything_else_is_no_identifier() {
        fn check(text: &str, good: bool) {
            assert_eq!(text.parse::<Identifier>().is_ok(), good, "{text:?}");
        }
        check(FINGERPRINT, true);
        check("", false);
        check("gf1-", false);
        check(&FINGERPRINT[..67], false);
        check(&format!("{FINGERPRINT}1"), false);
        check(&FINGERPRINT.replace("gf1-", "gf2-"), false);
        check(&FINGERPRINT.replace("-1", "-A"), false);
        check(&FINGERPRINT.replace("-1", "-g"), false);
        check(&FINGERPRINT.replace("-11", "-é"), false);
        check(&format!(" {FINGERPRINT}"), false);
    }
}
