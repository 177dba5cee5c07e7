//! `cargo xtask plugins` installs for the user who asks, where hosts look without being told.

use std::process::Command;

use gatefold_tests::{paths_under, root_dir};

use crate::home::plugins;

#[test]
fn the_bundles_are_installed_for_this_user() {
    let home = tempfile::tempdir().unwrap();
    // What an older one left is replaced, and what is not ours stays.
    let old = home.path().join(".lv2/halo-plate.lv2");
    std::fs::create_dir_all(&old).unwrap();
    std::fs::write(old.join("old.ttl"), "").unwrap();
    std::fs::write(home.path().join(".lv2/other"), "").unwrap();
    let run = || {
        let mut command = Command::new(root_dir().join("target/debug/gatefold-xtask"));
        let command = command.args(["plugins", "--install"]).arg(plugins()).env("HOME", home.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = run();
    let bundles =
        [".clap/halo-plate.clap", ".vst3/Halo Plate.vst3", ".lv2/halo-plate.lv2", ".lv2/halo-plate-c.lv2"];
    for bundle in bundles {
        let place = home.path().join(bundle);
        assert!(place.exists(), "{bundle}");
        assert!(said.lines().any(|line| line == place.display().to_string()), "{said}");
    }
    assert!(!old.join("old.ttl").exists() && home.path().join(".lv2/other").exists());
    let under = || {
        let mut paths = paths_under(home.path());
        paths.sort();
        paths
    };
    let installed = under();
    assert!(installed.iter().all(|path| path.is_file() && !path.is_symlink()));
    run();
    assert_eq!(under(), installed);
    // A host that is told nothing finds them there.
    let Some(lv2ls) = gatefold_tests::tool("the_bundles_are_installed", "lv2ls") else { return };
    let listed = Command::new(lv2ls).env("HOME", home.path()).env_remove("LV2_PATH").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for uri in ["halo-plate", "halo-plate-c"] {
        let uri = format!("https://sleeve.example/plug-ins/{uri}");
        assert!(listed.lines().any(|line| line == uri), "{listed}");
    }
}
