//! The window on its stage: a screen, a home, a sandbox whose vendor file came with the app.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Sandbox, SandboxOptions, Tap, program, tool};
use tempfile::TempDir;

use crate::driver::Driver;
use crate::screen::Screen;
use crate::typist::{self, Keys};

const PASSPHRASE: &str = "a passphrase";
const TRACE: &str = "trace";
const BEFORE: &str = "before";
const DRIVER: &str = "driver";
/// The file that holds the time, where a test moves it.
const NOW: &str = "now";
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

    /// [`Stage::open`], with this session bus, as a desktop has one.
    pub(crate) fn open_on(test: &str, bus: &str) -> Option<Self> {
        let told = format!("DBUS_SESSION_BUS_ADDRESS={bus}");
        Self::open_under(test, |_| vec!["env".to_owned(), told.clone()], |_| Vec::new())
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

    /// [`Stage::open`], with every socket of the program and its web processes noted, and of nobody else's: the driver has
    /// connections of its own.
    pub(crate) fn open_watched(test: &str) -> Option<Self> {
        Self::open_watched_in(tempfile::tempdir().unwrap(), test)
    }

    /// [`Stage::open_watched`] at another time, as [`Stage::open_at`].
    pub(crate) fn open_watched_at(test: &str, time: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NOW), time).unwrap();
        Self::open_watched_in(dir, test)
    }

    fn open_watched_in(dir: TempDir, test: &str) -> Option<Self> {
        tool(test, "strace")?;
        let words = |bundled: &Path| {
            let dir = bundled.ancestors().nth(2).unwrap();
            let calls = "trace=socket,connect,sendto,sendmsg,sendmmsg";
            let (trace, program) = (dir.join(TRACE), program("gatefold-app"));
            let script = format!(
                "#!/bin/sh\necho \"$WEBKIT_INSPECTOR_SERVER\" >'{}'\nexec strace -f -qq -e {calls} -o '{}' '{}' \"$@\"\n",
                dir.join(DRIVER).display(),
                trace.display(),
                program.display()
            );
            std::fs::write(dir.join(BEFORE), script).unwrap();
            std::fs::set_permissions(dir.join(BEFORE), PermissionsExt::from_mode(0o700)).unwrap();
            Vec::new()
        };
        Self::open_in(dir, test, |_| Vec::new(), words)
    }

    /// One more start of what [`Stage::open_watched`] opened, not driven; its trace takes the place of the first.
    pub(crate) fn watched(&self) -> Command {
        let mut command = Command::new(self.dir.path().join(BEFORE));
        surround(&mut command, &self.screen, self.dir.path());
        command.args(words_in(self.dir.path(), Vec::new()));
        command
    }

    /// Where the driver of a watched window listens for it.
    pub(crate) fn drivers_address(&self) -> String {
        std::fs::read_to_string(self.dir.path().join(DRIVER)).unwrap().trim().to_owned()
    }

    /// What was traced so far.
    pub(crate) fn trace(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.dir.path().join(TRACE)).unwrap()).into_owned()
    }

    /// [`Stage::open`] at another time, which [`Stage::time_is`] moves for the window, the command and the server alike.
    pub(crate) fn open_at(test: &str, time: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(NOW), time).unwrap();
        Self::open_in(dir, test, |_| Vec::new(), |_| Vec::new())
    }

    pub(crate) fn open_under(
        test: &str,
        wrapper: impl Fn(&Path) -> Vec<String>,
        words: impl Fn(&Path) -> Vec<String>,
    ) -> Option<Self> {
        Self::open_in(tempfile::tempdir().unwrap(), test, wrapper, words)
    }

    fn open_in(
        dir: TempDir,
        test: &str,
        wrapper: impl Fn(&Path) -> Vec<String>,
        words: impl Fn(&Path) -> Vec<String>,
    ) -> Option<Self> {
        for needed in ["WebKitWebDriver", "Xvfb", "openbox", "xdotool"] {
            tool(test, needed)?;
        }
        let tap = Tap::plain();
        let options = SandboxOptions {
            public_url: Some(tap.url()),
            clock_file: clock_in(dir.path()),
            ..SandboxOptions::default()
        };
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

    /// One more start of the program, on the same screen, with the same home and these words.
    pub(crate) fn another(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program("gatefold-app"));
        surround(&mut command, &self.screen, self.dir.path());
        command.args(words_in(self.dir.path(), words.iter().map(ToString::to_string).collect()));
        command
    }

    /// The same as a desktop starts it: by the command line.
    pub(crate) fn another_by_command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program("gatefold"));
        surround(&mut command, &self.screen, self.dir.path());
        command.env("GATEFOLD_HOME", self.home()).arg("window").args(words);
        command
    }

    /// The command line on the same home, by the same clock.
    pub(crate) fn cli(&self) -> Cli {
        let cli = cli_at(&self.home());
        match clock_in(self.dir.path()) {
            Some(clock) => cli.env("GATEFOLD_TEST_NOW", clock),
            None => cli,
        }
    }

    /// From now on it is this time.
    pub(crate) fn time_is(&self, time: &str) {
        // Whole or not at all: whoever reads it in between must not find half a time.
        let new = self.dir.path().join("now.new");
        std::fs::write(&new, time).unwrap();
        std::fs::rename(new, self.dir.path().join(NOW)).unwrap();
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
        self.driver.insert(&field, text);
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
}

/// The command line on a home as the window has it.
pub(crate) fn cli_at(home: &Path) -> Cli {
    Cli::new(home).env("GATEFOLD_PASSPHRASE", PASSPHRASE).env("GATEFOLD_TEST_MACHINE_ID", MACHINE)
}

/// The clock of a stage in this folder, if it has one of its own.
fn clock_in(dir: &Path) -> Option<PathBuf> {
    Some(dir.join(NOW)).filter(|clock| clock.exists())
}

/// Where the home lies in a stage's folder.
pub(crate) fn home_in(dir: &Path) -> PathBuf {
    dir.join("home")
}

pub(crate) fn start(screen: &Screen, dir: &Path, mut line: Vec<String>, more: Vec<String>) -> Driver {
    line.push("WebKitWebDriver".to_owned());
    let mut command = Command::new(&line[0]);
    surround(&mut command, screen, dir);
    command.args(&line[1..]).env("TAURI_WEBVIEW_AUTOMATION", "true");
    // A test may have put something before the program.
    let before = dir.join(BEFORE);
    let program = if before.exists() { before } else { program("gatefold-app") };
    let mut driver = Driver::start(command, &program, &words_in(dir, more));
    driver.keys = typist::is_alone().then(|| Keys::of(&screen.name));
    driver
}

/// What the program is told of its surroundings: these, and nothing of whoever runs the tests.
fn surround(command: &mut Command, screen: &Screen, dir: &Path) {
    let runtime = dir.join("run");
    std::fs::create_dir_all(&runtime).unwrap();
    std::fs::set_permissions(&runtime, PermissionsExt::from_mode(0o700)).unwrap();
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("LANG", "C.UTF-8")
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("DISPLAY", &screen.name)
        // No bus of a desktop, and none started for us that would outlive the test.
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", dir.join("no-bus").display()))
        .env("NO_AT_BRIDGE", "1")
        .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
        .env("GATEFOLD_TEST_MACHINE_ID", MACHINE);
    if let Some(clock) = clock_in(dir) {
        command.env("GATEFOLD_TEST_NOW", clock).env("GATEFOLD_TEST_RENEWS_EVERY_MS", "200");
    }
}

fn words_in(dir: &Path, more: Vec<String>) -> Vec<String> {
    let [home, vendors] = [home_in(dir), dir.join("vendors")].map(|path| path.display().to_string());
    ["--home".to_owned(), home, "--vendors".to_owned(), vendors].into_iter().chain(more).collect()
}
