//! Beginning a trial: once for each computer or account, and never again once it has ended.

use super::*;

const PAPER_MOON: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0104";
const SALT_ORGAN: &str = "71dea7e0-44bb-4c6d-9d22-1b6a7c4f0102";

fn body(product: &str, fingerprint: Option<&str>) -> String {
    let attributes =
        fingerprint.map(|value| format!(r#""attributes":{{"fingerprint":"{value}"}},"#)).unwrap_or_default();
    format!(
        r#"{{"data":{{"type":"trials",{attributes}"relationships":{{"product":{{"data":{{"type":"products","id":"{product}"}}}}}}}},"meta":{{"nonce":7}}}}"#
    )
}

fn begin(desk: &Desk, bearer: &str, product: &str, fingerprint: Option<&str>) -> Answered {
    desk.call("POST", "/trials", bearer, &body(product, fingerprint))
}

#[test]
fn a_computer_tries_a_product_once() {
    let desk = Desk::new();
    assert_eq!(desk.line["trials"][0]["code"], "paper-moon");
    let trial = begin(&desk, "", PAPER_MOON, Some("gf1-a")).expect(201, &[]).answer.claimed(7).unwrap();
    assert_eq!((trial.terms, trial.max_machines), (gatefold_license::Terms::Trial, Some(1)));
    let days = trial.expires_at.unwrap().duration_since(NOW.parse().unwrap()).as_hours() / 24;
    assert_eq!(days, 14);
    let again = begin(&desk, "", PAPER_MOON, Some("gf1-a")).expect(200, &[]).answer.claimed(7).unwrap();
    assert_eq!((again.id, again.expires_at), (trial.id, trial.expires_at));
    let key = |license: &gatefold_keygen::License| license.key.as_ref().unwrap().expose().clone();
    assert_eq!(key(&again), key(&trial));
    let other = begin(&desk, "", PAPER_MOON, Some("gf1-b")).expect(201, &[]).answer.claimed(7).unwrap();
    assert!(other.id != trial.id && key(&other) != key(&trial));

    let db = desk.sandbox.db.lock().unwrap();
    let ended = "2026-11-01T00:00:00.000Z";
    db.execute("UPDATE licenses SET expiry = ?2 WHERE id = ?1", [&trial.id.to_string(), ended]).unwrap();
    drop(db);
    let refused = begin(&desk, "", PAPER_MOON, Some("gf1-a"));
    refused.expect(422, &["TRIAL_ENDED"]);
    assert_eq!(refused.body["errors"][0]["meta"]["expiry"], ended);
    assert_eq!(
        refused.answer.claimed(7).unwrap_err(),
        gatefold_keygen::Refusal::TrialEnded { ended_at: ended.parse().ok() }
    );
}

#[test]
fn an_account_tries_a_product_once_where_the_vendor_knows_no_computers() {
    let desk = Desk::tidewater();
    begin(&desk, "", SALT_ORGAN, None).expect(401, &["TOKEN_MISSING"]);
    let bearer = desk.sign_in();
    let trial = begin(&desk, &bearer, SALT_ORGAN, None).expect(201, &[]).answer.claimed(7).unwrap();
    let again = begin(&desk, &desk.sign_in(), SALT_ORGAN, None).expect(200, &[]).answer.claimed(7).unwrap();
    assert_eq!((again.id, trial.max_machines), (trial.id, None));
    // It is the account's.
    let path = format!("/licenses/{}", trial.id);
    desk.call("GET", &path, &bearer, "").expect(200, &[]);
}

#[test]
fn what_is_no_request_for_a_trial_begins_none() {
    let desk = Desk::new();
    begin(&desk, "", PAPER_MOON, None).expect(400, &["-"]);
    begin(&desk, "", "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101", Some("gf1-a"))
        .expect(422, &["TRIAL_NOT_OFFERED"]);
    begin(&desk, "", "none", Some("gf1-a")).expect(422, &["TRIAL_NOT_OFFERED"]);
    begin(&desk, &desk.by_key("free"), PAPER_MOON, Some("gf1-a")).expect(403, &["-"]);
    let more = body(PAPER_MOON, Some("gf1-a")).replace("\"fingerprint\"", "\"name\":\"x\",\"fingerprint\"");
    desk.call("POST", "/trials", "", &more).expect(400, &["-"]);
    let db = desk.sandbox.db.lock().unwrap();
    let begun: u32 = db.query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap();
    assert_eq!(begun, 0);
}
