//! What a text may be wrapped in, taken off: percent signs, escapes, entities, controls, hexadecimal digits, base64.

use gatefold_disclosure::quote::is_unsafe;

use super::coded::{is_base64, pair};
use super::view::View;

/// Stands in the place of what was replaced already, when a result is looked at again: nothing reads across it.
pub(crate) const MASK: u8 = 0x1A;

/// Each wrapping of `text` taken off alone, where it has one.
pub(crate) fn unwrapped(text: &[u8]) -> Vec<View> {
    let mut views = written(text);
    if text.contains(&b'+') {
        views.extend(percent(text, b'%', true));
    }
    if text.contains(&b'=') {
        views.extend(percent(text, b'=', false));
    }
    views
}

/// The same, as far as patterns are looked for in it, too: `=4A` and `+` are too often what they are.
pub(crate) fn written(text: &[u8]) -> Vec<View> {
    let mut views = unseen(text);
    let has = |byte: u8| text.contains(&byte);
    if has(b'%') {
        views.extend(percent(text, b'%', false));
    }
    if has(b'\\') {
        views.extend(unquoted(text, |byte| byte == b'\\'));
    }
    if has(b'&') {
        views.extend(unquoted(text, |byte| byte == b'&'));
    }
    views
}

/// Percent signs, escapes and entities taken off together; and what is unseen in the text.
pub(crate) fn together(text: &[u8]) -> Vec<View> {
    let mut views = unseen(text);
    views.extend(unquoted(text, |byte| matches!(byte, b'%' | b'\\' | b'&')));
    views
}

/// Without what cannot be seen, and without the new lines in long codes.
fn unseen(text: &[u8]) -> Vec<View> {
    let mut views = Vec::new();
    let has = |byte: u8| text.contains(&byte);
    if let Ok(text) = std::str::from_utf8(text) {
        if text
            .bytes()
            .any(|byte| (byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | MASK)) || byte >= 0x7F)
        {
            views.extend(without_controls(text));
        }
    } else if has(0) {
        views.push(without_nuls(text));
    }
    if has(b'\n') || has(b'\\') {
        views.extend(joined(text));
    }
    views
}

/// `%4A` (or `=4A`) as the byte, and where `forms` are read `+` as a blank.
fn percent(text: &[u8], sign: u8, forms: bool) -> Option<View> {
    let mut view = View::growing(false);
    let (mut at, mut changed) = (0, false);
    while at < text.len() {
        let decoded = if text[at] == sign { pair(text, at + 1) } else { None };
        let plus = forms && text[at] == b'+';
        changed |= decoded.is_some() || plus;
        let len = if decoded.is_some() { 3 } else { 1 };
        let byte = if plus { b' ' } else { text[at] };
        view.push(&[decoded.unwrap_or(byte)], at, at + len);
        at += len;
    }
    changed.then_some(view)
}

/// What stands behind the signs that are taken off, as what it means: `%4A`; `\u00fc`, `\u{fc}`, `\xfc`, `\374`, `\n`, `\/` and the
/// like; `&amp;`, `&#252;`, `&#xFC;`.
fn unquoted(text: &[u8], taken_off: fn(u8) -> bool) -> Option<View> {
    if !text.iter().any(|byte| taken_off(*byte)) {
        return None;
    }
    let mut view = View::growing(false);
    view.reserve(text.len());
    let (mut at, mut changed) = (0, false);
    while at < text.len() {
        let meant = if taken_off(text[at]) { meaning(&text[at..]) } else { None };
        let Some((bytes, len)) = meant else {
            view.push_byte(text[at], at);
            at += 1;
            continue;
        };
        changed = true;
        view.push(&bytes, at, at + len);
        at += len;
    }
    changed.then_some(view)
}

fn meaning(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    match text[0] {
        b'%' => pair(text, 1).map(|byte| (vec![byte], 3)),
        b'\\' => escape(text),
        _ => entity(text).map(|(c, len)| (c.to_string().into_bytes(), len)),
    }
}

/// What an escape at the start of `text` means, and its length.
fn escape(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    match text.get(1)? {
        b'u' | b'U' => unicode_escape(text).map(|(c, len)| (c.to_string().into_bytes(), len)),
        b'x' | b'X' => pair(text, 2).map(|byte| (vec![byte], 4)),
        b'0'..=b'3' => octal(text).map(|byte| (vec![byte], 4)),
        b'n' | b'r' | b't' => Some((vec![b' '], 2)),
        byte @ (b'\\' | b'/' | b'"' | b'\'') => Some((vec![*byte], 2)),
        _ => None,
    }
}

fn octal(text: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(text.get(1..4)?).ok()?;
    u8::from_str_radix(digits, 8).ok()
}

fn unicode_escape(text: &[u8]) -> Option<(char, usize)> {
    if text.get(2) == Some(&b'{') {
        let end = text.iter().take(12).position(|byte| *byte == b'}')?;
        let digits = std::str::from_utf8(&text[3..end]).ok()?;
        return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, end + 1));
    }
    let unit = |at| Some(u16::from_be_bytes([pair(text, at)?, pair(text, at + 2)?]));
    let first = unit(2)?;
    if (0xD800..0xDC00).contains(&first) && text.get(6..8) == Some(b"\\u") {
        let c = char::decode_utf16([first, unit(8)?]).next()?.ok()?;
        return Some((c, 12));
    }
    Some((char::from_u32(u32::from(first))?, 6))
}

const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("eacute", 'é'),
    ("egrave", 'è'),
];

fn entity(text: &[u8]) -> Option<(char, usize)> {
    let end = text.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[1..end]).ok()?;
    let c = match name.strip_prefix('#') {
        Some(digits) => {
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => ENTITIES.iter().find(|(entity, _)| *entity == name)?.1,
    };
    Some((c, end + 1))
}

/// Without controls, sequences for terminals, and whatever is drawn as nothing.
fn without_controls(text: &str) -> Option<View> {
    let mut view = View::growing(false);
    let mut changed = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\u{1b}' {
            // A sequence for a terminal parts words; it is a blank.
            let rest = &text[at + 1..];
            let len = terminal_sequence(rest);
            while chars.peek().is_some_and(|(next, _)| *next <= at + len) {
                chars.next();
            }
            view.push(b" ", at, at + 1 + len);
            changed = true;
        } else if is_unsafe(c) && !matches!(c, '\n' | '\r' | '\t') && c != char::from(MASK) {
            changed = true;
        } else {
            let mut buffer = [0; 4];
            view.push(c.encode_utf8(&mut buffer).as_bytes(), at, at + c.len_utf8());
        }
    }
    changed.then_some(view)
}

/// How long a sequence for a terminal is, after its first byte.
fn terminal_sequence(rest: &str) -> usize {
    if !rest.starts_with('[') {
        return 0;
    }
    let end = rest.bytes().skip(1).take(32).position(|byte| (0x40..=0x7E).contains(&byte));
    end.map_or(1, |end| end + 2)
}

fn without_nuls(text: &[u8]) -> View {
    let mut view = View::growing(false);
    for (at, byte) in text.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        view.push(&[*byte], at, at + 1);
    }
    view
}

/// Long lines of base64 or of digits in one, without the new lines between them, written out or as `\n`.
fn joined(text: &[u8]) -> Option<View> {
    let mut view = View::growing(false);
    let (mut at, mut run, mut changed) = (0, 0, false);
    while at < text.len() {
        let len = new_line(&text[at..]);
        if len > 0 && run >= 32 && text.get(at + len).is_some_and(|byte| is_base64(*byte)) {
            changed = true;
            at += len;
            run = 0;
            continue;
        }
        run = if is_base64(text[at]) { run + 1 } else { 0 };
        view.push(&text[at..=at], at, at + 1);
        at += 1;
    }
    changed.then_some(view)
}

fn new_line(text: &[u8]) -> usize {
    [&b"\\r\\n"[..], b"\r\n", b"\\n", b"\n"]
        .iter()
        .find(|end| text.starts_with(end))
        .map_or(0, |end| end.len())
}

/// Letters and digits alone: a value that was split reads whole.
pub(crate) fn squeezed(text: &[u8]) -> View {
    let mut view = View::growing(false);
    view.reserve(text.len());
    match std::str::from_utf8(text) {
        Ok(text) if text.is_ascii() => {
            let kept = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == MASK;
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| kept(byte))
                .for_each(|(at, byte)| view.push_byte(byte, at));
        }
        Ok(text) => {
            for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric() || *c == char::from(MASK))
            {
                let mut buffer = [0; 4];
                view.push(c.encode_utf8(&mut buffer).as_bytes(), at, at + c.len_utf8());
            }
        }
        Err(_) => {
            for (at, byte) in text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric()) {
                view.push(&[*byte], at, at + 1);
            }
        }
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(view: &View, expect: &str) {
        assert_eq!(String::from_utf8_lossy(&view.bytes), expect);
    }

    #[test]
    fn what_wraps_a_text_is_taken_off() {
        check(&percent(b"M%C3%BCl+ler%2", b'%', true).unwrap(), "Mül ler%2");
        check(
            &unquoted(br"M\u00fcl\x6cer \ud83c\udf9b \u{fc} C:\\U\/a\303\274\q", |byte| byte == b'\\')
                .unwrap(),
            "Müller 🎛 ü C:\\U/aü\\q",
        );
        check(
            &unquoted("&uuml;&#252;&#xFC;&amp;&nope;".as_bytes(), |byte| byte == b'&').unwrap(),
            "üüü&&nope;",
        );
        check(&without_controls("a\u{1b}[31mmix\u{1b}[0m m\u{200b}ix\0x").unwrap(), "a mix  mixx");
        let line = "A".repeat(40);
        check(
            &joined(format!("{line}\n{line}\nshort\nlines").as_bytes()).unwrap(),
            &format!("{line}{line}short\nlines"),
        );
    }
}
