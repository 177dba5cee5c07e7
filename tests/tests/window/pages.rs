//! Every page and state of the real window, looked at in both themes and sizes: nothing for axe-core to find, and pictures.

use std::path::Path;

use gatefold_ledger::Ledger;
use gatefold_tests::{Cli, Fault, copy_folder, sample};
use serde_json::json;

use crate::driver::until;
use crate::stage::{Stage, cli_at, home_in};

/// A proxy that is none changes nothing, and says so; so does what stands there until it is mended.
#[test]
fn a_wrong_proxy_is_refused_where_it_is_typed() {
    let Some(stage) = Stage::open("a_wrong_proxy_is_refused_where_it_is_typed") else { return };
    stage.add_vendor();
    stage.press("Settings");
    stage.fill("Proxy", "proxy.example");
    stage.press("Use this proxy");
    stage.reads("That is not a proxy");
    stage.reads("Write it as http://HOST:PORT. Until then none is used.");
    // The field lies far down its page.
    stage.resize(1000, 700);
    stage.driver.script("document.querySelector('[aria-invalid]').scrollIntoView({ block: 'center' })", &[]);
    stage.picture("settings-proxy-wrong");
    stage.press("Leave it as it was");
    assert!(!stage.driver.sees("//*[contains(., 'That is not a proxy')][not(*)]"));
    stage.driver.reload();
    stage.find("//input[@id=//label[normalize-space()='Proxy']/@for]");
    let kept = "return [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === 'Proxy').control.value";
    assert_eq!(stage.driver.script(kept, &[]), json!(""));
}

#[test]
fn the_first_pages() {
    let Some(stage) = Stage::open("the_first_pages") else { return };
    stage.reads("Whose plug-ins do you have?");
    stage.look("empty-welcome");
    for (page, words) in [
        ("sent", "Nothing"),
        ("privacy", "vendor"),
        ("settings", "Third-party notices"),
        ("keys", "key"),
        ("review", "No vendor file"),
    ] {
        stage.go(page);
        stage.reads(words);
        stage.look(&format!("empty-{page}"));
    }
    stage.go("settings");
    stage.press("Third-party notices");
    stage.reads("@fontsource-variable/inter");
    stage.look("notices");
    stage.close_dialog();
    stage.press("Shortcuts");
    stage.look("shortcuts");
    stage.close_dialog();
    stage.go("product/nobody/nothing");
    stage.look("product-unknown");
    stage.go("library");
    stage.press("Look at the file of Sleeve Audio");
    stage.reads("What adding it means");
    stage.look("review");
}

#[test]
fn the_pages_of_an_activation() {
    let Some(stage) = Stage::open("the_pages_of_an_activation") else { return };
    stage.add_vendor();
    stage.look("library");
    stage.open_product("Halo Plate");
    stage.look("product-none");
    stage.go("add");
    stage.look("add-key");
    stage.go("library");
    stage.plan(&stage.sandbox.key("free"));
    stage.look("add-plan");
    stage.press("Show the requests");
    stage.look("add-bytes");
    stage.each_row_shows_its_bytes();
    stage.press("Send and activate");
    stage.reads("Halo Plate is ready");
    stage.look("add-done");
    stage.go("library");
    stage.open_product("Halo Plate");
    stage.look("product-here");
    stage.press("Refresh the license");
    stage.find("//button[starts-with(., 'Send')]");
    stage.look("refresh");
    stage.go("library");
    stage.open_product("Halo Plate");
    stage.press("Deactivate here");
    stage.find("//button[starts-with(., 'Send')]");
    stage.look("release");
    stage.go("deactivate-all");
    stage.find("//button[starts-with(., 'Send')]");
    stage.look("deactivate-all");
    stage.go("keys");
    stage.look("keys");
    stage.go("sent");
    stage.reads("Delivered");
    stage.look("sent");
    stage.driver.click(&stage.find("//a[@data-id='2']"));
    stage.look("sent-entry");
    stage.go("privacy");
    stage.reads("Sleeve Audio");
    stage.look("privacy");
    stage.go("settings");
    stage.look("settings");
    stage.press("Sign in at Sleeve Audio");
    stage.look("sign-in");

    // What goes wrong.
    stage.go("library");
    stage.ask(&stage.sandbox.key("full"));
    stage.press("Try anyway");
    stage.find("//*[@role='alert']");
    stage.look("refused-full");
    stage.go("library");
    stage.tap.faults([Fault::Hang]);
    stage.ask(&stage.sandbox.key("suspended"));
    stage.find("//*[@role='alert']");
    stage.look("refused-offline");
    stage.go("library");
    stage.look("library-offline");
    assert_eq!(stage.cli().json(["ledger", "check"])["intact"], json!(true));
}

/// 500 products, 100,000 entries.
#[test]
fn the_pages_when_they_are_full() {
    let Some(stage) = Stage::open_full("the_pages_when_they_are_full", 100_000) else { return };
    stage.reads("500 products");
    stage.look("full-library");
    stage.fill("Search", "lantern");
    stage.look("full-library-found");
    stage.fill("Search", "zzzz");
    stage.look("full-library-none");
    stage.go("sent");
    stage.reads("Delivered");
    stage.look("full-sent");
    stage.fill("Search in what was sent", "0099001");
    stage.find("//a[@data-id='99001']");
    stage.look("full-sent-found");
}

impl Stage {
    /// To a page by its address, as a link in the page does.
    fn go(&self, page: &str) {
        self.driver.script("location.hash = `#/${arguments[0]}`", &[json!(page)]);
        self.driver.settle();
    }

    fn open_product(&self, name: &str) {
        let card = self.find(&format!("//main//a[contains(., '{name}')]"));
        self.driver.click(&card);
        self.find(&format!("//h1[.='{name}']"));
    }

    /// Each row of a preview that is touched has bytes of it in sight, however far down they lie.
    fn each_row_shows_its_bytes(&self) {
        self.resize(1000, 620);
        let touch = "const page = document.querySelector('.spread .page.right'), bounds = page.getBoundingClientRect(), at = page.scrollTop;
            const seen = [...document.querySelectorAll('.liner [data-item]')].filter((row) => row.querySelector('button')).map((row) => {
                row.querySelector('button').focus();
                return [...page.querySelectorAll('.bytes [data-items]')].some((mark) => {
                    const { top, bottom } = mark.getBoundingClientRect();
                    return mark.dataset.items.split(' ').includes(row.dataset.item) && top >= bounds.top && bottom <= bounds.bottom;
                });
            });
            return [seen.length > 4, seen.every(Boolean), page.scrollTop !== at]";
        assert_eq!(self.driver.script(touch, &[]), json!([true, true, true]));
        self.look("add-bytes-touched");
    }

    fn close_dialog(&self) {
        self.press("Close");
        until("the dialog is gone", || (!self.driver.sees("//*[@role='dialog']")).then_some(()));
        self.driver.settle();
    }

    /// A picture for docs/pictures.
    fn keep(&self, name: &str, theme: &str) {
        self.resize(1280, 800);
        self.wear(theme);
        self.keep_picture(&format!("readme-{name}-{theme}"));
    }

    /// A key is asked about.
    fn ask(&self, key: &str) {
        self.press("Add a license");
        self.fill("License key", key);
        self.press("Show what will be sent");
        self.press("Send to Sleeve Audio");
    }

    /// Opens the window on a home of two vendors with 500 products, and of so many entries.
    fn open_full(test: &str, entries: i64) -> Option<Self> {
        Self::open_with(test, |bundled| {
            let dir = bundled.ancestors().nth(2).unwrap();
            fill(dir, &bundled.join("vendor.toml"), entries);
            Vec::new()
        })
    }
}

/// Agrees to this vendor, and to another with so many products.
fn add_vendors(cli: &Cli, vendor: &Path, products: usize) {
    let catalog = tempfile::tempdir().unwrap();
    for file in [vendor, &sample::catalog(catalog.path(), products)] {
        let added = cli.run(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        assert_eq!(added.code(), Some(0), "{added:?}");
    }
}

fn fill(dir: &Path, vendor: &Path, entries: i64) {
    add_vendors(&cli_at(&home_in(dir)), vendor, 495);
    // Where a sync costs nothing; on a disk each entry waits for two.
    let shared = tempfile::tempdir_in("/dev/shm").unwrap();
    let mut ledger = Ledger::open(shared.path(), sample::at(0)).unwrap();
    sample::fill(&mut ledger, entries);
    drop(ledger);
    copy_folder(shared.path(), &home_in(dir).join("ledger"));
}

/// `cargo xtask pictures`: what docs/pictures is made of. No test: it judges nothing.
#[test]
#[ignore = "makes the pictures of the README"]
fn pictures_for_the_readme() {
    let more = |bundled: &Path| {
        let dir = bundled.ancestors().nth(2).unwrap();
        add_vendors(&cli_at(&home_in(dir)), &bundled.join("vendor.toml"), 19);
        Vec::new()
    };
    let Some(stage) = Stage::open_with("pictures_for_the_readme", more) else { return };
    for (state, product) in [("one_seat", "Paper Moon"), ("free", "Halo Plate")] {
        stage.go("library");
        stage.fill("Search", product);
        stage.open_product(product);
        stage.press("Activate with a key");
        stage.fill("License key", &stage.sandbox.key(state));
        stage.press("Show what will be sent");
        stage.press("Send to Sleeve Audio");
        stage.reads("Send and activate");
        if state == "free" {
            stage.press("Show the requests");
            stage.driver.script("document.querySelector('main button[aria-pressed]')?.focus()", &[]);
            stage.keep("activate", "light");
        }
        stage.press("Send and activate");
        stage.reads("is ready");
        stage.go("library");
        stage.driver.reload();
    }
    stage.reads("24 products");
    stage.keep("library", "light");
    stage.keep("library", "dark");
    stage.go("sent/5");
    stage.reads("Delivered");
    stage.keep("what-was-sent", "dark");
    stage.go("library");
    stage.open_product("Halo Plate");
    stage.press("What Sleeve Audio says about your data");
    stage.reads("In plain words");
    stage.keep("privacy", "light");
}
