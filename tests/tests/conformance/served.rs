//! What docs/sandbox.md says the sandbox serves it answers, by both forms of every path; what the page says it leaves out it
//! does not know. The page and this list are held to each other.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_tests::{Sandbox, SandboxOptions, body_of, root_dir};
use regex::Regex;
use serde_json::{Value, json};

/// A sandbox, and what its calls need.
struct Desk {
    sandbox: Sandbox,
    /// The words before every call's own path: with the account or without.
    prefix: String,
    sign_in: String,
    by_key: String,
    vendor: String,
    /// What stands for `ID` in a path, by the word before it.
    token: String,
    license: String,
    machine: String,
}

/// An answer.
struct Answer {
    status: u16,
    is_signed: bool,
    body: Value,
}

impl Desk {
    /// With a seat taken and somebody signed in, at the vendor whose file lets a call be made.
    fn of(path: &str, with_account: bool) -> Self {
        let desk = Self::playing(if is_sleeves(path) { "sleeve" } else { "arturia" }, with_account);
        if is_sleeves(path) {
            // What is in use is not given away.
            desk.good("DELETE", &desk.filled("/machines/ID"), &desk.by_key, &Value::Null);
        }
        desk
    }

    fn new(with_account: bool) -> Self {
        Self::playing("arturia", with_account)
    }

    fn playing(vendor: &str, with_account: bool) -> Self {
        let plays = Some(vendor.to_owned());
        let sandbox = Sandbox::with(&SandboxOptions { plays, ..SandboxOptions::default() });
        let text = |pointer: &str| sandbox.ready.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let password = format!("{}:{}", text("/account/email"), text("/account/password"));
        let mut desk = Self {
            prefix: match with_account {
                true => format!("/v1/accounts/{}", text("/account_id")),
                false => "/v1".to_owned(),
            },
            sign_in: format!("Basic {}", STANDARD.encode(password)),
            by_key: format!("License {}", sandbox.key("free")),
            vendor: format!("Bearer {}", text("/vendor_token")),
            token: String::new(),
            license: sandbox.license("free")["license_id"].as_str().unwrap().to_owned(),
            machine: String::new(),
            sandbox,
        };
        let signed_in = desk.good("POST", "/tokens", &desk.sign_in, &Value::Null);
        let token = &signed_in["data"];
        desk.sign_in = format!("Bearer {}", token["attributes"]["token"].as_str().unwrap());
        desk.token = token["id"].as_str().unwrap().to_owned();
        let machine = desk.good("POST", "/machines", &desk.by_key, &desk.body("POST", "/machines"));
        desk.machine = machine["data"]["id"].as_str().unwrap().to_owned();
        desk
    }

    fn good(&self, method: &str, path: &str, authorization: &str, body: &Value) -> Value {
        let answer = self.ask(method, path, authorization, body);
        assert!((200..300).contains(&answer.status), "{method} {path}: {}", answer.body);
        answer.body
    }

    fn ask(&self, method: &str, path: &str, authorization: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let address = self.sandbox.address();
        let mut server = TcpStream::connect(&address).unwrap();
        let request = format!(
            "{method} {}{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\n\
             content-type: application/vnd.api+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.prefix,
            body.len()
        );
        server.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).to_lowercase();
        let (head, content) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            is_signed: head.contains("\r\nkeygen-signature: "),
            // A bare certificate is no JSON, and an empty answer is none.
            body: if content.starts_with('{') { body_of(&answer) } else { Value::Null },
        }
    }

    /// The path with the id of what is there.
    fn filled(&self, path: &str) -> String {
        path.replacen("eligibility", &format!("eligibility?license={}&nonce=7", self.license), 1)
            .replacen("/tokens/ID", &format!("/tokens/{}", self.token), 1)
            .replacen("/licenses/ID", &format!("/licenses/{}", self.license), 1)
            .replacen("/machines/ID", &format!("/machines/{}", self.machine), 1)
    }

    /// Who makes a call: whoever may.
    fn bearer(&self, path: &str) -> &str {
        match path {
            path if path.contains("suspend") || path.contains("reinstate") => &self.vendor,
            path if path.starts_with("/machines") => &self.by_key,
            _ => &self.sign_in,
        }
    }

    /// A product that can be tried.
    fn tried(&self) -> String {
        let file = std::fs::read_to_string(self.sandbox.vendor_file()).unwrap();
        let file: toml_edit::DocumentMut = file.parse().unwrap();
        let products = file["product"].as_array_of_tables().unwrap();
        let tried = products.iter().find(|product| product.contains_key("trial_days")).unwrap();
        tried["id"].as_str().unwrap().to_owned()
    }

    /// Counts of one week, as a client uploads them.
    fn counts(&self) -> Value {
        let file = std::fs::read_to_string(self.sandbox.vendor_file()).unwrap();
        let vendor = gatefold_disclosure::Vendor::parse(&file).unwrap();
        let product = vendor.products()[0].id.clone();
        let week = "2026-W49".parse().unwrap();
        let count = gatefold_usage::Count { week, product, version: None, daw: None, sessions: Some(1) };
        let endpoint = vendor.usage_endpoint().unwrap();
        let upload = gatefold_usage::upload(&vendor, endpoint, uuid::Uuid::new_v4(), &[count]).unwrap();
        serde_json::from_slice(upload.seal(&vendor).unwrap().expose_body()).unwrap()
    }

    fn body(&self, method: &str, path: &str) -> Value {
        let registration = &self.sandbox.ready["registrations"][0];
        let license = json!({ "license": { "data": { "type": "licenses", "id": self.license } } });
        let machine = |attributes: Value| json!({ "type": "machines", "attributes": attributes });
        match (method, path) {
            ("POST", "/machines") => {
                let mut data = machine(json!({ "fingerprint": uuid::Uuid::new_v4() }));
                data["relationships"] = license;
                json!({ "data": data })
            }
            ("PATCH" | "PUT", "/machines/ID") => {
                json!({ "data": machine(json!({ "name": "another name" })) })
            }
            ("POST", "/licenses/actions/validate-key") => {
                json!({ "meta": { "key": self.sandbox.key("free") } })
            }
            ("POST", "/trials") => json!({ "meta": { "nonce": 7 }, "data": {
                "type": "trials", "attributes": { "fingerprint": uuid::Uuid::new_v4() },
                "relationships": { "product": { "data": { "type": "products", "id": self.tried() } } },
            } }),
            ("POST", "/transfers") => json!({ "meta": { "nonce": 7 }, "data": {
                "type": "transfers", "attributes": { "recipient": "friend@example.com" }, "relationships": license,
            } }),
            ("POST", "/metrics") => self.counts(),
            ("POST", "/usage-erasures") => json!({ "data": {
                "type": "usage-erasures", "attributes": { "batchIds": [uuid::Uuid::new_v4()] },
            } }),
            ("POST", "/registrations") => json!({ "data": { "type": "registrations", "attributes": {
                "serial": registration["serial"], "unlockCode": registration["unlock_code"],
            } } }),
            _ => Value::Null,
        }
    }
}

/// Arturia's file has registrations; trials and transfers by the server are Sleeve's.
fn is_sleeves(path: &str) -> bool {
    path == "/trials" || path.starts_with("/transfers")
}

/// The calls of a table of the page: the methods and the path in the first cell of each row.
fn calls(heading: &str) -> BTreeSet<(String, String)> {
    let page = std::fs::read_to_string(root_dir().join("docs/sandbox.md")).unwrap();
    let (_, after) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = after.split("\n## ").next().unwrap();
    let row = Regex::new(r"^\| `([A-Z ]+) (/[^` ]*)` \| [^|]+ \|$").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let mut calls = BTreeSet::new();
    for line in rows {
        let row = row.captures(line).unwrap_or_else(|| panic!("no call: {line}"));
        let methods = row[1].split(' ');
        calls.extend(methods.map(|method| (method.to_owned(), row[2].to_owned())));
    }
    calls
}

#[test]
fn what_it_serves_it_answers_by_both_forms_of_the_path() {
    let served = calls("What it serves");
    assert!(served.len() > 25, "{served:?}");
    for with_account in [true, false] {
        let desk = Desk::new(with_account);
        let mut calls: Vec<_> = served.iter().collect();
        // What is suspended is reinstated before it is used, and what is deleted is deleted at last.
        calls.sort_by_key(|(method, path)| match path.rsplit('/').next() {
            Some("suspend") => 0,
            Some("reinstate") => 1,
            _ => {
                if method == "DELETE" {
                    3
                } else {
                    2
                }
            }
        });
        for (method, path) in calls {
            let sleeve = is_sleeves(path).then(|| Desk::of(path, with_account));
            let desk = sleeve.as_ref().unwrap_or(&desk);
            let bearer = match (method.as_str(), path.as_str()) {
                ("POST", "/tokens") => &desk.sign_in,
                _ => desk.bearer(path),
            };
            let answer = desk.ask(method, &desk.filled(path), bearer, &desk.body(method, path));
            assert!(
                (200..300).contains(&answer.status) && answer.is_signed,
                "{method} {path}: {} {}",
                answer.status,
                answer.body
            );
        }
    }
}

#[test]
fn what_it_leaves_out_it_does_not_know() {
    let left_out = calls("What it leaves out");
    assert!(left_out.len() > 15, "{left_out:?}");
    for with_account in [true, false] {
        let desk = Desk::new(with_account);
        for (method, path) in &left_out {
            // Whoever asks: the vendor itself may do anything that can be done.
            let answer = desk.ask(method, &desk.filled(path), &desk.vendor, &Value::Null);
            assert_eq!((answer.status, answer.is_signed), (404, false), "{method} {path}: {}", answer.body);
        }
    }
}

/// Every call that the sandbox knows is on the page: its own table of them is read.
#[test]
fn the_page_names_every_call() {
    let text = std::fs::read_to_string(root_dir().join("crates/sandbox/src/routes/mod.rs")).unwrap();
    let arm = Regex::new(r#"\(((?:"[A-Z]+"(?: \| )?)+), \[([^\]]*)\]\) =>"#).unwrap();
    let mut known = BTreeSet::new();
    for arm in arm.captures_iter(&text) {
        let words = arm[2].split(", ").map(|word| match word {
            "id" => "ID".to_owned(),
            word => word.trim_matches('"').to_owned(),
        });
        let path = format!("/{}", words.collect::<Vec<_>>().join("/"));
        known.extend(arm[1].split(" | ").map(|method| (method.trim_matches('"').to_owned(), path.clone())));
    }
    assert_eq!(known, calls("What it serves"));
}
