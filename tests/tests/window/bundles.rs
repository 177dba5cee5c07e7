//! Support, from both sides: an activation that fails, a bundle that is looked at byte for byte and saved, opened under another home,
//! where the cause stands first. And bundles that mean harm: told, and nothing of them is anything but text.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use gatefold_tests::root_dir;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::driver::until;
use crate::stage::Stage;

/// What a page would act on, a terminal obey, and nobody see.
const EVIL: &str = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\u{1b}[31mred\u{202e}gnp.exe\u{200b}";

impl Stage {
    /// The rows in sight of the file that is shown, as text: a new line where the file has one.
    fn rows(&self) -> String {
        let script = "return [...document.querySelectorAll('.scroller .row')]
            .map((row) => [Number(/translateY\\((.*)px\\)/.exec(row.style.transform)[1]), row.querySelector('code')])
            .sort(([one], [other]) => one - other)
            .map(([, code]) => code.textContent + ('ends' in code.dataset ? '\\n' : '')).join('')";
        self.driver.script(script, &[]).as_str().unwrap().to_owned()
    }

    /// Chooses the key's file: a name with an apostrophe is no XPath's.
    fn opens_with(&self, key: &Path) {
        self.driver.click(&self.find("//button[normalize-space()=\"Choose the key's file …\"]"));
        self.opens_file("^Choose the file of the key$", key);
    }

    fn opens_file(&self, title: &str, path: &Path) {
        self.screen.open_file(title, path.to_str().unwrap());
    }
}

/// A file of a bundle that lies at this path.
fn unpacked(path: &Path, name: &str) -> Option<String> {
    let mut archive = ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

#[test]
pub(crate) fn a_failed_activation_is_found_in_a_bundle() {
    let Some(mut stage) = Stage::open("a_failed_activation_is_found_in_a_bundle") else { return };
    stage.add_vendor();
    stage.ask_about(&stage.sandbox.key("full"));
    stage.press("Send to Sleeve Audio");
    stage.press("Try anyway");
    stage.find("//*[@role='alert'][.//code[normalize-space()='keygen.seats_full']]");

    stage.to("Support");
    stage.reads("Gatefold never sends it");
    stage.look("support-1");
    let sent = stage.sandbox.recorded().len();
    stage.press("Make a bundle");
    stage.find("//button[normalize-space()='Save the bundle …']");
    stage.reads("No server is asked.");
    stage.tick("Your settings");
    stage.reads("settings.json is left out");
    stage.press("Look at machine.json");
    stage.find("//*[@role='group'][@aria-label='machine.json as it will be, byte for byte']//mark");
    let shown = until("all rows are here", || Some(stage.rows()).filter(|rows| rows.ends_with("}\n")));
    stage.press("Next");
    stage.reads("Replaced part 1 of");
    stage.find("//mark[contains(@class, 'lit')]");
    stage.look("support-2-bundle");
    stage.resize(1000, 700);
    stage
        .driver
        .script("[...document.querySelectorAll('section h2')].at(-1).scrollIntoView({ block: 'end' })", &[]);
    stage.picture("support-2-bundle-below");
    stage.press("Who is called what");
    stage.reads("This list stays with you,");
    stage.look("support-3-names");
    let bundle = stage.dir.path().join("for support.gatefold-diagnostics");
    stage.press("Save the bundle …");
    stage.screen.save_as("^Export$", bundle.to_str().unwrap());
    stage.reads("Saved, ");
    stage.picture("support-4-saved");
    assert_eq!(unpacked(&bundle, "machine.json").as_deref(), Some(shown.as_str()), "preview is the file");
    assert_eq!(unpacked(&bundle, "settings.json"), None);
    let sum = hex::encode(Sha256::digest(std::fs::read(&bundle).unwrap()));
    stage.reads(&sum);
    assert_eq!(stage.sandbox.recorded().len(), sent, "nothing was sent for it");
    assert_eq!(
        stage.cli().json(["ledger", "list"])["entries"].as_array().unwrap().last().unwrap()["carrier"],
        "file"
    );

    // Somebody else, with a home of their own.
    let other = stage.dir.path().join("other");
    stage.start_again_with(&["--home", other.to_str().unwrap(), bundle.to_str().unwrap()]);
    stage.find(
        "//section[@aria-label='What is wrong']//li[1][contains(., 'Problem')][contains(., 'seats.full')]",
    );
    stage.look("support-5-opened");
    stage.press("Timeline");
    stage.reads("keygen.seats_full");
    stage.picture("support-6-timeline");
    stage.press("Files");
    stage.fill("Search in all files", "seats_full");
    stage.press_first("log.jsonl, line");
    stage.find("//*[@role='group'][@aria-label='log.jsonl']//*[contains(@class, 'there')]");
    stage.look("support-7-files");
    stage.press("Compare");
    stage.press("Compare with another …");
    stage.opens_file("^Choose a bundle$", &bundle);
    stage.reads("No difference to the one made on");
    stage.picture("support-8-compared");
    assert_eq!(stage.sandbox.recorded().len(), sent, "nobody is asked about it");
}

impl Stage {
    /// Clicks the first button whose words begin so.
    fn press_first(&self, words: &str) {
        self.driver.click(&self.find(&format!("//button[starts-with(normalize-space(), '{words}')]")));
    }
}

#[test]
fn a_sealed_bundle_opens_with_its_key_alone() {
    let Some(stage) = Stage::open("a_sealed_bundle_opens_with_its_key_alone") else { return };
    stage.add_vendor();
    stage.to("Support");
    stage.press("Make a bundle");
    stage.find("//select[@id=//label[normalize-space()='It opens for']/@for]");
    let choose = "const list = document.evaluate(arguments[0], document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue.closest('select');
        list.value = 'sleeve';
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    stage.driver.script(choose, &[json!("//option[normalize-space()='Support of Sleeve Audio alone']")]);
    stage.reads("To be handed over at: support@sleeve.example");
    let sealed = stage.dir.path().join("sealed.gatefold-diagnostics");
    stage.press("Save the bundle …");
    stage.screen.save_as("^Export$", sealed.to_str().unwrap());
    stage.reads("Only the support of Sleeve Audio can open it.");
    stage.picture("support-12-sealed-for");
    assert!(std::fs::read(&sealed).unwrap().starts_with(b"age-encryption.org/v1\n"));

    stage.to("Support");
    stage.press("Choose a bundle …");
    stage.opens_file("^Choose a bundle$", &sealed);
    stage.find("//h1[.='This bundle is sealed']");
    // Not with a file that is no key; then with the right one.
    stage.opens_with(&stage.sandbox.vendor_file());
    stage.find("//*[@role='alert'][contains(., 'diagnostics.identity')]");
    stage.opens_with(&root_dir().join("vendors/demo-support.key"));
    stage.find("//section[@aria-label='What is wrong']");
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A bundle of these files, with a manifest that is right.
fn bundle(files: &[(&str, &[u8])]) -> Vec<u8> {
    let listed: Vec<Value> = files
        .iter()
        .map(|(name, bytes)| json!({ "name": name, "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes)) }))
        .collect();
    let manifest = json!({ "v": 1, "tool": EVIL, "made_at": "2026-12-01T09:00:00.000Z", "files": listed });
    let manifest = serde_json::to_vec(&manifest).unwrap();
    archive(&[&[("manifest.json", &manifest[..])], files].concat())
}

#[test]
fn a_bundle_that_means_harm_does_none() {
    let bomb = |dir: &Path| {
        let path = dir.with_file_name("bomb.gatefold-diagnostics");
        std::fs::write(&path, bundle(&[("log.jsonl", &vec![b' '; 40 << 20])])).unwrap();
        vec![path.display().to_string()]
    };
    let Some(stage) = Stage::open_with("a_bundle_that_means_harm_does_none", bomb) else { return };
    stage.find("//h1[.='This bundle is not opened']");
    stage.find("//*[@role='alert'][contains(., 'diagnostics.excessive')]");
    stage.look("support-9-refused");
    let write = |name: &str, bytes: &[u8]| {
        let path = stage.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let escaping = write("up.gatefold-diagnostics", &bundle(&[("../../.bashrc", b"x")]));
    stage.press("Open another …");
    stage.opens_file("^Choose a bundle$", &escaping);
    stage.find("//*[@role='alert'][contains(., 'diagnostics.harmful')]");
    assert!(!stage.driver.sees("//section"), "nothing of it is loaded");
    let sealed = write("sealed.gatefold-diagnostics", b"age-encryption.org/v1\n-> x");
    stage.press("Open another …");
    stage.opens_file("^Choose a bundle$", &sealed);
    stage.find("//h1[.='This bundle is sealed']");
    stage.find("//button[normalize-space()=\"Choose the key's file …\"]");
    stage.picture("support-10-sealed");

    let line = json!({ "at": EVIL, "level": "WARN", "name": EVIL, "fields": { "code": EVIL } });
    let log = format!("{EVIL}\n{line}\n");
    let license = json!({ "v": 1, "entries": [{ "product": EVIL, "standing": "expired", "reason": EVIL }] })
        .to_string();
    let files: [(&str, &[u8]); 2] = [("licenses.json", license.as_bytes()), ("log.jsonl", log.as_bytes())];
    let evil = write("evil.gatefold-diagnostics", &bundle(&files));
    stage.press("Open another …");
    stage.opens_file("^Choose a bundle$", &evil);
    stage.find("//section[@aria-label='What is wrong']//li[contains(., '<img src=x')]");
    stage.picture("support-11-evil");
    for shown in ["Timeline", "Files", "Summary"] {
        stage.press(shown);
        stage.find("//section[@aria-label='What stands in it']//*[contains(text(), '<script>')]");
        stage.assert_tame();
    }
}

impl Stage {
    /// Nothing of a bundle became anything but text, and what nobody would see is seen.
    fn assert_tame(&self) {
        let script = "const main = document.querySelector('main'), text = main.textContent;
            return { parts: main.querySelectorAll('img, script, iframe, object, [onerror]').length, title: document.title,
                     unseen: /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u202e]/.test(text) }";
        let found = self.driver.script(script, &[]);
        assert_eq!((&found["parts"], &found["unseen"]), (&json!(0), &json!(false)), "{found}");
        assert!(!found["title"].as_str().unwrap().contains("owned"), "{found}");
    }
}
