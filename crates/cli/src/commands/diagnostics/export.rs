//! The file for support. What goes into it is said before it is written; nothing is sent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatefold_client::reading::{Kind, LeftOut};
use gatefold_client::{BundleOut, BundleRecipient, export_bundle, export_map};
use serde::Serialize;

use super::{Making, left_out, make, redactions, say_first};
use crate::args::Chosen;
use crate::ask::confirm;
use crate::commands::Call;
use crate::commands::ledger::refuse_place;
use crate::failure::Failure;
use crate::output::{SOFT, styled};

/// Where to, and for whom.
pub(super) struct How {
    pub(super) file: PathBuf,
    pub(super) encrypt_to: Option<PathBuf>,
    pub(super) map: Option<PathBuf>,
    pub(super) max_mb: Option<u64>,
    pub(super) yes: bool,
}

#[derive(Serialize)]
struct Report {
    file: String,
    bytes: u64,
    sha256: String,
    files: Vec<String>,
    sealed_for: Option<String>,
    map: Option<String>,
    redactions: BTreeMap<Kind, u64>,
    left_out: Vec<LeftOut>,
    ledger: Vec<i64>,
}

pub(super) fn run(call: &Call, chosen: &Chosen, how: &How) -> Result<(), Failure> {
    refuse_place(&how.file)?;
    how.map.as_deref().map(refuse_place).transpose()?;
    if how.map.as_deref() == Some(how.file.as_path()) {
        return Err(Failure::Usage("The bundle and the map are two files.".to_owned()));
    }
    let Making { mut reading, can_note, draft } = make(call, chosen, call.open())?;
    let sealed_for = match &how.encrypt_to {
        None => None,
        Some(vendor) => Some(recipient(reading.as_ref(), vendor)?),
    };
    say_first(call, &draft);
    let bundle = draft.bundle()?;
    let files: Vec<String> = bundle.files().iter().map(|file| file.name.clone()).collect();
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    let spans = bundle.files().iter().flat_map(|file| &file.spans);
    spans.for_each(|span| *counts.entry(span.pseudonym.kind).or_default() += 1);
    if !how.yes {
        call.out.say(format!("In it: {}", files.join(", ")));
        call.out.say(format!("Replaced: {}", redactions(&counts)));
        draft.left_out().iter().for_each(|left| call.out.say(left_out(left)));
        call.out.say(styled(SOFT, "See each file as it will be with: gatefold diagnostics preview"));
    }
    confirm(how.yes, &format!("Write it to {}? Nothing is sent.", how.file.display()))?;
    let max_bytes = how.max_mb.map_or(BundleOut::default().max_bytes, |mb| mb * 1_000_000);
    let out = BundleOut { sealed_for: sealed_for.clone(), max_bytes };
    let mut noting = reading.as_mut().filter(|_| can_note);
    let done = export_bundle(noting.as_deref_mut(), &draft, &how.file, &out)?;
    let mut ledger: Vec<i64> = done.entry.into_iter().collect();
    let noted = done.entry.map_or_else(
        || "noted nowhere, for the ledger cannot be used".to_owned(),
        |entry| format!("noted in the ledger as {entry}"),
    );
    call.out.line(format!("{}: {} bytes, {noted}. Nothing was sent.", how.file.display(), done.size_bytes));
    if let Some(map) = &how.map {
        ledger.extend(export_map(noting, &draft, map)?.entry);
        call.out.line(format!("{}: what the names in it stand for. Keep it to yourself.", map.display()));
    }
    match &sealed_for {
        Some(BundleRecipient { called, contact, .. }) => {
            let to = contact.as_ref().map(|contact| format!(", at {contact}")).unwrap_or_default();
            call.out.line(format!("Only the support of {called} can open it. Hand it to them yourself{to}."));
        }
        None => call.out.line(styled(SOFT, "Whoever has the file can read it. Hand it over yourself.")),
    }
    call.out.object(&Report {
        file: how.file.display().to_string(),
        bytes: done.size_bytes,
        sha256: done.sha256,
        files,
        sealed_for: sealed_for.map(|recipient| recipient.vendor),
        map: how.map.as_ref().map(|map| map.display().to_string()),
        redactions: counts,
        left_out: draft.left_out().to_vec(),
        ledger,
    });
    Ok(())
}

fn recipient(
    gatefold: Option<&gatefold_client::Gatefold>,
    vendor: &Path,
) -> Result<BundleRecipient, Failure> {
    let Some(gatefold) = gatefold else {
        let text = "Whose key it is cannot be read while the home cannot be opened. Leave --encrypt-to out.";
        return Err(Failure::Usage(text.to_owned()));
    };
    Ok(gatefold.bundle_recipient(&gatefold.vendor_for_call(Some(vendor))?)?)
}
