//! What revokes, and what does not: only a signed answer to our own question that names this license.

use gatefold_tests::{Fault, Hold, Request, body_of};
use serde_json::{Value, json};

use crate::scene::{Case, Scene, fails, licenses};

fn suspend(document: &mut Value) {
    document["meta"]["valid"] = json!(false);
    document["meta"]["code"] = json!("SUSPENDED");
    document["data"]["attributes"]["suspended"] = json!(true);
    document["data"]["attributes"]["status"] = json!("SUSPENDED");
}

fn does_not_revoke(scene: &Scene, fault: Fault, code: &'static str) {
    scene.refresh_fails(Case { fault, code, exit: 1, outcome: "answered", status: Some(200) }, 0);
    assert_eq!(scene.standing(), "active");
}

#[test]
fn a_signed_answer_with_our_nonce_revokes() {
    for (code, expect) in [("SUSPENDED", "keygen.suspended"), ("BANNED", "keygen.banned")] {
        let scene = Scene::activated();
        let fault = scene.validation(move |document, _| {
            suspend(document);
            document["meta"]["code"] = json!(code);
        });
        let files = licenses(&scene.cli);
        scene.tap.faults([fault]);
        let (exit, error) = scene.cli.failure(["license", "refresh", "--yes"]);
        assert_eq!((exit, &error["code"]), (3, &json!(expect)));
        assert!(!error["hint"].as_str().unwrap().is_empty());
        assert_eq!(scene.standing(), "revoked");
        // The file stays: what the vendor takes back it can give back.
        assert!(files.iter().all(|(path, bytes)| licenses(&scene.cli).get(path) == Some(bytes)));
        // It is remembered without the server, and lifted by the server alone. Whoever verifies the file is told the same.
        assert_eq!(scene.standing(), "revoked");
        let id = scene.cli.json(["license", "list"])["entries"][0]["license_id"].as_str().unwrap().to_owned();
        let verified = scene.cli.json(["license", "verify", &id]);
        assert_eq!((&verified["valid"], &verified["standing"]), (&json!(true), &json!("revoked")));
        scene.recovers();
    }
}

/// The server's clock was ahead when it revoked. Whoever activates again, and is told that the license is good, is told
/// the same by the list.
#[test]
fn a_revocation_dated_ahead_is_lifted_by_an_activation() {
    let scene = Scene::activated();
    let honest = body_of(&scene.honest_validation().answer);
    let signer = scene.signer().at(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24));
    let revoking = Fault::reply(move |request| {
        let request = Request::parse(request);
        let mut document = honest.clone();
        document["meta"]["nonce"] = json!(request.nonce());
        suspend(&mut document);
        signer.answer(&request, 200, &document)
    });
    scene.tap.faults([revoking]);
    assert_eq!(scene.cli.run(["license", "refresh", "--yes"]).code(), Some(3));
    assert_eq!(scene.standing(), "revoked");
    assert_eq!(scene.activate()["standing"], "active");
    assert_eq!(scene.standing(), "active");
    scene.recovers();
}

#[test]
fn another_nonce_does_not() {
    let scene = Scene::activated();
    let fault = scene.validation(|document, nonce| {
        suspend(document);
        document["meta"]["nonce"] = json!(nonce ^ 1);
    });
    does_not_revoke(&scene, fault, "keygen.replayed");
    let fault = scene.validation(|document, nonce| {
        suspend(document);
        document["meta"]["nonce"] = json!(nonce.to_string());
    });
    does_not_revoke(&scene, fault, "keygen.unreadable");
    scene.recovers();
}

#[test]
fn another_license_does_not() {
    let scene = Scene::activated();
    let fault = scene.validation(|document, _| {
        suspend(document);
        document["data"]["id"] = json!("00000000-0000-4000-8000-000000000000");
    });
    does_not_revoke(&scene, fault, "license.not_revocation");
    let fault = scene.validation(|document, _| {
        suspend(document);
        document["data"] = Value::Null;
    });
    does_not_revoke(&scene, fault, "license.not_revocation");
    scene.recovers();
}

/// A verdict and a reason that cannot both be true.
const CONTRADICTIONS: &[(bool, &str)] =
    &[(true, "SUSPENDED"), (true, "BANNED"), (true, "NOT_FOUND"), (false, "VALID")];

fn contradict(document: &mut Value, (valid, code): (bool, &str)) {
    suspend(document);
    document["meta"]["valid"] = json!(valid);
    document["meta"]["code"] = json!(code);
}

#[test]
fn a_contradiction_does_not() {
    let scene = Scene::activated();
    for contradiction in CONTRADICTIONS {
        let fault = scene.validation(|document, _| contradict(document, *contradiction));
        does_not_revoke(&scene, fault, "keygen.contradictory");
    }
    scene.recovers();
}

/// Nor does it activate: the answer calls the license good, and says in the same breath that it is not.
#[test]
fn a_contradiction_activates_nothing() {
    let scene = Scene::start();
    let (cli, _home) = scene.in_fresh_home();
    scene.activate();
    let license_id = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    for contradiction in CONTRADICTIONS {
        let fault = scene.validation(|document, _| contradict(document, *contradiction));
        let name = format!("{contradiction:?}");
        let sent = scene.tap.seen().len();
        scene.tap.faults([fault.clone()]);
        let code = "keygen.contradictory";
        let case = Case { fault, code, exit: 1, outcome: "answered", status: Some(200) };
        let told = fails(&cli, &["license", "activate", &scene.key, "--yes"], &case, &name);
        assert!(told["message"].as_str().unwrap().contains(contradiction.1), "{told}");
        assert_eq!(scene.tap.seen().len(), sent + 1, "{name}: it went on");
        assert_eq!(scene.sandbox.seats_taken(&license_id), 1, "{name}: a seat was taken");
    }
    assert!(licenses(&cli).is_empty());
}

#[test]
fn another_key_does_not() {
    let scene = Scene::activated();
    let Fault::Reply(honest) = scene.validation(|document, _| suspend(document)) else { panic!() };
    let (stranger, owner) = (scene.signer().stranger(), honest);
    let fault = Fault::reply(move |request| {
        let body = gatefold_tests::body_of(&owner.to(request));
        stranger.answer(&gatefold_tests::Request::parse(request), 200, &body)
    });
    does_not_revoke(&scene, fault, "keygen.bad_signature");
    scene.recovers();
}

/// The key was found good, and while that answer was on its way another Gatefold was told of the suspension. A file from
/// before it, played again, does not lift it.
#[test]
fn a_good_answer_does_not_lift_a_later_revocation() {
    let scene = Scene::activated();
    // The honest answer that it is made of brings a newer file along.
    let suspended = scene.validation(|document, _| suspend(document));
    let file = body_of(&scene.tap.seen().pop().unwrap().answer);
    let signer = scene.signer();
    let replayed = Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &file));
    let hold = Hold::default();
    scene.tap.faults([Fault::Hold(hold.clone()), suspended, replayed]);
    let running = scene.cli.start(["license", "activate", &scene.key, "--yes"]);
    hold.until_asked();
    assert_eq!(scene.cli.run(["license", "refresh", "--yes"]).code(), Some(3));
    assert_eq!(scene.standing(), "revoked");
    hold.let_go();
    let ran = running.ran();
    assert!(ran.text().contains("revoked"), "{ran:?}");
    assert_eq!(scene.standing(), "revoked");
    scene.recovers();
}
