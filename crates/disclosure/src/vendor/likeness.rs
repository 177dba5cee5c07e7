//! Whether a vendor could be taken for another: names and ids that a hurried eye reads as the same.
//!
//! It decides nothing: likeness is said to the user, who compares root keys. It errs on the side of saying so.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

use super::Vendor;

/// Shorter names than this do not count where they are a part of another's one word.
const LEAST_FOR_PARTS: usize = 6;

/// Words that many vendors have in their names, so that they tell none from another.
const COMMON: &[&str] = &[
    "audio",
    "sound",
    "sounds",
    "music",
    "instruments",
    "plugins",
    "plug",
    "ins",
    "software",
    "labs",
    "studio",
    "studios",
    "tools",
    "digital",
    "dsp",
    "vst",
    "the",
    "and",
    "of",
    "by",
    "for",
    "official",
    "support",
    "licensing",
    "license",
    "licenses",
    "activation",
    "account",
    "accounts",
    "download",
    "downloads",
    "store",
    "shop",
    "team",
    "ltd",
    "limited",
    "inc",
    "llc",
    "gmbh",
    "ag",
    "ab",
    "co",
    "corp",
    "company",
    "group",
    "com",
    "net",
    "org",
    "io",
    "app",
    "client",
    "help",
    "service",
    "services",
    "online",
    "new",
];

/// Shorter words than this are like another only if they look the same.
const LEAST_FOR_TYPOS: usize = 5;

/// Letters that look like the one they stand before, and that Unicode's own list does not have: it takes letters with marks,
/// small capitals and digits for others, and we do not in a name.
const LOOKS: &[(char, &str)] = &[
    ('a', "4@ᴀα"),
    ('b', "8ʙʙβв"),
    ('c', "ᴄ"),
    ('d', "ᴅðđ"),
    ('e', "3ᴇε"),
    ('f', "ꜰƒ"),
    ('g', "9ɢ"),
    ('h', "ʜнһ"),
    ('j', "ᴊ"),
    ('k', "ᴋкκ"),
    // Capital I, small L, one and bar are one stroke.
    ('l', "i1|!ıɪʟł"),
    ('m', "ᴍмμ"),
    ('n', "ɴπŋп"),
    ('o', "0ᴏøσ"),
    ('p', "ᴘ"),
    ('q', "ǫ"),
    ('r', "ʀг"),
    ('s', "5$ꜱ"),
    ('t', "7ᴛтτŧ"),
    ('u', "ᴜυ"),
    ('v', "ᴠν"),
    ('w', "ᴡω"),
    ('y', "ʏγ"),
    ('z', "2ᴢ"),
];

/// Groups of letters that look like another letter.
const GROUPS: &[(&str, &str)] = &[("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m")];

/// The names by which one vendor could be taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness<'a> {
    /// Of the vendor that is offered: its name, id or a brand.
    pub offered: &'a str,
    /// Of the one that is known.
    pub known: &'a str,
}

/// By which of its names `offered` could be read as `known`: by its name if that is like, else its id, else a brand.
pub fn likeness<'a>(offered: &'a Vendor, known: &'a Vendor) -> Option<Likeness<'a>> {
    let known: Vec<Seen<'_>> = names(known).collect();
    names(offered).find_map(|name| {
        let other = known.iter().find(|other| name.could_be(other))?;
        Some(Likeness { offered: name.written, known: other.written })
    })
}

fn names(vendor: &Vendor) -> impl Iterator<Item = Seen<'_>> {
    let names = [vendor.name(), vendor.id()].into_iter().chain(vendor.brands().iter().map(String::as_str));
    names.map(Seen::of).filter(|name| !name.whole.is_empty())
}

/// A name as a hurried eye sees it.
struct Seen<'a> {
    written: &'a str,
    whole: String,
    /// Its words, but for the common ones, in no order.
    telling: BTreeSet<String>,
}

impl<'a> Seen<'a> {
    fn of(written: &'a str) -> Self {
        let common = |word: &String| COMMON.iter().any(|common| face(common) == *word);
        let words = written.split(|c: char| c.is_whitespace() || "-–—_.,:;/&+()[]'\"·".contains(c));
        let telling = words.map(face).filter(|word| !word.is_empty() && !common(word)).collect();
        Self { written, whole: face(written), telling }
    }

    /// The same but for a slip, the same with more words around it, or the same as part of one long word.
    fn could_be(&self, other: &Self) -> bool {
        alike(&self.whole, &other.whole)
            || holds(&self.telling, &other.telling)
            || holds(&other.telling, &self.telling)
            || is_part(&self.whole, &other.whole)
            || is_part(&other.whole, &self.whole)
    }
}

/// Whether each of some words is among others.
fn holds(words: &BTreeSet<String>, some: &BTreeSet<String>) -> bool {
    !some.is_empty() && some.iter().all(|one| words.iter().any(|word| alike(word, one)))
}

fn is_part(part: &str, of: &str) -> bool {
    part.chars().count() >= LEAST_FOR_PARTS && of.contains(part)
}

fn alike(one: &str, other: &str) -> bool {
    let long = one.chars().count().min(other.chars().count()) >= LEAST_FOR_TYPOS;
    one == other || long && strsim::osa_distance(one, other) <= 1
}

/// What a hurried eye sees of a name: small Latin letters, nothing between them.
pub(super) fn face(name: &str) -> String {
    // Letters in another dress (circles, squares, full width, mathematics) and their marks apart; then Unicode's own list of
    // what looks alike (TR 39, section 4), before and after capitals are gone: it knows both, and not always the same.
    let undressed: String = name.chars().map(undressed).nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let alike: String = skeleton(&undressed).collect();
    let small: String = alike.to_lowercase();
    let letters: String = skeleton(&small).flat_map(char::to_lowercase).filter_map(seen_as).collect();
    GROUPS.iter().fold(letters, |face, (group, letter)| face.replace(group, letter))
}

/// The dressed letters that Unicode does not call forms of the plain ones: white on black, and those of flags.
fn undressed(c: char) -> char {
    let code = u32::from(c);
    let letter = match code {
        0x1F150..=0x1F169 => code - 0x1F150,
        0x1F170..=0x1F189 => code - 0x1F170,
        0x1F1E6..=0x1F1FF => code - 0x1F1E6,
        _ => return c,
    };
    char::from_u32(u32::from('A') + letter).unwrap_or(c)
}

fn seen_as(c: char) -> Option<char> {
    if let Some((letter, _)) = LOOKS.iter().find(|(_, looks)| looks.contains(c)) {
        return Some(*letter);
    }
    // What joins and what stands above letters is overlooked.
    c.is_alphanumeric().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::SMALL;
    use super::*;

    /// Whether a vendor of this id and name could be taken for `small`, Small Audio.
    fn check(id: &str, name: &str, expect: bool) {
        let (offered, known) = (offered(id, name), Vendor::parse(SMALL).unwrap());
        assert_eq!(likeness(&offered, &known).is_some(), expect, "{id} {name}");
        assert_eq!(likeness(&known, &offered).is_some(), expect, "{id} {name}");
    }

    fn offered(id: &str, name: &str) -> Vendor {
        let text = SMALL.replacen("id = \"small\"", &format!("id = \"{id}\""), 1).replacen(
            "name = \"Small Audio\"",
            &format!("name = \"{name}\""),
            1,
        );
        Vendor::parse(&text).unwrap_or_else(|error| panic!("{id} {name}: {error}"))
    }

    #[test]
    fn what_could_be_taken_for_another() {
        check("small", "Else", true);
        check("else", "Small Audio", true);
        check("else", "SMALL AUDIO", true);
        check("else", "Small-Audio", true);
        check("small-audio", "Else", true);
        check("sma11", "Else", true);
        check("smail", "Else", true);
        check("srnall", "Else", true);
        check("s-m-a-l-l", "Else", true);
        check("smal", "Else", false);
        check("smalll", "Else", true);
        check("samll", "Else", true);
        check("else", "Ѕмаӏӏ", true);
        check("else", "ᏚᎷᎪᏞᏞ", true);
        check("else", "Smáll Áudio", true);
        check("else", "Ｓｍａｌｌ Ａｕｄｉｏ", true);
        check("else", "𝐒𝐦𝐚𝐥𝐥 𝐀𝐮𝐝𝐢𝐨", true);
        check("else", "Sma\u{301}ll Audio", true);
        for dressed in ["ꓢꓟꓮꓡꓡ", "ꜱᴍᴀʟʟ", "ˢᵐᵃˡˡ", "ⓢⓜⓐⓛⓛ", "🅂🄼🄰🄻🄻", "🆂🅼🅰🅻🅻", "🇸🇲🇦🇱🇱"]
        {
            check("else", dressed, true);
        }
        check("else", "Smal Audio", true);
        check("else", "Another\"\nbrands = [\"Small\"]\n# \"", true);
    }

    /// The natural ones: the known name with something around it, its words turned round, or run together.
    #[test]
    fn a_name_that_holds_the_known_one() {
        check("else", "Small Audio Ltd", true);
        check("else", "Small Audio - official", true);
        check("else", "Audio Small", true);
        check("small-licensing", "Else", true);
        check("small-support", "Small Audio Support", true);
        check("else", "The Smáll Company", true);
        check("else", "Ocean Small Instruments", true);
        check("smallaudio2", "Else", true);
        check("get-smallaudio", "Else", true);
    }

    #[test]
    fn it_says_which_names() {
        let known = Vendor::parse(SMALL).unwrap();
        let by = |id: &str, name: &str| {
            let offered = offered(id, name);
            likeness(&offered, &known).map(|like| (like.offered.to_owned(), like.known.to_owned()))
        };
        let of = |offered: &str, known: &str| Some((offered.to_owned(), known.to_owned()));
        assert_eq!(by("small", "Small Audio Ltd"), of("Small Audio Ltd", "Small Audio"));
        assert_eq!(by("small-licensing", "Else"), of("small-licensing", "Small Audio"));
        assert_eq!(by("else", "Zebra\"\nbrands = [\"Small Audio\"]\n# \""), of("Small Audio", "Small Audio"));
    }

    #[test]
    fn what_could_not() {
        check("tidewater", "Tidewater Instruments", false);
        check("smaller", "Smaller Instruments", false);
        check("audio", "Audio", false);
        check("loud", "Loud Audio", false);
        check("audio-support", "Audio Support Ltd", false);
        check("licensing", "Official Licensing", false);
        check("ton", "音楽", false);
    }
}
