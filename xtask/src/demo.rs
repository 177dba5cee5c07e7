//! The main job, in the terminal, worth watching: real programs, real HTTP on this computer, real files.

use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::run::{Failed, cargo, root, run};
use crate::setup;
use crate::ui;

const STRONG: &str = "\u{1b}[1m";
const SOFT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// Plays the main job with both demo vendors.
pub(crate) fn demo(words: &[String]) -> Result<(), Failed> {
    setup::setup(&[setup::BUILD], words)?;
    run(cargo().args(["build", "--locked", "--package", "gatefold-cli", "--package", "gatefold-sandbox"]))?;
    let dir = root().join("target/demo");
    let sleeve = Sandbox::start(&dir, "sleeve")?;
    let tidewater = Sandbox::start(&dir, "tidewater")?;
    let stage =
        Stage { home: dir.join("home"), paint: paint(), pause: words.iter().all(|word| word != "--yes") };
    play(&stage, &sleeve, &tidewater)?;
    open_window(&stage, &[&sleeve, &tidewater], words)?;
    if words.iter().any(|word| word == "--keep") { keep(&stage, sleeve, tidewater) } else { Ok(()) }
}

/// The vendors go on: until Enter on a terminal; without one, until they are told to end.
fn keep(stage: &Stage, mut sleeve: Sandbox, mut tidewater: Sandbox) -> Result<(), Failed> {
    offer(stage, "The vendors go on, and so you can try more in the terminal:", &[&sleeve, &tidewater]);
    println!("  export GATEFOLD_HOME={} GATEFOLD_PASSPHRASE=demo", stage.home.display());
    println!("  {}", root().join("target/debug/gatefold").display());
    if std::io::stdin().is_terminal() {
        stage.say("Press Enter to end them.");
        let mut line = String::new();
        return std::io::stdin().lock().read_line(&mut line).map(drop).map_err(|error| error.to_string());
    }
    stage.say(&format!("They end with: kill {} {}", sleeve.child.id(), tidewater.child.id()));
    for sandbox in [&mut sleeve, &mut tidewater] {
        sandbox.child.wait().map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// What there is to try: keys that the demo did not use, and accounts.
fn offer(stage: &Stage, words: &str, sandboxes: &[&Sandbox]) {
    stage.say(words);
    for sandbox in sandboxes {
        println!("{}", sandbox.to_try());
    }
}

/// The same home in the window, until it is closed; where there is no screen, that is said.
fn open_window(stage: &Stage, sandboxes: &[&Sandbox], words: &[String]) -> Result<(), Failed> {
    let screen = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if !screen || std::env::var_os("CI").is_some() {
        stage.say("There is a window, too. It is not opened here: there is no screen.");
        if words.iter().all(|word| word != "--keep") {
            offer(stage, "With --keep the vendors go on, and then you can try:", sandboxes);
        }
        return Ok(());
    }
    setup::setup(&[setup::BUILD, setup::WINDOW], words)?;
    ui::build()?;
    run(cargo().args(["build", "--locked", "--package", "gatefold-app"]))?;
    let vendors = stage.home.with_file_name("vendors");
    for sandbox in sandboxes {
        sandbox.offer_in(&vendors)?;
    }
    offer(stage, "And the window, on the same home. Close it to end the demo. Try it with:", sandboxes);
    let status = Command::new(root().join("target/debug/gatefold-app"))
        .arg("--home")
        .arg(&stage.home)
        .arg("--vendors")
        .arg(&vendors)
        .env("GATEFOLD_PASSPHRASE", "demo")
        .status()
        .map_err(|error| format!("the window could not be opened: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the window ended with {status}")) }
}

fn play(stage: &Stage, sleeve: &Sandbox, tidewater: &Sandbox) -> Result<(), Failed> {
    stage.say("Two demo vendors run on this computer. Nothing leaves it. Their folders stay in target/demo.");
    let left = stage.machine_ids()?;
    if !left.is_empty() {
        // The servers are the same, at other addresses: their new files say where.
        for sandbox in [sleeve, tidewater] {
            stage.gatefold(&["vendor", "add", &sandbox.vendor_file(), "--yes"])?;
        }
    }
    for left in left {
        stage.say("This license is still here from the last demo. The seat goes back first.");
        stage.gatefold(&["license", "deactivate", &left, "--yes"])?;
    }
    let (file, key) = (sleeve.vendor_file(), sleeve.first_key()?);

    stage.say("1. This computer's facts, exactly as they would be sent. The identifier is a keyed hash: every vendor's root key gives another.");
    stage.gatefold(&["--vendor", &file, "machine", "show"])?;

    stage.say("2. A vendor is a signed file. It says who they are, what they may ask for, and why.");
    stage.gatefold(&["vendor", "add", &file, "--yes"])?;
    stage.gatefold(&["vendor", "show", "sleeve"])?;

    stage.say(
        "3. Activate. First everything that will be sent is shown, byte for byte, with the vendor's reasons.",
    );
    stage.gatefold(&["--vendor", &file, "license", "activate", &key, "--yes", "--show"])?;

    stage.say("4. What it is worth on this computer. A perpetual license never needs the network again.");
    stage.gatefold(&["license", "list"])?;

    stage.say("5. Another vendor binds licenses to the account: nothing about this computer is sent at all.");
    let (file, key) = (tidewater.vendor_file(), tidewater.first_key()?);
    stage.gatefold(&["--vendor", &file, "license", "activate", &key, "--yes"])?;

    stage.say("6. What was sent: the list, and one request as it left, items marked, the secret named in its place.");
    stage.gatefold(&["ledger", "list"])?;
    let id = stage.entry_of_seat()?;
    stage.gatefold(&["ledger", "show", &id])?;

    stage.say("7. And the record itself: every entry is chained to the one before, and its end is remembered elsewhere.");
    stage.gatefold(&["ledger", "check"])?;
    stage.say("That was all of it.");
    Ok(())
}

/// The terminal, and the home the demo plays in.
struct Stage {
    home: PathBuf,
    paint: bool,
    pause: bool,
}

impl Stage {
    fn say(&self, text: &str) {
        if self.pause {
            thread::sleep(Duration::from_millis(900));
        }
        let (on, off) = if self.paint { (STRONG, PLAIN) } else { ("", "") };
        println!("\n{on}{text}{off}");
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(root().join("target/debug/gatefold"));
        command
            .args(words)
            .env("GATEFOLD_HOME", &self.home)
            // Worthless on purpose: it only shows how secrets are kept without a keyring.
            .env("GATEFOLD_PASSPHRASE", "demo")
            .env_remove("GATEFOLD_VENDOR")
            .stdin(Stdio::null());
        command
    }

    fn gatefold(&self, words: &[&str]) -> Result<(), Failed> {
        let (on, off) = if self.paint { (SOFT, PLAIN) } else { ("", "") };
        let shown: Vec<&str> = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
        println!("{on}$ gatefold {}{off}", shown.join(" "));
        let status = self.command(words).status().map_err(|error| error.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("gatefold {} ended with {status}", words.join(" ")))
        }
    }

    /// The result of a `--json` call, as text.
    fn json(&self, words: &[&str]) -> Result<String, Failed> {
        let output = self.command(words).arg("--json").output().map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The ids by which what is installed can be deactivated.
    fn machine_ids(&self) -> Result<Vec<String>, Failed> {
        let list = self.json(&["license", "list"])?;
        let entries = list.split("{\"license_id\":").skip(1);
        Ok(entries.filter_map(|entry| text_of(entry, "machine_id").or_else(|| first_text(entry))).collect())
    }

    /// The last entry that took a seat: of this run, since the home keeps what earlier ones sent.
    fn entry_of_seat(&self) -> Result<String, Failed> {
        let list = self.json(&["ledger", "list", "--limit", "20"])?;
        list.split("{\"id\":")
            .skip(1)
            .filter(|entry| text_of(entry, "url").is_some_and(|url| url.ends_with("/machines")))
            .last()
            .and_then(|entry| entry.split(',').next())
            .map(str::to_owned)
            .ok_or_else(|| "the ledger has no entry that took a seat".to_owned())
    }
}

/// A running sandbox; ended when it is dropped.
struct Sandbox {
    child: Child,
    vendor_file: PathBuf,
    /// The line it printed when it was ready.
    ready: String,
}

impl Sandbox {
    fn start(dir: &Path, vendor: &str) -> Result<Self, Failed> {
        let data = dir.join(vendor);
        std::fs::create_dir_all(&data).map_err(|error| error.to_string())?;
        let vendor_file = dir.join(format!("{vendor}.toml"));
        let mut child = Command::new(root().join("target/debug/gatefold-sandbox"))
            .arg("--data-dir")
            .arg(&data)
            .arg("--as")
            .arg(root().join("vendors").join(vendor).join("vendor.toml"))
            .arg("--vendor-out")
            .arg(&vendor_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the sandbox could not be started: {error}"))?;
        let mut ready = String::new();
        let stdout = child.stdout.take().ok_or("the sandbox has no output")?;
        BufReader::new(stdout).read_line(&mut ready).map_err(|error| error.to_string())?;
        if ready.is_empty() {
            return Err(format!("the sandbox of {vendor} did not start"));
        }
        Ok(Self { child, vendor_file, ready: ready.trim().to_owned() })
    }

    /// Puts the vendor file where the window looks for the ones that came with it.
    fn offer_in(&self, vendors: &Path) -> Result<(), Failed> {
        let dir = vendors.join(self.vendor_file.file_stem().unwrap_or_default());
        std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
        for end in ["", ".minisig"] {
            std::fs::copy(format!("{}{end}", self.vendor_file()), dir.join(format!("vendor.toml{end}")))
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Its accounts, and a key of each kind that a user may meet, but for the one that the demo itself has used.
    fn to_try(&self) -> String {
        let within = |object: &str, member: &str| {
            let rest = self.ready.split_once(&format!("\"{object}\":")).map_or("", |(_, rest)| rest);
            text_of(rest, member).unwrap_or_default()
        };
        let vendor = self.vendor_file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut lines = vec![
            format!("  {vendor}, {}", self.vendor_file()),
            line("account", &format!("{}, {}", within("account", "email"), within("account", "password"))),
            line("with one-time codes", &within("two_factor_account", "email")),
            line("", &format!("secret {}, for an authenticator", within("two_factor_account", "otp_secret"))),
        ];
        let used = self.first_key().unwrap_or_default();
        for (state, words) in STATES {
            lines.extend(self.unused_key(state, &used).map(|key| line(words, &key)));
        }
        lines.join("\n")
    }

    /// A key of this state that is not the one used.
    fn unused_key(&self, state: &str, used: &str) -> Option<String> {
        let licenses = self.ready.split_once("\"licenses\":").map_or("", |(_, rest)| rest);
        let mut each = licenses.split('{').filter(|license| text_of(license, "key").is_some());
        let its = |license: &&str| {
            text_of(license, "state").as_deref() == Some(state)
                && text_of(license, "key").as_deref() != Some(used)
        };
        text_of(each.find(its)?, "key")
    }

    fn vendor_file(&self) -> String {
        self.vendor_file.display().to_string()
    }

    /// The key of the first license: perpetual, with a free seat.
    fn first_key(&self) -> Result<String, Failed> {
        let licenses = self.ready.split_once("\"licenses\":").map_or("", |(_, rest)| rest);
        text_of(licenses, "key").ok_or_else(|| "the sandbox names no license".to_owned())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the sandbox calls a license, and what a user may call its key.
const STATES: &[(&str, &str)] = &[
    ("free", "key, free seats"),
    ("one_seat", "key, one seat"),
    ("full", "key, all seats in use"),
    ("suspended", "key, suspended"),
    ("expired", "key, ended"),
    ("sign_in_only", "key, wants a sign-in"),
];

/// One thing to try.
fn line(words: &str, what: &str) -> String {
    format!("    {words:<22}{what}")
}

/// The text of a member in JSON that our own programs wrote: no escapes occur in ids, keys and purposes.
fn text_of(json: &str, member: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{member}\":\""))?;
    rest.split('"').next().map(str::to_owned)
}

fn first_text(json: &str) -> Option<String> {
    json.strip_prefix('"')?.split('"').next().map(str::to_owned)
}

fn paint() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
