//! Spools that anybody may have written to, and a consent file that anybody may have written.

use gatefold_shelf::{SpoolRecord, SpooledItem, UsageItem};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::json;

use crate::plugin::Plugin;
use crate::scene::{PRODUCT, Scene};

fn items(grants: [i64; 3]) -> Vec<SpooledItem> {
    let [frequency, version, daw] = grants;
    let item =
        |item, grant, value: Option<&str>| SpooledItem { item, grant, value: value.map(str::to_owned) };
    vec![
        item(UsageItem::UsageFrequency, frequency, None),
        item(UsageItem::TitleVersion, version, Some("2.1.0")),
        item(UsageItem::Daw, daw, Some("Ardour")),
    ]
}

#[test]
fn forged_consent_file() {
    let scene = Scene::new();
    // Another program of the user's writes a consent, and a plug-in believes it.
    scene.usage.put(&gatefold_tests::ALL_USAGE, 99, [-1, 300], PRODUCT);
    Plugin::session(scene.home.path());
    assert_eq!(scene.usage.spooled().len(), 1, "a file is all that a plug-in knows");
    assert_eq!(scene.state(), "not_asked");
    assert!(!scene.usage.consent().exists(), "the ledger knows of no such consent");
    assert_eq!(scene.usage.spooled(), []);
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.not_shared");
    assert_eq!(scene.arrived(), 0);
    // Beside a real one it is put right, and what was noted under it counts for nothing.
    scene.cli.json(["usage", "grant", "daw", "--yes"]);
    scene.usage.put(&gatefold_tests::ALL_USAGE, 99, [-1, 300], PRODUCT);
    Plugin::session(scene.home.path());
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    Plugin::session(scene.home.path());
    let shown = scene.cli.json(["usage", "preview"]);
    assert_eq!(shown["counts"][0]["version"], json!(null), "{shown}");
    assert_eq!(shown["counts"][0]["daw"], "Ardour");
}

#[test]
fn forged_and_foreign_spool_records() {
    let scene = Scene::sharing();
    let status = scene.status();
    let ids: Vec<i64> =
        status["items"].as_array().unwrap().iter().map(|item| item["grant"].as_i64().unwrap()).collect();
    let ids = [ids[0], ids[1], ids[2]];
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let note = |product: &str, day, items| scene.usage.note_record(&SpoolRecord::new(product, day, items));
    note(PRODUCT, today, items([ids[0] + 100, ids[1] + 100, ids[2] + 100]));
    // The numbers of other items' grants.
    note(PRODUCT, today, items([ids[1], ids[2], ids[0]]));
    note(PRODUCT, today, items([-1, 0, i64::MAX]));
    note("another-product", today, items(ids));
    note(PRODUCT, today + 400.days(), items(ids));
    note(PRODUCT, today - 2.days(), items(ids));
    note(PRODUCT, today, [items(ids), items(ids)].concat());
    let spool = scene.usage.spool();
    let junk: &[(&str, &[u8])] = &[
        ("a.json", b""),
        ("b.json", b"{"),
        ("c.json", &[b'x'; 9_000]),
        ("d.json", b"\xff\xfe"),
        ("e", b"{}"),
    ];
    for (name, bytes) in junk {
        std::fs::write(spool.join(name), bytes).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", spool.join("f.json")).unwrap();
    // Nobody of ours makes a folder there; it is in nobody's way.
    std::fs::create_dir(spool.join("g.json")).unwrap();
    assert_eq!(scene.fails(&["usage", "send", "--yes"]), "usage.nothing_to_send");
    std::fs::remove_dir(spool.join("g.json")).unwrap();
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 0, "none of it stays");
    assert_eq!(scene.status()["weeks"], json!([]));
    // A record of which one item is forged counts for the others.
    note(PRODUCT, today, items([ids[0], ids[1] + 100, ids[2]]));
    let shown = scene.cli.json(["usage", "preview"]);
    assert_eq!(
        (&shown["counts"][0]["version"], &shown["counts"][0]["daw"]),
        (&json!(null), &json!("Ardour"))
    );
}

#[test]
fn what_is_being_written_is_left_alone() {
    let scene = Scene::with_sessions(1);
    let unfinished = scene.usage.spool().join(".new-0000000000000007-x.json");
    std::fs::write(&unfinished, b"{").unwrap();
    assert_eq!(scene.pending(), 1);
    assert!(unfinished.exists());
    let touched = std::process::Command::new("touch").args(["-d", "3 hours ago"]).arg(&unfinished).status();
    assert!(touched.unwrap().success());
    scene.note(1);
    assert_eq!(scene.pending(), 2);
    assert!(!unfinished.exists(), "whoever began it has ended since");
}

#[test]
fn hosts_and_versions_are_short_and_few() {
    let scene = Scene::sharing();
    for nth in 0..30 {
        scene.usage.note(PRODUCT, &format!("{nth}"), &format!("host {nth} {}", "x".repeat(90)));
    }
    scene.usage.note(PRODUCT, "1", "BITWIG Studio 5.1");
    let shown = scene.cli.json(["usage", "preview"]);
    let counts = shown["counts"].as_array().unwrap();
    let names = |member: &str| -> std::collections::BTreeSet<&str> {
        counts.iter().map(|count| count[member].as_str().unwrap()).collect()
    };
    assert!(names("daw").len() <= 21 && names("version").len() <= 21, "{shown}");
    assert!(names("daw").iter().all(|name| name.chars().count() <= 40));
    assert!(names("daw").contains("other"));
    let sessions: u64 = counts.iter().map(|count| count["sessions"].as_u64().unwrap()).sum();
    assert_eq!(sessions, 31);
}

/// A product that came with a newer vendor file was not agreed to.
#[test]
fn a_product_of_a_newer_file_is_not_shared_under_an_older_consent() {
    const NEW: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0199";
    let scene = Scene::sharing();
    let newer = scene.home.path().join("newer.toml");
    gatefold_tests::write_next(&scene.sandbox.vendor_file(), &newer, |text| {
        let product = format!(
            "[[product]]\nid = \"{NEW}\"\ncode = \"new\"\nname = \"New\"\nkind = \"Reverb\"\nversion = \"1.0.0\"\n\n[license_key]"
        );
        text.replacen("[license_key]", &product, 1)
    });
    let cli = scene.cli.clone().vendor(&newer);
    assert_eq!(cli.json(["usage", "status"])["state"], "on");
    let consent = std::fs::read_to_string(scene.usage.consent()).unwrap();
    assert!(consent.contains(PRODUCT) && !consent.contains(NEW), "{consent}");
    let ids = cli.json(["usage", "status"])["items"].as_array().unwrap()[0]["grant"].as_i64().unwrap();
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    scene.usage.note_record(&SpoolRecord::new(NEW, today, items([ids, ids + 1, ids + 2])));
    assert_eq!(cli.failure(["usage", "send", "--yes"]).1["code"], "usage.nothing_to_send");
    // Agreed to anew it is.
    cli.json(["usage", "withdraw"]);
    cli.json(["usage", "grant", "--yes"]);
    assert!(std::fs::read_to_string(scene.usage.consent()).unwrap().contains(NEW));
}

/// Who removes a vendor shares nothing with it any more, also when it is added again.
#[test]
fn a_vendor_that_is_removed_is_shared_with_no_more() {
    let scene = Scene::new();
    let file = scene.sandbox.vendor_file();
    scene.cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
    scene.cli.json(["usage", "grant", "--yes"]);
    scene.note(1);
    scene.cli.json(["vendor", "remove", "sleeve", "--yes"]);
    assert!(!scene.usage.consent().exists());
    assert_eq!(scene.state(), "withdrawn");
}
