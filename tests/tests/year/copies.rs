//! A copy of a system on the same hardware: nothing of the computer tells of it, but the vendor's list does.

use gatefold_tests::{Cli, copy_folder};

use crate::studio::{DAY, LEASED, Studio};

#[test]
fn a_copy_on_the_same_hardware_is_told_by_the_file_that_it_fetched() {
    let studio = Studio::opens("2027-11-20T09:00:00Z");
    studio.activate(LEASED);
    let copy = studio.home().with_file_name("copy");
    copy_folder(&studio.home(), &copy);
    let is_told = |cli: &Cli| {
        let key = studio.license(LEASED)["key"].as_str().unwrap().to_owned();
        let ran = cli.run(["license", "seats", &key, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        ran.text().contains("later than the one that is here")
    };
    studio.comes(studio.now() + DAY * 90);
    assert!(!is_told(&studio.cli()), "nothing was fetched since");
    let its = studio.in_home(&copy, studio.now());
    studio.refresh(&its, LEASED);
    assert!(!is_told(&its), "its own file");
    assert!(is_told(&studio.cli()));
    // Which of the two is the copy nobody knows; whoever fetches last is told of nothing, and the other is.
    studio.comes(studio.now() + DAY);
    studio.refresh(&studio.cli(), LEASED);
    assert!(!is_told(&studio.cli()));
    assert!(is_told(&its));
}
