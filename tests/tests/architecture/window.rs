//! I7: the web view is mute. What the page may load and call, read from the window's own files.

use std::collections::BTreeSet;

use gatefold_tests::root_dir;
use serde_json::Value;

fn read(path: &str) -> String {
    std::fs::read_to_string(root_dir().join(path)).unwrap()
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

/// What stands between quotes in a part of a file.
fn quoted<'a>(text: &'a str, from: &str, to: &str) -> BTreeSet<&'a str> {
    let part = text.split_once(from).unwrap().1.split_once(to).unwrap().0;
    part.split('"').skip(1).step_by(2).collect()
}

/// `prepareCheck` as the program calls it.
fn snake(name: &str) -> String {
    let split = |letter: char| {
        if letter.is_uppercase() { format!("_{}", letter.to_lowercase()) } else { letter.to_string() }
    };
    name.chars().map(split).collect()
}

#[test]
fn every_command_is_listed_in_all_four_places() {
    let build = read("src-tauri/build.rs");
    let listed: BTreeSet<String> =
        quoted(&build, ".commands(&[", "]);").into_iter().map(str::to_owned).collect();
    assert!(listed.len() > 30, "{listed:?}");

    let capability = json("src-tauri/capabilities/main.json");
    let permissions: Vec<&str> =
        capability["permissions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let allowed: BTreeSet<String> = permissions
        .iter()
        .filter_map(|permission| permission.strip_prefix("allow-"))
        .map(|name| name.replace('-', "_"))
        .collect();
    assert_eq!(allowed, listed, "capabilities/main.json");
    let others: Vec<&&str> =
        permissions.iter().filter(|permission| !permission.starts_with("allow-")).collect();
    assert_eq!(others, [&"core:event:allow-listen", &"core:event:allow-unlisten"], "the page hears, no more");

    let lib = read("src-tauri/src/lib.rs");
    let handled = lib.split_once("generate_handler![").unwrap().1.split_once("])").unwrap().0;
    let handled: BTreeSet<String> = handled
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(handled, listed, "src/lib.rs");

    let page = read("ui/src/backend/tauri.ts");
    let table = page.split_once("const COMMANDS = {").unwrap().1.split_once("} as const").unwrap().0;
    let called: BTreeSet<String> =
        table.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| snake(name)).collect();
    assert_eq!(called, listed, "ui/src/backend/tauri.ts");
}

#[test]
fn commands_take_words_and_numbers() {
    let allowed = [
        "Here<'_>",
        "AppHandle",
        "String",
        "Option<String>",
        "Vec<String>",
        "bool",
        "u32",
        "i64",
        "LedgerFilter",
        "Format",
        "Change",
        "LinkName",
    ];
    let mut commands = 0;
    for file in std::fs::read_dir(root_dir().join("src-tauri/src/commands")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for command in text.split("#[tauri::command]").skip(1) {
            let parameters = command.split_once('(').unwrap().1.split_once('(').unwrap().1;
            let parameters = parameters.split_once(") -> Answer").unwrap().0;
            for parameter in parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
                let kind = parameter.split_once(": ").unwrap().1;
                assert!(allowed.contains(&kind), "a command takes {parameter}");
            }
            commands += 1;
        }
    }
    assert!(commands > 30, "{commands}");
}

#[test]
fn the_page_loads_its_own_files_and_reaches_the_program_alone() {
    let config = json("src-tauri/tauri.conf.json");
    let app = &config["app"];
    let policy: Vec<&str> = app["security"]["csp"].as_str().unwrap().split("; ").collect();
    let expect = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src ipc: http://ipc.localhost",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ];
    assert_eq!(policy, expect);
    assert_eq!(app["security"]["freezePrototype"], true);
    assert_eq!(app["security"]["capabilities"], serde_json::json!(["main"]));
    assert!(app["security"].get("dangerousDisableAssetCspModification").is_none());
    assert_eq!(app["withGlobalTauri"], false);
    assert!(config["build"].get("devUrl").is_none(), "the page is embedded");
    let capability = json("src-tauri/capabilities/main.json");
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none() && capability.get("webviews").is_none());
    let capabilities = std::fs::read_dir(root_dir().join("src-tauri/capabilities")).unwrap().count();
    assert_eq!(capabilities, 1);

    let lib = read("src-tauri/src/lib.rs");
    for guard in
        [".on_navigation(is_a_page)", ".proxy_url(nowhere()?)", "NewWindowResponse::Deny", ".devtools(false)"]
    {
        assert!(lib.contains(guard), "{guard}");
    }
    assert_eq!(lib.matches("WebviewWindowBuilder::new").count(), 1, "one window");
}

/// The vendors here are for demonstration, under a root that is worthless: a release build refuses them, and a musician who
/// was offered one would be led nowhere. Who packages Gatefold for a vendor puts theirs into `vendors/` of its resources.
#[test]
fn no_demo_vendor_comes_in_a_package() {
    let bundle = &json("src-tauri/tauri.conf.json")["bundle"];
    assert_eq!(bundle.get("resources"), None);
    for kind in ["deb", "rpm"] {
        let files = bundle["linux"][kind]["files"].as_object().unwrap();
        assert!(files.len() > 5, "{files:?}");
        assert!(files.iter().all(|(to, from)| !format!("{to} {from}").contains("vendor.toml")), "{files:?}");
    }
}

/// What is seen before the page is has the color of its paper, in both themes. Real paper is white, and no window's.
#[test]
fn the_window_opens_on_its_pages_paper() {
    let (tokens, lib) = (read("ui/src/tokens.css"), read("src-tauri/src/lib.rs"));
    let on_screen = tokens.split("@media print").next().unwrap();
    let papers: Vec<&str> =
        on_screen.split("--paper: #").skip(1).map(|rest| rest.split(';').next().unwrap()).collect();
    assert_eq!(papers.len(), 2, "light and dark");
    for paper in papers {
        let color = format!("Color(0x{}, 0x{}, 0x{}, 0xff)", &paper[..2], &paper[2..4], &paper[4..]);
        assert!(lib.contains(&color), "{color}");
    }
}
