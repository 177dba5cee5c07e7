//! The JSON Schema of a vendor file, made from these types, for editors. A test compares what is committed;
//! `cargo xtask schema` writes it anew.

use std::path::PathBuf;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::Origin;
use super::file::VendorFile;
use crate::catalogue::{CATALOGUE, Item};
use crate::purpose::Purpose;

/// A closed list of words, each with what it means.
fn words(list: impl Iterator<Item = (&'static str, &'static str)>) -> Schema {
    let word = |(word, meaning): (&str, &str)| json!({ "const": word, "description": meaning });
    json_schema!({ "type": "string", "oneOf": list.map(word).collect::<Vec<Value>>() })
}

impl JsonSchema for Item {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Item".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        words(CATALOGUE.iter().map(|entry| (entry.id, entry.meaning)))
    }
}

impl JsonSchema for Purpose {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Purpose".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        words(Self::all().map(|purpose| (purpose.id(), purpose.label())))
    }
}

impl JsonSchema for Origin {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Origin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "https://HOST or https://HOST:PORT; http for a literal loopback address alone.",
            "pattern": r"^(https://|http://(127\.|\[::1\]))[^/?#@\s]+$",
        })
    }
}

/// The whole schema, as it is committed.
fn schema() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<VendorFile>();
    schema.insert("title".into(), "Gatefold vendor file, format 1".into());
    serde_json::to_string_pretty(&schema).unwrap() + "\n"
}

#[test]
fn the_schema_is_what_the_types_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vendor/vendor.schema.json");
    let fresh = schema();
    if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{}: run `cargo xtask schema`", path.display());
}
