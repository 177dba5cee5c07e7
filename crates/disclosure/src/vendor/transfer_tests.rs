//! Which files may say how a license is given away, and what a change of it means.

use super::check::tests::SMALL;
use super::*;

const NEEDED: [&str; 4] = ["token", "license_id", "recipient_email", "nonce"];

/// A file with this table, which declares these items for a transfer.
fn saying(table: &str, items: &[&str]) -> String {
    let mut text = SMALL.replacen("[policy]", &format!("{table}\n\n[policy]"), 1);
    for item in items {
        text.push_str(&format!(
            "\n[[item]]\nid = \"{item}\"\nwords = \"It\"\nnecessity = {{ is = \"required\", assurance = \"stated\", lines = [1] }}\nwhen = [\"transfer\"]\nsince = 1\n"
        ));
    }
    text
}

#[test]
fn a_transfer_is_whole_or_not_there() {
    let check = |table: &str, items: &[&str], expect: Option<&str>| {
        let fault = Vendor::parse(&saying(table, items)).err().map(|error| error.to_string());
        let fits = match (&fault, expect) {
            (Some(fault), Some(expect)) => fault.contains(expect),
            (fault, expect) => fault.is_none() && expect.is_none(),
        };
        assert!(fits, "{table} {items:?}: {fault:?}");
    };
    let endpoint = "[transfer]\nby = \"endpoint\"";
    let message = "[transfer]\nby = \"message\"";
    check("", &[], None);
    check(endpoint, &NEEDED, None);
    check(&format!("{endpoint}\nfee = \"10 euros\"\nafter_days = 30\nnever = [\"trial\"]"), &NEEDED, None);
    check(&format!("{message}\ncontact = \"a@b.example\""), &[], None);
    check(endpoint, &NEEDED[1..], Some("a transfer needs"));
    check("", &NEEDED, Some("no [transfer] says"));
    check(&format!("{message}\ncontact = \"a@b.example\""), &NEEDED, Some("no [transfer] says"));
    check(message, &[], Some("a message goes to a contact"));
    check(
        &format!("{message}\ncontact = \"a@b.example?cc=x\""),
        &[],
        Some("an e-mail address, and nothing else"),
    );
    check(&format!("{endpoint}\nafter_days = 0"), &NEEDED, Some("from 1 to 3660"));
    check(&format!("{endpoint}\nfee = \"see https://a.example\""), &NEEDED, Some("what a transfer costs"));
    check(&format!("{endpoint}\nnever = [\"gift\"]"), &NEEDED, Some("gift"));
}

#[test]
fn what_is_changed_of_a_transfer_weighs() {
    let with = |more: &str| {
        Vendor::parse(&saying(&format!("[transfer]\nby = \"endpoint\"{more}"), &NEEDED)).unwrap()
    };
    let (free, costly) = (with(""), with("\nfee = \"10 euros\"\nafter_days = 30"));
    let changes = difference(&free, &costly);
    let told: Vec<(String, Option<String>, bool)> =
        changes.iter().map(|change| (change.what.clone(), change.after_words(), change.weighs)).collect();
    assert!(
        told.contains(&("Giving a license away: costs".into(), Some("10 euros".into()), true)),
        "{told:?}"
    );
    let earliest =
        ("Giving a license away: earliest after the purchase".into(), Some("30 days".into()), true);
    assert!(told.contains(&earliest), "{told:?}");
}
