//! Every request's exact bytes, for a machine-bound and an account-bound vendor. A change of a file in `tests/wire` is
//! a privacy review. `GATEFOLD_WRITE_FRESH=1 cargo test -p gatefold-keygen --test golden` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use gatefold_disclosure::{Payload, Purpose, SealError, Sensitive, Slot, Undeclared, Vendor};
use gatefold_keygen::requests::{Claim, Credential, MachineFacts, NewMachine, Page, Server, Token, Trial};
use gatefold_license::LicenseKey;
use uuid::Uuid;

const LICENSE: Uuid = Uuid::from_u128(0xb1f6_0000_0000_4000_8000_0000_0000_0001);
const MACHINE: Uuid = Uuid::from_u128(0x0b9c_0000_0000_4000_8000_0000_0000_0002);
const TOKEN_ID: Uuid = Uuid::from_u128(0x77aa_0000_0000_4000_8000_0000_0000_0003);
const IDENTIFIER: &str = "gf1-000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f";
const PRODUCT: &str = "e0000100-0000-4000-8000-000000000101";
const NONCE: u64 = 7_310_559_021;
const MONTH_SECS: u64 = 30 * 86_400;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire")
}

fn vendor(name: &str) -> Vendor {
    Vendor::parse(&std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap()).unwrap()
}

fn key() -> LicenseKey {
    LicenseKey::new("AMBER-INVENTED-KEY-0001").unwrap()
}

fn token() -> Sensitive<String> {
    "user-0123456789abcdefv3".into()
}

fn by_key() -> Credential {
    Credential::LicenseKey(key())
}

fn facts() -> MachineFacts<'static> {
    MachineFacts {
        device_name: Some("Jörg's \"studio\""),
        os: Some("Debian GNU/Linux 12"),
        cpu: Some("AMD EPYC"),
        memory_gib: Some(24),
    }
}

fn new_machine() -> NewMachine<'static> {
    NewMachine { id: MACHINE, license: LICENSE.into(), identifier: IDENTIFIER, facts: facts() }
}

/// The requests that both kinds of vendor know.
fn common(server: Server<'_>) -> Vec<(&'static str, Result<Payload, Undeclared>)> {
    let (activate, refresh) = (Purpose::Activate, Purpose::Refresh);
    let by_token = Credential::Token(token());
    let password = "pass:wörd".into();
    let code = "123456".into();
    vec![
        ("check-key", server.check_key(&key(), NONCE)),
        ("sign-in", server.sign_in("demo@example.com", &password, None)),
        ("sign-in-with-code", server.sign_in("demo@example.com", &password, Some(&code))),
        ("who-signed-in", server.who_signed_in(&token().into())),
        ("sign-out", server.sign_out(&token().into(), TOKEN_ID)),
        ("licenses-first-page", server.list_licenses(&token().into(), Page::FIRST)),
        ("licenses-second-page", server.list_licenses(&token().into(), Page::FIRST.next().unwrap())),
        ("validate-by-token", server.validate(&by_token, LICENSE, NONCE, None)),
        ("policy-of", server.policy_of(&key(), LICENSE)),
        ("check-out-license-forever", server.check_out_license(activate, &by_key(), LICENSE, None)),
        ("check-out-license-month", server.check_out_license(refresh, &by_key(), LICENSE, Some(MONTH_SECS))),
    ]
}

/// The requests that only a machine-bound vendor knows.
fn machine_bound(server: Server<'_>) -> Vec<(&'static str, Result<Payload, Undeclared>)> {
    let (activate, refresh) = (Purpose::Activate, Purpose::Refresh);
    let bare = NewMachine { facts: MachineFacts::default(), ..new_machine() };
    vec![
        ("validate-by-key", server.validate(&by_key(), LICENSE, NONCE, Some(IDENTIFIER))),
        ("create-machine", server.create_machine(&by_key(), &new_machine())),
        ("create-machine-without-labels", server.create_machine(&Credential::Token(token()), &bare)),
        ("find-machine", server.find_machine(activate, &by_key(), LICENSE, IDENTIFIER)),
        ("check-out-machine-forever", server.check_out_machine(activate, &by_key(), MACHINE, None)),
        ("check-out-machine-month", server.check_out_machine(refresh, &by_key(), MACHINE, Some(MONTH_SECS))),
        ("list-machines-first-page", server.list_machines(&by_key(), LICENSE, Page::FIRST)),
        ("list-machines-second-page", server.list_machines(&by_key(), LICENSE, Page::FIRST.next().unwrap())),
        ("show-machine-released", server.show_machine(Purpose::Release, &by_key(), MACHINE)),
        ("show-machine-renamed", server.show_machine(Purpose::Rename, &by_key(), MACHINE)),
        ("rename-machine", server.rename_machine(&by_key(), MACHINE, "loft")),
        ("delete-machine", server.delete_machine(&by_key(), MACHINE)),
    ]
}

fn compare(vendor: &Vendor, folder: &Path, requests: Vec<(&str, Result<Payload, Undeclared>)>) {
    let bless = std::env::var_os("GATEFOLD_WRITE_FRESH").is_some();
    let mut known: Vec<String> = Vec::new();
    for (name, payload) in requests {
        let sealed = payload.unwrap().seal(vendor).unwrap();
        let path = folder.join(format!("{name}.http"));
        if bless {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, sealed.expose_wire()).unwrap();
        }
        let golden = std::fs::read(&path).unwrap_or_default();
        let (wire, golden) = (sealed.expose_wire().escape_ascii(), golden.escape_ascii());
        assert_eq!(wire.to_string(), golden.to_string(), "{}", path.display());
        known.push(format!("{name}.http"));
    }
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name} belongs to no request");
    }
}

#[test]
fn a_machine_bound_vendors_requests() {
    let vendor = vendor("machine-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let (serial, code) = ("SER \"1\"".into(), "0042".into());
    let claim = Claim { serial: Some(&serial), unlock_code: Some(&code), product: None };
    let register = ("register-by-serial", server.register(&token().into(), NONCE, claim));
    let trial = Trial { product: PRODUCT, identifier: Some(IDENTIFIER), token: None };
    let trial = ("begin-trial", server.begin_trial(NONCE, trial));
    let token = token().into();
    let ask = ("ask-transfer", server.ask_transfer(&token, NONCE, LICENSE));
    let transfer = ("transfer", server.transfer(&token, NONCE, LICENSE, "friend@example.com"));
    let claims = [register, trial, ask, transfer];
    let requests = common(server).into_iter().chain(machine_bound(server)).chain(claims).collect();
    compare(&vendor, &folder().join("machine-bound"), requests);
}

#[test]
fn an_account_bound_vendors_requests() {
    let vendor = vendor("account-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let claim = Claim { product: Some(PRODUCT), ..Claim::default() };
    let register = ("register-by-product", server.register(&token().into(), NONCE, claim));
    let token = token().into();
    let trial = Trial { product: PRODUCT, identifier: None, token: Some(&token) };
    let trial = ("begin-trial", server.begin_trial(NONCE, trial));
    let requests = common(server).into_iter().chain([register, trial]).collect();
    compare(&vendor, &folder().join("account-bound"), requests);
    let by_computer = Trial { product: PRODUCT, identifier: Some(IDENTIFIER), token: Some(&token) };
    assert!(server.begin_trial(NONCE, by_computer).is_err(), "it declares no identifier");
    assert!(server.ask_transfer(&token, NONCE, LICENSE).is_err(), "it declares no transfer");
}

#[test]
fn an_account_bound_vendor_learns_nothing_of_the_machine() {
    let vendor = vendor("account-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    for (name, payload) in machine_bound(server) {
        assert_eq!(payload.unwrap_err().vendor, "birch", "{name}");
    }
}

#[test]
fn labels_that_the_manifest_does_not_declare_are_left_out() {
    let text = std::fs::read_to_string(folder().join("machine-bound.toml")).unwrap();
    let without = |item: &str| {
        let mut parts: Vec<&str> = text.split("[[item]]\n").collect();
        parts.retain(|part| !part.starts_with(&format!("id = \"{item}\"")));
        Vendor::parse(&parts.join("[[item]]\n")).unwrap()
    };
    let check = |item: &str, gone: &str| {
        let vendor = without(item);
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let sealed = server.create_machine(&by_key(), &new_machine()).unwrap().seal(&vendor).unwrap();
        let body = String::from_utf8(sealed.expose_body().to_vec()).unwrap();
        assert!(!body.contains(gone), "{body}");
        assert!(body.contains("fingerprint"), "{body}");
    };
    check("device_name", "\"name\"");
    check("os", "platform");
    check("cpu", "\"cpu\"");
    check("memory", "memoryGib");
    let vendor = without("machine_id");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let error = server.create_machine(&by_key(), &new_machine()).unwrap_err();
    assert_eq!(error.item.id(), "machine_id");
}

#[test]
fn an_open_id_can_be_seen_but_not_sent() {
    let vendor = vendor("machine-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let slot = Slot("machine id");
    let payload = server.check_out_machine(Purpose::Activate, &by_key(), slot, None).unwrap();
    let preview = payload.preview(&vendor).unwrap();
    assert!(
        String::from_utf8(preview.bytes)
            .unwrap()
            .contains("/machines/‹server: machine id›/actions/check-out")
    );
    assert_eq!(payload.seal(&vendor).unwrap_err(), SealError::OpenSlot("machine id"));

    let birch = self::vendor("account-bound");
    let server = Server::first_of(&birch, &birch.issuers()[0]).unwrap();
    assert!(server.check_out_machine(Purpose::Activate, &by_key(), slot, None).is_err());
}

#[test]
fn a_token_to_come_can_be_named_but_not_sent() {
    let vendor = vendor("account-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let all = |token: &Token| {
        [
            server.who_signed_in(token).unwrap(),
            server.list_licenses(token, Page::FIRST).unwrap(),
            server.sign_out(token, TOKEN_ID).unwrap(),
        ]
    };
    let real = Token::from(Sensitive::new(format!("user-{}v3", "5".repeat(64))));
    for (open, real) in all(&Token::Open).iter().zip(all(&real)) {
        assert_eq!(open.seal(&vendor).unwrap_err(), SealError::OpenSlot("Sign-in token"));
        // What it will be is shown exactly, but for the token; its size too, where the token has the usual shape.
        assert_eq!(&open.preview(&vendor).unwrap(), real.seal(&vendor).unwrap().preview());
    }
}

/// What a trial brings is named before there is one; with it the same bytes are sent.
#[test]
fn a_key_to_come_can_be_named_but_not_sent() {
    let vendor = vendor("machine-bound");
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let all = |credential: &Credential| {
        [
            server.create_machine(credential, &new_machine()).unwrap(),
            server.find_machine(Purpose::Activate, credential, LICENSE, IDENTIFIER).unwrap(),
            server.check_out_license(Purpose::Activate, credential, LICENSE, None).unwrap(),
            server.validate(credential, LICENSE, NONCE, None).unwrap(),
        ]
    };
    // As long as a key that a Keygen server makes: this vendor describes none.
    let real = Credential::LicenseKey(LicenseKey::new("AMBER1-INVENT-EDKEY0-000001-000001-V3").unwrap());
    for (open, real) in all(&Credential::KeyToCome).iter().zip(all(&real)) {
        assert_eq!(open.seal(&vendor).unwrap_err(), SealError::OpenSlot("License key"));
        assert_eq!(&open.preview(&vendor).unwrap(), real.seal(&vendor).unwrap().preview());
    }
}

#[test]
fn the_pages_of_a_list_end() {
    let mut page = Page::FIRST;
    let mut count = 1;
    while let Some(next) = page.next() {
        page = next;
        count += 1;
    }
    assert_eq!((count, Page::all().count()), (20, 20));
}
