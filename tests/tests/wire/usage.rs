//! Uploads of usage and their erasure: what was shown is what the ledger keeps and what the socket received.

use gatefold_tests::{Usage, vendor};

use crate::golden;
use crate::scene::{Scene, text};
use crate::table::TABLE;

/// A vendor's plug-ins are used, and what that comes to is sent; then all of it is to be erased.
#[test]
fn usage_that_is_shared() {
    for row in TABLE.iter().filter(|row| !row.shares.is_empty()) {
        let scene = Scene::start(row.vendor);
        let manifest = vendor(row.vendor);
        let product = manifest.products()[0].id.clone();
        let usage = Usage::on(&scene.cli.home().join("shelf"), row.vendor, manifest.root_key());
        let compare = |kind: &str, words: &[&str]| {
            let raw = (words[1] == "send").then(|| scene.cli.run(["usage", "preview", "--raw"]).stdout);
            let sent = scene.shown_then_sent(words, "");
            assert_eq!(sent.len(), 1, "{kind}");
            if let Some(raw) = raw {
                assert_eq!(text(&raw), text(&sent[0].wire), "the preview is the wire");
            }
            golden::compare(&format!("{}-{kind}", row.vendor), &sent[0]);
            row.assert_smallest(kind, &sent[0]);
        };
        scene.cli.json(["usage", "grant", "--yes"]);
        usage.note(&product, "2.1.0", "Ardour");
        compare("usage", &["usage", "send"]);
        compare("erase-usage", &["usage", "withdraw", "--erase"]);

        // How often is not granted: that there was a session is all that is said.
        scene.cli.json(["usage", "grant", "title_version", "daw", "--yes"]);
        usage.note(&product, "2.1.0", "Ardour");
        usage.note(&product, "2.1.0", "Ardour");
        compare("usage-seen", &["usage", "send"]);
    }
}

#[test]
fn with_vendors_that_take_none_none_is_shared() {
    for row in TABLE.iter().filter(|row| row.shares.is_empty()) {
        let scene = Scene::start(row.vendor);
        let (code, error) = scene.cli.failure(["usage", "grant", "--yes"]);
        assert_eq!((code, &error["code"]), (3, &"usage.not_offered".into()), "{error}");
        assert_eq!(scene.cli.json(["usage", "status"])["state"], "not_offered");
        assert_eq!(scene.tap.seen().len(), 0);
    }
}
