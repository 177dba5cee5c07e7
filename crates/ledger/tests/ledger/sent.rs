//! What was sent to one vendor, for adding up.

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{FileNote, Outcome, OutcomeClass};

use crate::sample::{Home, activation, at, request, salt};

#[test]
fn what_left_is_told_with_its_items() {
    let mut home = Home::new();
    home.send(activation("desk"), 1);
    home.send(request(Purpose::CheckKey, "/check", &[(Item::Nonce, "7310559021")]), 2);
    let outcomes = [OutcomeClass::NotSent, OutcomeClass::Unknown];
    for (minutes, class) in (3..).zip(outcomes) {
        let recorded = home.ledger.append(activation("desk"), at(minutes), salt(1)).unwrap();
        home.ledger.conclude(recorded.id(), &Outcome::bare(class), at(minutes), salt(2)).unwrap();
    }
    // Still on its way; and a file, which goes to nobody.
    home.ledger.append(activation("desk"), at(5), salt(1)).unwrap();
    let note =
        FileNote { vendor: Some("sleeve".to_owned()), name: "x".to_owned(), size_bytes: 1, sha256: [0; 32] };
    home.ledger.append_file(note, at(6), salt(1)).unwrap();
    home.ledger.erase(gatefold_ledger::EntryId(1), at(7)).unwrap();

    let check = |vendor: &str, most: usize, expect: &[(i64, Option<&[Item]>)]| {
        let sent = home.ledger.sent_to(vendor, most).unwrap();
        let got: Vec<(i64, Option<&[Item]>)> =
            sent.iter().map(|sent| (sent.id.0, sent.items.as_deref())).collect();
        assert_eq!(got, expect, "{vendor} {most}");
    };
    let activated: &[Item] = &[Item::DeviceName, Item::Os, Item::LicenseKey];
    let checked: &[Item] = &[Item::LicenseKey, Item::Nonce];
    check("sleeve", 10, &[(4, Some(activated)), (2, Some(checked)), (1, None)]);
    check("sleeve", 2, &[(4, Some(activated)), (2, Some(checked))]);
    check("tidewater", 10, &[]);
    let first = home.ledger.sent_to("sleeve", 10).unwrap().pop().unwrap();
    assert_eq!((first.at, first.purpose), (at(1), Some(Purpose::Activate)));
    assert!(first.request_bytes > 100, "{first:?}");
}
