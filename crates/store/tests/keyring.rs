//! The real keyring of a desktop, without the desktop: a session bus and a gnome-keyring of the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use gatefold_disclosure::Sensitive;
use gatefold_ledger::{Anchor as _, Head};
use gatefold_store::{Kept, SecretName, Secrets, VendorKey, WhyMemory};

const UNLOCKED: &str =
    "eval \"$(printf test | gnome-keyring-daemon --unlock --components=secrets)\" >/dev/null; \"$@\"";
const LOCKED: &str = "eval \"$(gnome-keyring-daemon --start --components=secrets)\" >/dev/null; \"$@\"";

fn vendor() -> VendorKey {
    VendorKey { id: "sleeve".into(), root: [7; 32] }
}

fn of_user(passphrase: Option<&str>) -> Secrets {
    let home = std::env::temp_dir().join("gatefold");
    Secrets::of_user(&home, passphrase.map(Sensitive::from)).unwrap()
}

fn code<T>(result: Result<T, gatefold_store::StoreError>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

/// A desktop user's folders: everything of the session lies in them.
fn desktop() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for folder in ["run", "tmp"] {
        let path = home.path().join(folder);
        std::fs::create_dir(&path).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    home
}

fn has_tools() -> bool {
    let has = |tool: &str| {
        let found = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    if has("dbus-run-session") && has("gnome-keyring-daemon") {
        return true;
    }
    eprintln!(
        "SKIPPED: dbus-run-session or gnome-keyring-daemon is not installed; the keyring was not tried"
    );
    false
}

/// Runs one of the ignored tests below in a process of its own, inside `session` or without any bus.
fn run(home: &Path, session: Option<&str>, test: &str) {
    run_at(home, session, None, test);
}

/// With this address of a session bus.
fn run_at(home: &Path, session: Option<&str>, bus: Option<&str>, test: &str) {
    let this = std::env::current_exe().unwrap();
    let test = ["--exact", test, "--ignored", "--nocapture"];
    let mut command = match session {
        Some(script) => {
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "bash", "-c", script, "bash"]).arg(this).args(test);
            command
        }
        None => {
            let mut command = Command::new(this);
            command.args(test);
            command
        }
    };
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").envs(bus.map(|bus| ("DBUS_SESSION_BUS_ADDRESS", bus)));
    let output = command
        .env_remove("DISPLAY")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("TMPDIR", home.join("tmp"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let ran_one = said.contains("test result: ok. 1 passed");
    assert!(output.status.success() && ran_one, "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_unlocked_keyring_keeps_secrets_for_the_next_run() {
    if has_tools() {
        let home = desktop();
        run(home.path(), Some(UNLOCKED), "puts_secrets_in_the_keyring");
        run(home.path(), Some(UNLOCKED), "finds_them_at_the_next_start");
        assert!(
            !home.path().join("tmp/gatefold/secrets.age").exists(),
            "with a keyring no secrets file is made"
        );
    }
}

#[test]
fn a_locked_keyring_is_not_an_empty_one() {
    if has_tools() {
        let home = desktop();
        run(home.path(), Some(UNLOCKED), "puts_secrets_in_the_keyring");
        run(home.path(), Some(LOCKED), "is_told_the_keyring_is_locked");
    }
}

#[test]
fn without_a_keyring_it_says_where_secrets_are() {
    let home = desktop();
    run(home.path(), None, "has_no_keyring");
}

/// Whoever sets our environment cannot make us open a connection outside of the gate, or start a program.
#[test]
fn a_bus_that_is_no_socket_of_this_computer_is_not_asked() {
    let home = desktop();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let mark = home.path().join("started");
    for bus in [
        format!("tcp:host=127.0.0.1,port={port}"),
        format!("nonce-tcp:host=127.0.0.1,port={port},noncefile=/etc/hostname"),
        format!("unix:path={}/none;tcp:host=127.0.0.1,port={port}", home.path().display()),
        format!("unixexec:path=/usr/bin/touch,argv1={}", mark.display()),
    ] {
        run_at(home.path(), None, Some(&bus), "is_told_the_bus_is_not_local");
        assert!(listener.accept().is_err(), "{bus}: a connection was made");
        assert!(!mark.exists(), "{bus}: a program was started");
    }
}

/// Something listens, and says nothing.
#[test]
fn a_silent_bus_is_not_waited_for() {
    let home = desktop();
    let socket = home.path().join("silent");
    let _listens = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let bus = format!("unix:path={}", socket.display());
    run_at(home.path(), None, Some(&bus), "is_told_the_keyring_is_silent");
}

#[test]
#[ignore = "run at a strange address by the test above"]
fn is_told_the_bus_is_not_local() {
    is_refused_with("store.keyring_not_local");
}

#[test]
#[ignore = "run at a silent socket by the test above"]
fn is_told_the_keyring_is_silent() {
    is_refused_with("store.keyring_silent");
}

/// Also where a passphrase is given: secrets are not kept elsewhere in silence.
fn is_refused_with(expect: &str) {
    for passphrase in [None, Some("correct horse")] {
        let (secrets, vendor) = (of_user(passphrase), vendor());
        let token = SecretName::Token(&vendor);
        assert_eq!(secrets.kept(), Kept::Keyring);
        assert_eq!(code(secrets.unlocked()), Some(expect));
        assert_eq!(code(secrets.ready()), Some(expect));
        assert_eq!(code(secrets.get(token)), Some(expect));
        assert_eq!(code(secrets.put(token, "x".into())), Some(expect));
        assert_eq!(code(secrets.remove(token)), Some(expect));
    }
}

#[test]
#[ignore = "run in a session of its own by the tests above"]
fn puts_secrets_in_the_keyring() {
    let (secrets, vendor) = (of_user(Some("a passphrase that is not needed")), vendor());
    assert_eq!(secrets.kept(), Kept::Keyring);
    secrets.ready().unwrap();
    let token = SecretName::Token(&vendor);
    assert!(secrets.get(token).unwrap().is_none());
    assert!(!secrets.remove(token).unwrap());
    secrets.put(token, "first".into()).unwrap();
    secrets.put(token, "hunter2 \u{1f3b9}".into()).unwrap();
    let gone = SecretName::LicenseKey { vendor: &vendor, license_id: "gone" };
    secrets.put(gone, "gone".into()).unwrap();
    assert!(secrets.remove(gone).unwrap());
    secrets.anchor().keep(Head { count: 7, hash: [7; 32], ..Head::default() }).unwrap();
}

#[test]
#[ignore = "run in a session of its own by the tests above"]
fn finds_them_at_the_next_start() {
    let (secrets, vendor) = (of_user(None), vendor());
    assert_eq!(secrets.kept(), Kept::Keyring);
    let found = secrets.get(SecretName::Token(&vendor)).unwrap().unwrap();
    assert_eq!(found.expose(), "hunter2 \u{1f3b9}");
    let other = VendorKey { root: [8; 32], ..vendor.clone() };
    assert!(secrets.get(SecretName::Token(&other)).unwrap().is_none());
    let gone = SecretName::LicenseKey { vendor: &vendor, license_id: "gone" };
    assert!(secrets.get(gone).unwrap().is_none());
    assert_eq!(secrets.anchor().load().unwrap(), Some(Head { count: 7, hash: [7; 32], ..Head::default() }));
}

#[test]
#[ignore = "run in a session of its own by the tests above"]
fn is_told_the_keyring_is_locked() {
    let (secrets, vendor) = (of_user(None), vendor());
    assert_eq!(secrets.kept(), Kept::Keyring);
    assert_eq!(code(secrets.ready()), Some("store.keyring_locked"));
    assert_eq!(code(secrets.get(SecretName::Token(&vendor))), Some("store.keyring_locked"));
    let new = SecretName::LicenseKey { vendor: &vendor, license_id: "new" };
    assert_eq!(code(secrets.put(new, "x".into())), Some("store.keyring_locked"));
    assert!(secrets.anchor().load().is_err(), "a locked anchor is not an absent one");
}

#[test]
#[ignore = "run without a session by the tests above"]
fn has_no_keyring() {
    let name = SecretName::LedgerAnchor;
    let memory = of_user(None);
    assert_eq!(memory.kept(), Kept::Memory(WhyMemory::NoKeyring));
    memory.put(name, "x".into()).unwrap();
    assert_eq!(memory.get(name).unwrap().unwrap().expose(), "x");

    let file = of_user(Some("correct horse"));
    assert_eq!(file.kept(), Kept::File);
    assert!(file.get(name).unwrap().is_none());
    file.put(name, "y".into()).unwrap();
    assert_eq!(of_user(Some("correct horse")).get(name).unwrap().unwrap().expose(), "y");
}
