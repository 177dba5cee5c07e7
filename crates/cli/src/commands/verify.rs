//! Verifying a file: one that is installed, with what is known of it here; or any, with what is given. Sends nothing.

use std::path::Path;

use gatefold_client::{ClientError, Clock, Gatefold, Verdict, time_typed, verify_file, verify_of};

use super::Call;
use super::license::meant;
use crate::ask::secret;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, styled};

/// What was given to verify a file with.
pub(crate) struct Given {
    pub(crate) public_key: Option<String>,
    pub(crate) license_key: Option<String>,
    pub(crate) identifier: Option<String>,
}

pub(crate) fn run(call: &Call, file: &Path, given: &Given, at: Option<&str>) -> Result<(), Failure> {
    let asked = at.map(time_typed).transpose()?;
    let at = asked.unwrap_or_else(|| Clock::system().now());
    let identifier = given.identifier.as_deref();
    let verdict = match (&given.public_key, &given.license_key) {
        (Some(server), Some(key)) => verify_file(file, server, &key_typed(key)?, identifier, at)?,
        (None, Some(key)) => {
            let vendor = call.vendor(&call.open_to_read()?)?;
            verify_of(file, &vendor, &key_typed(key)?, identifier, at)?
        }
        (None, None) => {
            let gatefold = call.open_to_read()?;
            gatefold.verify_installed(&installed(&gatefold, file)?, asked)?
        }
        (Some(_), None) => {
            return Err(Failure::Usage(
                "With --public-key the license key is needed: --license-key KEY.".to_owned(),
            ));
        }
    };
    print(call, &verdict)
}

fn key_typed(key: &str) -> Result<String, Failure> {
    if key == "-" { secret("License key") } else { Ok(key.to_owned()) }
}

/// No id has a folder or an extension.
fn is_path(named: &Path) -> bool {
    named.components().count() > 1 || named.extension().is_some()
}

/// The license that is installed here by this id, or in this very file.
fn installed(gatefold: &Gatefold, named: &Path) -> Result<String, Failure> {
    let text = named.to_string_lossy();
    if let Some((license, _)) = meant(gatefold, &text)? {
        return Ok(license);
    }
    let file = match named.canonicalize() {
        Ok(file) => file,
        Err(error) if is_path(named) => return Err(ClientError::FileUnreadable(error.to_string()).into()),
        Err(_) => return Err(ClientError::NotInstalled(text.into_owned()).into()),
    };
    let its = gatefold
        .library()?
        .0
        .into_iter()
        .find(|license| license.path.canonicalize().is_ok_and(|path| path == file));
    its.map(|license| license.license_id).ok_or_else(|| {
        let text = "This file is not one that is installed here, so its license key is needed: --license-key KEY; and the server's key: --public-key HEX, or its vendor: --vendor ID.";
        Failure::Usage(text.to_owned())
    })
}

fn print(call: &Call, verdict: &Verdict) -> Result<(), Failure> {
    let out = call.out;
    out.object(verdict);
    if verdict.valid {
        out.line(styled(CALM, "Genuine"));
        let standing = verdict.standing.unwrap_or_default().replace('_', " ");
        out.line(format!("Standing    {standing} ({})", verdict.reason));
        out.line(format!("Issued      {}", verdict.issued.as_deref().unwrap_or("-")));
        out.line(format!("Ends        {}", verdict.expires_at.as_deref().unwrap_or("never")));
        out.line(format!("Refresh by  {}", verdict.refresh_by.as_deref().unwrap_or("never")));
        if !verdict.entitlements.is_empty() {
            out.line(format!("Features    {}", verdict.entitlements.join(", ")));
        }
        if verdict.is_before_issue {
            out.say(styled(ATTENTION, "The file was not yet issued at the time that was asked about."));
        }
        return Ok(());
    }
    let advice = gatefold_client::advice_of(&verdict.reason, None);
    // Not "not genuine": a genuine file that does not open is not valid either.
    out.line(styled(ATTENTION, format!("Not valid ({})", verdict.reason)));
    out.line(&advice.message);
    if out.json {
        out.say(&advice.message);
    }
    if !advice.hint.is_empty() {
        out.say(&advice.hint);
    }
    Err(Failure::Said(1))
}
