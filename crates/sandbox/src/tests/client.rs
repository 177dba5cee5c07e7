//! The client's own requests, sealed byte for byte, against the sandbox's own answers.

use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{Payload, Purpose, Undeclared, Vendor};
use gatefold_keygen::{Credential, Deleted, MachineFacts, NewMachine, Page, Refusal, Server, ValidationCode};
use gatefold_license::{FileKind, Issuer, LicenseKey, Revocation, RevocationCause, SignedReply};
use uuid::Uuid;

use super::*;

/// The vendor as the written vendor file describes it.
fn vendor(desk: &Desk) -> Vendor {
    Vendor::parse(&std::fs::read_to_string(desk.folder.path().join("vendor.toml")).unwrap()).unwrap()
}

/// Seals a request and takes its bytes apart as a server does.
fn send(desk: &Desk, vendor: &Vendor, payload: Result<Payload, Undeclared>) -> Answer {
    let sealed = payload.unwrap().seal(vendor).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let request = Request {
        method: sealed.method().as_str().to_owned(),
        target: text(sealed.expose_target()),
        headers: sealed.expose_headers().map(|(name, value)| (name.to_owned(), text(value))).collect(),
        body: sealed.expose_body().to_vec(),
    };
    desk.send(&request).answer
}

#[test]
fn an_activation_from_key_to_released_seat() {
    let desk = Desk::new();
    let vendor = vendor(&desk);
    assert_eq!(vendor.binding(), Binding::Machine);
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let key = LicenseKey::new(desk.key("free")).unwrap();
    let credential = Credential::LicenseKey(key.clone());
    let send = |payload| send(&desk, &vendor, payload);

    let checked = send(server.check_key(&key, 42)).validation(42).unwrap();
    assert_eq!((checked.valid, checked.code), (false, ValidationCode::NoMachines));
    assert_eq!(checked.refusal(), None);
    let license = checked.license.unwrap();

    let id = Uuid::from_u128(0x0b9c_0000_0000_4000_8000_0000_0000_0002);
    let facts = MachineFacts {
        device_name: Some("Jörg's \"studio\""),
        os: Some("Debian GNU/Linux 12"),
        cpu: Some("AMD EPYC"),
        memory_gib: Some(24),
    };
    let machine = NewMachine { id, license: license.id.into(), identifier: "gf1-a", facts };
    let made = send(server.create_machine(&credential, &machine)).machine().unwrap();
    assert_eq!((made.id, made.name.as_deref()), (id, Some("Jörg's \"studio\"")));
    let again = send(server.create_machine(&credential, &machine)).machine();
    assert_eq!(again.unwrap_err(), Refusal::FingerprintTaken { seats_full: false });
    let found =
        send(server.find_machine(Purpose::Activate, &credential, license.id, "gf1-a")).machines().unwrap();
    assert_eq!(found[0].id, id);

    let file =
        send(server.check_out_machine(Purpose::Activate, &credential, id, None)).file(FileKind::Machine);
    assert_eq!(file.unwrap().refresh_by, None);
    let good = send(server.validate(&credential, license.id, 43, Some("gf1-a"))).validation(43).unwrap();
    assert!(good.valid);
    assert_eq!(
        send(server.rename_machine(&credential, id, "loft")).machine().unwrap().name.as_deref(),
        Some("loft")
    );
    assert_eq!(send(server.delete_machine(&credential, id)).deleted(), Ok(Deleted::Now));
    assert_eq!(send(server.delete_machine(&credential, id)).deleted(), Ok(Deleted::Before));
}

#[test]
fn an_account_from_sign_in_to_sign_out() {
    let desk = Desk::tidewater();
    let vendor = vendor(&desk);
    assert_eq!(vendor.binding(), Binding::Account);
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let send = |payload| send(&desk, &vendor, payload);
    let wrong = send(server.sign_in(seed::EMAIL, &"wrong".into(), None)).sign_in();
    assert_eq!(wrong.unwrap_err(), Refusal::Credentials);
    let sign_in = send(server.sign_in(seed::EMAIL, &seed::PASSWORD.into(), None)).sign_in().unwrap();
    let token = sign_in.token.clone().into();
    let user = send(server.who_signed_in(&token)).user().unwrap();
    assert!(user.is(sign_in.user, "DEMO@example.com"), "{user:?}");
    let page = send(server.list_licenses(&token, Page::FIRST)).licenses().unwrap();
    assert!(!page.more && page.licenses.len() >= 7);
    let license = page.licenses.iter().find(|it| it.id.to_string() == desk.id("free")).unwrap();
    let credential = Credential::Token(sign_in.token.clone());
    let file = send(server.check_out_license(Purpose::Activate, &credential, license.id, Some(2_592_000)));
    assert!(file.file(FileKind::License).unwrap().refresh_by.is_some());
    assert_eq!(send(server.sign_out(&token, sign_in.token_id)).deleted(), Ok(Deleted::Now));
    let after = send(server.list_licenses(&token, Page::FIRST)).licenses();
    assert_eq!(after.unwrap_err(), Refusal::SignedOut);
}

#[test]
fn refusals_that_a_client_must_tell_apart() {
    let desk = Desk::new();
    let vendor = vendor(&desk);
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let activate = |state: &str| {
        let credential = Credential::LicenseKey(LicenseKey::new(desk.key(state)).unwrap());
        let license: Uuid = desk.id(state).parse().unwrap();
        let facts = MachineFacts::default();
        let machine = NewMachine { id: Uuid::new_v4(), license: license.into(), identifier: "gf1-a", facts };
        send(&desk, &vendor, server.create_machine(&credential, &machine)).machine().map(|_| ())
    };
    let full = Refusal::LimitReached { limit: gatefold_keygen::Limit::Machines };
    assert_eq!(activate("full"), Err(full));
    assert_eq!(activate("suspended"), Err(Refusal::Suspended));
    assert_eq!(activate("banned"), Err(Refusal::Banned));
    assert_eq!(activate("sign_in_only"), Err(Refusal::NotAllowed));
    assert_eq!(activate("key_only"), Ok(()));
    assert_eq!(activate("protected"), Ok(()));
    let unknown = LicenseKey::new("SLEEVE-NONE-NONE-NONE").unwrap();
    let checked = send(&desk, &vendor, server.check_key(&unknown, 1)).validation(1).unwrap();
    assert_eq!(checked.refusal(), Some(Refusal::WrongKey));
}

#[test]
fn a_signed_suspension_can_be_kept_as_a_proof() {
    let desk = Desk::new();
    let vendor = vendor(&desk);
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    let key = LicenseKey::new(desk.key("suspended")).unwrap();
    let answer = send(&desk, &vendor, server.check_key(&key, 7));
    assert_eq!(answer.validation(7).unwrap().refusal(), Some(Refusal::Suspended));
    let Trust::Signed(proof) = answer.trust() else { panic!("{:?}", answer.trust()) };
    let issuers = [Issuer {
        public_key: desk.line["public_key"].as_str().unwrap().parse().unwrap(),
        account: None,
        hosts: Vec::new(),
        not_before: None,
        not_after: None,
    }];
    let target = format!("/v1/accounts/{}/licenses/actions/validate-key", server.account.as_str());
    let reply = SignedReply {
        method: "POST",
        target: &target,
        host: &proof.host,
        date: &proof.date_header,
        body: answer.signed_body().unwrap(),
        header: &proof.signature_header,
    };
    let kept = Revocation::of_reply(&reply, 7, desk.id("suspended"), &issuers).unwrap();
    assert_eq!(kept.cause(), RevocationCause::Suspended);
    assert!(Revocation::of_reply(&reply, 8, desk.id("suspended"), &issuers).is_err());
    assert!(Revocation::of_reply(&reply, 7, desk.id("free"), &issuers).is_err());
}
