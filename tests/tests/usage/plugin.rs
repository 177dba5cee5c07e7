//! A plug-in in a process of its own: this very test program, started once more, with what vendors link.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use gatefold_plugin_sdk::{Binding, Host, License, Product};
use gatefold_tests::vendor;

use crate::scene::PRODUCT;

const STARTED: &str = "GATEFOLD_TEST_PLUGIN";

/// Not a test of its own: the plug-in. It follows the words that it reads.
#[test]
#[ignore = "started by the tests"]
fn plugin_process() {
    if std::env::var_os(STARTED).is_none() {
        return;
    }
    let root = vendor("sleeve").root_key().to_owned();
    let account = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";
    let product = Product::new("sleeve", &root, account, PRODUCT, Binding::Machine).unwrap();
    let license = License::open(product.with_version("2.1.0"), Host::new("Ardour", "7.3"));
    let mut license = Some(license);
    for word in std::io::stdin().lines().map_while(Result::ok) {
        match word.as_str() {
            "start" => license.as_ref().unwrap().start_session(),
            "close" => drop(license.take()),
            other => panic!("{other}"),
        }
        println!("did {word}");
    }
}

/// It, as the tests see it.
pub(crate) struct Plugin {
    child: Child,
    words: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Plugin {
    /// In a host whose user's shelf is that of this home.
    pub(crate) fn start(home: &Path) -> Self {
        Self::start_with(home, &[])
    }

    pub(crate) fn start_with(home: &Path, env: &[(&str, &str)]) -> Self {
        let data = home.join("data");
        std::fs::create_dir_all(&data).unwrap();
        let _ = std::os::unix::fs::symlink(home.join("shelf"), data.join("gatefold"));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["plugin::plugin_process", "--exact", "--ignored", "--nocapture", "--quiet"])
            .env(STARTED, "1")
            .env("XDG_DATA_HOME", &data)
            .env_remove("DO_NOT_TRACK")
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (words, said) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, words, said: BufReader::new(said) }
    }

    pub(crate) fn does(&mut self, word: &str) {
        writeln!(self.words, "{word}").unwrap();
        let done = format!("did {word}");
        let mut line = String::new();
        while !line.ends_with(&format!("{done}\n")) {
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "it ended: {line}");
        }
    }

    /// Begins a session and ends it.
    pub(crate) fn session(home: &Path) {
        let mut plugin = Self::start(home);
        plugin.does("start");
        plugin.does("close");
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
