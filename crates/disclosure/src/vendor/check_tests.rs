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
necessity = { is = "required", assurance = "stated" }
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
fn what_does_not_hold_together_is_named_with_its_place() {
    let code = "vendor.file_incoherent";
    check("id = \"small\"", "id = \"Small\"", code, "an id has");
    check("version = 2", "version = 0", code, "counted from 1");
    check("RWQ", "AAA", code, "minisign");
    check("e8601e", "zz601e", code, "line 9, column 1: public_key");
    check("[\"https://license.small.example\"]", "[]", code, "at least one host");
    check("code = \"tone\"", "code = \"Tone\"", code, "lower-case");
    check(
        "id = \"license_key\"",
        "id = \"identifier\"",
        code,
        "line 42, column 1: the item \"identifier\" stands here twice",
    );
    check("when = [\"activate\", \"refresh\"]", "when = []", code, "at least one purpose");
    check("when = [\"activate\", \"refresh\"]", "when = [\"sign_in\"]", code, "never sent with sign_in");
    check("is = \"required\"", "is = \"optional\"", code, "required");
    check("recipients = [\"host\"]", "recipients = [\"ads\"]", code, "no recipient \"ads\"");
    check("since = 1", "since = 3", code, "since");
    check("assurance = \"stated\", lines", "assurance = \"silent\", lines", code, "silent");
    check("id = \"identifier\"", "id = \"cpu\"", "vendor.file_incoherent", "cpu");
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
