//! What `vendor show` tells of an example: three days that are three things, and of each item what becomes of it there.

use gatefold_tests::{Cli, EXAMPLES, root_dir, vendor};

/// The page, with its lines joined: how wide a terminal is does not matter here.
fn page(id: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let file = root_dir().join("vendors").join(id).join("vendor.toml");
    let shown = Cli::new(home.path()).run(["vendor", "show", file.to_str().unwrap()]);
    assert_eq!((shown.code(), shown.stderr.as_str()), (Some(0), ""), "{shown:?}");
    String::from_utf8(shown.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_day_of_the_archive_is_known_or_said_not_to_be() {
    let arturia = page("arturia");
    assert!(arturia.contains("tells a policy as archived on 23 May 2019, which"), "{arturia}");
    assert!(arturia.contains("In force from 2018-05-25 (inferred) [5, 174]"), "{arturia}");
    let izotope = page("izotope");
    assert!(
        izotope.contains("a policy of 1 January 2020, as archived on a day that is not known, which"),
        "{izotope}"
    );
    assert!(izotope.contains("In force from 2020-01-01 [3, 4]"), "{izotope}");
    for not_so in ["archived on 1 January", "archived 2020", "archived on 2020"] {
        assert!(!izotope.contains(not_so), "{not_so}: {izotope}");
    }
}

#[test]
fn each_item_says_how_long_where_and_by_whom() {
    for id in EXAMPLES {
        let (page, vendor) = (page(id), vendor(id));
        let count = |word: &str| page.matches(word).count();
        let items = vendor.items().len();
        assert!([" Kept: ", " Lies: ", " Seen by: "].iter().all(|word| count(word) == items), "{id}: {page}");
        let without = vendor.items().iter().filter(|rule| rule.reason.is_empty()).count();
        assert_eq!(count("Why: the policy does not say"), without, "{id}: {page}");
    }
    assert!(page("focusrite").contains("Whoever buys the business (account) [68]"));
}

#[test]
fn notice_rights_and_complaints_are_told_as_the_policy_has_them() {
    let toontrack = page("toontrack");
    assert!(toontrack.contains("Notice of changes none [143]"), "{toontrack}");
    assert!(toontrack.contains("Its policy may change without notice."), "{toontrack}");
    assert!(toontrack.contains("complaint at the authority [116]"), "{toontrack}");
    assert!(toontrack.contains("does not name a right to taking consent back;"), "{toontrack}");
    let arturia = page("arturia");
    assert!(arturia.contains("complaint at the authority or by a message; The CNIL"), "{arturia}");
    assert!(arturia.contains("Notice of changes 30 days [160]"), "{arturia}");
    let focusrite = page("focusrite");
    let both =
        "contradicts itself about where data lies, how soon a request is acknowledged, how a change is told";
    assert!(focusrite.contains(both), "{focusrite}");
    let inmusic = page("inmusic");
    assert!(!inmusic.contains("does not name a right"), "{inmusic}");
}
