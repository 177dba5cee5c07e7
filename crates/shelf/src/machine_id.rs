//! The operating system's machine id, read as an ordinary user can.
//!
//! It refuses empty ids and placeholders, and it never makes a stand-in up: two computers with the same invented id
//! would share a license, one with a new id at every start would lose it. On Linux it waits for no pipe that stands in the
//! file's place, and reads no more than an id has.

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
    of_system()
}

#[cfg(not(target_os = "linux"))]
fn of_system() -> Result<Zeroizing<String>, ShelfError> {
    machine_uid::get().map(Zeroizing::new).map_err(|_| ShelfError::MachineIdUnreadable)
}

#[cfg(target_os = "linux")]
use on_linux::of_system;

#[cfg(target_os = "linux")]
mod on_linux {
    use rustix::fs::{FileType, Mode, OFlags, fstat, open};
    use rustix::io::{Errno, read, retry_on_intr};
    use zeroize::Zeroizing;

    use super::is_an_id;
    use crate::ShelfError;

    /// Where machine-id(5) and D-Bus keep it. The first is a link to the second on some systems, and the only one on others.
    const PLACES: [&str; 2] = ["/var/lib/dbus/machine-id", "/etc/machine-id"];
    /// More than an id has with its line end; whatever is longer is none.
    const ROOM_BYTES: usize = 256;

    pub(super) fn of_system() -> Result<Zeroizing<String>, ShelfError> {
        first_of(&PLACES)
    }

    /// What the first of these places holds that is there and holds an id: an image that is cleaned for copies has an empty file, and
    /// the system fills one of them. Where it cannot be read the next one is not asked: it may hold another id, by which a
    /// license would seem to be another computer's.
    pub(super) fn first_of(places: &[&str]) -> Result<Zeroizing<String>, ShelfError> {
        let mut none = None;
        for place in places {
            match at(place) {
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Ok(text) if !is_an_id(text.trim()) => none = none.or(Some(text)),
                found => return found.map_err(|_| ShelfError::MachineIdUnreadable),
            }
        }
        none.ok_or(ShelfError::MachineIdUnreadable)
    }

    fn at(place: &str) -> Result<Zeroizing<String>, Errno> {
        let file = open(place, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
        if FileType::from_raw_mode(fstat(&file)?.st_mode) != FileType::RegularFile {
            return Err(Errno::INVAL);
        }
        let mut bytes = Zeroizing::new([0_u8; ROOM_BYTES]);
        let mut length = 0;
        loop {
            match retry_on_intr(|| read(&file, &mut bytes[length..]))? {
                0 => break,
                count => length += count,
            }
            if length == ROOM_BYTES {
                return Err(Errno::FBIG);
            }
        }
        let text = str::from_utf8(&bytes[..length]).map_err(|_| Errno::ILSEQ)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
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

    /// Whatever stands at the place, the answer comes at once.
    #[cfg(target_os = "linux")]
    #[test]
    fn only_a_small_regular_file_holds_one() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let id = "3f1c9a7e5b2d4860a1b2c3d4e5f60718\n";
        std::fs::write(at("id"), id).unwrap();
        std::fs::write(at("empty"), "").unwrap();
        std::fs::write(at("long"), "3".repeat(256)).unwrap();
        std::fs::write(at("no-text"), [0xff; 32]).unwrap();
        symlink(at("id"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        symlink(at("loop"), at("loop")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        let check = |names: &[&str], expect: Option<&str>| {
            let places: Vec<String> = names.iter().map(|name| at(name)).collect();
            let places: Vec<&str> = places.iter().map(String::as_str).collect();
            let found = on_linux::first_of(&places);
            assert_eq!(found.as_ref().ok().map(|found| found.as_str()), expect, "{names:?}");
            assert_eq!(found.err(), expect.is_none().then_some(ShelfError::MachineIdUnreadable), "{names:?}");
        };
        check(&["id"], Some(id));
        check(&["link"], Some(id));
        check(&["nowhere", "id"], Some(id));
        check(&["dangling", "id"], Some(id));
        check(&["id/x", "id"], Some(id));
        check(&["empty", "id"], Some(id));
        check(&["id", "empty"], Some(id));
        // That an empty one is no id is told by whoever accepts it.
        check(&["empty"], Some(""));
        check(&["empty", "nowhere"], Some(""));
        check(&["empty", "folder"], None);
        for name in ["long", "no-text", "loop", "zero", "folder", "pipe"] {
            check(&[name, "id"], None);
        }
        check(&["nowhere", "dangling"], None);
        check(&[], None);
    }

    #[test]
    fn it_is_not_printed() {
        let id = OsMachineId::accept("3f1c9a7e5b2d4860a1b2c3d4e5f60718").unwrap();
        assert_eq!(format!("{id:?}"), "OsMachineId([secret])");
    }
}
