//! The shelf as client and plug-in use it.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use gatefold_license::{IssuerList, Verified};
use gatefold_shelf::{KeptRelease, SealedRevocation, Shelf, ShelfError, VendorShelf};
use support::{
    FINGERPRINT, LICENSE, OTHER_FINGERPRINT, Root, account_file, clear_file, file_of_license,
    incomplete_file, machine_file, tree,
};

const EARLY: &str = "2026-03-01T12:00:00.250Z";
const LATE: &str = "2026-04-01T12:00:00.250Z";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A file's bytes in short, so that a failure can be read.
fn short(file: &[u8]) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hasher::write(&mut hasher, file);
    format!("{:016x}", std::hash::Hasher::finish(&hasher))
}

/// The installed files, in short and sorted; nothing may be unreadable.
fn installed(shelf: &VendorShelf) -> Vec<String> {
    let all = shelf.installed().unwrap();
    assert_eq!(all.unreadable, []);
    let mut files: Vec<_> = all.found.iter().map(|installed| short(&installed.file)).collect();
    files.sort();
    files
}

fn sorted(files: &[&Verified]) -> Vec<String> {
    let mut files: Vec<_> = files.iter().map(|file| short(file.file())).collect();
    files.sort();
    files
}

#[test]
fn what_is_installed_reads_back() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(installed(&shelf), Vec::<String>::new());
    assert!(tree(home.path()).is_empty(), "reading makes no folder");

    let file = machine_file(FINGERPRINT, EARLY);
    let path = shelf.install(&file, &root.unlock(), 1).unwrap();
    let all = shelf.installed().unwrap().found;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].path, path);
    assert_eq!(all[0].license_id, LICENSE);
    assert!(all[0].file == file.file());
    assert_eq!(all[0].unlock, root.unlock().as_bytes());
    assert_eq!(std::fs::read(path).unwrap(), file.file());
}

#[test]
fn folders_are_0700_and_files_0600() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(&home.path().join("shelf"));
    shelf.put_vendor(&root.vouched(b"x"), 1).unwrap();
    shelf.put_revocation(LICENSE, b"sealed", 1).unwrap();
    shelf.install(&machine_file(FINGERPRINT, EARLY), &root.unlock(), 1).unwrap();
    let mut folders = vec![home.path().join("shelf")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o7777, 0o700, "{}", folder.display());
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600, "{}", path.display());
            seen += 1;
        }
    }
    // vendor.toml, its signature, a revocation, a license file, its unlock, and a lock in each of three folders.
    assert_eq!(seen, 8);
}

#[test]
fn a_file_takes_the_place_of_its_elders_alone() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let install = |file: &Verified| shelf.install(file, &root.unlock(), 7).unwrap();
    let (early, late) = (machine_file(FINGERPRINT, EARLY), machine_file(FINGERPRINT, LATE));
    let (other_computer, account) = (machine_file(OTHER_FINGERPRINT, EARLY), account_file());
    let other_license = file_of_license("another-license");

    install(&early);
    install(&other_computer);
    install(&account);
    install(&other_license);
    assert_eq!(installed(&shelf), sorted(&[&early, &other_computer, &account, &other_license]));

    install(&late);
    install(&late);
    assert_eq!(installed(&shelf), sorted(&[&late, &other_computer, &account, &other_license]));
    assert_eq!(tree(shelf.path()).len(), 8, "an unlock each and nothing else: {:?}", tree(shelf.path()));

    install(&early);
    assert_eq!(installed(&shelf), sorted(&[&early, &late, &other_computer, &account, &other_license]));
}

#[test]
fn only_whole_and_sealed_files_are_installed() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let check = |file: &Verified, expect: ShelfError| {
        assert_eq!(shelf.install(file, &root.unlock(), 1), Err(expect));
    };
    check(&clear_file(), ShelfError::FileInClear);
    check(&incomplete_file(), ShelfError::Incomplete);
    check(&file_of_license("../../../outside"), ShelfError::NameUnusable);
    check(&file_of_license(""), ShelfError::NameUnusable);
    assert!(tree(home.path()).is_empty());
}

#[test]
fn removing_takes_this_computers_files_alone() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(shelf.remove(LICENSE, Some(FINGERPRINT)), Ok(0));
    let (ours, theirs, account) =
        (machine_file(FINGERPRINT, EARLY), machine_file(OTHER_FINGERPRINT, EARLY), account_file());
    for file in [&ours, &theirs, &account] {
        shelf.install(file, &root.unlock(), 1).unwrap();
    }
    assert_eq!(shelf.remove("another-license", Some(FINGERPRINT)), Ok(0));
    assert_eq!(shelf.remove(LICENSE, Some(FINGERPRINT)), Ok(1));
    assert_eq!(installed(&shelf), sorted(&[&theirs, &account]));
    assert_eq!(shelf.remove(LICENSE, None), Ok(1));
    assert_eq!(installed(&shelf), sorted(&[&theirs]));
    assert_eq!(tree(shelf.path()).len(), 2);
}

#[test]
fn one_bad_file_does_not_hide_the_good_ones() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let good = machine_file(FINGERPRINT, EARLY);
    let path = shelf.install(&good, &root.unlock(), 1).unwrap();
    let licenses = path.parent().unwrap();
    let at = |name: &str| licenses.join(name);

    std::fs::write(at("aaa.account.1.0123456789ab.lic"), vec![b'x'; 256 * 1024 + 1]).unwrap();
    symlink("/dev/zero", at("bbb.account.1.0123456789ab.lic")).unwrap();
    std::fs::create_dir(at("ccc.account.1.0123456789ab.lic")).unwrap();
    std::fs::write(at("ddd.account.1.0123456789ab.lic"), b"without an unlock").unwrap();
    std::fs::write(at("by hand.lic"), b"not ours to judge").unwrap();

    let all = shelf.installed().unwrap();
    assert_eq!(all.found.len(), 1);
    assert_eq!(all.found[0].file, good.file());
    let errors: Vec<_> = all.unreadable.iter().map(|file| file.error.clone()).collect();
    assert_eq!(
        errors,
        [ShelfError::TooLarge, ShelfError::Link, ShelfError::WrongType, ShelfError::UnlockMissing]
    );
}

/// A folder can be given any name; it is in nobody's way, and stays.
#[test]
fn folders_among_the_files_are_in_nobodys_way() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let (early, late) = (machine_file(FINGERPRINT, EARLY), machine_file(FINGERPRINT, LATE));
    let path = shelf.install(&early, &root.unlock(), 1).unwrap();
    let licenses = path.parent().unwrap();
    let elder = path.file_name().unwrap().to_str().unwrap().replace(".lic", "");
    let elder = elder.rsplit_once('.').unwrap().0;
    let folders = ["000000000000.lic", "000000000001.unlock"].map(|end| format!("{elder}.{end}"));
    let folders = [&folders[0], &folders[1], ".new-0000000000000001-x"].map(|name| licenses.join(name));
    for folder in &folders {
        std::fs::create_dir(folder).unwrap();
    }
    shelf.could_install().unwrap();
    shelf.install(&late, &root.unlock(), 3).unwrap();
    let all = shelf.installed().unwrap();
    assert!(all.found.len() == 1 && all.found[0].file == late.file());
    assert_eq!(
        all.unreadable.iter().map(|bad| bad.error.clone()).collect::<Vec<_>>(),
        [ShelfError::WrongType]
    );
    shelf.sweep().unwrap();
    assert_eq!(shelf.remove(LICENSE, Some(FINGERPRINT)), Ok(1));
    assert!(folders.iter().all(|folder| folder.is_dir()));
}

#[test]
fn what_would_be_in_the_way_of_a_license_is_told_beforehand() {
    fn check(in_the_way: impl FnOnce(&std::path::Path), expect: Result<(), ShelfError>) {
        let (home, root) = (home(), Root::new());
        let shelf = root.shelf(home.path());
        let vendor = shelf.path();
        in_the_way(vendor);
        let before = tree(home.path());
        assert_eq!(shelf.could_install(), expect);
        assert_eq!(tree(home.path()), before, "something stays behind");
        let installed = shelf.install(&machine_file(FINGERPRINT, EARLY), &root.unlock(), 1);
        assert_eq!(installed.map(drop), if vendor.join("vendor.toml").is_dir() { Ok(()) } else { expect });
    }
    let made = |path: std::path::PathBuf| std::fs::create_dir_all(path).unwrap();
    check(|_| {}, Ok(()));
    check(|vendor| made(vendor.join("licenses/x.lic")), Ok(()));
    check(|vendor| made(vendor.join("vendor.toml")), Err(ShelfError::WrongType));
    check(|vendor| made(vendor.join("licenses/.lock")), Err(ShelfError::WrongType));
    let file_for_folder = |vendor: &std::path::Path| {
        made(vendor.to_owned());
        std::fs::write(vendor.join("licenses"), b"").unwrap();
    };
    check(file_for_folder, Err(ShelfError::WrongType));
}

#[test]
fn the_vendor_file_is_kept_with_its_signature() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(shelf.vendor(), Ok(None));
    let toml = format!(
        "id = \"sleeve\"\nversion = 1\n[[issuer]]\npublic_key = \"{}\"\naccount = \
         \"0a5f6b3e-0001-4a5b-8c11-5e1ee7e033aa\"\nhosts = [\"https://x.example\"]\n",
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
    );
    for text in ["id = \"older\"", &toml] {
        shelf.put_vendor(&root.vouched(text.as_bytes()), 1).unwrap();
    }
    let kept = shelf.vendor().unwrap().unwrap();
    assert_eq!(kept.toml, toml.as_bytes());
    let issuers = IssuerList::open(&kept.toml, &kept.minisig, &root.key()).unwrap();
    assert_eq!(issuers.id(), "sleeve");
    assert_eq!(tree(shelf.path()).len(), 2, "the older signature is gone: {:?}", tree(shelf.path()));

    assert_eq!(shelf.remove_vendor(), Ok(true));
    assert_eq!(shelf.remove_vendor(), Ok(false));
    assert!(tree(shelf.path()).is_empty());
}

#[test]
fn a_shelf_that_is_held_shows_what_lay_there_then() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert!(shelf.hold().unwrap().is_none());
    let [old, new] = ["id = \"older\"", "id = \"newer\""].map(|text| root.vouched(text.as_bytes()));
    shelf.put_vendor(&old, 1).unwrap();
    assert_eq!(shelf.vendor_as_listed(), None, "it is not held");

    let held = shelf.hold().unwrap().unwrap();
    let listed = held.vendor_as_listed().unwrap();
    assert_eq!((&listed.toml[..], &listed.minisig[..]), (old.bytes(), old.minisig()));
    shelf.put_vendor(&new, 2).unwrap();
    shelf.put_sunset(&root.vouched(b"sunset = 1"), 3).unwrap();
    shelf.put_revocation(LICENSE, b"sealed", 4).unwrap();
    assert_eq!(held.vendor_as_listed(), None, "the signature that was listed is gone");
    assert_eq!(
        held.vendor().unwrap().unwrap().toml,
        new.bytes(),
        "that of the newer one is found by its name"
    );
    assert_eq!(held.sunset(), Ok(None));
    assert_eq!(held.revocations().unwrap().found.len(), 0);

    let held = shelf.hold().unwrap().unwrap();
    assert_eq!(held.vendor_as_listed().unwrap().toml, new.bytes());
    assert_eq!(held.sunset().unwrap().unwrap().toml, b"sunset = 1");
    assert_eq!(held.revocations().unwrap().found.len(), 1);
    std::fs::write(shelf.path().join("vendor.toml.000000000000.minisig"), "x").unwrap();
    let held = shelf.hold().unwrap().unwrap();
    assert_eq!(held.vendor_as_listed(), None, "either may be its signature");
    assert_eq!(held.vendor().unwrap().unwrap().minisig, new.minisig());

    // What was listed and is not there any more may be coming back; nobody who holds nothing waits for it.
    std::fs::remove_file(shelf.path().join("vendor.toml")).unwrap();
    assert!(held.vendor().is_err_and(|error| error.may_pass()));
    assert_eq!(shelf.vendor(), Ok(None));
}

#[test]
fn a_vendor_file_that_is_kept_is_not_written_again() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let vendor = root.vouched(b"id = \"sleeve\"");
    // Each time a file is placed, it is another one.
    let placed = |random| {
        shelf.put_vendor(&vendor, random).unwrap();
        let kept = shelf.vendor().unwrap().unwrap();
        assert_eq!((&kept.toml[..], &kept.minisig[..]), (vendor.bytes(), vendor.minisig()));
        std::fs::metadata(shelf.path().join("vendor.toml")).unwrap().ino()
    };
    let first = placed(1);
    assert_eq!(placed(2), first);
    let signature = tree(shelf.path()).into_iter().find(|path| path.ends_with(".minisig"));
    let signature = shelf.path().join(signature.unwrap());
    let damage: [&dyn Fn(); 3] = [
        &|| std::fs::write(&signature, "damaged").unwrap(),
        &|| std::fs::remove_file(&signature).unwrap(),
        &|| std::fs::write(shelf.path().join("vendor.toml"), "damaged").unwrap(),
    ];
    for (random, damage) in (3..).zip(damage) {
        let before = placed(random);
        damage();
        assert_ne!(placed(random + 10), before, "what is damaged is placed anew");
    }
}

#[test]
fn a_vendor_file_that_another_root_signed_is_refused() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(shelf.put_vendor(&Root::new().vouched(b"x"), 1), Err(ShelfError::VendorUnsigned));
    assert!(tree(home.path()).is_empty());
}

#[test]
fn the_same_id_under_another_root_is_another_folder() {
    let (home, one, two) = (home(), Root::new(), Root::new());
    one.shelf(home.path()).install(&account_file(), &one.unlock(), 1).unwrap();
    assert_eq!(installed(&two.shelf(home.path())), Vec::<String>::new());
    assert_eq!(
        Shelf::at(home.path()).vendor("../sleeve", &one.key()).err(),
        Some(ShelfError::NameUnusable),
        "an id does not lead out of the shelf"
    );
}

#[test]
fn releases_are_kept() {
    let home = tempfile::tempdir().unwrap();
    let shelf = Root::new().shelf(home.path());
    assert_eq!(shelf.releases().unwrap().found, []);
    for (seat, reply) in [("m-1", "first"), ("m-2", "second"), ("m-1", "again")] {
        shelf.put_release(seat, reply.as_bytes(), 1).unwrap();
    }
    let kept = |machine_id: &str, reply: &[u8]| KeptRelease {
        machine_id: machine_id.to_owned(),
        reply: reply.to_vec(),
    };
    assert_eq!(shelf.releases().unwrap().found, [kept("m-1", b"again"), kept("m-2", b"second")]);
    assert_eq!(shelf.put_release("../m", b"x", 1), Err(ShelfError::NameUnusable));
    assert_eq!(shelf.put_release("m-3", &vec![0; 256 * 1024 + 1], 1), Err(ShelfError::TooLarge));
    symlink("/dev/zero", shelf.path().join("releases/m-9.released")).unwrap();
    let all = shelf.releases().unwrap();
    assert_eq!((all.found.len(), all.unreadable.len()), (2, 1));
}

#[test]
fn revocations_are_kept_and_taken_back() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(shelf.revocations().unwrap().found, []);
    assert_eq!(shelf.remove_revocation("l-1"), Ok(false));
    for (license_id, sealed) in [("l-1", "first"), ("l-2", "second"), ("l-1", "third")] {
        shelf.put_revocation(license_id, sealed.as_bytes(), 1).unwrap();
    }
    let kept = |license_id: &str, sealed: &[u8]| SealedRevocation {
        license_id: license_id.to_owned(),
        sealed: sealed.to_vec(),
    };
    assert_eq!(shelf.revocations().unwrap().found, [kept("l-1", b"third"), kept("l-2", b"second")]);
    assert_eq!(shelf.put_revocation("../l", b"x", 1), Err(ShelfError::NameUnusable));
    assert_eq!(shelf.put_revocation("l-3", &vec![0; 256 * 1024 + 1], 1), Err(ShelfError::TooLarge));
    assert_eq!(shelf.remove_revocation("l-1"), Ok(true));
    assert_eq!(shelf.revocations().unwrap().found, [kept("l-2", b"second")]);

    symlink("/dev/zero", shelf.path().join("revocations/l-9.revoked")).unwrap();
    let all = shelf.revocations().unwrap();
    assert_eq!(all.found.len(), 1);
    assert_eq!(all.unreadable[0].error, ShelfError::Link);
}

#[test]
fn readers_never_see_a_half_replaced_file() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    let files: Vec<_> =
        (0..60).map(|n| machine_file(FINGERPRINT, &format!("2026-03-01T12:{n:02}:00Z"))).collect();
    shelf.install(&files[0], &root.unlock(), 0).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for (random, file) in files.iter().enumerate() {
                shelf.install(file, &root.unlock(), random as u64).unwrap();
                let toml = format!("version = {random}");
                shelf.put_vendor(&root.vouched(toml.as_bytes()), random as u64).unwrap();
            }
        });
        while !writer.is_finished() {
            for file in shelf.installed().unwrap().found {
                assert!(files.iter().any(|known| known.file() == file.file));
                assert_eq!(file.unlock, root.unlock().as_bytes());
            }
            if let Some(vendor) = shelf.vendor().unwrap() {
                root.key().verify(&vendor.toml, &vendor.minisig).unwrap();
            }
        }
    });
    assert_eq!(installed(&shelf), sorted(&[&files[59]]));
}

#[test]
fn a_vendor_file_and_the_vendors_last_word_lie_side_by_side() {
    let (home, root) = (home(), Root::new());
    let shelf = root.shelf(home.path());
    assert_eq!(shelf.sunset(), Ok(None));
    shelf.put_vendor(&root.vouched(b"vendor"), 1).unwrap();
    shelf.put_sunset(&root.vouched(b"gone"), 2).unwrap();
    // Neither sweeps the other's signature away.
    shelf.put_vendor(&root.vouched(b"newer vendor"), 3).unwrap();
    shelf.put_sunset(&root.vouched(b"gone since"), 4).unwrap();
    shelf.sweep().unwrap();
    let read = |kept: Result<_, ShelfError>| {
        let kept: gatefold_shelf::SignedToml = Option::unwrap(kept.unwrap());
        root.key().vouch(kept.toml.clone(), kept.minisig).unwrap();
        String::from_utf8(kept.toml).unwrap()
    };
    assert_eq!((read(shelf.vendor()), read(shelf.sunset())), ("newer vendor".into(), "gone since".into()));
    let signatures = tree(shelf.path()).iter().filter(|name| name.ends_with(".minisig")).count();
    assert_eq!(signatures, 2);

    assert_eq!(shelf.put_sunset(&Root::new().vouched(b"gone"), 5), Err(ShelfError::VendorUnsigned));
    assert_eq!(shelf.remove_vendor(), Ok(true));
    assert_eq!((shelf.vendor(), shelf.sunset()), (Ok(None), Ok(None)));
    assert!(!tree(shelf.path()).iter().any(|name| name.contains("toml")), "{:?}", tree(shelf.path()));
}
