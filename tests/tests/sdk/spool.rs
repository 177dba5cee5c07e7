//! What a plug-in notes of its use: with the user's consent one small file a session, and without it nothing at all. Consent is
//! put where the client puts it, and plug-ins run as hosts run them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::PathBuf;
use std::process::Command;

use gatefold_shelf::{SpoolRecord, UsageItem};
use gatefold_tests::{ALL_USAGE as ALL, Usage, copy_folder, files_under, skipped, tool};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::compiled::{probe, sanitized_probe};
use crate::shelves::{NOBODY, open_probe};
use crate::studio::{Compiled, Loaded, Studio};

/// A home whose user may have agreed.
struct Scene {
    studio: Studio,
    compiled: Compiled,
    usage: Usage,
}

impl Scene {
    fn new() -> Self {
        let studio = Studio::new();
        let compiled = studio.compiled(studio.sandbox.license("free"));
        let usage = Usage::of(&studio.data(), &compiled.vendor, &compiled.root);
        Self { studio, compiled, usage }
    }

    fn granted() -> Self {
        let scene = Self::new();
        scene.grant(&ALL, 1);
        scene
    }

    /// Grants these items, with numbers from `first` on.
    fn grant(&self, items: &[UsageItem], first: i64) {
        self.put(items, first, [-1, 300], &self.compiled.product);
    }

    /// From one day to another, counted from today.
    fn put(&self, items: &[UsageItem], first: i64, days: [i64; 2], product: &str) {
        self.usage.put(items, first, days, product);
    }

    fn loaded(&self) -> Loaded {
        self.loaded_by(Command::new(probe()))
    }

    fn loaded_by(&self, mut command: Command) -> Loaded {
        command.env("PROBE_HOST", "Ardour").env_remove("DO_NOT_TRACK");
        Loaded::start(command, &self.compiled, &self.studio.data())
    }

    /// One session of a program that follows these words.
    fn session(&self, under: &[&str]) {
        let mut command = Command::new("timeout");
        command.arg("20").args(under).arg(probe());
        let mut loaded = self.loaded_by(command);
        begin(&mut loaded);
        loaded.end();
    }

    fn spooled(&self) -> Vec<SpoolRecord> {
        self.usage.spooled()
    }

    fn spool(&self) -> PathBuf {
        self.usage.spool()
    }

    fn consent(&self) -> PathBuf {
        self.usage.consent()
    }

    /// Where one session leaves nothing, and nothing else either.
    fn leaves_nothing(&self, what: &str, under: &[&str]) {
        let before = files_under(self.studio.path());
        self.session(under);
        assert_eq!(files_under(self.studio.path()), before, "{what}");
    }
}

fn begin(loaded: &mut Loaded) {
    assert_eq!(loaded.ask("start"), "it is done");
}

#[test]
fn one_record_a_session_of_what_was_granted() {
    let scene = Scene::granted();
    let mut programs = vec![Command::new(probe()), Command::new(sanitized_probe())];
    if let Some(valgrind) = tool("one_record_a_session", "valgrind") {
        let mut under = Command::new(valgrind);
        under.args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=all"]);
        under.args(["--errors-for-leak-kinds=all"]).arg(probe());
        programs.push(under);
    }
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    for program in programs {
        scene.grant(&ALL, 5);
        let mut loaded = scene.loaded_by(program);
        // As hosts do it when a buffer changes its size.
        for word in ["start", "stop", "start", "start", "stop"] {
            assert_eq!(loaded.ask(word), "it is done");
        }
        assert_eq!(scene.spooled(), [], "nothing is written while it runs");
        assert_eq!(loaded.ask("close"), "closed");
        let name = fs::read_dir(scene.spool()).unwrap().next().unwrap().unwrap().path();
        let text = fs::read_to_string(&name).unwrap();
        let product = &scene.compiled.product;
        let days = [today, Timestamp::now().to_zoned(TimeZone::UTC).date()];
        let expect = days.map(|day| {
            format!(r#"{{"v":1,"product":"{product}","day":"{day}","items":[{{"item":"usage_frequency","grant":5}},"#)
                + r#"{"item":"title_version","grant":6,"value":"2.1.0"},{"item":"daw","grant":7,"value":"Ardour"}]}"#
        });
        assert!(expect.contains(&text), "{text}");
        assert_eq!(fs::metadata(&name).unwrap().permissions().mode() & 0o777, 0o600);
        // Opened again in the same process it is another session; a scanner starts none.
        assert_eq!(loaded.ask("open"), "it is done");
        begin(&mut loaded);
        assert_eq!(loaded.ask("close"), "closed");
        assert_eq!(loaded.ask("open"), "it is done");
        loaded.end();
        assert_eq!(scene.spooled().len(), 2);
        assert!(scene.usage.take_back());
    }
}

#[test]
fn a_host_without_a_name_is_called_by_its_program() {
    let scene = Scene::granted();
    let mut command = Command::new(probe());
    command.env_remove("PROBE_HOST").env_remove("DO_NOT_TRACK");
    let mut loaded = Loaded::start(command, &scene.compiled, &scene.studio.data());
    begin(&mut loaded);
    loaded.end();
    let items = scene.spooled().remove(0).items;
    assert_eq!(items[2].value.as_deref(), Some("probe"), "{items:?}");
}

#[test]
fn across_a_grant_and_across_a_withdrawal() {
    let scene = Scene::new();
    let mut loaded = scene.loaded();
    begin(&mut loaded);
    scene.grant(&ALL, 1);
    begin(&mut loaded);
    loaded.end();
    assert_eq!(scene.spooled(), [], "begun before the grant");

    let mut loaded = scene.loaded();
    begin(&mut loaded);
    assert!(scene.usage.take_back());
    loaded.end();
    assert!(!scene.consent().exists());
    assert_eq!(scene.spooled(), [], "ended after the withdrawal");

    scene.grant(&ALL, 4);
    let mut loaded = scene.loaded();
    begin(&mut loaded);
    scene.usage.take_back();
    scene.grant(&ALL, 7);
    loaded.end();
    assert_eq!(scene.spooled(), [], "taken back and given again");

    let mut loaded = scene.loaded();
    begin(&mut loaded);
    scene.grant(&[UsageItem::Daw], 9);
    loaded.end();
    let items: Vec<_> = scene.spooled().remove(0).items.iter().map(|item| (item.item, item.grant)).collect();
    assert_eq!(items, [(UsageItem::Daw, 9)], "two items were taken back");
}

#[test]
fn whatever_is_no_consent_leaves_nothing() {
    let scene = Scene::new();
    scene.leaves_nothing("none", &[]);
    scene.put(&ALL, 1, [-300, -1], &scene.compiled.product);
    scene.leaves_nothing("ended", &[]);
    scene.put(&ALL, 1, [1, 300], &scene.compiled.product);
    scene.leaves_nothing("of tomorrow", &[]);
    scene.put(&ALL, 1, [-1, 300], "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0999");
    scene.leaves_nothing("of another product", &[]);
    scene.grant(&[], 1);
    scene.leaves_nothing("of no item", &[]);

    scene.grant(&ALL, 1);
    let good = fs::read_to_string(scene.consent()).unwrap();
    let forge = |what: &str, text: &str| {
        fs::write(scene.consent(), text).unwrap();
        scene.leaves_nothing(what, &[]);
    };
    forge("empty", "");
    forge("a plain yes", "yes");
    forge("cut", &good[..good.len() - 1]);
    forge("of another vendor", &good.replace("\"sleeve\"", "\"tidewater\""));
    forge("without end", &good.replacen("ends_at\":\"20", "ends_at\":\"30", 1));
    forge("of a later version", &good.replace("\"v\":1", "\"v\":2"));
    fs::remove_file(scene.consent()).unwrap();
    assert!(Command::new("mkfifo").arg(scene.consent()).status().unwrap().success());
    scene.session(&[]);
    assert_eq!(scene.spooled(), [], "a pipe");
    fs::remove_file(scene.consent()).unwrap();
    fs::write(scene.studio.path().join("mine"), &good).unwrap();
    symlink(scene.studio.path().join("mine"), scene.consent()).unwrap();
    scene.leaves_nothing("a link", &[]);
    fs::remove_file(scene.consent()).unwrap();
    fs::write(scene.consent(), &good).unwrap();
    fs::set_permissions(scene.consent(), fs::Permissions::from_mode(0o666)).unwrap();
    scene.leaves_nothing("one that anybody may write", &[]);
    fs::set_permissions(scene.consent(), fs::Permissions::from_mode(0o600)).unwrap();
    if rustix::process::geteuid().is_root() {
        chown(scene.consent(), Some(65534), None).unwrap();
        scene.leaves_nothing("another user's", &[]);
        chown(scene.consent(), Some(0), None).unwrap();
    }
    // Back as it was, and a session is noted: each of the others was looked at for what it is.
    scene.session(&[]);
    assert_eq!(scene.spooled().len(), 1);
}

/// What root put there may be a license. A consent it is not: that is one user's word.
#[test]
fn a_consent_of_roots_is_no_users() {
    let Some(_) = tool("a_consent_of_roots", "setpriv") else { return };
    let scene = Scene::granted();
    let data = tempfile::tempdir().unwrap();
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    copy_folder(&scene.studio.path().join("home/shelf"), &data.path().join("gatefold"));
    open_probe();
    let given = Command::new("chown").args(["-R", "65534:65534"]).arg(data.path()).status().unwrap();
    assert!(given.success());
    let vendor = fs::read_dir(data.path().join("gatefold/vendors")).unwrap().next().unwrap().unwrap().path();
    let noted = || {
        let mut command = Command::new("timeout");
        command.arg("20").args(NOBODY).arg(probe()).env_remove("DO_NOT_TRACK");
        let mut loaded = Loaded::start(command, &scene.compiled, data.path());
        begin(&mut loaded);
        loaded.end();
        fs::read_dir(vendor.join("spool")).unwrap().count()
    };
    assert_eq!(noted(), 1);
    for path in ["consent.json", "", "spool"] {
        let path = vendor.join(path);
        let mode = fs::metadata(&path).unwrap().permissions();
        // Root's, and open to all but for writing.
        chown(&path, Some(0), None).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(noted(), 1, "{}", path.display());
        chown(&path, Some(65534), None).unwrap();
        fs::set_permissions(&path, mode).unwrap();
    }
    assert_eq!(noted(), 2);
}

#[test]
fn what_locks_it_off_leaves_nothing() {
    let scene = Scene::granted();
    for no in ["1", "true"] {
        scene.leaves_nothing(no, &["env", &format!("DO_NOT_TRACK={no}")]);
    }
    let can = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/etc"]).status();
    if can.is_ok_and(|status| status.success()) {
        let policy = |text: &str| {
            format!(
                "id=$(cat /etc/machine-id); mount -t tmpfs -o mode=0755 none /etc || exit 77; echo $id >/etc/machine-id; \
                 mkdir /etc/gatefold; printf '{text}' >/etc/gatefold/policy.toml; exec \"$@\""
            )
        };
        let under = |line: &str| ["unshare", "-m", "sh", "-c", line, "sh"].map(str::to_owned);
        let lines = [("usage = false\\n", 0), ("usage = ?\\n", 0), ("usage = true\\n", 1), ("", 2)];
        for (text, expect) in lines {
            let words = under(&policy(text));
            scene.session(&words.each_ref().map(String::as_str));
            assert_eq!(scene.spooled().len(), expect, "{text}");
        }
    } else {
        skipped("what_locks_it_off", "no mount namespace can be made here");
    }
    let before = scene.spooled().len();
    scene.session(&["env", "DO_NOT_TRACK=0"]);
    assert_eq!(scene.spooled().len(), before + 1);
}

#[test]
fn a_spool_that_cannot_be_written_is_given_up() {
    let scene = Scene::granted();
    // A file that grew beyond the limit would end the host by a signal.
    scene.leaves_nothing("a limit to the size of files", &["prlimit", "--fsize=16"]);
    let spool = scene.spool();
    let remade = || {
        let _ = fs::remove_dir_all(&spool);
        let _ = fs::remove_file(&spool);
        scene.grant(&ALL, 1);
    };
    if rustix::process::geteuid().is_root() {
        chown(&spool, Some(65534), None).unwrap();
        scene.leaves_nothing("another user's", &[]);
    }
    remade();
    fs::set_permissions(&spool, fs::Permissions::from_mode(0o777)).unwrap();
    scene.leaves_nothing("one that anybody may write", &[]);
    remade();
    fs::remove_dir(&spool).unwrap();
    scene.leaves_nothing("none", &[]);
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), &spool).unwrap();
    scene.leaves_nothing("a link", &[]);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    fs::remove_file(&spool).unwrap();
    fs::write(&spool, b"").unwrap();
    scene.leaves_nothing("a file", &[]);
    remade();
    for number in 0..10_000 {
        fs::write(spool.join(format!("{number}.json")), b"x").unwrap();
    }
    scene.session(&[]);
    assert_eq!(fs::read_dir(&spool).unwrap().count(), 10_000);
    remade();
    scene.session(&[]);
    assert_eq!(scene.spooled().len(), 1);
}

/// In a mount namespace of its own: a disk without room for a byte, and one that is read-only.
#[test]
fn a_full_disk_is_no_fault() {
    let can = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status();
    if !can.is_ok_and(|status| status.success()) {
        skipped("a_full_disk", "no mount namespace can be made here");
        return;
    }
    let scene = Scene::granted();
    let spool = scene.spool().to_str().unwrap().to_owned();
    let listed = scene.studio.path().join("listed").to_str().unwrap().to_owned();
    let check = |what: &str, mount: &str, expect: &str| {
        let line = format!(
            "spool=$1 listed=$2; shift 2; {mount}; \"$@\"; r=$?; ls -A \"$spool\" | grep -v filler >\"$listed\"; exit $r"
        );
        scene.session(&["unshare", "-m", "sh", "-c", &line, "sh", &spool, &listed]);
        assert_eq!(fs::read_to_string(&listed).unwrap().lines().count().to_string(), expect, "{what}");
    };
    let full = "mount -t tmpfs -o size=8k,mode=0700 none \"$spool\" || exit 77";
    check("room", full, "1");
    check("full", &format!("{full}; head -c 99999 /dev/zero >\"$spool/filler\" 2>/dev/null"), "0");
    check("no names left", "mount -t tmpfs -o nr_inodes=1,mode=0700 none \"$spool\" || exit 77", "0");
    check("read-only", "mount -t tmpfs -o ro,mode=0700 none \"$spool\" || exit 77", "0");
    assert_eq!(scene.spooled(), []);
}

#[test]
fn a_killed_host_leaves_nothing_and_sixteen_at_once_leave_sixteen() {
    let scene = Scene::granted();
    scene.studio.activate(&scene.studio.sandbox.key("free"));
    let mut killed = scene.loaded();
    let standing = killed.check();
    assert!(standing.starts_with("active"), "{standing}");
    begin(&mut killed);
    killed.kill();
    assert_eq!(fs::read_dir(scene.spool()).unwrap().count(), 0);

    let mut all: Vec<Loaded> = (0..16).map(|_| scene.loaded()).collect();
    all.iter_mut().for_each(begin);
    all.iter_mut().for_each(|loaded| assert_eq!(loaded.check(), standing));
    std::thread::scope(|scope| {
        for loaded in all {
            scope.spawn(move || loaded.end());
        }
    });
    assert_eq!(scene.spooled().len(), 16);
    assert_eq!(fs::read_dir(scene.spool()).unwrap().count(), 16);
}

/// What the system is asked for where a session is noted: one file made under a name of its own, and renamed.
#[test]
fn one_file_is_made_and_nothing_waits() {
    let Some(strace) = tool("one_file_is_made", "strace") else { return };
    let scene = Scene::granted();
    let log = scene.studio.path().join("trace");
    let mut command = Command::new(strace);
    command.args(["-f", "-o"]).arg(&log).arg(probe());
    let mut loaded = scene.loaded_by(command);
    begin(&mut loaded);
    loaded.end();
    let text = fs::read_to_string(&log).unwrap();
    let calls: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(' ')).map(|(_, call)| call.trim()).collect();
    let named = |names: &[&str]| -> Vec<&str> {
        let is = |call: &&&str| names.iter().any(|name| call.starts_with(&format!("{name}(")));
        calls.iter().filter(is).copied().collect()
    };
    let opened = named(&["open", "openat", "creat"]);
    let made: Vec<&&str> =
        opened.iter().filter(|call| call.contains("O_WRONLY") || call.contains("O_RDWR")).collect();
    let [made] = made[..] else { panic!("{made:#?}") };
    for part in ["O_CREAT", "O_EXCL", "O_NOFOLLOW", "O_CLOEXEC", "0600", "\".new-"] {
        assert!(made.contains(part), "{part}: {made}");
    }
    assert_eq!(named(&["rename", "renameat", "renameat2"]).len(), 1);
    let never = [
        "fsync",
        "fdatasync",
        "flock",
        "socket",
        "connect",
        "mkdir",
        "mkdirat",
        "unlink",
        "unlinkat",
        "clone3",
    ];
    assert_eq!(named(&never), Vec::<&str>::new());
    assert!(!calls.iter().any(|call| call.starts_with("fcntl(") && call.contains("LK")), "{calls:#?}");
    // Once when it begins and once when it ends.
    let consent: Vec<&&str> = opened.iter().filter(|call| call.contains("\"consent.json\"")).collect();
    assert_eq!(consent.len(), 2, "{opened:#?}");
}
