//! What the policy allows, beside what Gatefold sends: its categories of data, its purposes, and what else it says.

use gatefold_client::vendor::{Assurance, Category, Choice, Fate, Necessity, Policy, PurposeRow, Source};

use super::super::vendor_words::{basis_word, doubt, joined, lines, place, said, term};
use super::Page;

impl Page<'_> {
    /// Each category of data: what the policy says of it, and what becomes of it here.
    pub(super) fn categories(&mut self, policy: &Policy) {
        if policy.category.is_empty() {
            return;
        }
        self.0.heading("What the policy allows, and what Gatefold sends of it");
        for category in &policy.category {
            let Category { name, source, context, necessity, assurance, .. } = category;
            self.row(name, fate(category));
            let source = match source {
                Source::Person => "given by you",
                Source::Collected => "collected while in use",
                Source::Others => "from others",
            };
            let asked = match (necessity.assurance, necessity.is) {
                (Assurance::Silent, _) | (_, None) => String::new(),
                (Assurance::Contradictory, _) => format!("; {}", said(necessity, need)),
                (_, Some(is)) => {
                    format!("; {}{}{}", need(&is), doubt(necessity.assurance), lines(&necessity.lines))
                }
            };
            let places = joined(context.iter().copied().map(place), ", ");
            self.more(format!("{source} ({places}){}{}{asked}", doubt(*assurance), lines(&category.lines)));
        }
    }

    pub(super) fn purposes(&mut self, policy: &Policy) {
        if policy.purpose.is_empty() {
            return;
        }
        self.0.heading("What the policy may use data for");
        for row in &policy.purpose {
            let PurposeRow { name, categories, context, basis, choice, assurance, .. } = row;
            let of = match categories.as_slice() {
                [] => "it does not say which data".to_owned(),
                names => joined(names, ", "),
            };
            self.row(name, of);
            let closed = row.term.map(|of| format!("{}; ", term(of))).unwrap_or_default();
            let basis = match basis.assurance {
                Assurance::Silent => "no legal basis named".to_owned(),
                _ => said(basis, basis_word),
            };
            let choice = match choice {
                None => "",
                Some(Choice::OptIn) => "; off until you agree",
                Some(Choice::OptOut) => "; on until you decline",
            };
            let places = joined(context.iter().copied().map(place), ", ");
            let source = format!("{}{}", doubt(*assurance), lines(&row.lines));
            self.more(format!("{closed}{basis}{choice} ({places}){source}"));
        }
    }

    pub(super) fn statements(&mut self, policy: &Policy) {
        if policy.statement.is_empty() {
            return;
        }
        self.0.heading("What else the policy says");
        for statement in &policy.statement {
            self.row(&statement.about, said(&statement.says, String::clone));
        }
    }
}

fn fate(category: &Category) -> String {
    match (category.fate(), category.necessity.is) {
        (Fate::Sent(items), _) => {
            format!("Gatefold sends: {}", joined(items.iter().map(|item| item.label()), ", "))
        }
        (Fate::Seen, _) => "seen on the network".to_owned(),
        (Fate::NotSent, Some(Necessity::Required)) => "the policy asks; Gatefold does not send it".to_owned(),
        (Fate::NotSent, _) => "Gatefold does not send it".to_owned(),
    }
}

fn need(necessity: &Necessity) -> String {
    match necessity {
        Necessity::Required => "required".to_owned(),
        Necessity::Optional => "optional".to_owned(),
    }
}
