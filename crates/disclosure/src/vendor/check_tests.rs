use super::super::Vendor;
use super::*;

/// A small vendor with every member a file needs.
pub(crate) const SMALL: &str = r#"
format = 1
id = "small"
name = "Small Audio"
version = 2
date = "2026-11-01"
root_key = "RWQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

[[issuer]]
public_key = "e8601e48b69383ba520245fd07971e983d06d22c4257cfd82304601479cee788"
account = "8f6c1c53-1111-4000-8000-000000000001"
hosts = ["https://license.small.example"]

[[product]]
id = "8f6c1c53-1111-4000-8000-0000000000a1"
code = "tone"
name = "Tone"
kind = "Filter"
version = "1.0.0"

[policy]
title = "Privacy"
dated = "2026-11-01"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"

[policy.controller]
name = "Small Audio Ltd"

[policy.recipient.host]
name = "Hosting firm"
context = ["software"]
assurance = "stated"
lines = [1]
[[item]]
id = "identifier"
words = "A hash that stands for the computer"
necessity = { is = "required", assurance = "stated", lines = [3] }
when = ["activate", "refresh"]
since = 1
recipients = ["host"]

[[item]]
id = "license_key"
words = "The key"
necessity = { is = "required", assurance = "stated", lines = [1] }
when = ["check_key", "activate"]
since = 1
"#;

fn error(change: impl Fn(&str) -> String) -> VendorError {
    Vendor::parse(&change(SMALL)).unwrap_err()
}

/// A file with one thing changed is refused with this code, at this line, saying this.
fn check(from: &str, to: &str, code: &str, expect: &str) {
    assert!(SMALL.contains(from), "{from}");
    let error = error(|text| text.replacen(from, to, 1));
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn the_small_vendor_is_read() {
    let vendor = Vendor::parse(SMALL).unwrap();
    assert_eq!((vendor.id(), vendor.name(), vendor.version()), ("small", "Small Audio", 2));
    assert_eq!(vendor.binding(), super::super::Binding::Machine);
}

#[test]
fn a_reason_is_stated_or_inferred() {
    let since = "since = 1\nrecipients = [\"host\"]\n";
    let with = |assurance: &str| {
        format!("{since}\n[[item.reason]]\nterm = \"repair\"\nlines = [1]\nassurance = \"{assurance}\"\n")
    };
    for wrong in ["silent", "contradictory"] {
        check(since, &with(wrong), "vendor.file_incoherent", "identifier: a reason is stated or inferred");
    }
    for right in ["stated", "inferred"] {
        let vendor = Vendor::parse(&SMALL.replacen(since, &with(right), 1)).unwrap();
        let [reason] = &vendor.items()[0].reason[..] else { panic!("{right}") };
        assert_eq!(reason.assurance == super::super::Assurance::Stated, right == "stated");
    }
}

#[test]
fn words_that_do_not_exist_are_answered_with_those_that_do() {
    let code = "vendor.file_malformed";
    check(
        "[[product]]",
        "[[produkt]]",
        code,
        "line 14, column 3: unknown field `produkt`; did you mean \"product\"?",
    );
    check("\"identifier\"", "\"identifer\"", code, "did you mean \"identifier\"?");
    check("\"check_key\"", "\"check_keys\"", code, "did you mean \"check_key\"?");
    check("assurance = \"stated\", lines", "assurance = \"states\", lines", code, "did you mean \"stated\"?");
    check("\"identifier\"", "\"hostname\"", code, "the catalogue has no item \"hostname\"");
    check("id = \"small\"", "id = small", code, "line 3");
    check("https://license", "http://license", code, "is not https");
    check("date = \"2026-11-01\"", "date = \"2026-13-01\"", code, "line 6");
}

#[test]
fn a_wrong_kind_of_value_is_answered_with_how_it_is_written() {
    let code = "vendor.file_malformed";
    let fact = "{ is = \"required\", assurance = \"stated\", lines = [3] }";
    check(fact, "\"required\"", code, "expected a fact, as { is = …, assurance");
    check(
        "[\"https://license.small.example\"]",
        "\"x\"",
        code,
        "expected a list, as [ …, … ], and this is the string",
    );
    check("version = 2", "version = \"2\"", code, "expected a whole number, and this is the string \"2\"");
    check("name = \"Small Audio\"", "name = []", code, "expected a string, and this is a list");
    let whole = "expected a whole number from 0 to 4294967295, and this is ";
    for number in ["4294967296", "99999999999999999999999", "-1"] {
        check("version = 2", &format!("version = {number}"), code, &format!("{whole}{number}"));
    }
}

#[test]
fn what_does_not_hold_together_is_named_with_its_place() {
    let code = "vendor.file_incoherent";
    check("id = \"small\"", "id = \"Small\"", code, "an id has");
    check("version = 2", "version = 0", code, "counted from 1");
    check("RWQ", "AAA", code, "minisign");
    check("e8601e", "zz601e", code, "line 10, column 1: public_key");
    check(
        "[\"https://license.small.example\"]",
        "[]",
        code,
        "line 12, column 1: an issuer names at least one host",
    );
    check("code = \"tone\"", "code = \"Tone\"", code, "line 16, column 1: a product's id");
    // One id in either case.
    let again = "[[product]]\nid = \"8F6C1C53-1111-4000-8000-0000000000A1\"\ncode = \"two\"\nname = \"Two\"\nkind = \"Filter\"\n\
                 version = \"1.0.0\"\n\n[[product]]";
    check("[[product]]", again, code, "the product \"tone\" stands here twice");
    check(
        "id = \"license_key\"",
        "id = \"identifier\"",
        code,
        "line 43, column 1: the item \"identifier\" stands here twice",
    );
    check("when = [\"activate\", \"refresh\"]", "when = []", code, "at least one purpose");
    check("when = [\"activate\", \"refresh\"]", "when = [\"sign_in\"]", code, "never sent with sign_in");
    check("is = \"required\"", "is = \"optional\"", code, "required");
    check("recipients = [\"host\"]", "recipients = [\"ads\"]", code, "no recipient \"ads\"");
    check("since = 1", "since = 3", code, "since");
    check("assurance = \"stated\", lines", "assurance = \"silent\", lines", code, "silent");
    let uncited = "what the policy states it states in some line";
    check("assurance = \"stated\", lines = [3]", "assurance = \"stated\"", code, uncited);
    check("assurance = \"stated\"\nlines = [1]", "assurance = \"stated\"", code, uncited);
    check(
        "recipients = [\"host\"]",
        "recipients = [\"host\"]\n[[item.reason]]\nterm = \"repair\"",
        code,
        uncited,
    );
    check(
        "is = \"required\", assurance = \"stated\", lines = [3]",
        "assurance = \"silent\"",
        code,
        "required or optional",
    );
    check("id = \"small\"", "id = \"gatef0ld\"", code, "calls itself");
    let twice = "[policy.recipient.more]\nname = \"Hosting firm\"\ncontext = []\nassurance = \"inferred\"\n\n[policy.recipient.host]";
    check("[policy.recipient.host]", twice, code, "the recipient \"Hosting firm\" stands here twice");
    let right = "[[policy.right]]\nkind = \"access\"\nassurance = \"stated\"\nlines = [1]\n";
    let narrower = format!("{right}\n{right}note = \"For a fee\"\n\n[policy.controller]");
    check(
        "[policy.controller]",
        &narrower,
        code,
        "line 32, column 1: the right \"a copy\" stands here twice",
    );
    check("id = \"identifier\"", "id = \"cpu\"", "vendor.file_incoherent", "cpu");
    check(
        "lines = [3]",
        "lines = [3, 0]",
        code,
        "line 37, column 66: the lines of a policy are counted from 1",
    );
    let archived = "archived = true\narchived_on = \"2026-11-02\"\nsha256 =";
    check("sha256 =", archived, code, "line 25, column 1: archived_on lies after the date of this file");
    for fields in ["[]", "[\"\"]", "[\" \"]", "[\"Serial\", \"[Code](x)\"]"] {
        let registration = format!("[registration]\nfields = {fields}\n\n[policy.controller]");
        check("[policy.controller]", &registration, code, "line 27, column 1: ");
    }
    check(
        "\"Hosting firm\"",
        "\"This computer\"",
        code,
        "line 30, column 1: a recipient's name is what Gatefold",
    );
    let role = "[[policy.contact]]\nrole = \"This computer\"\nvalue = \"a@b.example\"\nas_of = \"2026-01-01\"\n\n[policy.controller]";
    check("[policy.controller]", role, code, "line 27, column 1: a contact's role is what Gatefold");
}

#[test]
fn words_that_flood_or_pretend_are_named_with_their_place() {
    let code = "vendor.file_incoherent";
    let long = |limit: usize| "x".repeat(limit + 1);
    let too_long =
        |field: &str, limit: usize| format!("{field} has {} characters, {limit} at most", limit + 1);
    check(
        "\"Small Audio\"",
        &format!("\"{}\"", long(80)),
        code,
        &format!("line 4, column 8: {}", too_long("name", 80)),
    );
    check("\"Small Audio\"", &format!("\"x\"\nbrands = [\"{}\"]", long(80)), code, &too_long("a brand", 80));
    check("\"Tone\"", &format!("\"{}\"", long(80)), code, &too_long("a product's name", 80));
    check("\"Filter\"", &format!("\"{}\"", long(80)), code, &too_long("a product's kind", 80));
    check("\"1.0.0\"", &format!("\"{}\"", long(40)), code, &too_long("a product's version", 40));
    check("\"Privacy\"", &format!("\"{}\"", long(200)), code, &too_long("policy.title", 200));
    check(
        "\"Small Audio Ltd\"",
        &format!("\"{}\"", long(200)),
        code,
        &too_long("policy.controller.name", 200),
    );
    check("\"Hosting firm\"", &format!("\"{}\"", long(200)), code, &too_long("a recipient's name", 200));
    check("\"The key\"", &format!("\"{}\"", long(300)), code, &too_long("license_key: words", 300));
    let fact = |member: &str, text: &str| {
        format!("{member} = {{ is = \"{text}\", assurance = \"stated\", lines = [1] }}")
    };
    let policy = |line: &str| format!("[policy]\n{line}");
    for member in ["scope", "retention", "region"] {
        let expect = too_long(&format!("policy.{member}"), 300);
        check("[policy]", &policy(&fact(member, &long(300))), code, &expect);
        // The other side of a contradiction, too.
        let both =
            format!("{member} = {{ is = \"a\", or = \"{}\", assurance = \"contradictory\" }}", long(300));
        check("[policy]", &policy(&both), code, &expect);
    }
    let item = |line: &str| format!("since = 1\n{line}\nrecipients = [\"host\"]");
    for member in ["retention", "region"] {
        let expect = too_long(&format!("identifier: {member}"), 300);
        check("since = 1\nrecipients = [\"host\"]", &item(&fact(member, &long(300))), code, &expect);
    }
    let controller = |line: &str| format!("name = \"Small Audio Ltd\"\n{line}");
    for (member, limit) in [("address", 300), ("representative", 300), ("authority", 200)] {
        let expect = too_long(&format!("policy.controller.{member}"), limit);
        check(
            "name = \"Small Audio Ltd\"",
            &controller(&format!("{member} = \"{}\"", long(limit))),
            code,
            &expect,
        );
    }
    check("name = \"Small Audio Ltd\"", &controller("country = \"de\""), code, "two upper-case letters");
    let before = |tables: &str| format!("{tables}\n\n[policy.controller]");
    for (tables, expect) in [
        (
            format!("[[policy.contact]]\nrole = \"{}\"\nvalue = \"a@b\"\nas_of = \"2026-01-01\"", long(80)),
            too_long("a contact's role", 80),
        ),
        (
            format!("[[policy.contact]]\nrole = \"Desk\"\nvalue = \"{}\"\nas_of = \"2026-01-01\"", long(254)),
            too_long("a contact's value", 254),
        ),
        (
            "[[policy.contact]]\nrole = \"Desk\"\nvalue = \"http://b.example\"\nas_of = \"2026-01-01\""
                .into(),
            "line 28, column 1: a contact's value has a link".into(),
        ),
        (
            format!(
                "[[policy.right]]\nkind = \"access\"\nassurance = \"stated\"\nlines = [1]\nnote = \"{}\"",
                long(300)
            ),
            too_long("a right's note", 300),
        ),
        (format!("[policy.notice]\n{}", fact("how", &long(300))), too_long("policy.notice.how", 300)),
        // A day that no calendar has would be none of any use.
        (
            "[policy.notice]\ndays = { is = 3000000, assurance = \"stated\", lines = [1] }".into(),
            "notice.days is from 0 to 3660".into(),
        ),
        (
            "[policy.recipient.\"a b\"]\nname = \"A\"\ncontext = []\nassurance = \"stated\"\nlines = [1]"
                .into(),
            "\"a b\" is no name here".into(),
        ),
    ] {
        check("[policy.controller]", &before(&tables), code, &expect);
    }
    let also = |tables: &str| format!("{tables}\n\n[policy]");
    for (tables, expect) in [
        (format!("[identifier]\n{}", fact("kind", &long(200))), too_long("identifier.kind", 200)),
        (format!("[[network]]\nname = \"{}\"", long(80)), too_long("a network fact's name", 80)),
        (
            format!("[[network]]\nname = \"IP\"\n{}", fact("reason", &long(300))),
            too_long("a network fact's reason", 300),
        ),
        (format!("[registration]\nfields = [\"{}\"]", long(80)), too_long("a field of registration", 80)),
        ("[link]\n\"a b\" = \"https://small.example/\"".into(), "\"a b\" is no name here".into()),
        (
            "[link]\naccount = \"https://small.example/\"\npolicy = \"http://small.example/\"".into(),
            "line 23, column 1: a link is an https page".into(),
        ),
        ("[link]\npolicy = \"javascript:alert(1)\"".into(), "https page".into()),
        ("[link]\npolicy = \"https://small.example/?a=b\"".into(), "https page".into()),
        ("[endpoint]\nUsage = \"https://small.example\"".into(), "\"Usage\" is no name here".into()),
        ("[license_key]\nalphabet = \"abc\"\ngroups = [4]".into(), "keys are read in upper case".into()),
    ] {
        check("[policy]", &also(&tables), code, &expect);
    }
    check("\"The key\"", "\"Your key, see https://small.example\"", code, "license_key: words holds a link");
    check("\"Small Audio\"", "\"Sm\u{430}ll Audio\"", code, "name mixes alphabets");
    check("\"Small Audio\"", "\"  \"", code, "name is empty");
}

#[test]
fn text_that_hides_or_floods_is_refused_unread() {
    check(
        "Small Audio\"",
        "Small \u{202E}Audio\"",
        "vendor.file_unsafe_text",
        "line 4, column 15: the character U+202E",
    );
    check("Small Audio\"", "Small\u{1b}[31mAudio\"", "vendor.file_unsafe_text", "U+001B");
    for hidden in [
        '\u{AD}',
        '\u{34F}',
        '\u{180B}',
        '\u{2028}',
        '\u{2800}',
        '\u{3164}',
        '\u{115F}',
        '\u{FFA0}',
        '\u{FE0F}',
        '\u{E0100}',
    ] {
        let code = format!("U+{:04X}", u32::from(hidden));
        check("Small Audio\"", &format!("Small{hidden}Audio\""), "vendor.file_unsafe_text", &code);
        let escape = format!("Small\\U{:08x}Audio\"", u32::from(hidden));
        check("Small Audio\"", &escape, "vendor.file_unsafe_text", &code);
    }
    // An escape of TOML brings the same characters into a value, and a line end makes a line of its own there.
    check("Small Audio\"", "Small\\u202eAudio\"", "vendor.file_unsafe_text", "U+202E");
    check("Small Audio\"", "Small\\e[31mAudio\"", "vendor.file_unsafe_text", "U+001B");
    check("Small Audio\"", "Small\\rAudio\"", "vendor.file_unsafe_text", "U+000D");
    check("Small Audio\"", "Small Audio\"\n\"\\u001b[31m\" = 1", "vendor.file_unsafe_text", "U+001B");
    check("Small Audio\"", "Small\\nServers good.example\"", "vendor.file_unsafe_text", "U+000A");
    check("\"Small Audio\"", "\"\"\"Small\nAudio\"\"\"", "vendor.file_unsafe_text", "U+000A");
    let large = error(|text| format!("{text}\n# {}", "x".repeat(10 * 1024 * 1024)));
    assert_eq!(large.code(), "vendor.file_too_large");
    let newer = error(|text| text.replacen("format = 1", "format = 2\nfuture = true", 1));
    assert_eq!(newer, VendorError::NewerFormat(2));
}

#[test]
fn no_item_of_the_computer_without_an_identifier() {
    let text = SMALL.replacen("\"identifier\"", "\"cpu\"", 1).replacen(
        "\"activate\", \"refresh\"",
        "\"activate\"",
        1,
    );
    let error = Vendor::parse(&text).unwrap_err();
    assert!(error.to_string().contains("no identifier binds"), "{error}");
}

#[test]
fn the_demo_vendors_are_read() {
    for (id, text, binding) in [
        ("sleeve", include_str!("../../../../vendors/sleeve/vendor.toml"), super::super::Binding::Machine),
        (
            "tidewater",
            include_str!("../../../../vendors/tidewater/vendor.toml"),
            super::super::Binding::Account,
        ),
    ] {
        let vendor = Vendor::parse(text).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!((vendor.id(), vendor.binding()), (id, binding));
        assert_eq!(vendor.products().len(), 5, "{id}");
    }
}

/// The demo vendors, and of the examples the one with the most members.
pub(crate) fn vendor_files() -> [&'static str; 3] {
    [
        include_str!("../../../../vendors/sleeve/vendor.toml"),
        include_str!("../../../../vendors/tidewater/vendor.toml"),
        include_str!("../../../../vendors/arturia/vendor.toml"),
    ]
}

/// Whatever text of a vendor's file grows, the file is refused: none was forgotten.
#[test]
fn every_text_has_its_limit() {
    fn texts(value: &toml::Value, path: &str, found: &mut Vec<String>) {
        match value {
            toml::Value::String(_) => found.push(path.to_owned()),
            toml::Value::Array(values) => {
                values
                    .iter()
                    .enumerate()
                    .for_each(|(nth, value)| texts(value, &format!("{path}/{nth}"), found));
            }
            toml::Value::Table(table) => {
                table.iter().for_each(|(name, value)| texts(value, &format!("{path}/{name}"), found));
            }
            _ => {}
        }
    }
    for text in vendor_files() {
        let whole: toml::Value = toml::from_str(text).unwrap();
        let mut found = Vec::new();
        texts(&whole, "", &mut found);
        assert!(found.len() > 100, "{}", found.len());
        for path in found {
            let mut grown = whole.clone();
            let mut at = &mut grown;
            for step in path.split('/').skip(1) {
                at = match at {
                    toml::Value::Array(values) => &mut values[step.parse::<usize>().unwrap()],
                    value => &mut value[step],
                };
            }
            *at = toml::Value::String("x".repeat(400));
            assert!(Vendor::parse(&toml::to_string(&grown).unwrap()).is_err(), "{path}");
        }
    }
}
