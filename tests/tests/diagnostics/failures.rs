//! What goes wrong with licenses, made for real: a bundle of it names the cause among its findings.

use gatefold_tests::{Authority, Certificate, Fault, Nobody, Sandbox, SandboxOptions, Tap, files_under};

use crate::scene::{MACHINE_ID, Scene, codes, export, findings};

/// A home whose server stands behind a tap.
fn tapped(tap: Tap) -> (Scene, Tap) {
    let sandbox = Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
    tap.forward_to(&sandbox.address());
    (Scene::by(sandbox), tap)
}

/// An activation that fails with this code.
fn fails(scene: &Scene, key: &str, code: &str) {
    let (_, error) = scene.cli.failure(["license", "activate", key, "--yes"]);
    assert_eq!(error["code"], code, "{error}");
}

#[track_caller]
fn assert_named(scene: &Scene, cause: &str) {
    let bundle = scene.export(&[]);
    let read = findings(&scene.cli, &bundle);
    assert!(codes(&read).iter().any(|code| code == cause), "{cause} is not among {read:#}");
    // It stands in the report for people, too.
    let words = read["entries"].as_array().unwrap().iter().find(|entry| entry["code"] == cause).unwrap();
    let html = scene.cli.json(["diagnostics", "read", bundle.to_str().unwrap(), "--file", "report.html"]);
    let text = html["text"].as_str().unwrap().to_lowercase();
    let start: String = words["words"].as_str().unwrap().to_lowercase().chars().take(30).collect();
    assert!(text.contains(&start.replace('\'', "&#39;")), "{start} is not in the report");
}

#[test]
fn all_seats_are_in_use() {
    let scene = Scene::new();
    fails(&scene, &scene.sandbox.key("full"), "keygen.seats_full");
    assert_named(&scene, "seats.full");
}

#[test]
fn the_license_was_suspended_before() {
    let scene = Scene::new();
    fails(&scene, &scene.sandbox.key("suspended"), "keygen.suspended");
    assert_named(&scene, "license.suspended");
}

#[test]
fn the_license_is_revoked_while_it_is_installed() {
    let scene = Scene::new();
    scene.activate("free");
    let token = scene.sandbox.ready["vendor_token"].as_str().unwrap();
    let license = scene.sandbox.license("free");
    let target = format!("/v1/licenses/{}/actions/suspend", license["license_id"].as_str().unwrap());
    scene.sandbox.call("POST", &target, &format!("Bearer {token}"), &serde_json::Value::Null);
    scene.cli.run(["license", "refresh", "--yes"]);
    assert_named(&scene, "license.revoked");
}

#[test]
fn the_license_has_ended() {
    let scene = Scene::new();
    fails(&scene, &scene.sandbox.key("expired"), "keygen.expired");
    assert_named(&scene, "license.expired");
}

#[test]
fn the_clock_is_three_days_behind() {
    let mut scene = Scene::new();
    let of_year = scene.sandbox.ready["licenses"].as_array().unwrap();
    let key = of_year
        .iter()
        .find(|license| license["kind"] == "subscription" && license["state"] == "free")
        .unwrap();
    scene.cli.json(["license", "activate", key["key"].as_str().unwrap(), "--yes"]);
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(72);
    scene.cli = scene.cli.env("GATEFOLD_TEST_NOW", then.to_string());
    let read = findings(&scene.cli, &scene.export(&[]));
    let all = codes(&read);
    assert!(
        all.iter().any(|code| code == "clock.behind")
            && all.iter().any(|code| code == "license.clock_behind"),
        "{read:#}"
    );
    let words: Vec<&str> =
        read["entries"].as_array().unwrap().iter().map(|one| one["words"].as_str().unwrap()).collect();
    assert!(words.contains(&"the clock is 3 days behind"), "{words:?}");
}

#[test]
fn the_license_belongs_to_another_computer() {
    let mut scene = Scene::new();
    scene.activate("free");
    let other = MACHINE_ID.replace('b', "a");
    scene.cli = scene.cli.env("GATEFOLD_TEST_MACHINE_ID", other);
    assert_named(&scene, "license.wrong_machine");
}

#[test]
fn the_key_is_wrong() {
    let scene = Scene::new();
    let key: String = scene.sandbox.key("free").replace("FREE", "FREF");
    fails(&scene, &key, "keygen.wrong_key");
    assert_named(&scene, "key.unknown");
}

#[test]
fn the_server_cannot_be_reached() {
    let nobody = Nobody::anywhere();
    let url = format!("http://127.0.0.1:{}", nobody.port());
    let sandbox = Sandbox::with(&SandboxOptions { public_url: Some(url), ..SandboxOptions::default() });
    let scene = Scene::by(sandbox);
    fails(&scene, &scene.sandbox.key("free"), "network.unreachable");
    assert_named(&scene, "network.unreachable");
    // The last contact says the same, where the user asks for it.
    let bundle = scene.export(&["--reachability"]);
    let contacts =
        scene.cli.json(["diagnostics", "read", bundle.to_str().unwrap(), "--file", "reachability.json"]);
    assert!(contacts["text"].as_str().unwrap().contains("\"reached\": false"), "{contacts}");
}

#[test]
fn the_certificate_is_not_trusted() {
    let authority = Authority::new();
    let (mut scene, _tap) = tapped(Tap::tls(authority.server(Certificate::Good)));
    let roots = scene.out("roots.pem");
    Authority::named("Somebody else").write(&roots);
    scene.cli = scene.cli.env("SSL_CERT_FILE", &roots);
    fails(&scene, &scene.sandbox.key("free"), "network.certificate_refused");
    assert_named(&scene, "network.certificate");
}

#[test]
fn the_answer_is_not_signed() {
    let (scene, tap) = tapped(Tap::plain());
    let body = r#"{"meta":{"valid":true,"code":"VALID"},"data":null}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.api+json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    tap.faults([Fault::Answer(answer.into_bytes())]);
    fails(&scene, &scene.sandbox.key("free"), "keygen.unconfirmed");
    assert_named(&scene, "answer.unsigned");
}

#[test]
fn a_sign_in_page_of_a_network_answered() {
    let (scene, tap) = tapped(Tap::plain());
    let page = "<!DOCTYPE html><html><title>Hotel</title></html>";
    let answer =
        format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}", page.len());
    tap.faults([Fault::Answer(answer.into_bytes())]);
    fails(&scene, &scene.sandbox.key("free"), "keygen.web_page");
    assert_named(&scene, "network.portal");
}

#[test]
fn the_notes_are_damaged_and_the_bundle_is_made_all_the_same() {
    let scene = Scene::new();
    scene.activate("free");
    let store = scene.home().join("store/store.db");
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(store.with_file_name(format!("store.db{beside}")));
    }
    std::fs::write(&store, b"SQLite format 3\0 and then nothing of the sort".repeat(200)).unwrap();
    let (_, error) = scene.cli.failure(["license", "list"]);
    assert_eq!(error["code"], "store.damaged", "{error}");
    let bundle = export(&scene.cli, scene.dir.path(), &[]);
    let read = findings(&scene.cli, &bundle);
    assert!(codes(&read).iter().any(|code| code == "store.damaged"), "{read:#}");
    let words = read["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(words, ["manifest.json", "report.html", "app.json", "machine.json", "log.jsonl"]);
}

#[test]
fn a_license_file_is_damaged() {
    let scene = Scene::new();
    scene.activate("free");
    let shelf = scene.home().join("shelf");
    let file = files_under(&shelf)
        .into_keys()
        .find(|path| path.extension().is_some_and(|end| end == "lic"))
        .unwrap();
    let file = shelf.join(file);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    std::fs::write(&file, bytes).unwrap();
    let read = findings(&scene.cli, &scene.export(&[]));
    let words = read["entries"][0]["words"].as_str().unwrap();
    assert!(words.contains("has a file that was altered"), "{read:#}");
}

#[test]
fn the_ledger_was_altered() {
    let scene = Scene::new();
    scene.activate("free");
    let db = rusqlite::Connection::open(scene.home().join("ledger/ledger.db")).unwrap();
    db.execute_batch("UPDATE record SET size_bytes = size_bytes + 1 WHERE seq = 1").unwrap();
    drop(db);
    assert_named(&scene, "ledger.broken");
}

#[test]
fn the_password_is_wrong() {
    let scene = Scene::new();
    let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes", "--json"];
    let ran = scene.cli.run_with_input(words, b"wrong\n");
    assert_eq!(ran.json()["error"]["code"], "keygen.credentials", "{ran:?}");
    assert_named(&scene, "account.credentials");
}
