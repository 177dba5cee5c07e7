//! A lock that comes while an upload is on its way: whoever says no means what leaves now, too.

use std::time::{Duration, Instant};

use gatefold_tests::Hold;
use serde_json::json;

use crate::scene::{Scene, pausing, until};

/// By then who sends has stopped, however busy the computer is: an answer is waited for longer.
const SOON: Duration = Duration::from_secs(10);

impl Scene {
    /// Locked with the request out, and before its first byte; each time with something to send. Lifted, what had not left is sent, and
    /// what may have is not.
    pub(crate) fn is_broken_off(&self, lock: impl Fn(), lift: impl Fn()) {
        let hold = Hold::default();
        self.tap.faults([gatefold_tests::Fault::Hold(hold.clone())]);
        let mut sender = self.cli.start(["usage", "send", "--yes", "--json"]);
        hold.until_asked();
        assert!(!sender.has_ended());
        lock();
        let started = Instant::now();
        let ran = sender.ran();
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
        assert_eq!(ran.json()["error"]["code"], "network.locked_off", "{ran:?}");
        hold.let_go();
        assert_eq!(self.last_outcome(), "unknown", "it may have arrived");
        assert_eq!(self.state(), "locked");
        lift();
        assert_eq!(self.state(), "on", "nothing was taken back");
        assert_eq!(self.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
        assert_eq!(self.status()["uploads"][0]["state"], "unknown");

        self.note(1);
        let (arrived, lines) = (self.arrived(), self.lines());
        let shown = self.cli.json(["usage", "preview"]);
        let slow = pausing(&self.cli, "egress.before-send", 1_500);
        let sender = slow.start(["usage", "send", "--yes", "--json"]);
        until("an entry", || self.lines() > lines);
        lock();
        let ran = sender.ran();
        assert_eq!(ran.json()["error"]["code"], "network.locked_off", "{ran:?}");
        assert_eq!(self.arrived(), arrived);
        lift();
        assert_eq!(self.last_outcome(), "not_sent", "nobody was tried");
        assert_eq!(self.send()["batch_id"], shown["batch_id"], "it waited");
        assert_eq!(self.arrived(), arrived + 1);
    }

    fn last_outcome(&self) -> String {
        let entries = self.cli.json(["ledger", "list", "--optional"]);
        entries["entries"].as_array().unwrap().last().unwrap()["outcome"].as_str().unwrap().to_owned()
    }
}

/// It is in the environment of a process from its start, so who is sending cannot see that it is set now; another start does, and
/// locks for all.
#[test]
fn do_not_track_seen_by_another_start_breaks_off_an_upload_that_is_on_its_way() {
    let scene = Scene::with_sessions(1);
    let lock = || {
        let status = scene.cli.clone().env("DO_NOT_TRACK", "1").json(["usage", "status"]);
        assert_eq!(status["locked_by"], json!("do_not_track"), "{status}");
    };
    let lift = || drop(scene.cli.json(["usage", "grant", "--lift-lock", "--yes"]));
    scene.is_broken_off(lock, lift);
}
