//! Registering a product at a server that plays old answers again: what the vendor signed about another claim, or of
//! another day, confirms nothing.

use gatefold_tests::{Fault, Ran, Request, body_of};
use serde_json::{Value, json};

use crate::account::signed_in;
use crate::scene::Scene;

fn register(scene: &Scene, word: &str) -> Ran {
    let (serial, code) = (format!("DEMO-SERIAL-{word}"), format!("DEMO-CODE-{word}"));
    scene.cli.run(["license", "register", "--serial", &serial, "--unlock-code", &code, "--yes", "--json"])
}

/// A scene in which one product is registered, and the answers to that: of the claim, and the list.
fn registered() -> (Scene, Vec<Vec<u8>>) {
    let scene = Scene::playing("arturia");
    signed_in(&scene);
    let first = scene.tap.seen().len();
    let done = register(&scene, "REGA");
    assert_eq!((done.code(), &done.json()["listed"]), (Some(0), &json!(true)), "{done:?}");
    let answers = scene.tap.seen().into_iter().skip(first).map(|seen| seen.answer).collect();
    (scene, answers)
}

fn owned(scene: &Scene) -> usize {
    scene.cli.json(["account", "licenses"])["entries"].as_array().unwrap().len()
}

#[test]
fn the_answer_to_another_claim_confirms_nothing() {
    let (scene, old) = registered();
    let (before, sent) = (owned(&scene), scene.tap.seen().len());
    scene.tap.faults([Fault::Answer(old[0].clone())]);
    let ran = register(&scene, "REGB");
    scene.tap.faults([]);
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &json!("registration.unknown")),
        "{ran:?}"
    );
    assert_eq!(scene.tap.seen().len(), sent + 1, "nothing is asked after it");
    assert!(scene.cli.json(["account", "show"])["registration_open_since"].is_string());
    // The list says how it ended: the claim never came there.
    scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(scene.cli.json(["account", "show"])["registration_open_since"], Value::Null);
    assert_eq!(owned(&scene), before);
    // An honest server is believed.
    assert_eq!(register(&scene, "REGB").json()["status"], "registered");
    assert_eq!(owned(&scene), before + 1);
}

/// Whether the lost claim was done, a list from before it does not say: that it is open is told until one from after it is here.
#[test]
fn a_list_from_before_a_claim_does_not_settle_it() {
    let (scene, old) = registered();
    scene.tap.faults([Fault::LoseAnswer]);
    assert_eq!(register(&scene, "REGB").json()["error"]["code"], "registration.unknown");
    let an_hour_ago = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(1);
    let (list, signer) = (body_of(&old[1]), scene.signer().at(an_hour_ago));
    scene.tap.faults([Fault::instead(move |request| signer.answer(&Request::parse(request), 200, &list))]);
    let ran = scene.cli.run(["account", "refresh", "--yes"]);
    scene.tap.faults([]);
    assert!(ran.status.success() && ran.stderr.contains("signed before that"), "{ran:?}");
    assert!(scene.cli.json(["account", "show"])["registration_open_since"].is_string());
    let ran = scene.cli.run(["account", "refresh", "--yes"]);
    assert!(ran.status.success() && !ran.stderr.contains("not known"), "{ran:?}");
    assert_eq!(scene.cli.json(["account", "show"])["registration_open_since"], Value::Null);
}

#[test]
fn a_list_of_another_day_confirms_nothing() {
    let (scene, old) = registered();
    let before = owned(&scene);
    let (list, signer) = (body_of(&old[1]), scene.signer().at("2020-01-01T00:00:00Z".parse().unwrap()));
    let of_another_day = Fault::instead(move |request| signer.answer(&Request::parse(request), 200, &list));
    scene.tap.faults([Fault::None, of_another_day]);
    let done = register(&scene, "REGB").json();
    scene.tap.faults([]);
    // The claim is answered to its own number; the list is not the present one, and what was remembered stays.
    let told = (&done["status"], &done["listed"], &done["unread"]["code"]);
    assert_eq!(told, (&json!("registered"), &Value::Null, &json!("keygen.replayed")), "{done}");
    assert_eq!(owned(&scene), before);
    scene.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(owned(&scene), before + 1);
}

/// A server that has no such call says so under its signature. That is a no, and the way out is not a license's.
#[test]
fn a_server_that_takes_no_registrations_is_named_as_one() {
    let scene = Scene::playing("arturia");
    signed_in(&scene);
    let (signer, body) =
        (scene.signer(), json!({ "errors": [{ "title": "Not found", "code": "NOT_FOUND" }] }));
    scene.tap.faults([Fault::instead(move |request| signer.answer(&Request::parse(request), 404, &body))]);
    let ran = register(&scene, "REGA");
    scene.tap.faults([]);
    let error = &ran.json()["error"];
    assert_eq!((ran.code(), &error["code"]), (Some(3), &json!("registration.not_taken")), "{ran:?}");
    assert!(error["hint"].as_str().unwrap().contains("on the vendor's own page"), "{error}");
    // Nothing is left open by it.
    assert_eq!(scene.cli.json(["account", "show"])["registration_open_since"], Value::Null);
}
