//! One text: decoded, cleaned, looked at again.

use super::finder::{DEPTH, Sought};
use super::splice::{masked, splice};
use super::{Clean, Reason, Redactor};

/// A text that is longer is left out: nothing is cleaned in part.
pub const TEXT_MAX_BYTES: usize = 4 << 20;

impl Redactor {
    /// Cleans free text: a note, a message.
    ///
    /// # Errors
    /// Why it is left out.
    pub fn text(&mut self, bytes: &[u8]) -> Result<Clean, Reason> {
        if bytes.len() > TEXT_MAX_BYTES {
            return Err(Reason::TooLarge);
        }
        let text = decoded(bytes).ok_or(Reason::NotText)?;
        self.clean(&text, Sought::All)
    }

    pub(super) fn clean(&mut self, text: &str, sought: Sought) -> Result<Clean, Reason> {
        if self.seen.holds(text.as_bytes()) {
            return Ok(Clean { text: text.to_owned(), spans: Vec::new() });
        }
        let hits = self.hits(text.as_bytes(), sought)?;
        let clean = splice(text, &hits, &mut self.table);
        match self.still_holds(&clean, sought) {
            true => Err(Reason::StillFound),
            false => {
                if sought == Sought::All && clean.spans.is_empty() {
                    self.seen.note(text.as_bytes());
                }
                Ok(clean)
            }
        }
    }

    /// Whether a text of ours holds what it must not, as far as that can be told from words.
    pub(crate) fn is_in_clear(&self, text: &str) -> bool {
        self.still_holds(&Clean { text: text.to_owned(), spans: Vec::new() }, Sought::NoWords)
    }

    /// The second look, one wrapping deeper than the first.
    pub(super) fn still_holds(&self, clean: &Clean, sought: Sought) -> bool {
        let found = self.finder.find(&masked(clean), sought, DEPTH + 1);
        found.is_none_or(|hits| !hits.is_empty())
    }
}

/// Text as UTF-8: as it is, or from UTF-16, with its mark or by the zeros that text of our scripts has in it.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return utf16(rest, u16::from_be_bytes);
    }
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // More than four of five characters.
    let many = |count: usize| count * 5 > bytes.len() * 2;
    match (many(even), many(odd)) {
        (false, true) => utf16(bytes, u16::from_le_bytes),
        (true, false) => utf16(bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes).to_vec()).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Known};

    #[test]
    fn text_is_decoded_or_left_out() {
        let le: Vec<u8> = "Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = "Grüße".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let check = |bytes: &[u8], expect: Option<&str>| assert_eq!(decoded(bytes).as_deref(), expect);
        check("Grüße".as_bytes(), Some("Grüße"));
        check(&le, Some("Grüße"));
        check(&be, Some("Grüße"));
        check(&[&[0xFF, 0xFE], &le[..]].concat(), Some("Grüße"));
        check(&[&[0xFE, 0xFF], &be[..]].concat(), Some("Grüße"));
        check(&[&[0xFF, 0xFE], &le[..3]].concat(), None);
        check(b"caf\xe9", None);
    }

    #[test]
    fn a_second_look_finds_what_the_first_left() {
        let known = [Known::new(Kind::Host, "studio-pc")];
        let redactor = Redactor::new(&known, &[]).unwrap();
        let check = |text: &str, expect| {
            let clean = Clean { text: text.to_owned(), spans: Vec::new() };
            assert_eq!(redactor.still_holds(&clean, Sought::All), expect, "{text}");
        };
        check("nothing here", false);
        check("on STUDIO-PC", true);
        check("c3R1ZGlvLXBj", true);
        // Base64 of base64 of base64 of percent signs: deeper than the first look goes.
        check("JTczdHVkaW8lMkRwYw==", true);
    }
}
