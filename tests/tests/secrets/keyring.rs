//! The same with the keyring of a desktop, without `--home`: secrets are in the keyring, and in no file under HOME. The
//! keyring's own file lies there too, and is searched like the rest.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use gatefold_tests::{Sandbox, program, tool};

use crate::search::Search;

const TEST: &str = "secrets_in_the_keyring_are_on_no_file";

/// In a session of its own; `set -e` makes each step's failure the script's. The keyring's password is `planted`.
const SESSION: &str = r#"
set -eu
eval "$(printf planted-keyring-password | gnome-keyring-daemon --unlock --components=secrets)" >/dev/null
"$GATEFOLD" vendor add "$VENDOR" --yes >/dev/null
printf demo-password | "$GATEFOLD" account sign-in --email demo@example.com --password-stdin --yes
printf %s "$KEY" | "$GATEFOLD" license activate - --yes
"$GATEFOLD" license refresh --yes
"$GATEFOLD" ledger check
"$GATEFOLD" ledger export "$HOME/export.json" --yes
secret-tool search --all --unlock service Gatefold > "$OUTSIDE/keyring"
"#;

#[test]
fn secrets_in_the_keyring_are_on_no_file() {
    for name in ["dbus-run-session", "gnome-keyring-daemon", "secret-tool", "bash"] {
        if tool(TEST, name).is_none() {
            return;
        }
    }
    let sandbox = Sandbox::start();
    let (home, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let runtime = outside.path().join("run");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
    let key = sandbox.key("free");
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
        .env("KEY", &key)
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("kept in memory"), "{said}");
    assert!(said.contains("The record is intact: ") && !said.contains("remembered nowhere"), "{said}");

    let keyring = std::fs::read_to_string(outside.path().join("keyring")).unwrap();
    let kept: Vec<&str> = keyring.lines().filter_map(|line| line.strip_prefix("secret = ")).collect();
    assert_eq!(kept.len(), 4, "key, token, the keys of the account and the ledger's end: {kept:?}");
    assert!(kept.contains(&key.as_str()), "{kept:?}");
    // The end is a number and a hash, with a blank between; so are the keys and their licenses.
    let token = *kept.iter().find(|secret| **secret != key && !secret.contains(' ')).expect("a token");
    let secrets = [("password", "demo-password"), ("key", &key), ("token", token)];
    let search = Search::of(secrets.into_iter().chain([("keyring's password", "planted-keyring-password")]));
    search.must_find_nothing("with a keyring", &[home.path()]);
    assert!(search.found_in(said.as_bytes()).is_empty(), "{said}");
    for place in [".local/state/gatefold/ledger/ledger.db", ".local/share/gatefold/vendors"] {
        assert!(home.path().join(place).exists(), "{place} was searched");
    }
    assert!(has_keyring(&home.path().join(".local/share/keyrings")), "the keyring's file was searched");
}

fn has_keyring(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut entries| {
        entries.any(|entry| entry.unwrap().path().extension().is_some_and(|extension| extension == "keyring"))
    })
}
