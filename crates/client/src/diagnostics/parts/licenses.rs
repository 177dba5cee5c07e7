//! The licenses on this computer: what each is worth, and why; what cannot be used, and what was not finished.

use std::collections::HashMap;

use gatefold_diagnostics::formats::{License, Licenses, Seats};
use gatefold_disclosure::vendor::Binding;
use gatefold_store::KnownLicense;

use super::plain;
use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;
use crate::library::{Installed, Unfinished, Unreadable};

/// What is remembered beside the files.
struct Remembered {
    licenses: Vec<KnownLicense>,
    /// By the license's id: the newest that a vendor said of its seats.
    seats: HashMap<String, Seats>,
    /// By the vendor's id: who is signed in.
    accounts: HashMap<String, String>,
}

pub(in crate::diagnostics) fn licenses(gatefold: &Gatefold) -> Result<Licenses, ClientError> {
    let (installed, unreadable) = gatefold.library()?;
    let remembered = Remembered::of(gatefold)?;
    let mut entries: Vec<License> = installed.iter().map(|license| remembered.installed(license)).collect();
    entries.extend(unreadable.iter().map(|file| remembered.unreadable(file)));
    entries.extend(gatefold.unfinished_beside(&installed)?.iter().map(|open| remembered.unfinished(open)));
    Ok(Licenses { entries, ..Licenses::new() })
}

impl Remembered {
    fn of(gatefold: &Gatefold) -> Result<Self, ClientError> {
        let mut seats = HashMap::new();
        for owned in gatefold.store.owned()? {
            seats.insert(owned.license_id, Seats { used: owned.seats_taken, limit: owned.seats_limit });
        }
        for list in gatefold.store.seat_lists()? {
            seats.insert(list.license_id, Seats { used: list.seats.len() as u64, limit: list.limit });
        }
        let mut accounts = HashMap::new();
        for vendor in gatefold.vendors()? {
            if let Some(account) = gatefold.store.account(&vendor.key())? {
                accounts.insert(vendor.vendor().id().to_owned(), account.email);
            }
        }
        Ok(Self { licenses: gatefold.store.licenses()?, seats, accounts })
    }

    fn known(&self, license_id: &str) -> Option<&KnownLicense> {
        self.licenses.iter().find(|known| known.license_id == license_id)
    }

    /// What is remembered of a license alone.
    fn about(&self, vendor: &str, license_id: &str) -> License {
        let known = self.known(license_id);
        License {
            license_id: license_id.to_owned(),
            vendor: vendor.to_owned(),
            machine_name: known.and_then(|known| known.device_name.clone()),
            account: known.and_then(|known| self.accounts.get(&known.vendor.id)).cloned(),
            seats: self.seats.get(license_id).cloned(),
            ..License::default()
        }
    }

    fn installed(&self, license: &Installed) -> License {
        let vendor = license.vendor.vendor();
        let assessment = &license.assessment;
        let (mut standing, mut reason) = (assessment.standing.as_str(), plain(license.says().0));
        if license.seat_gone_at.is_some() && assessment.standing.as_str() == "active" {
            // The file counts, but the vendor said that its seat is no more.
            (standing, reason) = ("active", "seat_gone".to_owned());
        }
        License {
            product: license.product.clone(),
            terms: license.terms.as_str().to_owned(),
            binding: binding(vendor.binding()).to_owned(),
            standing: standing.to_owned(),
            reason,
            machine_id: license.machine_id.clone(),
            issued_at: Some(written(license.verified.issued())),
            expires_at: assessment.expires_at.map(written),
            refresh_by: assessment.refresh_by.map(written),
            path: Some(license.path.display().to_string()),
            ..self.about(vendor.id(), &license.license_id)
        }
    }

    fn unreadable(&self, file: &Unreadable) -> License {
        let (code, _) = file.says();
        let standing = if of_another(code) { "wrong_machine" } else { "unlicensed" };
        let known = file.license_id().and_then(|id| self.known(id));
        let vendor = known.map(|known| known.vendor.id.as_str()).unwrap_or_default();
        License {
            product: file.was.as_ref().map(|was| was.product.clone()).unwrap_or_default(),
            terms: known.map(|known| known.terms.as_str().to_owned()).unwrap_or_default(),
            standing: standing.to_owned(),
            reason: plain(code),
            machine_id: known.and_then(|known| known.machine_id.clone()),
            expires_at: known.and_then(|known| known.expires_at).map(written),
            path: Some(file.path.display().to_string()),
            ..self.about(vendor, file.license_id().unwrap_or_default())
        }
    }

    fn unfinished(&self, open: &Unfinished) -> License {
        let (standing, reason) = match (open.file_is_lost, open.seat_is_gone) {
            (true, true) => ("unlicensed", "seat_gone"),
            (true, false) => ("unlicensed", "file_lost"),
            // Of what was only asked for nothing is known yet.
            (false, _) => ("", "unfinished"),
        };
        License {
            product: open.product.clone(),
            standing: standing.to_owned(),
            reason: reason.to_owned(),
            machine_id: open.machine_id.clone(),
            ..self.about(&open.vendor.id, &open.license_id)
        }
    }
}

/// Whether a code says that a file was made for another computer, or for this one before its system was installed anew.
fn of_another(code: &str) -> bool {
    matches!(
        code,
        "license.other_computer" | "license.system_anew" | "license.seal_closed" | "license.trial_elsewhere"
    )
}

const fn binding(binding: Binding) -> &'static str {
    match binding {
        Binding::Machine => "machine",
        Binding::Account => "account",
    }
}
