//! The sample plug-ins as hosts find them: a CLAP, a VST3 and two LV2s, laid out in a folder, and installed for this user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failed, cargo, root, run};
use crate::{sdk, setup};

const NAME: &str = "halo-plate";
/// Where hosts look, below the user's home, by the folder it is staged in.
const USERS: [(&str, &str); 3] = [("clap", ".clap"), ("vst3", ".vst3"), ("lv2", ".lv2")];

/// Builds them as musicians get them, and installs them for whoever asks; or lays them out as tests have them.
pub(crate) fn plugins(words: &[String]) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Err("the bundles are laid out on Linux alone so far".to_owned());
    }
    match words {
        [] => {}
        [word] if word == "--yes" => {}
        [word] if word == "--for-tests" => return for_tests(),
        [word, staged] if word == "--install" => return install(Path::new(staged)),
        _ => return Err("plugins takes --yes, --install FOLDER, --for-tests or nothing".to_owned()),
    }
    setup::setup(&[setup::BUILD, setup::PLUGINS], words)?;
    sdk::sdk(&[])?;
    let staged = root().join("target/plugins");
    stage(&staged, "release", &["--release"], &root().join("target/sdk"))?;
    install(&staged)
}

/// Puts what was laid out in a folder where this user's hosts look.
fn install(staged: &Path) -> Result<(), Failed> {
    let home = std::env::home_dir().ok_or("there is no home to install them in")?;
    for (from, to) in USERS {
        for bundle in entries(&staged.join(from))? {
            let place = home.join(to).join(bundle.file_name().unwrap_or_default());
            remove(&place)?;
            copy(&bundle, &place)?;
            println!("{}", place.display());
        }
    }
    Ok(())
}

/// In `target/test-plugins`, against the SDK that tests link.
pub(crate) fn for_tests() -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let sdk = root().join("target/test-sdk");
    // Once more with a library that panics at every question.
    stage(&root().join("target/test-plugins-broken"), "debug", &["--features", "test-broken"], &sdk)?;
    stage(&root().join("target/test-plugins"), "debug", &[], &sdk)
}

fn stage(to: &Path, profile: &str, words: &[&str], sdk: &Path) -> Result<(), Failed> {
    run(cargo().args(["build", "--locked", "--package", NAME, "--lib"]).args(words))?;
    let library = root().join("target").join(profile).join("libhalo_plate.so");
    let source = root().join("plugins");
    remove(to)?;
    copy(&library, &to.join("clap/halo-plate.clap"))?;
    copy(&library, &to.join("vst3/Halo Plate.vst3/Contents/x86_64-linux/Halo Plate.so"))?;
    let lv2 = to.join("lv2/halo-plate.lv2");
    copy(&library, &lv2.join("halo-plate.so"))?;
    for file in ["manifest.ttl", "halo-plate.ttl"] {
        copy(&source.join("halo-plate/lv2").join(file), &lv2.join(file))?;
    }
    let in_c = to.join("lv2/halo-plate-c.lv2");
    for file in ["manifest.ttl", "halo-plate-c.ttl"] {
        copy(&source.join("halo-plate-c").join(file), &in_c.join(file))?;
    }
    run(Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o"])
        .arg(in_c.join("halo-plate-c.so"))
        .arg(source.join("halo-plate-c/halo-plate.c"))
        .arg(format!("-I{}", sdk.join("include").display()))
        .arg(sdk.join("lib/libgatefold.a"))
        .args(sdk::SYSTEM_LIBRARIES.split(' ')))
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, Failed> {
    let read = fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    Ok(read.flatten().map(|entry| entry.path()).collect())
}

/// A file, or a folder with all that is in it. Real copies: some hosts follow no link.
fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    if from.is_dir() {
        fs::create_dir_all(to).map_err(failed)?;
        return entries(from)?
            .iter()
            .try_for_each(|entry| copy(entry, &to.join(entry.file_name().unwrap_or_default())));
    }
    fs::create_dir_all(to.parent().unwrap_or(to)).map_err(failed)?;
    fs::copy(from, to).map(drop).map_err(|error| format!("{}: {error}", from.display()))
}

fn remove(place: &Path) -> Result<(), Failed> {
    let removed = if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", place.display()))
        }
        _ => Ok(()),
    }
}
