//! A plug-in's checks beside what must be done for them: files read and signatures verified at first, a look at a folder later.
//!
//! All of it in one child, whose home the real client filled: both sides see the same files and the same caches.

use std::hint::black_box;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b512, Digest as _};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use gatefold_license::{FileKind, ServerKey};
use gatefold_plugin_sdk::{Binding, Host, License, Product};

use crate::child;
use crate::license::Bare;
use crate::measure::{Measure, Report, Turns, cpu};
use crate::scene::Scene;

const TURNS: usize = 300;
const BATCH: usize = 50;
/// Instances of one product in a session, and how many looks at a file each may cost.
const INSTANCES: usize = 300;
const LOOKS: usize = 3;
/// Older than a change that two looks could not tell apart.
const SETTLED: Duration = Duration::from_millis(2_200);

const LIMITS: [(&str, f64); 3] = [("sdk.first", 1.5), ("sdk.later", 3.0), ("sdk.instances", 1.2)];

pub(crate) fn measure(scene: &Scene, report: &mut Report) {
    let file = &scene.first.activated.license_file;
    // PLACE/vendors/VENDOR/licenses/FILE
    let shelf = file.ancestors().nth(4).unwrap();
    let data = tempfile::tempdir().unwrap();
    symlink(shelf, data.path().join("gatefold")).unwrap();
    let text = std::fs::read_to_string(&scene.vendor_file).unwrap();
    let vendor: toml::Table = text.parse().unwrap();
    let of = |table: &toml::Value, member: &str| table[member].as_str().unwrap().to_owned();
    let named = |product: &&toml::Value| of(product, "name") == scene.first.activated.product;
    let product = vendor["product"].as_array().unwrap().iter().find(named).unwrap();
    let (file, server) = (file.to_str().unwrap().to_owned(), scene.server_key().to_string());
    let account = of(&vendor["issuer"][0], "account");
    let [id, root] = ["id", "root_key"].map(|member| vendor[member].as_str().unwrap().to_owned());
    let words = [id, root, account, of(product, "id"), file, server];
    let output = Command::new(std::env::current_exe().unwrap())
        .args([child::FLAG, "sdk"])
        .args(words)
        .env("XDG_DATA_HOME", data.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for ((name, limit), line) in LIMITS.into_iter().zip(text.lines()) {
        let (value, floor) = line.split_once(' ').unwrap();
        let (value, floor) = (value.parse().unwrap(), floor.parse().unwrap());
        report.add(&Measure { name: name.to_owned(), value, floor, limit, unit: "µs" });
    }
}

/// Measures in a process that sees the shelf, and prints ours and the floor, a line each.
pub(crate) fn child(words: &[&str]) {
    let [vendor, root, account, product, file, server] = words else { panic!("{words:?}") };
    let product = Product::new(vendor, root, account, product, Binding::Machine).unwrap();
    let open = || License::open(product.clone(), Host::default());
    assert!(open().check().is_licensed, "{:?}", open().check());
    let floor = Floor::of(Path::new(file), &server.parse().unwrap(), root);
    std::thread::sleep(SETTLED);
    let first = Turns::take(TURNS, |_| cpu(|| drop(black_box(open()))), |_| cpu(|| floor.first()));
    print(first.least(1));

    let license = open();
    let many = |work: &dyn Fn()| cpu(|| (0..BATCH).for_each(|_| work()));
    let look = || many(&|| floor.look());
    print(
        Turns::take(
            TURNS,
            |_| {
                many(&|| {
                    black_box(license.check());
                })
            },
            |_| look(),
        )
        .least(BATCH),
    );
    drop(license);

    let session = || cpu(|| drop((0..INSTANCES).map(|_| open()).collect::<Vec<_>>()));
    let looks = || {
        cpu(|| {
            drop(black_box(open()));
            (0..INSTANCES * LOOKS).for_each(|_| floor.look());
        })
    };
    print(Turns::take(TURNS / 10, |_| session(), |_| looks()).least(1));
}

fn print((ours, floor): (f64, f64)) {
    println!("{ours} {floor}");
}

/// What cannot be saved.
struct Floor {
    files: Vec<PathBuf>,
    folder: PathBuf,
    license: Bare,
    vendor: BareRoot,
}

/// A bare verification of a vendor file. Its signature is one of the file's hash, so that to hash it is part of that.
struct BareRoot {
    key: VerifyingKey,
    signature: Signature,
}

impl BareRoot {
    fn of(root: &str, minisig: &str) -> Self {
        // Algorithm and key id, ten bytes, stand before both.
        let after_id = |line: &str| STANDARD.decode(line).unwrap().split_off(10);
        let key = after_id(root).try_into().unwrap();
        let signature = after_id(minisig.lines().nth(1).unwrap());
        Self {
            key: VerifyingKey::from_bytes(&key).unwrap(),
            signature: Signature::from_slice(&signature).unwrap(),
        }
    }

    fn verify(&self, file: &[u8]) {
        self.key.verify(&Blake2b512::digest(file), &self.signature).unwrap();
    }
}

impl Floor {
    fn of(file: &Path, server: &ServerKey, root: &str) -> Self {
        let folder = file.parent().unwrap().to_owned();
        let vendor = folder.parent().unwrap();
        let beside = std::fs::read_dir(vendor).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            beside.filter(|path| is_a(path, "toml") || is_a(path, "minisig")).collect();
        assert_eq!(files.len(), 2, "{files:?}");
        let licenses = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        files.extend(licenses.filter(|path| path.is_file() && path.extension().is_some()));
        let minisig = files.iter().find(|path| is_a(path, "minisig")).unwrap();
        let vendor = BareRoot::of(root, &std::fs::read_to_string(minisig).unwrap());
        let license = Bare::of(server, FileKind::Machine, &std::fs::read(file).unwrap());
        Self { files, folder, license, vendor }
    }

    /// The files read, the machine id, and one bare verification for each file that is signed.
    fn first(&self) {
        for file in &self.files {
            let bytes = black_box(std::fs::read(file).unwrap());
            if is_a(file, "toml") {
                self.vendor.verify(&bytes);
            } else if is_a(file, "lic") {
                self.license.verify();
            }
        }
        black_box(std::fs::read("/etc/machine-id").unwrap());
    }

    fn look(&self) {
        black_box(rustix::fs::stat(&self.folder).unwrap());
    }
}

fn is_a(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|of| of == extension)
}
