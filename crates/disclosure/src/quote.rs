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

/// Controls, bidirectional controls and invisible characters (Unicode standard annexes 9 and 31).
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
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
}
