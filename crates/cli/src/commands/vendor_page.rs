//! A vendor's file, to be read whole: who it is, where its servers are, what it must have, what it would like, what its
//! policy says. A number in brackets is the line of the policy that says so.

mod practice;
mod sent;

use gatefold_client::vendor::{
    Assurance, Binding, Change, ChangeKind, ItemRule, NoticeOfChanges, Policy, Product, Profile, counted,
};
use gatefold_client::{Dealings, InForce, Item, Kind, Signature, Vendor as Manifest};
use serde_json::Value;

use sent::was_sent;

use super::transfer::rules_in_words;
use super::vendor_words::{
    SILENT, basis_word, grouped, how, in_place, joined, lines, profile_name, said, sentence,
};
use crate::output::{ATTENTION, PLAIN, SOFT};
use crate::table::{Fit, Table};

/// Everything that the file declares, and what was sent of it; in plain words first.
pub(super) fn whole(vendor: &InForce, dealings: Option<&Dealings>) -> Table {
    let mut page = Page::of(vendor);
    page.0.note("[1] names a line of the policy's text; what is not marked is stated there.");
    page.0.heading("In plain words");
    vendor.summary(dealings).iter().for_each(|sentence| page.0.note(sentence));
    if let Some(dealings) = dealings {
        page.past_year(dealings);
    }
    page.who();
    page.servers();
    page.products();
    page.items(dealings);
    page.policy();
    let policy = vendor.vendor().policy();
    page.categories(policy);
    page.purposes(policy);
    page.statements(policy);
    page.0
}

/// Who it is and where its servers are: what is seen before anything is typed in.
pub(super) fn head(vendor: &InForce) -> Table {
    let mut page = Page::of(vendor);
    page.who();
    page.servers();
    page.0
}

/// What differs from the file that was agreed to.
pub(super) fn differences(changes: &[Change]) -> Table {
    let mut table = Table::new(&[Fit::Whole, Fit::Wrap, Fit::Wrap]).indented(2);
    for change in changes {
        let (sign, said) = match (change.kind, change.before_words(), change.after_words()) {
            (ChangeKind::Changed, Some(before), Some(after)) => {
                ("~", format!("{}, was {}", quoted(&change.after, after), quoted(&change.before, before)))
            }
            (ChangeKind::Removed, before, _) => ("-", before.unwrap_or_default()),
            (_, _, after) => ("+", after.unwrap_or_default()),
        };
        let style = if change.weighs { ATTENTION } else { PLAIN };
        table.row([(style, sign.to_owned()), (style, change.what.clone()), (PLAIN, said)]);
    }
    table
}

/// A file's words, as such; an amount is none.
fn quoted(value: &Option<Value>, words: String) -> String {
    let is_amount =
        value.as_ref().is_some_and(|fact| fact.is_number() || fact["is"].is_number() && fact["or"].is_null());
    if is_amount { words } else { format!("\"{words}\"") }
}

/// Every server the file names.
pub(super) fn hosts(manifest: &Manifest) -> Vec<String> {
    let issuers = manifest.issuers().iter().flat_map(|issuer| issuer.hosts.iter().map(ToString::to_string));
    issuers.chain(manifest.endpoints().map(|(_, origin)| origin.to_string())).collect()
}

struct Page<'a>(Table, &'a InForce);

/// Whether an item stands in a group.
type Belongs<'a> = &'a dyn Fn(&ItemRule) -> bool;

impl<'a> Page<'a> {
    fn of(vendor: &'a InForce) -> Self {
        let manifest = vendor.vendor();
        let mut table = Table::new(&[Fit::Wrap, Fit::Wrap]).indented(2);
        let brands = manifest.brands().iter().map(String::as_str);
        let brands: Vec<&str> = brands.filter(|brand| *brand != manifest.name()).collect();
        let brands =
            if brands.is_empty() { String::new() } else { format!("; brands: {}", brands.join(", ")) };
        let below =
            format!("{}, version {} of {}{brands}", manifest.id(), manifest.version(), manifest.date());
        table.title(manifest.name(), &below);
        Self(table, vendor)
    }

    /// A row: what it is about, and what is said; nothing is said of nothing.
    fn row(&mut self, label: &str, said: impl Into<String>) {
        let said = said.into();
        if !said.is_empty() {
            self.0.row([(SOFT, label.to_owned()), (PLAIN, said)]);
        }
    }

    /// More of the row above.
    fn more(&mut self, said: impl Into<String>) {
        let said = said.into();
        if !said.is_empty() {
            self.0.row([(PLAIN, String::new()), (SOFT, said)]);
        }
    }

    fn who(&mut self) {
        let policy = self.1.vendor().policy();
        let controller = &policy.controller;
        let parts = [Some(&controller.name), controller.address.as_ref(), controller.country.as_ref()];
        self.0.heading("Who it is");
        self.row("Responsible", joined(parts.into_iter().flatten(), ", "));
        self.row("Represented by", controller.representative.clone().unwrap_or_default());
        self.row("Authority", controller.authority.clone().unwrap_or_default());
        if !controller.lines.is_empty() {
            self.more(format!("so the policy{}", lines(&controller.lines)));
        }
        for contact in &policy.contact {
            self.row("Contact", format!("{}{}", contact.value, lines(&contact.lines)));
            self.more(match policy.archived {
                false => format!("{}, as of {}", contact.role, contact.as_of),
                true => {
                    let of =
                        if policy.archived_on.is_some() { "policy archived" } else { "archived policy of" };
                    format!(
                        "{}; address from the {of} {}; check the present one",
                        contact.role, contact.as_of
                    )
                }
            });
        }
        self.row("Root key", self.1.fingerprint());
        match self.1.signature() {
            Signature::Signed { comment } => self.more(format!("signed by it: {comment}")),
            Signature::Missing => {
                self.0.row([
                    (PLAIN, String::new()),
                    (ATTENTION, "not signed by it, nor by anybody".to_owned()),
                ]);
            }
        }
    }

    fn servers(&mut self) {
        let manifest = self.1.vendor();
        self.0.heading("Where it is");
        for issuer in manifest.issuers() {
            self.row("License server", joined(&issuer.hosts, ", "));
            let from = issuer.not_before.map(|day| format!(", from {day}")).unwrap_or_default();
            let until = issuer.not_after.map(|day| format!(", until {day}")).unwrap_or_default();
            self.more(format!("account {}{from}{until}", issuer.account.as_str()));
            self.more(format!("signs with {}", grouped(&issuer.public_key)));
        }
        for (name, origin) in manifest.endpoints() {
            self.row(&sentence(name), origin.to_string());
        }
        if let Some(support) = manifest.support() {
            self.row("Support", support.contact.clone().unwrap_or_default());
            if let Some(key) = &support.age_recipient {
                self.row("Bundles sealed for", key.clone());
            }
        }
        for (number, (name, url)) in manifest.links().enumerate() {
            self.row(
                if number == 0 { "Its pages" } else { "" },
                format!("{url} ({})", name.replace('_', " ")),
            );
        }
    }

    fn products(&mut self) {
        let manifest = self.1.vendor();
        self.0.heading("What it makes");
        if manifest.products().is_empty() {
            self.0.note("Nothing that the file names.");
        }
        let mut profiles: Vec<Profile> = Vec::new();
        for product in manifest.products() {
            let Product { name, kind, version, profile, trial_days, .. } = product;
            let trial = trial_days.map(|days| format!("; a trial of {}", counted(days, "day")));
            self.row(
                name,
                format!("{kind} {version}, {}{}", profile_name(*profile), trial.unwrap_or_default()),
            );
            if !profiles.contains(profile) {
                profiles.push(*profile);
            }
        }
        for profile in profiles {
            self.row(&sentence(profile_name(profile)), profile.words());
        }
        let bound = match manifest.binding() {
            Binding::Machine => "to this computer",
            Binding::Account => "to the account; nothing about this computer is sent, and there are no seats",
        };
        self.row("Bound", bound);
        if let Some(kind) = manifest.identifier_kind() {
            self.more(format!("by {}", said(kind, String::clone)));
        }
        if let Some(format) = manifest.license_key_format() {
            let groups: Vec<String> = format.groups.iter().map(|len| "X".repeat(*len)).collect();
            self.row("License keys", groups.join("-"));
            self.more(format!("of {}", format.alphabet));
        }
        if let Some(registration) = manifest.registration() {
            let doubt = registration.assurance.map(Assurance::doubt).unwrap_or_default();
            let fields = registration.fields.join(", ");
            self.row("Registering asks", format!("{fields}{doubt}{}", lines(&registration.lines)));
        }
        if let Some(transfer) = manifest.transfer() {
            let doubt = transfer.assurance.map(Assurance::doubt).unwrap_or_default();
            let mut rows = rules_in_words(transfer).into_iter();
            let (name, words) = rows.next().unwrap_or_default();
            self.row(name, format!("{words}{doubt}{}", lines(&transfer.lines)));
            rows.for_each(|(name, words)| self.more(format!("{}: {words}", name.to_lowercase())));
        }
    }

    fn items(&mut self, dealings: Option<&Dealings>) {
        let manifest = self.1.vendor();
        let by_vendor = format!("Required by {}", manifest.name());
        let is_chosen = |rule: &ItemRule| rule.id == Item::DeviceName && !rule.is_required();
        let groups: [(&str, &str, Belongs<'_>); 5] = [
            ("Required to bind a license to this computer", "", &|rule| rule.id == Item::Identifier),
            (&by_vendor, "Nothing about this computer.", &|rule| {
                rule.id.entry().kind == Kind::Machine && rule.id != Item::Identifier && !is_chosen(rule)
            }),
            ("Sent if you type it, none by default", "", &is_chosen),
            ("Required by the protocol", "", &|rule| {
                matches!(rule.id.entry().kind, Kind::Credential | Kind::Protocol)
            }),
            ("Optional: off, until you share it", "Nothing.", &|rule| rule.id.entry().kind == Kind::Usage),
        ];
        for (title, none, belongs) in groups {
            let members: Vec<&ItemRule> = manifest.items().iter().filter(|rule| belongs(rule)).collect();
            if members.is_empty() && none.is_empty() {
                continue;
            }
            self.0.heading(title);
            if members.is_empty() {
                self.0.note(none);
            }
            for rule in members {
                self.item(rule);
                let sent = dealings.map(|dealings| was_sent(dealings.item(rule.id), &self.1.typed()));
                self.more(sent.unwrap_or_default());
            }
        }
        self.0.heading("Seen on the network, with every connection");
        for fact in manifest.network() {
            self.row(&fact.name, said(&fact.reason, String::clone));
            self.more(match fact.basis.assurance {
                Assurance::Silent => String::new(),
                _ => said(&fact.basis, basis_word),
            });
        }
    }

    fn item(&mut self, rule: &ItemRule) {
        let (words, necessity) = (&rule.words, &rule.necessity);
        let text = format!("{words}{}{}", necessity.assurance.doubt(), lines(&necessity.lines));
        self.0.row([(PLAIN, rule.id.label().to_owned()), (PLAIN, text)]);
        if rule.reason.is_empty() {
            self.more(format!("Why: {SILENT}"));
        }
        for reason in &rule.reason {
            // What one line says of both is cited once.
            let mut basis = reason.basis.clone();
            if basis.lines == reason.lines {
                basis.lines.clear();
            }
            let why = format!("Why: {}{}", reason.why(), reason.assurance.doubt());
            let source = lines(&reason.lines);
            self.more(match basis.assurance {
                Assurance::Silent => format!("{why}{source}; no legal basis named"),
                _ if basis.lines.is_empty() => format!("{why}; {}{source}", said(&basis, basis_word)),
                _ => format!("{why}{source}; {}", said(&basis, basis_word)),
            });
        }
        let when: Vec<String> = rule.when.iter().map(|purpose| purpose.label().to_lowercase()).collect();
        let since = if rule.since > 1 { format!("; since version {}", rule.since) } else { String::new() };
        self.more(format!("With: {}{since}", when.join(", ")));
        let manifest = self.1.vendor();
        let recipients = rule.recipients.iter().filter_map(|name| manifest.policy().recipient.get(name));
        let seen: Vec<String> = recipients.map(in_place).collect();
        if !seen.is_empty() {
            self.more(format!("Seen by: {}", seen.join("; ")));
        }
        self.more(format!("Kept: {}", said(manifest.retention_of(rule), String::clone)));
        self.more(format!("Lies: {}", said(manifest.region_of(rule), String::clone)));
    }

    fn policy(&mut self) {
        let policy = self.1.vendor().policy();
        self.0.heading("What its policy says");
        self.row("Policy", format!("{}, {}", policy.title, policy.dated));
        if policy.archived {
            let day = policy
                .archived_on
                .map_or_else(|| "on a day that is not known".to_owned(), |day| day.to_string());
            let archived = format!("as archived {day}, no longer in force");
            self.0.row([(PLAIN, String::new()), (ATTENTION, archived)]);
        }
        self.more(format!("SHA-256 {}", grouped(&policy.sha256)));
        self.row("In force from", said(&policy.effective_from, ToString::to_string));
        self.row("It covers", said(&policy.scope, String::clone));
        self.row("Kept", said(&policy.retention, String::clone));
        self.row("Where it lies", said(&policy.region, String::clone));
        if policy.inactive_years.assurance != Assurance::Silent {
            let years = said(&policy.inactive_years, |years| counted(*years, "year"));
            self.row("Without activity", format!("the account may be removed after {years}"));
        }
        self.row("Least age", said(&policy.age_years, |years| counted(*years, "year")));
        for (number, recipient) in policy.recipient.values().enumerate() {
            self.row(if number == 0 { "Seen by" } else { "" }, in_place(recipient));
        }
        if policy.recipient.is_empty() {
            self.row("Seen by", SILENT);
        }
        self.rights(policy);
        self.row("Acknowledged in", said(&policy.clocks.acknowledge, ToString::to_string));
        self.row("Answered in", said(&policy.clocks.answer, ToString::to_string));
        if policy.clocks.answer.assurance == Assurance::Silent {
            // The law's own time, never shown as a promise of the vendor.
            self.more("by law: one month (GDPR, article 12), 45 days in California (CCPA)");
        }
        self.row("Notice of changes", said(&policy.notice.days, |days| NoticeOfChanges::words(*days)));
        if policy.notice.how.assurance != Assurance::Silent {
            self.more(said(&policy.notice.how, String::clone));
        }
    }

    /// Rights that are used in the same way stand together.
    fn rights(&mut self, policy: &Policy) {
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for right in &policy.right {
            let how = how(right);
            match groups.iter_mut().find(|(same, _)| *same == how) {
                Some((_, rights)) => rights.push(right.kind.words()),
                None => groups.push((how, vec![right.kind.words()])),
            }
        }
        for (number, (how, rights)) in groups.iter().enumerate() {
            self.row(if number == 0 { "Your rights" } else { "" }, rights.join(", "));
            self.more(how.clone());
        }
        if groups.is_empty() {
            self.row("Your rights", SILENT);
        }
    }
}
