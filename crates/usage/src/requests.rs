//! The two requests: an upload in OTLP/HTTP's JSON (opentelemetry-proto 1.x, metrics), and what has uploads erased. What
//! differs between users is a declared item; everything else is the same for all.

use gatefold_disclosure::vendor::Origin;
use gatefold_disclosure::{Declared, Item, Json, Method, Payload, Purpose, Text, Undeclared, Vendor};
use uuid::Uuid;

use crate::roll_up::Count;

/// JSON, as OTLP/HTTP says it.
const MEDIA_TYPE: &str = "application/json";
/// OTLP: each point says what came since the last one, and no more.
const DELTA: u8 = 1;

/// `POST /v1/metrics`: the counts of one batch. Without counts it says nothing, and is refused where consent is asked for.
///
/// # Errors
/// [`Undeclared`] if the manifest does not declare an item of the counts.
pub fn upload(
    vendor: &Vendor,
    endpoint: &Origin,
    batch: Uuid,
    counts: &[Count],
) -> Result<Payload, Undeclared> {
    let declare = |item, value: String| vendor.declare(Purpose::Usage, item, value);
    let (counted, seen): (Vec<&Count>, Vec<&Count>) =
        counts.iter().partition(|count| count.sessions.is_some());
    let points = |counts: Vec<&Count>| {
        counts.into_iter().map(|count| point(&declare, count)).collect::<Result<Vec<_>, _>>()
    };
    let (counted, seen) = (points(counted)?, points(seen)?);
    let sum = |points| {
        Json::object([
            ("aggregationTemporality", Some(Json::Choice(DELTA))),
            ("isMonotonic", Some(Json::Bool(true))),
            ("dataPoints", Some(Json::Array(points))),
        ])
    };
    let gauge = |points| Json::object([("dataPoints", Some(Json::Array(points)))]);
    let metrics = [
        (!counted.is_empty()).then(|| metric("gatefold.sessions", "{session}", ("sum", sum(counted)))),
        (!seen.is_empty()).then(|| metric("gatefold.used", "1", ("gauge", gauge(seen)))),
    ];
    let scope = Json::object([
        ("scope", Some(Json::object([("name", Json::text("gatefold"))]))),
        ("metrics", Some(Json::Array(metrics.into_iter().flatten().collect()))),
    ]);
    let batch = attribute("gatefold.batch_id", declare(Item::BatchId, batch.to_string())?);
    let resource = Json::object([
        ("resource", Some(Json::object([("attributes", Some(Json::Array(vec![batch])))]))),
        ("scopeMetrics", Some(Json::Array(vec![scope]))),
    ]);
    let body = Json::object([("resourceMetrics", Some(Json::Array(vec![resource])))]);
    Ok(request(Purpose::Usage, endpoint, "/v1/metrics", body))
}

/// `POST /v1/usage-erasures`: these batches are to be erased, and refused from then on. No call of OTLP: see
/// `docs/vendor/usage.md`.
///
/// # Errors
/// [`Undeclared`] if the manifest lets nothing be shared, and so nothing be erased.
pub fn erasure(vendor: &Vendor, endpoint: &Origin, batches: &[Uuid]) -> Result<Payload, Undeclared> {
    let declare = |batch: &Uuid| vendor.declare(Purpose::EraseUsage, Item::BatchId, batch.to_string());
    let ids = batches.iter().map(|batch| Ok(Json::Text(declare(batch)?.into()))).collect::<Result<_, _>>()?;
    let data = Json::object([
        ("type", Json::text("usage-erasures")),
        ("attributes", Some(Json::object([("batchIds", Some(Json::Array(ids)))]))),
    ]);
    let body = Json::object([("data", Some(data))]);
    Ok(request(Purpose::EraseUsage, endpoint, "/v1/usage-erasures", body))
}

fn request(purpose: Purpose, endpoint: &Origin, path: &'static str, body: Json) -> Payload {
    Payload {
        purpose,
        method: Method::Post,
        origin: endpoint.clone(),
        target: vec![path.into()],
        headers: vec![("accept", vec![MEDIA_TYPE.into()])],
        body: Some((MEDIA_TYPE, body)),
    }
}

fn metric(name: &'static str, unit: &'static str, data: (&'static str, Json)) -> Json {
    let (kind, data) = data;
    Json::object([("name", Json::text(name)), ("unit", Json::text(unit)), (kind, Some(data))])
}

fn point(
    declare: &impl Fn(Item, String) -> Result<Declared, Undeclared>,
    count: &Count,
) -> Result<Json, Undeclared> {
    let mut attributes = vec![attribute("gatefold.product", declare(Item::Product, count.product.clone())?)];
    if let Some(version) = &count.version {
        attributes.push(attribute("service.version", declare(Item::TitleVersion, version.clone())?));
    }
    if let Some(daw) = &count.daw {
        attributes.push(attribute("gatefold.daw", declare(Item::Daw, daw.clone())?));
    }
    // A week knows both; were it not so, the format's own "unknown" would stand there.
    let nanos = |at: Option<u64>| declare(Item::UsageWeek, at.unwrap_or_default().to_string());
    // A 64-bit number is a text in OTLP's JSON. That there was a session is no number.
    let sessions: Text = match count.sessions {
        Some(sessions) => {
            declare(Item::UsageFrequency, sessions.min(i64::MAX.unsigned_abs()).to_string())?.into()
        }
        None => "1".into(),
    };
    Ok(Json::object([
        ("attributes", Some(Json::Array(attributes))),
        ("startTimeUnixNano", Json::text(nanos(count.week.start_nanos())?)),
        ("timeUnixNano", Json::text(nanos(count.week.end_nanos())?)),
        ("asInt", Json::text(sessions)),
    ]))
}

fn attribute(key: &'static str, value: Declared) -> Json {
    let value = Json::object([("stringValue", Json::text(value))]);
    Json::object([("key", Json::text(key)), ("value", Some(value))])
}
