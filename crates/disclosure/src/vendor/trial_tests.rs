//! Which files may offer a trial, and what a change of one means.

use super::check::tests::SMALL;
use super::*;

/// A product that can be tried for so long, begun with these items.
fn offering(days: &str, items: &[&str]) -> String {
    let mut text = SMALL.replacen("version = \"1.0.0\"", &format!("version = \"1.0.0\"\n{days}"), 1);
    for item in items {
        let declared = format!("id = \"{item}\"");
        if let Some((before, after)) = text.clone().split_once(&declared) {
            text = format!("{before}{declared}{}", after.replacen("when = [", "when = [\"trial\", ", 1));
        } else {
            text.push_str(&format!(
                "\n[[item]]\n{declared}\nwords = \"It\"\nnecessity = {{ is = \"required\", assurance = \"stated\", lines = [1] }}\nwhen = [\"trial\"]\nsince = 1\n"
            ));
        }
    }
    text
}

#[test]
fn a_trial_is_whole_or_not_there() {
    let check = |days: &str, items: &[&str], expect: Option<&str>| {
        let fault = Vendor::parse(&offering(days, items)).err().map(|error| error.to_string());
        let fits = match (&fault, expect) {
            (Some(fault), Some(expect)) => fault.contains(expect),
            (fault, expect) => fault.is_none() && expect.is_none(),
        };
        assert!(fits, "{days} {items:?}: {fault:?}");
    };
    let whole = ["identifier", "product", "nonce"];
    check("", &[], None);
    check("trial_days = 14", &whole, None);
    check("trial_days = 1", &["token", "product", "nonce"], None);
    for days in ["0", "366"] {
        check(&format!("trial_days = {days}"), &whole, Some("from 1 to 365 days"));
    }
    check("trial_days = 14", &[], Some("a trial needs"));
    check("trial_days = 14", &["product", "nonce"], Some("a trial needs"));
    check("trial_days = 14", &["identifier", "product"], Some("a trial needs"));
    check("trial_days = 14", &["identifier", "nonce"], Some("a trial needs"));
    check("", &whole, Some("no product has trial_days"));
    check("trial_days = 14", &["identifier", "product", "nonce", "cpu"], Some("never sent with trial"));
}

#[test]
fn an_account_is_not_tied_to_a_computer_by_a_trial() {
    let text = offering("trial_days = 14", &["identifier", "product", "nonce"]);
    let text = text.replace("when = [\"trial\", \"activate\", \"refresh\"]", "when = [\"trial\"]");
    let fault = Vendor::parse(&text).unwrap_err().to_string();
    assert!(fault.contains("not bound to a computer"), "{fault}");
}

#[test]
fn a_shorter_trial_weighs() {
    let with = |days: &str| Vendor::parse(&offering(days, &["identifier", "product", "nonce"]));
    let (short, long) = (with("trial_days = 1").unwrap(), with("trial_days = 14").unwrap());
    let changed = |old: &Vendor, new: &Vendor| {
        let change = difference(old, new).swap_remove(0);
        (change.what.clone(), change.before_words(), change.after_words(), change.weighs)
    };
    let words = |days: &str| Some(days.to_owned());
    let what = "Tone: a trial lasts".to_owned();
    assert_eq!(changed(&short, &long), (what.clone(), words("1 day"), words("14 days"), false));
    assert_eq!(changed(&long, &short), (what, words("14 days"), words("1 day"), true));
}
