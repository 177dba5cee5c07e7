//! A home for one run of a host: the shelf of a standing where plug-ins look, and a sound to be played.

use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_shelf::SpoolRecord;
use gatefold_tests::{ALL_USAGE, Files, Usage, copy_folder, files_under, paths_under, root_dir};

use crate::heard::Sound;
use crate::shelves::{self, Shelves};
use crate::standings::Standing;

/// What `cargo xtask build-test-programs` laid out.
pub(crate) fn plugins() -> PathBuf {
    let dir = root_dir().join("target/test-plugins");
    assert!(dir.join("clap/halo-plate.clap").is_file(), "run `cargo xtask build-test-programs`");
    dir
}

/// The VST3, as hosts that are told its path have it.
pub(crate) fn vst3() -> PathBuf {
    plugins().join("vst3/Halo Plate.vst3")
}

pub(crate) struct Home {
    dir: tempfile::TempDir,
    pub(crate) standing: &'static Standing,
    shelf: Files,
    /// Somebody else changes the shelf while the host runs.
    is_changed: bool,
    /// What becomes of the license once a session was saved, and the line of shell by which it does.
    becomes: Option<(&'static Standing, String)>,
    /// What the user agreed to share, if anything.
    usage: Option<Usage>,
    /// Where LV2s are looked for.
    pub(crate) lv2: PathBuf,
    /// In how many places the library falls over: it notes each of them once.
    pub(crate) falls: usize,
}

impl Home {
    pub(crate) fn new(standing: &'static Standing, shelves: &Shelves) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let share = dir.path().join(".local/share");
        std::fs::create_dir_all(&share).unwrap();
        copy_folder(&shelves.data(standing), &share);
        Sound::bursts().write(dir.path());
        let shelf = files_under(&share);
        Self {
            dir,
            standing,
            shelf,
            is_changed: false,
            becomes: None,
            usage: None,
            lv2: plugins().join("lv2"),
            falls: 0,
        }
    }

    /// The user agrees that the use of this product is noted, by the grants 1, 2 and 3.
    pub(crate) fn agree(&mut self, product: &str) {
        let share = self.file(".local/share");
        let usage = shelves::usage(&share);
        usage.put(&ALL_USAGE, 1, [-1, 300], product);
        self.shelf = files_under(&share);
        self.usage = Some(usage);
    }

    /// The test itself changes the shelf while a host runs, so that it is not looked at afterwards.
    pub(crate) fn is_changed_meanwhile(&mut self) {
        self.is_changed = true;
    }

    /// Once a host has saved a session, the license stands like this.
    pub(crate) fn becomes(&mut self, standing: &'static Standing, shelves: &Shelves) {
        let shelf = shelves.data(standing).join("gatefold");
        let place = self.file(".local/share/gatefold");
        let line = format!("rm -r '{0}' && cp -r '{1}' '{0}'", place.display(), shelf.display());
        self.becomes = Some((standing, line));
        self.is_changed = true;
    }

    /// The session was saved, by a host that ended then: it becomes what it is to become. How the license stands from now on.
    pub(crate) fn saved(&self) -> &'static Standing {
        let Some((standing, line)) = &self.becomes else { return self.standing };
        assert!(Command::new("sh").args(["-c", line]).status().unwrap().success());
        standing
    }

    /// What was noted here.
    pub(crate) fn noted(&self) -> Vec<SpoolRecord> {
        self.usage.as_ref().map(Usage::spooled).unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// What a run of a host says, errors last. It must end well, in time, leave the shelf as it was, and make no file of ours but
    /// records of its use, and none of these where nobody agreed; and where the library falls over, a note of that.
    pub(crate) fn run(&self, what: &str, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
        let what = format!("{what}, {}", self.standing.name);
        assert!(output.status.success(), "{what}: {}: {text}", output.status);
        if self.is_changed {
            return text;
        }
        for (path, bytes) in &self.shelf {
            let is_same = std::fs::read(path).is_ok_and(|now| now == *bytes);
            assert!(is_same, "{what}: {} was changed", path.display());
        }
        let is_ours = |path: &PathBuf| path.to_string_lossy().to_lowercase().contains("gatefold");
        let mut made = paths_under(self.path());
        made.retain(|path| is_ours(path) && !self.shelf.contains_key(path));
        let is_of_a_fall = |path: &&PathBuf| path.parent().is_some_and(|folder| folder.ends_with("crashes"));
        let fallen = made.iter().filter(is_of_a_fall).count();
        assert_eq!(fallen, self.falls, "{what}: {made:?}");
        assert_eq!(made.len() - fallen, self.noted().len(), "{what}: {made:?}");
        text
    }

    /// A host, to be given its words: in this home, without a screen, ended after two minutes.
    pub(crate) fn host(&self, program: impl AsRef<Path>) -> Command {
        self.host_under(&[], program)
    }

    /// The same, started by another program.
    pub(crate) fn host_under(&self, wrapper: &[&str], program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after", "2", "120"])
            .args(wrapper)
            .arg(program.as_ref())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .env("LV2_PATH", &self.lv2)
            // For a host that goes on once it saved.
            .envs(self.becomes.as_ref().map(|(_, line)| ("ONCE_SAVED", line)))
            .current_dir(self.path());
        command
    }
}
