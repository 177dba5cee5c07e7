//! The files of a bundle, as types (`docs/formats/diagnostics.md`). Whoever collects fills them with what is true here; cleaning is done
//! after that, and never left to whoever fills them.

mod files;
mod log;

pub use files::{
    App, Clock, Component, Crash, Identifier, LedgerEntry, LedgerIndex, License, Licenses, Machine, Reach,
    Reachability, Sdk, SdkEntry, Seats, Settings,
};
pub use log::LogLine;

/// The format of the bundle and of each of its files.
pub const VERSION: u32 = 1;

/// What a file of a bundle is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Gatefold and what it is made of.
    App,
    /// This computer.
    Machine,
    /// The licenses, what each is worth, and why.
    Licenses,
    /// What was sent, without its bytes.
    LedgerIndex,
    /// What was chosen.
    Settings,
    /// The log.
    Log,
    /// A program that ended against its will.
    Crash,
    /// What plug-ins would be told now.
    Sdk,
    /// Whether vendors' servers answer; only where the user asked.
    Reachability,
    /// What the user says.
    Note,
}

impl Part {
    /// Every part, in the order of the bundle.
    pub const ALL: [Self; 10] = [
        Self::Note,
        Self::App,
        Self::Machine,
        Self::Licenses,
        Self::Sdk,
        Self::Reachability,
        Self::Settings,
        Self::LedgerIndex,
        Self::Crash,
        Self::Log,
    ];

    /// The name of its file; of a crash, of the folder that the files are in.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::App => "app.json",
            Self::Machine => "machine.json",
            Self::Licenses => "licenses.json",
            Self::LedgerIndex => "ledger-index.json",
            Self::Settings => "settings.json",
            Self::Log => "log.jsonl",
            Self::Crash => "crashes/",
            Self::Sdk => "sdk.json",
            Self::Reachability => "reachability.json",
            Self::Note => "note.txt",
        }
    }

    /// The part that a file of this name is.
    pub fn of_file(name: &str) -> Option<Self> {
        let is_crash = name.strip_prefix("crashes/").and_then(|name| name.strip_suffix(".json"));
        if is_crash
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Some(Self::Crash);
        }
        Self::ALL.into_iter().find(|part| *part != Self::Crash && part.file_name() == name)
    }
}
