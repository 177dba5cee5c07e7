//! No ledger, no sending: whatever is in the way of ledger, store or shelf, the user is told, nothing is half-written,
//! and once the obstacle is gone everything works.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::{Cli, Files, Sandbox, files_under, skipped, tool};
use rusqlite::Connection;
use support::{Right, assert_all_noted, entries, fast_dir, received, temporary_files};
use tempfile::TempDir;

const NOBODY: u32 = 65534;

/// A home in which a license is active, and something that will be in the way.
struct Scene {
    sandbox: Sandbox,
    right: Right,
    dir: TempDir,
    mounted: Vec<PathBuf>,
}

impl Scene {
    fn new() -> Self {
        let sandbox = Sandbox::start();
        let right = Right::of(&sandbox, "free");
        Self { sandbox, right, dir: fast_dir(), mounted: Vec::new() }
    }

    /// With a small disk of its own at a folder of the home; `None`, said aloud, where mounting is not allowed.
    fn with_disk(test: &str, folder: &str, size: &str) -> Option<Self> {
        let mut scene = Self::new();
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

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    fn cli(&self) -> Cli {
        Cli::new(&self.home()).vendor(&self.sandbox.vendor_file())
    }

    fn activate(&self) {
        self.cli().json(["license", "activate", &self.right.key, "--yes"]);
    }

    /// What may not change: everything but logs, locks and the database's own scratch files.
    fn kept(&self) -> Files {
        let mut files = files_under(&self.home());
        files.retain(|path, _| {
            let name = path.file_name().unwrap().to_string_lossy();
            let scratch = [".log", "lock", "-shm", "-wal", ".entering", "filler", ".salt"];
            !scratch.iter().any(|end| name.ends_with(end))
        });
        files
    }

    /// Commands that would send say this code and a way out; none of them sends, and none changes what is kept.
    fn is_refused(&self, cli: &Cli, code: &str) {
        let (sent, kept) = (received(&self.sandbox), self.kept());
        self.says(cli, &["license", "refresh", "--yes"], code);
        self.says(cli, &["license", "activate", &self.right.key, "--yes"], code);
        assert_eq!(received(&self.sandbox), sent, "{code}: something was sent");
        assert_eq!(self.kept(), kept, "{code}: something was half-written");
    }

    fn says(&self, cli: &Cli, words: &[&str], code: &str) {
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
    fn works_again(&self) {
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

    fn fill(&self, folder: &str) {
        let filler = self.path(folder).join("filler");
        // Ends when the disk is full, which is no failure here.
        run("sh", &["-c", &format!("cat /dev/zero > '{}' 2>/dev/null", filler.display())]);
    }

    fn empty(&self, folder: &str) {
        std::fs::remove_file(self.path(folder).join("filler")).unwrap();
    }

    fn set_writable(&self, folder: &str, writable: bool) {
        let options = if writable { "remount,rw" } else { "remount,ro" };
        assert!(run("mount", &["-o", options, self.path(folder).to_str().unwrap()]));
    }

    fn give(&self, folder: &str, owner: u32) {
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

fn run(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

#[test]
fn a_full_disk() {
    let check = |folder: &str, code: &str| {
        let Some(scene) = Scene::with_disk("a_full_disk", folder, "1m") else { return };
        // From the first start on.
        scene.fill(folder);
        scene.says(&scene.cli(), &["license", "activate", &scene.right.key, "--yes"], code);
        assert!(received(&scene.sandbox).is_empty());
        scene.empty(folder);
        // In the middle of life.
        scene.activate();
        scene.fill(folder);
        scene.is_refused(&scene.cli(), code);
        scene.empty(folder);
        scene.works_again();
    };
    check("ledger", "ledger.disk_full");
    check("store", "store.disk_full");
}

#[test]
fn a_read_only_disk() {
    let check = |folder: &str, code: &str| {
        let Some(scene) = Scene::with_disk("a_read_only_disk", folder, "4m") else { return };
        scene.activate();
        scene.set_writable(folder, false);
        scene.is_refused(&scene.cli(), code);
        scene.set_writable(folder, true);
        scene.works_again();
    };
    check("ledger", "ledger.read_only");
    check("store", "store.read_only");
}

/// What is there can be looked at, whatever cannot be written.
#[test]
fn reading_goes_on_where_nothing_can_be_written() {
    let check = |folder: &str, break_it: fn(&Scene, &str), mend: fn(&Scene, &str)| {
        let test = "reading_goes_on_where_nothing_can_be_written";
        let Some(scene) = Scene::with_disk(test, folder, "2m") else { return };
        let cli = scene.cli().env("GATEFOLD_PASSPHRASE", "four plain words here");
        cli.json(["license", "activate", &scene.right.key, "--yes"]);
        let verbs: [&[&str]; 9] = [
            &["license", "list"],
            &["ledger", "list"],
            &["ledger", "list", "--search", "machines"],
            &["ledger", "show", "2"],
            &["ledger", "check"],
            &["machine", "show"],
            &["vendor", "list"],
            &["vendor", "show"],
            &["account", "show"],
        ];
        let read = || verbs.map(|words| cli.json(words.iter().copied()));
        let before = read();
        break_it(&scene, folder);
        let sent = received(&scene.sandbox);
        assert_eq!(read(), before, "{folder:?}");
        let said = cli.run(["ledger", "list"]);
        assert!(said.stderr.contains("Reading goes on."), "{folder:?}: {said:?}");
        for words in [&["license", "refresh", "--yes"][..], &["ledger", "erase", "1", "--yes"]] {
            let (exit, error) = cli.failure(words.iter().copied());
            assert_eq!(exit, 1, "{folder:?} {words:?}: {error}");
        }
        assert_eq!(received(&scene.sandbox), sent, "{folder:?}: something was sent");
        mend(&scene, folder);
        assert_eq!(read(), before, "{folder:?}");
    };
    for folder in ["", "ledger", "store"] {
        check(folder, Scene::fill, Scene::empty);
        check(
            folder,
            |at, folder| at.set_writable(folder, false),
            |at, folder| at.set_writable(folder, true),
        );
    }
}

/// A program died, and the disk is read-only since: what it wrote last stands in the database's log alone, beside which
/// nothing can be made. It is read all the same, and not left out in silence.
#[test]
fn a_log_that_was_left_on_a_read_only_disk_is_read() {
    let check = |folder: &str| {
        let test = "a_log_that_was_left_on_a_read_only_disk_is_read";
        let Some(scene) = Scene::with_disk(test, folder, "8m") else { return };
        let (file, log) =
            (scene.path(&format!("{folder}/{folder}.db")), scene.path(&format!("{folder}/{folder}.db-wal")));
        scene.cli().json(["machine", "show"]);
        // Whoever closes the file last empties the log; so somebody keeps it open.
        let other = Connection::open(&file).unwrap();
        other.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).unwrap();
        scene.cli().json(["vendor", "add", scene.sandbox.vendor_file().to_str().unwrap(), "--yes"]);
        scene.activate();
        let left = [&file, &log].map(|path| std::fs::read(path).unwrap());
        assert!(left[1].len() > 4096, "the log holds what was written");
        drop(other);
        std::fs::remove_file(scene.path(&format!("{folder}/{folder}.db-shm"))).ok();
        for (path, bytes) in [&file, &log].into_iter().zip(&left) {
            std::fs::write(path, bytes).unwrap();
        }
        scene.set_writable(folder, false);
        let verbs: [&[&str]; 7] = [
            &["license", "list"],
            &["ledger", "list"],
            &["ledger", "list", "--search", "machines"],
            &["ledger", "show", "2"],
            &["ledger", "check"],
            &["machine", "show"],
            &["vendor", "list"],
        ];
        let read = || verbs.map(|words| scene.cli().json(words.iter().copied()));
        let read_only = read();
        assert_eq!(read_only[1]["entries"].as_array().unwrap().len(), 3, "{folder}");
        assert_eq!(read_only[0]["entries"][0]["standing"], "active", "{folder}");
        assert_eq!(read_only[6]["entries"].as_array().unwrap().len(), 1, "{folder}");
        assert_eq!([&file, &log].map(|path| std::fs::read(path).unwrap()), left, "{folder}");
        scene.is_refused(&scene.cli(), &format!("{folder}.read_only"));
        scene.set_writable(folder, true);
        assert_eq!(read(), read_only, "{folder}");
        scene.works_again();
    };
    check("ledger");
    check("store");
}

#[test]
fn a_shelf_without_room_keeps_what_it_has() {
    let check = |break_it: fn(&Scene), mend: fn(&Scene), code: &str| {
        let Some(scene) = Scene::with_disk("a_shelf_without_room", "shelf", "1m") else { return };
        scene.activate();
        let before = files_under(&scene.path("shelf"));
        break_it(&scene);
        let (exit, error) = scene.cli().failure(["license", "refresh", "--yes"]);
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{error}");
        let mut after = files_under(&scene.path("shelf"));
        after.retain(|path, _| !path.ends_with("filler"));
        assert_eq!(after, before, "the earlier license was touched");
        assert_eq!(scene.cli().json(["license", "list"])["entries"][0]["standing"], "active");
        mend(&scene);
        scene.works_again();
    };
    check(|scene| scene.fill("shelf"), |scene| scene.empty("shelf"), "shelf.disk_full");
    check(
        |scene| scene.set_writable("shelf", false),
        |scene| scene.set_writable("shelf", true),
        "shelf.read_only",
    );
}

/// The seat is taken when the disk turns out to be full: it is said, and the next try needs no second seat.
#[test]
fn a_first_license_without_room_on_the_shelf() {
    let Some(scene) = Scene::with_disk("a_first_license_without_room", "shelf", "64k") else { return };
    scene.fill("shelf");
    let (exit, error) = scene.cli().failure(["license", "activate", &scene.right.key, "--yes"]);
    assert_eq!(exit, 1, "{error}");
    let seats = scene.right.machine_ids();
    match error["code"].as_str().unwrap() {
        "license.seat_without_file" => {
            assert!(error["message"].as_str().unwrap().contains(&seats[0]), "{error}");
        }
        code => assert_eq!((code, seats.len()), ("shelf.disk_full", 0), "{error}"),
    }
    assert!(scene.cli().json(["license", "list"])["entries"].as_array().unwrap().is_empty());
    scene.empty("shelf");
    scene.works_again();
}

#[test]
fn files_of_another_user() {
    if !is_root() {
        skipped("files_of_another_user", "only root can give files away");
        return;
    }
    let check = |folder: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        scene.give(folder, NOBODY);
        scene.is_refused(&scene.cli(), code);
        scene.give(folder, 0);
        scene.works_again();
    };
    check("ledger", "ledger.foreign_owner");
    check("store", "store.foreign_owner");
    check("shelf/vendors", "shelf.foreign_owner");
}

/// A single file of another user hides no other, and is not passed over in silence.
#[test]
fn a_license_file_of_another_user() {
    if !is_root() {
        skipped("a_license_file_of_another_user", "only root can give files away");
        return;
    }
    let scene = Scene::new();
    scene.activate();
    let licenses = format!("{}/licenses", scene_vendor_folder());
    let mut names = std::fs::read_dir(scene.path(&licenses)).unwrap().map(|entry| entry.unwrap().file_name());
    let file = names.find(|name| name.to_string_lossy().ends_with(".lic")).unwrap();
    let file = format!("{licenses}/{}", file.to_str().unwrap());
    let sent = received(&scene.sandbox);
    scene.give(&file, NOBODY);
    for words in [&["license", "refresh", "--yes"][..], &["license", "list"]] {
        let ran = scene.cli().run(words);
        assert!(ran.stderr.contains(&file) && ran.stderr.contains("another user"), "{words:?}: {ran:?}");
        assert!(!ran.text().contains("No licenses on this computer, so"), "{ran:?}");
    }
    assert_eq!(received(&scene.sandbox), sent);
    scene.give(&file, 0);
    scene.works_again();
}

/// Another user starts the program on root's home, or on a home of their own whose ledger is root's.
#[test]
fn another_user_on_our_files() {
    let test = "another_user_on_our_files";
    if !is_root() || tool(test, "setpriv").is_none() {
        skipped(test, "only root can become another user");
        return;
    }
    let scene = Scene::new();
    // Where the other user can reach it: a copy of the program and of the vendor file.
    let open =
        |path: &Path, mode: u32| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    open(scene.dir.path(), 0o755);
    let vendor = scene.dir.path().join("vendor.toml");
    for ending in ["", ".minisig"] {
        let (from, to) = (scene.sandbox.vendor_file(), &vendor);
        let name = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        std::fs::copy(name(&from), name(to)).unwrap();
        open(&name(to), 0o644);
    }
    let program = scene.dir.path().join("gatefold");
    std::fs::copy(gatefold_tests::program("gatefold"), &program).unwrap();
    open(&program, 0o755);
    let copy = program.to_str().unwrap();
    let setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    // The copy instead of the program that is named after it.
    let instead = ["sh", "-c", r#"shift; exec "$0" "$@""#, copy];
    let nobody = |home: &Path| Cli::new(home).vendor(&vendor).under(setpriv.into_iter().chain(instead));
    scene.activate();
    scene.is_refused(&nobody(&scene.home()), "shelf.denied");

    scene.give("", NOBODY);
    scene.give("ledger", 0);
    open(&scene.path("ledger"), 0o755);
    scene.is_refused(&nobody(&scene.home()), "ledger.foreign_owner");
    scene.give("", 0);
    scene.works_again();
}

#[test]
fn a_ledger_that_another_process_locks_too_long() {
    let check = |file: &str, words: &[&str], code: &str| {
        let scene = Scene::new();
        scene.activate();
        let sent = received(&scene.sandbox).len();
        let other = Connection::open(scene.path(file)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (exit, error) = scene.cli().failure(words.iter().copied());
        assert_eq!((exit, &error["code"]), (1, &code.into()), "{error}");
        assert!(error["hint"].as_str().is_some_and(|hint| hint.len() > 10), "{error}");
        assert_eq!(received(&scene.sandbox).len(), sent, "something was sent");
        other.execute_batch("ROLLBACK").unwrap();
        scene.works_again();
    };
    check("ledger/ledger.db", &["license", "refresh", "--yes"], "ledger.locked");
    check("store/store.db", &["license", "refresh", "--yes"], "store.locked");
}

#[test]
fn files_of_a_newer_version() {
    let check = |file: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        let version = |change: i64| {
            let db = Connection::open(scene.path(file)).unwrap();
            let now: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            db.pragma_update(None, "user_version", now + change).unwrap();
        };
        version(1);
        scene.is_refused(&scene.cli(), code);
        version(-1);
        scene.works_again();
    };
    check("ledger/ledger.db", "ledger.newer_version");
    check("store/store.db", "store.newer_version");
}

#[test]
fn a_link_in_place_of_folder_or_file() {
    let check = |name: &str, code: &str| {
        let scene = Scene::new();
        scene.activate();
        let elsewhere = scene.dir.path().join("elsewhere");
        std::fs::rename(scene.path(name), &elsewhere).unwrap();
        symlink(&elsewhere, scene.path(name)).unwrap();
        scene.is_refused(&scene.cli(), code);
        std::fs::remove_file(scene.path(name)).unwrap();
        std::fs::rename(&elsewhere, scene.path(name)).unwrap();
        scene.works_again();
    };
    check("ledger", "ledger.wrong_type");
    check("ledger/ledger.db", "ledger.wrong_type");
    check("ledger/senders.lock", "ledger.wrong_type");
    check("store", "store.link");
    check("store/store.db", "store.link");
    let vendor = scene_vendor_folder();
    check(&vendor, "shelf.link");
}

#[test]
fn damaged_files() {
    let check = |file: &str, damage: fn(&mut Vec<u8>), code: &str| {
        let scene = Scene::new();
        scene.activate();
        let path = scene.path(file);
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        damage(&mut bad);
        std::fs::write(&path, &bad).unwrap();
        scene.is_refused(&scene.cli(), code);
        assert_eq!(std::fs::read(&path).unwrap(), bad, "nobody starts afresh over what cannot be read");
        std::fs::write(&path, &good).unwrap();
        scene.works_again();
    };
    for (file, code) in [("ledger/ledger.db", "ledger.damaged"), ("store/store.db", "store.damaged")] {
        check(file, |bytes| bytes[..100].fill(b'x'), code);
        check(file, |bytes| bytes.truncate(bytes.len() / 2), code);
        // The root page: what tables there are.
        check(file, |bytes| bytes[100..2048].fill(0xff), code);
    }
}

/// The demo vendor's folder on the shelf; its name ends in a hash of the root key, so it is the same in every home.
fn scene_vendor_folder() -> String {
    let scene = Scene::new();
    scene.activate();
    let mut names = std::fs::read_dir(scene.path("shelf/vendors")).unwrap();
    format!("shelf/vendors/{}", names.next().unwrap().unwrap().file_name().to_str().unwrap())
}

/// What a user put there by mistake is no ledger, and stays as it is.
#[test]
fn something_else_in_place_of_the_ledger() {
    let scene = Scene::new();
    scene.activate();
    let elsewhere = scene.dir.path().join("elsewhere");
    std::fs::rename(scene.path("ledger"), &elsewhere).unwrap();
    std::fs::write(scene.path("ledger"), "my notes").unwrap();
    scene.is_refused(&scene.cli(), "ledger.wrong_type");
    std::fs::remove_file(scene.path("ledger")).unwrap();
    std::fs::create_dir(scene.path("ledger")).unwrap();
    Connection::open(scene.path("ledger/ledger.db"))
        .unwrap()
        .execute_batch("CREATE TABLE notes (x)")
        .unwrap();
    scene.is_refused(&scene.cli(), "ledger.damaged");
    std::fs::remove_dir_all(scene.path("ledger")).unwrap();
    std::fs::rename(&elsewhere, scene.path("ledger")).unwrap();
    scene.works_again();
}
