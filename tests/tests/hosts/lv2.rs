//! Both LV2s in a host of ours that offers what few hosts do all at once, a log, a worker and a place for states, and hands them what
//! no sound card gives: what each does then is the same.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use gatefold_tests::copy_folder;

use crate::compiled::compile;
use crate::home::{Home, plugins};
use crate::shelves::Shelves;
use crate::standings::{LINK, STANDINGS, Standing, Worth};

/// File and name of each.
const PLUGINS: [(&str, &str); 2] =
    [("halo-plate.lv2/halo-plate.so", "Halo Plate"), ("halo-plate-c.lv2/halo-plate-c.so", "Halo Plate in C")];
/// The sound without an effect, and with the license port at nought.
const AS_IT_CAME: &str = "0.1000 0";

/// The host, with one of them.
struct Host {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Host {
    fn start(home: &Home, plugin: &str) -> Self {
        let program = home.file("lv2-host");
        if !program.exists() {
            compile(&program, &["tests/tests/hosts/c/lv2.c"], &[]);
        }
        let mut command = home.host(&program);
        command.arg(plugins().join("lv2").join(plugin)).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let words = child.stdin.take();
        Self { words, answers: BufReader::new(child.stdout.take().unwrap()), child }
    }

    fn ask(&mut self, word: &str) -> String {
        writeln!(self.words.as_mut().unwrap(), "{word}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn asks<const N: usize>(&mut self, words: [&str; N]) -> [String; N] {
        words.map(|word| self.ask(word))
    }

    fn end(mut self) {
        drop(self.words.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Whether an answer of `play` says that the effect is heard.
fn plays(said: &str) -> bool {
    assert!(!said.contains("no sound"), "{said}");
    said.ends_with(" 1") && !said.starts_with("0.1000 ")
}

#[test]
fn it_says_how_it_stands_and_where_to_go() {
    let shelves = Shelves::all();
    for standing in &STANDINGS {
        for (plugin, name) in PLUGINS {
            let home = Home::new(standing, &shelves);
            let mut host = Host::start(&home, plugin);
            let words = match standing.worth {
                Worth::Counts => "silent".to_owned(),
                _ => format!("{name}: {}", standing.says()[0]),
            };
            assert_eq!(host.ask("new"), words, "{name}, {}", standing.name);
            assert!(words == "silent" || words.ends_with(LINK));
            host.end();
        }
    }
}

#[test]
fn what_is_no_number_is_gone_when_it_is_over() {
    let shelves = Shelves::all();
    for standing in ["licensed", "never licensed"].map(Standing::named) {
        for (plugin, name) in PLUGINS {
            let home = Home::new(standing, &shelves);
            // What an undisturbed one sounds like.
            let mut host = Host::start(&home, plugin);
            host.asks(["new", "activate"]);
            let [before, after] = host.asks(["play 400", "play 400"]);
            host.end();
            for strange in ["nan", "-nan", "inf", "-inf", "3.4e38", "1e-40"] {
                let mut host = Host::start(&home, plugin);
                host.asks(["new", "activate"]);
                assert_eq!(host.ask("play 400"), before);
                // On a control, then in the sound.
                host.ask(&format!("turn {strange}"));
                let turned = host.ask("play 40");
                assert!(!turned.contains("no sound"), "{name}, {strange} turned: {turned}");
                host.ask("turn 35");
                let put = host.ask(&format!("put {strange}"));
                assert!(!put.contains("no sound"), "{name}, {strange}: {put}");
                // What was as loud as a number can be takes longer until nobody hears it.
                if strange == "3.4e38" {
                    host.ask("play 2500");
                }
                assert_eq!(host.ask("play 400"), after, "{name}, {}, {strange}", standing.name);
                host.end();
            }
        }
    }
}

#[test]
fn a_license_that_comes_while_it_plays_is_heard() {
    let shelves = Shelves::all();
    for (plugin, name) in PLUGINS {
        let home = Home::new(Standing::named("never licensed"), &shelves);
        let mut host = Host::start(&home, plugin);
        host.asks(["new", "activate"]);
        assert_eq!(host.asks(["play 400", "work", "play 10"]), [AS_IT_CAME, "1", AS_IT_CAME], "{name}");
        copy_folder(&shelves.data(Standing::named("licensed")), &home.file(".local/share"));
        // Two seconds of sound pass before the host is asked to have it look.
        assert_eq!(host.asks(["play 300", "work", "play 100"]), [AS_IT_CAME, "0", AS_IT_CAME], "{name}");
        assert_eq!(host.ask("work"), "1", "{name}");
        assert!(plays(&host.ask("play 400")), "{name}");
        // And once it plays it plays, whatever becomes of the license.
        fs::remove_dir_all(home.file(".local/share/gatefold")).unwrap();
        host.asks(["play 400", "work"]);
        assert!(plays(&host.ask("play 400")), "{name}");
        host.end();
    }
}

/// A lapsed license plays on what it played, and opens nothing else.
#[test]
fn a_session_keeps_whether_it_was_played() {
    let shelves = Shelves::all();
    let [licensed, lapsed, never] = ["licensed", "revoked", "never licensed"].map(Standing::named);
    for (plugin, name) in PLUGINS {
        let home = Home::new(lapsed, &shelves);
        let stands = |standing: &'static Standing| {
            let place = home.file(".local/share/gatefold");
            fs::remove_dir_all(&place).unwrap();
            copy_folder(&shelves.data(standing).join("gatefold"), &place);
        };
        let mut host = Host::start(&home, plugin);
        let mut loaded = |standing: &'static Standing| {
            stands(standing);
            assert_eq!(host.asks(["new", "load", "activate"])[1], "loaded 0");
            let sound = host.ask("play 400");
            assert_eq!(host.asks(["save", "close"]), ["saved 0", "closed"], "{name}");
            plays(&sound)
        };
        // Nothing was saved yet; then what a silent one saved.
        assert!(!loaded(lapsed), "{name}: new");
        assert!(!loaded(lapsed), "{name}: saved by a silent one");
        assert!(loaded(licensed), "{name}: licensed");
        assert!(loaded(lapsed), "{name}: saved by a licensed one");
        assert!(loaded(lapsed), "{name}: saved by one that played on");
        // A computer that cannot play it takes nothing from it.
        assert!(!loaded(never), "{name}: never licensed");
        assert!(loaded(lapsed), "{name}: after that");
        host.end();
    }
}
