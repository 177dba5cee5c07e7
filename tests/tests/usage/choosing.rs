//! Choosing item by item, as the window does: what is chosen is shared, exactly, and the rest is not, at once.

use gatefold_client::{Clock, Gatefold, Home, Item, OpenOptions, RecordEvent, UsageState};

use crate::scene::{PRODUCT, Scene};

fn open(scene: &Scene) -> Gatefold {
    let options = OpenOptions { home: Home::at(scene.home.path()), passphrase: None, clock: Clock::system() };
    Gatefold::open(options).unwrap()
}

fn share(gatefold: &mut Gatefold, scene: &Scene, items: &[Item]) -> Vec<(Item, i64)> {
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let prepared = gatefold.plan_grant(vendor, items).unwrap();
    let grants = gatefold.grant_usage(&prepared).unwrap();
    grants.iter().map(|grant| (grant.item, grant.id)).collect()
}

#[test]
fn an_item_that_is_not_chosen_any_more_leaves_the_upload_that_waits() {
    let scene = Scene::new();
    let mut gatefold = open(&scene);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let all = [Item::UsageFrequency, Item::TitleVersion, Item::Daw];
    let first = share(&mut gatefold, &scene, &all);
    scene.usage.note(PRODUCT, "2.1.0", "Ardour");
    scene.usage.note(PRODUCT, "2.1.0", "REAPER");
    let shown = gatefold.plan_upload(&vendor).unwrap().unwrap();
    assert_eq!(shown.counts().len(), 2);

    let rest = share(&mut gatefold, &scene, &[Item::UsageFrequency, Item::TitleVersion]);
    assert_eq!(rest, first[..2], "what stays goes on under its own number");
    // What was shown is not what would be sent now.
    let refused = runtime.block_on(gatefold.send_upload(&shown, &mut Vec::new())).unwrap_err();
    assert_eq!((refused.code(), scene.arrived()), ("usage.changed", 0));
    let now = gatefold.plan_upload(&vendor).unwrap().unwrap();
    let [count] = now.counts() else { panic!("{now:?}") };
    assert_eq!((count.sessions, count.daw.as_deref(), now.batch()), (Some(2), None, shown.batch()));
    assert!(!now.preview().items.contains(&Item::Daw));
    // Chosen again it starts from zero: the hosts of before stay out.
    let again = share(&mut gatefold, &scene, &all);
    assert!(again[2].1 > first[2].1, "under a number of its own");
    let now = gatefold.plan_upload(&vendor).unwrap().unwrap();
    assert_eq!(now.counts().len(), 1, "{now:?}");
    let mut entries = Vec::new();
    let sent = runtime.block_on(gatefold.send_upload(&now, &mut entries)).unwrap();
    assert_eq!((entries.as_slice(), sent.rejected), (&[sent.entry][..], 0));
    assert_eq!(gatefold.ledger_raw(sent.entry.0).unwrap(), now.preview().bytes);
    assert_eq!(scene.tap.seen()[0].request, now.preview().bytes);
    let events: Vec<RecordEvent> =
        gatefold.usage_status(&vendor).unwrap().records.iter().map(|record| record.event).collect();
    let changed = RecordEvent::Changed;
    assert_eq!(events, [RecordEvent::Granted, changed, changed]);
}

#[test]
fn what_changed_since_it_was_shown_is_not_agreed_to() {
    let scene = Scene::new();
    let mut gatefold = open(&scene);
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let shown = gatefold.plan_grant(vendor.clone(), &[Item::Daw]).unwrap();
    // Another program is faster.
    scene.cli.json(["usage", "grant", "usage_frequency", "--yes"]);
    assert_eq!(gatefold.grant_usage(&shown).unwrap_err().code(), "usage.changed");
    scene.cli.json(["usage", "withdraw"]);
    let shown = gatefold.plan_grant(vendor.clone(), &[Item::Daw]).unwrap();
    gatefold.refuse_usage(&shown).unwrap();
    let status = gatefold.usage_status(&vendor).unwrap();
    assert_eq!((status.state, status.grants.len()), (UsageState::Off, 0));
}

#[test]
fn an_upload_can_be_thrown_away() {
    let scene = Scene::with_sessions(2);
    let mut gatefold = open(&scene);
    let vendor = gatefold.vendor_for_call(Some(&scene.sandbox.vendor_file())).unwrap();
    let shown = gatefold.plan_upload(&vendor).unwrap().unwrap();
    assert!(gatefold.throw_away_upload(&shown).unwrap());
    assert!(gatefold.plan_upload(&vendor).unwrap().is_none());
    scene.note(1);
    assert_ne!(gatefold.plan_upload(&vendor).unwrap().unwrap().batch(), shown.batch());
    assert_eq!(scene.arrived(), 0);
}
