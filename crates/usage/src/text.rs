//! Texts as programs gave them, made fit to be counted and shown: short, of one line, without what hides or reorders. It refuses to
//! guess what a text means.

/// What is kept of a text, in characters.
pub const MAX_TEXT_CHARS: usize = 40;

/// Its letters, digits, signs and single blanks, as many as are kept; none if nothing is left.
pub(crate) fn tidied(text: &str) -> Option<String> {
    let printable = |c: char| {
        let is_blank = c.is_whitespace() || c.is_control();
        if is_blank { Some(' ') } else { (!is_unseen(c)).then_some(c) }
    };
    let line: String = text.chars().take(4 * MAX_TEXT_CHARS).filter_map(printable).collect();
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let kept: String = words.join(" ").chars().take(MAX_TEXT_CHARS).collect();
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Characters that change how others are shown, or are shown as nothing (Unicode's general category Cf, as far as it has been seen
/// in names, and private use).
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..)
}

/// A product's version, as the product gave it; none if it gave nothing.
pub fn version(given: &str) -> Option<String> {
    tidied(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_and_of_one_line() {
        let check = |given: &str, expect: Option<&str>| {
            assert_eq!(version(given).as_deref(), expect, "{given:?}");
        };
        check("2.1.0", Some("2.1.0"));
        check("  2.1\r\n beta\t3 ", Some("2.1 beta 3"));
        check("", None);
        check(" \u{200b}\n", None);
        check("1\u{202e}.0", Some("1.0"));
        check(&"x".repeat(1_000), Some(&"x".repeat(40)));
        check(&"é ".repeat(50), Some(("é ".repeat(20)).trim_end()));
    }
}
