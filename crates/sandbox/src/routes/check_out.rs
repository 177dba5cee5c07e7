//! Checking out license and machine files (protocol reference 6.1).

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::machines;
use crate::api::{Body, Call, Reply};
use crate::clock::Time;
use crate::failure::Failure;
use crate::file::{self, DEFAULT_TTL_SECS, Encoding, MIN_TTL_SECS, Subject};
use crate::model::{Entitlement, License, Machine, Product, User};
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const BODY: Shape =
    Object(&[("meta", Object(&[("encrypt", Any), ("algorithm", Any), ("ttl", Any), ("include", Any)]))]);

const LICENSE_INCLUDES: [&str; 7] =
    ["entitlements", "product", "policy", "group", "owner", "users", "environment"];
const MACHINE_INCLUDES: [&str; 10] = [
    "license",
    "license.entitlements",
    "license.product",
    "license.policy",
    "license.owner",
    "license.users",
    "components",
    "group",
    "owner",
    "environment",
];

pub(super) fn license(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    issue_license(call, id).map(|file| file.document(call))
}

pub(super) fn license_file(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    issue_license(call, id).map(File::bare)
}

pub(super) fn machine(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    issue_machine(call, id).map(|file| file.document(call))
}

pub(super) fn machine_file(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    issue_machine(call, id).map(File::bare)
}

fn issue_license(call: &Call<'_>, id: &str) -> Result<File, Failure> {
    let bearer = call.bearer()?;
    let license = bearer.license(call.db, id)?;
    bearer.may_activate(&license)?;
    let demand = Demand::read(call, &LICENSE_INCLUDES)?;
    let file = demand.issue(call, &license, None)?;
    license.set_checked_out(call.db, call.now)?;
    Ok(file)
}

fn issue_machine(call: &Call<'_>, id: &str) -> Result<File, Failure> {
    let bearer = call.bearer()?;
    let (machine, license) = machines::seen(call, &bearer, id)?;
    bearer.may_activate(&license)?;
    let demand = Demand::read(call, &MACHINE_INCLUDES)?;
    let file = demand.issue(call, &license, Some(&machine))?;
    machine.set_checked_out(call.db, call.now)?;
    Ok(file)
}

/// What a client wants of the file.
struct Demand {
    encoding: Encoding,
    ttl_secs: Option<i64>,
    include: Vec<String>,
}

impl Demand {
    fn read(call: &Call<'_>, known: &[&str]) -> Result<Self, Failure> {
        strict::check(call.body, &BODY)?;
        let demand = Self { encoding: encoding(call)?, ttl_secs: ttl(call)?, include: include(call)? };
        if demand.include.iter().any(|name| !known.contains(&name.as_str())) {
            let failure = Failure::bad_request("include is invalid").code("CHECKOUT_INCLUDE_INVALID");
            return Err(failure.pointer("/meta/include"));
        }
        Ok(demand)
    }

    fn issue(self, call: &Call<'_>, license: &License, machine: Option<&Machine>) -> Result<File, Failure> {
        let issued = call.now;
        let expiry = match self.ttl_secs {
            Some(secs) => Some(file::expiry(issued, secs).ok_or_else(bad_ttl)?),
            None => None,
        };
        let scribe = call.scribe();
        let data = match machine {
            Some(machine) => scribe.machine(machine, license),
            None => scribe.license(license),
        };
        let mut document = Map::new();
        document.insert("data".into(), data);
        if !self.include.is_empty() {
            document.insert("included".into(), self.included(call, license, machine)?);
        }
        document.insert("meta".into(), json!({ "issued": issued, "expiry": expiry, "ttl": self.ttl_secs }));
        let subject = if machine.is_some() { Subject::Machine } else { Subject::License };
        let secret = format!("{}{}", license.key, machine.map_or("", |machine| &machine.fingerprint));
        let document = Value::Object(document).to_string();
        let certificate = file::write(&call.sandbox.signer, subject, self.encoding, &secret, &document)
            .map_err(|_| Failure::internal())?;
        Ok(File {
            certificate,
            subject,
            demand: self,
            issued,
            expiry,
            license: license.id.clone(),
            machine: machine.map(|machine| machine.id.clone()),
        })
    }

    /// What is asked for and there: no groups, users beside the owner, components or environments.
    fn included(
        &self,
        call: &Call<'_>,
        license: &License,
        machine: Option<&Machine>,
    ) -> Result<Value, Failure> {
        let scribe = call.scribe();
        let mut included = Vec::new();
        // What is on the way to something comes with it (JSON:API, "Inclusion of Related Resources").
        let is_on_the_way = self.include.iter().any(|name| name.starts_with("license."));
        if is_on_the_way && !self.include.iter().any(|name| name == "license") {
            included.push(scribe.license(license));
        }
        for name in &self.include {
            match name.strip_prefix("license.").unwrap_or(name) {
                "license" => included.push(scribe.license(license)),
                "entitlements" => {
                    let held = Entitlement::of_license(call.db, &license.id)?;
                    included.extend(held.iter().map(|entitlement| scribe.entitlement(entitlement)));
                }
                "product" => {
                    included.extend(
                        Product::by_id(call.db, &license.policy.product)?.map(|it| scribe.product(&it)),
                    );
                }
                "policy" => included.push(scribe.policy(&license.policy)),
                "owner" => {
                    let of_machine = machine.filter(|_| name == "owner");
                    let owner = of_machine.map_or(&license.owner, |machine| &machine.owner);
                    if let Some(owner) = owner {
                        included.extend(User::by_id(call.db, owner)?.map(|user| scribe.user(&user)));
                    }
                }
                _ => {}
            }
        }
        Ok(included.into())
    }
}

/// A member of `meta`, or the query parameter of the same name.
fn parameter(call: &Call<'_>, name: &str) -> Option<Value> {
    call.body.pointer(&format!("/meta/{name}")).cloned().or_else(|| call.query.get(name).map(Value::from))
}

fn encoding(call: &Call<'_>) -> Result<Encoding, Failure> {
    let invalid = || {
        Failure::bad_request("algorithm is invalid")
            .code("CHECKOUT_ALGORITHM_INVALID")
            .pointer("/meta/algorithm")
    };
    let encrypt = match parameter(call, "encrypt") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(encrypt)) => Some(encrypt),
        Some(Value::String(text)) if matches!(text.as_str(), "1" | "true") => Some(true),
        Some(Value::String(text)) if matches!(text.as_str(), "0" | "false") => Some(false),
        Some(_) => return Err(strict::mismatch("/meta/encrypt", "boolean")),
    };
    let encoding = match parameter(call, "algorithm") {
        None | Some(Value::Null) if encrypt == Some(true) => Encoding::Aes256Gcm,
        None | Some(Value::Null) => Encoding::Base64,
        Some(Value::String(name)) if name == Encoding::Aes256Gcm.algorithm() => Encoding::Aes256Gcm,
        Some(Value::String(name)) if name == Encoding::Base64.algorithm() => Encoding::Base64,
        Some(_) => return Err(invalid()),
    };
    match (encrypt, encoding) {
        (Some(true), Encoding::Base64) | (Some(false), Encoding::Aes256Gcm) => Err(invalid()),
        _ => Ok(encoding),
    }
}

fn bad_ttl() -> Failure {
    let detail = "must be greater than or equal to 3600 (1 hour)";
    Failure::bad_request(detail).code("CHECKOUT_TTL_INVALID").pointer("/meta/ttl")
}

/// Absent is a calendar month, `null` is forever.
fn ttl(call: &Call<'_>) -> Result<Option<i64>, Failure> {
    let secs = match parameter(call, "ttl") {
        None => return Ok(Some(DEFAULT_TTL_SECS)),
        Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_i64(),
    };
    secs.filter(|secs| *secs >= MIN_TTL_SECS).map(Some).ok_or_else(bad_ttl)
}

fn include(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    let mismatch = || strict::mismatch("/meta/include", "array of strings");
    match parameter(call, "include") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| name.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(mismatch),
        Some(Value::String(list)) => {
            Ok(list.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect())
        }
        Some(_) => Err(mismatch()),
    }
}

/// A file that was issued.
struct File {
    certificate: String,
    subject: Subject,
    demand: Demand,
    issued: Time,
    expiry: Option<Time>,
    license: String,
    machine: Option<String>,
}

impl File {
    fn document(self, call: &Call<'_>) -> Reply {
        let base = format!("/v1/accounts/{}", call.sandbox.account);
        let to = |kind: &str, id: &str| json!({ "links": { "related": format!("{base}/{kind}/{id}") }, "data": { "type": kind, "id": id } });
        let mut relationships = Map::new();
        let account = json!({ "links": { "related": base }, "data": { "type": "accounts", "id": call.sandbox.account } });
        relationships.insert("account".into(), account);
        relationships.insert("license".into(), to("licenses", &self.license));
        if let Some(machine) = &self.machine {
            relationships.insert("machine".into(), to("machines", machine));
        }
        let data = json!({
            "id": Uuid::new_v4(),
            "type": self.subject.kind(),
            "attributes": {
                "certificate": self.certificate,
                "algorithm": self.demand.encoding.algorithm(),
                "includes": self.demand.include,
                "ttl": self.demand.ttl_secs,
                "expiry": self.expiry,
                "issued": self.issued,
            },
            "relationships": relationships,
        });
        Reply::json(200, json!({ "data": data }))
    }

    fn bare(self) -> Reply {
        let name = format!("{}.lic", self.machine.as_ref().unwrap_or(&self.license));
        Reply { status: 200, body: Body::File(name, self.certificate) }
    }
}
