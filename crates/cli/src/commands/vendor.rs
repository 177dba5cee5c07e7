//! Vendors: who may ask for what. A file is shown before it is agreed to.

use std::path::Path;

use gatefold_client::vendor::{Assurance, Binding, Fact};
use gatefold_client::{InForce, Known, Review, Signature, Vendor as Manifest};
use serde::Serialize;

use super::Call;
use crate::args::{Ask, Vendor};
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, PLAIN, SOFT, styled};
use crate::table::{Fit, Table};

#[derive(Serialize)]
struct Summary<'a> {
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
    fn of(vendor: &'a InForce) -> Self {
        let manifest = vendor.vendor();
        Self {
            id: manifest.id(),
            name: manifest.name(),
            version: manifest.version(),
            date: manifest.date().to_string(),
            signed: *vendor.signature() != Signature::Missing,
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
        Vendor::Show { named } => show(call, named.as_deref()),
        Vendor::Check { file } => check(call, &file),
        Vendor::Remove { named, yes } => remove(call, named.as_deref(), yes.yes),
    }
}

fn list(call: &Call) -> Result<(), Failure> {
    let vendors = call.open_to_read()?.vendors()?;
    let summaries: Vec<Summary<'_>> = vendors.iter().map(Summary::of).collect();
    let out = call.out;
    out.entries(&summaries);
    if vendors.is_empty() {
        out.line(styled(SOFT, "No vendor yet. Add one with: gatefold vendor add FILE"));
    }
    if !vendors.is_empty() {
        out.table(&listed(&summaries));
    }
    Ok(())
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
    let mut gatefold = call.open()?;
    let Review { in_force, known } = gatefold.review_vendor(file)?;
    if yes.shows() {
        page(&in_force, |table| call.out.say_table(table));
    }
    let name = in_force.vendor().name().to_owned();
    let warning = match (&known, in_force.signature()) {
        (_, Signature::Missing) => Some(format!(
            "This file is signed by nobody: anybody may have written it. Plug-ins of {name} will not believe it."
        )),
        (Known::SameIdOtherRoot, _) => Some(
            "Another vendor with this id was added before. This one has another root key, so it is somebody else."
                .to_owned(),
        ),
        (Known::Update { from }, _) => Some(format!("You agreed to version {from} of this file before.")),
        _ => None,
    };
    if let Some(warning) = warning {
        call.out.say(styled(ATTENTION, warning));
    }
    confirm(yes.yes, &format!("Agree to {name}, as described?"))?;
    gatefold.agree(&in_force)?;
    call.out.object(&Summary::of(&in_force));
    call.out.line(styled(CALM, format!("{name} was added")));
    Ok(())
}

fn show(call: &Call, named: Option<&Path>) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Shown<'a> {
        #[serde(flatten)]
        summary: Summary<'a>,
        manifest: &'a Manifest,
    }
    let gatefold = call.open_to_read()?;
    let vendor = gatefold.vendor_for_call(named.or_else(|| call.named_vendor()))?;
    call.out.object(&Shown { summary: Summary::of(&vendor), manifest: vendor.vendor() });
    page(&vendor, |table| call.out.table(table));
    Ok(())
}

fn check(call: &Call, file: &Path) -> Result<(), Failure> {
    let vendor = InForce::read(file)?;
    call.out.object(&Summary::of(&vendor));
    match vendor.signature() {
        Signature::Signed { comment } => {
            call.out.line(styled(CALM, "The file is good, and signed by the root key it names."));
            call.out.line(styled(SOFT, format!("Trusted comment: {comment}")));
        }
        Signature::Missing => {
            call.out.line(styled(CALM, "The file is good."));
            call.out.line(styled(ATTENTION, "It is not signed. Sign it with: minisign -Sm FILE"));
        }
    }
    Ok(())
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
    let (name, root_fingerprint) = (vendor.vendor().name(), vendor.fingerprint());
    super::account::say_open_sign_in(call, &gatefold, &vendor)?;
    confirm(yes, &format!("Forget {name} ({root_fingerprint})? The ledger keeps what was sent."))?;
    gatefold.remove_vendor(&vendor)?;
    call.out.object(&Removed { removed: vendor.vendor().id(), root_fingerprint });
    call.out.line(format!("{name} was forgotten"));
    Ok(())
}

fn hosts(manifest: &Manifest) -> Vec<String> {
    let issuers = manifest.issuers().iter().flat_map(|issuer| issuer.hosts.iter().map(ToString::to_string));
    issuers.chain(manifest.endpoints().map(|(_, origin)| origin.to_string())).collect()
}

/// A vendor's page: who it is, where its servers are, what it may ask for and why.
fn page(vendor: &InForce, show: impl Fn(&Table)) {
    show(&who(vendor));
    show(&asks(vendor.vendor()));
}

fn who(vendor: &InForce) -> Table {
    let manifest = vendor.vendor();
    let policy = manifest.policy();
    let signed = match vendor.signature() {
        Signature::Signed { comment } => format!("signed: {comment}"),
        Signature::Missing => "not signed".to_owned(),
    };
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap]);
    table.title(
        manifest.name(),
        &format!("{}, version {} of {}", manifest.id(), manifest.version(), manifest.date()),
    );
    let rows = [
        ("Root key", format!("{} ({signed})", vendor.fingerprint())),
        ("Servers", hosts(manifest).join(", ")),
        ("Who", policy.controller.name.clone()),
        ("Bound to", binding_words(manifest.binding()).to_owned()),
        ("Kept", fact(&policy.retention)),
        ("Where", fact(&policy.region)),
        ("Policy", format!("{}, {}", policy.title, policy.dated)),
    ];
    for (name, value) in rows {
        table.row([(SOFT, name.to_owned()), (PLAIN, value)]);
    }
    for contact in &policy.contact {
        table.row([(SOFT, "Contact".to_owned()), (PLAIN, format!("{} ({})", contact.value, contact.role))]);
    }
    table
}

fn asks(manifest: &Manifest) -> Table {
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap, Fit::Wrap]).indented(2);
    table.heading("What it may ask for");
    for rule in manifest.items() {
        let when: Vec<&str> = rule.when.iter().map(|purpose| purpose.id()).collect();
        let reason = rule.words_of_reason().unwrap_or("gives no reason");
        table.row([(PLAIN, rule.id.label().to_owned()), (PLAIN, reason.to_owned()), (SOFT, when.join(", "))]);
    }
    for fact in manifest.network() {
        let reason = fact.reason.is.as_deref().unwrap_or("the policy does not say what for");
        table.row([
            (PLAIN, fact.name.clone()),
            (PLAIN, reason.to_owned()),
            (SOFT, "every connection".to_owned()),
        ]);
    }
    table
}

fn binding_words(binding: Binding) -> &'static str {
    match binding {
        Binding::Machine => "this computer",
        Binding::Account => "the account; nothing about this computer is sent, and there are no seats",
    }
}

fn fact(fact: &Fact<String>) -> String {
    match (fact.assurance, &fact.is, &fact.other) {
        (Assurance::Contradictory, Some(one), Some(other)) => {
            format!("it contradicts itself: \"{one}\", \"{other}\"")
        }
        (_, Some(is), _) => is.clone(),
        _ => "the policy does not say".to_owned(),
    }
}
