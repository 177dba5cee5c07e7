//! No input panics, no changed byte and no cut passes.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../src/testing.rs"]
#[allow(dead_code)]
mod testing;

use gatefold_license::{
    FileKey, FileKind, Identifier, Issuer, IssuerList, LicenseKey, Revocation, RootKey, ServerKey, SignedKey,
    SignedReply, Unlock, Verified, outline,
    seal::{open, seal},
    verify, verify_reply,
};
use proptest::prelude::*;
use testing::{
    FINGERPRINT, KEY, MACHINE_ID, ROOT, SERVER_SEED, armored, file, license_document, machine_document,
    public_key, signature_header,
};

fn issuer() -> Issuer {
    Issuer::of_key(ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap())
}

fn file_key() -> FileKey {
    FileKey::for_machine(&LicenseKey::new(KEY).unwrap(), FINGERPRINT)
}

/// A file of each kind in each algorithm.
fn files() -> [(FileKind, Vec<u8>, Option<FileKey>); 4] {
    let secret = format!("{KEY}{FINGERPRINT}");
    [(FileKind::License, license_document()), (FileKind::Machine, machine_document())]
        .map(|(kind, document)| {
            let name = kind.to_string();
            [
                (kind, file(&name, &document, None), None),
                (kind, file(&name, &document, Some(&secret)), Some(file_key())),
            ]
        })
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

fn verified(bytes: &[u8], kind: FileKind, key: Option<&FileKey>) -> Option<Verified> {
    verify(bytes, kind, &[issuer()], key).ok()
}

#[test]
fn every_changed_byte_is_refused() {
    for (kind, unix, key) in files() {
        let windows = String::from_utf8(unix.clone()).unwrap().replace('\n', "\r\n").into_bytes();
        for bytes in [unix, windows] {
            assert!(verified(&bytes, kind, key.as_ref()).is_some());
            // Behind the block one line end may stand for another.
            for place in 0..bytes.trim_ascii_end().len() {
                for with in [bytes[place] ^ 1, bytes[place] ^ 0x20, b'\r', b'\n', b'A', b'='] {
                    let mut changed = bytes.clone();
                    changed[place] = with;
                    let accepted = changed != bytes && verified(&changed, kind, key.as_ref()).is_some();
                    assert!(!accepted, "{kind} file, byte {place} to {with}");
                }
            }
        }
    }
}

#[test]
fn every_cut_is_refused_but_that_of_the_last_line_end() {
    for (kind, bytes, key) in files() {
        for length in 0..bytes.len() - 1 {
            assert!(verified(&bytes[..length], kind, key.as_ref()).is_none(), "{kind} file, {length} bytes");
        }
        assert!(verified(&bytes[..bytes.len() - 1], kind, key.as_ref()).is_some());
    }
}

/// Text that is nearly something.
fn nearly(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = good.len();
    (proptest::collection::vec((0..length, any::<u8>()), 0..4), 0..=length, any::<bool>()).prop_map(
        move |(changes, cut, whole)| {
            let mut bytes = good.clone();
            changes.into_iter().for_each(|(place, with)| bytes[place] = with);
            bytes.truncate(if whole { length } else { cut });
            bytes
        },
    )
}

fn json_like() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[a-z0-9:TZ.-]{0,24}".prop_map(Into::into),
    ];
    let member = prop_oneof![
        proptest::sample::select(vec![
            "data",
            "included",
            "meta",
            "id",
            "type",
            "attributes",
            "relationships",
            "issued",
            "expiry",
            "ttl",
            "key",
            "fingerprint",
            "license",
            "account",
            "product",
            "metadata",
            "terms",
            "status",
            "suspended",
        ])
        .prop_map(str::to_owned),
        "[a-z]{0,6}",
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::vec((member.clone(), inner), 0..8)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let text = String::from_utf8_lossy(&bytes);
        let root: RootKey = ROOT.parse().unwrap();
        prop_assert!(verified(&bytes, FileKind::License, None).is_none());
        prop_assert!(verified(&bytes, FileKind::Machine, Some(&file_key())).is_none());
        prop_assert!(outline(&bytes).is_err());
        prop_assert!(Unlock::open(&bytes, &root, MACHINE_ID).is_err());
        prop_assert!(Revocation::open(&bytes, &root, MACHINE_ID, &[issuer()]).is_err());
        prop_assert!(IssuerList::open(&bytes, &text, &root).is_err());
        prop_assert!(IssuerList::open_without_comment(&bytes, &text, &root).is_err());
        prop_assert!(root.verify(&bytes, &text).is_err());
        prop_assert!(text.parse::<RootKey>().is_err());
        prop_assert!(text.parse::<Identifier>().is_err());
        if let Ok(key) = LicenseKey::new(&text) {
            prop_assert!(SignedKey::verify(&key, &issuer().public_key).is_err());
        }
    }

    #[test]
    fn nearly_good_files_are_refused(bytes in nearly(files()[3].1.clone())) {
        let good = files()[3].1.clone();
        let accepted = verified(&bytes, FileKind::Machine, Some(&file_key())).is_some();
        prop_assert_eq!(accepted, bytes == good || bytes == good[..good.len() - 1]);
    }

    #[test]
    fn any_envelope_is_read_without_panic(
        enc in "[A-Za-z0-9+/=.]{0,80}", sig in "[A-Za-z0-9+/=]{0,90}",
        alg in prop_oneof![Just("base64+ed25519"), Just("aes-256-gcm+ed25519")],
    ) {
        let bytes = armored("machine", &serde_json::json!({"enc": enc, "sig": sig, "alg": alg}));
        prop_assert!(verified(&bytes, FileKind::Machine, None).is_none());
        prop_assert!(verified(&bytes, FileKind::Machine, Some(&file_key())).is_none());
    }

    #[test]
    fn any_signed_document_is_read_without_panic(document in json_like()) {
        for kind in [FileKind::License, FileKind::Machine] {
            // Whether it is accepted is not ours to say here: it is genuine.
            let _ = verified(&file(&kind.to_string(), &document, None), kind, None);
        }
    }

    #[test]
    fn any_signed_body_is_judged_without_panic(body in json_like(), header in "[a-z\",= ]{0,40}") {
        let (target, host, date) = ("/v1/validate", "license.example", "Wed, 04 Mar 2026 05:06:07 GMT");
        let body = body.to_string();
        let signed = signature_header(target, host, date, body.as_bytes());
        let reply = SignedReply { method: "POST", target, host, date, body: body.as_bytes(), header: &signed };
        prop_assert!(Revocation::of_reply(&reply, 1, "id", &[issuer()]).is_err());
        let garbled = SignedReply { header: &header, ..reply };
        prop_assert!(verify_reply(&issuer().public_key, None, &garbled).is_err());
    }

    #[test]
    fn a_seal_gives_back_what_was_sealed(secret: Vec<u8>, nonce: [u8; 12], id in ".{0,40}", label in "[a-z]{0,9}") {
        let root: RootKey = ROOT.parse().unwrap();
        let sealed = seal(&label, &secret, &root, &id, nonce);
        let opened = open(&label, &sealed, &root, &id).unwrap();
        prop_assert_eq!(opened.as_slice(), &secret);
        let (other_label, other_id) = (format!("{label}x"), format!("{id}x"));
        prop_assert!(open(&other_label, &sealed, &root, &id).is_err());
        prop_assert!(open(&label, &sealed, &root, &other_id).is_err());
    }

    #[test]
    fn an_identifier_is_always_well_formed(id in ".{0,80}") {
        let root: RootKey = ROOT.parse().unwrap();
        let identifier = Identifier::derive(&root, &id);
        prop_assert_eq!(identifier.as_str().parse::<Identifier>(), Ok(identifier.clone()));
    }
}
