//! This computer: facts that help to tell what went wrong. Its names and identifiers are pseudonyms in the bundle.

use gatefold_diagnostics::formats::{Clock, Identifier, Machine};
use gatefold_license::latest_signed;
use gatefold_machine::Facts;
use gatefold_store::{Kept, SecretName, Secrets, StoreError};

use crate::app::Gatefold;
use crate::clock::written;
use crate::home::Home;

pub(in crate::diagnostics) fn machine(home: &Home, gatefold: Option<&Gatefold>) -> Machine {
    let facts = Facts::read();
    Machine {
        name: facts.device_name.unwrap_or_default(),
        host: sysinfo::System::host_name().unwrap_or_default(),
        os: facts.os.unwrap_or_default(),
        cpu: facts.cpu.unwrap_or_default(),
        memory_gib: facts.memory_gib.ok(),
        disk_free_mib: free_mib(home),
        keyring: gatefold.map(|gatefold| keyring(&gatefold.secrets).to_owned()).unwrap_or_default(),
        identifiers: gatefold.map(identifiers).unwrap_or_default(),
        clock: gatefold.and_then(clock),
        ..Machine::new()
    }
}

#[cfg(unix)]
fn free_mib(home: &Home) -> Option<u64> {
    let disk = rustix::fs::statvfs(home.place()).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize) >> 20)
}

#[cfg(not(unix))]
fn free_mib(_home: &Home) -> Option<u64> {
    None
}

/// Nobody is asked to unlock anything for this: what was read before, for the keys, asked already.
fn keyring(secrets: &Secrets) -> &'static str {
    match (secrets.kept(), secrets.unlocked()) {
        (Kept::Keyring, Ok(())) => match secrets.get(SecretName::LedgerAnchor) {
            Err(StoreError::KeyringLocked) => "locked",
            Err(_) => "none",
            Ok(_) => "open",
        },
        (Kept::Keyring, Err(_)) => "none",
        (Kept::File, _) => "file",
        (Kept::Memory(_), _) => "memory",
    }
}

fn identifiers(gatefold: &Gatefold) -> Vec<Identifier> {
    let vendors = gatefold.vendors().unwrap_or_default();
    let of = |vendor: &crate::vendors::InForce| {
        let (identifier, code) = match vendor.identifier_if_bound() {
            Ok(None) => return None,
            Ok(Some(identifier)) => (identifier, None),
            Err(error) => (String::new(), Some(error.code().to_owned())),
        };
        Some(Identifier { vendor: vendor.vendor().id().to_owned(), identifier, code })
    };
    vendors.iter().filter_map(of).collect()
}

/// The clock against the latest time that a vendor signed: a clock that is before it is behind, by so much at least. How far it is
/// ahead nothing that lies here can tell, but what servers said in this run.
fn clock(gatefold: &Gatefold) -> Option<Clock> {
    let now = gatefold.clock.now();
    let seen = gatefold.servers_time();
    let vendors = gatefold.vendors().unwrap_or_default();
    let installed = vendors.iter().flat_map(|vendor| gatefold.installed_at(vendor).unwrap_or_default());
    let installed: Vec<_> = installed.collect();
    let signed = latest_signed(installed.iter().map(|license| &license.verified));
    let least = signed.map_or(seen, |signed| signed.max(seen));
    let is_told = signed.is_some() || seen != now;
    let ahead_secs = match seen < now {
        true => now.duration_since(seen).as_secs(),
        false => now.duration_since(least).as_secs().min(0),
    };
    is_told.then(|| Clock { at: written(now), ahead_secs })
}
