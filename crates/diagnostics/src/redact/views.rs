//! What a text may be wrapped in, taken off: percent signs, escapes, entities, controls, hexadecimal digits, base64.

use std::ops::Range;

use gatefold_disclosure::quote::is_unsafe;

use super::seen::Seen;
use super::view::View;

/// Stands in the place of what was replaced already, when a result is looked at again: nothing reads across it.
pub(crate) const MASK: u8 = 0x1A;

/// Every view that there is of `text` but those of base64; `shortest` is the length of the shortest value that is looked for.
pub(crate) fn all(text: &[u8], shortest: usize) -> Vec<View> {
    let mut views = unwrapped(text);
    if text.contains(&b'+') {
        views.extend(percent(text, b'%', true));
    }
    if text.contains(&b'=') {
        views.extend(percent(text, b'=', false));
    }
    views.extend(hexadecimal(text, shortest));
    views
}

/// The views that are text again, and in which patterns are looked for, too.
pub(crate) fn unwrapped(text: &[u8]) -> Vec<View> {
    let mut views = Vec::new();
    let has = |byte: u8| text.contains(&byte);
    if has(b'%') {
        views.extend(percent(text, b'%', false));
    }
    if has(b'\\') {
        views.push(escapes(text));
    }
    if has(b'&') {
        views.extend(entities(text));
    }
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

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The byte that two hexadecimal digits at `at` say.
fn pair(text: &[u8], at: usize) -> Option<u8> {
    Some(16 * hex_digit(*text.get(at)?)? + hex_digit(*text.get(at + 1)?)?)
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

/// `\u00fc`, `\u{fc}`, `\xfc`, `\374`, `\n`, `\/` and the like as what they mean.
fn escapes(text: &[u8]) -> View {
    let mut view = View::growing(false);
    let mut at = 0;
    while at < text.len() {
        let (bytes, len) = match text[at] {
            b'\\' => escape(&text[at..]),
            byte => (vec![byte], 1),
        };
        view.push(&bytes, at, at + len);
        at += len;
    }
    view
}

/// What an escape at the start of `text` means, and its length.
fn escape(text: &[u8]) -> (Vec<u8>, usize) {
    let utf8 = |c: char| c.to_string().into_bytes();
    match text.get(1) {
        Some(b'u' | b'U') => unicode_escape(text).map_or_else(|| (vec![b'\\'], 1), |(c, len)| (utf8(c), len)),
        Some(b'x' | b'X') => pair(text, 2).map_or_else(|| (vec![b'\\'], 1), |byte| (vec![byte], 4)),
        Some(b'0'..=b'3') => octal(text).map_or_else(|| (vec![b'\\'], 1), |byte| (vec![byte], 4)),
        Some(b'n' | b'r' | b't') => (vec![b' '], 2),
        Some(byte @ (b'\\' | b'/' | b'"' | b'\'')) => (vec![*byte], 2),
        _ => (vec![b'\\'], 1),
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

/// `&amp;`, `&#252;` and `&#xFC;` as what they mean.
fn entities(text: &[u8]) -> Option<View> {
    let mut view = View::growing(false);
    let (mut at, mut changed) = (0, false);
    while at < text.len() {
        let entity = if text[at] == b'&' { entity(&text[at..]) } else { None };
        changed |= entity.is_some();
        match entity {
            Some((c, len)) => {
                view.push(c.to_string().as_bytes(), at, at + len);
                at += len;
            }
            None => {
                view.push(&text[at..=at], at, at + 1);
                at += 1;
            }
        }
    }
    changed.then_some(view)
}

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
        if len > 0 && run >= 32 && text.get(at + len).is_some_and(|byte| SEXTETS[usize::from(*byte)] < 64) {
            changed = true;
            at += len;
            run = 0;
            continue;
        }
        run = if SEXTETS[usize::from(text[at])] < 64 { run + 1 } else { 0 };
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

/// Runs of hexadecimal digits as bytes, from either digit on: plain, or as `6a 6f`, `6a:6f`, `\x6a\x6f`, `0x6a, 0x6f`.
fn hexadecimal(text: &[u8], shortest: usize) -> Vec<View> {
    let mut views = [View::growing(true), View::growing(true)];
    let mut run = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_hexdigit() {
            at += 1;
            continue;
        }
        let stretch = hex_stretch(&text[at..]);
        let digits = text[at..at + stretch].iter().filter(|byte| byte.is_ascii_hexdigit()).count();
        let mut end = at + 1;
        for (shift, view) in views.iter_mut().enumerate().filter(|_| digits >= 2 * shortest) {
            hex_run(text, at + shift, &mut run);
            end = end.max(run.last().map_or(0, |(_, at)| at + 2));
            if run.len() >= shortest {
                view.push(&[0xFF], at, at);
                run.iter().for_each(|(byte, at)| view.push(&[*byte], *at, at + 2));
            }
        }
        at = if digits >= 2 * shortest { end } else { at + stretch };
    }
    views.into_iter().filter(|view| !view.bytes.is_empty()).collect()
}

/// How far a run of digits, and of what may part them, goes on.
fn hex_stretch(text: &[u8]) -> usize {
    let goes_on = |byte: &u8| byte.is_ascii_hexdigit() || b" :-,_xX\\".contains(byte);
    text.iter().take_while(|byte| goes_on(byte)).count()
}

/// The bytes that a run of pairs of digits says, each with its place.
fn hex_run(text: &[u8], from: usize, run: &mut Vec<(u8, usize)>) {
    run.clear();
    let mut at = from;
    while let Some(byte) = pair(text, at) {
        run.push((byte, at));
        at += 2;
        let separated =
            text[at.min(text.len())..].iter().take(2).take_while(|byte| b" :-,_".contains(byte)).count();
        at += separated;
        if matches!(text.get(at..at + 2), Some(b"0x" | b"\\x" | b"0X")) {
            at += 2;
        }
    }
}

/// Runs of base64, of either alphabet, that may hold a value of `shortest` bytes and are not `seen` to hold none.
pub(crate) fn base64_runs(text: &[u8], shortest: usize, seen: &Seen) -> Vec<Range<usize>> {
    let least = (4 * shortest).div_ceil(3);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| SEXTETS[usize::from(**byte)] < 64).count();
        if len >= least && !seen.holds(&text[at..at + len]) {
            runs.push(at..at + len);
        }
        at += len + 1;
    }
    runs
}

/// The runs as bytes: from each of their first four characters on.
pub(crate) fn base64(text: &[u8], runs: &[Range<usize>]) -> Vec<View> {
    let mut views = [View::decoded(), View::decoded(), View::decoded(), View::decoded()];
    for (shift, view) in views.iter_mut().enumerate() {
        runs.iter().for_each(|run| decode_run(view, text, run.start + shift, run.end));
    }
    views.into_iter().filter(|view| !view.bytes.is_empty()).collect()
}

/// What each byte says in base64; 64 for those that say nothing.
const SEXTETS: [u8; 256] = {
    let mut sextets = [64; 256];
    let mut byte = 0;
    while byte < 256 {
        sextets[byte] = match byte as u8 {
            sign @ b'A'..=b'Z' => sign - b'A',
            sign @ b'a'..=b'z' => sign - b'a' + 26,
            sign @ b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => 64,
        };
        byte += 1;
    }
    sextets
};

fn decode_run(view: &mut View, text: &[u8], from: usize, to: usize) {
    view.begin_run(from);
    for group in text[from.min(to)..to].chunks(4) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 6 | u32::from(SEXTETS[usize::from(*byte)]));
        let bits = bits << (6 * (4 - group.len()));
        let [_, bytes @ ..] = bits.to_be_bytes();
        view.bytes.extend_from_slice(&bytes[..group.len() - 1]);
    }
    // Nothing reads on from one run into the next; the next begins at its own place.
    view.bytes.push(0xFF);
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
        check(&escapes(br"M\u00fcl\x6cer \ud83c\udf9b \u{fc} C:\\U\/a\303\274\q"), "Müller 🎛 ü C:\\U/aü\\q");
        check(&entities("&uuml;&#252;&#xFC;&amp;&nope;".as_bytes()).unwrap(), "üüü&&nope;");
        check(&without_controls("a\u{1b}[31mmix\u{1b}[0m m\u{200b}ix\0x").unwrap(), "a mix  mixx");
        let line = "A".repeat(40);
        check(
            &joined(format!("{line}\n{line}\nshort\nlines").as_bytes()).unwrap(),
            &format!("{line}{line}short\nlines"),
        );
    }

    #[test]
    fn codes_are_read_from_each_of_their_places() {
        let found = |views: Vec<View>, needle: &[u8]| {
            views.iter().any(|view| view.bytes.windows(needle.len()).any(|window| window == needle))
        };
        let base64 = |text: &[u8]| super::base64(text, &base64_runs(text, 3, &Seen::default()));
        for text in
            ["6d6978", "x6d6978", "f6d6978", "6D 69 78", "6d:69:78", r"\x6d\x69\x78", "0x6d, 0x69, 0x78"]
        {
            assert!(found(hexadecimal(text.as_bytes(), 3), b"mix"), "{text}");
        }
        for text in ["bWl4", "AbWl4", "/abWl4=", "abcbWl4", "IG1peCA=", "ICBtaXg"] {
            assert!(found(base64(text.as_bytes()), b"mix"), "{text}");
        }
        let views = base64(b"..bWl4");
        let at = views[0].bytes.windows(3).position(|window| window == b"mix").unwrap();
        assert_eq!(views[0].back(at, at + 3), (2, 6));
    }
}
