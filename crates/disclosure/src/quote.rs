//! Words of somebody else: a server, a vendor, a file. Shown plain, short and harmless, or not at all.

/// Quoted text is cut after this many characters (design, section 6).
pub const MAX_CHARS: usize = 300;

/// Foreign text as it may be shown: one line, no controls, no reordering, no link that a terminal or a page would
/// make clickable, at most [`MAX_CHARS`] characters.
pub fn quote(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unsafe(*c))
        .collect::<String>()
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    // "https://x" is no longer a link once the scheme's slashes are apart.
    let plain = plain.replace("://", ": //");
    match plain.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

/// The first character that can hide or reorder text, with its byte offset. New lines and tabs are fine.
pub(crate) fn first_unsafe(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, c)| !matches!(c, '\n' | '\r' | '\t') && is_unsafe(*c))
}

/// The one rule for what hides or reorders text: controls, the separators of lines and paragraphs, bidirectional controls,
/// and whatever is drawn as nothing: `Default_Ignorable_Code_Point` whole (Unicode 16, DerivedCoreProperties), which
/// holds soft hyphen, joiners, fillers, variation selectors and tags, and the blank of Braille.
pub fn is_unsafe(c: char) -> bool {
    // Nearly all that is ever asked about: each start reads whole vendor files.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_made_harmless() {
        let check = |input: &str, expect: &str| assert_eq!(quote(input), expect);
        check("Seat limit reached", "Seat limit reached");
        check("a\u{1b}[31mred\u{7}", "a[31mred");
        check("one\r\n two\tthree", "one two three");
        check("safe\u{202E}exe.fdp", "safeexe.fdp");
        check("see https://evil.example/x", "see https: //evil.example/x");
        check("zero\u{200B}width\u{E0041}", "zerowidth");
        check(&"x".repeat(301), &format!("{}…", "x".repeat(300)));
        check("", "");
    }

    #[test]
    fn what_is_drawn_as_nothing_is_unsafe() {
        for hidden in [
            0x00, 0x1B, 0x7F, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x180F,
            0x200B, 0x200D, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x206F, 0x2800, 0x3164,
            0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFF9, 0xFFFB, 0x1BCA0, 0x1D173, 0xE0000, 0xE0001,
            0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF,
        ] {
            let c = char::from_u32(hidden).unwrap();
            assert!(is_unsafe(c), "U+{hidden:04X}");
            assert_eq!(
                quote(&format!("a{c}b")).chars().filter(|c| is_unsafe(*c)).count(),
                0,
                "U+{hidden:04X}"
            );
        }
        for seen in [
            ' ', '~', 'é', '\u{A0}', '\u{AC}', '\u{AE}', '‐', '…', '\u{202F}', '音', '\u{2801}', '\u{FFFD}',
            '🎛',
        ] {
            assert!(!is_unsafe(seen), "{seen:?}");
        }
    }
}
