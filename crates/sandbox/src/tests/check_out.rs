//! Files: what stands in them, as the license crate reads it.

use gatefold_license::{FileKey, FileKind, Issuer, LicenseKey, Verified, verify};
use jiff::Timestamp;

use super::*;

fn check_out(desk: &Desk, path: &str, state: &str, meta: &str) -> Answered {
    let body = format!(r#"{{"meta":{{{meta}}}}}"#);
    desk.call("POST", &format!("{path}/actions/check-out"), &desk.by_key(state), &body)
}

fn seat(desk: &Desk, state: &str, fingerprint: &str) -> String {
    let body = new_machine(desk.id(state), fingerprint, "");
    let made = desk.call("POST", "/machines", &desk.by_key(state), &body);
    format!("/machines/{}", made.expect(201, &[]).body["data"]["id"].as_str().unwrap())
}

fn open_file(desk: &Desk, certificate: &str, kind: FileKind, key: Option<&FileKey>) -> Verified {
    let issuers = [Issuer {
        public_key: desk.line["public_key"].as_str().unwrap().parse().unwrap(),
        account: desk.line["account_id"].as_str().map(str::to_owned),
        hosts: Vec::new(),
        not_before: None,
        not_after: None,
    }];
    verify(certificate.as_bytes(), kind, &issuers, key).unwrap()
}

fn time(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn a_machine_file_with_license_and_entitlements() {
    let desk = Desk::new();
    let path = seat(&desk, "free", "gf1-a");
    let meta = r#""encrypt":true,"algorithm":"aes-256-gcm+ed25519","ttl":null,"include":["license","license.entitlements"]"#;
    let answered = check_out(&desk, &path, "free", meta);
    let attributes = &answered.expect(200, &[]).body["data"]["attributes"];
    assert_eq!((&attributes["ttl"], &attributes["expiry"]), (&Value::Null, &Value::Null));
    assert_eq!(attributes["includes"], json!(["license", "license.entitlements"]));
    let file = answered.answer.file(FileKind::Machine).unwrap();
    let lines: Vec<&str> = file.certificate.lines().collect();
    assert_eq!(
        (lines[0], lines[lines.len() - 1]),
        ("-----BEGIN MACHINE FILE-----", "-----END MACHINE FILE-----")
    );
    assert!(lines[1..lines.len() - 2].iter().all(|line| line.len() == 60));
    let key = FileKey::for_machine(&LicenseKey::new(desk.key("free")).unwrap(), "gf1-a");
    let verified = open_file(&desk, &file.certificate, FileKind::Machine, Some(&key));
    assert_eq!(verified.machine().unwrap().fingerprint, "gf1-a");
    let license = verified.license().unwrap();
    assert_eq!((license.id.as_str(), license.key.expose()), (desk.id("free"), desk.key("free")));
    assert_eq!(license.product, desk.license("free")["product_id"].as_str().unwrap());
    assert_eq!(verified.entitlements(), ["CORE", "EXPANSION"]);
    assert_eq!((verified.expiry(), verified.ttl_secs()), (None, None));
    assert!(verified.issued() >= NOW.parse().unwrap());
}

#[test]
fn a_license_file_by_default_is_plain_and_lasts_a_month() {
    let desk = Desk::tidewater();
    let path = format!("/licenses/{}", desk.id("free"));
    let answered = check_out(&desk, &path, "free", "");
    let attributes = &answered.expect(200, &[]).body["data"]["attributes"];
    assert_eq!((&attributes["ttl"], &attributes["algorithm"]), (&2_629_746.into(), &"base64+ed25519".into()));
    let file = answered.answer.file(FileKind::License).unwrap();
    let verified = open_file(&desk, &file.certificate, FileKind::License, None);
    assert!(verified.entitlements().is_empty());
    let (issued, expiry) = (verified.issued().to_string(), verified.expiry().unwrap().to_string());
    assert_eq!(expiry, issued.replacen("2026-11-02", "2026-12-02", 1));
    let bare = desk.call("GET", &format!("{path}/actions/check-out"), &desk.by_key("free"), "");
    assert_eq!(bare.header("content-type"), Some("application/octet-stream"));
    let name = format!("attachment; filename=\"{}.lic\"", desk.id("free"));
    assert_eq!(bare.header("content-disposition"), Some(name.as_str()));
    let text = std::str::from_utf8(bare.answer.signed_body().unwrap()).unwrap();
    open_file(&desk, text, FileKind::License, None);
}

#[test]
fn the_life_is_what_was_asked_for() {
    let desk = Desk::new();
    let path = format!("/licenses/{}", desk.id("free"));
    let check = |meta: &str, expect: Option<Timestamp>| {
        let answered = check_out(&desk, &path, "free", meta);
        let file = answered.expect(200, &[]).answer.file(FileKind::License).unwrap();
        let secs = |end: Timestamp| end.duration_since(NOW.parse().unwrap()).as_secs();
        let late = secs(file.refresh_by.unwrap()) - secs(expect.unwrap());
        assert!((0..60).contains(&late), "{meta}: {:?}", file.refresh_by);
    };
    check(r#""ttl":3600"#, time("2026-11-02T04:04:05.678Z"));
    check(r#""ttl":2592000"#, time("2026-12-02T03:04:05.678Z"));
    check(r#""ttl":31536000"#, time("2027-11-01T07:43:59.678Z"));
    let by_query =
        desk.call("GET", &format!("{path}/actions/check-out?ttl=3600&encrypt=1"), &desk.by_key("free"), "");
    let key = FileKey::for_license(&LicenseKey::new(desk.key("free")).unwrap());
    let text = std::str::from_utf8(by_query.expect(200, &[]).answer.signed_body().unwrap()).unwrap();
    assert_eq!(open_file(&desk, text, FileKind::License, Some(&key)).ttl_secs(), Some(3600));
}

#[test]
fn demands_that_are_refused() {
    let desk = Desk::new();
    let machine = seat(&desk, "free", "gf1-a");
    let license = format!("/licenses/{}", desk.id("free"));
    let check = |path: &str, meta: &str, code: &str, pointer: &str| {
        let answered = check_out(&desk, path, "free", meta);
        assert_eq!(answered.expect(400, &[code]).pointer(), pointer, "{meta}");
    };
    check(&license, r#""ttl":3599"#, "CHECKOUT_TTL_INVALID", "/meta/ttl");
    check(&license, r#""ttl":"x""#, "CHECKOUT_TTL_INVALID", "/meta/ttl");
    check(&license, r#""ttl":9223372036854775807"#, "CHECKOUT_TTL_INVALID", "/meta/ttl");
    check(&license, r#""include":["license"]"#, "CHECKOUT_INCLUDE_INVALID", "/meta/include");
    check(&machine, r#""include":["entitlements"]"#, "CHECKOUT_INCLUDE_INVALID", "/meta/include");
    check(&machine, r#""include":3"#, "-", "/meta/include");
    check(
        &license,
        r#""algorithm":"aes-256-gcm+rsa-sha256""#,
        "CHECKOUT_ALGORITHM_INVALID",
        "/meta/algorithm",
    );
    check(
        &license,
        r#""encrypt":true,"algorithm":"base64+ed25519""#,
        "CHECKOUT_ALGORITHM_INVALID",
        "/meta/algorithm",
    );
    check(&license, r#""encrypt":"maybe""#, "-", "/meta/encrypt");
    check(&license, r#""extra":1"#, "-", "/meta/extra");
}

#[test]
fn includes_are_there_when_asked_for_and_absent_otherwise() {
    let desk = Desk::new();
    let machine = seat(&desk, "free", "gf1-a");
    let license = format!("/licenses/{}", desk.id("free"));
    let kinds = |path: &str, include: &str| -> Option<Vec<String>> {
        let answered = check_out(&desk, path, "free", &format!(r#""include":[{include}]"#));
        let certificate =
            answered.expect(200, &[]).body["data"]["attributes"]["certificate"].as_str().unwrap();
        let body: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
        let envelope: Value = serde_json::from_slice(&STANDARD.decode(body).unwrap()).unwrap();
        let document = STANDARD.decode(envelope["enc"].as_str().unwrap()).unwrap();
        let document: Value = serde_json::from_slice(&document).unwrap();
        let included = document.get("included")?.as_array().unwrap();
        Some(included.iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect())
    };
    assert_eq!(kinds(&license, ""), None);
    assert_eq!(kinds(&machine, ""), None);
    let all = r#""entitlements","product","policy","group","owner","users""#;
    assert_eq!(
        kinds(&license, all).unwrap(),
        ["entitlements", "entitlements", "products", "policies", "users"]
    );
    let all = r#""license","license.product","license.owner","owner","components""#;
    assert_eq!(kinds(&machine, all).unwrap(), ["licenses", "products", "users"]);
    // What is on the way to something comes with it, once.
    assert_eq!(
        kinds(&machine, r#""license.product","license.owner""#).unwrap(),
        ["licenses", "products", "users"]
    );
}

#[test]
fn a_file_shows_the_check_out_before_it() {
    let desk = Desk::new();
    let path = seat(&desk, "free", "gf1-a");
    let last = || {
        desk.call("GET", &path, &desk.by_key("free"), "").body["data"]["attributes"]["lastCheckOut"].clone()
    };
    assert!(last().is_null());
    check_out(&desk, &path, "free", "").expect(200, &[]);
    assert!(last().is_string());
}
