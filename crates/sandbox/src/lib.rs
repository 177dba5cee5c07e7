//! A licensing server for trying out and testing: the part of the Keygen API that Gatefold needs, over HTTP on this very
//! computer, with invented people and licenses. Never production: it refuses every address but loopback, its own root key is
//! public, and it prints its passwords.

mod api;
mod auth;
mod clock;
mod documents;
mod error;
mod failure;
mod file;
mod model;
mod names;
mod options;
mod record;
mod request;
mod root;
mod routes;
mod seed;
mod serve;
mod signer;
mod strict;
mod throttle;
mod totp;
mod vendor_file;

use std::future::Future;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::{Arc, Mutex};

use gatefold_disclosure::vendor::Origin;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use api::Sandbox;
pub use error::{CODES, SandboxError};
pub use options::Options;
pub use request::{Request, Response};

use clock::Clock;
use record::Recorder;
use root::Root;
use signer::ServerSigner;
use throttle::Throttle;
use vendor_file::Manifest;

/// A sandbox that listens and has written its vendor file, but does not answer yet.
#[derive(Debug)]
pub struct Ready {
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    recorder: Option<Recorder>,
    line: Value,
}

impl Ready {
    /// Opens the data folder, listens, and writes the vendor file.
    ///
    /// # Errors
    /// Everything in [`SandboxError`].
    pub async fn start(options: &Options) -> Result<Self, SandboxError> {
        let listener = serve::listen(options.listen).await?;
        let address =
            listener.local_addr().map_err(|cause| SandboxError::Listen { address: options.listen, cause })?;
        let manifest = Manifest::read(options.manifest.as_deref())?;
        let (sandbox, line) = open(options, &manifest, &format!("http://{address}"))?;
        let recorder = match &options.record {
            Some(folder) => Some(Recorder::open(folder).map_err(SandboxError::file(folder))?),
            None => None,
        };
        Ok(Self { sandbox: Arc::new(sandbox), listener, recorder, line })
    }

    /// What is printed when it is ready: one JSON object (design, section 9).
    pub const fn line(&self) -> &Value {
        &self.line
    }

    /// Answers until `stop` is ready.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        serve::run(self.sandbox, self.listener, self.recorder, stop).await;
    }
}

/// Opens the data folder and writes the vendor file; returns the server and its ready line.
fn open(options: &Options, manifest: &Manifest, listen: &str) -> Result<(Sandbox, Value), SandboxError> {
    let folder = &options.data_dir;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder).map_err(SandboxError::file(folder))?;
    let vendor = &manifest.vendor;
    let clock = Clock::new(options.clock, options.clock_file.clone());
    let signer = ServerSigner::open(folder)?;
    let mut db = model::open(folder)?;

    let transaction = db.transaction()?;
    check_owner(&transaction, vendor.id())?;
    seed::sow(&transaction, vendor, clock.now())?;
    let version = next_version(&transaction, vendor.version())?;
    transaction.commit()?;

    let url = match &options.public_url {
        Some(url) => url.clone(),
        None => listen.parse::<Origin>().map_err(|_| SandboxError::NotLoopback(options.listen))?,
    };
    let root = Root::open(options.root_key.as_deref())?;
    let text = manifest.played(version, &signer.public_key(), &url, &root)?;
    let comment = format!("gatefold-sandbox, vendor {}, version {version}", vendor.id());
    vendor_file::write(&options.vendor_out, &text, &root, &comment)?;

    let line = json!({
        "listen": listen,
        "url": url,
        "vendor": vendor.id(),
        "vendor_version": version,
        "root_key": root.line(),
        "account": { "email": seed::EMAIL, "password": seed::PASSWORD },
        "two_factor_account": {
            "email": seed::OTP_EMAIL,
            "password": seed::PASSWORD,
            "otp_secret": seed::OTP_SECRET,
        },
        "vendor_token": seed::VENDOR_TOKEN,
        "public_key": signer.public_key(),
        "account_id": manifest.account(),
        "licenses": seed::listed(&db)?,
        "registrations": seed::purchases(&db)?,
        "trials": seed::offered(vendor),
    });
    let sandbox = Sandbox {
        db: Mutex::new(db),
        signer,
        account: manifest.account(),
        vendor: vendor.clone(),
        vendor_token: seed::VENDOR_TOKEN,
        clock,
        throttle: (!options.no_throttle).then(Throttle::default),
        sign_with_port: options.sign_with_port,
    };
    Ok((sandbox, line))
}

/// A data folder plays one vendor for its whole life.
fn check_owner(db: &Connection, wanted: &str) -> Result<(), SandboxError> {
    match model::setting(db, "vendor")? {
        Some(found) if found != wanted => Err(SandboxError::OtherVendor { found, wanted: wanted.into() }),
        _ => Ok(model::set_setting(db, "vendor", wanted)?),
    }
}

/// Above the manifest's own version and above the last that was written: an older one is refused by clients.
fn next_version(db: &Connection, manifest: u32) -> Result<u32, SandboxError> {
    let last = model::setting(db, "vendor_version")?.and_then(|version| version.parse().ok()).unwrap_or(0);
    let version = manifest.max(last).saturating_add(1);
    model::set_setting(db, "vendor_version", &version.to_string())?;
    Ok(version)
}

#[cfg(test)]
mod tests;
