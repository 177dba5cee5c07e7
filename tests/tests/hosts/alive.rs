//! A library that panics at every question leaves the host alive, and the session as it sounds without a license.

use std::fs;

use crate::ardour;
use crate::compiled::compile;
use crate::heard::Heard::AsItCame;
use crate::heard::Sounds;
use crate::home::{Home, plugins};
use crate::shelves::Shelves;
use crate::standings::Standing;

/// The LV2 in C, asking a library that panics; in this home alone.
fn broken_plugin(home: &mut Home) {
    let lv2 = home.file("lv2");
    let bundle = lv2.join("halo-plate-c.lv2");
    fs::create_dir_all(&bundle).unwrap();
    for file in ["manifest.ttl", "halo-plate-c.ttl"] {
        fs::copy(plugins().join("lv2/halo-plate-c.lv2").join(file), bundle.join(file)).unwrap();
    }
    let sources = ["plugins/halo-plate-c/halo-plate.c", "tests/tests/hosts/c/panics.c"];
    compile(&bundle.join("halo-plate-c.so"), &sources, &["-shared", "-fPIC", "-Dgf_check=panics"]);
    home.lv2 = lv2;
}

#[test]
fn a_panic_leaves_ardour_alive() {
    if !ardour::is_here("a_panic_leaves_ardour_alive") {
        return;
    }
    let mut home = Home::new(Standing::named("licensed"), &Shelves::all());
    broken_plugin(&mut home);
    let said = ardour::session(&home, "LV2 https://sleeve.example/plug-ins/halo-plate-c");
    // When it was made, and when it was activated; in both sessions.
    assert!(said.matches("on purpose").count() >= 4, "{said}");
    for when in ["new", "saved"] {
        ardour::heard(&home, when, 1).check(when, Sounds::Echo, AsItCame);
    }
}
