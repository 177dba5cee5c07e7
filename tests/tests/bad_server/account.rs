//! Who signed in, and which licenses are theirs: another account's answers are no sign-in, and a list that the vendor did
//! not sign, or not to its end, changes nothing.

use gatefold_tests::{Cli, Fault, Request, body_of};
use serde_json::{Value, json};

use crate::scene::{Case, Scene, assert_plain, fails, noted};

pub(crate) const SIGN_IN: [&str; 6] =
    ["account", "sign-in", "--email", "Demo@Example.com", "--password-stdin", "--yes"];

/// Signs in on this computer, which must work, and gives the tap's exchanges of it.
pub(crate) fn signed_in(scene: &Scene) -> Vec<Vec<u8>> {
    let first = scene.tap.seen().len();
    let ran = scene.cli.run_with_input(SIGN_IN, b"demo-password\n");
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    scene.tap.seen().into_iter().skip(first).map(|seen| seen.answer).collect()
}

/// The answers to a sign-in of somebody else, elsewhere: the vendor signed them, and whoever stands in between has them.
fn answers_of_another(scene: &Scene) -> Vec<Vec<u8>> {
    let first = scene.tap.seen().len();
    let (cli, _home) = scene.in_fresh_home();
    sign_in_another(scene, &cli);
    scene.tap.seen().into_iter().skip(first).map(|seen| seen.answer).collect()
}

/// Signs the other account in. Once in a test: a one-time code works once.
pub(crate) fn sign_in_another(scene: &Scene, cli: &Cli) {
    let account = &scene.sandbox.ready["two_factor_account"];
    let text = |name: &str| account[name].as_str().unwrap();
    let secret = totp_rs::Secret::try_from_base32(text("otp_secret")).unwrap();
    let now = jiff::Timestamp::now().as_second().unsigned_abs();
    let code = totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string();
    let words = ["account", "sign-in", "--email", text("email"), "--password-stdin", "--otp", &code, "--yes"];
    let ran = cli.run_with_input(words, text("password").as_bytes());
    assert_eq!(ran.code(), Some(0), "{ran:?}");
}

/// A sign-in that comes to nothing: what it says, and what became of each of its requests.
fn comes_to_nothing(scene: &Scene, faults: Vec<Fault>, exit: i32, code: &str) -> (Value, Vec<String>) {
    let first = scene.tap.seen().len();
    scene.tap.faults(faults);
    let ran = scene.cli.run_with_input([&SIGN_IN[..], &["--json"]].concat(), b"demo-password\n");
    scene.tap.faults([]);
    let error = ran.json()["error"].clone();
    assert_eq!((ran.code(), &error["code"]), (Some(exit), &json!(code)), "{ran:?}");
    assert_plain(&ran.stderr, code);
    assert_eq!(scene.cli.json(["account", "show"])["email"], Value::Null, "{code}: it is kept");
    assert_eq!(scene.cli.json(["account", "licenses"])["entries"], json!([]), "{code}");
    let (exit, unread) = scene.cli.failure(["account", "refresh", "--yes"]);
    assert_eq!((exit, &unread["code"]), (1, &json!("account.not_signed_in")), "{code}: the token is kept");
    let entries = scene.cli.json(["ledger", "list"]);
    let entries = entries["entries"].as_array().unwrap();
    let sent = scene.tap.seen().len() - first;
    let ids: Vec<Value> = entries[entries.len() - sent..].iter().map(|entry| entry["id"].clone()).collect();
    assert_eq!(ran.json()["ledger"], json!(ids), "{code}: what was sent is named");
    let became = |entry: &Value| {
        let target = entry["url"].as_str().unwrap().rsplit('/').next().unwrap();
        let target = if entry["method"] == "DELETE" { "ID" } else { target };
        let status = entry["status"].as_u64().map_or_else(String::new, |status| format!(" {status}"));
        format!("{} {target}{status}", entry["method"].as_str().unwrap())
    };
    (error, entries[entries.len() - sent..].iter().map(became).collect())
}

/// Whether a token still opens anything.
pub(crate) fn opens(scene: &Scene, token: &str) -> bool {
    use std::io::{Read as _, Write as _};
    let address = scene.sandbox.address();
    let mut server = std::net::TcpStream::connect(&address).unwrap();
    let request = format!(
        "GET /v1/me HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    server.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    server.read_to_string(&mut answer).unwrap();
    answer.starts_with("HTTP/1.1 200")
}

pub(crate) fn token_of(answer: &[u8]) -> String {
    body_of(answer)["data"]["attributes"]["token"].as_str().unwrap().to_owned()
}

#[test]
fn another_accounts_sign_in_is_not_kept_and_is_revoked() {
    let scene = Scene::start();
    let theirs = answers_of_another(&scene);
    assert!(opens(&scene, &token_of(&theirs[0])));
    let of_another = || Fault::Answer(theirs[0].clone());
    // The token is theirs, and the server says so.
    let (error, sent) = comes_to_nothing(&scene, vec![of_another()], 1, "account.another");
    assert_eq!(sent, ["POST tokens 201", "GET me 200", "DELETE ID 204"]);
    assert!(error["message"].as_str().unwrap().contains("is revoked"), "{error}");
    assert!(!opens(&scene, &token_of(&theirs[0])), "the token was not revoked");
    // Both answers are theirs: the address is not the one that was typed. And now it cannot be revoked.
    let both = vec![of_another(), Fault::Answer(theirs[1].clone()), Fault::LoseAnswer];
    let (error, sent) = comes_to_nothing(&scene, both, 1, "account.another");
    assert_eq!(sent, ["POST tokens 201", "GET me 200", "DELETE ID"]);
    assert!(error["message"].as_str().unwrap().contains("could not be revoked"), "{error}");
    // The token is theirs, and the answer that names its owner is from another day of one's own.
    let ours = signed_in(&scene);
    scene.cli.json(["account", "sign-out", "--yes"]);
    let mixed = vec![of_another(), Fault::Answer(ours[1].clone())];
    let (error, sent) = comes_to_nothing(&scene, mixed, 1, "account.another");
    assert_eq!(sent, ["POST tokens 201", "GET me 200", "DELETE ID 401"]);
    assert!(error["message"].as_str().unwrap().contains("could not be revoked"), "{error}");
    // An honest server is believed.
    signed_in(&scene);
    assert_eq!(scene.cli.json(["account", "show"])["email"], "Demo@Example.com");
}

#[test]
fn a_sign_in_that_nobody_confirms_is_not_kept() {
    let scene = Scene::start();
    let me = body_of(&signed_in(&scene)[1]);
    scene.cli.json(["account", "sign-out", "--yes"]);
    let stranger = scene.signer().stranger();
    let by_a_stranger = Fault::reply(move |request| {
        let user = json!({"data": {"type": "users", "id": uuid::Uuid::nil(), "attributes": {"email": "demo@example.com"}}});
        stranger.answer(&Request::parse(request), 200, &user)
    });
    let old = scene.signer().at("1990-01-01T00:00:00Z".parse().unwrap());
    let of_another_day = Fault::instead(move |request| old.answer(&Request::parse(request), 200, &me));
    let signer = scene.signer();
    let a_license = Fault::reply(move |request| {
        let license = json!({"data": {"type": "licenses", "id": uuid::Uuid::nil(), "attributes": {}}});
        signer.answer(&Request::parse(request), 200, &license)
    });
    for (fault, code, status) in [
        (Fault::Change(unsigned), "keygen.unconfirmed", " 200"),
        (by_a_stranger, "keygen.bad_signature", " 200"),
        (a_license, "keygen.unreadable", " 200"),
        (of_another_day, "keygen.replayed", " 200"),
        (Fault::LoseAnswer, "network.cut_off", ""),
        (Fault::CutRequest(40), "network.cut_off", ""),
    ] {
        let (_, sent) = comes_to_nothing(&scene, vec![Fault::None, fault], 1, code);
        assert_eq!(
            sent,
            ["POST tokens 201".to_owned(), format!("GET me{status}"), "DELETE ID 204".to_owned()]
        );
        let mut seen = scene.tap.seen().into_iter();
        let given = seen.rfind(|seen| seen.answer.starts_with(b"HTTP/1.1 201")).unwrap();
        assert!(!opens(&scene, &token_of(&given.answer)), "{code}: the token was not revoked");
    }
    // Nor is it revoked: then that is what is said, and why it is not kept.
    let failing = Fault::Answer(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n".to_vec());
    let both = vec![Fault::None, failing.clone(), failing];
    let (error, sent) = comes_to_nothing(&scene, both, 1, "account.token_left");
    assert_eq!(sent, ["POST tokens 201", "GET me 503", "DELETE ID 503"]);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("did not confirm") && message.contains("The vendor's server failed"), "{error}");
    signed_in(&scene);
}

/// Where the very answer that gives the token is lost, or is nobody's word, it is not known whether there is one.
#[test]
fn a_sign_in_that_may_have_been_given_is_said_to_be() {
    let scene = Scene::start();
    for (fault, cause) in [
        (Fault::CutRequest(40), "The connection broke"),
        (Fault::LoseAnswer, "The connection broke"),
        (Fault::CutAnswer(60), "The connection broke"),
        (Fault::Change(unsigned), "signed"),
    ] {
        let name = format!("{fault:?}");
        let (error, sent) = comes_to_nothing(&scene, vec![fault], 1, "account.token_unknown");
        assert_eq!(sent.len(), 1, "{name}: {sent:?}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("it is not known whether"), "{name}: {message}");
        assert!(message.contains(cause), "{name}: {message}");
        assert!(error["hint"].as_str().unwrap().contains("end it on the vendor's page"), "{name}: {error}");
    }
    signed_in(&scene);
}

/// The same answer without its signature.
fn unsigned(answer: Vec<u8>) -> Vec<u8> {
    String::from_utf8(answer).unwrap().replace("keygen-signature:", "x-signature:").into_bytes()
}

fn listed(cli: &Cli) -> Value {
    cli.json(["account", "licenses"])["entries"].clone()
}

#[test]
fn a_list_that_is_not_the_vendors_changes_nothing() {
    let scene = Scene::start();
    signed_in(&scene);
    let before = listed(&scene.cli);
    assert_eq!(before.as_array().unwrap().len(), 9);
    let by = |signer: gatefold_tests::Signer, status: u16, document: Value| {
        Fault::reply(move |request| signer.answer(&Request::parse(request), status, &document))
    };
    let none = json!({"data": []});
    let refused = json!({"errors": [{"title": "No", "detail": "No", "code": "TOKEN_INVALID"}]});
    let license =
        json!({"data": [{"type": "licenses", "id": "not-an-id", "attributes": {"status": "ACTIVE"}}]});
    let case = |fault, code, exit, outcome, status| Case { fault, code, exit, outcome, status };
    for case in [
        case(Fault::Change(unsigned), "keygen.unconfirmed", 1, "answered", Some(200)),
        case(by(scene.signer().stranger(), 200, none), "keygen.bad_signature", 1, "answered", Some(200)),
        case(by(scene.signer(), 200, license), "keygen.unreadable", 1, "answered", Some(200)),
        case(by(scene.signer(), 200, json!({"data": {}})), "keygen.unreadable", 1, "answered", Some(200)),
        case(by(scene.signer(), 401, refused), "keygen.signed_out", 3, "answered", Some(401)),
        case(Fault::LoseAnswer, "network.cut_off", 1, "unknown", None),
        case(Fault::CutAnswer(2_000), "network.cut_off", 1, "unknown", Some(200)),
    ] {
        let name = case.name();
        scene.tap.faults([case.fault.clone()]);
        fails(&scene.cli, &["account", "refresh", "--yes"], &case, &name);
        noted(&scene.cli, &case, &name);
        assert_eq!(listed(&scene.cli), before, "{name}");
    }
    scene.tap.faults([]);
    let after = scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(after["entries"].as_array().unwrap().len(), 9);
}

#[test]
fn a_sign_in_stands_whatever_becomes_of_the_list() {
    let scene = Scene::start();
    scene.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    let ran = scene.cli.run_with_input([&SIGN_IN[..], &["--json"]].concat(), b"demo-password\n");
    let done = ran.json();
    assert_eq!((ran.code(), &done["licenses"]), (Some(0), &Value::Null), "{ran:?}");
    assert_eq!((&done["unread"]["code"], &done["ledger"]), (&json!("network.cut_off"), &json!([1, 2, 3])));
    assert!(ran.stderr.contains("The sign-in stands") && ran.stderr.contains("gatefold account refresh"));
    let shown = scene.cli.json(["account", "show"]);
    assert_eq!((&shown["email"], &shown["licenses"]), (&json!("Demo@Example.com"), &Value::Null));
    scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(scene.cli.json(["account", "show"])["licenses"], 9);
}

/// Answers each page of a list of `count` licenses, as a server would that has so many; `shift` of each page come again
/// on the next one.
fn pages(scene: &Scene, count: usize, shift: usize) -> Fault {
    let signer = scene.signer();
    let product = scene.sandbox.license("free")["product_id"].clone();
    let license = move |number: usize| {
        json!({
            "type": "licenses",
            "id": uuid::Uuid::from_u128(number as u128),
            "attributes": {"status": "ACTIVE", "expiry": null, "key": format!("SLEEVE-PAGE-{:04}-{:04}", number / 10_000, number % 10_000), "maxMachines": 3},
            "relationships": {"product": {"data": {"type": "products", "id": product}}},
        })
    };
    Fault::reply(move |request| {
        let request = Request::parse(request);
        let (_, number) = request.target.split_once("?page%5Bnumber%5D=").unwrap();
        let number: usize = number.split('&').next().unwrap().parse().unwrap();
        let from = (number - 1) * 100 - shift.min((number - 1) * 100);
        let data: Vec<Value> = (from..count.min(from + 100)).map(&license).collect();
        let next = (from + 100 < count).then_some("/v1/the-next-one");
        signer.answer(&request, 200, &json!({"data": data, "links": {"next": next}}))
    })
}

#[test]
fn a_list_of_several_pages_is_read_to_its_end() {
    let scene = Scene::start();
    signed_in(&scene);
    let check = |count: usize, shift: usize, requests: usize, expect: usize| {
        let first = scene.tap.seen().len();
        scene.tap.faults(std::iter::repeat_n(pages(&scene, count, shift), 30));
        let read = scene.cli.json(["account", "refresh", "--yes"]);
        scene.tap.faults([]);
        assert_eq!(scene.tap.seen().len() - first, requests, "{count} {shift}");
        assert_eq!(read["ledger"].as_array().unwrap().len(), requests, "{count} {shift}");
        let ids: std::collections::BTreeSet<&str> = read["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["license_id"].as_str().unwrap())
            .collect();
        assert_eq!(
            (ids.len(), read["entries"].as_array().unwrap().len()),
            (expect, expect),
            "{count} {shift}"
        );
        assert_eq!(listed(&scene.cli), read["entries"], "{count} {shift}");
    };
    check(0, 0, 1, 0);
    check(100, 0, 1, 100);
    check(101, 0, 2, 101);
    check(250, 0, 3, 250);
    // A license that is made meanwhile: the last one of each page comes again.
    check(250, 1, 3, 250);
    scene.tap.faults(std::iter::repeat_n(pages(&scene, 250, 1), 3));
    let told = scene.cli.run(["account", "refresh", "--yes"]);
    assert!(told.text().contains("250 licenses are yours"), "{told:?}");
    assert!(!told.text().contains("goes on") && !told.stderr.contains("goes on"), "{told:?}");
    // A list without an end is read to the page that was shown last, and not told as the whole.
    check(100_000, 0, 20, 2_000);
    for (count, is_cut) in [(2_000, false), (2_001, true)] {
        scene.tap.faults(std::iter::repeat_n(pages(&scene, count, 0), 20));
        assert_eq!(scene.cli.json(["account", "refresh", "--yes"])["cut"], is_cut);
        scene.tap.faults(std::iter::repeat_n(pages(&scene, count, 0), 20));
        let told = scene.cli.run(["account", "refresh", "--yes"]);
        assert_eq!(told.stderr.contains("The vendor's list goes on"), is_cut, "{told:?}");
    }

    // Until the last page is here, what was remembered stays.
    let before = listed(&scene.cli);
    let cut = [pages(&scene, 250, 0), pages(&scene, 250, 0), Fault::LoseAnswer];
    let first = scene.tap.seen().len();
    scene.tap.faults(cut);
    let (exit, error) = scene.cli.failure(["account", "refresh", "--yes"]);
    assert_eq!((exit, &error["code"]), (1, &json!("network.cut_off")));
    assert_eq!((scene.tap.seen().len() - first, listed(&scene.cli)), (3, before));
}
