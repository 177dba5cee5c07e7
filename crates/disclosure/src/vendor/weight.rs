//! Which differences between two vendor files weigh on the user. It errs on the side of the user: what nobody can tell more
//! from less weighs.

use serde::Deserialize as _;
use serde_json::Value;

use super::Profile;
use super::difference::{Change, ChangeKind};

impl Change {
    /// Whether it is one of who the vendor is, of what is sent, or of the policy: what a vendor gives notice of. Servers, keys
    /// and products are not.
    pub fn is_of_policy(&self) -> bool {
        let root = self.at.split('.').next().unwrap_or_default();
        matches!(
            root,
            "name" | "brands" | "binding" | "item" | "identifier" | "network" | "registration" | "policy"
        )
    }
}

/// Whether more is asked, reached or shared than before, or less is promised.
pub(super) fn weighs(path: &[&str], kind: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> bool {
    let gives = kind != ChangeKind::Removed;
    match path {
        // More is asked, or goes out on more occasions, or to more.
        ["item", _] | ["item", _, "when" | "recipients"] | ["network", ..] | ["registration", ..] => {
            kind == ChangeKind::Added
        }
        ["item", _, "necessity"] => {
            after.is_some_and(|fact| fact["is"] == "required")
                && before.is_some_and(|fact| fact["is"] != "required")
        }
        // What stands for the computer: nobody here can tell more from less, nor how long and where.
        ["identifier", ..] => true,
        ["item", _, "retention" | "region"] | ["policy", "retention" | "region" | "inactive_years"] => true,
        ["item", _, "reason", ..] | ["policy", "recipient" | "category" | "purpose", ..] => gives,
        // Another server.
        ["issuer"] | ["issuer", _] | ["issuer", _, "hosts" | "account"] | ["endpoint", ..] => gives,
        // Less is promised.
        ["policy", "right", ..] | ["policy", "notice", ..] | ["policy", "clocks", ..] => {
            kind != ChangeKind::Added
        }
        // Somebody else may get the data, as with a new recipient; and whoever answers for it is another.
        ["name"] | ["policy", "controller", ..] => true,
        ["brands"] => gives,
        ["product", _, "profile"] => lasts(after) < lasts(before),
        _ => false,
    }
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
