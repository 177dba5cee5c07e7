use super::*;

fn vendor(id: &str) -> VendorKey {
    VendorKey { id: id.to_owned(), root: [7; 32] }
}

fn at(text: &str) -> Timestamp {
    format!("2026-12-{text}T10:00:00Z").parse().unwrap()
}

fn line(daw: &str) -> Counted {
    Counted {
        week: "2026-W49".to_owned(),
        product: "p".to_owned(),
        version: "2".to_owned(),
        daw: daw.to_owned(),
        frequency_grant: 7,
        version_grant: 8,
        daw_grant: 9,
    }
}

struct Scene {
    _home: tempfile::TempDir,
    store: Store,
}

impl Scene {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        Self { _home: home, store }
    }

    /// Counts a session in this host for each file that was not counted.
    fn count(&mut self, files: &[&str], daw: &str, fresh: u128) {
        let of = |new: &[&str]| match new.len() {
            0 => BTreeMap::new(),
            len => BTreeMap::from([(line(daw), len as u64)]),
        };
        self.store.count_usage(&vendor("sleeve"), files, of, Uuid::from_u128(fresh), at("01")).unwrap();
    }

    fn counted(&self) -> Vec<(u128, String, u64)> {
        let counted = self.store.counted(&vendor("sleeve")).unwrap();
        counted.into_iter().map(|(batch, line, sessions)| (batch.as_u128(), line.daw, sessions)).collect()
    }

    fn pending(&self) -> Option<(u128, BatchState)> {
        let pending = self.store.pending_batch(&vendor("sleeve")).unwrap();
        pending.map(|batch| (batch.id.as_u128(), batch.state))
    }
}

#[test]
fn a_file_is_counted_once() {
    let mut scene = Scene::new();
    assert_eq!(scene.pending(), None);
    scene.count(&["a", "b"], "Ardour", 1);
    // It died before they were removed, and finds them again.
    scene.count(&["a", "b", "c"], "Ardour", 2);
    assert_eq!(scene.counted(), [(1, "Ardour".to_owned(), 3)]);
    assert_eq!(scene.pending(), Some((1, BatchState::Open)));
    // Removed: the same name is another file's.
    scene.store.forget_taken(&vendor("sleeve")).unwrap();
    scene.count(&["a"], "Ardour", 3);
    assert_eq!(scene.counted(), [(1, "Ardour".to_owned(), 4)]);
    // Another vendor's files have names of their own.
    let of = |new: &[&str]| {
        assert_eq!(new, ["a"]);
        BTreeMap::new()
    };
    scene.store.count_usage(&vendor("tidewater"), &["a"], of, Uuid::from_u128(4), at("01")).unwrap();
    assert_eq!(scene.store.batches(&vendor("tidewater")).unwrap(), []);
}

#[test]
fn what_is_about_to_be_sent_stays_as_it_is() {
    let mut scene = Scene::new();
    scene.count(&["a"], "Ardour", 1);
    let id = Uuid::from_u128(1);
    let how = Settled { state: BatchState::Sent, status: Some(200), rejected: Some(0) };
    assert!(!scene.store.settle_batch(id, how, at("02")).unwrap(), "it was not about to be sent");
    assert!(scene.store.freeze_batch(id, None).unwrap());
    scene.count(&["b"], "Ardour", 2);
    assert_eq!(scene.counted(), [(1, "Ardour".to_owned(), 1), (2, "Ardour".to_owned(), 1)]);
    assert_eq!(scene.pending(), Some((1, BatchState::Frozen)), "the older one goes first");
    assert!(scene.store.freeze_batch(id, None).unwrap(), "once more, after it could not be sent");
    assert!(scene.store.settle_batch(id, how, at("02")).unwrap());
    assert!(!scene.store.settle_batch(id, how, at("03")).unwrap(), "it ended once");
    assert!(!scene.store.freeze_batch(id, None).unwrap(), "what was sent is not sent again");
    assert!(!scene.store.forget_never_sent(id).unwrap());
    assert_eq!(scene.pending(), Some((2, BatchState::Open)));
    let sent = scene.store.batches(&vendor("sleeve")).unwrap().remove(0);
    assert_eq!((sent.settled_at, sent.status, sent.rejected), (Some(at("02")), Some(200), Some(0)));
}

#[test]
fn what_was_never_sent_goes_and_the_numbers_of_the_rest_stay() {
    let mut scene = Scene::new();
    scene.count(&["a"], "Ardour", 1);
    scene.store.freeze_batch(Uuid::from_u128(1), None).unwrap();
    let how = Settled { state: BatchState::Unknown, status: None, rejected: None };
    scene.store.settle_batch(Uuid::from_u128(1), how, at("02")).unwrap();
    scene.count(&["b"], "Ardour", 2);
    assert_eq!(scene.store.want_erased(&vendor("tidewater")).unwrap(), 0);
    scene.store.drop_usage(&vendor("sleeve")).unwrap();
    assert_eq!((scene.counted(), scene.pending()), (vec![], None));
    assert_eq!(scene.store.want_erased(&vendor("sleeve")).unwrap(), 1);
    assert_eq!(scene.store.want_erased(&vendor("sleeve")).unwrap(), 0, "asked for once");
    let erasure = |store: &Store| store.batches(&vendor("sleeve")).unwrap()[0].erasure;
    assert_eq!(erasure(&scene.store), BatchErasure::Wanted);
    scene.store.note_erased(&[Uuid::from_u128(1)], at("03")).unwrap();
    assert_eq!(erasure(&scene.store), BatchErasure::Erased);
}

#[test]
fn an_upload_that_was_not_sent_can_be_thrown_away() {
    let mut scene = Scene::new();
    scene.count(&["a"], "Ardour", 1);
    assert!(scene.store.throw_away_batch(Uuid::from_u128(1)).unwrap());
    assert_eq!((scene.counted(), scene.pending()), (vec![], None));
    assert!(!scene.store.throw_away_batch(Uuid::from_u128(1)).unwrap());
}

#[test]
fn what_is_left_for_another_upload_waits_in_it() {
    let mut scene = Scene::new();
    scene.count(&["a"], "Ardour", 1);
    let of = |_: &[&str]| {
        BTreeMap::from([
            (Counted { week: "2026-W50".to_owned(), ..line("Bitwig") }, 2),
            (Counted { week: "2027-W01".to_owned(), ..line("Live") }, 3),
        ])
    };
    scene.store.count_usage(&vendor("sleeve"), &["b"], of, Uuid::from_u128(1), at("02")).unwrap();
    let rest = Rest { week: "2026-W50", batch: Uuid::from_u128(2), made_at: at("03") };
    assert!(scene.store.freeze_batch(Uuid::from_u128(1), Some(rest)).unwrap());
    let expect = [(1, "Ardour".to_owned(), 1), (2, "Bitwig".to_owned(), 2), (2, "Live".to_owned(), 3)];
    assert_eq!(scene.counted(), expect);
    assert_eq!(scene.pending(), Some((1, BatchState::Frozen)));
    // What comes later goes into the other one.
    scene.count(&["c"], "REAPER", 9);
    assert_eq!(scene.counted()[1], (2, "REAPER".to_owned(), 1));
    // Of one that is gone nothing is left for another.
    let again = Rest { batch: Uuid::from_u128(3), ..rest };
    assert!(!scene.store.freeze_batch(Uuid::from_u128(8), Some(again)).unwrap());
    assert_eq!(scene.store.batches(&vendor("sleeve")).unwrap().len(), 2);
}

#[test]
fn of_what_was_not_known_more_may_be_learned() {
    let mut scene = Scene::new();
    for (nth, file) in (1..).zip(["a", "b"]) {
        scene.count(&[file], "Ardour", nth);
        scene.store.freeze_batch(Uuid::from_u128(nth), None).unwrap();
        let how = Settled { state: BatchState::Unknown, status: None, rejected: None };
        assert!(scene.store.settle_batch(Uuid::from_u128(nth), how, at("02")).unwrap());
    }
    let how = Settled { state: BatchState::Refused, status: Some(503), rejected: None };
    assert!(scene.store.settle_batch(Uuid::from_u128(1), how, at("03")).unwrap());
    assert!(scene.store.forget_never_sent(Uuid::from_u128(2)).unwrap());
    let left = scene.store.batches(&vendor("sleeve")).unwrap();
    assert_eq!((left.len(), left[0].state, left[0].status), (1, BatchState::Refused, Some(503)));
    assert_eq!(scene.counted(), [(1, "Ardour".to_owned(), 1)]);
}
