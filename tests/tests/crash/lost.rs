//! Answers that never come, or come cut; requests that never arrive. The command may fail; what it then says is true, the
//! next start sends nothing, repeating it succeeds, and no seat is lost or doubled.

use gatefold_tests::{Cli, Fault};

use crate::stage::{Act, Stage, installed};

/// What happens to one request, or to two in a row.
fn faults() -> Vec<(&'static str, Vec<Fault>)> {
    vec![
        ("the answer is lost", vec![Fault::LoseAnswer]),
        ("the answer is cut in its head", vec![Fault::CutAnswer(30)]),
        ("the answer is cut in its body", vec![Fault::CutAnswer(700)]),
        ("the request is cut", vec![Fault::CutRequest(100)]),
        ("the connection is closed at once", vec![Fault::Hang]),
        ("the answer is lost, and the next one", vec![Fault::LoseAnswer, Fault::LoseAnswer]),
        ("the answer is lost, and the next request", vec![Fault::LoseAnswer, Fault::CutRequest(100)]),
        ("two answers are no HTTP", vec![Fault::Answer(b"\0\0".to_vec()), Fault::Answer(b"\0\0".to_vec())]),
    ]
}

/// Each request of the command in turn meets each fault.
fn play(act: Act, before: Option<Act>) {
    let stage = Stage::behind_a_tap(if matches!(act, Act::Register) { "arturia" } else { "sleeve" });
    // A sign-in needs a place to be kept in.
    let mut stage = if matches!(act, Act::SignIn | Act::Register) { stage.with_passphrase() } else { stage };
    for (name, fault) in faults() {
        for nth in 0.. {
            let cli = stage.fresh_after(before);
            let sent = stage.tap().seen().len();
            stage.tap().faults(vec![Fault::None; nth].into_iter().chain(fault.clone()));
            let ran = stage.run(&cli, act);
            // A request that is refused at the door is not seen.
            let reached =
                stage.tap().seen().len() - sent + usize::from(matches!(fault[0], Fault::Hang)) > nth;
            stage.tap().faults([]);
            if !reached {
                assert!(nth > 0 && ran.status.success(), "{name}: {ran:?}");
                stage.done(&cli);
                break;
            }
            let what = format!("{name}, request {}", nth + 1);
            let told = ran.json();
            let code = told["error"]["code"].as_str();
            assert!(ran.status.success() != code.is_some(), "{what}: {ran:?}");
            let seat_without_file = code == Some("license.seat_without_file");
            stage.next_start_is_whole(&cli, matches!(act, Act::Refresh));
            if seat_without_file {
                assert_eq!(stage.right().machine_ids().len(), 1, "{what}: the seat it speaks of");
            }
            let again = stage.run(&cli, act);
            let over = ran.status.success() && matches!(act, Act::Deactivate | Act::SignOut);
            assert!(again.status.success() || over, "{what}: {again:?}");
            stage.end_is_whole(&cli, act);
            stage.done(&cli);
        }
    }
}

#[test]
fn lost_answers_in_an_activation() {
    play(Act::Activate, None);
}

#[test]
fn lost_answers_in_a_refresh() {
    play(Act::Refresh, Some(Act::Activate));
}

#[test]
fn lost_answers_in_a_deactivation() {
    play(Act::Deactivate, Some(Act::Activate));
}

#[test]
fn lost_answers_while_signing_in() {
    play(Act::SignIn, None);
}

#[test]
fn lost_answers_in_a_registration() {
    play(Act::Register, Some(Act::SignIn));
}

/// The answer to a claim was lost: that nobody knows is said, until the list is read, which says it.
#[test]
fn a_lost_claim_is_settled_by_the_list() {
    let mut stage = Stage::behind_a_tap("arturia").with_passphrase();
    let cli = stage.fresh_after(Some(Act::SignIn));
    stage.tap().faults([Fault::LoseAnswer]);
    let ran = stage.run(&cli, Act::Register);
    stage.tap().faults([]);
    assert_eq!(
        (ran.code(), &ran.json()["error"]["code"]),
        (Some(1), &"registration.unknown".into()),
        "{ran:?}"
    );
    let shown = cli.run(["account", "show", "--json"]);
    assert!(shown.json()["registration_open_since"].is_string(), "{shown:?}");
    assert!(shown.stderr.contains("account refresh"), "{shown:?}");
    stage.must(&cli, Act::ReadList);
    stage.end_is_whole(&cli, Act::Register);
    stage.done(&cli);
}

/// The file of a taken seat was lost; the user gives the seat back instead of trying again.
#[test]
fn a_seat_without_its_file_can_be_given_back() {
    let mut stage = Stage::behind_a_tap("sleeve").with_passphrase();
    let cli = stage.fresh();
    stage.must(&cli, Act::AddVendor);
    stage.tap().faults([Fault::None, Fault::None, Fault::LoseAnswer]);
    let ran = stage.run(&cli, Act::Activate);
    assert_eq!(ran.json()["error"]["code"], "license.seat_without_file", "{ran:?}");
    assert!(installed(&cli).is_none());
    stage.must(&cli, Act::Deactivate);
    stage.end_is_whole(&cli, Act::Deactivate);
    stage.done(&cli);
}

/// An answer was lost, and the user does something else than to repeat the command: the journal is closed all the same.
#[test]
fn another_command_than_the_lost_one_closes_the_journal() {
    let mut stage = Stage::behind_a_tap("sleeve");
    let lost = |stage: &Stage, cli: &Cli, act: Act, fault: &[Fault]| {
        stage.tap().faults(fault.iter().cloned());
        assert!(!stage.run(cli, act).status.success());
        stage.tap().faults([]);
    };
    // The seat was given back, but nobody here knows.
    let cli = stage.fresh();
    stage.must(&cli, Act::Activate);
    lost(&stage, &cli, Act::Deactivate, &[Fault::LoseAnswer]);
    let refresh = stage.run(&cli, Act::Refresh);
    assert_eq!(refresh.json()["error"]["code"], "license.seat_gone", "{refresh:?}");
    let mut last = stage.run(&cli, Act::Activate);
    if !last.status.success() {
        // The first try finds the seat gone and forgets it; it says so.
        assert_eq!(last.json()["error"]["code"], "license.seat_gone", "{last:?}");
        last = stage.run(&cli, Act::Activate);
    }
    assert!(last.status.success(), "{last:?}");
    stage.end_is_whole(&cli, Act::Activate);
    stage.done(&cli);
}
