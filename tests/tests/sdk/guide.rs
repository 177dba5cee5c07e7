//! The guide for vendors: what it shows compiles and does what it says. JUCE itself is not here: a stand-in declares what the
//! snippet names of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use gatefold_tests::root_dir;

use crate::compiled::{flags, said};
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
}

#[test]
fn the_snippets_in_c_compile() {
    let dir = tempfile::tempdir().unwrap();
    let program = format!(
        "#include <gatefold.h>\n{}\nint main(void) {{\nconst char *host_name = 0, *host_version = 0;\n{}\
         return status.is_licensed + status.is_lapsed + status.is_never_licensed == 1 ? 0 : 1;\n}}\n",
        snippet("c", ".vendor ="),
        snippet("c", "gf_open(")
    );
    let source = dir.path().join("snippet.c");
    std::fs::write(&source, program).unwrap();
    let to = dir.path().join("snippet");
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    said(Command::new("gcc").args(strict).arg("-o").arg(&to).arg(&source).args(flags()));
    said(Command::new(&to).env("XDG_DATA_HOME", "/nonexistent"));
}
