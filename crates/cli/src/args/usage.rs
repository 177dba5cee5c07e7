//! The verbs about sharing usage.

use clap::Subcommand;
use gatefold_client::Item;

use super::{Ask, item};

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
        #[arg(value_name = "ITEM", value_parser = item)]
        items: Vec<Item>,
        /// Lift the lock that DO_NOT_TRACK left behind; where it is still set, it locks again
        #[arg(long)]
        lift_lock: bool,
        #[command(flatten)]
        yes: Ask,
    },
    /// Stop sharing with a vendor, at once and in every program; asks nothing
    #[command(
        after_help = "Examples:\n  gatefold usage withdraw                     stop\n  gatefold usage withdraw --erase --yes       stop, and have erased what was sent"
    )]
    Withdraw {
        /// Also ask the vendor to erase what was sent: a request of its own, which you see first
        #[arg(long)]
        erase: bool,
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
