//! The computers that hold a license's seats: listed, called otherwise, and given back. What is shown is the vendor's list
//! of the moment.

use gatefold_client::{
    ClientError, Computer, ElsewherePlan, EntryId, Gatefold, InForce, KeyGiven, Planned, Preview, SeatList,
    SeatsPlan, Values, written,
};
use serde::Serialize;

use super::activate::chosen_name;
use super::license::{beginning_of, begins, meant, one_of};
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::{confirm, secret};
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, Output, PLAIN, SOFT, STRONG, minute, styled};
use crate::preview::{self, Whose};
use crate::table::{Fit, Table};

#[derive(Serialize)]
struct Listed {
    license_id: String,
    product: String,
    limit: Option<u64>,
    /// The list goes on after the last page that is read.
    cut: bool,
    entries: Vec<Entry>,
    ledger: Vec<i64>,
}

#[derive(Serialize)]
struct Entry {
    machine_id: String,
    name: Option<String>,
    this_computer: bool,
    /// It is this computer's from before its system was installed anew, by all that is known here.
    #[serde(skip_serializing_if = "is_no")]
    system_before: bool,
    last_file_at: Option<String>,
}

/// `license seats`: of the license with this key, or with this id, if one is known here.
pub(super) fn list(call: &Call, named: String, yes: &Ask) -> Result<(), Failure> {
    let named = if named == "-" { secret("License key")? } else { named };
    let mut gatefold = call.open()?;
    let plan = match license_named(&gatefold, &named)? {
        Some(license_id) => gatefold.plan_seats_of(&license_id).map_err(or_by_key)?,
        None => gatefold.plan_seats(call.vendor_of_key(&gatefold, &named, yes)?.in_force, &named)?,
    };
    let read = read(call, &mut gatefold, plan, yes);
    call.say_shown(&gatefold);
    let (list, sent) = read?;
    print(call.out, &list, To::Result);
    if let Some(fetched) = gatefold.later_file(&list) {
        call.out.line(styled(ATTENTION, later_file(&minute(&written(fetched)))));
    }
    say_ways(call.out, &list, gatefold.keeps_key_of(&list));
    call.say_sent();
    call.out.object(&Listed {
        license_id: list.license_id,
        product: list.product,
        limit: list.seats.limit,
        cut: list.is_cut,
        entries: list.computers.into_iter().map(Entry::from).collect(),
        ledger: sent.iter().map(|id| id.0).collect(),
    });
    Ok(())
}

impl From<Computer> for Entry {
    fn from(computer: Computer) -> Self {
        Self {
            machine_id: computer.machine_id,
            name: computer.name,
            this_computer: computer.is_here,
            system_before: computer.is_system_before,
            last_file_at: computer.last_file_at.map(written),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_no(value: &bool) -> bool {
    !*value
}

fn later_file(fetched: &str) -> String {
    format!(
        "A license file for this computer was fetched on {fetched}, later than the one that is here. If an answer was lost on the way, gatefold license refresh mends it. If not, a copy of this system fetched it, and both are one computer to the vendor: give the copy a machine id of its own, then activate it."
    )
}

/// A license by its id, or the beginning of one of which something is known here; what is none is a key.
pub(super) fn license_named(gatefold: &Gatefold, typed: &str) -> Result<Option<String>, Failure> {
    let beginning = beginning_of(typed);
    // To look for it takes a while, and few keys look like an id.
    if !beginning.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return Ok(None);
    }
    if let Some((license_id, _)) = meant(gatefold, typed)? {
        return Ok(Some(license_id));
    }
    let ids = gatefold.license_ids()?;
    let found = one_of(ids.iter().cloned(), typed, "licenses")?;
    Ok(ids.contains(&found).then_some(found))
}

/// By the key; where the vendor wants more than that, the same once more by the sign-in.
fn read(
    call: &Call,
    gatefold: &mut Gatefold,
    plan: SeatsPlan,
    yes: &Ask,
) -> Result<(SeatList, Vec<EntryId>), Failure> {
    let mut sent = Vec::new();
    match send(call, gatefold, &plan, yes, &mut sent) {
        Err(Failure::Client(error)) if error.wants_sign_in() && !plan.is_by_sign_in() => {
            let name = plan.vendor().called();
            let plan = match gatefold.plan_seats_by_sign_in(&plan) {
                Err(ClientError::NotSignedIn) => return Err(error.into()),
                plan => plan?,
            };
            call.out
                .say(format!("For this license {name} wants more than the key, so your sign-in is used."));
            let list = send(call, gatefold, &plan, yes, &mut sent)?;
            Ok((list, sent))
        }
        done => Ok((done?, sent)),
    }
}

pub(super) fn send(
    call: &Call,
    gatefold: &mut Gatefold,
    plan: &SeatsPlan,
    yes: &Ask,
    sent: &mut Vec<EntryId>,
) -> Result<SeatList, Failure> {
    if yes.shows() {
        let hint = plan.key_hint();
        show(call.out, plan.vendor(), plan.requests(), Some(&hint), Whose::ThisComputers);
    }
    confirm(yes.yes, "Ask which computers hold the seats?")?;
    Ok(wait(gatefold.read_seats(plan, sent))??)
}

fn show(out: Output, vendor: &InForce, planned: &[Planned], key_hint: Option<&str>, whose: Whose) {
    let requests: Vec<&Preview> = planned.iter().map(|planned| &planned.preview).collect();
    preview::notes_about(out, vendor, Values { requests: &requests, key_hint, ..Values::default() }, whose);
    preview::plan(out, planned, |planned| preview::when(planned.when));
}

fn whose(is_here: bool) -> Whose {
    if is_here { Whose::ThisComputers } else { Whose::AnothersAlone }
}

/// Where a list goes: it is what was asked for, or it is shown on the way to something else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Result,
    Talk,
}

pub(super) fn print(out: Output, list: &SeatList, to: To) {
    let line = |text: String| match to {
        To::Result => out.line(text),
        To::Talk => out.say(text),
    };
    let vendor = list.vendor.called();
    let taken = list.seats.taken;
    // A list that goes on has more.
    let taken = if list.is_cut { format!("at least {taken}") } else { taken.to_string() };
    let use_of = match list.seats.limit {
        Some(limit) => format!("{taken} of {limit} seats in use"),
        None => format!("{taken} seats in use; there is no limit"),
    };
    line(styled(STRONG, format!("{} by {vendor}: {use_of}", list.product)));
    if list.computers.is_empty() {
        return;
    }
    match to {
        To::Result => out.table(&table(list)),
        To::Talk => out.say_table(&table(list)),
    }
    if list.is_cut {
        let text = format!(
            "{vendor}'s list goes on after these {}, the newest, and Gatefold reads no more of it. A computer that is not among them is seen, and its seat given back, in your account at {vendor}.",
            list.computers.len()
        );
        line(styled(ATTENTION, text));
    }
    line(format!(
        "These names are seen by {vendor}, and by everybody who has the license key or the account."
    ));
}

/// What can be done about a seat that was listed.
fn say_ways(out: Output, list: &SeatList, keeps_key: bool) {
    if list.computers.is_empty() {
        return;
    }
    let key = if keeps_key { "" } else { " --key KEY" };
    out.line(styled(
        SOFT,
        format!(
            "Rename one with: gatefold license rename ID NAME{key}; give its seat back with: gatefold license deactivate ID{key}. Its name does for the ID, too."
        ),
    ));
}

fn table(list: &SeatList) -> Table {
    let mut table = Table::headed([
        ("Computer", Fit::Wrap),
        ("", Fit::Whole),
        ("Last file", Fit::Whole),
        ("Id", Fit::Beginning),
    ]);
    for computer in &list.computers {
        let last_file = computer.last_file_at.map(|at| minute(&written(at)));
        table.row([
            name_of(computer),
            (CALM, which(computer).to_owned()),
            (PLAIN, last_file.unwrap_or_else(|| "none".to_owned())),
            (SOFT, computer.machine_id.clone()),
        ]);
    }
    table
}

fn name_of(computer: &Computer) -> (anstyle::Style, String) {
    match &computer.name {
        Some(name) => (PLAIN, name.clone()),
        None => (SOFT, "no name".to_owned()),
    }
}

fn which(computer: &Computer) -> &'static str {
    match (computer.is_here, computer.is_system_before) {
        (true, _) => "this computer",
        (false, true) => "this one, before its system was installed anew",
        (false, false) => "",
    }
}

/// The id of a seat here; or of one that a list named, of which the beginning or its computer's name is enough. What was
/// typed where nothing is so called.
pub(super) fn seat_of_any(gatefold: &Gatefold, typed: &str) -> Result<String, Failure> {
    if let Some((license, seat)) = meant(gatefold, typed)? {
        return Ok(seat.unwrap_or(license));
    }
    let lists = gatefold.seats_listed()?;
    let found = named(lists.iter().flat_map(|list| &list.computers), typed.trim())?;
    Ok(found.map_or_else(|| typed.to_owned(), |computer| computer.machine_id.clone()))
}

/// The one of these by the beginning of its seat's id, or by its whole name where only one is called so; none where none is.
pub(super) fn named<'a>(
    computers: impl Iterator<Item = &'a Computer> + Clone,
    typed: &str,
) -> Result<Option<&'a Computer>, Failure> {
    let beginning = beginning_of(typed);
    let by_id = |computer: &&Computer| begins(&computer.machine_id, beginning);
    let by_name = |computer: &&Computer| {
        computer.name.as_ref().is_some_and(|name| name.to_lowercase() == typed.to_lowercase())
    };
    let mut found: Vec<&Computer> = computers.clone().filter(by_id).collect();
    if found.is_empty() {
        found = computers.filter(by_name).collect();
    }
    match found.as_slice() {
        [] => Ok(None),
        [computer] => Ok(Some(computer)),
        several => {
            let ids: Vec<&str> = several.iter().map(|computer| computer.machine_id.as_str()).collect();
            Err(Failure::Usage(format!(
                "Several seats are called {typed}, or have an id that begins so. Name one by its id: {}.",
                ids.join(", ")
            )))
        }
    }
}

/// The license key that was typed beside a seat; none where the one that is kept here is meant.
pub(super) fn key_typed(key: Option<&str>) -> Result<Option<String>, Failure> {
    match key {
        Some("-") => Ok(Some(secret("License key")?)),
        key => Ok(key.map(str::to_owned)),
    }
}

fn given(key: Option<&String>) -> KeyGiven<'_> {
    key.map_or(KeyGiven::Kept, |key| KeyGiven::Typed(key))
}

/// Where no key is kept, one can be named.
fn or_key(error: ClientError) -> Failure {
    match error {
        ClientError::KeyMissing { .. } => Failure::Or(
            error,
            "Or name the license key with --key, or --key - to read it from standard input.".to_owned(),
        ),
        error => error.into(),
    }
}

/// The same where the key takes the id's place.
fn or_by_key(error: ClientError) -> Failure {
    match error {
        ClientError::KeyMissing { .. } => {
            Failure::Or(error, "Or ask by the key itself: gatefold license seats KEY".to_owned())
        }
        error => error.into(),
    }
}

#[derive(Serialize)]
struct Renamed {
    status: &'static str,
    product: String,
    license_id: String,
    machine_id: String,
    name: String,
    ledger: Vec<i64>,
}

/// The server wants more than the key for it.
const PROTECTED: &str = "For a license that the key alone does not open only its vendor renames computers: ask it, or give the seat back and activate again under the other name.";

/// `license rename`
pub(super) fn rename(call: &Call, id: &str, name: &str, key: Option<&str>, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let Some(name) = chosen_name(call, Some(name))? else { return Ok(()) };
    let key = key_typed(key)?;
    let mut gatefold = call.open()?;
    let id = seat_of_any(&gatefold, id)?;
    let plan = gatefold.plan_rename(&id, &name, given(key.as_ref())).map_err(or_key)?;
    let vendor = plan.vendor().called();
    if yes.shows() {
        show(out, plan.vendor(), plan.requests(), None, whose(plan.is_here()));
    }
    let old = plan
        .old_name()
        .map_or_else(|| "the computer without a name".to_owned(), |name| format!("\"{name}\""));
    out.say(format!("{vendor} sees the new name, and everybody who has the license key or the account."));
    confirm(yes.yes, &format!("Call {old} \"{}\" from now on?", plan.new_name()))?;
    let renamed = wait(gatefold.rename(plan, &mut Vec::new()))?;
    call.say_shown(&gatefold);
    let renamed = renamed.map_err(|error| match error.code() {
        "keygen.protected" => Failure::Or(error, PROTECTED.to_owned()),
        _ => error.into(),
    })?;
    out.line(styled(CALM, format!("{vendor} knows the computer as \"{}\" now", renamed.name)));
    call.say_sent();
    out.object(&Renamed {
        status: "renamed",
        product: renamed.product,
        license_id: renamed.license_id,
        machine_id: renamed.machine_id,
        name: renamed.name,
        ledger: renamed.entries.iter().map(|id| id.0).collect(),
    });
    Ok(())
}

/// What a release cannot do.
const NOT_RECALLED: &str = "This does not reach that computer: license files that are on it count there as long as they last, and cannot be recalled.";

/// The seat of another computer, which nothing here is known of but by the vendor's list.
pub(super) fn plan_elsewhere(
    gatefold: &Gatefold,
    id: &str,
    key: Option<&String>,
) -> Result<Option<ElsewherePlan>, Failure> {
    match gatefold.plan_release_elsewhere(id, given(key)) {
        Err(ClientError::SeatUnknown(_)) => Ok(None),
        plan => Ok(Some(plan.map_err(or_key)?)),
    }
}

/// Shows and asks.
pub(super) fn ask_elsewhere(call: &Call, plan: &ElsewherePlan, yes: &Ask) -> Result<(), Failure> {
    let out = call.out;
    let vendor = plan.vendor().called();
    out.say(styled(STRONG, format!("{} by {vendor}: the seat of {}", plan.product(), called(plan))));
    if yes.shows() {
        show(out, plan.vendor(), plan.requests(), None, whose(plan.is_here()));
    }
    if !plan.is_here() {
        out.say(NOT_RECALLED);
    }
    confirm(yes.yes, &format!("Give back the seat of {}?", called(plan)))
}

/// The computer of a seat, by its name, or by the seat's id where it has none.
pub(super) fn called(plan: &ElsewherePlan) -> String {
    plan.name().map_or_else(|| format!("the computer {}", plan.machine_id()), |name| format!("\"{name}\""))
}
