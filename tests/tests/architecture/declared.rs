//! I3 as a property: no combination of manifest and user data puts an undeclared value on the wire, head or body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_disclosure::vendor::Binding;
use gatefold_disclosure::{CATALOGUE, Item, Payload, Purpose, Sensitive, Undeclared, Vendor};
use gatefold_keygen::{Claim, Credential, MachineFacts, NewMachine, Server, Token, Trial};
use gatefold_license::LicenseKey;
use gatefold_tests::{VENDORS, vendor_text};
use gatefold_usage::Count;
use proptest::prelude::*;
use toml::Value;

/// A vendor's file with only these pairs of item and purpose left.
fn vendor_with(id: &str, keep: &dyn Fn(Item, Purpose) -> bool) -> Option<Vendor> {
    let mut file: toml::Table = vendor_text(id).parse().unwrap();
    // What the policy says of data beside them ties nothing to a request, and would name items that are left out.
    let policy = file["policy"].as_table_mut().unwrap();
    policy.remove("category");
    policy.remove("purpose");
    let items = file["item"].as_array().unwrap().clone();
    let mut kept = Vec::new();
    for mut item in items {
        let id: Item = item["id"].as_str().unwrap().parse().unwrap();
        let when: Vec<Value> = item["when"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|purpose| keep(id, purpose.as_str().unwrap().parse().unwrap()))
            .cloned()
            .collect();
        if !when.is_empty() {
            item["when"] = Value::Array(when);
            kept.push(item);
        }
    }
    file.insert("item".into(), Value::Array(kept));
    let trial = [Item::Product, Item::Nonce].map(|item| keep(item, Purpose::Trial));
    if trial.contains(&false) {
        // What a trial is of nobody can be told any more, so none is offered.
        without_trials(&mut file);
    }
    let transfer = [Item::Token, Item::LicenseId, Item::RecipientEmail, Item::Nonce];
    if transfer.iter().any(|item| !keep(*item, Purpose::Transfer)) {
        file.remove("transfer");
        without(&mut file, "transfer");
    }
    // Labels without an identifier are no vendor file at all.
    Vendor::parse(&file.to_string()).ok()
}

fn without_trials(file: &mut toml::Table) {
    for product in file["product"].as_array_mut().unwrap() {
        product.as_table_mut().unwrap().remove("trial_days");
    }
    without(file, "trial");
}

fn without(file: &mut toml::Table, purpose: &str) {
    let items = file["item"].as_array_mut().unwrap();
    for item in items.iter_mut() {
        item["when"].as_array_mut().unwrap().retain(|other| other.as_str() != Some(purpose));
    }
    items.retain(|item| !item["when"].as_array().unwrap().is_empty());
}

/// What the user's computer and account hold: each value unlike any other text of a request.
#[derive(Clone, Debug)]
struct Data {
    device_name: String,
    os: String,
    cpu: String,
    identifier: String,
    license_key: String,
    token: String,
    password: String,
    code: String,
    serial: String,
    unlock_code: String,
    email: String,
    recipient: String,
    memory_gib: u64,
    nonce: u64,
    ttl: u64,
    sessions: u64,
    version: String,
    daw: String,
}

impl Data {
    fn new(seed: u32) -> Self {
        let text = |name: &str| format!("{name}q{seed:08x}z");
        Self {
            device_name: text("device"),
            os: text("system"),
            cpu: text("processor"),
            identifier: text("identifier"),
            license_key: text("licensekey"),
            token: text("token"),
            password: text("password"),
            code: text("code"),
            serial: text("serial"),
            unlock_code: text("unlock"),
            email: text("email"),
            recipient: text("recipient"),
            memory_gib: 7_000_000_000 + u64::from(seed),
            nonce: 8_000_000_000 + u64::from(seed),
            ttl: 9_000_000_000 + u64::from(seed),
            sessions: 6_000_000_000 + u64::from(seed),
            version: text("version"),
            daw: text("daw"),
        }
    }

    fn values(&self) -> Vec<(Item, String)> {
        let license = uuid(1).to_string();
        let machine = uuid(2).to_string();
        let token = uuid(3).to_string();
        let basic = STANDARD.encode(format!("{}:{}", self.email, self.password));
        vec![
            (Item::AccountEmail, self.email.clone()),
            (Item::RecipientEmail, self.recipient.clone()),
            (Item::AccountEmail, basic.clone()),
            (Item::Password, self.password.clone()),
            (Item::Password, basic),
            (Item::DeviceName, self.device_name.clone()),
            (Item::Os, self.os.clone()),
            (Item::Cpu, self.cpu.clone()),
            (Item::Identifier, self.identifier.clone()),
            (Item::LicenseKey, self.license_key.clone()),
            (Item::Token, self.token.clone()),
            (Item::OneTimeCode, self.code.clone()),
            (Item::ProductSerial, self.serial.clone()),
            (Item::UnlockCode, self.unlock_code.clone()),
            (Item::Product, uuid(4).to_string()),
            (Item::Memory, self.memory_gib.to_string()),
            (Item::Nonce, self.nonce.to_string()),
            (Item::FileTtl, self.ttl.to_string()),
            // That a file never ends tells that the license does not either.
            (Item::FileTtl, "\"ttl\":null".to_owned()),
            (Item::LicenseId, license),
            (Item::MachineId, machine),
            (Item::TokenId, token),
            (Item::UsageFrequency, self.sessions.to_string()),
            (Item::TitleVersion, self.version.clone()),
            (Item::Daw, self.daw.clone()),
            (Item::UsageWeek, "1795996800000000000".to_owned()),
            (Item::BatchId, uuid(5).to_string()),
        ]
    }

    /// Every request the client can make.
    fn requests(&self, server: Server<'_>) -> Vec<Result<Payload, Undeclared>> {
        let key = LicenseKey::new(&self.license_key).unwrap();
        let token: Sensitive<String> = self.token.as_str().into();
        let facts = MachineFacts {
            device_name: Some(&self.device_name),
            os: Some(&self.os),
            cpu: Some(&self.cpu),
            memory_gib: Some(self.memory_gib),
        };
        let (license, machine) = (uuid(1), uuid(2));
        let new = NewMachine { id: machine, license: license.into(), identifier: &self.identifier, facts };
        let mut all = vec![
            server.check_key(&key, self.nonce),
            server.policy_of(&key, license),
            server.sign_in(&self.email, &self.password.as_str().into(), Some(&self.code.as_str().into())),
            server.who_signed_in(&token.clone().into()),
            server.sign_out(&token.clone().into(), uuid(3)),
            server.list_licenses(&token.clone().into(), gatefold_keygen::Page::FIRST),
        ];
        for credential in [Credential::LicenseKey(key), Credential::Token(token)] {
            all.push(server.create_machine(&credential, &new));
            all.push(server.validate(&credential, license, self.nonce, Some(&self.identifier)));
            all.push(server.rename_machine(&credential, machine, &self.device_name));
            all.push(server.delete_machine(&credential, machine));
            all.push(server.list_machines(&credential, license, gatefold_keygen::Page::FIRST));
            for purpose in [Purpose::Release, Purpose::Rename] {
                all.push(server.show_machine(purpose, &credential, machine));
            }
            for purpose in [Purpose::Activate, Purpose::Refresh] {
                all.push(server.find_machine(purpose, &credential, license, &self.identifier));
                for ttl in [Some(self.ttl), None] {
                    all.push(server.check_out_machine(purpose, &credential, machine, ttl));
                    all.push(server.check_out_license(purpose, &credential, license, ttl));
                }
            }
        }
        all
    }

    /// Every way in which a product can be claimed.
    fn registrations(&self, server: Server<'_>) -> Vec<Result<Payload, Undeclared>> {
        let token = Sensitive::<String>::from(self.token.as_str()).into();
        let (serial, code) = (self.serial.as_str().into(), self.unlock_code.as_str().into());
        let product = uuid(4).to_string();
        let claims = [
            Claim { product: Some(&product), ..Claim::default() },
            Claim { serial: Some(&serial), ..Claim::default() },
            Claim { serial: Some(&serial), unlock_code: Some(&code), ..Claim::default() },
            Claim { serial: Some(&serial), unlock_code: Some(&code), product: Some(&product) },
        ];
        claims.map(|claim| server.register(&token, self.nonce, claim)).into()
    }

    /// Whether a license can be given away, and giving it.
    fn transfers(&self, server: Server<'_>) -> Vec<Result<Payload, Undeclared>> {
        let token = Sensitive::<String>::from(self.token.as_str()).into();
        let (ask, give) = (
            server.ask_transfer(&token, self.nonce, uuid(1)),
            server.transfer(&token, self.nonce, uuid(1), &self.recipient),
        );
        vec![ask, give]
    }

    /// An upload of counts for each set of items, and an erasure.
    fn usage(&self, vendor: &Vendor) -> Vec<Result<Payload, Undeclared>> {
        let endpoint = &vendor.issuers()[0].hosts[0];
        let text = |text: &str, is_there: bool| is_there.then(|| text.to_owned());
        let count = |set: usize| Count {
            week: "2026-W49".parse().unwrap(),
            product: uuid(4).to_string(),
            sessions: (set & 1 > 0).then_some(self.sessions),
            version: text(&self.version, set & 2 > 0),
            daw: text(&self.daw, set & 4 > 0),
        };
        let uploads = (1..8).map(|set| gatefold_usage::upload(vendor, endpoint, uuid(5), &[count(set)]));
        uploads.chain([gatefold_usage::erasure(vendor, endpoint, &[uuid(5)])]).collect()
    }

    /// Every way in which a trial can be begun: for nobody, for this computer, for the account, for both.
    fn trials(&self, server: Server<'_>) -> Vec<Result<Payload, Undeclared>> {
        let token: Token = Sensitive::<String>::from(self.token.as_str()).into();
        let product = uuid(4).to_string();
        let of = |identifier, token| Trial { product: &product, identifier, token };
        let (identifier, token) = (Some(self.identifier.as_str()), Some(&token));
        let all = [of(None, None), of(identifier, None), of(None, token), of(identifier, token)];
        all.map(|trial| server.begin_trial(self.nonce, trial)).into()
    }
}

/// Pairs of item and purpose.
const PURPOSES: usize = 14;
const PAIRS: usize = CATALOGUE.len() * PURPOSES;

fn uuid(last: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x7a7a_7a7a_0000_4000_8000_0000_0000_0000 | last)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_undeclared_is_on_the_wire(
        id in prop::sample::select(&VENDORS[..]),
        seed: u32,
        chance in prop::collection::vec(any::<bool>(), PAIRS),
    ) {
        let keep = |item: Item, purpose: Purpose| chance[item as usize * PURPOSES + purpose as usize];
        let Some(vendor) = vendor_with(id, &keep) else { return Ok(()) };
        let data = Data::new(seed);
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let mut sealed_any = 0;
        let claims = data.registrations(server).into_iter().chain(data.trials(server)).chain(data.transfers(server));
        let usage = data.usage(&vendor);
        let declares_usage =
            [Item::UsageFrequency, Item::TitleVersion, Item::Daw].iter().any(|item| vendor.allows(Purpose::Usage, *item));
        for payload in data.requests(server).into_iter().chain(claims).chain(usage).flatten() {
            let sealed = payload.seal(&vendor).unwrap();
            sealed_any += 1;
            let wire = String::from_utf8_lossy(sealed.expose_wire()).into_owned();
            for (item, value) in data.values() {
                // A count's week, product and batch are declared with what is counted.
                let is_frame = [Item::Product, Item::UsageWeek, Item::BatchId].contains(&item)
                    && [Purpose::Usage, Purpose::EraseUsage].contains(&payload.purpose);
                let declared = vendor.allows(payload.purpose, item)
                    && (keep(item, payload.purpose) || is_frame && declares_usage);
                let undeclared = wire.contains(&value) && !declared;
                prop_assert!(!undeclared, "{id}: {item} in {}", payload.purpose);
            }
        }
        // With this much left the key can be checked; a property over nothing would hold always.
        let checks = [Item::LicenseKey, Item::Nonce].iter().all(|item| keep(*item, Purpose::CheckKey));
        prop_assert!(sealed_any > 0 || !checks);
    }
}

#[test]
fn with_everything_declared_every_request_can_be_made() {
    let vendor = vendor_with("sleeve", &|_, _| true).unwrap();
    let data = Data::new(1);
    let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
    for payload in data.requests(server) {
        payload.unwrap().seal(&vendor).unwrap();
    }
}

/// A product is claimed with what the vendor declares: with less it can be told, with more it cannot be put in.
#[test]
fn a_product_is_claimed_with_what_is_declared_and_no_more() {
    assert_eq!(Purpose::all().count(), PURPOSES);
    for id in VENDORS {
        let vendor = vendor_with(id, &|_, _| true).unwrap();
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let made: Vec<bool> = Data::new(3).registrations(server).iter().map(Result::is_ok).collect();
        // By the product, the serial number, the serial number with its code, all three.
        let expect = match vendor.registers_with().as_slice() {
            [] => [false; 4],
            [Item::Product] => [true, false, false, false],
            [Item::ProductSerial] => [false, true, false, false],
            [Item::ProductSerial, Item::UnlockCode] => [false, true, true, false],
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(made, expect, "{id}");
    }
}

/// A trial is begun by what its vendor counts it by, and by nothing else.
#[test]
fn a_trial_is_begun_with_what_is_declared_and_no_more() {
    for id in VENDORS {
        let vendor = vendor_with(id, &|_, _| true).unwrap();
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let made: Vec<bool> = Data::new(4).trials(server).iter().map(Result::is_ok).collect();
        let expect = match id {
            "sleeve" => [true, true, false, false],
            "tidewater" => [true, false, true, false],
            _ => [false; 4],
        };
        assert_eq!(made, expect, "{id}");
    }
}

/// A license is given away where the vendor says so, and nowhere else.
#[test]
fn a_license_is_given_away_where_that_is_declared() {
    for id in VENDORS {
        let vendor = vendor_with(id, &|_, _| true).unwrap();
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let made: Vec<bool> = Data::new(5).transfers(server).iter().map(Result::is_ok).collect();
        assert_eq!(made, [id == "sleeve"; 2], "{id}");
    }
}

/// What is declared and at hand is there; what is not cannot be put in, whoever hands it over.
#[test]
fn a_seat_is_taken_with_what_is_declared_and_no_more() {
    let labels = [Item::DeviceName, Item::Os, Item::Cpu, Item::Memory];
    for id in VENDORS {
        let vendor = vendor_with(id, &|_, _| true).unwrap();
        let server = Server::first_of(&vendor, &vendor.issuers()[0]).unwrap();
        let data = Data::new(2);
        let made = data.requests(server).into_iter().flatten();
        let seats: Vec<String> = made
            .map(|payload| payload.seal(&vendor).unwrap())
            .filter(|sealed| sealed.expose_target().ends_with(b"/machines"))
            .map(|sealed| String::from_utf8_lossy(sealed.expose_wire()).into_owned())
            .collect();
        let binds = vendor.binding() == Binding::Machine;
        assert_eq!(seats.len(), if binds { 2 } else { 0 }, "{id}: by key and by sign-in");
        for (item, value) in data.values().into_iter().filter(|(item, _)| labels.contains(item)) {
            let declared = vendor.allows(Purpose::Activate, item);
            assert!(seats.iter().all(|seat| seat.contains(&value) == declared), "{id}: {item}");
        }
    }
}
