//! Who holds the seats, and seats of other computers, while somebody in between loses answers or gives others: a list from
//! another day, another license's seat, a refusal that nobody signed.

use gatefold_tests::{Cli, Fault, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::scene::Scene;

/// Another vendor that was agreed to, of whose file nothing can be read.
const DAMAGED: &str = "INSERT INTO vendor (vendor, root, version, agreed_at, file, signature)
     VALUES ('attic', zeroblob(32), 1, '2026-11-01T00:00:00Z', x'00', '')";

const ELSEWHERE: &str = "3f1c9a7e5b2d4860a1b2c3d4e5f60718";

/// Another computer holds a seat, and this one, which has none, has read so: the seat's id.
fn read() -> (Scene, String) {
    let scene = Scene::start();
    let (cli, _home): (Cli, TempDir) = scene.in_fresh_home();
    let done = cli.env("GATEFOLD_TEST_MACHINE_ID", ELSEWHERE).json([
        "license",
        "activate",
        &scene.key,
        "--device-name",
        "laptop",
        "--yes",
    ]);
    scene.cli.json(["license", "seats", &scene.key, "--yes"]);
    let seat = done["machine_id"].as_str().unwrap().to_owned();
    (scene, seat)
}

impl Scene {
    fn read_seats(&self) -> Value {
        self.cli.json(["license", "seats", &self.key, "--yes"])
    }

    fn release(&self, seat: &str) -> gatefold_tests::Ran {
        self.cli.run(["license", "deactivate", seat, "--key", &self.key, "--yes", "--json"])
    }

    fn rename(&self, seat: &str) -> gatefold_tests::Ran {
        self.cli.run(["license", "rename", seat, "rack", "--key", &self.key, "--yes", "--json"])
    }

    /// What the ledger has of this many requests, newest last.
    fn last_purposes(&self, count: usize) -> Vec<String> {
        let entries = self.cli.json(["ledger", "list", "--limit", "1000"]);
        let entries = entries["entries"].as_array().unwrap();
        entries[entries.len() - count..]
            .iter()
            .map(|entry| {
                format!("{} {}", entry["method"].as_str().unwrap(), entry["purpose"].as_str().unwrap())
            })
            .collect()
    }
}

#[test]
fn a_release_whose_answer_is_lost_is_looked_for() {
    let (scene, seat) = read();
    // The question whose key it is, the release, the look.
    scene.tap.faults([Fault::None, Fault::LoseAnswer]);
    let ran = scene.release(&seat);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    assert_eq!(ran.json()["status"], "deactivated");
    assert_eq!(scene.last_purposes(3), ["POST check_key", "DELETE release", "GET release"]);
    assert_eq!((scene.seats(), &scene.read_seats()["entries"]), (0, &json!([])));
}

#[test]
fn a_release_that_never_arrived_frees_nothing_and_says_so() {
    let (scene, seat) = read();
    let nothing = |_: &[u8]| b"HTTP/1.1 502 Bad gateway\r\ncontent-length: 0\r\n\r\n".to_vec();
    scene.tap.faults([Fault::None, Fault::reply(nothing)]);
    let ran = scene.release(&seat);
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &"keygen.server_error".into()),
        "{ran:?}"
    );
    assert_eq!(scene.seats(), 1);
    assert_eq!(scene.release(&seat).code(), Some(0), "it may be asked again");
    assert_eq!(scene.seats(), 0);
}

/// Twice is once, also where the first time was noted nowhere.
#[test]
fn a_release_that_nobody_knows_of_is_done_again() {
    let (scene, seat) = read();
    scene.tap.faults([Fault::None, Fault::LoseAnswer, Fault::LoseAnswer]);
    assert_eq!(scene.release(&seat).code(), Some(1));
    assert_eq!(scene.seats(), 0);
    let again = scene.release(&seat);
    assert_eq!((again.code(), &again.json()["status"]), (Some(0), &"deactivated".into()), "{again:?}");
}

#[test]
fn a_renaming_whose_answer_is_lost_is_looked_for() {
    let (scene, seat) = read();
    scene.tap.faults([Fault::None, Fault::LoseAnswer]);
    let ran = scene.rename(&seat);
    assert_eq!((ran.code(), &ran.json()["name"]), (Some(0), &"rack".into()), "{ran:?}");
    assert_eq!(scene.last_purposes(3), ["POST check_key", "PATCH rename", "GET rename"]);
    // One that never arrived: the look shows the old name.
    let nothing = |_: &[u8]| b"HTTP/1.1 502 Bad gateway\r\ncontent-length: 0\r\n\r\n".to_vec();
    scene.tap.faults([Fault::None, Fault::reply(nothing)]);
    let ran = scene.cli.run(["license", "rename", &seat, "loft", "--key", &scene.key, "--yes", "--json"]);
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &"keygen.server_error".into()),
        "{ran:?}"
    );
    assert_eq!(scene.read_seats()["entries"][0]["name"], "rack");
}

/// The answer to an earlier renaming, given once more: it is signed, of that seat, and tells the name from before.
#[test]
fn a_renaming_is_not_believed_from_another_name() {
    let (scene, seat) = read();
    assert_eq!(scene.rename(&seat).code(), Some(0));
    let earlier = scene.tap.seen().pop().unwrap().answer;
    let to = |name: &str| {
        scene.cli.run(["license", "rename", &seat, name, "--key", &scene.key, "--yes", "--json"])
    };
    // Kept from the server: the look shows the old name.
    let replayed = earlier.clone();
    scene.tap.faults([Fault::None, Fault::reply(move |_| replayed.clone())]);
    let ran = to("loft");
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &"keygen.contradictory".into()),
        "{ran:?}"
    );
    assert_eq!(scene.last_purposes(3), ["POST check_key", "PATCH rename", "GET rename"]);
    // Done by the server: the look shows the new one.
    scene.tap.faults([Fault::None, Fault::instead(move |_| earlier.clone())]);
    let ran = to("attic");
    assert_eq!((ran.code(), &ran.json()["name"]), (Some(0), &"attic".into()), "{ran:?}");
    scene.tap.faults([]);
    assert_eq!(scene.read_seats()["entries"][0]["name"], "attic");
}

/// What is kept of one vendor is damaged: another vendor's seat is given back all the same.
#[test]
fn a_damaged_vendor_keeps_no_other_vendors_seat() {
    let (scene, seat) = read();
    let store = rusqlite::Connection::open(scene.cli.home().join("store/store.db")).unwrap();
    assert_eq!(store.execute(DAMAGED, []).unwrap(), 1);
    drop(store);
    let ran = scene.release(&seat);
    assert_eq!((ran.code(), scene.seats()), (Some(0), 0), "{ran:?}");
    // Of a seat that is nowhere it is still said that something here cannot be read.
    let ran = scene.release("99999999-2222-4333-8444-555555555555");
    assert_eq!(ran.json()["error"]["code"], "vendor.damaged", "{ran:?}");
}

/// A pause is asked for by nobody in particular: nothing more is sent, and nothing is believed.
#[test]
fn a_pause_is_kept() {
    let (scene, seat) = read();
    let before = scene.tap.seen().len();
    let pause = |_: &[u8]| b"HTTP/1.1 429 Later\r\ncontent-length: 0\r\n\r\n".to_vec();
    scene.tap.faults([Fault::None, Fault::reply(pause)]);
    let ran = scene.release(&seat);
    assert_eq!((ran.code(), &ran.json()["error"]["code"]), (Some(3), &"keygen.throttled".into()), "{ran:?}");
    assert_eq!((scene.tap.seen().len() - before, scene.seats()), (2, 1));
}

#[test]
fn a_list_that_cannot_be_the_answer_is_not_believed() {
    let (scene, seat) = read();
    let known = || {
        let ran = scene.cli.run(["license", "deactivate", &seat]);
        assert_eq!(ran.code(), Some(1), "the seat is known, its key is not at hand: {ran:?}");
        assert!(ran.stderr.contains("license.key_missing"), "{ran:?}");
    };
    let check = |fault: Fault, code: &str| {
        scene.tap.faults([Fault::None, fault]);
        let (_, error) = scene.cli.failure(["license", "seats", &scene.key, "--yes"]);
        assert_eq!(error["code"], code, "{error}");
        // What was read before stays.
        known();
    };
    let signed = |at: Option<Timestamp>, body: Value| {
        let signer = at.map_or_else(|| scene.signer(), |at| scene.signer().at(at));
        Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &body))
    };
    let earlier = Timestamp::now() - SignedDuration::from_hours(3);
    check(signed(Some(earlier), json!({"data": []})), "keygen.replayed");
    let foreign = json!({
        "type": "machines", "id": "99999999-2222-4333-8444-555555555555",
        "attributes": {"fingerprint": "gf1-00"},
        "relationships": {"license": {"data": {"type": "licenses", "id": "3a5fa850-55a2-494a-a96f-624c50876c94"}}},
    });
    check(signed(None, json!({"data": [foreign]})), "keygen.contradictory");
    check(signed(None, json!({"data": {}})), "keygen.unreadable");
    let stranger = scene.signer().stranger();
    let forged =
        Fault::reply(move |request| stranger.answer(&Request::parse(request), 200, &json!({"data": []})));
    check(forged, "keygen.bad_signature");
    let unsigned = |_: &[u8]| b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":[]}".to_vec();
    check(Fault::reply(unsigned), "keygen.unconfirmed");
}

/// What the vendor says of a seat is remembered, ends nothing, and is forgotten when a file comes again.
#[test]
fn a_seat_that_is_gone_is_remembered_until_another_is_taken() {
    let scene = Scene::activated();
    let listed = || scene.cli.json(["license", "list"])["entries"][0].clone();
    let seat = listed()["machine_id"].as_str().unwrap().to_owned();
    assert_eq!(listed().get("seat_gone_at"), None);
    let (other, _home) = scene.in_fresh_home();
    other.json(["license", "seats", &scene.key, "--yes"]);
    other.json(["license", "deactivate", &seat, "--key", &scene.key, "--yes"]);
    assert_eq!(listed().get("seat_gone_at"), None, "nobody said so here yet");
    let (exit, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!((exit, &error["code"]), (3, &"license.seat_gone".into()), "{error}");
    assert!(listed()["seat_gone_at"].is_string());
    assert_eq!(listed()["standing"], "active", "the file goes on");
    // The seat that is gone is not asked for once more: a new one is taken at once.
    let again = scene.activate();
    assert_ne!(again["machine_id"], seat.as_str());
    assert_eq!((scene.seats(), listed().get("seat_gone_at")), (1, None));
}
