//! I7 in the real window: a script in the page, however it came there, reaches nobody and leads nowhere.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;

use gatefold_tests::{files_under, in_own_network, root_dir};
use serde_json::{Value, json};

use crate::driver::until;
use crate::stage::Stage;

/// Each tries one way out to the address it is given, and ends whatever comes of it.
const WAYS: &[(&str, &str)] = &[
    ("fetch", "fetch(to).then(done, done)"),
    ("fetch without cors", "fetch(to, { mode: 'no-cors', method: 'POST', body: 'x' }).then(done, done)"),
    ("beacon", "done(navigator.sendBeacon(to, 'x'))"),
    ("request", "const r = new XMLHttpRequest(); r.onloadend = done; r.open('GET', to); r.send()"),
    ("socket", "new WebSocket(to.replace('http', 'ws')).onclose = done"),
    ("events", "const e = new EventSource(to); e.onerror = done"),
    ("image", "const i = new Image(); i.onload = i.onerror = done; i.src = to + 'image.png'"),
    (
        "style",
        "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = to; l.onload = l.onerror = done; \
      document.head.append(l)",
    ),
    (
        "script",
        "const s = document.createElement('script'); s.src = to; s.onload = s.onerror = done; document.head.append(s)",
    ),
    ("font", "new FontFace('x', `url(${to})`).load().then(done, done)"),
    ("frame", "const f = document.createElement('iframe'); f.src = to; document.body.append(f); done()"),
    (
        "video",
        "const v = document.createElement('video'); v.onerror = done; v.src = to; document.body.append(v); v.load()",
    ),
    ("import", "import(to).then(done, done)"),
    ("worker", "try { new Worker(to).onerror = done } catch { done() }"),
    (
        "prefetch",
        "const l = document.createElement('link'); l.rel = 'prefetch'; l.as = 'script'; l.href = to; \
         document.head.append(l); done()",
    ),
    (
        "preload",
        "const l = document.createElement('link'); l.rel = 'preload'; l.as = 'script'; l.href = to; \
         document.head.append(l); done()",
    ),
    (
        "modulepreload",
        "const l = document.createElement('link'); l.rel = 'modulepreload'; l.as = 'script'; l.href = to; \
         document.head.append(l); done()",
    ),
    (
        "dns-prefetch",
        "const l = document.createElement('link'); l.rel = 'dns-prefetch'; l.as = 'script'; l.href = to; \
         document.head.append(l); done()",
    ),
    (
        "preconnect",
        "const l = document.createElement('link'); l.rel = 'preconnect'; l.as = 'script'; l.href = to; \
         document.head.append(l); done()",
    ),
    (
        "form",
        "const f = document.createElement('form'); f.action = to; f.method = 'post'; document.body.append(f); f.submit(); done()",
    ),
    ("window", "done(window.open(to))"),
    (
        "link",
        "const a = document.createElement('a'); a.href = to; a.target = '_blank'; document.body.append(a); a.click(); done()",
    ),
    (
        "ping",
        "const a = document.createElement('a'); a.href = '#/'; a.ping = to; document.body.append(a); a.click(); done()",
    ),
    ("navigation", "location.href = to; done()"),
    ("replacement", "location.replace(to); done()"),
    ("own file", "location.href = 'tauri://localhost/?' + encodeURIComponent(to); done()"),
];

#[test]
fn a_script_in_the_page_reaches_nobody() {
    let Some(stage) = Stage::open("a_script_in_the_page_reaches_nobody") else { return };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let to = format!("http://{}/", listener.local_addr().unwrap());
    let page = stage.driver.script("return location.href.split('#')[0]", &[]);
    for (name, way) in WAYS {
        attempt(&stage, way, &to);
        let reached = listener.accept().map(drop).map_err(|error| error.kind());
        assert_eq!(reached, Err(ErrorKind::WouldBlock), "{name} got out");
        assert_eq!(stage.driver.script("return location.href.split('#')[0]", &[]), page, "{name} led away");
        assert_eq!(stage.screen.windows("^Gatefold").len(), 1, "{name} opened a window");
    }
    stage.reads("Welcome");
}

/// Tries one way, and gives it a moment. Some never call back; a test that waited for them would prove no more.
fn attempt(stage: &Stage, way: &str, to: &str) {
    let script = format!(
        "const to = arguments[0], back = arguments[1]; let said = false;
         const done = () => {{ if (!said) {{ said = true; setTimeout(() => back(true), 60) }} }};
         setTimeout(done, 1500);
         try {{ {way} }} catch {{ done() }}"
    );
    stage.driver.script_later(&script, &[json!(to)]);
}

/// A name that is looked up leaves, too, and can say much.
#[test]
fn a_script_in_the_page_has_no_name_looked_up() {
    let name = "mute::a_script_in_the_page_has_no_name_looked_up";
    if !in_own_network(name) {
        return;
    }
    // A cable to nobody: without one no resolver would even be asked.
    for line in [
        "link add cable type veth peer name nobody",
        "address add 192.0.2.2/24 dev cable",
        "link set cable up",
        "link set nobody up",
        "route add default via 192.0.2.1",
    ] {
        assert!(Command::new("ip").args(line.split(' ')).status().unwrap().success(), "{line}");
    }
    let Some(stage) = Stage::open_traced(name) else { return };
    for (_, way) in WAYS {
        attempt(&stage, way, "http://whispered.gatefold.invalid/");
    }
    stage.reads("Welcome");
    let trace = stage.trace();
    assert!(trace.contains("AF_UNIX"), "the trace has the screen's socket at least");
    // To a resolver on the network, or to one of this computer's own.
    let asked: Vec<&str> = trace
        .lines()
        .filter(|line| {
            line.contains("htons(53)") || line.contains("htons(5353)") || line.contains("whispered")
        })
        .collect();
    assert_eq!(asked, Vec::<&str>::new());
}

/// Every command there is, as the page knows them, each with junk of every kind for each of its words.
#[test]
fn junk_for_every_command_sends_and_writes_nothing() {
    let Some(stage) = Stage::open("junk_for_every_command_sends_and_writes_nothing") else { return };
    stage.add_vendor();
    let page = std::fs::read_to_string(root_dir().join("ui/src/backend/tauri.ts")).unwrap();
    let table = page.split_once("const COMMANDS = {").unwrap().1.split_once("} as const").unwrap().0;
    // `quit` does what it says, whatever it is given.
    let commands: Vec<Value> = table
        .lines()
        .filter_map(|line| line.trim().split_once(": ["))
        .filter(|(name, _)| *name != "quit")
        .map(|(name, words)| json!([name, words.split('"').skip(1).step_by(2).collect::<Vec<_>>()]))
        .collect();
    assert!(commands.len() > 30, "{commands:?}");
    let before = kept(&stage);
    let answered = stage.driver.script_later(
        "const [commands, done] = arguments;
         const junk = [null, -1, 1e300, '', '../../etc/passwd', 'https://example.com/', '\\u0000', 'x'.repeat(100000), [], [[]],
             {}, { a: { b: [1] } }, true, { path: '/tmp/x' }];
         const calls = commands.flatMap(([name, words]) => {
             const command = name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());
             return junk.map((piece) => [command, Object.fromEntries(words.map((word) => [word, piece]))]);
         });
         const asked = calls.map(([command, given]) =>
             window.__TAURI_INTERNALS__.invoke(command, given).then(() => 1, () => 1));
         const patience = new Promise((end) => setTimeout(end, 6000));
         Promise.race([Promise.all(asked), patience]).then(() => done(calls.length))",
        &[json!(commands)],
    );
    assert!(answered.as_u64().unwrap() > 400, "{answered}");
    // What opens a dialog of the system waits for the user, whom no script is; and it is one dialog, not fifty.
    let page = stage.screen.windows("Gatefold$");
    let dialogs =
        || stage.screen.windows(".").into_iter().filter(|id| !page.contains(id)).collect::<Vec<_>>();
    assert_eq!(dialogs().len(), 1);
    until("it is closed", || {
        dialogs().iter().for_each(|dialog| stage.screen.dismiss(dialog));
        dialogs().is_empty().then_some(())
    });
    assert_eq!(kept(&stage), before, "nothing was written");
    assert_eq!(stage.sandbox.recorded().len(), 0, "nothing was sent");
    assert_eq!(stage.cli().json(["ledger", "list"])["entries"], json!([]));
    // The program stands, and so does its page.
    stage.driver.reload();
    stage.reads("Halo Plate");
}

/// What lies in the user's folder, but for the web view's own data and what a running program keeps for itself.
fn kept(stage: &Stage) -> Vec<String> {
    let files = files_under(stage.dir.path()).into_iter();
    let paths = files.map(|(path, _)| path.strip_prefix(stage.dir.path()).unwrap().display().to_string());
    let own = ["/web/", ".log", ".lock", "-shm", "-wal"];
    paths.filter(|path| !own.iter().any(|own| path.contains(own)) && !path.starts_with("run/")).collect()
}

/// A dialog of the system is outside the page: no key or click that a script makes presses it.
#[test]
fn a_script_in_the_page_presses_no_dialog() {
    let Some(stage) = Stage::open("a_script_in_the_page_presses_no_dialog") else { return };
    stage.press("Look at the file of Sleeve Audio");
    stage.press("Add Sleeve Audio");
    until("the dialog", || stage.screen.windows("^Add Sleeve Audio").pop());
    stage.driver.script_later(
        "const done = arguments[0];
         for (const target of [document, document.body, document.activeElement, window]) {
             for (const key of ['Enter', ' ', 'y', 'Tab']) {
                 for (const kind of ['keydown', 'keypress', 'keyup']) {
                     target.dispatchEvent(new KeyboardEvent(kind, { key, bubbles: true, cancelable: true }));
                 }
             }
             for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
                 target.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: 640, clientY: 400 }));
             }
         }
         for (const button of document.querySelectorAll('button')) button.click();
         window.focus();
         setTimeout(() => done(true), 800);",
        &[],
    );
    assert!(!stage.screen.windows("^Add Sleeve Audio").is_empty(), "it waits for the user");
    assert_eq!(stage.cli().json(["vendor", "list"])["entries"], json!([]));
    stage.screen.say_no("^Add Sleeve Audio");
}

/// Commands that are not listed, and listed ones with junk.
#[test]
fn a_script_in_the_page_calls_what_is_listed_and_gets_no_further() {
    let Some(stage) = Stage::open("a_script_in_the_page_calls_what_is_listed") else { return };
    let call = |command: &str, arguments: Value| {
        let script = "const [command, given, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, given).then((said) => done({ said }), (refused) => done({ refused }));";
        stage.driver.script_later(script, &[json!(command), arguments])
    };
    // The page's own way works, so that a refusal below means something.
    assert_eq!(call("vendors", json!({}))["said"], json!([]));

    let before = files_under(&stage.home().join("store"));
    for (command, arguments) in [
        ("plugin:fs|read_text_file", json!({ "path": "/etc/passwd" })),
        ("plugin:fs|write_text_file", json!({ "path": "/tmp/x", "contents": "x" })),
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:opener|open_url", json!({ "url": "https://example.com" })),
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        ("plugin:clipboard-manager|read_text", json!({})),
        ("plugin:clipboard-manager|write_text", json!({ "text": "x" })),
        ("plugin:window|create", json!({ "options": { "label": "x" } })),
        ("plugin:webview|create_webview_window", json!({ "options": { "label": "x" } })),
        ("plugin:event|emit", json!({ "event": "changed", "payload": "library" })),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("plugin:app|version", json!({})),
        ("no_such_command", json!({})),
        ("send_activation", json!({ "preview": 7 })),
        ("send_activation", json!({ "preview": "7" })),
        ("agree_vendor", json!({ "review": 0 })),
        ("agree_vendor", json!({ "review": -1 })),
        ("review_bundled", json!({ "id": "../../../etc" })),
        ("vendor_page", json!({ "vendor": "../sleeve" })),
        ("export_vendor_page", json!({ "vendor": "../sleeve" })),
        ("export_usage_records", json!({ "vendor": "../sleeve" })),
        ("usage_page", json!({ "vendor": "../sleeve" })),
        ("plan_usage_grant", json!({ "vendor": "sleeve", "items": ["identifier"] })),
        ("grant_usage", json!({ "preview": 0 })),
        ("send_upload", json!({ "preview": "7" })),
        ("let_usage_go_weekly", json!({ "vendor": "sleeve", "on": true })),
        ("review_waiting", json!({ "vendor": "sleeve" })),
        ("open_review_link", json!({ "review": 0, "link": "policy" })),
        ("open_link", json!({ "vendor": "sleeve", "link": "https://example.com" })),
        ("open_link", json!({ "vendor": "sleeve", "link": "policy" })),
        ("ledger_entry", json!({ "id": i64::MAX })),
        ("copy_entry", json!({ "id": 1 })),
        ("export_ledger", json!({ "format": "/tmp/x" })),
        ("change_settings", json!({ "change": { "home": "/tmp" } })),
        ("change_settings", json!({ "change": { "proxy": "ftp://nowhere" } })),
        ("prepare_check", json!({ "vendor": "sleeve", "key": "x" })),
        ("prepare_release", json!({ "id": "x" })),
    ] {
        let answer = call(command, arguments.clone());
        assert!(answer.get("refused").is_some_and(|why| !why.is_null()), "{command} {arguments}: {answer}");
    }
    assert_eq!(files_under(&stage.home().join("store")), before, "nothing was written");
    assert_eq!(stage.sandbox.recorded().len(), 0);
    assert_eq!(stage.screen.windows(".").len(), 1, "no dialog was opened");
}
