//! The host that a plug-in runs in, as its format names it. It refuses what a name does not need: paths, control characters
//! and length.

/// The most of a name or a version that is kept, in bytes.
const MAX_BYTES: usize = 128;

/// A host's name and version. Kept in memory alone: nothing of it is written or sent unless the user shares usage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    name: String,
    version: String,
}

impl Host {
    /// By what the plug-in format gives; empty where it gives nothing. A path is cut to its last part.
    pub fn new(name: &str, version: &str) -> Self {
        let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
        Self { name: cleaned(base), version: cleaned(version) }
    }

    /// The host's name, plain and of 128 bytes at most.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host's version, likewise.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The host's name; where its format gives none, that of the program which runs.
    pub(crate) fn name_or_program(&self) -> Option<String> {
        if !self.name.is_empty() {
            return Some(self.name.clone());
        }
        let program = std::env::current_exe().ok()?;
        Some(Self::new(&program.file_name()?.to_string_lossy(), "").name).filter(|name| !name.is_empty())
    }
}

pub(crate) fn cleaned(text: &str) -> String {
    let mut cleaned = String::new();
    for letter in text.trim().chars().filter(|letter| !letter.is_control()) {
        if cleaned.len() + letter.len_utf8() > MAX_BYTES {
            break;
        }
        cleaned.push(letter);
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_short() {
        fn check(name: &str, expect: &str) {
            assert_eq!(Host::new(name, name.rsplit('/').next().unwrap()).name(), expect, "{name:?}");
        }
        check("Ardour", "Ardour");
        check("", "");
        check(" Live 12\n", "Live 12");
        check("/home/ada/bin/reaper", "reaper");
        check(r"C:\Users\ada\FL64.exe", "FL64.exe");
        check("a\u{1b}[31mb\0c", "a[31mbc");
        check(&"x".repeat(200), &"x".repeat(128));
        check(&"ä".repeat(65), &"ä".repeat(64));
    }
}
