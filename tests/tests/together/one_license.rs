//! Two commands about one license, in two processes: one waits for the other, or is told why it cannot.

use crate::scene::Scene;

/// What holds a file that was just fetched, while a deactivation comes.
const HOLDERS: [&[&str]; 2] = [&["license", "refresh", "--yes"], &["license", "activate", "-", "--yes"]];

fn words<'a>(scene: &'a Scene, holder: &[&'a str]) -> Vec<&'a str> {
    holder.iter().map(|word| if *word == "-" { scene.key.as_str() } else { word }).collect()
}

/// Without one order the seat is given back, and then a file of it is installed.
#[test]
fn a_seat_is_not_given_back_under_a_file_that_is_coming() {
    for holder in HOLDERS {
        let scene = Scene::activated();
        let (running, hold) = scene.start_held(&words(&scene, holder), 1);
        let mut second = scene.cli.start(["license", "deactivate", &scene.license_id, "--yes"]);
        // Time enough for one that does not wait.
        for _ in 0..100 {
            if second.has_ended() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        hold.let_go();
        let (first, second) = (running.ran(), second.ran());
        assert_eq!(first.code(), Some(0), "{holder:?}: {first:?}");
        assert_eq!(second.code(), Some(0), "{holder:?}: {second:?}");
        assert_eq!(scene.listed()["entries"], serde_json::json!([]), "{holder:?}: a file without its seat");
        assert_eq!(scene.seats(), 0, "{holder:?}");
    }
}

#[test]
fn who_waits_too_long_is_told_and_sends_nothing() {
    for holder in HOLDERS {
        let scene = Scene::activated();
        let (running, hold) = scene.start_held(&words(&scene, holder), 1);
        let sent = scene.tap.seen().len();
        let (exit, error) = scene.cli.failure(["license", "deactivate", &scene.license_id, "--yes"]);
        assert_eq!((exit, &error["code"]), (1, &"store.license_busy".into()), "{error}");
        assert!(error["message"].as_str().unwrap().contains("Another Gatefold"), "{error}");
        assert_eq!(scene.tap.seen().len(), sent, "something was sent");
        hold.let_go();
        let first = running.ran();
        assert_eq!(first.code(), Some(0), "{holder:?}: {first:?}");
        assert_eq!((scene.seats(), scene.listed()["entries"].as_array().unwrap().len()), (1, 1));
    }
}

/// The system lets go of what a killed process held.
#[test]
fn a_killed_process_is_waited_for_by_nobody() {
    let scene = Scene::activated();
    let (running, hold) = scene.start_held(&["license", "refresh", "--yes"], 1);
    running.signal("KILL");
    running.ran();
    hold.let_go();
    scene.cli.json(["license", "deactivate", &scene.license_id, "--yes"]);
    assert_eq!((scene.seats(), scene.listed()["entries"].as_array().unwrap().len()), (0, 0));
    let holds = std::fs::read_dir(scene.cli.home().join("store/holds")).unwrap();
    assert_eq!(holds.count(), 0, "a lock stays behind");
}

/// What somebody is at work on is not left unfinished; what they left behind is.
#[test]
fn an_activation_on_its_way_is_not_called_unfinished() {
    let scene = Scene::new();
    let (running, hold) = scene.start_held(&["license", "activate", &scene.key, "--yes"], 2);
    assert_eq!(scene.listed()["unfinished"], serde_json::json!([]));
    running.signal("KILL");
    running.ran();
    hold.let_go();
    assert_eq!(scene.listed()["unfinished"].as_array().unwrap().len(), 1);
    scene.nothing_is_silent();
}

/// Two who take the same license at once end with one seat.
#[test]
fn two_activations_take_one_seat() {
    let scene = Scene::new();
    let running: Vec<_> =
        (0..3).map(|_| scene.cli.start(["license", "activate", &scene.key, "--yes"])).collect();
    for ran in running.into_iter().map(gatefold_tests::Running::ran) {
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }
    assert_eq!(scene.seats(), 1);
    let listed = scene.listed();
    assert_eq!(listed["entries"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["unfinished"], serde_json::json!([]), "{listed}");
}
