//! A start that is asked to open something: a vendor file to be looked at, a product's page. It acts on neither.

use serde_json::json;

use crate::stage::Stage;

#[test]
fn a_vendor_file_is_looked_at_and_not_agreed_to() {
    let name = "a_vendor_file_is_looked_at_and_not_agreed_to";
    let file = |dir: &std::path::Path| vec![dir.join("vendor.toml").display().to_string()];
    let Some(stage) = Stage::open_with(name, file) else { return };
    stage.reads("What adding it means");
    stage.reads("vendors/sleeve/vendor.toml");
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], json!([]));
    // Once: a page that is loaded anew starts where it is.
    stage.press("Library");
    stage.driver.reload();
    stage.reads("Whose plug-ins do you have?");
}

#[test]
fn an_altered_vendor_file_is_said_to_be() {
    let altered = |dir: &std::path::Path| {
        let path = dir.with_file_name("altered.toml");
        let text = std::fs::read_to_string(dir.join("vendor.toml")).unwrap();
        std::fs::write(&path, text.replace("Halo Plate", "Hola Plate")).unwrap();
        std::fs::copy(dir.join("vendor.toml.minisig"), dir.with_file_name("altered.toml.minisig")).unwrap();
        vec![path.display().to_string()]
    };
    let Some(stage) = Stage::open_with("an_altered_vendor_file_is_said_to_be", altered) else { return };
    stage.find("//*[@role='alert'][contains(., 'vendor.altered')]");
    stage.picture("offered-altered");
    assert!(!stage.driver.sees("//button[contains(., 'Add Sleeve Audio')]"));
}

/// A file together with its signature is one; two files are looked at one after the other.
#[test]
fn of_several_vendor_files_none_is_passed_over_in_silence() {
    let both = |dir: &std::path::Path| {
        let file = dir.join("vendor.toml").display().to_string();
        vec![format!("{file}.minisig"), file]
    };
    let Some(mut stage) = Stage::open_with("of_several_vendor_files_none_is_passed_over_in_silence", both)
    else {
        return;
    };
    stage.reads("What adding it means");
    let [first, second] = ["one.toml", "two.toml"].map(|name| {
        let path = stage.dir.path().join(name);
        std::fs::copy(stage.sandbox.vendor_file(), &path).unwrap();
        path.display().to_string()
    });
    stage.start_again_with(&[&first, &second]);
    stage.find("//h1[.='One vendor file at a time']");
    stage.find("//*[@role='alert'][contains(., '2 files came at once: one.toml, two.toml.')]");
    stage.look("offered-several");
    assert!(!stage.driver.sees("//button[contains(., 'Add Sleeve Audio')]"));
}

/// What is no vendor file at all.
#[test]
fn a_file_of_something_else_is_said_to_be_none() {
    let picture = |dir: &std::path::Path| {
        let path = dir.with_file_name("holiday.png");
        std::fs::write(&path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
        vec![path.display().to_string()]
    };
    let Some(stage) = Stage::open_with("a_file_of_something_else_is_said_to_be_none", picture) else {
        return;
    };
    stage.find("//h1[.='This file cannot be used']");
    stage.find("//*[@role='alert'][contains(., 'That is no vendor file')]");
    stage.look("offered-something-else");
}

#[test]
fn a_link_opens_its_page_and_does_nothing() {
    let link = |_: &std::path::Path| vec!["gatefold://open/sleeve/halo-plate".to_owned()];
    let Some(stage) = Stage::open_with("a_link_opens_its_page_and_does_nothing", link) else { return };
    let page = stage.driver.script("return location.hash", &[]);
    assert_eq!(page, json!("#/product/sleeve/halo-plate"));
    stage.picture("offered-link");
    assert_eq!(stage.sandbox.recorded().len(), 0);
}
