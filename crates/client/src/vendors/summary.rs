//! A vendor in plain words: what it is told of this computer, what it is not, and where its policy is silent or contradicts
//! itself. Each sentence follows from the signed file or from the ledger; none is the vendor's own.

use gatefold_disclosure::vendor::{
    Assurance, Binding, Fact, Fate, ItemRule, Necessity, ReasonTerm, RightKind, counted, places,
};
use gatefold_disclosure::{Item, Kind, Purpose};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::InForce;
use crate::dealings::Dealings;

impl InForce {
    /// What there is to know, a sentence each, what weighs most first. Without `dealings`, where the ledger cannot be read,
    /// nothing is said of any contact.
    pub fn summary(&self, dealings: Option<&Dealings>) -> Vec<String> {
        let sentences = [
            self.archived(),
            Some(self.told()),
            self.told_later(),
            Some(self.usage(dealings.map_or(&[], |dealings| &dealings.shared))),
            self.asked_and_not_sent(),
            self.contradictions(),
            self.silences(),
            self.without_notice(),
            self.unnamed_rights(),
            dealings.map(|dealings| self.contact(dealings)),
            dealings.and_then(|dealings| self.inactivity(dealings)),
        ];
        sentences.into_iter().flatten().collect()
    }

    fn archived(&self) -> Option<String> {
        let policy = self.vendor().policy();
        let told = match policy.archived_on {
            Some(day) => format!("as archived on {}", in_words(day)),
            None => format!("of {}, as archived on a day that is not known", in_words(policy.dated)),
        };
        let told = format!(
            "This is an example: the firm did not write, sign or see it, and its servers, keys and products are invented. It \
             tells a policy {told}, which is no longer in force; look at the present one."
        );
        policy.archived.then_some(told)
    }

    /// What an activation tells of this computer.
    fn told(&self) -> String {
        let (vendor, name) = (self.vendor(), self.vendor().name());
        if vendor.binding() == Binding::Account {
            return format!(
                "A license of {name} is bound to an account, not to a computer. Nothing about this computer is sent; each \
                 connection shows the IP address."
            );
        }
        let facts = self.of_computer(Purpose::Activate, ItemRule::is_required);
        let typed = self.of_computer(Purpose::Activate, |rule| !rule.is_required());
        let typed = match typed.is_empty() {
            true => String::new(),
            false => format!(", and {} if you type one", listed(&typed)),
        };
        format!(
            "A license of {name} is bound to this computer. An activation tells it: {}{typed}; each connection shows the IP \
             address as well.",
            listed(&facts)
        )
    }

    /// What later requests tell, which is less.
    fn told_later(&self) -> Option<String> {
        if self.vendor().binding() == Binding::Account {
            return None;
        }
        let by_number = |purpose| {
            let number = self.vendor().item(Item::MachineId);
            number.is_some_and(|rule| rule.when.contains(&purpose))
        };
        let tells = |purpose| match self.of_computer(purpose, |_| true) {
            facts if facts.is_empty() && by_number(purpose) => "its number at the vendor alone".to_owned(),
            facts if facts.is_empty() => "nothing about it".to_owned(),
            facts => format!("its {}", listed(&facts)),
        };
        let (refresh, release) = (tells(Purpose::Refresh), tells(Purpose::Release));
        Some(format!(
            "Of this computer, a later refresh of the license tells {refresh}; giving the seat back tells {release}."
        ))
    }

    fn of_computer(&self, purpose: Purpose, which: impl Fn(&ItemRule) -> bool) -> Vec<String> {
        let rules = self.vendor().items().iter();
        let mut items: Vec<Item> = rules
            .filter(|rule| {
                rule.id.entry().kind == Kind::Machine && rule.when.contains(&purpose) && which(rule)
            })
            .map(|rule| rule.id)
            .collect();
        items.sort_unstable();
        items.into_iter().map(|item| item.label().to_lowercase()).collect()
    }

    fn usage(&self, shared: &[Item]) -> String {
        let items = self.vendor().items().iter().map(|rule| rule.id);
        let asked: Vec<String> = items
            .filter(|item| item.entry().kind == Kind::Usage)
            .map(|item| in_sentence(item.label()))
            .collect();
        match asked.is_empty() {
            true if self.analyzes_use() => {
                "Gatefold sends it nothing about how you use its products, though its policy speaks of analyzing that."
                    .to_owned()
            }
            true => "Gatefold sends it nothing about how you use its products.".to_owned(),
            false if shared.is_empty() => {
                format!("How you use its products ({}) is optional, and off.", listed(&asked))
            }
            false => {
                let shared: Vec<String> = shared.iter().map(|item| in_sentence(item.label())).collect();
                format!("How you use its products is optional. You share: {}.", listed(&shared))
            }
        }
    }

    fn analyzes_use(&self) -> bool {
        let purposes = &self.vendor().policy().purpose;
        purposes.iter().any(|purpose| purpose.term == Some(ReasonTerm::UsageAnalytics))
    }

    fn asked_and_not_sent(&self) -> Option<String> {
        let categories = self.vendor().policy().category.iter();
        let asked: Vec<String> = categories
            .filter(|of| of.fate() == Fate::NotSent && of.necessity.is == Some(Necessity::Required))
            .map(|of| format!("{} ({})", in_sentence(&of.name), places(&of.context)))
            .collect();
        let told =
            format!("Its policy also asks for this, and Gatefold does not send it: {}.", listed(&asked));
        (!asked.is_empty()).then_some(told)
    }

    fn contradictions(&self) -> Option<String> {
        let policy = self.vendor().policy();
        let mut about: Vec<String> = self.facts(Assurance::Contradictory);
        if policy.clocks.acknowledge.assurance == Assurance::Contradictory {
            about.push("how soon a request is acknowledged".to_owned());
        }
        if policy.notice.how.assurance == Assurance::Contradictory {
            about.push("how a change is told".to_owned());
        }
        let said = policy.statement.iter();
        about.extend(
            said.filter(|said| said.says.assurance == Assurance::Contradictory)
                .map(|said| in_sentence(&said.about)),
        );
        let told = format!("Its policy contradicts itself about {}.", listed(&about));
        (!about.is_empty()).then_some(told)
    }

    fn silences(&self) -> Option<String> {
        let about = self.facts(Assurance::Silent);
        let told = format!("Its policy does not say {}.", listed_or(&about));
        (!about.is_empty()).then_some(told)
    }

    /// Silence on the days is told with the other silences; that there are none is another thing.
    fn without_notice(&self) -> Option<String> {
        let days = &self.vendor().policy().notice.days;
        (days.is.max(days.other) == Some(0)).then(|| "Its policy may change without notice.".to_owned())
    }

    /// A right that a policy does not name is there all the same.
    fn unnamed_rights(&self) -> Option<String> {
        let named = &self.vendor().policy().right;
        let unnamed: Vec<String> = RightKind::GDPR
            .iter()
            .filter(|kind| !named.iter().any(|right| right.kind == **kind))
            .map(|kind| kind.words().to_owned())
            .collect();
        let told = format!(
            "Its policy does not name a right to {}; where the GDPR holds, the law gives it.",
            listed_or(&unnamed)
        );
        (!unnamed.is_empty()).then_some(told)
    }

    /// What one wants to know of every policy, where it is told in this way.
    fn facts(&self, assurance: Assurance) -> Vec<String> {
        fn is<T>(fact: &Fact<T>, assurance: Assurance) -> bool {
            fact.assurance == assurance
        }
        let policy = self.vendor().policy();
        [
            ("how long data is kept", is(&policy.retention, assurance)),
            ("where data lies", is(&policy.region, assurance)),
            ("how soon you are answered", is(&policy.clocks.answer, assurance)),
            ("how long before a change you are told", is(&policy.notice.days, assurance)),
        ]
        .into_iter()
        .filter(|(_, so)| *so)
        .map(|(about, _)| about.to_owned())
        .collect()
    }

    fn contact(&self, dealings: &Dealings) -> String {
        match dealings.last_contact {
            Some(at) => format!("The last contact from this computer was on {}.", day(at)),
            None => "This computer has had no contact with it.".to_owned(),
        }
    }

    /// Never more than a word: no request is sent to keep an account alive.
    fn inactivity(&self, dealings: &Dealings) -> Option<String> {
        let inactivity = dealings.inactivity.as_ref()?;
        if let Some(reminder) = inactivity.reminder(&self.called()) {
            return Some(reminder);
        }
        let years = inactivity.years;
        let rule = format!("It may remove an account without activity for {}", counted(years, "year"));
        Some(match inactivity.remind_from {
            Some(from) => format!(
                "{rule}. A license that works offline calls nobody, so Gatefold reminds you from {} on; it sends nothing to keep an account alive.",
                day(from)
            ),
            None => format!(
                "{rule}. A license that works offline calls nobody, and Gatefold sends nothing to keep an account alive."
            ),
        })
    }
}

/// A label in the middle of a sentence; what is an abbreviation stays one.
fn in_sentence(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

fn listed(parts: &[String]) -> String {
    joined(parts, "and")
}

fn listed_or(parts: &[String]) -> String {
    joined(parts, "or")
}

fn joined(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => {
            // What has commas itself is kept apart by more.
            let between = if parts.iter().any(|part| part.contains(',')) { "; " } else { ", " };
            format!("{}{}{word} {last}", first.join(between), if between == "; " { "; " } else { " " })
        }
    }
}

fn day(at: Timestamp) -> String {
    in_words(at.to_zoned(TimeZone::UTC).date())
}

fn in_words(day: jiff::civil::Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}
