//! Text of a bundle as it may be shown: what cannot be seen is made to be seen.

use std::fmt::Write as _;

use gatefold_disclosure::quote::is_unsafe;

/// Longer texts are cut where one line of them is shown.
pub(super) const LINE_MAX_CHARS: usize = 2_000;

/// `text` with every control, every turn of direction and everything that is drawn as nothing made visible; new lines and tabs
/// stay.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t') || !is_unsafe(c) {
            shown.push(c);
        } else {
            push_visible(&mut shown, c);
        }
    }
    shown
}

/// The same in one line of at most 2,000 characters.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * LINE_MAX_CHARS));
    let mut chars = text.chars();
    for c in chars.by_ref().take(LINE_MAX_CHARS) {
        if is_unsafe(c) {
            push_visible(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

fn push_visible(shown: &mut String, c: char) {
    match u32::from(c) {
        // Unicode has a picture for each of these.
        code @ 0..0x20 => shown.push(char::from_u32(0x2400 + code).unwrap_or('\u{FFFD}')),
        0x7F => shown.push('\u{2421}'),
        code => {
            // Writing into a text cannot fail.
            let _ = write!(shown, "⟨U+{code:04X}⟩");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_hidden() {
        let check = |text: &str, expect: &str| assert_eq!(visible(text), expect);
        check("a\u{1b}[31mred\u{7}", "a␛[31mred␇");
        check("one\r\ntwo\tx", "one␍\ntwo\tx");
        check("safe\u{202E}exe.fdp", "safe⟨U+202E⟩exe.fdp");
        check("\u{7f}\u{9b}\u{200b}\u{e0041}", "␡⟨U+009B⟩⟨U+200B⟩⟨U+E0041⟩");
        assert_eq!(line("one\ntwo"), "one␊two");
        assert_eq!(line(&"x".repeat(2_001)), format!("{}…", "x".repeat(2_000)));
    }
}
