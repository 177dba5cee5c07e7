//! A sign-in that takes the place of another, or meets one: the earlier one stands until the new one does, no token is kept
//! beside another's name, and none goes on at the vendor unsaid.

use std::thread;

use gatefold_tests::{Cli, Fault, Hold, Ran, Request};
use serde_json::json;

use crate::account::{SIGN_IN, opens, sign_in_another, signed_in, token_of};
use crate::scene::Scene;

fn email(cli: &Cli) -> String {
    cli.json(["account", "show"])["email"].as_str().unwrap().to_owned()
}

/// Runs a command whose request `nth` waits for its answer while `meanwhile` happens.
fn held(scene: &Scene, cli: &Cli, nth: usize, words: &[&str], meanwhile: impl FnOnce()) -> Ran {
    let hold = Hold::default();
    scene.tap.faults(std::iter::repeat_n(Fault::None, nth).chain([Fault::Hold(hold.clone())]));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| cli.run_with_input(words, b"demo-password\n"));
        hold.until_asked();
        meanwhile();
        hold.let_go();
        waiting.join().unwrap()
    })
}

#[test]
fn a_sign_in_that_fails_ends_no_other() {
    let scene = Scene::start();
    let token = token_of(&signed_in(&scene)[0]);
    let ran = scene.cli.run_with_input(SIGN_IN, b"mistyped\n");
    assert_eq!(ran.code(), Some(3), "{ran:?}");
    assert!(opens(&scene, &token) && email(&scene.cli) == "Demo@Example.com");
    scene.cli.json(["account", "refresh", "--yes"]);
    // The next one takes its place, and ends it.
    signed_in(&scene);
    assert!(!opens(&scene, &token), "the earlier token goes on");
}

#[test]
fn of_two_sign_ins_at_once_the_second_is_not_kept() {
    let scene = Scene::start();
    let ran = held(&scene, &scene.cli, 1, &SIGN_IN, || sign_in_another(&scene, &scene.cli));
    assert!(ran.code() == Some(1) && ran.stderr.contains("(account.changed)"), "{ran:?}");
    assert_eq!(email(&scene.cli), "two-factor@example.com");
    let tokens: Vec<String> = scene
        .tap
        .seen()
        .iter()
        .filter(|seen| seen.answer.starts_with(b"HTTP/1.1 201"))
        .map(|seen| token_of(&seen.answer))
        .collect();
    let live: Vec<bool> = tokens.iter().map(|token| opens(&scene, token)).collect();
    assert_eq!(live.iter().filter(|live| **live).count(), 1, "one sign-in is kept, and one goes on");
    scene.cli.json(["account", "sign-out", "--yes"]);
    assert!(tokens.iter().all(|token| !opens(&scene, token)));
}

/// The one is held up between its name and its token.
#[test]
fn a_name_has_its_own_token() {
    let scene = Scene::start();
    let slow = scene.cli.clone().env("FAILPOINTS", "client.between-account-and-token=sleep(2000)");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| slow.run_with_input(SIGN_IN, b"demo-password\n"));
        while scene.cli.json(["account", "show"])["email"].is_null() {
            thread::sleep(std::time::Duration::from_millis(20));
        }
        sign_in_another(&scene, &scene.cli);
        let ran = waiting.join().unwrap();
        assert!(ran.stderr.contains("account refresh") || ran.code() == Some(0), "{ran:?}");
    });
    assert_eq!(email(&scene.cli), "two-factor@example.com");
    let first = scene.tap.seen().len();
    scene.cli.json(["account", "sign-out", "--yes"]);
    assert!(scene.tap.seen()[first].answer.starts_with(b"HTTP/1.1 204"), "another's token was sent");
}

#[test]
fn a_late_list_touches_no_newer_sign_in() {
    let scene = Scene::start();
    signed_in(&scene);
    let refresh = ["account", "refresh", "--yes"];
    // Had it come to the keys, it would have died there, and left them behind.
    let dying = scene.cli.clone().env("FAILPOINTS", "client.between-keys-and-list=panic");
    let ran = held(&scene, &dying, 0, &refresh, || {
        scene.cli.json(["account", "sign-out", "--yes"]);
        signed_in(&scene);
    });
    assert!(ran.code() == Some(1) && ran.stderr.contains("(account.not_signed_in)"), "{ran:?}");
    let all = scene.cli.run(["license", "activate", "--all", "--yes", "--json"]).json();
    let keyless =
        all["entries"].as_array().unwrap().iter().any(|of| of["error"]["code"] == "license.key_missing");
    assert!(!keyless, "the newer sign-in's keys are gone: {all}");
}

/// Whoever stands in between sends another token: the vendor's "no such sign-in" is genuine, and revokes nothing.
#[test]
fn what_the_vendor_did_not_revoke_is_not_called_revoked() {
    let scene = Scene::start();
    for (status, code) in [(401, "TOKEN_INVALID"), (404, "NOT_FOUND")] {
        let gone = json!({"errors": [{"title": "No", "detail": "No", "code": code}]});
        let signer = scene.signer();
        let fault = Fault::reply(move |request| signer.answer(&Request::parse(request), status, &gone));
        let token = token_of(&signed_in(&scene)[0]);
        scene.tap.faults([fault]);
        let ran = scene.cli.run(["account", "sign-out", "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        assert!(opens(&scene, &token) && ran.stderr.contains("so it revoked nothing"), "{code}: {ran:?}");
    }
    signed_in(&scene);
    assert_eq!(scene.cli.json(["account", "sign-out", "--yes"])["revoked"], true);
}
