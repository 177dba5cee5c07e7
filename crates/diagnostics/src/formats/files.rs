//! The files of JSON. Members that a reader does not know are skipped; those that it misses are empty.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::VERSION;

/// Each file begins with the version of its format.
macro_rules! versioned {
    ($($name:ident),*) => {
        $(impl $name {
            /// An empty file of this version.
            pub fn new() -> Self {
                Self { v: VERSION, ..Self::default() }
            }
        })*
    };
}

versioned!(App, Machine, Licenses, LedgerIndex, Settings, Crash, Sdk, Reachability);

/// `app.json`: Gatefold and what it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct App {
    /// The version of this file.
    pub v: u32,
    /// The version of Gatefold.
    pub gatefold_version: String,
    /// How it was built and installed, in words.
    pub build: String,
    /// When this program was started.
    pub started_at: Option<String>,
    /// What it runs on and with: the web view, the database, sample plug-ins.
    pub components: Vec<Component>,
}

/// A component and its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Component {
    /// What it is called.
    pub component: String,
    /// Its version.
    pub version: String,
}

/// `machine.json`: this computer. Names and identifiers are always pseudonyms in a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// The version of this file.
    pub v: u32,
    /// The device name.
    pub name: String,
    /// The name in the network.
    pub host: String,
    /// Operating system and version.
    pub os: String,
    /// The processor.
    pub cpu: String,
    /// Physical memory, GiB.
    pub memory_gib: Option<u64>,
    /// Free space where Gatefold keeps its files, MiB.
    pub disk_free_mib: Option<u64>,
    /// The system's store of secrets: `open`, `locked`, `none`, `file`, `memory`.
    pub keyring: String,
    /// The identifier for each vendor.
    pub identifiers: Vec<Identifier>,
    /// How the clock stands.
    pub clock: Option<Clock>,
}

/// What this computer is recognized by at a vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifier {
    /// The vendor.
    pub vendor: String,
    /// The identifier; empty where it cannot be made.
    pub identifier: String,
    /// Why it cannot be made.
    pub code: Option<String>,
}

/// The clock against times that vendors signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Clock {
    /// What the clock said.
    pub at: String,
    /// How far it is ahead, in seconds; behind, where negative.
    pub ahead_secs: i64,
}

/// `licenses.json`: what is installed here, what it is worth, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Licenses {
    /// The version of this file.
    pub v: u32,
    /// The licenses.
    pub entries: Vec<License>,
}

/// A license on this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct License {
    /// Its number at the vendor's server.
    pub license_id: String,
    /// The product.
    pub product: String,
    /// The vendor.
    pub vendor: String,
    /// `perpetual`, `subscription` or `trial`.
    pub terms: String,
    /// `machine` or `account`.
    pub binding: String,
    /// What it is worth: `active`, `expired`, …
    pub standing: String,
    /// Why.
    pub reason: String,
    /// The seat's number at the server.
    pub machine_id: Option<String>,
    /// What the seat is called there.
    pub machine_name: Option<String>,
    /// The account it belongs to.
    pub account: Option<String>,
    /// When the file was made.
    pub issued_at: Option<String>,
    /// When the right ends.
    pub expires_at: Option<String>,
    /// When the file ends.
    pub refresh_by: Option<String>,
    /// Seats, as last heard.
    pub seats: Option<Seats>,
    /// Where the file lies.
    pub path: Option<String>,
}

/// How many seats are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seats {
    /// Taken.
    pub used: u64,
    /// There are; none where there is no limit.
    pub limit: Option<u64>,
}

/// `ledger-index.json`: what was sent, without its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerIndex {
    /// The version of this file.
    pub v: u32,
    /// Whether the chain checks; none where it was not checked.
    pub intact: Option<bool>,
    /// How many entries the ledger has.
    pub total: u64,
    /// The newest of them.
    pub entries: Vec<LedgerEntry>,
}

/// A line of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerEntry {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: String,
    /// To which vendor.
    pub vendor: String,
    /// What for.
    pub purpose: String,
    /// `https` or `file`.
    pub carrier: String,
    /// The method of the request.
    pub method: String,
    /// The address, or the name of a file.
    pub url: String,
    /// Who was reached.
    pub peer: Option<String>,
    /// What became of it.
    pub outcome: String,
    /// The status that was answered.
    pub status: Option<u16>,
    /// The code that was answered.
    pub code: Option<String>,
    /// Its size.
    pub request_bytes: u64,
}

/// `settings.json`: what was chosen, by the names that the settings have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The version of this file.
    pub v: u32,
    /// The choices.
    pub settings: Map<String, Value>,
    /// Names of choices that can no longer be read.
    pub damaged: Vec<String>,
}

/// `crashes/N.json`: a program that ended against its will. The SDK's holds version and place alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Crash {
    /// The version of this file.
    pub v: u32,
    /// When.
    pub at: Option<String>,
    /// Which program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The place in its source.
    pub location: String,
    /// What it said.
    pub message: Option<String>,
    /// What led there.
    pub backtrace: Vec<String>,
}

/// `sdk.json`: what plug-ins would be told now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sdk {
    /// The version of this file.
    pub v: u32,
    /// The version of the SDK that was asked.
    pub sdk_version: String,
    /// For each product.
    pub entries: Vec<SdkEntry>,
}

/// What a product's plug-ins would be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SdkEntry {
    /// The vendor.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The standing.
    pub standing: String,
    /// Why.
    pub reason: String,
    /// The shelves that were looked at.
    pub shelves: Vec<String>,
}

/// `reachability.json`: whether vendors' servers answer. There only where the user asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reachability {
    /// The version of this file.
    pub v: u32,
    /// When it was tried.
    pub at: String,
    /// Each server.
    pub entries: Vec<Reach>,
}

/// A server, and whether it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// Whose it is.
    pub vendor: String,
    /// Its name.
    pub host: String,
    /// The address that was tried.
    pub peer: Option<String>,
    /// Whether it answered.
    pub reached: bool,
    /// Why it did not.
    pub code: Option<String>,
    /// How long it took.
    pub millis: Option<u64>,
    /// When it was tried last, where that was not when the file was made.
    pub at: Option<String>,
}
