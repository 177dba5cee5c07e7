//! Four at once, each doing this and that about two licenses: whatever the order, in the end the vendor's seats are those
//! that are known here, and the ledger is whole.

use serde_json::json;

use crate::scene::Scene;

const AT_ONCE: u64 = 4;
const CALLS_EACH: usize = 15;

/// What may come of a call that met another: it says so, and did nothing by halves.
const MET: [&str; 4] =
    ["store.intent_gone", "store.license_busy", "license.not_installed", "license.seat_gone"];

/// The next of a row of numbers that looks random and is always the same (Knuth's constants, MMIX).
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn whatever_they_do_no_seat_is_lost_or_doubled() {
    let scene = Scene::new();
    let licenses = ["free", "one_seat"].map(|state| scene.sandbox.license(state).clone());
    std::thread::scope(|scope| {
        for seed in 1..=AT_ONCE {
            let (cli, licenses) = (&scene.cli, &licenses);
            scope.spawn(move || {
                let mut state = seed;
                for _ in 0..CALLS_EACH {
                    let license = &licenses[next(&mut state) % licenses.len()];
                    let (key, id) =
                        (license["key"].as_str().unwrap(), license["license_id"].as_str().unwrap());
                    let words: &[&str] = match next(&mut state) % 5 {
                        0 | 1 => &["license", "activate", key, "--yes", "--json"],
                        2 => &["license", "refresh", "--yes", "--json"],
                        3 => &["license", "deactivate", id, "--yes", "--json"],
                        _ => &["license", "list", "--json"],
                    };
                    let ran = cli.run(words);
                    let code = ran.json()["error"]["code"].clone();
                    assert!(code.is_null() || MET.iter().any(|met| code == *met), "{words:?}: {ran:?}");
                }
            });
        }
    });
    let listed = scene.listed();
    assert_eq!(listed["unfinished"], json!([]), "{listed}");
    for license in &licenses {
        let id = license["license_id"].as_str().unwrap();
        let here = listed["entries"].as_array().unwrap().iter().filter(|entry| entry["license_id"] == id);
        assert_eq!(here.count(), scene.sandbox.seats_taken(id), "{listed}");
    }
    let checked = scene.cli.json(["ledger", "check"]);
    assert_eq!((&checked["intact"], &checked["anchor"]), (&json!(true), &json!("whole")));
    assert_eq!(checked["entries"], scene.tap.seen().len());
}
