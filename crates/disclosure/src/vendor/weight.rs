//! Which differences between two vendor files weigh on the user. It errs on the side of the user: of who the vendor is, of
//! what is sent and of the policy everything weighs, but for what is plainly less asked or more promised.

use serde::Deserialize as _;
use serde_json::Value;

use super::difference::{Change, ChangeKind};
use super::{Clock, Profile};

impl Change {
    /// Whether it is one of who the vendor is, of what is sent, of the policy, or of how long a license lasts: what a vendor
    /// gives notice of. Servers, keys and other facts of products are not.
    pub fn is_of_policy(&self) -> bool {
        let path: Vec<&str> = self.at.split('.').collect();
        is_of_policy(&path) || self.at == "binding" || matches!(path.as_slice(), ["product", _, "profile"])
    }
}

fn is_of_policy(path: &[&str]) -> bool {
    let roots = ["name", "brands", "item", "identifier", "network", "registration", "policy"];
    path.first().is_some_and(|root| roots.contains(root))
}

/// Whether more is asked, reached or shared than before, or less is promised, or nobody here can tell.
pub(super) fn weighs(path: &[&str], kind: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> bool {
    if is_of_policy(path) {
        return !is_easier(path, kind, before, after);
    }
    match path {
        // Another server.
        ["issuer"] | ["issuer", _] | ["issuer", _, "hosts" | "account"] | ["endpoint", ..] => {
            kind != ChangeKind::Removed
        }
        ["product", _, "profile"] => lasts(after) < lasts(before),
        // Whoever bought under the old rules may have counted on them.
        ["transfer", ..] => kind != ChangeKind::Added || path.len() > 1,
        // A promise, and who reads what is sealed.
        ["support", "notice"] => kind != ChangeKind::Added,
        ["support"] if kind == ChangeKind::Removed => {
            before.is_some_and(|support| !support["notice"].is_null())
        }
        ["support", ..] => kind != ChangeKind::Removed,
        // By their shape Gatefold tells whose a key is: another shape sends other keys here.
        ["license_key", _] => kind != ChangeKind::Removed,
        ["product", _, "trial_days"] => after.and_then(Value::as_u64) < before.and_then(Value::as_u64),
        _ => false,
    }
}

/// Whether plainly less is asked, or more is promised. What a policy no longer speaks of is no promise: a statement, a
/// place or a time that is gone weighs as one that is changed does.
fn is_easier(path: &[&str], kind: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> bool {
    let (comes, goes) = (kind == ChangeKind::Added, kind == ChangeKind::Removed);
    match path {
        ["item", _, "necessity"] => is_needed(before) || !is_needed(after),
        // Fewer items, on fewer occasions or in another order, for fewer reasons, to fewer.
        ["item", _, "when"] => !comes,
        ["brands"] | ["item", _] | ["item", _, "reason", _] | ["item", _, "recipients"] => goes,
        ["registration", ..] => goes,
        ["policy", "recipient" | "category" | "purpose", _] => goes,
        ["policy", "recipient", _, "context"] | ["policy", "purpose", _, "categories"] => goes,
        // More ways in, and sooner or surer than nothing.
        ["policy", "right", _] | ["policy", "right", _, "channels"] | ["policy", "contact", _] => comes,
        ["policy", "clocks", _] => comes && is_within_the_laws(after),
        ["policy", "notice", "days"] => comes && after.is_some_and(|fact| fact["is"] != 0),
        // Which text it is; what it says is compared, and that it is another text weighs by its hash.
        ["policy", "title" | "dated" | "effective_from" | "archived" | "archived_on"] => true,
        _ => false,
    }
}

/// Where a policy is silent the law's clock runs, a month (GDPR, article 12(3)): a time that is longer takes that away.
fn is_within_the_laws(time: Option<&Value>) -> bool {
    const A_MONTH_HOURS: u64 = 30 * 24;
    let hours = |clock: &Value| match Clock::deserialize(clock) {
        Ok(Clock::Hours(hours)) => u64::from(hours),
        // Of seven days five are working days.
        Ok(Clock::BusinessHours(hours)) => (u64::from(hours) * 7).div_ceil(5),
        Ok(Clock::Days(days)) => u64::from(days) * 24,
        Err(_) => u64::MAX,
    };
    time.is_some_and(|fact| {
        [&fact["is"], &fact["or"]].into_iter().all(|side| side.is_null() || hours(side) <= A_MONTH_HOURS)
    })
}

/// What is not called optional is sent.
fn is_needed(necessity: Option<&Value>) -> bool {
    necessity.is_none_or(|fact| fact["is"] != "optional")
}

/// How much a profile promises; what is not named is the default.
fn lasts(profile: Option<&Value>) -> u8 {
    let named = profile.and_then(|name| Profile::deserialize(name).ok());
    match named.unwrap_or_default() {
        Profile::Forever => 2,
        Profile::Settled => 1,
        Profile::Leased => 0,
    }
}

#[cfg(test)]
#[path = "weight_tests.rs"]
mod tests;
