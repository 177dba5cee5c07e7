//! The licenses of the account: listed as they were read last, and read again.

use gatefold_client::{
    ClientError, Enough, EntryId, Gatefold, InForce, Listed, Owned, PreparedLibrary, Seats, Values, written,
};
use serde::Serialize;

use super::register::{LIST_IS_OLDER, READ_THEM, say_open};
use super::vendor::say_damaged;
use super::{Call, wait};
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::{Failure, of_several};
use crate::output::{ATTENTION, CALM, Fault, Output, PLAIN, SOFT, STRONG, day, minute, styled};
use crate::preview;
use crate::table::{Fit, Table};

/// One license of an account.
#[derive(Serialize)]
struct Entry {
    vendor: String,
    license_id: String,
    product: String,
    product_id: Option<String>,
    kind: &'static str,
    expires_at: Option<String>,
    /// Or banned.
    suspended: bool,
    /// None where licenses are bound to the account.
    seats: Option<SeatsEntry>,
    /// Whether its license file is on this computer.
    here: bool,
    read_at: String,
}

#[derive(Serialize)]
struct SeatsEntry {
    taken: u64,
    limit: Option<u64>,
}

impl Entry {
    fn of(owned: &Owned) -> Self {
        Self {
            vendor: owned.vendor.vendor().id().to_owned(),
            license_id: owned.license_id.clone(),
            product: owned.product.clone(),
            product_id: owned.product_id.clone(),
            kind: owned.terms.as_str(),
            expires_at: owned.expires_at.map(written),
            suspended: owned.is_barred,
            seats: owned.seats.map(|Seats { taken, limit }| SeatsEntry { taken, limit }),
            here: owned.is_here,
            read_at: written(owned.read_at),
        }
    }
}

/// How many licenses there are, and where to see them.
pub(super) fn how_many(count: usize) -> String {
    match count {
        0 => "No license is this account's.".to_owned(),
        1 => "1 license is yours. See it with: gatefold account licenses".to_owned(),
        count => format!("{count} licenses are yours. See them with: gatefold account licenses"),
    }
}

/// A list that goes on is not told as the whole.
pub(super) fn say_cut(out: Output, listed: &Listed) {
    if listed.is_cut {
        let text = "The vendor's list goes on after that. Gatefold reads no more of it; activate the rest by their keys.";
        out.say(styled(ATTENTION, text));
    }
}

/// Somebody is signed in whose list could not be read: silence would look as if nothing were theirs.
pub(super) fn say_unread(call: &Call, vendor: &InForce) {
    let (name, named) = (vendor.called(), vendor.named());
    let text = format!(
        "{name}: which licenses are yours was not read yet. Read them with: gatefold account refresh --vendor {named}"
    );
    call.out.say(styled(ATTENTION, text));
}

pub(super) fn list(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let owned = match call.named_vendor() {
        Some(named) => {
            let vendor = gatefold.vendor_for_call(Some(named))?;
            call.say_only(&vendor.called());
            say_open(call, &vendor, gatefold.open_registration(&vendor)?, READ_THEM);
            super::transfer::say_open(call, &vendor, gatefold.open_transfers(&vendor)?, READ_THEM);
            match gatefold.owned_of(&vendor) {
                Err(ClientError::NotSignedIn | ClientError::LicensesUnread) => Vec::new(),
                owned => owned?,
            }
        }
        None => {
            gatefold.damaged_vendors()?.iter().for_each(|vendor| say_damaged(call, vendor));
            for vendor in gatefold.vendors()? {
                if matches!(gatefold.owned_of(&vendor), Err(ClientError::LicensesUnread)) {
                    say_unread(call, &vendor);
                }
                say_open(call, &vendor, gatefold.open_registration(&vendor)?, READ_THEM);
                super::transfer::say_open(call, &vendor, gatefold.open_transfers(&vendor)?, READ_THEM);
            }
            gatefold.owned_licenses()?
        }
    };
    call.out.entries(&owned.iter().map(Entry::of).collect::<Vec<_>>());
    if owned.is_empty() {
        let text = "No licenses of an account are known here. Sign in, or read them again with: gatefold account refresh";
        call.out.line(styled(SOFT, text));
        return Ok(());
    }
    call.out.table(&listed(&gatefold, &owned));
    match gatefold.enough_of(owned) {
        Enough { wanted, .. } if !wanted.is_empty() => {
            let text = match wanted.len() {
                1 => "Activate the one that is needed here with: gatefold license activate --all".to_owned(),
                count => {
                    format!("Activate the {count} that are needed here with: gatefold license activate --all")
                }
            };
            call.out.say(text);
        }
        Enough { spare, .. } if !spare.is_empty() => {
            call.out.say("What is not here is not needed. Activate it all the same with: gatefold license activate --spare");
        }
        _ => {}
    }
    Ok(())
}

fn listed(gatefold: &Gatefold, owned: &[Owned]) -> Table {
    let mut table = Table::headed([
        ("Product", Fit::Wrap),
        ("Terms", Fit::Whole),
        ("Lasts", Fit::Wrap),
        ("Seats", Fit::Whole),
        ("Here", Fit::Whole),
        ("Id", Fit::Beginning),
    ]);
    let mut vendor = String::new();
    for license in owned {
        if license.vendor.named() != vendor {
            vendor = license.vendor.named();
            let read_at = minute(&written(license.read_at));
            table.heading(&format!("{}, as listed on {read_at} (UTC)", license.vendor.called()));
        }
        // Licenses of one product are told apart by their keys.
        let product = match license.key_hint.as_str() {
            "" => license.product.clone(),
            hint => format!("{} ••••{hint}", license.product),
        };
        let lasts = match license.expires_at {
            _ if license.is_barred => (ATTENTION, "suspended".to_owned()),
            None => (PLAIN, "forever".to_owned()),
            Some(end) if license.has_ended(gatefold) => (ATTENTION, format!("ended {}", day(&written(end)))),
            Some(end) => (PLAIN, format!("until {}", day(&written(end)))),
        };
        let seats = match license.seats {
            None => "-".to_owned(),
            Some(Seats { taken, limit: Some(limit) }) => format!("{taken} of {limit}"),
            Some(Seats { taken, limit: None }) => format!("{taken}"),
        };
        let here = if license.is_here { (CALM, "yes") } else { (PLAIN, "no") };
        table.row([
            (PLAIN, product),
            (PLAIN, license.terms.as_str().to_owned()),
            lasts,
            (PLAIN, seats),
            (here.0, here.1.to_owned()),
            (SOFT, license.license_id.clone()),
        ]);
    }
    table
}

/// What became of reading the list of one vendor.
type Read = (InForce, Result<Listed, ClientError>);

pub(super) fn refresh(call: &Call, yes: &Ask) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Report {
        entries: Vec<Entry>,
        /// Whether a vendor's list goes on after these.
        cut: bool,
        ledger: Vec<i64>,
        /// The first, where several vendors were asked and not each list was read.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Fault>,
    }
    let mut gatefold = call.open()?;
    gatefold.secrets_unlocked()?;
    let vendors = signed_in_to(call, &gatefold, yes)?;
    let is_one = vendors.len() == 1;
    let (mut plans, mut read) = (Vec::new(), Vec::new());
    for vendor in vendors {
        match gatefold.plan_library(vendor.clone()) {
            Err(error) if !is_one => read.push((vendor, Err(error))),
            plan => plans.push(plan?),
        }
    }
    if !plans.is_empty() {
        ask(call, &plans, yes)?;
    }
    let mut sent = Vec::new();
    read.extend(read_each(&mut gatefold, plans, &mut sent)?);
    call.say_shown(&gatefold);
    let (mut entries, mut cut, mut failures) = (Vec::new(), false, Vec::new());
    let tried = read.len();
    for (vendor, listed) in read {
        let said = if is_one { String::new() } else { format!("{}: ", vendor.called()) };
        match listed {
            Ok(listed) => {
                let owned = gatefold.owned_of(&vendor)?;
                entries.extend(owned.iter().map(Entry::of));
                cut |= listed.is_cut;
                call.out.line(styled(CALM, format!("{said}{}", how_many(listed.count))));
                say_cut(call.out, &listed);
                super::transfer::say_told(call, &vendor, &listed.transfers, &owned);
                say_open(call, &vendor, gatefold.open_registration(&vendor)?, LIST_IS_OLDER);
                super::transfer::say_open(call, &vendor, gatefold.open_transfers(&vendor)?, LIST_IS_OLDER);
            }
            Err(error) if is_one => return Err(error.into()),
            Err(error) => {
                call.out.line(styled(ATTENTION, format!("{said}{}", error.advice().message)));
                failures.push(error);
            }
        }
    }
    let faults: Vec<Fault> = failures.iter().map(Fault::from).collect();
    call.out.each_once(faults.iter());
    call.say_sent();
    let ledger = sent.iter().map(|entry| entry.0).collect();
    let is_any_read = failures.len() < tried;
    call.out.object(&Report { entries, cut, ledger, error: faults.into_iter().next() });
    of_several(is_any_read, &failures.iter().map(ClientError::kind).collect::<Vec<_>>())
}

/// The vendor that is meant, or each that somebody is signed in to.
fn signed_in_to(call: &Call, gatefold: &Gatefold, yes: &Ask) -> Result<Vec<InForce>, Failure> {
    let Some(mut vendors) = call.several(gatefold)? else {
        return Ok(vec![call.vendor_to_use(gatefold, yes)?.in_force]);
    };
    vendors.retain(|vendor| vendor.has_library() && matches!(gatefold.account(vendor), Ok(Some(_))));
    if vendors.is_empty() { Err(ClientError::NotSignedIn.into()) } else { Ok(vendors) }
}

fn ask(call: &Call, plans: &[PreparedLibrary], yes: &Ask) -> Result<(), Failure> {
    for plan in plans.iter().filter(|_| yes.shows()) {
        if plans.len() > 1 {
            call.out.say(String::new());
            call.out.say(styled(STRONG, plan.vendor().called()));
        }
        let first = &plan.requests()[..1].iter().map(|request| &request.preview).collect::<Vec<_>>();
        preview::notes(call.out, plan.vendor(), Values { requests: first, ..Values::default() });
        preview::plan(call.out, plan.requests(), |request| preview::when(request.when));
    }
    match plans.len() {
        1 => confirm(yes.yes, "Ask which licenses are yours?"),
        vendors => confirm(yes.yes, &format!("Ask {vendors} vendors which licenses are yours?")),
    }
}

/// One after the other, whatever became of the one before; nothing is begun after the user's word to stop.
fn read_each(
    gatefold: &mut Gatefold,
    plans: Vec<PreparedLibrary>,
    sent: &mut Vec<EntryId>,
) -> Result<Vec<Read>, Failure> {
    let mut read = Vec::new();
    for plan in plans {
        let vendor = plan.vendor().clone();
        let listed = wait(gatefold.read_library(plan, sent))?;
        let is_stopped = listed.as_ref().is_err_and(ClientError::is_stopped);
        read.push((vendor, listed));
        if is_stopped {
            break;
        }
    }
    Ok(read)
}
