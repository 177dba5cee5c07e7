//! The page's types, made from these. A test compares what is committed; `cargo xtask types` writes it anew.

use std::path::PathBuf;

use ts_rs::{Config, TS};

use super::*;

const HEAD: &str = "\
// What the program sends and takes. Made from the Rust types by `cargo xtask types`; never edited by hand.
";

/// One type with its words.
fn declared<T: TS>(config: &Config) -> String {
    format!("\n{}export {}\n", T::docs().unwrap_or_default(), T::decl(config))
}

macro_rules! declared {
    ($($name:ty),* $(,)?) => {{
        let config = Config::new().with_large_int("number");
        [HEAD.to_owned(), $(declared::<$name>(&config)),*].concat()
    }};
}

fn types() -> String {
    declared![
        Failure,
        Words,
        Secrets,
        Theme,
        Settings,
        PlaceName,
        Place,
        BundledVendor,
        Start,
        Binding,
        LinkName,
        Account,
        VendorSummary,
        HowKnown,
        VendorReview,
        Terms,
        Standing,
        LicenseCard,
        ProductCard,
        UnreadableFile,
        Unfinished,
        Library,
        MarkKind,
        Mark,
        Request,
        ItemGroup,
        ItemRow,
        Prepared,
        Seats,
        CheckedKey,
        StepName,
        StepState,
        Step,
        Activated,
        Carrier,
        LedgerOutcome,
        LedgerLine,
        Need,
        LedgerFilter,
        LedgerEntry,
        Anchor,
        LedgerCheck,
        SentToday,
        Policy,
        PolicyFact,
        NetworkFact,
        Recipient,
        Controller,
        Contact,
        Right,
        VendorPage,
        Changed,
        Link,
    ]
}

#[test]
fn the_pages_types_are_what_the_program_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/backend/types.ts");
    if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some() {
        std::fs::write(&path, types()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, types(), "run `cargo xtask types`");
}
