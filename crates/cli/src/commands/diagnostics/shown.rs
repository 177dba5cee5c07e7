//! Each file of a bundle as it will be. It refuses to show anything but the bytes that would be written.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use gatefold_client::reading::{File, Kind, LeftOut};
use gatefold_client::{BundlePart, ClientError, MappedName, part_word};
use serde::Serialize;

use super::{Making, left_out, make, redactions, say_first};
use crate::args::Chosen;
use crate::commands::Call;
use crate::failure::Failure;
use crate::output::{MARK, PLAIN, SOFT, STRONG, styled, write_out};
use crate::table::{Fit, Table};

#[derive(Serialize)]
struct Report {
    entries: Vec<Entry>,
    packed_bytes: u64,
    redactions: BTreeMap<Kind, u64>,
    left_out: Vec<LeftOut>,
    uncollected: Vec<Uncollected>,
    notices: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Vec<Name>>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    part: Option<&'static str>,
    bytes: u64,
    included: bool,
    redactions: BTreeMap<Kind, u64>,
}

#[derive(Serialize)]
struct Uncollected {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Name {
    pseudonym: String,
    value: String,
}

impl From<MappedName> for Name {
    fn from(name: MappedName) -> Self {
        Self { pseudonym: name.pseudonym, value: name.value }
    }
}

pub(super) fn files(call: &Call, chosen: &Chosen, names: bool) -> Result<(), Failure> {
    let Making { draft, .. } = make(call, chosen, call.open_to_read())?;
    say_first(call, &draft);
    let entries = entries(&draft.bundle()?, &draft.parts());
    let packed_bytes = draft.packed_bytes()?;
    let mut all: BTreeMap<Kind, u64> = BTreeMap::new();
    for (kind, count) in entries.iter().filter(|entry| entry.included).flat_map(|entry| &entry.redactions) {
        *all.entry(*kind).or_default() += count;
    }
    let mut table =
        Table::headed([("File", Fit::Whole), ("Bytes", Fit::Right), ("Replaced in it", Fit::Wrap)]);
    for entry in &entries {
        let style = if entry.included { PLAIN } else { SOFT };
        let told = if entry.included { redactions(&entry.redactions) } else { "left out".to_owned() };
        table.row([(style, entry.name.clone()), (style, entry.bytes.to_string()), (style, told)]);
    }
    call.out.table(&table);
    draft.left_out().iter().for_each(|left| call.out.line(styled(SOFT, left_out(left))));
    call.out.line("");
    call.out.line(format!(
        "Packed: {packed_bytes} bytes. Replaced: {}",
        if all.is_empty() { "nothing".to_owned() } else { redactions(&all) }
    ));
    let names = names.then(|| draft.names());
    if let Some(names) = &names {
        call.out.line("");
        call.out.line(styled(STRONG, "What they stand for (in no bundle)"));
        let mut table = Table::new(&[Fit::Whole, Fit::Middle]);
        names
            .iter()
            .for_each(|name| table.row([(PLAIN, name.pseudonym.clone()), (PLAIN, name.value.clone())]));
        call.out.table(&table);
    }
    call.out.line(styled(SOFT, "See one byte for byte with: gatefold diagnostics preview --file NAME"));
    call.out.object(&Report {
        entries,
        packed_bytes,
        redactions: all,
        left_out: draft.left_out().to_vec(),
        uncollected: draft.uncollected().iter().map(uncollected).collect(),
        notices: draft.notices().iter().map(gatefold_client::BundleNotice::sentence).collect(),
        names: names.map(|names| names.into_iter().map(Name::from).collect()),
    });
    Ok(())
}

fn uncollected(error: &ClientError) -> Uncollected {
    Uncollected { code: error.code(), message: error.advice().message }
}

/// The files of the bundle, and those that are left out of it.
fn entries(bundle: &gatefold_client::Bundle, parts: &[BundlePart]) -> Vec<Entry> {
    let of_part = |name: &str| parts.iter().find(|part| part.name == name);
    let files = bundle.files().iter().map(|file| Entry {
        name: file.name.clone(),
        part: of_part(&file.name).map(|part| part_word(part.part)),
        bytes: file.bytes.len() as u64,
        included: true,
        redactions: counts(file),
    });
    let unticked = parts.iter().filter(|part| !part.included).map(|part| Entry {
        name: part.name.clone(),
        part: Some(part_word(part.part)),
        bytes: part.bytes,
        included: false,
        redactions: part.redactions.clone(),
    });
    files.chain(unticked).collect()
}

fn counts(file: &File) -> BTreeMap<Kind, u64> {
    let mut counts = BTreeMap::new();
    file.spans.iter().for_each(|span| *counts.entry(span.pseudonym.kind).or_default() += 1);
    counts
}

/// One file: the very bytes; before a terminal with what was replaced marked.
pub(super) fn file(call: &Call, chosen: &Chosen, name: &str) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Replaced {
        offset: u64,
        len: u32,
        pseudonym: String,
    }
    #[derive(Serialize)]
    struct Shown<'a> {
        name: &'a str,
        bytes: u64,
        text: &'a str,
        replaced: Vec<Replaced>,
    }
    let Making { draft, .. } = make(call, chosen, call.open_to_read())?;
    say_first(call, &draft);
    let bundle = draft.bundle()?;
    let Some(file) = bundle.files().iter().find(|file| file.name == name) else {
        return Err(ClientError::no_such_file(name).into());
    };
    let text = String::from_utf8_lossy(&file.bytes);
    if call.out.json {
        let replaced = file.spans.iter().map(|span| Replaced {
            offset: span.offset,
            len: span.len,
            pseudonym: span.pseudonym.to_string(),
        });
        let (bytes, replaced) = (file.bytes.len() as u64, replaced.collect());
        call.out.object(&Shown { name: &file.name, bytes, text: &text, replaced });
    } else if std::io::stdout().is_terminal() {
        call.out.line(marked(file));
    } else {
        write_out(&file.bytes);
    }
    Ok(())
}

fn marked(file: &File) -> String {
    let part = |from: usize, to: usize| {
        String::from_utf8_lossy(file.bytes.get(from..to).unwrap_or_default()).into_owned()
    };
    let (mut shown, mut at) = (String::new(), 0);
    for span in &file.spans {
        let from = usize::try_from(span.offset).unwrap_or(usize::MAX);
        let to = from.saturating_add(span.len as usize);
        shown.push_str(&part(at, from));
        shown.push_str(&styled(MARK, part(from, to)));
        at = to;
    }
    shown.push_str(&part(at, file.bytes.len()));
    shown.trim_end_matches('\n').to_owned()
}
