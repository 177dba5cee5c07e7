//! What left this computer.

mod check;

use std::path::Path;

use anstyle::Style;
use gatefold_client::{
    ClientError, EntryDetail, EntryId, ExportFormat, Filter, Gatefold, InForce, LedgerLine, Necessity,
    advice_of,
};
use serde::Serialize;

use super::Call;
use crate::args::Ledger;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, Output, PLAIN, SOFT, STRONG, minute, styled, write_out};
use crate::preview;
use crate::table::{Fit, Table};

pub(crate) fn run(call: &Call, verb: Ledger) -> Result<(), Failure> {
    match verb {
        Ledger::List { limit, before, search, item, required, optional } => {
            let necessity = match (required, optional) {
                (true, _) => Some(Necessity::Required),
                (_, true) => Some(Necessity::Optional),
                _ => None,
            };
            let before = before.map(EntryId);
            list(call, limit, Filter { before, search, items: item, necessity, ..Filter::default() })
        }
        Ledger::Show { id, raw: true } => raw(call, id),
        Ledger::Show { id, raw: false } => show(call, id),
        Ledger::Check => check::check(call),
        Ledger::BeginAnew { yes } => check::begin_anew(call, yes.yes),
        Ledger::Export { file, yes } => export(call, &file, yes.yes),
        Ledger::Erase { id, yes } => erase(call, id, yes.yes),
    }
}

fn list(call: &Call, limit: u32, filter: Filter) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let (filter, lines) = match call.named_vendor().map(|named| of_vendor(&gatefold, named)).transpose()? {
        None => {
            let lines = gatefold.ledger_lines(&filter, limit as usize)?;
            (filter, lines)
        }
        Some(vendor) => {
            call.say_only(&vendor.name());
            let filter = Filter { vendor: Some(vendor.id().to_owned()), ..filter };
            let lines = match &vendor {
                Of::Added(vendor) => gatefold.ledger_lines_of(vendor, &filter, limit as usize)?,
                Of::Gone(_) => gatefold.ledger_lines(&filter, limit as usize)?,
            };
            (filter, lines)
        }
    };
    call.out.entries(&lines);
    if lines.is_empty() {
        call.out.line(styled(SOFT, nothing(limit, &filter)));
    }
    if !lines.is_empty() {
        call.out.table(&listed(&gatefold, &lines)?);
    }
    Ok(())
}

/// No more than is true: only of everything may it be said that nothing left.
fn nothing(limit: u32, filter: &Filter) -> String {
    if limit == 0 {
        return "No entries were asked for: --limit 0".to_owned();
    }
    match filter {
        // It leaves in one piece with the password, of which the record keeps the name alone.
        Filter { search: Some(words), .. } if words.contains('@') => {
            "Nothing was found: of an account's e-mail address the record keeps that it was there, not what it was. See which requests had one with: gatefold ledger list --item account_email".to_owned()
        }
        Filter { search: Some(_), .. } => "Nothing was found".to_owned(),
        Filter { items, .. } if !items.is_empty() => "No request with that was found".to_owned(),
        Filter { necessity: Some(Necessity::Optional), .. } => "Nothing has left because you share it".to_owned(),
        Filter { necessity: Some(Necessity::Required), .. } => "Nothing of that has left this computer".to_owned(),
        Filter { before: Some(id), .. } => format!("There is no entry before {}", id.0),
        Filter { vendor: Some(_), .. } => "Nothing has left this computer for this vendor".to_owned(),
        _ => "Nothing has left this computer".to_owned(),
    }
}

/// A vendor that entries are wanted of.
enum Of {
    /// One that is added, or a file for this call.
    Added(Box<InForce>),
    /// One that is forgotten or damaged, by its id: what was sent stays in the ledger.
    Gone(String),
}

impl Of {
    fn id(&self) -> &str {
        match self {
            Self::Added(vendor) => vendor.vendor().id(),
            Self::Gone(id) => id,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Added(vendor) => vendor.called(),
            Self::Gone(id) => id.clone(),
        }
    }
}

/// The vendor that is named. What was sent stays in the ledger when a vendor is forgotten, so its id counts.
fn of_vendor(gatefold: &Gatefold, named: &Path) -> Result<Of, Failure> {
    match gatefold.vendor_for_call(Some(named)) {
        Ok(vendor) => Ok(Of::Added(Box::new(vendor))),
        // And so does the id of one of which what is kept is damaged.
        Err(error @ (ClientError::VendorUnknown(_) | ClientError::VendorDamaged(_))) => {
            let mut id = named.to_string_lossy().into_owned();
            if matches!(error, ClientError::VendorDamaged(_)) {
                id.truncate(id.find('@').unwrap_or(id.len()));
            }
            let of_it = Filter { vendor: Some(id.clone()), ..Filter::default() };
            if gatefold.ledger_lines(&of_it, 1)?.is_empty() { Err(error.into()) } else { Ok(Of::Gone(id)) }
        }
        Err(error) => Err(error.into()),
    }
}

fn listed(gatefold: &Gatefold, lines: &[LedgerLine]) -> Result<Table, Failure> {
    let mut table = Table::headed([
        ("Id", Fit::Right),
        ("When (UTC)", Fit::Whole),
        ("For", Fit::Wrap),
        ("Outcome", Fit::Whole),
        ("Size", Fit::Right),
        ("To", Fit::Wrap),
    ]);
    for line in lines {
        // A line knows neither its file's name nor that its bytes were erased.
        let entry = gatefold.ledger_entry(line.id)?;
        let (style, mut outcome) = outcome(line);
        if entry.erased_at.is_some() {
            outcome.push_str(", erased");
        }
        if entry.damaged {
            outcome.push_str(", altered");
        }
        let style = if entry.damaged { ATTENTION } else { style };
        let file = entry.file.map(|file| file.name);
        table.row([
            (PLAIN, line.id.to_string()),
            (PLAIN, minute(&line.at)),
            (PLAIN, purpose(line)),
            (style, outcome),
            (PLAIN, format!("{} B", line.request_bytes)),
            (PLAIN, line.vendor_name.clone().or(file).unwrap_or_default()),
        ]);
    }
    Ok(table)
}

/// What it was for, of which product where that is known, and that nobody asked for it there and then.
fn purpose(line: &LedgerLine) -> String {
    let label = line.label.unwrap_or("File");
    let label = with_product(label, line);
    if line.by_itself { format!("{label}, by itself") } else { label }
}

fn with_product(label: &str, line: &LedgerLine) -> String {
    line.product.as_ref().map_or_else(|| label.to_owned(), |product| format!("{label}: {product}"))
}

fn outcome(line: &LedgerLine) -> (Style, String) {
    let text = match line.status {
        Some(status) => format!("{} {status}", line.outcome),
        None => line.outcome.replace('_', " "),
    };
    (if line.outcome == "answered" || line.outcome == "written" { SOFT } else { ATTENTION }, text)
}

fn raw(call: &Call, id: i64) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    write_out(&gatefold.ledger_raw(id)?);
    if let Some(text) = unkept(&gatefold.ledger_entry(id)?) {
        call.out.say(styled(SOFT, text));
    }
    Ok(())
}

/// Where names stand for bytes that were sent.
fn unkept(entry: &EntryDetail) -> Option<String> {
    let (items, at_most) = entry.secrets()?;
    let names: Vec<String> = items.iter().map(|item| item.label().to_lowercase()).collect();
    let names = names.join(" and ");
    Some(format!("Not kept: {names}; at most {at_most} bytes of the request, named in their place."))
}

fn show(call: &Call, id: i64) -> Result<(), Failure> {
    let entry = call.open_to_read()?.ledger_entry(id)?;
    call.out.object(&entry);
    detail(call.out, &entry);
    Ok(())
}

/// One entry for people: the line, what the network revealed, the bytes with their marks.
pub(crate) fn detail(out: Output, entry: &EntryDetail) {
    let line = &entry.line;
    let heading = entry.label.unwrap_or("A file of your own");
    out.line(styled(STRONG, with_product(heading, line)));
    let mut facts = vec![line.at.clone(), outcome(line).1];
    if line.by_itself {
        facts.push("by itself, as you agreed before".to_owned());
    }
    facts.extend(match (&line.vendor_name, &line.peer) {
        (Some(vendor), Some(peer)) => Some(format!("to {vendor} at {peer}")),
        (Some(vendor), None) => Some(format!("for {vendor}")),
        (None, peer) => peer.as_ref().map(|peer| format!("to {peer}")),
    });
    if let [before @ .., _] = line.peers.as_slice()
        && !before.is_empty()
    {
        facts.push(format!("tried {} before", before.join(", ")));
    }
    facts.extend(entry.name_looked_up.as_ref().map(|name| format!("looked up {name}")));
    facts.extend(entry.tls_version.as_ref().map(|tls| format!("by {tls}")));
    facts.extend(entry.proxy.as_ref().map(|proxy| format!("through {proxy}")));
    facts.extend(entry.code.clone());
    out.line(styled(SOFT, facts.join(" · ")));
    if let Some(file) = &entry.file {
        out.line(format!("{}  {} bytes  SHA-256 {}", file.name, line.request_bytes, file.sha256));
    }
    if entry.damaged {
        out.line(styled(
            ATTENTION,
            "Altered: what is kept here is not what was written, and no record of what was sent.",
        ));
    }
    if let Some(text) = went_wrong(entry) {
        out.line(styled(ATTENTION, text));
    }
    out.line("");
    match &entry.bytes {
        Some(bytes) => {
            out.line(preview::marked(bytes, &entry.marks));
            out.line("");
            unkept(entry).into_iter().for_each(|text| out.line(styled(SOFT, text)));
            if out.styles_result() {
                let items: Vec<&str> = line.items.iter().map(|item| item.label()).collect();
                out.line(styled(SOFT, format!("Marked: {}", items.join(", "))));
            } else {
                let items = preview::named(bytes, &entry.marks);
                if items.is_empty() {
                    out.line("No declared items in it, beside the secrets named in their place.");
                } else {
                    out.line("Declared items in it, beside the secrets named in their place:");
                    out.table(&items.indented(2));
                }
            }
        }
        None => {
            let erased = entry.erased_at.as_deref().map(minute);
            let erased = erased.map(|at| format!("These bytes were erased at {at} (UTC). The line stays."));
            erased.into_iter().for_each(|text| out.line(styled(SOFT, text)));
        }
    }
}

/// Why no answer came, as far as the ledger tells.
fn went_wrong(entry: &EntryDetail) -> Option<String> {
    let code = entry.code.as_deref().filter(|_| entry.line.status.is_none())?;
    let unreached = match (&entry.name_looked_up, entry.line.peers.last()) {
        (Some(name), None) => Some(format!("{name} has no address that can be found")),
        (_, peer) => peer.map(|peer| format!("no connection to {peer}")),
    };
    Some(advice_of(code, unreached.filter(|_| code == "network.unreachable")).message)
}

#[derive(Serialize)]
struct ExportResult<'a> {
    file: String,
    format: &'a str,
    bytes: u64,
    sha256: String,
    ledger: Vec<i64>,
}

/// Where no file can come to lie, nobody is asked whether it shall.
pub(super) fn refuse_place(file: &Path) -> Result<(), Failure> {
    if file.as_os_str() == "-" {
        return Err(Failure::Usage("An export goes into a file, not to standard output.".to_owned()));
    }
    match file.parent().is_some_and(|folder| folder != Path::new("") && !folder.is_dir()) {
        true => Err(ClientError::FileUnwritable("there is no such folder".to_owned()).into()),
        false => Ok(()),
    }
}

fn export(call: &Call, file: &Path, yes: bool) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    refuse_place(file)?;
    let format = ExportFormat::of_name(file);
    let name = if format == ExportFormat::Har { "har" } else { "json" };
    confirm(
        yes,
        &format!("Write the whole ledger to {}? It holds what was sent, no secrets.", file.display()),
    )?;
    let exported = gatefold.ledger_export(file, format)?;
    call.out.object(&ExportResult {
        file: file.display().to_string(),
        format: name,
        bytes: exported.size_bytes,
        sha256: exported.sha256,
        ledger: vec![exported.entry.0],
    });
    call.out.line(format!(
        "{}: {} bytes, noted in the ledger as {}",
        file.display(),
        exported.size_bytes,
        exported.entry
    ));
    Ok(())
}

fn erase(call: &Call, id: i64, yes: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Erased {
        erased: i64,
    }
    let mut gatefold = call.open()?;
    let entry = gatefold.ledger_entry(id)?;
    if let Some(at) = &entry.erased_at {
        call.out.line(styled(
            SOFT,
            format!("The bytes of entry {id} were erased before, at {} (UTC).", minute(at)),
        ));
        call.out.object(&Erased { erased: id });
        return Ok(());
    }
    let about = [Some(minute(&entry.line.at)), entry.line.vendor.clone(), entry.label.map(str::to_owned)];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(", ");
    confirm(
        yes,
        &format!("Erase the bytes of entry {id} ({about})? They cannot be brought back; the line stays."),
    )?;
    gatefold.ledger_erase(id)?;
    call.out.object(&Erased { erased: id });
    call.out.line(format!("Erased the bytes of entry {id}. The chain still checks."));
    Ok(())
}
