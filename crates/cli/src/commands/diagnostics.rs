//! Diagnostic bundles: what can go in, each file as it will be, the file for support; and bundles of others, read.

mod export;
mod read;
mod shown;

use gatefold_client::reading::{Kind, LeftOut, Reason};
use gatefold_client::{
    BundleDraft, Bundling, ClientError, Clock, CrashReport, Gatefold, Part, part_named, part_word,
};
use serde::Serialize;

use super::Call;
use crate::args::{Chosen, Diagnostics};
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, PLAIN, SOFT, STRONG, minute, styled};
use crate::table::{Fit, Table};

pub(crate) fn run(call: &Call, verb: Diagnostics) -> Result<(), Failure> {
    match verb {
        Diagnostics::Parts => parts(call),
        Diagnostics::Preview { file: None, names, chosen } => shown::files(call, &chosen, names),
        Diagnostics::Preview { file: Some(name), chosen, .. } => shown::file(call, &chosen, &name),
        Diagnostics::Export { file, chosen, encrypt_to, map, max_mb, yes } => {
            let how = export::How { file, encrypt_to, map, max_mb, yes: yes.yes };
            export::run(call, &chosen, &how)
        }
        Diagnostics::Read { bundle, look, identity } => read::run(call, &bundle, &look, identity.as_deref()),
        Diagnostics::Clear { yes } => clear(call, yes.yes),
    }
}

/// What each part holds, in the order of a bundle.
const HOLDS: &[(Part, &str)] = &[
    (Part::Note, "what you say (--note)"),
    (Part::App, "Gatefold's version, and what it runs with"),
    (Part::Machine, "system, processor, memory, free space, the clock; names and identifiers as pseudonyms"),
    (Part::Licenses, "your licenses, what each is worth, and why"),
    (Part::Sdk, "what plug-ins would be told now, computed anew"),
    (Part::Reachability, "how the last request to each vendor's server ended (--reachability)"),
    (Part::Settings, "what you chose, and what can no longer be read"),
    (Part::LedgerIndex, "what was sent and when, without the bytes"),
    (Part::Crash, "programs that ended against their will"),
    (Part::Log, "what Gatefold did lately"),
];

fn parts(call: &Call) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Entry {
        part: &'static str,
        holds: &'static str,
        by_default: bool,
    }
    #[derive(Serialize)]
    struct Crash<'a> {
        at: Option<&'a str>,
        program: &'a str,
        version: &'a str,
        location: &'a str,
    }
    #[derive(Serialize)]
    struct Report<'a> {
        entries: Vec<Entry>,
        crashes: Vec<Crash<'a>>,
    }
    let crashes = call.home()?.crash_reports();
    let entries = HOLDS.iter().map(|(part, holds)| Entry {
        part: part_word(*part),
        holds,
        by_default: !matches!(part, Part::Note | Part::Reachability),
    });
    let told = crashes.iter().map(|crash| Crash {
        at: crash.at.as_deref(),
        program: &crash.program,
        version: &crash.version,
        location: &crash.location,
    });
    call.out.object(&Report { entries: entries.collect(), crashes: told.collect() });
    let mut table = Table::headed([("Part", Fit::Whole), ("Holds", Fit::Wrap)]);
    for (part, holds) in HOLDS {
        table.row([(STRONG, part_word(*part).to_owned()), (PLAIN, (*holds).to_owned())]);
    }
    call.out.table(&table);
    call.out.line("");
    call.out.line(styled(SOFT, "Names, addresses, keys and the like are replaced in all of them. See each file as it would be with: gatefold diagnostics preview"));
    say_crashes(call, &crashes);
    Ok(())
}

fn say_crashes(call: &Call, crashes: &[CrashReport]) {
    if crashes.is_empty() {
        return;
    }
    call.out.line("");
    call.out.line(styled(STRONG, "Crash reports"));
    let mut table = Table::new(&[Fit::Whole, Fit::Whole, Fit::Wrap]);
    for crash in crashes {
        let at = crash.at.as_deref().map(minute).unwrap_or_default();
        table.row([
            (PLAIN, at),
            (PLAIN, format!("{} {}", crash.program, crash.version)),
            (SOFT, crash.location.clone()),
        ]);
    }
    call.out.table(&table);
    call.out
        .line(styled(SOFT, "They go into your next bundle. Remove them with: gatefold diagnostics clear"));
}

fn clear(call: &Call, yes: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Cleared {
        removed: usize,
    }
    let home = call.home()?;
    let count = home.crash_reports().len();
    if count > 0 {
        confirm(yes, &format!("Remove {}? They cannot be brought back.", counted(count, "crash report")))?;
    }
    let removed = home.clear_crash_reports()?;
    call.out.object(&Cleared { removed });
    call.out.line(match removed {
        0 => styled(SOFT, "No crash report lies here."),
        removed => format!("Removed {}.", counted(removed, "crash report")),
    });
    Ok(())
}

/// A bundle in the making, with the home as far as it can be opened: when it cannot, support is needed most.
struct Making {
    /// By what is read.
    reading: Option<Gatefold>,
    /// Whether an export can be noted by it.
    can_note: bool,
    draft: BundleDraft,
}

fn make(call: &Call, chosen: &Chosen, opened: Result<Gatefold, ClientError>) -> Result<Making, Failure> {
    let can_note = opened.is_ok();
    let reading = match opened {
        Ok(gatefold) => Some(gatefold),
        Err(error @ (ClientError::PassphraseMalformed | ClientError::NoHome)) => return Err(error.into()),
        Err(error) => {
            gatefold_client::note_failure(&error);
            let text = format!("{} The bundle holds what can be read all the same.", error.advice().message);
            call.out.say(styled(ATTENTION, text));
            call.open_to_read().ok()
        }
    };
    let mut how = Bundling::new(call.home()?, Clock::system());
    how.reachability = chosen.reachability;
    let mut draft = how.draft(reading.as_ref())?;
    chosen.note.iter().for_each(|note| draft.set_note(note));
    for part in chosen.without.iter().filter_map(|word| part_named(word)) {
        // A part that is not there is left out already.
        draft.include_part(part, false);
    }
    Ok(Making { reading, can_note, draft })
}

/// What must be said before anything is shown or written.
fn say_first(call: &Call, draft: &BundleDraft) {
    for notice in draft.notices() {
        call.out.say(styled(ATTENTION, notice.sentence()));
        if let Some(at) = &notice.shown_at {
            call.out
                .say(styled(SOFT, format!("It was shown before, the last time at {} (UTC).", minute(at))));
        }
    }
    for error in draft.uncollected() {
        call.out.say(styled(SOFT, format!("Not read: {} ({})", error.advice().message, error.code())));
    }
}

/// What is not in a file, or no file, because it could not be cleaned; in words.
fn left_out(left: &LeftOut) -> String {
    let what = match left.lines {
        Some(lines) => {
            format!("{} of {}", counted(usize::try_from(lines).unwrap_or(usize::MAX), "line"), left.file)
        }
        None => left.file.clone(),
    };
    let why = match left.reason {
        Reason::Unticked => "you left it out",
        Reason::NotText => "it is no text",
        Reason::NotTyped => "it is no line of a log",
        Reason::TooLarge => "it is too large to be cleaned",
        Reason::StillFound => "something in it could not be replaced",
    };
    format!("Not in it: {what}; {why}")
}

fn counted(count: usize, what: &str) -> String {
    gatefold_client::vendor::counted(u32::try_from(count).unwrap_or(u32::MAX), what)
}

/// Kinds with their numbers: `host 3, key 1`.
fn redactions<'a>(counts: impl IntoIterator<Item = (&'a Kind, &'a u64)>) -> String {
    let told = counts.into_iter().map(|(kind, count)| format!("{} {count}", kind.as_str()));
    told.collect::<Vec<_>>().join(", ")
}
