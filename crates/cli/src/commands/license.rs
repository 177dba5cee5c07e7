//! Licenses on this computer, listed.

use std::collections::HashMap;

use gatefold_client::{
    Ends, ForEverybody, Gatefold, InForce, Installed, LicenseEntry, Said, Standing, Unfinished,
    UnfinishedEntry, Unreadable, UnreadableEntry, advice_of, written,
};
use serde::Serialize;

use super::Call;
use super::for_all::{self, ForAllEntry};
use crate::args::License;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, PLAIN, SOFT, day, styled};
use crate::table::{Fit, Table};

pub(crate) fn run(call: &Call, verb: License) -> Result<(), Failure> {
    match verb {
        License::Activate { key: Some(key), device_name, release, yes, .. } => {
            super::activate::run(call, key, device_name.as_deref(), release.as_deref(), &yes)
        }
        License::Activate { key: None, all: false, spare: false, .. } => {
            let text =
                "A license key is needed; or --all, for the licenses of the accounts you are signed in to.";
            Err(Failure::Usage(text.to_owned()))
        }
        License::Activate { key: None, spare, device_name, yes, .. } => {
            super::activate_all::run(call, spare, device_name.as_deref(), &yes)
        }
        License::List => list(call),
        License::Seats { license, yes } => super::seats::list(call, license, &yes),
        License::Rename { machine_id, name, key, yes } => {
            super::seats::rename(call, &machine_id, &name, key.as_deref(), &yes)
        }
        License::Refresh { license_id, yes } => super::refresh::run(call, license_id.as_deref(), &yes),
        License::Deactivate { machine_id: Some(id), local_only, key, yes, .. } => {
            super::deactivate::one(call, &id, local_only, key.as_deref(), &yes)
        }
        License::Deactivate { machine_id: None, all, local_only, yes, .. } => {
            super::deactivate::all(call, all, local_only, &yes)
        }
        License::Register { serial, unlock_code, product, yes } => {
            super::register::run(call, super::register::Given { product, serial, unlock_code }, &yes)
        }
        License::Trial { product, device_name, yes } => {
            super::trial::run(call, &product, device_name.as_deref(), &yes)
        }
        License::Transfer { license, to, yes } => super::transfer::run(call, &license, to.as_deref(), &yes),
        License::Verify { .. } | License::Install { .. } => Ok(()),
    }
}

#[derive(Serialize)]
struct Listed {
    entries: Vec<LicenseEntry>,
    unfinished: Vec<UnfinishedEntry>,
    /// Trials that may have begun and are not activated here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trials_open: Vec<super::trial::Open>,
    /// Files that cannot be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<UnreadableEntry>,
    /// What root installed for all users of this computer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    for_all_users: Vec<ForAllEntry>,
}

fn list(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let ((installed, unreadable), unfinished, vendors) = match call.named_vendor() {
        Some(named) => {
            let vendor = gatefold.vendor_for_call(Some(named))?;
            call.say_only(&vendor.called());
            let library = gatefold.library_of(&vendor)?;
            let unfinished = gatefold.unfinished_of_beside(&vendor, &library.0)?;
            (library, unfinished, vec![vendor])
        }
        None => {
            let library = gatefold.library()?;
            let unfinished = gatefold.unfinished_beside(&library.0)?;
            (library, unfinished, gatefold.vendors()?)
        }
    };
    let trials = super::trial::open(&gatefold, &vendors)?;
    let is_meant = |license: &ForEverybody| {
        call.named_vendor().is_none() || vendors.iter().any(|vendor| vendor.key() == license.vendor.key())
    };
    let for_all: Vec<ForEverybody> = gatefold.licenses_for_all().into_iter().filter(is_meant).collect();
    call.out.object(&Listed {
        entries: installed.iter().map(LicenseEntry::of).collect(),
        unfinished: unfinished.iter().map(UnfinishedEntry::of).collect(),
        trials_open: trials.clone(),
        unreadable: unreadable.iter().map(UnreadableEntry::of).collect(),
        for_all_users: for_all.iter().map(ForAllEntry::of).collect(),
    });
    if installed.is_empty() && !for_all.is_empty() {
        call.out.line(styled(SOFT, "No licenses of your own on this computer."));
    } else if installed.is_empty() {
        let nothing = match call.named_vendor() {
            _ if !unreadable.is_empty() => "No license here can be used on this computer.",
            Some(_) => "No licenses of this vendor on this computer.",
            None => "No licenses on this computer. Activate one with: gatefold license activate KEY",
        };
        call.out.line(styled(SOFT, nothing));
    } else if !call.out.json {
        call.out.table(&listed(&gatefold, &installed));
    }
    for_all.iter().for_each(|license| for_all::list(call, license));
    say_unreadable(call, &unreadable);
    // A trial that began and was not activated is told once: to ask for it again is what settles both.
    let is_told = |open: &&Unfinished| !trials.iter().any(|trial| trial.is_about(open));
    unfinished.iter().filter(is_told).for_each(|open| say_unfinished(call, open));
    for trial in &trials {
        trial.say(call, unfinished.iter().find(|open| trial.is_about(open)));
    }
    say_reminders(call, &gatefold, &vendors);
    Ok(())
}

/// Accounts that their vendors may remove: a word, and nothing is sent.
pub(super) fn say_reminders(call: &Call, gatefold: &Gatefold, vendors: &[InForce]) {
    for reminder in gatefold.reminders(vendors) {
        call.out.say(styled(ATTENTION, reminder.says));
    }
}

/// Of what counts here and ends soon: after a call that was about licenses, whichever it was about.
pub(super) fn say_ends(call: &Call, gatefold: &Gatefold) {
    // What cannot be listed just now is no failure of what was done.
    let Ok((installed, _)) = gatefold.library() else { return };
    let mut hints: Vec<String> = Vec::new();
    for license in installed.iter().filter(|license| license.ends_soon()) {
        let (_, advice) = license.says();
        call.out.say(styled(ATTENTION, format!("{}: {}", license.product, advice.message)));
        if !hints.contains(&advice.hint) {
            hints.push(advice.hint);
        }
    }
    hints.into_iter().filter(|hint| !hint.is_empty()).for_each(|hint| call.out.say(hint));
}

pub(super) fn say_unfinished(call: &Call, open: &Unfinished) {
    let Unfinished { product, license_id, machine_id, file_is_lost, seat_is_gone, .. } = open;
    let text = format!("{product}: a request about license {license_id} was not finished.");
    let (text, next) = match machine_id {
        Some(seat) if *file_is_lost && *seat_is_gone => (
            format!(
                "{product}: the file of license {license_id} is missing or cannot be used, and by the vendor's word its seat {seat} is gone."
            ),
            format!(
                "Activate again to take a seat; or forget this one with: gatefold license deactivate {seat}"
            ),
        ),
        Some(seat) if *file_is_lost => (
            format!(
                "{product}: the file of license {license_id} is missing or cannot be used, and its seat {seat} is taken at the vendor."
            ),
            format!(
                "Activate again, which takes no second seat; or give the seat back with: gatefold license deactivate {seat}"
            ),
        ),
        None => (text, "Repeat it, and it is resolved.".to_owned()),
        Some(seat) => (
            format!("{text} At the vendor it may hold the seat {seat}."),
            format!(
                "Activate again to finish it; or give the seat back with: gatefold license deactivate {seat}"
            ),
        ),
    };
    call.out.say(styled(ATTENTION, text));
    call.out.say(next);
}

pub(super) fn say_unreadable(call: &Call, unreadable: &[Unreadable]) {
    let mut several: Vec<(Said, Vec<&Unreadable>)> = Vec::new();
    for file in unreadable {
        let said = file.says();
        match several.iter_mut().find(|(other, _)| *other == said) {
            Some((_, alike)) => alike.push(file),
            None => several.push((said, vec![file])),
        }
    }
    for ((code, advice), files) in several {
        call.out.say(styled(ATTENTION, format!("{}: {}", names_of(&files), advice.message)));
        call.out.say(advice.hint);
        call.out.say(styled(SOFT, format!("({code})")));
        for file in files {
            match (&file.was, file.license_id()) {
                (Some(was), Some(id)) if file.is_of_another_computer() => {
                    call.out.say(styled(SOFT, format!("{}  {id}", was.product)));
                }
                (Some(_), _) => call.out.say(styled(SOFT, file.path.display().to_string())),
                (None, _) => {}
            }
        }
    }
}

/// By their products, where those are remembered; else by their paths.
fn names_of(files: &[&Unreadable]) -> String {
    let name = |file: &&Unreadable| match &file.was {
        Some(was) => was.product.clone(),
        None => file.path.display().to_string(),
    };
    let mut names: Vec<String> = files.iter().map(name).collect();
    names.dedup();
    names.join(", ")
}

/// Licenses, each of a product and with its id, by what people call them: the product, and where several of one product are
/// among them, how its key ends.
pub(super) fn told_apart<'a>(
    gatefold: &Gatefold,
    licenses: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<String> {
    let licenses: Vec<(&str, &str)> = licenses.into_iter().collect();
    let hints = gatefold.key_hints();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    licenses.iter().for_each(|(product, _)| *counts.entry(product).or_default() += 1);
    let name = |(product, license_id): &(&str, &str)| {
        let is_alone = counts.get(product) == Some(&1);
        match hints.get(*license_id) {
            Some(hint) if !is_alone && !hint.is_empty() => format!("{product} ••••{hint}"),
            _ => (*product).to_owned(),
        }
    };
    licenses.iter().map(name).collect()
}

fn listed(gatefold: &Gatefold, licenses: &[Installed]) -> Table {
    let mut table = Table::headed([
        ("Product", Fit::Wrap),
        ("Vendor", Fit::Wrap),
        ("Terms", Fit::Whole),
        ("Standing", Fit::Whole),
        ("Lasts", Fit::Wrap),
        ("Id", Fit::Beginning),
    ]);
    let names =
        told_apart(gatefold, licenses.iter().map(|one| (one.product.as_str(), one.license_id.as_str())));
    let mut notes: Vec<String> = Vec::new();
    for (license, name) in licenses.iter().zip(names) {
        let (standing, (code, advice)) = (license.assessment.standing, license.says());
        let counts_on = standing == Standing::Active && !license.ends_soon();
        let style = if counts_on { CALM } else { ATTENTION };
        table.row([
            (PLAIN, name),
            (PLAIN, license.vendor.called()),
            (PLAIN, license.terms.as_str().to_owned()),
            (style, standing.as_str().replace('_', " ")),
            (PLAIN, lasts(license)),
            (SOFT, license.machine_id.as_ref().unwrap_or(&license.license_id).clone()),
        ]);
        if let Some(at) = license.seat_gone_at {
            let advice = advice_of("license.seat_gone", Some(format!("known since {}", day(&written(at)))));
            table.note(format!("{} {}", advice.message, advice.hint).trim_end());
        }
        if let Some(at) = license.release_asked_at {
            let advice =
                advice_of("license.release_unknown", Some(format!("asked for on {}", day(&written(at)))));
            table.note(format!("{} {}", advice.message, advice.hint).trim_end());
        }
        if code != "license.active" {
            let note = format!("{} {}", advice.message, advice.hint).trim_end().to_owned();
            // What is about the computer is the same of every license.
            match code == "license.copied_system" && notes.contains(&note) {
                true => table.note("This system may be a copy: see above."),
                false => table.note(&note),
            }
            notes.push(note);
        }
    }
    table
}

/// How long a license counts; nothing where it does not, whatever its dates say.
fn lasts(license: &Installed) -> String {
    let assessment = &license.assessment;
    let on = |time| day(&written(time)).to_owned();
    let (ends, refresh) = (assessment.expires_at.map(on), assessment.refresh_by.map(on));
    match assessment.standing {
        Standing::Expired if assessment.reason.code() == "license.expired" => {
            ends.map_or_else(String::new, |day| format!("ended {day}"))
        }
        Standing::Expired => refresh.map_or_else(String::new, |day| format!("file ended {day}")),
        Standing::Grace => {
            assessment.ending.map_or_else(String::new, |ending| format!("in grace until {}", on(ending.at)))
        }
        Standing::Active | Standing::ClockBehind => match (ends, refresh) {
            // Its file may end long before it does.
            (_, Some(day)) if assessment.ending.is_some_and(|ending| ending.what == Ends::File) => {
                format!("refresh by {day}")
            }
            (Some(day), _) => format!("until {day}"),
            (None, Some(day)) => format!("refresh by {day}"),
            (None, None) => "forever".to_owned(),
        },
        _ => String::new(),
    }
}

/// Less of an id is more likely a slip than a choice, in bytes.
const SHORTEST_BEGINNING: usize = 4;

/// A license, and its seat if it has one.
pub(super) type Ids = (String, Option<String>);

/// What was typed of an id, without the sign of a list that cut it.
pub(super) fn beginning_of(typed: &str) -> &str {
    typed.trim_end_matches(['.', '…'])
}

/// Whether it is less of an id than is looked for.
pub(super) const fn is_short(beginning: &str) -> bool {
    beginning.len() < SHORTEST_BEGINNING
}

/// Whether an id is meant by this beginning of it.
pub(super) fn begins(id: &str, beginning: &str) -> bool {
    !is_short(beginning) && id.starts_with(beginning)
}

/// The one of these ids that begins as it was typed, or what was typed where none does. `what` they are is said where several do.
pub(super) fn one_of(ids: impl Iterator<Item = String>, typed: &str, what: &str) -> Result<String, Failure> {
    let beginning = beginning_of(typed);
    let mut ids: Vec<String> = ids.filter(|id| begins(id, beginning)).collect();
    ids.sort();
    ids.dedup();
    match ids.len() {
        0 | 1 => Ok(ids.pop().unwrap_or_else(|| typed.to_owned())),
        _ => Err(Failure::Usage(format!("Several {what} have an id that begins with {beginning}."))),
    }
}

/// The license with an id that begins so, of the activation or of the license, unfinished ones included; `list` cuts ids
/// where there is no room.
pub(super) fn meant(gatefold: &Gatefold, typed: &str) -> Result<Option<Ids>, Failure> {
    let beginning = beginning_of(typed);
    let begins = |id: &str| begins(id, beginning);
    let installed = gatefold.library()?.0.into_iter().map(|license| (license.license_id, license.machine_id));
    let open = gatefold.unfinished()?.into_iter().map(|open| (open.license_id, open.machine_id));
    let mut ids: Vec<Ids> = installed
        .chain(open)
        .filter(|(license, seat)| begins(license) || seat.as_deref().is_some_and(begins))
        .collect();
    ids.sort();
    // A seat of a license goes before a request about it that has none.
    ids.reverse();
    ids.dedup_by(|(less, seat), (license, _)| less == license && seat.is_none());
    ids.dedup();
    if let [(license, _), others @ ..] = ids.as_slice()
        && begins(license)
        && !others.is_empty()
        && others.iter().all(|(other, _)| other == license)
    {
        // One license with an old file and an open seat: no seat of it is meant before the other.
        return Ok(Some((license.clone(), None)));
    }
    match ids.len() {
        0 | 1 => Ok(ids.pop()),
        _ => Err(Failure::Usage(format!("Several licenses here have an id that begins with {beginning}."))),
    }
}

/// By its whole id: of the seat, or of a license without seats.
pub(super) fn seat_meant(gatefold: &Gatefold, typed: &str) -> Result<String, Failure> {
    Ok(meant(gatefold, typed)?.map_or_else(|| typed.to_owned(), |(license, seat)| seat.unwrap_or(license)))
}
