//! Everything that reads foreign bytes. The first byte chooses the reader; to get past the signatures, documents and
//! reply bodies are signed here with a worthless key.
//!
//! `python3 seed.py && cargo fuzz run read`; README.md says how without cargo-fuzz.

#![no_main]

#[path = "../../src/testing.rs"]
#[allow(dead_code)]
mod testing;

use gatefold_license::{
    Binding, Expectation, FileKey, FileKind, Issuer, IssuerList, LicenseKey, Revocation, RootKey, ServerKey,
    SignedKey, SignedReply, Sunset, Unlock, assess, outline, terms, verify, verify_reply,
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use testing::{
    ACCOUNT, FINGERPRINT, KEY, MACHINE_ID, PRODUCT, ROOT, SERVER_SEED, public_key, signature_header,
};

fn issuer() -> Issuer {
    Issuer::of_key(ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap())
}

fn file(bytes: &[u8], kind: FileKind, key: Option<&FileKey>) {
    let _ = outline(bytes);
    let Ok(verified) = verify(bytes, kind, &[issuer()], key) else { return };
    let binding = if kind == FileKind::Machine { Binding::Machine } else { Binding::Account };
    let expected = Expectation {
        account: Some(ACCOUNT),
        product: Some(PRODUCT),
        binding,
        identifier: Some(FINGERPRINT),
        max_file_days: Some(365),
        sunset: None,
    };
    for now in [Timestamp::MIN, verified.issued(), Timestamp::MAX] {
        let _ = assess(&verified, &expected, now, Some(Timestamp::UNIX_EPOCH), None, &[]);
        let _ = assess(&verified, &Expectation { max_file_days: None, ..expected }, now, None, None, &[]);
    }
    let _ = verified.license().map(terms);
}

fn document(bytes: &[u8], kind: FileKind) {
    // What is not JSON goes through all the same: the maker takes a string for it.
    let document = serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into());
    file(&testing::file(&kind.to_string(), &document, None), kind, None);
}

fn reply(body: &[u8]) {
    let (target, host, date) = ("/v1/validate", "license.example", "Wed, 04 Mar 2026 05:06:07 GMT");
    let header = signature_header(target, host, date, body);
    let reply = SignedReply { method: "POST", target, host, date, body, header: &header };
    verify_reply(&issuer().public_key, None, &reply).unwrap();
    let root: RootKey = ROOT.parse().unwrap();
    if let Ok(found) = Revocation::of_reply(&reply, 1, testing::LICENSE, &[issuer()]) {
        let sealed = found.seal(&root, MACHINE_ID, [0; 12]);
        Revocation::open(&sealed, &root, MACHINE_ID, &[issuer()]).unwrap();
    }
}

fn texts(bytes: &[u8]) {
    let root: RootKey = ROOT.parse().unwrap();
    let text = String::from_utf8_lossy(bytes);
    let (date, header) = text.split_once('\n').unwrap_or(("", &text));
    let garbled = SignedReply { method: "GET", target: "/", host: "h", date, body: b"", header };
    assert!(verify_reply(&issuer().public_key, None, &garbled).is_err());
    assert!(Unlock::open(bytes, &root, MACHINE_ID).is_err());
    assert!(IssuerList::open(bytes, &text, &root).is_err());
    assert!(IssuerList::open_without_comment(bytes, &text, &root).is_err());
    assert!(Sunset::open(bytes, &text, &root).is_err());
    // Nothing is believed of what only names its root.
    if Sunset::root_named_in(bytes).is_ok() {
        assert!(Sunset::is_meant_by(bytes));
    }
    let _ = text.parse::<RootKey>();
    let _ = text.parse::<ServerKey>();
    if let Ok(key) = LicenseKey::new(&text) {
        assert!(SignedKey::verify(&key, &issuer().public_key).is_err());
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let key = FileKey::for_machine(&LicenseKey::new(KEY).unwrap(), FINGERPRINT);
    match choice {
        b'l' => file(bytes, FileKind::License, None),
        b'm' => file(bytes, FileKind::Machine, Some(&key)),
        b'L' => document(bytes, FileKind::License),
        b'M' => document(bytes, FileKind::Machine),
        b'r' => reply(bytes),
        _ => texts(bytes),
    }
});
