//! Is a license good? By key, without a credential, or by id with one (protocol reference 4).

use serde_json::{Map, Value, json};

use crate::api::{Call, Reply};
use crate::failure::Failure;
use crate::model::{License, Scope, validate};
use crate::names::{camel, rename};
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

const SCOPE: Shape = Object(&[
    ("product", Any),
    ("policy", Any),
    ("user", Any),
    ("machine", Any),
    ("fingerprint", Any),
    ("fingerprints", Any),
    ("components", Any),
    ("entitlements", Any),
    ("checksum", Any),
    ("version", Any),
]);
const BY_KEY: Shape = Object(&[("meta", Object(&[("key", Any), ("nonce", Any), ("scope", SCOPE)]))]);
const BY_ID: Shape = Object(&[("meta", Object(&[("nonce", Any), ("scope", SCOPE)]))]);

pub(super) fn by_key(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &BY_KEY)?;
    let key = strict::required(call.body, "/meta/key")?;
    let license = License::by_key(call.db, key)?;
    answer(call, license, true)
}

pub(super) fn by_id(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    strict::check(call.body, &BY_ID)?;
    let license = call.bearer()?.license(call.db, id)?;
    answer(call, Some(license), true)
}

/// Without scope, and without leaving a trace.
pub(super) fn quick(call: &Call<'_>, id: &str) -> Result<Reply, Failure> {
    let license = call.bearer()?.license(call.db, id)?;
    answer(call, Some(license), false)
}

fn answer(call: &Call<'_>, license: Option<License>, full: bool) -> Result<Reply, Failure> {
    let scope = if full { read_scope(call.body)? } else { None };
    let (valid, code, detail) = match &license {
        Some(license) => validate(call.db, license, scope.as_ref(), call.now)?,
        None => (false, gatefold_keygen::ValidationCode::NotFound, "does not exist"),
    };
    let mut data = Value::Null;
    if let Some(mut license) = license {
        if full {
            license.set_validated(call.db, call.now)?;
            license.last_validated = Some(call.now);
        }
        data = call.scribe().license(&license);
    }
    let mut meta = Map::new();
    meta.insert("ts".into(), json!(call.now));
    meta.insert("valid".into(), valid.into());
    meta.insert("detail".into(), detail.into());
    meta.insert("code".into(), code.as_str().into());
    if full && let Some(nonce) = strict::nonce(call.body)? {
        meta.insert("nonce".into(), nonce.clone());
    }
    if full && let Some(scope) = call.body.pointer("/meta/scope") {
        meta.insert("scope".into(), rename(scope.clone(), camel));
    }
    Ok(Reply::json(200, json!({ "data": data, "meta": meta })))
}

fn read_scope(body: &Value) -> Result<Option<Scope>, Failure> {
    let Some(scope) = body.pointer("/meta/scope").filter(|scope| !scope.is_null()) else { return Ok(None) };
    let text = |name: &str| strict::owned(body, &format!("/meta/scope/{name}"));
    let list = |name: &str| texts(scope, name);
    let fingerprints = match text("fingerprint")? {
        Some(fingerprint) => Some(vec![fingerprint]),
        None => list("fingerprints")?,
    };
    let components = list("components")?;
    if components.is_some() && fingerprints.is_none() {
        return Err(Failure::bad_request("requires a fingerprint").pointer("/meta/scope/components"));
    }
    Ok(Some(Scope {
        product: text("product")?,
        policy: text("policy")?,
        user: scope.get("user").map(|_| text("user")).transpose()?,
        machine: text("machine")?,
        fingerprints,
        entitlements: list("entitlements")?,
        components,
        checksum: text("checksum")?.is_some(),
        version: text("version")?.is_some(),
    }))
}

fn texts(scope: &Value, name: &str) -> Result<Option<Vec<String>>, Failure> {
    let mismatch = || strict::mismatch(&format!("/meta/scope/{name}"), "array of strings");
    match scope.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(values)) => values
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(Some)
            .ok_or_else(mismatch),
        Some(_) => Err(mismatch()),
    }
}
