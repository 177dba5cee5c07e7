//! The vendor called this computer's seat gone, another was taken, and its file never came: an old file and an open seat
//! of one license. Each is given back by itself, and neither takes the other's key with it.

use gatefold_tests::{Cli, Fault};
use serde_json::{Value, json};

use crate::scene::Scene;

/// Whose seat the vendor called gone, and the seat.
fn gone() -> (Scene, String) {
    let scene = Scene::activated();
    let gone = text(&scene.listed()["entries"][0]["machine_id"]);
    let home = tempfile::tempdir().unwrap();
    let other =
        Cli::new(home.path()).vendor(&scene.sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
    other.json(["license", "seats", &scene.key, "--yes"]);
    other.json(["license", "deactivate", &gone, "--key", &scene.key, "--yes"]);
    let (_, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!(error["code"], "license.seat_gone", "{error}");
    (scene, gone)
}

/// The seat whose file is here, and which is gone; and the one that is held without a file.
fn two() -> (Scene, String, String) {
    let (scene, gone) = gone();
    scene.tap.faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    let (_, error) = scene.cli.failure(["license", "activate", &scene.key, "--yes"]);
    scene.tap.faults([]);
    assert_eq!(error["code"], "license.seat_without_file", "{error}");
    let held = open(&scene).pop().unwrap();
    assert_eq!((scene.seats(), held == gone), (1, false));
    (scene, gone, held)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn of(scene: &Scene, name: &str) -> Vec<String> {
    scene.listed()[name].as_array().unwrap().iter().map(|entry| text(&entry["machine_id"])).collect()
}

fn installed(scene: &Scene) -> Vec<String> {
    of(scene, "entries")
}

fn open(scene: &Scene) -> Vec<String> {
    of(scene, "unfinished")
}

fn give_back(scene: &Scene, id: &str) -> Value {
    scene.cli.json(["license", "deactivate", id, "--yes"])
}

/// Nothing is held, and nothing is told to be.
fn all_is_given_back(scene: &Scene) {
    assert_eq!((scene.seats(), installed(scene), open(scene)), (0, vec![], vec![]));
    let (_, error) = scene.cli.failure(["license", "deactivate", &scene.license_id, "--yes"]);
    assert_eq!(error["code"], "license.not_installed", "{error}");
}

#[test]
fn the_open_one_is_given_back_and_the_file_stays() {
    let (scene, gone, held) = two();
    assert_eq!(give_back(&scene, &held)["machine_id"], json!(held));
    assert_eq!((scene.seats(), installed(&scene), open(&scene)), (0, vec![gone.clone()], vec![]));
    give_back(&scene, &gone);
    all_is_given_back(&scene);
}

#[test]
fn the_file_goes_and_the_open_one_is_still_known() {
    let (scene, gone, held) = two();
    let told = scene.cli.run(["license", "deactivate", &gone, "--yes"]).stderr;
    assert!(told.contains(&format!("gatefold license deactivate {held}")), "{told}");
    assert_eq!((scene.seats(), installed(&scene), open(&scene)), (1, vec![], vec![held.clone()]));
    give_back(&scene, &held);
    all_is_given_back(&scene);
}

/// By the license's id: the file first, then what is open.
#[test]
fn the_license_is_given_back_one_by_one() {
    let (scene, gone, held) = two();
    let id = scene.license_id.clone();
    assert_eq!(give_back(&scene, &id)["machine_id"], json!(gone));
    assert_eq!((scene.seats(), open(&scene)), (1, vec![held.clone()]));
    assert_eq!(give_back(&scene, &id)["machine_id"], json!(held));
    all_is_given_back(&scene);
}

#[test]
fn all_is_both() {
    let (scene, gone, held) = two();
    let done = scene.cli.json(["license", "deactivate", "--all", "--yes"]);
    let given: Vec<String> =
        done["entries"].as_array().unwrap().iter().map(|entry| text(&entry["machine_id"])).collect();
    assert_eq!(given, [gone, held]);
    all_is_given_back(&scene);
}

/// What was given up here alone is taken there, and takes no file with it.
#[test]
fn the_open_one_is_forgotten_here_alone() {
    let (scene, gone, held) = two();
    scene.cli.json(["license", "deactivate", &held, "--local-only", "--yes"]);
    assert_eq!((scene.seats(), installed(&scene), open(&scene)), (1, vec![gone], vec![]));
}

/// The program dies where the open seat is free: the file of the other is not taken for its file.
#[test]
fn a_crash_takes_no_other_file_with_it() {
    for point in ["store.after-confirm", "client.between-release-and-removal"] {
        let (scene, gone, held) = two();
        let dying = scene.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
        assert_eq!(dying.run(["license", "deactivate", &held, "--yes"]).code(), None, "{point}");
        assert_eq!((scene.seats(), installed(&scene)), (0, vec![gone.clone()]), "{point}");
        // Whoever is not sure says so, and twice is once.
        open(&scene).iter().for_each(|seat| drop(give_back(&scene, seat)));
        give_back(&scene, &gone);
        all_is_given_back(&scene);
    }
}

/// By the key that is kept, as the window does it: for a seat that is gone, and for no other.
#[test]
fn a_seat_that_is_gone_is_taken_again_without_typing_the_key() {
    let scene = Scene::activated();
    let (gatefold, _) = crate::scene::open(&scene);
    assert_eq!(gatefold.prepare_check_again(&scene.license_id).unwrap_err().code(), "license.not_installed");
    let (scene, seat) = gone();
    let (mut gatefold, _) = crate::scene::open(&scene);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let check = gatefold.prepare_check_again(&scene.license_id).unwrap();
    let checked = runtime.block_on(gatefold.check_key(check)).unwrap();
    let plan = gatefold.plan_activation(checked, None).unwrap();
    let activated = runtime.block_on(gatefold.activate(plan)).unwrap();
    assert_ne!(activated.machine_id, Some(seat));
    assert_eq!((scene.seats(), &scene.listed()["entries"][0].get("seat_gone_at").is_none()), (1, &true));
}
