//! Giving a license to somebody else: once, by its owner, and never while a seat is in use.

use super::*;

const FRIEND: &str = "friend@example.com";

fn ask(desk: &Desk, bearer: &str, license: &str) -> Answered {
    desk.call("GET", &format!("/transfers/eligibility?license={license}&nonce=7"), bearer, "")
}

fn give(desk: &Desk, bearer: &str, license: &str, to: &str) -> Answered {
    let body = format!(
        r#"{{"data":{{"type":"transfers","attributes":{{"recipient":"{to}"}},"relationships":{{"license":{{"data":{{"type":"licenses","id":"{license}"}}}}}}}},"meta":{{"nonce":7}}}}"#
    );
    desk.call("POST", "/transfers", bearer, &body)
}

fn edit(desk: &Desk, sql: &str, license: &str) {
    desk.sandbox.db.lock().unwrap().execute(sql, [license]).unwrap();
}

#[test]
fn a_license_goes_to_another_account_with_another_key() {
    let desk = Desk::new();
    let (bearer, id, old) = (desk.sign_in(), desk.id("free").to_owned(), desk.by_key("free"));
    let asked = ask(&desk, &bearer, &id);
    let license = asked.expect(200, &[]).answer.claimed(7).unwrap();
    assert!(license.id.to_string() == id && license.key.is_none());
    let given = give(&desk, &bearer, &id, FRIEND);
    assert!(given.expect(201, &[]).answer.claimed(7).unwrap().key.is_none(), "the key is the other one's");
    desk.call("GET", &format!("/licenses/{id}"), &bearer, "").expect(404, &["NOT_FOUND"]);
    desk.call("GET", &format!("/licenses/{id}"), &old, "").expect(401, &["LICENSE_INVALID"]);
    // Twice is once; and to nobody else any more.
    assert_eq!(
        give(&desk, &bearer, &id, "Friend@Example.com").expect(200, &[]).answer.claimed(7).unwrap().id,
        license.id
    );
    give(&desk, &bearer, &id, "another@example.com").expect(404, &["NOT_FOUND"]);
    ask(&desk, &bearer, &id).expect(404, &["NOT_FOUND"]);
}

#[test]
fn what_is_not_given_away() {
    let desk = Desk::new();
    let bearer = desk.sign_in();
    let check = |id: &str, codes: &[&str]| {
        ask(&desk, &bearer, id).expect(422, codes);
        give(&desk, &bearer, id, FRIEND).expect(422, codes);
    };
    let trial =
        desk.line["licenses"].as_array().unwrap().iter().find(|license| license["kind"] == "trial").unwrap();
    check(trial["license_id"].as_str().unwrap(), &["TRANSFER_KIND"]);
    check(desk.id("suspended"), &["TRANSFER_NOT_OFFERED"]);
    check(desk.id("expired"), &["TRANSFER_NOT_OFFERED"]);
    let id = desk.id("one_seat");
    edit(&desk, &format!("UPDATE licenses SET created = '{NOW}' WHERE id = ?1"), id);
    check(id, &["TRANSFER_TOO_EARLY"]);
    let early = ask(&desk, &bearer, id);
    let from = "2026-12-02T03:04:05.678Z".parse().ok();
    assert_eq!(early.answer.claimed(7).unwrap_err(), gatefold_keygen::Refusal::TransferTooEarly { from });
    // Seats in use are told, and keep it.
    let full = desk.id("full");
    assert_eq!(ask(&desk, &bearer, full).expect(200, &[]).answer.claimed(7).unwrap().machines_count, 2);
    give(&desk, &bearer, full, FRIEND).expect(422, &["TRANSFER_SEATS_IN_USE"]);
    for to in ["demo@example.com", "nobody"] {
        give(&desk, &bearer, desk.id("free"), to).expect(422, &["TRANSFER_RECIPIENT_INVALID"]);
    }
}

#[test]
fn nobody_gives_away_what_is_not_theirs() {
    let desk = Desk::new();
    let (bearer, other) = (desk.sign_in(), desk.id("other_account").to_owned());
    ask(&desk, &bearer, &other).expect(404, &["NOT_FOUND"]);
    give(&desk, &bearer, &other, FRIEND).expect(404, &["NOT_FOUND"]);
    // Nor by the key alone, nor by its key in the place of its id.
    give(&desk, &desk.by_key("free"), desk.id("free"), FRIEND).expect(403, &["-"]);
    give(&desk, &bearer, desk.key("free"), FRIEND).expect(404, &["NOT_FOUND"]);
    let tidewater = Desk::tidewater();
    let id = tidewater.id("free").to_owned();
    give(&tidewater, &tidewater.sign_in(), &id, FRIEND).expect(422, &["TRANSFER_NOT_OFFERED"]);
}
