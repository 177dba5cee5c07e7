//! Shelves that are not as they should be: no crash, no stall, the right standing.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use gatefold_tests::{copy_folder, tool};

use crate::compiled::{probe, sanitized_probe};
use crate::studio::{Compiled, Loaded, Loads, Studio};

struct Scene {
    studio: Studio,
    compiled: Compiled,
}

impl Scene {
    fn new() -> Self {
        let studio = Studio::with("free");
        let compiled = studio.compiled(studio.sandbox.license("free"));
        Self { studio, compiled }
    }

    /// What a plug-in finds on a copy of the shelf that was spoilt: the vendor's folder and the license file are handed in.
    fn check(&self, what: &str, expect: &str, spoil: impl FnOnce(&Path, &Path)) {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("gatefold")).unwrap();
        copy_folder(&self.studio.path().join("home/shelf"), &data.path().join("gatefold"));
        let from = self.studio.path().join("home/shelf");
        let there = |path: &Path| data.path().join("gatefold").join(path.strip_prefix(&from).unwrap());
        spoil(&there(&self.studio.folder()), &there(&self.studio.file()));
        assert_eq!(self.asked(data.path(), &[]), expect, "{what}");
        assert_eq!(self.asked_of(&sanitized_probe(), data.path(), &[]), expect, "{what}, sanitized");
    }

    /// What it finds in this data folder; a call that waits for ever fails by itself.
    fn asked(&self, data: &Path, under: &[&str]) -> String {
        self.asked_of(&probe(), data, under)
    }

    fn asked_of(&self, program: &Path, data: &Path, under: &[&str]) -> String {
        let mut command = Command::new("timeout");
        command.arg("10").args(under).arg(program);
        let mut loaded = Loaded::start(command, &self.compiled, data);
        let found = loaded.check();
        loaded.end();
        found
    }
}

const ACTIVE: &str = "active, licensed, 2";
const NOTHING: &str = "unlicensed, never, 0";
const NOT_GENUINE: &str = "unlicensed, never, 1";

fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn in_place(path: &Path, put: impl FnOnce(&Path)) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap()
    } else {
        fs::remove_file(path).unwrap()
    }
    put(path);
}

/// Puts a link to it in its place.
fn moved(folder: &Path) {
    let elsewhere = folder.with_file_name("elsewhere");
    fs::rename(folder, &elsewhere).unwrap();
    symlink(&elsewhere, folder).unwrap();
}

#[test]
fn a_shelf_that_is_spoilt() {
    let scene = Scene::new();
    scene.check("as it is", ACTIVE, |_, _| ());
    scene.check("no vendor", NOTHING, |folder, _| fs::remove_dir_all(folder).unwrap());
    scene.check("no vendor file", NOT_GENUINE, |folder, _| {
        fs::remove_file(folder.join("vendor.toml")).unwrap()
    });
    scene.check("no licenses", NOTHING, |folder, _| fs::remove_dir_all(folder.join("licenses")).unwrap());
    scene.check("a file for the folder", NOTHING, |folder, _| {
        in_place(&folder.join("licenses"), |path| fs::write(path, b"x").unwrap());
    });
    scene.check("a link to itself", NOTHING, |folder, _| {
        in_place(folder, |path| symlink(path, path).unwrap());
    });
    scene.check("two links in a circle", NOT_GENUINE, |folder, file| {
        for name in [folder.join("vendor.toml"), file.to_owned()] {
            let other = name.with_extension("other");
            in_place(&name, |name| symlink(&other, name).unwrap());
            symlink(&name, &other).unwrap();
        }
    });
    scene.check("a circle on the way", NOTHING, |folder, _| {
        let vendors = folder.parent().unwrap();
        in_place(vendors, |path| symlink(path, path).unwrap());
    });
    scene.check("a link for the folder", NOTHING, |folder, _| {
        let elsewhere = folder.with_file_name("elsewhere");
        fs::rename(folder.join("licenses"), &elsewhere).unwrap();
        symlink(&elsewhere, folder.join("licenses")).unwrap();
    });
    // On the way there a link is followed: whatever it leads to, only what the vendor signed counts.
    scene.check("a link for the shelf", ACTIVE, |folder, _| {
        let shelf = folder.parent().unwrap().parent().unwrap();
        moved(shelf);
    });
    scene.check("a link for all vendors", ACTIVE, |folder, _| moved(folder.parent().unwrap()));
    scene.check("a link for the vendor", NOTHING, |folder, _| moved(folder));
    scene.check("a link for the file", NOT_GENUINE, |folder, file| {
        let elsewhere = folder.join("elsewhere");
        fs::rename(file, &elsewhere).unwrap();
        symlink(&elsewhere, file).unwrap();
    });
    for (name, expect) in [("vendor.toml", NOT_GENUINE), ("sunset.toml", ACTIVE)] {
        scene.check(name, expect, |folder, _| pipe(&folder.join(name)));
        scene.check(name, expect, |folder, _| {
            let _ = fs::remove_file(folder.join(name));
            fs::File::create(folder.join(name)).unwrap().set_len(1 << 30).unwrap();
        });
    }
    scene.check("a pipe", NOT_GENUINE, |_, file| pipe(file));
    scene.check("a pipe for the unlock", NOT_GENUINE, |_, file| pipe(&file.with_extension("unlock")));
    scene.check("a GiB", NOT_GENUINE, |_, file| {
        fs::File::options().write(true).open(file).unwrap().set_len(1 << 30).unwrap()
    });
    scene.check("garbage", NOT_GENUINE, |_, file| fs::write(file, [0xff; 4096]).unwrap());
    scene.check("empty", NOT_GENUINE, |_, file| fs::write(file, b"").unwrap());
    scene.check("a garbled unlock", NOT_GENUINE, |_, file| {
        fs::write(file.with_extension("unlock"), b"x").unwrap()
    });
    // Beside a good one, whatever lies there.
    scene.check("ten thousand others", ACTIVE, |_, file| {
        for number in 0..10_000 {
            fs::write(file.with_file_name(format!("{number}.account.1.000000000000.unlock")), b"x").unwrap();
        }
    });
    scene.check("a garbled revocation", ACTIVE, |folder, _| {
        fs::create_dir_all(folder.join("revocations")).unwrap();
        fs::write(folder.join("revocations/l-1.revoked"), b"x").unwrap();
        fs::create_dir_all(folder.join("releases")).unwrap();
        pipe(&folder.join("releases/m-1.released"));
    });
}

#[test]
fn a_file_that_is_cut() {
    let scene = Scene::new();
    let mut open = scene.studio.loaded("free");
    let file = scene.studio.file();
    let whole = fs::read(&file).unwrap();
    // Before and behind every line end, and the last of all is needed by nobody.
    let lines = (1..whole.len()).filter(|at| whole[at - 1] == b'\n' || whole[*at] == b'\n');
    for len in lines.filter(|len| *len < whole.len() - 1).chain([0, 1]) {
        let staged = file.with_extension("new");
        fs::write(&staged, &whole[..len]).unwrap();
        fs::rename(&staged, &file).unwrap();
        assert_eq!(open.check(), NOT_GENUINE, "{len}");
    }
    let staged = file.with_extension("new");
    fs::write(&staged, &whole).unwrap();
    fs::rename(&staged, &file).unwrap();
    assert_eq!(open.check(), ACTIVE);
    open.end();
}

/// Another program writes into the files, in place, while they are read: what is read is the whole one or none that counts.
#[test]
fn a_file_that_changes_while_it_is_read() {
    let scene = Scene::new();
    let file = scene.studio.file();
    let files = [file.clone(), file.with_extension("unlock"), scene.studio.folder().join("vendor.toml")];
    let whole = files.each_ref().map(|path| fs::read(path).unwrap());
    let mut open = scene.studio.loaded("free");
    let done = AtomicBool::new(false);
    let found: BTreeSet<String> = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0;
            while !done.load(Ordering::Relaxed) {
                for (path, whole) in files.iter().zip(&whole) {
                    // Without truncating, cut, longer, and whole again.
                    turn = (turn + 97) % whole.len();
                    fs::File::options().write(true).open(path).unwrap().write_all(&vec![b'#'; turn]).unwrap();
                    fs::write(path, &whole[..turn]).unwrap();
                    fs::File::options().append(true).open(path).unwrap().set_len(200_000).unwrap();
                    fs::write(path, whole).unwrap();
                    // What is noticed is a change of the folder.
                    fs::write(file.with_extension("touched"), b"").unwrap();
                    fs::remove_file(file.with_extension("touched")).unwrap();
                }
            }
        });
        let found = (0..400).map(|_| open.check()).collect();
        done.store(true, Ordering::Relaxed);
        found
    });
    // An unlock of which half is another one opens on no computer.
    let known = [ACTIVE, NOT_GENUINE, "wrong_machine, never, 13"].map(str::to_owned);
    assert!(found.iter().all(|found| known.contains(found)), "{found:?}");
    assert!(found.contains(NOT_GENUINE), "nothing changed while it was read");
    assert_eq!(open.check(), ACTIVE);
    open.end();
}

/// A second user of the computer, and a folder that its owner closed.
#[test]
fn somebody_elses_shelf_is_nobodys() {
    let Some(_) = tool("somebody_elses_shelf", "setpriv") else { return };
    let scene = Scene::new();
    let data = tempfile::tempdir().unwrap();
    fs::create_dir(data.path().join("gatefold")).unwrap();
    copy_folder(&scene.studio.path().join("home/shelf"), &data.path().join("gatefold"));
    let open_to_all = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    open_to_all(data.path());
    let nobody = NOBODY;
    // Of root, and closed.
    open_probe();
    assert_eq!(scene.asked(data.path(), &nobody), NOTHING);
    // Of a third user, and open: the files are genuine, but whoever owns them may change them.
    let chown = |owner: &str| {
        let all = Command::new("chown").args(["-R", owner]).arg(data.path()).status().unwrap();
        assert!(all.success());
    };
    chown("65533:65533");
    assert!(Command::new("chmod").args(["-R", "a+rX"]).arg(data.path()).status().unwrap().success());
    assert_eq!(scene.asked(data.path(), &nobody), NOTHING);
    // One's own.
    chown("65534:65534");
    assert_eq!(scene.asked(data.path(), &nobody), ACTIVE);
    // Without anybody's home.
    assert_eq!(scene.asked(Path::new("relative"), &[]), NOTHING);
    assert_eq!(scene.asked(Path::new("/nonexistent"), &[]), NOTHING);
}

pub(crate) const NOBODY: [&str; 6] = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

/// Lets everybody start the probe.
pub(crate) fn open_probe() {
    let program = probe();
    for dir in program.ancestors().skip(1).take(2) {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// In a mount namespace of its own: a shelf at the place of all users, and the machine id where it was.
const FOR_ALL: &str = "cp -a /var/lib/dbus \"$1/\" 2>/dev/null; mount -t tmpfs -o mode=0755 none /var/lib || exit 77; \
    cp -a \"$1/dbus\" /var/lib/ 2>/dev/null; cp -r \"$2\" /var/lib/gatefold; chmod -R \"$3\" /var/lib/gatefold; shift 3; exec \"$@\"";

/// The shelf of all users, at its real place: read by a user who has none, after the user's own, and not by whom it is closed to.
#[test]
fn the_shelf_of_all_users_comes_after_ones_own() {
    let can = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/var/lib"]).status();
    if !can.is_ok_and(|status| status.success()) {
        gatefold_tests::skipped("the_shelf_of_all_users", "no mount namespace can be made here");
        return;
    }
    open_probe();
    let scene = Scene::new();
    let work = tempfile::tempdir().unwrap();
    let whole = scene.studio.path().join("home/shelf");
    let ended = work.path().join("ended");
    copy_folder(&whole, &ended);
    fs::remove_dir_all(ended.join("vendors")).unwrap();
    let check = |shelf: &Path, mode: &str, data: &Path, expect: &str| {
        let (work, shelf) = (work.path().to_str().unwrap(), shelf.to_str().unwrap());
        let under = [&["unshare", "-m", "sh", "-c", FOR_ALL, "sh", work, shelf, mode], &NOBODY[..]].concat();
        assert_eq!(scene.asked(data, &under), expect, "{shelf} {mode} {}", data.display());
    };
    let none = Path::new("/nonexistent");
    check(&whole, "a+rX", none, ACTIVE);
    check(&whole, "go-rwx", none, NOTHING);
    check(&ended, "a+rX", none, NOTHING);
    // Of one's own nothing can be used: the other one counts all the same, and each where the other is not.
    let own = tempfile::tempdir().unwrap();
    fs::create_dir(own.path().join("gatefold")).unwrap();
    copy_folder(&whole, &own.path().join("gatefold"));
    let given = Command::new("chown").args(["-R", "65534:65534"]).arg(own.path()).status().unwrap();
    assert!(given.success());
    check(&ended, "a+rX", own.path(), ACTIVE);
    let file = scene.studio.file();
    let file = own.path().join("gatefold").join(file.strip_prefix(&whole).unwrap());
    fs::write(&file, b"garbage").unwrap();
    check(&ended, "a+rX", own.path(), NOT_GENUINE);
    check(&whole, "a+rX", own.path(), ACTIVE);
}
