//! The JSON Schema that editors check a vendor file with, by a validator that is not ours: every file of this repository passes,
//! and what Gatefold would refuse at sight does not.

use gatefold_disclosure::Vendor;
use gatefold_disclosure::vendor::Binding;
use gatefold_tests::{VENDORS, root_dir, vendor_text};
use jsonschema::{Draft, Validator};
use serde_json::Value;

fn validator() -> Validator {
    let text = std::fs::read_to_string(root_dir().join("docs/vendor/vendor.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true).build(&schema).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn every_vendor_file_passes() {
    let validator = validator();
    for id in VENDORS {
        let file = json(&vendor_text(id));
        let faults: Vec<String> =
            validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{id}: {faults:#?}");
    }
}

/// What a vendor begins with is a vendor file, by Gatefold and by the schema.
#[test]
fn the_example_for_vendors_is_one() {
    let text = std::fs::read_to_string(root_dir().join("docs/vendor/example.toml")).unwrap();
    let vendor = Vendor::parse(&text).unwrap();
    assert_eq!(vendor.binding(), Binding::Machine);
    let errors: Vec<String> = validator().iter_errors(&json(&text)).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn what_gatefold_refuses_at_sight_does_not_pass() {
    let validator = validator();
    let text = vendor_text("arturia");
    let check = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        assert!(!validator.is_valid(&json(&text.replacen(from, to, 1))), "{to}");
    };
    check("[[product]]", "[[produkt]]");
    check("id = \"identifier\"", "id = \"hostname\"");
    check("when = [\"activate\", \"refresh\"]", "when = [\"actvate\"]");
    check("assurance = \"stated\"", "assurance = \"states\"");
    check("https://license.arturia.example", "http://license.arturia.example");
    check("version = 5\n", "version = \"four\"\n");
    check("dated = \"2018-05-25\"", "dated = \"25 May 2018\"");
    check("term = \"service_provision\"", "term = \"because\"");
    check("retention = { is = \"", "retention = { was = \"");
}
