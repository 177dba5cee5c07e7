//! A home in which a license is active, and something that will be in the way.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Files, Sandbox, files_under, skipped};
use tempfile::TempDir;

use crate::support::{Right, assert_all_noted, entries, fast_dir, received, temporary_files};

pub(crate) const NOBODY: u32 = 65534;

/// A home in which a license is active, and something that will be in the way.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) right: Right,
    pub(crate) dir: TempDir,
    mounted: Vec<PathBuf>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::at(Sandbox::start())
    }

    fn at(sandbox: Sandbox) -> Self {
        let right = Right::of(&sandbox, "free");
        Self { sandbox, right, dir: fast_dir(), mounted: Vec::new() }
    }

    /// With a small disk of its own at a folder of the home; `None`, said aloud, where mounting is not allowed.
    pub(crate) fn with_disk(test: &str, folder: &str, size: &str) -> Option<Self> {
        Self::with_disk_at(Sandbox::start(), test, folder, size)
    }

    /// The same, with this sandbox.
    pub(crate) fn with_disk_at(sandbox: Sandbox, test: &str, folder: &str, size: &str) -> Option<Self> {
        let mut scene = Self::at(sandbox);
        let at = scene.path(folder);
        std::fs::create_dir_all(&at).unwrap();
        std::fs::set_permissions(scene.home(), PermissionsExt::from_mode(0o700)).unwrap();
        let options = format!("size={size},mode=700");
        if !run("mount", &["-t", "tmpfs", "-o", &options, "none", at.to_str().unwrap()]) {
            skipped(test, "a file system cannot be mounted here");
            return None;
        }
        scene.mounted.push(at);
        Some(scene)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    pub(crate) fn cli(&self) -> Cli {
        Cli::new(&self.home()).vendor(&self.sandbox.vendor_file())
    }

    pub(crate) fn activate(&self) {
        self.cli().json(["license", "activate", &self.right.key, "--yes"]);
    }

    /// What may not change: everything but logs, locks and the database's own scratch files.
    pub(crate) fn kept(&self) -> Files {
        let mut files = files_under(&self.home());
        files.retain(|path, _| {
            let name = path.file_name().unwrap().to_string_lossy();
            let scratch = [".log", "lock", "-shm", "-wal", ".entering", "filler", ".salt"];
            !scratch.iter().any(|end| name.ends_with(end))
        });
        files
    }

    /// Commands that would send say this code and a way out; none of them sends, and none changes what is kept.
    pub(crate) fn is_refused(&self, cli: &Cli, code: &str) {
        let (sent, kept) = (received(&self.sandbox), self.kept());
        self.says(cli, &["license", "refresh", "--yes"], code);
        self.says(cli, &["license", "activate", &self.right.key, "--yes"], code);
        assert_eq!(received(&self.sandbox), sent, "{code}: something was sent");
        assert_eq!(self.kept(), kept, "{code}: something was half-written");
    }

    pub(crate) fn says(&self, cli: &Cli, words: &[&str], code: &str) {
        let (exit, error) = cli.failure(words.iter().copied());
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{words:?}: {error}");
        for part in ["message", "hint"] {
            assert!(
                error[part].as_str().is_some_and(|text| text.len() > 10),
                "{code} has no {part}: {error}"
            );
        }
        // The same words for people.
        let ran = cli.run(words.iter().copied());
        assert!(ran.stderr.contains(error["message"].as_str().unwrap()), "{ran:?}");
        assert!(ran.stderr.contains(error["hint"].as_str().unwrap()), "{ran:?}");
    }

    /// The obstacle is gone: the old entries are there and in order, the license works, a new request goes through.
    pub(crate) fn works_again(&self) {
        let cli = self.cli();
        let check = cli.json(["ledger", "check"]);
        assert_eq!((&check["intact"], &check["broken"]), (&true.into(), &serde_json::json!([])));
        cli.json(["license", "activate", &self.right.key, "--yes"]);
        cli.json(["license", "refresh", "--yes"]);
        let licenses = cli.json(["license", "list"]);
        assert_eq!(licenses["entries"][0]["standing"], "active", "{licenses}");
        assert_eq!(licenses["entries"].as_array().unwrap().len(), 1);
        assert_eq!(self.right.machine_ids().len(), 1);
        assert_eq!(temporary_files(&self.home()), Vec::<&Path>::new());
        assert_all_noted(&received(&self.sandbox), &entries(&self.home()), &self.right.key);
    }

    pub(crate) fn fill(&self, folder: &str) {
        let filler = self.path(folder).join("filler");
        // Ends when the disk is full, which is no failure here.
        run("sh", &["-c", &format!("cat /dev/zero > '{}' 2>/dev/null", filler.display())]);
    }

    pub(crate) fn empty(&self, folder: &str) {
        std::fs::remove_file(self.path(folder).join("filler")).unwrap();
    }

    pub(crate) fn set_writable(&self, folder: &str, writable: bool) {
        let options = if writable { "remount,rw" } else { "remount,ro" };
        assert!(run("mount", &["-o", options, self.path(folder).to_str().unwrap()]));
    }

    pub(crate) fn give(&self, folder: &str, owner: u32) {
        let owner = format!("{owner}:{owner}");
        assert!(run("chown", &["-R", &owner, self.path(folder).to_str().unwrap()]));
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        for at in &self.mounted {
            run("umount", &["-l", at.to_str().unwrap()]);
        }
    }
}

pub(crate) fn run(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}
