//! Typed log fields. What is not typed at the source does not get into a log.
//!
//! A field is written as `key = log::public(value)`; its `Debug` output carries a mark that [`classify`] reads back.
//! Third-party events and format strings have no mark, so the log's layer drops them.

use std::fmt;

use tracing::field::DebugValue;

const MARK: char = '\u{1}';

/// How a logged value may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Says nothing about the user: a count, a code, a product version.
    Public,
    /// Tells one thing from another; kept as a stable pseudonym.
    Pseudonym,
    /// Kept as its name alone.
    Secret,
}

/// A value with its class. The `Debug` form of a secret never holds the value.
pub struct Typed<T>(Class, T);

impl<T: fmt::Display> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Class::Public => write!(f, "{MARK}p{}", self.1),
            Class::Pseudonym => write!(f, "{MARK}n{}", self.1),
            Class::Secret => write!(f, "{MARK}s"),
        }
    }
}

/// A value that says nothing about the user.
pub fn public<T: fmt::Display>(value: T) -> DebugValue<Typed<T>> {
    tracing::field::debug(Typed(Class::Public, value))
}

/// A value that is kept as a pseudonym.
pub fn pseudonym<T: fmt::Display>(value: T) -> DebugValue<Typed<T>> {
    tracing::field::debug(Typed(Class::Pseudonym, value))
}

/// A value of which only the name is kept.
pub fn secret<T: fmt::Display>(value: T) -> DebugValue<Typed<T>> {
    tracing::field::debug(Typed(Class::Secret, value))
}

/// Reads a field's `Debug` output back. `None` means untyped: it does not get in.
pub fn classify(debug: &str) -> Option<(Class, &str)> {
    let rest = debug.strip_prefix(MARK)?;
    let class = match rest.as_bytes().first()? {
        b'p' => Class::Public,
        b'n' => Class::Pseudonym,
        b's' => Class::Secret,
        _ => return None,
    };
    Some((class, &rest[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_field_reads_back_and_an_untyped_does_not() {
        let check = |debug: String, expect| assert_eq!(classify(&debug), expect);
        check(format!("{:?}", public(3)), Some((Class::Public, "3")));
        check(format!("{:?}", pseudonym("studio")), Some((Class::Pseudonym, "studio")));
        check(format!("{:?}", secret("hunter2")), Some((Class::Secret, "")));
        check(format!("{:?}", "studio"), None);
        check("studio".into(), None);
    }
}
