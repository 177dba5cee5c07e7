//! Codes that stand for bytes, read as them: hexadecimal digits, base64.

use std::ops::Range;

use super::seen::Seen;
use super::view::View;

/// The byte that two hexadecimal digits at `at` say.
pub(super) fn pair(text: &[u8], at: usize) -> Option<u8> {
    Some(16 * hex_digit(*text.get(at)?)? + hex_digit(*text.get(at + 1)?)?)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether base64 has this sign.
pub(super) fn is_base64(byte: u8) -> bool {
    SEXTETS[usize::from(byte)] < 64
}

/// Runs of hexadecimal digits as bytes, from either digit on: plain, or as `6a 6f`, `6a:6f`, `\x6a\x6f`, `0x6a, 0x6f`.
pub(super) fn hexadecimal(text: &[u8], shortest: usize) -> Vec<View> {
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
pub(super) fn base64_runs(text: &[u8], shortest: usize, seen: &Seen) -> Vec<Range<usize>> {
    let least = (4 * shortest).div_ceil(3);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| is_base64(**byte)).count();
        if len >= least && !seen.holds(&text[at..at + len]) {
            runs.push(at..at + len);
        }
        at += len + 1;
    }
    runs
}

/// The runs as bytes: from each of their first four characters on.
pub(super) fn base64(text: &[u8], runs: &[Range<usize>]) -> Vec<View> {
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

    #[test]
    fn codes_are_read_from_each_of_their_places() {
        let found = |views: Vec<View>, needle: &[u8]| {
            views.iter().any(|view| view.bytes.windows(needle.len()).any(|window| window == needle))
        };
        let base64 = |text: &[u8]| base64(text, &base64_runs(text, 3, &Seen::default()));
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
