//! A library that panics at every question leaves the host alive, and the session as it sounds without a license.

use std::fs;
use std::process::Command;

use gatefold_tests::root_dir;

use crate::ardour;
use crate::heard::Heard::AsItCame;
use crate::heard::Sounds;
use crate::home::{Home, plugins};
use crate::standings::{Shelves, standing};

/// The LV2 in C, asking a library that panics; in this home alone.
fn broken_plugin(home: &mut Home) {
    let lv2 = home.file("lv2");
    let bundle = lv2.join("halo-plate-c.lv2");
    fs::create_dir_all(&bundle).unwrap();
    for file in ["manifest.ttl", "halo-plate-c.ttl"] {
        fs::copy(plugins().join("lv2/halo-plate-c.lv2").join(file), bundle.join(file)).unwrap();
    }
    let sdk = root_dir().join("target/test-sdk");
    let output = Command::new("cc")
        .args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-O2",
            "-shared",
            "-fPIC",
            "-Dgf_check=panics",
            "-o",
        ])
        .arg(bundle.join("halo-plate-c.so"))
        .arg(root_dir().join("plugins/halo-plate-c/halo-plate.c"))
        .arg(root_dir().join("tests/tests/hosts/c/panics.c"))
        .arg(format!("-I{}", sdk.join("include").display()))
        .arg(sdk.join("lib/libgatefold.a"))
        .args(["-lgcc_s", "-lm", "-lpthread", "-ldl", "-lc"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    home.lv2 = lv2;
}

#[test]
fn a_panic_leaves_ardour_alive() {
    if !ardour::is_here("a_panic_leaves_ardour_alive") {
        return;
    }
    let mut home = Home::new(standing("licensed"), &Shelves::all());
    broken_plugin(&mut home);
    let said = ardour::session(&home, "LV2 https://sleeve.example/plug-ins/halo-plate-c");
    // When it was made, and when it was activated; in both sessions.
    assert!(said.matches("on purpose").count() >= 4, "{said}");
    for when in ["new", "saved"] {
        ardour::heard(&home, when, 1).check(when, Sounds::Echo, AsItCame);
    }
}
