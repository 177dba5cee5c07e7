//! The window on its stage: a screen, a home, a sandbox whose vendor file came with the app.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Sandbox, SandboxOptions, Tap, program, root_dir, tool};
use serde_json::json;
use tempfile::TempDir;

use crate::driver::{Driver, until};
use crate::screen::Screen;

const PASSPHRASE: &str = "a passphrase";
const TRACE: &str = "trace";
const MACHINE: &str = "0123456789abcdef0123456789abcdef";

/// Everything a journey needs. The driver goes first, so that nothing is left on a screen that is gone.
pub(crate) struct Stage {
    pub(crate) driver: Driver,
    pub(crate) screen: Screen,
    pub(crate) sandbox: Sandbox,
    /// Stands before the sandbox, for what goes wrong on the way.
    pub(crate) tap: Tap,
    pub(crate) dir: TempDir,
}

impl Stage {
    /// Opens the window for the first time; `None`, said aloud, where a tool is missing.
    pub(crate) fn open(test: &str) -> Option<Self> {
        Self::open_under(test, |_| Vec::new(), |_| Vec::new())
    }

    /// [`Stage::open`] with more words on the command line, made from the folder of the vendor that comes with the app.
    pub(crate) fn open_with(test: &str, words: impl Fn(&Path) -> Vec<String>) -> Option<Self> {
        Self::open_under(test, |_| Vec::new(), words)
    }

    /// [`Stage::open`], with every call that names a peer or sends to one noted in the file that [`Stage::trace`] reads.
    pub(crate) fn open_traced(test: &str) -> Option<Self> {
        tool(test, "strace")?;
        let calls = "trace=connect,sendto,sendmmsg";
        Self::open_under(
            test,
            |dir| {
                let file = dir.join(TRACE).display().to_string();
                ["strace", "-f", "-qq", "-s", "300", "-e", calls, "-o", &file].map(str::to_owned).to_vec()
            },
            |_| Vec::new(),
        )
    }

    /// What was traced so far.
    pub(crate) fn trace(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.dir.path().join(TRACE)).unwrap()).into_owned()
    }

    pub(crate) fn open_under(
        test: &str,
        wrapper: impl Fn(&Path) -> Vec<String>,
        words: impl Fn(&Path) -> Vec<String>,
    ) -> Option<Self> {
        for needed in ["WebKitWebDriver", "Xvfb", "openbox", "xdotool"] {
            tool(test, needed)?;
        }
        let dir = tempfile::tempdir().unwrap();
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        // As an app that was packaged with this vendor's file.
        let bundled = dir.path().join("vendors/sleeve");
        std::fs::create_dir_all(&bundled).unwrap();
        for end in ["", ".minisig"] {
            let from = format!("{}{end}", sandbox.vendor_file().display());
            std::fs::copy(from, bundled.join(format!("vendor.toml{end}"))).unwrap();
        }
        let screen = Screen::start();
        let driver = start(&screen, dir.path(), wrapper(dir.path()), words(&bundled));
        let stage = Self { driver, screen, sandbox, tap, dir };
        stage.find("//h1");
        Some(stage)
    }

    pub(crate) fn home(&self) -> PathBuf {
        home_in(self.dir.path())
    }

    /// The command line on the same home.
    pub(crate) fn cli(&self) -> Cli {
        Cli::new(&self.home()).env("GATEFOLD_PASSPHRASE", PASSPHRASE).env("GATEFOLD_TEST_MACHINE_ID", MACHINE)
    }

    /// Waits for something in sight.
    pub(crate) fn find(&self, xpath: &str) -> crate::driver::Element {
        self.driver.find(xpath)
    }

    /// Clicks the button or link of this name.
    pub(crate) fn press(&self, name: &str) {
        let named = format!("normalize-space()='{name}' or @aria-label='{name}'");
        let element = self.find(&format!("//*[self::button or self::a][{named}][not(@disabled)]"));
        self.driver.click(&element);
    }

    /// Types into the field of this label.
    pub(crate) fn fill(&self, label: &str, text: &str) {
        let field = self.find(&format!("//input[@id=//label[normalize-space()='{label}']/@for]"));
        self.driver.type_into(&field, text);
    }

    /// Agrees to the vendor that came with the app.
    pub(crate) fn add_vendor(&self) {
        self.press("Look at the file of Sleeve Audio");
        self.press("Add Sleeve Audio");
        self.screen.say_yes("^Add Sleeve Audio\\?$");
        self.reads("Halo Plate");
    }

    /// From wherever to the preview of an activation; the check is sent.
    pub(crate) fn plan(&self, key: &str) {
        self.ask_about(key);
        self.press("Send to Sleeve Audio");
        self.reads("Send and activate");
    }

    /// Waits for some words on the page.
    pub(crate) fn reads(&self, words: &str) {
        self.find(&format!("//*[contains(normalize-space(), \"{words}\")]"));
    }

    /// Pictures of the page as it is now, in both themes at 1000x700: for whoever looks at them, in `target/window`.
    pub(crate) fn picture(&self, name: &str) {
        let folder = root_dir().join("target/window");
        std::fs::create_dir_all(&folder).unwrap();
        let window = until("the window", || self.screen.windows("^Gatefold$").pop());
        self.screen.resize(&window, 1000, 700);
        until("the page has that size", || {
            let size = self.driver.script("return [innerWidth, innerHeight]", &[]);
            (size == json!([1000, 700])).then_some(())
        });
        let before = self.driver.script("return document.documentElement.dataset.theme", &[]);
        for theme in ["light", "dark"] {
            self.driver.script("document.documentElement.dataset.theme = arguments[0]", &[json!(theme)]);
            self.driver.settle();
            let picture = self.driver.screenshot();
            std::fs::write(folder.join(format!("{name}-{theme}.png")), &picture).unwrap();
            self.assert_painted(&picture, &format!("{name}, {theme}"));
        }
        self.driver.script("document.documentElement.dataset.theme = arguments[0]", &[before]);
    }
}

impl Stage {
    /// Nothing scrolls that need not, and what the document has is on the screen: each page of a spread has ink.
    fn assert_painted(&self, picture: &[u8], name: &str) {
        let over = self.driver.script(
            "const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight",
            &[],
        );
        assert_eq!(over, json!(0), "{name}: the whole page scrolls");
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let depth = frame.line_size / frame.width as usize;
        let boxes = "return [...document.querySelectorAll('main section')].filter(page => page.innerText.trim())
            .map(page => page.getBoundingClientRect()).map(at => [at.left, at.top, at.right, at.bottom].map(Math.round))";
        for page in self.driver.script(boxes, &[]).as_array().unwrap() {
            let [left, top, right, bottom] =
                [0, 1, 2, 3].map(|side| usize::try_from(page[side].as_u64().unwrap()).unwrap());
            let line =
                |y: usize| &pixels[y * frame.line_size + left * depth..y * frame.line_size + right * depth];
            // Every third line is enough to find ink.
            let lines = (top..bottom.min(frame.height as usize)).step_by(3);
            let colors: BTreeSet<&[u8]> =
                lines.flat_map(|y| line(y).chunks_exact(depth).step_by(2)).collect();
            assert!(colors.len() > 20, "{name}: a page is blank ({} colors)", colors.len());
        }
    }
}

fn home_in(dir: &Path) -> PathBuf {
    dir.join("home")
}

pub(crate) fn start(screen: &Screen, dir: &Path, mut line: Vec<String>, more: Vec<String>) -> Driver {
    let runtime = dir.join("run");
    std::fs::create_dir_all(&runtime).unwrap();
    std::fs::set_permissions(&runtime, PermissionsExt::from_mode(0o700)).unwrap();
    line.push("WebKitWebDriver".to_owned());
    let mut command = Command::new(&line[0]);
    command
        .args(&line[1..])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("LANG", "C.UTF-8")
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("DISPLAY", &screen.name)
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        // No bus of a desktop, and none started for us that would outlive the test.
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", dir.join("no-bus").display()))
        .env("NO_AT_BRIDGE", "1")
        .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
        .env("GATEFOLD_TEST_MACHINE_ID", MACHINE);
    let (home, vendors) = (home_in(dir), dir.join("vendors"));
    let words = ["--home", home.to_str().unwrap(), "--vendors", vendors.to_str().unwrap()];
    let words: Vec<&str> = words.into_iter().chain(more.iter().map(String::as_str)).collect();
    Driver::start(command, &program("gatefold-app"), &words)
}
