//! Everything that is wrong with a vendor file, for whoever writes it: code, place, the line itself and the word that was
//! meant.
//!
//! A reader stops at the first mistake. Here a slip of one word is set right in a copy, and reading goes on; so each fault
//! has its place in the file as it was written. Nothing that is found good here counts for more than [`Vendor::parse`] says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Vendor;
use super::check::{
    Place, VendorError, citations, date_place, hash_place, incoherences, issuer_place, place, read,
};
use crate::quote;

/// After so many the rest is not told: something else is wrong.
pub const MOST_FAULTS: usize = 50;
/// What is shown of a line.
const EXCERPT_CHARS: usize = 120;

/// One thing that is wrong with a vendor file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The stable code.
    pub code: &'static str,
    /// The line, counted from 1; none where it is about the whole file.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// The line itself, shortened; nothing in it can command a terminal.
    pub text: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The word that was meant.
    pub suggestion: Option<String>,
}

impl Fault {
    /// A fault at a place of the text, or of the whole file.
    fn at(text: &str, code: &'static str, place: Option<Place>, message: String) -> Self {
        let line = place.and_then(|place| text.lines().nth(place.line - 1));
        Self {
            code,
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            text: line.map(excerpt),
            message,
            suggestion: None,
        }
    }

    fn of(text: &str, error: &VendorError, place: Option<Place>) -> Self {
        let (message, suggestion) = match error {
            VendorError::Syntax { message, suggestion, .. } => (message.clone(), suggestion.clone()),
            VendorError::Incoherent { message, .. } => (message.clone(), None),
            VendorError::UnsafeText { character, .. } => {
                let code = u32::from(*character);
                (format!("the character U+{code:04X} can hide or reorder what is read"), None)
            }
            VendorError::TooLarge(_) | VendorError::NewerFormat(_) => (error.to_string(), None),
        };
        Self { suggestion, ..Self::at(text, error.code(), place, message) }
    }
}

/// The one fault that a reader stopped at.
pub fn fault_of(text: &str, error: &VendorError) -> Fault {
    Fault::of(text, error, error.place())
}

/// The line as it can be shown: a control is a mark in its place, so that columns stay.
fn excerpt(line: &str) -> String {
    let shown = |c| if quote::is_unsafe(c) && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    line.chars().take(EXCERPT_CHARS).map(shown).collect::<String>().replace('\t', " ")
}

/// Every fault of the text that can be found; none, and it is a vendor file.
pub fn faults(text: &str) -> Vec<Fault> {
    let (mut copy, mut mended, mut found) = (text.to_owned(), Mended::default(), Vec::new());
    while found.len() < MOST_FAULTS {
        let error = match read(&copy) {
            Ok(_) => break,
            Err(VendorError::Incoherent { .. }) => {
                // All of one kind at once: they do not hide each other.
                for (place, message) in incoherences(&copy) {
                    let error = VendorError::Incoherent { place, message };
                    found.push(Fault::of(text, &error, Some(mended.as_written(place))));
                }
                break;
            }
            Err(error) => error,
        };
        let place = error.place();
        found.push(Fault::of(text, &error, place.map(|place| mended.as_written(place))));
        // What cannot be set right here hides what comes after it.
        let Some(next) = place.and_then(|place| mended.mend(&copy, &error, place)) else { break };
        copy = next;
    }
    found.sort_by_key(|fault| (fault.line, fault.column));
    found
}

/// What was set right so far, so that places are told as they were written.
#[derive(Default)]
struct Mended(Vec<(Place, isize)>);

impl Mended {
    fn as_written(&self, place: Place) -> Place {
        let moved = |column: isize, (at, by): &(Place, isize)| match at.line == place.line
            && at.column.cast_signed() < column
        {
            true => column - by,
            false => column,
        };
        let column = self.0.iter().rev().fold(place.column.cast_signed(), moved);
        Place { column: usize::try_from(column).unwrap_or(1).max(1), ..place }
    }

    /// The text with the slip set right; none where that is more than a word.
    fn mend(&mut self, text: &str, error: &VendorError, place: Place) -> Option<String> {
        let start = offset_of(text, place)?;
        let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
        let (from, to) = match error {
            VendorError::UnsafeText { character, .. } => (character.to_string(), "_".to_owned()),
            VendorError::Syntax { message, suggestion: Some(meant), .. } => {
                (message.split(['`', '"']).nth(1)?.to_owned(), meant.clone())
            }
            // A member that nobody knows, alone on its line, is left out.
            VendorError::Syntax { message, .. } if message.starts_with("unknown field") => {
                let name = message.split('`').nth(1)?;
                let is_alone =
                    place.column == 1 && text[start..end].strip_prefix(name)?.trim_start().starts_with('=');
                is_alone.then(|| (name.to_owned(), format!("#{name}")))?
            }
            _ => return None,
        };
        let at = start + text[start..end].find(&from)?;
        let column = text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        let by = to.chars().count().cast_signed() - from.chars().count().cast_signed();
        self.0.push((Place { line: place.line, column }, by));
        Some([&text[..at], &to, &text[at + from.len()..]].concat())
    }
}

fn offset_of(text: &str, place: Place) -> Option<usize> {
    let line: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let rest = text.get(line..)?;
    Some(line + rest.char_indices().nth(place.column - 1).map_or(rest.len(), |(at, _)| at))
}

/// That no server of the file answers on this day, and where it says so.
pub fn no_server_on(text: &str, vendor: &Vendor, today: Date) -> Option<Fault> {
    if vendor.issuer_on(today).is_some() {
        return None;
    }
    let last = vendor.issuers().len().checked_sub(1)?;
    let issuer = &vendor.issuers()[last];
    let message = match (issuer.not_before, issuer.not_after) {
        (Some(start), _) if start > today => format!("no server answers today: this one begins on {start}"),
        (_, Some(end)) => format!("no server answers today: this one ended on {end}"),
        _ => "no server answers today".to_owned(),
    };
    Some(Fault::at(text, "vendor.no_issuer", Some(issuer_place(text, last)), message))
}

/// That the file is of a day that has not come; tomorrow it may be elsewhere already.
pub fn written_ahead(text: &str, vendor: &Vendor, today: Date) -> Option<Fault> {
    let is_ahead = today.tomorrow().is_ok_and(|tomorrow| vendor.date() > tomorrow);
    let message = || format!("this file is of {}, which is not yet", vendor.date());
    is_ahead.then(|| Fault::at(text, "vendor.file_incoherent", Some(date_place(text)), message()))
}

/// That a policy's text is too large to be read.
pub fn policy_too_large(bytes: u64, most: u64) -> Fault {
    Fault::at("", "vendor.policy_too_large", None, format!("it has {bytes} bytes, {most} at most are read"))
}

/// What of the file does not fit the policy that it was written from: another text, and each cited line that is not there,
/// or that is another than was read. `read_lines` is `policy.lines`: a number and the SHA-256 of its line, a row each.
pub fn policy_faults(text: &str, vendor: &Vendor, policy: &[u8], read_lines: Option<&str>) -> Vec<Fault> {
    let mut found = Vec::new();
    if hex::encode(Sha256::digest(policy)) != vendor.policy().sha256.to_ascii_lowercase() {
        let message = "its SHA-256 is another";
        found.push(Fault::at(text, "vendor.policy_other", Some(hash_place(text)), message.to_owned()));
    }
    let policy = String::from_utf8_lossy(policy);
    let lines: Vec<&str> = policy.lines().collect();
    let as_read: BTreeMap<&str, &str> =
        read_lines.iter().flat_map(|rows| rows.lines()).filter_map(|row| row.split_once(' ')).collect();
    for (at, number) in citations(text) {
        let line = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .and_then(|at| lines.get(at));
        let message = match line {
            None => format!("line {number} is cited, and the policy has {} lines", lines.len()),
            Some(line) if line.trim().is_empty() => format!("line {number} is cited, and it is empty"),
            Some(line) => match as_read.get(number.to_string().as_str()) {
                Some(hash) if *hash != hex::encode(Sha256::digest(line)) => {
                    format!("line {number} is cited, and it says something else than when it was read")
                }
                _ => continue,
            },
        };
        found.push(Fault::at(text, "vendor.policy_line", Some(place(text, at)), message));
    }
    found.truncate(MOST_FAULTS);
    found
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::SMALL;
    use super::*;

    /// Code, place and the word that was meant, of each fault.
    fn check(text: &str, expect: &[(&str, usize, usize, Option<&str>)]) {
        let found = faults(text);
        let told: Vec<_> = found
            .iter()
            .map(|fault| {
                (fault.code, fault.line.unwrap_or(0), fault.column.unwrap_or(0), fault.suggestion.as_deref())
            })
            .collect();
        assert_eq!(told, expect, "{found:#?}");
    }

    fn changed(changes: &[(&str, &str)]) -> String {
        changes.iter().fold(SMALL.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    }

    const MALFORMED: &str = "vendor.file_malformed";
    const INCOHERENT: &str = "vendor.file_incoherent";

    #[test]
    fn each_mistake_is_told_and_not_the_first_alone() {
        check(SMALL, &[]);
        let slips = changed(&[
            ("[[product]]", "[[produkt]]"),
            ("\"check_key\", \"activate\"", "\"check_keys\", \"actvate\""),
            ("id = \"license_key\"", "id = \"license_kee\""),
            ("kind = \"Filter\"", "colour = \"red\"\nkind = \"Filter\""),
        ]);
        check(
            &slips,
            &[
                (MALFORMED, 14, 3, Some("product")),
                (MALFORMED, 18, 1, None),
                (MALFORMED, 44, 6, Some("license_key")),
                (MALFORMED, 47, 9, Some("check_key")),
                // As it was written, whatever was set right before it on the line.
                (MALFORMED, 47, 23, Some("activate")),
            ],
        );
        let apart = changed(&[
            ("id = \"small\"", "id = \"Small\""),
            ("code = \"tone\"", "code = \"Tone\""),
            ("id = \"license_key\"", "id = \"identifier\""),
            ("when = [\"activate\", \"refresh\"]", "when = []"),
            ("\"Small Audio Ltd\"", "\"https://small.example\""),
        ]);
        check(
            &apart,
            &[
                (INCOHERENT, 3, 6, None),
                (INCOHERENT, 16, 1, None),
                (INCOHERENT, 27, 1, None),
                (INCOHERENT, 38, 1, None),
                (INCOHERENT, 43, 1, None),
            ],
        );
        let hidden =
            changed(&[("Hosting firm", "Hosting\u{202e} firm"), ("\"Privacy\"", "\"Priv\u{200b}acy\"")]);
        check(
            &hidden,
            &[("vendor.file_unsafe_text", 22, 14, None), ("vendor.file_unsafe_text", 30, 16, None)],
        );
    }

    #[test]
    fn what_hides_the_rest_is_told_alone() {
        check("format = ", &[(MALFORMED, 1, 10, None)]);
        check(&changed(&[("format = 1", "format = 9")]), &[("vendor.file_newer_format", 0, 0, None)]);
        check(&"#".repeat(10 << 20), &[("vendor.file_too_large", 0, 0, None)]);
        check(
            &changed(&[("version = 2", "version = \"two\""), ("[[product]]", "[[produkt]]")]),
            &[(MALFORMED, 5, 11, None), (MALFORMED, 14, 3, Some("product"))],
        );
    }

    #[test]
    fn a_line_is_shown_as_it_stands_and_commands_nothing() {
        let found = faults(&changed(&[("Small Audio\"", "Small\u{1b}[2J Audio\"")]));
        assert_eq!(found[0].text.as_deref(), Some("name = \"Small\u{fffd}[2J Audio\""));
        let long = changed(&[("\"Small Audio\"", &format!("\"{}\"", "ä".repeat(500)))]);
        assert_eq!(faults(&long)[0].text.as_ref().unwrap().chars().count(), EXCERPT_CHARS);
    }

    /// A fact that a bare value stands for is named where it stands, whatever words of the file the advice has in it.
    #[test]
    fn a_wrong_kind_of_value_is_told_where_it_stands() {
        let since = "since = 1\nrecipients = [\"host\"]\n";
        let reason = |basis: &str| {
            let reason =
                format!("{since}\n[[item.reason]]\nterm = \"repair\"\nbasis = {basis}\nlines = [1]\n");
            changed(&[(since, &reason)])
        };
        check(&reason("\"contract\""), &[(MALFORMED, 44, 9, None)]);
        check(&reason("[\"stated\"]"), &[(MALFORMED, 44, 10, None)]);
        check(&changed(&[("sha256", "retention = 90\nsha256")]), &[(MALFORMED, 24, 13, None)]);
        check(&changed(&[(since, &format!("{since}retention = 90\n"))]), &[(MALFORMED, 41, 13, None)]);
        check(&changed(&[("[\"host\"]", "[\"host\", 5]")]), &[(MALFORMED, 40, 23, None)]);
        // And the reader that stops at the first mistake says the same place.
        let text = changed(&[("\"check_key\", \"activate\"", "\"check_key\", \"actvate\"")]);
        check(&text, &[(MALFORMED, 46, 22, Some("activate"))]);
        let place = Vendor::parse(&text).unwrap_err().place().unwrap();
        assert_eq!((place.line, place.column), (46, 22));
    }

    #[test]
    fn a_server_whose_days_are_over_is_none() {
        let check = |dates: &str, today: &str, expect: Option<&str>| {
            let text = changed(&[("hosts =", &format!("{dates}\nhosts ="))]);
            let vendor = Vendor::parse(&text).unwrap();
            let found = no_server_on(&text, &vendor, today.parse().unwrap());
            assert_eq!(
                found.as_ref().map(|fault| (fault.code, fault.line)),
                expect.map(|_| ("vendor.no_issuer", Some(9)))
            );
            assert_eq!(found.map(|fault| fault.message.contains(expect.unwrap())), expect.map(|_| true));
        };
        check("", "2026-11-29", None);
        check("not_after = \"2026-11-30\"", "2026-11-29", None);
        check("not_after = \"2026-11-29\"", "2026-11-29", Some("ended on 2026-11-29"));
        check("not_before = \"2026-12-01\"", "2026-11-29", Some("begins on 2026-12-01"));
    }

    /// Elsewhere it may be tomorrow already.
    #[test]
    fn no_file_is_written_after_today() {
        let check = |today: &str, expect: Option<(&str, usize)>| {
            let found = written_ahead(SMALL, &Vendor::parse(SMALL).unwrap(), today.parse().unwrap());
            assert_eq!(found.map(|fault| (fault.code, fault.line.unwrap())), expect, "{today}");
        };
        check("2026-11-01", None);
        check("2026-10-31", None);
        check("2026-10-30", Some((INCOHERENT, 6)));
        check("2016-11-01", Some((INCOHERENT, 6)));
    }

    #[test]
    fn a_cited_line_is_there_and_says_what_it_said() {
        let policy = "Privacy\n\nWe need a hash of your computer.\n";
        let hash = |text: &str| hex::encode(Sha256::digest(text));
        let text = changed(&[(&"0".repeat(64), &hash(policy))]);
        let vendor = Vendor::parse(&text).unwrap();
        let check = |text: &str, policy: &str, rows: Option<&str>, expect: &[(&str, usize)]| {
            let found = policy_faults(text, &vendor, policy.as_bytes(), rows);
            let told: Vec<_> = found.iter().map(|fault| (fault.code, fault.line.unwrap())).collect();
            assert_eq!(told, expect, "{found:#?}");
        };
        let good = format!("3 {}\n", hash("We need a hash of your computer."));
        check(&text, policy, None, &[]);
        check(&text, policy, Some(&good), &[]);
        check(&text, policy, Some(&good.replace("3 ", "3 00")), &[("vendor.policy_line", 37)]);
        let other = policy.replace("a hash", "the name");
        check(&text, &other, None, &[("vendor.policy_other", 24)]);
        check(&text, &other, Some(&good), &[("vendor.policy_other", 24), ("vendor.policy_line", 37)]);
        check(&text.replace("lines = [3]", "lines = [2]"), policy, None, &[("vendor.policy_line", 37)]);
        // The word stands in a remark first.
        let remark = text.replace("sha256 = ", "# sha256sum of the text\nsha256 = ");
        check(&remark, &other, None, &[("vendor.policy_other", 25)]);
        check(&text.replace("lines = [3]", "lines = [9]"), policy, None, &[("vendor.policy_line", 37)]);
    }
}
