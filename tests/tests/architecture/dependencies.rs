//! I1, and the arrows: who may depend on whom, and who may speak to a network.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use gatefold_tests::root_dir;
use serde_json::Value;

/// HTTP and TLS: `egress` alone.
const CLIENTS: &[&str] = &["reqwest", "rustls", "rustls-platform-verifier"];
/// Servers: the sandbox alone.
const LISTENERS: &[&str] = &["axum"];

/// Every other dependency. A new one is entered here by whoever has looked: it opens no socket to a network. `keyring`
/// and the window's plug-ins speak to this computer's own bus; `tokio` and `rustix` are looked at by their features;
/// `tauri` has an HTTP client on telephones alone (`no_http_client_comes_in_sideways`).
const WITHOUT_NETWORK: &[&str] = &[
    "aes-gcm",
    "age",
    "age-core",
    "aho-corasick",
    "anstream",
    "anstyle",
    "base64",
    "blake2",
    "clap",
    "clap-sys",
    "clap_complete",
    "clap_mangen",
    "ed25519-dalek",
    "fail",
    "flate2",
    "getrandom",
    "gtk",
    "hex",
    "hkdf",
    "hmac",
    "jiff",
    "keyring",
    "machine-uid",
    "memchr",
    "minisign",
    "percent-encoding",
    "regex",
    "rpassword",
    "rusqlite",
    "rusqlite_migration",
    "rustix",
    "scrypt",
    "serde",
    "serde_json",
    "sha2",
    "strsim",
    "sysinfo",
    "tauri",
    "tauri-build",
    "tauri-plugin-clipboard-manager",
    "tauri-plugin-dialog",
    "tauri-plugin-opener",
    "tauri-plugin-single-instance",
    "tauri-plugin-window-state",
    "terminal_size",
    "textwrap",
    "thiserror",
    "tokio",
    "toml",
    "toml_edit",
    "totp-rs",
    "tracing",
    "tracing-subscriber",
    "unicode-normalization",
    "unicode-security",
    "uuid",
    "vst3",
    "zbus",
    "zeroize",
    "zip",
];

/// The arrows of ARCHITECTURE.md, by folder.
const ALLOWED: &[(&str, &[&str])] = &[
    ("license", &[]),
    ("disclosure", &[]),
    ("keygen", &["license", "disclosure"]),
    ("shelf", &["license"]),
    ("usage", &["disclosure"]),
    ("ledger", &["disclosure"]),
    ("machine", &[]),
    ("diagnostics", &["disclosure"]),
    ("store", &["license", "disclosure", "ledger", "shelf"]),
    ("egress", &["license", "disclosure", "keygen", "ledger"]),
    (
        "client",
        &[
            "license",
            "disclosure",
            "keygen",
            "shelf",
            "usage",
            "ledger",
            "machine",
            "diagnostics",
            "store",
            "egress",
            "plugin-sdk",
        ],
    ),
    ("plugin-sdk", &["license", "shelf"]),
    ("sandbox", &["license", "disclosure", "keygen"]),
    ("cli", &["client"]),
    ("app", &["client"]),
    ("halo-plate", &["plugin-sdk"]),
    ("xtask", &[]),
];

/// What the shelf, which plug-ins link, may link itself (decisions 5 and 35).
const SHELF_OUTSIDE: &[&str] = &[
    "fail",
    "hex",
    "jiff",
    "machine-uid",
    "rustix",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "toml",
    "zeroize",
];

/// What the SDK links itself beside those two: it runs inside somebody else's program (decision 33).
const SDK_OUTSIDE: &[&str] = &["jiff", "thiserror", "zeroize"];

struct Package {
    /// Dependencies outside tests: name, and the features asked for.
    dependencies: BTreeMap<String, Vec<String>>,
}

/// Our programs' packages by folder; the tests' own packages are part of no program.
fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--no-deps"])
        .current_dir(root_dir())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let name = name.strip_prefix("gatefold-").unwrap_or(name).to_owned();
        let dependencies = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| {
                let features = dependency["features"].as_array().unwrap();
                let features = features.iter().map(|feature| feature.as_str().unwrap().to_owned()).collect();
                (dependency["name"].as_str().unwrap().to_owned(), features)
            })
            .collect();
        if !["tests", "clap-host"].contains(&&*name) {
            packages.insert(name, Package { dependencies });
        }
    }
    packages
}

#[test]
fn one_gate_and_one_listener() {
    for (name, package) in packages() {
        for (dependency, features) in &package.dependencies {
            let dependency = dependency.as_str();
            let allowed = dependency.starts_with("gatefold-")
                || WITHOUT_NETWORK.contains(&dependency)
                || (name == "egress" && CLIENTS.contains(&dependency))
                || (name == "sandbox" && LISTENERS.contains(&dependency));
            assert!(allowed, "{name} names {dependency}");
            let asks = ["tokio", "rustix"].contains(&dependency)
                && features.iter().any(|feature| matches!(feature.as_str(), "net" | "full" | "all-apis"));
            assert!(
                matches!(name.as_str(), "egress" | "sandbox") || !asks,
                "{name} asks {dependency} for sockets"
            );
        }
    }
}

/// Who links the HTTP client, by way of anybody: the whole tree as this computer builds it.
#[test]
fn no_http_client_comes_in_sideways() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--locked", "--edges", "normal,build", "--invert", "reqwest"])
        .args(["--depth", "1", "--prefix", "none", "--format", "{p}"])
        .current_dir(root_dir())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let linking: BTreeSet<&str> =
        text.lines().filter_map(|line| line.split(' ').next()).filter(|name| *name != "reqwest").collect();
    assert_eq!(linking, BTreeSet::from(["gatefold-egress"]), "{text}");
}

#[test]
fn arrows_point_down_as_drawn() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    for (name, package) in packages() {
        let allowed = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} is not in ARCHITECTURE.md's drawing"));
        for dependency in package.dependencies.keys() {
            if let Some(ours) = dependency.strip_prefix("gatefold-") {
                assert!(allowed.contains(&ours), "{name} may not depend on {ours}");
            }
        }
    }
}

#[test]
fn shelf_and_sdk_link_little() {
    for (name, expect) in [("shelf", SHELF_OUTSIDE), ("plugin-sdk", SDK_OUTSIDE)] {
        let package = packages().remove(name).unwrap();
        let all = package.dependencies.keys().map(String::as_str);
        let outside: BTreeSet<&str> = all.filter(|name| !name.starts_with("gatefold-")).collect();
        assert_eq!(outside, expect.iter().copied().collect(), "{name}");
    }
}

#[test]
fn xtask_needs_nothing() {
    assert!(packages()["xtask"].dependencies.is_empty());
}

#[test]
fn the_second_lock_names_the_gate() {
    let deny = std::fs::read_to_string(root_dir().join("deny.toml")).unwrap();
    let deny: toml::Table = deny.parse().unwrap();
    let rules = deny["bans"]["deny"].as_array().unwrap();
    let check = |name: &str, expect: &[&str]| {
        let rule = rules.iter().find(|rule| rule["crate"].as_str() == Some(name)).unwrap();
        let wrappers = rule["wrappers"].as_array().unwrap().iter();
        assert_eq!(wrappers.filter_map(toml::Value::as_str).collect::<Vec<_>>(), expect, "{name}");
    };
    check("reqwest", &["gatefold-egress", "gatefold-tests", "keygen-rs"]);
    // A foreign client, and so with a way out of its own.
    check("keygen-rs", &["gatefold-tests"]);
}
