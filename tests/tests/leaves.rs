//! I8: nothing else leaves. The command line in a network namespace of its own, with loopback alone, every socket call
//! traced: its peers are the ledger's peers, its requests are the ones the user asked for.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use gatefold_tests::{
    Authority, Certificate, Cli, Nobody, Ran, Sandbox, SandboxOptions, Tap, in_own_network, peer, program,
    strange_sockets, tool,
};
use serde_json::Value;

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
    let bundle = dir.path().join("b.gatefold-diagnostics");
    let bundle = bundle.to_str().unwrap();
    for words in [
        &["ledger", "list"][..],
        &["ledger", "show", "2"],
        &["ledger", "check"],
        &["ledger", "export", export.to_str().unwrap(), "--yes"],
        &["vendor", "show"],
        &["account", "show"],
        &["diagnostics", "preview", "--reachability"],
        &["diagnostics", "export", bundle, "--yes"],
        &["diagnostics", "read", bundle],
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

/// A name with several addresses: whoever was tried saw this computer, whether or not they answered.
#[test]
fn every_address_that_was_tried_is_in_the_ledger() {
    let name = "every_address_that_was_tried_is_in_the_ledger";
    if tool(name, "strace").is_none() || !in_own_network(name) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let hosts = dir.path().join("hosts");
    std::fs::write(&hosts, "::1 localhost\n127.0.0.2 localhost\n127.0.0.1 localhost\n").unwrap();
    let mounted = Command::new("mount").arg("--bind").arg(&hosts).arg("/etc/hosts").status().unwrap();
    assert!(mounted.success());

    let authority = Authority::new();
    let roots = dir.path().join("roots.pem");
    authority.write(&roots);
    // It listens at 127.0.0.1 alone.
    let tap = Tap::tls(authority.server(Certificate::Good));
    let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
    let sandbox = Sandbox::with(&options);
    tap.forward_to(&sandbox.address());
    let cli = Cli::new(&dir.path().join("home")).env("SSL_CERT_FILE", roots);
    let traced = Traced { cli: cli.vendor(&sandbox.vendor_file()), dir: dir.path() };
    let port = tap.url().rsplit_once(':').unwrap().1.to_owned();
    let tried = traced.peers(&["license", "activate", &sandbox.key("free"), "--yes"]);
    // Asking which of them is the nearest, the system's resolver sends nothing; it names no port.
    let tried: BTreeSet<String> = tried.into_iter().filter(|peer| !peer.ends_with(":0")).collect();
    assert!(tried.len() > 1, "one address alone was tried: {tried:?}");
    for id in 1..=3 {
        let entry = traced.cli.json(["ledger", "show", &id.to_string()]);
        assert_eq!((&entry["outcome"], &entry["name_looked_up"]), (&"answered".into(), &"localhost".into()));
        assert_eq!(entry["peer"], format!("127.0.0.1:{port}"));
        assert_eq!(noted(&entry), tried);
        assert_eq!(entry["peers"].as_array().unwrap().last(), Some(&entry["peer"]));
    }

    // Nobody listens at any of them.
    let nowhere = Nobody::anywhere();
    let public_url = Some(format!("https://localhost:{}", nowhere.port()));
    let nobody = Sandbox::with(&SandboxOptions { public_url, ..SandboxOptions::default() });
    let cli = Cli::new(&dir.path().join("another home")).vendor(&nobody.vendor_file());
    let traced = Traced { cli, dir: dir.path() };
    let tried = traced.peers_of(&["license", "activate", &nobody.key("free"), "--yes"], 1);
    let tried: BTreeSet<String> = tried.into_iter().filter(|peer| !peer.ends_with(":0")).collect();
    assert_eq!(
        tried,
        ["[::1]", "127.0.0.1", "127.0.0.2"].map(|host| format!("{host}:{}", nowhere.port())).into()
    );
    let entry = traced.cli.json(["ledger", "show", "1"]);
    assert_eq!((&entry["outcome"], &entry["code"]), (&"not_sent".into(), &"network.unreachable".into()));
    assert_eq!(noted(&entry), tried);
}

fn noted(entry: &Value) -> BTreeSet<String> {
    entry["peers"].as_array().unwrap().iter().map(|peer| peer.as_str().unwrap().to_owned()).collect()
}

struct Traced<'a> {
    cli: Cli,
    dir: &'a Path,
}

impl Traced<'_> {
    /// Runs a command under strace; whom it connected to, or asked for a name.
    fn peers(&self, words: &[&str]) -> BTreeSet<String> {
        self.peers_of(words, 0)
    }

    /// The same of a command that ends with this exit code.
    fn peers_of(&self, words: &[&str], exit: i32) -> BTreeSet<String> {
        let trace = self.dir.join("trace");
        let strace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg", "-o"];
        let wrapper = strace.iter().map(|word| (*word).to_owned()).chain([trace.display().to_string()]);
        let ran: Ran = self.cli.clone().under(wrapper).run(words);
        assert_eq!(ran.code(), Some(exit), "{words:?}: {ran:?}");
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
