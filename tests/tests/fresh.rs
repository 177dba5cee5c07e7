//! What is derived from the code equals what is committed (invariant I10). `cargo xtask privacy` writes it anew.

use gatefold_tests::{privacy_md, root_dir};

#[test]
fn privacy_md_is_what_the_code_says() {
    let path = root_dir().join("PRIVACY.md");
    if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some() {
        std::fs::write(&path, privacy_md()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed,
        privacy_md(),
        "run `cargo xtask privacy`, and read the difference as a privacy review"
    );
}
