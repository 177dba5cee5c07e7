//! `keygen-rs` 0.14, a client of this API that nobody here wrote, against the sandbox. It checks the signature of every
//! answer and of every file by its own code.
//!
//! What it does otherwise than the API says is named where it is worked around.

use gatefold_tests::{Cli, Sandbox, SandboxOptions};
use keygen_rs::ApiContractVersion;
use keygen_rs::config::{KeygenConfig, set_config};
use keygen_rs::errors::Error;
use keygen_rs::license::{
    License, LicenseCheckoutOpts, LicenseFileAlgorithm, LicenseValidationRequest, LicenseValidationScope,
};
use keygen_rs::machine::MachineCheckoutOpts;

const FINGERPRINT: &str = "a-computer-of-another-client";
const DAY_SECS: i64 = 86_400;

/// It takes the host for `host:port`, where a server signs the name alone: so this sandbox signs as it reads.
fn sandbox() -> Sandbox {
    Sandbox::with(&SandboxOptions { sign_with_port: true, ..SandboxOptions::default() })
}

/// The client's settings for one license of the sandbox.
fn settings(sandbox: &Sandbox, state: &str) -> KeygenConfig {
    let text = |name: &str| sandbox.ready[name].as_str().unwrap().to_owned();
    let product = sandbox.license(state)["product_id"].as_str().unwrap().to_owned();
    KeygenConfig {
        // It asks for 1.8 by itself, which no server older than that answers.
        api_version: ApiContractVersion::V1_7,
        // Of this host it calls the short form of every path alone, `/v1/…`.
        api_url: text("listen"),
        ..KeygenConfig::license_key(text("account_id"), product, sandbox.key(state), text("public_key"))
    }
}

fn license(settings: &KeygenConfig) -> License {
    License::from_key(settings.license_key.as_deref().unwrap()).with_config(settings.clone())
}

fn request(settings: &KeygenConfig, fingerprint: Option<&str>) -> LicenseValidationRequest {
    LicenseValidationRequest {
        nonce: Some(1_764_446_400),
        scope: LicenseValidationScope {
            product: Some(settings.product.clone()),
            fingerprint: fingerprint.map(str::to_owned),
            ..LicenseValidationScope::default()
        },
    }
}

#[tokio::test]
async fn it_validates_activates_checks_out_and_deactivates() {
    let sandbox = sandbox();
    let settings = settings(&sandbox, "free");
    let (key, id) = (sandbox.key("free"), sandbox.license("free")["license_id"].as_str().unwrap());

    let before = license(&settings).validate_key(&request(&settings, Some(FINGERPRINT))).await.unwrap();
    assert_eq!((before.meta.valid, before.meta.code.as_str()), (false, "NO_MACHINES"));
    assert_eq!(before.meta.nonce, Some(1_764_446_400));
    let license = before.license.unwrap();
    assert_eq!((license.id.as_str(), license.key.as_str()), (id, key.as_str()));
    assert_eq!(license.product_id.as_deref(), Some(settings.product.as_str()));

    // It sends this computer's host name and cores unasked; the sandbox takes them, as a server does.
    let machine = license.activate(FINGERPRINT, &[]).await.unwrap();
    assert_eq!(
        (machine.fingerprint.as_str(), machine.license_id.as_deref(), sandbox.seats_taken(id)),
        (FINGERPRINT, Some(id), 1)
    );
    let after = license.validate(&request(&settings, Some(FINGERPRINT))).await.unwrap();
    assert_eq!((after.meta.valid, after.meta.code.as_str()), (true, "VALID"));
    assert_eq!(license.machine(&machine.id).await.unwrap().fingerprint, FINGERPRINT);

    let file = license
        .checkout(&LicenseCheckoutOpts {
            encrypt: Some(true),
            ..LicenseCheckoutOpts::with_ttl(30 * DAY_SECS)
        })
        .await
        .unwrap();
    let algorithm = LicenseFileAlgorithm::Aes256GcmEd25519;
    let public_key = settings.public_key.as_deref().unwrap();
    let opened = file.verify_and_decrypt(public_key, &key, algorithm).unwrap();
    assert_eq!((opened.license.id.as_str(), opened.license.key.as_str()), (id, key.as_str()));
    assert!(file.verify_and_decrypt(&"11".repeat(32), &key, algorithm).is_err(), "another server's key");

    // It asks for `license.entitlements` alone and looks for the license in the answer.
    let file = machine.checkout(&MachineCheckoutOpts::with_ttl(30 * DAY_SECS)).await.unwrap();
    // The key to check a machine's file by it takes from its settings for the whole program.
    set_config(settings.clone()).unwrap();
    file.verify().unwrap();
    let opened = file.decrypt(&format!("{key}{FINGERPRINT}")).unwrap();
    assert_eq!((opened.machine.id.as_str(), opened.license.id.as_str()), (machine.id.as_str(), id));

    machine.deactivate().await.unwrap();
    assert_eq!(sandbox.seats_taken(id), 0);
    let Err(gone) = license.deactivate(&machine.id).await else { panic!("it was there still") };
    assert!(gone.is_api_code("NOT_FOUND"), "{gone:?}");
}

/// A file without end it reads from nobody: to it `expiry` and `ttl` are never null.
#[tokio::test]
async fn a_file_for_ever_is_more_than_it_reads() {
    let sandbox = sandbox();
    let settings = settings(&sandbox, "free");
    let license = license(&settings).validate_key(&request(&settings, None)).await.unwrap().license.unwrap();
    license.activate(FINGERPRINT, &[]).await.unwrap();
    let asked = LicenseCheckoutOpts { encrypt: Some(true), ..LicenseCheckoutOpts::perpetual() };
    assert!(license.checkout(&asked).await.is_err());
}

#[tokio::test]
async fn it_reads_what_it_is_refused_for() {
    let sandbox = sandbox();
    let of = |state: &str| settings(&sandbox, state);
    let code = |error: Error| error.api_error().unwrap().primary().unwrap().code().unwrap().to_owned();
    for (state, expect) in [("suspended", "SUSPENDED"), ("banned", "BANNED")] {
        let settings = of(state);
        let found = license(&settings).validate_key(&request(&settings, None)).await.unwrap();
        assert_eq!((found.meta.valid, found.meta.code.as_str()), (false, expect));
    }
    let full = of("full");
    let found = license(&full).validate_key(&request(&full, None)).await.unwrap().license.unwrap();
    let refused = found.activate(FINGERPRINT, &[]).await.unwrap_err();
    assert_eq!(code(refused), "MACHINE_LIMIT_EXCEEDED");

    let free = of("free");
    let found = license(&free).validate_key(&request(&free, None)).await.unwrap().license.unwrap();
    found.activate(FINGERPRINT, &[]).await.unwrap();
    assert_eq!(code(found.activate(FINGERPRINT, &[]).await.unwrap_err()), "FINGERPRINT_TAKEN");

    let unknown = KeygenConfig { license_key: Some("NO-SUCH-KEY".to_owned()), ..free.clone() };
    let nobody = license(&unknown).validate_key(&request(&free, None)).await.unwrap();
    assert_eq!((nobody.license.is_none(), nobody.meta.code.as_str()), (true, "NOT_FOUND"));

    let newer = KeygenConfig { api_version: ApiContractVersion::CURRENT, ..free.clone() };
    let refused = license(&newer).validate_key(&request(&free, None)).await.unwrap_err();
    assert_eq!(code(refused), "INVALID_API_VERSION");
}

/// A server signs its host's name without the port: this client then believes nothing, and ours believes both.
#[tokio::test]
async fn the_port_in_a_signature_is_read_by_either_client_as_it_can() {
    let check = async |sign_with_port: bool| {
        let sandbox = Sandbox::with(&SandboxOptions { sign_with_port, ..SandboxOptions::default() });
        let settings = settings(&sandbox, "free");
        let theirs = license(&settings).validate_key(&request(&settings, None)).await;
        let is_unsigned = matches!(theirs, Err(Error::KeygenSignatureInvalid { .. }));
        assert_eq!((theirs.is_ok(), is_unsigned), (sign_with_port, !sign_with_port), "{theirs:?}");
        let home = tempfile::tempdir().unwrap();
        let ours = Cli::new(home.path()).vendor(&sandbox.vendor_file());
        let activated = ours.json(["license", "activate", &sandbox.key("free"), "--yes"]);
        assert_eq!(activated["status"], "activated", "{activated}");
    };
    check(false).await;
    check(true).await;
}
