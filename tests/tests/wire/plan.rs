//! The client's own previews: a whole activation is shown before any of it is sent, and then sent as it was shown,
//! but for the slots that only the server can fill.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatefold_client::{
    Clock, DeviceName, Filter, Gatefold, Home, LedgerLine, MarkKind, OpenOptions, PlannedWhen, Preview,
};

use crate::scene::{Scene, text};

/// An activation from start to end, within this process.
struct Activation {
    gatefold: Gatefold,
    check: Preview,
    plan: Vec<(PlannedWhen, Preview)>,
    machine_id: Option<String>,
    /// How often the ledger was said to have grown.
    heard: usize,
}

fn activate(home: &Path, scene: &Scene, key: &str) -> Activation {
    let home = Home::at(home);
    let options = OpenOptions { home, passphrase: None, clock: Clock::system() };
    let mut gatefold = Gatefold::open(options).unwrap();
    let heard = Arc::new(AtomicUsize::new(0));
    let hearing = Arc::clone(&heard);
    gatefold.on_ledger_change(move || {
        hearing.fetch_add(1, Ordering::Relaxed);
    });
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let check = gatefold.prepare_check(vendor, key).unwrap();
        let preview = check.preview().clone();
        let checked = gatefold.check_key(check).await.unwrap();
        let first = scene.tap.seen().len();
        let name = DeviceName::chosen("studio \"desk\"").unwrap();
        let plan = gatefold.plan_activation(checked, Some(&name)).unwrap();
        let previews =
            plan.requests().iter().map(|planned| (planned.when, planned.preview.clone())).collect();
        assert_eq!(scene.tap.seen().len(), first, "planning sends nothing");
        let activated = gatefold.activate(plan).await.unwrap();
        let heard = heard.load(Ordering::Relaxed);
        Activation { machine_id: activated.machine_id, gatefold, check: preview, plan: previews, heard }
    })
}

/// The preview is the kept copy and, with its secrets, the wire; slots hold `id`.
fn assert_sent(scene: &Scene, activation: &Activation, preview: &Preview, line: &LedgerLine, wire: &[u8]) {
    let slots: Vec<_> = preview.marks.iter().filter(|mark| matches!(mark.kind, MarkKind::Slot)).collect();
    let mut shown = preview.bytes.clone();
    for slot in slots.iter().rev() {
        let id = activation.machine_id.as_deref().unwrap();
        shown.splice(slot.offset..slot.offset + slot.len, id.bytes());
    }
    let kept = activation.gatefold.ledger_raw(line.id).unwrap();
    assert_eq!(text(&shown), text(&kept));
    assert_eq!(text(&scene.with_secrets(&shown)), text(wire));
    // An open slot counts as long as its id.
    assert_eq!((preview.wire_len_bytes, line.request_bytes), (wire.len(), wire.len() as u64));
    assert_eq!(
        (preview.method.as_str(), preview.purpose.id()),
        (line.method.as_deref().unwrap(), line.purpose.unwrap())
    );
    if slots.is_empty() {
        assert_eq!((Some(&preview.url), &preview.items), (line.url.as_ref(), &line.items));
    }
}

/// Activates in a fresh home and compares what was planned, in the order of `sent`, with what left.
fn check(scene: &Scene, key: &str, planned: &[PlannedWhen], slots: usize, sent: &[usize]) {
    let home = tempfile::tempdir().unwrap();
    let first = scene.tap.seen().len();
    let activation = activate(home.path(), scene, key);
    let when: Vec<PlannedWhen> = activation.plan.iter().map(|(when, _)| *when).collect();
    assert_eq!(when, planned);
    let all_slots = activation.plan.iter().flat_map(|(_, preview)| &preview.marks);
    assert_eq!(all_slots.filter(|mark| matches!(mark.kind, MarkKind::Slot)).count(), slots);

    let previews = sent.iter().map(|position| &activation.plan[*position].1);
    let previews: Vec<&Preview> = [&activation.check].into_iter().chain(previews).collect();
    let wires: Vec<_> = scene.tap.seen().split_off(first);
    let lines = activation.gatefold.ledger_lines(&Filter::default(), 100).unwrap();
    assert_eq!((wires.len(), lines.len()), (previews.len(), previews.len()));
    assert_eq!(activation.heard, 2 * wires.len(), "each entry and each outcome");
    for ((preview, line), wire) in previews.into_iter().zip(&lines).zip(&wires) {
        assert_sent(scene, &activation, preview, line, &wire.request);
    }
}

#[test]
fn a_plan_is_sent_as_it_was_shown() {
    use PlannedWhen::{Always, IfNoSeatCame, IfSeatTaken, UnlessSeatTaken};
    let mut scene = Scene::start("sleeve");
    let key = scene.license_key("free");
    let plan = [Always, IfNoSeatCame, UnlessSeatTaken, IfSeatTaken];
    check(&scene, &key, &plan, 1, &[0, 2]);
    // A home that knows nothing: the server says that this computer has a seat, so the rest of the plan is sent.
    check(&scene, &key, &plan, 1, &[0, 1, 3]);
}

#[test]
fn a_plan_without_a_seat_is_sent_as_it_was_shown() {
    let mut scene = Scene::start("tidewater");
    let key = scene.license_key("free");
    check(&scene, &key, &[PlannedWhen::Always], 0, &[0]);
}
