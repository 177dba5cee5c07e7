//! Installing licenses for all users of the computer, as root: each read and verified, what others can then read said, asked
//! about, installed. Sends nothing.

use std::path::PathBuf;

use gatefold_client::{Clock, ForAll, ForEverybody, Standing, advice_of};
use serde::Serialize;

use super::Call;
use crate::args::Ask;
use crate::ask::confirm;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, styled};

#[derive(Serialize)]
struct Installed {
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    vendor: String,
    product: String,
    license_id: String,
    license_file: String,
}

/// One of `license list` that root installed.
#[derive(Serialize)]
pub(crate) struct ForAllEntry {
    vendor: String,
    product: String,
    license_id: String,
    standing: &'static str,
    reason: &'static str,
    license_file: String,
}

impl ForAllEntry {
    pub(crate) fn of(license: &ForEverybody) -> Self {
        Self {
            vendor: license.vendor.vendor().id().to_owned(),
            product: license.product.clone(),
            license_id: license.license_id.clone(),
            standing: license.assessment.standing.as_str(),
            reason: license.assessment.reason.code(),
            license_file: license.path.display().to_string(),
        }
    }
}

/// A line of the list: whose it is, what it is worth, and that nobody but root can change it.
pub(crate) fn list(call: &Call, license: &ForEverybody) {
    let (standing, reason) = (license.assessment.standing, license.assessment.reason);
    let counts = standing == Standing::Active;
    let standing = standing.as_str().replace('_', " ");
    call.out.line(format!(
        "{} of {}: {}, for all users of this computer. Root installed it: {}",
        license.product,
        license.vendor.called(),
        styled(if counts { CALM } else { ATTENTION }, standing),
        license.path.display()
    ));
    if !counts {
        call.out.say(advice_of(reason.code(), None).message);
    }
}

pub(crate) fn run(call: &Call, files: &[PathBuf], yes: &Ask) -> Result<(), Failure> {
    // All are read before the first is installed: what is wrong with one is told while nothing is done.
    let read: Vec<ForAll> =
        files.iter().map(|file| ForAll::read(file, Clock::system())).collect::<Result<_, _>>()?;
    for license in &read {
        call.out.say(format!(
            "{} of {}, root key {}",
            license.product,
            license.vendor.called(),
            license.vendor.fingerprint()
        ));
        // Said also where nobody is asked: it is about people who are not here.
        call.out.say(styled(ATTENTION, license.means()));
    }
    confirm(yes.yes, "Install for all users of this computer?")?;
    let mut entries = Vec::new();
    for license in &read {
        let file = license.install()?;
        entries.push(Entry {
            vendor: license.vendor.vendor().id().to_owned(),
            product: license.product.clone(),
            license_id: license.license_id.clone(),
            license_file: file.display().to_string(),
        });
        call.out.line(styled(
            CALM,
            format!("{} is installed for all users: {}", license.product, file.display()),
        ));
    }
    call.out.object(&Installed { entries });
    Ok(())
}
