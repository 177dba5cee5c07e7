//! I8: nothing else leaves. The command line in a network namespace of its own, with loopback alone, every socket call
//! traced: its peers are the ledger's peers, its requests are the ones the user asked for.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use gatefold_tests::{Cli, Ran, Sandbox, in_own_network, program, tool};

#[test]
fn peers_are_the_ledgers_peers() {
    let name = "peers_are_the_ledgers_peers";
    if tool(name, "strace").is_none() || !in_own_network(name) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start();
    let traced = Traced {
        cli: Cli::new(&dir.path().join("home")).env("GATEFOLD_PASSPHRASE", "a passphrase"),
        dir: dir.path(),
    };
    let file = sandbox.vendor_file();
    let file = file.to_str().unwrap();
    let key = sandbox.key("free");
    let no_peers = BTreeSet::new();
    let server = BTreeSet::from([sandbox.address()]);

    // What does not send opens no socket of the internet families at all.
    assert_eq!(traced.peers(&["vendor", "add", file, "--yes"]), no_peers);
    assert_eq!(traced.peers(&["machine", "show"]), no_peers);
    assert_eq!(sandbox.recorded().len(), 0);

    assert_eq!(traced.peers(&["license", "activate", &key, "--yes"]), server);
    assert_eq!(traced.connections(), 3, "a connection each");
    assert_eq!(sandbox.recorded().len(), 3, "check, seat, file");
    assert_eq!(traced.peers(&["license", "list"]), no_peers);
    assert_eq!(traced.peers(&["license", "refresh", "--yes"]), server);
    assert_eq!(traced.connections(), 2);
    assert_eq!(sandbox.recorded().len(), 5, "standing, file");
    let export = dir.path().join("ledger.har");
    for words in [
        &["ledger", "list"][..],
        &["ledger", "show", "2"],
        &["ledger", "check"],
        &["ledger", "export", export.to_str().unwrap(), "--yes"],
        &["vendor", "show"],
        &["account", "show"],
    ] {
        assert_eq!(traced.peers(words), no_peers, "{words:?}");
    }
    let list = traced.cli.json(["license", "list"]);
    let machine = list["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    assert_eq!(traced.peers(&["license", "deactivate", &machine, "--yes"]), server);

    let ledger = traced.cli.json(["ledger", "list"]);
    let sent: Vec<_> =
        ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["carrier"] == "https").collect();
    assert_eq!(sent.len(), sandbox.recorded().len(), "every request has its entry, and no entry lies");
    for entry in sent {
        assert_eq!(entry["peer"].as_str(), Some(sandbox.address().as_str()));
    }
}

struct Traced<'a> {
    cli: Cli,
    dir: &'a Path,
}

impl Traced<'_> {
    /// Runs a command under strace; whom it connected to, or asked for a name.
    fn peers(&self, words: &[&str]) -> BTreeSet<String> {
        let trace = self.dir.join("trace");
        let strace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg", "-o"];
        let wrapper = strace.iter().map(|word| (*word).to_owned()).chain([trace.display().to_string()]);
        let ran: Ran = self.cli.clone().under(wrapper).run(words);
        assert_eq!(ran.code(), Some(0), "{words:?}: {ran:?}");
        let text = std::fs::read_to_string(&trace).unwrap();
        assert_eq!(strange_sockets(&text), Vec::<&str>::new(), "{words:?}");
        let peers: BTreeSet<String> = text.lines().filter_map(peer).collect();
        if peers.is_empty() {
            let opened = text.lines().find(|line| line.contains("socket(AF_INET"));
            assert_eq!(opened, None, "{words:?}");
        }
        peers
    }
}

impl Traced<'_> {
    /// How many connections to a peer the last command made.
    fn connections(&self) -> usize {
        let text = std::fs::read_to_string(self.dir.join("trace")).unwrap();
        text.lines().filter(|line| line.contains(" connect(") && peer(line).is_some()).count()
    }
}

/// Sockets of other families than these: the internet's, and this computer's own.
fn strange_sockets(trace: &str) -> Vec<&str> {
    let known = ["socket(AF_INET,", "socket(AF_INET6,", "socket(AF_UNIX,"];
    let sockets = trace.lines().filter(|line| line.contains(" socket("));
    sockets.filter(|line| !known.iter().any(|known| line.contains(known))).collect()
}

/// With the keyring of a desktop, without `--home`: whom the program itself speaks to, each command apart.
const SESSION: &str = r#"
set -eu
eval "$(printf planted | gnome-keyring-daemon --unlock --components=secrets)" >/dev/null
traced() { name="$1"; shift; strace -f -qq -e trace=socket,connect,sendto,sendmsg,sendmmsg -o "$OUTSIDE/$name" "$GATEFOLD" "$@"; }
traced vendor-add vendor add "$VENDOR" --yes
traced activate license activate "$KEY" --yes
traced list license list
traced check ledger check
traced refresh license refresh --yes
"#;

#[test]
fn with_a_keyring_the_other_sockets_are_this_computers_own() {
    let name = "with_a_keyring_the_other_sockets_are_this_computers_own";
    for needed in ["dbus-run-session", "gnome-keyring-daemon", "strace", "bash"] {
        if tool(name, needed).is_none() {
            return;
        }
    }
    let sandbox = Sandbox::start();
    let (home, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runtime = outside.path().join("run");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", SESSION])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("TMPDIR", outside.path())
        .env("OUTSIDE", outside.path())
        .env("GATEFOLD", program("gatefold"))
        .env("VENDOR", sandbox.vendor_file())
        .env("KEY", sandbox.key("free"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let server = BTreeSet::from([sandbox.address()]);
    let mut keyring = 0;
    for (command, expect) in [
        ("vendor-add", &BTreeSet::new()),
        ("activate", &server),
        ("list", &BTreeSet::new()),
        ("check", &BTreeSet::new()),
        ("refresh", &server),
    ] {
        let trace = std::fs::read_to_string(outside.path().join(command)).unwrap();
        assert_eq!(&trace.lines().filter_map(peer).collect::<BTreeSet<_>>(), expect, "{command}");
        assert_eq!(strange_sockets(&trace), Vec::<&str>::new(), "{command}");
        assert_eq!(trace.contains("socket(AF_INET"), !expect.is_empty(), "{command}");
        keyring += trace.matches("socket(AF_UNIX").count();
    }
    assert!(keyring > 0, "the keyring was asked");
    assert_eq!(sandbox.recorded().len(), 5);
}

/// `ADDRESS:PORT` of a traced call that names one.
fn peer(line: &str) -> Option<String> {
    let between =
        |after: &str, before: &str| line.split_once(after)?.1.split_once(before).map(|found| found.0);
    let port = between("sin_port=htons(", ")").or_else(|| between("sin6_port=htons(", ")"))?;
    let address = between("inet_addr(\"", "\")").or_else(|| between("inet_pton(AF_INET6, \"", "\""))?;
    Some(format!("{address}:{port}"))
}

#[test]
fn a_traced_call_names_its_peer() {
    let line =
        r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("127.0.0.1")}, 16) = 0"#;
    assert_eq!(peer(line).as_deref(), Some("127.0.0.1:4000"));
    assert_eq!(peer("7 connect(9, {sa_family=AF_UNIX, sun_path=\"/run/nscd\"}, 110) = -1"), None);
}
