//! What the vendor's own server signed and is still not what was asked for: another request's answer, another
//! document, words that a terminal would obey, a file that was altered.

use gatefold_tests::{Fault, Request, body_of};
use serde_json::{Value, json};

use crate::scene::{Case, Scene, assert_plain, fails, noted};

fn signed(fault: Fault, code: &'static str) -> Case {
    Case { fault, code, exit: 1, outcome: "answered", status: Some(200) }
}

/// The same document for every request, signed for it.
fn document(scene: &Scene, status: u16, body: Value) -> Fault {
    let signer = scene.signer();
    Fault::reply(move |request| signer.answer(&Request::parse(request), status, &body))
}

#[test]
fn the_answer_to_another_request() {
    let scene = Scene::activated();
    let old = scene.honest_validation();
    let file = scene.tap.seen().pop().unwrap();
    scene.refresh_fails(signed(Fault::Answer(old.answer), "keygen.replayed"), 0);
    let without_nonce = scene.validation(|document, _| {
        document["meta"].as_object_mut().unwrap().remove("nonce");
    });
    scene.refresh_fails(signed(without_nonce, "keygen.replayed"), 0);
    // The answer to the file's request instead of the validation's: its signature names another target.
    assert!(Request::parse(&file.request).target.ends_with("check-out"));
    let swapped = Fault::Answer(file.answer);
    scene.refresh_fails(signed(swapped, "keygen.bad_signature"), 0);
    scene.recovers();
}

#[test]
fn another_document() {
    let scene = Scene::activated();
    for body in
        [json!(null), json!([]), json!({"data": []}), json!({"errors": []}), json!({"meta": {"valid": 1}})]
    {
        scene.refresh_fails(signed(document(&scene, 200, body.clone()), "keygen.unreadable"), 0);
        scene.refresh_fails(signed(document(&scene, 200, body), "keygen.unreadable"), 1);
    }
    let deep = (0..100).fold(json!(1), |inner, _| json!({"data": inner}));
    scene.refresh_fails(signed(document(&scene, 200, deep), "keygen.unreadable"), 0);
    scene.recovers();
}

#[test]
fn a_refusal_is_the_vendors_and_changes_nothing_here() {
    let scene = Scene::activated();
    let check = |status: u16, code: &str, expect: &'static str, positions: &[usize]| {
        let body = json!({"errors": [{"title": "No", "detail": "No", "code": code}]});
        for &position in positions {
            let fault = document(&scene, status, body.clone());
            let case = Case { fault, code: expect, exit: 3, outcome: "answered", status: Some(status) };
            scene.refresh_fails(case, position);
        }
    };
    check(401, "LICENSE_INVALID", "license.key_gone", &[0, 1]);
    check(403, "LICENSE_SUSPENDED", "keygen.suspended", &[0, 1]);
    check(403, "USER_BANNED", "keygen.banned", &[0, 1]);
    check(404, "NOT_FOUND", "keygen.not_found", &[0]);
    check(422, "SOMETHING_NEW", "keygen.refused", &[0, 1]);
    scene.recovers();
}

/// The license is good, and its seat is not there: that is told, and ends nothing here. Said before, it says nothing of now.
#[test]
fn that_there_is_no_such_seat_is_told_if_it_is_said_now() {
    let scene = Scene::activated();
    let refresh = |fault: Fault| {
        scene.tap.faults([Fault::None, fault]);
        let code = scene.cli.failure(["license", "refresh", "--yes"]).1["code"].clone();
        assert_eq!(scene.cli.json(["license", "list"])["entries"][0]["standing"], "active");
        code
    };
    let no = json!({"errors": [{"title": "No", "detail": "No", "code": "NOT_FOUND"}]});
    let (old, body) = (scene.signer().at("2026-01-02T03:04:05Z".parse().unwrap()), no.clone());
    let played_again = Fault::reply(move |request| old.answer(&Request::parse(request), 404, &body));
    assert_eq!(refresh(played_again), "keygen.not_found");
    assert_eq!(refresh(document(&scene, 404, no)), "license.seat_gone");
}

/// Colors, a title, a link, a bell, a cursor that goes up, reordering, an invisible letter, a new line.
const NASTY: &str = "No\u{1b}[31m red\u{1b}]0;title\u{7} \u{1b}]8;;https://evil.example\u{1b}\\link\u{9b}2A \
                     \u{202e}gpj.exe\u{2066} zero\u{200b}width\r\nsecond line\tand tab";

#[test]
fn words_that_a_terminal_would_obey() {
    let scene = Scene::start();
    let long = NASTY.repeat(2_000);
    let error =
        json!({"title": NASTY, "detail": long, "code": format!("NEW{NASTY}"), "source": {"pointer": NASTY}});
    let at_the_check = document(&scene, 422, json!({"errors": [error]}));
    let case = Case { exit: 3, status: Some(422), ..signed(at_the_check, "keygen.refused") };
    scene.tap.faults([case.fault.clone()]);
    let told = fails(&scene.cli, &["license", "activate", &scene.key, "--yes"], &case, "nasty words");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("No[31m red") && message.contains("gpj.exe"), "the words are quoted: {message}");
    assert!(!message.contains("://") && !message.contains('\n'), "{message}");
    assert!(message.chars().count() < 800, "the words are cut: {} characters", message.chars().count());
    noted(&scene.cli, &case, "nasty words");
    // A code that is none is not kept as one.
    assert_eq!(scene.cli.json(["ledger", "show", "1"])["code"], Value::Null);

    scene.activate();
    let verdict = scene.validation(|document, _| {
        document["meta"]["valid"] = json!(false);
        document["meta"]["code"] = json!(NASTY);
        document["meta"]["detail"] = json!(NASTY);
    });
    scene.refresh_fails(Case { exit: 3, ..signed(verdict, "keygen.refused") }, 0);
    for verb in [["ledger", "list"], ["license", "list"]] {
        assert_plain(&scene.cli.run(verb).text(), "a list");
    }
    scene.recovers();
}

#[test]
fn a_head_that_a_terminal_would_obey() {
    let scene = Scene::activated();
    let head = "HTTP/1.1 403 \u{1b}[31mNo\r\nx-request-id: \u{1b}]0;t\u{7}\r\ncontent-length: 0\r\n\r\n";
    let fault = Fault::Answer(head.into());
    let case = Case { fault, code: "network.answer_not_http", exit: 1, outcome: "unknown", status: None };
    scene.refresh_fails(case, 0);
    scene.recovers();
}

#[test]
fn a_file_that_is_not_what_it_should_be() {
    let scene = Scene::activated();
    scene.honest_validation();
    let honest = body_of(&scene.tap.seen().pop().unwrap().answer);
    let certificate = honest["data"]["attributes"]["certificate"].as_str().unwrap().to_owned();
    let check = |certificate: String, code: &'static str| {
        let mut body = honest.clone();
        body["data"]["attributes"]["certificate"] = json!(certificate);
        scene.refresh_fails(signed(document(&scene, 200, body), code), 1);
    };
    check(altered(&certificate), "license.signature_invalid");
    check(certificate[..certificate.len() / 2].to_owned(), "license.file_malformed");
    check(String::new(), "license.file_malformed");
    check("x".repeat(1024 * 1024), "license.file_too_large");
    check(certificate.replace("MACHINE FILE", "LICENSE FILE"), "license.wrong_label");
    check(format!("{certificate}{certificate}"), "license.file_malformed");
    scene.recovers();
}

/// The file with one letter of what is sealed in it changed.
fn altered(certificate: &str) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let lines: Vec<&str> = certificate.trim_end().lines().collect();
    let armored = lines[1..lines.len() - 1].concat();
    let mut document: Value = serde_json::from_slice(&engine.decode(armored).unwrap()).unwrap();
    let sealed = document["enc"].as_str().unwrap();
    let first = if sealed.starts_with('A') { "B" } else { "A" };
    document["enc"] = json!(format!("{first}{}", &sealed[1..]));
    format!("{}\n{}\n{}\n", lines[0], engine.encode(document.to_string()), lines[lines.len() - 1])
}
