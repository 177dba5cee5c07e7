//! A vendor file's closed words and facts, as a reader reads them.

pub(super) use gatefold_client::vendor::places;
use gatefold_client::vendor::{Assurance, Basis, Fact, Profile, Recipient, Right};

pub(crate) const SILENT: &str = "the policy does not say";

pub(super) fn how(right: &Right) -> String {
    let note = right.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
    format!("{}{note}{}{}", right.ways(), right.assurance.doubt(), lines(&right.lines))
}

/// Who sees data, and in which of the vendor's places.
pub(super) fn in_place(recipient: &Recipient) -> String {
    let Recipient { name, context, assurance, lines: cited } = recipient;
    format!("{name} ({}){}{}", places(context), assurance.doubt(), lines(cited))
}

/// A fact in words, with its doubt and its source.
pub(super) fn said<T>(fact: &Fact<T>, words: impl Fn(&T) -> String) -> String {
    let text = match (fact.assurance, &fact.is, &fact.other) {
        (Assurance::Contradictory, Some(one), Some(other)) if !fact.or_lines.is_empty() => {
            let (one, other) = (words(one), words(other));
            let (here, there) = (lines(&fact.lines), lines(&fact.or_lines));
            return format!("it contradicts itself: \"{one}\"{here} and \"{other}\"{there}");
        }
        (Assurance::Contradictory, Some(one), Some(other)) => {
            format!("it contradicts itself: \"{}\" and \"{}\"", words(one), words(other))
        }
        (_, Some(is), _) => format!("{}{}", words(is), fact.assurance.doubt()),
        _ => SILENT.to_owned(),
    };
    format!("{text}{}", lines(&fact.lines))
}

pub(super) fn lines(lines: &[u32]) -> String {
    if lines.is_empty() { String::new() } else { format!(" [{}]", joined(lines, ", ")) }
}

pub(super) fn joined<T: ToString>(parts: impl IntoIterator<Item = T>, between: &str) -> String {
    parts.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join(between)
}

/// Hex digits in groups, so that they can be compared and wrapped.
pub(super) fn grouped(digits: &str) -> String {
    digits.as_bytes().chunks(8).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

pub(super) fn sentence(name: &str) -> String {
    let name = name.replace('_', " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn basis_word(basis: &Basis) -> String {
    basis.label().to_lowercase()
}

pub(super) fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Forever => "forever",
        Profile::Settled => "settled",
        Profile::Leased => "leased",
    }
}
