//! What a user calls a member of a vendor file, where a difference stands in it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Vendor;
use crate::catalogue::Item;

/// A user's word for a member, where it is not the member's own name.
const WORDS: &[(&str, &str)] = &[
    ("necessity", "required or optional"),
    ("when", "sent with"),
    ("reason", "why"),
    ("retention", "kept"),
    ("region", "where it lies"),
    ("recipients", "seen by"),
    ("words", "described as"),
    ("issuer", "license server"),
    ("hosts", "address"),
    ("endpoint", "other server"),
    ("link", "page"),
    ("sha256", "the text itself"),
    ("age_years", "least age"),
    ("clocks", "answers"),
    ("notice", "notice of changes"),
    ("effective_from", "in force from"),
    ("recipient", "may be seen by"),
    ("network", "seen on the network"),
    ("inactive_years", "account removed without activity after"),
    ("category", "speaks of"),
    ("purpose", "may use data for"),
    ("statement", "says"),
    ("trial_days", "a trial lasts"),
    ("transfer", "giving a license away"),
    ("fee", "costs"),
    ("after_days", "earliest after the purchase"),
    ("age_recipient", "sealed for"),
];

/// What a user calls what a file calls by a key of its own. Where both files have a name for it, the newer one's counts.
pub(super) struct Names {
    /// By the server's id.
    products: BTreeMap<String, String>,
    /// By the policy's short name.
    recipients: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn of(old: &Vendor, new: &Vendor) -> Self {
        let both = [old, new];
        let products = both.iter().flat_map(|vendor| vendor.products());
        let recipients = both.iter().flat_map(|vendor| &vendor.policy().recipient);
        Self {
            products: products.map(|product| (product.id.clone(), product.name.clone())).collect(),
            recipients: recipients.map(|(key, recipient)| (key.clone(), recipient.name.clone())).collect(),
        }
    }

    fn recipient<'a>(&'a self, key: &'a str) -> &'a str {
        self.recipients.get(key).map_or(key, String::as_str)
    }

    /// Who sees an item, by name.
    pub(super) fn recipients(&self, keys: &Value) -> Value {
        let name = |key: &Value| Value::from(self.recipient(key.as_str().unwrap_or_default()));
        keys.as_array().map_or_else(|| keys.clone(), |keys| keys.iter().map(name).collect())
    }

    /// A user's words for a member, by its path.
    pub(super) fn called(&self, path: &[&str]) -> String {
        let own = |word: &str| {
            let known = WORDS.iter().find(|(name, _)| *name == word).map(|(_, words)| *words);
            known.map_or_else(|| word.replace('_', " "), str::to_owned)
        };
        let named: Vec<String> = match path {
            ["item", item, rest @ ..] => {
                let label =
                    item.parse::<Item>().map_or_else(|_| (*item).to_owned(), |item| item.label().to_owned());
                std::iter::once(label).chain(rest.iter().map(|word| own(word))).collect()
            }
            ["product", id, rest @ ..] => {
                let name = self.products.get(*id).map_or(*id, String::as_str).to_owned();
                std::iter::once(name).chain(rest.iter().map(|word| own(word))).collect()
            }
            ["issuer", key, rest @ ..] => {
                let name = format!("license server with key {}…", key.get(..8).unwrap_or(key));
                std::iter::once(name).chain(rest.iter().map(|word| own(word))).collect()
            }
            ["policy", "recipient", key, rest @ ..] => {
                let name = self.recipient(key).to_owned();
                let path = [own("policy"), own("recipient"), name];
                path.into_iter().chain(rest.iter().map(|word| own(word))).collect()
            }
            path => path.iter().map(|word| own(word)).collect(),
        };
        let mut what = named.join(": ");
        if let Some(first) = what.get(..1).map(str::to_uppercase) {
            what.replace_range(..1, &first);
        }
        what
    }
}
