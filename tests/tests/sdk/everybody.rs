//! `license install --all-users`, as root: where every user's plug-ins look, at the real place in a mount namespace of its own.

use std::path::Path;
use std::process::{Command, Output};

use gatefold_tests::{program, skipped};

use crate::compiled::probe;
use crate::studio::Studio;

/// A place of root's alone, and the machine id where it was; then the words.
const IN_A_SYSTEM: &str = "cp -a /var/lib/dbus \"$1/\" 2>/dev/null; mount -t tmpfs -o mode=0755 none /var/lib || exit 77; \
    cp -a \"$1/dbus\" /var/lib/ 2>/dev/null; gatefold=$2; probe=$3; file=$4; \
    nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'; ";

struct System {
    studio: Studio,
    work: tempfile::TempDir,
}

impl System {
    /// None, said aloud, where no mount namespace can be made.
    fn start(test: &str) -> Option<Self> {
        let can = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/var/lib"]).status();
        if !can.is_ok_and(|status| status.success()) {
            skipped(test, "no mount namespace can be made here");
            return None;
        }
        Some(Self { studio: Studio::with("free"), work: tempfile::tempdir().unwrap() })
    }

    /// What a line of shell does there.
    fn run(&self, line: &str) -> Output {
        // Everybody may start it.
        let mode =
            |path: &Path| assert!(Command::new("chmod").arg("a+rx").arg(path).status().unwrap().success());
        probe().ancestors().skip(1).take(2).for_each(mode);
        let compiled = self.studio.compiled(self.studio.sandbox.license("free"));
        let line = format!(
            "{IN_A_SYSTEM} plugin=\"$probe {}\"; export XDG_DATA_HOME=/nonexistent; {line}",
            compiled.words().join(" ")
        );
        Command::new("unshare")
            .args(["-m", "sh", "-c", &line, "sh"])
            .arg(self.work.path())
            .args([program("gatefold"), probe(), self.studio.file()])
            .env("GATEFOLD_HOME", "/nonexistent")
            .output()
            .unwrap()
    }

    fn check(&self, what: &str, line: &str, exit: i32, parts: &[&str]) {
        let output = self.run(line);
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(exit), "{what}: {text}");
        for part in parts {
            assert!(text.contains(part), "{what}: {part}: {text}");
        }
    }
}

const INSTALL: &str = "$gatefold license install $file --all-users --yes --json";
const ASK: &str = "echo check | $nobody $plugin";

#[test]
fn root_installs_and_every_user_is_licensed() {
    let Some(system) = System::start("root_installs") else { return };
    let shown = "$gatefold license install $file --all-users";
    let said = ["Halo Plate of Sleeve Audio", "Every user of this computer", "the license key"];
    system.check("nobody said yes", &format!("{shown}; test $? = 2; ! test -e /var/lib/gatefold"), 0, &said);
    system.check("before", ASK, 0, &["unlicensed cause=0"]);
    let again = format!("{INSTALL} && {INSTALL} && {ASK}");
    system.check("installed, twice", &again, 0, &["\"license_file\":\"/var/lib/gatefold/", "active cause=2"]);
    let listed = format!(
        "{INSTALL} >/dev/null; $gatefold --home /var/lib/another license list; r=$?; rm -r /var/lib/another; exit $r"
    );
    let said =
        ["No licenses of your own", "Halo Plate of Sleeve Audio: active, for all users of this computer"];
    system.check("another home's list", &listed, 0, &said);
    // Whatever the one who installs lets others do.
    system.check("a strict mask", &format!("umask 077; {INSTALL} && {ASK}"), 0, &["active cause=2"]);
    let modes = format!(
        "{INSTALL}; find /var/lib/gatefold -perm /022 -o ! -user root -o -type f ! -name .lock ! -perm 644"
    );
    let output = system.run(&modes);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && !text.contains("\n/"), "{text}");
    // What was said and what is written: nothing of it lies in root's home.
    system.check("its home", &format!("{INSTALL} >/dev/null; test ! -e /nonexistent"), 0, &[]);
}

#[test]
fn a_place_that_others_can_change_is_refused() {
    let Some(system) = System::start("a_place_that_others_can_change") else { return };
    let refused = ["shelf.not_roots_alone"];
    let named = ["shelf.not_roots_alone", "installed there: /var/lib."];
    system.check("/var/lib itself", &format!("chmod o+w /var/lib; {INSTALL}"), 1, &named);
    let nothing = "! test -e /var/lib/gatefold/vendors";
    system.check("nothing was made", &format!("chmod g+w /var/lib; {INSTALL}; {nothing}"), 0, &refused);
    let theirs = "mkdir /var/lib/gatefold; chown 65534 /var/lib/gatefold";
    system.check("another's folder", &format!("{theirs}; {INSTALL}"), 1, &refused);
    let link = "mkdir /tmp/gf-$$; ln -s /tmp/gf-$$ /var/lib/gatefold";
    system.check(
        "a link",
        &format!("{link}; {INSTALL}; r=$?; rmdir /tmp/gf-$$; exit $r"),
        1,
        &["shelf.link"],
    );
    let inner = format!("{INSTALL} >/dev/null; chmod o+w /var/lib/gatefold/vendors; {INSTALL}");
    system.check("an inner folder", &inner, 1, &refused);
    // Whoever is not root, and may read the file.
    let mine = "cp -r $(dirname $(dirname $file)) /var/lib/copy; chmod -R a+rX /var/lib/copy; \
        file=$(ls /var/lib/copy/licenses/*.lic)";
    let as_nobody = INSTALL.replace("$gatefold", "$nobody /var/lib/gatefold-program");
    let line = format!("{mine}; cp $gatefold /var/lib/gatefold-program; {as_nobody}");
    system.check("not root", &line, 1, &["shelf.root_needed"]);
}

#[test]
fn what_would_not_count_is_refused() {
    let Some(system) = System::start("what_would_not_count") else { return };
    let copy = "cp -r $(dirname $(dirname $file)) /var/lib/copy; file=$(ls /var/lib/copy/licenses/*.lic)";
    let check = |what: &str, spoil: &str, exit: i32, code: &str| {
        let line =
            format!("{copy}; {spoil}; {INSTALL}; r=$?; test ! -e /var/lib/gatefold || exit 9; exit $r");
        system.check(what, &line, exit, &[code]);
    };
    check("altered", "sed -i '5s/^./~/' $file", 1, "license.file_malformed");
    check("without its unlock", "rm ${file%lic}unlock", 1, "client.file_unreadable");
    check("without its vendor", "rm /var/lib/copy/vendor.toml", 1, "client.file_unreadable");
    check("an altered vendor file", "echo >> /var/lib/copy/vendor.toml", 3, "vendor.altered");
    check("an unsigned one", "rm /var/lib/copy/*.minisig", 1, "client.file_unreadable");
    check("no file", "file=/etc/passwd", 1, "client.file_unreadable");
}

/// The command of the user whose license it is.
const THEIRS: &str = "home=${file%/shelf/*}; \
    as_user() { GATEFOLD_HOME=$home GATEFOLD_PASSPHRASE='four plain words here' $gatefold \"$@\"; }";

#[test]
fn what_root_installed_is_named_to_who_gives_it_back() {
    let Some(system) = System::start("what_root_installed_is_named") else { return };
    let told = "sudo rm /var/lib/gatefold/vendors/";
    let line = format!("{THEIRS}; {INSTALL} >/dev/null && as_user license deactivate --all --yes && {ASK}");
    system.check("given back", &line, 0, &["is deactivated on this computer", told, "active cause=2"]);
}

#[test]
fn what_was_given_back_or_revoked_is_refused() {
    let Some(system) = System::start("what_was_given_back_or_revoked") else { return };
    let kept = "lics=$(dirname $file); cp -a $lics /var/lib/kept";
    let back = "cp -a /var/lib/kept/. $lics/";
    let refused = format!("{INSTALL}; r=$?; test ! -e /var/lib/gatefold || exit 9; exit $r");
    let line = format!("{THEIRS}; {kept}; as_user license deactivate --all --yes; {back}; {refused}");
    system.check("given back", &line, 3, &["license.would_not_count", "was given back"]);
    let revoked = "as_user license refresh --yes";
    let system = System { studio: Studio::with("free"), ..system };
    system.studio.suspend(system.studio.sandbox.license("free"));
    system.check(
        "revoked",
        &format!("{THEIRS}; {revoked}; {refused}"),
        3,
        &["license.would_not_count", "suspended"],
    );
}
