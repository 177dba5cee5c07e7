//! The administrator's lock, from the file that root owns to the wire: off in every program, at once, and never on.

use std::path::Path;
use std::process::Command;

use gatefold_tests::in_own_etc;
use serde_json::json;

use crate::plugin::Plugin;
use crate::scene::{Scene, pausing};

const POLICY: &str = "/etc/gatefold/policy.toml";

fn policy(text: &str) {
    std::fs::write(POLICY, text).unwrap();
}

fn no_policy() {
    std::fs::remove_file(POLICY).unwrap();
}

#[test]
fn the_lock_of_an_administrator_holds_in_every_program_and_takes_nothing_back() {
    if !in_own_etc(
        "administrator::the_lock_of_an_administrator_holds_in_every_program_and_takes_nothing_back",
    ) {
        return;
    }
    let scene = Scene::new();
    // It locks nothing on.
    policy("usage = true\n");
    assert_eq!(scene.state(), "not_asked");
    Plugin::session(scene.home.path());
    assert_eq!(scene.usage.spooled(), []);

    // Where nobody was asked, nobody can say yes.
    policy("usage = false\n");
    let status = scene.status();
    assert_eq!((&status["state"], &status["locked_by"]), (&json!("locked"), &json!("administrator")));
    assert_eq!(scene.fails(&["usage", "grant", "--yes"]), "usage.locked_by_administrator");
    assert_eq!(
        scene.fails(&["usage", "grant", "--lift-lock", "--yes"]),
        "usage.locked_by_administrator",
        "the user cannot lift it"
    );
    assert_eq!(scene.status()["records"], json!([]));

    no_policy();
    scene.cli.json(["usage", "grant", "--yes"]);
    scene.cli.json(["usage", "weekly", "on", "--yes"]);
    scene.note(2);
    assert_eq!(scene.pending(), 2);
    // A session that goes on when it is locked is not noted, and none that begins then.
    let mut plugin = Plugin::start(scene.home.path());
    plugin.does("start");
    policy("usage = false # by order\n");
    plugin.does("close");
    Plugin::session(scene.home.path());
    assert_eq!(scene.usage.spooled(), []);
    for words in [&["usage", "send", "--yes"][..], &["usage", "preview"], &["usage", "weekly", "on", "--yes"]]
    {
        assert_eq!(scene.fails(words), "usage.locked_by_administrator", "{words:?}");
    }
    assert_eq!(scene.state(), "locked");
    assert!(!scene.usage.consent().exists(), "and plug-ins of any version note nothing");
    // What cannot be understood may say no.
    policy("usage = nothing\n");
    assert_eq!(scene.state(), "locked");
    assert_eq!(scene.arrived(), 0);

    // Lifted, it is as before: what was agreed to was not taken back.
    no_policy();
    assert_eq!((scene.state().as_str(), scene.pending()), ("on", 2));
    assert!(scene.status()["weekly_since"].is_string());
    Plugin::session(scene.home.path());
    assert_eq!(scene.pending(), 3);

    // Locked between the last look and the first byte nothing leaves either, and it is still to be sent.
    let sender =
        pausing(&scene.cli, "client.batch-frozen", 1_000).start(["usage", "send", "--yes", "--json"]);
    std::thread::sleep(std::time::Duration::from_millis(600));
    policy("usage = false\n");
    let ran = sender.ran();
    assert_eq!(ran.json()["error"]["code"], "usage.locked_by_administrator", "{ran:?}");
    assert_eq!((scene.arrived(), scene.left()), (0, 0));

    // Off only: taking back and erasing go on.
    no_policy();
    scene.send();
    policy("usage = false\n");
    let stopped = scene.cli.json(["usage", "withdraw", "--erase", "--yes"]);
    assert_eq!(stopped["erasure"]["status"], "erased", "{stopped}");
    no_policy();
    assert_eq!(scene.state(), "withdrawn");
    assert!(Path::new(POLICY).parent().unwrap().exists());
}

/// The file can appear at any time: who is sending looks at it until the last byte.
#[test]
fn the_lock_of_an_administrator_breaks_off_an_upload_that_is_on_its_way() {
    if !in_own_etc("administrator::the_lock_of_an_administrator_breaks_off_an_upload_that_is_on_its_way") {
        return;
    }
    let scene = Scene::with_sessions(1);
    scene.is_broken_off(|| policy("usage = false\n"), no_policy);
    // A file that says nothing of it breaks off nothing.
    policy("usage = true\n");
    scene.note(1);
    scene.send();
}

/// What stands where the policy should is no policy of the administrator's, so it may be hiding one: off.
#[test]
fn what_is_no_policy_locks_as_well() {
    if !in_own_etc("administrator::what_is_no_policy_locks_as_well") {
        return;
    }
    let scene = Scene::sharing();
    let check = |what: &str, make: &str| {
        assert!(Command::new("sh").args(["-c", make]).status().unwrap().success(), "{what}");
        assert_eq!(scene.state(), "locked", "{what}");
        Plugin::session(scene.home.path());
        assert_eq!(scene.usage.spooled(), [], "{what}");
        assert!(Command::new("rm").args(["-rf", POLICY]).status().unwrap().success());
        assert_eq!(scene.state(), "on", "{what}");
    };
    check("a link", "ln -s /dev/null /etc/gatefold/policy.toml");
    check("a folder", "mkdir /etc/gatefold/policy.toml");
    check("no text", r"printf '\377' >/etc/gatefold/policy.toml");
    check("too long", "head -c 70000 /dev/zero | tr '\\0' '#' >/etc/gatefold/policy.toml");
    check("a user's", "echo 'usage = true' >/etc/gatefold/policy.toml; chown 4711 /etc/gatefold/policy.toml");
}
