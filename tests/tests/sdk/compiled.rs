//! C and C++ programs, compiled against `target/test-sdk` as its packages say.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use gatefold_tests::root_dir;

/// What `cargo xtask build-test-programs` laid out.
pub(crate) fn staged() -> PathBuf {
    let dir = root_dir().join("target/test-sdk");
    assert!(dir.join("lib/libgatefold.a").is_file(), "run `cargo xtask build-test-programs`");
    dir
}

/// The same built as a release unwinds, which says that it is another version.
pub(crate) fn staged_as_release() -> PathBuf {
    let dir = root_dir().join("target/test-sdk-release");
    assert!(dir.join("lib/libgatefold.a").is_file(), "run `cargo xtask build-test-programs`");
    dir
}

fn source(name: &str) -> PathBuf {
    root_dir().join("tests/tests/sdk/c").join(name)
}

/// The flags that pkg-config gives.
pub(crate) fn flags() -> Vec<String> {
    flags_of(&staged())
}

fn flags_of(sdk: &Path) -> Vec<String> {
    let output = Command::new("pkg-config")
        .args(["--cflags", "--libs", "gatefold"])
        .env("PKG_CONFIG_PATH", sdk.join("lib/pkgconfig"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

/// Compiles a program of `c/`, strictly, into `dir`; with more flags.
pub(crate) fn compiled(dir: &Path, name: &str, to: &str, more: &[&str]) -> PathBuf {
    compiled_of(&staged(), dir, name, to, more)
}

/// The same against the library of another folder.
pub(crate) fn compiled_of(sdk: &Path, dir: &Path, name: &str, to: &str, more: &[&str]) -> PathBuf {
    let program = dir.join(to);
    let is_cpp = name.ends_with(".cpp");
    let (compiler, standard) = if is_cpp { ("g++", "-std=c++11") } else { ("gcc", "-std=c99") };
    let strict = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-g", "-pthread"];
    let output = Command::new(compiler)
        .arg(standard)
        .args(strict)
        .args(more)
        .arg("-o")
        .arg(&program)
        .arg(source(name))
        .args(flags_of(sdk))
        .output()
        .unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    program
}

/// The programs that many tests run, compiled once.
fn kept(name: &str, make: impl FnOnce(&Path) -> PathBuf) -> PathBuf {
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = DIR.get_or_init(|| tempfile::tempdir().unwrap());
    let folder = dir.path().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    make(&folder)
}

/// The probe.
pub(crate) fn probe() -> PathBuf {
    static PROBE: OnceLock<PathBuf> = OnceLock::new();
    let make = || kept("probe", |dir| compiled(dir, "probe.c", "probe", &["-DGF_TEST_PANIC"]));
    PROBE.get_or_init(make).clone()
}

/// The same under the address and undefined behavior sanitizers.
pub(crate) fn sanitized_probe() -> PathBuf {
    static PROBE: OnceLock<PathBuf> = OnceLock::new();
    let flags = ["-DGF_TEST_PANIC", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    PROBE.get_or_init(|| kept("sanitized", |dir| compiled(dir, "probe.c", "probe", &flags))).clone()
}

/// A plug-in that a host loads.
pub(crate) fn plugin(dir: &Path, to: &str) -> PathBuf {
    plugin_of(&staged(), dir, to)
}

/// The same with the library of another folder in it.
pub(crate) fn plugin_of(sdk: &Path, dir: &Path, to: &str) -> PathBuf {
    compiled_of(sdk, dir, "plugin.c", to, &["-shared", "-fPIC"])
}

/// What a program says on its standard output, if it ends well.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{:?}: {:?}\n{}\n{}",
        command.get_args().collect::<Vec<&OsStr>>(),
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}
