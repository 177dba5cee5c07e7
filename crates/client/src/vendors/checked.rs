//! A vendor file for whoever writes it: everything that is wrong with it, not the first thing alone. It agrees to nothing.

use std::path::Path;

use gatefold_disclosure::vendor::{
    Fault, MAX_FILE_BYTES, fault_of, faults, no_server_on, policy_faults, policy_too_large, written_ahead,
};
use gatefold_disclosure::{Vendor, VendorError};
use jiff::tz::TimeZone;

use super::InForce;
use super::in_force::{key_faults, read_whole, unreadable};
use crate::clock::Clock;
use crate::error::ClientError;
use crate::given::{Unread, read_given};

/// The most that is read of a policy's text.
const MAX_POLICY_BYTES: u64 = 4 * 1024 * 1024;
/// The hashes of the cited lines, beside the vendor file.
const READ_LINES: &str = "policy.lines";

/// Checks a vendor file, and the policy that it cites where its text is given. `policy.lines` beside the file then tells which
/// lines are others than were read.
///
/// # Errors
/// Inside, every fault of the file. Outside, what is no fault of its words: it cannot be opened, or its signature does not
/// hold.
pub fn check_vendor(
    path: &Path,
    policy: Option<&Path>,
    clock: Clock,
) -> Result<Result<InForce, Vec<Fault>>, ClientError> {
    let vendor = match InForce::read(path) {
        Ok(vendor) => vendor,
        Err(ClientError::VendorFile(error)) => return Ok(Err(all_of(path, &error)?)),
        Err(error) => return Err(error),
    };
    let text = vendor.text();
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    let ahead = written_ahead(text, vendor.vendor(), today).into_iter();
    let mut found: Vec<Fault> = ahead.chain(no_server_on(text, vendor.vendor(), today)).collect();
    if let Some(policy) = policy {
        let words = match read_given(policy, MAX_POLICY_BYTES) {
            Ok(words) => words,
            Err(Unread::TooLarge(len)) => return Ok(Err(vec![policy_too_large(len, MAX_POLICY_BYTES)])),
            Err(_) => {
                let path = gatefold_disclosure::quote(&policy.display().to_string());
                return Err(ClientError::FileUnreadable(path));
            }
        };
        let lines = read_whole(&path.with_file_name(READ_LINES))?;
        let lines = lines.as_deref().map(String::from_utf8_lossy);
        found.extend(policy_faults(text, vendor.vendor(), &words, lines.as_deref()));
    }
    Ok(if found.is_empty() { Ok(vendor) } else { Err(found) })
}

/// Everything that can be found in a file of which a reader said this.
fn all_of(path: &Path, error: &VendorError) -> Result<Vec<Fault>, ClientError> {
    // What is too large is not read for it.
    if matches!(error, VendorError::TooLarge(_)) {
        return Ok(vec![fault_of("", error)]);
    }
    let text = read_given(path, MAX_FILE_BYTES as u64).map_err(|_| unreadable(path))?;
    let Ok(text) = String::from_utf8(text.clone()) else {
        return Ok(vec![fault_of(&String::from_utf8_lossy(&text), error)]);
    };
    let mut found = faults(&text);
    if let Ok(vendor) = Vendor::parse(&text) {
        found.extend(key_faults(&text, &vendor).iter().map(|error| fault_of(&text, error)));
    }
    Ok(if found.is_empty() { vec![fault_of(&text, error)] } else { found })
}
