//! Appending, concluding, recovering, reading back.

use gatefold_disclosure::{Item, MarkKind, Purpose};
use gatefold_ledger::{
    Carrier, EntryId, FileNote, Filter, Kept, Necessity, NetworkFacts, Outcome, OutcomeClass,
};

use crate::sample::{Home, SECRET_KEY, activation, answered, at, ids, request, salt};

#[test]
fn an_entry_reads_back_as_it_was_sealed_and_holds_no_secret() {
    let mut home = Home::new();
    let sealed = activation("studio-desk");
    let preview = sealed.preview().clone();
    let wire = sealed.expose_wire().to_vec();
    let recorded = home.ledger.append(sealed, at(0), salt(1)).unwrap();
    assert_eq!(recorded.id(), EntryId(1));
    assert_eq!(recorded.sealed().expose_wire(), wire);

    let pending = home.ledger.entry(EntryId(1)).unwrap();
    assert_eq!((pending.line.outcome, pending.line.kept), (None, Kept::Whole));
    let network = NetworkFacts {
        name_looked_up: Some("license.sleeve.example".to_owned()),
        tls_version: Some("TLSv1.3".to_owned()),
        proxy: None,
    };
    let outcome = Outcome {
        network: Some(network.clone()),
        code: Some("MACHINE_LIMIT_EXCEEDED".to_owned()),
        ..answered()
    };
    home.ledger.conclude(EntryId(1), &outcome, at(1), salt(2)).unwrap();

    let entry = home.ledger.entry(EntryId(1)).unwrap();
    assert_eq!(entry.bytes.as_ref(), Some(&preview.bytes));
    assert_eq!(home.ledger.raw(EntryId(1)).unwrap(), preview.bytes);
    assert_eq!(entry.marks, preview.marks);
    assert!(entry.marks.iter().any(|mark| matches!(mark.kind, MarkKind::Secret { .. })));
    assert!(!String::from_utf8_lossy(&preview.bytes).contains(SECRET_KEY));
    assert_eq!(entry.network, Some(network));
    assert_eq!(entry.line.code.as_deref(), Some("MACHINE_LIMIT_EXCEEDED"));
    assert_eq!(entry.response_len_bytes, Some(812));
    assert_eq!((entry.concluded_at, entry.erased_at), (Some(at(1)), None));
    let line = entry.line;
    assert_eq!(
        (line.at, line.vendor.as_deref(), line.purpose),
        (at(0), Some("sleeve"), Some(Purpose::Activate))
    );
    assert_eq!((line.carrier, line.outcome), (Carrier::Https, Some(OutcomeClass::Answered)));
    assert_eq!(line.request_bytes, wire.len() as u64);
    assert_eq!(line.method.as_deref(), Some("POST"));
    assert_eq!(line.url.as_deref(), Some("https://license.sleeve.example/machines?limit=1"));
    assert_eq!((line.peer.as_deref(), line.status), (Some("192.0.2.7:443"), Some(201)));
    assert_eq!(line.items, [Item::DeviceName, Item::Os, Item::LicenseKey]);
}

#[test]
fn what_another_connection_appended_is_there_at_once() {
    let mut home = Home::with(2);
    let mut other = home.again();
    assert_eq!(other.append(activation("x"), at(9), salt(3)).unwrap().id(), EntryId(3));
    assert_eq!(home.ledger.append(activation("y"), at(9), salt(3)).unwrap().id(), EntryId(4));
    assert!(other.check(None).unwrap().intact);
}

#[test]
fn an_entry_is_concluded_once() {
    let mut home = Home::with(1);
    let again = home.ledger.conclude(EntryId(1), &answered(), at(2), salt(3)).unwrap_err();
    assert_eq!(again.code(), "ledger.already_concluded");
    let nobody = home.ledger.conclude(EntryId(2), &answered(), at(2), salt(3)).unwrap_err();
    assert_eq!(nobody.code(), "ledger.no_entry");
    assert_eq!(home.ledger.entry(EntryId(2)).unwrap_err().code(), "ledger.no_entry");
    assert_eq!(home.ledger.head().unwrap().unwrap().count, 2);
}

#[test]
fn pending_becomes_unknown_only_when_nobody_can_be_sending() {
    let mut home = Home::with(1);
    let first = home.ledger.append(activation("a"), at(2), salt(1)).unwrap();
    let second = home.ledger.append(activation("b"), at(3), salt(1)).unwrap();
    let mut other = home.again();
    assert_eq!(other.recover(at(4), || salt(9)).unwrap(), 0);
    drop(first);
    assert_eq!(other.recover(at(4), || salt(9)).unwrap(), 0);
    assert_eq!(home.ledger.entry(EntryId(2)).unwrap().line.outcome, None);
    drop(second);
    assert_eq!(other.recover(at(5), || salt(9)).unwrap(), 2);
    assert_eq!(other.recover(at(5), || salt(9)).unwrap(), 0);
    for id in [2, 3] {
        assert_eq!(home.ledger.entry(EntryId(id)).unwrap().line.outcome, Some(OutcomeClass::Unknown));
    }
    assert!(home.ledger.check(None).unwrap().intact);
}

#[test]
fn a_file_is_one_entry_with_name_size_and_hash() {
    let mut home = Home::new();
    let note = FileNote {
        vendor: Some("sleeve".to_owned()),
        name: "diagnostics.zip".to_owned(),
        size_bytes: 4711,
        sha256: [0xab; 32],
    };
    let id = home.ledger.append_file(note, at(0), salt(1)).unwrap();
    let entry = home.ledger.entry(id).unwrap();
    assert_eq!((entry.line.carrier, entry.line.outcome), (Carrier::File, Some(OutcomeClass::Written)));
    assert_eq!((entry.line.request_bytes, entry.line.purpose, entry.line.kept), (4711, None, Kept::Whole));
    let file = entry.line.file.unwrap();
    assert_eq!((file.name.as_str(), file.sha256), ("diagnostics.zip", "ab".repeat(32)));
    assert_eq!(home.ledger.raw(id).unwrap_err().code(), "ledger.bytes_not_kept");
    assert!(home.ledger.check(None).unwrap().intact);
}

/// Ten entries: activations, key checks, a file; the last one pending.
fn mixed() -> Home {
    let mut home = Home::with(3);
    for minutes in 4..=6 {
        home.send(request(Purpose::CheckKey, "/check", &[]), minutes);
    }
    let note = FileNote { vendor: None, name: "a.json".to_owned(), size_bytes: 1, sha256: [0; 32] };
    home.ledger.append_file(note, at(7), salt(1)).unwrap();
    for (minutes, class) in [(8, OutcomeClass::NotSent), (9, OutcomeClass::Unknown)] {
        let recorded = home.ledger.append(activation("lost"), at(minutes), salt(1)).unwrap();
        home.ledger.conclude(recorded.id(), &Outcome::bare(class), at(minutes), salt(2)).unwrap();
    }
    home.ledger.append(activation("running"), at(10), salt(1)).unwrap();
    home
}

#[test]
fn a_page_is_the_newest_that_pass_in_the_order_they_were_written() {
    let home = mixed();
    let check = |filter: Filter, limit: usize, expect: &[i64]| {
        assert_eq!(ids(&home.ledger.page(&filter, limit).unwrap()), expect, "{filter:?}");
    };
    let all = Filter::default;
    check(all(), 100, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    check(all(), 3, &[8, 9, 10]);
    check(all(), 0, &[]);
    check(Filter { before: Some(EntryId(8)), ..all() }, 3, &[5, 6, 7]);
    check(Filter { before: Some(EntryId(1)), ..all() }, 3, &[]);
    check(Filter { vendor: Some("sleeve".to_owned()), ..all() }, 100, &[1, 2, 3, 4, 5, 6, 8, 9, 10]);
    check(Filter { vendor: Some("nobody".to_owned()), ..all() }, 100, &[]);
    check(Filter { purpose: Some(Purpose::CheckKey), ..all() }, 100, &[4, 5, 6]);
    check(Filter { purpose: Some(Purpose::Activate), ..all() }, 4, &[3, 8, 9, 10]);
    check(Filter { purpose: Some(Purpose::Activate), before: Some(EntryId(9)), ..all() }, 2, &[3, 8]);
    check(Filter { carrier: Some(Carrier::File), ..all() }, 100, &[7]);
    check(Filter { outcome: Some(None), ..all() }, 100, &[10]);
    check(Filter { outcome: Some(Some(OutcomeClass::NotSent)), ..all() }, 100, &[8]);
    check(Filter { outcome: Some(Some(OutcomeClass::Written)), ..all() }, 100, &[7]);
    check(Filter { necessity: Some(Necessity::Required), ..all() }, 2, &[9, 10]);
    check(Filter { necessity: Some(Necessity::Optional), ..all() }, 100, &[]);
}

#[test]
fn sent_today_counts_what_was_answered_and_what_may_have_left() {
    let home = mixed();
    let counts = home.ledger.counts_since(at(0)).unwrap();
    assert_eq!((counts.answered, counts.unknown), (6, 1));
    let lines = home.ledger.page(&Filter::default(), 100).unwrap();
    let sent = |id: usize| lines[id - 1].request_bytes;
    assert_eq!(counts.request_bytes, [1, 2, 3, 4, 5, 6, 9].map(sent).iter().sum::<u64>());
    assert_eq!(home.ledger.counts_since(at(9)).unwrap().unknown, 1);
    assert_eq!(home.ledger.counts_since(at(9)).unwrap().answered, 0);
    assert_eq!(home.ledger.counts_since(at(11)).unwrap().request_bytes, 0);
}

#[test]
fn a_clock_set_back_for_a_while_hides_nothing_from_the_count() {
    let mut home = Home::with(2);
    home.send(activation("ten days ago, it says"), -10 * 24 * 60);
    home.send(activation("today"), 3);
    assert_eq!(home.ledger.counts_since(at(0)).unwrap().answered, 3);
    let since = Filter { since: Some(at(0)), ..Filter::default() };
    assert_eq!(home.ledger.page(&since, 1).unwrap().len(), 1);
    let ids = home.ledger.page(&since, 100).unwrap().iter().map(|line| line.id.0).collect::<Vec<_>>();
    assert_eq!(ids, [1, 2, 4]);
}
