//! Installing licenses for all users of the computer, as root: each read and verified, what others can then read said, asked
//! about, installed. Sends nothing.

use std::path::PathBuf;

use gatefold_client::{Clock, ForAll};
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
