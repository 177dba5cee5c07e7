//! The verbs about diagnostic bundles.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::Yes;

/// The parts that can be left out, by their words.
const PARTS: [&str; 9] =
    ["app", "machine", "licenses", "sdk", "reachability", "settings", "ledger", "crashes", "log"];

/// What goes into a bundle.
#[derive(Debug, Clone, Args)]
pub(crate) struct Chosen {
    /// Leave a part out; may be given more than once
    #[arg(long, value_name = "PART", value_parser = PossibleValuesParser::new(PARTS), hide_possible_values = true)]
    pub without: Vec<String>,
    /// Say something to whoever helps
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Put in how the last request to each vendor's server ended; nothing is sent for it
    #[arg(long)]
    pub reachability: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Diagnostics {
    /// Show what can go into a bundle, and which crash reports lie here
    #[command(after_help = "Example:\n  gatefold diagnostics parts")]
    Parts,
    /// Show each file of a bundle as it would be, and what was replaced; sends nothing
    #[command(
        after_help = "Examples:\n  gatefold diagnostics preview                the files, their sizes, what was replaced in each\n  gatefold diagnostics preview --file licenses.json   that file, byte for byte\n  gatefold diagnostics preview --without log --note \"It stops at the second step\""
    )]
    Preview {
        /// Only this file, byte for byte
        #[arg(long, value_name = "NAME")]
        file: Option<String>,
        /// What each pseudonym stands for, too; it is in no bundle
        #[arg(long, conflicts_with = "file")]
        names: bool,
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Write a bundle into a file, which you hand to support yourself; sends nothing
    #[command(
        after_help = "Examples:\n  gatefold diagnostics export studio.gatefold-diagnostics\n  gatefold diagnostics export studio.gatefold-diagnostics --without log --note \"It stops at the second step\"\n  gatefold diagnostics export studio.gatefold-diagnostics --encrypt-to sleeve   only the support of that vendor can open it"
    )]
    Export {
        /// The file to write; must not exist
        file: PathBuf,
        #[command(flatten)]
        chosen: Chosen,
        /// Seal it for the support of this vendor, by the key in its signed file
        #[arg(long, value_name = "VENDOR")]
        encrypt_to: Option<PathBuf>,
        /// Write what each pseudonym stands for into another file, which stays with you; must not exist
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// Permit a larger file than 5 MB
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000))]
        max_mb: Option<u64>,
        #[command(flatten)]
        yes: Yes,
    },
    /// Read a bundle of somebody: what is wrong first; needs no network, and writes nothing
    #[command(
        after_help = "Examples:\n  gatefold diagnostics read studio.gatefold-diagnostics\n  gatefold diagnostics read studio.gatefold-diagnostics --timeline\n  gatefold diagnostics read studio.gatefold-diagnostics --search \"certificate\"\n  gatefold diagnostics read new.gatefold-diagnostics --compare old.gatefold-diagnostics\n  gatefold diagnostics read sealed.gatefold-diagnostics --identity support.key --summary"
    )]
    Read {
        /// The bundle
        bundle: PathBuf,
        #[command(flatten)]
        look: Look,
        /// The file of the key that it was sealed for, as age-keygen writes it
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Remove the crash reports that lie here
    #[command(after_help = "Example:\n  gatefold diagnostics clear --yes")]
    Clear {
        #[command(flatten)]
        yes: Yes,
    },
}

/// One way to look at a bundle; without any, what is wrong.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
pub(crate) struct Look {
    /// Show this file
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,
    /// Show the lines that hold these words, of every file
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Show what happened when, the newest last
    #[arg(long)]
    pub timeline: bool,
    /// Show what differs from an earlier bundle
    #[arg(long, value_name = "OTHER")]
    pub compare: Option<PathBuf>,
    /// Show a summary for a ticket
    #[arg(long)]
    pub summary: bool,
}
