//! The packages: both programs, a desktop entry, icons, the store page, file types, manual, completions, licenses. Made
//! from what is here; nothing is fetched beyond what building needs, and no vendor comes along: the demo vendors' root is
//! worthless, and a release build refuses it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::build;
use crate::run::{Failed, has, root, run};
use crate::setup;

/// A package is no larger than this.
const MOST_BYTES: u64 = 15_000_000;

/// Builds both programs as people get them, and packages them.
pub(crate) fn package(words: &[String]) -> Result<(), Failed> {
    setup::setup(&[setup::BUILD, setup::WINDOW], words)?;
    build::as_shipped(&[])?;
    stage()?;
    // The binary is there: it is packaged, not built once more.
    run(Command::new("node")
        .arg(root().join("ui/node_modules/@tauri-apps/cli/tauri.js"))
        .args(["bundle", "--bundles", "deb,rpm"])
        .current_dir(root().join("src-tauri")))?;
    let [deb, rpm] = [made("deb")?, made("rpm")?];
    tighten(&deb)?;
    measure(&deb)?;
    measure(&rpm)?;
    check(&deb)
}

/// Where lies what is made for the packages alone.
fn staged(name: &str) -> PathBuf {
    root().join("target/package").join(name)
}

/// Manual, completions and licenses, as `tauri.conf.json` takes them up.
fn stage() -> Result<(), Failed> {
    fs::create_dir_all(staged("")).map_err(|error| error.to_string())?;
    said(&["man"], "gatefold.1")?;
    fs::copy(root().join("CHANGELOG.md"), staged("changelog")).map_err(|error| error.to_string())?;
    run(Command::new("gzip").arg("-9nf").args([staged("gatefold.1"), staged("changelog")]))?;
    for (shell, file) in [("bash", "gatefold.bash"), ("fish", "gatefold.fish"), ("zsh", "_gatefold")] {
        said(&["completions", shell], file)?;
    }
    let read = |name: &str| fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"));
    let copyright = format!(
        "Gatefold: MIT or Apache-2.0, as you like.\n\n{}\n\n{}\n\n{}",
        read("LICENSE-MIT")?,
        read("LICENSE-APACHE")?,
        read("src-tauri/notices.txt")?
    );
    fs::write(staged("copyright"), copyright).map_err(|error| error.to_string())
}

/// What the command line says, into a file.
fn said(words: &[&str], file: &str) -> Result<(), Failed> {
    let file = File::create(staged(file)).map_err(|error| error.to_string())?;
    run(Command::new(root().join("target/release/gatefold")).args(words).stdin(Stdio::null()).stdout(file))
}

/// The package of this kind.
fn made(kind: &str) -> Result<PathBuf, Failed> {
    let folder = root().join("target/release/bundle").join(kind);
    newest_in(&folder, kind).ok_or_else(|| format!("{} has no package", folder.display()))
}

/// Packs a .deb anew as Debian packs its own: the bundler's gzip makes half as much again.
fn tighten(deb: &Path) -> Result<(), Failed> {
    if !has("dpkg-deb") {
        println!("not packed anew: dpkg-deb is not here");
        return Ok(());
    }
    let dir = staged("deb");
    let _ = fs::remove_dir_all(&dir);
    run(Command::new("dpkg-deb").arg("--raw-extract").args([deb, &dir]))?;
    run(Command::new("dpkg-deb").args(["--root-owner-group", "-Zxz", "--build"]).args([&dir, deb]))
}

/// Says how large a package is, and judges.
fn measure(package: &Path) -> Result<(), Failed> {
    let bytes = package.metadata().map_err(|error| error.to_string())?.len();
    println!("{} ({:.1} MB)", package.display(), bytes as f64 / 1e6);
    if bytes <= MOST_BYTES { Ok(()) } else { Err(format!("it is larger than {MOST_BYTES} bytes")) }
}

fn newest_in(folder: &Path, ending: &str) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let of_kind = files.filter(|path| path.extension().is_some_and(|found| found == ending));
    of_kind.max_by_key(|path| path.metadata().and_then(|file| file.modified()).ok())
}

/// What must be in a package, after it is unpacked as the system would, and what tools of the desktop say of it. A tool
/// that is not here is named.
fn check(deb: &Path) -> Result<(), Failed> {
    let dir = staged("root");
    let _ = fs::remove_dir_all(&dir);
    if !has("dpkg-deb") {
        println!("not looked into: dpkg-deb is not here");
        return Ok(());
    }
    run(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(&dir))?;
    for file in [
        "usr/bin/gatefold",
        "usr/bin/gatefold-app",
        "usr/share/applications/Gatefold.desktop",
        "usr/share/bash-completion/completions/gatefold",
        "usr/share/doc/gatefold/changelog.gz",
        "usr/share/doc/gatefold/copyright",
        "usr/share/icons/hicolor/16x16/apps/gatefold-app.png",
        "usr/share/icons/hicolor/512x512/apps/gatefold-app.png",
        "usr/share/icons/hicolor/scalable/apps/gatefold-app.svg",
        "usr/share/man/man1/gatefold.1.gz",
        "usr/share/metainfo/com.gatefold.app.metainfo.xml",
        "usr/share/mime/packages/com.gatefold.app.xml",
    ] {
        if !dir.join(file).is_file() {
            return Err(format!("the package has no {file}"));
        }
    }
    let share = dir.join("usr/share");
    let entry = share.join("applications/Gatefold.desktop");
    let page = share.join("metainfo/com.gatefold.app.metainfo.xml");
    for (tool, words, what) in [
        ("desktop-file-validate", &[][..], entry),
        ("appstreamcli", &["validate", "--no-net"], page),
        ("update-mime-database", &[], share.join("mime")),
    ] {
        if has(tool) {
            run(Command::new(tool).args(words).arg(what))?;
        } else {
            println!("not looked at by {tool}, which is not here");
        }
    }
    run(Command::new(dir.join("usr/bin/gatefold")).arg("--version"))
}
