//! Collecting usage: once each, of what the vendor's file names and nothing else, and not again once it was erased.

use gatefold_keygen::Collected;

use super::*;

const BATCH: &str = "5d0c4b0e-1111-4000-8000-000000000001";
const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";
const START: u64 = 1_795_996_800_000_000_000;

fn export(batch: &str, product: &str) -> String {
    let end = START + 7 * 86_400 * 1_000_000_000;
    format!(
        r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"gatefold.batch_id","value":{{"stringValue":"{batch}"}}}}]}},"scopeMetrics":[{{"scope":{{"name":"gatefold"}},"metrics":[{{"name":"gatefold.sessions","unit":"{{session}}","sum":{{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[{{"attributes":[{{"key":"gatefold.product","value":{{"stringValue":"{product}"}}}},{{"key":"gatefold.daw","value":{{"stringValue":"Ardour"}}}}],"startTimeUnixNano":"{START}","timeUnixNano":"{end}","asInt":"3"}}]}}}}]}}]}}]}}"#
    )
}

fn erasure(batches: &str) -> String {
    format!(r#"{{"data":{{"type":"usage-erasures","attributes":{{"batchIds":[{batches}]}}}}}}"#)
}

fn kept(desk: &Desk) -> (u32, u32) {
    let db = desk.sandbox.db.lock().unwrap();
    let sql = "SELECT count(body), coalesce(sum(points), 0) FROM usage_batches";
    db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn a_batch_is_taken_once_and_refused_once_it_was_erased() {
    let desk = Desk::new();
    for _ in 0..2 {
        let taken = desk.call("POST", "/metrics", "", &export(BATCH, PRODUCT));
        assert_eq!(
            (taken.status, taken.answer.collected()),
            (200, Collected::Taken { rejected: 0 }),
            "{taken:?}"
        );
        assert_eq!(kept(&desk), (1, 1));
    }
    for _ in 0..2 {
        desk.call("POST", "/usage-erasures", "", &erasure(&format!("\"{BATCH}\""))).expect(200, &[]);
        assert_eq!(kept(&desk), (0, 0));
    }
    desk.call("POST", "/metrics", "", &export(BATCH, PRODUCT)).expect(403, &["BATCH_ERASED"]);
    // One that has not come yet, too.
    let late = BATCH.replace("0001", "0002");
    desk.call("POST", "/usage-erasures", "", &erasure(&format!("\"{late}\""))).expect(200, &[]);
    desk.call("POST", "/metrics", "", &export(&late, PRODUCT)).expect(403, &["BATCH_ERASED"]);
    assert_eq!(kept(&desk), (0, 0));
}

#[test]
fn what_is_no_export_of_counts_is_refused() {
    let desk = Desk::new();
    let good = export(BATCH, PRODUCT);
    let check = |what: &str, with: &str| {
        assert!(good.contains(what), "{what}");
        let refused = desk.call("POST", "/metrics", "", &good.replace(what, with));
        assert_eq!(refused.status, 400, "{what} -> {with}");
    };
    check(BATCH, "mine");
    check(PRODUCT, "another");
    check("gatefold.daw", "host.name");
    check("gatefold.batch_id", "service.instance.id");
    check("\"asInt\":\"3\"", "\"asInt\":\"0\"");
    check("\"asInt\":\"3\"", "\"asInt\":\"3\",\"exemplars\":[]");
    check("gatefold.sessions", "system.memory");
    check("\"startTimeUnixNano\":\"1795996800000000000\"", "\"startTimeUnixNano\":\"1795996800000000001\"");
    check("\"scope\":{\"name\":\"gatefold\"}", "\"scope\":{\"name\":\"gatefold\",\"attributes\":[]}");
    desk.call("POST", "/metrics", "", "{}").expect(400, &["-"]);
    desk.call("POST", "/usage-erasures", "", &erasure("\"mine\"")).expect(400, &["-"]);
    assert_eq!(kept(&desk), (0, 0));
    // A vendor whose file names no server for usage takes none.
    Desk::tidewater().call("POST", "/metrics", "", &good).expect(404, &["NOT_FOUND"]);
}
