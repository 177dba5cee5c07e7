//! The same computer stays the same whatever is changed about it; and one that is another is told by what makes it another,
//! with the way out. The changes are real: other files in a mount namespace of the program's own, another host name,
//! network card or user.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Ran, Sandbox, copy_folder, program, skipped, tool};
use serde_json::{Value, json};
use tempfile::TempDir;

const OTHER_MACHINE_ID: &str = "8f0e2b7c5d1a4f6e9b3c7a8d2e4f6a1b";
const OTHER_PROCESSOR: &str = "Demo Processor 9000";

/// A home in which a license is active, and what is put in the place of the system's own files.
struct Studio {
    sandbox: Sandbox,
    dir: TempDir,
}

impl Studio {
    /// `None`, said aloud, where nobody may change what a program finds of the system.
    fn new(test: &str) -> Option<Self> {
        for needed in ["unshare", "mount", "hostname", "taskset", "ip", "setpriv"] {
            tool(test, needed)?;
        }
        let may = Command::new("unshare").args(["-m", "-u", "-n", "true"]).status().unwrap().success();
        if !may {
            skipped(test, "a namespace cannot be made here");
            return None;
        }
        Some(Self { sandbox: Sandbox::start(), dir: tempfile::tempdir().unwrap() })
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn cli(&self) -> Cli {
        self.at(&self.home())
    }

    fn at(&self, home: &Path) -> Cli {
        Cli::new(home).vendor(&self.sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "demo")
    }

    fn activate(&self, cli: &Cli) -> Value {
        cli.json(["license", "activate", &self.sandbox.key("free"), "--yes"])
    }

    /// How many seats of the license are taken, as the vendor says.
    fn seats_taken(&self) -> usize {
        let seats = self.cli().json(["license", "seats", &self.sandbox.key("free"), "--yes"]);
        seats["entries"].as_array().unwrap().len()
    }

    /// A file of the system with other words in it, for [`in_the_place_of`].
    fn changed(&self, file: &str, change: impl Fn(&str) -> String) -> String {
        let to = self.dir.path().join(file.replace('/', "-"));
        let text = std::fs::read_to_string(file).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text, "{file} is as it was");
        std::fs::write(&to, changed).unwrap();
        std::fs::set_permissions(&to, PermissionsExt::from_mode(0o644)).unwrap();
        format!("mount --bind {} {file}", to.display())
    }

    fn more_memory(&self) -> String {
        self.changed("/proc/meminfo", |text| {
            let total = text.lines().next().unwrap();
            text.replacen(total, "MemTotal:       98304000 kB", 1)
        })
    }

    fn newer_system(&self) -> String {
        self.changed("/etc/os-release", |text| text.replace("VERSION_ID=\"", "VERSION_ID=\"9"))
    }

    fn other_processor(&self) -> String {
        self.changed("/proc/cpuinfo", |text| {
            let line = text.lines().find(|line| line.starts_with("model name")).unwrap();
            text.replace(line, &format!("model name\t: {OTHER_PROCESSOR}"))
        })
    }

    /// Where a system keeps its machine id, there may be two files of it.
    fn other_machine_id(&self) -> String {
        let files = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
        let there = files.iter().filter(|file| Path::new(file).is_file());
        let changed: Vec<String> =
            there.map(|file| self.changed(file, |_| format!("{OTHER_MACHINE_ID}\n"))).collect();
        changed.join(" && ")
    }
}

/// A program that finds the system so.
fn so(changes: &[&str]) -> [String; 6] {
    let script = format!("{} && exec \"$0\" \"$@\"", changes.join(" && "));
    ["unshare", "-m", "-u", "sh", "-c", &script].map(str::to_owned)
}

#[test]
fn whatever_is_changed_about_it_the_computer_stays_the_same() {
    let Some(studio) = Studio::new("whatever_is_changed_about_it_the_computer_stays_the_same") else {
        return;
    };
    studio.activate(&studio.cli());
    let show = |cli: &Cli| cli.json(["machine", "show"]);
    let before = show(&studio.cli());
    let identifier = |shown: &Value| shown["identifier"].as_str().unwrap().to_owned();

    let renamed = "hostname tour-bus";
    let (memory, system) = (studio.more_memory(), studio.newer_system());
    for (change, fact) in [(renamed, "device_name"), (&memory, "memory_gib"), (&system, "os")] {
        let after = show(&studio.cli().under(so(&[change])));
        assert_ne!(after[fact], before[fact], "nothing was changed: {change}");
        assert_eq!(identifier(&after), identifier(&before), "{change}");
    }
    // What is no fact that is sent, and no input either.
    let fewer_processors = studio.cli().under(["taskset", "-c", "0"]);
    assert_eq!(identifier(&show(&fewer_processors)), identifier(&before));
    let card = "ip link add dock0 address 02:00:00:00:00:01 type bridge && exec \"$0\" \"$@\"";
    let docked = studio.cli().under(["unshare", "-n", "sh", "-c", card]);
    assert_eq!(identifier(&show(&docked)), identifier(&before));
    assert_eq!(identifier(&show(&of_another_user(&studio))), identifier(&before));

    // All at once: the license goes on, no word of another computer is said, and activating again takes no seat.
    let changed = studio.cli().under(so(&[renamed, &memory, &system]));
    let words = words_of(&changed.run(["license", "list"]));
    assert!(words.contains("active") && !words.contains("computer"), "{words}");
    let again = studio.activate(&changed);
    assert_eq!(again["status"], "activated", "{again}");
    assert_eq!(studio.seats_taken(), 1);
}

/// Somebody else's login on the same computer, with a home of their own.
fn of_another_user(studio: &Studio) -> Cli {
    let open =
        |path: &Path, mode: u32| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    open(studio.dir.path(), 0o755);
    let copied = |from: &Path, name: &str, mode: u32| {
        let to = studio.dir.path().join(name);
        std::fs::copy(from, &to).unwrap();
        open(&to, mode);
        to
    };
    let vendor = studio.sandbox.vendor_file();
    copied(&vendor.with_extension("toml.minisig"), "theirs.toml.minisig", 0o644);
    let vendor = copied(&vendor, "theirs.toml", 0o644);
    let gatefold = copied(&program("gatefold"), "gatefold", 0o755);
    let home = studio.dir.path().join("theirs");
    std::fs::create_dir(&home).unwrap();
    open(&home, 0o777);
    let setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    // The copy instead of the program that is named after it.
    let instead = ["sh", "-c", r#"shift; exec "$0" "$@""#, gatefold.to_str().unwrap()];
    Cli::new(&home.join("home")).vendor(&vendor).under(setpriv.into_iter().chain(instead))
}

/// What a license's list says under other circumstances. No value of an input is said, whatever is.
fn said(studio: &Studio, changes: &[&str]) -> (Value, String) {
    let cli = studio.cli().under(so(changes));
    let listed = cli.run(["license", "list", "--json"]);
    assert_eq!(listed.code(), Some(0), "{listed:?}");
    let words = words_of(&cli.run(["license", "list"]));
    let facts = studio.cli().json(["machine", "show"]);
    for value in
        [facts["cpu"].as_str().unwrap(), facts["os"].as_str().unwrap(), OTHER_PROCESSOR, OTHER_MACHINE_ID]
    {
        assert!(!words.contains(value), "{value}: {words}");
    }
    (listed.json(), words)
}

/// Everything that was said, on one line.
fn words_of(ran: &Ran) -> String {
    [&ran.text(), ran.stderr.as_str()]
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .join(" ")
}

fn assert_says(words: &str, all: &[&str]) {
    for part in all {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn a_copied_system_is_named_and_goes_on() {
    let Some(studio) = Studio::new("a_copied_system_is_named_and_goes_on") else { return };
    studio.activate(&studio.cli());
    let other = studio.other_processor();
    let (listed, words) = said(&studio, &[&other]);
    assert_eq!(listed["entries"][0]["standing"], "active", "{listed}");
    assert_says(
        &words,
        &[
            "this system may be a copy of another computer's: the processor is another; the system's machine id, the \
             memory and the operating system are the same",
            "give this system a machine id of its own",
        ],
    );
    // Whoever did put another processor in tells the vendor by activating again, and is not asked again.
    studio.activate(&studio.cli().under(so(&[&other])));
    let (_, words) = said(&studio, &[&other]);
    assert!(!words.contains("copy"), "{words}");
    assert_eq!(studio.seats_taken(), 1);
}

#[test]
fn a_system_installed_anew_is_named_with_the_way_out() {
    let Some(studio) = Studio::new("a_system_installed_anew_is_named_with_the_way_out") else { return };
    studio.activate(&studio.cli());
    let (anew, newer) = (studio.other_machine_id(), studio.newer_system());
    let (listed, words) = said(&studio, &[&anew, &newer]);
    assert_eq!(listed["entries"], json!([]));
    assert_says(
        &words,
        &[
            "its system was installed anew",
            "the system's machine id and the operating system are others; the processor and the memory are the same",
            "Activate it here: gatefold license activate ID, or KEY. The seat of the system before stays taken",
            "(license.system_anew)",
        ],
    );
    // The way out, to its end: a seat for the new system, and the old one's is given back.
    let cli = studio.cli().under(so(&[&anew, &newer]));
    let why = "to Sleeve Audio this is another computer than the one that licenses were activated on from here: the system's machine id and the operating system are others; the processor and the memory are the same";
    assert_says(&words_of(&cli.run(["machine", "show"])), &[why]);
    studio.activate(&cli);
    let words = words_of(&cli.run(["machine", "show"]));
    assert!(!words.contains("another computer"), "{words}");
    assert_eq!(studio.seats_taken(), 2);
    let (_, words) = said(&studio, &[&anew, &newer]);
    assert!(words.contains("active") && !words.contains("anew"), "{words}");
    let key = studio.sandbox.key("free");
    // By the beginning of its id, too, as a list shows it.
    let id = studio.sandbox.license("free")["license_id"].as_str().unwrap();
    let seats = cli.json(["license", "seats", &id[..8], "--yes"]);
    let old =
        seats["entries"].as_array().unwrap().iter().find(|seat| seat["this_computer"] == false).unwrap();
    assert_eq!(old["system_before"], true, "{seats}");
    let words = words_of(&cli.run(["license", "seats", &key, "--yes"]));
    assert_says(&words, &["this one, before its system was installed anew"]);
    let old = old["machine_id"].as_str().unwrap();
    cli.json(["license", "deactivate", old, "--key", &key, "--yes"]);
    assert_eq!(studio.seats_taken(), 1);
}

/// As where a home lies on a server in the studio.
#[test]
fn computers_that_share_a_home_have_a_file_each() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let key = sandbox.key("free");
    let on = |machine_id: &str| {
        Cli::new(home.path())
            .vendor(&sandbox.vendor_file())
            .env("GATEFOLD_PASSPHRASE", "demo")
            .env("GATEFOLD_TEST_MACHINE_ID", machine_id)
    };
    let computers =
        ["4c1f9a7e5b2d4860a1b2c3d4e5f60701", OTHER_MACHINE_ID, "4c1f9a7e5b2d4860a1b2c3d4e5f60703"].map(on);
    let seats: Vec<Value> = computers
        .iter()
        .map(|cli| cli.json(["license", "activate", &key, "--yes"])["machine_id"].clone())
        .collect();
    let seat_here = |cli: &Cli| {
        let ran = cli.run(["license", "list", "--json"]);
        assert_eq!((ran.code(), ran.stderr.contains("another computer")), (Some(0), false), "{ran:?}");
        let entries = ran.json()["entries"].as_array().unwrap().clone();
        assert!(entries.iter().all(|entry| entry["standing"] == "active"), "{ran:?}");
        entries.iter().map(|entry| entry["machine_id"].clone()).collect::<Vec<_>>()
    };
    for (cli, seat) in computers.iter().zip(&seats) {
        assert_eq!(seat_here(cli), std::slice::from_ref(seat));
    }
    // What one of them gives back the others keep.
    let [first, second, third] = &computers;
    first.json(["license", "deactivate", seats[0].as_str().unwrap(), "--yes"]);
    assert_eq!(sandbox.seats_taken(sandbox.license("free")["license_id"].as_str().unwrap()), 2);
    assert_eq!(seat_here(second), seats[1..2]);
    assert_eq!(seat_here(third), seats[2..]);
    let ran = first.run(["license", "list", "--json"]);
    assert_eq!(ran.json()["entries"], json!([]), "{ran:?}");
}

#[test]
fn a_file_of_the_system_before_is_not_spoken_of_once_its_seat_is_given_back() {
    let name = "a_file_of_the_system_before_is_not_spoken_of_once_its_seat_is_given_back";
    let Some(studio) = Studio::new(name) else { return };
    let old = studio.activate(&studio.cli());
    let old = old["machine_id"].as_str().unwrap();
    let anew = studio.other_machine_id();
    let (_, words) = said(&studio, &[&anew]);
    assert!(words.contains("(license.system_anew)"), "{words}");
    let cli = studio.cli().under(so(&[&anew]));
    let key = studio.sandbox.key("free");
    cli.json(["license", "seats", &key, "--yes"]);
    cli.json(["license", "deactivate", old, "--key", &key, "--yes"]);
    assert_eq!(studio.seats_taken(), 0);
    let (listed, words) = said(&studio, &[&anew]);
    assert_eq!(listed["entries"], json!([]));
    assert!(!words.contains("anew") && !words.contains("stays taken"), "{words}");
}

#[test]
fn a_backup_on_another_computer_is_named_with_the_way_out() {
    let Some(studio) = Studio::new("a_backup_on_another_computer_is_named_with_the_way_out") else { return };
    studio.activate(&studio.cli());
    let changes = [studio.other_machine_id(), studio.other_processor(), studio.more_memory()];
    let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
    let (_, words) = said(&studio, &changes);
    assert_says(
        &words,
        &[
            "This license was activated for another computer",
            "the system's machine id, the processor and the memory are others; the operating system is the same",
            "Activate it here: gatefold license activate ID, or KEY.",
            "(license.other_computer)",
        ],
    );
    // The shelf alone was restored: that it is another computer is all there is to know.
    let alone = studio.dir.path().join("alone");
    std::fs::create_dir(&alone).unwrap();
    copy_folder(&studio.home().join("shelf"), &alone.join("shelf"));
    let listed = studio.at(&alone).under(so(&changes)).run(["license", "list"]);
    assert_says(&words_of(&listed), &["the system's machine id is another.", "(license.seal_closed)"]);
    studio.activate(&studio.cli().under(so(&changes)));
    assert_eq!(studio.seats_taken(), 2);
}

/// Several licenses are told of once, by their products; the keys are kept, so their ids are enough.
#[test]
fn licenses_of_the_system_before_are_named_and_activated_by_their_ids_or_removed() {
    let (sandbox, home) = (Sandbox::start(), tempfile::tempdir().unwrap());
    let on = |machine_id: &str| {
        Cli::new(home.path())
            .vendor(&sandbox.vendor_file())
            .env("GATEFOLD_PASSPHRASE", "demo")
            .env("GATEFOLD_TEST_MACHINE_ID", machine_id)
    };
    let before = on("4c1f9a7e5b2d4860a1b2c3d4e5f60701");
    let now = on(OTHER_MACHINE_ID);
    let states = ["free", "key_only"];
    for state in states {
        before.json(["license", "activate", &sandbox.key(state), "--yes"]);
    }
    let ids = states.map(|state| sandbox.license(state)["license_id"].as_str().unwrap().to_owned());
    let products = states.map(|state| sandbox.license(state)["product"].as_str().unwrap().to_owned());
    let list = || words_of(&now.run(["license", "list"]));
    let told = list();
    assert_eq!(told.matches("Activate it here").count(), 1, "{told}");
    for (id, product) in ids.iter().zip(&products) {
        assert!(told.contains(product) && told.contains(id) && !told.contains(".lic"), "{told}");
    }
    assert_eq!(now.json(["license", "activate", &ids[0], "--yes"])["license_id"], json!(ids[0]));
    let told = list();
    assert!(told.contains(&ids[1]) && !told.contains(&ids[0]), "{told}");

    let requests = sandbox.recorded().len();
    let removed = now.json(["license", "deactivate", &ids[1], "--local-only", "--yes"]);
    assert_eq!(
        (&removed["status"], &removed["product"], &removed["ledger"]),
        (&json!("removed"), &json!(products[1]), &json!([]))
    );
    let told = list();
    assert!(!told.contains("Activate it here") && !told.contains(&ids[1]), "{told}");
    assert_eq!(now.json(["license", "list"])["entries"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.recorded().len(), requests, "nothing was asked for it");
}
