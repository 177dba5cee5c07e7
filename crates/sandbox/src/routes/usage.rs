//! Collecting usage: OTLP/HTTP in JSON, and the erasure of what was collected. No call of the Keygen API: where the vendor's file names
//! its own server for usage, that is this one (decision 0036).

use gatefold_disclosure::Item;
use serde_json::{Value, json};

use crate::api::{Call, Reply};
use crate::failure::Failure;
use crate::model::Batch;
use crate::strict::Shape::{Any, Object};
use crate::strict::{self, Shape};

/// More points than this are no counts of one person.
const MAX_POINTS: u32 = 10_000;

const EXPORT: Shape = Object(&[("resource_metrics", Any)]);
const RESOURCE: Shape = Object(&[("resource", Object(&[("attributes", Any)])), ("scope_metrics", Any)]);
const SCOPE: Shape = Object(&[("scope", Object(&[("name", Any)])), ("metrics", Any)]);
const DATA: Shape = Object(&[("aggregation_temporality", Any), ("is_monotonic", Any), ("data_points", Any)]);
const METRIC: Shape = Object(&[("name", Any), ("unit", Any), ("sum", DATA), ("gauge", DATA)]);
const POINT: Shape =
    Object(&[("attributes", Any), ("start_time_unix_nano", Any), ("time_unix_nano", Any), ("as_int", Any)]);
const ERASURE: Shape =
    Object(&[("data", Object(&[("type", Any), ("attributes", Object(&[("batch_ids", Any)]))]))]);

/// Which attributes a point may have, and which item each is.
const ATTRIBUTES: [(&str, Item); 3] = [
    ("gatefold.product", Item::Product),
    ("service.version", Item::TitleVersion),
    ("gatefold.daw", Item::Daw),
];

/// A batch that was taken before is taken to be the same; one that was erased is refused.
pub(super) fn export(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    refuse_unshared(call)?;
    strict::check(call.body, &EXPORT)?;
    let [resource] = list(call.body, "resource_metrics")?.as_slice() else { return Err(malformed()) };
    strict::check(resource, &RESOURCE)?;
    let attributes = attributes(resource.get("resource").unwrap_or(&Value::Null))?;
    let [("gatefold.batch_id", batch)] = attributes.as_slice() else { return Err(malformed()) };
    let batch = uuid::Uuid::parse_str(batch).map_err(|_| malformed())?.to_string();
    let points = points(call, resource)?;
    match Batch::find(call.db, &batch)? {
        Batch::Erased => return Err(Failure::forbidden("This batch was erased").code("BATCH_ERASED")),
        Batch::Taken => {}
        Batch::New => Batch::take(call.db, &batch, call.now, points, &call.body.to_string())?,
    }
    Ok(Reply::plain(200, json!({})))
}

pub(super) fn erase(call: &Call<'_>, _: &str) -> Result<Reply, Failure> {
    refuse_unshared(call)?;
    strict::check(call.body, &ERASURE)?;
    let ids =
        call.body.pointer("/data/attributes/batch_ids").and_then(Value::as_array).ok_or_else(malformed)?;
    if ids.len() > MAX_POINTS as usize {
        return Err(malformed());
    }
    for id in ids {
        let id = id.as_str().and_then(|id| uuid::Uuid::parse_str(id).ok()).ok_or_else(malformed)?;
        Batch::erase(call.db, &id.to_string(), call.now)?;
    }
    Ok(Reply::plain(200, json!({ "meta": { "erased": ids.len() } })))
}

fn refuse_unshared(call: &Call<'_>) -> Result<(), Failure> {
    if call.sandbox.vendor.shares().is_empty() { Err(Failure::not_found()) } else { Ok(()) }
}

/// Every point, each of a product of the vendor's and with what its file declares, and nothing else.
fn points(call: &Call<'_>, resource: &Value) -> Result<u32, Failure> {
    let mut count = 0;
    for scope in list(resource, "scope_metrics")? {
        strict::check(scope, &SCOPE)?;
        for metric in list(scope, "metrics")? {
            strict::check(metric, &METRIC)?;
            let data = match metric.get("name").and_then(Value::as_str) {
                Some("gatefold.sessions") => metric.get("sum"),
                Some("gatefold.used") => metric.get("gauge"),
                _ => None,
            };
            for point in list(data.ok_or_else(malformed)?, "data_points")? {
                check_point(call, point)?;
                count += 1;
            }
        }
    }
    if count == 0 || count > MAX_POINTS { Err(malformed()) } else { Ok(count) }
}

fn check_point(call: &Call<'_>, point: &Value) -> Result<(), Failure> {
    strict::check(point, &POINT)?;
    let vendor = &call.sandbox.vendor;
    let attributes = attributes(point)?;
    for (name, _) in &attributes {
        let known = ATTRIBUTES.iter().find(|(known, _)| known == name).map(|(_, item)| *item);
        let is_taken = known.is_some_and(|item| item == Item::Product || vendor.shares().contains(&item));
        if !is_taken {
            return Err(Failure::bad_request("unpermitted attribute").pointer(&format!("/{name}")));
        }
    }
    let product = attributes.iter().find(|(name, _)| *name == "gatefold.product");
    let is_ours = product.is_some_and(|(_, id)| vendor.product(id).is_some());
    let number =
        |name: &str| point.get(name).and_then(Value::as_str).and_then(|text| text.parse::<u64>().ok());
    let week_nanos = 7 * 86_400 * 1_000_000_000;
    let (start, end) = (number("start_time_unix_nano"), number("time_unix_nano"));
    let is_week = start.zip(end).is_some_and(|(start, end)| end.checked_sub(start) == Some(week_nanos));
    if is_ours && is_week && number("as_int").is_some_and(|count| count > 0) {
        Ok(())
    } else {
        Err(malformed())
    }
}

fn attributes(of: &Value) -> Result<Vec<(&str, &str)>, Failure> {
    list(of, "attributes")?.iter().map(text_attribute).map(|pair| pair.ok_or_else(malformed)).collect()
}

fn text_attribute(attribute: &Value) -> Option<(&str, &str)> {
    let members = attribute.as_object().filter(|members| members.len() == 2)?;
    let value = members.get("value")?.as_object().filter(|value| value.len() == 1)?;
    Some((members.get("key")?.as_str()?, value.get("string_value")?.as_str()?))
}

fn list<'a>(of: &'a Value, name: &str) -> Result<&'a Vec<Value>, Failure> {
    of.get(name).and_then(Value::as_array).ok_or_else(malformed)
}

fn malformed() -> Failure {
    Failure::bad_request("is no export of counts that is taken here")
}
