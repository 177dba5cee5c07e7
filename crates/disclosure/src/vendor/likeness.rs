//! Whether a vendor could be taken for another: names and ids that a hurried eye reads as the same.
//!
//! It decides nothing: likeness is said to the user, who compares root keys. It errs on the side of saying so.

use std::collections::BTreeSet;

use super::Vendor;

/// Shorter words than this are like another only if they look the same.
const LEAST_FOR_TYPOS: usize = 5;

/// Letters that look like the one they stand before; the alphabets that imitate Latin, accents, and digits.
const LOOKS: &[(char, &str)] = &[
    ('a', "аάαàáâãäåāăąǎ@4ꭺ"),
    ('b', "ьвβ8ꮟᏼ"),
    ('c', "сϲçćĉċčꮯ"),
    ('d', "ԁđďðꭰ"),
    ('e', "еёεéèêëēĕėęěҽ3ꭼ"),
    ('f', "ғƒ"),
    ('g', "ɡցğĝġģ9ꮐ"),
    ('h', "һнħĥꮋհ"),
    ('j', "јϳĵꭻ"),
    ('k', "кκķꮶ"),
    // Capital I, small L, one and bar are one stroke.
    ('l', "1іїιíìîïīĭįıiӏľĺłļ|!ꭵꮮ"),
    ('m', "мμꮇ"),
    ('n', "пηñńņňŋո"),
    ('o', "0оοσöóòôõøōŏőөօ"),
    ('p', "рρꮲ"),
    ('q', "ԛզ"),
    ('r', "гŕŗřꭱꮢ"),
    ('s', "ѕśŝşšß5$ꮪ"),
    ('t', "тτţťŧ7ꭲ"),
    ('u', "υùúûüũūŭůűųս"),
    ('v', "ѵνꮩ"),
    ('w', "ԝωŵꮃ"),
    ('x', "хχ"),
    ('y', "уүγýÿŷꭹ"),
    ('z', "źżžʐ2ꮓ"),
];

/// Groups of letters that look like another letter.
const GROUPS: &[(&str, &str)] = &[("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m")];

/// Whether one of the names of `offered` (id, name, brands) could be read as one of `known`'s.
pub fn looks_like(offered: &Vendor, known: &Vendor) -> bool {
    let (offered, known) = (faces(offered), faces(known));
    offered.iter().any(|face| known.iter().any(|other| alike(face, other)))
}

fn faces(vendor: &Vendor) -> BTreeSet<String> {
    let names = [vendor.id(), vendor.name()].into_iter().chain(vendor.brands().iter().map(String::as_str));
    names.map(face).filter(|face| !face.is_empty()).collect()
}

fn alike(one: &str, other: &str) -> bool {
    let long = one.chars().count().min(other.chars().count()) >= LEAST_FOR_TYPOS;
    one == other || long && strsim::osa_distance(one, other) <= 1
}

/// What a hurried eye sees of a name: small Latin letters, nothing between them.
fn face(name: &str) -> String {
    let letters: String =
        name.chars().flat_map(plain).flat_map(char::to_lowercase).filter_map(seen_as).collect();
    GROUPS.iter().fold(letters, |face, (group, letter)| face.replace(group, letter))
}

/// Full-width forms and the letters of mathematics are Latin letters in another dress.
fn plain(c: char) -> Option<char> {
    let code = u32::from(c);
    match code {
        0xFF01..=0xFF5E => char::from_u32(code - 0xFF01 + 0x21),
        // Thirteen alphabets of 52 letters each.
        0x1D400..=0x1D6A3 => {
            let letter = (code - 0x1D400) % 52;
            char::from_u32(if letter < 26 { 0x41 + letter } else { 0x61 + letter - 26 })
        }
        _ => Some(c),
    }
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
        let text = SMALL.replacen("id = \"small\"", &format!("id = \"{id}\""), 1).replacen(
            "name = \"Small Audio\"",
            &format!("name = \"{name}\""),
            1,
        );
        let offered = Vendor::parse(&text).unwrap_or_else(|error| panic!("{id} {name}: {error}"));
        let known = Vendor::parse(SMALL).unwrap();
        assert_eq!(looks_like(&offered, &known), expect, "{id} {name}");
        assert_eq!(looks_like(&known, &offered), expect, "{id} {name}");
    }

    #[test]
    fn what_could_be_taken_for_another() {
        check("small", "Else", true);
        check("else", "Small Audio", true);
        check("else", "SMALL  AUDIO", true);
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
        check("else", "Smal Audio", true);
        check("else", "Another\"\nbrands = [\"Small\"]\n# \"", true);
    }

    #[test]
    fn what_could_not() {
        check("tidewater", "Tidewater Instruments", false);
        check("smaller", "Smaller Instruments", false);
        check("audio", "Audio", false);
        check("loud", "Loud Audio", false);
        check("ton", "音楽", false);
    }
}
