//! Signing in and out.

use totp_rs::{Builder, Secret};

use super::*;

fn code_at(time: &str) -> String {
    let time: jiff::Timestamp = time.parse().unwrap();
    let secret = Secret::try_from_base32(seed::OTP_SECRET).unwrap();
    Builder::new()
        .with_secret(secret)
        .build_noncompliant()
        .generate(time.as_second().cast_unsigned())
        .to_string()
}

fn otp(code: &str) -> String {
    format!(r#"{{"data":{{"type":"tokens","attributes":{{"name":"Gatefold"}}}},"meta":{{"otp":"{code}"}}}}"#)
}

#[test]
fn a_sign_in_gives_a_token_that_works_until_it_is_revoked() {
    let desk = Desk::new();
    let body = r#"{"data":{"type":"tokens","attributes":{"name":"Gatefold"}}}"#;
    let answered = desk.call("POST", "/tokens", &basic("DEMO@example.com", seed::PASSWORD), body);
    let sign_in = answered.expect(201, &[]).answer.sign_in().unwrap();
    assert!(sign_in.token.expose().starts_with("user-") && sign_in.token.expose().ends_with("v3"));
    // Two weeks, and the clock runs on from its start.
    let late = sign_in.expires_at.unwrap().duration_since("2026-11-16T03:04:05.678Z".parse().unwrap());
    assert!((0..60).contains(&late.as_secs()), "{late}");
    let bearer = format!("Bearer {}", sign_in.token.expose());
    let listed = desk.call("GET", "/tokens", &bearer, "");
    assert_eq!(listed.expect(200, &[]).body["data"][0]["attributes"]["name"], "Gatefold");
    assert!(listed.body["data"][0]["attributes"].get("token").is_none());
    let path = format!("/tokens/{}", sign_in.token_id);
    desk.call("GET", &path, &bearer, "").expect(200, &[]);
    assert_eq!(
        desk.call("DELETE", &path, &bearer, "").expect(204, &[]).answer.deleted().unwrap(),
        gatefold_keygen::Deleted::Now
    );
    desk.call("GET", "/me", &bearer, "").expect(401, &["TOKEN_INVALID"]);
    desk.call("DELETE", &path, &desk.sign_in(), "").expect(404, &["NOT_FOUND"]);
}

#[test]
fn sign_ins_that_are_refused() {
    let desk = Desk::new();
    let check = |authorization: &str, body: &str, status: u16, codes: &[&str]| {
        desk.call("POST", "/tokens", authorization, body).expect(status, codes);
    };
    check(&basic(seed::EMAIL, "wrong"), "", 401, &["CREDENTIALS_INVALID"]);
    check(&basic("nobody@example.com", seed::PASSWORD), "", 401, &["CREDENTIALS_INVALID"]);
    check(&basic("banned@example.com", seed::PASSWORD), "", 403, &["USER_BANNED"]);
    check("", "", 401, &["TOKEN_MISSING"]);
    check(&desk.by_key("free"), "", 403, &["-"]);
    let good = basic(seed::EMAIL, seed::PASSWORD);
    check(&good, r#"{"data":{"type":"tokens","attributes":{"hostname":"x"}}}"#, 400, &["-"]);
    check(&good, r#"{"data":{"type":"tokens","attributes":{"expiry":"soon"}}}"#, 400, &["-"]);
    let long = format!(r#"{{"data":{{"attributes":{{"name":"{}"}}}}}}"#, "x".repeat(256));
    check(&good, &long, 422, &["NAME_TOO_LONG"]);
}

#[test]
fn tokens_that_open_nothing() {
    let desk = Desk::new();
    let check = |authorization: &str, codes: &[&str]| {
        desk.call("GET", "/me", authorization, "").expect(401, codes);
    };
    check("Bearer user-00v3", &["TOKEN_INVALID"]);
    check("Bearer 5a4db0c5-0000-4000-8000-000000000001", &["TOKEN_FORMAT_INVALID"]);
    check("License NOPE", &["LICENSE_INVALID"]);
    check(&basic(seed::EMAIL, seed::PASSWORD), &["TOKEN_INVALID"]);
    let body = r#"{"data":{"attributes":{"expiry":"2026-11-02T03:04:05.678Z"}}}"#;
    let answered = desk.call("POST", "/tokens", &basic(seed::EMAIL, seed::PASSWORD), body);
    let token = answered.body["data"]["attributes"]["token"].as_str().unwrap().to_owned();
    check(&format!("Bearer {token}"), &["TOKEN_EXPIRED"]);
    check(&basic("token", &token), &["TOKEN_EXPIRED"]);
}

#[test]
fn a_token_may_live_forever_and_beget_others() {
    let desk = Desk::new();
    let body = r#"{"data":{"attributes":{"expiry":null}}}"#;
    let answered = desk.call("POST", "/tokens", &desk.sign_in(), body);
    assert_eq!(answered.expect(201, &[]).answer.sign_in().unwrap().expires_at, None);
}

#[test]
fn the_second_factor_is_asked_before_the_password_and_works_once() {
    let desk = Desk::new();
    let good = basic(seed::OTP_EMAIL, seed::PASSWORD);
    let wrong = basic(seed::OTP_EMAIL, "wrong");
    let check = |authorization: &str, body: &str, status: u16, codes: &[&str]| {
        let answered = desk.call("POST", "/tokens", authorization, body);
        answered.expect(status, codes);
        answered.pointer().to_owned()
    };
    assert_eq!(check(&good, "", 401, &["OTP_REQUIRED"]), "/meta/otp");
    assert_eq!(check(&wrong, "", 401, &["OTP_REQUIRED"]), "/meta/otp");
    assert_eq!(check(&good, &otp("000000"), 401, &["OTP_INVALID"]), "/meta/otp");
    let code = otp(&code_at(NOW));
    check(&wrong, &code, 401, &["CREDENTIALS_INVALID"]);
    check(&good, &code, 201, &[]);
    check(&good, &code, 401, &["OTP_INVALID"]);
}

#[test]
fn who_am_i() {
    let desk = Desk::new();
    let token = desk.sign_in();
    let me = desk.call("GET", "/me", &token, "");
    assert_eq!(me.expect(200, &[]).body["data"]["attributes"]["email"], seed::EMAIL);
    let profile = desk.call("GET", "/profile", &token, "");
    assert_eq!(profile.body["meta"]["tokenId"], me.body["included"][0]["id"]);
    let license = desk.call("GET", "/me", &desk.by_key("free"), "");
    assert_eq!(license.expect(200, &[]).body["data"]["id"], desk.id("free"));
    assert_eq!(license.header("keygen-token"), None);
}
