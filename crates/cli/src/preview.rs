//! A request, byte for byte, its items marked and its secrets named. What is shown is the stored copy itself.

use std::fmt::Write as _;

use gatefold_client::vendor::Policy;
use gatefold_client::{
    InForce, Item, Kind, Mark, MarkKind, Note, NoteGroup, Planned, PlannedWhen, Preview, Values, Week,
    is_unsafe,
};

use crate::commands::vendor_words::SILENT;
use crate::output::{MARK, Output, PLAIN, SECRET, SOFT, STRONG, styled};
use crate::table::{Fit, Table};

/// Shows requests before they are sent.
pub(crate) fn show(out: Output, title: &str, preview: &Preview) {
    out.say(String::new());
    out.say(format!(
        "{}   {}",
        styled(STRONG, title),
        styled(SOFT, format!("{} bytes", preview.wire_len_bytes))
    ));
    out.say(indent(&marked(&preview.bytes, &preview.marks)));
    if !out.styles_talk() {
        out.say_table(&named(&preview.bytes, &preview.marks).indented(4));
    }
}

/// Shows the requests of a plan in their order. Pages that differ from the one before in their number alone are said in
/// a sentence.
pub(crate) fn plan<'a>(out: Output, requests: &'a [Planned], title: impl Fn(&'a Planned) -> &'static str) {
    let pages = |when: PlannedWhen| requests.iter().filter(|request| request.when == when).count();
    for request in requests.iter().filter(|request| request.when != PlannedWhen::IfStillMore) {
        show(out, title(request), &request.preview);
        let alike = pages(PlannedWhen::IfStillMore);
        if request.when == PlannedWhen::IfMore && alike > 0 {
            out.say(format!(
                "As long as there are more, pages 3 to {} follow: nothing but the number differs.",
                alike + 2
            ));
        }
    }
}

/// When a request is sent, as a title of its bytes.
pub(crate) fn when(when: PlannedWhen) -> &'static str {
    match when {
        PlannedWhen::Always => "This is sent",
        PlannedWhen::IfGood => "Then, unless it is refused, this is sent",
        PlannedWhen::UnlessSeatTaken => "This is sent, unless this computer holds a seat already",
        PlannedWhen::IfNoSeatCame => "Only if that brings no seat: this asks whether this computer holds one",
        PlannedWhen::IfSeatTaken => "Only if this computer holds a seat already",
        PlannedWhen::IfMore | PlannedWhen::IfStillMore => "Only if there are more than 100: the next page",
        PlannedWhen::IfUnanswered => "Only if no answer comes: this asks what became of it",
        PlannedWhen::IfNotKept => "Only if the sign-in is not kept: this revokes it",
    }
}

/// The items by name, for where no style can mark them: what each is, and its bytes, shortened where there is no room.
pub(crate) fn named(bytes: &[u8], marks: &[Mark]) -> Table {
    let mut table = Table::new(&[Fit::Whole, Fit::Middle]);
    let mut begun: Option<Week> = None;
    for mark in marks.iter().filter(|mark| matches!(mark.kind, MarkKind::Item)) {
        let names: Vec<&str> = mark.items.iter().map(|item| item.label()).collect();
        let bytes = bytes.get(mark.offset..mark.offset + mark.len).unwrap_or_default();
        let mut value = visible(bytes);
        if mark.items == [Item::UsageWeek]
            && let Ok(nanos) = value.parse()
        {
            // Its end, which stands beside its beginning, says nothing more.
            if begun.take().is_some_and(|week| week.ends_at(nanos)) {
                continue;
            }
            begun = Week::begun_at(nanos);
            value = begun.map_or(value, |week| week.to_string());
        }
        table.row([(PLAIN, names.join(", ")), (PLAIN, value)]);
    }
    table
}

/// The bytes as text, with items and secrets in their styles. Controls are shown, never obeyed.
pub(crate) fn marked(bytes: &[u8], marks: &[Mark]) -> String {
    let mut text = String::new();
    let mut done = 0;
    for mark in marks {
        let (start, end) = (mark.offset.min(bytes.len()), (mark.offset + mark.len).min(bytes.len()));
        if start < done || start > end {
            continue;
        }
        text.push_str(&visible(&bytes[done..start]));
        let style = if matches!(mark.kind, MarkKind::Item) { MARK } else { SECRET };
        text.push_str(&styled(style, visible(&bytes[start..end])));
        done = end;
    }
    text.push_str(&visible(&bytes[done..]));
    text
}

fn visible(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| *c != '\r')
        .map(|c| if c != '\n' && is_unsafe(c) { '\u{FFFD}' } else { c })
        .collect()
}

fn indent(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    })
}

/// What will be sent, item by item, in the groups of the design (section 6).
pub(crate) fn notes(out: Output, vendor: &InForce, values: Values<'_>) {
    notes_about(out, vendor, values, Whose::ThisComputers);
}

/// Whose facts are in the requests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    ThisComputers,
    AnothersAlone,
}

/// [`notes`] of requests that may be about another computer.
pub(crate) fn notes_about(out: Output, vendor: &InForce, values: Values<'_>, whose: Whose) {
    let manifest = vendor.vendor();
    let required = format!("Required by {}", manifest.name());
    let groups = [
        (NoteGroup::Bind, "Needed to bind this computer"),
        (NoteGroup::Required, &required),
        (NoteGroup::Chosen, "Given by you, and not required"),
        (NoteGroup::Protocol, "Part of the protocol"),
    ];
    let items: Vec<Item> = values.requests.iter().flat_map(|request| request.items.iter().copied()).collect();
    let notes = vendor.notes(&items, values);
    if whose == Whose::AnothersAlone {
        out.say("Nothing about this computer is in it, only about the other one.");
    } else if !notes.iter().any(|note| note.item.entry().kind == Kind::Machine) {
        // Its number at the vendor is drawn by lot, but it stands for this computer.
        out.say(match items.contains(&Item::MachineId) {
            true => "No facts of this computer are in it, beyond its number at the vendor (the machine id).",
            false => "Nothing about this computer is in it.",
        });
    }
    let terms = Terms::of(manifest.policy());
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap]).indented(2);
    for (group, title) in groups {
        let members: Vec<&Note> = notes.iter().filter(|note| note.group == group).collect();
        if members.is_empty() {
            continue;
        }
        table.heading(title);
        for note in members {
            row(&mut table, note, &terms);
        }
    }
    table.heading("Seen on the network");
    for fact in manifest.network() {
        let reason = fact.reason.in_words();
        let reason = reason.unwrap_or_else(|| "the policy does not say what for".to_owned());
        let basis = fact.basis.in_words().map(|basis| format!(" · {basis}")).unwrap_or_default();
        table.row([(PLAIN, fact.name.clone()), (SOFT, format!("{reason}{basis}"))]);
    }
    general(&mut table, &terms, &notes);
    out.say_table(&table);
}

/// How long, where and by whom else: what the policy says in general, and who sees any of the items.
fn general(table: &mut Table, terms: &Terms, notes: &[Note]) {
    let unsaid = || SILENT.to_owned();
    table.heading("In general");
    table.row([(PLAIN, "Kept".to_owned()), (SOFT, terms.retention.clone().unwrap_or_else(unsaid))]);
    table.row([(PLAIN, "Where it lies".to_owned()), (SOFT, terms.region.clone().unwrap_or_else(unsaid))]);
    let mut seen: Vec<&str> = Vec::new();
    for name in notes.iter().flat_map(|note| &note.recipients) {
        if !seen.contains(&name.as_str()) {
            seen.push(name);
        }
    }
    if !seen.is_empty() {
        table.row([(PLAIN, "Seen by".to_owned()), (SOFT, seen.join("; "))]);
    }
}

/// What a policy says of all that is sent.
struct Terms {
    retention: Option<String>,
    region: Option<String>,
}

impl Terms {
    fn of(policy: &Policy) -> Self {
        Self { retention: policy.retention.in_words(), region: policy.region.in_words() }
    }
}

/// Why, on which basis, and what is said of this item alone.
fn why(note: &Note, terms: &Terms) -> String {
    let reason = note.reason.as_deref().unwrap_or("the policy does not say why");
    let source = note.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    let basis = note.basis.as_deref().unwrap_or("no legal basis named");
    let own = |label: &str, said: &Option<String>, in_general: &Option<String>| match said {
        Some(said) if said != in_general.as_deref().unwrap_or_default() => format!(" · {label} {said}"),
        _ => String::new(),
    };
    let kept = own("kept", &note.retention, &terms.retention);
    let lies = own("lies", &note.region, &terms.region);
    format!("{reason}{source} · {basis}{kept}{lies}")
}

fn row(table: &mut Table, note: &Note, terms: &Terms) {
    let why = (SOFT, why(note, terms));
    let secret = || note.item.is_secret().then(|| "secret".to_owned());
    let label = (PLAIN, note.item.label().to_owned());
    match note.value.as_deref().map(|value| shown(note.item, value)).or_else(secret) {
        Some(value) => {
            table.row([label, (PLAIN, value)]);
            table.row([(PLAIN, String::new()), why]);
        }
        None => table.row([label, why]),
    }
    if let Some(also) = &note.also {
        table.row([(PLAIN, String::new()), (SOFT, also.clone())]);
    }
}

/// A hash is known by its ends; its bytes stand in the request below.
fn shown(item: Item, value: &str) -> String {
    match (item, value.get(..12), value.get(value.len().saturating_sub(4)..)) {
        (Item::Identifier, Some(beginning), Some(end)) => format!("{beginning}…{end}"),
        _ => visible(value.as_bytes()),
    }
}
