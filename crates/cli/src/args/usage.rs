//! The verbs about sharing usage.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Ask;

/// Whether what is shared is sent by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// What was counted in weeks that are over leaves while the window is open, once in seven days at most
    On,
    /// What you share leaves when you send it
    Off,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Usage {
    /// Show what you share with a vendor, what was counted and what was sent; sends nothing
    #[command(
        after_help = "Examples:\n  gatefold usage status --vendor sleeve\n  gatefold usage status --json"
    )]
    Status,
    /// Share items with a vendor, after reading what for; without ITEM, all that it takes
    #[command(
        after_help = "Examples:\n  gatefold usage grant                        read what is asked, then say yes or no\n  gatefold usage grant daw --yes              that item alone, and what you share already"
    )]
    Grant {
        /// What to share: usage_frequency, title_version, daw
        #[arg(value_name = "ITEM")]
        items: Vec<String>,
        /// Lift the lock that DO_NOT_TRACK left behind; where it is still set, it locks again
        #[arg(long)]
        lift_lock: bool,
        #[command(flatten)]
        yes: Ask,
    },
    /// Let the window send what you share by itself, once in seven days at most, or by hand again
    #[command(
        after_help = "Examples:\n  gatefold usage weekly on                    read what that means, then say yes or no\n  gatefold usage weekly off                   from now on you send it; asks nothing"
    )]
    Weekly {
        /// On or off
        #[arg(value_name = "on|off", value_enum, hide_possible_values = true)]
        choice: Switch,
        #[command(flatten)]
        yes: Ask,
    },
    /// Stop sharing with a vendor, at once and in every program; asks nothing
    #[command(
        after_help = "Examples:\n  gatefold usage withdraw                     stop\n  gatefold usage withdraw --item daw          stop that item; the others go on\n  gatefold usage withdraw --erase --yes       stop, and have erased what was sent"
    )]
    Withdraw {
        /// Stop sharing this item alone; the others go on
        #[arg(long, value_name = "ITEM", conflicts_with = "erase")]
        item: Option<String>,
        /// Also ask the vendor to erase what was sent: a request of its own, which you see first
        #[arg(long)]
        erase: bool,
        #[command(flatten)]
        yes: Ask,
    },
    /// Write the records of what you agreed to, refused and took back into a file of your own; with --vendor that vendor's alone
    #[command(
        after_help = "Examples:\n  gatefold usage export consent.json\n  gatefold usage export consent.json --vendor sleeve --yes"
    )]
    Export {
        /// A file that does not exist yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        yes: Ask,
    },
    /// Show what would be sent next, byte for byte; sends nothing
    #[command(
        after_help = "Examples:\n  gatefold usage preview\n  gatefold usage preview --raw > request.http"
    )]
    Preview {
        /// Only the request's bytes
        #[arg(long, conflicts_with = "json")]
        raw: bool,
    },
    /// Send what was counted, once
    #[command(
        after_help = "Example:\n  gatefold usage send                         see what will be sent, then send it"
    )]
    Send {
        #[command(flatten)]
        yes: Ask,
    },
}
