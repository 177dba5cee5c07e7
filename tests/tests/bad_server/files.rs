//! A license file that the vendor's own server gives out, in an answer that it signed, and that is not the one asked for. It is
//! told in one sentence with a code and a way out, nothing is installed, and the license that was here stays as it was.

use gatefold_client::vendor::Binding;
use gatefold_client::{Clock, Gatefold, Home, InForce, OpenOptions, Refreshed, advice_of};
use gatefold_tests::{
    Fault, Files, MachineFile, Request, Sandbox, SandboxOptions, Signer, Tap, body_of, files_under,
    with_envelope,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::scene::{Case, Scene};

/// A computer with a license, and what its server gave out last.
struct Desk {
    scene: Scene,
    /// The server's answer to the request for a file.
    answer: Value,
    file: MachineFile,
    certificate: String,
}

impl Desk {
    fn new() -> Self {
        let scene = Scene::activated();
        scene.honest_validation();
        let answer = body_of(&scene.tap.seen().pop().unwrap().answer);
        let certificate = answer["data"]["attributes"]["certificate"].as_str().unwrap().to_owned();
        let shown = scene.cli.json(["machine", "show"]);
        let file = MachineFile::open(&certificate, &scene.key, shown["identifier"].as_str().unwrap());
        Self { scene, answer, file, certificate }
    }

    /// The next request for a file gets this one: it is refused so, and nothing changes.
    fn refuses(&self, certificate: String, code: &'static str) {
        let mut body = self.answer.clone();
        body["data"]["attributes"]["certificate"] = certificate.into();
        self.refuses_answer(body, code);
    }

    fn refuses_answer(&self, body: Value, code: &'static str) {
        // A file that is whole and is still none for this computer is a no of the vendor's.
        let exit = if code == "license.would_not_count" { 3 } else { 1 };
        let signer = self.scene.signer();
        let fault = Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &body));
        self.scene.refresh_fails(Case { fault, code, exit, outcome: "answered", status: Some(200) }, 1);
    }

    /// What the server says in a file of this very seat, changed, sealed and signed as it would.
    fn refuses_said(&self, code: &'static str, change: impl FnOnce(&mut Value)) {
        self.refuses(self.file.with(change).signed(&self.scene.signer()), code);
    }
}

fn in_hours(hours: i64) -> Value {
    let time = Timestamp::now() + SignedDuration::from_hours(hours);
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string().into()
}

fn license(document: &mut Value) -> &mut Value {
    document["included"].as_array_mut().unwrap().iter_mut().find(|it| it["type"] == "licenses").unwrap()
}

#[test]
fn a_file_of_another_time() {
    let desk = Desk::new();
    let (again, ahead) = (in_hours(-2), in_hours(2));
    // Kept from before and given out again.
    desk.refuses_said("keygen.contradictory", |file| file["meta"]["issued"] = again);
    desk.refuses_said("keygen.contradictory", |file| file["meta"]["issued"] = ahead);
    desk.refuses_said("license.would_not_count", |file| file["meta"]["expiry"] = in_hours(-24 * 30));
    desk.refuses_said("license.would_not_count", |file| {
        license(file)["attributes"]["expiry"] = in_hours(-24);
    });
    desk.refuses_said("license.would_not_count", |file| {
        license(file)["attributes"]["suspended"] = json!(true);
    });
    desk.refuses_said("license.document_malformed", |file| file["meta"]["issued"] = json!("yesterday"));
    desk.scene.recovers();
}

#[test]
fn a_file_of_somebody_else() {
    let desk = Desk::new();
    let other = json!("0a5f6b3e-0001-4a5b-8c11-5e1ee7e033aa");
    let of = |kind: &'static str| {
        let other = other.clone();
        move |file: &mut Value| file["data"]["relationships"][kind]["data"]["id"] = other
    };
    desk.refuses_said("license.account_foreign", of("account"));
    desk.refuses_said("keygen.contradictory", of("license"));
    desk.refuses_said("keygen.contradictory", |file| file["data"]["id"] = other.clone());
    desk.refuses_said("license.would_not_count", |file| {
        license(file)["relationships"]["product"]["data"]["id"] = other.clone();
    });
    desk.refuses_said("license.would_not_count", |file| {
        file["data"]["attributes"]["fingerprint"] = json!(format!("gf1-{}", "1".repeat(64)));
    });
    desk.refuses_said("license.would_not_count", |file| file["included"] = json!([]));
    // By the key of a stranger; and by another vendor's server, for a computer of its own.
    desk.refuses(desk.file.signed(&desk.scene.signer().stranger()), "license.signature_invalid");
    let other = Desk::new();
    desk.refuses(other.certificate, "license.signature_invalid");
    desk.scene.recovers();
}

/// A seat that was given back has files, too: they come back with no new seat.
#[test]
fn a_file_of_a_seat_that_was_given_back() {
    let desk = Desk::new();
    let seat = desk.scene.cli.json(["license", "list"])["entries"][0]["machine_id"].clone();
    desk.scene.cli.json(["license", "deactivate", seat.as_str().unwrap(), "--yes"]);
    desk.scene.activate();
    desk.refuses(desk.certificate.clone(), "keygen.contradictory");
    desk.scene.recovers();
}

#[test]
fn a_file_of_another_kind() {
    let desk = Desk::new();
    // A license file, genuine and of this license, where the product wants this computer's.
    let given = of_the_account(&desk.scene);
    desk.refuses(given["data"]["attributes"]["certificate"].as_str().unwrap().into(), "license.wrong_label");
    desk.refuses_answer(given, "keygen.unreadable");
    // Only the envelope says what it is signed and sealed with, and nobody signs that.
    let alg = |alg: &'static str| with_envelope(&desk.certificate, |it| it["alg"] = alg.into());
    for name in ["aes-256-gcm+rsa-pss-sha256", "aes-256-gcm+ecdsa-p256", "base64+ed25519", "none", ""] {
        desk.refuses(alg(name), "license.wrong_algorithm");
    }
    // Genuine, and for everybody to read.
    desk.refuses(desk.file.in_clear(&desk.scene.signer()), "license.wrong_algorithm");
    let without = |member: &'static str| {
        with_envelope(&desk.certificate, |it| drop(it.as_object_mut().unwrap().remove(member)))
    };
    for member in ["enc", "sig", "alg"] {
        desk.refuses(without(member), "license.file_malformed");
    }
    desk.refuses("x".repeat(1 << 20), "license.file_too_large");
    desk.scene.recovers();
}

/// The server's answer to whoever asks for a license file by the key.
fn of_the_account(scene: &Scene) -> Value {
    let license = scene.sandbox.license("free")["license_id"].as_str().unwrap();
    let body = json!({ "meta": { "encrypt": true, "ttl": null, "include": ["entitlements"] } });
    let target = format!("/v1/licenses/{license}/actions/check-out");
    scene.sandbox.call("POST", &target, &format!("License {}", scene.key), &body)
}

/// The same in this very process, where many files can be tried.
struct Inside {
    runtime: Runtime,
    gatefold: Gatefold,
    vendor: InForce,
    license: String,
    tap: Tap,
    signer: Signer,
    answer: Value,
    _sandbox: Sandbox,
    home: tempfile::TempDir,
}

impl Inside {
    fn new() -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let options = OpenOptions { home: Home::at(home.path()), passphrase: None, clock: Clock::system() };
        let mut gatefold = Gatefold::open(options).unwrap();
        let vendor = gatefold.review_vendor(&sandbox.vendor_file()).unwrap().in_force;
        gatefold.agree(&vendor).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let check = gatefold.prepare_check(vendor.clone(), &sandbox.key("free")).unwrap();
            let checked = gatefold.check_key(check).await.unwrap();
            let plan = gatefold.plan_activation(checked, None).unwrap();
            gatefold.activate(plan).await.unwrap();
        });
        let answer = body_of(&tap.seen().pop().unwrap().answer);
        let license = sandbox.license("free")["license_id"].as_str().unwrap().to_owned();
        let signer = Signer::of(&sandbox);
        Self { runtime, gatefold, vendor, license, tap, signer, answer, _sandbox: sandbox, home }
    }

    fn certificate(&self) -> String {
        self.answer["data"]["attributes"]["certificate"].as_str().unwrap().to_owned()
    }

    fn files(&self) -> Files {
        files_under(&self.home.path().join("shelf"))
    }

    /// A refresh that is answered with this file; what was installed stays, if it fails.
    fn refresh(&mut self, certificate: &str) -> Result<(), String> {
        let (signer, mut body, before) = (self.signer.clone(), self.answer.clone(), self.files());
        body["data"]["attributes"]["certificate"] = certificate.into();
        let fault = Fault::reply(move |request| signer.answer(&Request::parse(request), 200, &body));
        self.tap.faults([Fault::None, fault]);
        let plan =
            self.gatefold.plan_refresh(&self.vendor, Some(&self.license)).unwrap().pop().unwrap().unwrap();
        let refreshed = self.runtime.block_on(self.gatefold.refresh(plan, &mut Vec::new()));
        let error = match refreshed {
            Ok(Refreshed::Renewed { .. }) => return Ok(()),
            Ok(other) => panic!("{other:?}"),
            Err(error) => error,
        };
        let advice = error.advice();
        assert!(advice.message.ends_with('.') && !advice.hint.is_empty(), "{advice:?}");
        assert_ne!(advice.message, advice_of("no such code", None).message, "{error:?}");
        assert_eq!(self.files(), before, "{error:?}: the installed license changed");
        Err(error.code().to_owned())
    }

    /// A changed file is the same file only where line ends are all that changed.
    fn refuses_but_for_white_space(&mut self, changed: &str) -> Result<(), TestCaseError> {
        let bare = |text: &str| text.split_ascii_whitespace().collect::<String>();
        let is_same = bare(changed) == bare(&self.certificate());
        let done = self.refresh(changed);
        prop_assert!(done.is_err() || is_same, "{changed}");
        Ok(())
    }
}

#[test]
fn a_file_that_is_cut_at_any_line() {
    let mut inside = Inside::new();
    let whole = inside.certificate();
    assert_eq!(inside.vendor.vendor().binding(), Binding::Machine);
    let ends = whole.match_indices('\n').map(|(end, _)| end);
    // Before and after each line end but the last, which is not missed.
    let cuts: Vec<usize> = ends.flat_map(|end| [end.saturating_sub(1), end, end + 1]).collect();
    assert!(cuts.len() > 100, "{}", cuts.len());
    for cut in cuts.into_iter().filter(|cut| *cut < whole.trim_end().len()) {
        assert_eq!(inside.refresh(&whole[..cut]), Err("license.file_malformed".to_owned()), "{cut}");
    }
    assert_eq!(inside.refresh(whole.trim_end()), Ok(()));
}

#[test]
fn a_file_that_is_changed_anywhere() {
    let inside = std::cell::RefCell::new(Inside::new());
    let whole = inside.borrow().certificate();
    let len = whole.len();
    let changes = proptest::collection::vec((0..len, proptest::char::range(' ', '~')), 1..4);
    let with = move |changes: Vec<(usize, char)>| {
        let mut bytes = whole.clone().into_bytes();
        changes.into_iter().for_each(|(at, letter)| bytes[at] = letter as u8);
        String::from_utf8(bytes).unwrap()
    };
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(changed in changes.prop_map(with))| {
        inside.borrow_mut().refuses_but_for_white_space(&changed)?;
    });
    proptest!(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() }, |(junk in ".{0,3000}")| {
        inside.borrow_mut().refuses_but_for_white_space(&junk)?;
    });
    let whole = inside.borrow().certificate();
    assert_eq!(inside.borrow_mut().refresh(&whole), Ok(()));
}
