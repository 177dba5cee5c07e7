//! A vendor file checked for whoever writes it: each fault with its place, the line and the word that was meant. It agrees to
//! nothing.

use std::path::Path;

use gatefold_client::vendor::{Fault as FileFault, MOST_FAULTS};
use gatefold_client::{
    Clock, Finding, InForce, LookAlike, SettingVerdict, Signature, Values, advice_of, check_sunset,
    check_vendor,
};
use serde::Serialize;

use super::vendor::{Summary, mistaken};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::{confirm, secret};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Fault, MARK, Output, PLAIN, SOFT, styled};
use crate::preview;
use crate::table::{Fit, Table};

pub(super) fn run(
    call: &Call,
    file: &Path,
    policy: Option<&Path>,
    live: Option<String>,
    yes: &Ask,
) -> Result<(), Failure> {
    if let Some(checked) = check_sunset(file)? {
        super::vendor_gone::check(call, checked);
        return Ok(());
    }
    match (check_vendor(file, policy, Clock::system())?, live) {
        (Err(faults), _) => bad(call.out, &faults),
        (Ok(vendor), None) => {
            call.out.object(&Summary::of(&vendor));
            // A home that cannot be opened keeps nobody from checking a file.
            let others = call.open_to_read().and_then(|gatefold| gatefold.look_alikes(&vendor));
            good(call.out, &vendor, &others.unwrap_or_default());
            if policy.is_some() {
                call.out.line(styled(CALM, "The policy is the text that the file was written from, and has every line that it cites."));
            }
            Ok(())
        }
        (Ok(vendor), Some(key)) => look(call, vendor, key, yes),
    }
}

/// How the server is set up, beside the file.
fn look(call: &Call, vendor: InForce, key: String, yes: &Ask) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Looked<'a> {
        #[serde(flatten)]
        summary: Summary<'a>,
        settings: &'a [Finding],
        ledger: Vec<i64>,
    }
    let key = if key == "-" { secret("License key")? } else { key };
    let gatefold = call.open()?;
    let prepared = gatefold.plan_look_at_server(vendor.clone(), &key)?;
    if yes.shows() {
        let requests: Vec<_> = prepared.requests().iter().map(|request| &request.preview).collect();
        preview::notes(call.out, &vendor, Values { requests: &requests, ..Values::default() });
        preview::plan(call.out, prepared.requests(), |request| preview::when(request.when));
    }
    confirm(yes.yes, "Ask the server how it is set up?")?;
    let mut sent = Vec::new();
    let settings = wait(gatefold.look_at_server(prepared, &mut sent))?;
    call.say_shown(&gatefold);
    let settings = settings?;
    let ledger = sent.iter().map(|entry| entry.0).collect();
    call.out.object(&Looked { summary: Summary::of(&vendor), settings: &settings, ledger });
    good(call.out, &vendor, &gatefold.look_alikes(&vendor)?);
    call.out.table(&told(&settings));
    call.say_sent();
    // Its object is printed; the exit code says that users would be refused.
    match settings.iter().any(|finding| finding.verdict == SettingVerdict::Wrong) {
        true => Err(Failure::Said(1)),
        false => Ok(()),
    }
}

fn told(settings: &[Finding]) -> Table {
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap]);
    for Finding { setting, found, wanted, verdict, why } in settings {
        let (style, word) = match verdict {
            SettingVerdict::Good => (CALM, "good"),
            SettingVerdict::Better => (ATTENTION, "better"),
            SettingVerdict::Wrong => (ATTENTION, "wrong"),
            SettingVerdict::Untold => (SOFT, "not told"),
        };
        let text = match found {
            Some(found) if *verdict == SettingVerdict::Good => format!("{setting}: {found}"),
            Some(found) => format!("{setting}: {found}. Needed: {wanted}; {why}"),
            None => {
                format!("{setting}: the server does not tell it to a license key. Needed: {wanted}; {why}")
            }
        };
        table.row([(style, word.to_owned()), (PLAIN, text)]);
    }
    table
}

fn good(out: Output, vendor: &InForce, others: &[LookAlike]) {
    match vendor.signature() {
        Signature::Signed { comment } => {
            out.line(styled(CALM, "The file is good, and signed by the root key it names."));
            out.line(styled(SOFT, format!("Trusted comment: {comment}")));
        }
        Signature::Missing => {
            out.line(styled(CALM, "The file is good."));
            out.line(styled(ATTENTION, "It is not signed. Sign it with: minisign -Sm FILE -s SECRET-KEY"));
        }
    }
    let silent: Vec<&str> = vendor
        .vendor()
        .items()
        .iter()
        .filter(|rule| rule.reason.is_empty())
        .map(|rule| rule.id.id())
        .collect();
    if !silent.is_empty() {
        out.say(styled(
            SOFT,
            format!("Users read that the policy does not say why it wants: {}", silent.join(", ")),
        ));
    }
    for other in others {
        out.say(styled(ATTENTION, mistaken(vendor.vendor().name(), vendor, other)));
    }
}

/// The first fault is the error; all of them stand beside it.
fn bad(out: Output, faults: &[FileFault]) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Report<'a> {
        error: &'a Fault,
        faults: &'a [FileFault],
    }
    let Some(first) = faults.first() else { return Ok(()) };
    let place = first.line.zip(first.column).map(|(line, column)| format!("line {line}, column {column}: "));
    let meant = first.suggestion.as_ref().map(|word| format!("; did you mean \"{word}\"?"));
    let detail = [place.unwrap_or_default(), first.message.clone(), meant.unwrap_or_default()].concat();
    let advice = advice_of(first.code, Some(detail));
    let hint = match first.code {
        // Whoever checks a file is who writes it, and gets it from nobody.
        "vendor.file_unsafe_text" => "Mend it there, and check the file again.",
        _ => &advice.hint,
    };
    let error = Fault::new(first.code, &advice.message, hint);
    out.object(&Report { error: &error, faults });
    faults.iter().for_each(|fault| show(out, fault));
    if faults.len() > 1 {
        let least = if faults.len() == MOST_FAULTS { "At least " } else { "" };
        out.say(styled(ATTENTION, format!("{least}{} faults. The first:", faults.len())));
    }
    out.words(&error);
    Err(Failure::Said(1))
}

/// Place, what is wrong, what was meant, and the line with a mark under the place.
fn show(out: Output, fault: &FileFault) {
    let meant =
        fault.suggestion.as_ref().map(|word| format!("; did you mean \"{word}\"?")).unwrap_or_default();
    let (Some(line), Some(column), Some(text)) = (fault.line, fault.column, &fault.text) else {
        out.say(format!("{}{meant}", fault.message));
        return;
    };
    out.say(format!("Line {line}, column {column}: {}{meant}", fault.message));
    out.say(format!("    {text}"));
    // A line is shown as far as it goes.
    if column <= text.chars().count() {
        out.say(format!("    {}{}", " ".repeat(column - 1), styled(MARK, "^")));
    }
}
