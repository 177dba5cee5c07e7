//! What building, testing and the demo need on a machine: installed on Debian, named elsewhere.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use crate::run::{Failed, has, run};

/// A tool or a library, and the Debian package that has it.
pub(crate) struct Need {
    what: What,
    package: &'static str,
    why: &'static str,
}

enum What {
    Program(&'static str),
    /// As pkg-config calls it.
    Library(&'static str),
    /// A part of a program, by words to which it answers well where the part is there.
    Part(&'static str, &'static [&'static str]),
    /// A program that is not older than this.
    Since(&'static str, [u32; 2]),
}

const fn need(program: &'static str, package: &'static str, why: &'static str) -> Need {
    Need { what: What::Program(program), package, why }
}

const fn library(name: &'static str, package: &'static str, why: &'static str) -> Need {
    Need { what: What::Library(name), package, why }
}

const fn part(words: &'static [&'static str], package: &'static str, why: &'static str) -> Need {
    Need { what: What::Part(words[0], words.split_at(1).1), package, why }
}

/// For building the programs of the terminal, and for the demo there.
pub(crate) const BUILD: &[Need] =
    &[need("cc", "build-essential", "SQLite and the TLS library are built from C")];

/// For building the window.
pub(crate) const WINDOW: &[Need] = &[
    need("pkg-config", "pkg-config", "finds the libraries of the window"),
    library("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev", "the window shows its page with it"),
    library("librsvg-2.0", "librsvg2-dev", "the window's icons are drawn with it"),
    Need {
        what: What::Since("node", [20, 19]),
        package: "nodejs",
        why: "builds and tests the window's page",
    },
    need("npm", "npm", "fetches what the page is built with"),
];

/// For building the sample plug-ins.
pub(crate) const PLUGINS: &[Need] = &[
    need("cc", "build-essential", "one of them is in C"),
    library("lv2", "lv2-dev", "the format's headers"),
];

/// For everything: what tests try our work against, or watch it with.
const TESTS: &[Need] = &[
    need("openssl", "openssl", "signatures are checked against it, both ways"),
    need("minisign", "minisign", "vendor files are signed with it"),
    need("strace", "strace", "connections and syncs are counted"),
    need("ip", "iproute2", "a network namespace with loopback alone"),
    need("setpriv", "util-linux", "a file of another user"),
    need("g++", "g++", "plug-ins in C and C++ link the SDK"),
    need("cmake", "cmake", "finds the SDK as vendors' builds do"),
    need("valgrind", "valgrind", "watches the SDK's memory"),
    need("dbus-run-session", "dbus", "a session bus for the keyring"),
    need("gnome-keyring-daemon", "gnome-keyring", "a real keyring"),
    need("secret-tool", "libsecret-tools", "a look into the real keyring"),
    need("WebKitWebDriver", "webkit2gtk-driver", "the real window is driven by it"),
    need("Xvfb", "xvfb", "a screen for the window under test"),
    need("openbox", "openbox", "dialogs of the system need a window manager"),
    need("xdotool", "xdotool", "dialogs of the system are answered by it"),
];

/// The hosts that the sample plug-ins are tried in, none of them ours.
const HOSTS: &[Need] = &[
    need("lv2apply", "lilv-utils", "a host of the sample plug-ins"),
    need("ardour7-lua", "ardour", "a host of the sample plug-ins, and its scanner"),
    need("ffmpeg", "ffmpeg", "a host of the sample plug-ins"),
    need("gst-launch-1.0", "gstreamer1.0-tools", "a host of the sample plug-ins"),
    part(&["gst-inspect-1.0", "rawparse"], "gstreamer1.0-plugins-base", "reads sounds for that host"),
    part(&["gst-inspect-1.0", "lv2"], "gstreamer1.0-plugins-bad", "loads plug-ins into that host"),
    need("qtractor", "qtractor", "a scanner of plug-ins"),
    need("python3", "python3", "two hosts of the sample plug-ins are Python packages"),
    part(&["python3", "-c", "import ensurepip"], "python3-venv", "keeps those to themselves"),
];

/// For the pictures of the README.
pub(crate) const PICTURES: &[Need] = &[need("pngquant", "pngquant", "makes pictures small")];

/// All of them.
pub(crate) const EVERYTHING: &[&[Need]] = &[BUILD, WINDOW, PLUGINS, TESTS, HOSTS];

impl Need {
    fn name(&self) -> String {
        match self.what {
            What::Program(name) => name.to_owned(),
            What::Library(name) => format!("pkgconfig({name})"),
            What::Part(program, words) => format!("{program} {}", words.join(" ")),
            What::Since(name, [major, minor]) => format!("{name} {major}.{minor} or newer"),
        }
    }

    fn is_met(&self) -> bool {
        match self.what {
            What::Program(name) => has(name),
            What::Library(name) => has("pkg-config") && asked("pkg-config", &["--exists", name]).is_some(),
            What::Part(program, words) => has(program) && asked(program, words).is_some(),
            What::Since(name, least) => {
                has(name) && asked(name, &["--version"]).is_some_and(|text| version(&text) >= Some(least))
            }
        }
    }
}

/// What a program says on success.
fn asked(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program).args(words).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// `v20.19.1` and its like.
fn version(text: &str) -> Option<[u32; 2]> {
    let mut parts = text.trim().trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some([parts.next()??, parts.next()??])
}

fn missing<'a>(needs: &[&'a [Need]]) -> Vec<&'a Need> {
    needs.iter().copied().flatten().filter(|need| !need.is_met()).collect()
}

/// Installs what is missing. Each command that needs root is printed first, and asked about unless CI or `--yes`.
pub(crate) fn setup(needs: &[&[Need]], words: &[String]) -> Result<(), Failed> {
    let absent = missing(needs);
    if absent.is_empty() {
        return Ok(());
    }
    say(&absent);
    if !Path::new("/etc/debian_version").exists() {
        return Err("install what is missing with this system's own packages, then try again".into());
    }
    let mut packages: Vec<&str> = absent.iter().map(|need| need.package).collect();
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
    // This system's own package may be too old.
    let still = missing(needs);
    say(&still);
    if still.is_empty() { Ok(()) } else { Err("this system's own packages do not have all of it".into()) }
}

fn say(absent: &[&Need]) {
    for need in absent {
        eprintln!("missing: {} (package {}): {}", need.name(), need.package, need.why);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        fn check(text: &str, expect: bool) {
            assert_eq!(version(text) >= Some([20, 19]), expect, "{text}");
        }
        check("v20.19.0\n", true);
        check("v20.20.2\n", true);
        check("v22.1.0\n", true);
        check("v100.0.0\n", true);
        check("v20.9.0\n", false);
        check("v18.19.0\n", false);
        check("nothing of the kind", false);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let nothing = library("gatefold-no-such-library", "none", "nobody needs it");
        assert!(!nothing.is_met());
        assert_eq!(nothing.name(), "pkgconfig(gatefold-no-such-library)");
        assert!(!need("gatefold-no-such-program", "none", "nobody needs it").is_met());
    }
}
