//! What is kept in this home: accounts, licenses, seats, keys and tokens. Keys and tokens are read for one reason, to be looked for;
//! they go to the redactor and nowhere else.

use gatefold_diagnostics::Kind;
use gatefold_license::LicenseKey;
use gatefold_machine::Facts;
use gatefold_store::SecretName;

use super::KnownHere;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

pub(super) fn all(gatefold: &Gatefold, known: &mut KnownHere) {
    known.add_all(Kind::Device, Facts::read().device_name.ok().as_deref());
    if let Ok(passphrase) = std::env::var("GATEFOLD_PASSPHRASE") {
        known.add(Kind::Secret, &passphrase);
    }
    let mut failed = Vec::new();
    let mut tried = |done: Result<(), ClientError>| failed.extend(done.err());
    tried(proxy(gatefold, known));
    tried(licenses(gatefold, known));
    tried(seats(gatefold, known));
    tried(requests(gatefold, known));
    match gatefold.vendors() {
        Ok(vendors) => vendors.iter().for_each(|vendor| tried(of_vendor(gatefold, vendor, known))),
        Err(error) => tried(Err(error)),
    }
    // One locked keyring is one thing to say.
    failed.dedup_by_key(|error| error.code());
    known.unread.extend(failed);
}

fn proxy(gatefold: &Gatefold, known: &mut KnownHere) -> Result<(), ClientError> {
    let proxy = gatefold.store.settings()?.proxy;
    let host = proxy.as_deref().and_then(|address| address.strip_prefix("http://")?.rsplit_once(':'));
    let host = host.map(|(host, _)| host.trim_matches(['[', ']'])).filter(|host| !is_own(host));
    known.add_all(Kind::Host, host);
    Ok(())
}

/// An address that every computer has.
fn is_own(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn licenses(gatefold: &Gatefold, known: &mut KnownHere) -> Result<(), ClientError> {
    for license in gatefold.store.licenses()? {
        known.add(Kind::Id, &license.license_id);
        known.add_all(Kind::Id, license.machine_id.as_deref());
        known.add_all(Kind::Identifier, license.identifier.as_deref());
        known.add_all(Kind::Account, license.user_id.as_deref());
        known.add_all(Kind::Device, license.device_name.as_deref());
    }
    for owned in gatefold.store.owned()? {
        known.add(Kind::Id, &owned.license_id);
    }
    Ok(())
}

fn seats(gatefold: &Gatefold, known: &mut KnownHere) -> Result<(), ClientError> {
    for list in gatefold.store.seat_lists()? {
        known.add_all(Kind::Account, list.user_id.as_deref());
        for seat in &list.seats {
            known.add(Kind::Id, &seat.machine_id);
            known.add(Kind::Identifier, &seat.identifier);
            known.add_all(Kind::Device, seat.name.as_deref());
        }
    }
    Ok(())
}

fn requests(gatefold: &Gatefold, known: &mut KnownHere) -> Result<(), ClientError> {
    for intent in gatefold.store.open_intents()? {
        known.add(Kind::Id, &intent.what.license_id);
        known.add_all(Kind::Id, intent.what.machine_id.map(|id| id.to_string()).as_deref());
        known.add_all(Kind::Identifier, intent.what.identifier.as_deref());
    }
    Ok(())
}

fn of_vendor(gatefold: &Gatefold, vendor: &InForce, known: &mut KnownHere) -> Result<(), ClientError> {
    public(vendor, known);
    let key = vendor.key();
    if let Ok(identifier) = vendor.identifier() {
        known.add(Kind::Identifier, identifier.as_str());
    }
    // What plug-ins read opens with this computer, whether or not the secrets do.
    for license in gatefold.installed_at(vendor).unwrap_or_default() {
        known.add(Kind::Id, &license.license_id);
        known.add_all(Kind::Id, license.machine_id.as_deref());
        if let Some(inner) = license.verified.license() {
            license_key(&inner.key, known);
        }
    }
    if let Some(account) = gatefold.store.account(&key)? {
        known.add(Kind::Email, &account.email);
        known.add_all(Kind::Account, account.user_id.as_deref());
        known.add(Kind::Id, &account.token_id);
        if let Some(token) = gatefold.secrets.get(SecretName::Token(&key))? {
            // Exposed to be looked for: a token is in no bundle.
            known.add(Kind::Token, token.expose());
        }
    }
    if let Some(keys) = gatefold.secrets.get(SecretName::AccountKeys(&key))? {
        // Exposed to be looked for, each license's own.
        let keys = keys.expose().lines().filter_map(|line| line.split_once(' '));
        keys.for_each(|(_, key)| known.add(Kind::Key, key));
    }
    for license in gatefold.known_licenses_of(vendor)? {
        let name = SecretName::LicenseKey { vendor: &key, license_id: &license.license_id };
        if let Some(key) = gatefold.secrets.get(name)? {
            // Exposed to be looked for: a key is in no bundle.
            known.add(Kind::Key, key.expose());
        }
    }
    Ok(())
}

fn license_key(key: &LicenseKey, known: &mut KnownHere) {
    // Exposed to be looked for: a key is in no bundle.
    known.add(Kind::Key, key.expose());
}

/// What a signed file says is known to everybody who has the file; what nobody signed may be of this network alone.
fn public(vendor: &InForce, known: &mut KnownHere) {
    if !vendor.is_signed() {
        return;
    }
    let file = vendor.vendor();
    for issuer in file.issuers() {
        known.public.push(issuer.account.as_str().to_owned());
        known.public.extend(issuer.hosts.iter().map(|host| host.host().to_owned()));
    }
    known.public.extend(file.endpoints().map(|(_, host)| host.host().to_owned()));
    known.public.extend(file.products().iter().map(|product| product.id.clone()));
}
