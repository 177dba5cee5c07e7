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
    /// A word of ours: a code, a standing. If it is none, anything may be in it.
    Word,
    /// A version.
    Version,
    /// A time, RFC 3339.
    Time,
    /// A hash of a file.
    Hash,
}

/// What the member `name` of `part` holds.
pub(super) fn class(part: Part, name: &str) -> Class {
    match name {
        "at" | "expires_at" | "refresh_by" | "issued_at" | "last_file_at" | "started_at" | "checked_at"
        | "made_at" => Class::Time,
        "version" | "gatefold_version" | "sdk_version" => Class::Version,
        "sha256" => Class::Hash,
        "code" | "standing" | "reason" | "outcome" | "carrier" | "purpose" | "level" | "terms" | "method"
        | "kind" | "result" | "program" | "theme" | "binding" => Class::Word,
        _ => of(part, name),
    }
}

fn of(part: Part, name: &str) -> Class {
    match (part, name) {
        (Part::Machine, "name") => Class::Whole(Kind::Device),
        (Part::Machine, "host") => Class::Whole(Kind::Host),
        (_, "identifier" | "machine_identifier") => Class::Whole(Kind::Identifier),
        (_, "license_id" | "machine_id" | "entry_id") => Class::Whole(Kind::Id),
        (_, "account") => Class::Whole(Kind::Account),
        (_, "email") => Class::Whole(Kind::Email),
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
            Self::Fact => text.len() <= 120,
            Self::Word => {
                text.len() <= 64 && all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
            }
            Self::Version => {
                text.len() <= 40
                    && text.bytes().any(|byte| byte.is_ascii_digit())
                    && all(|byte| byte.is_ascii_alphanumeric() || b".+-~_".contains(&byte))
            }
            Self::Time => text.parse::<jiff::Timestamp>().is_ok(),
            Self::Hash => text.len() == 64 && all(|byte| byte.is_ascii_hexdigit()),
        }
    }
}
