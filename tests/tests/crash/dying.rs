//! The program dies at each named point of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;

use gatefold_tests::{Cli, Ran, root_dir};

use crate::stage::{Act, Stage};

/// How often the program dies at a point that the design names.
const MANY: usize = 20;
/// How often at the others, in the same way, or at points that a crash of another command has tried already.
const SOME: usize = 4;

/// Between the ledger's write and the send, and after the send: named by the design.
const AROUND_SENDING: &[&str] = &["ledger.after-append", "client.after-append", "egress.after-answer"];

/// Every request passes these too.
const SENDING: &[&str] = &[
    "ledger.before-append",
    "egress.before-send",
    "ledger.before-conclude",
    "ledger.after-conclude",
    "client.after-conclude",
    "client.after-send",
];

const BEGIN_AND_FINISH: &[&str] = &["store.after-begin", "store.after-finish"];
const CONFIRMED: &[&str] = &["store.after-confirm"];

/// A file is fetched, verified, installed.
const INSTALLING: &[&str] = &[
    "client.between-answer-and-install",
    "shelf.before-unlock-rename",
    "shelf.after-unlock-rename",
    "shelf.before-license-rename",
    "shelf.after-license-rename",
    "client.after-install",
];

const VENDOR_FILE: &[&str] = &[
    "shelf.before-signature-rename",
    "shelf.after-signature-rename",
    "shelf.before-vendor-rename",
    "shelf.after-vendor-rename",
];

const REVOKING: &[&str] = &["shelf.before-revocation-rename", "shelf.after-revocation-rename"];
const RELEASING: &[&str] = &["client.between-release-and-removal"];
const RELEASE_KEPT: &[&str] = &["shelf.before-release-rename", "shelf.after-release-rename"];
const ERASING: &[&str] = &["ledger.after-erase"];
const EXPORTING: &[&str] = &[
    "store.after-begin-draft",
    "client.before-export-note",
    "client.before-export-rename",
    "client.after-export-rename",
];
const SECRETS: &[&str] = &["store.before-secrets-rename", "store.after-secrets-rename"];

/// The server did what was asked about a seat, and it is not noted yet.
const RENAMED: &[&str] = &["client.between-rename-and-note"];
const RELEASED_ELSEWHERE: &[&str] = &["client.between-release-elsewhere-and-note"];

/// A token is given, and not kept yet; a list is read, and not remembered yet, or its keys alone.
const TOKEN: &[&str] = &["client.between-token-and-keeping", "client.between-account-and-token"];
const LIST: &[&str] = &["client.between-list-and-keeping", "client.between-keys-and-list"];

/// A product is claimed, and the list that shows it is not read yet.
const CLAIMED: &[&str] = &["client.between-claim-and-list"];

/// Points that no command reaches yet, and the test that dies there.
const ELSEWHERE: &[(&str, &str)] = &[
    ("ledger.after-withdrawing", "crates/ledger/tests/ledger/consents.rs"),
    ("ledger.before-withdrawn", "tests/tests/usage/taken_back.rs"),
    ("ledger.after-withdrawn", "tests/tests/usage/taken_back.rs"),
    ("client.after-withdrawing", "tests/tests/usage/taken_back.rs"),
    ("client.consent-removed", "tests/tests/usage/taken_back.rs"),
    ("client.after-grant", "tests/tests/usage/taken_back.rs"),
    ("client.spool-counted", "tests/tests/usage/once.rs"),
    ("client.spool-removed", "tests/tests/usage/once.rs"),
    ("client.batch-frozen", "tests/tests/usage/once.rs"),
    ("client.batch-answered", "tests/tests/usage/once.rs"),
    ("client.between-trial-and-activation", "tests/tests/crash/trying.rs"),
    ("client.between-release-and-transfer", "tests/tests/crash/giving.rs"),
    ("client.between-transfer-and-list", "tests/tests/crash/giving.rs"),
];

/// One command, dying at some points.
struct Case {
    act: Act,
    /// What the user did before, successfully.
    before: Option<Act>,
    /// The vendor suspends the license in between.
    suspended: bool,
    /// Where it dies, and how often at each.
    points: &'static [(usize, &'static [&'static str])],
    /// What the repeated command may say, because the first one did everything but report it.
    or_says: Option<&'static str>,
}

impl Case {
    const fn of(act: Act, points: &'static [(usize, &'static [&'static str])]) -> Self {
        Self { act, before: None, suspended: false, points, or_says: None }
    }

    /// Every point of the case.
    fn points(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.points.iter().flat_map(|(times, points)| points.iter().map(|point| (*times, *point)))
    }

    /// Dies at every point of the case: at its first passing, its second, and so on, and from the first again.
    fn play(&self, stage: &mut Stage) {
        for (times, point) in self.points() {
            // How often the command passes here, once a try got past the last time.
            let mut passings = usize::MAX;
            let mut passing = 0;
            let mut died = 0;
            while died < times {
                let cli = self.prepare(stage);
                let ran = stage.run(&cli.clone().env("FAILPOINTS", fail_at(point, passing)), self.act);
                if ran.status.signal() == Some(6) {
                    died += 1;
                    self.crashed(stage, &cli, &format!("{point}, passing {passing}"));
                    passing = (passing + 1) % passings;
                } else {
                    assert!(passing > 0 && passings == usize::MAX, "never reached: {point}: {ran:?}");
                    self.ended(&ran, point);
                    (passings, passing) = (passing, 0);
                }
                stage.done(&cli);
            }
        }
    }

    fn prepare(&self, stage: &mut Stage) -> Cli {
        if self.suspended {
            stage.right().set_suspended(false);
        }
        let cli = stage.fresh_after(self.before);
        if self.suspended {
            stage.right().set_suspended(true);
        }
        cli
    }

    fn crashed(&self, stage: &Stage, cli: &Cli, what: &str) {
        // Says where it was, if an assertion below fails.
        let _where = Said(what);
        stage.shelf_is_whole(cli);
        stage.next_start_is_whole(cli, matches!(self.act, Act::Refresh));
        if matches!(self.act, Act::Export) {
            stage.export_is_whole_or_gone(cli);
        }
        if matches!(self.act, Act::Erase) {
            stage.erased_is_gone(cli);
        }
        let again = stage.run(cli, self.act);
        self.ended(&again, what);
        let listed = stage.end_is_whole(cli, self.act);
        if self.suspended {
            assert_eq!(listed.unwrap()["standing"], "revoked", "{what}: what the server said is not kept");
        }
    }

    fn ended(&self, ran: &Ran, what: &str) {
        if self.suspended {
            let told = (ran.code(), ran.json()["error"]["code"].clone());
            assert_eq!(told, (Some(3), "keygen.suspended".into()), "{what}");
            return;
        }
        let said_before = !ran.status.success()
            && ran.json()["error"]["code"].as_str() == self.or_says
            && self.or_says.is_some();
        assert!(ran.status.success() || said_before, "{what}: {ran:?}");
    }
}

struct Said<'a>(&'a str);

impl Drop for Said<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("after a crash at {}", self.0);
        }
    }
}

pub(crate) fn fail_at(point: &str, passing: usize) -> String {
    match passing {
        0 => format!("{point}=panic"),
        passing => format!("{point}={passing}*off->panic"),
    }
}

const ACTIVATE: Case = Case::of(Act::Activate, &[(MANY, AROUND_SENDING), (MANY, INSTALLING)]);
const ACTIVATE_ELSE: Case =
    Case::of(Act::Activate, &[(SOME, SENDING), (SOME, BEGIN_AND_FINISH), (SOME, VENDOR_FILE)]);
const ACTIVATE_SECRETS: Case = Case::of(Act::Activate, &[(MANY, SECRETS)]);
const ACTIVATE_ACCOUNT: Case =
    Case::of(Act::Activate, &[(SOME, AROUND_SENDING), (SOME, BEGIN_AND_FINISH), (SOME, INSTALLING)]);
const REFRESH: Case = Case {
    before: Some(Act::Activate),
    ..Case::of(Act::Refresh, &[(SOME, AROUND_SENDING), (SOME, BEGIN_AND_FINISH), (SOME, INSTALLING)])
};
const REVOKE: Case =
    Case { before: Some(Act::Activate), suspended: true, ..Case::of(Act::Refresh, &[(MANY, REVOKING)]) };
const DEACTIVATE: Case = Case {
    before: Some(Act::Activate),
    or_says: Some("license.not_installed"),
    ..Case::of(
        Act::Deactivate,
        &[
            (MANY, RELEASING),
            (SOME, RELEASE_KEPT),
            (MANY, AROUND_SENDING),
            (SOME, CONFIRMED),
            (SOME, SENDING),
            (SOME, BEGIN_AND_FINISH),
        ],
    )
};
const RENAME: Case = Case {
    before: Some(Act::Activate),
    ..Case::of(Act::Rename, &[(MANY, RENAMED), (SOME, AROUND_SENDING), (SOME, BEGIN_AND_FINISH)])
};
const RELEASE_ELSEWHERE: Case = Case {
    before: Some(Act::ReadSeats),
    or_says: Some("license.not_installed"),
    ..Case::of(
        Act::ReleaseElsewhere,
        &[(MANY, RELEASED_ELSEWHERE), (SOME, RELEASE_KEPT), (SOME, AROUND_SENDING), (SOME, BEGIN_AND_FINISH)],
    )
};
const SIGN_IN: Case =
    Case::of(Act::SignIn, &[(SOME, AROUND_SENDING), (SOME, VENDOR_FILE), (SOME, TOKEN), (SOME, LIST)]);
const READ_LIST: Case = Case {
    before: Some(Act::SignIn),
    ..Case::of(Act::ReadList, &[(SOME, AROUND_SENDING), (MANY, LIST), (SOME, SECRETS)])
};
const SIGN_IN_SECRETS: Case = Case::of(Act::SignIn, &[(SOME, SECRETS)]);
const REGISTER: Case = Case {
    before: Some(Act::SignIn),
    ..Case::of(
        Act::Register,
        &[(SOME, AROUND_SENDING), (SOME, CLAIMED), (SOME, CONFIRMED), (SOME, BEGIN_AND_FINISH), (SOME, LIST)],
    )
};
const SIGN_OUT: Case = Case {
    before: Some(Act::SignIn),
    or_says: Some("account.not_signed_in"),
    ..Case::of(Act::SignOut, &[(SOME, AROUND_SENDING), (SOME, SECRETS)])
};
const ERASE: Case = Case { before: Some(Act::Activate), ..Case::of(Act::Erase, &[(MANY, ERASING)]) };
const EXPORT: Case = Case {
    before: Some(Act::Activate),
    or_says: Some("client.file_unwritable"),
    ..Case::of(Act::Export, &[(MANY, EXPORTING)])
};
const ADD_VENDOR: Case = Case::of(Act::AddVendor, &[(MANY, VENDOR_FILE)]);

const ALL: &[&Case] = &[
    &ACTIVATE,
    &ACTIVATE_ELSE,
    &ACTIVATE_SECRETS,
    &ACTIVATE_ACCOUNT,
    &REFRESH,
    &REVOKE,
    &DEACTIVATE,
    &RENAME,
    &RELEASE_ELSEWHERE,
    &SIGN_IN,
    &SIGN_IN_SECRETS,
    &READ_LIST,
    &REGISTER,
    &SIGN_OUT,
    &ERASE,
    &EXPORT,
    &ADD_VENDOR,
];

#[test]
fn dying_in_an_activation() {
    ACTIVATE.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_in_an_activation_at_the_journal_and_the_vendor_file() {
    ACTIVATE_ELSE.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_in_an_activation_at_the_secrets_file() {
    ACTIVATE_SECRETS.play(&mut Stage::of("sleeve").with_passphrase());
}

#[test]
fn dying_in_an_activation_without_seats() {
    ACTIVATE_ACCOUNT.play(&mut Stage::of("tidewater"));
}

#[test]
fn dying_in_a_refresh() {
    REFRESH.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_while_a_revocation_is_kept() {
    REVOKE.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_in_a_deactivation() {
    DEACTIVATE.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_while_a_computer_is_renamed_or_the_seat_of_another_is_given_back() {
    RENAME.play(&mut Stage::of("sleeve"));
    RELEASE_ELSEWHERE.play(&mut Stage::of("sleeve"));
}

#[test]
fn dying_while_signing_in() {
    SIGN_IN.play(&mut Stage::of("sleeve").with_passphrase());
    SIGN_IN_SECRETS.play(&mut Stage::of("sleeve").with_passphrase());
}

#[test]
fn dying_while_the_accounts_licenses_are_read() {
    READ_LIST.play(&mut Stage::of("sleeve").with_passphrase());
}

#[test]
fn dying_while_a_product_is_registered() {
    REGISTER.play(&mut Stage::of("arturia").with_passphrase());
}

#[test]
fn dying_while_signing_out() {
    SIGN_OUT.play(&mut Stage::of("sleeve").with_passphrase());
}

#[test]
fn dying_in_an_erasure_and_while_a_vendor_is_added() {
    let mut stage = Stage::of("sleeve");
    ERASE.play(&mut stage);
    ADD_VENDOR.play(&mut stage);
}

#[test]
fn dying_in_an_export() {
    EXPORT.play(&mut Stage::of("sleeve"));
}

/// A crash point that is new in the code and in no case above fails here.
#[test]
fn every_named_point_is_tried() {
    let mut in_code = BTreeMap::new();
    for (path, bytes) in gatefold_tests::files_under(&root_dir().join("crates")) {
        let shown = path.strip_prefix(root_dir()).unwrap().display().to_string();
        if path.extension().is_none_or(|ending| ending != "rs") || !shown.contains("/src/") {
            continue;
        }
        let source = String::from_utf8(bytes).unwrap();
        for call in ["fail_point!(\"", "crash_point!(\""] {
            for (at, _) in source.match_indices(call) {
                let name = source[at + call.len()..].split('"').next().unwrap();
                in_code.insert(name.to_owned(), shown.clone());
            }
        }
    }
    let mut tried: BTreeSet<&str> =
        ALL.iter().flat_map(|case| case.points()).map(|(_, point)| point).collect();
    for (point, test) in ELSEWHERE {
        let source = std::fs::read_to_string(root_dir().join(test)).unwrap();
        assert!(source.contains(&format!("\"{point}\"")), "{test} does not die at {point}");
        tried.insert(point);
    }
    let untried: Vec<_> = in_code.iter().filter(|(name, _)| !tried.contains(name.as_str())).collect();
    assert!(untried.is_empty(), "crash points that nobody tries: {untried:?}");
    let gone: Vec<_> = tried.iter().filter(|name| !in_code.contains_key(**name)).collect();
    assert!(gone.is_empty(), "crash points that are not in the code: {gone:?}");
}
