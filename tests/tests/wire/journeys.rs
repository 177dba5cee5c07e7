//! Every kind of request that the command line makes, for every vendor of the table: golden, and the smallest there is.

use gatefold_disclosure::Item;
use gatefold_disclosure::vendor::{Fate, Necessity};
use gatefold_tests::{Cli, body_of, tool, vendor};

use crate::golden;
use crate::page::assert_page_agrees;
use crate::scene::{Scene, Sent, assert_shown, text};
use crate::table::{Row, TABLE};

fn compare(row: &Row, kinds: &[&str], sent: &[Sent]) {
    assert_eq!(sent.len(), kinds.len(), "{}: {kinds:?}", row.vendor);
    for (kind, request) in kinds.iter().zip(sent) {
        golden::compare(&format!("{}-{kind}", row.vendor), request);
        row.assert_smallest(kind, request);
    }
}

/// An activation on a terminal, where the whole plan is shown and asked about: every byte that was sent then was shown.
fn activate(scene: &Scene, key: &str, more: &[&str]) -> Vec<Sent> {
    let first = scene.tap.seen().len();
    let words = [&["license", "activate", key], more].concat();
    if tool("wire::activate", "script").is_none() {
        return scene.sent_by(first, || scene.cli.run([&words[..], &["--yes"]].concat()));
    }
    let mut printed = String::new();
    let sent = scene.sent_by(first, || {
        let ran = scene.cli.run_on_terminal(words, b"y\ny\n");
        printed = ran.text();
        ran
    });
    for request in &sent {
        assert_shown(&printed, &text(&request.stored));
    }
    // A name that the vendor leaves to the user is not said to be required; the only one typed here is such a one.
    let names =
        |request: &Sent| request.entry["items"].as_array().unwrap().iter().any(|item| item == "device_name");
    let is_given = more.contains(&"--device-name") && sent.iter().any(names);
    assert_eq!(printed.contains("Given by you, and not required"), is_given, "{printed}");
    sent
}

fn sign_in_and_out(scene: &mut Scene, row: &Row) {
    let account = scene.sandbox.ready["account"].clone();
    let (email, password) = scene.password(&account);
    let words = ["account", "sign-in", "--email", &email, "--password-stdin"];
    compare(row, &["sign-in", "sign-in-who", "library"], &scene.signed_in(&words, &password));
    compare(row, &["library"], &scene.shown_then_sent(&["account", "refresh"], ""));
    compare(row, &["sign-out"], &scene.shown_then_sent(&["account", "sign-out"], ""));

    let account = scene.sandbox.ready["two_factor_account"].clone();
    let code = one_time_code(account["otp_secret"].as_str().unwrap());
    let (email, password) = scene.password(&account);
    scene.secret("One-time code", &code);
    let words = ["account", "sign-in", "--email", &email, "--password-stdin", "--otp", &code];
    compare(row, &["sign-in-one-time-code", "sign-in-who", "library"], &scene.signed_in(&words, &password));
}

/// What a vendor asks of a server of its own, by a key of its own: two questions, no seat, and nothing of this computer.
#[test]
fn a_server_is_asked_how_it_is_set_up() {
    for row in TABLE {
        let mut scene = Scene::start(row.vendor);
        let file = scene.sandbox.vendor_file();
        let key = scene.license_key("protected");
        let words = ["vendor", "check", file.to_str().unwrap(), "--live", &key];
        // The id of the license stands open in what is shown, since the first answer brings it.
        let first = scene.tap.seen().len();
        let shown = scene.cli.run(words);
        assert_eq!((shown.code(), scene.tap.seen().len()), (Some(2), first), "{shown:?}");
        let sent = scene.sent_by(first, || scene.cli.run([&words[..], &["--yes"]].concat()));
        compare(row, &["check-key", "policy"], &sent);
        let id = scene.sandbox.license("protected")["license_id"].as_str().unwrap();
        let policy = text(&sent[1].stored).replace(id, "‹server: license id›");
        assert_shown(&shown.stderr, &policy);
        assert_eq!(scene.sandbox.seats_taken(id), 0);
    }
}

/// Which words register a product, by what its box held.
fn registration(scene: &mut Scene, row: &Row) -> Vec<String> {
    let bought = scene.sandbox.ready["registrations"][0].clone();
    let text = |name: &str| bought[name].as_str().unwrap().to_owned();
    let mut words = vec!["license".to_owned(), "register".to_owned()];
    for item in row.registers_with {
        let (flag, value) = match item {
            Item::Product => ("--product", text("product")),
            Item::ProductSerial => ("--serial", text("serial")),
            _ => ("--unlock-code", text("unlock_code")),
        };
        if item.is_secret() {
            scene.secret(item.label(), &value);
        }
        words.extend([flag.to_owned(), value]);
    }
    words
}

/// A product that was bought is claimed with what the vendor asks for, and nothing else; then it is in the list.
#[test]
fn products_that_are_registered() {
    for row in TABLE.iter().filter(|row| !row.registers_with.is_empty()) {
        let mut scene = Scene::start(row.vendor);
        let account = scene.sandbox.ready["account"].clone();
        let (email, password) = scene.password(&account);
        scene.signed_in(&["account", "sign-in", "--email", &email, "--password-stdin"], &password);
        let before = scene.cli.json(["account", "licenses"])["entries"].as_array().unwrap().len();
        let words = registration(&mut scene, row);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        compare(row, &["register", "library"], &scene.shown_then_sent(&words, ""));
        let owned = || scene.cli.json(["account", "licenses"])["entries"].as_array().unwrap().clone();
        let product = &scene.sandbox.ready["registrations"][0]["product_id"];
        assert_eq!(owned().len(), before + 1);
        assert_eq!(owned().iter().filter(|license| license["here"] == false).count(), before + 1);
        assert!(owned().iter().any(|license| license["product_id"] == *product));
        // To claim twice is to claim once.
        let again = scene.cli.json([&words[..], &["--yes"]].concat());
        assert_eq!((&again["status"], &again["listed"]), (&"already_yours".into(), &true.into()), "{again}");
        assert_eq!(owned().len(), before + 1);
    }
}

/// A trial and its activation by one yes: all of it was shown before there was a license, whose id and key stood open.
#[test]
fn products_that_are_tried() {
    for row in TABLE {
        let Some((product, counted_by)) = row.trial else { continue };
        let mut scene = Scene::start(row.vendor);
        if counted_by == Item::Token {
            let account = scene.sandbox.ready["account"].clone();
            let (email, password) = scene.password(&account);
            scene.signed_in(&["account", "sign-in", "--email", &email, "--password-stdin"], &password);
        }
        let first = scene.tap.seen().len();
        let mut printed = String::new();
        let words = ["license", "trial", product];
        let ran = if tool("wire::products_that_are_tried", "script").is_some() {
            let ran = scene.cli.run_on_terminal(words, b"y\n");
            printed = ran.text();
            ran
        } else {
            scene.cli.run([&words[..], &["--yes"]].concat())
        };
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        let license = body_of(&scene.tap.seen()[first].answer)["data"].clone();
        scene.secret("License key", license["attributes"]["key"].as_str().unwrap());
        let sent = scene.sent_since(&scene.cli, first);
        let kinds: &[&str] = match row.is_machine_bound() {
            true => &["trial", "create-machine", "check-out-until"],
            false => &["trial", "check-out-until"],
        };
        compare(row, kinds, &sent);
        let id = license["id"].as_str().unwrap();
        for request in sent.iter().filter(|_| !printed.is_empty()) {
            assert_shown(&printed, &text(&request.stored).replace(id, "‹server: license id›"));
        }
        // To ask again is to ask for the same: no second trial, no second seat.
        let again = scene.cli.json([&words[..], &["--yes"]].concat());
        assert_eq!((&again["license_id"], &again["status"]), (&license["id"], &"trying".into()), "{again}");
        assert_eq!(scene.sandbox.trials(), [id]);
        assert_eq!(scene.sandbox.seats_taken(id), usize::from(row.is_machine_bound()));
        let listed = &scene.cli.json(["license", "list"])["entries"];
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["kind"]), (1, &"trial".into()), "{listed}");
    }
}

/// Whether it can be given away, this computer's seat, the transfer, the list: each was shown before it left.
#[test]
fn licenses_that_are_given_away() {
    for row in TABLE.iter().filter(|row| row.transfers) {
        let mut scene = Scene::start(row.vendor);
        let key = scene.license_key("free");
        scene.cli.json(["license", "activate", &key, "--yes"]);
        let account = scene.sandbox.ready["account"].clone();
        let (email, password) = scene.password(&account);
        scene.signed_in(&["account", "sign-in", "--email", &email, "--password-stdin"], &password);
        let owned = || scene.cli.json(["account", "licenses"])["entries"].as_array().unwrap().len();
        let (before, id) =
            (owned(), scene.sandbox.license("free")["license_id"].as_str().unwrap().to_owned());
        let words = ["license", "transfer", &id];
        compare(row, &["ask-transfer"], &scene.shown_then_sent(&words, ""));

        let first = scene.tap.seen().len();
        let words = [&words[..], &["--to", "friend@example.com", "--yes", "--show"]].concat();
        let mut shown = String::new();
        let sent = scene.sent_by(first, || {
            let ran = scene.cli.run(words);
            shown.clone_from(&ran.stderr);
            ran
        });
        compare(row, &["ask-transfer", "delete-machine", "transfer", "library"], &sent);
        for request in &sent {
            assert_shown(&shown, &text(&request.stored));
        }
        assert!(shown.contains("another person's"), "{shown}");
        assert_eq!((owned(), scene.sandbox.seats_taken(&id)), (before - 1, 0));
        assert_eq!(scene.sandbox.given_to(&id), ["friend@example.com"]);
        assert_eq!(scene.cli.json(["license", "list"])["entries"], serde_json::json!([]));
    }
}

fn one_time_code(secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let now = jiff::Timestamp::now().as_second().unsigned_abs();
    totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string()
}

#[test]
fn vendors_that_bind_to_the_computer() {
    for row in TABLE.iter().filter(|row| row.is_machine_bound()) {
        let mut scene = Scene::start(row.vendor);
        let key = scene.license_key("free");
        let sent = activate(&scene, &key, &[]);
        compare(row, &["check-key", "create-machine", "check-out"], &sent);

        let entry = &scene.cli.json(["license", "list"])["entries"][0];
        let id = |name: &str| entry[name].as_str().unwrap().to_owned();
        let (license_id, machine_id) = (id("license_id"), id("machine_id"));
        let sent = scene.shown_then_sent(&["license", "refresh", &license_id], "");
        compare(row, &["refresh-validate", "refresh-check-out"], &sent);
        let sent = scene.shown_then_sent(&["license", "seats", &license_id], "");
        compare(row, &["check-key", "seats"], &sent);
        if row.renames() {
            let sent = scene.shown_then_sent(&["license", "rename", &machine_id, "loft \"one\""], "");
            compare(row, &["rename-machine"], &sent);
            assert_eq!(
                scene.cli.json(["license", "seats", &license_id, "--yes"])["entries"][0]["name"],
                "loft \"one\""
            );
        } else {
            // What the vendor's file does not declare is not asked for, and nothing leaves.
            let (exit, error) = scene.cli.failure(["license", "rename", &machine_id, "loft", "--yes"]);
            assert_eq!((exit, &error["code"]), (3, &"gate.undeclared".into()), "{error}");
        }
        let sent = scene.shown_then_sent(&["license", "deactivate", &machine_id], "");
        compare(row, &["delete-machine"], &sent);
        if row.name_is_typed {
            let sent = activate(&scene, &key, &["--device-name", "studio desk"]);
            compare(row, &["check-key", "create-machine-named", "check-out"], &sent);
        }
        sign_in_and_out(&mut scene, row);
        assert_page_agrees(&scene, row);
    }
}

/// The seat of another computer goes by the bytes of one's own, and by the key of whoever asks.
#[test]
fn seats_of_other_computers() {
    for row in TABLE.iter().filter(|row| row.is_machine_bound()) {
        let mut scene = Scene::start(row.vendor);
        let key = scene.license_key("free");
        let elsewhere = scene.another_computer(&key);
        let first = scene.tap.seen().len();
        let list = scene.sent_by(first, || scene.cli.run(["license", "seats", &key, "--yes"]));
        compare(row, &["check-key", "seats"], &list);
        let sent = scene.shown_then_sent(&["license", "deactivate", &elsewhere, "--key", &key], "");
        compare(row, &["check-key", "delete-machine"], &sent);
        let license_id = scene.sandbox.license("free")["license_id"].as_str().unwrap();
        assert_eq!(scene.sandbox.seats_taken(license_id), 0);
    }
}

#[test]
fn licenses_that_end() {
    for row in TABLE {
        let mut scene = Scene::start(row.vendor);
        let licenses = scene.sandbox.ready["licenses"].as_array().unwrap();
        let license = licenses.iter().find(|license| license["kind"] == "subscription").unwrap();
        let key = license["key"].as_str().unwrap().to_owned();
        scene.secret("License key", &key);
        let sent = activate(&scene, &key, &[]);
        compare(row, &["check-out-until"], &sent[sent.len() - 1..]);
        // How long the file shall last follows from the second in which it is asked for, so what is shown is not what is
        // sent.
        let first = scene.tap.seen().len();
        let sent = scene.sent_by(first, || scene.cli.run(["license", "refresh", "--yes"]));
        compare(row, &["refresh-validate", "refresh-check-out-until"], &sent);
    }
}

#[test]
fn a_seat_that_this_computer_has_already() {
    for row in TABLE.iter().filter(|row| row.is_machine_bound()) {
        let mut scene = Scene::start(row.vendor);
        let key = scene.license_key("free");
        activate(&scene, &key, &[]);
        // The same computer, which has forgotten everything.
        let home = tempfile::tempdir().unwrap();
        let forgetful = Cli::new(home.path()).vendor(&scene.sandbox.vendor_file());
        let first = scene.tap.seen().len();
        let ran = forgetful.run(["license", "activate", &key, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        let sent = scene.sent_since(&forgetful, first);
        compare(row, &["check-key", "create-machine", "find-machine", "check-out"], &sent);
        assert_eq!(sent[1].entry["code"], "FINGERPRINT_TAKEN");
    }
}

#[test]
fn vendors_that_bind_to_the_account() {
    for row in TABLE.iter().filter(|row| !row.is_machine_bound()) {
        let mut scene = Scene::start(row.vendor);
        let key = scene.license_key("free");
        // Nobody is asked for a name here; one that is typed all the same goes nowhere.
        let sent = activate(&scene, &key, &["--device-name", "studio desk"]);
        compare(row, &["check-key", "check-out"], &sent);
        let sent = scene.shown_then_sent(&["license", "refresh"], "");
        compare(row, &["refresh-validate", "refresh-check-out"], &sent);

        let first = scene.tap.seen().len();
        let entry = &scene.cli.json(["license", "list"])["entries"][0];
        let license_id = entry["license_id"].as_str().unwrap();
        let sent = scene.sent_by(first, || scene.cli.run(["license", "deactivate", license_id, "--yes"]));
        assert!(sent.is_empty(), "a license without seats is given back to nobody");
        sign_in_and_out(&mut scene, row);
        assert_page_agrees(&scene, row);
    }
}

/// `vendor show` names every category that the policy speaks of, under what becomes of it.
#[test]
fn what_a_policy_asks_and_nobody_sends_is_said() {
    const ASKED: &str = "The policy asks; Gatefold does not send it";
    let mut unsent = 0;
    for row in TABLE {
        let scene = Scene::start(row.vendor);
        let shown = scene.cli.run(["vendor", "show"]).text();
        // A heading stands at the margin, what is under it does not.
        let under = |heading: &str| -> String {
            let below = shown.split(heading).nth(1).unwrap_or_default().lines().skip(1);
            let words = below.take_while(|line| line.is_empty() || line.starts_with(' '));
            words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
        };
        for category in &vendor(row.vendor).policy().category {
            let heading = match (category.fate(), category.necessity.is) {
                (Fate::Sent(_), _) => "The policy allows it, and Gatefold sends it",
                (Fate::Seen, _) => "The policy allows it, and the network shows it",
                (Fate::NotSent, Some(Necessity::Required)) => ASKED,
                (Fate::NotSent, _) => "The policy allows it; Gatefold does not send it",
            };
            unsent += usize::from(heading == ASKED);
            let (name, found) = (&category.name, under(heading));
            assert!(found.contains(&format!("{name} (")), "{}: {name}: {found}\n{shown}", row.vendor);
        }
        if row.vendor == "inmusic" {
            assert!(under(ASKED).contains("Location data (account) [65] required [65]"), "{shown}");
        }
    }
    assert!(unsent > 5, "{unsent}");
}
