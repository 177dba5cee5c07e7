//! A one-time code as people type it: in groups, as their telephone shows it. It refuses to touch what is not of digits alone.

use gatefold_disclosure::Sensitive;

/// Without the spaces and dashes between its digits.
pub(crate) fn digits_of(typed: &Sensitive<String>) -> Sensitive<String> {
    let is_between =
        |letter: &char| letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2014}');
    // Exposed to be sent as the server knows it.
    let typed_code = typed.expose();
    // Room for all of it: growing would leave copies behind.
    let mut code = String::with_capacity(typed_code.len());
    code.extend(typed_code.chars().filter(|letter| !is_between(letter)));
    match !code.is_empty() && code.bytes().all(|letter| letter.is_ascii_digit()) {
        true => code.into(),
        false => typed.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_digits() {
        fn check(typed: &str, expect: &str) {
            assert_eq!(digits_of(&typed.into()).expose(), expect, "{typed:?}");
        }
        check("123456", "123456");
        check(" 123 456\n", "123456");
        check("123-456", "123456");
        check("123\u{2013}456", "123456");
        check("123\u{a0}456", "123456");
        // Another kind of code may have its dashes.
        check("ab12-cd34", "ab12-cd34");
        check("- -", "- -");
        check("", "");
    }
}
