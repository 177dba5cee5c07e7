//! Giving a license to somebody else at a server that answers badly: nothing is taken for given that the vendor did not sign for
//! this very request, nothing is given back before it says that it can be, and what nobody knows the account's list tells.

use gatefold_tests::{Fault, Ran, Request};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::signed_in;
use crate::scene::Scene;

/// A scene in which a license is here, and its account signed in.
fn owning() -> Scene {
    let scene = Scene::activated();
    signed_in(&scene);
    scene
}

fn id(scene: &Scene) -> String {
    scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned()
}

fn give(scene: &Scene) -> Ran {
    scene.cli.run(["license", "transfer", &id(scene), "--to", "friend@example.com", "--yes", "--json"])
}

fn open(scene: &Scene) -> Value {
    scene.cli.json(["account", "show"])["transfer_open_since"].clone()
}

fn not_signed(status: u16) -> Fault {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
    Fault::Answer(head.into_bytes())
}

#[test]
fn what_is_no_answer_to_the_question_leaves_all_as_it_was() {
    let scene = owning();
    let before = scene.installed();
    let check = |fault: Fault, code: &str| {
        let first = scene.tap.seen().len();
        scene.tap.faults([fault]);
        let ran = give(&scene);
        scene.tap.faults([]);
        assert_eq!(ran.json()["error"]["code"], code, "{ran:?}");
        assert_eq!(scene.tap.seen().len(), first + 1, "{code}: nothing is sent after it");
        assert_eq!(scene.installed(), before, "{code}");
        assert_eq!(scene.sandbox.seats_taken(&id(&scene)), 1, "{code}");
        assert_eq!((open(&scene), scene.sandbox.given_to(&id(&scene)).len()), (Value::Null, 0), "{code}");
    };
    check(not_signed(200), "keygen.unconfirmed");
    check(not_signed(429), "keygen.throttled");
    check(not_signed(503), "keygen.server_error");
    check(Fault::Answer(b"\0\0".to_vec()), "network.answer_not_http");
    check(Fault::LoseAnswer, "network.cut_off");
    let signer = scene.signer();
    let other =
        Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &json!({"data": null})));
    check(other, "keygen.unreadable");
    let stranger = scene.signer().stranger();
    let forged = Fault::reply(move |request| stranger.answer(&Request::parse(request), 200, &json!({})));
    check(forged, "keygen.bad_signature");
    // The vendor's own answer to another question of ours.
    let first = scene.tap.seen().len();
    scene.cli.json(["license", "transfer", &id(&scene), "--yes"]);
    check(Fault::Answer(scene.tap.seen()[first].answer.clone()), "keygen.bad_signature");
}

/// The seat is given back, and of the transfer nobody knows: the list says how it ended, and the same may be done again.
#[test]
fn what_is_no_answer_to_the_transfer_is_not_known() {
    let check = |fault: Fault, given: bool| {
        let scene = owning();
        let first = scene.tap.seen().len();
        scene.tap.faults([Fault::None, Fault::None, fault]);
        let ran = give(&scene);
        scene.tap.faults([]);
        assert_eq!(ran.json()["error"]["code"], "transfer.unknown", "{ran:?}");
        assert_eq!(scene.tap.seen().len(), first + 3, "nothing is asked after it");
        assert!(open(&scene).is_string());
        assert_eq!(scene.cli.json(["license", "list"])["unfinished"], json!([]));
        let told = scene.cli.run(["account", "show"]).stderr;
        assert!(
            told.contains("whether Halo Plate was given away") && told.contains("account refresh"),
            "{told}"
        );
        let read = scene.cli.run(["account", "refresh", "--yes"]);
        let word = if given { "Halo Plate was given away" } else { "Halo Plate was not given away" };
        assert!(read.stderr.contains(word), "{read:?}");
        assert_eq!(open(&scene), Value::Null);
        let owned = scene.cli.json(["account", "licenses"])["entries"].clone();
        let is_owned =
            owned.as_array().unwrap().iter().any(|owned| owned["license_id"] == id(&scene).as_str());
        assert_eq!(is_owned, !given);
        if is_owned {
            assert_eq!(give(&scene).json()["status"], "transferred");
        }
        assert_eq!(scene.sandbox.given_to(&id(&scene)), ["friend@example.com"]);
    };
    check(not_signed(201), false);
    check(not_signed(429), false);
    check(not_signed(500), false);
    check(Fault::Answer(b"\0\0".to_vec()), false);
    check(Fault::LoseAnswer, true);
}

/// The vendor says no after the seat was given back: that is told, and the license is still the account's.
/// Whoever asks again for what was done is told so, and not that the license is another account's.
#[test]
fn a_transfer_that_was_done_is_told_as_one() {
    let scene = owning();
    scene.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    assert_eq!(give(&scene).json()["error"]["code"], "transfer.unknown");
    scene.tap.faults([]);
    let again = give(&scene);
    assert_eq!(
        (again.code(), &again.json()["error"]["code"]),
        (Some(3), &"transfer.done_before".into()),
        "{again:?}"
    );
    assert!(open(&scene).is_string(), "a no without our nonce closes nothing");
    scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(open(&scene), Value::Null);
}

#[test]
fn a_no_after_the_seat_was_given_back_says_both() {
    let scene = owning();
    let signer = scene.signer();
    let no = json!({"errors": [{"title": "", "detail": "", "code": "TRANSFER_NOT_OFFERED"}]});
    let no = Fault::reply(move |request| signer.answer(&Request::parse(request), 422, &no));
    scene.tap.faults([Fault::None, Fault::None, no]);
    let ran = give(&scene);
    scene.tap.faults([]);
    let error = &ran.json()["error"];
    assert_eq!(error["code"], "transfer.not_done", "{ran:?}");
    assert!(error["message"].as_str().unwrap().contains("gives this license to nobody else"), "{ran:?}");
    assert_eq!((open(&scene), scene.sandbox.seats_taken(&id(&scene))), (Value::Null, 0));
    assert_eq!(scene.activate()["status"], "activated");
}

/// With the vendor goes what is known of it here.
#[test]
fn a_transfer_that_may_be_done_is_told_before_its_vendor_is_forgotten() {
    let scene = owning();
    scene.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    give(&scene);
    scene.tap.faults([]);
    let ran = scene.cli.run(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert!(ran.stderr.contains("was given away on"), "{ran:?}");
}

/// A no to an earlier try says nothing of this one, which the vendor had done.
#[test]
fn an_old_no_to_a_transfer_closes_nothing() {
    let scene = owning();
    let old = scene.signer().at("2026-01-02T03:04:05Z".parse().unwrap());
    let no = json!({"errors": [{"title": "", "detail": "", "code": "TRANSFER_SEATS_IN_USE"}]});
    let no = Fault::instead(move |request: &[u8]| old.answer(&Request::parse(request), 422, &no));
    scene.tap.faults([Fault::None, Fault::None, no]);
    assert_eq!(give(&scene).json()["error"]["code"], "transfer.unknown");
    scene.tap.faults([]);
    assert!(open(&scene).is_string());
    scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!((open(&scene), scene.sandbox.given_to(&id(&scene)).len()), (Value::Null, 1));
}

/// A seat that is left here without its file is this computer's, and goes back first.
#[test]
fn a_seat_without_its_file_is_not_another_computers() {
    let scene = Scene::start();
    signed_in(&scene);
    scene.tap.faults([Fault::None, Fault::None, Fault::Hang]);
    let ran = scene.cli.run(["license", "activate", &scene.key, "--yes", "--json"]);
    scene.tap.faults([]);
    assert_eq!(ran.json()["error"]["code"], "license.seat_without_file", "{ran:?}");
    assert_eq!(give(&scene).json()["status"], "transferred");
    assert_eq!(scene.sandbox.seats_taken(&id(&scene)), 0);
}

/// Where the vendor said that the seat here is gone, the one that is taken is another computer's: nothing is taken away here.
#[test]
fn a_seat_that_is_gone_here_leaves_the_license_where_it_is() {
    let scene = owning();
    let (other, _home) = scene.in_fresh_home();
    let other = other.env("GATEFOLD_TEST_MACHINE_ID", "fedcba9876543210fedcba9876543210");
    other.json(["license", "seats", &scene.key, "--yes"]);
    let seat = scene.cli.json(["license", "list"])["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    other.json(["license", "deactivate", &seat, "--key", &scene.key, "--yes"]);
    other.json(["license", "activate", &scene.key, "--yes"]);
    let (_, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!(error["code"], "license.seat_gone");
    let before = scene.cli.json(["license", "list"])["entries"].clone();
    let given = give(&scene);
    assert_eq!(given.json()["error"]["code"], "transfer.seats_elsewhere");
    assert!(given.stderr.contains("one other computer holds a seat of it."), "no list was read: {given:?}");
    assert_eq!(scene.cli.json(["license", "list"])["entries"], before);
}

/// Whose seats they are is named by the list that was read last, and as of when, where it may be another one by now.
#[test]
fn the_seats_of_others_are_named_where_they_are_known() {
    let scene = owning();
    let (other, _home) = scene.in_fresh_home();
    let other = other.env("GATEFOLD_TEST_MACHINE_ID", "fedcba9876543210fedcba9876543210");
    let activate = ["license", "activate", &scene.key, "--device-name", "old laptop", "--yes"];
    other.json(activate);
    scene.cli.json(["license", "seats", &id(&scene), "--yes"]);
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    let named = format!("\"old laptop\" (last file fetched on {today})");
    let given = give(&scene);
    assert_eq!(given.json()["error"]["code"], "transfer.seats_elsewhere");
    let told = format!("one other computer holds a seat of it: {named}.");
    assert!(given.json()["error"]["message"].as_str().unwrap().ends_with(&told), "{given:?}");
    let asked = scene.cli.run(["license", "transfer", &id(&scene), "--yes"]);
    assert!(asked.stderr.contains(&named), "{asked:?}");

    let (third, _home) = scene.in_fresh_home();
    third.env("GATEFOLD_TEST_MACHINE_ID", "0123456789abcdef0123456789abcdef").json(activate);
    let told = format!("2 other computers hold seats of it; listed on {today} were: {named}");
    assert!(give(&scene).stderr.contains(&told));
}
