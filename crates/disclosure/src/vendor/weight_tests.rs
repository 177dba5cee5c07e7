//! What weighs, and of what notice is given.

use super::super::check::tests::SMALL;
use super::super::difference::tests::{ITEM, changes};
use super::super::{Change, Vendor, difference};

/// What nobody here can tell more from less weighs: what a policy no longer says, too.
#[test]
fn what_is_not_plainly_easier_weighs() {
    let facts = "scope = { is = \"the software\", assurance = \"stated\", lines = [1] }\nage_years = { is = 16, assurance = \"stated\", lines = [1] }\n";
    let more = "\n[[policy.statement]]\nabout = \"Sale\"\nsays = { is = \"never\", assurance = \"stated\", lines = [1] }\n\n[[policy.contact]]\nrole = \"Privacy\"\nvalue = \"privacy@small.example\"\nas_of = \"2026-11-01\"\n\n[policy.controller]";
    let reason = "since = 1\nrecipients = [\"host\"]\n\n[[item.reason]]\nterm = \"repair\"\nbasis = { is = \"contract\", assurance = \"stated\", lines = [1] }\nlines = [1]\n";
    let base = SMALL
        .replacen("sha256", &format!("{facts}sha256"), 1)
        .replacen("[policy.controller]", more, 1)
        .replacen("since = 1\nrecipients = [\"host\"]\n", reason, 1)
        .replacen("[policy]", "[[network]]\nname = \"IP address\"\nreason = { is = \"abuse\", assurance = \"stated\", lines = [1] }\n\n[policy]", 1);
    let parse = |text: &str| Vendor::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let old = parse(&base);
    let check = |from: &str, to: &str, weighs: bool| {
        assert!(base.contains(from), "{from}");
        let changes = difference(&old, &parse(&base.replacen(from, to, 1)));
        let found: Vec<bool> = changes.iter().map(|change| change.weighs && change.is_of_policy()).collect();
        assert!(
            !found.is_empty() && found.iter().any(|found| *found) == weighs,
            "{from} > {to}: {changes:#?}"
        );
    };
    check("is = \"never\"", "is = \"to whoever pays\"", true);
    check("is = \"never\", assurance = \"stated\"", "assurance = \"silent\"", true);
    check("is = \"the software\"", "is = \"everything\"", true);
    check("is = 16", "is = 5", true);
    check("is = \"abuse\"", "is = \"a profile of you\"", true);
    check(
        "[[network]]\nname = \"IP address\"\nreason = { is = \"abuse\", assurance = \"stated\", lines = [1] }\n",
        "",
        true,
    );
    check("basis = { is = \"contract\", assurance = \"stated\", lines = [1] }\n", "", true);
    check("privacy@small.example", "nobody@small.example", true);
    check("\"A hash that", "\"A number that", true);
    check("0000000000\"", "0000000001\"", true);
    check("context = [\"software\"]", "context = []", true);
    check(
        "[[item.reason]]\nterm = \"repair\"\nbasis = { is = \"contract\", assurance = \"stated\", lines = [1] }\nlines = [1]\n",
        "",
        true,
    );
    // Plainly less, or another title.
    check("when = [\"activate\", \"refresh\"]", "when = [\"activate\"]", false);
    check("title = \"Privacy\"", "title = \"Privacy notice\"", false);
}

/// Where a file does not call an item required or optional it is sent: to say so no more asks for more.
#[test]
fn a_name_that_is_no_longer_optional_weighs() {
    let with = |necessity: &str| {
        let item = format!(
            "[[item]]\nid = \"device_name\"\nwords = \"A name\"\nnecessity = {{ {necessity} }}\nwhen = [\"activate\"]\nsince = 1\n\n[[item]]\n"
        );
        Vendor::parse(&SMALL.replacen("[[item]]\n", &item, 1))
    };
    let optional = with("is = \"optional\", assurance = \"inferred\"").unwrap();
    let required = with("is = \"required\", assurance = \"inferred\"").unwrap();
    assert!(difference(&optional, &required)[0].weighs);
    assert!(!difference(&required, &optional)[0].weighs);
    // And a file that leaves it open is none.
    assert!(with("assurance = \"silent\"").is_err());
}

/// Gatefold chooses what of several reasons a preview has room for.
#[test]
fn the_order_of_reasons_is_ours() {
    let with = |terms: [&str; 2]| {
        let reasons: String =
            terms.iter().map(|term| format!("\n[[item.reason]]\nterm = \"{term}\"\nlines = [1]\n")).collect();
        let since = "since = 1\nrecipients = [\"host\"]\n";
        Vendor::parse(&SMALL.replacen(since, &format!("{since}{reasons}"), 1)).unwrap()
    };
    let (one, other) =
        (with(["direct_marketing", "service_provision"]), with(["service_provision", "direct_marketing"]));
    assert_eq!(one.items()[0].reason, other.items()[0].reason);
    assert_eq!(one.items()[0].reason[1].term, super::super::ReasonTerm::DirectMarketing);
    assert_eq!(difference(&one, &other), []);
}

/// Who gets the data is another, as with a new recipient: it weighs, and notice is given of it.
#[test]
fn another_name_brand_or_firm_weighs_as_a_change_of_the_policy() {
    let weighs_as_policy = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        let changed = Vendor::parse(&SMALL.replacen(from, to, 1)).unwrap();
        let changes = difference(&Vendor::parse(SMALL).unwrap(), &changed);
        assert_eq!(changes.len(), 1, "{to}: {changes:?}");
        (changes[0].weighs, changes[0].is_of_policy())
    };
    let name = "name = \"Small Audio\"";
    assert_eq!(weighs_as_policy(name, "name = \"Louder Audio\""), (true, true));
    assert_eq!(weighs_as_policy(name, &format!("{name}\nbrands = [\"Loud\"]")), (true, true));
    let firm = "name = \"Small Audio Ltd\"";
    assert_eq!(weighs_as_policy(firm, "name = \"Else Ltd\""), (true, true));
    assert_eq!(weighs_as_policy(firm, &format!("{firm}\ncountry = \"IE\"")), (true, true));
    assert_eq!(weighs_as_policy("name = \"Tone\"", "name = \"Ton\""), (false, false));
}

/// A time that nobody promised before is one more promise, unless the law promises a sooner one; and notice of no day is none.
#[test]
fn a_promise_that_is_less_than_the_laws_weighs() {
    let check = |table: &str, fact: &str, weighs: bool| {
        let to = format!("[policy.{table}]\n{fact}\n\n[policy.controller]");
        let changes = changes("[policy.controller]", &to);
        assert_eq!(changes.iter().map(|change| change.weighs).collect::<Vec<_>>(), [weighs], "{fact}");
    };
    for clock in ["acknowledge", "answer"] {
        let stated =
            |time: &str| format!("{clock} = {{ is = {{ {time} }}, assurance = \"stated\", lines = [1] }}");
        check("clocks", &stated("days = 30"), false);
        check("clocks", &stated("days = 31"), true);
        check("clocks", &stated("days = 3000"), true);
        check("clocks", &stated("hours = 720"), false);
        check("clocks", &stated("hours = 721"), true);
        // Seven days have five working days.
        check("clocks", &stated("business_hours = 72"), false);
        check("clocks", &stated("business_hours = 514"), false);
        check("clocks", &stated("business_hours = 515"), true);
        check("clocks", &stated("hours = 4294967295"), true);
        let both = "is = { days = 3 }, or = { days = 90 }, assurance = \"contradictory\", lines = [1]";
        check("clocks", &format!("{clock} = {{ {both} }}"), true);
    }
    check("notice", "days = { is = 30, assurance = \"stated\", lines = [1] }", false);
    check("notice", "days = { is = 0, assurance = \"stated\", lines = [1] }", true);
    check("notice", "how = { is = \"who goes on agrees\", assurance = \"stated\", lines = [1] }", true);
}

/// By their shape Gatefold tells whose a key is: another shape sends other keys to this vendor.
#[test]
fn another_shape_of_keys_weighs() {
    let shape = |groups: &str| format!("[license_key]\nalphabet = \"ABC123\"\ngroups = {groups}\n\n[policy]");
    let of = |old: &str, new: &str| {
        let parse = |tables: &str| Vendor::parse(&SMALL.replacen("[policy]", tables, 1)).unwrap();
        let changes = difference(&parse(old), &parse(new));
        assert!(!changes.is_empty());
        changes.iter().any(|change| change.weighs)
    };
    assert!(of("[policy]", &shape("[4, 4]")));
    assert!(of(&shape("[4, 4]"), &shape("[4, 5]")));
    assert!(!of(&shape("[4, 4]"), "[policy]"));
}

#[test]
fn notice_is_given_of_what_is_sent_and_of_the_policy() {
    let of_policy = |from: &str, to: &str| -> Vec<bool> {
        let changes = changes(from, to);
        assert!(!changes.is_empty(), "{from} > {to}");
        changes.iter().map(Change::is_of_policy).collect()
    };
    assert_eq!(of_policy("\n[[item]]\nid = \"license_key\"", ITEM), [true]);
    assert_eq!(of_policy("[policy]", "[[network]]\nname = \"IP address\"\n\n[policy]"), [true]);
    let kind =
        "[identifier]\nkind = { is = \"disk serial\", assurance = \"stated\", lines = [1] }\n\n[policy]";
    assert_eq!(of_policy("[policy]", kind), [true]);
    assert_eq!(of_policy("name = \"Tone", "name = \"New Tone"), [false]);
}
