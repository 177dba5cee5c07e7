//! One home on two computers, and one person with two ways in: each seat stays whose it is.

use gatefold_tests::{Cli, Fault};
use serde_json::json;

use crate::scene::{Scene, open};

/// The same home on another computer.
fn elsewhere(scene: &Scene) -> Cli {
    scene.cli.clone().env("GATEFOLD_TEST_MACHINE_ID", "3f1c9a7e5b2d4860a1b2c3d4e5f60718")
}

#[test]
fn each_of_two_computers_has_its_own_seat() {
    let scene = Scene::activated();
    let other = elsewhere(&scene);
    let first = scene.listed()["entries"][0]["machine_id"].clone();
    let listed = other.json(["license", "list"]);
    assert_eq!((&listed["entries"], &listed["unfinished"]), (&json!([]), &json!([])));

    let activated = other.json(["license", "activate", &scene.key, "--yes"]);
    assert_ne!(activated["machine_id"], first);
    assert_eq!(scene.seats(), 2);
    scene.cli.json(["license", "refresh", "--yes"]);
    other.json(["license", "refresh", "--yes"]);

    // What the one gives back is its own.
    other.json(["license", "deactivate", &scene.license_id, "--yes"]);
    assert_eq!((scene.seats(), &scene.listed()["entries"][0]["machine_id"]), (1, &first));
    let (_, error) = other.failure(["license", "deactivate", first.as_str().unwrap(), "--yes"]);
    assert_eq!(error["code"], "license.not_installed");
    scene.cli.json(["license", "deactivate", &scene.license_id, "--yes"]);
    assert_eq!(scene.seats(), 0);
}

/// The one left an activation open; the other neither sees it, nor goes on with it, nor closes it.
#[test]
fn an_unfinished_seat_is_its_own_computers() {
    let scene = Scene::new();
    let other = elsewhere(&scene);
    scene.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    scene.cli.failure(["license", "activate", &scene.key, "--yes"]);
    scene.tap.faults([]);
    assert_eq!(other.json(["license", "list"])["unfinished"], json!([]));
    other.json(["license", "activate", &scene.key, "--yes"]);
    assert_eq!(scene.seats(), 2);
    let open = scene.listed()["unfinished"][0]["machine_id"].clone();
    let (_, error) = other.failure(["license", "deactivate", open.as_str().unwrap(), "--yes"]);
    assert_eq!(error["code"], "license.not_installed");
    other.json(["license", "deactivate", &scene.license_id, "--yes"]);
    // The key is still at hand for the seat that was left.
    scene.cli.json(["license", "deactivate", open.as_str().unwrap(), "--yes"]);
    assert_eq!(scene.seats(), 0);
}

/// Seat and look were lost by the sign-in; by the key alone the server tells nothing of it, and nothing is forgotten.
#[test]
fn a_seat_taken_by_a_sign_in_is_not_lost_with_it() {
    let scene = Scene::new();
    let license = scene.sandbox.license("sign_in_only");
    let (key, id) = (license["key"].as_str().unwrap(), license["license_id"].as_str().unwrap());
    let account = &scene.sandbox.ready["account"];
    let (email, password) = (account["email"].as_str().unwrap(), account["password"].as_str().unwrap());
    let sign_in = || {
        let words = ["account", "sign-in", "--email", email, "--password-stdin", "--yes"];
        assert_eq!(scene.cli.run_with_input(words, password.as_bytes()).code(), Some(0));
    };
    sign_in();
    // The key is checked; by the key neither a seat nor a look is allowed; by the sign-in both get lost.
    let refused = [Fault::None, Fault::None, Fault::None];
    scene.tap.faults(refused.into_iter().chain([Fault::LoseAnswer, Fault::LoseAnswer]));
    scene.cli.failure(["license", "activate", key, "--yes"]);
    scene.tap.faults([]);
    assert_eq!(scene.sandbox.seats_taken(id), 1);
    scene.cli.json(["account", "sign-out", "--yes"]);
    let (exit, error) = scene.cli.failure(["license", "activate", key, "--yes"]);
    assert_eq!((exit, &error["code"]), (3, &json!("keygen.not_allowed")));
    let open = scene.listed()["unfinished"].clone();
    assert_eq!(open.as_array().unwrap().len(), 1, "a silent seat");
    sign_in();
    scene.cli.json(["license", "activate", key, "--yes"]);
    assert_eq!((scene.sandbox.seats_taken(id), &scene.listed()["unfinished"]), (1, &json!([])));
    scene.cli.json(["license", "deactivate", id, "--yes"]);
    assert_eq!(scene.sandbox.seats_taken(id), 0);
}

/// What is remembered of a license's seats tells what was done to them, or that it may have changed; never less.
#[test]
fn a_list_follows_what_is_done() {
    let scene = Scene::activated();
    let seat = scene.listed()["entries"][0]["machine_id"].as_str().unwrap().to_owned();
    let read = || scene.cli.json(["license", "seats", &scene.license_id, "--yes"]);
    let list = || {
        let (gatefold, vendor) = open(&scene);
        let list = gatefold.seats_read(&vendor, &scene.license_id).unwrap().unwrap();
        (list.computers.iter().map(|computer| computer.name.clone()).collect::<Vec<_>>(), list.is_changed)
    };
    read();
    scene.cli.json(["license", "rename", &seat, "loft", "--yes"]);
    assert_eq!(list(), (vec![Some("loft".to_owned())], false));
    // When a file was last fetched is another time now.
    scene.cli.json(["license", "refresh", "--yes"]);
    assert!(list().1);
    read();
    assert!(!list().1);
    // At the vendor it stays taken, so it stays in the list.
    scene.cli.json(["license", "deactivate", &seat, "--local-only", "--yes"]);
    assert_eq!((list(), scene.seats()), ((vec![Some("loft".to_owned())], false), 1));
}
