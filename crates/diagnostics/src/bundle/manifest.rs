//! `manifest.json`: what is in a bundle, what was replaced in it, and what is not in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Kind, Reason};

/// Its name.
pub const MANIFEST: &str = "manifest.json";

/// The manifest of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub v: u32,
    /// What wrote it, and its version: `gatefold 0.1.0`.
    pub tool: String,
    /// When.
    pub made_at: String,
    /// Where the ledger ended then.
    #[serde(default)]
    pub head: Option<ChainHead>,
    /// Every file but this one, in the order of the archive.
    pub files: Vec<ManifestFile>,
    /// How many parts of each kind were replaced.
    #[serde(default)]
    pub redactions: BTreeMap<Kind, u64>,
    /// What is not in it, and why.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}

/// The end of the ledger's chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// How many records the chain has.
    pub count: u64,
    /// The hash of the last, 64 hexadecimal digits.
    pub sha256: String,
}

/// A file of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// The hash of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// How many parts of each kind were replaced in it.
    #[serde(default)]
    pub redactions: BTreeMap<Kind, u64>,
}

/// Something that is not in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeftOut {
    /// The file that it is not in, or that is not there.
    pub file: String,
    /// Why.
    pub reason: Reason,
    /// How many lines of the file; none where it is the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}
