//! Programs that fall over, really: each leaves a report without a name in it, which goes into the next bundle, and which the user
//! takes away.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use gatefold_tests::{files_under, program};
use serde_json::Value;

use crate::scene::{LOGIN, Scene, codes, findings, unpacked};

/// What a panic could say.
fn words(scene: &Scene) -> String {
    format!("could not open {}/x for {LOGIN} (kunde@tonstudio.example)", scene.home().display())
}

fn assert_told(scene: &Scene, program: &str) {
    let parts = scene.cli.json(["diagnostics", "parts"]);
    let crashes = parts["crashes"].as_array().unwrap();
    assert_eq!(crashes.len(), 1, "{crashes:?}");
    assert_eq!(crashes[0]["program"], program);
    assert!(
        crashes[0]["location"].as_str().unwrap().starts_with("client/src/diagnostics/crashes.rs:"),
        "{crashes:?}"
    );
    let files = files_under(&scene.home().join("crashes"));
    let (path, bytes) = files.iter().next().unwrap();
    let mode = scene.home().join("crashes").join(path).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let report: Value = serde_json::from_slice(bytes).unwrap();
    let message = report["message"].as_str().unwrap();
    assert!(message.starts_with("could not open home-") && message.contains("email-1"), "{message}");
    let bundle = scene.export(&[]);
    assert_eq!(codes(&findings(&scene.cli, &bundle)), ["crash"]);
    let mut all = vec![(path.display().to_string(), bytes.clone())];
    all.extend(unpacked(&bundle));
    for (name, bytes) in all {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for secret in [LOGIN, "kunde@", &*scene.home().to_string_lossy()] {
            assert!(!text.contains(secret), "{name}: {secret} in {text}");
        }
    }
    let cleared = scene.cli.json(["diagnostics", "clear", "--yes"]);
    assert_eq!(cleared["removed"], 1);
    assert_eq!(codes(&findings(&scene.cli, &scene.export(&[]))), Vec::<String>::new());
}

#[test]
fn the_command_falls_over() {
    let scene = Scene::new();
    let ran = scene.cli.clone().env("GATEFOLD_TEST_PANIC", words(&scene)).run(["vendor", "list"]);
    assert!(!ran.status.success(), "{ran:?}");
    assert_told(&scene, "cli");
}

#[test]
fn the_window_falls_over() {
    let scene = Scene::new();
    let output = Command::new(program("gatefold-app"))
        .args(["--home", scene.home().to_str().unwrap()])
        .env("DISPLAY", ":4711")
        .env("USER", LOGIN)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("GATEFOLD_TEST_PANIC", words(&scene))
        .output()
        .unwrap();
    assert!(!output.status.success(), "{output:?}");
    assert_told(&scene, "window");
}

#[test]
fn where_no_home_is_nothing_is_written() {
    let scene = Scene::new();
    let none = scene.out("none");
    let cli = gatefold_tests::Cli::new(&none).env("GATEFOLD_TEST_PANIC", "on purpose");
    assert!(!cli.run(["vendor", "list"]).status.success());
    assert!(!none.exists());
}

/// A crash point plays a program that is killed: who is killed writes nothing.
#[test]
fn a_power_cut_leaves_no_report() {
    let scene = Scene::new();
    let cli = scene.cli.clone().env("FAILPOINTS", "client.before-export-note=panic");
    let file = scene.out("l.json");
    assert!(!cli.run(["ledger", "export", file.to_str().unwrap(), "--yes"]).status.success());
    assert!(!scene.home().join("crashes").exists());
}

#[test]
fn only_the_newest_reports_are_kept() {
    let scene = Scene::new();
    for _ in 0..22 {
        let cli = scene.cli.clone().env("GATEFOLD_TEST_PANIC", "on purpose");
        assert!(!cli.run(["vendor", "list"]).status.success());
    }
    assert_eq!(files_under(&scene.home().join("crashes")).len(), 20);
}
