//! A vendor's page: item by item what its policy allows, what Gatefold sends and what was sent; then the rest of the policy.
//! It refuses to fill in: where the policy is silent or contradicts itself, the page is told just that.

use gatefold_client::vendor::{self, Assurance as Sure, Basis, Fact, Fate, ItemRule};
use gatefold_client::{ClientError, Dealings, Gatefold, InForce, Item, Kind, Purpose, Values, written};
use serde::Serialize;

use super::{ItemRow, NewerFile, PolicyPage, VendorSummary};

/// How a fact follows from the policy's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Assurance {
    Stated,
    Inferred,
    Silent,
    Contradictory,
}

impl From<Sure> for Assurance {
    fn from(sure: Sure) -> Self {
        match sure {
            Sure::Stated => Self::Stated,
            Sure::Inferred => Self::Inferred,
            Sure::Silent => Self::Silent,
            Sure::Contradictory => Self::Contradictory,
        }
    }
}

/// What a policy says, and in which of its lines. `text` is null where it is silent, `other` is the other side of a
/// contradiction.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Said {
    pub(crate) text: Option<String>,
    pub(crate) other: Option<String>,
    pub(crate) assurance: Assurance,
    pub(crate) lines: Vec<u32>,
    pub(crate) other_lines: Vec<u32>,
}

impl Said {
    pub(crate) fn of<T>(fact: &Fact<T>, words: impl Fn(&T) -> String) -> Self {
        Self {
            text: fact.is.as_ref().map(&words),
            other: fact.other.as_ref().map(&words),
            assurance: fact.assurance.into(),
            lines: fact.lines.clone(),
            other_lines: fact.or_lines.clone(),
        }
    }

    pub(crate) fn text(fact: &Fact<String>) -> Self {
        Self::of(fact, String::clone)
    }

    /// What the policy says of something that is not a fact of its own.
    pub(crate) fn plain(text: &str, assurance: Sure, lines: &[u32]) -> Self {
        let (lines, other_lines) = (lines.to_vec(), Vec::new());
        Self { text: Some(text.to_owned()), other: None, assurance: assurance.into(), lines, other_lines }
    }

    fn basis(fact: &Fact<Basis>) -> Self {
        Self::of(fact, |basis| basis.label().to_lowercase())
    }

    fn necessity(fact: &Fact<vendor::Necessity>) -> Self {
        Self::of(fact, |necessity| {
            match necessity {
                vendor::Necessity::Required => "required",
                vendor::Necessity::Optional => "optional",
            }
            .to_owned()
        })
    }
}

/// Why, and on which legal basis.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Reason {
    pub(crate) says: Said,
    pub(crate) basis: Said,
}

/// What was sent of an item: in how many requests, when last, and in which entry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct WasSent {
    pub(crate) times: u64,
    pub(crate) last: String,
    pub(crate) entry: i64,
}

/// Under which heading a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub(crate) enum PageGroup {
    Bind,
    Required,
    Chosen,
    Protocol,
    Optional,
    /// Sent under an earlier file; this one does not declare it.
    Undeclared,
}

/// A row of the three columns.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageItem {
    pub(crate) item: &'static str,
    pub(crate) label: &'static str,
    pub(crate) group: PageGroup,
    pub(crate) words: String,
    pub(crate) necessity: Said,
    pub(crate) reasons: Vec<Reason>,
    /// Null where the policy says no more of this item than in general.
    pub(crate) retention: Option<Said>,
    pub(crate) region: Option<Said>,
    /// Who sees it, each with the vendor's places where that is.
    pub(crate) recipients: Vec<String>,
    /// The requests that carry it.
    pub(crate) sends: Vec<&'static str>,
    pub(crate) secret: bool,
    /// The version of the file that first declared it.
    pub(crate) since: u32,
    pub(crate) sent: Option<WasSent>,
    /// The user agreed that it goes along with usage.
    pub(crate) shared: bool,
}

/// A category of data that the policy speaks of and no item carries.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct NotCarried {
    pub(crate) name: String,
    pub(crate) context: Vec<&'static str>,
    pub(crate) source: &'static str,
    pub(crate) necessity: Said,
    pub(crate) says: Said,
    /// It is in no request, and the network shows it.
    pub(crate) seen: bool,
    /// The policy asks for it; else it allows it.
    pub(crate) asked: bool,
}

/// What the network shows with every request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct NetworkFact {
    pub(crate) name: String,
    pub(crate) reason: Said,
    pub(crate) basis: Said,
}

/// A category of what was sent in the past twelve months.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct CategorySent {
    pub(crate) name: &'static str,
    pub(crate) items: Vec<&'static str>,
    pub(crate) labels: Vec<&'static str>,
    pub(crate) times: u64,
}

/// What this computer had to do with the vendor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Contacts {
    pub(crate) since: String,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) categories: Vec<CategorySent>,
    /// Requests whose bytes were erased, in those twelve months and in all.
    pub(crate) erased: u64,
    pub(crate) erased_ever: u64,
    /// There are older requests, which were not added up.
    pub(crate) cut: bool,
    pub(crate) last: Option<String>,
    pub(crate) last_entry: Option<i64>,
    /// That an account may be removed for want of activity, once that is near or past; a sentence of the summary.
    pub(crate) removal: Option<String>,
}

/// Everything that is shown of a vendor.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct VendorPage {
    pub(crate) vendor: VendorSummary,
    /// In plain words, what weighs most first.
    pub(crate) summary: Vec<String>,
    pub(crate) items: Vec<PageItem>,
    /// Liner notes of what is sent without being asked for each time: everything but usage.
    pub(crate) required: Vec<ItemRow>,
    pub(crate) network: Vec<NetworkFact>,
    pub(crate) not_carried: Vec<NotCarried>,
    pub(crate) contacts: Contacts,
    pub(crate) policy: PolicyPage,
    /// A newer file that waits.
    pub(crate) newer: Option<NewerFile>,
}

impl VendorPage {
    pub(crate) fn of(gatefold: &Gatefold, in_force: &InForce) -> Result<Self, ClientError> {
        let vendor = in_force.vendor();
        let dealings = gatefold.dealings(in_force)?;
        let declared = vendor.items().iter().map(|rule| PageItem::of(in_force, rule, &dealings));
        let once = dealings.items.iter().filter(|sent| vendor.item(sent.item).is_none());
        let once = once.map(|sent| PageItem::undeclared(sent.item, &dealings));
        let mut items: Vec<PageItem> = declared.chain(once).collect();
        items.sort_by_key(|row| row.item.parse::<Item>().ok());
        Ok(Self {
            vendor: VendorSummary::of(gatefold, in_force)?,
            summary: in_force.summary(Some(&dealings)),
            items,
            required: required(in_force),
            network: vendor.network().iter().map(NetworkFact::of).collect(),
            not_carried: vendor.policy().category.iter().filter_map(NotCarried::of).collect(),
            contacts: Contacts::of(&in_force.called(), dealings),
            policy: PolicyPage::of(vendor),
            newer: gatefold.waiting(in_force)?.as_ref().map(NewerFile::of),
        })
    }
}

fn required(in_force: &InForce) -> Vec<ItemRow> {
    let rules = in_force.vendor().items().iter();
    let items: Vec<Item> =
        rules.map(|rule| rule.id).filter(|item| item.entry().kind != Kind::Usage).collect();
    in_force.notes(&items, Values::default()).into_iter().map(ItemRow::from).collect()
}

impl PageItem {
    fn of(in_force: &InForce, rule: &ItemRule, dealings: &Dealings) -> Self {
        let recipients = &in_force.vendor().policy().recipient;
        let own = |fact: &Fact<String>| (fact.assurance != Sure::Silent).then(|| Said::text(fact));
        Self {
            words: rule.words.clone(),
            group: match rule.id.entry().kind {
                Kind::Machine if rule.id == Item::Identifier => PageGroup::Bind,
                Kind::Machine if rule.is_required() => PageGroup::Required,
                Kind::Machine => PageGroup::Chosen,
                Kind::Credential | Kind::Protocol => PageGroup::Protocol,
                Kind::Usage => PageGroup::Optional,
            },
            necessity: Said::necessity(&rule.necessity),
            reasons: rule.reason.iter().map(Reason::of).collect(),
            retention: own(&rule.retention),
            region: own(&rule.region),
            recipients: rule
                .recipients
                .iter()
                .filter_map(|name| recipients.get(name).map(vendor::Recipient::in_place))
                .collect(),
            sends: rule.when.iter().copied().map(Purpose::label).collect(),
            since: rule.since,
            ..Self::undeclared(rule.id, dealings)
        }
    }

    fn undeclared(item: Item, dealings: &Dealings) -> Self {
        Self {
            item: item.id(),
            label: item.label(),
            group: PageGroup::Undeclared,
            words: item.entry().meaning.to_owned(),
            necessity: Said::necessity(&Fact::default()),
            reasons: Vec::new(),
            retention: None,
            region: None,
            recipients: Vec::new(),
            sends: Vec::new(),
            secret: item.is_secret(),
            shared: dealings.shared.contains(&item),
            since: 0,
            sent: dealings.item(item).map(|sent| WasSent {
                times: sent.times,
                last: written(sent.last_at),
                entry: sent.entry.0,
            }),
        }
    }
}

impl Reason {
    pub(crate) fn of(reason: &vendor::Reason) -> Self {
        let says = Said::plain(reason.why(), reason.assurance, &reason.lines);
        Self { says, basis: Said::basis(&reason.basis) }
    }
}

impl NetworkFact {
    fn of(fact: &vendor::NetworkFact) -> Self {
        Self { name: fact.name.clone(), reason: Said::text(&fact.reason), basis: Said::basis(&fact.basis) }
    }
}

impl NotCarried {
    fn of(category: &vendor::Category) -> Option<Self> {
        let seen = match category.fate() {
            Fate::Sent(_) => return None,
            Fate::Seen => true,
            Fate::NotSent => false,
        };
        Some(Self {
            name: category.name.clone(),
            context: category.context.iter().map(|place| place.words()).collect(),
            source: category.source.words(),
            necessity: Said::necessity(&category.necessity),
            says: Said::plain(&category.name, category.assurance, &category.lines),
            seen,
            asked: category.necessity.is == Some(vendor::Necessity::Required),
        })
    }
}

impl Contacts {
    fn of(name: &str, dealings: Dealings) -> Self {
        let year = dealings.past_year;
        let categories = year.categories.iter().map(|sent| CategorySent {
            name: sent.category.label(),
            items: sent.items.iter().map(|item| item.id()).collect(),
            labels: sent.items.iter().map(|item| item.label()).collect(),
            times: sent.times,
        });
        Self {
            since: written(year.since),
            requests: year.requests,
            bytes: year.request_bytes,
            categories: categories.collect(),
            erased: year.erased,
            erased_ever: dealings.erased,
            cut: dealings.cut,
            last: dealings.last_contact.map(written),
            last_entry: dealings.last_entry.map(|entry| entry.0),
            removal: dealings.inactivity.and_then(|rule| rule.reminder(name)),
        }
    }
}
