//! What the policy allows, beside what Gatefold sends: its categories of data, its purposes, and what else it says.

use gatefold_client::vendor::{Assurance, Category, Fate, Necessity, Policy};

use super::super::vendor_words::{basis_word, joined, lines, places, said, sentence};
use super::Page;

impl Page<'_> {
    /// Each category of data under what becomes of it here.
    pub(super) fn categories(&mut self, policy: &Policy) {
        for title in [SENT, SEEN, ASKED, NOT_SENT] {
            let members: Vec<&Category> =
                policy.category.iter().filter(|category| fate(category) == title).collect();
            if members.is_empty() {
                continue;
            }
            self.0.heading(title);
            for category in members {
                let sure = format!("{}{}", category.assurance.doubt(), lines(&category.lines));
                self.row(
                    &sentence(category.source.words()),
                    format!("{} ({}){sure}", category.name, places(&category.context)),
                );
                if let Fate::Sent(items) = category.fate() {
                    self.more(format!("as: {}", joined(items.iter().map(|item| item.label()), ", ")));
                }
                if category.necessity.assurance != Assurance::Silent {
                    self.more(said(&category.necessity, need));
                }
            }
        }
    }

    /// Each purpose under its legal basis.
    pub(super) fn purposes(&mut self, policy: &Policy) {
        if policy.purpose.is_empty() {
            return;
        }
        self.0.heading("What the policy may use data for");
        for row in &policy.purpose {
            let basis = match row.basis.assurance {
                Assurance::Silent => "No legal basis named".to_owned(),
                Assurance::Stated => row.basis.is.as_ref().map(basis_word).unwrap_or_default(),
                _ => said(&row.basis, basis_word),
            };
            let sure = format!("{}{}", row.assurance.doubt(), lines(&row.lines));
            self.row(&sentence(&basis), format!("{} ({}){sure}", row.name, places(&row.context)));
            let of = match row.categories.as_slice() {
                [] => "it does not say which data".to_owned(),
                names => format!("with: {}", joined(names, "; ")),
            };
            let closed = row.term.map(|of| format!("{}; ", of.words())).unwrap_or_default();
            let choice = row.choice.map(|choice| format!("; {}", choice.words())).unwrap_or_default();
            self.more(format!("{closed}{of}{choice}"));
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

const SENT: &str = "The policy allows it, and Gatefold sends it";
const SEEN: &str = "The policy allows it, and the network shows it";
const ASKED: &str = "The policy asks; Gatefold does not send it";
const NOT_SENT: &str = "The policy allows it; Gatefold does not send it";

fn fate(category: &Category) -> &'static str {
    match (category.fate(), category.necessity.is) {
        (Fate::Sent(_), _) => SENT,
        (Fate::Seen, _) => SEEN,
        (Fate::NotSent, Some(Necessity::Required)) => ASKED,
        (Fate::NotSent, _) => NOT_SENT,
    }
}

fn need(necessity: &Necessity) -> String {
    match necessity {
        Necessity::Required => "required".to_owned(),
        Necessity::Optional => "optional".to_owned(),
    }
}
