//! A vendor's page in the real window: item by item what its policy allows, what Gatefold sends and what was sent, for every
//! example of a real policy; and what differs in a newer file, before anything new is sent.

use std::collections::BTreeSet;

use gatefold_disclosure::{Item, Kind, Purpose};
use gatefold_tests::{EXAMPLES, Sandbox, SandboxOptions, vendor, write_next};
use serde_json::{Value, json};

use crate::stage::Stage;

/// Where a fact of the computer stands on the wire.
const MEMBERS: &[(Item, &str)] = &[
    (Item::DeviceName, "\"name\":"),
    (Item::Os, "\"platform\":"),
    (Item::Cpu, "\"cpu\":"),
    (Item::Memory, "\"memoryGib\":"),
    (Item::Identifier, "\"fingerprint\":"),
];

#[test]
fn each_example_tells_what_it_may_have_what_is_sent_and_what_was() {
    let Some(stage) = Stage::open("each_example_tells_what_it_may_have_what_is_sent_and_what_was") else {
        return;
    };
    for id in EXAMPLES {
        let options = SandboxOptions { plays: Some(id.to_owned()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        let file = sandbox.vendor_file();
        stage.cli().json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        stage.cli().json(["license", "activate", &sandbox.key("free"), "--vendor", id, "--yes"]);
        stage.driver.script("location.hash = `#/privacy/${arguments[0]}`", &[json!(id)]);
        stage.driver.reload();
        stage.reads("In plain words");
        stage.find("//tr[@data-item='license_key']//a");
        assert_page_agrees(&stage, id, &sandbox);
        stage.look(&format!("privacy-{id}"));
    }
    // inMusic's policy asks where one is, and nobody tells it.
    stage.find("//tr[@data-category='Location data'][contains(., 'Not sent')]");
    stage.reads("The policy asks; Gatefold does not send it");
    // What was sent of an item is one press away, and no other vendor's.
    stage.driver.click(&stage.find("//tr[@data-item='license_key']//a"));
    stage.reads("Only those with: License key");
    stage.look("sent-of-item");
    let listed = "return [...document.querySelectorAll('[data-id]')].map((line) => line.innerText)";
    let listed = stage.driver.script(listed, &[]);
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(!listed.is_empty() && listed.iter().all(|line| line.contains("inMusic")), "{listed:?}");
}

/// The rows of the page: what its columns say, item by item, against the manifest, the ledger and the wire.
fn assert_page_agrees(stage: &Stage, id: &str, sandbox: &Sandbox) {
    let rows = stage.driver.script(
        "return [...document.querySelectorAll('tr[data-item]')].map((row) =>
             [row.dataset.item, ...[...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())])",
        &[],
    );
    let rows: Vec<(Item, String, String)> = rows.as_array().unwrap().iter().map(row).collect();
    let manifest = vendor(id);
    let declared: BTreeSet<Item> = manifest.items().iter().map(|rule| rule.id).collect();
    assert_eq!(rows.iter().map(|(item, ..)| *item).collect::<BTreeSet<_>>(), declared, "{id}");

    let told = stage.cli().json(["vendor", "show", id]);
    let times = |item: Item| {
        let sent = told["sent"]["items"].as_array().unwrap().iter();
        sent.clone().find(|of| of["item"] == item.id()).map(|of| of["times"].as_u64().unwrap())
    };
    let wire: Vec<String> =
        sandbox.recorded().iter().map(|wire| String::from_utf8_lossy(wire).into_owned()).collect();
    for (item, sends, sent) in &rows {
        let when = manifest.item(*item).unwrap().when.iter().copied();
        let labels: Vec<String> = when.map(|purpose: Purpose| purpose.label().to_lowercase()).collect();
        let is_usage = item.entry().kind == Kind::Usage;
        let named = labels.iter().all(|label| sends.contains(label.as_str()));
        assert!(if is_usage { sends.contains("off") } else { named }, "{id} {item}: {sends}");
        match times(*item) {
            None => assert_eq!(sent, "Never", "{id} {item}"),
            Some(times) => assert!(sent.starts_with(&format!("{times} time")), "{id} {item}: {sent}"),
        }
        if let Some((_, member)) = MEMBERS.iter().find(|(of, _)| of == item) {
            assert_eq!(
                wire.iter().any(|wire| wire.contains(member)),
                sent != "Never",
                "{id} {item}: the wire"
            );
        }
    }
    // And of what is not declared nothing is on the wire.
    for (item, member) in MEMBERS.iter().filter(|(item, _)| !declared.contains(item)) {
        assert!(!wire.iter().any(|wire| wire.contains(member)), "{id}: {item} is on the wire");
    }
}

fn row(cells: &Value) -> (Item, String, String) {
    let cell = |nth: usize| cells[nth].as_str().unwrap_or_default().to_owned();
    (cell(0).parse().unwrap(), cell(1), cell(2))
}

#[test]
pub(crate) fn what_differs_waits_for_the_users_word_and_for_its_day() {
    let Some(stage) = Stage::open("what_differs_waits_for_the_users_word_and_for_its_day") else { return };
    stage.add_vendor();
    stage.activate(&["free"]);
    // A newer Gatefold comes with a newer file.
    let bundled = stage.dir.path().join("vendors/sleeve/vendor.toml");
    write_next(&bundled, &bundled, |text| text.replace("servers in Germany", "servers anywhere"));
    let version = || stage.cli().json(["vendor", "show"])["version"].clone();
    let old = version();

    let to_page = || {
        stage.driver.click(&stage.find("//nav//a[contains(., 'Privacy')]"));
        stage.reads("In plain words");
    };
    to_page();
    stage.reads("A newer file of Sleeve Audio waits");
    stage.press("See what differs");
    stage.reads("One thing differs");
    stage.reads("servers anywhere");
    stage.reads("promised notice of such a change");
    stage.look("review-notice");
    // Left alone it is no agreement, and what was agreed to goes on.
    let keep = format!("Keep version {old}");
    stage.press(&keep);
    stage.cli().json(["license", "refresh", "--yes"]);
    to_page();
    stage.reads("you did not agree to it");
    stage.look("privacy-newer");
    assert_eq!(version(), old);

    stage.press("See what differs");
    stage.press("Use the new file of Sleeve Audio");
    stage.screen.say_no("^Use the new file of Sleeve Audio\\?$");
    assert_eq!(stage.cli().json(["vendor", "show"])["waiting"]["agreed"], json!(false));
    stage.press("Use the new file of Sleeve Audio");
    stage.screen.say_yes("^Use the new file of Sleeve Audio\\?$");
    stage.reads("You agreed to version");
    stage.look("privacy-agreed");
    assert_eq!(version(), old, "not sooner than was promised");
    let day = |days: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)).to_string();
    let on = |days: i64| {
        stage.cli().env("GATEFOLD_TEST_NOW", day(days)).json(["vendor", "show"])["version"].clone()
    };
    assert_eq!(on(29), old);
    assert_eq!(on(31), json!(old.as_u64().unwrap() + 1));
}

/// The file is the command line's, and the record notes it.
#[test]
pub(crate) fn a_page_is_kept_as_linked_data() {
    let Some(stage) = Stage::open("a_page_is_kept_as_linked_data") else { return };
    stage.add_vendor();
    stage.driver.click(&stage.find("//nav//a[contains(., 'Privacy')]"));
    stage.reads("In plain words");
    stage.resize(1000, 700);
    stage.press("Keep this page");
    stage.find("//*[@role='menuitem']");
    stage.picture("privacy-menu");
    stage.driver.click(&stage.find("//*[@role='menuitem'][contains(., 'Save as linked data')]"));
    let path = stage.dir.path().join("kept.jsonld");
    stage.screen.save_as("^Export$", path.to_str().unwrap());
    stage.reads("kept.jsonld");
    let shown = stage.cli().run(["vendor", "show", "--json-ld"]);
    assert_eq!(std::fs::read(&path).unwrap(), shown.stdout);
    let entries = stage.cli().json(["ledger", "list"])["entries"].clone();
    assert_eq!((&entries[0]["carrier"], &entries[0]["vendor"]), (&json!("file"), &json!("sleeve")));
    assert_eq!(stage.sandbox.recorded().len(), 0, "nothing was sent");
}

/// What nobody signed is said to be so in the system's own dialog, too; and none of its pages is opened.
#[test]
fn a_file_that_nobody_signed_is_added_by_who_was_told() {
    let name = "a_file_that_nobody_signed_is_added_by_who_was_told";
    let unsigned = |bundled: &std::path::Path| {
        std::fs::remove_file(bundled.join("vendor.toml.minisig")).unwrap();
        Vec::new()
    };
    let Some(stage) = Stage::open_with(name, unsigned) else { return };
    stage.press("Look at the file of Sleeve Audio");
    stage.reads("Nobody signed this file");
    assert!(!stage.driver.sees("//button[.='read the original']"));
    stage.press("Add Sleeve Audio");
    stage.screen.say_no("^Add Sleeve Audio\\?$");
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], json!([]));
}
