//! The body of an upload against OTLP's published definitions, as a library reads them that nobody here wrote.

use gatefold_disclosure::Sealed;
use gatefold_tests::vendor;
use gatefold_usage::{Count, upload};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{NumberDataPoint, metric, number_data_point};
use uuid::Uuid;

use crate::scene::PRODUCT;

const DELTA: i32 = 1;
const NANOS_PER_SEC: u64 = 1_000_000_000;

fn count(week: &str, version: Option<&str>, daw: Option<&str>, sessions: Option<u64>) -> Count {
    Count {
        week: week.parse().unwrap(),
        product: PRODUCT.to_owned(),
        version: version.map(str::to_owned),
        daw: daw.map(str::to_owned),
        sessions,
    }
}

fn sealed(counts: &[Count]) -> Sealed {
    let vendor = vendor("sleeve");
    let endpoint = vendor.usage_endpoint().unwrap();
    upload(&vendor, endpoint, Uuid::from_u128(7), counts).unwrap().seal(&vendor).unwrap()
}

fn texts(attributes: &[KeyValue]) -> Vec<(&str, &str)> {
    attributes
        .iter()
        .map(|pair| match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(any_value::Value::StringValue(text)) => (pair.key.as_str(), text.as_str()),
            other => panic!("{}: {other:?}", pair.key),
        })
        .collect()
}

/// What a point says, as a count; with its whole week.
fn read(point: &NumberDataPoint, is_counted: bool) -> Count {
    let start =
        jiff::Timestamp::from_second(i64::try_from(point.start_time_unix_nano / NANOS_PER_SEC).unwrap());
    let day = start.unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    assert_eq!(point.time_unix_nano - point.start_time_unix_nano, 7 * 86_400 * NANOS_PER_SEC);
    assert_eq!(point.start_time_unix_nano % (86_400 * NANOS_PER_SEC), 0, "no time of day");
    assert!(point.exemplars.is_empty() && point.flags == 0);
    let mut attributes = texts(&point.attributes);
    let mut take = |name: &str| {
        let at = attributes.iter().position(|(key, _)| *key == name)?;
        Some(attributes.remove(at).1.to_owned())
    };
    let (product, version, daw) =
        (take("gatefold.product").unwrap(), take("service.version"), take("gatefold.daw"));
    assert_eq!(attributes, [], "exactly the declared attributes");
    let Some(number_data_point::Value::AsInt(sessions)) = point.value else { panic!("{point:?}") };
    let sessions = is_counted.then(|| sessions.unsigned_abs());
    Count { week: gatefold_usage::Week::of(day).unwrap(), product, version, daw, sessions }
}

#[test]
fn the_body_is_what_the_definitions_say_and_says_what_was_counted() {
    let counts = [
        count("2026-W48", Some("2.1.0"), Some("Ardour"), Some(3)),
        count("2026-W49", None, Some("REAPER \"x\""), Some(u64::from(u32::MAX) * 4)),
        count("2026-W49", Some("2.1.0"), None, None),
        count("2026-W50", None, None, Some(1)),
    ];
    let sealed = sealed(&counts);
    let export: ExportMetricsServiceRequest = serde_json::from_slice(sealed.expose_body()).unwrap();
    let [resource] = export.resource_metrics.as_slice() else { panic!("{export:?}") };
    let batch = Uuid::from_u128(7).to_string();
    assert_eq!(
        texts(&resource.resource.as_ref().unwrap().attributes),
        [("gatefold.batch_id", batch.as_str())]
    );
    let [scope] = resource.scope_metrics.as_slice() else { panic!("{resource:?}") };
    assert_eq!(scope.scope.as_ref().unwrap().name, "gatefold");
    let mut read_back = Vec::new();
    for metric in &scope.metrics {
        match (metric.name.as_str(), metric.data.as_ref().unwrap()) {
            ("gatefold.sessions", metric::Data::Sum(sum)) => {
                assert!(sum.is_monotonic && sum.aggregation_temporality == DELTA, "{sum:?}");
                read_back.extend(sum.data_points.iter().map(|point| read(point, true)));
            }
            ("gatefold.used", metric::Data::Gauge(gauge)) => {
                read_back.extend(gauge.data_points.iter().map(|point| read(point, false)));
            }
            other => panic!("{other:?}"),
        }
    }
    read_back.sort();
    let mut expect = counts.to_vec();
    expect.sort();
    assert_eq!(read_back, expect);
}

/// Read and written again by that library it has every member that ours has: none was passed over as unknown.
#[test]
fn no_member_of_the_body_is_unknown_to_the_definitions() {
    let counts = [
        count("2026-W48", Some("2.1.0"), Some("Ardour"), Some(3)),
        count("2026-W49", Some("2.1.0"), None, None),
    ];
    let sealed = sealed(&counts);
    let ours: serde_json::Value = serde_json::from_slice(sealed.expose_body()).unwrap();
    let export: ExportMetricsServiceRequest = serde_json::from_value(ours.clone()).unwrap();
    assert_within(&ours, &serde_json::to_value(&export).unwrap(), "");
}

fn assert_within(ours: &serde_json::Value, theirs: &serde_json::Value, place: &str) {
    use serde_json::Value::{Array, Object};
    match (ours, theirs) {
        (Object(ours), Object(theirs)) => {
            for (name, value) in ours {
                let place = format!("{place}.{name}");
                let other = theirs.get(name).unwrap_or_else(|| panic!("{place} is unknown"));
                assert_within(value, other, &place);
            }
        }
        (Array(ours), Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len(), "{place}");
            ours.iter().zip(theirs).for_each(|(ours, theirs)| assert_within(ours, theirs, place));
        }
        // Whether a 64-bit number stands as a text or as a number is the same there.
        (ours, theirs) => {
            let plain = |value: &serde_json::Value| value.to_string().replace('"', "");
            assert_eq!(plain(ours), plain(theirs), "{place}");
        }
    }
}
