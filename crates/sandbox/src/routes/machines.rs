//! Machines: take a seat, look, rename, give it back (protocol reference 5).

use serde_json::{Value, json};
use uuid::Uuid;

use super::paging;
use crate::api::{Call, Reply};
use crate::auth::Bearer;
use crate::failure::{Failure, invalid};
use crate::model::{License, Machine, MachineFilter};
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const MAX_FINGERPRINT_CHARS: usize = 4096;
const MAX_METADATA_KEYS: usize = 64;
const MAX_METADATA_BYTES: usize = 16 * 1024;
/// Words that would make a path ambiguous.
const RESERVED: [&str; 4] = ["actions", "action", "search", "null"];

const LINKAGE: Shape = Object(&[("data", Object(&[("type", Any), ("id", Any)]))]);
const CREATE: Shape = Object(&[(
    "data",
    Object(&[
        ("type", Any),
        ("id", Any),
        (
            "attributes",
            Object(&[
                ("fingerprint", Any),
                ("name", Any),
                ("platform", Any),
                ("hostname", Any),
                ("ip", Any),
                ("cores", Any),
                ("memory", Any),
                ("disk", Any),
                ("metadata", Any),
            ]),
        ),
        ("relationships", Object(&[("license", LINKAGE), ("owner", LINKAGE)])),
    ]),
)]);
const RENAME: Shape = Object(&[(
    "data",
    Object(&[
        ("type", Any),
        ("id", Any),
        ("attributes", Object(&[("name", Any), ("platform", Any), ("hostname", Any), ("ip", Any)])),
    ]),
)]);

pub(super) fn create(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let bearer = call.bearer()?;
    strict::check(call.body, &CREATE)?;
    check_type(call.body)?;
    let license = named_license(call, &bearer)?;
    bearer.may_activate(&license)?;
    let machine = read(call, &license)?;
    let mut errors = Vec::new();
    for (name, value) in [
        ("name", &machine.name),
        ("platform", &machine.platform),
        ("hostname", &machine.hostname),
        ("ip", &machine.ip),
    ] {
        strict::limit_length(&mut errors, name, value.as_deref());
    }
    check_fingerprint(call, &mut errors, &machine, &license)?;
    check_numbers(&mut errors, &machine);
    check_metadata(&mut errors, &machine.metadata);
    if !license.policy.allows_machines(license.machines_count + 1) {
        let max = license.policy.max_machines.unwrap_or_default();
        let detail = format!("machine count has exceeded maximum allowed for license ({max})");
        errors.push(invalid("MACHINE_LIMIT_EXCEEDED", "/data", &detail));
    }
    if Machine::id_exists(call.db, &machine.id)? {
        errors.push(invalid(
            "ID_CONFLICT",
            "/data/id",
            "must not conflict with another machine's identifier (UUID)",
        ));
    }
    if !errors.is_empty() {
        return Err(Failure::unprocessable(errors));
    }
    machine.insert(call.db)?;
    Ok(Reply::json(201, json!({ "data": call.scribe().machine(&machine, &license) })))
}

fn check_type(body: &Value) -> Result<(), Failure> {
    match strict::required(body, "/data/type")? {
        "machines" | "machine" => Ok(()),
        _ => Err(Failure::bad_request("type mismatch (expected machines)").pointer("/data/type")),
    }
}

/// The license must be named by its id, and be one that the bearer may see.
fn named_license(call: &Call<'_>, bearer: &Bearer) -> Result<License, Failure> {
    let id = strict::required(call.body, "/data/relationships/license/data/id")?;
    let missing = || {
        let error = invalid("LICENSE_NOT_FOUND", "/data/relationships/license", "must exist");
        Failure::unprocessable(vec![error])
    };
    let license = bearer.license(call.db, id).map_err(|_| missing())?;
    if license.id == id { Ok(license) } else { Err(missing()) }
}

fn read(call: &Call<'_>, license: &License) -> Result<Machine, Failure> {
    let body = call.body;
    let text = |name: &str| strict::owned(body, &format!("/data/attributes/{name}"));
    let number = |name: &str| strict::integer(body, &format!("/data/attributes/{name}"));
    let id = match strict::text(body, "/data/id")? {
        Some(id) => Uuid::parse_str(id)
            .map_err(|_| Failure::bad_request("must be a valid UUID").pointer("/data/id"))?
            .to_string(),
        None => Uuid::new_v4().to_string(),
    };
    let owner = strict::text(body, "/data/relationships/owner/data/id")?.map(str::to_owned);
    if owner.is_some() && owner != license.owner {
        let error = invalid("OWNER_INVALID", "/data/relationships/owner", "must be a valid license user");
        return Err(Failure::unprocessable(vec![error]));
    }
    let metadata = match body.pointer("/data/attributes/metadata") {
        None | Some(Value::Null) => json!({}),
        Some(metadata @ Value::Object(_)) => metadata.clone(),
        Some(_) => return Err(strict::mismatch("/data/attributes/metadata", "object")),
    };
    Ok(Machine {
        id,
        license: license.id.clone(),
        owner,
        fingerprint: strict::required(body, "/data/attributes/fingerprint")?.to_owned(),
        name: text("name")?,
        platform: text("platform")?,
        hostname: text("hostname")?,
        ip: text("ip")?,
        cores: number("cores")?,
        memory: number("memory")?,
        disk: number("disk")?,
        metadata,
        created: call.now,
        updated: call.now,
        last_check_out: None,
    })
}

type Errors = Vec<gatefold_keygen::ApiError>;

fn check_fingerprint(
    call: &Call<'_>,
    errors: &mut Errors,
    machine: &Machine,
    license: &License,
) -> Result<(), Failure> {
    let mut refuse =
        |code: &str, detail: &str| errors.push(invalid(code, "/data/attributes/fingerprint", detail));
    let fingerprint = machine.fingerprint.as_str();
    if fingerprint.trim().is_empty() {
        refuse("FINGERPRINT_BLANK", "can't be blank");
    } else if fingerprint.chars().count() > MAX_FINGERPRINT_CHARS {
        refuse("FINGERPRINT_TOO_LONG", "is too long (maximum is 4096 characters)");
    } else if RESERVED.contains(&fingerprint.to_ascii_lowercase().as_str()) {
        refuse("FINGERPRINT_NOT_ALLOWED", "is reserved");
    } else if Machine::id_exists(call.db, fingerprint)? {
        refuse("FINGERPRINT_CONFLICT", "must not conflict with another machine's identifier (UUID)");
    } else if Machine::is_taken(call.db, &license.id, &license.policy, fingerprint)? {
        refuse("FINGERPRINT_TAKEN", "has already been taken");
    }
    Ok(())
}

fn check_numbers(errors: &mut Errors, machine: &Machine) {
    for (name, value) in [("cores", machine.cores), ("memory", machine.memory), ("disk", machine.disk)] {
        if value.is_some_and(|value| value < 1) {
            let code = format!("{}_INVALID", name.to_ascii_uppercase());
            errors.push(invalid(
                &code,
                &format!("/data/attributes/{name}"),
                "must be greater than or equal to 1",
            ));
        }
    }
}

fn check_metadata(errors: &mut Errors, metadata: &Value) {
    let mut refuse =
        |code: &str, detail: &str| errors.push(invalid(code, "/data/attributes/metadata", detail));
    let keys = metadata.as_object().map_or(0, serde_json::Map::len);
    if keys > MAX_METADATA_KEYS {
        refuse("METADATA_TOO_LONG", "too many keys (exceeded limit of 64 keys)");
    } else if metadata.to_string().len() > MAX_METADATA_BYTES {
        refuse("METADATA_TOO_LONG", "is too large (exceeded limit of 16 KiB)");
    } else if depth(metadata) > 2 {
        refuse("METADATA_INVALID", "is nested too deep (maximum depth is 2)");
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A machine that the bearer may see, with its license.
pub(super) fn seen(call: &Call<'_>, bearer: &Bearer, id: &str) -> Result<(Machine, License), Failure> {
    let machine = Machine::find(call.db, id, &bearer.machines())?.ok_or_else(Failure::not_found)?;
    let license = License::find(call.db, &machine.license)?.ok_or_else(Failure::internal)?;
    Ok((machine, license))
}

pub(super) fn list(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    let seen = call.bearer()?.machines();
    let wanted = |name: &str| call.query.get(name).map(str::to_owned);
    let filter = MachineFilter {
        license: wanted("license").or_else(|| seen.license.clone()),
        fingerprint: wanted("fingerprint"),
        product: wanted("product"),
        owner: wanted("owner").or_else(|| wanted("user")),
        license_owner: seen.license_owner,
    };
    let machines = Machine::list(call.db, &filter)?
        .into_iter()
        .filter(|machine| seen.license.as_ref().is_none_or(|own| *own == machine.license))
        .filter(|_| wanted("status").is_none_or(|status| status.eq_ignore_ascii_case("NOT_STARTED")))
        .collect();
    show_list(call, machines)
}

pub(super) fn list_of_license(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let license = call.bearer()?.license(call.db, id)?;
    let fingerprint = call.query.get("fingerprint").map(str::to_owned);
    let filter = MachineFilter { license: Some(license.id), fingerprint, ..MachineFilter::default() };
    show_list(call, Machine::list(call.db, &filter)?)
}

fn show_list(call: &Call<'_>, machines: Vec<Machine>) -> Result<Reply, Failure> {
    paging::list(call, machines, |machine| {
        let license = License::find(call.db, &machine.license)?.ok_or_else(Failure::internal)?;
        Ok(call.scribe().machine(machine, &license))
    })
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let (machine, license) = seen(call, &call.bearer()?, id)?;
    Ok(Reply::json(200, json!({ "data": call.scribe().machine(&machine, &license) })))
}

/// Labels alone may change; the fingerprint never does.
pub(super) fn rename(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let bearer = call.bearer()?;
    let (mut machine, license) = seen(call, &bearer, id)?;
    bearer.may_change(&license)?;
    strict::check(call.body, &RENAME)?;
    check_type(call.body)?;
    let mut errors = Vec::new();
    let labels = [
        ("name", &mut machine.name),
        ("platform", &mut machine.platform),
        ("hostname", &mut machine.hostname),
        ("ip", &mut machine.ip),
    ];
    for (name, label) in labels {
        let pointer = format!("/data/attributes/{name}");
        if call.body.pointer(&pointer).is_some() {
            *label = strict::text(call.body, &pointer)?.map(str::to_owned);
            strict::limit_length(&mut errors, name, label.as_deref());
        }
    }
    if !errors.is_empty() {
        return Err(Failure::unprocessable(errors));
    }
    machine.updated = call.now;
    machine.update_labels(call.db)?;
    Ok(Reply::json(200, json!({ "data": call.scribe().machine(&machine, &license) })))
}

pub(super) fn delete(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let bearer = call.bearer()?;
    let (machine, license) = seen(call, &bearer, id)?;
    bearer.may_activate(&license)?;
    machine.delete(call.db)?;
    Ok(Reply::no_content())
}
