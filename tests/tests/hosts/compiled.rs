//! C compiled against the SDK that `cargo xtask build-test-programs` laid out.

use std::path::Path;
use std::process::Command;

use gatefold_tests::root_dir;

/// Compiles sources of this repository into a file.
pub(crate) fn compile(to: &Path, sources: &[&str], flags: &[&str]) {
    let sdk = root_dir().join("target/test-sdk");
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-pthread"])
        .args(flags)
        .arg("-o")
        .arg(to)
        .args(sources.iter().map(|source| root_dir().join(source)))
        .arg(format!("-I{}", sdk.join("include").display()))
        .arg(sdk.join("lib/libgatefold.a"))
        .args(["-lgcc_s", "-lm", "-ldl", "-lc"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{sources:?}: {}", String::from_utf8_lossy(&output.stderr));
}
