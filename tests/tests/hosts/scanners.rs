//! Scanners make instances, look at them and throw them away: they find the plug-in whatever its license, crash nothing, and count as
//! no use.

use std::fs::{self, File};
use std::path::PathBuf;

use gatefold_tests::skipped;

use crate::ardour;
use crate::home::{Home, plugins};
use crate::shelves::{PRODUCT, Shelves};
use crate::standings::{STANDINGS, Standing};

/// One at each standing, and one whose user agreed that use is noted.
fn homes() -> Vec<Home> {
    let shelves = Shelves::all();
    let mut homes: Vec<Home> = STANDINGS.iter().map(|standing| Home::new(standing, &shelves)).collect();
    let mut agreed = Home::new(Standing::named("licensed"), &shelves);
    agreed.agree(PRODUCT);
    homes.push(agreed);
    homes
}

#[test]
fn ardours_scanner_finds_the_vst3() {
    if !ardour::is_here("ardours_scanner_finds_the_vst3") {
        return;
    }
    for home in homes() {
        let standing = home.standing;
        let said = ardour::scanned(&home);
        for part in ["Found Plugin: Halo Plate", "n_inputs=\"2\" n_outputs=\"2\""] {
            assert!(said.contains(part), "{}: {said}", standing.name);
        }
        assert_eq!(home.noted(), [], "{}", standing.name);
    }
}

#[test]
fn qtractors_scanner_finds_the_clap() {
    let scanner = PathBuf::from("/usr/lib/x86_64-linux-gnu/qtractor/qtractor_plugin_scan");
    if !scanner.is_file() {
        return skipped("qtractors_scanner_finds_the_clap", "qtractor is not installed");
    }
    for home in homes() {
        let standing = home.standing;
        // It reads what it is to look at, a line each.
        let wanted = home.file("wanted");
        fs::write(&wanted, format!("CLAP:{}\n", plugins().join("clap/halo-plate.clap").display())).unwrap();
        let said = home.run("qtractor", home.host(&scanner).stdin(File::open(&wanted).unwrap()));
        assert!(said.starts_with("CLAP|Halo Plate|2:2|"), "{}: {said}", standing.name);
        assert_eq!(home.noted(), [], "{}", standing.name);
    }
}
