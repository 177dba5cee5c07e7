//! Answers that no licensing server gives, and answers that nobody signed.

use std::collections::BTreeSet;

use gatefold_tests::{Fault, Request, Signer, Tap};
use serde_json::json;

use crate::scene::{Case, Scene, fails, licenses, noted, standing};

const MIB: usize = 1024 * 1024;

fn answer(bytes: impl Into<Vec<u8>>) -> Fault {
    Fault::Answer(bytes.into())
}

fn unsigned(status: u16, body: &str) -> Fault {
    let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-type: application/vnd.api+json\r\n");
    answer(format!("{head}content-length: {}\r\n\r\n{body}", body.len()))
}

/// No HTTP, or no whole answer.
fn not_answered(fault: Fault, code: &'static str, status: Option<u16>) -> Case {
    Case { fault, code, exit: 1, outcome: "unknown", status }
}

/// A whole answer that nobody vouches for.
fn unconfirmed(fault: Fault, status: u16) -> Case {
    Case { fault, code: "keygen.unconfirmed", exit: 1, outcome: "answered", status: Some(status) }
}

fn garbage() -> Vec<Case> {
    let noise: Vec<u8> = (0..4096_u32).map(|i| (i * 7 + i / 13) as u8).collect();
    let not_http = |fault| not_answered(fault, "network.answer_not_http", None);
    vec![
        not_http(answer(noise)),
        not_http(answer("220 mail.example ESMTP\r\n")),
        not_http(answer("<!DOCTYPE html><title>Welcome to the hotel</title>")),
        not_http(Fault::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: and more\r\n".repeat(512))),
        not_answered(answer(""), "network.cut_off", None),
        not_answered(answer("HTTP/1.1 200 OK\r\ncontent-le"), "network.cut_off", None),
        not_answered(answer("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}"), "network.cut_off", Some(200)),
        not_answered(
            answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
            "network.cut_off",
            Some(200),
        ),
    ]
}

fn too_much() -> Vec<Case> {
    let head = |len: usize| format!("HTTP/1.1 200 OK\r\ncontent-length: {len}\r\n\r\n").into_bytes();
    let huge = [head(5 * MIB), vec![b'['; 5 * MIB]].concat();
    let endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    let too_large = |fault| not_answered(fault, "network.answer_too_large", Some(200));
    vec![
        too_large(answer(huge)),
        too_large(Fault::Endless(endless, vec![b' '; 64 * 1024])),
        too_large(Fault::Endless(head(usize::MAX / 4), vec![b' '; 64 * 1024])),
    ]
}

fn nobody_signed() -> Vec<Case> {
    let suspended =
        json!({"data": null, "meta": {"valid": false, "code": "SUSPENDED", "detail": "", "nonce": 1}});
    let refused = |code: &str| json!({"errors": [{"title": "No", "detail": "No", "code": code}]}).to_string();
    let html = "<!DOCTYPE html><title>Welcome to the hotel</title><a href=/login>Sign in</a>";
    let unsigned_honest = |answer: Vec<u8>| {
        let text = String::from_utf8(answer).unwrap();
        let lines = text.split_inclusive("\r\n").filter(|line| !line.starts_with("keygen-signature"));
        lines.collect::<String>().into_bytes()
    };
    let mut cases = vec![
        unconfirmed(unsigned(200, html), 200),
        unconfirmed(unsigned(200, &suspended.to_string()), 200),
        unconfirmed(unsigned(401, &refused("TOKEN_INVALID")), 401),
        unconfirmed(unsigned(403, &refused("LICENSE_SUSPENDED")), 403),
        unconfirmed(unsigned(404, &refused("NOT_FOUND")), 404),
        unconfirmed(Fault::Change(unsigned_honest), 200),
    ];
    let too_many = unsigned(429, &refused("TOO_MANY_REQUESTS"));
    cases.push(Case { code: "keygen.throttled", exit: 3, ..unconfirmed(too_many, 429) });
    let failed = unsigned(503, html);
    cases.push(Case { code: "keygen.server_error", ..unconfirmed(failed, 503) });
    cases
}

/// Signed, but not by the vendor, or not for what it says.
fn badly_signed(signer: &Signer) -> Vec<Case> {
    let body = json!({"data": null, "meta": {"valid": false, "code": "SUSPENDED", "detail": "", "nonce": 1}});
    let stranger = signer.stranger();
    let (by_stranger, for_another) = (body.clone(), body);
    let owner = signer.clone();
    let altered = |mut answer: Vec<u8>| {
        // One letter of the body, near its end.
        let last = answer.iter().rposition(u8::is_ascii_lowercase).unwrap();
        answer[last] = if answer[last] == b'x' { b'y' } else { b'x' };
        answer
    };
    let bad = |fault| Case { code: "keygen.bad_signature", ..unconfirmed(fault, 200) };
    vec![
        bad(Fault::Change(altered)),
        bad(Fault::reply(move |request| stranger.answer(&Request::parse(request), 200, &by_stranger))),
        bad(Fault::reply(move |request| {
            let other = Request { target: "/v1/me".to_owned(), ..Request::parse(request) };
            owner.answer(&other, 200, &for_another)
        })),
    ]
}

fn every_case(scene: &Scene) -> Vec<Case> {
    [garbage(), too_much(), nobody_signed(), badly_signed(&scene.signer())].into_iter().flatten().collect()
}

/// One case for each thing that the user can be told.
fn each_kind(scene: &Scene) -> Vec<Case> {
    let mut cases = every_case(scene);
    let mut kinds = BTreeSet::new();
    cases.retain(|case| kinds.insert((case.code, case.status)));
    cases
}

#[test]
fn at_the_check_of_a_key() {
    let scene = Scene::start();
    for (count, case) in every_case(&scene).into_iter().enumerate() {
        let name = case.name();
        scene.tap.faults([case.fault.clone()]);
        fails(&scene.cli, &["license", "activate", &scene.key, "--yes"], &case, &name);
        assert_eq!(scene.tap.seen().len(), count + 1, "{name}: nothing is sent again by itself");
        noted(&scene.cli, &case, &name);
        assert!(licenses(&scene.cli).is_empty(), "{name}: something was installed");
    }
    scene.activate();
    assert_eq!(scene.standing(), "active");
}

#[test]
fn at_the_validation_of_a_refresh() {
    let scene = Scene::activated();
    for case in every_case(&scene) {
        scene.refresh_fails(case, 0);
    }
    scene.recovers();
}

#[test]
fn at_the_file_of_a_refresh() {
    let scene = Scene::activated();
    for case in every_case(&scene) {
        scene.refresh_fails(case, 1);
    }
    scene.recovers();
}

/// From the moment the seat is asked for, everything is bad: the user is told, and doing it again takes no second seat.
#[test]
fn at_the_seat() {
    let scene = Scene::start();
    let license_id = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    for case in each_kind(&scene) {
        let name = case.name();
        let (cli, _home) = scene.in_fresh_home();
        scene.tap.faults([Fault::None, case.fault.clone(), case.fault.clone()]);
        fails(&cli, &["license", "activate", &scene.key, "--yes"], &case, &name);
        assert!(licenses(&cli).is_empty(), "{name}: something was installed");
        scene.tap.faults([]);
        let activated = cli.json(["license", "activate", &scene.key, "--yes"]);
        assert_eq!(standing(&cli), "active", "{name}");
        assert_eq!(scene.sandbox.seats_taken(&license_id), 1, "{name}: a seat was lost or doubled");
        cli.json(["license", "deactivate", activated["machine_id"].as_str().unwrap(), "--yes"]);
        assert_eq!(scene.sandbox.seats_taken(&license_id), 0, "{name}");
    }
}

/// The seat is taken, the file does not come: the user learns of the seat, and can finish or give it back.
#[test]
fn at_the_first_file() {
    let scene = Scene::start();
    let license_id = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    for (count, case) in each_kind(&scene).into_iter().enumerate() {
        let name = case.name();
        let (cli, _home) = scene.in_fresh_home();
        // Whoever refused the file, a seat is held: that is more than a refusal.
        let case = Case { code: "license.seat_without_file", exit: 1, ..case };
        scene.tap.faults([Fault::None, Fault::None, case.fault.clone()]);
        let error = fails(&cli, &["license", "activate", &scene.key, "--yes"], &case, &name);
        noted(&cli, &case, &name);
        assert!(licenses(&cli).is_empty(), "{name}: something was installed");
        assert_eq!(scene.sandbox.seats_taken(&license_id), 1, "{name}");
        let create = scene.tap.seen().into_iter().rev().nth(1).unwrap();
        let machine_id = Request::parse(&create.request).body["data"]["id"].as_str().unwrap().to_owned();
        assert!(error["message"].as_str().unwrap().contains(&machine_id), "{name}: {error}");
        if count % 2 == 0 {
            cli.json(["license", "activate", &scene.key, "--yes"]);
            assert_eq!(standing(&cli), "active", "{name}");
            assert_eq!(scene.sandbox.seats_taken(&license_id), 1, "{name}: a seat was lost or doubled");
        }
        cli.json(["license", "deactivate", &machine_id, "--yes"]);
        assert_eq!(scene.sandbox.seats_taken(&license_id), 0, "{name}");
    }
}

/// This computer has a seat that this home knows nothing of: it is taken over, and can be given back without its file.
#[test]
fn at_the_file_of_a_seat_taken_over() {
    let scene = Scene::start();
    let license_id = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let (first, _first_home) = scene.in_fresh_home();
    let activated = first.json(["license", "activate", &scene.key, "--yes"]);
    let seat = activated["machine_id"].as_str().unwrap();

    let (cli, _home) = scene.in_fresh_home();
    scene.tap.faults([Fault::None, Fault::None, Fault::None, unsigned(503, "{}")]);
    let ran = cli.run(["license", "activate", &scene.key, "--yes", "--json"]);
    let error = &ran.json()["error"];
    assert_eq!(error["code"], "license.seat_without_file", "{ran:?}");
    assert!(error["message"].as_str().unwrap().contains(seat), "{error}");
    scene.tap.faults([]);
    cli.json(["license", "deactivate", seat, "--yes"]);
    assert_eq!(scene.sandbox.seats_taken(&license_id), 0);
}

#[test]
fn a_redirect_is_not_followed() {
    let scene = Scene::activated();
    let elsewhere = Tap::plain();
    elsewhere.forward_to(&scene.sandbox.address());
    for status in [301, 302, 303, 307, 308] {
        for place in [format!("{}/v1/licenses", elsewhere.url()), "/v1/licenses".to_owned()] {
            let redirect =
                format!("HTTP/1.1 {status} Moved\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n");
            scene.refresh_fails(unconfirmed(answer(redirect), status), 0);
        }
    }
    assert!(elsewhere.seen().is_empty(), "the redirect was followed");
    scene.recovers();
}
