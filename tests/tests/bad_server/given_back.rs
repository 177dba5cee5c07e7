//! This computer's seat was asked to be given back, and no answer told what became of it: that is said until it is known.

use gatefold_tests::Fault;
use serde_json::{Value, json};

use crate::scene::Scene;

/// The license as it is listed, after a release whose only request met this.
fn lost(scene: &Scene, fault: Fault) -> Value {
    let seat = listed(scene)["machine_id"].as_str().unwrap().to_owned();
    scene.tap.faults([fault]);
    let (_, error) = scene.cli.failure(["license", "deactivate", &seat, "--yes"]);
    scene.tap.faults([]);
    assert_eq!(error["code"], "network.cut_off", "{error}");
    let told = String::from_utf8(scene.cli.run(["license", "list"]).stdout).unwrap();
    assert!(
        told.split_whitespace().collect::<Vec<_>>().join(" ").contains("seat may have been given back"),
        "{told}"
    );
    listed(scene)
}

fn listed(scene: &Scene) -> Value {
    scene.cli.json(["license", "list"])["entries"][0].clone()
}

#[test]
fn the_vendor_had_done_it() {
    let scene = Scene::activated();
    let license = lost(&scene, Fault::LoseAnswer);
    assert_eq!(
        (license["standing"].as_str(), license["release_asked_at"].is_string()),
        (Some("active"), true)
    );
    // The vendor says what became of it.
    let (_, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!(error["code"], "license.seat_gone");
    let license = listed(&scene);
    assert_eq!((&license["release_asked_at"], license["seat_gone_at"].is_string()), (&Value::Null, true));
}

/// A refresh tells it, and activating tells it too, and takes a seat.
#[test]
fn the_vendor_had_done_it_and_an_activation_tells() {
    let scene = Scene::activated();
    lost(&scene, Fault::LoseAnswer);
    let (_, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!(error["code"], "license.seat_gone");
    let license = listed(&scene);
    assert_eq!((&license["release_asked_at"], license["seat_gone_at"].is_string()), (&Value::Null, true));
    let ran = scene.cli.run(["license", "activate", &scene.key, "--yes"]);
    assert!(ran.code() == Some(0) && ran.text().contains("is activated"), "{ran:?}");
    assert_eq!((scene.seats(), listed(&scene).get("seat_gone_at")), (1, None));
    // By the activation alone.
    lost(&scene, Fault::LoseAnswer);
    let ran = scene.cli.run(["license", "activate", &scene.key, "--yes"]);
    assert!(ran.code() == Some(0) && ran.stderr.contains("noted here is gone"), "{ran:?}");
    assert_eq!((scene.seats(), listed(&scene).get("seat_gone_at")), (1, None));
}

#[test]
fn the_vendor_had_never_heard_of_it() {
    let scene = Scene::activated();
    assert!(lost(&scene, Fault::CutRequest(10))["release_asked_at"].is_string());
    scene.cli.json(["license", "refresh", "--yes"]);
    assert_eq!(listed(&scene)["release_asked_at"], Value::Null);
}

/// Whoever asks again gives it back, whichever of the two it was.
#[test]
fn it_is_asked_for_again() {
    for fault in [Fault::LoseAnswer, Fault::CutRequest(10)] {
        let scene = Scene::activated();
        let license = lost(&scene, fault);
        let ran = scene.cli.json(["license", "deactivate", license["machine_id"].as_str().unwrap(), "--yes"]);
        assert_eq!((&ran["status"], &listed(&scene)), (&json!("deactivated"), &Value::Null));
    }
}

/// Whoever reads who holds the seats is told it, too: this computer's is among them, or it is not.
#[test]
fn the_list_of_the_seats_tells_it() {
    let scene = Scene::activated();
    let read = || {
        scene.cli.json(["license", "seats", &scene.key, "--yes"]);
        listed(&scene)
    };
    assert!(lost(&scene, Fault::CutRequest(10))["release_asked_at"].is_string());
    let license = read();
    assert_eq!((license.get("release_asked_at"), license.get("seat_gone_at")), (None, None));
    assert!(lost(&scene, Fault::LoseAnswer)["release_asked_at"].is_string());
    let license = read();
    assert_eq!((license.get("release_asked_at"), license["seat_gone_at"].is_string()), (None, true));
    assert_eq!(license["standing"], "active");
}
