//! Writing a bundle: a new file of the user's own, whole or not at all, of mode 0600, noted in the ledger as each file that they
//! export is. It refuses to overwrite, and to send.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gatefold_diagnostics::{Kind, MAX_BYTES, Mapped};
use sha2::{Digest as _, Sha256};

use super::BundleDraft;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::ledger::{create_private, place, unwritable};
use crate::vendors::InForce;

/// Whom a bundle can be sealed for: the support of a vendor, by its signed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleRecipient {
    /// The vendor's id.
    pub vendor: String,
    /// What people call the vendor.
    pub called: String,
    /// The key.
    pub age_recipient: String,
    /// Where the user hands the bundle over, if the file says.
    pub contact: Option<String>,
}

/// How a bundle is written.
#[derive(Clone, Debug)]
pub struct BundleOut {
    /// For whose eyes alone; none: for whoever has the file.
    pub sealed_for: Option<BundleRecipient>,
    /// How large it may be.
    pub max_bytes: u64,
}

impl Default for BundleOut {
    fn default() -> Self {
        Self { sealed_for: None, max_bytes: MAX_BYTES }
    }
}

/// A bundle, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleExported {
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// The ledger's entry that notes it; none where the home cannot be opened.
    pub entry: Option<i64>,
}

/// A pseudonym, and what it stands for. Of keys, tokens and passwords only that it was one is told, and of a key its end: what is in
/// no file in clear does not get into one this way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedName {
    /// What stands in the bundle.
    pub pseudonym: String,
    /// What it stands for.
    pub value: String,
}

impl BundleDraft {
    /// How large the file would be now.
    ///
    /// # Errors
    /// [`gatefold_diagnostics::DiagnosticsError::Unwritten`].
    pub fn packed_bytes(&self) -> Result<u64, ClientError> {
        Ok(self.bundle()?.to_zip(u64::MAX)?.len() as u64)
    }

    /// Who is called what in it, for the user's eyes.
    pub fn names(&self) -> Vec<MappedName> {
        self.draft().map().iter().map(mapped).collect()
    }

    fn written(&self, out: &BundleOut) -> Result<Vec<u8>, ClientError> {
        let bundle = self.bundle()?;
        Ok(match &out.sealed_for {
            Some(recipient) => bundle.to_sealed(out.max_bytes, &recipient.age_recipient)?,
            None => bundle.to_zip(out.max_bytes)?,
        })
    }
}

fn mapped(mapped: &Mapped) -> MappedName {
    // Exposed to the user, whose own it is; it is written only where they ask for that.
    let value = mapped.value.expose();
    let shown = match mapped.pseudonym.kind {
        Kind::Token | Kind::Secret => "[secret]".to_owned(),
        Kind::Key | Kind::Serial => {
            let end: Vec<char> = value.chars().rev().filter(|c| c.is_alphanumeric()).take(4).collect();
            format!("[secret] that ends in {}", end.into_iter().rev().collect::<String>())
        }
        // What a pattern caught may be anything; of these shapes it is often a key.
        Kind::Data | Kind::Value => format!("{} characters", value.chars().count()),
        _ => gatefold_diagnostics::visible(value).replace('\n', "␊"),
    };
    MappedName { pseudonym: mapped.pseudonym.to_string(), value: shown }
}

impl Gatefold {
    /// Whom a bundle can be sealed for.
    ///
    /// # Errors
    /// The store's.
    pub fn bundle_recipients(&self) -> Result<Vec<BundleRecipient>, ClientError> {
        Ok(self.vendors()?.iter().filter_map(recipient).collect())
    }

    /// The support of this vendor.
    ///
    /// # Errors
    /// [`ClientError::NoSupportKey`] where its file names no key, or nobody signed the file.
    pub fn bundle_recipient(&self, vendor: &InForce) -> Result<BundleRecipient, ClientError> {
        recipient(vendor).ok_or_else(|| ClientError::NoSupportKey(vendor.called()))
    }
}

/// A key that nobody signed is anybody's.
fn recipient(vendor: &InForce) -> Option<BundleRecipient> {
    let support = vendor.vendor().support().filter(|_| vendor.is_signed())?;
    Some(BundleRecipient {
        vendor: vendor.vendor().id().to_owned(),
        called: vendor.called(),
        age_recipient: support.age_recipient.clone()?,
        contact: support.contact.clone(),
    })
}

/// Writes the bundle into a new file. With the home open it is noted in the ledger before it has its name; and that notices were
/// shown is kept. Without, it is the user's file like any other: what is broken here shall not keep help away.
///
/// # Errors
/// [`gatefold_diagnostics::DiagnosticsError::TooLarge`] with what takes most; [`ClientError::FileUnwritable`]; the ledger's and
/// the store's.
pub fn export_bundle(
    gatefold: Option<&mut Gatefold>,
    draft: &BundleDraft,
    path: &Path,
    out: &BundleOut,
) -> Result<BundleExported, ClientError> {
    // Made before anything is written: what is too large leaves no trace.
    let bytes = draft.written(out)?;
    let vendor = out.sealed_for.as_ref().map(|recipient| recipient.vendor.clone());
    if let Some(gatefold) = &gatefold {
        gatefold.keep_bundle_notices(draft.notices())?;
    }
    write_own(gatefold, path, vendor.as_deref(), &bytes)
}

/// Writes who is called what into a new file, which stays with the user.
///
/// # Errors
/// As [`export_bundle`].
pub fn export_map(
    gatefold: Option<&mut Gatefold>,
    draft: &BundleDraft,
    path: &Path,
) -> Result<BundleExported, ClientError> {
    let mut text = String::from(
        "# What the names in a diagnostic bundle stand for. It stays with you: support needs it of no line but those that you choose to tell.\n",
    );
    for name in draft.names() {
        text.push_str(&format!("{}\t{}\n", name.pseudonym, name.value));
    }
    write_own(gatefold, path, None, text.as_bytes())
}

fn write_own(
    gatefold: Option<&mut Gatefold>,
    path: &Path,
    vendor: Option<&str>,
    bytes: &[u8],
) -> Result<BundleExported, ClientError> {
    let Some(gatefold) = gatefold else { return write_unnoted(path, bytes) };
    let exported = gatefold.export_file(path, vendor, |_, file| file.write_all(bytes).map_err(unwritable))?;
    Ok(BundleExported {
        size_bytes: exported.size_bytes,
        sha256: exported.sha256,
        entry: Some(exported.entry.0),
    })
}

/// The same where there is no ledger to note it in.
fn write_unnoted(path: &Path, bytes: &[u8]) -> Result<BundleExported, ClientError> {
    if path.symlink_metadata().is_ok() {
        return Err(ClientError::FileUnwritable("it exists already".to_owned()));
    }
    let partial = beside(path)?;
    let written = create_private(&partial)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| place(&partial, path));
    if let Err(error) = written {
        // What is not whole would be taken for the whole.
        let _ = std::fs::remove_file(&partial);
        return Err(unwritable(error));
    }
    let sha256 = hex::encode(Sha256::digest(bytes));
    Ok(BundleExported { size_bytes: bytes.len() as u64, sha256, entry: None })
}

/// A name beside a file's own that nobody else takes.
fn beside(path: &Path) -> Result<PathBuf, ClientError> {
    let random = u64::from_le_bytes(crate::chance::bytes()?);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(path.with_file_name(format!(".{name}.{random:016x}.part")))
}
