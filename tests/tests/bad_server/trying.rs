//! Trying a product at a server that answers badly: whatever comes, no trial is believed that the vendor did not sign for this
//! very request, and what may have begun is asked for again.

use gatefold_tests::{Fault, Ran, Request, body_of};
use serde_json::{Value, json};

use crate::scene::Scene;

fn begin(scene: &Scene) -> Ran {
    scene.cli.run(["license", "trial", "paper-moon", "--yes", "--json"])
}

fn open(scene: &Scene) -> Value {
    scene.cli.json(["license", "list"])["trials_open"].clone()
}

/// Nothing is installed, that a trial may have begun is told, and an honest server then gives the one that did.
fn is_unknown(scene: &Scene, fault: Fault, begun: usize, cause: &str) {
    let first = scene.tap.seen().len();
    scene.tap.faults([fault]);
    let ran = begin(scene);
    scene.tap.faults([]);
    let error = &ran.json()["error"];
    assert_eq!(error["code"], "trial.unknown", "{cause}: {ran:?}");
    assert!(error["message"].as_str().unwrap().contains(cause), "{cause}: {ran:?}");
    assert_eq!(scene.tap.seen().len(), first + 1, "{cause}: nothing is asked after it");
    let listed = scene.cli.json(["license", "list"]);
    assert_eq!((&listed["entries"], &listed["unfinished"]), (&json!([]), &json!([])), "{cause}");
    let open = open(scene)[0].clone();
    assert_eq!(open["vendor"], "sleeve", "{cause}");
    assert_eq!((&open["product"], &open["begun"]), (&json!("Paper Moon"), &json!(false)), "{cause}");
    assert_eq!(scene.sandbox.trials().len(), begun, "{cause}");
}

#[test]
fn what_the_vendor_did_not_sign_for_this_request_begins_nothing() {
    let scene = Scene::start();
    let not_signed = |status: u16| {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
        Fault::Answer(head.into_bytes())
    };
    is_unknown(&scene, not_signed(201), 0, "not signed");
    is_unknown(&scene, not_signed(422), 0, "not signed");
    is_unknown(&scene, not_signed(429), 0, "no more requests");
    is_unknown(&scene, not_signed(503), 0, "server failed");
    is_unknown(&scene, Fault::Answer(b"\0\0".to_vec()), 0, "not a licensing server");
    let signer = scene.signer();
    is_unknown(
        &scene,
        Fault::reply(move |request| signer.answer(&Request::parse(request), 201, &json!([1]))),
        0,
        "genuine, but not what was asked for",
    );
    let stranger = scene.signer().stranger();
    is_unknown(
        &scene,
        Fault::reply(move |request| stranger.answer(&Request::parse(request), 201, &json!({}))),
        0,
        "signature",
    );
    is_unknown(&scene, Fault::LoseAnswer, 1, "broke before");

    // The same once more is the same trial, and closes what was open.
    let done = begin(&scene);
    assert_eq!(done.json()["license_id"], scene.sandbox.trials()[0].as_str(), "{done:?}");
    assert_eq!((scene.sandbox.trials().len(), open(&scene)), (1, Value::Null));
}

/// With the vendor goes what is known of it here.
#[test]
fn a_trial_that_may_have_begun_is_told_before_its_vendor_is_forgotten() {
    let scene = Scene::start();
    scene.tap.faults([Fault::LoseAnswer]);
    begin(&scene);
    scene.tap.faults([]);
    let ran = scene.cli.run(["vendor", "remove", "sleeve", "--yes"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert!(ran.stderr.contains("whether a trial of Paper Moon began on"), "{ran:?}");
}

/// The vendor signed it: for another computer, or about something that is no trial.
#[test]
fn what_was_signed_about_something_else_is_no_trial() {
    let scene = Scene::start();
    let (other, _home) = scene.in_fresh_home();
    let other = other.env("GATEFOLD_TEST_MACHINE_ID", "4c1f9a7e5b2d4860a1b2c3d4e5f60799");
    let first = scene.tap.seen().len();
    other.json(["license", "trial", "paper-moon", "--yes"]);
    let theirs = scene.tap.seen()[first].answer.clone();
    is_unknown(&scene, Fault::Answer(theirs.clone()), 1, "another request");

    let altered = |pointer: &'static str, value: Value, cause: &str| {
        let (mut body, signer) = (body_of(&theirs), scene.signer());
        *body.pointer_mut(pointer).unwrap() = value;
        let fault = Fault::reply(move |request| {
            let request = Request::parse(request);
            let mut body = body.clone();
            body["meta"]["nonce"] = request.nonce().into();
            signer.answer(&request, 201, &body)
        });
        is_unknown(&scene, fault, 1, cause);
    };
    altered("/data/attributes/metadata", json!({}), "no trial");
    altered("/data/attributes/expiry", Value::Null, "no trial");
    altered("/data/attributes/key", Value::Null, "without its key");
    altered(
        "/data/relationships/product/data/id",
        json!("5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101"),
        "another product",
    );
    assert_eq!(begin(&scene).json()["status"], "trying");
    assert_eq!(scene.sandbox.trials().len(), 2);
}

/// It is the vendor's own no: nothing is open, and when it ended is told.
#[test]
fn a_trial_that_was_used_up_is_refused() {
    let scene = Scene::start();
    let done = begin(&scene);
    let (license, seat) = (done.json()["license_id"].clone(), done.json()["machine_id"].clone());
    scene.cli.json(["license", "deactivate", seat.as_str().unwrap(), "--yes"]);
    scene.tap.faults([Fault::LoseAnswer]);
    assert_eq!(begin(&scene).json()["error"]["code"], "trial.unknown");
    scene.tap.faults([]);
    scene.sandbox.ends_at(license.as_str().unwrap(), "2026-01-02T03:04:05.000Z");
    let ran = begin(&scene);
    let error = &ran.json()["error"];
    assert_eq!((ran.code(), &error["code"]), (Some(3), &json!("keygen.trial_ended")), "{ran:?}");
    assert!(error["message"].as_str().unwrap().ends_with("it ended on 2026-01-02."), "{ran:?}");
    assert_eq!((open(&scene), scene.sandbox.trials().len()), (Value::Null, 1));
}

/// The trial began, and what activates it is refused: it is told, and to ask again goes on with the same one.
#[test]
fn a_trial_that_could_not_be_activated_goes_on() {
    let scene = Scene::start();
    let busy = b"HTTP/1.1 429 X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_vec();
    scene.tap.faults([Fault::None, Fault::Answer(busy)]);
    let ran = begin(&scene);
    scene.tap.faults([]);
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &json!("trial.not_activated")),
        "{ran:?}"
    );
    assert_eq!((&open(&scene)[0]["begun"], scene.sandbox.trials().len()), (&json!(true), 1));
    let done = begin(&scene);
    assert_eq!(done.json()["license_id"], scene.sandbox.trials()[0].as_str(), "{done:?}");
    let listed = scene.cli.json(["license", "list"]);
    assert_eq!((&listed["trials_open"], &listed["unfinished"]), (&Value::Null, &json!([])));
    assert_eq!(scene.sandbox.seats_taken(&scene.sandbox.trials()[0]), 1);
}

/// A no that the vendor signed to somebody else's try, or to this computer's of another year, is none to this one.
#[test]
fn an_old_no_closes_nothing() {
    let scene = Scene::start();
    let old = scene.signer().at("2026-01-02T03:04:05Z".parse().unwrap());
    let ended = json!({"errors": [{"title": "", "detail": "", "code": "TRIAL_ENDED"}]});
    let no = move |request: &[u8]| old.answer(&Request::parse(request), 422, &ended);
    is_unknown(&scene, Fault::instead(no), 1, "belongs to another request");
    assert_eq!(begin(&scene).json()["status"], "trying");
    assert_eq!((open(&scene), scene.sandbox.trials().len()), (Value::Null, 1));
}

/// A license of the same product that was bought and whose activation broke off is not the trial.
#[test]
fn what_was_bought_is_not_taken_for_the_trial() {
    let scene = Scene::start();
    let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
    let is_of = |license: &&Value| license["product"] == "Paper Moon" && license["kind"] != "trial";
    let bought = licenses.iter().find(|license| is_of(license) && license["state"] == "one_seat").unwrap();
    scene.tap.faults([Fault::None, Fault::LoseAnswer, Fault::Silence]);
    let key = bought["key"].as_str().unwrap();
    let ran = scene.cli.run(["license", "activate", key, "--yes", "--json"]);
    assert_ne!(ran.code(), Some(0), "{ran:?}");
    scene.tap.faults([Fault::LoseAnswer]);
    assert_eq!(begin(&scene).json()["error"]["code"], "trial.unknown");
    scene.tap.faults([]);
    let done = begin(&scene);
    assert_eq!(done.json()["license_id"], scene.sandbox.trials()[0].as_str(), "{done:?}");
}
