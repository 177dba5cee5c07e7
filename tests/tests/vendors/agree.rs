//! Each example tells its policy twice: by purposes and by items. Both tell the same, and a category of data ties them.

use gatefold_disclosure::Vendor;
use gatefold_disclosure::vendor::{Assurance, Basis, Category, Fact, ItemRule, PurposeRow, Reason};
use gatefold_tests::{EXAMPLES, vendor};

/// The categories that an item is told under.
fn categories<'a>(vendor: &'a Vendor, rule: &ItemRule) -> Vec<&'a Category> {
    vendor.policy().category.iter().filter(|category| category.items.contains(&rule.id)).collect()
}

/// Whether a reason is that row: the same purpose on the same basis, from its lines at least.
fn tells(reason: &Reason, row: &PurposeRow) -> bool {
    row.term == Some(reason.term)
        && row.basis.is == reason.basis.is
        && row.lines.iter().all(|line| reason.lines.contains(line))
}

#[test]
fn items_and_purposes_tell_the_same() {
    let (mut reasons, mut uses) = (0, 0);
    for id in EXAMPLES {
        let vendor = vendor(id);
        let rows = &vendor.policy().purpose;
        for rule in vendor.items() {
            for reason in &rule.reason {
                assert!(
                    rows.iter().any(|row| tells(reason, row)),
                    "{id} {}: no purpose is {reason:?}",
                    rule.id
                );
                reasons += 1;
            }
            let named: Vec<&str> = categories(&vendor, rule).iter().map(|of| of.name.as_str()).collect();
            for row in rows.iter().filter(|row| row.categories.iter().any(|of| named.contains(&of.as_str())))
            {
                let told = rule.reason.iter().any(|reason| tells(reason, row));
                assert!(told, "{id} {}: \"{}\" is not among its reasons", rule.id, row.name);
                uses += 1;
            }
        }
    }
    assert!(reasons > 200 && uses > 100, "{reasons} {uses}");
}

#[test]
fn nothing_is_surer_than_what_it_follows_from() {
    for id in EXAMPLES {
        let vendor = vendor(id);
        for rule in vendor.items() {
            for reason in rule.reason.iter().filter(|reason| reason.assurance == Assurance::Inferred) {
                assert_ne!(reason.basis.assurance, Assurance::Stated, "{id} {}: {reason:?}", rule.id);
            }
            let of = categories(&vendor, rule);
            if !of.is_empty() && of.iter().all(|of| of.assurance == Assurance::Inferred) {
                let stated = rule.reason.iter().find(|reason| reason.assurance == Assurance::Stated);
                assert!(stated.is_none(), "{id} {}: {stated:?}", rule.id);
            }
        }
    }
}

/// What the policy is said to require stands in what it speaks of; and whoever sees it is where it is.
#[test]
fn an_item_has_its_category_and_its_recipients_are_in_its_places() {
    for id in EXAMPLES {
        let vendor = vendor(id);
        for rule in vendor.items() {
            let of = categories(&vendor, rule);
            let is_of_policy = rule.necessity.assurance != Assurance::Silent;
            assert!(!of.is_empty() || !is_of_policy, "{id}: {} stands in no category", rule.id);
            for name in rule.recipients.iter().filter(|_| !of.is_empty()) {
                let places = &vendor.policy().recipient[name].context;
                let meet = of.iter().flat_map(|of| &of.context).any(|place| places.contains(place));
                assert!(meet, "{id} {}: {name} is elsewhere", rule.id);
            }
        }
    }
}

/// An address that the network shows is used on a basis that the purposes name, too, and no surer than there: a purpose is
/// of its place, and every connection shows the address.
#[test]
fn what_the_network_shows_has_the_basis_of_its_purposes() {
    for id in EXAMPLES {
        let vendor = vendor(id);
        let policy = vendor.policy();
        let seen: Vec<&str> =
            policy.category.iter().filter(|of| of.seen).map(|of| of.name.as_str()).collect();
        assert_eq!(seen.len(), 1, "{id}: {seen:?}");
        let rows = policy.purpose.iter().filter(|row| row.categories.iter().any(|of| of == seen[0]));
        let bases: Vec<&Fact<Basis>> = rows.map(|row| &row.basis).collect();
        for fact in vendor.network() {
            let is = |basis: &&Fact<Basis>| {
                basis.is == fact.basis.is
                    && [basis.assurance, Assurance::Inferred].contains(&fact.basis.assurance)
            };
            assert!(
                bases.is_empty() && fact.basis.is.is_none() || bases.iter().any(is),
                "{id}: {fact:?} {bases:?}"
            );
        }
    }
}
