use super::super::check::tests::{SMALL, vendor_files};
use super::*;

/// The changes from the small vendor to one with something replaced: `kind at`, with an exclamation mark if it weighs.
pub(crate) fn changes(from: &str, to: &str) -> Vec<Change> {
    assert!(SMALL.contains(from), "{from}");
    let new = SMALL.replacen(from, to, 1);
    let parse = |text: &str| Vendor::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    difference(&parse(SMALL), &parse(&new))
}

fn check(from: &str, to: &str, expect: &[&str]) {
    let got: Vec<String> = changes(from, to)
        .iter()
        .map(|change| {
            let kind = match change.kind {
                ChangeKind::Added => '+',
                ChangeKind::Removed => '-',
                ChangeKind::Changed => '~',
            };
            let weighs = if change.weighs { " !" } else { "" };
            let values: Vec<String> =
                [change.before_words(), change.after_words()].into_iter().flatten().collect();
            format!("{kind} {}: {}{weighs}", change.what, values.join(" > "))
        })
        .collect();
    assert_eq!(got, expect, "{from} > {to}");
}

pub(crate) const ITEM: &str = r#"
[[item]]
id = "os"
words = "System"
necessity = { is = "required", assurance = "stated", lines = [1] }
when = ["activate"]
since = 2

[[item]]
id = "license_key""#;

#[test]
fn nothing_differs_from_itself_nor_by_what_promises_nothing() {
    check("version = 2", "version = 3", &[]);
    check("date = \"2026-11-01\"", "date = \"2026-12-01\"", &[]);
    check("lines = [3]", "lines = [4, 5]", &[]);
    check("since = 1", "since = 2", &[]);
    check("recipients = [\"host\"]", "recipients = [\"host\"]\nregion = { assurance = \"silent\" }", &[]);
    check(
        "[policy]",
        "[[network]]\nname = \"IP address\"\n\n[policy]",
        &["+ Seen on the network: IP address: IP address !"],
    );
}

#[test]
fn items_that_come_and_go() {
    let came = "+ Operating system: System; sent with: activation; required !";
    check("\n[[item]]\nid = \"license_key\"", ITEM, &[came]);
    let parse = |text: &str| Vendor::parse(text).unwrap();
    let more = parse(&SMALL.replacen("\n[[item]]\nid = \"license_key\"", ITEM, 1));
    let gone = difference(&more, &parse(SMALL));
    assert_eq!((gone.len(), gone[0].kind, gone[0].weighs), (1, ChangeKind::Removed, false));
    assert_eq!((gone[0].at.as_str(), gone[0].what.as_str()), ("item.os", "Operating system"));
}

#[test]
fn what_is_asked_on_more_occasions_or_by_more_weighs() {
    let when = "[\"check_key\", \"activate\"]";
    check(
        when,
        "[\"check_key\", \"activate\", \"release\"]",
        &["+ License key: sent with: release a seat !"],
    );
    check(when, "[\"activate\"]", &["- License key: sent with: check license"]);
    check(
        when,
        "[\"activate\", \"release\"]",
        &["+ License key: sent with: release a seat !", "- License key: sent with: check license"],
    );
    check(
        when,
        "[\"activate\", \"check_key\"]",
        &["~ License key: sent with: check license, activation > activation, check license"],
    );
    check(
        "context = [\"software\"]",
        "context = [\"software\", \"website\"]",
        &["+ Policy: may be seen by: Hosting firm: context: website !"],
    );
    check(
        "recipients = [\"host\"]",
        "recipients = []",
        &["~ Identifier: seen by: Hosting firm > the policy does not say !"],
    );
}

#[test]
fn a_new_reason_for_what_is_sent_weighs() {
    let with = |reason: &str| {
        format!(
            "recipients = [\"host\"]\n\n[[item.reason]]\nterm = \"direct_marketing\"\nlines = [1]\n{reason}"
        )
    };
    let check = |reason: &str, expect: &str| {
        check("recipients = [\"host\"]\n", &with(reason), &[expect]);
    };
    check("", "+ Identifier: why: direct marketing: direct marketing !");
    check("words = \"To advertise\"\n", "+ Identifier: why: direct marketing: To advertise !");
    let both = "words = \"To advertise\"\nassurance = \"inferred\"\n";
    check(both, "+ Identifier: why: direct marketing: To advertise (inferred) !");
}

#[test]
fn facts_are_compared_whole() {
    let kept =
        "recipients = [\"host\"]\nretention = { is = \"ten years\", assurance = \"stated\", lines = [1] }";
    check("recipients = [\"host\"]", kept, &["+ Identifier: kept: ten years !"]);
    check(
        "[policy.controller]",
        "[policy.clocks]\nanswer = { is = { days = 30 }, assurance = \"inferred\" }\n\n[policy.controller]",
        &["+ Policy: answers: answer: 30 days (inferred)"],
    );
    check(
        "[policy.controller]",
        "[policy.clocks]\nacknowledge = { is = { business_hours = 1 }, or = { days = 1 }, assurance = \"contradictory\", lines = [1] }\n\n[policy.controller]",
        &["+ Policy: answers: acknowledge: both \"1 hour of working days\" and \"1 day\""],
    );
    check(
        "necessity = { is = \"required\", assurance = \"stated\", lines = [3] }",
        "necessity = { is = \"required\", assurance = \"inferred\", lines = [3] }",
        &["~ Identifier: required or optional: required > required (inferred)"],
    );
    check(
        "sha256",
        "retention = { is = \"long\", or = \"short\", assurance = \"contradictory\", lines = [1] }\nsha256",
        &["+ Policy: kept: both \"long\" and \"short\" !"],
    );
}

#[test]
fn servers_pages_and_words() {
    let host = "hosts = [\"https://license.small.example\"]";
    check(
        host,
        "hosts = [\"https://license.smaii.example\"]",
        &[
            "+ License server with key e8601e48…: address: https://license.smaii.example !",
            "- License server with key e8601e48…: address: https://license.small.example",
        ],
    );
    let product = "[[product]]\nid = ";
    check(
        product,
        "[endpoint]\nusage = \"https://usage.small.example\"\n\n[[product]]\nid = ",
        &["+ Other server: usage: https://usage.small.example !"],
    );
    check(
        product,
        "[link]\npolicy = \"https://small.example/privacy\"\n\n[[product]]\nid = ",
        &["+ Page: policy: https://small.example/privacy"],
    );
    check("name = \"Tone\"", "name = \"Ton\"", &["~ Ton: name: Tone > Ton"]);
    check(
        "words = \"The key\"",
        "words = \"Your key\"",
        &["~ License key: described as: The key > Your key !"],
    );
    check("name = \"Small Audio\"", "name = \"Smaller Audio\"", &["~ Name: Small Audio > Smaller Audio !"]);
    check(
        "name = \"Small Audio Ltd\"",
        "name = \"Else Ltd\"",
        &["~ Policy: controller: name: Small Audio Ltd > Else Ltd !"],
    );
    check(
        "public_key = \"e8601e48",
        "public_key = \"18601e48",
        &[
            "+ License server with key 18601e48…: https://license.small.example !",
            "- License server with key e8601e48…: https://license.small.example",
        ],
    );
}

#[test]
fn a_right_that_goes_weighs_and_one_that_comes_does_not() {
    let right =
        "[[policy.right]]\nkind = \"erasure\"\nassurance = \"stated\"\nlines = [1]\n\n[policy.controller]";
    check("[policy.controller]", right, &["+ Policy: right: erasure: erasure"]);
    let parse = |text: &str| Vendor::parse(text).unwrap();
    let gone = difference(&parse(&SMALL.replacen("[policy.controller]", right, 1)), &parse(SMALL));
    assert_eq!((gone.len(), gone[0].kind, gone[0].weighs), (1, ChangeKind::Removed, true));
}

#[test]
fn what_weighs_stands_first() {
    let more = "name = \"Ton\"";
    let text = SMALL.replacen("name = \"Tone\"", more, 1).replacen(
        "when = [\"check_key\", \"activate\"]",
        "when = [\"check_key\", \"activate\", \"release\"]",
        1,
    );
    let changes = difference(&Vendor::parse(SMALL).unwrap(), &Vendor::parse(&text).unwrap());
    let order: Vec<&str> = changes.iter().map(|change| change.at.as_str()).collect();
    assert_eq!(order, ["item.license_key.when", "product.8f6c1c53-1111-4000-8000-0000000000a1.name"]);
}

/// From the computer to the account, or back: other files, other seats. No member says it, so it is said first.
#[test]
fn a_change_of_binding_is_said_before_all_else() {
    let identifier = &SMALL[SMALL.find("[[item]]").unwrap()..SMALL.rfind("[[item]]").unwrap()];
    let (machine, account) =
        (Vendor::parse(SMALL).unwrap(), Vendor::parse(&SMALL.replace(identifier, "")).unwrap());
    for (old, new, words) in [
        (&machine, &account, ["this computer", "the account"]),
        (&account, &machine, ["the account", "this computer"]),
    ] {
        let first = difference(old, new).swap_remove(0);
        assert_eq!((first.at.as_str(), first.what.as_str()), ("binding", "Licenses are bound to"));
        assert_eq!([first.before_words().unwrap(), first.after_words().unwrap()], words);
        assert!(first.weighs);
    }
}

#[test]
fn a_profile_that_lasts_less_weighs() {
    let with = |profile: &str| {
        let line = format!("version = \"1.0.0\"\nprofile = \"{profile}\"");
        Vendor::parse(&SMALL.replacen("version = \"1.0.0\"", &line, 1)).unwrap()
    };
    let weighs_from = |from: &str, to: &str, weighs: bool| {
        let changes = difference(&with(from), &with(to));
        assert_eq!((changes.len(), changes[0].weighs), (1, weighs), "{from} > {to}");
    };
    weighs_from("forever", "leased", true);
    weighs_from("forever", "settled", true);
    weighs_from("settled", "leased", true);
    weighs_from("leased", "forever", false);
    weighs_from("leased", "settled", false);
    check(
        "version = \"1.0.0\"",
        "version = \"1.0.0\"\nprofile = \"leased\"",
        &["~ Tone: profile: forever > leased !"],
    );
}

#[test]
fn an_amount_has_its_unit() {
    let with = |days: &str| {
        let notice = format!(
            "[policy.notice]\ndays = {{ is = {days}, assurance = \"stated\", lines = [1] }}\n\n[policy.controller]"
        );
        Vendor::parse(&SMALL.replacen("[policy.controller]", &notice, 1)).unwrap()
    };
    let change = difference(&with("30"), &with("2")).swap_remove(0);
    assert_eq!([change.before_words().unwrap(), change.after_words().unwrap()], ["30 days", "2 days"]);
    let change = difference(&with("1"), &with("0")).swap_remove(0);
    assert_eq!([change.before_words().unwrap(), change.after_words().unwrap()], ["1 day", "none"]);
    let age = "age_years = { is = 16, assurance = \"inferred\" }\nsha256";
    check("sha256", age, &["+ Policy: least age: 16 years (inferred) !"]);
}

/// Whatever is changed anywhere in a demo vendor's file is found: no member is forgotten.
#[test]
fn every_member_counts() {
    // The demo vendors have every member; a long example would only be read as often as it has lines.
    for text in &vendor_files()[..2] {
        let old = Vendor::parse(text).unwrap();
        assert_eq!(difference(&old, &old), []);
        let mut tried = 0;
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some((name, _)) = line.split_once(" = ") else { continue };
            // A profile that is not named is this one; where a policy is silent, nothing is said.
            if ["version", "lines", "or_lines", "since"].contains(&name)
                || line.starts_with('#')
                || *line == "profile = \"forever\""
                || line.contains("{ assurance = \"silent\"")
            {
                continue;
            }
            let mut without = lines.clone();
            without.remove(number);
            // What must be there is not missed without an error.
            let Ok(new) = Vendor::parse(&without.join("\n")) else { continue };
            tried += 1;
            assert_ne!(difference(&old, &new), [], "{line}");
        }
        assert!(tried > 20, "{tried}");
    }
}

/// A file that calls its servers, pages and recipients by the names of members that promise nothing hides none of them.
#[test]
fn no_name_of_the_files_own_choice_hides_a_difference() {
    for name in ["lines", "version", "date", "since", "format", "root_key", "assurance", "is"] {
        let with = |host: &str| {
            let tables = format!(
                "[endpoint]\n{name} = \"https://{host}\"\n[link]\n{name} = \"https://{host}/\"\n\n[policy.recipient.{name}]\nname = \"{host}\"\ncontext = []\nassurance = \"stated\"\nlines = [1]\n"
            );
            let network = format!(
                "[[network]]\nname = \"{name}\"\nreason = {{ is = \"{host}\", assurance = \"stated\", lines = [1] }}\n\n"
            );
            let text =
                SMALL.replacen("[policy.recipient.host]", &format!("{tables}\n[policy.recipient.host]"), 1);
            Vendor::parse(&text.replacen("[policy]\n", &format!("{network}[policy]\n"), 1)).unwrap()
        };
        let changes = difference(&with("a.example"), &with("b.example"));
        let at: Vec<&str> = changes.iter().map(|change| change.at.as_str()).collect();
        let expect = [
            format!("endpoint.{name}"),
            format!("policy.recipient.{name}.name"),
            format!("link.{name}"),
            format!("network.{name}.reason"),
        ];
        for expect in expect {
            assert!(at.contains(&expect.as_str()), "{expect}: {at:?}");
        }
    }
}

/// Of two servers in force the first is asked.
#[test]
fn the_order_of_servers_counts() {
    let issuer = |key: char| {
        let key = key.to_string().repeat(64);
        format!(
            "[[issuer]]\npublic_key = \"{key}\"\naccount = \"a\"\nhosts = [\"https://{}.example\"]\n\n",
            &key[..1]
        )
    };
    let with = |first: char, second: char| {
        let (start, rest) = SMALL.split_once("[[issuer]]").unwrap();
        let rest = &rest[rest.find("[[product]]").unwrap()..];
        Vendor::parse(&format!("{start}{}{}{rest}", issuer(first), issuer(second))).unwrap()
    };
    let changes = difference(&with('a', 'b'), &with('b', 'a'));
    assert_eq!((changes.len(), changes[0].at.as_str(), changes[0].weighs), (1, "issuer", true));
    // One that comes before the other is new, and that is what is said.
    assert_eq!(difference(&with('a', 'b'), &with('c', 'b')).len(), 2);
}
