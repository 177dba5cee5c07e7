//! Licenses: what is seen, and what is said of them.

use super::*;

fn ask(desk: &Desk, state: &str, scope: &str) -> Answered {
    let body = format!(r#"{{"meta":{{"key":"{}","nonce":7310559021{scope}}}}}"#, desk.key(state));
    desk.call("POST", "/licenses/actions/validate-key", "", &body)
}

fn verdict(answered: &Answered) -> (bool, &str) {
    let meta = &answered.expect(200, &[]).body["meta"];
    assert_eq!(meta["nonce"], 7_310_559_021_u64);
    (meta["valid"].as_bool().unwrap(), meta["code"].as_str().unwrap())
}

#[test]
fn a_key_tells_the_state_of_its_license() {
    let desk = Desk::new();
    let check =
        |state: &str, expect: (bool, &str)| assert_eq!(verdict(&ask(&desk, state, "")), expect, "{state}");
    check("free", (false, "NO_MACHINES"));
    check("one_seat", (false, "NO_MACHINE"));
    check("full", (true, "VALID"));
    check("suspended", (false, "SUSPENDED"));
    check("banned", (false, "BANNED"));
    check("key_only", (false, "NO_MACHINES"));
    let tidewater = Desk::tidewater();
    let check = |state: &str, expect: (bool, &str)| {
        assert_eq!(verdict(&ask(&tidewater, state, "")), expect, "{state}")
    };
    check("free", (true, "VALID"));
    check("expired", (false, "EXPIRED"));
    check("suspended", (false, "SUSPENDED"));
    let body = r#"{"meta":{"key":"NOPE","nonce":7310559021}}"#;
    let unknown = desk.call("POST", "/licenses/actions/validate-key", "", body);
    assert_eq!(verdict(&unknown), (false, "NOT_FOUND"));
    assert!(unknown.body["data"].is_null());
}

#[test]
fn an_expired_license_asks_for_its_machines_first() {
    let desk = Desk::new();
    assert_eq!(verdict(&ask(&desk, "expired", "")), (false, "NO_MACHINES"));
    let machine = new_machine(desk.id("expired"), "gf1-a", "");
    desk.call("POST", "/machines", &desk.by_key("expired"), &machine).expect(201, &[]);
    assert_eq!(verdict(&ask(&desk, "expired", "")), (false, "EXPIRED"));
}

#[test]
fn a_scope_narrows_the_question() {
    let desk = Desk::new();
    let (product, id) = (desk.license("full")["product_id"].as_str().unwrap(), desk.id("full"));
    let held = format!("gf1-{}", "1".repeat(64));
    let machines = desk.call("GET", &format!("/licenses/{id}/machines"), &desk.by_key("full"), "");
    let machine = machines.body["data"][0]["id"].as_str().unwrap();
    let check = |scope: &str, expect: &str| {
        let answered = ask(&desk, "full", &format!(r#","scope":{{{scope}}}"#));
        assert_eq!(verdict(&answered).1, expect, "{scope}");
        let echo: Value = serde_json::from_str(&format!("{{{scope}}}")).unwrap();
        assert_eq!(answered.body["meta"]["scope"], echo);
    };
    check(&format!(r#""product":"{product}""#), "VALID");
    check(r#""product":"else""#, "PRODUCT_SCOPE_MISMATCH");
    check(r#""policy":"else""#, "POLICY_SCOPE_MISMATCH");
    check(&format!(r#""user":"{}""#, seed::EMAIL), "VALID");
    check(r#""user":"else@example.com""#, "USER_SCOPE_MISMATCH");
    check(r#""user":null"#, "USER_SCOPE_MISMATCH");
    check(r#""entitlements":["CORE"]"#, "VALID");
    check(r#""entitlements":["CORE","EXPANSION"]"#, "ENTITLEMENTS_MISSING");
    check(r#""entitlements":[]"#, "ENTITLEMENTS_SCOPE_EMPTY");
    check(&format!(r#""machine":"{machine}""#), "VALID");
    check(r#""machine":"else""#, "MACHINE_SCOPE_MISMATCH");
    check(&format!(r#""fingerprint":"{held}""#), "VALID");
    check(r#""fingerprint":"gf1-else""#, "FINGERPRINT_SCOPE_MISMATCH");
    check(&format!(r#""fingerprints":["x","{held}"]"#), "VALID");
    check(r#""fingerprints":[]"#, "FINGERPRINT_SCOPE_EMPTY");
    check(&format!(r#""fingerprint":"{held}","components":["b"]"#), "COMPONENTS_SCOPE_MISMATCH");
    check(r#""version":"1.0.0""#, "VERSION_SCOPE_MISMATCH");
    check(r#""checksum":"00""#, "CHECKSUM_SCOPE_MISMATCH");
    let free = ask(&desk, "free", r#","scope":{"fingerprint":"gf1-else"}"#);
    assert_eq!(verdict(&free).1, "NO_MACHINES");
}

#[test]
fn questions_that_are_refused() {
    let desk = Desk::new();
    let check = |body: &str, pointer: &str| {
        let answered = desk.call("POST", "/licenses/actions/validate-key", "", body);
        assert_eq!(answered.expect(400, &["-"]).pointer(), pointer, "{body}");
    };
    check("{}", "/meta/key");
    check(r#"{"meta":{"key":1}}"#, "/meta/key");
    check(r#"{"meta":{"key":"x","nonce":"y"}}"#, "/meta/nonce");
    check(r#"{"meta":{"key":"x","extra":1}}"#, "/meta/extra");
    check(r#"{"meta":{"key":"x","scope":{"environment":"y"}}}"#, "/meta/scope/environment");
    check(r#"{"meta":{"key":"x","scope":{"fingerprints":"y"}}}"#, "/meta/scope/fingerprints");
    check(r#"{"meta":{"key":"x","scope":{"components":["y"]}}}"#, "/meta/scope/components");
}

#[test]
fn without_a_nonce_none_is_made_up() {
    let desk = Desk::new();
    let body = format!(r#"{{"meta":{{"key":"{}"}}}}"#, desk.key("free"));
    let answered = desk.call("POST", "/licenses/actions/validate-key", "", &body);
    assert!(answered.expect(200, &[]).body["meta"].get("nonce").is_none());
    assert!(answered.answer.validation(7).is_err());
}

#[test]
fn a_nonce_of_any_size_comes_back() {
    let desk = Desk::new();
    for nonce in [0, 1, u64::MAX] {
        let body = format!(r#"{{"meta":{{"key":"{}","nonce":{nonce}}}}}"#, desk.key("free"));
        desk.call("POST", "/licenses/actions/validate-key", "", &body).answer.validation(nonce).unwrap();
    }
}

#[test]
fn by_id_a_credential_is_needed_and_the_license_must_be_seen() {
    let desk = Desk::new();
    let token = desk.sign_in();
    let body = r#"{"meta":{"nonce":5}}"#;
    let check = |id: &str, authorization: &str, status: u16, codes: &[&str]| {
        desk.call("POST", &format!("/licenses/{id}/actions/validate"), authorization, body)
            .expect(status, codes);
    };
    check(desk.id("free"), "", 401, &["TOKEN_MISSING"]);
    check(desk.id("free"), &token, 200, &[]);
    check(desk.key("free"), &token, 200, &[]);
    check(desk.id("free"), &desk.by_key("free"), 200, &[]);
    check(desk.id("free"), &desk.by_key("full"), 404, &["NOT_FOUND"]);
    check(desk.id("other_account"), &token, 404, &["NOT_FOUND"]);
    check(desk.id("suspended"), &token, 200, &[]);
    check(desk.id("suspended"), &desk.by_key("suspended"), 403, &["LICENSE_SUSPENDED"]);
    check(desk.id("banned"), &desk.by_key("banned"), 403, &["LICENSE_BANNED"]);
    check(desk.id("sign_in_only"), &desk.by_key("sign_in_only"), 403, &["LICENSE_NOT_ALLOWED"]);
    check(desk.id("expired"), &desk.by_key("expired"), 200, &[]);
}

#[test]
fn the_quick_question_leaves_no_trace() {
    let desk = Desk::new();
    let path = format!("/licenses/{}", desk.id("free"));
    let key = desk.by_key("free");
    let quick = desk.call("GET", &format!("{path}/actions/validate"), &key, "");
    assert_eq!(quick.expect(200, &[]).body["meta"]["code"], "NO_MACHINES");
    let last = || desk.call("GET", &path, &key, "").body["data"]["attributes"]["lastValidated"].clone();
    assert!(last().is_null());
    desk.call("POST", &format!("{path}/actions/validate"), &key, "").expect(200, &[]);
    assert!(last().is_string());
}

#[test]
fn an_account_sees_its_own_licenses_with_their_keys() {
    let desk = Desk::new();
    let token = desk.sign_in();
    let page =
        desk.call("GET", "/licenses?page[number]=1&page[size]=100", &token, "").answer.licenses().unwrap();
    assert_eq!((page.licenses.len(), page.more), (9, false));
    let full = page.licenses.iter().find(|it| it.key.as_ref().unwrap().expose() == desk.key("full")).unwrap();
    assert_eq!((full.max_machines, full.machines_count), (Some(2), 2));
    let count = |query: &str| {
        let answered = desk.call("GET", &format!("/licenses?limit=100&{query}"), &token, "");
        answered.expect(200, &[]).body["data"].as_array().unwrap().len()
    };
    assert_eq!(count("status=suspended"), 1);
    assert_eq!(count("status=EXPIRED"), 1);
    assert_eq!(count("metadata[terms]=trial"), 1);
    assert_eq!(count("metadata[terms]=else"), 0);
    assert_eq!(count(&format!("product={}", desk.license("suspended")["product_id"].as_str().unwrap())), 2);
    assert_eq!(count("policy=else"), 0);
    assert_eq!(count("owner=else"), 0);
    desk.call("GET", "/licenses", &desk.by_key("free"), "").expect(403, &["-"]);
}

#[test]
fn a_license_shows_every_attribute_and_its_entitlements() {
    let desk = Desk::new();
    let path = format!("/licenses/{}", desk.id("one_seat"));
    let shown = desk.call("GET", &path, &desk.by_key("one_seat"), "");
    let data = &shown.expect(200, &[]).body["data"];
    for name in ["expiry", "scheme", "maxUses", "lastCheckIn", "lastCheckOut", "version"] {
        assert_eq!(data["attributes"].get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(data["attributes"]["status"], "ACTIVE");
    assert_eq!(data["relationships"]["product"]["data"]["id"], desk.license("one_seat")["product_id"]);
    assert_eq!(data["relationships"]["machines"]["meta"]["count"], 0);
    let listed = desk.call("GET", &format!("{path}/entitlements"), &desk.by_key("one_seat"), "");
    assert_eq!(listed.expect(200, &[]).body["data"][0]["attributes"]["code"], "CORE");
}

#[test]
fn the_vendor_may_suspend_and_reinstate_and_nobody_else() {
    let desk = Desk::new();
    let act = |action: &str, authorization: &str| {
        desk.call("POST", &format!("/licenses/{}/actions/{action}", desk.id("free")), authorization, "")
    };
    act("suspend", &desk.sign_in()).expect(403, &["-"]);
    act("suspend", &desk.by_key("free")).expect(403, &["-"]);
    let suspended = act("suspend", &desk.vendor());
    assert_eq!(suspended.expect(200, &[]).body["data"]["attributes"]["status"], "SUSPENDED");
    assert_eq!(verdict(&ask(&desk, "free", "")), (false, "SUSPENDED"));
    act("reinstate", &desk.by_key("free")).expect(403, &["LICENSE_SUSPENDED"]);
    act("reinstate", &desk.vendor()).expect(200, &[]);
    assert_eq!(verdict(&ask(&desk, "free", "")), (false, "NO_MACHINES"));
}

#[test]
fn the_policy_of_a_license_is_shown_to_whoever_may_see_the_license() {
    let desk = Desk::new();
    let policy = |desk: &Desk, state: &str| {
        let path = format!("/licenses/{}/policy", desk.id(state));
        desk.call("GET", &path, &desk.by_key(state), "").expect(200, &[]).answer.policy().unwrap()
    };
    assert_eq!(policy(&desk, "free").authentication, "MIXED");
    assert_eq!(policy(&desk, "key_only").authentication, "LICENSE");
    assert!(policy(&desk, "protected").protected && policy(&desk, "free").strict);
    assert_eq!(policy(&desk, "unique_per_product").uniqueness, "UNIQUE_PER_PRODUCT");
    assert!(
        policy(&desk, "requires_heartbeat").requires_heartbeat && !policy(&desk, "free").requires_heartbeat
    );
    let path = format!("/licenses/{}/policy", desk.id("sign_in_only"));
    desk.call("GET", &path, &desk.by_key("sign_in_only"), "").expect(403, &["LICENSE_NOT_ALLOWED"]);
    desk.call("GET", &path, &desk.by_key("free"), "").expect(404, &["NOT_FOUND"]);
    let tidewater = Desk::tidewater();
    assert!(!policy(&tidewater, "free").strict && policy(&tidewater, "strict_without_seats").strict);
}
