//! What is in doubt: a file whose partner is missing, which the client or a backup may be about to put there.

use super::*;

const NOT_GENUINE: (Standing, Cause, &str) = (Standing::Unlicensed, Cause::NotGenuine, "never");

/// A license file without its unlock, of whichever license.
fn stray(scene: &Scene) -> PathBuf {
    let path = scene.user().path().join("licenses/other.account.1.000000000000.lic");
    std::fs::write(&path, "x").unwrap();
    path
}

#[test]
fn what_was_read_goes_on_while_it_cannot_be_read() {
    let scene = Scene::new();
    let file = scene.install(&scene.user(), &scene.machine());
    let license = scene.open();
    assert_eq!(said(&license.check()), ACTIVE);
    let unlock = file.with_extension("unlock");
    let whole = std::fs::read(&unlock).unwrap();
    std::fs::remove_file(&unlock).unwrap();
    for _ in 0..3 {
        assert_eq!(said(&license.check()), ACTIVE);
        assert!(license.document().is_some() && license.has_entitlement("HIFI"));
    }
    // Who never read it knows nothing.
    assert_eq!(said(&scene.open().check()), NOT_GENUINE);
    std::fs::write(&unlock, whole).unwrap();
    assert_eq!(said(&scene.open().check()), ACTIVE);
    std::fs::remove_file(&unlock).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(said(&license.check()), NOTHING);
}

/// It goes on as far as it holds, by what the vendor says now.
#[test]
fn what_goes_on_is_verified_again() {
    let scene = Scene::new();
    let file = scene.install(&scene.user(), &scene.machine());
    let license = scene.open();
    assert_eq!(said(&license.check()), ACTIVE);
    std::fs::remove_file(file.with_extension("unlock")).unwrap();
    assert_eq!(said(&license.check()), ACTIVE);
    scene.vendor(&scene.user(), 2, ACCOUNT, &[9; 32]);
    assert_eq!(said(&license.check()), NOT_GENUINE);
}

/// One file in doubt keeps nothing else as it was.
#[test]
fn what_is_in_doubt_hides_no_change_beside_it() {
    let scene = Scene::new();
    scene.install(&scene.user(), &scene.machine());
    stray(&scene);
    let license = scene.open();
    assert_eq!(said(&license.check()), ACTIVE);
    let body = json!({"data": {"id": LICENSE}, "meta": {"valid": false, "code": "SUSPENDED", "nonce": 5}});
    let (body, target) = (body.to_string(), "/v1/validate");
    let header = testing::signature_header(target, HOST, DATE, body.as_bytes());
    let words = reply("POST", target, DATE, body.as_bytes(), &header);
    let revocation = Revocation::of_reply(&words, 5, LICENSE, &[issuer()]).unwrap();
    let sealed = revocation.seal(&scene.root(), &Scene::own_id(), [6; 12]);
    scene.user().put_revocation(LICENSE, &sealed, 1).unwrap();
    assert_eq!(said(&license.check()), of(Reason::Suspended, "lapsed"));
    assert_eq!(scene.user().remove_revocation(LICENSE), Ok(true));
    assert_eq!(said(&license.check()), ACTIVE);
    assert_eq!(scene.user().remove(LICENSE, Some(&scene.identifier())), Ok(1));
    assert_eq!(said(&license.check()), NOT_GENUINE);
}
