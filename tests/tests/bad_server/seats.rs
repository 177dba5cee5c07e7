//! A seat that is taken while somebody in between answers something else: a refusal or a list from another day, another
//! seat's file. Whatever is said, the seat is not lost.

use gatefold_tests::{Fault, Request, body_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::scene::Scene;

const OTHER_LICENSE: &str = "3a5fa850-55a2-494a-a96f-624c50876c94";
const OTHER_SEAT: &str = "99999999-2222-4333-8444-555555555555";
const THIRD_SEAT: &str = "88888888-2222-4333-8444-555555555555";

fn refusal(code: &str) -> Value {
    json!({"errors": [{"title": "No", "detail": "No", "code": code}]})
}

/// What the server signed some hours ago.
fn earlier(scene: &Scene, status: u16, body: Value) -> impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static {
    let signer = scene.signer().at(Timestamp::now() - SignedDuration::from_hours(3));
    move |request| signer.answer(&Request::parse(request), status, &body)
}

impl Scene {
    pub(crate) fn seats(&self) -> usize {
        self.sandbox.seats_taken(self.sandbox.license("free")["license_id"].as_str().unwrap())
    }

    /// The seat that may be held at the vendor, by the list.
    fn unfinished(&self) -> Vec<String> {
        let listed = self.cli.json(["license", "list"]);
        let open = listed["unfinished"].as_array().unwrap();
        open.iter().map(|open| open["machine_id"].as_str().unwrap().to_owned()).collect()
    }

    fn activation_fails(&self, faults: Vec<Fault>) -> Value {
        self.tap.faults([Fault::None].into_iter().chain(faults));
        let (_, error) = self.cli.failure(["license", "activate", &self.key, "--yes"]);
        self.tap.faults([]);
        error
    }

    /// The seat that is held is known, and the next activation uses it.
    fn the_seat_is_found_again(&self) {
        assert_eq!((self.seats(), self.unfinished().len()), (1, 1), "a silent seat");
        assert_eq!(self.activate()["standing"], "active");
        assert_eq!((self.seats(), self.unfinished().len()), (1, 0));
    }
}

/// The machine of a request that asks for a seat, as the server would describe it.
fn described(asked: &Value, id: &str, license: &str) -> Value {
    json!({
        "type": "machines", "id": id,
        "attributes": {"fingerprint": asked["data"]["attributes"]["fingerprint"]},
        "relationships": {"license": {"data": {"type": "licenses", "id": license}}},
    })
}

/// Answers a look with machines made of the request for the seat before it.
fn look_shows(scene: &Scene, machines: impl Fn(&Value) -> Vec<Value> + Send + Sync + 'static) -> Fault {
    let (tap, signer) = (scene.tap.clone(), scene.signer());
    Fault::reply(move |request| {
        let seen = tap.seen();
        let asked = seen.iter().rev().map(|seen| Request::parse(&seen.request));
        let asked = asked.into_iter().find(|asked| asked.target.ends_with("/machines")).unwrap().body;
        signer.answer(&Request::parse(request), 200, &json!({ "data": machines(&asked) }))
    })
}

#[test]
fn a_refusal_in_the_place_of_the_seat() {
    let scene = Scene::start();
    for code in ["MACHINE_LIMIT_EXCEEDED", "LICENSE_NOT_ALLOWED"] {
        let answer = earlier(&scene, 422, refusal(code));
        scene.tap.faults([Fault::None, Fault::instead(answer)]);
        assert_eq!(scene.activate()["standing"], "active", "{code}: the seat is looked for");
        let id = scene.cli.json(["license", "list"])["entries"][0]["machine_id"].clone();
        scene.cli.json(["license", "deactivate", id.as_str().unwrap(), "--yes"]);
        assert_eq!(scene.seats(), 0, "{code}");
    }
}

/// The refusal is from another day, and so is the refusal of the look.
#[test]
fn two_refusals_from_another_day() {
    let scene = Scene::start();
    let answer = |code| earlier(&scene, 422, refusal(code));
    scene.activation_fails(vec![
        Fault::instead(answer("MACHINE_LIMIT_EXCEEDED")),
        Fault::reply(answer("LICENSE_NOT_ALLOWED")),
    ]);
    scene.the_seat_is_found_again();
}

/// Nobody signs that there are too many requests.
#[test]
fn a_pause_that_anybody_may_ask_for() {
    let scene = Scene::start();
    let pause = |_: &[u8]| b"HTTP/1.1 429 Later\r\ncontent-length: 0\r\n\r\n".to_vec();
    assert_eq!(scene.activation_fails(vec![Fault::instead(pause)])["code"], "keygen.throttled");
    scene.the_seat_is_found_again();
}

#[test]
fn an_empty_list_from_another_day() {
    let scene = Scene::start();
    scene.activation_fails(vec![Fault::LoseAnswer, Fault::reply(earlier(&scene, 200, json!({"data": []})))]);
    scene.the_seat_is_found_again();
}

/// The earlier try's seat is not forgotten for a refusal of this one.
#[test]
fn a_refusal_of_the_second_try() {
    let scene = Scene::start();
    scene.activation_fails(vec![Fault::LoseAnswer, Fault::LoseAnswer]);
    for code in ["LICENSE_NOT_ALLOWED", "MACHINE_LIMIT_EXCEEDED"] {
        let signer = scene.signer();
        let refuses =
            Fault::reply(move |request| signer.answer(&Request::parse(request), 403, &refusal(code)));
        scene.activation_fails(vec![refuses.clone(), refuses]);
    }
    scene.the_seat_is_found_again();
}

/// The same computer has a seat of another license, too.
#[test]
fn a_look_that_shows_another_license_first() {
    let scene = Scene::start();
    let license = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let both = look_shows(&scene, move |asked| {
        let own = asked["data"]["id"].as_str().unwrap();
        vec![described(asked, OTHER_SEAT, OTHER_LICENSE), described(asked, own, &license)]
    });
    scene.tap.faults([Fault::None, Fault::LoseAnswer, both]);
    let activated = scene.activate();
    assert_ne!(activated["machine_id"], OTHER_SEAT);
    assert_eq!(scene.seats(), 1);
}

#[test]
fn a_look_that_shows_several_seats() {
    let scene = Scene::start();
    let license = scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
    let several = look_shows(&scene, move |asked| {
        [OTHER_SEAT, THIRD_SEAT].map(|id| described(asked, id, &license)).to_vec()
    });
    scene.activation_fails(vec![Fault::LoseAnswer, several]);
    assert!(![OTHER_SEAT, THIRD_SEAT].contains(&scene.unfinished()[0].as_str()), "a stranger's seat");
    scene.the_seat_is_found_again();
}

/// A genuine file of this computer and this license, but of the seat that was given back.
#[test]
fn the_file_of_another_seat() {
    let scene = Scene::activated();
    let file = body_of(&scene.tap.seen().pop().unwrap().answer);
    let first = scene.cli.json(["license", "list"])["entries"][0]["machine_id"].clone();
    scene.cli.json(["license", "deactivate", first.as_str().unwrap(), "--yes"]);
    let signer = scene.signer();
    let replayed = Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &file));
    assert_eq!(scene.activation_fails(vec![Fault::None, replayed])["code"], "license.seat_without_file");
    assert_ne!(json!(scene.unfinished()[0]), first);
    scene.the_seat_is_found_again();
}

/// What became of the last try is read before anything of this computer is told again.
#[test]
fn an_unfinished_seat_is_looked_for_first() {
    let scene = Scene::start();
    scene.activation_fails(vec![Fault::None, Fault::LoseAnswer]);
    let first = scene.tap.seen().len();
    assert_eq!(scene.activate()["standing"], "active");
    let asked = |seen: &gatefold_tests::Exchange| {
        let request = Request::parse(&seen.request);
        let path = request.target.split('?').next().unwrap().to_owned();
        format!("{} {}", request.method, path.rsplit('/').next().unwrap())
    };
    let sent: Vec<String> = scene.tap.seen()[first..].iter().map(asked).collect();
    assert_eq!(sent, ["POST validate-key", "GET machines", "POST check-out"]);
}

/// The file is genuine, and hours older than the answer that came right before it.
#[test]
fn a_file_from_before_it_was_asked_for() {
    let scene = Scene::activated();
    let honest = body_of(&scene.honest_validation().answer);
    let signer = scene.signer().at(Timestamp::now() + SignedDuration::from_hours(3));
    let later = Fault::reply(move |request| {
        let request = Request::parse(request);
        let mut document = honest.clone();
        document["meta"]["nonce"] = json!(request.nonce());
        signer.answer(&request, 200, &document)
    });
    let before = scene.installed();
    scene.tap.faults([later]);
    let (exit, error) = scene.cli.failure(["license", "refresh", "--yes"]);
    assert_eq!((exit, &error["code"]), (1, &json!("keygen.contradictory")), "{error}");
    assert_eq!(scene.installed(), before);
    scene.recovers();
}

/// The vendor counts a computer once for all licenses of a product: the one that holds its seat here is named.
#[test]
fn the_license_whose_seat_stands_in_the_way_is_named() {
    let scene = Scene::start();
    let (other, key) =
        (scene.sandbox.license("unique_per_product").clone(), scene.sandbox.key("unique_per_product"));
    scene.cli.json(["license", "activate", &key, "--yes"]);
    let taken = || {
        let signer = scene.signer();
        let taken = refusal("FINGERPRINT_TAKEN");
        Fault::reply(move |request| signer.answer(&Request::parse(request), 422, &taken))
    };
    let error = scene.activation_fails(vec![taken()]);
    assert_eq!(error["code"], "license.seat_elsewhere", "{error}");
    let (id, hint) = (other["license_id"].as_str().unwrap(), &key[key.len() - 4..]);
    let told = format!("for the same product: license {id}, whose key ends in {hint}.");
    assert!(error["message"].as_str().unwrap().ends_with(&told), "{error}");
    assert_eq!((scene.seats(), scene.unfinished().len()), (0, 0), "nothing is left open");

    // Nothing is known here of the seat that this computer is said to have.
    let (fresh, _home) = scene.in_fresh_home();
    scene.tap.faults([Fault::None, taken()]);
    let (_, error) = fresh.failure(["license", "activate", &scene.key, "--yes"]);
    assert!(error["message"].as_str().unwrap().ends_with("for the same product."), "{error}");
    // It is, once the list of the other license's seats was read.
    scene.tap.faults([]);
    fresh.json(["license", "seats", &key, "--yes"]);
    scene.tap.faults([Fault::None, taken()]);
    let (_, error) = fresh.failure(["license", "activate", &scene.key, "--yes"]);
    assert!(error["message"].as_str().unwrap().ends_with(&format!("license {id}.")), "{error}");
}
