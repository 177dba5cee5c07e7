//! A plan that lay open while another command went on: it is not carried out, and nothing is sent.

use crate::scene::{Scene, open};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn deactivate(scene: &Scene) -> usize {
    scene.cli.json(["license", "deactivate", &scene.license_id, "--yes"]);
    scene.tap.seen().len()
}

#[test]
fn a_refresh_of_what_is_gone_meanwhile() {
    let scene = Scene::activated();
    let (mut gatefold, vendor) = open(&scene);
    let plan = gatefold.plan_refresh(&vendor, None).unwrap().pop().unwrap().ok().unwrap();
    let sent = deactivate(&scene);
    let error = wait(gatefold.refresh(plan, &mut Vec::new())).unwrap_err();
    assert_eq!((error.code(), scene.tap.seen().len()), ("license.not_installed", sent));
}

#[test]
fn an_activation_by_a_seat_that_is_gone_meanwhile() {
    let scene = Scene::activated();
    let (mut gatefold, vendor) = open(&scene);
    let check = gatefold.prepare_check(vendor, &scene.key).unwrap();
    let checked = wait(gatefold.check_key(check)).unwrap();
    let plan = gatefold.plan_activation(checked, None).unwrap();
    let sent = deactivate(&scene);
    let error = wait(gatefold.activate(plan)).unwrap_err();
    assert_eq!((error.code(), scene.tap.seen().len()), ("store.intent_gone", sent));
    scene.nothing_is_silent();
}

/// Given back and taken anew: the new seat is not the one that was to be given back.
#[test]
fn a_release_of_another_seat_than_is_there_now() {
    let scene = Scene::activated();
    let (mut gatefold, _) = open(&scene);
    let plan = gatefold.plan_release(&scene.license_id).unwrap();
    deactivate(&scene);
    scene.cli.json(["license", "activate", &scene.key, "--yes"]);
    let sent = scene.tap.seen().len();
    let error = wait(gatefold.release(plan)).unwrap_err();
    assert_eq!((error.code(), scene.tap.seen().len()), ("store.intent_gone", sent));
    assert_eq!((scene.seats(), scene.listed()["entries"].as_array().unwrap().len()), (1, 1));
}
