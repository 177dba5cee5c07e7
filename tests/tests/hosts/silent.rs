//! With everything off nothing leaves: weeks of real hosts with the sample plug-ins and of the command beside them, in a network of their own and
//! traced at the system. What the server got is the activation; no host opens a socket; the spool never comes to be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Sandbox, in_own_network, paths_under, peer, program, strange_sockets, tool};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::command_line::{FFMPEG_QUESTION, ffmpeg_words, loads_lv2, lv2apply_words};
use crate::heard::Sound;
use crate::home::plugins;
use crate::shelves::PRODUCT;

const WEEKS: i64 = 4;
const CALLS: &str = "trace=socket,connect,sendto,sendmsg,sendmmsg";

/// A user's home, where hosts look, and the command's beside it.
struct Desk {
    dir: tempfile::TempDir,
    sandbox: Sandbox,
    cli: Cli,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start();
        let home = dir.path().join("gatefold");
        let share = dir.path().join(".local/share");
        std::fs::create_dir_all(&share).unwrap();
        std::os::unix::fs::symlink(home.join("shelf"), share.join("gatefold")).unwrap();
        Sound::bursts().write(dir.path());
        let cli = Cli::new(&home).env("GATEFOLD_PASSPHRASE", "four plain words here");
        Self { dir, sandbox, cli }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the command, traced, so many weeks from now. Whom it connected to; without any, no socket of the internet's was opened.
    fn says(&self, week: i64, words: &[&str]) -> BTreeSet<String> {
        let trace = self.file("trace");
        let wrapper = ["strace", "-f", "-qq", "-e", CALLS, "-o", trace.to_str().unwrap()];
        let now = Timestamp::now() + SignedDuration::from_hours(week * 7 * 24);
        let cli = self.cli.clone().under(wrapper).env("GATEFOLD_TEST_NOW", now.to_string());
        let ran = cli.run(words.iter().chain(&["--json"]));
        assert!([Some(0), Some(1), Some(3)].contains(&ran.code()), "{words:?}: {ran:?}");
        let text = std::fs::read_to_string(trace).unwrap();
        assert_eq!(strange_sockets(&text), Vec::<&str>::new(), "{words:?}");
        let peers: BTreeSet<String> = text.lines().filter_map(peer).collect();
        assert_eq!(peers.is_empty(), !text.contains("socket(AF_INET"), "{words:?}");
        peers
    }

    /// Runs a host, traced: it opens no socket at all.
    fn plays(&self, host: &Path, words: &dyn Fn(&mut Command)) {
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after", "2", "120", "strace", "-f", "--seccomp-bpf", "-o", "trace"])
            .args(["-e", "trace=network,%file"])
            .arg(host)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("LANG", "C.UTF-8")
            .env("LV2_PATH", plugins().join("lv2"))
            .current_dir(self.dir.path());
        words(&mut command);
        let output = command.output().unwrap();
        let what = host.display();
        assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        let trace = std::fs::read_to_string(self.file("trace")).unwrap();
        // It did look whether it may note anything.
        assert!(trace.contains("consent.json"), "{what} has no session of ours");
        let calls = trace.lines().filter_map(|line| line.split_once(' ')).map(|(_, call)| call.trim_start());
        let reached =
            calls.filter(|call| ["socket(", "connect(", "sendto("].iter().any(|name| call.starts_with(name)));
        assert_eq!(reached.collect::<Vec<_>>(), Vec::<&str>::new(), "{what}");
    }

    /// Whatever is installed here of the hosts that need no screen.
    fn plays_all(&self) {
        let clap = plugins().join("clap/halo-plate.clap");
        self.plays(&program("gatefold-clap-host"), &|command| {
            command.arg(&clap).args(["bursts.wav", "heard.wav", "state"]);
        });
        if tool("silent::lv2apply", "lv2apply").is_some() {
            self.plays(Path::new("lv2apply"), &|command| lv2apply_words(command, "halo-plate"));
            self.plays(Path::new("lv2apply"), &|command| lv2apply_words(command, "halo-plate-c"));
        }
        if loads_lv2("silent::ffmpeg", "ffmpeg", &FFMPEG_QUESTION) {
            self.plays(Path::new("ffmpeg"), &|command| ffmpeg_words(command, "halo-plate-c"));
        }
    }

    /// Nothing was noted, by whatever name.
    fn has_no_spool(&self, what: &str) {
        let is_usage = |path: &PathBuf| {
            let name = path.to_string_lossy();
            name.contains("/spool/") || name.ends_with("consent.json")
        };
        let found: Vec<PathBuf> = paths_under(self.dir.path()).into_iter().filter(is_usage).collect();
        assert_eq!(found, Vec::<PathBuf>::new(), "{what}");
    }

    /// A week of it, with what a curious user types.
    fn week(&self, week: i64, what: &str) {
        self.plays_all();
        for words in [
            &["license", "list"][..],
            &["usage", "status"],
            &["usage", "preview"],
            &["usage", "send", "--yes"],
            &["ledger", "list"],
            &["vendor", "show"],
        ] {
            assert_eq!(self.says(week, words), BTreeSet::new(), "{what}, week {week}: {words:?}");
        }
        self.has_no_spool(what);
    }
}

#[test]
fn with_everything_off_nothing_leaves_but_the_activation() {
    let test = "silent::with_everything_off_nothing_leaves_but_the_activation";
    if tool(test, "strace").is_none() || !in_own_network(test) {
        return;
    }
    let desk = Desk::new();
    desk.cli.json(["vendor", "add", desk.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
    let licenses = desk.sandbox.ready["licenses"].as_array().unwrap();
    let license = licenses.iter().find(|one| one["product_id"] == PRODUCT && one["state"] == "free").unwrap();
    let activate =
        ["license", "activate", license["key"].as_str().unwrap(), "--device-name", "desk", "--yes"];
    assert_eq!(desk.says(0, &activate), BTreeSet::from([desk.sandbox.address()]));
    let activation = desk.sandbox.recorded();
    assert_eq!(activation.len(), 3, "check, seat, file");

    (0..WEEKS).for_each(|week| desk.week(week, "nobody was asked"));
    let status = desk.cli.json(["usage", "status"]);
    assert_eq!((&status["state"], &status["records"]), (&json!("not_asked"), &json!([])));
    // After a no; after a yes that was taken back; and locked.
    if tool(test, "script").is_some() {
        let ran = desk.cli.run_on_terminal(["usage", "grant"], b"n\n");
        assert_ne!(ran.code(), Some(0), "{ran:?}");
        assert_eq!(desk.cli.json(["usage", "status"])["state"], "off");
        desk.week(WEEKS, "refused");
    }
    desk.cli.json(["usage", "grant", "--yes"]);
    desk.cli.json(["usage", "weekly", "on", "--yes"]);
    desk.cli.json(["usage", "withdraw"]);
    desk.week(WEEKS + 1, "taken back");
    desk.cli.json(["usage", "grant", "--yes"]);
    desk.cli.clone().env("DO_NOT_TRACK", "1").json(["usage", "status"]);
    desk.week(WEEKS + 2, "locked");

    assert_eq!(desk.sandbox.recorded(), activation, "not a byte more");
    let ledger = desk.cli.json(["ledger", "list"]);
    assert_eq!(ledger["entries"].as_array().unwrap().len(), 3);
}
