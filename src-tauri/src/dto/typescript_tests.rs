//! The page's types, made from these. A test compares what is committed; `cargo xtask types` writes it anew.

use std::path::PathBuf;

use ts_rs::{Config, TS};

use super::*;

const HEAD: &str = "\
// What the program sends and takes. Made from the Rust types by `cargo xtask types`; never edited by hand.
";

/// One type with its words.
fn declared<T: TS>(config: &Config) -> String {
    format!("\n{}export {}\n", brief(&T::docs().unwrap_or_default()), laid_out(&T::decl(config)))
}

/// A type with members, each on a line of its own; another one as it is.
fn laid_out(declaration: &str) -> String {
    let members = declaration.strip_suffix(", };").and_then(|rest| rest.split_once(" = { "));
    let Some((name, mut rest)) = members else { return declaration.to_owned() };
    let mut text = format!("{name} = {{\n");
    while !rest.is_empty() {
        let (words, member) = rest
            .trim_start()
            .split_once("*/")
            .filter(|_| rest.trim_start().starts_with("/**"))
            .map_or((String::new(), rest.trim_start()), |(words, member)| {
                (brief(&format!("{words}*/\n")), member.trim_start())
            });
        let (member, left) = member.split_once(", ").unwrap_or((member, ""));
        for line in words.lines().chain([format!("{member};").as_str()]) {
            text.push_str("  ");
            text.push_str(line);
            text.push('\n');
        }
        rest = left;
    }
    text + "};"
}

/// A comment of one line on one line.
fn brief(comment: &str) -> String {
    match comment.lines().collect::<Vec<_>>().as_slice() {
        ["/**", words, " */"] => format!("/**{} */\n", words.trim_start_matches(" *")),
        _ => comment.to_owned(),
    }
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
        Sort,
        Filter,
        LibraryView,
        Settings,
        PlaceName,
        Place,
        BundledVendor,
        DamagedVendor,
        Start,
        Binding,
        LinkName,
        WhyEnded,
        Account,
        HowEnded,
        Earlier,
        ListRead,
        SignedIn,
        BoughtField,
        Registered,
        Trial,
        GivenBy,
        Giving,
        Transferred,
        Message,
        UsageState,
        Sharing,
        VendorSummary,
        HowKnown,
        ChangeKind,
        VendorChange,
        LookAlike,
        WhoseKey,
        NewerFile,
        Agreed,
        VendorReview,
        Terms,
        Standing,
        LicenseCard,
        ProductCard,
        UnreadableFile,
        OwnedLicense,
        Unfinished,
        SeatList,
        Computer,
        Released,
        Library,
        Reminder,
        MarkKind,
        Mark,
        RequestWhen,
        RequestDeed,
        Request,
        ItemGroup,
        ItemRow,
        Prepared,
        Batch,
        Deed,
        LeftOut,
        Spare,
        WhySpare,
        Progress,
        Seats,
        CheckedKey,
        TrialPlan,
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
        Erasure,
        FormerVendor,
        LedgerCheck,
        SentToday,
        Assurance,
        Said,
        Reason,
        WasSent,
        PageGroup,
        PageItem,
        NotCarried,
        NetworkFact,
        CategorySent,
        Contacts,
        Recipient,
        PurposeRow,
        Statement,
        Right,
        Controller,
        Contact,
        PolicyPage,
        VendorPage,
        UsageLocker,
        UsageLock,
        UsageItem,
        UsageWeek,
        UsageWaiting,
        UploadState,
        Upload,
        ConsentEvent,
        UsageRecord,
        UsageWeekly,
        UsagePage,
        GrantPlan,
        Stopped,
        Uploaded,
        Crashed,
        Replaced,
        BundlePart,
        BundleFile,
        WhyLeftOut,
        BundleLeftOut,
        SealedFor,
        BundlePage,
        BundleSize,
        RowMark,
        TextRow,
        TextRows,
        BundleName,
        BundleSaved,
        Grave,
        BundleFinding,
        BundleEvent,
        OpenedFile,
        BundleLine,
        BundleDifference,
        BundleComparison,
        OpenedBundle,
        Offered,
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

/// One word for one thing: the page calls an item as the catalogue does, and so the terminal.
#[test]
fn the_page_calls_the_items_as_the_catalogue_does() {
    let words =
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/words/en.ts"));
    let words = words.unwrap();
    for entry in gatefold_client::CATALOGUE {
        let row = format!("\"item.{}\": \"{}\",", entry.id, entry.label);
        assert!(words.contains(&row), "{row}");
    }
}

/// The vendors whose pages the page's own demo and component tests show.
const SHOWN: [&str; 4] = ["sleeve", "tidewater", "arturia", "toontrack"];

/// The pages of some vendors as the window gets them, nothing being sent to them yet.
fn pages() -> String {
    let home = tempfile::tempdir().unwrap();
    let (home, clock) = (gatefold_client::Home::at(home.path()), gatefold_client::Clock::system());
    let options = gatefold_client::OpenOptions { home, passphrase: None, clock };
    let gatefold = gatefold_client::Gatefold::open(options).unwrap();
    let page = |id: &&str| {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vendors").join(id).join("vendor.toml");
        let in_force = gatefold_client::InForce::read(&file).unwrap();
        let mut page = VendorPage::of(&gatefold, &in_force).unwrap();
        // The day on which it is written is no part of it.
        page.contacts.since = "2025-11-29T00:00:00.000Z".to_owned();
        ((*id).to_owned(), serde_json::to_value(page).unwrap())
    };
    let pages: serde_json::Map<String, serde_json::Value> = SHOWN.iter().map(page).collect();
    serde_json::to_string_pretty(&pages).unwrap() + "\n"
}

#[test]
fn the_demos_pages_are_what_the_program_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/backend/memory/pages.json");
    if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some() {
        std::fs::write(&path, pages()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, pages(), "run `cargo xtask types`");
}
