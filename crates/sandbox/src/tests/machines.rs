//! Seats: taken, looked for, renamed, given back.

use super::*;

const UUID: &str = "0b9c0000-0000-4000-8000-000000000001";

fn create(desk: &Desk, state: &str, body: &str) -> Answered {
    desk.call("POST", "/machines", &desk.by_key(state), body)
}

/// The body with a machine id of our own.
fn with_id(body: &str, id: &str) -> String {
    body.replacen(r#""type":"machines","#, &format!(r#""type":"machines","id":"{id}","#), 1)
}

#[test]
fn a_seat_with_its_labels() {
    let desk = Desk::new();
    let labels = r#","name":"studio","platform":"Debian GNU/Linux 12","metadata":{"cpu":"AMD","memoryGib":24,"a_b":{"c_d":1}}"#;
    let body = with_id(&new_machine(desk.id("free"), "gf1-a", labels), UUID);
    let made = create(&desk, "free", &body);
    let data = &made.expect(201, &[]).body["data"];
    assert_eq!(data["id"], UUID);
    assert_eq!(data["attributes"]["metadata"], json!({ "cpu": "AMD", "memoryGib": 24, "aB": { "cD": 1 } }));
    for name in ["hostname", "ip", "cores", "memory", "disk", "lastCheckOut"] {
        assert_eq!(data["attributes"].get(name), Some(&Value::Null), "{name}");
    }
    let machine = made.answer.machine().unwrap();
    assert_eq!((machine.fingerprint.as_str(), machine.name.as_deref()), ("gf1-a", Some("studio")));
    assert_eq!(machine.license.unwrap().to_string(), desk.id("free"));
    let license = desk.call("GET", &format!("/licenses/{}", desk.id("free")), &desk.by_key("free"), "");
    assert_eq!(license.body["data"]["relationships"]["machines"]["meta"]["count"], 1);
    let shown = desk.call("GET", &format!("/machines/{UUID}"), &desk.sign_in(), "");
    assert_eq!(shown.expect(200, &[]).body["data"], *data);
    desk.call("GET", "/machines/gf1-a", &desk.by_key("free"), "").expect(200, &[]);
}

#[test]
fn a_retry_is_told_what_became_of_the_first_try() {
    let desk = Desk::new();
    let body = with_id(&new_machine(desk.id("free"), "gf1-a", ""), UUID);
    create(&desk, "free", &body).expect(201, &[]);
    create(&desk, "free", &body).expect(422, &["FINGERPRINT_TAKEN", "ID_CONFLICT"]);
    create(&desk, "free", &new_machine(desk.id("free"), "gf1-a", "")).expect(422, &["FINGERPRINT_TAKEN"]);
    let other = with_id(&new_machine(desk.id("free"), "gf1-b", ""), UUID);
    assert_eq!(create(&desk, "free", &other).expect(422, &["ID_CONFLICT"]).pointer(), "/data/id");
}

#[test]
fn a_full_license_says_so_and_may_say_more() {
    let desk = Desk::new();
    let held = format!("gf1-{}", "1".repeat(64));
    create(&desk, "full", &new_machine(desk.id("full"), "gf1-new", ""))
        .expect(422, &["MACHINE_LIMIT_EXCEEDED"]);
    let both = create(&desk, "full", &new_machine(desk.id("full"), &held, ""));
    both.expect(422, &["FINGERPRINT_TAKEN", "MACHINE_LIMIT_EXCEEDED"]);
    assert_eq!(
        both.answer.machine().unwrap_err(),
        gatefold_keygen::Refusal::FingerprintTaken { seats_full: true }
    );
    create(&desk, "one_seat", &new_machine(desk.id("one_seat"), "gf1-a", "")).expect(201, &[]);
    create(&desk, "one_seat", &new_machine(desk.id("one_seat"), "gf1-b", ""))
        .expect(422, &["MACHINE_LIMIT_EXCEEDED"]);
    // One computer may hold seats of several licenses.
    create(&desk, "free", &new_machine(desk.id("free"), "gf1-a", "")).expect(201, &[]);
}

#[test]
fn limits_uniqueness_and_overage_follow_the_policy() {
    let desk = Desk::new();
    let set = |column: &str, value: &str| {
        let db = desk.sandbox.db.lock().unwrap();
        let sql = format!(
            "UPDATE policies SET {column} = ?1 WHERE id = (SELECT policy FROM licenses WHERE id = ?2)"
        );
        db.execute(&sql, [value, desk.id("one_seat")]).unwrap();
    };
    let create =
        |fingerprint: &str| create(&desk, "one_seat", &new_machine(desk.id("one_seat"), fingerprint, ""));
    set("max_machines", "0");
    create("gf1-first").expect(201, &[]);
    create("gf1-second").expect(422, &["MACHINE_LIMIT_EXCEEDED"]);
    set("max_machines", "2");
    set("overage", "ALLOW_1_5X_OVERAGE");
    create("gf1-second").expect(201, &[]);
    create("gf1-third").expect(201, &[]);
    create("gf1-fourth").expect(422, &["MACHINE_LIMIT_EXCEEDED"]);
    set("overage", "ALWAYS_ALLOW_OVERAGE");
    create("gf1-fourth").expect(201, &[]);
    let elsewhere = format!("gf1-{}", "1".repeat(64));
    set("uniqueness", "UNIQUE_PER_PRODUCT");
    create(&elsewhere).expect(201, &[]);
    let second = format!("gf1-{}", "2".repeat(64));
    set("uniqueness", "UNIQUE_PER_ACCOUNT");
    create(&second).expect(422, &["FINGERPRINT_TAKEN"]);
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let desk = Desk::new();
    let long = "x".repeat(256);
    let labels = format!(
        r#","name":"{long}","hostname":"{long}","cores":0,"memory":0,"metadata":{{"a":{{"b":{{"c":1}}}}}}"#
    );
    let body = with_id(&new_machine(desk.id("full"), &format!("gf1-{}", "1".repeat(64)), &labels), UUID);
    create(&desk, "full", &body).expect(
        422,
        &[
            "NAME_TOO_LONG",
            "HOSTNAME_TOO_LONG",
            "FINGERPRINT_TAKEN",
            "CORES_INVALID",
            "MEMORY_INVALID",
            "METADATA_INVALID",
            "MACHINE_LIMIT_EXCEEDED",
        ],
    );
}

#[test]
fn bodies_that_are_refused() {
    let desk = Desk::new();
    let id = desk.id("free");
    let good = new_machine(id, "gf1-a", "");
    let check = |body: &str, status: u16, codes: &[&str], pointer: &str| {
        let answered = create(&desk, "free", body);
        assert_eq!(answered.expect(status, codes).pointer(), pointer, "{body}");
    };
    let attributes = |more: &str| new_machine(id, "gf1-a", more);
    check(&attributes(r#","serial":"x""#), 400, &["-"], "/data/attributes/serial");
    check(&attributes(r#","max_processes":1"#), 400, &["-"], "/data/attributes/maxProcesses");
    check(&attributes(r#","name":3"#), 400, &["-"], "/data/attributes/name");
    check(&attributes(r#","metadata":[]"#), 400, &["-"], "/data/attributes/metadata");
    check(&good.replace("fingerprint", "name"), 400, &["-"], "/data/attributes/fingerprint");
    check(&good.replace(r#""type":"machines""#, r#""type":"users""#), 400, &["-"], "/data/type");
    check(&good.replace(r#""relationships""#, r#""relations""#), 400, &["-"], "/data/relations");
    check(&with_id(&good, "7"), 400, &["-"], "/data/id");
    check("", 400, &["-"], "/data/type");
    let fingerprint = "/data/attributes/fingerprint";
    check(&new_machine(id, " ", ""), 422, &["FINGERPRINT_BLANK"], fingerprint);
    check(&new_machine(id, "Actions", ""), 422, &["FINGERPRINT_NOT_ALLOWED"], fingerprint);
    check(&new_machine(id, &"x".repeat(4097), ""), 422, &["FINGERPRINT_TOO_LONG"], fingerprint);
    let keys: Vec<String> = (0..65).map(|n| format!(r#""k{n}":1"#)).collect();
    let metadata = format!(r#","metadata":{{{}}}"#, keys.join(","));
    check(&attributes(&metadata), 422, &["METADATA_TOO_LONG"], "/data/attributes/metadata");
    let license = "/data/relationships/license";
    check(&new_machine(desk.id("full"), "gf1-a", ""), 422, &["LICENSE_NOT_FOUND"], license);
    check(&new_machine(desk.key("free"), "gf1-a", ""), 422, &["LICENSE_NOT_FOUND"], license);
    let owner = good
        .replace(r#""relationships":{"#, r#""relationships":{"owner":{"data":{"type":"users","id":"x"}},"#);
    check(&owner, 422, &["OWNER_INVALID"], "/data/relationships/owner");
    create(&desk, "free", &with_id(&good, UUID)).expect(201, &[]);
    check(&new_machine(id, UUID, ""), 422, &["FINGERPRINT_CONFLICT"], fingerprint);
}

#[test]
fn who_may_take_and_change_a_seat_of_a_protected_license() {
    let desk = Desk::new();
    let token = desk.sign_in();
    let key = desk.by_key("protected");
    let body = with_id(&new_machine(desk.id("protected"), "gf1-a", ""), UUID);
    let path = format!("/machines/{UUID}");
    let label = r#"{"data":{"type":"machines","attributes":{"name":"x"}}}"#;
    desk.call("POST", "/machines", &token, &body).expect(403, &["-"]);
    desk.call("POST", "/machines", &key, &body).expect(201, &[]);
    desk.call("GET", &path, &token, "").expect(200, &[]);
    desk.call("PATCH", &path, &token, label).expect(403, &["-"]);
    desk.call("PATCH", &path, &key, label).expect(403, &["-"]);
    desk.call("POST", &format!("{path}/actions/check-out"), &token, "").expect(403, &["-"]);
    desk.call("POST", &format!("{path}/actions/check-out"), &key, "").expect(200, &[]);
    desk.call("DELETE", &path, &token, "").expect(403, &["-"]);
    desk.call("DELETE", &path, &key, "").expect(204, &[]);
}

#[test]
fn machines_are_found_by_license_and_fingerprint() {
    let desk = Desk::new();
    for (state, fingerprint) in [("free", "gf1-a"), ("free", "gf1-b"), ("key_only", "gf1-a")] {
        create(&desk, state, &new_machine(desk.id(state), fingerprint, "")).expect(201, &[]);
    }
    let token = desk.sign_in();
    let check = |authorization: &str, query: &str, expect: &[&str]| {
        let answered = desk.call("GET", &format!("/machines?{query}"), authorization, "");
        let found = answered.expect(200, &[]).answer.machines().unwrap();
        let found: Vec<&str> = found.iter().map(|machine| machine.fingerprint.as_str()).collect();
        assert_eq!(found, expect, "{query}");
    };
    let (free, product) = (desk.id("free"), desk.license("free")["product_id"].as_str().unwrap());
    check(&desk.by_key("free"), "", &["gf1-b", "gf1-a"]);
    check(&token, &format!("license={free}"), &["gf1-b", "gf1-a"]);
    check(&token, &format!("license={free}&fingerprint=gf1-a"), &["gf1-a"]);
    check(&token, &format!("license={free}&fingerprint=gf1-c"), &[]);
    check(&token, &format!("product={product}"), &["gf1-b", "gf1-a"]);
    check(&token, "fingerprint=gf1-a", &["gf1-a"]);
    check(&token, &format!("license={free}&status=ALIVE"), &[]);
    check(&desk.by_key("key_only"), "", &["gf1-a"]);
    check(&desk.by_key("key_only"), &format!("license={free}"), &[]);
    check(&token, &format!("license={}", desk.id("key_only")), &[]);
    let of_license = desk.call("GET", &format!("/licenses/{free}/machines?fingerprint=gf1-b"), &token, "");
    assert_eq!(of_license.answer.machines().unwrap().len(), 1);
}

#[test]
fn only_labels_change() {
    let desk = Desk::new();
    let body = with_id(&new_machine(desk.id("free"), "gf1-a", r#","name":"old","platform":"P""#), UUID);
    create(&desk, "free", &body).expect(201, &[]);
    let patch = |attributes: &str| {
        let body = format!(r#"{{"data":{{"type":"machines","attributes":{{{attributes}}}}}}}"#);
        desk.call("PATCH", &format!("/machines/{UUID}"), &desk.by_key("free"), &body)
    };
    let renamed = patch(r#""name":"new""#);
    let attributes = &renamed.expect(200, &[]).body["data"]["attributes"];
    assert_eq!((&attributes["name"], &attributes["platform"]), (&"new".into(), &"P".into()));
    assert!(patch(r#""platform":null"#).body["data"]["attributes"]["platform"].is_null());
    assert_eq!(patch(r#""fingerprint":"x""#).expect(400, &["-"]).pointer(), "/data/attributes/fingerprint");
    assert_eq!(patch(r#""metadata":{}"#).expect(400, &["-"]).pointer(), "/data/attributes/metadata");
    patch(&format!(r#""name":"{}""#, "x".repeat(256))).expect(422, &["NAME_TOO_LONG"]);
}

#[test]
fn a_seat_is_given_back_once_and_by_its_holder() {
    let desk = Desk::new();
    create(&desk, "one_seat", &with_id(&new_machine(desk.id("one_seat"), "gf1-a", ""), UUID))
        .expect(201, &[]);
    let delete = |authorization: &str| desk.call("DELETE", &format!("/machines/{UUID}"), authorization, "");
    delete("").expect(401, &["TOKEN_MISSING"]);
    delete(&desk.by_key("free")).expect(404, &["NOT_FOUND"]);
    assert_eq!(delete(&desk.sign_in()).expect(204, &[]).answer.deleted(), Ok(gatefold_keygen::Deleted::Now));
    assert_eq!(
        delete(&desk.by_key("one_seat")).expect(404, &["NOT_FOUND"]).answer.deleted(),
        Ok(gatefold_keygen::Deleted::Before)
    );
    create(&desk, "one_seat", &new_machine(desk.id("one_seat"), "gf1-b", "")).expect(201, &[]);
}
