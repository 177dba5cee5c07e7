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
