//! What a policy says beside the items: read, tied to the rest of the file, and compared.

use super::check::tests::SMALL;
use super::{Choice, Fate, Necessity, Source, Vendor, VendorError, difference};
use crate::{Item, Purpose};

const PRACTICE: &str = r#"
[[policy.category]]
name = "Location"
context = ["account"]
source = "person"
necessity = { is = "required", assurance = "stated", lines = [5] }
assurance = "stated"
lines = [5]

[[policy.category]]
name = "Hardware number"
context = ["software"]
source = "collected"
items = ["identifier"]
assurance = "inferred"
lines = [6]

[[policy.purpose]]
name = "Advertising"
term = "direct_marketing"
categories = ["Location"]
context = ["website"]
basis = { is = "consent", assurance = "stated", lines = [7] }
choice = "opt_in"
assurance = "stated"
lines = [7]

[[policy.statement]]
about = "Sale"
says = { is = "never", or = "sometimes", assurance = "contradictory", lines = [8], or_lines = [9] }

[[policy.category]]
name = "IP address"
context = ["software"]
source = "collected"
seen = true
assurance = "stated"
lines = [10]

[[network]]
name = "IP address"

[[item]]
"#;

fn text() -> String {
    SMALL.replacen("\n[[item]]\n", PRACTICE, 1)
}

fn read(from: &str, to: &str) -> Result<Vendor, VendorError> {
    assert!(text().contains(from), "{from}");
    Vendor::parse(&text().replacen(from, to, 1))
}

/// Refused with this code, saying this.
fn check(from: &str, to: &str, code: &str, expect: &str) {
    let error = read(from, to).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn what_a_policy_allows_is_read_with_its_fate() {
    let vendor = Vendor::parse(&text()).unwrap();
    let policy = vendor.policy();
    let fates: Vec<Fate<'_>> = policy.category.iter().map(super::Category::fate).collect();
    assert_eq!(fates, [Fate::NotSent, Fate::Sent(&[Item::Identifier]), Fate::Seen]);
    assert_eq!(policy.category[0].necessity.is, Some(Necessity::Required));
    assert_eq!((policy.category[0].source, policy.purpose[0].choice), (Source::Person, Some(Choice::OptIn)));
    assert_eq!(policy.statement[0].says.or_lines, [9]);
    // A file without all this is the file that it was.
    let old = serde_json::to_value(Vendor::parse(SMALL).unwrap()).unwrap();
    for member in ["category", "purpose", "statement", "inactive_years", "archived_on"] {
        assert_eq!(old["policy"].get(member), None, "{member}");
    }
}

#[test]
fn a_category_lets_nothing_out() {
    let vendor = Vendor::parse(&text()).unwrap();
    for item in [Item::DeviceName, Item::Os, Item::Cpu] {
        assert!(vendor.declare(Purpose::Activate, item, "x").is_err(), "{item}");
    }
    check("items = [\"identifier\"]", "items = [\"cpu\"]", "vendor.file_incoherent", "does not declare cpu");
    check(
        "items = [\"identifier\"]",
        "items = [\"location\"]",
        "vendor.file_malformed",
        "no item \"location\"",
    );
}

#[test]
fn what_does_not_hold_together_is_named_with_its_place() {
    let code = "vendor.file_incoherent";
    check(
        "\"Hardware number\"",
        "\"Location\"",
        code,
        "column 1: the category \"Location\" stands here twice",
    );
    check("categories = [\"Location\"]", "categories = [\"Place\"]", code, "no category \"Place\"");
    check("seen = true", "seen = true\nitems = [\"identifier\"]", code, "`seen` is in no item");
    check("[[network]]\nname = \"IP address\"", "", code, "`seen` is in no item");
    check(
        ", or_lines = [9] }",
        " }\n[[policy.statement]]\nabout = \"Sale\"\nsays = { assurance = \"silent\" }",
        code,
        "twice",
    );
    check(
        "or = \"sometimes\", assurance = \"contradictory\"",
        "assurance = \"stated\"",
        code,
        "`or_lines` are",
    );
    check("is = \"consent\", assurance = \"stated\"", "assurance = \"stated\"", code, "basis: ");
    check(
        "is = \"required\", assurance = \"stated\", lines = [5]",
        "assurance = \"inferred\"",
        code,
        "necessity: ",
    );
    let code = "vendor.file_malformed";
    check("source = \"person\"", "source = \"persons\"", code, "did you mean \"person\"?");
    check("choice = \"opt_in\"", "choice = \"optin\"", code, "did you mean \"opt_in\"?");
    check(
        "context = [\"account\"]",
        "context = [\"account\"]\nshared = true",
        code,
        "unknown field `shared`",
    );
}

#[test]
fn more_that_is_allowed_weighs() {
    let (small, more) = (Vendor::parse(SMALL).unwrap(), Vendor::parse(&text()).unwrap());
    let changes = difference(&small, &more);
    let weighs = |at: &str| changes.iter().find(|change| change.at == at).unwrap().weighs;
    assert!(weighs("policy.category.Location") && weighs("policy.purpose.Advertising"));
    assert!(weighs("policy.statement.Sale"), "nobody here can tell what a statement is worth");
    let moved = read("lines = [8], or_lines = [9]", "lines = [18], or_lines = [19]").unwrap();
    assert_eq!(difference(&more, &moved), [], "where a policy says so is no difference");
    let said = read("or = \"sometimes\"", "or = \"often\"").unwrap();
    let changes = difference(&more, &said);
    assert_eq!(changes[0].after_words().unwrap(), "both \"never\" and \"often\"");
}

/// What is left to the person who types it is optional; nothing else of an activation is.
#[test]
fn a_name_may_be_left_to_the_person() {
    let named = |necessity: &str| {
        let item = format!(
            "[[item]]\nid = \"device_name\"\nwords = \"A name\"\nnecessity = {{ is = \"{necessity}\", assurance = \"stated\", lines = [1] }}\nwhen = [\"activate\"]\nsince = 1\n\n[[item]]\n"
        );
        SMALL.replacen("[[item]]\n", &item, 1)
    };
    for (necessity, required) in [("required", true), ("optional", false)] {
        let vendor = Vendor::parse(&named(necessity)).unwrap();
        assert!(vendor.allows(Purpose::Activate, Item::DeviceName));
        assert_eq!(vendor.requires(Purpose::Activate, Item::DeviceName), required);
    }
    let error = Vendor::parse(&named("optional").replacen("device_name", "os", 1)).unwrap_err();
    assert!(error.to_string().contains("a device name may be"), "{error}");
    assert!(!Vendor::parse(SMALL).unwrap().requires(Purpose::Activate, Item::DeviceName), "not declared");
}
