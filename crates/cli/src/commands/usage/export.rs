//! The records of consent as a file that the user keeps. It refuses to write over anything.

use std::path::Path;

use gatefold_client::vendor::counted;
use serde::Serialize;

use crate::args::Ask;
use crate::ask::confirm;
use crate::commands::Call;
use crate::commands::ledger::refuse_place;
use crate::failure::Failure;

#[derive(Serialize)]
struct Report {
    file: String,
    records: usize,
    bytes: u64,
    sha256: String,
    ledger: Vec<i64>,
}

pub(super) fn run(call: &Call, file: &Path, yes: &Ask) -> Result<(), Failure> {
    let mut gatefold = call.open()?;
    refuse_place(file)?;
    let vendor = call.named_vendor().map(|_| call.vendor(&gatefold)).transpose()?;
    let whose = match &vendor {
        Some(vendor) => format!("what you agreed to with {}", vendor.called()),
        None => "what you agreed to with any vendor".to_owned(),
    };
    confirm(yes.yes, &format!("Write the records of {whose} to {}?", file.display()))?;
    let (records, exported) = gatefold.export_usage_records(file, vendor.as_ref())?;
    let kept = counted(u32::try_from(records).unwrap_or(u32::MAX), "record");
    let (shown, bytes, entry) = (file.display(), exported.size_bytes, exported.entry);
    call.out.line(format!("{shown}: {kept}, {bytes} bytes, noted in the ledger as {entry}"));
    call.out.object(&Report {
        file: shown.to_string(),
        records,
        bytes,
        sha256: exported.sha256,
        ledger: vec![entry.0],
    });
    Ok(())
}
