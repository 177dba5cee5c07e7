//! The records of what the user agreed to, refused and took back, as a file of their own to keep (docs/formats/consent-records.md). It refuses
//! to write over anything, and to leave a record out because it cannot be read.

use std::io::Write as _;
use std::path::Path;

use gatefold_ledger::KeptRecord;
use serde_json::{Value, json};

use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;
use crate::ledger::{Exported, unwritable};
use crate::vendors::InForce;

impl Gatefold {
    /// Every record there is, or a vendor's alone; those about vendors that were removed are among them.
    ///
    /// # Errors
    /// The ledger's.
    pub fn usage_records(&self, vendor: Option<&InForce>) -> Result<Vec<KeptRecord>, ClientError> {
        let mut records = self.book.ledger().all_records()?;
        if let Some(vendor) = vendor.map(InForce::vendor) {
            records.retain(|kept| kept.vendor == vendor.id() && kept.root == vendor.root_key());
        }
        Ok(records)
    }

    /// Writes [`Gatefold::usage_records`] into a new file for the user, which the ledger notes. How many there are in it.
    ///
    /// # Errors
    /// [`ClientError::FileUnwritable`] if the file exists or cannot be written; the ledger's and the store's.
    pub fn export_usage_records(
        &mut self,
        path: &Path,
        vendor: Option<&InForce>,
    ) -> Result<(usize, Exported), ClientError> {
        let records = self.usage_records(vendor)?;
        let exported =
            self.export_file(path, vendor.map(|vendor| vendor.vendor().id()), |gatefold, out| {
                let file = json!({
                    "v": 1,
                    "exported_at": written(gatefold.clock.now()),
                    "records": records.iter().map(entry).collect::<Vec<_>>(),
                });
                out.write_all(format!("{file:#}\n").as_bytes()).map_err(unwritable)
            })?;
        Ok((records.len(), exported))
    }
}

fn entry(kept: &KeptRecord) -> Value {
    let record = serde_json::from_str::<Value>(&kept.record.text);
    json!({
        "id": kept.record.id,
        "at": written(kept.record.at),
        "event": kept.record.event,
        "vendor": kept.vendor,
        "root_key": kept.root,
        "purpose": kept.purpose,
        // What somebody altered stands as it is.
        "record": record.unwrap_or_else(|_| Value::String(kept.record.text.clone())),
    })
}
