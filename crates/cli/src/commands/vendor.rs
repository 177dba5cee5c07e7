//! Vendors: who may ask for what. A file is shown before it is agreed to.

use std::path::Path;

use gatefold_client::vendor::{Binding, Change, counted, linked_data};
use gatefold_client::{
    Agreement, Damaged, Dealings, Farewell, InForce, Known, LookAlike, Meant, Review, Vendor as Manifest,
    written, written_day,
};
use serde::Serialize;

use super::Call;
use super::vendor_gone::Gone;
use super::vendor_newer::{Newer, notice, say_waiting};
use super::vendor_page::{differences, head, hosts, whole};
use crate::args::{Ask, Vendor};
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, PLAIN, SOFT, styled, write_out};
use crate::table::{Fit, Table};

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    id: &'a str,
    name: &'a str,
    version: u32,
    date: String,
    signed: bool,
    root_key: &'a str,
    root_fingerprint: String,
    hosts: Vec<String>,
    binding: Binding,
    products: usize,
}

impl<'a> Summary<'a> {
    pub(super) fn of(vendor: &'a InForce) -> Self {
        let manifest = vendor.vendor();
        Self {
            id: manifest.id(),
            name: manifest.name(),
            version: manifest.version(),
            date: manifest.date().to_string(),
            signed: vendor.is_signed(),
            root_key: manifest.root_key(),
            root_fingerprint: vendor.fingerprint(),
            hosts: hosts(manifest),
            binding: manifest.binding(),
            products: manifest.products().len(),
        }
    }
}

pub(crate) fn run(call: &Call, verb: Vendor) -> Result<(), Failure> {
    match verb {
        Vendor::List => list(call),
        Vendor::Add { file, yes } => add(call, &file, &yes),
        Vendor::Show { named, json_ld } => show(call, named.as_deref(), json_ld),
        Vendor::Check { file, policy, live, yes } => {
            super::vendor_check::run(call, &file, policy.as_deref(), live, &yes)
        }
        Vendor::Remove { named, yes } => remove(call, named.as_deref(), yes.yes),
    }
}

fn list(call: &Call) -> Result<(), Failure> {
    let gatefold = call.open_to_read()?;
    let (vendors, damaged) = (gatefold.vendors()?, gatefold.damaged_vendors()?);
    let summaries: Vec<Summary<'_>> = vendors.iter().map(Summary::of).collect();
    let gone: Vec<Farewell> =
        vendors.iter().filter_map(|vendor| gatefold.farewell_of(vendor).ok()?).collect();
    let out = call.out;
    out.entries(&summaries);
    if vendors.is_empty() && damaged.is_empty() {
        out.line(styled(SOFT, "No vendor yet. Add one with: gatefold vendor add FILE"));
    }
    if !vendors.is_empty() {
        out.table(&listed(&summaries));
    }
    gone.iter().for_each(|farewell| super::vendor_gone::say(call, farewell));
    damaged.iter().for_each(|vendor| say_damaged(call, vendor));
    super::license::say_reminders(call, &gatefold, &vendors);
    Ok(())
}

/// A vendor of whom nothing can be read.
pub(super) fn say_damaged(call: &Call, vendor: &Damaged) {
    let advice = vendor.error().advice();
    call.out.say(styled(ATTENTION, advice.message));
    call.out.say(advice.hint);
}

fn listed(vendors: &[Summary<'_>]) -> Table {
    let mut table = Table::headed([
        ("Id", Fit::Whole),
        ("Name", Fit::Wrap),
        ("Version", Fit::Right),
        ("Signed", Fit::Whole),
        ("Root key", Fit::Beginning),
    ]);
    for vendor in vendors {
        table.row([
            (PLAIN, vendor.id.to_owned()),
            (PLAIN, vendor.name.to_owned()),
            (PLAIN, vendor.version.to_string()),
            if vendor.signed { (PLAIN, "yes".to_owned()) } else { (ATTENTION, "no".to_owned()) },
            (SOFT, vendor.root_fingerprint.clone()),
        ]);
    }
    table
}

fn add(call: &Call, file: &Path, yes: &Ask) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Added<'a> {
        #[serde(flatten)]
        summary: Summary<'a>,
        changes: &'a [Change],
        look_alikes: &'a [LookAlike],
        same_keys: &'a [String],
        /// Null where it counts at once.
        counts_from: Option<String>,
    }
    let mut gatefold = call.open()?;
    if let Some(farewell) = gatefold.review_sunset(file)? {
        return super::vendor_gone::take(call, &mut gatefold, &farewell, yes);
    }
    let review = gatefold.review_vendor(file)?;
    if yes.shows() {
        call.out.say_table(&whole(&review.in_force, Some(&gatefold.dealings(&review.in_force)?)));
    }
    say_review(call, &review);
    // From now on the days of notice are counted, whatever is answered.
    let from = gatefold.note_shown(&review)?;
    if let Some(from) = from {
        call.out.say(styled(SOFT, notice(&review.in_force.called(), &written_day(from))));
    }
    let Review { in_force, changes, look_alikes, same_keys, .. } = review;
    let name = in_force.called();
    confirm(yes.yes, &format!("Agree to {name}, as described?"))?;
    let agreement = gatefold.agree(&in_force)?;
    call.out.object(&Added {
        summary: Summary::of(&in_force),
        changes: &changes,
        look_alikes: &look_alikes,
        same_keys: &same_keys,
        counts_from: match agreement {
            Agreement::Now => None,
            Agreement::From(from) => Some(written(from)),
        },
    });
    call.out.line(match agreement {
        Agreement::Now => styled(CALM, format!("{name} was added")),
        Agreement::From(from) => styled(CALM, format!("Agreed. It counts from {} on", written_day(from))),
    });
    Ok(())
}

/// What there is to know of a file before it counts: who vouches for it, whom it could be taken for, what differs from
/// the one agreed to.
pub(super) fn say_review(call: &Call, review: &Review) {
    let Review { in_force, known, changes, look_alikes, same_keys, struck_off } = review;
    let name = in_force.vendor().name();
    let say = |words: String| call.out.say(styled(ATTENTION, words));
    if !in_force.is_signed() {
        say(format!(
            "This file is signed by nobody: anybody may have written it. Plug-ins of {name} will not believe it."
        ));
    }
    for other in look_alikes {
        say(mistaken(name, in_force, other));
    }
    if !same_keys.is_empty() {
        say(same_keys_of(name, same_keys));
    }
    match known {
        Known::Update { from } => say(format!("You agreed to version {from} of this file before.")),
        Known::Signed { from } => say(format!(
            "You agreed to version {from} of this file before, which nobody had signed. This one is signed by the root key."
        )),
        Known::Damaged => {
            say("What was kept of this vendor is damaged; this file takes its place.".to_owned())
        }
        Known::New | Known::Agreed | Known::SameIdOtherRoot => {}
    }
    if matches!(known, Known::Update { .. } | Known::Signed { .. }) {
        match changes.is_empty() {
            true => call.out.say("It asks and promises the same."),
            false => {
                call.out.say("What differs (+ new, - gone, ~ changed):");
                call.out.say_table(&differences(changes));
            }
        }
    }
    if !struck_off.is_empty() {
        say(format!(
            "This file names the server key no more that signed these licenses here, so they stop counting: {}. Each counts again once you activate it again, which takes no second seat.",
            struck_off.join(", ")
        ));
    }
}

/// That no key tells whether it is this vendor's.
fn same_keys_of(name: &str, others: &[String]) -> String {
    let others = others.join(", ");
    format!(
        "License keys of {name} look like those of {others}, which you added before: a key does not tell whose it is. Each one is sent to the vendor that you name with --vendor."
    )
}

/// That a key could be another vendor's as well as the one's that it goes to.
pub(super) fn same_key(name: &str, others: &[String]) -> String {
    let others = others.join(", ");
    format!(
        "Keys of {others} look like this, too. It is sent to {name}: go on only if you have it from there."
    )
}

/// That one vendor could be taken for another.
pub(super) fn mistaken(name: &str, in_force: &InForce, other: &LookAlike) -> String {
    let LookAlike { id, name: known, root_fingerprint, by } = other;
    let (own_id, own_root) = (in_force.vendor().id(), in_force.fingerprint());
    let known = known.as_deref().unwrap_or("a vendor");
    let why = if *root_fingerprint == own_root {
        "It claims the same root key, and no signature shows that it has it."
    } else {
        "It has another root key, so it is somebody else."
    };
    let by = match by {
        by if by == name => String::new(),
        by if by == own_id => ", by its id".to_owned(),
        brand => format!(", by its brand \"{brand}\""),
    };
    format!(
        "This {name} ({own_id}, {own_root}) could be taken for {known} ({id}, {root_fingerprint}), which you added before{by}. {why}"
    )
}

/// A file that counts for a call: what there is to know of it, and of a vendor not known yet who and where it is.
pub(super) fn say_given(call: &Call, review: &Review, yes: &Ask) {
    if yes.shows() && matches!(review.known, Known::New | Known::SameIdOtherRoot | Known::Damaged) {
        call.out.say_table(&head(&review.in_force));
    }
    say_review(call, review);
}

fn show(call: &Call, named: Option<&Path>, as_linked_data: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Shown<'a> {
        #[serde(flatten)]
        summary: Summary<'a>,
        manifest: &'a Manifest,
        in_words: &'a [String],
        /// Null where the ledger cannot be read.
        sent: Option<&'a Dealings>,
        waiting: Option<Newer<'a>>,
        /// Null where it did not say that it is gone.
        gone: Option<Gone>,
    }
    let gatefold = call.open_to_read()?;
    let review = gatefold.review_for_call(named.or_else(|| call.named_vendor()))?;
    let vendor = &review.in_force;
    if as_linked_data {
        write_out(format!("{:#}\n", linked_data(vendor.vendor())).as_bytes());
        return Ok(());
    }
    // A ledger that cannot be read, which was said, keeps nobody from reading the file.
    let dealings = match gatefold.dealings(vendor) {
        Err(_) if gatefold.unwritable().is_some() => None,
        dealings => Some(dealings?),
    };
    let in_words = vendor.summary(dealings.as_ref());
    let waiting = match review.known {
        Known::Agreed => gatefold.waiting(vendor)?,
        _ => None,
    };
    // One that does not hold is told where the licenses are listed.
    let farewell = gatefold.farewell_of(vendor).unwrap_or_default();
    call.out.object(&Shown {
        summary: Summary::of(vendor),
        manifest: vendor.vendor(),
        in_words: &in_words,
        sent: dealings.as_ref(),
        waiting: waiting.as_ref().map(Newer::of),
        gone: farewell.as_ref().map(Gone::of),
    });
    if let Some(farewell) = &farewell {
        super::vendor_gone::say(call, farewell);
    }
    call.out.table(&whole(vendor, dealings.as_ref()));
    if review.known != Known::Agreed {
        say_review(call, &review);
        if gatefold.unwritable().is_none() {
            gatefold.note_shown(&review)?;
        }
    }
    if let Some(waiting) = &waiting {
        say_waiting(call, waiting);
    }
    Ok(())
}

/// What the user wanted erased is known here alone: whoever forgets the vendor forgets to ask.
fn say_to_erase(call: &Call, vendor: &Meant, count: usize) {
    if count == 0 {
        return;
    }
    let uploads = counted(u32::try_from(count).unwrap_or(u32::MAX), "upload");
    call.out.say(styled(
        ATTENTION,
        format!(
            "You wanted {uploads} of usage erased, and {} has not confirmed that. The wish goes with the vendor.",
            vendor.name()
        ),
    ));
    if matches!(vendor, Meant::Found(_)) {
        let way = format!("To ask for it first: gatefold usage withdraw --erase --vendor {}", vendor.typed());
        call.out.say(styled(SOFT, way));
    }
}

fn remove(call: &Call, named: Option<&Path>, yes: bool) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Removed<'a> {
        removed: &'a str,
        root_fingerprint: String,
    }
    // Even the only one is forgotten by its name alone.
    let named = named.or_else(|| call.named_vendor());
    let named = named.ok_or_else(|| Failure::Usage("The vendor to forget was not named.".to_owned()))?;
    let mut gatefold = call.open()?;
    let vendor = gatefold.agreed_vendor(named)?;
    let (name, root_fingerprint) = (vendor.name(), vendor.fingerprint());
    if let Meant::Damaged(damaged) = &vendor {
        say_damaged(call, damaged);
    }
    // Before anything is said of what goes with it: it may not go.
    gatefold.may_be_removed(&vendor)?;
    super::account::say_open_sign_in(call, &vendor, gatefold.account_of(&vendor)?.as_ref());
    if let Meant::Found(vendor) = &vendor {
        let way = "Your licenses say so: read them first, or sign in again once the vendor is added again.";
        super::register::say_open(call, vendor, gatefold.open_registration(vendor)?, way);
        super::transfer::say_open(call, vendor, gatefold.open_transfers(vendor)?, way);
        super::trial::open(&gatefold, std::slice::from_ref(vendor))?
            .iter()
            .for_each(|open| open.say(call, None));
    }
    say_to_erase(call, &vendor, gatefold.uploads_to_erase(&vendor)?);
    confirm(yes, &format!("Forget {name} ({root_fingerprint})? The ledger keeps what was sent."))?;
    let stay = match &vendor {
        Meant::Found(vendor) => gatefold.remove_vendor(vendor)?,
        Meant::Damaged(vendor) => gatefold.remove_damaged(vendor)?,
    };
    if !stay.is_empty() {
        call.out
            .say(styled(SOFT, "These license files stay where they are, for plug-ins that can use them:"));
        stay.iter().for_each(|path| call.out.say(path.display().to_string()));
    }
    call.out.object(&Removed { removed: vendor.id(), root_fingerprint });
    call.out.line(format!("{name} was forgotten"));
    Ok(())
}
