//! Where the built programs are. `cargo xtask test` builds them, with crash points, into `target/test-bin`.

use std::path::PathBuf;

/// The root of the checkout.
pub fn root_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A built program: `gatefold` or `gatefold-sandbox`.
///
/// # Panics
/// When it was not built: run `cargo xtask test`, or `cargo xtask build-test-programs` before a single test.
pub fn program(name: &str) -> PathBuf {
    let dir = std::env::var_os("GATEFOLD_TEST_BIN")
        .map_or_else(|| root_dir().join("target/test-bin"), PathBuf::from);
    let path = dir.join(name);
    assert!(path.is_file(), "{} is missing: run `cargo xtask build-test-programs`", path.display());
    path
}
