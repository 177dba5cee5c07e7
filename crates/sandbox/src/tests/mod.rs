//! The API in process: every answer is judged as the client judges it.

mod check_out;
mod client;
mod licenses;
mod machines;
mod outer;
mod registrations;
mod tokens;
mod transfers;
mod trials;
mod usage;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_disclosure::{Method, vendor::Origin};
use gatefold_keygen::{Answer, Exchange, MEDIA_TYPE, Trust};
use gatefold_license::{Issuer, ServerKey};
use serde_json::Value;

use super::*;

const HOST: &str = "127.0.0.1:4000";
const NOW: &str = "2026-11-02T03:04:05.678Z";

/// A sandbox in a folder of its own, and who asks it.
struct Desk {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
    line: Value,
}

/// An answer, taken apart.
#[derive(Debug)]
struct Answered {
    status: u16,
    body: Value,
    headers: Vec<(&'static str, String)>,
    answer: Answer,
}

fn options(folder: &std::path::Path) -> Options {
    Options {
        data_dir: folder.join("data"),
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        manifest: None,
        record: None,
        no_throttle: true,
        clock: Some(NOW.parse().unwrap()),
        clock_file: None,
        sign_with_port: false,
        root_key: None,
        vendor_out: folder.join("vendor.toml"),
    }
}

impl Desk {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn tidewater() -> Self {
        Self::playing("tidewater")
    }

    fn playing(vendor: &str) -> Self {
        let path = format!("../../vendors/{vendor}/vendor.toml");
        Self::with(|options| options.manifest = Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(&path)))
    }

    fn with(change: impl Fn(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(folder.path());
        change(&mut options);
        let manifest = Manifest::read(options.manifest.as_deref()).unwrap();
        let (sandbox, line) = open(&options, &manifest, &format!("http://{HOST}")).unwrap();
        Self { folder, sandbox, line }
    }

    fn license(&self, state: &str) -> &Value {
        let licenses = self.line["licenses"].as_array().unwrap();
        licenses.iter().find(|license| license["state"] == state).unwrap()
    }

    fn key(&self, state: &str) -> &str {
        self.license(state)["key"].as_str().unwrap()
    }

    fn id(&self, state: &str) -> &str {
        self.license(state)["license_id"].as_str().unwrap()
    }

    /// `authorization` by the key of the license with this state.
    fn by_key(&self, state: &str) -> String {
        format!("License {}", self.key(state))
    }

    fn vendor(&self) -> String {
        format!("Bearer {}", self.line["vendor_token"].as_str().unwrap())
    }

    /// Signs in as the demo account and returns its `authorization`.
    fn sign_in(&self) -> String {
        let answered = self.call("POST", "/tokens", &basic(seed::EMAIL, seed::PASSWORD), "");
        format!("Bearer {}", answered.body["data"]["attributes"]["token"].as_str().unwrap())
    }

    fn send(&self, request: &Request) -> Answered {
        let response = self.sandbox.answer(request);
        let origin: Origin = format!("http://{HOST}").parse().unwrap();
        let method = match request.method.as_str() {
            "POST" => Method::Post,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            _ => Method::Get,
        };
        let headers: Vec<(&str, &[u8])> =
            response.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let exchange = Exchange {
            method,
            origin: &origin,
            target: &request.target,
            status: response.status,
            headers: &headers,
        };
        let key: ServerKey = self.line["public_key"].as_str().unwrap().parse().unwrap();
        let account = self.line["account_id"].as_str().unwrap();
        let issuer = Issuer { account: Some(account.to_owned()), ..Issuer::of_key(key) };
        let answer = Answer::judge(&issuer, exchange, response.body.clone());
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        Answered { status: response.status, body, headers: response.headers, answer }
    }

    /// A request under the account's path with the usual headers.
    fn call(&self, method: &str, path: &str, authorization: &str, body: &str) -> Answered {
        let target = format!("/v1/accounts/{}{path}", self.line["account_id"].as_str().unwrap());
        self.send(&request(method, &target, authorization, body))
    }
}

impl Answered {
    /// The codes of the errors, in order; `-` for an error without one.
    fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.map(|error| error["code"].as_str().unwrap_or("-")).collect()
    }

    fn pointer(&self) -> &str {
        self.body["errors"][0]["source"]["pointer"].as_str().unwrap_or_default()
    }

    fn is_signed(&self) -> bool {
        matches!(self.answer.trust(), Trust::Signed(_))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// Status, codes, and that the vendor's server signed it.
    fn expect(&self, status: u16, codes: &[&str]) -> &Self {
        assert_eq!((self.status, self.codes().as_slice()), (status, codes), "{}", self.body);
        assert!(self.is_signed(), "{:?}", self.answer.trust());
        self
    }
}

fn request(method: &str, target: &str, authorization: &str, body: &str) -> Request {
    let mut headers = vec![("host", HOST), ("accept", MEDIA_TYPE), ("keygen-version", "1.7")];
    if !authorization.is_empty() {
        headers.push(("authorization", authorization));
    }
    if !body.is_empty() {
        headers.push(("content-type", MEDIA_TYPE));
    }
    Request {
        method: method.into(),
        target: target.into(),
        headers: headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        body: body.into(),
    }
}

fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

/// The body that takes a seat.
fn new_machine(license: &str, fingerprint: &str, attributes: &str) -> String {
    format!(
        r#"{{"data":{{"type":"machines","attributes":{{"fingerprint":"{fingerprint}"{attributes}}},
        "relationships":{{"license":{{"data":{{"type":"licenses","id":"{license}"}}}}}}}}}}"#
    )
}

#[test]
fn a_data_folder_keeps_its_keys_licenses_and_seats() {
    let desk = Desk::new();
    let machine = new_machine(desk.id("free"), "gf1-a", "");
    desk.call("POST", "/machines", &desk.by_key("free"), &machine).expect(201, &[]);
    let manifest = Manifest::read(None).unwrap();
    let (again, line) = open(&options(desk.folder.path()), &manifest, "http://127.0.0.1:4001").unwrap();
    assert_eq!(line["public_key"], desk.line["public_key"]);
    assert_eq!(line["licenses"][0]["key"], desk.line["licenses"][0]["key"]);
    assert_eq!(line["licenses"][0]["seats"]["taken"], 1);
    assert_eq!(line["vendor_version"].as_u64().unwrap(), desk.line["vendor_version"].as_u64().unwrap() + 1);
    let again = Desk { sandbox: again, line, folder: tempfile::tempdir().unwrap() };
    let machines = again.call("GET", "/machines", &again.by_key("free"), "");
    assert_eq!(machines.expect(200, &[]).body["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_used_up_license_is_not_listed_first() {
    let desk = Desk::new();
    for fingerprint in ["gf1-a", "gf1-b", "gf1-c"] {
        let machine = new_machine(desk.id("free"), fingerprint, "");
        desk.call("POST", "/machines", &desk.by_key("free"), &machine).expect(201, &[]);
    }
    let manifest = Manifest::read(None).unwrap();
    let (_, line) = open(&options(desk.folder.path()), &manifest, "http://127.0.0.1:4001").unwrap();
    let licenses = line["licenses"].as_array().unwrap();
    let first = licenses.iter().find(|license| license["kind"] == "perpetual").unwrap();
    assert_ne!(first["key"], desk.key("free"));
    assert!(first["seats"]["taken"].as_u64() < first["seats"]["limit"].as_u64());
}

#[test]
fn a_data_folder_belongs_to_one_vendor() {
    let desk = Desk::new();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vendors/tidewater/vendor.toml");
    let manifest = Manifest::read(Some(&path)).unwrap();
    let error = open(&options(desk.folder.path()), &manifest, "http://127.0.0.1:4001").unwrap_err();
    assert_eq!(error.code(), "sandbox.other_vendor");
}

#[test]
fn the_ready_line_lists_a_license_for_every_state() {
    let check = |desk: &Desk, states: &[&str]| {
        let licenses = desk.line["licenses"].as_array().unwrap();
        for state in states {
            assert!(licenses.iter().any(|license| license["state"] == *state), "{state}");
        }
        for kind in ["perpetual", "subscription", "trial"] {
            assert!(licenses.iter().any(|license| license["kind"] == kind), "{kind}");
        }
        let mut keys: Vec<&str> = licenses.iter().map(|license| license["key"].as_str().unwrap()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), licenses.len());
        assert!(keys.len() >= 8);
        assert_eq!((&licenses[0]["kind"], &licenses[0]["state"]), (&"perpetual".into(), &"free".into()));
    };
    let everywhere =
        ["suspended", "expired", "key_only", "protected", "sign_in_only", "banned", "other_account"];
    let sleeve = Desk::new();
    check(&sleeve, &everywhere);
    check(&sleeve, &["one_seat", "full"]);
    check(&Desk::tidewater(), &everywhere);
    let format = Manifest::read(None).unwrap();
    let format = format.vendor.license_key_format().unwrap();
    for license in sleeve.line["licenses"].as_array().unwrap() {
        let key = license["key"].as_str().unwrap();
        assert_eq!(format.normalize(key).as_deref(), Some(key));
    }
}

#[test]
fn a_data_folder_of_a_newer_sandbox_is_refused() {
    let desk = Desk::new();
    desk.sandbox.db.lock().unwrap().pragma_update(None, "user_version", 99).unwrap();
    let manifest = Manifest::read(None).unwrap();
    let error = open(&options(desk.folder.path()), &manifest, "http://127.0.0.1:4001").unwrap_err();
    assert_eq!(error.code(), "sandbox.migration");
}
