//! What may have left is not sent again: through crashes, refusals, half answers and silence.

use gatefold_tests::Fault;
use serde_json::json;

use crate::scene::{Scene, pausing};

fn answer(status: &str, body: &str) -> Fault {
    let len = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len}\r\n\r\n");
    Fault::Answer(format!("{head}{body}").into_bytes())
}

/// One upload meets this; then there is nothing to send, and its state is told.
fn check(what: &str, fault: Fault, code: Option<&str>, state: &str) {
    let scene = Scene::with_sessions(3);
    scene.tap.faults([fault]);
    let ran =
        scene.cli.clone().env("GATEFOLD_TEST_TIMEOUT_SECS", "2").run(["usage", "send", "--yes", "--json"]);
    let told = ran.json();
    match code {
        Some(code) => assert_eq!(told["error"]["code"], code, "{what}: {told}"),
        None => assert_eq!(ran.code(), Some(0), "{what}: {told}"),
    }
    if state == "unknown" {
        let hint = told["error"]["hint"].as_str().unwrap();
        assert!(hint.contains("is not sent again") && !hint.contains("Do it again"), "{what}: {hint}");
        assert!(hint.ends_with("gatefold ledger list --optional"), "{what}: {hint}");
        let list = scene.cli.json(["ledger", "list", "--optional"]);
        assert_eq!(list["entries"].as_array().map(Vec::len), Some(1), "{what}: {list}");
    }
    let fate = match state {
        "sent" => "Uploads: 1 taken\n",
        "partly" => "Uploads: 1 taken in part\n",
        "refused" => "Uploads: 1 refused\n",
        _ => "Uploads: 1 of unknown fate\n",
    };
    let status = String::from_utf8(scene.cli.run(["usage", "status"]).stdout).unwrap();
    assert!(status.contains(fate), "{what}: {status}");
    assert_eq!(status.contains("  Left"), state != "sent", "{what}: {status}");
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send", "{what}");
    assert_eq!(scene.left(), 1, "{what}");
    let status = scene.status();
    assert_eq!(status["uploads"][0]["state"], state, "{what}: {status}");
    assert_eq!(status["weeks"][0]["sessions"], 3, "{what}: one's own counts stay");
    // What comes next goes in an upload of its own.
    scene.note(1);
    assert_eq!(scene.pending(), 1, "{what}");
    scene.send();
    assert_eq!(scene.left(), 2, "{what}");
}

#[test]
fn whatever_the_collector_says_it_is_sent_once() {
    check("taken", Fault::None, None, "sent");
    check("refused", answer("400 Bad Request", "{}"), Some("usage.not_taken"), "refused");
    check("not allowed", answer("403 Forbidden", "x"), Some("usage.not_taken"), "refused");
    check("busy", answer("503 Service Unavailable", ""), Some("usage.not_taken"), "refused");
    check("failed", answer("500 Internal Server Error", "{}"), Some("usage.not_taken"), "refused");
    let partial = r#"{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"no"}}"#;
    check("partly", answer("200 OK", partial), None, "partly");
    check("garbage", answer("200 OK", "\u{1}garbage"), Some("usage.unclear"), "unknown");
    check("a page", answer("200 OK", "<html>Welcome to the hotel</html>"), Some("usage.unclear"), "unknown");
    check("a list", answer("200 OK", "[]"), Some("usage.unclear"), "unknown");
    let less_than_none = r#"{"partialSuccess":{"rejectedDataPoints":-5}}"#;
    check("no count", answer("200 OK", less_than_none), Some("usage.unclear"), "unknown");
    check("no HTTP", Fault::Answer(b"nonsense".to_vec()), Some("network.answer_not_http"), "unknown");
    check("silence", Fault::Silence, Some("network.timed_out"), "unknown");
    check("cut off", Fault::LoseAnswer, Some("network.cut_off"), "unknown");
    check("half an answer", Fault::CutAnswer(30), Some("network.cut_off"), "unknown");
}

#[test]
fn what_never_left_is_sent_later_as_it_was() {
    let scene = Scene::with_sessions(2);
    let shown = scene.cli.json(["usage", "preview"]);
    scene.tap.close();
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "network.unreachable");
    // What is noted meanwhile does not change what was about to be sent.
    scene.note(1);
    assert_eq!(scene.cli.json(["usage", "preview"])["request"], shown["request"]);
    scene.tap.open();
    assert_eq!(scene.send()["batch_id"], shown["batch_id"]);
    assert_eq!((scene.left(), scene.pending()), (1, 1));
}

/// It dies at every point on the way; the next start knows whether anything may have left.
#[test]
fn a_crash_sends_nothing_twice_and_loses_nothing_that_did_not_leave() {
    let check = |point: &str, may_have_left: bool| {
        let scene = Scene::with_sessions(2);
        let dying = scene.cli.clone().env("FAILPOINTS", format!("{point}=panic"));
        let ran = dying.run(["usage", "send", "--yes"]);
        assert_ne!(ran.code(), Some(0), "{point}: {ran:?}");
        if may_have_left {
            assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send", "{point}");
        } else {
            scene.send();
        }
        assert!(scene.arrived() <= 1, "{point}");
        assert_eq!(scene.left(), 1, "{point}");
        assert_eq!(scene.status()["weeks"][0]["sessions"], 2, "{point}: counted once");
    };
    check("client.spool-counted", false);
    check("client.spool-removed", false);
    check("client.batch-frozen", false);
    check("ledger.before-append", false);
    check("client.after-append", true);
    check("egress.before-send", true);
    check("egress.after-answer", true);
    check("client.after-send", true);
    check("client.batch-answered", true);
}

/// Two programs at once: one of them sends, the other says why not.
#[test]
fn two_programs_send_once() {
    let scene = Scene::with_sessions(2);
    scene.cli.json(["usage", "preview"]);
    let slow = pausing(&scene.cli, "client.batch-frozen", 1_500).start(["usage", "send", "--yes"]);
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.busy");
    assert_eq!(slow.ran().code(), Some(0));
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    assert_eq!((scene.arrived(), scene.left()), (1, 1));
}

/// The clock is set back to before the grant: nothing is granted then, nothing is lost, and nothing is sent.
#[test]
fn a_clock_that_is_set_back_sends_nothing_from_before_the_grant() {
    let scene = Scene::new();
    let at = |time: &str| scene.cli.clone().env("GATEFOLD_TEST_NOW", time);
    let now = jiff::Timestamp::now();
    at(&now.to_string()).json(["usage", "grant", "--yes"]);
    scene.note(1);
    assert_eq!(scene.cli.json(["usage", "preview"])["counts"][0]["sessions"], 1);
    let before = at(&(now - jiff::SignedDuration::from_hours(48)).to_string());
    assert_eq!(before.failure(["usage", "send", "--yes"]).1["code"], "usage.not_shared");
    assert_eq!(scene.arrived(), 0);
    assert_eq!(scene.cli.json(["usage", "preview"])["counts"][0]["sessions"], json!(1));
}
