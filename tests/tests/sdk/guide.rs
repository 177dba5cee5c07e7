//! The guide for vendors: what it shows compiles and does what it says. JUCE itself is not here: a stand-in declares what the
//! snippet names of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::root_dir;

use crate::compiled::{flags, said, staged};
use crate::studio::Studio;

/// The code of the guide in this language that holds these words.
fn snippet(language: &str, words: &str) -> String {
    let guide = std::fs::read_to_string(root_dir().join("docs/vendor/plug-in.md")).unwrap();
    let blocks = guide.split("```").skip(1).step_by(2);
    let code = blocks.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'));
    let mut found = code.filter(|code| code.contains(words));
    let code = found.next().unwrap().to_owned();
    assert!(found.next().is_none(), "{words}");
    code
}

fn in_juce(dir: &Path) -> PathBuf {
    std::fs::write(dir.join("snippet.h"), snippet("cpp", "LicensedProcessor")).unwrap();
    let source = root_dir().join("tests/tests/sdk/c/juce");
    let program = dir.join("juce");
    let strict = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsanitize=address,undefined"];
    said(
        Command::new("g++")
            .args(strict)
            .arg("-I")
            .arg(&source)
            .arg("-I")
            .arg(dir)
            .arg("-o")
            .arg(&program)
            .arg(source.join("main.cpp"))
            .args(flags()),
    );
    program
}

#[test]
fn the_snippet_for_juce_obeys_the_license() {
    let studio = Studio::new();
    let dir = tempfile::tempdir().unwrap();
    let program = in_juce(dir.path());
    let run = || said(Command::new(&program).env("XDG_DATA_HOME", studio.data()));
    let opens = "opens gatefold://open/sleeve/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101\n";
    assert_eq!(run(), format!("0 [Not licensed]\n{opens}"));
    studio.activate(&studio.sandbox.key("free"));
    assert_eq!(run(), format!("1 []\n{opens}"));
    let session = || said(Command::new(&program).arg("session").env("XDG_DATA_HOME", studio.data()));
    assert!(session().ends_with("1 1, kept 1 1\n"));
    studio.suspend(studio.sandbox.license("free"));
    studio.cli().run(["license", "refresh", "--yes"]);
    // Saved by a silent one it stays silent; what played plays on.
    assert_eq!(session(), format!("0 [Licensed no more]\n{opens}0 1, kept 0 1\n"));
}

/// What the guide has a vendor do, word for word, in a folder with the example of a vendor file.
#[test]
fn a_vendor_tries_its_own_plug_in() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy(root_dir().join("docs/vendor/example.toml"), dir.path().join("vendor.toml")).unwrap();
    std::fs::write(dir.path().join("try.c"), snippet("c", "int main(")).unwrap();
    let script = [
        "trap 'kill $!' EXIT\nset -e",
        &snippet("sh", "gatefold-sandbox"),
        "cp try/ready.json try/ready.kept",
        &snippet("sh", "asks()"),
        "ls $XDG_DATA_HOME/gatefold/vendors",
    ];
    let bin = gatefold_tests::program("gatefold");
    let path = [bin.parent().unwrap(), Path::new("/usr/local/bin"), Path::new("/usr/bin"), Path::new("/bin")];
    let text = said(
        Command::new("sh")
            .args(["-c", &script.join("\n")])
            .current_dir(dir.path())
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", dir.path())
            .env("PKG_CONFIG_PATH", staged().join("lib/pkgconfig")),
    );
    let asked: Vec<&str> = text.lines().filter(|line| line.contains(", cause ")).collect();
    assert_eq!(asked, ["unlicensed, cause 0", "active, cause 2"], "{text}");
    // Under a root of its own, which no demo plug-in has.
    let ready: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("try/ready.kept")).unwrap()).unwrap();
    let demo = gatefold_tests::vendor_text("sleeve");
    assert!(!demo.contains(ready["root_key"].as_str().unwrap()));
    assert!(text.lines().last().unwrap().starts_with(&format!("{}-", ready["vendor"].as_str().unwrap())));
}

#[test]
fn the_snippets_in_c_compile() {
    let dir = tempfile::tempdir().unwrap();
    let program = format!(
        "#include <gatefold.h>\n#include <stdlib.h>\n{}\nint main(void) {{\nconst char *host_name = 0, *host_version = 0;\n{}{}\
         free(link);\ngf_close(license);\nreturn status.is_licensed + status.is_lapsed + status.is_never_licensed == 1 ? 0 : 1;\n}}\n",
        snippet("c", ".vendor ="),
        snippet("c", "gf_host host ="),
        snippet("c", "malloc(bytes)")
    );
    let source = dir.path().join("snippet.c");
    std::fs::write(&source, program).unwrap();
    let to = dir.path().join("snippet");
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    said(Command::new("gcc").args(strict).arg("-o").arg(&to).arg(&source).args(flags()));
    said(Command::new(&to).env("XDG_DATA_HOME", "/nonexistent"));
}

#[test]
fn the_snippet_in_cpp_compiles() {
    let dir = tempfile::tempdir().unwrap();
    let program = format!(
        "#include <gatefold.hpp>\nstatic void show(const std::string &) {{}}\nstatic void enable(const std::string &) {{}}\n\
         int main() {{\nconst gf_product product = {{}};\nconst char *host_name = nullptr, *host_version = nullptr;\n{}\
         return license.result() == GF_NULL ? 0 : 1;\n}}\n",
        snippet("cpp", "enable(feature)")
    );
    let source = dir.path().join("snippet.cpp");
    std::fs::write(&source, program).unwrap();
    let to = dir.path().join("snippet");
    let strict = ["-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    said(Command::new("g++").args(strict).arg("-o").arg(&to).arg(&source).args(flags()));
    said(&mut Command::new(&to));
}
