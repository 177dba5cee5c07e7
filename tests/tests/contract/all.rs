//! Activating all of an account's licenses: one that fails stops no other, the user's word does, and whatever breaks off in
//! the middle is taken up without a second seat.

use gatefold_disclosure::{Sensitive, Vendor};
use gatefold_store::{SecretName, Secrets, VendorKey};
use gatefold_tests::{Cli, Fault, Hold, Sandbox, SandboxOptions, Tap, files_under, write_next};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Each license there is, needed or not: nine, of five products.
const ALL: [&str; 5] = ["license", "activate", "--all", "--spare", "--yes"];

struct Desk {
    sandbox: Sandbox,
    tap: Tap,
    cli: Cli,
    _home: TempDir,
}

impl Desk {
    fn signed_in() -> Self {
        let tap = Tap::plain();
        let sandbox =
            Sandbox::with(&SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() });
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let cli =
            Cli::new(home.path()).vendor(&sandbox.vendor_file()).env("GATEFOLD_PASSPHRASE", "four words");
        let desk = Self { sandbox, tap, cli, _home: home };
        desk.sign_in();
        desk
    }

    fn sign_in(&self) {
        let words = ["account", "sign-in", "--email", "demo@example.com", "--password-stdin", "--yes"];
        let ran = self.cli.run_with_input(words, b"demo-password\n");
        assert_eq!(ran.code(), Some(0), "{ran:?}");
    }

    /// By the word in each key: what became of it, and how many requests it took.
    fn outcome(&self, report: &Value) -> Vec<(String, String, usize)> {
        let entries = report["entries"].as_array().unwrap().iter();
        let of = |entry: &Value| {
            let word = self.word_of(entry["license_id"].as_str().unwrap());
            let became = entry["error"]["code"].as_str().unwrap_or(entry["standing"].as_str().unwrap_or("?"));
            (word, became.to_owned(), entry["ledger"].as_array().unwrap().len())
        };
        entries.map(of).collect()
    }

    fn word_of(&self, license_id: &str) -> String {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        let license = licenses.iter().find(|license| license["license_id"] == license_id).unwrap();
        license["key"].as_str().unwrap().rsplit('-').next().unwrap().to_owned()
    }

    fn seats(&self) -> Vec<usize> {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        let mine = licenses.iter().filter(|license| {
            !["key_only", "banned", "other_account", "unique_per_product", "requires_heartbeat"]
                .contains(&license["state"].as_str().unwrap())
        });
        mine.map(|license| self.sandbox.seats_taken(license["license_id"].as_str().unwrap())).collect()
    }

    /// The account's token and the keys of its licenses, as they lie among the secrets.
    fn kept(&self) -> (Option<Sensitive<String>>, Option<Sensitive<String>>) {
        let file = std::fs::read_to_string(self.sandbox.vendor_file()).unwrap();
        let vendor = Vendor::parse(&file).unwrap();
        let key = VendorKey::new(vendor.id(), &vendor.root_key().parse().unwrap());
        let store = self.cli.home().join("store");
        let secrets = Secrets::in_home(&store, Some("four words".into())).unwrap();
        let get = |name| secrets.get(name).unwrap();
        (get(SecretName::Token(&key)), get(SecretName::AccountKeys(&key)))
    }

    fn edit_store(&self, sql: &str) {
        let db = rusqlite::Connection::open(self.cli.home().join("store/store.db")).unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1, "{sql}");
    }
}

fn expect(all: &[(&str, &str, usize)]) -> Vec<(String, String, usize)> {
    all.iter().map(|(word, became, sent)| ((*word).to_owned(), (*became).to_owned(), *sent)).collect()
}

/// FREE, YEAR, TRYT, SOLE, FULL, HALT, PAST, SAFE, SGNN: what each has where all that can be is activated.
const ALL_SEATS: [usize; 9] = [1, 1, 1, 1, 2, 0, 0, 1, 1];

/// A server that asks for a pause, or does not answer, is asked nothing more: each other license has its entry all the same.
#[test]
fn a_server_that_asks_for_a_pause_has_it() {
    let desk = Desk::signed_in();
    let pause = b"HTTP/1.1 429 Wait\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n".to_vec();
    let release: &[&str] = &["license", "deactivate", "--all", "--yes"];
    let refresh: &[&str] = &["license", "refresh", "--yes"];
    for (all, count) in [(&ALL[..], 9), (refresh, 6), (release, 6)] {
        let first = desk.tap.seen().len();
        desk.tap.faults([Fault::Answer(pause.clone())]);
        let ran = desk.cli.run([all, &["--json"]].concat());
        desk.tap.faults([]);
        assert_eq!((ran.code(), desk.tap.seen().len() - first), (Some(1), 1), "{ran:?}");
        let codes: Vec<String> = ran.json()["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["error"]["code"].as_str().unwrap().to_owned())
            .collect();
        let expect = [&["keygen.throttled"][..], &vec!["license.not_begun"; count - 1]].concat();
        assert_eq!(codes, expect, "{ran:?}");
        desk.cli.run(ALL);
    }
}

/// A server that is there and answers nothing of use is let be after the second time; what was lost once may be chance.
#[test]
fn a_server_that_does_not_answer_is_not_asked_for_each() {
    let desk = Desk::signed_in();
    desk.cli.run(ALL);
    let busy = Fault::Answer(b"HTTP/1.1 503 Busy\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n".to_vec());
    for (fault, asked) in [(busy, 1), (Fault::Hang, 2)] {
        let first = desk.tap.seen().len();
        desk.tap.faults(std::iter::repeat_n(fault.clone(), 6));
        let ran = desk.cli.run(["license", "refresh", "--yes", "--json"]);
        desk.tap.faults([]);
        let entries = ran.json()["entries"].as_array().unwrap().clone();
        let begun = entries.iter().filter(|entry| entry["error"]["code"] != "license.not_begun").count();
        assert_eq!((ran.code(), entries.len(), begun), (Some(1), 6, asked), "{fault:?} {ran:?}");
        let tried: usize = entries.iter().map(|entry| entry["ledger"].as_array().unwrap().len()).sum();
        assert_eq!((tried, desk.tap.seen().len() - first <= asked), (asked, true), "{fault:?} {ran:?}");
    }
}

/// A seat whose file is lost is taken up, before another license of the product takes a second one.
#[test]
fn the_seat_that_is_held_counts_first() {
    let desk = Desk::signed_in();
    desk.cli.json(["license", "activate", &desk.sandbox.key("one_seat"), "--yes"]);
    for path in files_under(&desk.cli.home().join("shelf/vendors")).into_keys() {
        if path.parent().unwrap().ends_with("licenses") {
            std::fs::remove_file(path).unwrap();
        }
    }
    desk.cli.json(["account", "refresh", "--yes"]);
    let report = desk.cli.run(["license", "activate", "--all", "--yes", "--json"]).json();
    let became = desk.outcome(&report);
    let of = |word: &str| became.iter().find(|(of, ..)| of == word).map(|(_, became, _)| became.as_str());
    assert_eq!((of("S0LE"), of("SAFE")), (Some("active"), None), "{report}");
    // FREE, YEAR, TRYT, SOLE, FULL, HALT, PAST, SAFE, SGNN.
    assert_eq!(desk.seats(), [1, 1, 1, 1, 2, 0, 0, 0, 0]);
}

/// Who agrees to another file of the vendor agrees to what it says from then on: what was planned by the one before is not
/// sent any more.
#[test]
fn a_newer_vendor_file_counts_at_once() {
    let desk = Desk::signed_in();
    let first = desk.tap.seen().len();
    // The check of the first license is through; its seat is asked for when the newer file comes.
    let hold = Hold::default();
    desk.tap.faults([Fault::None, Fault::None, Fault::Hold(hold.clone())]);
    let running = desk.cli.start([&ALL[..], &["--json"]].concat());
    hold.until_asked();
    let file = desk.cli.home().join("newer.toml");
    write_next(&desk.sandbox.vendor_file(), &file, str::to_owned);
    let cli = Cli::new(desk.cli.home()).env("GATEFOLD_PASSPHRASE", "four words");
    cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
    hold.let_go();
    let ran = running.ran();
    let report = ran.json();
    let sent = desk.tap.seen().len() - first;
    let codes: Vec<&str> = report["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["error"]["code"].as_str().unwrap())
        .collect();
    // PAST is refused before; TRYT has its seat and is told so; of the others nothing is asked.
    assert_eq!(codes[..3], ["keygen.expired", "license.seat_without_file", "vendor.replaced"], "{ran:?}");
    assert!(codes[2..].iter().all(|code| *code == "vendor.replaced"), "{ran:?}");
    assert_eq!((ran.code(), sent), (Some(1), 3), "{ran:?}");
    // By the newer file all goes on, with no second seat.
    assert_eq!(cli.run(ALL).code(), Some(1));
    assert_eq!(desk.seats(), ALL_SEATS);
}

#[test]
fn one_that_fails_stops_no_other() {
    let desk = Desk::signed_in();
    let first = desk.tap.seen().len();
    // The first is refused, the answer to the second is lost.
    desk.tap.faults([Fault::None, Fault::LoseAnswer]);
    let ran = desk.cli.run([&ALL[..], &["--device-name", "studio", "--json"]].concat());
    let report = ran.json();
    let became = [
        ("PAST", "keygen.expired", 1),
        ("TRYT", "network.cut_off", 1),
        ("FREE", "active", 3),
        ("SGNN", "active", 3),
        ("HALT", "keygen.suspended", 1),
        ("YEAR", "active", 3),
        ("FULL", "keygen.seats_full", 3),
        ("S0LE", "active", 3),
        ("SAFE", "active", 3),
    ];
    assert_eq!((ran.code(), desk.outcome(&report)), (Some(1), expect(&became)), "{ran:?}");
    assert_eq!(report["error"]["code"], "keygen.expired", "the first failure stands beside the entries");
    // Each was asked about by its key; the seats were taken by the sign-in, but where the vendor allows the key alone.
    let sent = desk.tap.seen().into_iter().skip(first).map(|seen| String::from_utf8(seen.request).unwrap());
    let by_key: Vec<bool> = sent
        .filter(|request| request.starts_with("POST") && request.contains("/machines HTTP"))
        .map(|request| {
            assert!(request.contains("\"name\":\"studio\""), "{request}");
            request.contains("authorization: License ")
        })
        .collect();
    assert_eq!(by_key, [false, false, false, false, false, true]);
    // What was lost is done the next time, and nothing is done twice.
    let ran = desk.cli.run([&ALL[..], &["--json"]].concat());
    let became = [
        ("PAST", "keygen.expired", 1),
        ("TRYT", "active", 3),
        ("HALT", "keygen.suspended", 1),
        ("FULL", "keygen.seats_full", 3),
    ];
    assert_eq!((ran.code(), desk.outcome(&ran.json())), (Some(1), expect(&became)), "{ran:?}");
    assert_eq!(desk.seats(), ALL_SEATS);
    // And now there is nothing but what is refused.
    assert_eq!(desk.cli.run(ALL).code(), Some(3));
}

#[test]
fn what_breaks_off_is_taken_up_without_a_second_seat() {
    // In the middle of the second license: after its seat was taken.
    for point in ["client.between-answer-and-install=1*off->panic", "client.after-send=6*off->panic"] {
        let desk = Desk::signed_in();
        let ran = desk.cli.clone().env("FAILPOINTS", point).run(ALL);
        assert_eq!(ran.code(), None, "{point}: {ran:?}");
        let unfinished = desk.cli.json(["license", "list"])["unfinished"].as_array().unwrap().len();
        assert_eq!(unfinished, 1, "{point}: a silent seat");
        let report = desk.cli.run([&ALL[..], &["--json"]].concat()).json();
        let done =
            report["entries"].as_array().unwrap().iter().filter(|entry| entry["result"] == "activated");
        assert!(done.count() >= 4, "{point}: {report}");
        assert_eq!(desk.seats(), ALL_SEATS, "{point}");
        let listed = desk.cli.json(["license", "list"]);
        let counts = (listed["entries"].as_array().unwrap().len(), &listed["unfinished"]);
        assert_eq!(counts, (6, &json!([])), "{point}");
    }
}

#[test]
fn the_users_word_stops_what_was_not_begun() {
    let desk = Desk::signed_in();
    let first = desk.tap.seen().len();
    // PAST is refused; of TRYT the seat is asked for, and its answer held back.
    let hold = Hold::default();
    desk.tap.faults([Fault::None, Fault::None, Fault::Hold(hold.clone())]);
    let running = desk.cli.start([&ALL[..], &["--json"]].concat());
    hold.until_asked();
    running.signal("INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    hold.let_go();
    let ran = running.ran();
    let became = [("PAST", "keygen.expired", 1), ("TRYT", "license.seat_without_file", 2)];
    assert_eq!((ran.code(), desk.outcome(&ran.json())), (Some(1), expect(&became)), "{ran:?}");
    assert_eq!(desk.tap.seen().len() - first, 3, "something was begun after the word");
    assert!(ran.stderr.contains("Stopping: nothing more is sent"), "{ran:?}");
    // The same command goes on where it was stopped.
    assert_eq!(desk.cli.run(ALL).code(), Some(1));
    assert_eq!(desk.seats(), ALL_SEATS);
}

#[test]
fn what_cannot_be_read_is_not_called_here() {
    let desk = Desk::signed_in();
    let db = rusqlite::Connection::open(desk.cli.home().join("store/store.db")).unwrap();
    assert_eq!(db.execute("UPDATE owned SET terms = 'borrowed'", []).unwrap(), 9);
    let ran = desk.cli.run(ALL);
    let said = ran.text() + &ran.stderr;
    assert!(said.contains("damaged in part") && said.contains("gatefold account refresh"), "{ran:?}");
    assert!(!said.contains("Every license of your accounts"), "{ran:?}");
}

#[test]
fn what_is_not_as_it_was_listed_is_asked_about_and_no_more() {
    let desk = Desk::signed_in();
    // The list is of another day: the license was prolonged since, so its file lasts longer than what was shown.
    desk.edit_store("UPDATE owned SET expires_at = '2030-01-01T00:00:00Z' WHERE key_hint = 'YEAR'");
    desk.edit_store(
        "UPDATE owned SET product = '5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0102' WHERE key_hint = 'S0LE'",
    );
    // The vendor's file does not know it, and of another no key was shown: nobody need be asked.
    desk.edit_store("UPDATE owned SET product = 'unheard-of' WHERE key_hint = 'SGNN'");
    desk.edit_store(
        "UPDATE owned SET license_id = '5e1ee7e0-33aa-4a5b-8c11-000000000000' WHERE key_hint = 'SAFE'",
    );
    let report = desk.cli.run([&ALL[..], &["--json"]].concat()).json();
    let became = |hint: &str, code: &str, sent: usize| {
        let entry = report["entries"].as_array().unwrap().iter().find(|entry| entry["error"]["code"] == code);
        let entry = entry.unwrap_or_else(|| panic!("{hint}: {report}"));
        assert_eq!(entry["ledger"].as_array().unwrap().len(), sent, "{hint}: {entry}");
    };
    let changed = report["entries"].as_array().unwrap().iter();
    let changed = changed.filter(|entry| entry["error"]["code"] == "license.changed");
    assert_eq!(changed.filter(|entry| entry["ledger"].as_array().unwrap().len() == 1).count(), 2, "{report}");
    became("SGNN", "license.product_unknown", 0);
    became("SAFE", "license.key_missing", 0);
    assert_eq!(desk.seats(), [1, 0, 1, 0, 2, 0, 0, 0, 0]);
    // Read again, they are what they are.
    desk.cli.json(["account", "refresh", "--yes"]);
    assert_eq!(desk.cli.run(ALL).code(), Some(1));
    assert_eq!(desk.seats(), ALL_SEATS);
}

#[test]
fn signed_out_nothing_of_the_account_stays_but_what_is_installed() {
    let desk = Desk::signed_in();
    assert_eq!(desk.cli.run(ALL).code(), Some(1));
    let (token, keys) = desk.kept();
    assert_eq!((token.is_some(), keys.unwrap().expose().lines().count()), (true, 9));
    desk.cli.json(["account", "sign-out", "--yes"]);
    let (token, keys) = desk.kept();
    assert!(token.is_none() && keys.is_none(), "the account's secrets stay");
    assert_eq!(desk.cli.json(["account", "licenses"])["entries"], json!([]));
    let (exit, error) = desk.cli.failure(ALL);
    assert_eq!((exit, &error["code"]), (1, &json!("account.not_signed_in")));
    // What is installed has its own key, and goes on by it but where the vendor wants the sign-in.
    let refreshed = desk.cli.run(["license", "refresh", "--yes", "--json"]).json();
    let renewed =
        refreshed["entries"].as_array().unwrap().iter().filter(|entry| entry["result"] == "renewed");
    assert_eq!(renewed.count(), 5, "{refreshed}");
}
