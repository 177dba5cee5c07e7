//! What locks usage sharing off, whatever was agreed to: the user's `DO_NOT_TRACK`, and the administrator of the computer. It
//! refuses to lock anything on.

use std::ffi::OsString;
use std::path::Path;

use crate::Folder;

/// Root's alone to write.
const POLICY_FOLDER: &str =
    if cfg!(target_os = "macos") { "/Library/Application Support/Gatefold" } else { "/etc/gatefold" };
const POLICY: &str = "policy.toml";
const MAX_POLICY_BYTES: u64 = 64 * 1024;
const VARIABLE: &str = "DO_NOT_TRACK";

/// Who locked usage sharing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageLock {
    /// The environment says `DO_NOT_TRACK`.
    Environment,
    /// The administrator: `usage = false` in `/etc/gatefold/policy.toml`, or a policy there that cannot be read.
    Administrator,
}

impl UsageLock {
    /// Whether the environment asks not to be tracked. A plug-in asks once, when it is opened: later another thread of the host
    /// may be setting a variable.
    pub fn of_environment() -> Option<Self> {
        asks_not_to(std::env::var_os(VARIABLE)).then_some(Self::Environment)
    }

    /// Whether the administrator locked it. Reads a small file.
    pub fn of_administrator() -> Option<Self> {
        is_locked_in(Path::new(POLICY_FOLDER)).then_some(Self::Administrator)
    }
}

/// Whether anybody did.
pub fn usage_lock() -> Option<UsageLock> {
    UsageLock::of_environment().or_else(UsageLock::of_administrator)
}

/// The variable says no by being there; empty, `0` and `false` are how people take it back.
fn asks_not_to(value: Option<OsString>) -> bool {
    value.is_some_and(|value| !value.is_empty() && value != "0" && !value.eq_ignore_ascii_case("false"))
}

/// What is there and cannot be understood may say no, so it does.
fn is_locked_in(folder: &Path) -> bool {
    let policy = Folder::open(folder).and_then(|folder| match folder {
        Some(folder) => folder.read(POLICY, MAX_POLICY_BYTES),
        None => Ok(None),
    });
    match policy {
        Ok(None) => false,
        Ok(Some(bytes)) => !permits(&bytes),
        Err(_) => true,
    }
}

fn permits(policy: &[u8]) -> bool {
    let table = str::from_utf8(policy).ok().and_then(|text| text.parse::<toml::Table>().ok());
    table.is_some_and(|table| table.get("usage").is_none_or(|usage| usage.as_bool() == Some(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn do_not_track_is_a_no_unless_it_is_taken_back() {
        fn check(value: Option<&str>, expect: bool) {
            assert_eq!(asks_not_to(value.map(OsString::from)), expect, "{value:?}");
        }
        check(None, false);
        check(Some(""), false);
        check(Some("0"), false);
        check(Some("false"), false);
        check(Some("FALSE"), false);
        check(Some("1"), true);
        check(Some("true"), true);
        check(Some("no"), true);
    }

    #[test]
    fn an_administrators_policy_locks_off_and_never_on() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("gatefold");
        assert!(!is_locked_in(&folder), "there is none");
        std::fs::create_dir(&folder).unwrap();
        assert!(!is_locked_in(&folder), "an empty folder");
        let check = |policy: &[u8], expect: bool| {
            std::fs::write(folder.join(POLICY), policy).unwrap();
            assert_eq!(is_locked_in(&folder), expect, "{}", String::from_utf8_lossy(policy));
        };
        check(b"", false);
        check(b"other = 1\n", false);
        check(b"usage = true\n", false);
        check(b"usage = false\n", true);
        check(b"# as agreed\nusage = false # for all\n", true);
        check(b"usage = \"false\"\n", true);
        check(b"usage = 0\n", true);
        check(b"usage == false\n", true);
        check(b"\xff\n", true);
        check(&[b'#'; 65 * 1024], true);
        std::fs::remove_file(folder.join(POLICY)).unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.join(POLICY)).unwrap();
        assert!(is_locked_in(&folder), "a link");
        std::fs::remove_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(home.path(), &folder).unwrap();
        assert!(is_locked_in(&folder), "a link to a folder");
    }
}
