//! The liner notes of a request: each item with its value here, and what the vendor's file says of it. Where the policy
//! is silent, so are they.

use gatefold_disclosure::vendor::{Fact, ItemRule, counted, source};
use gatefold_disclosure::{Item, Kind, Preview};
use serde::Serialize;

use crate::vendors::InForce;

/// Under which heading an item stands (design, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteGroup {
    /// Needed to bind this computer.
    Bind,
    /// Required by the vendor.
    Required,
    /// Left to the person, who typed it.
    Chosen,
    /// Part of the protocol.
    Protocol,
}

/// One item of the liner notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which.
    pub item: Item,
    /// Under which heading.
    pub group: NoteGroup,
    /// As it is sent, with its unit; `None` for what is secret or not known yet, and where it is another in each request.
    pub value: Option<String>,
    /// The vendor's words for it, or the catalogue's.
    pub words: String,
    /// Why, as the vendor's file says: what ties it to the service.
    pub reason: Option<String>,
    /// Which lines of the policy give the reason, where the basis does not cite the same.
    pub source: Option<String>,
    /// The legal basis it names; its lines, and that it is inferred or contradicted, stand with it.
    pub basis: Option<String>,
    /// What else weighs most, on which basis and by which lines, and how many more reasons it has.
    pub also: Option<String>,
    /// How long it is kept, with its lines.
    pub retention: Option<String>,
    /// Where it lies, with its lines.
    pub region: Option<String>,
    /// Who else sees it, each with the lines that say so.
    pub recipients: Vec<String>,
}

/// Where values come from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Values<'a> {
    /// The requests that are shown: what stands in them is the value.
    pub requests: &'a [&'a Preview],
    /// The end of the license key, of which requests name but the place.
    pub key_hint: Option<&'a str>,
    /// The account's e-mail address, which stands beside the password.
    pub email: Option<&'a str>,
}

impl NoteGroup {
    /// The heading of an item.
    pub fn of(item: Item) -> Self {
        match item.entry().kind {
            Kind::Machine if item == Item::Identifier => Self::Bind,
            Kind::Machine => Self::Required,
            _ if matches!(item, Item::Product | Item::ProductSerial | Item::UnlockCode) => Self::Required,
            Kind::Credential | Kind::Protocol | Kind::Usage => Self::Protocol,
        }
    }
}

impl InForce {
    /// The notes of some items, in the catalogue's order.
    pub fn notes(&self, items: &[Item], values: Values<'_>) -> Vec<Note> {
        let mut items = items.to_vec();
        items.sort_unstable();
        items.dedup();
        items.into_iter().map(|item| self.note(item, values)).collect()
    }

    /// A product's id says nothing to people; its bytes stand in the request.
    fn by_name(&self, item: Item, value: String) -> String {
        let product = self.vendor().product(&value).filter(|_| item == Item::Product);
        product.map_or_else(|| value.clone(), |product| format!("{} ({value})", product.name))
    }

    fn note(&self, item: Item, values: Values<'_>) -> Note {
        let vendor = self.vendor();
        let (policy, rule) = (vendor.policy(), vendor.item(item));
        let first = rule.and_then(|rule| rule.reason.first());
        let recipients = rule.into_iter().flat_map(|rule| &rule.recipients);
        Note {
            item,
            group: match rule {
                Some(rule) if item == Item::DeviceName && !rule.is_required() => NoteGroup::Chosen,
                _ => NoteGroup::of(item),
            },
            value: values.of(item).map(|value| self.by_name(item, value)),
            words: rule.map_or_else(|| item.entry().meaning.to_owned(), |rule| rule.words.clone()),
            reason: first.map(|reason| format!("{}{}", reason.why(), reason.assurance.doubt())),
            source: first.and_then(|reason| source_beside(&reason.lines, &reason.basis)),
            basis: first.and_then(|reason| reason.basis.in_words()),
            also: rule.and_then(also),
            retention: rule.map_or(&policy.retention, |rule| vendor.retention_of(rule)).in_words(),
            region: rule.map_or(&policy.region, |rule| vendor.region_of(rule)).in_words(),
            recipients: recipients.filter_map(|name| Some(policy.recipient.get(name)?.in_words())).collect(),
        }
    }
}

/// The lines of a reason; what one line says of the reason and of its basis is cited once.
fn source_beside<T>(lines: &[u32], beside: &Fact<T>) -> Option<String> {
    let is_cited = beside.is.is_some() && beside.lines == lines;
    if is_cited { None } else { source(lines) }
}

/// What weighs most of the reasons beside the first, on which basis, and how many more there are. In that order stand the
/// reasons (`ReasonTerm::burden`): a preview has a line for them, the vendor's page has all.
fn also(rule: &ItemRule) -> Option<String> {
    let (second, more) = rule.reason.get(1..)?.split_first()?;
    let said = second.in_words();
    let said = said.strip_prefix("To ").map_or(said.clone(), |rest| format!("to {rest}"));
    let basis = second.basis.in_words().map(|basis| format!(", by {}", lower_first(&basis)));
    let more = match more.len() {
        0 => String::new(),
        _ => format!("; and {}", counted(more.len() as u64, "more purpose")),
    };
    Some(format!("also {said}{}{more}", basis.unwrap_or_else(|| ", no legal basis named".to_owned())))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

impl Values<'_> {
    fn of(self, item: Item) -> Option<String> {
        let sent = || {
            let mut values = self.requests.iter().filter_map(|request| request.value(item));
            let first = values.next()?;
            values.all(|other| other == first).then_some(first)
        };
        match item {
            Item::LicenseKey => {
                self.key_hint.filter(|hint| !hint.is_empty()).map(|hint| format!("••••{hint}"))
            }
            Item::AccountEmail => self.email.map(str::to_owned),
            Item::Memory => sent().map(|gib| format!("{gib} GiB")),
            Item::FileTtl => sent().map(|secs| match secs.parse::<u64>() {
                Ok(number) => format!("{secs} s ({})", counted(number / SECS_PER_DAY, "day")),
                Err(_) => format!("{secs} (it never ends)"),
            }),
            _ => sent(),
        }
    }
}

const SECS_PER_DAY: u64 = 24 * 60 * 60;
