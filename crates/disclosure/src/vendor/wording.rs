//! The free words of a vendor file: how long they may be, and what they must not pretend to be.
//!
//! It refuses what floods a page, links among words (pages have a place of their own, and are https), and names that
//! imitate letters of one alphabet with those of another (Unicode TR 39, "mixed-script confusables").

use std::sync::LazyLock;

use super::alphabet::mixed_word;
use super::check::Part;
use super::coherence::is_https_page;
use super::fact::Fact;
use super::file::VendorFile;
use super::likeness::face;
use super::transfer::is_address;

/// Names: of the vendor, its brands, its products, what a contact or a field is for.
const NAME: usize = 80;
/// Names of firms and authorities, titles.
const FIRM: usize = 200;
/// Whatever is said in sentences; as much as is ever quoted (design, section 6).
const WORDS: usize = 300;
/// An address of e-mail has no more (RFC 5321, section 4.5.3.1).
const CONTACT: usize = 254;
/// A product's version.
const VERSION: usize = 40;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    /// A name somebody is known by, or answers as.
    Name,
    /// Words.
    Words,
    /// An address: of e-mail (`mailto:` or not), an https page, a telephone number, a house.
    Contact,
}

/// The first text that is too long, empty, or pretends to be what it is not, with its place.
pub(super) fn fault(file: &VendorFile) -> Option<(Part, String)> {
    let mut found = None;
    texts(file, &mut |part, field, text, most, is| {
        if found.is_none() {
            found = fault_of(text, most, is).map(|fault| (part, format!("{field} {fault}")));
        }
    });
    found.or_else(|| names_of_members(file))
}

/// Every free text of the file: its place, its name, how long it may be in characters.
fn texts(file: &VendorFile, tell: &mut impl FnMut(Part, &str, &str, usize, As)) {
    tell(Part::Top("name"), "name", &file.name, NAME, As::Name);
    for brand in &file.brands {
        tell(Part::Top("brands"), "a brand", brand, NAME, As::Name);
    }
    for (nth, product) in file.product.iter().enumerate() {
        tell(Part::Of("product", nth, "name"), "a product's name", &product.name, NAME, As::Name);
        tell(Part::Of("product", nth, "kind"), "a product's kind", &product.kind, NAME, As::Words);
        tell(
            Part::Of("product", nth, "version"),
            "a product's version",
            &product.version,
            VERSION,
            As::Words,
        );
    }
    if let Some(identifier) = &file.identifier {
        sides(&identifier.kind, |text| {
            tell(Part::Top("identifier"), "identifier.kind", text, FIRM, As::Words)
        });
    }
    for (nth, rule) in file.item.iter().enumerate() {
        let mut said = |field: &'static str, text: &str| {
            tell(Part::Of("item", nth, field), &format!("{}: {field}", rule.id), text, WORDS, As::Words);
        };
        said("words", &rule.words);
        rule.reason
            .iter()
            .filter_map(|reason| reason.words.as_ref())
            .for_each(|words| said("reason.words", words));
        sides(&rule.retention, |text| said("retention", text));
        sides(&rule.region, |text| said("region", text));
    }
    for (nth, fact) in file.network.iter().enumerate() {
        tell(Part::Nth("network", nth), "a network fact's name", &fact.name, NAME, As::Words);
        sides(&fact.reason, |text| {
            tell(Part::Nth("network", nth), "a network fact's reason", text, WORDS, As::Words);
        });
    }
    for field in file.registration.iter().flat_map(|registration| &registration.fields) {
        tell(
            Part::In("registration".into(), "fields".into()),
            "a field of registration",
            field,
            NAME,
            As::Words,
        );
    }
    for fee in file.transfer.iter().filter_map(|transfer| transfer.fee.as_deref()) {
        tell(Part::In("transfer".into(), "fee".into()), "what a transfer costs", fee, WORDS, As::Words);
    }
    if let Some(support) = &file.support {
        if let Some(contact) = &support.contact {
            let part = Part::In("support".into(), "contact".into());
            tell(part, "where support is reached", contact, CONTACT, As::Contact);
        }
        sides(&support.notice, |text| {
            let part = Part::In("support".into(), "notice".into());
            tell(part, "what is promised before diagnostics", text, WORDS, As::Words);
        });
    }
    policy(file, tell);
}

fn policy(file: &VendorFile, tell: &mut impl FnMut(Part, &str, &str, usize, As)) {
    let policy = &file.policy;
    let mut top = |field: &'static str, text: &str, most, is| {
        // `policy.controller.name` is a member of `[policy.controller]`.
        let part = field
            .rsplit_once('.')
            .map_or(Part::Top("policy"), |(table, member)| Part::In(table.into(), member.into()));
        tell(part, field, text, most, is);
    };
    top("policy.title", &policy.title, FIRM, As::Words);
    for (field, fact) in [
        ("policy.scope", &policy.scope),
        ("policy.retention", &policy.retention),
        ("policy.region", &policy.region),
        ("policy.notice.how", &policy.notice.how),
    ] {
        sides(fact, |text| top(field, text, WORDS, As::Words));
    }
    let controller = &policy.controller;
    top("policy.controller.name", &controller.name, FIRM, As::Name);
    for (field, text, most) in [
        ("policy.controller.address", &controller.address, WORDS),
        ("policy.controller.representative", &controller.representative, WORDS),
        ("policy.controller.authority", &controller.authority, FIRM),
    ] {
        text.iter().for_each(|text| top(field, text, most, As::Words));
    }
    for (key, recipient) in &policy.recipient {
        let part = Part::In(format!("policy.recipient.{key}").into(), "name".into());
        tell(part, "a recipient's name", &recipient.name, FIRM, As::Name);
    }
    for (nth, right) in policy.right.iter().enumerate() {
        if let Some(note) = &right.note {
            tell(Part::Of("policy.right", nth, "note"), "a right's note", note, WORDS, As::Words);
        }
    }
    for (nth, category) in policy.category.iter().enumerate() {
        tell(Part::Nth("policy.category", nth), "a category's name", &category.name, FIRM, As::Words);
    }
    for (nth, row) in policy.purpose.iter().enumerate() {
        tell(Part::Nth("policy.purpose", nth), "a purpose's name", &row.name, FIRM, As::Words);
    }
    for (nth, statement) in policy.statement.iter().enumerate() {
        let mut said = |field, text, most| {
            tell(Part::Nth("policy.statement", nth), field, text, most, As::Words);
        };
        said("what a statement is about", &statement.about, NAME);
        sides(&statement.says, |text| said("a statement", text, WORDS));
    }
    for (nth, contact) in policy.contact.iter().enumerate() {
        tell(Part::Of("policy.contact", nth, "role"), "a contact's role", &contact.role, NAME, As::Name);
        tell(
            Part::Of("policy.contact", nth, "value"),
            "a contact's value",
            &contact.value,
            CONTACT,
            As::Contact,
        );
    }
}

fn sides<'a>(fact: &'a Fact<String>, tell: impl FnMut(&'a String)) {
    fact.is.iter().chain(&fact.other).for_each(tell);
}

/// Members whose names are the file's own choice, and a country.
fn names_of_members(file: &VendorFile) -> Option<(Part, String)> {
    let is_plain = |name: &String| {
        (1..=32).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
    };
    let wrong = |part, mut names: Box<dyn Iterator<Item = &String> + '_>| {
        let name = names.find(|name| !is_plain(name))?;
        let shown: String = name.chars().take(40).collect();
        Some((part, format!("\"{shown}\" is no name here: 1 to 32 lower-case letters, digits, _ and -")))
    };
    let country = file
        .policy
        .controller
        .country
        .as_ref()
        .filter(|country| country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()));
    wrong(Part::Top("endpoint"), Box::new(file.endpoint.keys()))
        .or_else(|| wrong(Part::Top("link"), Box::new(file.link.keys())))
        .or_else(|| wrong(Part::Top("policy"), Box::new(file.policy.recipient.keys())))
        .or_else(|| {
            country.map(|_| {
                let part = Part::In("policy.controller".into(), "country".into());
                (part, "a country has two upper-case letters (ISO 3166-1)".to_owned())
            })
        })
}

fn fault_of(text: &str, most: usize, is: As) -> Option<String> {
    let chars = text.chars().count();
    if text.trim().is_empty() {
        return Some("is empty".to_owned());
    }
    if chars > most {
        return Some(format!("has {chars} characters, {most} at most are allowed"));
    }
    if text.trim() != text {
        return Some("begins or ends with white space".to_owned());
    }
    if text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_whitespace() && b.is_whitespace()) {
        return Some("has more than one space in a row".to_owned());
    }
    if !text.is_ascii() && piles_marks(text) {
        return Some("piles up marks above its letters".to_owned());
    }
    match is {
        As::Contact => contact_fault(text),
        As::Name => link_fault(text)
            .or_else(|| bracket_fault(text))
            .or_else(|| mixed_fault(text))
            .or_else(|| posing_fault(text)),
        As::Words => link_fault(text).or_else(|| markup_fault(text)),
    }
}

fn piles_marks(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).any(|three| three.iter().all(|c| is_mark(*c)))
}

fn contact_fault(text: &str) -> Option<String> {
    if let Some(address) = strip_scheme(text, "mailto:") {
        return (!is_address(address)).then(|| "has a mailto: that is no address".to_owned());
    }
    if text.contains("://") {
        return (!is_https_page(text)).then(|| "has a link that is no https page without query".to_owned());
    }
    link_fault(text).or_else(|| markup_fault(text))
}

/// Links are shown before they open, by their own names: none stands among words.
fn link_fault(text: &str) -> Option<String> {
    const SCRIPTS: [&str; 2] = ["javascript:", "vbscript:"];
    const SCHEMES: [&str; 3] = ["data:", "file:", "mailto:"];
    let small = text.to_ascii_lowercase();
    // "data: kept here" is a sentence; whatever follows it at once is an address.
    let is_address = |word: &str| {
        let mut starts = word.match_indices(|c: char| c.is_alphanumeric()).map(|(at, _)| &word[at..]);
        starts.any(|rest| {
            SCHEMES.iter().any(|scheme| rest.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        })
    };
    let is_link = small.contains("://")
        // Markdown's.
        || small.contains("](")
        || SCRIPTS.iter().any(|scheme| small.contains(scheme))
        || small.split_whitespace().any(is_address);
    is_link.then(|| "holds a link; pages stand under [link]".to_owned())
}

/// Words are shown as they are, and never as markup; what looks like it is meant for somebody who is not careful.
fn markup_fault(text: &str) -> Option<String> {
    let opens = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    text.split('<').skip(1).any(opens).then(|| "holds markup; it would be shown as it stands".to_owned())
}

/// A name has no use for what markup begins with.
fn bracket_fault(text: &str) -> Option<String> {
    text.contains(['<', '>']).then(|| "holds < or >, as no name does".to_owned())
}

/// What pages say in their own words of whoever sees data: nobody is called so.
const OURS: &[&str] = &[
    // No name holds it; the others are no whole name.
    "Gatefold",
    "this computer",
    "your computer",
    "the account",
    "you",
    "nobody",
    "no one",
    "the network",
    "the policy",
    "the policy does not say",
    "it does not say",
    "none",
    "nothing",
];

/// Who is called as Gatefold calls itself, or one of the things that it speaks of, could speak in its place.
pub(super) fn poses(name: &str) -> bool {
    /// As a hurried eye sees them; found out once.
    static SEEN: LazyLock<Vec<String>> = LazyLock::new(|| OURS.iter().map(|own| face(own)).collect());
    let seen = face(name);
    let [gatefold, others @ ..] = SEEN.as_slice() else { return false };
    seen.contains(gatefold) || others.contains(&seen)
}

fn posing_fault(text: &str) -> Option<String> {
    poses(text).then(|| "is what Gatefold calls itself or what it speaks of".to_owned())
}

fn mixed_fault(text: &str) -> Option<String> {
    mixed_word(text).map(|word| format!("mixes alphabets in \"{word}\", so it could be taken for another"))
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let start = text.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_neither_empty_nor_endless_nor_links() {
        let check = |is: As, text: &str, expect: Option<&str>| {
            let fault = fault_of(text, 20, is);
            let fits = match (&fault, expect) {
                (None, None) => true,
                (Some(fault), Some(expect)) => fault.contains(expect),
                _ => false,
            };
            assert!(fits, "{is:?} {text:?}: {fault:?}");
        };
        check(As::Words, "Shows: it is yours", None);
        check(As::Words, "data: kept here", None);
        check(As::Words, &"ü".repeat(20), None);
        check(As::Words, &"ü".repeat(21), Some("has 21 characters, 20 at most"));
        check(As::Words, "", Some("is empty"));
        check(As::Words, " \u{3000}", Some("is empty"));
        check(As::Words, "a ", Some("white space"));
        check(As::Words, "\u{A0}a", Some("white space"));
        check(As::Words, "a \u{2003}b", Some("more than one space"));
        for link in
            ["see https://a.b/", "(HTTP://a.b)", "javascript:alert(1)", "\"Data:text/html,x", "mailto:a@b.c"]
        {
            check(As::Words, link, Some("holds a link"));
            check(As::Name, link, Some("holds a link"));
        }
        for hidden in ["a[b](javascript:c)", "javascript: c", "[a](b)", "x(data:text/h", "vbscript:x"] {
            check(As::Words, hidden, Some("holds a link"));
            check(As::Name, hidden, Some("holds a link"));
        }
        for markup in ["<script>x</script>", "a <b>c", "x</p>", "<!-- x", "<img src=x"] {
            check(As::Words, markup, Some("holds markup"));
        }
        check(As::Words, "16 < 18, 3 <4 > 2", None);
        check(As::Words, "a\u{301}\u{302} b", None);
        check(As::Words, "a\u{301}\u{302}\u{303}", Some("piles up marks"));
    }

    #[test]
    fn names_keep_to_one_alphabet_a_word() {
        let check = |text: &str, mixes: bool| {
            let fault = fault_of(text, 80, As::Name);
            assert_eq!(fault.is_some_and(|fault| fault.contains("mixes alphabets")), mixes, "{text:?}");
        };
        for script in ["<script>alert(1)</script>", "Sleeve <b>Audio</b>", "\"><img src=x onerror=alert(1)>"]
        {
            let fault = fault_of(script, 80, As::Name);
            assert!(fault.is_some_and(|fault| fault.contains("< or >")), "{script:?}");
        }
        check("Sleeve Audio", false);
        check("Zażółć Ångström", false);
        check("Студия", false);
        check("Студия Sound", false);
        check("音楽 Sound", false);
        check("音楽Sound", false);
        check("µ-law 3D", false);
        check("Sl\u{435}eve", true);
        check("\u{405}leeve Audio", true);
        check("Sleeve Aud\u{3b9}o", true);
        check("Sl\u{435}\u{435}v\u{435}", true);
    }

    #[test]
    fn nobody_is_called_as_gatefold_speaks_of_itself() {
        let check = |text: &str, poses: bool| {
            let fault = fault_of(text, 80, As::Name);
            assert_eq!(fault.is_some_and(|fault| fault.contains("calls itself")), poses, "{text:?}");
        };
        for text in
            ["Gatefold", "gatefold support", "Gatef0ld", "GATE FOLD", "This computer", "You", "Nobody"]
        {
            check(text, true);
        }
        for text in ["Gate", "Computer Music Ltd", "Yours Audio", "Nobody Else Records", "Network Rail"] {
            check(text, false);
        }
    }

    #[test]
    fn contacts_are_addresses_or_https_pages() {
        let check = |text: &str, good: bool| {
            assert_eq!(fault_of(text, CONTACT, As::Contact).is_none(), good, "{text:?}")
        };
        check("privacy@sleeve.example", true);
        check("mailto:privacy@sleeve.example", true);
        check("+46 (0)90 2001820", true);
        check("Plattenweg 33, 10115 Berlin", true);
        check("https://sleeve.example/privacy", true);
        check("http://sleeve.example/privacy", false);
        check("https://sleeve.example/?subject=x", false);
        check("https://sleeve.example@evil.example/", false);
        check("mailto:a@b.c?subject=x", false);
        check("mailto:a@b@c.example", false);
        check("Berlin <b>now</b>", false);
        check("mailto:", false);
        check("javascript:alert(1)", false);
        check("ftp://sleeve.example", false);
    }
}
