//! The ways in which the license of the sample plug-ins can stand, and what each is worth in a host.

use std::path::Path;

use crate::heard::Heard::{self, AsItCame, Effect};
use crate::shelves::{elsewhere, lapsed, licensed, never, revoked, tampered, wrong_kind};

pub(crate) const LINK: &str = "gatefold://open/sleeve/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

/// A row of the table.
pub(crate) struct Standing {
    pub(crate) name: &'static str,
    /// What the SDK says of it: standing, and why by number.
    pub(crate) stands: &'static str,
    pub(crate) worth: Worth,
    /// Fills a shelf.
    pub(crate) shelve: fn(&Path),
}

/// What it is worth to a plug-in.
#[derive(Clone, Copy)]
pub(crate) enum Worth {
    Counts,
    /// It counted once: what was played then plays on.
    Counted,
    /// It was never a license here.
    Never,
}

#[rustfmt::skip]
pub(crate) const STANDINGS: [Standing; 7] = [
    row("licensed",         "active cause=2",         Worth::Counts,  licensed),
    row("never licensed",   "unlicensed cause=0",     Worth::Never,   never),
    row("lapsed",           "expired cause=6",        Worth::Counted, lapsed),
    row("wrong machine",    "wrong_machine cause=13", Worth::Never,   elsewhere),
    row("wrong kind",       "wrong_kind cause=17",    Worth::Never,   wrong_kind),
    row("tampered",         "unlicensed cause=1",     Worth::Never,   tampered),
    row("revoked",          "revoked cause=8",        Worth::Counted, revoked),
];

const fn row(name: &'static str, stands: &'static str, worth: Worth, shelve: fn(&Path)) -> Standing {
    Standing { name, stands, worth, shelve }
}

impl Standing {
    /// The row of this name.
    pub(crate) fn named(name: &str) -> &'static Self {
        STANDINGS.iter().find(|standing| standing.name == name).unwrap()
    }

    /// What is heard of a new instance, and of one of the session that it saved.
    pub(crate) fn heard(&self) -> [Heard; 2] {
        match self.worth {
            Worth::Counts => [Effect; 2],
            // What a silent one saved opens nothing.
            Worth::Counted | Worth::Never => [AsItCame; 2],
        }
    }

    /// What is heard of a session that was played while it was licensed.
    pub(crate) fn heard_of_played(&self) -> Heard {
        match self.worth {
            Worth::Counts | Worth::Counted => Effect,
            Worth::Never => AsItCame,
        }
    }

    /// What a new instance says of itself, where a host shows it, and one of a session that was played.
    pub(crate) fn says(&self) -> [String; 2] {
        match self.worth {
            Worth::Counts => ["Licensed"; 2].map(str::to_owned),
            Worth::Counted => ["Licensed no more", "Plays on in this session; licensed no more"]
                .map(|words| format!("{words}: {LINK}")),
            Worth::Never => ["Not licensed"; 2].map(|words| format!("{words}: {LINK}")),
        }
    }
}
