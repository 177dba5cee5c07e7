//! The client's own previews of a sign-in and of activating all of an account's licenses: one yes covers many requests, and
//! each is sent as it was shown, but for the slots that only the server can fill.

use std::ops::ControlFlow;
use std::path::Path;

use gatefold_client::{
    Attempt, Clock, Gatefold, Home, MarkKind, OpenOptions, OwnedPlan, Planned, PlannedWhen, Preview,
    Sensitive,
};
use gatefold_tests::body_of;
use tokio::runtime::Runtime;

use crate::scene::{Scene, text};

/// A client within this process, in a home of its own, that is signed in.
struct Desk {
    gatefold: Gatefold,
    runtime: Runtime,
    token: String,
}

impl Desk {
    fn signed_in(scene: &Scene, home: &Path) -> Self {
        let options = OpenOptions { home: Home::at(home), passphrase: None, clock: Clock::system() };
        let mut gatefold = Gatefold::open(options).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
        let first = scene.tap.seen().len();
        let password = Sensitive::from("demo-password");
        let prepared = gatefold.prepare_sign_in(vendor, "demo@example.com", &password, None).unwrap();
        let planned = prepared.requests().to_vec();
        assert_eq!(scene.tap.seen().len(), first, "preparing sends nothing");
        let signed_in = runtime.block_on(gatefold.sign_in(prepared)).unwrap();
        let token = body_of(&scene.tap.seen()[first].answer)["data"]["attributes"]["token"].clone();
        let desk = Self { gatefold, runtime, token: token.as_str().unwrap().to_owned() };
        use PlannedWhen::{Always, IfMore, IfNotKept, IfStillMore};
        let when: Vec<PlannedWhen> = planned.iter().map(|request| request.when).collect();
        assert_eq!(when[..5], [Always, Always, IfNotKept, Always, IfMore]);
        assert_eq!((when.len(), &when[5..]), (23, &[IfStillMore; 18][..]));
        for (id, position) in signed_in.entries.iter().zip([0, 1, 3]) {
            let shown = &planned[position].preview;
            assert_eq!(text(&desk.gatefold.ledger_raw(id.0).unwrap()), text(&shown.bytes));
            let entry = desk.gatefold.ledger_entry(id.0).unwrap();
            assert_eq!(entry.line.request_bytes, shown.wire_len_bytes as u64, "its size was shown too");
        }
        desk
    }

    /// What is kept of a request is what was shown, the slots filled with `id`; with its secrets it is the wire.
    fn assert_sent(&self, entry: i64, shown: &Preview, id: Option<&str>, key: &str, wire: &[u8]) {
        let mut filled = shown.bytes.clone();
        for slot in shown.marks.iter().rev().filter(|mark| matches!(mark.kind, MarkKind::Slot)) {
            filled.splice(slot.offset..slot.offset + slot.len, id.unwrap().bytes());
        }
        let kept = text(&self.gatefold.ledger_raw(entry).unwrap());
        assert_eq!(kept, text(&filled));
        let whole = kept.replace("[secret License key]", key).replace("[secret Sign-in token]", &self.token);
        assert_eq!(whole, text(wire));
    }
}

/// Activates all, and compares each request that left with the one that was shown at its place.
fn all(scene: &Scene, desk: &mut Desk, expect: &[(&str, &[usize])]) {
    let owned = desk.gatefold.owned_licenses().unwrap();
    let first = scene.tap.seen().len();
    let plans: Vec<OwnedPlan> =
        desk.gatefold.plan_owned(&owned, None).into_iter().map(|plan| plan.unwrap()).collect();
    let shown: Vec<Vec<Planned>> = plans.iter().map(|plan| plan.requests().to_vec()).collect();
    assert_eq!(scene.tap.seen().len(), first, "planning sends nothing");
    let mut told = 0;
    let attempts: Vec<Attempt> =
        desk.runtime.block_on(desk.gatefold.activate_all(plans.into_iter().map(Ok).collect(), |_| {
            told += 1;
            ControlFlow::Continue(())
        }));
    assert_eq!((attempts.len(), told), (expect.len(), expect.len()));
    let wires: Vec<Vec<u8>> = scene.tap.seen().into_iter().skip(first).map(|seen| seen.request).collect();
    let mut wires = wires.iter();
    for (attempt, shown) in attempts.iter().zip(&shown) {
        let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
        let license =
            licenses.iter().find(|of| of["license_id"] == attempt.license.license_id.as_str()).unwrap();
        let (state, key) = (license["state"].as_str().unwrap(), license["key"].as_str().unwrap());
        let position = |(of, _): &&(&str, &[usize])| *of == format!("{state} {}", attempt.license.key_hint);
        let (_, sent) = expect.iter().find(position).unwrap_or_else(|| panic!("{attempt:?}"));
        assert_eq!(attempt.entries.len(), sent.len(), "{attempt:?}");
        let seat = attempt.result.as_ref().ok().and_then(|done| done.machine_id.as_deref());
        for (entry, position) in attempt.entries.iter().zip(*sent) {
            desk.assert_sent(entry.0, &shown[*position].preview, seat, key, wires.next().unwrap());
        }
    }
    assert_eq!(wires.next(), None, "something was sent for no license");
}

#[test]
fn a_second_sign_in_ends_the_first_one_last_and_as_shown() {
    let scene = Scene::start("sleeve");
    let home = tempfile::tempdir().unwrap();
    let mut desk = Desk::signed_in(&scene, home.path());
    let vendor = desk.gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let password = Sensitive::from("demo-password");
    let prepared = desk.gatefold.prepare_sign_in(vendor, "demo@example.com", &password, None).unwrap();
    let shown = prepared.requests().last().unwrap().clone();
    assert_eq!((shown.when, shown.preview.method.as_str()), (PlannedWhen::Always, "DELETE"));
    let entries = desk.runtime.block_on(desk.gatefold.sign_in(prepared)).unwrap().entries;
    let wire = scene.tap.seen().pop().unwrap();
    assert!(wire.answer.starts_with(b"HTTP/1.1 204"));
    // By the first token, which is the desk's.
    desk.assert_sent(entries.last().unwrap().0, &shown.preview, None, "", &wire.request);
}

#[test]
fn all_is_sent_as_it_was_shown() {
    let scene = Scene::start("sleeve");
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut desk = Desk::signed_in(&scene, homes[0].path());
    let new: &[usize] = &[0, 1, 3];
    all(
        &scene,
        &mut desk,
        &[
            ("free FREE", new),
            ("free YEAR", new),
            ("free TRYT", new),
            ("one_seat S0LE", new),
            ("full FULL", &[0, 1, 2]),
            ("suspended HALT", &[0]),
            ("expired PAST", &[0]),
            ("protected SAFE", new),
            ("sign_in_only SGNN", new),
        ],
    );
    assert_eq!(desk.gatefold.owned_licenses().unwrap().iter().filter(|license| license.is_here).count(), 6);
    // A home that knows nothing, on the same computer: the server has its seats, and gives their ids.
    let mut desk = Desk::signed_in(&scene, homes[1].path());
    let again: &[usize] = &[0, 1, 2, 4];
    all(
        &scene,
        &mut desk,
        &[
            ("free FREE", again),
            ("free YEAR", again),
            ("free TRYT", again),
            ("one_seat S0LE", again),
            ("full FULL", &[0, 1, 2]),
            ("suspended HALT", &[0]),
            ("expired PAST", &[0]),
            ("protected SAFE", again),
            ("sign_in_only SGNN", again),
        ],
    );
}

#[test]
fn all_without_seats_is_sent_as_it_was_shown() {
    let scene = Scene::start("tidewater");
    let home = tempfile::tempdir().unwrap();
    let mut desk = Desk::signed_in(&scene, home.path());
    let good: &[usize] = &[0, 1];
    all(
        &scene,
        &mut desk,
        &[
            ("free FREE", good),
            ("free YEAR", good),
            ("free TRYT", good),
            ("suspended HALT", &[0]),
            ("expired PAST", &[0]),
            ("protected SAFE", good),
            ("sign_in_only SGNN", good),
        ],
    );
}
