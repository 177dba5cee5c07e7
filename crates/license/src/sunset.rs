//! A sunset: the vendor's word, signed by its root key, that it is gone. What counts of its files goes on counting without
//! end. It refuses what the root key did not sign, what names another root, and any member that it does not know.

use jiff::civil::Date;
use serde::Deserialize;

use crate::error::LicenseError;
use crate::root::{RootKey, Vouched};

/// The largest statement, in bytes.
pub const MAX_SUNSET_BYTES: usize = 16 * 1024;

/// A signed statement that a vendor is gone. It counts from when it is here, whatever the clock says: the day is told, and
/// compared with nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sunset(Words);

/// What stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The version of the format.
    sunset: u32,
    id: String,
    root_key: String,
    gone_since: Date,
    statement: String,
}

const VERSION: u32 = 1;

impl Sunset {
    /// Whether a file is meant as such a statement: TOML whose first level has `sunset`, and so no vendor file. Nothing is
    /// believed of it.
    pub fn is_meant_by(bytes: &[u8]) -> bool {
        let table = || str::from_utf8(bytes).ok()?.parse::<toml::Table>().ok();
        bytes.len() <= MAX_SUNSET_BYTES && table().is_some_and(|table| table.contains_key("sunset"))
    }

    /// The root key that a statement names, to look for the vendor by; only [`Sunset::of`] shows whether it signed it.
    ///
    /// # Errors
    /// `SunsetMalformed`, `RootKeyMalformed`.
    pub fn root_named_in(bytes: &[u8]) -> Result<RootKey, LicenseError> {
        read(bytes)?.root_key.parse()
    }

    /// Reads a statement that its root key signed.
    ///
    /// # Errors
    /// `SunsetMalformed`; `RootForeign` if it names another root than the one that signed it.
    pub fn of(vouched: &Vouched) -> Result<Self, LicenseError> {
        let words = read(vouched.bytes())?;
        match words.root_key.parse::<RootKey>()? == *vouched.root() {
            true => Ok(Self(words)),
            false => Err(LicenseError::RootForeign),
        }
    }

    /// Checks the root signature over a statement and reads it.
    ///
    /// # Errors
    /// The errors of [`RootKey::verify`]; those of [`Sunset::of`].
    pub fn open(bytes: &[u8], minisig_text: &str, root: &RootKey) -> Result<Self, LicenseError> {
        Self::of(&root.vouch(bytes.to_vec(), minisig_text.to_owned())?)
    }

    /// [`Sunset::of`] for what lies under a vendor's name, and is nobody's word under another's.
    ///
    /// # Errors
    /// As there; `SunsetMalformed` for another vendor's.
    pub fn of_vendor(vouched: &Vouched, id: &str) -> Result<Self, LicenseError> {
        let sunset = Self::of(vouched)?;
        match sunset.id() == id {
            true => Ok(sunset),
            false => Err(LicenseError::SunsetMalformed("it is of another vendor")),
        }
    }

    /// The vendor's id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Since when the vendor says that it is gone, in its own calendar.
    pub const fn gone_since(&self) -> Date {
        self.0.gone_since
    }

    /// What the vendor says to the user; foreign text.
    pub fn statement(&self) -> &str {
        &self.0.statement
    }
}

fn read(bytes: &[u8]) -> Result<Words, LicenseError> {
    let malformed = LicenseError::SunsetMalformed;
    if bytes.len() > MAX_SUNSET_BYTES {
        return Err(malformed("it is too large"));
    }
    let text = str::from_utf8(bytes).map_err(|_| malformed("not text"))?;
    let words: Words =
        toml::from_str(text).map_err(|_| malformed("its members are not those of a statement"))?;
    if words.sunset == VERSION { Ok(words) } else { Err(malformed("it is of a newer format")) }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    struct Desk {
        pair: minisign::KeyPair,
        root: RootKey,
    }

    impl Desk {
        fn new() -> Self {
            let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
            Self { root: pair.pk.to_base64().parse().unwrap(), pair }
        }

        fn text(&self) -> String {
            format!(
                "sunset = 1\nid = \"sleeve\"\nroot_key = \"{}\"\ngone_since = \"2031-05-01\"\nstatement = \"Thanks.\"\n",
                self.root
            )
        }

        fn open(&self, text: &str) -> Result<Sunset, LicenseError> {
            let signature =
                minisign::sign(Some(&self.pair.pk), &self.pair.sk, Cursor::new(text), None, None).unwrap();
            Sunset::open(text.as_bytes(), &signature.into_string(), &self.root)
        }
    }

    #[test]
    fn only_what_the_root_signed_is_read() {
        let (desk, other) = (Desk::new(), Desk::new());
        let text = desk.text();
        let sunset = desk.open(&text).unwrap();
        let said = (sunset.id(), sunset.gone_since().to_string(), sunset.statement());
        assert_eq!(said, ("sleeve", "2031-05-01".to_owned(), "Thanks."));
        assert_eq!(Sunset::root_named_in(text.as_bytes()), Ok(desk.root.clone()));

        let signature = minisign::sign(None, &desk.pair.sk, Cursor::new(&text), None, None).unwrap();
        let signature = signature.into_string();
        let altered = text.replace("2031", "2030");
        let open = |text: &str, root: &RootKey| Sunset::open(text.as_bytes(), &signature, root);
        assert_eq!(open(&altered, &desk.root), Err(LicenseError::RootSignatureInvalid));
        assert_eq!(open(&text, &other.root), Err(LicenseError::RootForeign));
        assert_eq!(Sunset::open(text.as_bytes(), "", &desk.root), Err(LicenseError::RootSignatureMalformed));
        // Who speaks for another vendor by their own key speaks for nobody.
        assert_eq!(other.open(&text), Err(LicenseError::RootForeign));
    }

    #[test]
    fn a_statement_is_read_whole_or_not_at_all() {
        let desk = Desk::new();
        let check = |from: &str, to: &str| {
            let text = desk.text();
            assert!(text.contains(from), "{from}");
            let read = desk.open(&text.replacen(from, to, 1)).map(drop);
            assert_eq!(read.map_err(|error| error.code()), Err("license.sunset_malformed"), "{from} -> {to}");
        };
        check("sunset = 1", "sunset = 2");
        check("sunset = 1", "sunset = \"1\"");
        check("id = \"sleeve\"\n", "");
        check("id", "more = 1\nid");
        check("2031-05-01", "2031-13-01");
        check("statement = \"Thanks.\"", "statement = 3");
        check("Thanks.", &"x".repeat(MAX_SUNSET_BYTES));
    }

    #[test]
    fn a_statement_and_a_vendor_file_are_told_apart() {
        let check = |bytes: &[u8], expect: bool| assert_eq!(Sunset::is_meant_by(bytes), expect);
        check(Desk::new().text().as_bytes(), true);
        check(b"sunset = 7", true);
        check(include_bytes!("../../../vendors/sleeve/vendor.toml"), false);
        check(b"[link]\nsunset = 1\n", false);
        check(b"sunset", false);
        check(b"\xff", false);
        check(&[b"sunset = 1\n#".as_slice(), &[b'x'; MAX_SUNSET_BYTES]].concat(), false);
    }
}
