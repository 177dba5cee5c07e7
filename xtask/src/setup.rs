//! What building, testing and the demo need on a machine: installed on Debian, named elsewhere.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use crate::run::{Failed, has, run};

/// A tool, and the Debian package that has it.
pub(crate) struct Need {
    program: &'static str,
    package: &'static str,
    why: &'static str,
}

const fn need(program: &'static str, package: &'static str, why: &'static str) -> Need {
    Need { program, package, why }
}

/// For building and for the demo.
pub(crate) const BUILD: &[Need] =
    &[need("cc", "build-essential", "SQLite and the TLS library are built from C")];

/// For everything: what tests try our work against, or watch it with.
pub(crate) const EVERYTHING: &[Need] = &[
    need("cc", "build-essential", "SQLite and the TLS library are built from C"),
    need("openssl", "openssl", "signatures are checked against it, both ways"),
    need("minisign", "minisign", "vendor files are signed with it"),
    need("strace", "strace", "connections and syncs are counted"),
    need("ip", "iproute2", "a network namespace with loopback alone"),
    need("setpriv", "util-linux", "a file of another user"),
    need("dbus-run-session", "dbus", "a session bus for the keyring"),
    need("gnome-keyring-daemon", "gnome-keyring", "a real keyring"),
    need("secret-tool", "libsecret-tools", "a look into the real keyring"),
];

/// Installs what is missing. Each command that needs root is printed first, and asked about unless CI or `--yes`.
pub(crate) fn setup(needs: &[Need], words: &[String]) -> Result<(), Failed> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !has(need.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        eprintln!("missing: {} (package {}): {}", need.program, need.package, need.why);
    }
    if !Path::new("/etc/debian_version").exists() {
        return Err("install what is missing with this system's own packages, then try again".into());
    }
    let mut packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let update = as_root(&["apt-get", "update", "-qq"]);
    let mut words_of_install = vec!["apt-get", "install", "-y", "--no-install-recommends"];
    words_of_install.extend(&packages);
    let install = as_root(&words_of_install);
    eprintln!("as root:\n  {}\n  {}", update.join(" "), install.join(" "));
    if !agreed(words)? {
        return Err("nothing was installed".into());
    }
    for line in [update, install] {
        run(Command::new(&line[0]).args(&line[1..]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

fn as_root(words: &[&str]) -> Vec<String> {
    // Root needs no sudo, and a container often has none.
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let sudo = if root { None } else { Some("sudo") };
    sudo.into_iter().chain(words.iter().copied()).map(str::to_owned).collect()
}

fn agreed(words: &[String]) -> Result<bool, Failed> {
    if std::env::var_os("CI").is_some() || words.iter().any(|word| word == "--yes") {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err("nobody can be asked here: add --yes".into());
    }
    eprint!("Run these? [y/N] ");
    std::io::stderr().flush().map_err(|error| error.to_string())?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
