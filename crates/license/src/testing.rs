//! Makes keys, files and signed replies for tests: invented data under worthless keys, written without the code that is
//! tested. The integration tests include this very file.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const SERVER_SEED: [u8; 32] = [7; 32];
pub(crate) const ACCOUNT: &str = "0a5f6b3e-0001-4a5b-8c11-5e1ee7e033aa";
pub(crate) const PRODUCT: &str = "0a5f6b3e-0002-4a5b-8c11-5e1ee7e033aa";
pub(crate) const LICENSE: &str = "0a5f6b3e-0003-4a5b-8c11-5e1ee7e033aa";
pub(crate) const MACHINE: &str = "0a5f6b3e-0004-4a5b-8c11-5e1ee7e033aa";
pub(crate) const KEY: &str = "INVENTED-KEY-0001";
pub(crate) const FINGERPRINT: &str = "gf1-1111111111111111111111111111111111111111111111111111111111111111";

pub(crate) const MACHINE_ID: &str = "0123456789abcdef0123456789abcdef";

/// Made by minisign 0.11; its secret half is gone.
pub(crate) const ROOT: &str = "RWS7Zuab1ikxV/RSxR7smLfxB47gxOcWnDQQ+wS1KWhP6T8CARjycsWs";
/// The same, of another vendor.
pub(crate) const OTHER_ROOT: &str = "RWQXE+BhHBvydYWB2VNvnKTHG4dLxHvgB2vPQLJL+NAgDkRxJXwf4mCT";

pub(crate) fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

pub(crate) fn sign(seed: &[u8; 32], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}

/// A license resource, perpetual.
pub(crate) fn license() -> Value {
    json!({
        "id": LICENSE,
        "type": "licenses",
        "attributes": {
            "name": "Half-Speed \"Master\"", "key": KEY, "expiry": null, "status": "ACTIVE", "uses": 0,
            "suspended": false, "maxMachines": 2, "metadata": {}, "created": "2026-01-01T00:00:00.000Z",
        },
        "relationships": {
            "account": {"data": {"type": "accounts", "id": ACCOUNT}},
            "product": {"data": {"type": "products", "id": PRODUCT}},
            "policy": {"data": {"type": "policies", "id": "0a5f6b3e-0005-4a5b-8c11-5e1ee7e033aa"}},
            "machines": {"links": {"related": "/v1/x"}, "meta": {"cores": 0, "count": 1}},
            "owner": {"data": null},
        },
    })
}

pub(crate) fn entitlement(code: &str) -> Value {
    json!({"id": format!("id-of-{code}"), "type": "entitlements", "attributes": {"name": code, "code": code}})
}

/// The document of a license file, issued 2026-03-01, perpetual.
pub(crate) fn license_document() -> Value {
    json!({"data": license(), "included": [entitlement("HIFI")], "meta": meta()})
}

/// The document of a machine file with its license, issued 2026-03-01, perpetual.
pub(crate) fn machine_document() -> Value {
    json!({
        "data": {
            "id": MACHINE,
            "type": "machines",
            "attributes": {"fingerprint": FINGERPRINT, "name": "Studio", "cores": null, "metadata": {"cpu": "Z80"}},
            "relationships": {
                "account": {"data": {"type": "accounts", "id": ACCOUNT}},
                "license": {"data": {"type": "licenses", "id": LICENSE}},
                "product": {"data": {"type": "products", "id": PRODUCT}},
            },
        },
        "included": [entitlement("HIFI"), license(), entitlement("LOFI")],
        "meta": meta(),
    })
}

fn meta() -> Value {
    json!({"issued": "2026-03-01T12:00:00.250Z", "expiry": null, "ttl": null})
}

/// A file over `document`; `secret` encrypts it.
pub(crate) fn file(kind: &str, document: &Value, secret: Option<&str>) -> Vec<u8> {
    let enc = match secret {
        Some(secret) => encrypt(document.to_string().as_bytes(), secret),
        None => STANDARD.encode(document.to_string()),
    };
    let alg = if secret.is_some() { "aes-256-gcm+ed25519" } else { "base64+ed25519" };
    let sig = sign(&SERVER_SEED, format!("{kind}/{enc}").as_bytes());
    armored(kind, &json!({"enc": enc, "sig": STANDARD.encode(sig), "alg": alg}))
}

/// The armor around an envelope, in lines of 60.
pub(crate) fn armored(kind: &str, envelope: &Value) -> Vec<u8> {
    let label = kind.to_uppercase();
    let body = STANDARD.encode(envelope.to_string());
    let lines: Vec<&str> = body.as_bytes().chunks(60).map(|line| str::from_utf8(line).unwrap()).collect();
    let body = lines.join("\n");
    format!("-----BEGIN {label} FILE-----\n{body}\n-----END {label} FILE-----\n").into_bytes()
}

pub(crate) fn encrypt(text: &[u8], secret: &str) -> String {
    let iv = [3; 12];
    let cipher = aes_gcm::Aes256Gcm::new(&Sha256::digest(secret));
    let both = cipher.encrypt(&iv.into(), text).unwrap();
    let (text, tag) = both.split_at(both.len() - 16);
    format!("{}.{}.{}", STANDARD.encode(text), STANDARD.encode(iv), STANDARD.encode(tag))
}

/// A `Keygen-Signature` header for a reply to a POST.
pub(crate) fn signature_header(target: &str, host: &str, date: &str, body: &[u8]) -> String {
    signature_header_of("post", target, host, date, body)
}

/// A `Keygen-Signature` header for a reply to a request of this method, in lower case.
pub(crate) fn signature_header_of(method: &str, target: &str, host: &str, date: &str, body: &[u8]) -> String {
    let digest = STANDARD.encode(Sha256::digest(body));
    let text =
        format!("(request-target): {method} {target}\nhost: {host}\ndate: {date}\ndigest: sha-256={digest}");
    let signature = STANDARD.encode(sign(&SERVER_SEED, text.as_bytes()));
    format!(
        "keyid=\"{ACCOUNT}\", algorithm=\"ed25519\", signature=\"{signature}\", \
         headers=\"(request-target) host date digest\""
    )
}
