//! A bundle that is sealed for a vendor's support: by the key of its signed file alone, and open to that key alone.

use gatefold_tests::root_dir;

use crate::scene::{Scene, codes, findings};

#[test]
fn only_the_support_of_the_vendor_opens_it() {
    let scene = Scene::new();
    scene.activate("free");
    let sealed = scene.export(&["--encrypt-to", "sleeve"]);
    let bytes = std::fs::read(&sealed).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    let sealed = sealed.to_str().unwrap();
    let (exit, error) = scene.cli.failure(["diagnostics", "read", sealed]);
    assert_eq!((exit, error["code"].as_str()), (1, Some("diagnostics.sealed")));
    let other = scene.out("other.key");
    let key = age::x25519::Identity::generate();
    std::fs::write(&other, age::secrecy::ExposeSecret::expose_secret(&key.to_string())).unwrap();
    let (_, error) =
        scene.cli.failure(["diagnostics", "read", sealed, "--identity", other.to_str().unwrap()]);
    assert_eq!(error["code"], "diagnostics.not_opened");
    std::fs::write(&other, "# no key\n").unwrap();
    let (exit, error) =
        scene.cli.failure(["diagnostics", "read", sealed, "--identity", other.to_str().unwrap()]);
    assert_eq!((exit, error["code"].as_str()), (2, Some("diagnostics.identity")));
    let support = root_dir().join("vendors/demo-support.key");
    let read = scene.cli.json(["diagnostics", "read", sealed, "--identity", support.to_str().unwrap()]);
    assert_eq!(codes(&read), Vec::<String>::new());
    // One that is not sealed needs no key.
    assert!(codes(&findings(&scene.cli, &scene.export(&[]))).is_empty());
}

#[test]
fn a_vendor_without_a_key_is_no_recipient() {
    let scene = Scene::new();
    let tidewater = root_dir().join("vendors/tidewater/vendor.toml");
    let file = scene.out("b.gatefold-diagnostics");
    let words = [
        "diagnostics",
        "export",
        file.to_str().unwrap(),
        "--yes",
        "--encrypt-to",
        tidewater.to_str().unwrap(),
    ];
    let (exit, error) = scene.cli.failure(words);
    assert_eq!((exit, error["code"].as_str()), (3, Some("diagnostics.no_support_key")), "{error}");
    assert!(!file.exists());
}
