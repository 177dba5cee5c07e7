//! What each member of the files of a bundle holds: what is replaced whatever it says, and what is of a closed vocabulary.

use crate::Kind;
use crate::formats::Part;

/// How a text in a file is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Anything may be in it.
    Free,
    /// It is this, whatever it says: replaced whole.
    Whole(Kind),
    /// A fact of every such system or product, in words: `Debian GNU/Linux 12`. No name is looked for in it, for a
    /// computer may be called `debian`.
    Fact,
    /// A word of ours: a standing, a purpose. If it is none, anything may be in it.
    Word,
    /// A code: `keygen.seats_full`, or a server's, in capitals.
    Code,
    /// A version.
    Version,
    /// A time, RFC 3339.
    Time,
    /// What its own name calls a hash: a code of that length is kept, as it is where the name stands before it in a text.
    Hash,
}

/// What the member `name` of `part` holds, `depth` lists and objects down.
pub(super) fn class(part: Part, name: &str, depth: usize) -> Class {
    if is_called_a_hash(name) {
        return Class::Hash;
    }
    // Below their first members, logs and settings have names that whoever wrote them chose.
    if depth > 0 && matches!(part, Part::Log | Part::Settings) {
        return if name == "code" { Class::Code } else { Class::Free };
    }
    match name {
        "at" | "expires_at" | "refresh_by" | "issued_at" | "started_at" => Class::Time,
        "version" | "gatefold_version" | "sdk_version" => Class::Version,
        "code" => Class::Code,
        "standing" | "reason" | "outcome" | "carrier" | "purpose" | "level" | "terms" | "method"
        | "binding" | "program" | "keyring" => Class::Word,
        _ => of(part, name),
    }
}

fn is_called_a_hash(name: &str) -> bool {
    const WORDS: [&str; 7] = ["sha1", "sha256", "sha512", "md5", "hash", "digest", "checksum"];
    WORDS.contains(&name.rsplit('_').next().unwrap_or(name))
}

fn of(part: Part, name: &str) -> Class {
    match (part, name) {
        (Part::Machine, "name") => Class::Whole(Kind::Device),
        (Part::Machine, "host") => Class::Whole(Kind::Host),
        (_, "identifier") => Class::Whole(Kind::Identifier),
        (_, "license_id" | "machine_id") => Class::Whole(Kind::Id),
        (_, "account") => Class::Whole(Kind::Account),
        (_, "machine_name") => Class::Whole(Kind::Device),
        (Part::Machine, "os" | "cpu") | (_, "product" | "vendor" | "component") => Class::Fact,
        (Part::Log, "name") => Class::Word,
        _ => Class::Free,
    }
}

impl Class {
    /// Whether `text` is what a member of this class holds.
    pub(super) fn fits(self, text: &str) -> bool {
        let all = |test: fn(u8) -> bool| text.bytes().all(test);
        match self {
            Self::Free | Self::Whole(_) => false,
            Self::Hash => {
                matches!(text.len(), 32 | 40 | 56 | 64 | 96 | 128) && all(|byte| byte.is_ascii_hexdigit())
            }
            Self::Fact => text.len() <= 120,
            Self::Word => {
                text.len() <= 64 && all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
            }
            Self::Code => {
                (1..=64).contains(&text.len())
                    && (is_ours(text) || all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
            }
            Self::Version => {
                text.len() <= 40
                    && text.bytes().any(|byte| byte.is_ascii_digit())
                    && all(|byte| byte.is_ascii_alphanumeric() || b".+-~_".contains(&byte))
            }
            Self::Time => text.parse::<jiff::Timestamp>().is_ok(),
        }
    }
}

/// `area.what`, as our codes are.
fn is_ours(text: &str) -> bool {
    text.split_once('.').is_some_and(|(area, what)| {
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        word(area) && word(what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_a_closed_vocabulary_fits_it() {
        let check = |class: Class, fits: &[&str], not: &[&str]| {
            fits.iter().for_each(|text| assert!(class.fits(text), "{text}"));
            not.iter().for_each(|text| assert!(!class.fits(text), "{text}"));
        };
        check(
            Class::Code,
            &["keygen.seats_full", "NOT_FOUND"],
            &["mix", "studio-pc.example.net", "", "a.b.c"],
        );
        check(Class::Version, &["0.1.0", "3.46.1.2", "6.1.0-18-amd64"], &["mix", "1 2", ""]);
        check(Class::Time, &["2026-12-01T08:59:31.000Z"], &["2026", "mix"]);
        check(Class::Word, &["wrong_machine", "gate.answered"], &["two words", "a/b"]);
        check(Class::Fact, &["Debian GNU/Linux 12"], &[&"x".repeat(121)]);
        check(Class::Free, &[], &["anything"]);
    }

    #[test]
    fn what_is_called_a_hash_is_one() {
        for name in ["sha256", "request_sha256", "digest"] {
            assert_eq!(class(Part::Log, name, 1), Class::Hash, "{name}");
        }
        assert_eq!(class(Part::Log, "sha256_of", 1), Class::Free);
        assert!(Class::Hash.fits(&"a".repeat(64)) && !Class::Hash.fits(&"a".repeat(63)));
    }

    #[test]
    fn what_others_named_is_free() {
        assert_eq!(class(Part::Log, "name", 0), Class::Word);
        assert_eq!(class(Part::Log, "name", 1), Class::Free);
        assert_eq!(class(Part::Settings, "version", 1), Class::Free);
        assert_eq!(class(Part::Machine, "name", 0), Class::Whole(Kind::Device));
    }
}
