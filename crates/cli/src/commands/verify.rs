//! Verifying a file by itself. Needs no home and sends nothing.

use std::path::Path;

use gatefold_client::{ClientError, Clock, verify_file};

use super::Call;
use crate::ask::secret;
use crate::failure::Failure;
use crate::output::{ATTENTION, CALM, styled};

pub(crate) fn run(
    call: &Call,
    file: &Path,
    public_key: &str,
    license_key: &str,
    identifier: Option<&str>,
    at: Option<&str>,
) -> Result<(), Failure> {
    let at = match at {
        None => Clock::system().now(),
        Some(text) => text.parse().map_err(|_| ClientError::TimeMalformed(text.to_owned()))?,
    };
    let key = if license_key == "-" { secret("License key")? } else { license_key.to_owned() };
    let verdict = verify_file(file, public_key, &key, identifier, at)?;
    let out = call.out;
    out.object(&verdict);
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
