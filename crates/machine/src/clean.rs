//! Makes a label fit to be sent and shown. It refuses nothing: it leaves out what does not belong.

use crate::LABEL_MAX_BYTES;

/// Without control characters, trimmed, at most [`LABEL_MAX_BYTES`] long and cut between characters; `None` when
/// nothing is left.
pub(crate) fn label(text: &str) -> Option<String> {
    let visible = visible(text);
    let trimmed = visible.trim();
    let cut = trimmed[..trimmed.floor_char_boundary(LABEL_MAX_BYTES)].trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// Without control characters.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A [`label`] with every run of white space made one space.
pub(crate) fn squeezed(text: &str) -> Option<String> {
    label(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cleaned() {
        fn check(input: &str, expect: Option<&str>) {
            assert_eq!(label(input).as_deref(), expect, "{input:?}");
        }
        check("plain", Some("plain"));
        check("  a  b  ", Some("a  b"));
        check("a\tb\r\nc\u{7f}\u{9b}", Some("abc"));
        check("\u{1} spaced after a control", Some("spaced after a control"));
        check("", None);
        check(" \n", None);
    }

    #[test]
    fn long_labels_are_cut_between_characters() {
        fn check(input: String, expect_len: usize) {
            let cut = label(&input).unwrap();
            assert_eq!(cut.len(), expect_len, "{input:?}");
            assert!(input.starts_with(&cut));
        }
        check("x".repeat(255), 255);
        check("x".repeat(256), 255);
        check("é".repeat(200), 254);
        check(format!("{}é", "x".repeat(254)), 254);
        check(format!("{}  tail", "x".repeat(253)), 253);
    }

    #[test]
    fn white_space_is_squeezed() {
        assert_eq!(squeezed("\ta \n b\u{2003}c ").as_deref(), Some("a b c"));
        assert_eq!(squeezed(" \n ").as_deref(), None);
    }
}
