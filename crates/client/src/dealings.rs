//! What this computer had to do with a vendor, by the ledger: item by item, the past twelve months by category, and when
//! it was last in contact. It sends nothing, least of all to keep an account alive.

use std::collections::BTreeSet;

use gatefold_disclosure::vendor::counted;
use gatefold_disclosure::{CATALOGUE, Item, Kind, Vendor};
use gatefold_ledger::{EntryId, SentRequest};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Serialize, Serializer};

use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;
use crate::vendors::InForce;

/// So many requests are added up at most, the newest: nobody waits for more.
const MOST_REQUESTS: usize = 20_000;
/// The year that "the past 12 months" are.
const MONTHS: i32 = 12;
/// So long before an account may be removed the user is reminded.
const REMIND_MONTHS_BEFORE: i32 = 6;

/// An item that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemSent {
    /// Which.
    pub item: Item,
    /// In how many requests.
    pub times: u64,
    /// When the last of them was written.
    #[serde(serialize_with = "as_written")]
    pub last_at: Timestamp,
    /// The last of them.
    pub entry: EntryId,
}

/// A category of items, and in how many requests some of it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategorySent {
    /// Which.
    pub category: Kind,
    /// Which items of it, in the catalogue's order.
    pub items: Vec<Item>,
    /// In how many requests.
    pub times: u64,
}

/// What was sent in the past twelve months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastYear {
    /// Since the beginning of which day, in UTC.
    #[serde(serialize_with = "as_written")]
    pub since: Timestamp,
    /// How many requests; each showed the vendor's server an address and a time.
    pub requests: u64,
    /// Their size on the wire, in bytes.
    pub request_bytes: u64,
    /// What stood in them.
    pub categories: Vec<CategorySent>,
    /// Requests whose bytes were erased: what stood in them is not known any more.
    pub erased: u64,
}

/// An account that may be removed after years without activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inactivity {
    /// After so many years.
    pub years: u32,
    /// From this day on the user is reminded; none while nothing is known of a contact.
    #[serde(serialize_with = "as_written_if_any")]
    pub remind_from: Option<Timestamp>,
    /// Whether that day has come.
    pub due: bool,
    /// Whether the years themselves are over.
    pub over: bool,
}

impl Inactivity {
    /// Of a last contact, as far as one is known.
    fn of(years: u32, last_contact: Option<Timestamp>, now: Timestamp) -> Self {
        let months = i32::try_from(years).unwrap_or(i32::MAX).saturating_mul(12);
        let after = |months| last_contact.map(|last| months_from(last, months));
        let is_past = |day: Option<Timestamp>| day.is_some_and(|day| day <= now);
        let remind_from = after(months.saturating_sub(REMIND_MONTHS_BEFORE));
        Self { years, remind_from, due: is_past(remind_from), over: is_past(after(months)) }
    }

    /// The reminder, once its day has come; `name` is the vendor's. Never more than a word: no request is sent to keep an
    /// account alive.
    pub fn reminder(&self, name: &str) -> Option<String> {
        let rule =
            format!("{name} may remove an account without activity for {}", counted(self.years, "year"));
        match (self.due, self.over) {
            (false, _) => None,
            (true, false) => Some(format!(
                "{rule}, and for this computer that is near: sign in there, or refresh a license."
            )),
            (true, true) => Some(format!(
                "{rule}, and from this computer there was none for longer: sign in there to see whether yours is still there. What is installed goes on working."
            )),
        }
    }
}

/// That a vendor may remove an account.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Which vendor.
    pub vendor: InForce,
    /// The whole sentence.
    pub says: String,
}

/// Everything of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dealings {
    /// The items, in the catalogue's order.
    pub items: Vec<ItemSent>,
    /// Requests whose bytes were erased.
    pub erased: u64,
    /// Whether there are older requests that were not added up.
    pub cut: bool,
    /// By category.
    pub past_year: PastYear,
    /// When this computer was last in contact, as far as is known here.
    #[serde(serialize_with = "as_written_if_any")]
    pub last_contact: Option<Timestamp>,
    /// The request by which it was; none where that is not in the ledger any more.
    pub last_entry: Option<EntryId>,
    /// Where the vendor removes accounts without activity.
    pub inactivity: Option<Inactivity>,
    /// What the user shares with it of their use.
    #[serde(skip)]
    pub shared: Vec<Item>,
}

impl Gatefold {
    /// The other vendors of the same id.
    pub(crate) fn namesakes(&self, vendor: &InForce) -> Result<Vec<InForce>, ClientError> {
        let is_namesake =
            |other: &InForce| other.vendor().id() == vendor.vendor().id() && other.key() != vendor.key();
        Ok(self.vendors()?.into_iter().filter(is_namesake).collect())
    }

    /// What this computer had to do with a vendor. The ledger knows a vendor by its id; where another has the same, what went
    /// to a server of that one alone is none of this one's.
    ///
    /// # Errors
    /// The ledger's and the store's.
    pub fn dealings(&self, vendor: &InForce) -> Result<Dealings, ClientError> {
        let requests = self.requests_to(vendor)?;
        let shared = self.usage_glance(vendor)?.shared;
        let beside = self.contact_beside(vendor)?;
        Ok(Dealings { shared, ..Dealings::of(vendor.vendor(), &requests, beside, self.clock.now()) })
    }

    /// Of each vendor that may soon remove an account, or may have by now, the reminder. What cannot be read reminds nobody.
    pub fn reminders(&self, vendors: &[InForce]) -> Vec<Reminder> {
        let of = |vendor: &InForce| {
            let years = vendor.vendor().policy().inactive_years.is?;
            let of = |last_contact| Inactivity::of(years, last_contact, self.clock.now());
            let beside = self.contact_beside(vendor).ok()?;
            // Each list asks, and what was sent is much to read: where a file or a sign-in is new enough it need not be.
            if beside.is_some() && !of(beside).due {
                return None;
            }
            let newest = self.requests_to(vendor).ok()?.first().map(|request| request.at);
            let says = of(newest.or(beside)).reminder(&vendor.called())?;
            Some(Reminder { vendor: vendor.clone(), says })
        };
        vendors.iter().filter_map(of).collect()
    }

    /// What was sent to a vendor, newest first.
    fn requests_to(&self, vendor: &InForce) -> Result<Vec<SentRequest>, ClientError> {
        let mut requests = self.book.ledger().sent_to(vendor.vendor().id(), MOST_REQUESTS)?;
        let namesakes = self.namesakes(vendor)?;
        let namesakes: Vec<&Vendor> = namesakes.iter().map(InForce::vendor).collect();
        requests.retain(|request| is_own(request.url.as_deref(), vendor.vendor(), &namesakes));
        Ok(requests)
    }

    /// The last contact that is known without the ledger: its lines go after years, and the files stay.
    fn contact_beside(&self, vendor: &InForce) -> Result<Option<Timestamp>, ClientError> {
        let licenses = self.store.licenses()?;
        let files = licenses.iter().filter(|license| license.vendor == vendor.key());
        let beside = files.map(|license| license.first_file_at);
        Ok(beside.chain(self.account(vendor)?.map(|account| account.signed_in_at)).max())
    }
}

impl Dealings {
    /// Adds up. `beside` is the last contact that is known without the ledger, for when its lines are gone.
    fn of(vendor: &Vendor, requests: &[SentRequest], beside: Option<Timestamp>, now: Timestamp) -> Self {
        // Whole days: the same question has the same answer all day long.
        let today = now.to_zoned(TimeZone::UTC).start_of_day().map_or(now, |day| day.timestamp());
        let since = months_from(today, -MONTHS);
        let year: Vec<&SentRequest> = requests.iter().filter(|request| request.at >= since).collect();
        let erased = |requests: &mut dyn Iterator<Item = &SentRequest>| {
            requests.filter(|request| request.items.is_none()).count() as u64
        };
        let newest = requests.first();
        let last_contact = newest.map(|request| request.at).or(beside);
        Self {
            items: CATALOGUE.iter().filter_map(|entry| ItemSent::of(entry.item, requests)).collect(),
            erased: erased(&mut requests.iter()),
            cut: requests.len() == MOST_REQUESTS,
            past_year: PastYear {
                since,
                requests: year.len() as u64,
                request_bytes: year.iter().map(|request| request.request_bytes).sum(),
                categories: Kind::ALL.iter().filter_map(|kind| CategorySent::of(*kind, &year)).collect(),
                erased: erased(&mut year.iter().copied()),
            },
            last_contact,
            last_entry: newest.map(|request| request.id),
            shared: Vec::new(),
            inactivity: vendor
                .policy()
                .inactive_years
                .is
                .map(|years| Inactivity::of(years, last_contact, now)),
        }
    }

    /// What was sent of an item, if it was.
    pub fn item(&self, item: Item) -> Option<&ItemSent> {
        self.items.iter().find(|sent| sent.item == item)
    }
}

impl ItemSent {
    /// Requests come newest first.
    fn of(item: Item, requests: &[SentRequest]) -> Option<Self> {
        let mut with = requests.iter().filter(|request| holds(request, &[item]));
        let last = with.next()?;
        Some(Self { item, times: 1 + with.count() as u64, last_at: last.at, entry: last.id })
    }
}

impl CategorySent {
    fn of(category: Kind, requests: &[&SentRequest]) -> Option<Self> {
        let in_it = |item: &Item| item.entry().kind == category;
        let all = requests.iter().filter_map(|request| request.items.as_ref()).flatten();
        let items: BTreeSet<Item> = all.copied().filter(in_it).collect();
        let items: Vec<Item> = items.into_iter().collect();
        let times = requests.iter().filter(|request| holds(request, &items)).count() as u64;
        (times > 0).then_some(Self { category, items, times })
    }
}

/// Whether a request may have gone to this vendor: its server is no other's alone. What went to a server that nobody names
/// any more, and what was erased, may be anybody's of that id.
pub(crate) fn is_own(url: Option<&str>, vendor: &Vendor, namesakes: &[&Vendor]) -> bool {
    let Some(url) = url else { return true };
    let is_of = |vendor: &&Vendor| {
        vendor.issuers().iter().any(|issuer| {
            let accounts =
                issuer.hosts.iter().map(|host| format!("{host}/v1/accounts/{}/", issuer.account.as_str()));
            accounts.into_iter().any(|account| url.starts_with(&account))
        })
    };
    is_of(&vendor) || !namesakes.iter().any(is_of)
}

fn holds(request: &SentRequest, items: &[Item]) -> bool {
    request.items.iter().flatten().any(|item| items.contains(item))
}

/// Calendar months in UTC; a time beyond the calendar is its end.
pub(crate) fn months_from(at: Timestamp, months: i32) -> Timestamp {
    let beyond = if months < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let span = 1.month().checked_mul(i64::from(months));
    let moved = span.and_then(|span| at.to_zoned(TimeZone::UTC).checked_add(span));
    moved.map_or(beyond, |zoned| zoned.timestamp())
}

fn as_written<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&written(*at))
}

fn as_written_if_any<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(written).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn request(id: i64, on: &str, items: Option<&[Item]>) -> SentRequest {
        SentRequest {
            id: EntryId(id),
            at: at(&format!("{on}T10:00:00Z")),
            purpose: None,
            request_bytes: 100,
            url: None,
            items: items.map(<[Item]>::to_vec),
        }
    }

    fn vendor(id: &str) -> Vendor {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vendors");
        Vendor::parse(&std::fs::read_to_string(format!("{root}/{id}/vendor.toml")).unwrap()).unwrap()
    }

    #[test]
    fn what_was_sent_is_added_up() {
        let (key, os, cpu, nonce) = (Item::LicenseKey, Item::Os, Item::Cpu, Item::Nonce);
        let requests = [
            request(9, "2026-11-20", Some(&[key, nonce])),
            request(7, "2026-06-01", None),
            request(5, "2026-05-01", Some(&[os, key])),
            request(3, "2026-01-01", Some(&[cpu, key])),
            request(2, "2025-11-28", Some(&[os, cpu])),
        ];
        let now = at("2026-11-29T18:00:00Z");
        let dealings = Dealings::of(&vendor("sleeve"), &requests, None, now);
        let items: Vec<(Item, u64, i64)> =
            dealings.items.iter().map(|sent| (sent.item, sent.times, sent.entry.0)).collect();
        assert_eq!(items, [(os, 2, 5), (cpu, 2, 3), (key, 3, 9), (nonce, 1, 9)]);
        assert_eq!((dealings.erased, dealings.cut, dealings.last_entry), (1, false, Some(EntryId(9))));
        let year = &dealings.past_year;
        assert_eq!((year.requests, year.request_bytes, year.erased), (4, 400, 1));
        assert_eq!(year.since, at("2025-11-29T00:00:00Z"));
        let categories: Vec<(Kind, &[Item], u64)> =
            year.categories.iter().map(|sent| (sent.category, &sent.items[..], sent.times)).collect();
        let computer: &[Item] = &[os, cpu];
        assert_eq!(
            categories,
            [(Kind::Machine, computer, 2), (Kind::Credential, &[key], 3), (Kind::Protocol, &[nonce], 1)]
        );
        assert_eq!(dealings.inactivity, None);
    }

    /// Two vendors of one id: what went to the server of one is not told as the other's.
    #[test]
    fn what_went_to_a_namesakes_server_is_none_of_ours() {
        let sleeve = vendor("sleeve");
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../vendors/sleeve/vendor.toml"));
        let other = text.unwrap().replace("https://license.sleeve.example", "https://license.else.example");
        let other = Vendor::parse(&other).unwrap();
        let check = |host: &str, account: &str, ours: bool, theirs: bool| {
            let url = format!("https://{host}/v1/accounts/{account}/me");
            let url = Some(url.as_str());
            let found = (is_own(url, &sleeve, &[&other]), is_own(url, &other, &[&sleeve]));
            assert_eq!(found, (ours, theirs), "{host}");
            assert!(is_own(url, &sleeve, &[]), "{host}");
        };
        let account = sleeve.issuers()[0].account.as_str();
        check("license.sleeve.example", account, true, false);
        check("license.else.example", account, false, true);
        check("license.else.example", "another", true, true);
        check("old.sleeve.example", account, true, true);
        assert!(is_own(None, &sleeve, &[&other]));
    }

    /// Seven years, and half a year before them the reminder; counted from the ledger's last line, or from what outlived it.
    #[test]
    fn an_account_without_activity_is_reminded_of() {
        let check = |sent: Option<&str>,
                     beside: Option<&str>,
                     now: &str,
                     from: Option<&str>,
                     says: Option<&str>| {
            let requests: Vec<SentRequest> = sent.iter().map(|on| request(4, on, Some(&[]))).collect();
            let beside = beside.map(|on| at(&format!("{on}T10:00:00Z")));
            let now = at(&format!("{now}T10:00:00Z"));
            let dealings = Dealings::of(&vendor("arturia"), &requests, beside, now);
            let inactivity = dealings.inactivity.unwrap();
            let remind_from = inactivity.remind_from.map(|from| from.to_string()[..10].to_owned());
            assert_eq!((inactivity.years, remind_from.as_deref()), (7, from));
            let reminder = inactivity.reminder("Loud");
            assert_eq!(reminder.is_some(), says.is_some(), "{now}");
            assert_eq!((inactivity.due, inactivity.over), (says.is_some(), says == Some("longer")), "{now}");
            assert!(reminder.unwrap_or_default().contains(says.unwrap_or_default()), "{now}");
            assert_eq!(dealings.last_entry.is_some(), sent.is_some());
        };
        check(None, None, "2026-11-29", None, None);
        check(Some("2020-05-30"), None, "2026-11-29", Some("2026-11-30"), None);
        check(Some("2020-05-29"), None, "2026-11-29", Some("2026-11-29"), Some("that is near"));
        check(None, Some("2020-05-29"), "2026-11-29", Some("2026-11-29"), Some("that is near"));
        check(Some("2026-01-01"), Some("2020-05-29"), "2026-11-29", Some("2032-07-01"), None);
        // Nothing is near any more once the years are over.
        check(Some("2020-05-29"), None, "2027-05-28", Some("2026-11-29"), Some("that is near"));
        check(Some("2020-05-29"), None, "2027-05-29", Some("2026-11-29"), Some("longer"));
        check(Some("2020-05-29"), None, "2027-11-29", Some("2026-11-29"), Some("longer"));
    }
}
