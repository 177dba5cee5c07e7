//! The five vendors whose policies are real: examples, told as archived. Each fact has its line, each line is the one that
//! was read, and nobody could take them for the vendors' own files.

use gatefold_disclosure::Vendor;
use gatefold_license::RootKey;
use gatefold_tests::{EXAMPLES, VENDORS, root_dir, vendor_text};
use toml::Value;

use crate::cited::{cited, example, policies, say, sha256};

/// `policy.lines` of an example: the number of each cited line, and the SHA-256 of its text without the line's end.
fn hashes(id: &str) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(root_dir().join("vendors").join(id).join("policy.lines")).unwrap();
    let entry = |line: &str| {
        let (number, hash) = line.split_once(' ').unwrap();
        (number.parse().unwrap(), hash.to_owned())
    };
    text.lines().map(entry).collect()
}

#[test]
fn every_cited_line_has_its_hash_and_no_other() {
    for id in EXAMPLES {
        let (cited, hashes) = (cited(id), hashes(id));
        assert!(cited.len() > 40, "{id}: {} lines cited", cited.len());
        assert_eq!(
            hashes.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
            Vec::from_iter(cited),
            "{id}"
        );
        assert!(hashes.iter().all(|(_, hash)| hash.len() == 64), "{id}");
    }
}

#[test]
fn every_cited_line_is_the_one_that_was_read() {
    let Some(policies) = policies() else { return };
    let mut checked = 0;
    for (id, text) in &policies {
        let lines: Vec<&str> = text.lines().collect();
        for (number, hash) in hashes(id) {
            let line = lines[number - 1];
            assert!(!line.trim().is_empty(), "{id}: line {number} is empty");
            assert_eq!(sha256(line), hash, "{id}: line {number} is another: {line}");
            checked += 1;
        }
    }
    say(&format!("{checked} cited lines of {} policies are as they were read", policies.len()));
}

/// What is stated, inferred or contradicted says where; the two sides of a contradiction say it apart.
#[test]
fn no_fact_is_without_its_line() {
    fn walk(value: &Value, place: &str, facts: &mut usize) {
        match value {
            Value::Table(table) => {
                let has = |member: &str| {
                    table.get(member).and_then(Value::as_array).is_some_and(|lines| !lines.is_empty())
                };
                match table.get("assurance").and_then(Value::as_str) {
                    Some("stated" | "inferred") => assert!(has("lines"), "{place} says not where"),
                    Some("contradictory") => {
                        assert!(has("lines") && has("or_lines"), "{place}: where does it say both?");
                    }
                    _ => {}
                }
                *facts += usize::from(table.contains_key("assurance"));
                let is_reason = table.contains_key("term") && table.contains_key("words");
                assert!(!is_reason || has("lines"), "{place} says not where");
                table.iter().for_each(|(name, value)| walk(value, &format!("{place}.{name}"), facts));
            }
            Value::Array(values) => {
                values
                    .iter()
                    .enumerate()
                    .for_each(|(nth, value)| walk(value, &format!("{place}/{nth}"), facts));
            }
            _ => {}
        }
    }
    for id in EXAMPLES {
        let mut facts = 0;
        walk(&Value::Table(example(id)), id, &mut facts);
        assert!(facts > 80, "{id}: {facts}");
    }
}

#[test]
fn nobody_takes_an_example_for_the_vendors_own() {
    for id in EXAMPLES {
        let text = vendor_text(id);
        let vendor = Vendor::parse(&text).unwrap();
        assert!(text.starts_with("# ") && text.lines().next().unwrap().contains("EXAMPLE"), "{id}");
        assert!(vendor.name().ends_with(" (example, as archived)"), "{}", vendor.name());
        assert!(vendor.policy().archived, "{id}");
        assert!(vendor.products().iter().all(|product| product.name.starts_with("Example ")), "{id}");
        let issuers = vendor.issuers().iter().flat_map(|issuer| &issuer.hosts);
        let mut hosts = issuers.chain(vendor.endpoints().map(|(_, host)| host));
        assert!(hosts.all(|host| host.authority().ends_with(".example")), "{id}: nothing leads to it");
        assert_eq!(vendor.links().count(), 0, "{id}: nothing leads to it");
        let from = vendor.policy().archived_on.unwrap_or(vendor.policy().dated);
        assert!(vendor.policy().contact.iter().all(|contact| contact.as_of == from), "{id}");
    }
}

#[test]
fn every_file_is_signed_by_the_demo_root() {
    let vendors = root_dir().join("vendors");
    let public = std::fs::read_to_string(vendors.join("demo-root.pub")).unwrap();
    let root: RootKey = public.lines().last().unwrap().parse().unwrap();
    for id in VENDORS {
        let signature = std::fs::read_to_string(vendors.join(id).join("vendor.toml.minisig")).unwrap();
        root.verify(vendor_text(id).as_bytes(), &signature).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}
