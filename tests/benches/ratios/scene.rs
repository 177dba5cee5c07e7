//! A peer with canned answers: what a sandbox once answered to an activation, with the caller's nonce and machine id, in the
//! file too, signed anew with the sandbox's own key.

use std::path::{Path, PathBuf};

use gatefold_client::{Activated, Clock, Gatefold, Home, InForce, OpenOptions};
use gatefold_license::ServerKey;
use gatefold_tests::{Exchange, Fault, MachineFile, Request, Sandbox, SandboxOptions, Signer, Tap};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The peer, and two activations that went through it.
pub(crate) struct Scene {
    pub(crate) runtime: Runtime,
    pub(crate) vendor: InForce,
    pub(crate) vendor_file: PathBuf,
    pub(crate) first: Canned,
    /// Of another product.
    pub(crate) second: Canned,
    tap: Tap,
    pub(crate) signer: Signer,
    _sandbox: Sandbox,
    _home: TempDir,
}

/// An activation as it went over the wire.
pub(crate) struct Canned {
    pub(crate) key: String,
    /// Check, create, check-out.
    pub(crate) exchanges: Vec<Exchange>,
    /// Where the license was installed.
    pub(crate) activated: Activated,
    /// What the sandbox issued.
    pub(crate) file: MachineFile,
}

impl Scene {
    pub(crate) fn start() -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        // As the command line has it.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let vendor_file = sandbox.vendor_file();
        let home = home();
        let mut gatefold = open(home.path());
        let vendor = vendor(&gatefold, &vendor_file);
        let mut can = |license: &Value| {
            let key = license["key"].as_str().unwrap().to_owned();
            let before = tap.seen().len();
            let activated = runtime.block_on(activate(&mut gatefold, vendor.clone(), &key));
            let exchanges = tap.seen().split_off(before);
            assert_eq!(exchanges.len(), 3, "check, create, check-out");
            let (_, issued) = answer(&exchanges[2].answer);
            let certificate = issued["data"]["attributes"]["certificate"].as_str().unwrap();
            let file = MachineFile::open(certificate, &key, vendor.identifier().unwrap().as_str());
            Canned { key, exchanges, activated, file }
        };
        let first = sandbox.license("free");
        let (first, second) = (can(first), can(sandbox.beside(first)));
        let signer = Signer::of(&sandbox);
        Self { runtime, vendor, vendor_file, first, second, tap, signer, _sandbox: sandbox, _home: home }
    }

    /// The key that signs here.
    pub(crate) fn server_key(&self) -> ServerKey {
        self.vendor.vendor().issuers()[0].public_key.parse().unwrap()
    }

    /// The next three exchanges, an activation's, get canned answers.
    pub(crate) fn answer_once(&self, canned: &Canned) {
        self.tap.faults(canned.exchanges.iter().map(|exchange| {
            let (status, body) = answer(&exchange.answer);
            let (signer, file) = (self.signer.clone(), canned.file.clone());
            Fault::reply(move |request| {
                let request = Request::parse(request);
                let mut body = body.clone();
                if request.body["meta"]["nonce"].is_u64() {
                    body["meta"]["nonce"] = request.nonce().into();
                }
                if let id @ Value::String(_) = &request.body["data"]["id"] {
                    body["data"]["id"] = id.clone();
                }
                if let Some(seat) = checked_out(&request.target) {
                    body["data"]["attributes"]["certificate"] = file.for_seat(seat).signed(&signer).into();
                }
                signer.answer(&request, status, &body)
            })
        }));
    }
}

/// The seat whose file is asked for.
fn checked_out(target: &str) -> Option<&str> {
    target.strip_suffix("/actions/check-out")?.rsplit('/').next()
}

/// A folder on the disk that the build is on.
pub(crate) fn home() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// A Gatefold with everything under `home`; secrets stay in memory, for a passphrase is slow on purpose.
pub(crate) fn open(home: &Path) -> Gatefold {
    Gatefold::open(OpenOptions { home: Home::at(home), passphrase: None, clock: Clock::system() }).unwrap()
}

pub(crate) fn vendor(gatefold: &Gatefold, file: &Path) -> InForce {
    gatefold.review_vendor(file).unwrap().in_force
}

/// From a license key to an installed license.
pub(crate) async fn activate(gatefold: &mut Gatefold, vendor: InForce, key: &str) -> Activated {
    let check = gatefold.prepare_check(vendor, key).unwrap();
    let checked = gatefold.check_key(check).await.unwrap();
    let plan = gatefold.plan_activation(checked, None).unwrap();
    gatefold.activate(plan).await.unwrap()
}

fn answer(bytes: &[u8]) -> (u16, Value) {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap())
}
