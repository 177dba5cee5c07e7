use proptest::prelude::*;

use super::*;
use crate::payload::{Declared, Slot};
use crate::vendor::Vendor;

const SMALL: &str = crate::vendor::tests::SMALL;

fn vendor() -> Vendor {
    Vendor::parse(SMALL).unwrap()
}

fn payload(vendor: &Vendor, key: &str) -> Payload {
    let key = vendor.declare(Purpose::CheckKey, Item::LicenseKey, key).unwrap();
    Payload {
        purpose: Purpose::CheckKey,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec!["/v1/accounts/".into(), vendor.issuers()[0].account.clone().into(), "/check".into()],
        headers: vec![("accept", vec!["application/json".into()])],
        body: Some(("application/json", Json::object([("key", Json::text(key)), ("not", None)]))),
    }
}

#[test]
fn the_bytes_are_the_request_and_the_kept_copy_names_the_secret() {
    let vendor = vendor();
    let sealed = payload(&vendor, "K-1\"é").seal(&vendor).unwrap();
    let account = "8f6c1c53-1111-4000-8000-000000000001";
    let head = |len: usize| {
        format!(
            "POST /v1/accounts/{account}/check HTTP/1.1\r\nhost: license.small.example\r\nuser-agent: {USER_AGENT}\r\n\
             accept: application/json\r\ncontent-type: application/json\r\ncontent-length: {len}\r\n\r\n"
        )
    };
    let wire = format!("{}{}", head(17), r#"{"key":"K-1\"é"}"#);
    assert_eq!(String::from_utf8_lossy(sealed.expose_wire()), wire);
    assert_eq!(sealed.expose_target(), format!("/v1/accounts/{account}/check").as_bytes());
    assert_eq!(sealed.expose_body(), r#"{"key":"K-1\"é"}"#.as_bytes());

    let preview = sealed.preview();
    let kept = format!("{}{}", head(17), r#"{"key":"[secret License key]"}"#);
    assert_eq!(String::from_utf8_lossy(&preview.bytes), kept);
    assert_eq!(preview.wire_len_bytes, wire.len());
    assert_eq!(preview.items, [Item::LicenseKey]);
    let mark = &preview.marks[0];
    assert_eq!(&preview.bytes[mark.offset..][..mark.len], b"[secret License key]");
    assert_eq!(mark.kind, MarkKind::Secret { sent_len_bytes: 16 });
    assert!(!format!("{sealed:?}").contains("K-1"));
}

#[test]
fn a_value_is_shown_as_it_was_given_and_escaped_in_the_bytes_alone() {
    let vendor = vendor();
    let check = |given: &str, bytes: &str| {
        let declared = || vendor.declare(Purpose::Activate, Item::Identifier, given).unwrap();
        let body = Payload {
            purpose: Purpose::Activate,
            body: Some(("application/json", Json::object([("is", Json::text(declared()))]))),
            ..payload(&vendor, "K-1")
        };
        let sealed = body.seal(&vendor).unwrap();
        assert!(String::from_utf8_lossy(&sealed.preview().bytes).ends_with(bytes), "{given}");
        assert_eq!(sealed.preview().value(Item::Identifier).as_deref(), Some(given));
        // A header escapes nothing.
        let head = Payload { headers: vec![("x-is", vec![declared().into()])], body: None, ..body };
        let shown = head.seal(&vendor).unwrap().preview().value(Item::Identifier);
        assert_eq!(shown.as_deref(), Some(given));
    };
    check("desk", r#"{"is":"desk"}"#);
    check(r#"the "big" one \ left"#, r#"{"is":"the \"big\" one \\ left"}"#);
    check(r"C:\new\u0041", r#"{"is":"C:\\new\\u0041"}"#);
}

#[test]
fn what_the_manifest_does_not_declare_is_refused_twice() {
    let vendor = vendor();
    let undeclared = vendor.declare(Purpose::Activate, Item::Cpu, "AMD").unwrap_err();
    assert_eq!(undeclared.to_string(), "small does not declare cpu for activate");

    // Declared by yesterday's manifest, gone from today's: the gate looks at the one in force.
    let payload = payload(&vendor, "K-1");
    let without = SMALL.replace(r#"["check_key", "activate"]"#, r#"["activate"]"#);
    let error = payload.seal(&Vendor::parse(&without).unwrap()).unwrap_err();
    assert!(matches!(error, SealError::Undeclared(_)), "{error}");
}

/// Whoever types a key into another field would have it kept and shown: the request is not made.
#[test]
fn a_secret_that_stands_in_the_rest_of_its_request_is_refused() {
    let vendor = vendor();
    let refused = Err(SealError::SecretInClear("License key"));
    assert_eq!(payload(&vendor, "license.small").preview(&vendor).map(drop), refused);
    assert_eq!(payload(&vendor, "license.small").seal(&vendor).map(drop), refused);
    assert!(payload(&vendor, "license.large").seal(&vendor).is_ok());
    // A short one is a word that may stand anywhere.
    assert!(payload(&vendor, "small").seal(&vendor).is_ok());
}

#[test]
fn a_value_declared_for_another_request_is_refused() {
    let vendor = vendor();
    let mut payload = payload(&vendor, "K-1");
    let stray = vendor.declare(Purpose::Activate, Item::LicenseKey, "K-1").unwrap();
    payload.headers.push(("authorization", vec!["License ".into(), stray.into()]));
    assert_eq!(payload.seal(&vendor).unwrap_err(), SealError::Misplaced { item: Item::LicenseKey });
}

#[test]
fn a_foreign_host_is_refused() {
    let vendor = vendor();
    let mut payload = payload(&vendor, "K-1");
    payload.origin = "https://evil.example".parse().unwrap();
    assert!(matches!(payload.seal(&vendor), Err(SealError::ForeignHost { .. })));
}

#[test]
fn a_header_cannot_be_split() {
    let vendor = vendor();
    for key in ["K\r\nx: y", "K\n", "K\u{7f}", "Ké"] {
        let mut payload = payload(&vendor, "K-1");
        let key = vendor.declare(Purpose::CheckKey, Item::LicenseKey, key).unwrap();
        payload.headers.push(("authorization", vec!["License ".into(), key.into()]));
        assert_eq!(payload.seal(&vendor).unwrap_err(), SealError::Unsendable { item: Item::LicenseKey });
    }
}

#[test]
fn a_secret_to_come_is_named_and_never_sent() {
    let vendor = vendor();
    let mut payload = payload(&vendor, "K-1");
    let like = "LIKE-THE-KEY";
    let key = vendor.declare_to_come(Purpose::CheckKey, Item::LicenseKey, like).unwrap();
    payload.headers.push(("authorization", vec!["License ".into(), key.into()]));
    assert_eq!(payload.seal(&vendor).unwrap_err(), SealError::OpenSlot("License key"));
    let preview = payload.preview(&vendor).unwrap();
    let shown = String::from_utf8(preview.bytes.clone()).unwrap();
    assert!(
        shown.contains("authorization: License [secret License key]\r\n") && !shown.contains(like),
        "{shown}"
    );
    // Once it is there, nothing else of the request is different.
    let key = vendor.declare(Purpose::CheckKey, Item::LicenseKey, "SOME-REAL-ONE").unwrap();
    *payload.headers.last_mut().unwrap() = ("authorization", vec!["License ".into(), key.into()]);
    let sealed = payload.seal(&vendor).unwrap();
    assert_eq!(sealed.preview().bytes, preview.bytes);
    assert_eq!(sealed.preview().wire_len_bytes, preview.wire_len_bytes + 1);
    assert!(vendor.declare_to_come(Purpose::Activate, Item::Cpu, like).is_err());
}

#[test]
fn an_open_slot_is_shown_and_never_sent() {
    let vendor = vendor();
    let mut payload = payload(&vendor, "K-1");
    payload.target.push("/".into());
    payload.target.push(Slot("license id").into());
    let preview = payload.preview(&vendor).unwrap();
    assert!(preview.url.ends_with("/check/‹server: license id›"), "{}", preview.url);
    assert_eq!(payload.seal(&vendor).unwrap_err(), SealError::OpenSlot("license id"));
}

/// What is shown of the size is what is sent: the id that will stand there has its length already.
#[test]
fn an_open_slot_counts_as_long_as_its_id() {
    let vendor = vendor();
    let with = |id: Text| {
        let mut payload = payload(&vendor, "K-1");
        payload.body = Some(("application/json", Json::object([("id", Json::text(id))])));
        payload
    };
    let open = with(Slot("license id").into()).preview(&vendor).unwrap();
    let id = "00000000-0000-4000-8000-000000000001";
    let key = vendor.declare(Purpose::CheckKey, Item::LicenseKey, id).unwrap();
    let sealed = with(key.into()).seal(&vendor).unwrap();
    let length = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().find(|line| line.starts_with("content-length: ")).unwrap().to_owned()
    };
    assert_eq!(length(&open.bytes), length(sealed.expose_wire()));
    assert_eq!(open.wire_len_bytes, sealed.expose_wire().len());
}

#[test]
fn basic_credentials_are_one_secret_of_two_items() {
    let text = SMALL
        .replace(r#"id = "license_key""#, r#"id = "password""#)
        .replace(r#"["check_key", "activate"]"#, r#"["sign_in"]"#)
        .replace(r#"id = "identifier""#, r#"id = "account_email""#)
        .replace(r#"["activate", "refresh"]"#, r#"["sign_in"]"#);
    let vendor = Vendor::parse(&text).unwrap();
    let email = vendor.declare(Purpose::SignIn, Item::AccountEmail, "demo@example.com").unwrap();
    let password = vendor.declare(Purpose::SignIn, Item::Password, "demo").unwrap();
    let payload = Payload {
        purpose: Purpose::SignIn,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec!["/tokens".into()],
        headers: vec![("authorization", vec!["Basic ".into(), Declared::basic(&email, &password).into()])],
        body: None,
    };
    let sealed = payload.seal(&vendor).unwrap();
    let kept = String::from_utf8_lossy(&sealed.preview().bytes).into_owned();
    assert!(kept.contains("authorization: Basic [secret E-mail and password]\r\n"), "{kept}");
    let wire = String::from_utf8_lossy(sealed.expose_wire()).into_owned();
    assert!(wire.contains("authorization: Basic ZGVtb0BleGFtcGxlLmNvbTpkZW1v\r\n"), "{wire}");
    assert_eq!(sealed.preview().items, [Item::Password, Item::AccountEmail]);
}

proptest! {
    /// Whatever the value, the kept copy differs from the wire in the marked stretches alone.
    #[test]
    fn outside_the_marks_kept_and_sent_are_equal(key in ".{1,80}") {
        let vendor = vendor();
        let sealed = payload(&vendor, &key).seal(&vendor).unwrap();
        let (wire, preview) = (sealed.expose_wire(), sealed.preview());
        let mark = &preview.marks[0];
        let tail = &preview.bytes[mark.offset + mark.len..];
        prop_assert!(wire.starts_with(&preview.bytes[..mark.offset]));
        prop_assert!(wire.ends_with(tail));
        let sent = &wire[mark.offset..wire.len() - tail.len()];
        let unquoted: String = serde_json::from_str(&format!("\"{}\"", String::from_utf8_lossy(sent))).unwrap();
        prop_assert_eq!(unquoted, key);
    }
}
