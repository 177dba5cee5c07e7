//! The operating system's machine id, read as an ordinary user can.
//!
//! It refuses empty ids and placeholders, and it never makes a stand-in up: two computers with the same invented id
//! would share a license, one with a new id at every start would lose it.

use std::fmt;

use zeroize::Zeroizing;

use crate::ShelfError;

/// In a test build, this variable stands for the operating system's answer.
#[cfg(feature = "failpoints")]
const TEST_VARIABLE: &str = "GATEFOLD_TEST_MACHINE_ID";

/// Hex digits of a machine id: 128 bits on every system we know (machine-id(5), a UUID elsewhere).
const HEX_DIGITS: usize = 32;

/// The machine id, kept from sight: it is an input of keys, and machine-id(5) calls it confidential.
#[derive(Clone)]
pub struct OsMachineId(Zeroizing<String>);

impl OsMachineId {
    /// The id as the system words it, to derive the identifier and the unlock key from.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn accept(answer: &str) -> Result<Self, ShelfError> {
        let id = answer.trim();
        if is_an_id(id) {
            Ok(Self(Zeroizing::new(id.to_owned())))
        } else {
            Err(ShelfError::MachineIdUnusable)
        }
    }
}

impl fmt::Debug for OsMachineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OsMachineId([secret])")
    }
}

/// Asks the operating system for its machine id. Reads a small file (the registry on Windows).
///
/// # Errors
/// [`ShelfError::MachineIdUnreadable`] when there is none, [`ShelfError::MachineIdUnusable`] when it is a placeholder.
pub fn os_machine_id() -> Result<OsMachineId, ShelfError> {
    OsMachineId::accept(&read()?)
}

fn read() -> Result<Zeroizing<String>, ShelfError> {
    #[cfg(feature = "failpoints")]
    if let Ok(id) = std::env::var(TEST_VARIABLE) {
        return Ok(Zeroizing::new(id));
    }
    machine_uid::get().map(Zeroizing::new).map_err(|_| ShelfError::MachineIdUnreadable)
}

/// 32 hex digits, with or without a UUID's hyphens, and not all the same one ("uninitialized" has none of that).
fn is_an_id(id: &str) -> bool {
    let mut digits = id.bytes().filter(|byte| *byte != b'-');
    let (Some(first), count) = (digits.clone().next(), digits.clone().count()) else { return false };
    count == HEX_DIGITS
        && digits.clone().all(|byte| byte.is_ascii_hexdigit())
        && digits.any(|byte| byte != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_refused() {
        fn check(answer: &str, expect: Option<&str>) {
            let got = OsMachineId::accept(answer);
            assert_eq!(got.as_ref().ok().map(OsMachineId::expose), expect, "{answer:?}");
            assert_eq!(got.err(), expect.is_none().then_some(ShelfError::MachineIdUnusable), "{answer:?}");
        }
        let machine_id = "3f1c9a7e5b2d4860a1b2c3d4e5f60718";
        let uuid = "3F1C9A7E-5B2D-4860-A1B2-C3D4E5F60718";
        check(machine_id, Some(machine_id));
        check(&format!(" {machine_id}\n"), Some(machine_id));
        check(uuid, Some(uuid));
        check("", None);
        check("\n", None);
        check("uninitialized", None);
        check("uninitialized\n", None);
        check("00000000000000000000000000000000", None);
        check("00000000-0000-0000-0000-000000000000", None);
        check("ffffffffffffffffffffffffffffffff", None);
        check("--------------------------------", None);
        check(&machine_id[1..], None);
        check(&format!("{machine_id}0"), None);
        check("3f1c9a7e5b2d4860a1b2c3d4e5f6071g", None);
        check("Default string, to be filled by", None);
        check("３f1c9a7e5b2d4860a1b2c3d4e5f6071", None);
    }

    #[test]
    fn it_is_not_printed() {
        let id = OsMachineId::accept("3f1c9a7e5b2d4860a1b2c3d4e5f60718").unwrap();
        assert_eq!(format!("{id:?}"), "OsMachineId([secret])");
    }
}
