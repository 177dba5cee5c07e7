//! What a new data folder begins with: invented people and a license for every state that a client must meet.
//!
//! Nothing here is real or secret; passwords, keys and tokens say "demo" on their face.

use gatefold_disclosure::vendor::{self, Binding, LicenseKeyFormat};
use gatefold_disclosure::{Item, Vendor};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Time;
use crate::model::{Authentication, Entitlement, License, Machine, Policy, Product, Purchase, User};

pub(crate) const PASSWORD: &str = "demo-password";
pub(crate) const EMAIL: &str = "demo@example.com";
pub(crate) const OTP_EMAIL: &str = "two-factor@example.com";
const BANNED_EMAIL: &str = "banned@example.com";
/// Base32, as an authenticator app takes it.
pub(crate) const OTP_SECRET: &str = "GATEFOLDDEMOGATEFOLDDEMOGATEFOLD";
/// What a vendor's back end would hold; it may suspend and reinstate.
pub(crate) const VENDOR_TOKEN: &str = "admin-demo-worthless-v3";

/// The entitlement that every license has.
const CORE: &str = "CORE";

/// Long enough for any refund, and not so long that a license counts as unused.
const BOUGHT_DAYS_AGO: i64 = 60;

/// One license to be made.
struct Plan<'a> {
    /// The word in its key, four letters.
    word: &'a str,
    /// What marks it; the ready line says it.
    state: &'static str,
    product: usize,
    edition: &'static str,
    seats: u32,
    /// Days from now until it ends.
    ends_in_days: Option<i64>,
    bought_days_ago: i64,
    trial: bool,
    owner: Option<&'static str>,
    authentication: Authentication,
}

impl<'a> Plan<'a> {
    const fn perpetual(word: &'a str, state: &'static str, product: usize, seats: u32) -> Self {
        Self {
            word,
            state,
            product,
            edition: "perpetual",
            seats,
            ends_in_days: None,
            bought_days_ago: BOUGHT_DAYS_AGO,
            trial: false,
            owner: Some(EMAIL),
            authentication: Authentication::Mixed,
        }
    }
}

/// In the order of the ready line; the first has seats to spare.
const PLANS: &[Plan<'_>] = &[
    Plan::perpetual("FREE", "free", 0, 3),
    Plan { edition: "subscription", ends_in_days: Some(365), ..Plan::perpetual("YEAR", "free", 1, 2) },
    Plan { edition: "trial", ends_in_days: Some(14), trial: true, ..Plan::perpetual("TRYT", "free", 2, 1) },
    Plan::perpetual("SOLE", "one_seat", 3, 1),
    Plan::perpetual("FULL", "full", 4, 2),
    Plan::perpetual("HALT", "suspended", 1, 3),
    Plan { edition: "subscription", ends_in_days: Some(-30), ..Plan::perpetual("PAST", "expired", 2, 3) },
    Plan {
        owner: None,
        authentication: Authentication::License,
        ..Plan::perpetual("KEYS", "key_only", 4, 3)
    },
    Plan::perpetual("SAFE", "protected", 3, 3),
    Plan { authentication: Authentication::Token, ..Plan::perpetual("SGNN", "sign_in_only", 0, 3) },
    Plan { owner: Some(BANNED_EMAIL), ..Plan::perpetual("BANN", "banned", 0, 3) },
    Plan { owner: Some(OTP_EMAIL), ..Plan::perpetual("CQDE", "other_account", 0, 3) },
    // As a vendor may set a server up by mistake: `vendor check --live` finds it.
    Plan { owner: None, ..Plan::perpetual("STRC", "strict_without_seats", 0, 3) },
    Plan { owner: None, ..Plan::perpetual("WYDE", "unique_per_product", 0, 3) },
    Plan { owner: None, ..Plan::perpetual("BEAT", "requires_heartbeat", 0, 3) },
];

/// Adds what the manifest names, and, to a new folder, people and licenses.
pub(crate) fn sow(db: &Connection, vendor: &Vendor, now: Time) -> rusqlite::Result<()> {
    for product in vendor.products() {
        let (id, code, name) = (product.id.clone(), product.code.clone(), product.name.clone());
        Product { id, code, name, created: now }.upsert(db)?;
    }
    let is_new: bool = db.query_row("SELECT count(*) = 0 FROM users", [], |row| row.get(0))?;
    if !is_new {
        return Ok(());
    }
    let people = [
        person(EMAIL, "Demo", None, false, now),
        person(OTP_EMAIL, "Second", Some(OTP_SECRET), false, now),
        person(BANNED_EMAIL, "Banned", None, true, now),
    ];
    for person in &people {
        person.insert(db)?;
    }
    let features = [(CORE, "The instrument"), ("EXPANSION", "Later sounds")]
        .map(|(code, name)| Entitlement { id: new_id(), code: code.into(), name: name.into(), created: now });
    for feature in &features {
        feature.insert(db)?;
    }
    let by_machine = vendor.binding() == Binding::Machine;
    for (position, plan) in PLANS.iter().enumerate() {
        // Licenses of an account have no seats that could run out.
        if !by_machine && matches!(plan.state, "one_seat" | "full" | "unique_per_product") {
            continue;
        }
        if by_machine && plan.state == "strict_without_seats" {
            continue;
        }
        let license = license(db, vendor, plan, &people, now)?;
        db.execute("UPDATE licenses SET state = ?2 WHERE id = ?1", params![license.id, plan.state])?;
        features[0].grant_to(db, &license.id)?;
        if position < 2 {
            features[1].grant_to(db, &license.id)?;
        }
    }
    sow_purchases(db, vendor, &people, now)
}

/// What was bought in a box, where the vendor takes registrations: the word in its key, what marks it, and of which product
/// it is.
const PURCHASES: &[(&str, &str, usize)] =
    &[("REGA", "unclaimed", 0), ("REGB", "unclaimed", 1), ("REGC", "other_account", 0)];

fn sow_purchases(db: &Connection, vendor: &Vendor, people: &[User], now: Time) -> rusqlite::Result<()> {
    let asks = vendor.registers_with();
    let in_the_box = |item, text: String| asks.contains(&item).then_some(text);
    for &(word, state, product) in PURCHASES.iter().filter(|_| !asks.is_empty()) {
        let owner = (state == "other_account").then_some(OTP_EMAIL);
        let plan = Plan { owner, ..Plan::perpetual(word, "", product, 3) };
        Purchase {
            license: license(db, vendor, &plan, people, now)?.id,
            serial: in_the_box(Item::ProductSerial, format!("DEMO-SERIAL-{word}")),
            unlock_code: in_the_box(Item::UnlockCode, format!("DEMO-CODE-{word}")),
            state: state.into(),
        }
        .insert(db)?;
    }
    Ok(())
}

fn license(
    db: &Connection,
    vendor: &Vendor,
    plan: &Plan<'_>,
    people: &[User],
    now: Time,
) -> rusqlite::Result<License> {
    let products = vendor.products();
    let owner = people.iter().find(|person| Some(person.email.as_str()) == plan.owner);
    insert(db, vendor, plan, &products[plan.product % products.len()], owner, now)
}

/// A trial of a product, which begins now and has a seat for one computer.
pub(crate) fn trial(
    db: &Connection,
    vendor: &Vendor,
    product: &vendor::Product,
    days: u32,
    owner: Option<&User>,
    now: Time,
) -> rusqlite::Result<License> {
    let word = word_by_lot();
    let plan = Plan {
        edition: "trial",
        ends_in_days: Some(days.into()),
        bought_days_ago: 0,
        trial: true,
        ..Plan::perpetual(&word, "", 0, 1)
    };
    let license = insert(db, vendor, &plan, product, owner, now)?;
    if let Some(core) = Entitlement::by_code(db, CORE)? {
        core.grant_to(db, &license.id)?;
    }
    Ok(license)
}

/// An account for somebody who had none yet.
pub(crate) fn somebody(db: &Connection, email: &str, now: Time) -> rusqlite::Result<User> {
    let new = person(email, "Somebody", None, false, now);
    new.insert(db)?;
    Ok(new)
}

/// A key that nobody has seen yet.
pub(crate) fn another_key(vendor: &Vendor) -> String {
    key(vendor, &word_by_lot())
}

/// What can be tried, for the ready line.
pub(crate) fn offered(vendor: &Vendor) -> Vec<Value> {
    let of = |product: &vendor::Product| {
        let days = product.trial_days?;
        Some(json!({ "product": product.name, "product_id": product.id, "code": product.code, "days": days }))
    };
    vendor.products().iter().filter_map(of).collect()
}

fn insert(
    db: &Connection,
    vendor: &Vendor,
    plan: &Plan<'_>,
    product: &vendor::Product,
    owner: Option<&User>,
    now: Time,
) -> rusqlite::Result<License> {
    let by_machine = vendor.binding() == Binding::Machine;
    let policy = Policy {
        id: new_id(),
        product: product.id.clone(),
        name: format!("{}, {}", product.name, plan.edition),
        strict: by_machine || plan.state == "strict_without_seats",
        floating: !by_machine || plan.seats > 1,
        max_machines: by_machine.then_some(plan.seats),
        protected: plan.state == "protected",
        authentication: plan.authentication,
        expiration: "RESTRICT_ACCESS".into(),
        uniqueness: match plan.state {
            "unique_per_product" => "UNIQUE_PER_PRODUCT".into(),
            _ => "UNIQUE_PER_LICENSE".into(),
        },
        overage: "NO_OVERAGE".into(),
        require_heartbeat: plan.state == "requires_heartbeat",
        created: now,
    };
    policy.insert(db)?;
    let license = License {
        id: new_id(),
        key: key(vendor, plan.word),
        name: product.name.clone(),
        policy,
        owner: owner.map(|person| person.id.clone()),
        owner_banned: owner.is_some_and(|person| person.banned),
        expiry: plan.ends_in_days.map(|days| now.plus_days(days)),
        suspended: plan.state == "suspended",
        metadata: if plan.trial { json!({ "terms": "trial" }) } else { json!({}) },
        machines_count: 0,
        created: now.plus_days(-plan.bought_days_ago),
        updated: now,
        last_validated: None,
        last_check_out: None,
    };
    license.insert(db)?;
    if plan.state == "full" {
        for (digit, name) in [("1", "old studio"), ("2", "tour laptop")] {
            machine(&license, &format!("gf1-{}", digit.repeat(64)), name, now).insert(db)?;
        }
    }
    Ok(license)
}

fn machine(license: &License, fingerprint: &str, name: &str, now: Time) -> Machine {
    Machine {
        id: new_id(),
        license: license.id.clone(),
        owner: license.owner.clone(),
        fingerprint: fingerprint.into(),
        name: Some(name.into()),
        platform: None,
        hostname: None,
        ip: None,
        cores: None,
        memory: None,
        disk: None,
        metadata: json!({}),
        created: now,
        updated: now,
        last_check_out: None,
    }
}

fn person(email: &str, first_name: &str, otp_secret: Option<&str>, banned: bool, now: Time) -> User {
    User {
        id: new_id(),
        email: email.into(),
        first_name: first_name.into(),
        last_name: "Person".into(),
        password: PASSWORD.into(),
        otp_secret: otp_secret.map(str::to_owned),
        otp_last_step: 0,
        banned,
        created: now,
    }
}

fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// Four letters that nobody has in their key yet, or hardly anybody.
fn word_by_lot() -> String {
    Uuid::new_v4().as_bytes()[..4].iter().map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// A key of the vendor's own shape that reads as a demo: `SLEEVE-DEM0-FREE-…`.
fn key(vendor: &Vendor, word: &str) -> String {
    let name = vendor.id().to_uppercase();
    let plain = LicenseKeyFormat {
        alphabet: ('A'..='Z').chain('0'..='9').collect(),
        groups: vec![name.chars().filter(char::is_ascii_alphanumeric).count(), 4, 4, 4],
    };
    let format = vendor.license_key_format().unwrap_or(&plain);
    let words = [name.as_str(), "DEMO", word];
    let groups = format.groups.iter().enumerate().map(|(position, &len)| {
        // What is left over repeats the word, so that no two keys are alike.
        let letters = words.get(position).unwrap_or(&word).chars().filter(char::is_ascii_alphanumeric);
        let letters: Vec<char> = letters.map(|letter| spell(letter, &format.alphabet)).collect();
        letters.iter().cycle().take(len).collect::<String>()
    });
    groups.collect::<Vec<_>>().join("-")
}

/// The letter, or the one of the alphabet that looks like it.
fn spell(letter: char, alphabet: &str) -> char {
    let lookalike = match letter {
        'O' | 'Q' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'B' => '8',
        other => other,
    };
    let mut candidates = [letter, lookalike].into_iter().filter(|letter| alphabet.contains(*letter));
    candidates.next().or_else(|| alphabet.chars().next()).unwrap_or(letter)
}

/// The licenses of the ready line.
pub(crate) fn listed(db: &Connection) -> rusqlite::Result<Vec<Value>> {
    let mut rows = db
        .prepare(
            "SELECT licenses.id AS id, key, expiry IS NULL AS perpetual, metadata, state, products.id AS product_id,
             products.name AS product, max_machines,
             (SELECT count(*) FROM machines WHERE license = licenses.id) AS taken
             FROM licenses JOIN policies ON policies.id = policy JOIN products ON products.id = product
             WHERE state IS NOT NULL ORDER BY licenses.rowid",
        )?
        .query_map([], |row| {
            let perpetual: bool = row.get("perpetual")?;
            let trial = row.get::<_, String>("metadata")?.contains("\"trial\"");
            let (limit, taken): (Option<u32>, u32) = (row.get("max_machines")?, row.get("taken")?);
            Ok(json!({
                "key": row.get::<_, String>("key")?,
                "product": row.get::<_, String>("product")?,
                "kind": if trial { "trial" } else if perpetual { "perpetual" } else { "subscription" },
                "state": row.get::<_, String>("state")?,
                "license_id": row.get::<_, String>("id")?,
                "product_id": row.get::<_, String>("product_id")?,
                "seats": { "limit": limit, "taken": taken },
            }))
        })?
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    // The first perpetual one has a free seat, also in a folder that was used before.
    rows.sort_by_key(|row| {
        let seats = &row["seats"];
        row["state"] == "free"
            && seats["limit"].as_u64().is_some_and(|limit| Some(limit) <= seats["taken"].as_u64())
    });
    Ok(rows)
}

/// What can be registered, for the ready line.
pub(crate) fn purchases(db: &Connection) -> rusqlite::Result<Vec<Value>> {
    let of = |purchase: Purchase| {
        let sql = "SELECT products.id, products.name FROM licenses JOIN policies ON policies.id = policy
            JOIN products ON products.id = product WHERE licenses.id = ?1";
        let (product_id, product): (String, String) =
            db.query_row(sql, [&purchase.license], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(json!({
            "serial": purchase.serial,
            "unlock_code": purchase.unlock_code,
            "product": product,
            "product_id": product_id,
            "state": purchase.state,
        }))
    };
    Purchase::all(db)?.into_iter().map(of).collect()
}
